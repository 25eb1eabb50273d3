"""Draws single answers: for every kind of field, every form in which an answer can be recorded.

Each answer comes from one number of 24 bits, in which zero stands for *not recorded*. That is fast with
`random.Random`, and lets Hypothesis shrink a failing case towards the empty one.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from functools import cache
from random import Random
from typing import Any, Final

from ipt_formulate.case.fields import ChoiceKind, Kind, MomentKind, WholeKind, YesNoKind
from ipt_formulate.case.moments import AROUND_DAYS, EARLIEST, LATEST, Span, parse_moment
from ipt_formulate.case.values import ASKED_UNKNOWN, Between, OneOf

BITS: Final = 24
ALWAYS: Final = (0, AROUND_DAYS, -AROUND_DAYS)
"""Days that matter in every case: the assessment or onset itself, and what *around* stands for."""

_UNITS: Final = (("d", 400), ("w", 60), ("mo", 48), ("y", 60))
_FUTURE_UNITS: Final = (("d", 400), ("w", 60), ("mo", 30), ("y", 8))
_CALENDAR_REACH: Final = (-8 * 365, 118 * 365)


class Draw:
    """A source of random answers.

    Attributes:
        anchors: days from which `constants` are counted: the assessment, and once known the onset and worsenings.
        date: the day of the assessment, without which no calendar dates are drawn.
    """

    def __init__(self, random: Random, known: float, constants: Sequence[int] = ()) -> None:
        self.random = random
        self.constants = tuple(dict.fromkeys((*ALWAYS, *constants)))
        self.anchors: list[int] = [0]
        self.date: datetime.date | None = None
        self._cut = round(256 * (1 - known))

    def below(self, count: int) -> int:
        """A whole number from 0 to ``count - 1``."""
        return self.random.getrandbits(BITS) % count

    def recorded(self) -> bool:
        """Whether something is recorded at all."""
        return self.random.getrandbits(BITS) & 255 >= self._cut

    def answer(self, kind: Kind) -> Any:
        """An answer, known, narrowed down or asked and not known; None where nothing was recorded."""
        number = self.random.getrandbits(BITS)
        if number & 255 < self._cut:
            return None
        number >>= 8
        return ASKED_UNKNOWN if number & 31 == 31 else self._of_kind(kind, number >> 5)

    def known(self, kind: Kind) -> Any:
        """An answer that is known or narrowed down."""
        return self._of_kind(kind, self.random.getrandbits(BITS - 13))

    def _of_kind(self, kind: Kind, number: int) -> Any:
        match kind:
            case YesNoKind():
                return bool(number & 1)
            case ChoiceKind():
                return self._choice(members_of(kind), number)
            case WholeKind():
                return self.whole(kind.low, kind.high)
            case MomentKind():
                return "never" if kind.allows_never and number % 3 == 1 else self.moment()
        raise TypeError(f"no way is known to draw a {type(kind).__name__}; add one here")

    def _choice(self, members: tuple[Any, ...], number: int) -> Any:
        if number & 3 != 3:
            return members[(number >> 2) % len(members)]
        mask = self.random.getrandbits(len(members)) or 1
        left = OneOf(each for place, each in enumerate(members) if mask >> place & 1)
        return left if len(left) > 1 else next(iter(left))

    def whole(self, low: int, high: int) -> int | Between:
        """A whole number from ``low`` to ``high`` or bounds on it, often beside one of the constants."""
        number = self.random.getrandbits(BITS)
        fitting = [each for each in self.constants if low <= each <= high] if number & 8 else ()
        number >>= 4
        edge = fitting[number % len(fitting)] + number // 97 % 3 - 1 if fitting else low + number % (high - low + 1)
        edge = min(max(edge, low), high)
        form, number = number >> 17, self.random.getrandbits(BITS)
        if form < 5:
            return edge
        if form == 5:
            return Between(low + number % (edge - low + 1), edge)
        return Between(edge, edge + number % (high - edge + 1))

    def moment(self) -> str:
        """A time in any form of the grammar, often beside a constant as counted from an anchor."""
        number = self.random.getrandbits(BITS)
        form, number = number & 15, number >> 4
        if form < 7:
            return self._beside_a_constant(form, number)
        if form < 9 and self.date is not None:
            return self._calendar(form, number)
        future = form > 13
        unit, most = (_FUTURE_UNITS if future else _UNITS)[number & 3]
        count, number = number // 4 % most + 1, number // 4 // most
        if form == 9:
            return f"{('more', 'less')[number & 1]} than {count}{unit}"
        if form == 10:
            return f"{count}-{count + number % 7}{unit}"
        if form == 11 and number & 7 == 7:
            return "today"
        return f"{'in ' if future else ''}{'about ' if number & 1 else ''}{count}{' ' if number & 2 else ''}{unit}{' ago' if number & 4 and not future else ''}"

    def _edge(self, number: int) -> int:
        anchors, constants = self.anchors, self.constants
        number, anchor = divmod(number, len(anchors))
        number, constant = divmod(number, len(constants))
        edge = anchors[anchor] + constants[constant] + number % 3 - 1
        return min(max(edge, LATEST), EARLIEST)

    def _beside_a_constant(self, form: int, number: int) -> str:
        edge, width = self._edge(number), 1 + number % 101
        if form < 3 or edge < 0:
            return span_text((edge, edge))
        if form < 5:
            return span_text((edge, min(edge + width, EARLIEST)))
        return span_text((max(edge - width, 0), edge))

    def _calendar(self, form: int, number: int) -> str:
        assert self.date is not None
        edge = self._edge(number) if number & 1 else number % 2000
        low, high = _CALENDAR_REACH
        day = self.date - datetime.timedelta(days=min(max(edge, low), high))
        return day.isoformat()[: (10, 10, 7, 4)[number >> 18 & 3]]


def span_text(span: Span) -> str:
    """A time as it is written in a case file, for an exact day or for a range in the past.

    >>> span_text((3, 3)), span_text((-5, -5)), span_text((10, 20))
    ('3d', 'in 5d', '10-20d')
    """
    low, high = span
    if low != high:
        return f"{low}-{high}d"
    return f"{low}d" if low >= 0 else f"in {-low}d"


def days_of(told: Any, date: datetime.date | None) -> Span:
    """The range of days that a time as written, or no time, leaves possible."""
    if told is None or told == ASKED_UNKNOWN:
        return LATEST, EARLIEST
    return parse_moment(told).before(date)


@cache
def members_of(kind: ChoiceKind) -> tuple[Any, ...]:
    """The members of a choice, in their order."""
    return tuple(kind.members)
