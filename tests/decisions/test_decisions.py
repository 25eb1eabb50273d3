"""The difficult and ambiguous decisions of the clinical reference, each as a named case with what must come out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ipt_formulate import formulate
from ipt_formulate.case.files import parse_case
from ipt_formulate.formulation.contents import AreaChoice
from ipt_formulate.formulation.model import Formulation

HERE = Path(__file__).parent
DECISIONS = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(HERE.glob("*.yaml"))}
WORDS_NOT_BEFORE_THE_TIME = re.compile(r"prolonged|disorder", re.IGNORECASE)


def _areas(choices: tuple[AreaChoice, ...]) -> list[str]:
    return sorted({choice.area.value for choice in choices})


def _subtypes(formulation: Formulation) -> set[str]:
    return {each.rule for area in formulation.areas.values() for one in area.candidates for each in one.subtypes}


def _asked(formulation: Formulation) -> set[str]:
    evidence = [item.rule for area in formulation.areas.values() for one in area.candidates for item in one.unknown]
    return {question.rule for question in formulation.questions} | set(evidence)


def _observed(formulation: Formulation) -> dict[str, Any]:
    focus = formulation.focus
    return {
        "status": focus.status.value,
        "reason": focus.reason.value,
        "primary": focus.primary.area.value if focus.primary else None,
        "secondary": focus.secondary.area.value if focus.secondary else None,
        "tied": _areas(focus.tied),
        "leading": _areas(focus.leading),
        "also_possible": _areas(focus.also_possible),
        "possible": _areas(focus.possible),
        "residual_candidate": focus.residual_candidate is not None,
    }


@pytest.mark.parametrize("name", DECISIONS)
def test_decision(name: str) -> None:
    decision = DECISIONS[name]
    expected = decision["expect"]
    case, tradition = parse_case(decision["case"]), decision.get("tradition", "weissman")
    formulation = formulate(case, tradition=tradition, engine="reference")
    observed = _observed(formulation)
    assert {key: observed[key] for key in expected.get("focus", {})} == expected.get("focus", {})
    statuses = {area.value: finding.status.value for area, finding in formulation.areas.items()}
    assert {area: statuses[area] for area in expected.get("areas", {})} == expected.get("areas", {})
    assert set(expected.get("only_areas", statuses)) == set(statuses)
    advice = {each.rule for each in formulation.advice}
    assert set(expected.get("advice", [])) <= advice
    assert not set(expected.get("no_advice", [])) & advice
    modifiers = {each.modifier for each in formulation.modifiers}
    assert set(expected.get("modifiers", [])) <= modifiers
    assert not set(expected.get("no_modifiers", [])) & modifiers
    assert set(expected.get("subtypes", [])) <= _subtypes(formulation)
    assert not set(expected.get("no_subtypes", [])) & _subtypes(formulation)
    assert set(expected.get("flags", [])) <= {flag.rule for flag in formulation.safety.flags}
    assert set(expected.get("holds", [])) <= set(formulation.focus.holds)
    techniques = {each.technique: each for each in formulation.techniques}
    for technique, status in expected.get("techniques", {}).items():
        assert techniques[technique].status.value == status, technique
    for technique, people in expected.get("people", {}).items():
        seen = {each.person: each.status.value for each in techniques[technique].people}
        assert {person: seen[person] for person in people} == people, technique
    assert not set(expected.get("no_techniques", [])) & set(techniques)
    assert set(expected.get("asks", [])) <= _asked(formulation)
    words = formulation.model_dump_json()
    assert [each for each in expected.get("says", []) if each not in words] == []
    assert [each for each in expected.get("never_says", []) if each in words] == []
    if "client" in expected:
        assert formulation.focus.client is not None
        assert {
            "chosen": formulation.focus.client.chosen and formulation.focus.client.chosen.value,
            "recorded_facts": formulation.focus.client.recorded_facts and formulation.focus.client.recorded_facts.value,
        } == expected["client"]
    if expected.get("no_early_words"):
        said = [each.advice + each.about for each in formulation.advice]
        said += [
            each.sentence for area in formulation.areas.values() for one in area.candidates for each in one.subtypes
        ]
        assert not [each for each in said if WORDS_NOT_BEFORE_THE_TIME.search(each)]


@pytest.mark.parametrize("name", DECISIONS)
def test_decision_reads_well(name: str) -> None:
    assert set(DECISIONS[name]) - {"tradition"} == {"title", "row", "case", "expect"}
    assert DECISIONS[name]["title"].endswith(".")
