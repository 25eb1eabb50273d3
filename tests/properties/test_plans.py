"""Plans of treatment: what every one of them keeps to, whatever the case, the variant and the number of sessions."""

from __future__ import annotations

import itertools
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ipt_formulate as ipt
from ipt_formulate.case.choices import Instrument
from ipt_formulate.case.files import to_plain as ipt_plain
from ipt_formulate.course.contents import CourseSetting, Plan
from ipt_formulate.course.files import parse_course
from ipt_formulate.course.knowledge import shipped_course
from ipt_formulate.course.timetable import as_agreed, plan_of
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.testing import constants_of, random_case
from ipt_formulate.vocabulary import Gate, Phase

VARIANTS = shipped_course().variants
BASE = shipped_rulebase()
WIDE = {Instrument.WHO5, Instrument.WSAS}


@st.composite
def asked(draw: st.DrawFn) -> CourseSetting:
    """A variant with a number of sessions that it can have."""
    variant = VARIANTS[draw(st.sampled_from(sorted(VARIANTS)))]
    return CourseSetting(variant=variant.id, sessions=draw(st.integers(variant.sessions.least, variant.sessions.most)))


@st.composite
def formulations(draw: st.DrawFn) -> Formulation:
    """A formulation of a random case in some tradition, sometimes with the client's answer."""
    random = draw(st.randoms(use_true_random=False))
    tradition = draw(st.sampled_from(sorted(BASE.traditions)))
    base = BASE.for_tradition(tradition)
    case = random_case(random, known=random.choice([0.2, 0.9]), constants=constants_of(base), max_items=2)
    return ipt.formulate(case, tradition=tradition, engine="reference")


def keeps_to_its_form(plan: Plan, count: int) -> None:
    variant = VARIANTS[plan.variant]
    assert [each.number for each in plan.sessions] == list(range(1, count + 1))
    between = Phase.MAINTENANCE if variant.maintenance else Phase.MIDDLE
    assert [phase for phase, _ in plan.phases()] == [Phase.INITIAL, between, Phase.TERMINATION]
    assert any(task.technique in ("termination_work", "relapse_prevention") for task in plan.sessions[-1].tasks)
    assert [each.number for each in plan.sessions if each.review] == [plan.review_at]
    assert plan.sessions[plan.review_at - 1].phase is between
    assert 1 <= plan.agreed_by <= count
    symptoms = [each.number for each in plan.sessions if set(each.measures_due) - WIDE]
    assert symptoms[0] == 1
    assert symptoms[-1] == count
    assert all(later - earlier <= variant.measure_every for earlier, later in itertools.pairwise(symptoms))
    assert all(session.tasks for session in plan.sessions)


@settings(max_examples=80, deadline=None)
@given(formulations(), asked())
def test_every_plan_keeps_to_its_form_and_to_safety(formulation: Formulation, setting: CourseSetting) -> None:
    plan = ipt.plan(formulation, setting)
    assert setting.sessions is not None
    keeps_to_its_form(plan, setting.sessions)
    blocked = {each.technique for each in formulation.techniques if each.status is Gate.BLOCKED}
    assert not any(blocked & set(session.techniques) for session in plan.sessions)
    assert blocked == {each.technique for each in plan.blocked}
    held = list(formulation.focus.holds)
    agreed = formulation.focus.client is not None and formulation.focus.client.answer in ("agreed", "edited")
    assert [wait.rule for wait in plan.waits][: len(held)] == held
    begun = [session for session in plan.sessions if session.phase in (Phase.MIDDLE, Phase.MAINTENANCE)]
    assert all(session.waits == plan.waits for session in begun)
    assert bool(plan.waits) >= (bool(held) or not agreed)
    flagged = [(flag.rule, action) for flag in formulation.safety.flags for action in flag.actions]
    assert [(task.rule, task.do) for task in plan.sessions[0].tasks[: len(flagged)]] == flagged
    assert Plan.model_validate_json(plan.model_dump_json()) == plan


@settings(max_examples=30, deadline=None)
@given(formulations())
def test_a_plan_needs_only_the_formulation_and_follows_the_clients_choice(formulation: Formulation) -> None:
    read_back = Formulation.model_validate_json(formulation.model_dump_json())
    plan = ipt.plan(read_back)
    keeps_to_its_form(plan, len(plan.sessions))
    client = formulation.focus.client
    if client is not None and client.chosen is not None and client.answer != "refused":
        assert plan.focus[0].area is client.chosen
        assert plan.focus[0].chosen_by_client
        finding = formulation.areas.get(client.chosen)
        assert plan.focus[0].recorded_facts is (finding.status if finding else None)
    assert len(plan.focus) <= shipped_course().number("most_areas")
    assert {goal.area for goal in plan.goals} == {each.area for each in plan.focus}


@pytest.mark.parametrize("name", ipt.example_names())
def test_each_published_case_runs_from_its_file_to_a_plan(name: str) -> None:
    formulation = ipt.formulate(ipt.example(name))
    plan = ipt.plan(formulation)
    keeps_to_its_form(plan, len(plan.sessions))
    statement = plan.statement
    for words in (statement.words_for("clinician"), statement.words_for("client")):
        assert "{" not in words
        assert "  " not in words
    assert (not plan.focus) == ("undecided" in [part.part for part in statement.parts])
    assert Random(0).choice(plan.techniques).card.steps


def test_the_plan_of_a_course_file_follows_the_last_answer_and_what_was_agreed_since() -> None:
    case = ipt.example("apple-1999-bulimia-sister")
    offers = [
        {"session": 3, "answer": "refused"},
        {"session": 4, "answer": "edited", "area": "grief", "about": "sister-death"},
    ]
    told = {"course": 1, "case": ipt_plain(case), "sessions": 16, "offers": offers}
    plan = plan_of(parse_course(told))
    assert plan is not None
    assert (plan.focus[0].area, plan.focus[0].chosen_by_client, plan.waits) == (ipt.ProblemArea.GRIEF, True, ())
    change = {
        "session": 8,
        "area": "role_transition",
        "about": "started-modelling",
        "reason": "the work is the worry now",
    }
    plan = plan_of(parse_course({**told, "focus_changes": [change]}))
    assert plan is not None
    assert plan.focus[0].area is ipt.ProblemArea.ROLE_TRANSITION
    plan = plan_of(parse_course({**told, "offers": offers[:1]}))
    assert plan is not None
    assert [wait.reason for wait in plan.waits] == ["The client has refused the formulation that was offered."]
    assert as_agreed(case, parse_course({"course": 1, "offers": [{"session": 3}]})) is case
