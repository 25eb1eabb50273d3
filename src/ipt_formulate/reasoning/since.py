"""What differs between two records of one case: what was recorded since, what was withdrawn, what is recorded otherwise.

Answers are compared as they were recorded. A time counts from the date of its own record: *three months* in both is the
same answer, though it means another day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from ipt_formulate.case.case import LISTS, Case
from ipt_formulate.case.moments import Moment
from ipt_formulate.case.places import Place, places
from ipt_formulate.case.values import ASKED_UNKNOWN
from ipt_formulate.formulation.wording import Names
from ipt_formulate.reasoning.answers import label, named, value_in_words
from ipt_formulate.reasoning.pieces import days_in_words, span_in_words
from ipt_formulate.rulebase.rulebase import RuleBase

_NOT_KNOWN: Final = "asked, and not known"


@dataclass(frozen=True, slots=True, repr=False)
class Since:
    """Something that is recorded otherwise in the later record.

    Attributes:
        path: its place in the case, items named by their ids.
        about: the item it is about, in words; empty for the case.
        fact: the field in words; empty for the item as a whole.
        before: what was recorded, in words; None where nothing was.
        after: what is recorded, in words; None where nothing is.
    """

    path: str
    about: str
    fact: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        name = ", ".join(filter(None, (self.about, self.fact)))
        if self.before is not None and self.after is not None:
            return f"{name}: {self.after}, was {self.before}"
        told = self.after if self.after is not None else self.before
        return f"{name}: {told}" if told else name


class _Told(NamedTuple):
    """A recorded answer: what it is about, which fact, its value, and its value in words."""

    about: str
    fact: str
    value: Any
    words: str


def changes_since(base: RuleBase, earlier: Case, later: Case) -> tuple[Since, ...]:
    """Every difference between two records of one case, in the order of the later one, what is gone at the end.

    An item that only one of them has is one difference, not one for each of its facts.

    Args:
        base: the rule base of the tradition, which names what areas are about.
        earlier: the case as it was recorded first.
        later: the same case as it was recorded after that.

    Examples:
        >>> from ipt_formulate import Case
        >>> from ipt_formulate.rulebase.loader import shipped_rulebase
        >>> asked = Case().with_("inventory.inquiry.deaths", "brief")
        >>> print(*changes_since(shipped_rulebase(), Case(), asked))
        inquiry deaths: brief
    """
    items = _items(base, earlier), _items(base, later)
    once = set(items[0].keys() ^ items[1].keys())
    told = [
        {**found, **{path: each for path, each in _answers(case, found).items() if not _within(path, once)}}
        for case, found in zip((earlier, later), items, strict=True)
    ]
    before, after = told
    paths = [*after, *(path for path in before if path not in after)]
    return tuple(_since(path, before.get(path), after.get(path)) for path in paths if _differ(path, before, after))


def _differ(path: str, before: Mapping[str, _Told], after: Mapping[str, _Told]) -> bool:
    one, other = before.get(path), after.get(path)
    return one is None or other is None or one.value != other.value


def _within(path: str, items: set[str]) -> bool:
    return any(path.startswith(f"{item}.") for item in items)


def _since(path: str, before: _Told | None, after: _Told | None) -> Since:
    told = after or before
    assert told is not None, "a difference is one of something"
    return Since(path, told.about, told.fact, before and before.words, after and after.words)


def _items(base: RuleBase, case: Case) -> dict[str, _Told]:
    """Every item of the inventory by its path; all are alike, so that only one that comes or goes differs."""
    names, areas = Names(case), {rules.area.candidates: rules.area for rules in base.area_rules.values()}
    found = {}
    for list_ in LISTS:
        for item in case.lowered.lists[list_].items:
            name = names.candidate(areas[list_], item) if list_ in areas else names.person(item)
            found[f"inventory.{list_}[{item.id}]"] = _Told(name or "someone not yet named", "", None, "")
    return found


def _answers(case: Case, items: Mapping[str, _Told]) -> dict[str, _Told]:
    """Every recorded answer by its path."""
    found = dict(_measures(case))
    for place in places(case):
        if place.value is None or place.path[1] in ("measures", "date"):
            continue
        path = named(case, place.path)
        item = path[: path.index("]") + 1] if "]" in path else ""
        about = items[item].about if item in items else ""
        found[path] = _Told(about, label(place.path), place.value, _words(case, place, items))
    return found


def _words(case: Case, place: Place, items: Mapping[str, _Told]) -> str:
    if place.value == ASKED_UNKNOWN:
        return _NOT_KNOWN
    if place.kind is not None:
        return value_in_words(case, place.kind, place.value)
    if isinstance(place.value, tuple):  # the worsenings, of which each has its own place
        return f"{len(place.value)} recorded" if place.value else "none"
    return next((told.about for path, told in items.items() if path.endswith(f"[{place.value}]")), str(place.value))


def _measures(case: Case) -> Iterator[tuple[str, _Told]]:
    for measure in case.assessment.measures:
        taken = (
            days_in_words(measure.taken.before(case.assessment.date))
            if isinstance(measure.taken, Moment)
            else "not dated"
        )
        total = span_in_words(measure.total_bounds())
        path = f"assessment.measures[{measure.instrument}, {taken}]"
        yield path, _Told("", f"{str(measure.instrument).upper()}, {taken}", total, total)
