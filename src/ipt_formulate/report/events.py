"""What happened and when, as far as it is recorded; what the timeline draws."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from ipt_formulate.case.case import Case
from ipt_formulate.case.choices import OnsetKind
from ipt_formulate.case.fields import NO, YES
from ipt_formulate.case.lowering import LoweredItem
from ipt_formulate.case.moments import EARLIEST, LATEST, LIFELONG_AT_LEAST_DAYS, UNIT_DAYS, Moment, Span
from ipt_formulate.case.values import ASKED_UNKNOWN
from ipt_formulate.formulation.wording import Names, listed
from ipt_formulate.reasoning.pieces import days_in_words
from ipt_formulate.vocabulary import Truth

Sort = Literal["onset", "worsening", "death", "conflict", "change"]
_UNKNOWN: Final[Span] = (LATEST, EARLIEST)
_UNITS: Final = (("y", "years"), ("mo", "months"), ("w", "weeks"))
_SORTS: Final[tuple[tuple[str, Sort], ...]] = (("deaths", "death"), ("conflicts", "conflict"), ("changes", "change"))


@dataclass(frozen=True, slots=True, repr=False)
class Event:
    """Something that lies in time.

    Attributes:
        id: the id of the death, conflict or change; empty for the onset and worsenings.
        sort: what it is.
        name: what it is called.
        when: fewest and most days before the assessment, below 0 in the future; all of time where nothing is known.
        goes_on: whether it still goes on; None where that is no question.
        grew_worse: when it grew worse, for a conflict of which that is recorded.
        words: when it was, and what else is to say of it, in a few words each.
    """

    id: str
    sort: Sort
    name: str
    when: Span
    goes_on: Truth | None
    grew_worse: Span | None
    words: tuple[str, ...]

    @property
    def when_known(self) -> bool:
        """Whether anything is known of the time."""
        return self.when != _UNKNOWN


def onset_of(case: Case) -> Event:
    """The onset of the episode; where it is lifelong, it lies as far back as that says."""
    first, last = case.lowered.case.values["assessment.episode.onset"]
    lifelong = case.assessment.episode.onset_kind is OnsetKind.LIFELONG
    if lifelong and last >= LIFELONG_AT_LEAST_DAYS:
        first = max(first, LIFELONG_AT_LEAST_DAYS)
    words = (
        ("lifelong",) if lifelong else ("gradual",) if case.assessment.episode.onset_kind is OnsetKind.GRADUAL else ()
    )
    return Event("", "onset", "onset of the episode", (first, last), Truth.MET, None, (_when((first, last)), *words))


def worsenings_of(case: Case) -> tuple[Event, ...]:
    """The worsenings that are recorded, each as a range."""
    found = []
    for each in case.assessment.episode.worsenings or ():
        span = each.when.before(case.assessment.date) if isinstance(each.when, Moment) else _UNKNOWN
        found.append(Event("", "worsening", "worsening", span, None, None, (_when(span),)))
    return tuple(found)


def events_of(case: Case) -> tuple[Event, ...]:
    """Deaths, conflicts and changes, the longest ago first, those of unknown time last."""
    names, onset = Names(case), onset_of(case).when
    found = [
        _event(case, sort, told, item, names, onset)
        for list_, sort in _SORTS
        for told, item in zip(getattr(case.inventory, list_), case.lowered.lists[list_].items, strict=True)
    ]
    return tuple(sorted(found, key=_order))


def _order(event: Event) -> tuple[bool, float]:
    first, last = event.when
    return not event.when_known, -(first + last) / 2 if last < EARLIEST else -max(first, 0)


def _event(case: Case, sort: Sort, told: Any, item: LoweredItem, names: Names, onset: Span) -> Event:
    values = item.values
    when, from_order = _placed(values["when"], values["when.before_onset"], onset)
    goes_on = {"conflict": "still_contested", "change": "ongoing"}.get(sort)
    truth = None if goes_on is None else {YES: Truth.MET, NO: Truth.NOT_MET}.get(values[goes_on], Truth.UNKNOWN)
    worse = values.get("worse_when", _UNKNOWN)
    words = [sort if sort != "conflict" else "dispute", _when(when) + (" (from the order told)" if from_order else "")]
    words += _orders(told) if not from_order else []
    if sort == "change" and values["completed"] == NO:
        words.append("not yet come")
    if worse != _UNKNOWN:
        words.append(f"grew worse {about(worse)}")
    if truth is not None and truth is not Truth.UNKNOWN:
        words.append("still going on" if truth is Truth.MET else "over")
    name = told.label or _name(sort, item, names)
    return Event(item.id, sort, name, when, truth, None if worse == _UNKNOWN else worse, tuple(words))


def _name(sort: Sort, item: LoweredItem, names: Names) -> str:
    person = names.person(item) or "someone not yet named"
    return {"death": f"death of {person}", "conflict": f"dispute with {person}"}.get(sort) or names.kind(item)


def _placed(when: Span, before_onset: Span, onset: Span) -> tuple[Span, bool]:
    """The time as dated or, where it is not, as the order to the onset that was told leaves it."""
    if when != _UNKNOWN or onset == _UNKNOWN:
        return when, False
    first, last = max(LATEST, onset[0] + before_onset[0]), min(EARLIEST, onset[1] + before_onset[1])
    return ((first, last), True) if (first, last) != _UNKNOWN and first <= last else (when, False)


def _orders(told: Any) -> Iterator[str]:
    """An order to the onset or a worsening that was told, in words."""
    for anchor, order in (("the onset", told.relative_to_onset), ("a worsening", told.relative_to_worsening)):
        if order is not None and order != ASKED_UNKNOWN:
            orders: Sequence[str] = sorted(order) if isinstance(order, frozenset) else [order]
            yield f"{listed(list(orders)).replace(' and ', ' or ')} {anchor}"


def _when(span: Span) -> str:
    return "when: not recorded" if span == _UNKNOWN else about(span)


def about(span: Span) -> str:
    """A range of days before the assessment in a unit that is easy to read, to a tenth.

    >>> about((4198, 4562)), about((75, 105)), about((0, 0)), about((-75, -45)), about((1825, EARLIEST))
    ('11.5 to 12.5 years ago', '2.5 to 3.5 months ago', 'today', 'in 1.5 to 2.5 months', '5 years ago or longer')
    """
    if span == (0, 0):
        return "today"
    low, high = sorted(map(abs, span))
    if span[0] < 0 < span[1] or span[0] <= LATEST or span[1] >= EARLIEST or high < 2 * UNIT_DAYS["w"]:
        return days_in_words(span)
    unit, days = next((unit, UNIT_DAYS[short]) for short, unit in _UNITS if high >= 2 * UNIT_DAYS[short])
    shown = [f"{day / days:.1f}".removesuffix(".0") for day in (low, high)]
    words = f"{' to '.join(dict.fromkeys(shown))} {unit}"
    return f"{words} ago" if span[1] > 0 else f"in {words}"
