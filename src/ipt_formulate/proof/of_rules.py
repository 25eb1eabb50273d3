"""Theorems about single rules and parameters: each can matter, and none says what another says already."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from functools import partial
from itertools import permutations
from typing import Any

import z3

from ipt_formulate.case.case import Case
from ipt_formulate.case.terms import CASE
from ipt_formulate.errors import RuleBaseError
from ipt_formulate.formulation.evidence import items_of
from ipt_formulate.proof import running
from ipt_formulate.proof.areas import Following, conditions_of, world_for
from ipt_formulate.proof.meaning import meaning
from ipt_formulate.proof.rails import Bool, Rails, conj, disj
from ipt_formulate.proof.theorem import Claim, Question
from ipt_formulate.proof.values import Item, World
from ipt_formulate.rulebase import texts
from ipt_formulate.rulebase.conclusions import conclusion_of
from ipt_formulate.rulebase.conditions import Condition
from ipt_formulate.rulebase.parameters import Parameter
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase
from ipt_formulate.rulebase.variation import ends, with_parameters
from ipt_formulate.vocabulary import ProblemArea

_OUTCOMES = (("met", 2), ("not met", 0))


def about_one(scope: str, *conditions: Condition) -> tuple[World, Item, Bool]:
    """A symbolic case for conditions about one item, the item, and that it is there."""
    world = world_for(conditions, {} if scope == CASE else {scope: 1})
    item, present = world.items(scope)[0]
    return world, item, present


def is_live(base: RuleBase) -> Iterator[Claim]:
    """Every rule is met in some case, and not met in some case."""
    for rule in base.rules.values():
        if isinstance(rule.then, texts.StepConclusion):
            continue
        for word, verdict in _OUTCOMES:
            yield Claim(
                f"{rule.id}, {word}",
                "some",
                partial(_comes_out, rule, verdict),
                f"{rule.id} is {'never' if verdict else 'always'} met",
                rule.condition,
            )


def _comes_out(rule: CompiledRule[Any], verdict: int) -> Iterator[Question]:
    def formula() -> tuple[World, Bool]:
        world, item, present = about_one(rule.scope, rule.condition)
        return world, conj([present, _as(meaning(rule.condition, item), verdict)])

    yield Question(formula, lambda case: verdict in running.verdicts(rule, case))


def _as(rails: Rails, verdict: int) -> Bool:
    return rails.must if verdict else z3.Not(rails.may)


def steps_are_live(base: RuleBase) -> Iterator[Claim]:
    """Every step of selection is met of a candidate that supports its area, and not met of another, in each area.

    Only candidates that support their area are compared; a step that is always met of those of one area favours it.
    """
    for place, rule in enumerate(base.steps):
        for area, text in base.areas.items():
            for word, verdict in _OUTCOMES if text.candidates != CASE else ():
                yield Claim(
                    f"{rule.id} for {area}, {word}",
                    "some",
                    partial(_step_comes_out, base, area, place, verdict),
                    f"{rule.id} is {'never' if verdict else 'always'} met of a candidate that supports {area}",
                    (rule.conditions[text.candidates], _evidence(base, area), tuple(text.routes)),
                    expected_of(rule, "never_met" if verdict else "always_met", area),
                )


def _evidence(base: RuleBase, area: ProblemArea) -> Hashable:
    return tuple((rule.then, rule.condition) for rule in base.area_rules[area].rules)


def _step_comes_out(base: RuleBase, area: ProblemArea, place: int, verdict: int) -> Iterator[Question]:
    def formula() -> tuple[World, Bool]:
        world, item, present = about_one(base.areas[area].candidates, *conditions_of(base, [area]))
        following = Following(base, world)
        comes_out = _as(following.steps(area, item)[place], verdict)
        return world, conj([present, following.support(area, item).must, comes_out])

    def shows(case: Case) -> bool:
        return any(each.support == 2 and each.steps[place] == verdict for each in running.found(base, area, case))

    yield Question(formula, shows)


def is_not_implied(base: RuleBase) -> Iterator[Claim]:
    """For each two rules of one kind and conclusion, there is a case in which one is met and the other is not."""
    alike: dict[Hashable, list[CompiledRule[Any]]] = {}
    for rule in base.rules.values():
        if not isinstance(rule.then, texts.StepConclusion):
            alike.setdefault((rule.scope, *conclusion_of(rule)), []).append(rule)
    for rules in alike.values():
        for one, other in permutations(rules, 2):
            yield Claim(
                f"{one.id} beside {other.id}",
                "some",
                partial(_differ, one, other),
                f"whenever {one.id} is met, so is {other.id}, which concludes the same",
                (one.condition, other.condition),
                expected_of(one, "implied", other.id),
            )


def expected_of(rule: CompiledRule[Any], found: str, of: str) -> str | None:
    """Why a rule declares that something is to be found of it; None where it does not."""
    return next((each.because.strip() for each in rule.text.expected if (each.found, each.of) == (found, of)), None)


def _differ(one: CompiledRule[Any], other: CompiledRule[Any]) -> Iterator[Question]:
    def formula() -> tuple[World, Bool]:
        world, item, present = about_one(one.scope, one.condition, other.condition)
        first, second = meaning(one.condition, item), meaning(other.condition, item)
        return world, conj([present, first.must, z3.Not(second.may)])

    def shows(case: Case) -> bool:
        return (2, 0) in zip(running.verdicts(one, case), running.verdicts(other, case), strict=True)

    yield Question(formula, shows)


def parameter_is_live(base: RuleBase) -> Iterator[Claim]:
    """Every parameter that a condition reads matters: by one more or less, or at an end of its range, a case changes."""
    for name, parameter in base.parameters.items():
        readers = [rule for rule in base.rules.values() if f"${name}" in rule.uses]
        varied = [each for each in _varied(base, name, parameter) if _changed(readers, each)]
        if varied:
            yield Claim(
                f"${name}",
                "some",
                partial(_changes, base, readers, varied),
                f"no rule comes out otherwise for any case when {name} changes",
                (str(parameter.value), tuple(tuple(rule.conditions.items()) for rule in readers)),
            )


def _varied(base: RuleBase, name: str, parameter: Parameter) -> Iterator[RuleBase]:
    """The rule base with a parameter one higher, one lower, and at the outermost values of its range."""
    others: list[Any] = list(ends(parameter))
    if not isinstance(parameter.value, list):
        number = parameter.number()
        others = [number + 1, number - 1, *others]
    for value in others:
        try:
            yield with_parameters(base, {name: value})
        except RuleBaseError:  # a value that the parameter cannot have
            continue


def _changed(readers: list[CompiledRule[Any]], varied: RuleBase) -> bool:
    return any(varied.rules[rule.id].conditions != rule.conditions for rule in readers)


def _changes(base: RuleBase, readers: list[CompiledRule[Any]], varied: list[RuleBase]) -> Iterator[Question]:
    for other in varied:
        for rule in readers:
            for scope, tree in rule.conditions.items():
                if other.rules[rule.id].conditions[scope] != tree:
                    yield tells_apart(scope, tree, other.rules[rule.id].conditions[scope])


def tells_apart(scope: str, one: Condition, other: Condition) -> Question:
    """Asks for a case for some item of which two conditions come out otherwise."""

    def formula() -> tuple[World, Bool]:
        world, item, present = about_one(scope, one, other)
        given = {name: Rails(z3.Bool(name), z3.Bool(name)) for name in ("evidence.strong", "evidence.against")}
        item = item.with_given(given)
        first, second = meaning(one, item), meaning(other, item)
        return world, conj([present, disj([first.must != second.must, first.may != second.may])])

    def shows(case: Case) -> bool:
        told: Mapping[str, int] = {"evidence.strong": 3, "evidence.against": 3}
        items = [{**told, **item.values} for item in items_of(case.lowered, scope)]
        return any(running.verdict(one, each, case) != running.verdict(other, each, case) for each in items)

    return Question(formula, shows)
