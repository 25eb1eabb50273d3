"""Whether random cases and conditions reach everything there is, so that a new field or node cannot go untested."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, TypeAlias

from ipt_formulate.case.case import Case
from ipt_formulate.case.lowering import FAR
from ipt_formulate.case.terms import CASE, LIST_MODELS, Term, catalogue
from ipt_formulate.rulebase.conditions import NODE_TYPES, Condition, walk

SETTLED: Final = frozenset((CASE, name, False) for name in catalogue(CASE) if name.endswith(".recorded"))
"""Who died is not alive, whatever is recorded, so this can never be unknown."""

Drawn: TypeAlias = tuple[str, str, bool]
"""Scope, term, and whether anything was known of it."""


def kinds_drawn(case: Case) -> frozenset[Drawn]:
    """Which terms are known, wholly or in part, and which are unknown, in a case and each of its items.

    >>> ("case", "assessment.age_band", False) in kinds_drawn(Case())
    True
    """
    return frozenset(_drawn(case))


def never_drawn(cases: Iterable[Case]) -> tuple[str, ...]:
    """The terms that no case of a sample has known, or no case has unknown; empty for a good generator."""
    seen: set[Drawn] = set(SETTLED)
    for case in cases:
        seen.update(_drawn(case))
    wanted = (
        (scope, name, known) for scope in (CASE, *LIST_MODELS) for name in catalogue(scope) for known in (True, False)
    )
    return tuple(
        f"{scope}: {name} was never {'known' if known else 'unknown'}"
        for scope, name, known in wanted
        if (scope, name, known) not in seen
    )


def nodes_never_drawn(conditions: Iterable[Condition]) -> tuple[str, ...]:
    """The node types of the condition language that occur in none of the conditions."""
    seen = {type(node) for condition in conditions for node in walk(condition)}
    return tuple(node.__name__ for node in NODE_TYPES if node not in seen)


def _drawn(case: Case) -> Iterator[Drawn]:
    lowered = case.lowered
    for scope in (CASE, *LIST_MODELS):
        items = (lowered.case,) if scope == CASE else lowered.lists[scope].items
        for name, term in catalogue(scope).items():
            for item in items:
                yield scope, name, _is_known(term, item.values[name])


def _is_known(term: Term, value: Any) -> bool:
    if term.one_of_several:
        return any(gap != term.kind.unknown for gap in value[:-1]) or value[-1] != FAR
    return bool(value != term.kind.unknown)
