"""When something happened: a range of whole days before the assessment, or of calendar dates.

Three assumptions stand here, once (no source gives numbers; they are shown in the coding manual):

- "three months" means give or take half a unit, "about three months" give or take one unit;
- "around" the onset means within `AROUND_DAYS` of it, before or after;
- a *lifelong* episode began at least `LIFELONG_AT_LEAST_DAYS` ago.

Units are fixed: day 1, week 7, month 30, year 365. The past counts up (``3mo`` is 75 to 105 days ago), the
future is negative (``in 2w``).
"""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from ipt_formulate.case.values import fault

UNIT_DAYS: Final = {"d": 1, "w": 7, "mo": 30, "y": 365}
AROUND_DAYS: Final = 30
LIFELONG_AT_LEAST_DAYS: Final = 10 * 365
EARLIEST: Final = 120 * 365
LATEST: Final = -10 * 365
NEVER_DAYS: Final = 1_000_000

Span: TypeAlias = tuple[int, int]
"""Fewest and most days before the assessment; the second is never below the first."""

_AMOUNT = r"(?P<number>\d{1,5})\s?(?P<unit>d|w|mo|y)"
_RELATIVE = re.compile(rf"(?P<future>in )?(?P<about>about )?{_AMOUNT}(?P<ago> ago)?")
_OPEN = re.compile(rf"(?P<side>more|less) than {_AMOUNT}")
_FROM_TO = re.compile(r"(\d{1,5})-(\d{1,5})\s?(d|w|mo|y)")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
HINT: Final = "write 3mo, about 3mo, 2-4w, more than 2y, in 1w, 2024, 2024-03 or 2024-03-05"


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as it was told, and the range it stands for.

    Attributes:
        text: the words as they are written in a case file.
        days: fewest and most days before the assessment, or None where calendar dates were given.
        dates: first and last possible day, or None where days were given.
    """

    text: str
    days: Span | None = None
    dates: tuple[datetime.date, datetime.date] | None = None

    def __repr__(self) -> str:
        return "Moment(...)"

    def before(self, assessed_on: datetime.date | None) -> Span:
        """The range in days before the assessment.

        Args:
            assessed_on: the day of the assessment; needed only where calendar dates were given.

        Raises:
            ValueError: calendar dates were given and the day of the assessment is not known.
        """
        if self.days is not None:
            return self.days
        if assessed_on is None or self.dates is None:
            raise ValueError("a calendar date needs assessment.date")
        first, last = self.dates
        return (assessed_on - last).days, (assessed_on - first).days


def parse_moment(text: str) -> Moment:
    """Read one way of telling a time.

    Raises:
        PydanticCustomError: none of the known forms; the message lists them.

    >>> parse_moment("about 3mo").days
    (60, 120)
    >>> parse_moment("in 1w").days
    (-10, -4)
    """
    text = " ".join(text.split())
    if text == "never":
        return Moment(text, (NEVER_DAYS, NEVER_DAYS))
    if text == "today":
        return Moment(text, (0, 0))
    if found := _RELATIVE.fullmatch(text):
        if found["future"] and found["ago"]:
            raise fault(f"is not a time; {HINT}")
        unit = UNIT_DAYS[found["unit"]]
        slack = unit if found["about"] else unit // 2
        return _moment(text, _spread(int(found["number"]) * unit, slack, future=bool(found["future"])))
    if found := _OPEN.fullmatch(text):
        edge = int(found["number"]) * UNIT_DAYS[found["unit"]]
        return _moment(text, (edge, EARLIEST) if found["side"] == "more" else (0, edge))
    if found := _FROM_TO.fullmatch(text):
        low, high = (int(found[side]) * UNIT_DAYS[found[3]] for side in (1, 2))
        return _moment(text, (low, high))
    if found := _DATE.fullmatch(text):
        return _calendar(text, *found.groups())
    raise fault(f"is not a time; {HINT}")


def _spread(middle: int, slack: int, *, future: bool) -> Span:
    low, high = max(0, middle - slack), middle + slack
    return (-high, -low) if future else (low, high)


def _moment(text: str, span: Span) -> Moment:
    if span[0] > span[1]:
        raise fault("is a range that ends before it begins; write the smaller number first")
    if span[0] < LATEST or span[1] > EARLIEST:
        raise fault("is out of range; times lie within 120 years before and 10 years after the assessment")
    return Moment(text, span)


def _calendar(text: str, year: str, month: str | None, day: str | None) -> Moment:
    try:
        first = datetime.date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        raise fault("is not a date of the calendar; write YYYY, YYYY-MM or YYYY-MM-DD") from None
    if day:
        last = first
    elif month:
        last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    else:
        last = first.replace(month=12, day=31)
    return Moment(text, dates=(first, last))


def hull(spans: Sequence[Span]) -> Span:
    """The smallest range that covers several; at least one.

    >>> hull([(3, 5), (1, 4)])
    (1, 5)
    """
    return min(low for low, _ in spans), max(high for _, high in spans)
