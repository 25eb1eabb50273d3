"""Progress over the sessions: what the totals say by stated definitions, and what stands beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from pydantic import Field, ValidationError

from ipt_formulate.api import formulate
from ipt_formulate.case.case import Case
from ipt_formulate.case.choices import Instrument
from ipt_formulate.case.moments import UNIT_DAYS
from ipt_formulate.course.circles import Circles, circles_of, names_of
from ipt_formulate.course.contents import CourseSetting, Option, Plan
from ipt_formulate.course.definitions import Definition, Definitions, shipped_definitions
from ipt_formulate.course.notices import Notice, PhaseSpan, Standing, notices
from ipt_formulate.course.plan import plan as lay_out
from ipt_formulate.course.record import CourseRecord, Outcome
from ipt_formulate.course.safety import CourseSafety, safety_of
from ipt_formulate.course.scores import ASSESSMENT, ChangeClass, Series, Span, series
from ipt_formulate.errors import InputError
from ipt_formulate.formulation.part import Part
from ipt_formulate.rulebase.parameters import Parameter
from ipt_formulate.vocabulary import ProblemArea

INTENDED_USE: Final = (
    "For clinician and client to look at together. It names what totals say by the definitions that are printed with "
    "it; it finds no illness and does not say how the client will be."
)


class DefinitionUsed(Part):
    """A definition that was used, as it is printed with the results."""

    id: str
    instrument: Instrument
    kind: str
    title: str
    says: str
    basis: str = Field(description="source or assumption.")
    sources: tuple[str, ...]
    limits: tuple[str, ...]


class NumberUsed(Part):
    """A number of the course that was used."""

    name: str
    title: str
    value: int | str
    assumption: str | None = Field(description="Why this number, where it rests in whole or in part on no source.")


class Week(Part):
    """One session's mood beside the event of the week."""

    session: int
    attended: bool | None
    mood: int | None = Field(description="0 lowest to 10 best; None where it was not asked.")
    mood_change: int | None = Field(description="Against the last mood that was recorded.")
    event: str | None
    event_with: str | None = Field(description="The person, by role or label.")


class FocusOutcome(Part):
    """The interpersonal outcome of one focus at one session, by client and therapist apart."""

    area: ProblemArea
    session: int
    client: int | None
    therapist: int | None


class Mark(Part):
    """Something in the course itself, for the chart: an agreement, a change of focus."""

    session: int
    what: str


class Progress(Part):
    """Progress of one course, with the definitions it is named by. It suggests; clinician and client decide."""

    safety: CourseSafety
    sessions: int | None = Field(description="How many were agreed; None where it is not recorded.")
    last_session: int = Field(description="The last that was held; 0 where none is logged.")
    agreed_in: int | None = Field(description="The session of the agreement that counts; None where there is none.")
    review: int | None = Field(description="The session of the review at mid-course.")
    main: Instrument | None = Field(description="The measure that leads; None where none was given.")
    change: ChangeClass = Field(description="On the leading measure, at the last session at which it was given.")
    change_at: int | None
    measures: tuple[Series, ...]
    notices: tuple[Notice, ...]
    if_no_gain: tuple[Option, ...] = Field(description="What to consider where there is no gain by mid-course.")
    outcomes: tuple[FocusOutcome, ...]
    outcome_points: dict[int, str] = Field(description="What the five points of the interpersonal outcome mean.")
    outcome_basis: str
    weeks: tuple[Week, ...]
    circles: Circles
    phases: tuple[PhaseSpan, ...]
    marks: tuple[Mark, ...]
    definitions: tuple[DefinitionUsed, ...]
    numbers: tuple[NumberUsed, ...]
    intended_use: str = INTENDED_USE


def progress(
    course: CourseRecord,
    plan: Plan | None = None,
    *,
    definitions: Definitions | None = None,
) -> Progress:
    """How a course stands.

    Args:
        course: the course as it is recorded; what is left out is unknown, never *no*.
        plan: its plan; if left out, the plan of its case, variant and sessions. Where the number of sessions is
            not recorded, or no plan has it, there are no phases, and the review is half-way through what was agreed.
        definitions: other definitions than the shipped ones.

    Returns:
        The progress. A measure that was not given is unknown and never counts as improvement.

    Examples:
        >>> from ipt_formulate.course.files import parse_course
        >>> phq9 = lambda total: [{"instrument": "phq9", "total": total}]
        >>> log = [{"session": 1, "measures": phq9(19)}, {"session": 4, "measures": phq9(15)}, {"session": 8, "measures": phq9(8)}]
        >>> found = progress(parse_course({"course": 1, "sessions": 16, "log": log}))
        >>> found.change.value, found.change_at, found.measures[0].latest.verdict("phq9_response")
        ('reliable_improvement', 8, 'met')
    """
    known = definitions or shipped_definitions()
    given = _given(course)
    plan = plan if plan is not None else plan_of(course)
    timetable = _timetable(course, plan, given, known)
    weeks = _weeks_of_sessions(course)
    measures = tuple(
        series(
            each,
            given.get(each, {}),
            known,
            due=(session for session in timetable.get(each, ()) if session <= course.last_session),
            weeks=weeks,
        )
        for each in Instrument
        if each in given or each in timetable
    )
    main = next(
        (found for each in known.main for found in measures if found.instrument is each and each in given), None
    )
    phases = _phases(plan)
    safety = safety_of(course)
    offer = course.last_offer
    standing = Standing(
        course=course,
        definitions=known,
        measures=measures,
        main=main,
        agreed_in=offer.session if offer and offer.agreed else None,
        review=plan.review_at if plan else _mid_course(course, known),
        phases=phases,
        safety_asked=safety.last_asked,
        due=timetable,
    )
    latest = main.latest if main else None
    used = [each for found in measures for each in known.of(found.instrument)]
    return Progress(
        safety=safety,
        sessions=course.sessions,
        last_session=course.last_session,
        agreed_in=standing.agreed_in,
        review=standing.review,
        main=main.instrument if main else None,
        change=latest.change if latest else ChangeClass.UNKNOWN,
        change_at=latest.session if latest else None,
        measures=measures,
        notices=notices(standing),
        if_no_gain=plan.if_no_gain if plan else (),
        outcomes=_outcomes(course.outcomes),
        outcome_points=known.outcome.points,
        outcome_basis=" ".join([*known.outcome_sources, known.outcome.assumption]),
        weeks=_weeks(course),
        circles=circles_of(course),
        phases=phases,
        marks=_marks(course),
        definitions=tuple(_shown(each) for each in used),
        numbers=tuple(_number(name, known.parameters[name]) for name in _NUMBERS),
    )


