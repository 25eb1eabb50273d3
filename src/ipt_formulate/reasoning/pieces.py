"""Where a number or a time makes a difference: the pieces of its range within which every test comes out alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from ipt_formulate.case.fields import MomentKind, WholeKind
from ipt_formulate.case.moments import EARLIEST, LATEST, NEVER_DAYS, UNIT_DAYS, Span
from ipt_formulate.case.terms import GAP
from ipt_formulate.rulebase.conditions import Within

_NICE: Final = (("year", UNIT_DAYS["y"]), ("month", UNIT_DAYS["mo"]), ("week", UNIT_DAYS["w"]), ("day", 1))


def pieces(kind: WholeKind | MomentKind, starts: Iterable[int], first: int | None = None) -> Iterator[Span]:
    """The domain of a kind, from a first value on, cut before each of the numbers.

    >>> list(pieces(WholeKind(0, 9), [3, 7, 99]))
    [(0, 2), (3, 6), (7, 9)]
    """
    low, high = domain(kind)
    low = low if first is None else first
    cuts = sorted({low, *(start for start in starts if low < start <= high)})
    yield from zip(cuts, [*(cut - 1 for cut in cuts[1:]), high], strict=True)


def domain(kind: WholeKind | MomentKind) -> Span:
    """The first and last value that can be recorded; for times, days before the assessment."""
    return (kind.low, kind.high) if isinstance(kind, WholeKind) else (LATEST, EARLIEST)


def starts_of(leaves: Iterable[Within], anchor: Span = (0, 0)) -> Iterator[int]:
    """The values at which a test begins to come out otherwise.

    Args:
        leaves: tests of the value itself or, with an anchor, of how far it lies before it.
        anchor: the range of what the value is compared with.
    """
    for leaf in leaves:
        for edge in _told(anchor):
            yield leaf.low + edge
            yield leaf.high + edge + 1


def starts_against(leaves: Iterable[Within], times: Iterable[Span]) -> Iterator[int]:
    """The values of an anchor at which a test of other times against it begins to come out otherwise."""
    for leaf in leaves:
        for span in times:
            for edge in _told(span):
                yield edge - leaf.high
                yield edge - leaf.low + 1


def _told(span: Span) -> list[int]:
    """The edges of a time that something was recorded of; against no time at all, nothing makes a difference."""
    return [edge for edge in span if LATEST < edge < EARLIEST]


def nearest(piece: Span, present: Span) -> int:
    """The value of a piece that lies nearest to what is recorded, and of several the one nearest to 0.

    >>> nearest((10, 20), (3, 5)), nearest((10, 20), (0, 99)), nearest((10, 20), (15, 15)), nearest((-9, -5), (-99, 99))
    (10, 10, 15, -5)
    """
    low, high = max(piece[0], present[0]), min(piece[1], present[1])
    if low <= high:
        return max(low, min(high, 0))
    return piece[0] if present[1] < piece[0] else piece[1]


def days_in_words(span: Span) -> str:
    """A range of days before the assessment, in words.

    >>> days_in_words((0, 14)), days_in_words((61, EARLIEST)), days_in_words((LATEST, -1))
    ('0 days to 2 weeks ago', '61 days ago or longer', 'still ahead')
    >>> days_in_words((NEVER_DAYS, NEVER_DAYS))
    'never'
    >>> days_in_words((90, 90)), days_in_words((-20, -3)), days_in_words((LATEST, 13)), days_in_words((-3, 5))
    ('3 months ago', 'in 3 to 20 days', '13 days ago or later', 'between in 3 days and 5 days ago')
    """
    low, high = span
    if low == NEVER_DAYS:
        return "never"
    if low <= LATEST:
        return "still ahead" if high == -1 else f"{_ago(high)} or later"
    if high >= EARLIEST:
        return f"{_ago(low)} or longer"
    if low == high:
        return _ago(low)
    if high < 0:
        return f"in {-high} to {-low} days"
    return f"{_amount(low)} to {_ago(high)}" if low >= 0 else f"between {_ago(low)} and {_ago(high)}"


def _ago(days: int) -> str:
    return f"{_amount(days)} ago" if days >= 0 else f"in {_amount(-days)}"


def _amount(days: int) -> str:
    """A number of days in the largest unit that fits exactly.

    >>> _amount(365), _amount(60), _amount(13), _amount(1), _amount(0)
    ('1 year', '2 months', '13 days', '1 day', '0 days')
    """
    name, size = next(((name, size) for name, size in _NICE if days and days % size == 0), ("day", 1))
    count = days // size
    return f"{count} {name}{'' if count == 1 else 's'}"


def span_in_words(span: Span) -> str:
    """A range of whole numbers in words.

    >>> span_in_words((3, 3)), span_in_words((3, 5))
    ('3', '3 to 5')
    """
    return str(span[0]) if span[0] == span[1] else f"{span[0]} to {span[1]}"


def gap_in_words(span: Span) -> str:
    """How far one time lies before or after another, in words.

    >>> gap_in_words((-30, 180)), gap_in_words((60, GAP.high)), gap_in_words((GAP.low, 0))
    ('from 1 month after to 6 months before', '2 months or more before', 'up to 0 days before')
    >>> gap_in_words((-30, GAP.high)), gap_in_words((GAP.low, -30))
    ('no more than 1 month after', '1 month or more after')
    """
    low, high = span
    if high >= GAP.high:
        return f"{_amount(low)} or more before" if low >= 0 else f"no more than {_amount(-low)} after"
    if low <= GAP.low:
        return f"up to {_amount(high)} before" if high >= 0 else f"{_amount(-high)} or more after"
    return f"from {_side(low)} to {_side(high)}"


def _side(days: int) -> str:
    return f"{_amount(days)} before" if days >= 0 else f"{_amount(-days)} after"
