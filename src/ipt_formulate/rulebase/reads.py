"""What conditions read: terms of the item they are about, terms of the case, and terms of listed items they count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from ipt_formulate.case.terms import CASE
from ipt_formulate.rulebase.conditions import All, Among, AtLeast, Condition, Named, Not, Some, Within

ITEM: Final = "item"
Reads: TypeAlias = Mapping[str, frozenset[str]]
"""Terms by where they are read: ``item``, ``case``, or a list in which items are counted."""


def reads_of(conditions: Iterable[Condition], scope: str) -> Reads:
    """What conditions about one scope read. A list that is counted is there even if no term of it is tested.

    >>> sorted(reads_of([Among("alive", 1, "dead"), Among("latest.phq9.recorded", 2, "told", True)], "people"))
    ['case', 'item']
    """
    found: dict[str, set[str]] = {}
    for condition in conditions:
        _gather(condition, CASE if scope == CASE else ITEM, found)
    return {place: frozenset(terms) for place, terms in found.items()}


def _gather(condition: Condition, place: str, found: dict[str, set[str]]) -> None:
    match condition:
        case Within(term=term, of_case=of_case) | Among(term=term, of_case=of_case):
            found.setdefault(CASE if of_case else place, set()).add(term)
        case All(parts) | Some(parts):
            for part in parts:
                _gather(part, place, found)
        case Not(part) | Named(part=part):
            _gather(part, place, found)
        case AtLeast(name, _, where):
            found.setdefault(name, set())
            _gather(where, name, found)
