"""The closeness circle: the client in the middle, everyone who was told of around, the closest in the first ring.

Everyone has a direction of their own, so that no line runs through a mark of someone else. Names stand in a column on
either side, one below the other, as far down as they need.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians, sin
from typing import Final

from ipt_formulate.case.case import Case
from ipt_formulate.report import marks
from ipt_formulate.report.drawing import LINE, Label, Picture, label, label_in_one_line
from ipt_formulate.report.ties import RINGS, UNSAFE, Tie, ties_of
from ipt_formulate.vocabulary import Truth

_BAND: Final = 38.0
_CLIENT: Final = 26.0
_COLUMN: Final = 220.0
_MARGIN: Final = 12.0
_GAP: Final = 34.0
_FAN: Final = 74.0
"""How far up and down, in degrees, people are placed on either side; above and below stand the numbers of the rings."""
_APART: Final = 2 * marks.RADIUS + 6
_BETWEEN: Final = 6.0
_TITLE: Final = "Closeness circle: the client in the middle, the closest people in the first ring"


def closeness_circle_svg(case: Case) -> str:
    """Draw the closeness circle of a case as it is now.

    Who is dead, lost or without a recorded place is drawn too. A place that is only narrowed down is a bar over the
    rings that are possible. Where nothing is recorded nothing is claimed: no line means neither support nor conflict
    is recorded, not that there is none.

    Args:
        case: the case.

    Returns:
        An SVG document, complete in itself, with light and dark colours.

    Examples:
        >>> from ipt_formulate import example
        >>> closeness_circle_svg(example("mariana-ipta-casebook")).count('class="label"') > 4
        True
    """
    return _draw(_Layout.of(ties_of(case)))


@dataclass(frozen=True, slots=True)
class _Placed:
    """Someone with a direction, and a name with its place."""

    tie: Tie
    angle: float
    name: Label
    state: Label
    top: float


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where everything is: the middle, the outer radius of the client, the rings, and both columns."""

    x: float
    y: float
    inner: float
    width: float
    height: float
    left: tuple[_Placed, ...]
    right: tuple[_Placed, ...]

    @classmethod
    def of(cls, ties: Sequence[Tie]) -> _Layout:
        """Places for everyone; each ring has room for all, so that marks keep apart whoever is where."""
        ordered = sorted(ties, key=lambda tie: (tie.ring, tie.name))
        sides = ordered[0::2], ordered[1::2]
        step = 2 * _FAN / max(1, *map(len, sides))
        inner = max(_CLIENT + 14.0, _APART / (2 * sin(radians(min(step, 90)) / 2)) - _BAND / 2)
        outer = inner + (RINGS + 1) * _BAND
        texts = [[_texts(tie) for tie in side] for side in sides]
        columns = [sum(name.height + state.height + _BETWEEN for name, state in each) for each in texts]
        height = max(2 * outer, *columns) + 2 * _MARGIN + LINE
        y = _MARGIN + LINE + (height - 2 * _MARGIN - LINE) / 2
        width = 2 * (_MARGIN + _COLUMN + _GAP + outer)
        placed = [_column(side, text, y, outer, height) for side, text in zip(sides, texts, strict=True)]
        return cls(width / 2, y, inner, width, height, tuple(placed[1]), tuple(placed[0]))

    @property
    def outer(self) -> float:
        """The radius of the whole."""
        return self.inner + (RINGS + 1) * _BAND

    def radius(self, ring: float) -> float:
        """The radius at which someone in a ring stands; ring 5 is the place of those whose ring is not known."""
        return self.inner + (ring - 0.5) * _BAND

    def point(self, radius: float, angle: float, side: int) -> tuple[float, float]:
        """The point in a direction, to the right (1) or to the left (-1)."""
        return self.x + side * radius * cos(angle), self.y + radius * sin(angle)


def _texts(tie: Tie) -> tuple[Label, Label]:
    look = "warn" if UNSAFE in tie.words else "soft"
    return label(tie.name, _COLUMN, most_lines=2), label(", ".join(tie.words), _COLUMN, look=look, most_lines=3)


def _column(
    side: Sequence[Tie], texts: Sequence[tuple[Label, Label]], y: float, outer: float, height: float
) -> list[_Placed]:
    """One side from top to bottom: directions at even steps, names as near to their direction as the others allow."""
    angles = [radians(-_FAN + (place + 0.5) * 2 * _FAN / len(side)) for place in range(len(side))]
    heights = [name.height + state.height + _BETWEEN for name, state in texts]
    wanted = [y + outer * sin(angle) - each / 2 for angle, each in zip(angles, heights, strict=True)]
    tops = stacked(wanted, heights, _MARGIN + LINE, height - _MARGIN)
    return [
        _Placed(tie, angle, name, state, top)
        for tie, angle, (name, state), top in zip(side, angles, texts, tops, strict=True)
    ]


def stacked(wanted: Sequence[float], heights: Sequence[float], first: float, last: float) -> list[float]:
    """Where boxes begin that are to stand one below the other, in their order, each as near as may be to its wish.

    Args:
        wanted: where each would begin if it were alone.
        heights: the height of each.
        first: where the first may begin.
        last: where the last must end; there is room for all.

    >>> stacked([0, 1, 50], [10, 10, 10], 0, 60)
    [0, 10, 50]
    >>> stacked([40, 45], [10, 10], 0, 50)
    [30, 40]
    """
    tops: list[float] = []
    for wish, above in zip(wanted, [0.0, *heights], strict=False):
        tops.append(max(wish, tops[-1] + above if tops else first))
    limit = last
    for place in range(len(tops) - 1, -1, -1):
        tops[place] = min(tops[place], limit - heights[place])
        limit = tops[place]
    return tops


