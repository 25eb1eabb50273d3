"""What conditions, rules and areas mean. Short enough to read aloud; every other engine must agree with it.

A value is a set of possible values. A condition is met (2) when it holds for all of them, not met (0) when for
none, unknown (1) otherwise; *and* is then the minimum, *or* the maximum, *not* the complement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from ipt_formulate.case.fields import NO, YES
from ipt_formulate.case.lowering import LoweredCase, LoweredItem
from ipt_formulate.case.terms import CASE
from ipt_formulate.evaluation.findings import NOTHING, CandidateFindings, Findings, Verdict
from ipt_formulate.evaluation.standing import Standing, nothing_stands
from ipt_formulate.rulebase.conditions import All, Among, AtLeast, Condition, Named, Not, Some, Within
from ipt_formulate.rulebase.rulebase import AreaRules, RuleBase
from ipt_formulate.vocabulary import Evidence, ProblemArea

Candidates: TypeAlias = Mapping[ProblemArea, tuple[CandidateFindings, ...]]
NOT_MET, UNKNOWN, MET = 0, 1, 2
_MASK_OF = (NO, NO | YES, YES)


def evaluate(condition: Condition, values: Mapping[str, Any], case: LoweredCase) -> Verdict:
    """The verdict on a condition for one item's values."""
    return _MEANING[type(condition)](condition, values, case)


def _is_within(node: Within, values: Mapping[str, Any], case: LoweredCase) -> Verdict:
    value = case.case.values[node.term] if node.of_case else values[node.term]
    return (
        max([_within(each, node.low, node.high) for each in value])
        if node.several
        else _within(value, node.low, node.high)
    )


def _within(span: tuple[int, int], low: int, high: int) -> Verdict:
    return MET if low <= span[0] and span[1] <= high else UNKNOWN if span[1] >= low and span[0] <= high else NOT_MET


def _is_among(node: Among, values: Mapping[str, Any], case: LoweredCase) -> Verdict:
    possible = case.case.values[node.term] if node.of_case else values[node.term]
    return MET if not possible & ~node.mask else UNKNOWN if possible & node.mask else NOT_MET


def _all(node: All, values: Mapping[str, Any], case: LoweredCase) -> Verdict:
    return min([_MEANING[type(part)](part, values, case) for part in node.parts])


def _some(node: Some, values: Mapping[str, Any], case: LoweredCase) -> Verdict:
    return max([_MEANING[type(part)](part, values, case) for part in node.parts], default=NOT_MET)


def _not(node: Not, values: Mapping[str, Any], case: LoweredCase) -> Verdict:
    return MET - evaluate(node.part, values, case)


def _named(node: Named, values: Mapping[str, Any], case: LoweredCase) -> Verdict:
    return evaluate(node.part, values, case)


def _at_least(node: AtLeast, values: Mapping[str, Any], case: LoweredCase) -> Verdict:
    found = case.lists[node.list]
    verdicts = [evaluate(node.where, item.values, case) for item in found.items]
    if verdicts.count(MET) >= node.count:
        return MET
    possible = not found.complete or len(verdicts) - verdicts.count(NOT_MET) >= node.count
    return UNKNOWN if possible else NOT_MET


_MEANING: Mapping[type, Callable[[Any, Mapping[str, Any], LoweredCase], Verdict]] = {
    Within: _is_within,
    Among: _is_among,
    All: _all,
    Some: _some,
    Not: _not,
    Named: _named,
    AtLeast: _at_least,
}


def derive(base: RuleBase, case: LoweredCase) -> Findings:
    """What follows from a case, by the letter of the design."""
    return rederive(base, case, NOTHING, nothing_stands(case))


