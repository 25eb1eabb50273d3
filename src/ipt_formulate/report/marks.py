"""The signs of the pictures. Each differs from the others in shape, so that none is told by its colour alone."""

from __future__ import annotations

from math import hypot
from typing import Final

from ipt_formulate.report.drawing import Picture
from ipt_formulate.vocabulary import Truth

RADIUS: Final = 8.0
"""How far a sign reaches from its middle, in units of the picture."""


def person(picture: Picture, x: float, y: float, alive: Truth, *, lost: bool) -> None:
    """Alive: a full disc; lost or no contact: a hollow one; dead: a square crossed out; not recorded: a lozenge."""
    if alive is Truth.NOT_MET:
        picture.draw("rect", "hollow mark", x=x - 7, y=y - 7, width=14, height=14)
        picture.draw(
            "path",
            "stroke",
            d=_path(("M", x - 7, y - 7), ("L", x + 7, y + 7), ("M", x + 7, y - 7), ("L", x - 7, y + 7)),
        )
    elif alive is Truth.UNKNOWN:
        picture.draw("path", "hollow mark", d=_lozenge(x, y))
        picture.draw("circle", "full", cx=x, cy=y, r=1)
    else:
        picture.draw("circle", "hollow mark" if lost else "full mark", cx=x, cy=y, r=7)


def straight(
    picture: Picture, look: str, start: tuple[float, float], end: tuple[float, float], aside: float = 0
) -> None:
    """A straight line, moved aside by as much as is told; the ends must not be the same point."""
    (x1, y1), (x2, y2) = _moved(start, end, aside)
    picture.draw("line", look, x1=x1, y1=y1, x2=x2, y2=y2)


def zigzag(picture: Picture, look: str, start: tuple[float, float], end: tuple[float, float], aside: float = 0) -> None:
    """A line of teeth, the sign of conflict; the ends must not be the same point."""
    (x1, y1), (x2, y2) = _moved(start, end, aside)
    length = hypot(x2 - x1, y2 - y1)
    teeth = max(2, round(length / 6))
    dx, dy = (x2 - x1) / teeth, (y2 - y1) / teeth
    nx, ny = -(y2 - y1) / length * 3.5, (x2 - x1) / length * 3.5
    points = [("M", x1, y1)]
    for tooth in range(1, teeth):
        side = 1 if tooth % 2 else -1
        points.append(("L", x1 + dx * tooth + nx * side, y1 + dy * tooth + ny * side))
    picture.draw("path", look, d=_path(*points, ("L", x2, y2)))


def verdict(picture: Picture, x: float, y: float, truth: Truth) -> None:
    """Met: a disc with a tick; not met: a square with a cross; unknown: a hollow lozenge with a dot."""
    match truth:
        case Truth.MET:
            picture.draw("circle", "met mark", cx=x, cy=y, r=7)
            picture.draw("path", "light", d=_path(("M", x - 3.5, y), ("L", x - 1, y + 3), ("L", x + 4, y - 3)))
        case Truth.NOT_MET:
            picture.draw("rect", "not_met mark", x=x - 6.5, y=y - 6.5, width=13, height=13)
            cross = (("M", x - 3, y - 3), ("L", x + 3, y + 3), ("M", x + 3, y - 3), ("L", x - 3, y + 3))
            picture.draw("path", "light", d=_path(*cross))
        case Truth.UNKNOWN:
            picture.draw("path", "unknown mark", d=_lozenge(x, y))
            picture.draw("circle", "full", cx=x, cy=y, r=1)


def event(picture: Picture, kind: str, x: float, y: float) -> None:
    """Onset: a disc; worsening: a triangle that points down; death: a crossed square; change: a triangle; conflict: a star."""
    match kind:
        case "death":
            person(picture, x, y, Truth.NOT_MET, lost=False)
        case "change":
            picture.draw(
                "path", "hollow mark", d=_path(("M", x, y - 8), ("L", x + 8, y + 6), ("L", x - 8, y + 6)) + "Z"
            )
        case "worsening":
            picture.draw("path", "full mark", d=_path(("M", x, y + 7), ("L", x + 7, y - 6), ("L", x - 7, y - 6)) + "Z")
        case "conflict":
            picture.draw("rect", "on", x=x - 8, y=y - 6, width=16, height=12)
            zigzag(picture, "conflict mark", (x - 8, y), (x + 8, y))
        case _:
            picture.draw("circle", "full mark", cx=x, cy=y, r=7)


def _moved(
    start: tuple[float, float], end: tuple[float, float], aside: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    (x1, y1), (x2, y2) = start, end
    length = hypot(x2 - x1, y2 - y1)
    nx, ny = -(y2 - y1) / length * aside, (x2 - x1) / length * aside
    return (x1 + nx, y1 + ny), (x2 + nx, y2 + ny)


def _lozenge(x: float, y: float) -> str:
    return _path(("M", x, y - 8), ("L", x + 8, y), ("L", x, y + 8), ("L", x - 8, y)) + "Z"


def _path(*points: tuple[str, float, float]) -> str:
    return "".join(f"{letter}{round(x, 1):g} {round(y, 1):g}" for letter, x, y in points)
