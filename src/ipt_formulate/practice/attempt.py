"""An attempt: what someone makes of a teaching case before the library's reasoning is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, ValidationError

from ipt_formulate.case.choices import Order
from ipt_formulate.case.faults import problems_of
from ipt_formulate.case.record import Id, Record
from ipt_formulate.errors import InputError, Problem, silent
from ipt_formulate.practice.teaching import MOST_SESSIONS, NO_FOCUS, FocusWord, TeachingCase
from ipt_formulate.report.ties import RINGS
from ipt_formulate.vocabulary import ProblemArea

MOST_PLACED = 1000


class By(StrEnum):
    """Who made an attempt."""

    TRAINEE = "trainee"
    THERAPIST = "therapist"
    SUPERVISOR = "supervisor"


class Mark(StrEnum):
    """What someone says of a problem area."""

    PRESENT = "present"
    ABSENT = "absent"
    UNSURE = "unsure"


class Override(Record):
    """That someone holds to another view of an area once the library's reasoning is seen, and why.

    Attributes:
        area: the area.
        says: whether the area is present, in this view.
        reason: why; it goes into the export as it was written.
    """

    area: ProblemArea
    says: Literal[Mark.PRESENT, Mark.ABSENT]
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=2000)]


class Attempt(Record):
    """What one person makes of a case.

    Attributes:
        by: who made it.
        case: the name of the teaching case.
        areas: by area, present, absent or not sure.
        focus: the area in focus; ``none`` where no focus is settled yet.
        closeness: by person of the case, the ring of the closeness circle, 1 innermost; None where not placed.
        order: by death, conflict or change of the case, when it began, as seen from the onset; None where not placed.
        sessions: how many sessions there were, in a staged case.
        asked: the questions put, in their order, in a staged case.
        override: a view that is held against the library's once that is seen.
    """

    by: By = By.TRAINEE
    case: Id
    areas: dict[ProblemArea, Mark]
    focus: FocusWord
    closeness: dict[Id, int | None] = Field(default={}, max_length=MOST_PLACED)
    order: dict[Id, Order | None] = Field(default={}, max_length=MOST_PLACED)
    sessions: int = Field(default=0, ge=0, le=MOST_SESSIONS)
    asked: tuple[Id, ...] = Field(default=(), max_length=200)
    override: Override | None = None


@silent
def parse_attempt(content: Any) -> Attempt:
    """An attempt from plain dictionaries and lists.

    Raises:
        InputError: the content is no attempt; ``problems`` lists every fault.

    Examples:
        >>> parse_attempt({"case": "leonard-ptsd-grief-911", "areas": {"grief": "maybe"}})
        Traceback (most recent call last):
        ...
        ipt_formulate.errors.InputError: areas.grief: must be present, absent or unsure
        focus: is required
    """
    if not isinstance(content, Mapping):
        raise InputError([Problem("", "an attempt must be a mapping", "give by, case, areas and focus")])
    try:
        return Attempt.model_validate(dict(content))
    except ValidationError as error:
        raise InputError(problems_of(error, Attempt)) from None


def problems_of_attempt(teaching: TeachingCase, attempt: Attempt, areas: tuple[ProblemArea, ...]) -> Iterator[Problem]:
    """What keeps an attempt from being looked at: what is not said yet, and what the case has not.

    Args:
        teaching: its case.
        attempt: the attempt.
        areas: the areas of the case's tradition.
    """
    for area in areas:
        if area not in attempt.areas:
            yield Problem(f"areas.{area}", "is not marked", "mark it present, absent or unsure, then commit")
    for area in attempt.areas:
        if area not in areas:
            yield Problem(f"areas.{area}", "is no area of this school", f"there are: {', '.join(areas)}")
    if attempt.focus != NO_FOCUS and attempt.focus not in areas:
        yield Problem("focus", "is no area of this school", f"there are: {', '.join(areas)}, none")
    if attempt.override is not None and attempt.override.area not in areas:
        yield Problem("override.area", "is no area of this school", f"there are: {', '.join(areas)}")
    for person, ring in attempt.closeness.items():
        if ring is not None and not 1 <= ring <= RINGS:
            yield Problem(f"closeness.{person}", f"must be 1 to {RINGS}", "1 is closest")
    yield from _of_asking(teaching, attempt)


def _of_asking(teaching: TeachingCase, attempt: Attempt) -> Iterator[Problem]:
    """Questions that could not have been put: unknown ones, too many, too early, or twice."""
    asks = {ask.id: (stage.session, ask) for stage, ask in teaching.asks()}
    if attempt.sessions > len(teaching.stages):
        yield Problem("sessions", f"must be 0 to {len(teaching.stages)}", "the case has no more sessions")
    most = (teaching.asks_a_session or 0) * attempt.sessions
    if len(attempt.asked) > most:
        yield Problem("asked", f"holds more than the {most} questions that there was time for", "put fewer")
    put: set[str] = set()
    for place, each in enumerate(attempt.asked):
        where = f"asked[{place}]"
        if each not in asks:
            yield Problem(where, "is no question of this case", "see the list of its questions")
        elif each in put:
            yield Problem(where, "was put before", "put it once")
        elif asks[each][0] > attempt.sessions or not set(asks[each][1].after) <= put:
            yield Problem(where, "could not be put yet", "put it in its session, after those before it")
        put.add(each)
