"""Rule-based, explainable case formulation for Interpersonal Psychotherapy.

A case goes in, a reasoned formulation comes out. It suggests; clinician and client decide.

    >>> import ipt_formulate
    >>> case = ipt_formulate.example("mrs-e-late-life-widow")
    >>> ipt_formulate.formulate(case).focus.status.value
    'provisional'

Nothing happens at import; the parts are loaded when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ipt_formulate.api import formulate
    from ipt_formulate.case.case import Case
    from ipt_formulate.case.files import example, example_names, load_case, parse_case, to_yaml
    from ipt_formulate.course.contents import CourseSetting, Plan
    from ipt_formulate.course.files import load_course
    from ipt_formulate.course.plan import plan
    from ipt_formulate.course.progress import progress
    from ipt_formulate.errors import IptFormulateError
    from ipt_formulate.formulation.model import Formulation
    from ipt_formulate.formulation.settings import Settings
    from ipt_formulate.interviews import Interview, interview
    from ipt_formulate.report.alone import to_svg
    from ipt_formulate.report.markdown import to_markdown
    from ipt_formulate.report.page import to_html
    from ipt_formulate.rulebase.loader import load_rulebase
    from ipt_formulate.rulebase.rulebase import RuleBase
    from ipt_formulate.vocabulary import ProblemArea

_HOME = {
    "Case": "case.case",
    "CourseSetting": "course.contents",
    "Formulation": "formulation.model",
    "Interview": "interviews",
    "IptFormulateError": "errors",
    "Plan": "course.contents",
    "ProblemArea": "vocabulary",
    "RuleBase": "rulebase.rulebase",
    "Settings": "formulation.settings",
    "example": "case.files",
    "example_names": "case.files",
    "formulate": "api",
    "interview": "interviews",
    "load_case": "case.files",
    "load_course": "course.files",
    "load_rulebase": "rulebase.loader",
    "parse_case": "case.files",
    "plan": "course.plan",
    "progress": "course.progress",
    "to_html": "report.page",
    "to_markdown": "report.markdown",
    "to_svg": "report.alone",
    "to_yaml": "case.files",
}

__all__ = [
    "Case",
    "CourseSetting",
    "Formulation",
    "Interview",
    "IptFormulateError",
    "Plan",
    "ProblemArea",
    "RuleBase",
    "Settings",
    "example",
    "example_names",
    "formulate",
    "interview",
    "load_case",
    "load_course",
    "load_rulebase",
    "parse_case",
    "plan",
    "progress",
    "to_html",
    "to_markdown",
    "to_svg",
    "to_yaml",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return import_module(f"{__name__}.release").VERSION
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
