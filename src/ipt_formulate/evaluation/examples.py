"""Runs the examples inside rules: each must come out as it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ipt_formulate.case.case import Case
from ipt_formulate.case.files import parse_case
from ipt_formulate.case.terms import CASE
from ipt_formulate.errors import CaseError, Problem
from ipt_formulate.evaluation.reference import derive, evaluate
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase
from ipt_formulate.rulebase.texts import Example, StepConclusion
from ipt_formulate.vocabulary import Truth


def failing_examples(base: RuleBase) -> Iterator[Problem]:
    """Every example that is not a valid case, has no single item, or comes out otherwise than it says.

    Of a pack, the examples of its own rules.
    """
    for rule in base.own("rules").values():
        for example in rule.text.examples:
            where = f"{rule.source.partition(':')[0]}"
            try:
                verdict = example_verdict(base, rule, example)
            except CaseError as error:
                yield from (
                    Problem(where, f"{rule.id}: example '{example.title}': {problem}") for problem in error.problems
                )
                continue
            if verdict is None:
                yield Problem(
                    where,
                    f"{rule.id}: example '{example.title}' has no item, or several, for the rule to be about",
                    "give one item, or name it with item:",
                )
            elif verdict.word != example.expect:
                yield Problem(
                    where,
                    f"{rule.id}: example '{example.title}' expects {example.expect}, but the rule says {verdict.word}",
                    "correct the rule or the example",
                )


def example_verdict(base: RuleBase, rule: CompiledRule[Any], example: Example) -> Truth | None:
    """What the rule says of an example; None where it is not clear of which item.

    Raises:
        CaseError: the example is not a valid case.
    """
    case = parse_case(example.case)
    if isinstance(rule.then, StepConclusion):
        return _step_verdict(base, rule, case)
    items = [case.lowered.case] if rule.scope == CASE else list(case.lowered.lists[rule.scope].items)
    if example.item is not None:
        items = [item for item in items if item.id == example.item]
    return Truth(evaluate(rule.condition, items[0].values, case.lowered)) if len(items) == 1 else None


def _step_verdict(base: RuleBase, rule: CompiledRule[Any], case: Case) -> Truth | None:
    found = derive(base, case.lowered).candidates
    steps = [each.steps for candidates in found.values() for each in candidates if each.steps]
    return Truth(steps[0][base.steps.index(rule)]) if len(steps) == 1 else None
