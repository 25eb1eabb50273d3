"""Which cases get another answer from another rule base: proved where none does, shown by a small case where one does."""

from __future__ import annotations

import json
import re
import shutil
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("z3")

from ipt_formulate import formulate
from ipt_formulate.case.case import Case
from ipt_formulate.case.fields import YES
from ipt_formulate.case.files import load_case, parse_case, to_plain
from ipt_formulate.cli import main
from ipt_formulate.errors import CaseError
from ipt_formulate.proof import running
from ipt_formulate.proof.differing import compare
from ipt_formulate.proof.of_difference import focus
from ipt_formulate.proof.prover import Prover
from ipt_formulate.proof.theorem import Result, Verdict
from ipt_formulate.resources import rules_directory
from ipt_formulate.rulebase.conditions import All, Among, Condition, Not, Some
from ipt_formulate.rulebase.loader import load_rulebase, shipped_rulebase
from ipt_formulate.rulebase.rulebase import RuleBase

BASE = shipped_rulebase().for_tradition("weissman")
PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "what-a-change-changes.md"


def _with(rule_id: str, condition: Condition | None, **then: Any) -> RuleBase:
    """The shipped rules with one of them changed, or taken out."""
    rules = dict(BASE.rules)
    rule = rules.pop(rule_id)
    if condition is not None:
        text = rule.text.model_copy(update={"then": rule.then.model_copy(update=then)})
        conditions = MappingProxyType(dict.fromkeys(rule.conditions, condition))
        rules[rule_id] = replace(rule, text=text, conditions=conditions)
    return replace(BASE, rules=MappingProxyType(rules), _variants={})


def _compared(old: RuleBase, new: RuleBase) -> dict[str, Result]:
    return {result.theorem.id: result for result in compare(old, new, Prover())}


def _verdicts(results: dict[str, Result]) -> dict[str, str]:
    return {name: str(result.verdict) for name, result in results.items()}


def test_nothing_changed_leaves_nothing_to_prove() -> None:
    results = _compared(BASE, BASE)
    assert set(_verdicts(results).values()) == {"proved"}
    assert results["rules"].parts == 0


def test_a_rule_said_in_other_words_is_proved_to_change_no_case() -> None:
    told = BASE.rules["grief.mourned_with_support"].condition
    assert isinstance(told, All)
    turned = Not(Some(tuple(Not(part) for part in reversed(told.parts))))
    results = _compared(BASE, _with("grief.mourned_with_support", turned))
    assert results["rules"].parts == 1
    assert set(_verdicts(results).values()) == {"proved"}


def test_a_change_of_grief_is_followed_from_the_rule_to_the_focus() -> None:
    """Excluded only while nobody mourned aloud: the dispute and the transition, and every flag, stay as they were."""
    told = BASE.rules["grief.very_recent_death"].condition
    aloud = Among("mourning.talked_about", YES, "talked about is yes")
    new = _with("grief.very_recent_death", All((told, Not(aloud))))
    results = _compared(BASE, new)
    assert _verdicts(results) == {
        "rules": "refuted",
        "safety": "proved",
        "safety_kept": "proved",
        "areas": "refuted",
        "focus": "refuted",
        "without": "refuted",
    }
    assert [each.about for each in results["areas"].failures] == ["grief"]
    assert [each.about for each in results["without"].failures] == ["without a conflict", "without a change"]
    (rule,) = results["rules"].failures
    assert (
        "where all it asks is known, exactly where when at most $very_recent_death (met), talked about is yes (met)"
        in (rule.why)
    )
    (found,) = results["focus"].failures
    assert found.case is not None
    assert focus(BASE, found.case) != focus(new, found.case)
    for fewer in _with_one_less(found.case):
        assert focus(BASE, fewer) == focus(new, fewer)


def _with_one_less(case: Case) -> list[Case]:
    """Each case that lacks one entry of the file, where that still is a case."""
    found = []
    plain = to_plain(case)

    def cut(node: Any, path: tuple[Any, ...]) -> None:
        for key in list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ():
            kept = node[key]
            if isinstance(node, dict):
                del node[key]
            else:
                node.pop(key)
            with suppress(CaseError):
                found.append(parse_case(plain))
            if isinstance(node, dict):
                node[key] = kept
            else:
                node.insert(key, kept)
            cut(kept, (*path, key))

    cut(plain, ())
    return [each for each in found if each != case]


