"""What each safety answer does: which flags, what waits, and which techniques are blocked or held."""

from __future__ import annotations

from typing import Any

import pytest

from ipt_formulate import formulate
from ipt_formulate.case.files import parse_case
from ipt_formulate.formulation.model import Formulation

ALL_ASKED: dict[str, Any] = {
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
    "eating_disorder_medical_risk": False,
    "medical_causes_checked": True,
}
SAFE_PERSON: dict[str, Any] = {"period": "none", "feared_now": False, "asked_in_private": True}
ZERO: dict[str, dict[str, Any]] = {
    "phq9": {"instrument": "phq9", "taken": "today", "items": [1, 1, 1, 1, 1, 1, 1, 1, 0]},
    "epds": {"instrument": "epds", "taken": "today", "items": [None] * 9 + [0]},
    "cssrs": {"instrument": "cssrs", "taken": "today", "total": 0},
}
WITH_PARTNER = ("communication_analysis", "role_playing", "negotiation")


def formulated(
    *,
    safety: dict[str, Any] | None = None,
    measures: dict[str, Any] | None = None,
    coercion: dict[str, Any] | None = None,
    cognition: str | None = "absent",
) -> Formulation:
    """A dispute with the partner, agreed, with everything asked today but for what is given."""
    answers = {**ALL_ASKED, **(safety or {})}
    taken = {**ZERO, **(measures or {})}
    conditions = {"depression": "moderate"} | ({"cognitive_impairment": cognition} if cognition else {})
    partner = {"id": "partner", "role": "partner", "alive": True, "coercion": coercion or SAFE_PERSON}
    sister = {"id": "sister", "role": "sibling", "alive": True, "coercion": SAFE_PERSON}
    case = {
        "assessment": {
            "episode": {"onset": "4mo", "worsenings": [], "course": "first"},
            "conditions": conditions,
            "history": {"childhood_trauma": False},
            "safety": {
                "overwhelmed_or_dissociating": False,
                **{key: answer for key, answer in answers.items() if answer is not None},
            },
            "measures": [measure for measure in taken.values() if measure is not None],
            "response": {"answer": "agreed", "chosen": "role_dispute", "about": "quarrel"},
        },
        "inventory": {
            "inquiry": dict.fromkeys(("people", "deaths", "conflicts", "changes"), "thorough"),
            "people": [partner, sister],
            "conflicts": [
                {
                    "id": "quarrel",
                    "person": "partner",
                    "kind": "overt",
                    "expectations": "mismatched_openly",
                    "stage": "renegotiation",
                    "when": "5mo",
                }
            ],
        },
    }
    return formulate(parse_case(case), engine="reference")


def status(formulation: Formulation, technique: str, person: str | None = None) -> str:
    """The status of a technique, or of it with one person."""
    (found,) = [each for each in formulation.techniques if each.technique == technique]
    if person is None:
        return found.status.value
    (gate,) = [each for each in found.people if each.person == person]
    return gate.status.value


def item(number: int) -> dict[str, Any]:
    """A PHQ-9 with this answer to item 9."""
    return {"phq9": {"instrument": "phq9", "taken": "today", "items": [1, 1, 1, 1, 1, 1, 1, 1, number]}}


SCREEN = "safety.suicidal_thoughts_screen"
# what is different, the flags, whether the focus waits, the status of communication analysis
TABLE: list[Any] = [
    pytest.param({}, set(), False, "offered", id="everything asked, and nothing told"),
    pytest.param({"measures": item(1)}, {SCREEN}, False, "offered", id="PHQ-9 item 9 at 1"),
    pytest.param({"measures": item(3)}, {SCREEN}, False, "offered", id="PHQ-9 item 9 at 3"),
    pytest.param(
        {"measures": {"epds": {"instrument": "epds", "taken": "today", "items": [None] * 9 + [1]}}},
        {SCREEN},
        False,
        "offered",
        id="EPDS item 10 at 1",
    ),
    *[
        pytest.param(
            {"measures": {"cssrs": {"instrument": "cssrs", "taken": "today", "total": level}}},
            {SCREEN, "safety.cssrs_high"} if level >= 4 else {SCREEN},
            level >= 4,
            None,
            id=f"C-SSRS screener, highest item {level}",
        )
        for level in range(1, 7)
    ],
    pytest.param(
        {"safety": {"suicidal_thoughts": "wish_to_be_dead"}},
        {SCREEN},
        False,
        "offered",
        id="a wish to be dead, assessed",
    ),
    pytest.param(
        {"safety": {"suicidal_thoughts": "active"}},
        {"safety.active_suicidal_thoughts"},
        True,
        "blocked",
        id="active suicidal thoughts",
    ),
    pytest.param(
        {"safety": {"suicide_plan": True}}, {"safety.suicide_plan_or_intent"}, True, "blocked", id="a suicide plan"
    ),
    pytest.param(
        {"safety": {"suicide_intent": True}}, {"safety.suicide_plan_or_intent"}, True, "blocked", id="intent to act"
    ),
    pytest.param(
        {"safety": {"last_suicidal_behaviour": "3w"}},
        {"safety.recent_suicidal_behaviour"},
        True,
        "blocked",
        id="an attempt three weeks ago",
    ),
    pytest.param(
        {"safety": {"last_suicidal_behaviour": "2y"}},
        {"safety.earlier_suicidal_behaviour"},
        False,
        "offered",
        id="an attempt two years ago",
    ),
    pytest.param({"safety": {"self_harm": "current"}}, {"safety.self_harm_now"}, False, None, id="self-harm now"),
    pytest.param({"safety": {"harm_to_others": True}}, {"safety.harm_to_others"}, True, None, id="harm to others"),
    pytest.param(
        {"safety": {"thoughts_of_harming_infant": True}},
        {"safety.thoughts_of_harming_infant"},
        True,
        None,
        id="thoughts of harming the infant",
    ),
    pytest.param(
        {"safety": {"dependant_at_risk": True}}, {"safety.dependant_at_risk"}, True, None, id="a dependant at risk"
    ),
    pytest.param({"safety": {"psychosis": "current"}}, {"safety.psychosis_now"}, True, "blocked", id="psychosis now"),
    pytest.param({"safety": {"senses_the_dead": True}}, set(), False, "offered", id="senses the dead, no psychosis"),
    pytest.param({"safety": {"mania": "current"}}, {"safety.mania_now"}, True, "blocked", id="mania now"),
    pytest.param({"safety": {"mania": "past"}}, set(), False, "offered", id="mania in the past"),
    pytest.param(
        {"safety": {"substance_dependence": "current"}},
        {"safety.substance_dependence_now"},
        True,
        None,
        id="dependence now",
    ),
    pytest.param(
        {"cognition": "severe"},
        {"safety.severe_cognitive_impairment"},
        True,
        "blocked",
        id="severe cognitive impairment",
    ),
    pytest.param({"cognition": "mild"}, set(), False, None, id="mild cognitive impairment"),
    pytest.param(
        {"coercion": {"period": "current", "asked_in_private": True}},
        {"safety.coercion_now"},
        False,
        "blocked",
        id="violence now",
    ),
    pytest.param(
        {"coercion": {"period": "none", "feared_now": True, "asked_in_private": True}},
        {"safety.coercion_now"},
        False,
        "blocked",
        id="feared now",
    ),
    pytest.param(
        {"coercion": {"period": "past", "feared_now": False, "asked_in_private": True}},
        set(),
        False,
        "caution",
        id="violence in the past",
    ),
    pytest.param(
        {"coercion": {"period": "none", "feared_now": False, "asked_in_private": False}},
        set(),
        False,
        "held_until_asked",
        id="a no in front of the partner",
    ),
    pytest.param(
        {"safety": {"medical_causes_checked": False}},
        {"safety.medical_causes_unchecked"},
        False,
        "offered",
        id="medical causes not looked at",
    ),
]


