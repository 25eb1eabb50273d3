"""The part of the page that lays out the course: what to offer, goals, the sessions, the review."""

from __future__ import annotations

from ipt_formulate.course.plan import plan
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.report.course import course_sections
from ipt_formulate.report.fragment import Fragment, nodes


def course(formulation: Formulation) -> Fragment:
    """The plan of the course in the form that the case records, or the usual one."""
    told = [(each.title, nodes(each.lines)) for each in course_sections(plan(formulation))]
    return Fragment("course", "The course", "course.html", {"sections": told})
