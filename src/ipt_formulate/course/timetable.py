"""When things are due in a course: its plan, its phases, its measures, the week of each session."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError

from ipt_formulate.api import formulate
from ipt_formulate.case.case import Case
from ipt_formulate.case.choices import Instrument
from ipt_formulate.case.moments import UNIT_DAYS
from ipt_formulate.course.contents import CourseSetting, Plan
from ipt_formulate.course.definitions import Definitions
from ipt_formulate.course.notices import PhaseSpan
from ipt_formulate.course.plan import plan as lay_out
from ipt_formulate.course.record import CourseRecord
from ipt_formulate.course.scores import Span
from ipt_formulate.errors import InputError


def plan_of(course: CourseRecord) -> Plan | None:
    """The plan of a course; None where the number of its sessions is not recorded, or no such plan is known.

    What was agreed may be another number than the form of the course has: then it stands, without a plan.
    """
    case = as_agreed(course.known_case or Case(), course)
    recorded = case.assessment.setting.sessions
    sessions = course.sessions or (recorded if isinstance(recorded, int) else None)
    if sessions is None:
        return None
    try:
        setting = CourseSetting(variant=course.variant, sessions=sessions)
        return lay_out(formulate(case, tradition=course.tradition), setting)
    except (InputError, ValidationError):
        return None


def as_agreed(case: Case, course: CourseRecord) -> Case:
    """The case with the client's last answer to an offer in it, and the focus that was agreed on since, if any."""
    offer = course.last_offer
    if offer is None or offer.answer is None:
        return case
    area, about = offer.area, offer.about
    for change in sorted(course.focus_changes, key=lambda each: each.session):
        if change.session > offer.session and offer.agreed:
            area, about = change.area, change.about
    told = {"answer": offer.answer.value, "chosen": area.value if area else None, "about": about if area else None}
    return case.with_("assessment.response", {name: value for name, value in told.items() if value is not None})


def phases_of(plan: Plan | None) -> tuple[PhaseSpan, ...]:
    """The phases of a plan; none without a plan."""
    if plan is None:
        return ()
    return tuple(
        PhaseSpan(phase=phase, first=sessions[0].number, last=sessions[-1].number) for phase, sessions in plan.phases()
    )


def timetable_of(
    course: CourseRecord,
    plan: Plan | None,
    given: Mapping[Instrument, Mapping[int, Span]],
    definitions: Definitions,
) -> dict[Instrument, tuple[int, ...]]:
    """By measure the sessions at which it is due: as the plan says, else the first and every fourth after it."""
    if plan is not None:
        found: dict[Instrument, tuple[int, ...]] = {}
        for session in plan.sessions:
            for instrument in session.measures_due:
                found[instrument] = (*found.get(instrument, ()), session.number)
        return found
    last = course.sessions or course.last_session
    sessions = tuple(range(1, last + 1, definitions.number("measure_every")))
    logged = [each for each, sessions_of in given.items() if any(sessions_of)]
    led = [each for each in definitions.main if each in given][:1] or list(definitions.main[:1])
    return dict.fromkeys([*led, *logged], sessions)


def weeks_of(course: CourseRecord) -> dict[int, int]:
    """The week of each logged session: by its date, else by the interval, else one a week."""
    dates = {each.session: each.date for each in course.log if each.date}
    first = course.started or dates.get(1)
    interval = course.interval_days or UNIT_DAYS["w"]
    found = {}
    for session in range(1, (course.sessions or course.last_session) + 1):
        day = dates.get(session)
        days = (day - first).days if day and first else (session - 1) * interval
        found[session] = days // UNIT_DAYS["w"] + 1
    return found


def mid_course(course: CourseRecord, definitions: Definitions) -> int | None:
    """The session of the middle, for a course without a plan; None where the number of sessions is not recorded."""
    if course.sessions is None:
        return None
    return max(1, -(-course.sessions * definitions.number("mid_course_percent") // 100))
