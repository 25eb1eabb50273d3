"""The appointments of a course as iCalendar, without anything of what they are about."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Collection
from typing import Final

from ipt_formulate.course.record import CourseRecord
from ipt_formulate.course.timetable import plan_of
from ipt_formulate.errors import CourseError, EngineUnavailable, Problem

NEEDED: Final = "the calendar needs icalendar; install it with: pip install 'ipt_formulate[calendar]'"
_PRODUCT: Final = "-//ipt_formulate//appointments//EN"


def appointments(course: CourseRecord) -> dict[int, datetime.date]:
    """The day of every session: the day that is logged, else counted on from the last one that is known.

    Args:
        course: the course, with ``started`` or the date of its first session, and ``every`` and ``sessions``.

    Raises:
        CourseError: the days cannot be counted; ``problems`` lists what is missing.

    Examples:
        >>> from ipt_formulate.course.files import parse_course
        >>> course = parse_course({"course": 1, "started": "2026-01-05", "every": "1w", "sessions": 3})
        >>> [day.isoformat() for day in appointments(course).values()]
        ['2026-01-05', '2026-01-12', '2026-01-19']
    """
    logged = {each.session: each.date for each in course.log if each.date}
    first, interval, sessions = logged.get(1) or course.started, course.interval_days, course.sessions
    if first is None or interval is None or sessions is None:
        told = (("started", first), ("every", interval), ("sessions", sessions))
        what = "is not recorded, and the calendar needs it"
        raise CourseError([Problem(name, what, f"add {name}") for name, value in told if value is None])
    days = {1: first}
    for session in range(2, sessions + 1):
        days[session] = logged.get(session) or days[session - 1] + datetime.timedelta(days=interval)
    return days


def to_calendar(course: CourseRecord, *, name: str = "course") -> bytes:
    """The appointments as iCalendar. It names no person, measure, area or result.

    Args:
        course: the course.
        name: what keeps the entries of two courses apart; it enters as a digest only.

    Returns:
        The calendar; the same course and name give the same bytes.

    Raises:
        CourseError: the days cannot be counted.
        EngineUnavailable: icalendar is not installed.
    """
    try:
        from icalendar import Calendar, Event
    except ImportError as error:
        raise EngineUnavailable(NEEDED) from error
    days, due = appointments(course), _with_forms(course)
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    for session, day in days.items():
        forms = "; forms to fill in" if session in due else ""
        event = Event()
        event.add("uid", f"{_digest(name, days[1], session)}@ipt-formulate")
        event.add("dtstamp", datetime.datetime.combine(days[1], datetime.time(), datetime.UTC))
        event.add("dtstart", day)
        event.add("summary", f"Appointment {session} of {len(days)}{forms}")
        event.add("class", "PRIVATE")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _with_forms(course: CourseRecord) -> Collection[int]:
    """The sessions at which some measure is due; none where there is no plan."""
    plan = plan_of(course)
    return {each.number for each in plan.sessions if each.measures_due} if plan else set()


def _digest(name: str, first: datetime.date, session: int) -> str:
    return hashlib.sha256(f"{name}\n{first.isoformat()}\n{session}".encode()).hexdigest()[:32]
