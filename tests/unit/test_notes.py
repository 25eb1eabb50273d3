"""Lint tells faults from notes: a rule that is met of nothing is a fault, an unread fact is a note."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from ipt_formulate.case.fields import EITHER
from ipt_formulate.case.terms import CASE, LIST_MODELS, catalogue
from ipt_formulate.cli import main
from ipt_formulate.evaluation.emptiness import met_of_nothing
from ipt_formulate.resources import rules_directory
from ipt_formulate.rulebase.conditions import Among, AtLeast, Condition, Not, walk
from ipt_formulate.rulebase.lint import declared_and_not_to_be_found
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.rulebase.notes import ONLY_RECORDED, notes
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase
from ipt_formulate.rulebase.texts import Expected

BASE = shipped_rulebase()


def _with(rule_id: str, condition: Condition) -> RuleBase:
    rule = BASE.rules[rule_id]
    changed = replace(rule, conditions=MappingProxyType(dict.fromkeys(rule.conditions, condition)))
    return replace(BASE, rules=MappingProxyType({**BASE.rules, rule_id: changed}), _variants={})


def _about(kind: str, base: RuleBase = BASE) -> set[str]:
    return {each.about for each in notes(base) if each.kind == kind}


def _reads(rule: CompiledRule[Any], term: str) -> bool:
    return any(getattr(node, "term", "") == term for tree in rule.conditions.values() for node in walk(tree))


def _run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["ipt-formulate", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


@pytest.mark.parametrize(
    ("rule_id", "condition", "of"),
    [
        ("advice.ptsd", Not(AtLeast("deaths", 1, Among("kind", 0, "never"))), None),
        ("advice.ptsd", Among("assessment.conditions.ptsd", -1, "anything"), "an empty case"),
        ("grief.little_support", Among("mourning.supported", EITHER, "either"), "an item of deaths"),
        ("selection.strong_evidence", Among("evidence.strong", EITHER, "either"), "an item of conflicts"),
    ],
)
def test_a_rule_that_is_met_of_nothing_recorded_is_a_fault(rule_id: str, condition: Condition, of: str | None) -> None:
    found = [str(each) for each in met_of_nothing(_with(rule_id, condition))]
    assert bool(found) == (of is not None)
    if of is not None:
        assert any(f"{rule_id} is met of {of}" in each for each in found)


def test_no_shipped_rule_is_met_of_nothing_recorded() -> None:
    assert list(met_of_nothing(BASE)) == []


def test_a_fact_becomes_unread_with_the_last_rule_that_reads_it() -> None:
    assert "deaths.mourning.unending" not in _about("unread")
    rules = {name: rule for name, rule in BASE.rules.items() if not _reads(rule, "mourning.unending")}
    fewer = replace(BASE, rules=MappingProxyType(rules), _variants={})
    assert "deaths.mourning.unending" in _about("unread", fewer)
    assert "people.confides" in _about("unread")


def test_what_is_only_recorded_is_no_note_and_stands_in_the_case_model() -> None:
    names = {term.removeprefix("person.") for scope in (CASE, *LIST_MODELS) for term in catalogue(scope)}
    for declared in ONLY_RECORDED:
        assert any(name == declared or (declared.endswith(".") and name.startswith(declared)) for name in names)
        assert not any(about.endswith(declared) for about in _about("unread"))


def test_a_rule_hangs_on_a_single_fact_until_it_asks_for_another() -> None:
    assert "grief.little_support" in _about("single_fact")
    assert "grief.near_onset_or_worsening" not in _about("single_fact")
    counted = _with("advice.ptsd", AtLeast("deaths", 2, Not(Among("kind", 1, "kind is person"))))
    assert "advice.ptsd" in _about("single_fact", counted)


def _expecting(rule_id: str, found: str, of: str) -> RuleBase:
    meant = Expected(found=found, of=of, because="It is meant so.")
    rule = BASE.rules[rule_id]
    changed = replace(rule, text=rule.text.model_copy(update={"expected": (meant,)}))
    return replace(BASE, rules=MappingProxyType({**BASE.rules, rule_id: changed}), _variants={})


def test_a_rule_that_is_meant_to_hang_on_one_fact_says_so_and_is_no_note() -> None:
    meant = _expecting("grief.little_support", "single_fact", "deaths.mourning.supported")
    assert "grief.little_support" in _about("single_fact")
    assert _about("single_fact") - _about("single_fact", meant) == {"grief.little_support"}
    assert list(declared_and_not_to_be_found(meant)) == []


@pytest.mark.parametrize(
    ("rule_id", "found", "of"),
    [
        ("grief.little_support", "single_fact", "deaths.mourning.avoided"),
        ("grief.near_onset_or_worsening", "single_fact", "deaths.when"),
        ("grief.little_support", "always_met", "grief"),
        ("selection.near_in_time", "never_met", "interpersonal_deficits"),
        ("selection.near_in_time", "never_counts", "grief"),
        ("grief.little_support", "never_counts", "grief"),
        ("role_dispute.stalled", "never_counts", "grief"),
        ("role_dispute.stalled", "implied", "role_dispute.no_longer_contested"),
    ],
)
def test_what_is_declared_and_nothing_could_find_is_a_fault(rule_id: str, found: str, of: str) -> None:
    (problem,) = declared_and_not_to_be_found(_expecting(rule_id, found, of))
    assert problem.what == f"{rule_id} expects {found} of {of}, which nothing can find"
    assert problem.remedy.startswith(f"{found} goes with ")


def test_what_the_shipped_rules_declare_can_be_found() -> None:
    assert list(declared_and_not_to_be_found(BASE)) == []
    declared = [each for rule in BASE.rules.values() for each in rule.text.expected]
    assert {each.found for each in declared} >= {"always_met", "never_counts"}


def test_lint_counts_notes_and_lists_them_when_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(monkeypatch, "lint") == 0
    short = capsys.readouterr().out
    assert f"{len(_about('unread'))} facts that no rule reads" in short
    assert f"{len(_about('single_fact'))} rules that hang on a single fact" in short
    assert _run(monkeypatch, "lint", "--notes") == 0
    assert "note: grief.little_support hangs on a single fact" in capsys.readouterr().out
    assert _run(monkeypatch, "lint", "--json") == 0
    told: Any = json.loads(capsys.readouterr().out)
    assert {each["about"] for each in told["notes"]} == _about("unread") | _about("single_fact")


def test_lint_refuses_a_file_with_a_rule_that_is_met_of_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = tmp_path / "rules"
    shutil.copytree(rules_directory(), rules)
    path = rules / "advice" / "ptsd.yaml"
    text = path.read_text(encoding="utf-8")
    start, end = text.index("when:"), text.index("then:")
    path.write_text(f"{text[:start]}when:\n  latest.phq9.recorded: false\n{text[end:]}", encoding="utf-8")
    assert _run(monkeypatch, "lint", str(rules)) == 2
    assert "advice.ptsd is met of an empty case" in capsys.readouterr().err
