"""What still stands of what was found when a case becomes another: the items that are the same to the rules.

An item is derived again if a term has changed that the rules about it read: a term of its own, a term of the case,
or one that decides whether an item is counted in a list. Items of a list are the same where they have the same id.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from ipt_formulate.case.lowering import LoweredCase, LoweredItem, LoweredList
from ipt_formulate.case.terms import CASE, LIST_MODELS
from ipt_formulate.rulebase.reads import ITEM
from ipt_formulate.rulebase.rulebase import RuleBase

Standing: TypeAlias = Mapping[str, tuple[int | None, ...]]
"""By scope, for each item of the case, its place in the earlier case, or None if it has to be derived."""

_NO_TERMS: frozenset[str] = frozenset()


def nothing_stands(case: LoweredCase) -> Standing:
    """The standing of a case of which nothing was derived before."""
    return {CASE: (None,)} | {name: (None,) * len(case.lists[name].items) for name in LIST_MODELS}


def what_stands(base: RuleBase, old: LoweredCase, new: LoweredCase) -> Standing:
    """What of the findings of an earlier case holds for another, whichever of their items are the same.

    Args:
        base: the rule base of both.
        old: the case that was derived.
        new: the case to derive.
    """
    found: dict[str, tuple[int | None, ...]] = {}
    for scope, reads in base.reads.items():
        elsewhere = any(_differs(old, new, place, terms) for place, terms in reads.items() if place != ITEM)
        if scope == CASE:
            found[scope] = (None if elsewhere else 0,)
        elif elsewhere:
            found[scope] = (None,) * len(new.lists[scope].items)
        else:
            found[scope] = _same(old.lists[scope], new.lists[scope], reads.get(ITEM, _NO_TERMS))
    return found


def _differs(old: LoweredCase, new: LoweredCase, place: str, terms: frozenset[str]) -> bool:
    """Whether a term of the case differs, or what decides how many items of a list are counted."""
    if place == CASE:
        return _changed(old.case, new.case, terms)
    before, now = old.lists[place], new.lists[place]
    return before.complete != now.complete or len(before.items) != len(now.items) or None in _same(before, now, terms)


def _same(old: LoweredList, new: LoweredList, terms: frozenset[str]) -> tuple[int | None, ...]:
    """For each item the place of the one it was, if none of the terms has changed."""
    places = {item.id: place for place, item in enumerate(old.items)}
    return tuple(
        [
            place if place is not None and not _changed(old.items[place], item, terms) else None
            for item, place in ((item, places.get(item.id)) for item in new.items)
        ]
    )


def _changed(old: LoweredItem, new: LoweredItem, terms: frozenset[str]) -> bool:
    if old.values is new.values or old.values == new.values:
        return False
    return any(old.values.get(term) != new.values.get(term) for term in terms)
