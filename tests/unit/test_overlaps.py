"""Overlaps, ties and gaps: each *yes* has a case that `formulate` answers so, each *no* a reason in the rules."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

z3 = pytest.importorskip("z3")

from ipt_formulate import formulate  # noqa: E402
from ipt_formulate.case.case import Case  # noqa: E402
from ipt_formulate.case.files import load_case, parse_case  # noqa: E402
from ipt_formulate.cli import main  # noqa: E402
from ipt_formulate.errors import CaseError  # noqa: E402
from ipt_formulate.proof import of_selection  # noqa: E402
from ipt_formulate.proof.asking import ask  # noqa: E402
from ipt_formulate.proof.choosing import Choosing  # noqa: E402
from ipt_formulate.proof.counting import facts  # noqa: E402
from ipt_formulate.proof.overlaps import OUTCOMES, Overlapping, Overlaps  # noqa: E402
from ipt_formulate.proof.rails import conj, disj  # noqa: E402
from ipt_formulate.proof.realising import _paths, _without  # noqa: E402
from ipt_formulate.rulebase.loader import shipped_rulebase  # noqa: E402
from ipt_formulate.vocabulary import AreaStatus, ProblemArea  # noqa: E402

GRIEF, DISPUTE = ProblemArea.GRIEF, ProblemArea.ROLE_DISPUTE
TRANSITION, DEFICITS = ProblemArea.ROLE_TRANSITION, ProblemArea.INTERPERSONAL_DEFICITS
KEPT = json.loads((Path(__file__).parents[2] / "docs" / "reference" / "overlaps.json").read_text(encoding="utf-8"))
BASE = shipped_rulebase().for_tradition("weissman")


def _tied(case: Case, tradition: str = "weissman") -> set[str]:
    return {str(each.area) for each in formulate(case, tradition=tradition, engine="reference").focus.tied}


def _together(case: Case, areas: list[str], tradition: str = "weissman") -> bool:
    found = formulate(case, tradition=tradition, engine="reference").areas
    return all(found[ProblemArea(area)].status is AreaStatus.SUPPORTED for area in areas)


@pytest.mark.parametrize("tradition", KEPT["traditions"])
def test_formulate_says_of_every_published_case_what_the_page_says(tradition: str) -> None:
    assert KEPT["rulebase_sha256"] == shipped_rulebase().sha256
    told = KEPT["traditions"][tradition]
    for pair in told["pairs"]:
        if (case := pair["together"]["case"]) is not None:
            assert _together(parse_case(case), pair["areas"], tradition)
        if (case := pair["tie"]["case"]) is not None:
            assert _tied(parse_case(case), tradition) == set(pair["areas"])
    for outcome in told["outcomes"]:
        if outcome["case"] is not None:
            focus = formulate(parse_case(outcome["case"]), tradition=tradition, engine="reference").focus
            assert (focus.status, focus.reason) == (outcome["status"], outcome["reason"])


def test_where_it_is_said_that_no_case_has_fewer_facts_none_of_the_other_schools_does_the_same_with_fewer() -> None:
    told = [(name, each) for name, found in KEPT["traditions"].items() for each in found["outcomes"]]
    assert {each["fewest"] for _, each in told} == {True, False}
    fewer = 0
    for name, each in told:
        for _, other in told if each["fewest"] else ():
            case = parse_case(other["case"])
            if other["reason"] == each["reason"] and facts(case) < facts(parse_case(each["case"])):
                fewer += 1
                focus = formulate(case, tradition=name, engine="reference").focus
                assert (focus.status, focus.reason) != (each["status"], each["reason"])
    assert fewer


def test_no_fact_of_a_published_case_can_be_left_out() -> None:
    for pair in KEPT["traditions"]["weissman"]["pairs"]:
        for case, shows in (
            (pair["together"]["case"], lambda case, areas=pair["areas"]: _together(case, areas)),
            (pair["tie"]["case"], lambda case, areas=pair["areas"]: _tied(case) == set(areas)),
        ):
            facts = [path for path in _paths(case or {}) if path[-1] not in ("id", "schema_version")]
            assert not [path for path in facts if _still(case, path, shows)]


def _still(case: dict[str, Any], path: tuple[Any, ...], shows: Any) -> bool:
    try:
        return bool(shows(parse_case(_without(case, path))))
    except CaseError:
        return False


def test_deficits_never_stand_beside_another_area_and_every_answer_is_given_to_some_case() -> None:
    told = KEPT["traditions"]["weissman"]
    never = [pair["areas"] for pair in told["pairs"] if pair["together"]["answer"] == "never"]
    assert never == [[area, DEFICITS] for area in (GRIEF, DISPUTE, TRANSITION)]
    assert all(pair["tie"]["answer"] == "never" for pair in told["pairs"] if pair["areas"] in never)
    assert {(each["status"], each["reason"]) for each in told["outcomes"]} == set(OUTCOMES)
    assert {each["answer"] for each in told["outcomes"]} == {"possible"}


def _find(**changes: Any) -> Overlaps:
    """The report on two areas, with other steps of selection or other areas."""
    two = {area: BASE.areas[area] for area in (DISPUTE, TRANSITION)}
    rules = {name: rule for name, rule in BASE.rules.items() if getattr(rule.then, "area", DISPUTE) in two}
    base = replace(BASE, rules=MappingProxyType(rules), areas=MappingProxyType(two), _variants={})
    return Overlapping().find(
        replace(base, **{key: MappingProxyType(change(getattr(base, key))) for key, change in changes.items()})
    )


def test_without_steps_two_areas_tie_and_nothing_decides() -> None:
    def no_steps(rules: Any) -> Any:
        return {name: rule for name, rule in rules.items() if not name.startswith("selection.")}

    (pair,) = _find(rules=no_steps).pairs
    assert (pair.tie.possible, pair.ties, pair.decides) == (True, (), ())


def test_where_a_step_is_always_met_of_one_area_they_tie_only_where_it_is_met() -> None:
    (pair,) = _find().pairs
    assert pair.areas == (DISPUTE, TRANSITION)
    assert pair.ties_complete
    places = [step.id for step in BASE.steps]
    nothing_against = places.index("selection.nothing_against")
    assert pair.ties
    assert {at[nothing_against] for at in pair.ties} == {True}
    assert pair.decides[nothing_against] == ()
    assert set(pair.decides[0]) == {DISPUTE, TRANSITION}


def test_the_command_writes_cases_that_formulate_reproduces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = _find()
    monkeypatch.setattr(Overlapping, "find", lambda self, base, done: replace(found, base=base))
    monkeypatch.setattr(sys, "argv", ["ipt-formulate", "overlaps", "--cases", str(tmp_path)])
    monkeypatch.setattr("ipt_formulate.cli.overlapping.load_rulebase", lambda path: _two())
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    output = capsys.readouterr().out
    assert "can tie" in output
    assert _tied(load_case(tmp_path / "weissman-role-dispute-and-role-transition-in-a-tie.yaml")) == {
        DISPUTE,
        TRANSITION,
    }


def _two() -> Any:
    base = shipped_rulebase()
    return base.using(base.traditions["weissman"].model_copy(update={"areas": (DISPUTE, TRANSITION)}))


def test_in_every_tie_both_areas_have_a_sure_candidate_at_known_and_equal_steps() -> None:
    """What the page says of every tie, over any candidates: two of each of two areas."""
    standing, known = of_selection._any_contenders(BASE, (DISPUTE, TRANSITION))
    asked = z3.Bool("asked enough")
    choosing = Choosing(standing, asked)
    pairs = list(zip(standing, choosing.possible, strict=True))

    def level(area: ProblemArea) -> Any:
        own = [(each, flag) for each, flag in pairs if each.area == area]
        return disj(
            conj([flag, each.surely, each.least == each.most, each.least == choosing.bar]) for each, flag in own
        )

    rises = disj(conj([flag, z3.UGT(each.most, choosing.bar)]) for each, flag in pairs)
    both = conj([choosing.tied(DISPUTE), choosing.tied(TRANSITION)])
    assert ask([known, both])[0] is True
    for broken in (z3.Not(asked), z3.Not(level(DISPUTE)), z3.Not(level(TRANSITION)), rises):
        assert ask([known, both, broken])[0] is False
