"""The mutants that leave conditions as they are: another conclusion, a rule dropped, steps in another order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final, TypeVar, get_args

from ipt_formulate.mutation.mutants import Mutant
from ipt_formulate.rulebase.references import check_references
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase
from ipt_formulate.rulebase.texts import (
    AdviceConclusion,
    AreaConclusion,
    GateConclusion,
    ModifierConclusion,
    SafetyConclusion,
    StageConclusion,
    SubtypeConclusion,
)
from ipt_formulate.vocabulary import Evidence, Gate, Urgency

T = TypeVar("T")
_EXCHANGED: Final = {
    Evidence.CRITERION: (Evidence.EXCLUDES, Evidence.STRONG),
    Evidence.EXCLUDES: (Evidence.CRITERION, Evidence.AGAINST),
    Evidence.STRONG: (Evidence.AGAINST, Evidence.SUPPORTING),
    Evidence.SUPPORTING: (Evidence.AGAINST, Evidence.STRONG),
    Evidence.AGAINST: (Evidence.SUPPORTING, Evidence.EXCLUDES),
}
"""For each kind of evidence the opposite one, and one beside it."""


def conclusion_mutants(base: RuleBase) -> Iterator[Mutant]:
    """Every mutant of a conclusion, of a route, and of the order of selection, and the rule base without each rule.

    One that no rule base could be, such as a route without criteria, is left out; so is a conclusion of another area,
    since a rule stands in the folder of its area.
    """
    before = set(check_references(base))
    for mutant in (*_of_rules(base), *_of_areas(base), *_of_order(base)):
        if set(check_references(mutant.base)) <= before:
            yield mutant


def _of_rules(base: RuleBase) -> Iterator[Mutant]:
    for rule in base.rules.values():
        yield Mutant(base, rule.id, "the rule is dropped", {rule.id: None})
        for how, changed in _otherwise(rule, base):
            text = rule.text.model_copy(update={"then": rule.then.model_copy(update=changed)})
            yield Mutant(base, rule.id, how, {rule.id: replace(rule, text=text)})


def _otherwise(rule: CompiledRule[Any], base: RuleBase) -> Iterator[tuple[str, dict[str, Any]]]:
    then = rule.text.then
    match then:
        case AreaConclusion():
            yield from _evidence(then, base)
        case SafetyConclusion(urgency=urgency, holds_focus=holds):
            for level in _beside(tuple(Urgency), urgency):
                yield f"{level} instead of {urgency}", {"urgency": level}
            yield f"the focus {'does not wait' if holds else 'waits'}", {"holds_focus": not holds}
        case GateConclusion(gate=gate, techniques=techniques):
            exchanged = Gate.CAUTION if gate is Gate.BLOCKED else Gate.BLOCKED
            yield f"{exchanged} instead of {gate}", {"gate": exchanged}
            for each in techniques if len(techniques) > 1 else ():
                left = tuple(one for one in techniques if one != each)
                yield f"does not concern {each}", {"techniques": left}
        case StageConclusion(indicates=technique):
            for other in _beside(tuple(base.techniques), technique):
                yield f"indicates {other} instead of {technique}", {"indicates": other}
        case SubtypeConclusion(subtype=subtype, of=area):
            names = tuple(dict.fromkeys(each.then.subtype for each in base.subtypes if each.then.of == area))
            for other in _beside(names, subtype):
                yield f"{other} instead of {subtype}", {"subtype": other}
        case ModifierConclusion(modifier=modifier):
            for other in _beside(tuple(dict.fromkeys(each.then.modifier for each in base.modifiers)), modifier):
                yield f"{other} instead of {modifier}", {"modifier": other}
        case AdviceConclusion(kind=kind):
            for other in _beside(get_args(AdviceConclusion.model_fields["kind"].annotation), kind):
                yield f"{other} instead of {kind}", {"kind": other}


def _evidence(then: AreaConclusion, base: RuleBase) -> Iterator[tuple[str, dict[str, Any]]]:
    for kind in _EXCHANGED[then.kind]:
        yield f"{kind} instead of {then.kind}", {"kind": kind, "routes": (), "frame": False}
    if then.kind is not Evidence.CRITERION:
        return
    yield f"{'no frame' if then.frame else 'a frame'}", {"frame": not then.frame}
    routes = tuple(base.areas[then.area].routes) if then.area in base.areas else ()
    for each in then.routes if len(then.routes) > 1 else ():
        yield f"not in the route {each}", {"routes": tuple(one for one in then.routes if one != each)}
    if then.routes:
        yield "in every route", {"routes": ()}
        for other in (each for each in routes if each not in then.routes) if len(then.routes) == 1 else ():
            yield f"in the route {other} instead of {then.routes[0]}", {"routes": (other,)}
    elif len(routes) > 1:
        for each in routes:
            yield f"not in the route {each}", {"routes": tuple(one for one in routes if one != each)}


def _of_areas(base: RuleBase) -> Iterator[Mutant]:
    for area, text in base.areas.items():
        rules = base.area_rules[area].of(Evidence.CRITERION)
        for route in text.routes if len(text.routes) > 1 else ():
            routes = {name: sentence for name, sentence in text.routes.items() if name != route}
            changed = {rule.id: _off_route(rule, route) for rule in rules if route in rule.then.routes}
            kept = text.model_copy(update={"routes": routes})
            yield Mutant(base, f"areas.{area}", f"without the route {route}", changed, {area: kept})
        if text.candidates == "case":
            how = "no longer residual" if text.residual else "residual"
            other = text.model_copy(update={"residual": not text.residual})
            yield Mutant(base, f"areas.{area}", how, {}, {area: other})


def _off_route(rule: CompiledRule[AreaConclusion], route: str) -> CompiledRule[AreaConclusion] | None:
    """A criterion without a route that is no more; one of that route alone goes with it."""
    left = tuple(each for each in rule.then.routes if each != route)
    if not left:
        return None
    return replace(rule, text=rule.text.model_copy(update={"then": rule.then.model_copy(update={"routes": left})}))


def _of_order(base: RuleBase) -> Iterator[Mutant]:
    for one, other in pairwise(base.steps):
        changed = {
            rule.id: replace(rule, text=rule.text.model_copy(update={"then": beside.then}))
            for rule, beside in ((one, other), (other, one))
        }
        yield Mutant(base, "selection", f"{other.id} before {one.id}", changed)


def _beside(words: Sequence[T], word: T) -> tuple[T, ...]:
    """The words before and after one, in their order, from the last on to the first."""
    place = words.index(word)
    others = (words[(place + 1) % len(words)], words[place - 1])
    return tuple(dict.fromkeys(each for each in others if each != word))