def test_a_red_flag_that_is_narrower_is_shown_to_be_lost() -> None:
    told = BASE.rules["safety.mania_now"].condition
    calm = Among("assessment.safety.psychosis", 1, "no psychosis", of_case=True)
    results = _compared(BASE, _with("safety.mania_now", All((told, calm))))
    assert _verdicts(results)["safety_kept"] == "refuted"
    (lost,) = results["safety_kept"].failures
    assert lost.case is not None
    before, after = (
        running.verdicts(base.rules["safety.mania_now"], lost.case)
        for base in (BASE, _with("safety.mania_now", All((told, calm))))
    )
    assert before > after
    assert _verdicts(results)["areas"] == _verdicts(results)["focus"] == "proved"


@pytest.mark.parametrize(
    ("flag", "holds", "kept"),
    [("safety.mania_now", False, "refuted"), ("safety.earlier_suicidal_behaviour", True, "proved")],
    ids=["milder", "stricter"],
)
def test_a_red_flag_that_asks_for_something_else_is_named(flag: str, holds: bool, kept: str) -> None:
    results = _compared(BASE, _with(flag, BASE.rules[flag].condition, holds_focus=holds))
    assert _verdicts(results)["safety"] == "refuted"
    assert _verdicts(results)["safety_kept"] == kept
    assert "concludes something else" in results["rules"].failures[0].why


def test_a_rule_that_was_taken_out_or_added_is_shown_by_a_case_that_meets_it() -> None:
    without = _with("grief.very_recent_death", None)
    for old, new, how in ((BASE, without, "removed"), (without, BASE, "added")):
        results = _compared(old, new)
        (rule,) = results["rules"].failures
        assert f"grief.very_recent_death, {how}" in rule.why
        assert rule.case is not None
        assert results["focus"].verdict is Verdict.REFUTED


def test_a_tradition_with_another_area_differs_in_it() -> None:
    results = _compared(BASE, shipped_rulebase().for_tradition("ipsrt"))
    assert "loss_of_healthy_self" in [each.about for each in results["areas"].failures]


def test_the_page_shows_what_happens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = PAGE.read_text(encoding="utf-8")
    name, old, new = re.search(r"`(\w+)` in `parameters.yaml` from `(\w+)` to `(\w+)`", page).groups()  # type: ignore[union-attr]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    # on a busy machine times of ten seconds would make their column wider
    monkeypatch.setattr("ipt_formulate.proof.prover.time", SimpleNamespace(perf_counter=lambda: 0.0))
    for directory in ("rules", "old-rules"):
        shutil.copytree(rules_directory(), directory)
    parameters = Path("rules/parameters.yaml")
    head, at, rest = parameters.read_text(encoding="utf-8").partition(f"\n{name}:")
    parameters.write_text(head + at + rest.replace(f"value: {old}", f"value: {new}", 1), encoding="utf-8")
    command, shown = re.search(r"```text\n\$ (ipt-formulate [^\n]*)\n(.*?)```", page, re.DOTALL).groups()  # type: ignore[union-attr]
    monkeypatch.setattr(sys, "argv", command.split())
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    output = capsys.readouterr().out
    printed = [re.sub(r"\d+\.\d s", "0.0 s", line).strip() for line in output.splitlines()]
    for line in shown.splitlines():
        assert re.sub(r"\d+\.\d s", "0.0 s", line).strip() in [*printed, "..."], line
    case = load_case("witnesses/weissman-focus-the-focus.yaml")
    told = [formulate(case, rulebase=load_rulebase(each)).focus.status for each in ("old-rules", "rules")]
    assert told[0] != told[1]


def test_a_certificate_is_not_made_of_a_comparison(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = str(rules_directory())
    monkeypatch.setattr(sys, "argv", ["ipt-formulate", "prove", "--against", rules, "--certificate", "c.json"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "does not go with --against" in capsys.readouterr().err


def test_cases_on_a_cliff_are_told_beside_what_is_proved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "near.yaml").write_text("inventory: {deaths: [{kind: person, role: parent, when: 15d}]}")
    rules = str(rules_directory())
    given = ["ipt-formulate", "prove", "--against", rules, "--cliffs", str(tmp_path)]
    for more in ([], ["--json"]):
        monkeypatch.setattr(sys, "argv", [*given, *more])
        with pytest.raises(SystemExit) as ended:
            main()
        assert not ended.value.code
    text, _, plain = capsys.readouterr().out.partition("\n{")
    assert "very_recent_death, 2w" in text
    (found,) = json.loads("{" + plain)["cliffs"]["weissman"]["near"]
    assert (found["parameter"], found["beyond"]) == ("very_recent_death", 15)
