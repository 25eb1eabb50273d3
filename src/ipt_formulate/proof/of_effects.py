"""Whether two rule bases take the same candidate alike: its support, its steps, and whether it is something specific."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import z3

from ipt_formulate.case.case import Case
from ipt_formulate.case.terms import CASE
from ipt_formulate.formulation.evidence import specific_candidates
from ipt_formulate.proof import running
from ipt_formulate.proof.areas import Following, conditions_of
from ipt_formulate.proof.of_rules import about_one
from ipt_formulate.proof.rails import Bool, conj, disj
from ipt_formulate.proof.theorem import Question
from ipt_formulate.proof.values import World
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.vocabulary import ProblemArea


def has_effect(one: RuleBase, other: RuleBase) -> Iterator[Question]:
    """Asks, area by area, for a candidate that two rule bases with the same areas take otherwise."""
    for area in one.areas:
        yield Question(partial(_differ, one, other, area), partial(_seen_to_differ, one, other, area))


def _differ(one: RuleBase, other: RuleBase, area: ProblemArea) -> tuple[World, Bool]:
    trees = [*conditions_of(one, [area]), *conditions_of(other, [area])]
    world, item, present = about_one(one.areas[area].candidates, *trees)
    first, second = Following(one, world), Following(other, world)
    pairs = [(first.support(area, item), second.support(area, item))]
    if item.scope != CASE:
        pairs += zip(first.steps(area, item), second.steps(area, item), strict=True)
    apart = [disj([a.must != b.must, a.may != b.may]) for a, b in pairs]
    specific = first.specific(area, item) != second.specific(area, item)
    return world, conj([present, z3.Or([*apart, specific])])


def _seen_to_differ(one: RuleBase, other: RuleBase, area: ProblemArea, case: Case) -> bool:
    first, second = running.findings(one, case), running.findings(other, case)
    if first.candidates[area] != second.candidates[area]:
        return True
    return specific_candidates(one, one.area_rules[area], first) != specific_candidates(
        other, other.area_rules[area], second
    )
