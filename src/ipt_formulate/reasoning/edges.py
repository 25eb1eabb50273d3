"""The values of a parameter at which a verdict on a case can change: finitely many, and these are all of them.

A test compares a parameter with an interval that the record leaves possible. As the parameter grows, the verdict
can change only where it passes an edge of such an interval, or in a count a number of items. Times are whole days
and scores whole numbers, so each edge gives two values: itself, and the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ipt_formulate.case.case import Case
from ipt_formulate.case.lowering import LoweredCase
from ipt_formulate.case.moments import Span
from ipt_formulate.case.terms import CASE
from ipt_formulate.formulation.evidence import items_of
from ipt_formulate.formulation.scores import scores
from ipt_formulate.rulebase.conditions import All, AtLeast, Condition, Named, Not, Some, Within
from ipt_formulate.rulebase.references import instrument_parameters
from ipt_formulate.rulebase.rulebase import RuleBase


def edges(base: RuleBase, case: Case, parameter: str) -> tuple[int, ...]:
    """Where the answer for a case may change as a parameter grows.

    Args:
        base: the rule base.
        case: the case.
        parameter: the name of a parameter that is a number or a duration.

    Returns:
        Values in order. Between one and the next, the next not included, no verdict changes; there may be more of
        them than changes.

    >>> from ipt_formulate.case.files import parse_case
    >>> from ipt_formulate.rulebase.loader import shipped_rulebase
    >>> told = parse_case({"inventory": {"deaths": [{"when": "10-20d"}]}})
    >>> set(edges(shipped_rulebase(), told, "very_recent_death")) >= {10, 11, 20, 21}
    True
    """
    found: set[int] = set()
    for rule in base.rules.values():
        if f"${parameter}" in rule.uses:
            for scope, condition in rule.conditions.items():
                found.update(_of_condition(condition, scope, case.lowered))
    found.update(_of_scores(base, case, parameter))
    return tuple(sorted(found))


def _of_condition(condition: Condition, scope: str, case: LoweredCase) -> Iterator[int]:
    """Of every test in a condition, whichever parameter it names: what is too much changes no answer."""
    match condition:
        case Within():
            for item in items_of(case, CASE if condition.of_case else scope):
                yield from _around(_spans(condition, item.values[condition.term]))
        case AtLeast(name, _, where):
            yield from range(len(case.lists[name].items) + 2)
            yield from _of_condition(where, name, case)
        case All(parts) | Some(parts):
            for part in parts:
                yield from _of_condition(part, scope, case)
        case Not(part) | Named(part=part):
            yield from _of_condition(part, scope, case)


def _spans(test: Within, value: Any) -> tuple[Span, ...]:
    spans: tuple[Span, ...] = value if test.several else (value,)
    return spans


def _around(spans: Iterable[Span]) -> Iterator[int]:
    for span in spans:
        for edge in span:
            yield from (edge, edge + 1)


def _of_scores(base: RuleBase, case: Case, parameter: str) -> Iterator[int]:
    reading = {text.id for text in base.instruments.values() if parameter in instrument_parameters(text)}
    for score in scores(base, case):
        if score.instrument in reading:
            yield from _around([score.total])
            yield from (score.items_missing, score.items_missing + 1)