def rederive(base: RuleBase, case: LoweredCase, before: Findings, standing: Standing) -> Findings:
    """What follows from a case, given what followed from an earlier one and what of that still stands.

    Args:
        base: the rule base.
        case: the case as it is now.
        before: what followed from the earlier case.
        standing: which items are the same to the rules as they were then; the others are derived.
    """
    rules = {
        scope: tuple(
            [
                _rules(base, scope, item, case) if place is None else before.rules[scope][place]
                for item, place in zip(_items(case, scope), places, strict=True)
            ]
        )
        for scope, places in standing.items()
    }
    candidates = {
        area: tuple(
            [
                candidate(base, of_area, item.values, _met(base, of_area, verdicts), case)
                if place is None
                else before.candidates[area][place]
                for item, verdicts, place in zip(
                    _items(case, of_area.area.candidates),
                    rules[of_area.area.candidates],
                    standing[of_area.area.candidates],
                    strict=True,
                )
            ]
        )
        for area, of_area in base.area_rules.items()
    }
    return Findings(rules, candidates, areas(base, candidates, case))


def _items(case: LoweredCase, scope: str) -> tuple[LoweredItem, ...]:
    return (case.case,) if scope == CASE else case.lists[scope].items


def _rules(base: RuleBase, scope: str, item: LoweredItem, case: LoweredCase) -> tuple[Verdict, ...]:
    return tuple([evaluate(rule.condition, item.values, case) for rule in base.by_scope[scope]])


def _met(base: RuleBase, of_area: AreaRules, verdicts: tuple[Verdict, ...]) -> dict[str, Verdict]:
    return {rule.id: verdicts[base.place[rule.id]] for rule in of_area.rules}


def candidate(
    base: RuleBase, of_area: AreaRules, values: Mapping[str, Any], met: Mapping[str, Verdict], case: LoweredCase
) -> CandidateFindings:
    """What holds of one candidate, from its values and the verdicts of its area's rules."""
    return CandidateFindings(support(of_area, met), steps(base, of_area, values, met, case))


def support(of_area: AreaRules, met: Mapping[str, Verdict]) -> Verdict:
    """Whether a candidate supports its area: every criterion of a route is met, and nothing excludes it."""
    excluded = max([met[rule.id] for rule in of_area.of(Evidence.EXCLUDES)], default=NOT_MET)
    route = max([min([met[rule.id] for rule in criteria]) for criteria in of_area.routes.values()])
    return min(route, MET - excluded)


def steps(
    base: RuleBase,
    of_area: AreaRules,
    values: Mapping[str, Any],
    met: Mapping[str, Verdict],
    case: LoweredCase,
    evaluate: Callable[[Condition, Mapping[str, Any], LoweredCase], Verdict] = evaluate,
) -> tuple[Verdict, ...]:
    """The verdicts of a candidate on the steps of selection; an area of the whole case has none.

    ``evaluate`` may be another way to the same verdicts, such as one that remembers them.
    """
    scope = of_area.area.candidates
    if scope == CASE:
        return ()
    told = {
        **values,
        "evidence.strong": _MASK_OF[max([met[rule.id] for rule in of_area.of(Evidence.STRONG)], default=NOT_MET)],
        "evidence.against": _MASK_OF[max([met[rule.id] for rule in of_area.of(Evidence.AGAINST)], default=NOT_MET)],
    }
    return tuple([evaluate(step.conditions[scope], told, case) for step in base.steps])


def areas(base: RuleBase, candidates: Candidates, case: LoweredCase) -> dict[ProblemArea, Verdict]:
    """The status of each area, from what holds of its candidates; residual areas come after all others."""
    found = {area: _area(base, area, candidates, case) for area in base.areas if not base.areas[area].residual}
    others = [MET - each for each in found.values()]
    return found | {
        area: min([candidates[area][0].support, *others]) for area in base.areas if base.areas[area].residual
    }


def _area(base: RuleBase, area: ProblemArea, candidates: Candidates, case: LoweredCase) -> Verdict:
    best = max((each.support for each in candidates[area]), default=NOT_MET)
    scope = base.areas[area].candidates
    return max(best, NOT_MET if scope == CASE or case.lists[scope].complete else UNKNOWN)
