"""The safety floor: what no rule base can leave out, weaken or hide.

Whatever rule base a case is formulated with, the safety rules and technique gates that come with the library hold
in it. A rule base may add safety rules, and may widen one of the library's under its own id; it cannot narrow it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final
from weakref import WeakKeyDictionary

from ipt_formulate.rulebase.conditions import Condition, Some
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase
from ipt_formulate.rulebase.texts import GateConclusion, SafetyConclusion, Technique
from ipt_formulate.vocabulary import Gate, Urgency

_FLOOR: Final = (SafetyConclusion, GateConclusion)
_URGENCY: Final = {urgency: index for index, urgency in enumerate(Urgency)}
_held: WeakKeyDictionary[RuleBase, WeakKeyDictionary[RuleBase, RuleBase | None]] = WeakKeyDictionary()


def with_safety_floor(base: RuleBase, floor: RuleBase) -> RuleBase:
    """The rule base with every safety rule and gate of another in force; itself where they already are.

    Args:
        base: any rule base, whole or as one tradition uses it.
        floor: the rule base whose safety rules and gates hold, which is the shipped one.

    Returns:
        A rule base in which a rule that was missing is put in, and one of the same id is met where either is. What
        it asks for is never less: urgency, whether the focus waits, the gate and the techniques are the stricter of
        the two, and actions are added up. `RuleBase.floor` names what was put in or widened.
    """
    known = _held.setdefault(floor, WeakKeyDictionary())
    if base not in known:
        made = _floored(base, floor)
        known[base] = None if made is base else made  # the base itself would be kept alive for ever
    return known[base] or base


def _floored(base: RuleBase, floor: RuleBase) -> RuleBase:
    joined = [_joined(rule, base) for rule in floor.rules.values() if isinstance(rule.then, _FLOOR)]
    lacking = {rule.id: rule for rule in joined if not _same(rule, base.rules.get(rule.id))}
    cards = {
        name: _strict(card, floor.techniques[name]) if name in floor.techniques else card
        for name, card in base.techniques.items()
    }
    if not lacking and cards == dict(base.techniques):
        return base
    cited = {citation.key for rule in lacking.values() for citation in rule.text.citations}
    sources = {key: floor.bibliography[key] for key in floor.bibliography if key in cited}
    return replace(
        base,
        rules=MappingProxyType({**base.rules, **lacking}),
        techniques=MappingProxyType(cards),
        bibliography=MappingProxyType({**sources, **base.bibliography}),
        floor=tuple(lacking),
        _variants={},
    )


def _same(one: CompiledRule[Any], other: CompiledRule[Any] | None) -> bool:
    return other is not None and (one.text, one.conditions) == (other.text, other.conditions)


def _joined(rule: CompiledRule[Any], base: RuleBase) -> CompiledRule[Any]:
    """The floor's rule, widened by the base's rule of the same id if that is about the same thing."""
    own = base.rules.get(rule.id)
    text, conditions = rule.text, rule.conditions
    if own is not None and type(own.then) is type(rule.then) and own.scope == rule.scope and not _same(rule, own):
        if own.conditions != conditions:
            conditions = _either(conditions, own.conditions)
        stricter = _stricter_flag if isinstance(rule.then, SafetyConclusion) else _stricter_gate
        text = text.model_copy(update={"then": stricter(rule.then, own.then)})
    if isinstance(text.then, GateConclusion) and rule.scope == "people":
        others = [card.id for card in base.techniques.values() if card.concerns_person]
        techniques = tuple(dict.fromkeys((*text.then.techniques, *others)))
        text = text.model_copy(update={"then": text.then.model_copy(update={"techniques": techniques})})
    return replace(rule, text=text, conditions=conditions)


def _either(one: Mapping[str, Condition], other: Mapping[str, Condition]) -> Mapping[str, Condition]:
    return MappingProxyType({scope: Some((condition, other[scope])) for scope, condition in one.items()})


def _stricter_flag(one: SafetyConclusion, other: SafetyConclusion) -> SafetyConclusion:
    return one.model_copy(
        update={
            "urgency": min(one.urgency, other.urgency, key=_URGENCY.__getitem__),
            "holds_focus": one.holds_focus or other.holds_focus,
            "actions": tuple(dict.fromkeys((*one.actions, *other.actions))),
        }
    )


def _stricter_gate(one: GateConclusion, other: GateConclusion) -> GateConclusion:
    techniques = tuple(dict.fromkeys((*one.techniques, *other.techniques)))
    blocks = Gate.BLOCKED in (one.gate, other.gate)
    return one.model_copy(update={"techniques": techniques, "gate": Gate.BLOCKED if blocks else one.gate})


def _strict(card: Technique, floor: Technique) -> Technique:
    """A card of the library's id waits for agreement, and concerns a person, where the library's own does."""
    agreement, person = (
        card.needs_agreement or floor.needs_agreement,
        card.concerns_person or floor.concerns_person,
    )
    if (agreement, person) == (card.needs_agreement, card.concerns_person):
        return card
    return card.model_copy(update={"needs_agreement": agreement, "concerns_person": person})
