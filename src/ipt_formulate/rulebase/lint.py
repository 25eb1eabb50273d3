"""Checks on a rule base that loads: is everything in it used, and does each rule say what a reader needs?

Each check is a generator of problems, a few lines long. Of a pack, what it adds is checked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from ipt_formulate.case.terms import CASE
from ipt_formulate.errors import Problem, RuleBaseError
from ipt_formulate.rulebase.conclusions import conclusion_of
from ipt_formulate.rulebase.notes import single_fact
from ipt_formulate.rulebase.parameters import Parameter, in_unit
from ipt_formulate.rulebase.references import instrument_parameters
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase
from ipt_formulate.rulebase.sentences import sentences, typed_number
from ipt_formulate.rulebase.texts import (
    Area,
    AreaConclusion,
    Expected,
    InstrumentText,
    Rule,
    StepConclusion,
    Technique,
    Tradition,
)
from ipt_formulate.rulebase.variation import ends, with_parameters
from ipt_formulate.vocabulary import Evidence


def lint(base: RuleBase) -> Iterator[Problem]:
    """Every complaint of every check."""
    for check in CHECKS:
        yield from check(base)


def unused_parameters(base: RuleBase) -> Iterator[Problem]:
    """A parameter that no rule reads."""
    used = {name.removeprefix("$") for rule in base.rules.values() for name in rule.uses if name.startswith("$")}
    used |= {name for text in base.instruments.values() for name in instrument_parameters(text)}
    for name in base.own("parameters"):
        if name not in used:
            yield Problem("parameters.yaml", f"the parameter {name} is read by no rule", "use it or remove it")


def assumptions_without_a_range(base: RuleBase) -> Iterator[Problem]:
    """A parameter that is assumed, or left to the site, and does not say how far it may vary."""
    for name, parameter in base.own("parameters").items():
        if (parameter.assumption or parameter.site) and parameter.range is None:
            sort = "an assumption" if parameter.assumption else "left to the site"
            what = f"the parameter {name} is {sort} and states no range"
            yield Problem("parameters.yaml", what, "write range: [low, high], and range_note: why")


def ranges_that_do_not_load(base: RuleBase) -> Iterator[Problem]:
    """A range with an end, or a word to add or leave out, that the rules cannot have."""
    read = {name.removeprefix("$") for rule in base.own("rules").values() for name in rule.uses}
    for name in base.parameters if base.extends is None else sorted(read & set(base.parameters)):
        parameter = base.parameters[name]
        for value in ends(parameter):
            try:
                with_parameters(base, {name: value})
            except RuleBaseError as error:
                told = " ".join(value) if isinstance(value, list) else in_unit(value, parameter.unit)
                what = f"the range of {name} reaches to {told}, which it cannot be: {error.problems[0].what}"
                yield Problem("parameters.yaml", what, "narrow the range")


def unused_conditions(base: RuleBase) -> Iterator[Problem]:
    """A named condition that no rule uses."""
    used = {name for rule in base.rules.values() for name in rule.uses}
    for name in base.own("named"):
        if name not in used:
            yield Problem("conditions.yaml", f"the condition {name} is used by no rule", "use it or remove it")


def unused_sources(base: RuleBase) -> Iterator[Problem]:
    """A source that nothing cites."""
    texts: list[Rule | Parameter | Area | Technique | Tradition | InstrumentText] = [
        *(rule.text for rule in base.rules.values()),
        *base.parameters.values(),
        *base.areas.values(),
        *base.techniques.values(),
        *base.traditions.values(),
        *base.instruments.values(),
    ]
    cited = {citation.key for text in texts for citation in text.citations}
    for key in base.own("bibliography"):
        if key not in cited:
            yield Problem("bibliography.yaml", f"the source {key} is cited by nothing", "cite it or remove it")


def duplicate_conditions(base: RuleBase) -> Iterator[Problem]:
    """Two rules of one kind with the same condition."""
    seen: dict[object, str] = {}
    own = base.own("rules")
    for rule in base.rules.values():
        key = (rule.text.then, tuple(rule.conditions.items()))
        if key in seen and rule.id in own:
            yield Problem(rule.source, f"{rule.id} says the same as {seen[key]}", "keep one of them")
        seen.setdefault(key, rule.id)


def unknown_placeholders(base: RuleBase) -> Iterator[Problem]:
    """A placeholder in a rule's words that nothing fills in."""
    for rule in base.own("rules").values():
        for text in (rule.text.explain, rule.text.ask):
            for name in set(re.findall(r"\{(\w*)\}", text)) - {"person", "Person", "kind"}:
                yield Problem(
                    rule.source,
                    f"{rule.id} has the placeholder {{{name}}}, which nothing fills in",
                    "there are: {person}, {Person}, {kind}",
                )


