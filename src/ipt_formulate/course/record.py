"""The course as it is recorded: offers, goals, the session log, outcomes, circles and follow-up.

What is left out is unknown, never *no*. Whatever the record alone can tell is checked when it is built; what
needs the case or the rule base is checked by `ipt_formulate.course.files`.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Hashable, Iterable, Iterator
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, Field, PrivateAttr, StringConstraints, model_validator

from ipt_formulate.case.case import Case
from ipt_formulate.case.choices import Response
from ipt_formulate.case.measures import Measure
from ipt_formulate.case.moments import UNIT_DAYS
from ipt_formulate.case.record import Id, Label, Record
from ipt_formulate.case.values import fault
from ipt_formulate.vocabulary import ProblemArea

COURSE_VERSION: Final = 1
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
Note = Annotated[
    str, StringConstraints(max_length=500, pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]*$")
]
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


class CourseRecord(Record):
    """One course, as far as it is recorded.

    Examples:
        >>> course = CourseRecord(course=1, case="case.yaml", log=[{"session": 1, "mood": 4}])
        >>> course.entry(1).attended is None
        True
    """

    course: Literal[1] = Field(description="The version of this form.")
    case: Case | str | None = Field(default=None, description="A file beside this one, or the whole case.")
    tradition: Word = Field(default="weissman", description="The school whose areas apply.")
    variant: Word | None = Field(default=None, description="The variant of the course.")
    sessions: SessionNumber | None = Field(default=None, description="How many sessions were agreed.")
    started: Day | None = Field(default=None, description="The day of the first session.")
    every: Interval | None = Field(default=None, description="The interval between sessions: 1w, 2w, 1mo.")
    offers: tuple[Offer, ...] = Field(default=(), max_length=MOST_ENTRIES)
    focus_changes: tuple[FocusChange, ...] = Field(default=(), max_length=MOST_ENTRIES)
    goals: tuple[Goal, ...] = Field(default=(), max_length=MOST_ENTRIES)
    log: tuple[SessionEntry, ...] = Field(default=(), max_length=MOST_SESSIONS)
    outcomes: tuple[Outcome, ...] = Field(default=(), max_length=MOST_ENTRIES)
    circles: tuple[Circle, ...] = Field(default=(), max_length=3)
    follow_up: tuple[FollowUp, ...] = Field(default=(), max_length=60)
    _read_case: Case | None = PrivateAttr(default=None)

    @model_validator(mode="after")
    def _check(self) -> Self:
        faults = [*_beyond(self), *_twice(self), *_out_of_order(self), *_log_faults(self)]
        if faults:
            raise fault("\n".join(faults))
        return self

    @property
    def known_case(self) -> Case | None:
        """The case: written in place, or read from the file beside the course file; None while it is not read."""
        return self.case if isinstance(self.case, Case) else self._read_case

    def entry(self, session: int) -> SessionEntry | None:
        """The log of a session; None where there is none."""
        return next((each for each in self.log if each.session == session), None)

    @property
    def interval_days(self) -> int | None:
        """Days from one session to the next; None where it is not recorded."""
        found = re.fullmatch(r"(\d+)([a-z]+)", self.every or "")
        return int(found[1]) * UNIT_DAYS[found[2]] if found else None

    @property
    def last_session(self) -> int:
        """The highest number of a session that is logged and not recorded as missed; 0 where there is none."""
        return max((each.session for each in self.log if each.attended is not False), default=0)

    @property
    def last_offer(self) -> Offer | None:
        """The last offer, which is the one that counts."""
        return max(self.offers, key=lambda each: each.session, default=None)


def _numbered(course: CourseRecord) -> Iterator[tuple[str, int]]:
    for name in ("offers", "focus_changes", "log", "outcomes", "circles"):
        for index, each in enumerate(getattr(course, name)):
            if each.session is not None:
                yield f"{name}[{index}].session", each.session
    for index, goal in enumerate(course.goals):
        for place, rating in enumerate(goal.ratings):
            yield f"goals[{index}].ratings[{place}].session", rating.session


def _beyond(course: CourseRecord) -> Iterator[str]:
    """Sessions that do not exist; those of maintenance are a course of their own."""
    for where, number in _numbered(course):
        if course.sessions is not None and number > course.sessions:
            yield f"@{where}: is beyond the agreed sessions; correct it, or raise sessions if more were agreed"


def _twice(course: CourseRecord) -> Iterator[str]:
    yield from _again("log", (each.session for each in course.log), "session", "keep one log a session")
    yield from _again("offers", (each.session for each in course.offers), "session", "record one answer a session")
    yield from _again("focus_changes", (each.session for each in course.focus_changes), "session", "keep one")
    yield from _again("goals", (each.id for each in course.goals), "id", "give every goal an id of its own")
    yield from _again("circles", (each.at for each in course.circles), "at", "keep one circle for each stage")
    yield from _again("follow_up", (each.months for each in course.follow_up), "months", "keep one")
    rated = ((each.session, each.area, each.by) for each in course.outcomes)
    yield from _again("outcomes", rated, "", "keep one rating for a session, area and rater")
    for index, circle in enumerate(course.circles):
        people = (each.person for each in circle.places)
        yield from _again(f"circles[{index}].places", people, "person", "place each person once")
    for index, goal in enumerate(course.goals):
        rated_at = (each.session for each in goal.ratings)
        yield from _again(f"goals[{index}].ratings", rated_at, "session", "keep one rating a session")
    for index, entry in enumerate(course.log):
        given = (each.instrument for each in entry.measures)
        yield from _again(f"log[{index}].measures", given, "instrument", "keep one score of a measure a session")
        for name in ("planned", "used"):
            yield from _again(f"log[{index}].{name}", getattr(entry, name) or (), "", "name each technique once")


def _again(where: str, keys: Iterable[Hashable], name: str, remedy: str) -> Iterator[str]:
    seen: dict[Hashable, int] = {}
    for index, key in enumerate(keys):
        if key in seen:
            place = f"{where}[{index}]{'.' + name if name else ''}"
            yield f"@{place}: is there twice (the first is {where}[{seen[key]}]); {remedy}"
        seen.setdefault(key, index)


def _out_of_order(course: CourseRecord) -> Iterator[str]:
    """Days that run against the numbers of the sessions."""
    last, first = course.started, "started"
    dated = sorted((each.session, each.date, index) for index, each in enumerate(course.log) if each.date)
    for _, day, index in dated:
        if last is not None and day < last:
            yield f"@log[{index}].date: is before {first}, though the session is later; correct one of them"
        last, first = day, f"log[{index}].date"
    stages = list(Stage)
    drawn = sorted((stages.index(each.at), index) for index, each in enumerate(course.circles) if each.session)
    for (_, before), (_, after) in pairwise(drawn):
        if (course.circles[before].session or 0) >= (course.circles[after].session or 0):
            yield f"@circles[{after}].session: is not after circles[{before}].session; correct one of them"


def _log_faults(course: CourseRecord) -> Iterator[str]:
    for index, entry in enumerate(course.log):
        for place, measure in enumerate(entry.measures):
            if measure.taken is not None:
                yield f"@log[{index}].measures[{place}].taken: is not given here; leave it out, the session says when"
        if entry.attended is False and (entry.used or entry.on_focus):
            yield f"@log[{index}].attended: is false though work is logged for the session; correct one of them"
    for index, offer in enumerate(course.offers):
        if offer.about is not None and offer.area is None:
            yield f"@offers[{index}].about: stands without an area; add area"
        if offer.second_area is not None and offer.second_area == offer.area:
            yield f"@offers[{index}].second_area: is the same as area; leave it out"
