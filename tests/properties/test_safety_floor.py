"""No rule base and no tradition can hide a safety rule: on generated cases and mutilated rule bases."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

import ipt_formulate as ipt
from ipt_formulate.case.case import Case
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.resources import rules_directory
from ipt_formulate.rulebase.conditions import Not, Some
from ipt_formulate.rulebase.floor import with_safety_floor
from ipt_formulate.rulebase.loader import load_rulebase, shipped_rulebase
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase
from ipt_formulate.rulebase.texts import GateConclusion, SafetyConclusion
from ipt_formulate.testing import constants_of, random_case
from ipt_formulate.vocabulary import Gate, Urgency

SHIPPED = shipped_rulebase()
DAYS = constants_of(SHIPPED)
URGENCY = list(Urgency)
Usable = Callable[[Formulation], set[tuple[str, str]]]


def mutilated(random: Random, tradition: str) -> RuleBase:
    """The shipped rule base with much of what makes for safety taken out, narrowed, softened or switched off."""
    rules: dict[str, CompiledRule[Any]] = dict(SHIPPED.rules)
    for name, rule in SHIPPED.rules.items():
        if not isinstance(rule.then, (SafetyConclusion, GateConclusion)):
            continue
        match random.randrange(5):
            case 0:
                del rules[name]
            case 1:
                never = Some(()) if random.random() < 0.5 else Not(rule.condition)
                rules[name] = replace(rule, conditions=MappingProxyType({rule.scope: never}))
            case 2 if isinstance(rule.then, SafetyConclusion):
                soft = rule.then.model_copy(update={"holds_focus": False, "urgency": Urgency.THIS_PHASE})
                rules[name] = replace(rule, text=rule.text.model_copy(update={"then": soft}))
            case 2:
                soft = rule.then.model_copy(update={"gate": Gate.CAUTION, "techniques": ("homework",)})
                rules[name] = replace(rule, text=rule.text.model_copy(update={"then": soft}))
            case 3:
                elsewhere = rule.text.model_copy(update={"for_each": "deaths"})
                rules[name] = replace(SHIPPED.rules["grief.perinatal"], text=elsewhere)
    loose = {"needs_agreement": False, "concerns_person": False}
    cards = {
        name: card.model_copy(update=loose) if random.random() < 0.3 else card
        for name, card in SHIPPED.techniques.items()
    }
    off = tuple(name for name in rules if random.random() < 0.2 and isinstance(rules[name].then, SafetyConclusion))
    school = SHIPPED.traditions[tradition].model_copy(update={"off": (*SHIPPED.traditions[tradition].off, *off)})
    return replace(SHIPPED, rules=MappingProxyType(rules), techniques=MappingProxyType(cards), _variants={}).using(
        school
    )


@settings(max_examples=120)
@given(st.randoms(use_true_random=False), st.sampled_from(sorted(SHIPPED.traditions)))
@example(Random(3), "stuart_robertson")
def test_no_rule_base_hides_what_the_library_flags(usable: Usable, random: Random, tradition: str) -> None:
    base = mutilated(random, tradition)
    for _ in range(3):
        case: Case = random_case(random, known=random.choice([0.4, 0.8, 0.97]), constants=DAYS, max_items=3)
        plain = ipt.formulate(case, tradition=tradition, engine="reference")
        custom = ipt.formulate(case, tradition=tradition, engine="reference", rulebase=base)
        flags = {flag.rule: flag for flag in custom.safety.flags}
        for flag in plain.safety.flags:
            theirs = flags[flag.rule]
            assert URGENCY.index(theirs.urgency) <= URGENCY.index(flag.urgency)
            assert set(flag.actions) <= set(theirs.actions)
            assert theirs.flag == flag.flag
        assert set(plain.focus.holds) <= set(custom.focus.holds)
        flagged = {SHIPPED.rules[name].then.topic for name in flags}
        assert set(plain.safety.not_yet_asked) <= set(custom.safety.not_yet_asked) | flagged
        assert usable(custom) <= usable(plain)


def test_the_floor_is_in_the_provenance_and_the_report(tmp_path: Path) -> None:
    shutil.copytree(rules_directory(), tmp_path / "rules")
    (tmp_path / "rules/safety/coercion_now.yaml").unlink()
    (tmp_path / "rules/rules.lock").unlink()
    base = load_rulebase(tmp_path / "rules")
    case = ipt.parse_case(
        {"inventory": {"people": [{"role": "partner", "alive": True, "coercion": {"feared_now": True}}]}}
    )
    formulation = ipt.formulate(case, rulebase=base)
    assert [flag.rule for flag in formulation.safety.flags] == ["safety.coercion_now"]
    assert formulation.provenance.safety_floor == ("safety.coercion_now",)
    assert ipt.formulate(case).provenance.safety_floor == ()


def test_a_rule_base_may_widen_a_safety_rule_and_add_to_it() -> None:
    rule = SHIPPED.rules["safety.dependant_at_risk"]
    wide = rule.then.model_copy(update={"actions": ("Ring the children's desk of this town.",)})
    changed = replace(
        rule, text=rule.text.model_copy(update={"then": wide}), conditions=MappingProxyType({"case": Not(Some(()))})
    )
    base = replace(SHIPPED, rules=MappingProxyType({**SHIPPED.rules, rule.id: changed}), _variants={})
    (flag,) = ipt.formulate(ipt.Case(), rulebase=base).safety.flags
    assert flag.actions == (*rule.then.actions, "Ring the children's desk of this town.")


def test_a_technique_of_ones_own_that_concerns_a_person_is_gated_too() -> None:
    own = SHIPPED.techniques["communication_analysis"].model_copy(update={"id": "letter_to_the_other"})
    base = replace(SHIPPED, techniques=MappingProxyType({**SHIPPED.techniques, own.id: own}), _variants={})
    case = ipt.example("mr-jones-ipt-ci").with_(
        "inventory.people[0].coercion", {"period": "current", "asked_in_private": True}
    )
    gated = [each for each in ipt.formulate(case, rulebase=base).techniques if each.technique == own.id]
    person = case.inventory.people[0].id
    assert all(each.status == "blocked" for found in gated for each in found.people if each.person == person)
    assert gated


def test_the_shipped_rule_base_needs_no_floor() -> None:
    for name in SHIPPED.traditions:
        variant = SHIPPED.for_tradition(name)
        assert with_safety_floor(variant, SHIPPED) is variant