def _draw(layout: _Layout) -> str:
    picture = Picture(layout.width, layout.height + _LEGEND_HEIGHT, _TITLE)
    for ring in range(RINGS + 1, 0, -1):
        radius = layout.inner + ring * _BAND
        look = "edge open" if ring > RINGS else "edge"
        picture.draw("circle", "paper" if ring % 2 else "band", cx=layout.x, cy=layout.y, r=radius)
        picture.draw("circle", look, cx=layout.x, cy=layout.y, r=radius)
    for side, people in ((-1, layout.left), (1, layout.right)):
        for each in people:
            _tie(picture, layout, each, side)
    picture.draw("circle", "paper", cx=layout.x, cy=layout.y, r=_CLIENT)
    picture.draw("circle", "edge", cx=layout.x, cy=layout.y, r=_CLIENT)
    for words, radius in [("client", 0.0), *((str(ring), layout.radius(ring)) for ring in range(1, RINGS + 1)), ("?", layout.radius(RINGS + 1))]:  # fmt: skip
        told = label_in_one_line(words, look="ink" if words == "client" else "soft")
        picture.write(told, layout.x - told.width / 2, layout.y - radius - LINE / 2, "middle")
    for side, people in ((-1, layout.left), (1, layout.right)):
        for each in people:
            _named(picture, layout, each, side)
    _legend(picture, layout)
    return picture.svg()


def _tie(picture: Picture, layout: _Layout, each: _Placed, side: int) -> None:
    """The line to someone, the bar over the rings that are possible, the mark, and the thin line to the name."""
    tie = each.tie
    first, last = tie.ring if tie.ring_known else (RINGS + 1, RINGS + 1)
    radius = layout.radius((first + last) / 2)
    mark = layout.point(radius, each.angle, side)
    start = layout.point(max(_CLIENT, layout.inner * 0.55), each.angle, side)
    end = layout.point(radius - marks.RADIUS, each.angle, side)
    relation(picture, tie, start, end)
    if first != last:
        ends = (layout.point(layout.radius(ring), each.angle, side) for ring in (first, last))
        (x1, y1), (x2, y2) = ends
        picture.draw("line", "bar", x1=x1, y1=y1, x2=x2, y2=y2)
    edge = layout.point(layout.outer + 6, each.angle, side)
    beside = _beside(layout, each, side)
    points = " ".join(f"{round(x, 1):g},{round(y, 1):g}" for x, y in (layout.point(radius + marks.RADIUS, each.angle, side), edge, beside))  # fmt: skip
    picture.draw("polyline", "leader", points=points)
    marks.person(picture, *mark, tie.alive, lost=tie.lost is Truth.MET)


def relation(picture: Picture, tie: Tie, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Support is a straight line and conflict one of teeth, broken where it is not settled; both lie side by side."""
    supports, quarrels = tie.support is Truth.MET, tie.conflict is Truth.MET
    raised = "conflict not settled" in tie.words
    aside = 4.5 if supports and (quarrels or raised) else 0.0
    if supports:
        marks.straight(picture, "support", start, end, -aside)
    if quarrels or raised:
        marks.zigzag(picture, "conflict" if quarrels else "conflict open", start, end, aside)
    if not (supports or quarrels or raised):
        marks.straight(picture, "thin dotted", start, end)


def _beside(layout: _Layout, each: _Placed, side: int) -> tuple[float, float]:
    return layout.x + side * (layout.outer + _GAP - 4), each.top + LINE / 2


def _named(picture: Picture, layout: _Layout, each: _Placed, side: int) -> None:
    x = layout.width - _MARGIN - _COLUMN if side > 0 else _MARGIN
    picture.write(each.name, x, each.top, "start" if side > 0 else "end")
    picture.write(each.state, x, each.top + each.name.height, "start" if side > 0 else "end")


_LEGEND: Final = (
    ("alive", Truth.MET, False),
    ("lost or no contact", Truth.MET, True),
    ("dead", Truth.NOT_MET, False),
    ("alive or dead: not recorded", Truth.UNKNOWN, False),
)
_LINES: Final = ("support", "conflict", "conflict not settled", "neither is told of")
_LEGEND_HEIGHT: Final = 3 * (LINE + 6) + 2 * _MARGIN
_RINGS_TOLD: Final = "Ring 1 is closest. In the broken ring stand those whose ring is not recorded; a bar covers the rings that are possible."


def _legend(picture: Picture, layout: _Layout) -> None:
    """What the signs mean, below the circle, in two rows and a sentence."""
    y = layout.height + _MARGIN
    x = _MARGIN
    for words, alive, lost in _LEGEND:
        marks.person(picture, x + marks.RADIUS, y + LINE / 2, alive, lost=lost)
        told = label_in_one_line(words, look="soft")
        picture.write(told, x + 24, y)
        x += 24 + told.width + 22
    x, y = _MARGIN, y + LINE + 6
    for words in _LINES:
        start, end = (x, y + LINE / 2), (x + 34, y + LINE / 2)
        if words == "support":
            marks.straight(picture, "support", start, end)
        elif words == "neither is told of":
            marks.straight(picture, "thin dotted", start, end)
        else:
            marks.zigzag(picture, "conflict" if words == "conflict" else "conflict open", start, end)
        told = label_in_one_line(words, look="soft")
        picture.write(told, x + 42, y)
        x += 42 + told.width + 22
    picture.write(label(_RINGS_TOLD, layout.width - 2 * _MARGIN, look="soft", most_lines=2), _MARGIN, y + LINE + 6)
