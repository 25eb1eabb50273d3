"""Whether two rule bases take the same candidate alike: its support, its steps, and whether it is something specific."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ipt_formulate.case.case import Case
from ipt_formulate.case.terms import CASE
from ipt_formulate.formulation.evidence import specific_candidates
from ipt_formulate.proof import running
from ipt_formulate.proof.areas import Following, conditions_of, world_for
from ipt_formulate.proof.choosing import Choosing, contenders
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
    if not (one.areas[area].residual and other.areas[area].residual):  # a residual area contends only once it is sure
        apart.append(first.specific(area, item) != second.specific(area, item))
    return world, conj([present, disj(apart)])


def chooses_otherwise(one: RuleBase, other: RuleBase) -> Iterator[Question]:
    """Asks for a case with one candidate of each list among which two rule bases find other areas possible.

    There may be none while longer lists have one: an answer is a case, and no answer is no proof.
    """
    trees = [*conditions_of(one, one.areas), *conditions_of(other, other.areas)]
    spoken_of: dict[str, int] = {text.candidates: 1 for text in one.areas.values() if text.candidates != CASE}

    def formula() -> tuple[World, Bool]:
        world = world_for(trees, spoken_of)
        first, second = (_choosing(base, world) for base in (one, other))
        return world, disj(first.area_possible(area) != second.area_possible(area) for area in first.areas)

    def shows(case: Case) -> bool:
        first, second = (running.selection(base, case).possible for base in (one, other))
        return {each.area for each in first} != {each.area for each in second}

    yield Question(formula, shows)


def _choosing(base: RuleBase, world: World) -> Choosing:
    following = Following(base, world)
    return Choosing(contenders(following), following.asked_enough)


def _seen_to_differ(one: RuleBase, other: RuleBase, area: ProblemArea, case: Case) -> bool:
    first, second = running.findings(one, case), running.findings(other, case)
    if first.candidates[area] != second.candidates[area]:
        return True
    if one.areas[area].residual and other.areas[area].residual:
        return False
    return specific_candidates(one, one.area_rules[area], first) != specific_candidates(
        other, other.area_rules[area], second
    )
