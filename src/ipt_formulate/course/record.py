"""The course as it is recorded: offers, goals, the session log, outcomes, circles and follow-up.

What is left out is unknown, never *no*. Whatever the record alone can tell is checked when it is built; what
needs the case or the rule base is checked by `ipt_formulate.course.files`.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator
from itertools import pairwise
from typing import Literal, Self

from pydantic import Field, PrivateAttr, model_validator

from ipt_formulate.case.case import Case
from ipt_formulate.case.moments import UNIT_DAYS
from ipt_formulate.case.record import Record
from ipt_formulate.case.values import fault
from ipt_formulate.course.entries import (
    MOST_ENTRIES,
    MOST_SESSIONS,
    Circle,
    Day,
    FocusChange,
    FollowUp,
    Goal,
    Interval,
    Offer,
    Outcome,
    SessionEntry,
    SessionNumber,
    Stage,
    Word,
)
from ipt_formulate.course.relapse_record import RelapsePlan
from ipt_formulate.course.sheets.kinds import Sheet


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
    sheets: tuple[Sheet, ...] = Field(default=(), max_length=MOST_ENTRIES, description="Work sheets, filled in.")
    relapse_plan: RelapsePlan | None = Field(default=None, description="The plan against a relapse.")
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
    for name in ("offers", "focus_changes", "log", "outcomes", "circles", "sheets"):
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
