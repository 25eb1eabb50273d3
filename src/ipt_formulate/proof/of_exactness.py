"""Where three-valued evaluation is exact: what every way to complete a case agrees on, the rule says.

This is no promise. A rule that is weaker than exact says unknown where it could know, and never more than is known.

A condition that reads each fact once is exact already. Where a fact is read by several tests, `exact` tries every
part of its domain that the tests tell apart, one at a time. Different facts are taken to be free of each other, and a
count of items is taken whole, so that a case found here is one indeed, and some that hang on more may be missed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import product
from typing import Any, Final, TypeAlias

import z3

from ipt_formulate.case.case import Case
from ipt_formulate.case.fields import Kind
from ipt_formulate.case.terms import CASE, catalogue
from ipt_formulate.evaluation import reference
from ipt_formulate.evaluation.findings import Verdict
from ipt_formulate.evaluation.reference import UNKNOWN
from ipt_formulate.formulation.evidence import items_of
from ipt_formulate.proof import running
from ipt_formulate.proof.meaning import meaning
from ipt_formulate.proof.of_rules import about_one
from ipt_formulate.proof.rails import FALSE, TRUE, Bool, Rails, conj, disj, every, opposite, some
from ipt_formulate.proof.theorem import Claim, Question
from ipt_formulate.proof.values import Item, World
from ipt_formulate.rulebase.conditions import All, Among, AtLeast, Condition, Named, Not, Some, Within, parts_of
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase
from ipt_formulate.rulebase.texts import StepConclusion

_FAR: Final = 10**9
Fact: TypeAlias = tuple[str, bool]
Part: TypeAlias = int | tuple[int, int]
"""A part of a fact's domain: the bit of one member, or the first and last number."""
Chosen: TypeAlias = Mapping[Fact, Part]


def is_exact(base: RuleBase) -> Iterator[Claim]:
    """No rule that reads a fact in several tests is unknown where every way to complete the case agrees."""
    for rule in base.rules.values():
        if not isinstance(rule.then, StepConclusion) and (shared := shared_facts(rule.scope, rule.condition)):
            broken = f"{rule.id} says unknown of a case that every way to complete settles alike"
            yield Claim(rule.id, "none", partial(_weaker, rule, shared), broken, (rule.scope, rule.condition))


def shared_facts(scope: str, condition: Condition) -> Mapping[Fact, tuple[Part, ...]]:
    """The facts that several tests read, each with the parts of its domain that they tell apart."""
    tests: dict[Fact, list[Among | Within]] = {}
    for test in _tests(condition):
        tests.setdefault((test.term, test.of_case), []).append(test)
    return {
        fact: _parts(catalogue(CASE if fact[1] else scope)[fact[0]].kind, found)
        for fact, found in tests.items()
        if len(found) > 1
    }


def _tests(condition: Condition) -> Iterator[Among | Within]:
    """The tests of single facts; a count, and a value that is several ranges, are taken whole."""
    if isinstance(condition, Among) or (isinstance(condition, Within) and not condition.several):
        yield condition
    elif not isinstance(condition, AtLeast):
        for part in parts_of(condition):
            yield from _tests(part)


def _parts(kind: Kind, tests: list[Among | Within]) -> tuple[Part, ...]:
    spans = [test for test in tests if isinstance(test, Within)]
    if not spans:
        whole = kind.unknown
        assert isinstance(whole, int)
        return tuple(1 << place for place in range(whole.bit_length()))
    edges = sorted({edge for test in spans for edge in (test.low, test.high + 1)})
    return tuple(zip((-_FAR, *edges), (*(edge - 1 for edge in edges), _FAR), strict=True))


def _weaker(rule: CompiledRule[Any], shared: Mapping[Fact, tuple[Part, ...]]) -> Iterator[Question]:
    def formula() -> tuple[World, Bool]:
        world, item, present = about_one(rule.scope, rule.condition)
        told = meaning(rule.condition, item)
        ways = [
            (conj(_possible(item, fact, part) for fact, part in chosen.items()), _given(rule.condition, item, chosen))
            for chosen in _ways(shared)
        ]
        must = conj(z3.Implies(possible, found.must) for possible, found in ways)
        cannot = conj(z3.Implies(possible, z3.Not(found.may)) for possible, found in ways)
        return world, conj([present, told.may, z3.Not(told.must), disj([must, cannot])])

    def shows(case: Case) -> bool:
        items = items_of(case.lowered, rule.scope)
        told = running.verdicts(rule, case)
        return any(
            verdict == UNKNOWN and exactly(rule.condition, shared, item.values, case) != UNKNOWN
            for item, verdict in zip(items, told, strict=True)
        )

    yield Question(formula, shows)


def exactly(
    condition: Condition, shared: Mapping[Fact, tuple[Part, ...]], values: Mapping[str, Any], case: Case
) -> Verdict:
    """The verdict on which every way to settle the shared facts agrees; unknown where they differ."""
    lowered = case.lowered
    found = set()
    for chosen in _ways(shared):
        own, whole = dict(values), dict(lowered.case.values)
        for (term, of_case), part in chosen.items():
            kept = whole if of_case else own
            kept[term] = _narrowed(kept[term], part)
        if None not in (*own.values(), *whole.values()):
            settled = replace(lowered, case=replace(lowered.case, values=whole))
            found.add(reference.evaluate(condition, own, settled))
    return found.pop() if len(found) == 1 else UNKNOWN


def _ways(shared: Mapping[Fact, tuple[Part, ...]]) -> Iterator[Chosen]:
    for parts in product(*shared.values()):
        yield dict(zip(shared, parts, strict=True))


def _narrowed(value: Any, part: Part) -> Any:
    """What of a value lies in a part; None where nothing does."""
    if isinstance(part, int):
        return value & part or None
    low, high = max(value[0], part[0]), min(value[1], part[1])
    return (low, high) if low <= high else None


def _possible(item: Item, fact: Fact, part: Part) -> Bool:
    about = item.world.case if fact[1] else item
    if isinstance(part, int):
        return about.choice(fact[0])[part.bit_length() - 1]
    low, high = about.span(fact[0])
    return conj([low <= part[1], high >= part[0]])


def _given(condition: Condition, item: Item, chosen: Chosen) -> Rails:
    """What a condition means where shared facts lie in chosen parts."""
    match condition:
        case All(parts):
            return every(_given(part, item, chosen) for part in parts)
        case Some(parts):
            return some(_given(part, item, chosen) for part in parts)
        case Not(part):
            return opposite(_given(part, item, chosen))
        case Named(part=part):
            return _given(part, item, chosen)
        case Among(term=term, of_case=of_case) | Within(term=term, of_case=of_case) if (term, of_case) in chosen:
            holds = TRUE if _holds(condition, chosen[term, of_case]) else FALSE
            return Rails(holds, holds)
        case _:
            return meaning(condition, item)


def _holds(test: Condition, part: Part) -> bool:
    if isinstance(test, Among):
        return isinstance(part, int) and bool(test.mask & part)
    return isinstance(test, Within) and not isinstance(part, int) and test.low <= part[0] and part[1] <= test.high
