"""The technique cards: complete, honest about what they rest on, and held back where they must be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

import ipt_formulate as ipt
from ipt_formulate.case.files import parse_case
from ipt_formulate.formulation.evidence import rests_on_assumption
from ipt_formulate.report.techniques import card_to_text
from ipt_formulate.report.text import to_text
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.rulebase.texts import Technique
from ipt_formulate.vocabulary import Fit, Gate, Phase, ProblemArea

BASE = shipped_rulebase()
CARDS = [pytest.param(card, id=card.id) for card in BASE.techniques.values()]
AREAS = (
    ProblemArea.GRIEF,
    ProblemArea.ROLE_DISPUTE,
    ProblemArea.ROLE_TRANSITION,
    ProblemArea.INTERPERSONAL_DEFICITS,
)

# Grief, role dispute, role transition, interpersonal deficits: P primary, U useful, - no fit.
# Grief work in a role transition is its variant only, which has its own card: mourning_the_old_role.
TABLE = {
    "assessment": "PPPP",
    "interpersonal_inventory": "PPPP",
    "psychoeducation": "PPPP",
    "timeline": "PPPP",
    "formulation_and_agreement": "PPPP",
    "goal_setting": "PPPP",
    "non_directive_exploration": "PUPP",
    "direct_elicitation": "UUUP",
    "encouragement_of_affect": "PUPU",
    "clarification": "UPUP",
    "communication_analysis": "UPUP",
    "role_playing": "UPUP",
    "grief_work": "P---",
    "problem_solving": "UPPU",
    "relapse_prevention": "PPPP",
    "use_of_therapeutic_relationship": "UPUP",
    "dispute_staging": "-P--",
    "negotiation": "-PU-",
    "dissolution_work": "-PU-",
    "mourning_the_old_role": "--P-",
    "mastery_and_new_supports": "U-PP",
    "mobilise_supports": "PUPP",
    "review_of_past_relationships": "---P",
    "partner_or_family_session": "UUUU",
    "between_session_tasks": "UUUU",
    "social_rhythm_work": "--U-",
    "termination_work": "UUUU",
    "maintenance": "UUUU",
    "safety_plan": "PPPP",
    "engagement_analysis": "UUUU",
}
NEVER_HELD = {
    "assessment",
    "safety_plan",
    "psychoeducation",
    "interpersonal_inventory",
    "timeline",
    "formulation_and_agreement",
    "mobilise_supports",
    "goal_setting",
    "engagement_analysis",
    "dispute_staging",
    "direct_elicitation",
}
WITH_ONE_PERSON = {
    "communication_analysis",
    "role_playing",
    "negotiation",
    "dissolution_work",
    "partner_or_family_session",
}


def test_each_technique_of_the_table_has_a_card_with_its_fits() -> None:
    letters = {Fit.PRIMARY: "P", Fit.USEFUL: "U", None: "-"}
    found = {card.id: "".join(letters[card.fit.get(area)] for area in AREAS) for card in BASE.techniques.values()}
    assert found == TABLE


def test_only_work_on_a_focus_waits_for_agreement() -> None:
    assert {card.id for card in BASE.techniques.values() if not card.needs_agreement} == NEVER_HELD
    for card in BASE.techniques.values():
        assert card.needs_agreement or Phase.INITIAL in card.phases, card.id


@pytest.mark.parametrize("card", CARDS)
def test_what_a_card_rests_on_is_cited(card: Technique) -> None:
    assumed = {each.key for each in card.citations} & set(BASE.manifest.assumption_keys)
    sources = [each for each in card.citations if each.key not in BASE.manifest.assumption_keys]
    bases = {step.basis for step in card.steps}
    if "source" in bases or card.fit_basis == "source":
        assert any(each.supports in ("technique", "safety") for each in sources)
    if "assumption" in bases or card.fit_basis == "assumption":
        assert assumed, "an assumption is not cited as one"
    assert 3 <= len(card.steps) <= 8


def test_what_is_listed_only_where_a_rule_asks_for_it_can_be_listed() -> None:
    indicated = {rule.then.indicates for rule in BASE.stages}
    assert indicated == {card.id for card in BASE.techniques.values() if card.indicated_only}
    for rule in BASE.stages:
        fits = BASE.techniques[rule.then.indicates].fit
        assert rule.scope == "case" or any(BASE.areas[area].candidates == rule.scope for area in fits), rule.id


def test_work_with_one_person_is_gated_by_safety_with_this_person() -> None:
    assert {card.id for card in BASE.techniques.values() if card.concerns_person} == WITH_ONE_PERSON
    for gate in ("gates.unsafe_person", "gates.past_coercion"):
        assert set(BASE.rules[gate].then.techniques) == WITH_ONE_PERSON


def _formulated(agreed: str, changes: Mapping[str, Any] | None = None) -> ipt.Formulation:
    case = parse_case(
        {
            "assessment": {
                "episode": {"course": "first"},
                "conditions": {"depression": "moderate", "cognitive_impairment": "absent", "bipolar": "absent"},
                "setting": {"format": "individual"},
                "measures": [{"instrument": "cssrs", "total": 0, "taken": "today"}],
                "safety": {
                    "asked": "today",
                    "suicidal_thoughts": "none",
                    "suicide_plan": False,
                    "suicide_intent": False,
                    "last_suicidal_behaviour": "never",
                    "self_harm": "none",
                    "harm_to_others": False,
                    "dependant_at_risk": False,
                    "thoughts_of_harming_infant": False,
                    "psychosis": "none",
                    "mania": "none",
                    "substance_dependence": "none",
                    "overwhelmed_or_dissociating": False,
                    "eating_disorder_medical_risk": False,
                    "medical_causes_checked": True,
                },
                "response": {"answer": "agreed", "chosen": agreed},
            },
            "inventory": {
                "inquiry": {"people": "thorough", "deaths": "thorough", "conflicts": "thorough", "changes": "thorough"},
                "people": [
                    {
                        "id": "partner",
                        "role": "partner",
                        "alive": True,
                        "coercion": {"period": "none", "feared_now": False, "asked_in_private": True},
                    }
                ],
                "deaths": [{"id": "mother-death", "kind": "person", "role": "parent", "when": "2y"}],
                "conflicts": [{"id": "quarrel", "person": "partner", "stage": "renegotiation"}],
            },
        }
    )
    for path, value in (changes or {}).items():
        case = case.with_(path, value)
    return ipt.formulate(case)


def _statuses(agreed: str, changes: Mapping[str, Any] | None = None) -> dict[str, Gate]:
    return {each.technique: each.status for each in _formulated(agreed, changes).techniques}


def test_affect_work_waits_for_steadiness_and_not_for_a_label() -> None:
    calm = _statuses("grief")
    assert calm["grief_work"] is calm["encouragement_of_affect"] is Gate.OFFERED
    assert _statuses("grief", {"assessment.conditions.ptsd": "severe"}) == calm
    passive = _statuses("grief", {"assessment.safety.suicidal_thoughts": "wish_to_be_dead"})
    assert passive["grief_work"] is Gate.OFFERED
    flooded = _statuses("grief", {"assessment.safety.overwhelmed_or_dissociating": True})
    assert {name for name in flooded if flooded[name] is not calm[name]} == {"grief_work", "encouragement_of_affect"}
    assert flooded["grief_work"] is Gate.BLOCKED
    unasked = _statuses("grief", {"assessment.safety.overwhelmed_or_dissociating": None})
    assert unasked["grief_work"] is unasked["encouragement_of_affect"] is Gate.HELD_UNTIL_ASKED


def test_nothing_is_done_with_a_person_who_is_feared() -> None:
    calm = _statuses("role_dispute")
    assert {calm[name] for name in WITH_ONE_PERSON if name in calm} == {Gate.OFFERED}
    feared = _statuses("role_dispute", {"inventory.people[0].coercion.feared_now": True})
    assert {feared[name] for name in WITH_ONE_PERSON if name in feared} == {Gate.BLOCKED}
    unasked = _statuses("role_dispute", {"inventory.people[0].coercion": {}})
    assert {unasked[name] for name in WITH_ONE_PERSON if name in unasked} == {Gate.HELD_UNTIL_ASKED}


FEARED = {"inventory.people[0].coercion.feared_now": True}
CALM = {"period": "none", "feared_now": False, "asked_in_private": True}
NO_WORK = "Violence, coercion or fear now: safety first, no work on communication with this person."


def test_work_with_a_person_is_as_free_as_with_the_person_with_whom_it_can_best_be_used() -> None:
    """Outside of a dispute it can be used with anyone: with nobody but someone unsafe, it cannot be used."""
    of = "communication_analysis"
    assert _statuses("role_transition", FEARED)[of] is Gate.BLOCKED
    assert _statuses("role_transition", {"inventory.people[0].coercion": {}})[of] is Gate.HELD_UNTIL_ASKED
    past = {**CALM, "period": "past"}
    assert _statuses("role_transition", {"inventory.people[0].coercion": past})[of] is Gate.CAUTION
    sister = {"id": "sister", "role": "sibling", "alive": True, "coercion": CALM}
    for agreed in ("role_transition", "role_dispute"):
        conflict = [{"id": "quarrel", "person": "sister", "stage": "renegotiation"}]
        changes = {"inventory.people[1]": sister, "inventory.conflicts": conflict, **FEARED}
        formulation = _formulated(agreed, changes)
        (found,) = [each for each in formulation.techniques if each.technique == of]
        assert (found.status, found.reasons) == (Gate.OFFERED, ())
        assert {each.person: each.status for each in found.people} == {"partner": Gate.BLOCKED, "sister": Gate.OFFERED}
        lines = [" ".join(line.split()) for line in to_text(formulation, width=300).splitlines()]
        (place,) = [index for index, line in enumerate(lines) if line.startswith("+ Communication analysis.")]
        assert lines[place + 1].startswith(f"! Not with the partner: {NO_WORK[:1].lower()}{NO_WORK[1:]} [gates.")


def test_why_a_technique_waits_is_told_with_the_rule_the_people_and_whether_it_is_assumed() -> None:
    formulation = _formulated("role_dispute", FEARED)
    (found,) = [each for each in formulation.techniques if each.technique == "communication_analysis"]
    reason = found.reasons[0]
    assert (reason.sentence, reason.people, reason.rule) == (NO_WORK, ("the partner",), "gates.unsafe_person")
    text = " ".join(to_text(formulation).split())
    for technique in formulation.techniques:
        for each in technique.reasons:
            assert each.assumption == (each.rule is not None and rests_on_assumption(BASE.rules[each.rule]))
            assert f"[{each.rule}{', in part an assumption' if each.assumption else ''}]" in text or each.rule is None
        assert f"[{technique.technique}{', fit is an assumption' if technique.fit_is_assumption else ''}]" in text
    assert found.fit_is_assumption


def test_each_technique_brings_its_card_which_is_made_once() -> None:
    one, other = _formulated("grief"), _formulated("grief", {"inventory.deaths": []})
    read_back = ipt.Formulation.model_validate_json(one.model_dump_json())
    for first, second, third in zip(one.techniques, other.techniques, read_back.techniques, strict=True):
        text = BASE.techniques[first.technique]
        assert first.card is second.card
        assert third.card == first.card
        assert [(each.do, each.assumption) for each in first.card.steps] == [
            (each.do, each.basis == "assumption") for each in text.steps
        ]
        kept = ("indication", "hold_back", "aim", "stance", "limits")
        assert all(getattr(first.card, name) == getattr(text, name) for name in kept)
    assert "ipt-formulate technique ID" in to_text(one)


@pytest.mark.parametrize("card", CARDS)
def test_a_card_reads_as_text_with_each_assumption_marked(card: Technique) -> None:
    text = " ".join(card_to_text(BASE, card).split())
    for number, step in enumerate(card.steps, start=1):
        assert f"{number}. {step.do}{' (assumption)' if step.basis == 'assumption' else ''}" in text
    assumed = sum(step.basis == "assumption" for step in card.steps) + (card.fit_basis == "assumption")
    assert text.count(" (assumption)") == assumed
    for part in (card.indication, *card.hold_back, card.aim, card.stance, *card.limits):
        assert part in text


def test_what_a_setting_or_course_asks_for_is_listed_only_there() -> None:
    plain = _statuses("role_transition", {"assessment.history.childhood_trauma": False})
    special = {"between_session_tasks", "maintenance", "social_rhythm_work", "engagement_analysis"}
    assert not special & set(plain)
    asked_for = _statuses(
        "role_transition",
        {
            "assessment.setting.format": "group",
            "assessment.episode.course": "recurrent",
            "assessment.conditions.bipolar": "mild",
            "assessment.history.childhood_trauma": True,
        },
    )
    assert {asked_for[name] for name in special} == {Gate.OFFERED}