@pytest.mark.parametrize(("given", "flags", "waits", "communication"), TABLE)
def test_table(given: dict[str, Any], flags: set[str], waits: bool, communication: str | None) -> None:
    formulation = formulated(**given)
    assert flags <= {flag.rule for flag in formulation.safety.flags}
    if not flags:
        assert formulation.safety.flags == ()
    assert bool(formulation.focus.holds) is waits
    assert formulation.focus.primary is not None, "a flag never rewrites what the evidence says"
    if communication:
        assert status(formulation, "communication_analysis") == communication
    for technique in ("assessment", "safety_plan", "psychoeducation", "interpersonal_inventory", "timeline"):
        assert status(formulation, technique) in ("offered", "caution")


def test_a_missing_item_nine_is_unknown_and_not_zero() -> None:
    without = formulated(measures={"phq9": {"instrument": "phq9", "taken": "today", "items": [1] * 8 + [None]}})
    assert without.safety.flags == ()
    assert "a wish to be dead and screening items" in without.safety.not_yet_asked


@pytest.mark.parametrize("technique", WITH_PARTNER)
def test_violence_blocks_work_with_that_person_and_with_no_other(technique: str) -> None:
    formulation = formulated(coercion={"period": "current", "asked_in_private": True})
    assert status(formulation, technique, "partner") == "blocked"
    assert status(formulation, technique, "sister") == "offered"


@pytest.mark.parametrize(
    "answer", ["suicidal_thoughts", "suicide_plan", "suicide_intent", "last_suicidal_behaviour", "psychosis", "mania"]
)
def test_what_was_not_asked_holds_work_on_the_focus(answer: str) -> None:
    assert status(formulated(safety={answer: None}), "communication_analysis") == "held_until_asked"


@pytest.mark.parametrize("asked", ["6w", "3mo", None])
def test_an_old_no_counts_as_unknown(asked: str | None) -> None:
    formulation = formulated(safety={"asked": asked})
    assert formulation.safety.flags == ()
    assert {"a suicide plan or intent", "suicidal thoughts", "psychosis", "mania"} <= set(
        formulation.safety.not_yet_asked
    )
    assert {"violence, coercion or fear (in private)", "harm to others"} <= set(formulation.safety.not_yet_asked)
    assert status(formulation, "communication_analysis") == "held_until_asked"


def test_a_no_of_last_week_still_counts() -> None:
    formulation = formulated(safety={"asked": "1w"})
    assert status(formulation, "communication_analysis") == "offered"


@pytest.mark.parametrize(
    ("told", "flag"),
    [
        ({"suicide_intent": True}, "safety.suicide_plan_or_intent"),
        ({"suicidal_thoughts": "active"}, "safety.active_suicidal_thoughts"),
        ({"psychosis": "current"}, "safety.psychosis_now"),
        ({"mania": "current"}, "safety.mania_now"),
        ({"harm_to_others": True}, "safety.harm_to_others"),
    ],
)
def test_an_old_yes_stays(told: dict[str, Any], flag: str) -> None:
    assert flag in {each.rule for each in formulated(safety={**told, "asked": "3mo"}).safety.flags}


def test_nothing_ever_reads_as_an_all_clear() -> None:
    text = formulated().model_dump_json().lower()
    text = text.replace("whether it is safe", "").replace("where it is safe", "")  # what a card tells to ask
    assert not [word for word in ("no risk", "low risk", "is safe", "all clear", "all-clear") if word in text]
