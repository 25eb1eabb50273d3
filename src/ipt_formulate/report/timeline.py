"""The timeline: the episode with its worsenings above, and below it deaths, disputes and changes, each in a row.

Times are drawn as what they are, ranges: a bar over every day that is possible. Nothing is put into the middle of one.
The nearer to the assessment, the more room a day has, since days matter there and years do not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import copysign, log1p
from typing import Final

from ipt_formulate.case.case import Case
from ipt_formulate.case.moments import EARLIEST, LATEST, Span
from ipt_formulate.report import marks
from ipt_formulate.report.drawing import LINE, Label, Picture, label, label_in_one_line
from ipt_formulate.report.events import Event, events_of, onset_of, worsenings_of
from ipt_formulate.vocabulary import Truth

_WIDTH: Final = 1000.0
_MARGIN: Final = 12.0
_NAMES: Final = 330.0
_LEFT: Final = _MARGIN + 26 + _NAMES + 24
_RIGHT: Final = _WIDTH - _MARGIN - 24
_STRETCH: Final = 30.0
"""Days from which on the scale begins to shrink what is longer ago."""
_AT_LEAST: Final = 180
"""The scale reaches back as many days at least."""
_ROW_GAP: Final = 10.0
_BAR: Final = 10.0
_TITLE: Final = "Timeline: the episode of illness, and deaths, disputes and changes, as ranges of time"
_TICKS: Final = (
    (-3650, "in 10 y"), (-1825, "in 5 y"), (-730, "in 2 y"), (-365, "in 1 y"), (-180, "in 6 mo"), (-90, "in 3 mo"),
    (-30, "in 1 mo"), (-7, "in 1 w"), (0, "assessment"), (7, "1 w"), (30, "1 mo"), (90, "3 mo"), (180, "6 mo"),
    (365, "1 y"), (730, "2 y"), (1825, "5 y"), (3650, "10 y"), (7300, "20 y"), (14600, "40 y"), (29200, "80 y"),
)  # fmt: skip


def timeline_svg(case: Case) -> str:
    """Draw the timeline of a case: onset, worsenings, deaths, disputes and changes, ranges as ranges.

    What has no recorded time is drawn as a broken line over all of the time, never left out. An arrow says that a
    range goes on beyond the picture.

    Args:
        case: the case.

    Returns:
        An SVG document, complete in itself, with light and dark colours.

    Examples:
        >>> from ipt_formulate import example
        >>> "onset of the episode" in timeline_svg(example("leonard-ptsd-grief-911"))
        True
    """
    onset, worsenings, events = onset_of(case), worsenings_of(case), events_of(case)
    rows = [_Row.of(each) for each in (onset, *worsenings, *events)]
    scale = _Scale.over([onset, *worsenings, *events])
    top = _MARGIN + LINE + 8
    for row in rows:
        row.top = top
        top += row.height + _ROW_GAP
    picture = Picture(_WIDTH, top + 4 * LINE + 6 + 2 * _MARGIN, _TITLE)
    _axis(picture, scale, top)
    for row in rows:
        _row(picture, scale, row, onset)
    _legend(picture, top + _MARGIN)
    return picture.svg()


@dataclass(slots=True)
class _Row:
    """An event with its labels, and where its row begins."""

    event: Event
    name: Label
    words: Label
    top: float = 0.0

    @classmethod
    def of(cls, event: Event) -> _Row:
        words = ", ".join(event.words)
        return cls(event, label(event.name, _NAMES, most_lines=2), label(words, _NAMES, look="soft", most_lines=4))

    @property
    def height(self) -> float:
        return self.name.height + self.words.height

    @property
    def middle(self) -> float:
        return self.top + self.height / 2


@dataclass(frozen=True, slots=True)
class _Scale:
    """Days before the assessment as places in the picture, older to the left."""

    oldest: float
    latest: float

    @classmethod
    def over(cls, events: Iterable[Event]) -> _Scale:
        """A scale on which every recorded end of a range has its place."""
        ends = [day for event in events for span in (event.when, event.grew_worse or (0, 0)) for day in span]
        told = [day for day in ends if LATEST < day < EARLIEST]
        return cls(_stretched(max([_AT_LEAST, *told])), _stretched(min([0, *told])))

    def at(self, day: float) -> float:
        """The place of a day; one out of the picture lies on its edge."""
        part = (self.oldest - _stretched(day)) / (self.oldest - self.latest)
        return _LEFT + min(1.0, max(0.0, part)) * (_RIGHT - _LEFT)

    def reaches(self, day: float) -> bool:
        """Whether a day lies in the picture."""
        return self.latest - 1e-9 <= _stretched(day) <= self.oldest + 1e-9


def _stretched(day: float) -> float:
    return copysign(log1p(abs(day) / _STRETCH), day)


def _axis(picture: Picture, scale: _Scale, bottom: float) -> None:
    """Ticks with their words, as many as have room beside each other; the assessment always has its own."""
    taken: list[tuple[float, float]] = []
    for day, words in sorted(_TICKS, key=lambda tick: (tick[0] != 0, -abs(tick[0]))):
        if not scale.reaches(day):
            continue
        told, x = label_in_one_line(words, look="soft"), scale.at(day)
        left = min(max(x - told.width / 2, _LEFT - 30), _WIDTH - _MARGIN - told.width)
        if any(left < end + 8 and left + told.width > start - 8 for start, end in taken):
            continue
        taken.append((left, left + told.width))
        picture.draw("line", "edge" if day == 0 else "leader", x1=x, y1=_MARGIN + LINE + 2, x2=x, y2=bottom)
        picture.write(told, left, _MARGIN, "middle")


def _row(picture: Picture, scale: _Scale, row: _Row, onset: Event) -> None:
    event, y = row.event, row.middle
    marks.event(picture, event.sort, _MARGIN + marks.RADIUS, row.top + LINE / 2)
    picture.write(row.name, _MARGIN + 26, row.top)
    picture.write(row.words, _MARGIN + 26, row.top + row.name.height)
    if not event.when_known:
        picture.draw("line", "thin open", x1=_LEFT, y1=y, x2=_RIGHT, y2=y)
        return
    if event.goes_on in (Truth.MET, Truth.UNKNOWN) and scale.at(max(event.when[0], 0)) < scale.at(0):
        _goes_on(picture, scale, event, y)
    _bar(picture, scale, event.when, y)
    left, right = scale.at(event.when[1]), scale.at(event.when[0])
    if right - left < 2 * marks.RADIUS:
        marks.event(picture, event.sort, (left + right) / 2, y)
    if event.grew_worse is not None:
        _bar(picture, scale, event.grew_worse, y + _BAR)


def _goes_on(picture: Picture, scale: _Scale, event: Event, y: float) -> None:
    start, end = (scale.at(event.when[0]), y), (scale.at(0), y)
    if event.sort == "conflict":
        marks.zigzag(picture, "conflict" if event.goes_on is Truth.MET else "conflict open", start, end)
    else:
        marks.straight(picture, "stroke" if event.goes_on is Truth.MET else "thin open", start, end)


def _bar(picture: Picture, scale: _Scale, span: Span, y: float) -> None:
    """The bar over all days that are possible, with an arrow where it goes on beyond the picture."""
    right, left = scale.at(span[0]), scale.at(span[1])
    width = max(right - left, 2.0)
    picture.draw("rect", "range", x=left, y=y - _BAR / 2, width=width, height=_BAR)
    if not scale.reaches(span[1]):
        picture.draw("path", "stroke", d=f"M{left:g} {y - 6:g}L{left - 9:g} {y:g}L{left:g} {y + 6:g}")
    if not scale.reaches(span[0]):
        picture.draw("path", "stroke", d=f"M{right:g} {y - 6:g}L{right + 9:g} {y:g}L{right:g} {y + 6:g}")


_SIGNS: Final = ("onset", "worsening", "death", "conflict", "change")
_SAYS: Final = (
    "A bar covers every day that is possible; a broken line, that the time is not recorded. A line of teeth is a dispute "
    "that goes on, broken where that is not recorded; a plain line, what else goes on. Days near the assessment have more room than days long ago."
)


def _legend(picture: Picture, y: float) -> None:
    """What the signs mean, below the rows."""
    x = _MARGIN
    for sort in _SIGNS:
        marks.event(picture, sort, x + marks.RADIUS, y + LINE / 2)
        told = label_in_one_line("dispute" if sort == "conflict" else sort, look="soft")
        picture.write(told, x + 24, y)
        x += 24 + told.width + 24
    picture.write(label(_SAYS, _WIDTH - 2 * _MARGIN, look="soft", most_lines=3), _MARGIN, y + LINE + 6)
