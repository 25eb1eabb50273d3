"""What must hold of every formulation, on generated cases with the shipped rule base."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from random import Random
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ipt_formulate as ipt
from ipt_formulate.case.case import Case
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.testing import constants_of, forget, random_case, refine, rename, shuffle
from ipt_formulate.vocabulary import AreaStatus, FocusReason, FocusStatus, Gate, ProblemArea

SHIPPED = shipped_rulebase()
DAYS = constants_of(SHIPPED.for_tradition("weissman"))
Usable = Callable[[Formulation], set[tuple[str, str]]]
DEFICITS = ProblemArea.INTERPERSONAL_DEFICITS
SETTLED_CASES = st.builds(
    lambda random: _asked(
        random_case(random, known=random.choice([0.5, 0.85, 0.97]), constants=DAYS, max_items=2), random
    ),
    st.randoms(use_true_random=False),
)
"""Cases in which enough is known, and asked, for every status of the focus to occur."""


ALL_CLEAR = {
    "asked": "today",
    "suicidal_thoughts": "none",
    "last_suicidal_behaviour": "never",
    **dict.fromkeys(("self_harm", "psychosis", "mania", "substance_dependence"), "none"),
    **dict.fromkeys(("suicide_plan", "suicide_intent", "harm_to_others", "dependant_at_risk"), False),
    **dict.fromkeys(
        ("thoughts_of_harming_infant", "eating_disorder_medical_risk", "overwhelmed_or_dissociating"), False
    ),
    "medical_causes_checked": True,
}


def _asked(case: Case, random: Random) -> Case:
    """Often with every inquiry made, and at times with every safety question asked today and answered with no."""
    if random.random() < 0.7:
        for name in ("people", "deaths", "conflicts", "changes"):
            case = case.with_(f"inventory.inquiry.{name}", random.choice(["brief", "thorough"]))
    if random.random() < 0.1:
        pattern = {"lifelong_difficulty": True, "close_ties_before": "few", "isolation_began": "long_before"}
        thorough = dict.fromkeys(("people", "deaths", "conflicts", "changes"), "thorough")
        case = case.with_("assessment.response", None).with_("inventory", {"inquiry": thorough, "pattern": pattern})
    if random.random() < 0.4:
        case = case.with_("assessment.safety", ALL_CLEAR).with_(
            "assessment.conditions", {"cognitive_impairment": "absent"}
        )
        case = case.with_("assessment.measures", [])
        for place in range(len(case.inventory.people)):
            case = case.with_(
                f"inventory.people[{place}].coercion", {"period": "none", "feared_now": False, "asked_in_private": True}
            )
    return case


def formulate(case: Case, base: RuleBase | None = None) -> Formulation:
    return ipt.formulate(case, engine="reference", rulebase=base)


def statuses(formulation: Formulation) -> dict[str, object]:
    """All that is concluded, without a word that names an item."""
    focus = formulation.focus
    choices = {
        "primary": [focus.primary] if focus.primary else [],
        "secondary": [focus.secondary] if focus.secondary else [],
    }
    choices |= {
        "leading": list(focus.leading),
        "also": list(focus.also_possible),
        "tied": list(focus.tied),
        "possible": list(focus.possible),
    }
    return {
        "focus": (
            focus.status,
            focus.reason,
            focus.secondary_settled,
            focus.residual_candidate is not None,
            focus.holds,
        ),
        **{name: sorted((each.area, len(each.candidates)) for each in found) for name, found in choices.items()},
        "areas": {
            area: (found.status, sorted(each.status for each in found.candidates))
            for area, found in formulation.areas.items()
        },
        "techniques": [(each.technique, each.status) for each in formulation.techniques],
        "safety": [flag.rule for flag in formulation.safety.flags],
    }


def possible(formulation: Formulation) -> set[tuple[str, str]]:
    return {(choice.area, each.id) for choice in formulation.focus.possible for each in choice.candidates}


@settings(max_examples=150)
@given(SETTLED_CASES, st.randoms(use_true_random=False))
def test_learning_about_recorded_items_only_refines(case: Case, random: Random) -> None:
    before = formulate(case)
    for _ in range(4):
        learnt = refine(case, random, constants=DAYS)
        if learnt is None:
            return
        after = formulate(learnt)
        for area, found in before.areas.items():
            if found.status is not AreaStatus.UNDETERMINED:
                assert after.areas[area].status is found.status
        entered = possible(after) - possible(before)
        assert all(area == DEFICITS for area, _ in entered), "nothing but deficits, once supported, may enter"
        if before.focus.status is FocusStatus.CHOSEN:
            assert after.focus.status is FocusStatus.CHOSEN
            assert after.focus.primary is not None
            assert before.focus.primary is not None
            assert after.focus.primary.area == before.focus.primary.area
        if before.focus.secondary is not None:
            assert after.focus.secondary is not None
            assert after.focus.secondary.area == before.focus.secondary.area
        if before.focus.status is FocusStatus.TIE:
            assert [each.area for each in after.focus.tied] == [each.area for each in before.focus.tied]
        if before.focus.reason is FocusReason.NOTHING_FOUND:
            assert after.focus.reason is FocusReason.NOTHING_FOUND
        before, case = after, learnt


@settings(max_examples=200)
@given(SETTLED_CASES, st.randoms(use_true_random=False))
def test_removing_an_answer_never_makes_a_technique_usable(usable: Usable, case: Case, random: Random) -> None:
    case = case.with_("assessment.response", {"answer": "agreed", "chosen": random.choice(list(ProblemArea)).value})
    less = forget(case, random)
    if less is None:
        return

    before, after = formulate(case), formulate(less)
    assert usable(after) - usable(before) <= _never_held()


def _never_held() -> set[tuple[str, str]]:
    return {(card.id, "") for card in SHIPPED.techniques.values() if not card.needs_agreement}


@settings(max_examples=100)
@given(SETTLED_CASES, st.randoms(use_true_random=False))
def test_names_and_order_change_labels_only(case: Case, random: Random) -> None:
    assert statuses(formulate(rename(case, random))) == statuses(formulate(case))
    assert statuses(formulate(shuffle(case, random))) == statuses(formulate(case))


@settings(max_examples=60)
@given(SETTLED_CASES, st.sampled_from(sorted(SHIPPED.rules)))
def test_duplicating_a_rule_changes_nothing(case: Case, rule_id: str) -> None:
    rule = SHIPPED.rules[rule_id]
    if rule.text.for_each == "candidates":
        return  # a step is a place in an order, not a piece of evidence
    twin = replace(rule, text=rule.text.model_copy(update={"id": f"{rule_id}_twin"}))
    doubled = replace(SHIPPED, rules=MappingProxyType({**SHIPPED.rules, twin.id: twin}), _variants={})
    once, twice = statuses(formulate(case)), statuses(formulate(case, doubled))
    twice["safety"] = [each for each in twice["safety"] if not each.endswith("_twin")]  # type: ignore[attr-defined]
    twice["focus"] = (*twice["focus"][:4], tuple(each for each in twice["focus"][4] if not each.endswith("_twin")))  # type: ignore[index]
    assert once == twice


@settings(max_examples=300)
@given(SETTLED_CASES)
def test_every_focus_keeps_the_promises(case: Case) -> None:
    formulation = formulate(case)
    focus, areas = formulation.focus, formulation.areas
    foci = [each.area for each in (focus.primary, focus.secondary) if each]
    assert len(foci) == len(set(foci)) <= 2
    others = [found.status for area, found in areas.items() if area != DEFICITS]
    if DEFICITS in foci:
        assert set(others) == {AreaStatus.NOT_SUPPORTED}
        assert focus.secondary is None
    if focus.residual_candidate:
        assert areas[DEFICITS].status is AreaStatus.UNDETERMINED
    assert (focus.primary is not None) == (focus.status is FocusStatus.CHOSEN)
    assert bool(focus.tied) == (focus.status is FocusStatus.TIE)
    assert bool(focus.leading) == (focus.status is FocusStatus.PROVISIONAL)
    assert all(areas[area].status is AreaStatus.SUPPORTED for area in foci)
    assert {flag.rule for flag in formulation.safety.flags if flag.holds_focus} == set(focus.holds)
    text = formulation.model_dump_json()
    assert text == formulate(case).model_dump_json()
    read_back = Formulation.model_validate_json(text)
    assert read_back == formulation
    with pytest.raises(ipt.IptFormulateError):
        read_back.why("grief")


@settings(max_examples=150)
@given(SETTLED_CASES, st.randoms(use_true_random=False))
def test_what_the_client_wishes_never_changes_the_evidence(case: Case, random: Random) -> None:
    wish = random.choice(list(ProblemArea)).value
    told = case.with_("assessment.client_view", {"most_pressing": wish, "feels_workable": wish})
    told = told.with_("assessment.response", {"answer": random.choice(["agreed", "edited", "refused"]), "chosen": wish})
    before, after = statuses(formulate(case)), statuses(formulate(told))
    before.pop("techniques"), after.pop("techniques")
    assert before == after


def test_the_generated_cases_reach_every_status_of_the_focus() -> None:
    """Otherwise the properties above would say less than they seem to."""
    seen: set[object] = set()
    gates: set[Gate] = set()
    for seed in itertools.count():
        random = Random(seed)
        case = _asked(random_case(random, known=random.choice([0.5, 0.85, 0.97]), constants=DAYS, max_items=2), random)
        found = formulate(case.with_("assessment.response", {"answer": "agreed", "chosen": "role_dispute"}))
        seen |= {found.focus.status, found.focus.reason, "secondary" if found.focus.secondary else ""}
        seen |= {"residual"} if found.focus.residual_candidate else set()
        seen |= {"deficits"} if found.focus.primary and found.focus.primary.area == DEFICITS else set()
        gates |= {each.status for each in found.techniques}
        if {*FocusStatus, *FocusReason, "secondary", "residual", "deficits"} <= seen and {*Gate} - {
            Gate.HELD_UNTIL_AGREED
        } <= gates:
            return
        assert seed < 3_000, {*FocusStatus, *FocusReason, "secondary", "residual", "deficits", *Gate} - seen - gates
