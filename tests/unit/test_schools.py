"""Where the schools differ on a case, which rule makes the difference, and that safety never differs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_formulate import formulate
from ipt_formulate.case.case import Case
from ipt_formulate.case.files import parse_case
from ipt_formulate.errors import UnknownName
from ipt_formulate.evaluation import durable, reference
from ipt_formulate.reasoning.outcomes import Difference, outcome
from ipt_formulate.reasoning.schools import School, compare_schools, switched_back, switches
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.testing import constants_of, random_case

BASE = shipped_rulebase()
DEFAULT = BASE.traditions["weissman"]
TRADITIONS = [
    "ipsrt",
    "ipt_a",
    "late_life",
    "perinatal",
    "ptsd",
    "stuart_robertson",
    "trauma_tcs",
    "weissman",
    "who_group",
]
THOROUGH = dict.fromkeys(("people", "deaths", "conflicts", "changes"), "thorough")
EPISODE = {"episode": {"onset": "3mo", "worsenings": []}}


def case(assessment: dict[str, Any] | None = None, **inventory: Any) -> Case:
    return parse_case(
        {"assessment": {**EPISODE, **(assessment or {})}, "inventory": {"inquiry": THOROUGH, **inventory}}
    )


def school(of: Case, name: str) -> School:
    return next(each for each in compare_schools(BASE, of) if each.tradition == name)


def difference(of: Case, name: str, about: str) -> Difference:
    return next(each for each in school(of, name).differences if each.about.startswith(about))


DOG = case(
    deaths=[
        {"id": "dog", "kind": "pet", "role": "pet", "importance": "high", "when": "14w", "mourning": {"avoided": True}}
    ]
)
DIVORCE = case(
    changes=[
        {
            "id": "divorce",
            "kind": "divorce",
            "when": "14w",
            "completed": True,
            "something_lost": True,
            "mastery": "lacking",
        }
    ]
)
WIDOWED_AND_MOVED = case(
    people=[{"id": "wife", "role": "partner", "alive": False}],
    deaths=[{"id": "death", "kind": "person", "person": "wife", "when": "5mo"}],
    changes=[
        {"id": "move", "kind": "move", "when": "14w", "completed": True, "something_lost": True, "arose_from": "death"}
    ],
)


def test_there_is_a_profile_for_every_school() -> None:
    assert sorted(BASE.traditions) == TRADITIONS


def test_a_dog_is_mourned_in_one_school_and_no_focus_in_the_other() -> None:
    assert not school(DOG, "weissman").focus.startswith("chosen")
    assert school(DOG, "stuart_robertson").focus == "chosen: grief (the death of the pet)"
    found = difference(DOG, "stuart_robertson", "area grief")
    assert [cause.id for cause in found.causes] == ["grief.death_of_significant_person"]
    assert (found.before, found.now, found.causes[0].change) == ("not supported", "supported", "off here")


def test_a_divorce_is_a_transition_in_both_and_in_one_it_may_be_mourned() -> None:
    assert school(DIVORCE, "weissman").focus == school(DIVORCE, "stuart_robertson").focus
    found = difference(DIVORCE, "stuart_robertson", "advice advice.loss_other_than_by_death")
    assert [cause.id for cause in found.causes] == ["advice.loss_other_than_by_death"]
    assert "grief and loss" in found.now


def test_a_move_that_came_with_a_death_is_a_transition_only_in_the_wider_school() -> None:
    found = difference(WIDOWED_AND_MOVED, "stuart_robertson", "area role transition")
    assert (found.before, found.now) == ("not supported", "supported")
    assert "role_transition.arose_from_a_death" in [cause.id for cause in found.causes]


@pytest.mark.parametrize(
    ("tradition", "area", "of"),
    [
        (
            "ipsrt",
            "loss of healthy self",
            case({"conditions": {"bipolar": "moderate"}}, pattern={"healthy_self_lost": True}),
        ),
        (
            "trauma_tcs",
            "interpersonal patterns",
            case({"history": {"childhood_trauma": True}}, pattern={"lifelong_difficulty": True}),
        ),
    ],
)
def test_an_area_of_one_school_is_there_only_in_it(tradition: str, area: str, of: Case) -> None:
    assert difference(of, tradition, f"area {area}").now == "supported"
    assert [each.tradition for each in compare_schools(BASE, of) if area in each.areas] == [tradition]
    formulation = formulate(of, tradition=tradition)
    assert formulation.focus.primary is not None
    assert any(advised.fit == "primary" and "middle" in advised.phases for advised in formulation.techniques)


@pytest.mark.parametrize(
    ("tradition", "kind", "of"),
    [
        ("ptsd", "reparative", case({"conditions": {"ptsd": "moderate"}}, changes=[{"kind": "traumatic_event"}])),
        ("ipt_a", "one parent", case({"age_band": "adolescent"}, changes=[{"kind": "separation"}])),
        ("who_group", "social isolation", case(pattern={"loneliness": "much"})),
    ],
)
def test_a_school_names_a_kind_of_its_own(tradition: str, kind: str, of: Case) -> None:
    assert kind in difference(of, tradition, "kind of").now
    assert not any(kind in words for words in outcome(BASE.for_tradition("weissman"), of).values())


def test_there_is_no_comparison_with_a_school_that_is_not_there() -> None:
    with pytest.raises(UnknownName, match="weissman"):
        compare_schools(BASE, DOG, default="nobody")


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from([0.3, 0.7, 0.95]))
def test_safety_is_the_same_in_every_school(random: Any, known: float) -> None:
    of = random_case(random, known=known, constants=constants_of(BASE), max_items=3)
    found = [formulate(of, tradition=name, engine="reference") for name in TRADITIONS]
    assert all(each.safety == found[0].safety and each.focus.holds == found[0].focus.holds for each in found)


@settings(max_examples=40, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from([name for name in TRADITIONS if name != "weissman"]))
def test_a_named_cause_brings_back_the_answer_of_the_default(random: Any, name: str) -> None:
    of = random_case(random, known=0.8, constants=constants_of(BASE), max_items=2)
    here, possible = BASE.traditions[name], tuple(switches(BASE, BASE.traditions[name], DEFAULT))
    assert set(switched_back(here, possible).areas) == set(DEFAULT.areas)
    common = outcome(BASE.for_tradition("weissman"), of)
    for each in school(of, name).differences:
        for cause in each.causes if not each.together else ():
            back = [switch for switch in possible if switch[1] == cause.id]
            again = outcome(BASE.using(switched_back(here, back)).for_tradition(name), of)
            assert again.get(each.about) == common.get(each.about)


@pytest.mark.skipif(not durable.available(), reason="durable_rules does not build on this Python")
@pytest.mark.parametrize("tradition", TRADITIONS)
@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_engines_agree_in_every_school(tradition: str, random: Any) -> None:
    base = BASE.for_tradition(tradition)
    of = random_case(random, known=random.choice([0.3, 0.7, 0.95]), constants=constants_of(base), max_items=3)
    assert durable.derive(base, of.lowered) == reference.derive(base, of.lowered)
