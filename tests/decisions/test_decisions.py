"""The difficult and ambiguous decisions of the clinical reference, each as a named case with what must come out."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ipt_formulate import formulate
from ipt_formulate.case.files import parse_case
from ipt_formulate.testing.decisions import EXPECTATIONS, PARTS, departures

HERE = Path(__file__).parent
DECISIONS = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(HERE.glob("*.yaml"))}


@pytest.mark.parametrize("name", DECISIONS)
def test_decision(name: str) -> None:
    decision = DECISIONS[name]
    case, tradition = parse_case(decision["case"]), decision.get("tradition", "weissman")
    formulation = formulate(case, tradition=tradition, engine="reference")
    assert list(departures(decision["expect"], formulation)) == []


@pytest.mark.parametrize("name", DECISIONS)
def test_decision_reads_well(name: str) -> None:
    assert set(DECISIONS[name]) - {"tradition"} == PARTS
    assert set(DECISIONS[name]["expect"]) <= EXPECTATIONS
    assert DECISIONS[name]["title"].endswith(".")


@pytest.mark.parametrize("part", sorted(EXPECTATIONS))
def test_every_expectation_can_fail(part: str) -> None:
    """Each kind of expectation, turned to what does not hold, is reported by its name."""
    formulation = formulate(parse_case(DECISIONS["violence_in_dispute"]["case"]), engine="reference")
    here = {each.rule for each in formulation.advice}, {each.modifier for each in formulation.modifiers}
    wrong = {
        "focus": {"status": "no such status"},
        "areas": {"grief": "no such status"},
        "techniques": {"grief_work": "no such status"},
        "people": {"communication_analysis": {"nobody": "offered"}},
        "says": ["what nobody said"],
        "never_says": ["intended_use"],
        "client": {"chosen": "nothing"},
        "no_early_words": True,
        "no_advice": list(here[0]),
        "no_modifiers": list(here[1]),
        "no_techniques": [each.technique for each in formulation.techniques],
    }.get(part, ["no such rule"])
    found = list(departures({part: wrong}, formulation))
    if wrong and part not in ("no_early_words", "no_subtypes"):
        assert found
        assert all(each.startswith(part) for each in found)
