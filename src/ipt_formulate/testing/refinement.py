"""Whether one lowered case is another of which more is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ipt_formulate.case.lowering import AROUND, FAR, LoweredCase
from ipt_formulate.case.terms import CASE, GAP, LIST_MODELS, Term, catalogue


def is_refinement(old: LoweredCase, new: LoweredCase) -> bool:
    """Whether every value set of ``new`` lies within that of ``old``, for the same items.

    Where a value is several gaps, each must lie within its own; a worsening nobody asked about may turn out not
    to exist; and *around a worsening* may be told where some gap left that possible.

    >>> from ipt_formulate.case.case import Case
    >>> told = Case(assessment={"episode": {"onset": "3mo"}})
    >>> is_refinement(Case().lowered, told.lowered), is_refinement(told.lowered, Case().lowered)
    (True, False)
    """
    return not any(_widened(old, new))


def widened(old: LoweredCase, new: LoweredCase) -> tuple[str, ...]:
    """The places, in words, for which `is_refinement` does not hold."""
    return tuple(_widened(old, new))


def _widened(old: LoweredCase, new: LoweredCase) -> Iterator[str]:
    yield from _values(CASE, old.case.values, new.case.values)
    for name in LIST_MODELS:
        before, after = old.lists[name], new.lists[name]
        if before.complete and not after.complete:
            yield f"{name}: was complete"
        known, now = ({item.id: item.values for item in each.items} for each in (before, after))
        if known.keys() != now.keys():
            yield f"{name}: has other items"
        for each in known.keys() & now.keys():
            yield from _values(name, known[each], now[each])


def _values(scope: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for name, term in catalogue(scope).items():
        if old[name] != new[name] and not _within(term, old[name], new[name]):
            yield f"{scope}: {name}"


def _within(term: Term, old: Any, new: Any) -> bool:
    if term.one_of_several:
        return _gaps_within(old, new)
    return _span_within(old, new) if term.is_range else not new & ~old


def _span_within(old: Any, new: Any) -> bool:
    return bool(old[0] <= new[0] and new[1] <= old[1])


def _gaps_within(old: Any, new: Any) -> bool:
    *gaps, told = old
    *later_gaps, later_told = new
    dated = all(
        _span_within(gap, later) or (gap == GAP.unknown and later == FAR)
        for gap, later in zip(gaps, later_gaps, strict=True)
    )
    newly_told = (
        told == FAR and later_told == AROUND and any(low <= AROUND[1] and high >= AROUND[0] for low, high in gaps)
    )
    return dated and (newly_told or _span_within(told, later_told))
