"""Draws single answers: for every kind of field, every form in which an answer can be recorded.

Each answer comes from one number of 32 bits, in which zero stands for *not recorded*, and the numbers come in
blocks, one or more for each item. That is fast with `random.Random`, and lets Hypothesis shrink a failing case
towards the empty one: it zeroes numbers one by one, and the other answers stay as they are.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from functools import cache
from random import Random
from struct import Struct
from typing import Any, Final

from ipt_formulate.case.fields import ChoiceKind, Kind, MomentKind, WholeKind, YesNoKind
from ipt_formulate.case.moments import AROUND_DAYS, EARLIEST, LATEST, Span, parse_moment
from ipt_formulate.case.values import ASKED_UNKNOWN, Between, OneOf

ALWAYS: Final = (0, AROUND_DAYS, -AROUND_DAYS)
"""Days that matter in every case: the assessment or onset itself, and what *around* stands for."""

_BLOCK: Final = Struct("<8I")
_ASKED_UNKNOWN_ABOVE: Final = 248
_MIXER: Final = 0x9E3779B1
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
        self.constants = tuple(dict.fromkeys((*ALWAYS, *constants)))
        self.anchors: list[int] = [0]
        self.date: datetime.date | None = None
        self._random = random
        self._cut = round(256 * (1 - known))
        self._block: Iterator[int] = iter(())

    def start(self) -> None:
        """Begin a new block, so that what follows does not depend on how much was drawn before."""
        self._block = iter(_BLOCK.unpack(self._random.randbytes(_BLOCK.size)))

    def _number(self) -> int:
        number = next(self._block, None)
        if number is None:
            self.start()
            number = next(self._block)
        return number

    def below(self, count: int) -> int:
        """A whole number from 0 to ``count - 1``."""
        return self._number() % count

    def recorded(self) -> bool:
        """Whether something is recorded at all."""
        return self._number() & 255 >= self._cut

    def answer(self, kind: Kind) -> Any:
        """An answer, known, narrowed down or asked and not known; None where nothing was recorded."""
        number = self._number()
        if number & 255 < self._cut:
            return None
        return ASKED_UNKNOWN if number & 255 >= _ASKED_UNKNOWN_ABOVE else self._of_kind(kind, number >> 8)

    def known(self, kind: Kind) -> Any:
        """An answer that is known or narrowed down."""
        return self._of_kind(kind, self._number() >> 8)

    def _of_kind(self, kind: Kind, number: int) -> Any:
        match kind:
            case YesNoKind():
                return bool(number & 1)
            case ChoiceKind():
                return _choice(members_of(kind), number)
            case WholeKind():
                return self._whole(kind.low, kind.high, number)
            case MomentKind():
                return "never" if kind.allows_never and number % 3 == 1 else self._moment(number)
        raise TypeError(f"no way is known to draw a {type(kind).__name__}; add one here")

    def _whole(self, low: int, high: int, number: int) -> int | Between:
        """A whole number or bounds on it, often beside one of the constants."""
        form, number = number & 15, number >> 4
        fitting = [each for each in self.constants if low <= each <= high] if form & 1 else ()
        number, place = divmod(number, len(fitting) or high - low + 1)
        edge = min(max(fitting[place] + number % 3 - 1, low), high) if fitting else low + place
        width = number * _MIXER >> 8
        if form < 10:
            return edge
        return (
            Between(low + width % (edge - low + 1), edge)
            if form < 12
            else Between(edge, edge + width % (high - edge + 1))
        )

    def _moment(self, number: int) -> str:
        """A time in any form of the grammar, often beside a constant as counted from an anchor."""
        form, number = number & 15, number >> 4
        if form < 7:
            return self._beside_a_constant(form, number)
        if form < 9 and self.date is not None:
            return self._calendar(self.date, number)
        future = form > 13
        unit, most = (_FUTURE_UNITS if future else _UNITS)[number & 3]
        number, count = divmod(number >> 2, most)
        count += 1
        if form == 9:
            return f"{('more', 'less')[number & 1]} than {count}{unit}"
        if form == 10:
            return f"{count}-{count + number % 7}{unit}"
        if form == 11 and number & 7 == 7:
            return "today"
        about, space, ago = number & 1, number & 2, number & 4 and not future
        return f"{'in ' if future else ''}{'about ' if about else ''}{count}{' ' if space else ''}{unit}{' ago' if ago else ''}"

    def _edge(self, number: int) -> tuple[int, int]:
        """A day beside a constant, and what is left of the number."""
        number, anchor = divmod(number, len(self.anchors))
        number, constant = divmod(number, len(self.constants))
        number, shift = divmod(number, 3)
        edge = self.anchors[anchor] + self.constants[constant] + (0, 1, -1)[shift]
        return min(max(edge, LATEST), EARLIEST), number

    def _beside_a_constant(self, form: int, number: int) -> str:
        edge, number = self._edge(number)
        width = 1 + number % 101
        if form < 3 or edge < 0:
            return span_text((edge, edge))
        if form < 5:
            return span_text((edge, min(edge + width, EARLIEST)))
        return span_text((max(edge - width, 0), edge))

    def _calendar(self, date: datetime.date, number: int) -> str:
        form, number = number & 7, number >> 3
        edge, _ = self._edge(number) if form & 1 else (number % 2000, 0)
        low, high = _CALENDAR_REACH
        day = date - datetime.timedelta(days=min(max(edge, low), high))
        return day.isoformat()[: (10, 10, 7, 4)[form >> 1]]


def _choice(members: tuple[Any, ...], number: int) -> Any:
    if number & 3 != 3:
        return members[(number >> 2) % len(members)]
    mask = number * _MIXER >> 8
    left = OneOf(each for place, each in enumerate(members) if mask >> place & 1)
    return left if len(left) > 1 else members[0]


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
