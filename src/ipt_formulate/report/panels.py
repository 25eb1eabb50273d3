"""One panel of a chart: a scale over the sessions, with marks for what is known, and crosses for what is not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from ipt_formulate.course.results import Progress
from ipt_formulate.course.scores import Level
from ipt_formulate.report.svg import Box, Picture, text_width

LEFT: Final = 54.0
RIGHT: Final = 736.0
MARGIN: Final = 16.0
_PLOT: Final = 96.0
_SHAPES: Final = ("circle", "square", "diamond", "triangle")
_DASHES: Final = ("none", "7 3", "2 3", "9 3 2 3")
_LEVELS: Final = (("dashed level", "6 4"), ("dotted level", "2 4"))


@dataclass(frozen=True, slots=True)
class Dot:
    """One point of a panel."""

    session: int
    given: bool
    low: int
    high: int


class Across:
    """Where each session stands from left to right."""

    def __init__(self, progress: Progress) -> None:
        logged = [point.session for series in progress.measures for point in series.points]
        logged += [each.session for each in progress.weeks] + [each.session for each in progress.marks]
        ends = [each.last for each in progress.phases]
        self.first = min([1, *logged])
        self.last = max([progress.sessions or 1, *logged, *ends, self.first + 1])
        self.step = (RIGHT - LEFT) / (self.last - self.first + 1)
        self.edges = [self(each.first - 0.5) for each in progress.phases[1:]]

    def __call__(self, session: float) -> float:
        """The middle of a session, in pixels from the left."""
        return LEFT + (session - self.first + 0.5) * self.step


def total_words(low: int, high: int) -> str:
    """A total, or the range of it.

    >>> total_words(3, 3), total_words(3, 5)
    ('3', '3 to 5')
    """
    return str(low) if low == high else f"{low} to {high}"


def panel(
    picture: Picture,
    heading: str,
    dots: Sequence[Dot],
    scale: tuple[int, int],
    across: Across,
    y: float,
    index: int,
    levels: Sequence[Level] = (),
) -> float:
    """Draw a panel, and give the height at which the next begins.

    Args:
        picture: the picture.
        heading: what the panel shows, and its scale.
        dots: its points, by session.
        scale: the lowest and the highest value.
        across: where each session stands.
        y: the height at which the panel begins.
        index: which panel it is, for its shape and dashes.
        levels: totals to draw as lines, named in the heading.
    """
    shape = _SHAPES[index % len(_SHAPES)]
    lines = zip(levels, _LEVELS, strict=False)
    told = "; ".join([heading, *(f"{name}: {each.title}, {each.total:g} or less" for each, (name, _) in lines)])
    _marker(picture, shape, MARGIN + 5, y + 7)
    y = picture.paragraph(MARGIN + 16, y + 11, told, right=RIGHT, style="head") + 2
    bottom = y + _PLOT

    def up(total: float) -> float:
        return bottom - (total - scale[0]) / (scale[1] - scale[0]) * _PLOT

    picture.shape("rect", "line", x=LEFT, y=y, width=RIGHT - LEFT, height=_PLOT)
    for total in (scale[0], (scale[0] + scale[1]) // 2, scale[1]):
        picture.shape("line", "line", x1=LEFT - 4, y1=up(total), x2=LEFT, y2=up(total))
        picture.text(LEFT - 7, up(total) + 4, str(total), anchor="end", style="soft")
    for each, (_, dash) in zip(levels, _LEVELS, strict=False):
        picture.shape("line", "line", x1=LEFT, y1=up(each.total), x2=RIGHT, y2=up(each.total), stroke_dasharray=dash)
    for edge in across.edges:
        picture.shape("line", "line", x1=edge, y1=y, x2=edge, y2=bottom, stroke_dasharray="1 5")
    _joined(picture, dots, across, up, _DASHES[index % len(_DASHES)])
    _dots(picture, dots, across, up, shape, (y, bottom))
    return bottom + 14


def _joined(picture: Picture, dots: Sequence[Dot], across: Across, up: Callable[[float], float], dash: str) -> None:
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
    across: Across,
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
    across: Across,
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
        words, x = total_words(dot.low, dot.high), across(dot.session)
        half = text_width(words) / 2
        for baseline in (up(dot.high) - 9, up(dot.low) + 17.5):
            box = Box(x - half - 2, baseline - 9.5, x + half + 2, baseline + 1)
            inside = x - half >= LEFT and x + half <= RIGHT and edges[0] <= box.top and box.bottom <= edges[1] - 1
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