def typed_numbers(base: RuleBase) -> Iterator[Problem]:
    """A number typed into a sentence that is printed; it would stay when the parameter is set to another value."""
    for rule in base.own("rules").values():
        for place, text in sentences(rule.written):
            if (number := typed_number(text)) is not None:
                what = f"{rule.id} has {number!r} typed into {'.'.join(map(str, place))}"
                yield Problem(rule.source, what, "write {$name} of a parameter, or say it without a number")


def areas_without_rules(base: RuleBase) -> Iterator[Problem]:
    """A tradition in which an area has no technique of its own."""
    for area in base.own("areas"):
        if not any(area in card.fit and card.needs_agreement for card in base.techniques.values()):
            yield Problem(
                f"problem_areas/{area}/area.yaml",
                f"no technique fits {area}",
                "add a card, or the area to the fit of one",
            )


def idle_switches(base: RuleBase) -> Iterator[Problem]:
    """A tradition that switches a rule to what it is anyway, or names a modifier that no rule makes."""
    made = {rule.then.modifier for rule in base.modifiers}
    for tradition in base.own("traditions").values():
        where = f"traditions/{tradition.id}.yaml"
        for rule_id in (*tradition.off, *tradition.on):
            if (base.rules[rule_id].text.default == "on") == (rule_id in tradition.on):
                what = f"{tradition.id} switches {rule_id} to what it is anyway"
                yield Problem(where, what, "take the switch out")
        for modifier in tradition.modifiers:
            if modifier not in made:
                what = f"{tradition.id} names the modifier {modifier}, which no rule makes"
                yield Problem(where, what, "add a rule in modifiers/, or take it out")


def rules_never_on(base: RuleBase) -> Iterator[Problem]:
    """A rule, area or modifier that holds in no tradition."""
    for rule in base.own("rules").values():
        if not any(rule.id in base.for_tradition(name).rules for name in base.traditions):
            what = f"{rule.id} holds in no tradition"
            yield Problem(rule.source, what, "switch it on in one, or remove it")


def declared_and_not_to_be_found(base: RuleBase) -> Iterator[Problem]:
    """What a rule declares as meant and nothing could ever find of it, so that nothing would notice it is not so."""
    for rule in base.own("rules").values():
        for each in rule.text.expected:
            if (goes_with := _not_to_be_found(rule, each, base)) is not None:
                what = f"{rule.id} expects {each.found} of {each.of}, which nothing can find"
                yield Problem(rule.source, what, f"{each.found} goes with {goes_with}; correct it, or take it out")


def _not_to_be_found(rule: CompiledRule[Any], expected: Expected, base: RuleBase) -> str | None:
    """What a declaration goes with, where it does not go with this rule and what it names."""
    then, compared = rule.then, [str(area) for area, text in base.areas.items() if text.candidates != CASE]
    match expected.found:
        case "always_met" | "never_met":
            found = isinstance(then, StepConclusion) and expected.of in compared
            goes_with = "a step of selection, and an area whose candidates are compared"
        case "never_counts":
            counts = isinstance(then, AreaConclusion) and then.kind in (Evidence.STRONG, Evidence.AGAINST)
            found = counts and expected.of == then.area and expected.of in compared
            goes_with = "strong or opposing evidence, and its own area, where candidates are compared"
        case "implied":
            other = base.rules[expected.of]
            found = (other.scope, conclusion_of(other)) == (rule.scope, conclusion_of(rule))
            goes_with = "another rule that is about the same and concludes the same"
        case "single_fact":
            found = single_fact(rule) == expected.of
            goes_with = "the fact on which a rule hangs alone"
    return None if found else goes_with


CHECKS: tuple[Callable[[RuleBase], Iterator[Problem]], ...] = (
    unused_parameters,
    assumptions_without_a_range,
    ranges_that_do_not_load,
    unused_conditions,
    unused_sources,
    duplicate_conditions,
    unknown_placeholders,
    typed_numbers,
    areas_without_rules,
    idle_switches,
    rules_never_on,
    declared_and_not_to_be_found,
)
