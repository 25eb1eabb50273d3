"""Promises of the design that no single module keeps alone."""

from __future__ import annotations

import copy
import html
import pickle
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ipt_formulate as ipt
from ipt_formulate.errors import CaseError
from ipt_formulate.reasoning.outcomes import responsible, usable
from ipt_formulate.reasoning.versions import changed_answers, changes_between
from ipt_formulate.report.text import sections
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.testing.strategies import cases
from ipt_formulate.vocabulary import FocusReason, FocusStatus, Gate

THOROUGH = dict.fromkeys(("people", "deaths", "conflicts", "changes"), "thorough")


def told(**parts: object) -> ipt.Case:
    return ipt.parse_case({"assessment": parts.pop("assessment", {}), "inventory": parts})


@settings(max_examples=150)
@given(cases(known=0.9, max_items=2), st.randoms(use_true_random=False))
def test_while_a_safety_rule_holds_the_focus_no_focus_work_is_usable(case: ipt.Case, random: Random) -> None:
    agreed = case.with_(
        "assessment.response",
        {"answer": "agreed", "chosen": random.choice(["grief", "role_dispute", "role_transition"])},
    )
    formulation = ipt.formulate(agreed)
    base = shipped_rulebase()
    if formulation.focus.holds:
        assert all(
            each.status is Gate.BLOCKED
            for each in formulation.techniques
            if base.techniques[each.technique].needs_agreement
        )


@settings(max_examples=100)
@given(cases(known=0.8, max_items=2))
def test_where_nothing_is_settled_there_is_something_to_ask(case: ipt.Case) -> None:
    formulation = ipt.formulate(case)
    unsettled = (
        formulation.focus.status is FocusStatus.PROVISIONAL or formulation.focus.reason is FocusReason.NOT_ENOUGH_KNOWN
    )
    if (
        unsettled
        and not case.lowered.contradictions
        and (
            formulation.focus.open_inquiries
            or any(each.unknown for area in formulation.areas.values() for each in area.candidates)
        )
    ):
        assert formulation.questions


def test_two_answers_that_settle_only_together_are_asked() -> None:
    case = told(
        assessment={"episode": {"onset": "3mo"}},
        inquiry=THOROUGH,
        changes=[{"kind": "move", "something_lost": True}],
        pattern={"close_ties_before": "several"},
    )
    formulation = ipt.formulate(case)
    assert formulation.focus.reason is FocusReason.NOT_YET_SUPPORTED
    assert any("When did this change come" in question.ask for question in formulation.questions)


def test_two_times_of_which_neither_is_known_are_asked() -> None:
    formulation = ipt.formulate(
        told(
            assessment={"episode": {"worsenings": []}},
            inquiry=THOROUGH,
            pattern={"close_ties_before": "several", "lifelong_difficulty": False},
            changes=[
                {
                    "kind": "move",
                    "something_lost": True,
                    "overwhelmed": True,
                    "ongoing": True,
                    "relative_to_onset": "after",
                }
            ],
        )
    )
    assert formulation.focus.reason is FocusReason.NOT_YET_SUPPORTED
    (question,) = formulation.questions[:1]
    assert question.field == "inventory.changes[change-1].when"
    assert question.rule == "role_transition.near_onset_or_worsening"


def test_a_brief_inquiry_that_keeps_deficits_open_is_deepened() -> None:
    pattern = {"close_ties_before": "none", "lifelong_difficulty": True, "isolation_began": "long_before"}
    formulation = ipt.formulate(told(inquiry=dict.fromkeys(THOROUGH, "brief"), pattern=pattern))
    assert formulation.focus.residual_candidate is not None
    assert any("once more" in question.ask for question in formulation.questions)


def test_nothing_found_is_said_only_when_everything_was_asked() -> None:
    pattern = {"close_ties_before": "several", "lifelong_difficulty": False, "isolation_began": "not_isolated"}
    everything = ipt.formulate(told(inquiry=THOROUGH, pattern=pattern))
    assert everything.focus.reason is FocusReason.NOTHING_FOUND
    but_people = ipt.formulate(told(inquiry={**THOROUGH, "people": "not"}, pattern=pattern))
    assert but_people.focus.reason is FocusReason.NOT_ENOUGH_KNOWN


def test_questions_stay_quick_for_many_items() -> None:
    """Work grows with the items, not with their square: what an answer does not touch is not redone."""
    case = told(
        assessment={"episode": {"onset": "3mo"}},
        **{name: [{} for _ in range(15)] for name in ("deaths", "conflicts", "changes")},
    )
    assert ipt.formulate(case).questions


def test_cases_and_formulations_travel() -> None:
    case = ipt.example("mariana-ipta-casebook")
    for same in (copy.copy(case), copy.deepcopy(case), pickle.loads(pickle.dumps(case))):
        assert same == case
        assert same.lowered == case.lowered
    formulation = ipt.formulate(case)
    assert copy.deepcopy(formulation) is formulation
    sent = pickle.loads(pickle.dumps(formulation))
    assert sent == formulation
    assert sent.questions == formulation.questions
    with ProcessPoolExecutor(max_workers=2) as pool:
        assert list(pool.map(ipt.formulate, [case, case])) == [formulation, formulation]


