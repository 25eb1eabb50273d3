"""What the rules say of a real case, for seeing whether a case that the solver found shows what it should."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ipt_formulate.case.case import Case
from ipt_formulate.evaluation import reference
from ipt_formulate.evaluation.findings import CandidateFindings, Findings, Verdict
from ipt_formulate.formulation.build import choose
from ipt_formulate.formulation.evidence import items_of, specific_candidates
from ipt_formulate.formulation.selection import Selection
from ipt_formulate.rulebase.conditions import Condition
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase
from ipt_formulate.vocabulary import ProblemArea


def verdicts(rule: CompiledRule[Any], case: Case) -> tuple[Verdict, ...]:
    """What a rule says of each item it is about; of selection rules, see `found`."""
    lowered = case.lowered
    return tuple(reference.evaluate(rule.condition, item.values, lowered) for item in items_of(lowered, rule.scope))


def verdict(condition: Condition, values: Mapping[str, Any], case: Case) -> Verdict:
    """The verdict on a condition for one item's values."""
    return reference.evaluate(condition, values, case.lowered)


def findings(base: RuleBase, case: Case) -> Findings:
    """What follows from a case."""
    return reference.derive(base, case.lowered)


def found(base: RuleBase, area: ProblemArea, case: Case) -> tuple[CandidateFindings, ...]:
    """What holds of each candidate of an area."""
    return findings(base, case).candidates[area]


def specific(base: RuleBase, area: ProblemArea, case: Case) -> frozenset[int]:
    """The candidates of an area of which something specific is recorded."""
    return specific_candidates(base, base.area_rules[area], findings(base, case))


def selection(base: RuleBase, case: Case) -> Selection:
    """What is selected for a case."""
    return choose(base, findings(base, case), case)


def forced(
    base: RuleBase, area: ProblemArea, case: Case, rule_id: str, verdict: Verdict
) -> tuple[CandidateFindings, ...]:
    """What would hold of each candidate of an area if one of its rules came out otherwise."""
    of_area, lowered = base.area_rules[area], case.lowered
    candidates = []
    for item in items_of(lowered, of_area.area.candidates):
        met = {rule.id: reference.evaluate(rule.condition, item.values, lowered) for rule in of_area.rules} | {
            rule_id: verdict
        }
        candidates.append(reference.candidate(base, of_area, item.values, met, lowered))
    return tuple(candidates)
