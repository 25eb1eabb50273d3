"""A case one day or point from a cut-off is told to be on a cliff, and one two away is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ipt_formulate.case.case import Case
from ipt_formulate.case.files import parse_case
from ipt_formulate.reasoning.cliffs import cliffs
from ipt_formulate.reasoning.outcomes import outcome
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.rulebase.variation import with_parameters

DECISIONS = Path(__file__).parents[1] / "decisions"
BASE = shipped_rulebase().for_tradition("weissman")


def _died(when: str) -> Case:
    death: dict[str, Any] = {"kind": "person", "role": "parent", "when": when}
    return parse_case({"inventory": {"deaths": [death]}})


def _cut_offs(case: Case) -> set[tuple[str, int, int]]:
    return {(each.parameter, each.value, each.beyond) for each in cliffs(BASE, {"it": case}).get("it", ())}


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("13d", set()),
        ("14d", {("very_recent_death", 14, 13)}),
        ("15d", {("very_recent_death", 14, 15)}),
        ("16d", set()),
        ("15-40d", {("very_recent_death", 14, 15)}),
    ],
)
def test_a_case_is_on_a_cliff_within_one_unit_only(when: str, expected: set[tuple[str, int, int]]) -> None:
    assert {each for each in _cut_offs(_died(when)) if each[0] == "very_recent_death"} == expected


def test_what_falls_is_what_comes_out_with_the_cut_off_there() -> None:
    decided = yaml.safe_load((DECISIONS / "death_a_month_ago_marked.yaml").read_text(encoding="utf-8"))
    case = parse_case(decided["case"])
    found = next(each for each in cliffs(BASE, {"it": case})["it"] if each.parameter == "very_recent_death")
    assert "grief.very_recent_death" in found.rules
    beyond = outcome(with_parameters(BASE, {"very_recent_death": found.beyond}), case)
    told = {fall.about: (fall.now, fall.beyond) for fall in found.falls}
    assert told["focus"] == (outcome(BASE, case)["focus"], beyond["focus"])
    assert told["area grief"] == (outcome(BASE, case)["area grief"], beyond["area grief"])


def test_a_step_of_selection_can_be_what_comes_out_otherwise() -> None:
    near = BASE.parameters["near_before"].number()
    change = {"kind": "move", "when": f"{near + 100}d"}
    episode = {"onset": "100d", "worsenings": []}
    case = parse_case({"assessment": {"episode": episode}, "inventory": {"changes": [change]}})
    (found,) = [each for each in cliffs(BASE, {"it": case})["it"] if each.parameter == "near_before"]
    assert "selection.near_in_time" in found.rules


def test_every_case_is_counted() -> None:
    told: list[int] = []
    assert cliffs(BASE, {"empty": Case(), "early": _died("30y")}, lambda: told.append(1)) == {}
    assert len(told) == 2
