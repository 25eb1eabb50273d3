"""A weak rule base has exactly the survivor that it should, with the case that would tell; what is alike is proved so."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

pytest.importorskip("z3")

from ipt_formulate.case.case import Case
from ipt_formulate.case.fields import YES
from ipt_formulate.case.files import parse_case, to_plain
from ipt_formulate.cli import main
from ipt_formulate.mutation.campaign import Fate, Suites, mutants_of, run
from ipt_formulate.mutation.making import make_suite, write_suite
from ipt_formulate.mutation.mutants import condition_mutants
from ipt_formulate.mutation.record import telling
from ipt_formulate.mutation.suites import SOLVER_CASES, solver_cases
from ipt_formulate.resources import rules_directory
from ipt_formulate.rulebase.conditions import Among, Condition, Some, Within
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.rulebase.texts import Example

AVOIDED = Among("mourning.avoided", YES, "mourning.avoided is yes")
ABSENT = Among("mourning.absent", YES, "mourning.absent is yes")
RULE = "grief.mourning_held_back"


def _example(expect: Any, **mourning: bool) -> Example:
    return Example(title=f"{expect}: {mourning}", expect=expect, case=_case(mourning))


def _case(mourning: dict[str, bool]) -> dict[str, Any]:
    return {"inventory": {"deaths": [{"id": "death-1", "mourning": mourning} if mourning else {"id": "death-1"}]}}


def _planted(condition: Condition, *examples: Example) -> RuleBase:
    """The shipped rules with another condition and other examples in one of them."""
    base = shipped_rulebase()
    rule = base.rules[RULE]
    text = rule.text.model_copy(update={"examples": examples})
    changed = replace(rule, text=text, conditions=MappingProxyType({"deaths": condition}))
    return replace(base, rules=MappingProxyType({**base.rules, RULE: changed}), _variants={})


WEAK = _planted(
    Some((AVOIDED, ABSENT)),
    _example("met", avoided=True, absent=False),
    _example("not_met", avoided=False, absent=False),
    _example("unknown"),
)


TELLING = {
    (("absent", True),): {f"{RULE} deaths/death-1": "met, changed unknown"},
    (("avoided", False),): {f"{RULE} deaths/death-1": "unknown, changed not_met"},
}
"""The two cases of one fact that would tell, and what they tell; which one is found is left to the solver."""


def _mourning(case: Case) -> tuple[tuple[str, bool], ...]:
    plain = to_plain(case)
    assert set(plain) == {"schema_version", "inventory"}
    assert set(plain["inventory"]) == {"deaths"}
    (death,) = plain["inventory"]["deaths"]
    return tuple(death["mourning"].items())


def _of_the_rule(base: RuleBase) -> list[Any]:
    return [each for each in condition_mutants(base) if each.site == RULE]


def test_a_part_that_no_example_needs_is_the_one_survivor_with_the_case_that_would_tell() -> None:
    ended = run(_of_the_rule(WEAK), Suites(), 20.0)
    (survivor,) = [each for each in ended if each.fate is not Fate.KILLED]
    assert survivor.fate is Fate.SURVIVED
    assert survivor.mutant.step.startswith("without the part mourning.absent is yes")
    assert survivor.case is not None
    ((fact, told),) = TELLING[_mourning(survivor.case)].items()
    assert telling(survivor) == {fact: told}
    assert {each.by for each in ended if each is not survivor} == {"examples"}


def test_an_example_more_or_a_solver_made_case_kills_it(tmp_path: Path) -> None:
    strong = _planted(
        Some((AVOIDED, ABSENT)), *WEAK.rules[RULE].text.examples, _example("met", avoided=False, absent=True)
    )
    assert {each.fate for each in run(_of_the_rule(strong), Suites(), 20.0)} == {Fate.KILLED}
    write_suite(tmp_path, make_suite(_of_the_rule(WEAK), (), 20.0))
    (made,) = solver_cases(tmp_path)
    ((_, told),) = TELLING[_mourning(made.case)].items()
    assert made.rules == {RULE: {"deaths/death-1": told.partition(",")[0]}}
    ended = run(_of_the_rule(WEAK), Suites(solver_cases=[made]), 20.0)
    assert {each.by for each in ended} == {"examples", SOLVER_CASES}


def test_a_bound_that_decides_nothing_is_proved_to_be_equivalent() -> None:
    """Within 60 days or within 90: the 60 can be 59 or 61, or be left out, and nothing changes."""
    inner, outer = (Within("when", -400, days, f"when at most {days} days") for days in (60, 90))
    base = _planted(Some((inner, outer)))
    ended = {each.mutant.step: each for each in run(_of_the_rule(base), Suites(), 20.0)}
    alike = {step for step, each in ended.items() if each.fate is Fate.EQUIVALENT}
    assert {
        step for step in ended if step.startswith("when at most 60 days, the upper") or "part when at most 60" in step
    } <= alike
    told = [each for step, each in ended.items() if step.startswith("when at most 90 days, the upper")]
    assert len(told) == 2
    assert {each.fate for each in told} == {Fate.SURVIVED}
    edges = {to_plain(each.case)["inventory"]["deaths"][0]["when"] for each in told if each.case is not None}
    assert all("90d" in edge or "91d" in edge for edge in edges)


def test_a_named_condition_and_a_parameter_are_changed_once_where_they_are_defined() -> None:
    base = shipped_rulebase()
    found = [
        each
        for each in condition_mutants(base)
        if each.site in ("parameters.near_before", "conditions.near_onset_or_worsening")
    ]
    readers = {rule.id for rule in base.rules.values() if "$near_before" in rule.uses}
    assert [set(each.rules) for each in found if each.site.startswith("parameters")] == [readers, readers]
    assert all(len(each.rules) > 1 for each in found)


def test_every_kind_of_conclusion_is_changed() -> None:
    steps = " / ".join(each.step for each in mutants_of(shipped_rulebase()) if not each.of_conditions)
    for words in (
        "the rule is dropped",
        "excludes instead of criterion",
        "supporting instead of against",
        "the focus does not wait",
        "before_focus_work instead of same_day",
        "caution instead of blocked",
        "without the route",
        "in the route",
        "no longer residual",
        "selection.keeps_symptoms_going before selection.near_in_time",
        "refer instead of",
    ):
        assert words in steps


def _ends(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["ipt-formulate", "mutate", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def test_exit_codes_and_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _ends(monkeypatch, "--rule", "grief.little_support", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["survivors"] == []
    assert told["total"]["mutants"] == sum(told["total"]["killed_by"].values()) == 4
    rules = tmp_path / "rules"
    shutil.copytree(rules_directory(), rules)
    report = tmp_path / "report.json"
    assert _ends(monkeypatch, str(rules), "--rule", "grief.little_support", "--report", str(report)) == 1
    shown = capsys.readouterr().out
    assert "This case would tell" in shown
    assert "grief.little_support, survived: the rule is dropped." in shown
    survivors = json.loads(report.read_text(encoding="utf-8"))["survivors"]
    assert {"site": "grief.little_support", "step": "the rule is dropped"} in [
        {key: each[key] for key in ("site", "step")} for each in survivors
    ]
    assert all(parse_case(each["case"]) and each["tells"] for each in survivors)


def test_bad_input_ends_with_code_two(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "cases"
    wrong.mkdir()
    (wrong / "wrong.yaml").write_text("a: b\n", encoding="utf-8")
    for arguments, message in (
        (("--rule", "grief.no_such_rule"), "there is no rule of that id"),
        (("--tradition", "nobody"), "there is no tradition of that name"),
        ((str(tmp_path / "nowhere"),), "is not a directory"),
        ((str(rules_directory()), "--write"), "name one with --cases"),
        (("--write", "--rule", "grief.little_support"), "leave out --rule"),
        (("--cases", str(wrong)), "is not a file of solver-made cases"),
    ):
        assert _ends(monkeypatch, *arguments) == 2
        assert message in capsys.readouterr().err
