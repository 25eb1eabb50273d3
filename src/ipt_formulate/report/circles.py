"""The closeness circle at the start, in the middle and at the end, with the difference drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from ipt_formulate.course.circles import CircleDrawn, Circles, Move, Moved
from ipt_formulate.report.svg import LINE, Picture

PEOPLE_IN_A_ROW: Final = 12
_RADII: Final = (36.0, 64.0, 92.0, 120.0)
_PANEL: Final = 268.0
_MARGIN: Final = 16.0
_TITLE: Final = "The closeness circle over the course"
_KEY: Final = (
    "The client stands in the middle; ring 1 is closest. Filled: placed closer or further than in the circle before, "
    "with a line from the earlier place (dashed ring). Double ring: newly placed. Dashed ring with a number: "
    "placed before and not placed again, which does not say that the person is gone."
)
_WORDS: Final = {
    Move.CLOSER: "closer",
    Move.FURTHER: "further",
    Move.SAME: "as before",
    Move.NEWLY_PLACED: "newly placed",
    Move.NOT_PLACED_AGAIN: "not placed again",
}


def circles_picture(circles: Circles) -> str:
    """The circles as SVG, one beside the other, every person at the same angle in each.

    Where there are more than twelve people, the next twelve stand in circles of their own below. What differs from
    the circle before is drawn as a line, and said in words below and in the description.

    Examples:
        >>> circles_picture(Circles(drawn=(), names={}, differences=()))[:4]
        '<svg'
    """
    return draw(circles)[0]


def draw(circles: Circles) -> tuple[str, Picture]:
    """The SVG, and the picture with the places of its texts."""
    width = max(2 * _MARGIN + _PANEL * max(len(circles.drawn), 1), 2 * _MARGIN + 1.6 * _PANEL)
    right = width - _MARGIN
    told = [line for each in circles.differences for line in _told(each.moves, f"{each.earlier} to {each.later}")]
    picture = Picture(width, _TITLE, " ".join([*_places(circles), *told]) or "No circle is recorded yet.")
    y = picture.paragraph(_MARGIN, 24, _TITLE, right=right, style="head") + 2
    if not circles.drawn:
        y = picture.paragraph(_MARGIN, y, "No circle is recorded yet.", right=right)
        return picture.finished(y), picture
    people = list(circles.names)
    for first in range(0, max(len(people), 1), PEOPLE_IN_A_ROW):
        shown = people[first : first + PEOPLE_IN_A_ROW]
        for index, circle in enumerate(circles.drawn):
            before = circles.drawn[index - 1] if index else None
            _circle(picture, circle, before, shown, first, (_MARGIN + (index + 0.5) * _PANEL, y + LINE + _PANEL / 2))
        y += LINE + _PANEL + 10
    y = picture.paragraph(_MARGIN, y + 4, _KEY, right=right, style="soft") + 4
    for number, person in enumerate(people, start=1):
        y = picture.paragraph(_MARGIN, y, f"{number}. {circles.names[person]}: {_path(circles, person)}", right=right)
    return picture.finished(y), picture


def _circle(
    picture: Picture,
    circle: CircleDrawn,
    before: CircleDrawn | None,
    people: Sequence[str],
    offset: int,
    centre: tuple[float, float],
) -> None:
    across, down = centre
    session = f", session {circle.session}" if circle.session else ""
    picture.text(across, down - _PANEL / 2 + 4, f"{circle.at}{session}", anchor="middle", style="head")
    for radius in reversed(_RADII):
        picture.shape("circle", "line", cx=across, cy=down, r=radius)
    picture.shape("circle", "solid", cx=across, cy=down, r=5)
    for index, person in enumerate(people):
        angle = 2 * math.pi * index / len(people) - math.pi / 2
        now = _place(centre, circle.rings.get(person), angle)
        then = _place(centre, before.rings.get(person), angle) if before else None
        _person(picture, str(offset + index + 1), now, then, first=before is None)


def _place(centre: tuple[float, float], ring: int | None, angle: float) -> tuple[float, float] | None:
    if ring is None:
        return None
    radius = _RADII[ring - 1]
    return centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle)


def _person(
    picture: Picture, number: str, now: tuple[float, float] | None, then: tuple[float, float] | None, *, first: bool
) -> None:
    """One person: where they stand, where they stood, and the line between."""
    radius = 8.0 if len(number) < 3 else 11.0
    if now is None:
        if then is not None:
            picture.shape("circle", "open", cx=then[0], cy=then[1], r=radius, stroke_dasharray="2 2")
            _number(picture, then, number)
        return
    moved = then is not None and then != now
    if then is not None and moved:
        picture.shape("circle", "open", cx=then[0], cy=then[1], r=5, stroke_dasharray="2 2")
        picture.shape("line", "mark", x1=then[0], y1=then[1], x2=now[0], y2=now[1])
    if then is None and not first:
        picture.shape("circle", "open", cx=now[0], cy=now[1], r=radius + 3)
    picture.shape("circle", "moved" if moved else "open", cx=now[0], cy=now[1], r=radius)
    _number(picture, now, number, style="on-moved" if moved else "")


def _number(picture: Picture, place: tuple[float, float], number: str, *, style: str = "") -> None:
    picture.text(place[0], place[1] + 3.2, number, anchor="middle", style=style, size=9)


def _path(circles: Circles, person: str) -> str:
    """A person's rings over the circles, and what differs from each to the next."""
    told = []
    for index, circle in enumerate(circles.drawn):
        ring = circle.rings.get(person)
        place = f"ring {ring}" if ring is not None else "not placed"
        differs = ""
        if index:
            pair = (circles.drawn[index - 1].at, circle.at)
            found = next(each for each in circles.differences if (each.earlier, each.later) == pair)
            move = next((each.move for each in found.moves if each.person == person), None)
            differs = f" ({_WORDS[move]})" if move else ""
        told.append(f"{circle.at} {place}{differs}")
    return ", ".join(told)


def _places(circles: Circles) -> list[str]:
    return [
        f"{circle.at.capitalize()}: {', '.join(f'{circles.names[person]} in ring {ring}' for person, ring in circle.rings.items())}."
        for circle in circles.drawn
        if circle.rings
    ]


def _told(moves: Sequence[Moved], when: str) -> list[str]:
    return [f"From {when}, {each.name}: {_WORDS[each.move]}." for each in moves if each.move is not Move.SAME]
