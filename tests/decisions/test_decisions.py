"""The difficult and ambiguous decisions of the clinical reference, each as a named case with what must come out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ipt_formulate import formulate
from ipt_formulate.case.files import parse_case
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.testing.decisions import EXPECTATIONS, PARTS, departures

HERE = Path(__file__).parent
DECISIONS = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(HERE.glob("*.yaml"))}


def _formulated(decision: dict[str, Any]) -> Formulation:
    tradition = decision.get("tradition", "weissman")
    return formulate(parse_case(decision["case"]), tradition=tradition, engine="reference")


@pytest.mark.parametrize("name", DECISIONS)
def test_decision(name: str) -> None:
    assert list(departures(DECISIONS[name]["expect"], _formulated(DECISIONS[name]))) == []


@pytest.mark.parametrize("name", DECISIONS)
def test_decision_reads_well(name: str) -> None:
    assert set(DECISIONS[name]) - {"tradition"} == PARTS
    assert set(DECISIONS[name]["expect"]) <= EXPECTATIONS
    assert DECISIONS[name]["title"].endswith(".")


def test_every_expectation_can_fail() -> None:
    """Each kind of expectation, turned to what does not hold of a decision that uses it, is reported by its name."""
    wrong: dict[str, Any] = {
        "focus": {"status": "no such status"},
        "areas": {"grief": "no such status"},
        "techniques": {"grief_work": "no such status"},
        "people": {"communication_analysis": {"nobody": "offered"}},
        "client": {"chosen": "nothing"},
        "never_says": ["intended_use"],
    }
    none_of = {"no_advice": "advice", "no_modifiers": "modifiers", "no_subtypes": "subtypes"}
    for part in EXPECTATIONS - {"no_early_words", "no_techniques"}:
        of = none_of.get(part, part)
        decision = next((each for each in DECISIONS.values() if each["expect"].get(of)), DECISIONS["nothing_fits"])
        told = decision["expect"][of] if part in none_of else wrong.get(part, ["no such rule"])
        formulation = _formulated(decision)
        found = list(departures({part: told}, formulation))
        assert found, part
        assert all(each.startswith(part) for each in found)
    named = [each.technique for each in formulation.techniques]
    assert list(departures({"no_techniques": named[:1]}, formulation)) == ["no_techniques"]
    prolonged = _formulated({"case": DECISIONS["grief_score_at_two_years"]["case"]})
    assert list(departures({"no_early_words": True}, prolonged)) == ["no_early_words"]