def test_a_changed_copy_is_lowered_anew() -> None:
    case = told(deaths=[{"when": "3mo"}])
    changed = case.model_copy(update={"inventory": {"deaths": [{"when": "3y"}]}})
    assert (
        changed.lowered.lists["deaths"].items[0].values["when"] != case.lowered.lists["deaths"].items[0].values["when"]
    )
    assert case.model_copy() == case


def test_the_chosen_item_belongs_to_the_chosen_area() -> None:
    with pytest.raises(CaseError, match=r"use the id of one of inventory\.conflicts"):
        told(
            assessment={"response": {"answer": "agreed", "chosen": "role_dispute", "about": "loss"}},
            deaths=[{"id": "loss"}],
        )
    refused = ipt.formulate(told(assessment={"response": {"answer": "refused", "chosen": "role_dispute"}}))
    assert refused.focus.client is not None
    assert "would rather work on role dispute" in refused.focus.client.sentence


def test_which_dispute_was_chosen_decides_the_stage() -> None:
    people = [
        {
            "id": each,
            "role": "friend",
            "alive": True,
            "coercion": {"period": "none", "feared_now": False, "asked_in_private": True},
        }
        for each in ("a", "b")
    ]
    conflicts = [
        {"id": "one", "person": "a", "stage": "dissolution"},
        {"id": "two", "person": "b", "stage": "renegotiation"},
    ]

    def negotiation(about: str | None) -> list[Gate]:
        response = {"answer": "agreed", "chosen": "role_dispute"} | ({"about": about} if about else {})
        found = ipt.formulate(told(assessment={"response": response}, people=people, conflicts=conflicts))
        return [each.status for each in found.techniques if each.technique == "negotiation"]

    assert negotiation("one") == []
    assert len(negotiation("two")) == 1
    assert negotiation(None) == [Gate.HELD_UNTIL_ASKED]


def test_nothing_that_prints_itself_shows_a_value() -> None:
    case = told(
        people=[{"id": "canary-id", "label": "canary label", "role": "partner"}],
        conflicts=[{"id": "canary-conflict", "person": "canary-id", "kind": "overt"}],
    )
    formulation = ipt.formulate(case)
    shown = [
        repr(case),
        repr(case.lowered),
        str(case),
        repr(formulation),
        str(formulation.focus),
        repr(formulation.areas),
        repr(formulation.why()),
        repr(formulation.questions),
    ]
    assert not [each for each in shown if "canary" in each]


def test_a_copy_of_a_formulation_is_the_formulation() -> None:
    formulation = ipt.formulate(ipt.Case())
    assert copy.copy(formulation) is formulation


def test_a_measure_that_a_rule_base_does_not_describe_is_not_read() -> None:
    base = replace(shipped_rulebase(), instruments={}, _variants={})
    case = told(assessment={"measures": [{"instrument": "phq9", "total": 12}]})
    assert ipt.formulate(case, rulebase=base).scores == ()
    assert len(ipt.formulate(case).scores) == 1


def test_where_no_small_set_of_switches_is_responsible_all_are_named() -> None:
    assert responsible("focus", "chosen", ["a", "b", "c"], lambda _: None) == (("a", "b", "c"), True)
    assert responsible("focus", "chosen", ["a"], lambda _: {"focus": "tie"}) == (("a",), False)
    assert responsible("focus", "tie", ["a", "b"], lambda on: {"focus": "tie"} if "b" in on else None) == (
        ("b",),
        False,
    )
    assert responsible("focus", "tie", ["a", "b"], lambda on: {"focus": "tie" if len(on) > 1 else ""}) == (
        ("a", "b"),
        True,
    )


def test_a_rule_base_without_an_area_of_a_tradition_is_not_usable_for_it() -> None:
    base = shipped_rulebase()
    assert usable(base, "no_such_school") is None
    assert usable(replace(base, areas={}, _variants={}), "weissman") is None
    without_criteria = {each.id: each for each in base.rules.values() if not each.id.startswith("role_dispute.")}
    assert usable(replace(base, rules=without_criteria, _variants={}), "weissman") is None
    assert usable(base, "weissman") is not None


def test_a_rule_that_is_gone_is_a_change() -> None:
    old = shipped_rulebase()
    new = replace(
        old,
        rules={each.id: each for each in old.rules.values() if each.id != "role_dispute.conflict_or_mismatch"},
        _variants={},
    )
    case = ipt.example("susan-bpd-casebook")
    changes = changes_between(old, new)
    assert [change.id for change in changes] == ["role_dispute.conflict_or_mismatch"]
    assert changed_answers(old, new, case, changes)


@pytest.mark.parametrize("name", ["mrs-e-late-life-widow", "leonard-ptsd-grief-911"])
def test_every_output_of_a_formulation_says_what_it_is_for_and_not_for(name: str) -> None:
    formulation = ipt.formulate(ipt.example(name))
    manifest = formulation.rulebase.manifest  # type: ignore[union-attr] # it has its case
    printed = " ".join("\n".join(section.plain() for section in sections(formulation)).split())
    page = " ".join(html.unescape(formulation.to_html()).split())
    for words in (manifest.intended_use, *manifest.not_for):
        for output in (formulation.model_dump_json(), printed, page):
            assert " ".join(words.split()) in output
