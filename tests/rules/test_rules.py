"""The shipped rule base: every example in every rule, and nothing in it that nobody uses."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from ipt_formulate.case.files import parse_case
from ipt_formulate.evaluation.examples import example_verdict, failing_examples
from ipt_formulate.resources import rules_directory
from ipt_formulate.rulebase.lint import lint
from ipt_formulate.rulebase.loader import load_rulebase, shipped_rulebase

BASE = shipped_rulebase()
EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.id}: {example.title}")
    for rule in BASE.rules.values()
    for example in rule.text.examples
]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_example_in_a_rule(rule, example) -> None:  # type: ignore[no-untyped-def]
    verdict = example_verdict(BASE, rule, example)
    assert verdict is not None, "the example has no single item"
    assert verdict.word == example.expect


def test_nothing_to_complain_about() -> None:
    assert [str(problem) for problem in (*lint(BASE), *failing_examples(BASE))] == []


def test_a_wrong_example_is_reported_with_its_rule() -> None:
    rule = BASE.rules["grief.little_support"]
    wrong = rule.text.examples[0].model_copy(update={"expect": "not_met"})
    broken = rule.text.examples[1].model_copy(update={"case": {"inventory": {"deaths": [{"closeness": 9}]}}})
    several = rule.text.examples[2].model_copy(update={"case": {"inventory": {"deaths": [{}, {}]}}})
    named = rule.text.examples[0].model_copy(
        update={
            "case": {"inventory": {"deaths": [{"id": "a"}, {"id": "b", "mourning": {"supported": False}}]}},
            "item": "b",
        }
    )
    text = rule.text.model_copy(update={"examples": (wrong, broken, several, named)})
    base = replace(BASE, rules=MappingProxyType({rule.id: replace(rule, text=text)}))
    complaints = [str(problem) for problem in failing_examples(base)]
    assert len(complaints) == 3
    assert "expects not_met, but the rule says met" in complaints[0]
    assert "closeness: must be 1 to 4" in complaints[1]
    assert "no item, or several" in complaints[2]


def test_the_hash_is_of_the_content_and_not_of_the_layout(tmp_path) -> None:  # type: ignore[no-untyped-def]
    for path in rules_directory().rglob("*.yaml"):
        copy = tmp_path / path.relative_to(rules_directory())
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(f"# a comment\n{path.read_text(encoding='utf-8')}\n", encoding="utf-8")
    assert load_rulebase(tmp_path).sha256 == BASE.sha256
    parameters = tmp_path / "parameters.yaml"
    parameters.write_text(parameters.read_text(encoding="utf-8").replace("value: 6mo", "value: 7mo"), encoding="utf-8")
    assert load_rulebase(tmp_path).sha256 != BASE.sha256


def test_an_example_reads_as_a_case() -> None:
    assert all(parse_case(example.case) for rule in BASE.rules.values() for example in rule.text.examples)
