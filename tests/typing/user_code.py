"""An application that uses the library: what a type checker, and so an editor, says of the main calls.

It is checked under mypy and under pyright, both strict, and it is run.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import assert_type

import ipt_formulate as ipt
from ipt_formulate.checking.check import Check, Difference, check
from ipt_formulate.course.record import CourseRecord
from ipt_formulate.course.results import Progress
from ipt_formulate.errors import CaseError, Problem
from ipt_formulate.formulation.advised import TechniqueAdvice
from ipt_formulate.formulation.contents import AreaChoice, AreaFinding, Candidate, Provenance, Question
from ipt_formulate.reasoning.changes import Counterfactual, FactChange, WhatWouldChange
from ipt_formulate.reasoning.contrast import Contrast, WhyNot
from ipt_formulate.reasoning.robustness import Robustness
from ipt_formulate.reasoning.sufficient import Reasons, SufficientReasons
from ipt_formulate.reasoning.trees import AreaReasons, Reasoning
from ipt_formulate.vocabulary import EngineName, FocusStatus


def a_case() -> ipt.Case:
    """A case from plain values, changed at one place, and what is wrong with one."""
    case = assert_type(ipt.parse_case({"inventory": {"deaths": [{"id": "husband", "when": "3mo"}]}}), ipt.Case)
    case = assert_type(case.with_("assessment.episode.onset", "3mo"), ipt.Case)
    assert_type(case.without("assessment.episode.onset"), ipt.Case)
    assert_type(ipt.to_yaml(case), str)
    assert_type(ipt.example_names(), tuple[str, ...])
    try:
        ipt.parse_case({"assessment": {"age": "old"}})
    except CaseError as error:
        assert_type(error.problems, tuple[Problem, ...])
        assert_type(error.problems[0].where, str)
    return case


def a_formulation(case: ipt.Case) -> ipt.Formulation:
    """A formulation, its focus, areas and provenance."""
    formulation = assert_type(ipt.formulate(case, tradition="weissman", engine="reference"), ipt.Formulation)
    assert_type(formulation.focus.status, FocusStatus)
    assert_type(formulation.focus.primary, AreaChoice | None)
    for choice in formulation.focus.leading:
        assert_type(choice.area, ipt.ProblemArea)
        assert_type(choice.candidates, tuple[Candidate, ...])
    assert_type(formulation.areas, Mapping[ipt.ProblemArea, AreaFinding])
    assert_type(formulation.areas[ipt.ProblemArea.GRIEF].candidates[0].candidate.name, str)
    assert_type(formulation.techniques, tuple[TechniqueAdvice, ...])
    assert_type(formulation.questions, tuple[Question, ...])
    assert_type(formulation.next_questions(3)[0].ask, str)
    assert_type(formulation.provenance, Provenance)
    assert_type(formulation.provenance.engine, EngineName)
    assert_type(formulation.case, ipt.Case | None)
    assert_type(formulation.rulebase, ipt.RuleBase | None)
    assert_type(formulation.to_html(), str)
    assert_type(formulation.to_markdown(), str)
    assert_type(formulation.to_svg("circle"), str)
    assert_type(ipt.to_html(formulation), str)
    return formulation


def asked_back(formulation: ipt.Formulation) -> None:
    """What can be asked of a formulation."""
    why = assert_type(formulation.why("grief"), Reasoning)
    assert_type(why[0], AreaReasons)
    assert_type(formulation.why(), Reasoning)
    why_not = assert_type(formulation.why_not(ipt.ProblemArea.ROLE_DISPUTE), WhyNot)
    assert_type(why_not.sentence, str)
    contrast = assert_type(formulation.contrast("grief", "role_transition"), Contrast)
    assert_type(contrast.sources, tuple[str, ...])
    change = assert_type(formulation.what_would_change(size=1), WhatWouldChange)
    assert_type(change.counterfactuals, tuple[Counterfactual, ...])
    for each in change.counterfactuals:
        assert_type(each.facts[0], FactChange)
    reasons = assert_type(formulation.sufficient_reasons(), SufficientReasons)
    assert_type(reasons.supported, tuple[Reasons, ...])
    assert_type(formulation.robustness(), Robustness)


def read_back(formulation: ipt.Formulation, case: ipt.Case) -> None:
    """A formulation that travelled as JSON, and whether it holds."""
    text = assert_type(formulation.model_dump_json(), str)
    told = assert_type(ipt.Formulation.model_validate_json(text), ipt.Formulation)
    found = assert_type(check(told, case), Check)
    assert_type(found.holds, bool)
    assert_type(found.differences, tuple[Difference, ...])


def an_interview(case: ipt.Case) -> None:
    """A case that is told fact by fact."""
    with ipt.interview(case) as interview:
        assert_type(interview, ipt.Interview)
        interview.tell("inventory.inquiry.conflicts", "brief")
        assert_type(interview.ask(), Question | None)
        assert_type(interview.formulation, ipt.Formulation)


def a_course(formulation: ipt.Formulation, case: ipt.Case) -> None:
    """The plan of a course, and how one stands."""
    plan = assert_type(ipt.plan(formulation, ipt.CourseSetting(sessions=12)), ipt.Plan)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        (path / "case.yaml").write_text(ipt.to_yaml(case), encoding="utf-8")
        (path / "course.yaml").write_text("course: 1\ncase: case.yaml\n", encoding="utf-8")
        course = assert_type(ipt.load_course(path / "course.yaml"), CourseRecord)
    assert_type(ipt.progress(course, plan), Progress)


def main() -> None:
    """All of it."""
    case = a_case()
    formulation = a_formulation(case)
    asked_back(formulation)
    read_back(formulation, case)
    an_interview(case)
    a_course(formulation, case)


if __name__ == "__main__":
    main()
