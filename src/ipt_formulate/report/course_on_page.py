"""The parts of the page that are of the course: its plan and, where it is followed, how it stands."""

from __future__ import annotations

from base64 import b64encode

from ipt_formulate.course.contents import Plan
from ipt_formulate.course.plan import plan
from ipt_formulate.course.progress import progress
from ipt_formulate.course.record import CourseRecord
from ipt_formulate.course.results import Progress
from ipt_formulate.course.timetable import plan_of
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.report.chart import chart, in_words
from ipt_formulate.report.course import course_sections
from ipt_formulate.report.fragment import Fragment, nodes
from ipt_formulate.report.progress import progress_sections
from ipt_formulate.report.section import Section


def course(formulation: Formulation) -> Fragment:
    """The plan of the course in the form that the case records, or the usual one."""
    return _planned(plan(formulation))


def followed(formulation: Formulation, record: CourseRecord) -> tuple[Fragment, Fragment, Fragment]:
    """The safety of a course that is followed, its plan, and how it stands; safety holds that of the case too.

    What was agreed may be another number of sessions than any form of the course has: then it stands without a plan.
    """
    agreed = plan_of(record)
    found = progress(record, agreed)
    safety, *others = progress_sections(found)
    planned = course(formulation) if record.sessions is None else _planned(agreed)
    return _safety(safety), planned, _progress(found, others)


def _planned(found: Plan | None) -> Fragment:
    told = [(each.title, nodes(each.lines)) for each in course_sections(found)] if found else []
    return Fragment("course", "The course", "course.html", {"sections": told} if told else {})


def _safety(section: Section) -> Fragment:
    return Fragment("safety", section.title, "safety.html", {"lines": nodes(section.lines), "urgent": section.urgent})


def _progress(found: Progress, sections: list[Section]) -> Fragment:
    holds = {
        "picture": "data:image/svg+xml;base64," + b64encode(chart(found).encode()).decode("ascii"),
        "words": in_words(found),
        "sections": [(each.title, nodes(each.lines)) for each in sections],
    }
    return Fragment("progress", "How the course stands", "progress.html", holds)
