"""Theorems about safety: a red flag blocks what it must, and no school takes a safety rule away."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import z3

from ipt_formulate.case.case import Case
from ipt_formulate.case.terms import CASE
from ipt_formulate.evaluation import reference
from ipt_formulate.formulation.build import build
from ipt_formulate.formulation.settings import Settings
from ipt_formulate.proof import running
from ipt_formulate.proof.areas import Following
from ipt_formulate.proof.blocking import held
from ipt_formulate.proof.meaning import meaning
from ipt_formulate.proof.of_rules import about_one
from ipt_formulate.proof.rails import FALSE, TRUE, Bool, Rails, conj, disj
from ipt_formulate.proof.theorem import Claim, Question
from ipt_formulate.proof.values import World
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase
from ipt_formulate.rulebase.texts import GateConclusion, SafetyConclusion, Technique
from ipt_formulate.vocabulary import EngineName, Gate, Phase, Urgency

_URGENCY = list(Urgency)
_OPEN = (Gate.OFFERED, Gate.CAUTION)


def red_flag_blocks(base: RuleBase) -> Iterator[Claim]:
    """A red flag that holds the focus blocks all focus work, and while it is unknown, focus work waits."""
    gates = tuple((rule.id, rule.then, rule.condition) for rule in base.gates)
    for rule in base.safety:
        if rule.then.holds_focus:
            for card in base.techniques.values():
                if card.phases == (Phase.MIDDLE,) or card.needs_agreement:
                    key = rule.condition, card.needs_agreement, gates
                    broken = f"{card.id} can be used although {rule.id} is met, or is not known not to be"
                    yield Claim(f"{rule.id} and {card.id}", "none", partial(_passes, base, rule, card), broken, key)


def _passes(base: RuleBase, rule: CompiledRule[Any], card: Technique) -> Iterator[Question]:
    def formula() -> tuple[World, Bool]:
        rules: list[CompiledRule[Any]] = [*base.safety, *base.gates]
        trees = [each.condition for each in rules if each.scope == CASE]
        world, item, _ = about_one(CASE, *trees)
        following = Following(base, world)
        flag, stands = following.rule(rule, item), held(following, card)
        return world, disj([conj([flag.must, z3.Not(stands.blocked)]), conj([flag.may, z3.Not(stands.held)])])

    agreed = {"answer": "agreed", "chosen": str(next(area for area in base.areas if area in card.fit))}
    yield Question(formula, partial(_usable, base, rule, card), {"assessment": {"response": agreed}})


def _usable(base: RuleBase, rule: CompiledRule[Any], card: Technique, case: Case) -> bool:
    found = running.findings(base, case)
    made = build(base, found, case, EngineName.REFERENCE, Settings())
    status = next((each.status for each in made.techniques if each.technique == card.id), Gate.BLOCKED)
    (verdict,) = running.verdicts(rule, case)
    return (verdict == 2 and status is not Gate.BLOCKED) or (verdict == 1 and status in _OPEN)


def safety_stays(base: RuleBase) -> Iterator[Claim]:
    """Every safety rule and gate of the library holds in this rule base wherever it holds in the library's own."""
    for rule in shipped_rulebase().rules.values():
        if isinstance(rule.then, (SafetyConclusion, GateConclusion)):
            own = base.rules.get(rule.id)
            key = rule.condition, own and own.condition
            broken = f"{rule.id} is missing, or is met less often than in the library"
            yield Claim(rule.id, "none", partial(_misses, rule, own), broken, key)
            if own is not None and not as_strict(rule.then, own.then):
                broken = f"{rule.id} asks for less than in the library"
                yield Claim(f"what {rule.id} asks for", "none", partial(_met, rule), broken, (key, own.then))


def _misses(rule: CompiledRule[Any], own: CompiledRule[Any] | None) -> Iterator[Question]:
    def formula() -> tuple[World, Bool]:
        trees = [rule.condition] if own is None else [rule.condition, own.condition]
        world, item, present = about_one(rule.scope, *trees)
        wanted = meaning(rule.condition, item)
        found = Rails(FALSE, FALSE) if own is None else meaning(own.condition, item)
        lost = disj([conj([wanted.must, z3.Not(found.must)]), conj([wanted.may, z3.Not(found.may)])])
        return world, conj([present, lost])

    def shows(case: Case) -> bool:
        wanted = running.verdicts(rule, case)
        found = [reference.NOT_MET] * len(wanted) if own is None else running.verdicts(own, case)
        return any(one > other for one, other in zip(wanted, found, strict=True))

    yield Question(formula, shows)


def _met(rule: CompiledRule[Any]) -> Iterator[Question]:
    """Any case in which the rule is met shows that less is asked for."""

    def formula() -> tuple[World, Bool]:
        world, item, present = about_one(rule.scope, rule.condition)
        return world, conj([present, meaning(rule.condition, item).must, TRUE])

    yield Question(formula, lambda case: 2 in running.verdicts(rule, case))


def as_strict(wanted: SafetyConclusion | GateConclusion, own: Any) -> bool:
    """Whether a rule asks for no less than is wanted."""
    if isinstance(wanted, SafetyConclusion):
        return (
            isinstance(own, SafetyConclusion)
            and own.holds_focus >= wanted.holds_focus
            and _URGENCY.index(own.urgency) <= _URGENCY.index(wanted.urgency)
            and set(wanted.actions) <= set(own.actions)
        )
    stricter = isinstance(own, GateConclusion) and (own.gate is Gate.BLOCKED or wanted.gate is own.gate)
    return stricter and set(wanted.techniques) <= set(own.techniques)
