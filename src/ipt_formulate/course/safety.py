"""Safety over the course: every red flag of the case and of the log, and when the questions were last asked."""

from __future__ import annotations

from pydantic import Field

from ipt_formulate.api import formulate
from ipt_formulate.case.assessment import MOST_MEASURES
from ipt_formulate.case.case import Case
from ipt_formulate.case.measures import Measure
from ipt_formulate.case.moments import Moment, parse_moment
from ipt_formulate.course.record import CourseRecord
from ipt_formulate.course.scores import ASSESSMENT
from ipt_formulate.formulation.contents import Safety, SafetyFlag
from ipt_formulate.formulation.part import Part


class FlagInCourse(Part):
    """A red flag, and the sessions whose scores raise it; 0 is the case as it was assessed."""

    flag: SafetyFlag
    sessions: tuple[int, ...]


class CourseSafety(Part):
    """Red flags over the course. There is no level that means all is well."""

    flags: tuple[FlagInCourse, ...]
    not_yet_asked: tuple[str, ...]
    last_asked: int | None = Field(description="The session, 0 for the assessment; None where it is not recorded.")
    case_is_read: bool


def safety_of(course: CourseRecord) -> CourseSafety:
    """The red flags of a course.

    Args:
        course: the course; its case must have been read for the flags of the case to be seen.

    Returns:
        Every flag that the case or the scores of any session raise: a flag that an earlier session raised stays, with
        its session, until the clinician has looked at it. What is not known of the case and the latest scores is
        listed as not yet asked.
    """
    case = course.known_case or Case()
    found = {ASSESSMENT: _safety(case, (), course.tradition)}
    latest: dict[str, Measure] = {}
    for entry in sorted(course.log, key=lambda each: each.session):
        if entry.measures:
            latest |= {str(each.instrument): each for each in entry.measures}
            found[entry.session] = _safety(case, tuple(latest.values()), course.tradition)
    flags: dict[str, tuple[SafetyFlag, list[int]]] = {}
    for session, safety in found.items():
        for flag in safety.flags:
            flags.setdefault(flag.rule, (flag, []))[1].append(session)
    return CourseSafety(
        flags=tuple(FlagInCourse(flag=flag, sessions=tuple(sessions)) for flag, sessions in flags.values()),
        not_yet_asked=found[max(found)].not_yet_asked,
        last_asked=_last_asked(course),
        case_is_read=course.known_case is not None,
    )


def _safety(case: Case, scores: tuple[Measure, ...], tradition: str) -> Safety:
    """The safety of a case with the scores of the course in the place of earlier ones."""
    if scores:
        replaced = {each.instrument for each in scores}
        others = [each for each in case.assessment.measures if each.instrument not in replaced]
        kept = others[: MOST_MEASURES - len(scores)]  # all of them were looked at with the case
        new = [each.model_copy(update={"taken": parse_moment("today")}) for each in scores]
        case = case.model_copy(update={"assessment": case.assessment.model_copy(update={"measures": (*kept, *new)})})
    return formulate(case, tradition=tradition).safety


def _last_asked(course: CourseRecord) -> int | None:
    asked = [each.session for each in course.log if each.safety_asked]
    case = course.known_case
    if case is not None and isinstance(case.assessment.safety.asked, Moment):
        asked.append(ASSESSMENT)
    return max(asked, default=None)
