"""How the closeness circle differs between the start, the middle and the end."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from itertools import combinations

from pydantic import Field

from ipt_formulate.case.case import Case
from ipt_formulate.course.entries import Circle, Stage
from ipt_formulate.course.record import CourseRecord
from ipt_formulate.formulation.part import Part
from ipt_formulate.formulation.wording import Names


class Move(StrEnum):
    """How a person's place differs. Who was not placed is not known to have gone."""

    CLOSER = "closer"
    FURTHER = "further"
    SAME = "same"
    NEWLY_PLACED = "newly_placed"
    NOT_PLACED_AGAIN = "not_placed_again"


class Moved(Part):
    """A person in two circles."""

    person: str
    name: str
    before: int | None = Field(description="The ring, 1 is closest; None where the person was not placed.")
    after: int | None
    move: Move


class CircleDrawn(Part):
    """One circle: the rings of the people who were placed."""

    at: Stage
    session: int | None
    rings: dict[str, int]


class CircleDifference(Part):
    """What differs from one circle to a later one."""

    earlier: Stage
    later: Stage
    moves: tuple[Moved, ...]


class Circles(Part):
    """The circles that were drawn, who is in them, and how each differs from every earlier one."""

    drawn: tuple[CircleDrawn, ...]
    names: dict[str, str]
    differences: tuple[CircleDifference, ...]


def circles_of(course: CourseRecord) -> Circles:
    """The circles of a course with their differences.

    Examples:
        >>> from ipt_formulate.course.files import parse_course
        >>> rings = lambda ring: [{"person": "son", "ring": ring}]
        >>> course = parse_course({"course": 1, "circles": [{"at": "start", "places": rings(3)}, {"at": "end", "places": rings(1)}]})
        >>> circles_of(course).differences[0].moves[0].move.value
        'closer'
    """
    drawn = sorted((_drawn(each) for each in course.circles), key=lambda each: list(Stage).index(each.at))
    people = [person for circle in drawn for person in circle.rings]
    named = names_of(course.known_case)
    names = {person: named.get(person, person) for person in dict.fromkeys(people)}
    differences = tuple(
        CircleDifference(earlier=before.at, later=after.at, moves=tuple(_moves(before, after, names)))
        for before, after in combinations(drawn, 2)
    )
    return Circles(drawn=tuple(drawn), names=names, differences=differences)


def names_of(case: Case | None) -> dict[str, str]:
    """How the people of a case are called in outputs, by id: by role or label, and told apart where two are alike."""
    if case is None:
        return {}
    names = Names(case)
    people = zip(case.inventory.people, case.lowered.lists["people"].items, strict=True)
    called = {person.id: names.person(item).removeprefix("the ") for person, item in people}
    many = Counter(called.values())
    return {id_: f"{name} ({id_})" if many[name] > 1 and id_ not in name else name for id_, name in called.items()}


def _drawn(circle: Circle) -> CircleDrawn:
    rings = {each.person: each.ring for each in circle.places}
    return CircleDrawn(at=circle.at, session=circle.session, rings=rings)


def _moves(before: CircleDrawn, after: CircleDrawn, names: dict[str, str]) -> list[Moved]:
    people = [person for person in names if person in before.rings or person in after.rings]
    return [
        Moved(
            person=person,
            name=names[person],
            before=before.rings.get(person),
            after=after.rings.get(person),
            move=_move(before.rings.get(person), after.rings.get(person)),
        )
        for person in people
    ]


def _move(before: int | None, after: int | None) -> Move:
    if before is None:
        return Move.NEWLY_PLACED
    if after is None:
        return Move.NOT_PLACED_AGAIN
    return Move.SAME if before == after else (Move.CLOSER if after < before else Move.FURTHER)
