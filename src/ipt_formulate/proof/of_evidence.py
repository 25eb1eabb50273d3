"""Theorems about evidence: what speaks for a candidate never harms it, repeating it adds nothing, learning never flips."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import z3

from ipt_formulate.case.case import Case
from ipt_formulate.formulation.evidence import FAVOURABLE
from ipt_formulate.proof import running
from ipt_formulate.proof.areas import Following, conditions_of, supported, told_by_evidence
from ipt_formulate.proof.meaning import lengths_for, meaning
from ipt_formulate.proof.of_rules import about_one
from ipt_formulate.proof.rails import FALSE, TRUE, Bool, Rails, conj, disj
from ipt_formulate.proof.theorem import Claim, Question
from ipt_formulate.proof.values import Item, World
from ipt_formulate.rulebase.conditions import Condition, walk
from ipt_formulate.rulebase.rulebase import AreaRules, CompiledRule, RuleBase
from ipt_formulate.rulebase.texts import GateConclusion, SafetyConclusion, StepConclusion
from ipt_formulate.vocabulary import ProblemArea

Meaning = Callable[[Condition, Item], Rails]
_FORCED = ((0, Rails(FALSE, FALSE)), (2, Rails(TRUE, TRUE)))


def favours(base: RuleBase) -> Iterator[Claim]:
    """What speaks for a candidate never makes it fare worse, and changes no red flag and no gate."""
    for area, of_area in base.area_rules.items():
        for rule in of_area.rules:
            if rule.then.kind in FAVOURABLE:
                key = of_area.rules, base.steps
                broken = f"a candidate for {area} fares worse because {rule.id} is met"
                yield Claim(rule.id, "none", partial(_harms, base, area, rule), broken, key)
    for rule in base.rules.values():
        if isinstance(rule.then, (SafetyConclusion, GateConclusion)) and _reads_evidence(rule.condition):
            yield Claim(rule.id, "none", _always, f"{rule.id} reads the evidence for a candidate")


def _reads_evidence(condition: Condition) -> bool:
    return any(getattr(node, "term", "").startswith("evidence.") for node in walk(condition))


def _always() -> Iterator[Question]:
    yield Question(lambda: (None, TRUE))


def _harms(base: RuleBase, area: ProblemArea, rule: CompiledRule[Any]) -> Iterator[Question]:
    """With the rule forced to *not met* a candidate fares better than it does, or worse with it forced to *met*."""
    for verdict, rails in _FORCED:
        yield Question(
            partial(_fares_worse, base, area, rule, verdict, rails), partial(_seen_to, base, area, rule.id, verdict)
        )


def _fares_worse(
    base: RuleBase, area: ProblemArea, rule: CompiledRule[Any], verdict: int, rails: Rails
) -> tuple[World, Bool]:
    of_area = base.area_rules[area]
    world, item, present = about_one(of_area.area.candidates, *conditions_of(base, [area]))
    following = Following(base, world)

    def fares(met: Callable[[CompiledRule[Any]], Rails]) -> list[Rails]:
        told = item.with_given(told_by_evidence(of_area, met))
        steps = [meaning(step.conditions[item.scope], told) for step in base.steps if item.scope in step.conditions]
        return [supported(of_area, met), *steps]

    now = fares(lambda each: following.rule(each, item))
    forced = fares(lambda each: rails if each is rule else following.rule(each, item))
    better, worse = (forced, now) if verdict == 0 else (now, forced)
    drops = [
        disj([conj([one.must, z3.Not(other.must)]), conj([one.may, z3.Not(other.may)])])
        for one, other in zip(better, worse, strict=True)
    ]
    return world, conj([present, disj(drops)])


def _seen_to(base: RuleBase, area: ProblemArea, rule_id: str, verdict: int, case: Case) -> bool:
    now, forced = running.found(base, area, case), running.forced(base, area, case, rule_id, verdict)
    pairs = zip(forced, now, strict=True) if verdict == 0 else zip(now, forced, strict=True)
    return any(
        one > other
        for better, worse in pairs
        for one, other in zip((better.support, *better.steps), (worse.support, *worse.steps), strict=True)
    )


def repeating(base: RuleBase) -> Iterator[Claim]:
    """A rule written twice changes nothing, and neither does the order of rules."""
    for area, of_area in base.area_rules.items():
        key = tuple((rule.id, rule.then) for rule in of_area.rules), tuple(of_area.routes)
        for rule in of_area.rules:
            twice = AreaRules(of_area.area, (*of_area.rules, replace(rule)))
            broken = f"writing {rule.id} twice changes what follows for {area}"
            yield Claim(f"{rule.id} twice", "none", partial(same_evidence, of_area, twice), broken, key)
        turned = AreaRules(of_area.area, tuple(reversed(of_area.rules)))
        broken = f"the order of the rules changes what follows for {area}"
        yield Claim(f"the order of rules of {area}", "none", partial(same_evidence, of_area, turned), broken, key)


def same_evidence(one: AreaRules, other: AreaRules) -> Iterator[Question]:
    """Asks for verdicts of rules over which two sets of rules differ in support, or in what the steps read."""

    def formula() -> tuple[None, Bool]:
        first, second = _all_of(one), _all_of(other)
        known = [z3.Implies(rails.must, rails.may) for rails in map(_any, one.rules)]
        apart = disj(disj([a.must != b.must, a.may != b.may]) for a, b in zip(first, second, strict=True))
        return None, conj([*known, apart])

    yield Question(formula)


def _any(rule: CompiledRule[Any]) -> Rails:
    return Rails(z3.Bool(f"{rule.id} must"), z3.Bool(f"{rule.id} may"))


def _all_of(of_area: AreaRules) -> list[Rails]:
    return [supported(of_area, _any), *told_by_evidence(of_area, _any).values()]


def learning(base: RuleBase) -> Iterator[Claim]:
    """Learning more turns unknown into met or not met, and never one of these into anything else."""
    for rule in base.rules.values():
        for scope, condition in rule.conditions.items():
            about = f"{rule.id}, {scope}" if isinstance(rule.then, StepConclusion) else rule.id
            yield learning_claim(about, scope, condition)
    for area, of_area in base.area_rules.items():
        key = tuple((rule.id, rule.then) for rule in of_area.rules), tuple(of_area.routes)
        broken = f"support for {area} can flip although no rule does"
        yield Claim(f"support for {area}", "none", partial(_support_flips, of_area), broken, key)


def learning_claim(about: str, scope: str, condition: Condition, meant: Meaning = meaning) -> Claim:
    """The claim that a condition never flips."""
    questions = partial(_flips, scope, condition, meant)
    return Claim(about, "none", questions, f"{about} can flip when more is learnt", (scope, condition))


def _flips(scope: str, condition: Condition, meant: Meaning) -> Iterator[Question]:
    """Two cases, of which the second is what the first may turn out to be; twice the bound, as each needs its own."""

    def formula() -> tuple[None, Bool]:
        spoken_of = {} if scope == "case" else {scope: 1}
        lengths = {name: 2 * count for name, count in lengths_for([condition], spoken_of).items()}
        before, after = World(lengths, name="before ", free=True), World(lengths, name="after ", free=True)
        rails = [_of_first(world, scope, condition, meant) for world in (before, after)]
        narrower = [*before.facts, *after.facts, *_narrowed(before, after)]
        return None, conj([*narrower, flipped(*rails)])

    yield Question(formula)


def flipped(before: Rails, after: Rails) -> Bool:
    """What was met is met no longer, or what was not met is now possible."""
    return disj([conj([before.must, z3.Not(after.must)]), conj([after.may, z3.Not(before.may)])])


def _of_first(world: World, scope: str, condition: Condition, meant: Meaning) -> Rails:
    item, present = world.items(scope)[0]
    world.know(present)
    evidence = ("evidence.strong", "evidence.against")
    given = {name: Rails(z3.Bool(f"{world.name}{name} must"), z3.Bool(f"{world.name}{name} may")) for name in evidence}
    world.know(*(z3.Implies(each.must, each.may) for each in given.values()))
    return meant(condition, item.with_given(given))


def _narrowed(before: World, after: World) -> Iterator[Bool]:
    """Every value is narrowed, items stay, and a list to which more may be added may grow."""
    for name in ("evidence.strong", "evidence.against"):
        wide, narrow = (Rails(z3.Bool(f"{w.name}{name} must"), z3.Bool(f"{w.name}{name} may")) for w in (before, after))
        yield z3.Not(flipped(wide, narrow))
    yield from _narrowed_item(before.case, after.case)
    for name, found in before.lists.items():
        later = after.lists[name]
        yield z3.Implies(found.complete, later.complete)
        for one, other, was, now in zip(found.items, later.items, found.present, later.present, strict=True):
            yield z3.Implies(was, conj([now, *_narrowed_item(one, other)]))
            yield z3.Implies(conj([found.complete, now]), was)


def _narrowed_item(one: Item, other: Item) -> list[Bool]:
    flags = [
        z3.Implies(narrow, wide)
        for name in other.choices.keys() & one.choices.keys()
        for wide, narrow in zip(one.choices[name], other.choices[name], strict=True)
    ]
    spans = [(one.spans[name], other.spans[name]) for name in one.spans.keys() & other.spans.keys()]
    for name in one.several_spans.keys() & other.several_spans.keys():
        spans += zip(one.several_spans[name], other.several_spans[name], strict=True)
    return [*flags, *(conj([wide[0] <= narrow[0], narrow[1] <= wide[1]]) for wide, narrow in spans)]


def _support_flips(of_area: AreaRules) -> Iterator[Question]:
    def formula() -> tuple[None, Bool]:
        before, after = (_named(word) for word in ("before", "after"))
        rules: Sequence[CompiledRule[Any]] = of_area.rules
        known = [z3.Implies(each(rule).must, each(rule).may) for each in (before, after) for rule in rules]
        steady = [z3.Not(flipped(before(rule), after(rule))) for rule in rules]
        told = zip(told_by_evidence(of_area, before).values(), told_by_evidence(of_area, after).values(), strict=True)
        flips = [flipped(supported(of_area, before), supported(of_area, after)), *(flipped(*pair) for pair in told)]
        return None, conj([*known, *steady, disj(flips)])

    yield Question(formula)


def _named(word: str) -> Callable[[CompiledRule[Any]], Rails]:
    return lambda rule: Rails(z3.Bool(f"{word} {rule.id} must"), z3.Bool(f"{word} {rule.id} may"))
