"""Progress over the sessions: what the totals say by stated definitions, and what stands beside them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ipt_formulate.case.choices import Instrument
from ipt_formulate.course.circles import circles_of, names_of
from ipt_formulate.course.contents import Plan
from ipt_formulate.course.definitions import Definition, Definitions, shipped_definitions
from ipt_formulate.course.entries import Outcome
from ipt_formulate.course.notices import Standing, notices
from ipt_formulate.course.record import CourseRecord
from ipt_formulate.course.results import DefinitionUsed, FocusOutcome, Mark, NumberUsed, Progress, Week
from ipt_formulate.course.safety import safety_of
from ipt_formulate.course.scores import ASSESSMENT, ChangeClass, Span, series
from ipt_formulate.course.timetable import mid_course, phases_of, plan_of, timetable_of, weeks_of
from ipt_formulate.rulebase.parameters import Parameter
from ipt_formulate.vocabulary import ProblemArea


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
    timetable = timetable_of(course, plan, given, known)
    weeks = weeks_of(course)
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
    phases = phases_of(plan)
    safety = safety_of(course)
    offer = course.last_offer
    standing = Standing(
        course=course,
        definitions=known,
        measures=measures,
        main=main,
        agreed_in=offer.session if offer and offer.agreed else None,
        review=plan.review_at if plan else mid_course(course, known),
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
