"""The chart of a course: each measure over the sessions, mood, the phases, and the week's events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ipt_formulate.case.choices import Instrument
from ipt_formulate.course.notices import PhaseSpan
from ipt_formulate.course.results import Progress
from ipt_formulate.course.scores import Series
from ipt_formulate.formulation.wording import listed
from ipt_formulate.report.panels import LEFT, MARGIN, RIGHT, Across, Dot, panel, total_words
from ipt_formulate.report.svg import LINE, Picture, rows_for, text_width

WIDTH: Final = 760.0
_ORDER: Final = (
    *(Instrument.PHQ9, Instrument.HAMD17, Instrument.BDI2, Instrument.EPDS, Instrument.GAD7),
    *(Instrument.WSAS, Instrument.WHO5),
)
_HEAD = (
    "A course of Interpersonal Psychotherapy: symptoms, functioning and well-being against sessions, phases and events"
)


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
    picture = Picture(WIDTH, _HEAD, in_words(progress))
    across = Across(progress)
    y = picture.paragraph(MARGIN, 24, _HEAD, right=RIGHT, style="head") + 4
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
        y = panel(picture, "Mood (0 to 10, higher is better)", dots, (0, 10), across, y, len(panels))
    if y == top:
        y = picture.paragraph(LEFT, y + LINE, "No measure and no mood is recorded.", right=RIGHT, style="soft")
    y = _session_numbers(picture, across, y)
    if never:
        y = picture.paragraph(MARGIN, y, f"Due and never given, so not known: {listed(never)}.", right=RIGHT)
    y = picture.paragraph(MARGIN, y, _KEY, right=RIGHT, style="soft")
    for number, (session, what) in enumerate(events, start=1):
        y = picture.paragraph(MARGIN, y, f"{number}. Session {session}: {what}", right=RIGHT)
    return picture.finished(y + 4), picture


_KEY: Final = (
    "A bar is a range, where items are missing. A cross: due and not given, or not recorded. "
    "Phases are parted by dotted lines; a level is named in the heading of its panel."
)


def in_words(progress: Progress) -> str:
    """The chart in words, for who cannot see it."""
    told = []
    for series in progress.measures:
        totals = [
            f"{_session(each.session)} {total_words(each.low, each.high) if each.given else 'not given'}"
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


def _events(progress: Progress) -> list[tuple[int, str]]:
    events = [(each.session, each.what) for each in progress.marks]
    for week in progress.weeks:
        if week.event:
            events.append((week.session, f"{week.event} ({week.event_with})" if week.event_with else week.event))
        if week.attended is False:
            events.append((week.session, "not attended"))
    return sorted(events, key=lambda each: each[0])


def _phases(picture: Picture, phases: Sequence[PhaseSpan], across: Across, y: float) -> float:
    if not phases:
        return y
    spans = []
    for each in phases:
        left = min(across(each.first - 0.5), RIGHT - text_width(each.phase.value))
        spans.append((left, left + text_width(each.phase.value)))
    rows = rows_for(spans)
    for each, (left, _), row in zip(phases, spans, rows, strict=True):
        picture.text(left, y + 10 + row * LINE, each.phase.value, style="soft")
    y += (max(rows) + 1) * LINE
    for index, each in enumerate(phases):
        left, right = across(each.first - 0.5), across(each.last + 0.5)
        picture.shape("rect", "band" if index % 2 else "line", x=left, y=y, width=max(right - left, 1), height=7)
    return y + 18


def _event_marks(picture: Picture, events: Sequence[tuple[int, str]], across: Across, y: float) -> float:
    centres = [across(session) for session, _ in events]
    halves = [text_width(str(number)) / 2 + 3 for number in range(1, len(events) + 1)]
    spans = [(centre - half, centre + half) for centre, half in zip(centres, halves, strict=True)]
    rows = rows_for(spans, gap=2)
    for number, (centre, half, row) in enumerate(zip(centres, halves, rows, strict=True), start=1):
        top = y + row * (LINE + 2)
        picture.shape("rect", "line", x=centre - half, y=top - 1, width=2 * half, height=LINE, rx=3)
        picture.text(centre, top + 10.5, str(number), anchor="middle")
    return y + (max(rows) + 1) * (LINE + 2) + 6


def _measure(picture: Picture, series: Series, across: Across, y: float, index: int) -> float:
    dots = [Dot(each.session, each.given, each.low, each.high) for each in series.points]
    better = "higher" if series.higher_is == "better" else "lower"
    heading = f"{series.title} ({series.lowest} to {series.highest}, {better} is better)"
    return panel(picture, heading, dots, (series.lowest, series.highest), across, y, index, series.levels)


def _session_numbers(picture: Picture, across: Across, y: float) -> float:
    """The numbers under the last panel, as many as fit."""
    last = float("-inf")
    for session in range(across.first, across.last + 1):
        words = str(session) if session else "start"
        half = text_width(words) / 2
        left = max(across(session) - half, LEFT - 20)
        if left >= last + 4:
            picture.text(left, y + 2, words, style="soft")
            last = left + 2 * half
    return picture.paragraph(LEFT, y + 2 + LINE, "Session", right=RIGHT, style="soft") + 4