_NUMBERS: Final = (
    *("start_by_session", "measure_every", "mid_course_percent", "agreed_by"),
    *("drift_sessions", "ending_within", "safety_again_after"),
)


def _given(course: CourseRecord) -> dict[Instrument, dict[int, Span]]:
    """The totals by measure and session; the latest of the case stands at 0."""
    found: dict[Instrument, dict[int, Span]] = {}
    case = course.known_case
    if case is not None:
        values = case.lowered.case.values
        for instrument in {each.instrument for each in case.assessment.measures}:
            total = values[f"latest.{instrument}.total"]
            assert isinstance(total, tuple), "a total is a pair of bounds"
            found[instrument] = {ASSESSMENT: total}
    for entry in course.log:
        for measure in entry.measures:
            found.setdefault(measure.instrument, {})[entry.session] = measure.total_bounds()
    return found


def plan_of(course: CourseRecord) -> Plan | None:
    """The plan of a course; None where the number of its sessions is not recorded, or no such plan is known.

    What was agreed may be another number than the form of the course has: then it stands, without a plan.
    """
    case = course.known_case or Case()
    recorded = case.assessment.setting.sessions
    sessions = course.sessions or (recorded if isinstance(recorded, int) else None)
    if sessions is None:
        return None
    try:
        setting = CourseSetting(variant=course.variant, sessions=sessions)
        return lay_out(formulate(case, tradition=course.tradition), setting)
    except (InputError, ValidationError):
        return None


def _phases(plan: Plan | None) -> tuple[PhaseSpan, ...]:
    if plan is None:
        return ()
    return tuple(
        PhaseSpan(phase=phase, first=sessions[0].number, last=sessions[-1].number) for phase, sessions in plan.phases()
    )


def _timetable(
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


def _weeks_of_sessions(course: CourseRecord) -> dict[int, int]:
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


def _mid_course(course: CourseRecord, definitions: Definitions) -> int | None:
    if course.sessions is None:
        return None
    return max(1, -(-course.sessions * definitions.number("mid_course_percent") // 100))


def _outcomes(outcomes: Iterable[Outcome]) -> tuple[FocusOutcome, ...]:
    found: dict[tuple[ProblemArea, int], dict[str, int]] = {}
    for each in outcomes:
        found.setdefault((each.area, each.session), {})[each.by.value] = each.rating
    return tuple(
        FocusOutcome(area=area, session=session, client=rated.get("client"), therapist=rated.get("therapist"))
        for (area, session), rated in sorted(found.items(), key=lambda each: (each[0][0].value, each[0][1]))
    )


def _weeks(course: CourseRecord) -> tuple[Week, ...]:
    names = names_of(course.known_case)
    found: list[Week] = []
    last: int | None = None
    for entry in sorted(course.log, key=lambda each: each.session):
        differs = entry.mood - last if entry.mood is not None and last is not None else None
        last = entry.mood if entry.mood is not None else last
        with_whom = names.get(entry.event_with, entry.event_with) if entry.event_with else None
        found.append(
            Week(
                session=entry.session,
                attended=entry.attended,
                mood=entry.mood,
                mood_change=differs,
                event=entry.event,
                event_with=with_whom,
            )
        )
    return tuple(found)


def _marks(course: CourseRecord) -> tuple[Mark, ...]:
    marks = []
    for offer in course.offers:
        if offer.answer is not None:
            area = f": {offer.area.replace('_', ' ')}" if offer.area else ""
            what = "focus agreed" if offer.agreed else "focus offered and refused"
            marks.append(Mark(session=offer.session, what=f"{what}{area}"))
    for changed in course.focus_changes:
        marks.append(Mark(session=changed.session, what=f"focus changed: {changed.area.replace('_', ' ')}"))
    return tuple(sorted(marks, key=lambda each: each.session))


def _shown(definition: Definition) -> DefinitionUsed:
    return DefinitionUsed(
        id=definition.id,
        instrument=definition.instrument,
        kind=definition.kind.value,
        title=definition.title,
        says=definition.says,
        basis="assumption" if definition.assumption else "source",
        sources=definition.sources,
        limits=definition.limits,
    )


def _number(name: str, parameter: Parameter) -> NumberUsed:
    value = parameter.value if not isinstance(parameter.value, list) else ", ".join(parameter.value)
    return NumberUsed(name=name, title=parameter.title, value=value, assumption=parameter.assumption)
