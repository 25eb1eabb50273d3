"""A formulation as one page for a screen, a printer or a notebook: nothing in it comes from elsewhere, and nothing runs.

The page is a tuple of fragments, safety first; each says what it holds, and a template of its own says how it looks.
Everything from a case is escaped by the templates or by the drawing of the pictures, and the page forbids scripts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from markupsafe import Markup, escape

from ipt_formulate.course.record import CourseRecord
from ipt_formulate.errors import CaseNeeded
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.report import fragments
from ipt_formulate.report.course_on_page import course as plan_of_course
from ipt_formulate.report.course_on_page import followed
from ipt_formulate.report.fragment import Fragment
from ipt_formulate.report.pages import template

FRAGMENTS: Final[tuple[Callable[[Formulation], Fragment], ...]] = (
    fragments.safety,
    fragments.focus,
    fragments.closeness,
    fragments.timeline,
    fragments.reasoning,
    fragments.contrast,
    fragments.change,
    fragments.questions,
    fragments.beside,
    fragments.techniques,
    plan_of_course,
    fragments.about,
)
"""The parts of the page in their order; one that is empty is left out."""


def to_html(formulation: Formulation, *, course: CourseRecord | None = None, framed: bool = False) -> str:
    """One self-contained page: safety, focus, closeness circle, timeline, reasoning, what would change it, techniques.

    Nothing is loaded from elsewhere and no script runs, so it can be opened from a file with the network off.

    Args:
        formulation: what `formulate` returned.
        course: the course of this case, where it is followed: its measures and progress stand on the page, and the
            red flags of its sessions with those of the case.
        framed: as a frame to put into another page, as notebooks do, instead of a page.

    Returns:
        The text of an HTML document in UTF-8, or of a frame that holds it.

    Raises:
        CaseNeeded: the formulation was read back from JSON.

    Examples:
        >>> from ipt_formulate import example, formulate, to_html
        >>> page = to_html(formulate(example("leonard-ptsd-grief-911")))
        >>> page.startswith("<!doctype html>"), "<script" in page
        (True, False)
    """
    if not formulation.has_case:
        raise CaseNeeded("to_html needs the case: formulate it again with this library")
    parts = [made for made in _made(formulation, course) if made.holds]
    written = [(part, Markup(template(part.template).render(part.holds))) for part in parts]  # noqa: S704 (escaped by the templates)
    told = {"parts": written, "status": formulation.focus.status, "images": course is not None}
    page = template("formulation.html").render(told)
    return _frame(page) if framed else page


def _made(formulation: Formulation, record: CourseRecord | None) -> Iterator[Fragment]:
    """The parts of the page; with a course that is followed its safety comes first, and how it stands after its plan."""
    if record is None:
        yield from (each(formulation) for each in FRAGMENTS)
        return
    safety, planned, stands = followed(formulation, record)
    yield safety
    for each in FRAGMENTS:
        if each is plan_of_course:
            yield from (planned, stands)
        elif each is not fragments.safety:
            yield each(formulation)


def _frame(page: str) -> str:
    held = Markup('<iframe title="Formulation" sandbox srcdoc="{}" style="{}"></iframe>')
    return str(held.format(escape(page), "width:100%;height:42rem;border:1px solid #7a8593"))
