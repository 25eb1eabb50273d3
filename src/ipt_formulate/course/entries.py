"""What one entry of a course file holds: an offer, a goal, the log of a session, an outcome, a circle, a follow-up."""

from __future__ import annotations

import datetime
import re
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, StringConstraints

from ipt_formulate.case.choices import Response
from ipt_formulate.case.measures import Measure
from ipt_formulate.case.record import Id, Label, Record
from ipt_formulate.case.values import fault
from ipt_formulate.documents import UNSEEN
from ipt_formulate.vocabulary import ProblemArea

MOST_SESSIONS: Final = 100
MOST_ENTRIES: Final = 200


def _date(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        try:
            value = datetime.date.fromisoformat(value)
        except ValueError:
            raise fault("is not a day of the calendar; write YYYY-MM-DD") from None
    if value is None or type(value) is datetime.date:
        return value
    raise fault("must be a date, YYYY-MM-DD")


def _interval(value: Any) -> Any:
    if value is not None and not (isinstance(value, str) and re.fullmatch(r"[1-9]\d?(d|w|mo)", value)):
        raise fault("must be an interval such as 1w, 2w or 1mo")
    return value


def _yes_no(value: Any) -> Any:
    if value is not None and type(value) is not bool:
        raise fault("must be true or false, or leave it out")
    return value


def _number(low: int, high: int, meaning: str = "") -> Any:
    def within(value: Any) -> Any:
        if value is not None and (type(value) is not int or not low <= value <= high):
            raise fault(f"must be a whole number from {low} to {high}{meaning}")
        return value

    return BeforeValidator(within)


Day = Annotated[datetime.date, BeforeValidator(_date)]
SessionNumber = Annotated[int, _number(1, MOST_SESSIONS, ", the number of a session")]
Interval = Annotated[str, BeforeValidator(_interval)]
Answered = Annotated[bool, BeforeValidator(_yes_no)]
Mood = Annotated[int, _number(0, 10, ", 0 lowest and 10 best")]
Rating = Annotated[int, _number(1, 5, ", 1 much worse and 5 much better")]
Ring = Annotated[int, _number(1, 4, ", 1 is closest")]
Months = Annotated[int, _number(1, 60)]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Note = Annotated[str, StringConstraints(max_length=500, pattern=rf"^[^\t\n\r\x85{UNSEEN}]*$")]
"""One paragraph of text, without control characters: it is printed to terminals and pages as it stands."""


class By(StrEnum):
    """Who gave a rating."""

    CLIENT = "client"
    THERAPIST = "therapist"


class ProposedBy(StrEnum):
    """Who proposed a goal."""

    CLIENT = "client"
    THERAPIST = "therapist"
    BOTH = "both"


class Reached(StrEnum):
    """How far a goal is reached."""

    NOT_YET = "not_yet"
    PARTLY = "partly"
    REACHED = "reached"
    GIVEN_UP = "given_up"


class Stage(StrEnum):
    """When in the course a closeness circle was drawn."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


class FollowUpStatus(StrEnum):
    """How the client was at a follow-up; it is told, and is no finding of a measure."""

    WELL = "well"
    SOME_SYMPTOMS = "some_symptoms"
    RELAPSE = "relapse"
    IN_MAINTENANCE = "in_maintenance"
    NOT_REACHED = "not_reached"


class Offer(Record):
    """One time the formulation was offered, and what the client said."""

    session: SessionNumber = Field(description="The session in which it was offered.")
    answer: Response | None = Field(default=None, description="Agreed, edited (agreed with changes) or refused.")
    area: ProblemArea | None = Field(default=None, description="The area the client chose.")
    about: Id | None = Field(default=None, description="The death, conflict or change of the case it is about.")
    second_area: ProblemArea | None = Field(default=None, description="A second area, if one was chosen.")
    client_words: Note | None = Field(default=None, description="The problem in the client's own words.")
    reason: Note | None = Field(default=None, description="Why, in the client's words.")

    @property
    def agreed(self) -> bool:
        """Whether the client agreed, as offered or with changes."""
        return self.answer in (Response.AGREED, Response.EDITED)


class FocusChange(Record):
    """A change of the focus at a review; it needs a reason."""

    session: SessionNumber
    area: ProblemArea
    about: Id | None = None
    reason: Annotated[Note, StringConstraints(min_length=3)]


class GoalRating(Record):
    """How far a goal was reached at a session."""

    session: SessionNumber
    reached: Reached


class Goal(Record):
    """A goal that both can see when it is reached."""

    id: Id
    area: ProblemArea | None = None
    problem: Note | None = Field(default=None, description="The problem it is tied to.")
    goal: Note = Field(description="The goal.")
    seen_by: Note | None = Field(default=None, description="How both will see that it is reached.")
    technique: Word | None = Field(default=None, description="The technique that works towards it.")
    proposed_by: ProposedBy | None = None
    ratings: tuple[GoalRating, ...] = Field(default=(), max_length=MOST_ENTRIES)


class Attempt(Record):
    """What the client tried between sessions, with whom, and the result."""

    what: Note
    with_person: Id | None = Field(default=None, alias="with", description="A person of the case.")
    result: Note | None = None


class SessionEntry(Record):
    """The three-minute log of one session."""

    session: SessionNumber
    date: Day | None = None
    attended: Answered | None = None
    measures: tuple[Measure, ...] = Field(default=(), max_length=20, description="Scores of this session.")
    mood: Mood | None = Field(default=None, description="Mood since the last session, 0 lowest to 10 best.")
    event: Label | None = Field(default=None, description="The week's event between people, in a line.")
    event_with: Id | None = Field(default=None, description="With whom, a person of the case.")
    planned: tuple[Word, ...] | None = Field(default=None, max_length=20, description="Techniques planned.")
    used: tuple[Word, ...] | None = Field(default=None, max_length=20, description="Techniques used.")
    on_focus: Answered | None = Field(default=None, description="Whether there was work on the agreed focus.")
    attempts: tuple[Attempt, ...] = Field(default=(), max_length=20)
    safety_asked: Answered | None = Field(default=None, description="Whether the safety questions were asked.")


class Outcome(Record):
    """The interpersonal outcome of a focus, by client or therapist, in five points."""

    session: SessionNumber
    area: ProblemArea
    rating: Rating = Field(description="1 much worse, 2 worse, 3 as before, 4 better, 5 much better.")
    by: By


class Place(Record):
    """Where a person stands in the closeness circle."""

    person: Id = Field(description="A person of the case.")
    ring: Ring = Field(description="1 is closest, 4 outermost.")


class Circle(Record):
    """The closeness circle as it was drawn once; who is left out was not placed."""

    at: Stage
    session: SessionNumber | None = None
    places: tuple[Place, ...] = Field(default=(), max_length=MOST_ENTRIES)


class FollowUp(Record):
    """How the client was some months after the end."""

    months: Months
    status: FollowUpStatus | None = None
