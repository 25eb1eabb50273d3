"""What a formulation answers when it is asked back, taken at its word: what it says is done, and then looked at."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
import yaml

import ipt_formulate as ipt
from ipt_formulate.evaluation import reference
from ipt_formulate.formulation.build import choose
from ipt_formulate.reasoning import sufficient
from ipt_formulate.reasoning.changes import FactChange, listed_or
from ipt_formulate.reasoning.phrases import key_of
from ipt_formulate.reasoning.sufficient import Reasons, RecordedFact, sufficient_reasons
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.rulebase.variation import with_parameters
from ipt_formulate.vocabulary import FocusStatus

BASE = shipped_rulebase().for_tradition("weissman")
YEARS_AGO = Path(__file__).parents[1] / "decisions" / "death_years_ago_mourned.yaml"
WEEKS_AGO = Path(__file__).parents[1] / "decisions" / "death_a_month_ago_normal.yaml"
SETTLED = (FocusStatus.CHOSEN, FocusStatus.TIE)


def after(case: ipt.Case, changes: tuple[FactChange, ...], values: tuple[object, ...]) -> ipt.Case:
    with ipt.interview(case, engine="reference") as session:
        for change, value in zip(changes, values, strict=True):
            session.tell(change.path, value)
        return session.case


@pytest.mark.parametrize("name", ipt.example_names())
def test_what_would_bring_an_area_into_focus_does(name: str) -> None:
    case = ipt.example(name)
    formulation = ipt.formulate(case, engine="reference")
    now = key_of(choose(BASE, reference.derive(BASE, case.lowered), case))
    anything = formulation.what_would_change(size=1)
    for area in formulation.areas:
        found = formulation.what_would_change(area, size=1)
        assert found.target == area
        for each in found.counterfactuals:
            assert area in each.areas
            assert area not in now[1] or each.status in SETTLED
            for values in product(*(change.values for change in each.facts)):
                told = after(case, each.facts, values)
                assert key_of(choose(BASE, reference.derive(BASE, told.lowered), told)) == (each.status, frozenset(each.areas))  # fmt: skip
        new = [each for each in anything.counterfactuals if area in set(each.areas) - now[1]]
        assert {str(each) for each in new} == {str(each) for each in found.counterfactuals if area not in now[1]}


def test_what_cannot_come_into_focus_says_why() -> None:
    formulation = ipt.formulate(ipt.example("susan-bpd-casebook"))
    assert "No death is recorded" in str(formulation.what_would_change("grief", size=1))
    assert "is recorded, and only" not in str(formulation.what_would_change("interpersonal_deficits", size=1))


def test_of_three_facts_none_does_it_with_fewer() -> None:
    found = ipt.formulate(ipt.example("mr-jones-ipt-ci")).what_would_change()
    sets = {frozenset(change.path for change in each.facts) for each in found.counterfactuals}
    assert {len(each) for each in sets} > {1}
    assert not any(one < other for one in sets for other in sets)
    assert str(found).count("\n  - ") == len(found.counterfactuals)


def test_answers_that_do_not_go_together_are_told_apart() -> None:
    case = ipt.parse_case(yaml.safe_load(YEARS_AGO.read_text(encoding="utf-8"))["case"])
    alike: dict[tuple[object, ...], list[object]] = {}
    for each in ipt.formulate(case).what_would_change(size=2).counterfactuals:
        paths = tuple(change.path for change in each.facts)
        alike.setdefault((*paths, each.focus), []).append([change.values for change in each.facts])
    assert any(len(told) > 1 for told in alike.values())


def test_one_set_of_reasons_or_two_with_nothing_in_common() -> None:
    one, other = (RecordedFact(f"inventory.{name}", name, "yes", always=False) for name in ("one", "other"))
    assert str(Reasons("So it is", ((one,),), all_of_them=True)).splitlines()[-1] == "  - one: yes"
    assert str(Reasons("So it is", ((one,), (other,)), all_of_them=True)).endswith("There is 1 other such set.")


def test_many_answers_are_told_as_the_first_of_them() -> None:
    assert [listed_or(list("abcdefgh"[:count])) for count in (1, 2, 6, 8)] == ["a", "a or b", "a, b, c, d, e or f", "a, b, c, d, e or one of 3 others"]  # fmt: skip


def test_reasons_say_how_many_they_are_and_what_is_common() -> None:
    case = ipt.example("leonard-ptsd-grief-911")
    told = str(ipt.formulate(case).sufficient_reasons())
    assert "There are 2 other such sets." in told
    assert "Every one of them has: " in told
    assert "The focus is provisional, first: grief (the death of the eldest son): what is recorded does not settle it." in told  # fmt: skip
    assert "There is no focus" in str(ipt.formulate(ipt.Case()).sufficient_reasons())


def test_of_very_many_reasons_the_first_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sufficient, "MOST_SETS", 2)
    (supported,) = sufficient_reasons(BASE, ipt.example("leonard-ptsd-grief-911")).supported
    assert (len(supported.sets), supported.all_of_them) == (2, False)
    assert "There is 1 other such set." not in str(supported)
    assert "or more other such sets" in str(supported)


def test_nearness_is_told_of_answers_and_of_numbers() -> None:
    told = {name: "\n".join(ipt.formulate(ipt.example(name)).robustness().lines()) for name in ipt.example_names()}
    assert "No one answer would change the focus, and no 2 together." in told["sheryl-divorced-single-mother"]
    assert "No number of the rules, changed alone within its range, would change it." in told["susan-bpd-casebook"]
    case = ipt.parse_case(yaml.safe_load(WEEKS_AGO.read_text(encoding="utf-8"))["case"])
    formulation = ipt.formulate(case)
    (found,) = formulation.robustness().numbers
    flip = found.below or found.above
    assert flip is not None
    assert (
        "Up to how long after a death mourning without the markers counts as normal (normal_grief_until): "
        f"{flip.value} days, not two months, would change the focus: then {flip.focus}."
    ) in str(formulation.robustness())
    moved = ipt.formulate(case, rulebase=with_parameters(shipped_rulebase(), {found.parameter: flip.value}))
    assert moved.focus.status != formulation.focus.status
    assert formulation.robustness().answers
