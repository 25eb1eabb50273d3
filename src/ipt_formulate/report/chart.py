"""The chart of a course: each measure over the sessions, mood, the phases, and the week's events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from ipt_formulate.case.choices import Instrument
from ipt_formulate.course.notices import PhaseSpan
from ipt_formulate.course.progress import Progress
from ipt_formulate.course.scores import Level, Series
from ipt_formulate.formulation.wording import listed
from ipt_formulate.report.svg import LINE, Box, Picture, rows_for, text_width

WIDTH: Final = 760.0
_LEFT, _RIGHT = 54.0, 736.0
_PLOT = 96.0
_MARGIN = 16.0
_ORDER: Final = (
    *(Instrument.PHQ9, Instrument.HAMD17, Instrument.BDI2, Instrument.EPDS, Instrument.GAD7),
    *(Instrument.WSAS, Instrument.WHO5),
)
_SHAPES: Final = ("circle", "square", "diamond", "triangle")
_LEVELS: Final = (("dashed level", "6 4"), ("dotted level", "2 4"))
_DASHES: Final = ("none", "7 3", "2 3", "9 3 2 3")
_HEAD = (
    "A course of Interpersonal Psychotherapy: symptoms, functioning and well-being against sessions, phases and events"
)


@dataclass(frozen=True, slots=True)
class Dot:
    """One point of a panel."""

    session: int
    given: bool
    low: int
    high: int


def chart(progress: Progress) -> str:
    """The chart as SVG: a panel for each measure, one under the other, all over the same sessions.

    Shapes and dashes tell the measures apart, so it can be read in print and without colour. A range stands where
    items are missing, and a cross where a measure was due and not given. Events are numbered and listed below.

    Examples:
        >>> from ipt_formulate.course.files import parse_course
        >>> from ipt_formulate.course.progress import progress
        >>> chart(progress(parse_course({"course": 1, "sessions": 12})))[:4]
        '<svg'
    """
    return draw(progress)[0]


def draw(progress: Progress) -> tuple[str, Picture]:
    """The SVG, and the picture with the places of its texts."""
    picture = Picture(WIDTH, _HEAD, _described(progress))
    across = _Across(progress)
    y = picture.paragraph(_MARGIN, 24, _HEAD, right=_RIGHT, style="head") + 4
    y = _phases(picture, progress.phases, across, y)
    events = _events(progress)
    if events:
        y = _event_marks(picture, events, across, y)
    top = y
    never = [each.title for each in progress.measures if not any(point.given for point in each.points)]
    given = [each for each in progress.measures if each.title not in never]
    panels = sorted(given, key=lambda each: _ORDER.index(each.instrument) if each.instrument in _ORDER else 99)
    for index, each in enumerate(panels):
        y = _measure(picture, each, across, y, index)
    if any(week.mood is not None for week in progress.weeks):
        dots = [Dot(week.session, week.mood is not None, week.mood or 0, week.mood or 0) for week in progress.weeks]
        y = _panel(picture, "Mood (0 to 10, higher is better)", dots, (0, 10), across, y, len(panels))
    if y == top:
        y = picture.paragraph(_LEFT, y + LINE, "No measure and no mood is recorded.", right=_RIGHT, style="soft")
    y = _session_numbers(picture, across, y)
    if never:
        y = picture.paragraph(_MARGIN, y, f"Due and never given, so not known: {listed(never)}.", right=_RIGHT)
    y = picture.paragraph(_MARGIN, y, _KEY, right=_RIGHT, style="soft")
    for number, (session, what) in enumerate(events, start=1):
        y = picture.paragraph(_MARGIN, y, f"{number}. Session {session}: {what}", right=_RIGHT)
    return picture.finished(y + 4), picture


_KEY: Final = (
    "A bar is a range, where items are missing. A cross: due and not given, or not recorded. "
    "Phases are parted by dotted lines; a level is named in the heading of its panel."
)


class _Across:
    """Where each session stands from left to right."""

    def __init__(self, progress: Progress) -> None:
        logged = [point.session for series in progress.measures for point in series.points]
        logged += [each.session for each in progress.weeks] + [each.session for each in progress.marks]
        ends = [each.last for each in progress.phases]
        self.first = min([1, *logged])
        self.last = max([progress.sessions or 1, *logged, *ends, self.first + 1])
        self.step = (_RIGHT - _LEFT) / (self.last - self.first + 1)
        self.edges = [self(each.first - 0.5) for each in progress.phases[1:]]

    def __call__(self, session: float) -> float:
        return _LEFT + (session - self.first + 0.5) * self.step


def _described(progress: Progress) -> str:
    """The chart in words, for who cannot see it."""
    told = []
    for series in progress.measures:
        totals = [
            f"{_session(each.session)} {_total(each.low, each.high) if each.given else 'not given'}"
            for each in series.points
        ]
        told.append(f"{series.title}: {', '.join(totals)}." if totals else f"{series.title}: not given.")
    moods = [f"session {each.session} {each.mood}" for each in progress.weeks if each.mood is not None]
    if moods:
        told.append(f"Mood: {', '.join(moods)}.")
    told += [
        f"{each.phase.value.capitalize()} phase: sessions {each.first} to {each.last}." for each in progress.phases
    ]
    told += [f"Session {session}: {what}." for session, what in _events(progress)]
    return " ".join(told) or "Nothing is recorded yet."


def _session(session: int) -> str:
    return f"session {session}" if session else "assessment"


def _total(low: int, high: int) -> str:
    return str(low) if low == high else f"{low} to {high}"


def _events(progress: Progress) -> list[tuple[int, str]]:
    events = [(each.session, each.what) for each in progress.marks]
    for week in progress.weeks:
        if week.event:
            events.append((week.session, f"{week.event} ({week.event_with})" if week.event_with else week.event))
        if week.attended is False:
            events.append((week.session, "not attended"))
    return sorted(events, key=lambda each: each[0])


def _phases(picture: Picture, phases: Sequence[PhaseSpan], across: _Across, y: float) -> float:
    if not phases:
        return y
    spans = []
    for each in phases:
        left = min(across(each.first - 0.5), _RIGHT - text_width(each.phase.value))
        spans.append((left, left + text_width(each.phase.value)))
    rows = rows_for(spans)
    for each, (left, _), row in zip(phases, spans, rows, strict=True):
        picture.text(left, y + 10 + row * LINE, each.phase.value, style="soft")
    y += (max(rows) + 1) * LINE
    for index, each in enumerate(phases):
        left, right = across(each.first - 0.5), across(each.last + 0.5)
        picture.shape("rect", "band" if index % 2 else "line", x=left, y=y, width=max(right - left, 1), height=7)
    return y + 18


def _event_marks(picture: Picture, events: Sequence[tuple[int, str]], across: _Across, y: float) -> float:
    centres = [across(session) for session, _ in events]
    halves = [text_width(str(number)) / 2 + 3 for number in range(1, len(events) + 1)]
    spans = [(centre - half, centre + half) for centre, half in zip(centres, halves, strict=True)]
    rows = rows_for(spans, gap=2)
    for number, (centre, half, row) in enumerate(zip(centres, halves, rows, strict=True), start=1):
        top = y + row * (LINE + 2)
        picture.shape("rect", "line", x=centre - half, y=top - 1, width=2 * half, height=LINE, rx=3)
        picture.text(centre, top + 10.5, str(number), anchor="middle")
    return y + (max(rows) + 1) * (LINE + 2) + 6


def _measure(picture: Picture, series: Series, across: _Across, y: float, index: int) -> float:
    dots = [Dot(each.session, each.given, each.low, each.high) for each in series.points]
    better = "higher" if series.higher_is == "better" else "lower"
    heading = f"{series.title} ({series.lowest} to {series.highest}, {better} is better)"
    return _panel(picture, heading, dots, (series.lowest, series.highest), across, y, index, series.levels)


def _panel(
    picture: Picture,
    heading: str,
    dots: Sequence[Dot],
    scale: tuple[int, int],
    across: _Across,
    y: float,
    index: int,
    levels: Sequence[Level] = (),
) -> float:
    shape = _SHAPES[index % len(_SHAPES)]
    lines = zip(levels, _LEVELS, strict=False)
    told = "; ".join([heading, *(f"{name}: {each.title}, {each.total:g} or less" for each, (name, _) in lines)])
    _marker(picture, shape, _MARGIN + 5, y + 7)
    y = picture.paragraph(_MARGIN + 16, y + 11, told, right=_RIGHT, style="head") + 2
    bottom = y + _PLOT

    def up(total: float) -> float:
        return bottom - (total - scale[0]) / (scale[1] - scale[0]) * _PLOT

    picture.shape("rect", "line", x=_LEFT, y=y, width=_RIGHT - _LEFT, height=_PLOT)
    for total in (scale[0], (scale[0] + scale[1]) // 2, scale[1]):
        picture.shape("line", "line", x1=_LEFT - 4, y1=up(total), x2=_LEFT, y2=up(total))
        picture.text(_LEFT - 7, up(total) + 4, str(total), anchor="end", style="soft")
    for each, (_, dash) in zip(levels, _LEVELS, strict=False):
        picture.shape("line", "line", x1=_LEFT, y1=up(each.total), x2=_RIGHT, y2=up(each.total), stroke_dasharray=dash)
    for edge in across.edges:
        picture.shape("line", "line", x1=edge, y1=y, x2=edge, y2=bottom, stroke_dasharray="1 5")
    _joined(picture, dots, across, up, _DASHES[index % len(_DASHES)])
    _dots(picture, dots, across, up, shape, (y, bottom))
    return bottom + 14


def _joined(picture: Picture, dots: Sequence[Dot], across: _Across, up: Callable[[float], float], dash: str) -> None:
    """Lines between neighbours that are both known; a gap stands where one between them was not given."""
    for one, other in pairwise(dots):
        if one.given and other.given:
            ends = {
                "x1": across(one.session),
                "y1": up((one.low + one.high) / 2),
                "x2": across(other.session),
                "y2": up((other.low + other.high) / 2),
            }
            picture.shape("line", "mark", **ends, stroke_dasharray=dash)


def _dots(
    picture: Picture,
    dots: Sequence[Dot],
    across: _Across,
    up: Callable[[float], float],
    shape: str,
    edges: tuple[float, float],
) -> None:
    for dot in dots:
        x = across(dot.session)
        if not dot.given:
            middle = _crossed(edges)
            for rise in (-4, 4):
                picture.shape("line", "mark", x1=x - 4, y1=middle - rise, x2=x + 4, y2=middle + rise)
        elif dot.low < dot.high:
            picture.shape("line", "mark", x1=x, y1=up(dot.low), x2=x, y2=up(dot.high))
            for total in (dot.low, dot.high):
                picture.shape("line", "mark", x1=x - 4, y1=up(total), x2=x + 4, y2=up(total))
        else:
            _marker(picture, shape, x, up(dot.low))
    _values(picture, dots, across, up, edges)


def _crossed(edges: tuple[float, float]) -> float:
    """Where the cross of a measure that was not given stands: just above the bottom, at no total."""
    return edges[1] - 7


def _values(
    picture: Picture,
    dots: Sequence[Dot],
    across: _Across,
    up: Callable[[float], float],
    edges: tuple[float, float],
) -> None:
    """The totals beside their marks, above or below, where there is room; all of them stand in the description."""
    taken = []
    for dot in dots:
        x = across(dot.session)
        top, bottom = (up(dot.high), up(dot.low)) if dot.given else (_crossed(edges), _crossed(edges))
        taken.append(Box(x - 6, top - 6, x + 6, bottom + 6))
    for dot in dots:
        if not dot.given:
            continue
        words, x = _total(dot.low, dot.high), across(dot.session)
        half = text_width(words) / 2
        for baseline in (up(dot.high) - 9, up(dot.low) + 17.5):
            box = Box(x - half - 2, baseline - 9.5, x + half + 2, baseline + 1)
            inside = x - half >= _LEFT and x + half <= _RIGHT and edges[0] <= box.top and box.bottom <= edges[1] - 1
            if inside and not any(box.meets(each) for each in taken):
                taken.append(picture.text(x, baseline, words, anchor="middle", style="value"))
                break


def _marker(picture: Picture, shape: str, x: float, y: float) -> None:
    if shape == "circle":
        picture.shape("circle", "open", cx=x, cy=y, r=4.5)
    elif shape == "square":
        picture.shape("rect", "solid", x=x - 4, y=y - 4, width=8, height=8)
    else:
        corners = {
            "diamond": [(0, -5.5), (5.5, 0), (0, 5.5), (-5.5, 0)],
            "triangle": [(0, -5.5), (5.5, 4.5), (-5.5, 4.5)],
        }[shape]
        points = " ".join(f"{x + right:.1f},{y + down:.1f}" for right, down in corners)
        picture.shape("polygon", "open" if shape == "diamond" else "solid", points=points)


def _session_numbers(picture: Picture, across: _Across, y: float) -> float:
    """The numbers under the last panel, as many as fit."""
    last = float("-inf")
    for session in range(across.first, across.last + 1):
        words = str(session) if session else "start"
        half = text_width(words) / 2
        left = max(across(session) - half, _LEFT - 20)
        if left >= last + 4:
            picture.text(left, y + 2, words, style="soft")
            last = left + 2 * half
    return picture.paragraph(_LEFT, y + 2 + LINE, "Session", right=_RIGHT, style="soft") + 4
