"""Do the parts of a rule base refer to each other correctly? Checked on every load."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from ipt_formulate.case.measures import ITEMS, TOTAL_RANGE
from ipt_formulate.case.terms import LIST_MODELS
from ipt_formulate.errors import Problem
from ipt_formulate.rulebase.conditions import Among, Within, walk
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase
from ipt_formulate.rulebase.texts import (
    AdviceConclusion,
    AreaConclusion,
    Citation,
    GateConclusion,
    InstrumentText,
    ModifierConclusion,
    SafetyConclusion,
    StageConclusion,
    StepConclusion,
    SubtypeConclusion,
)
from ipt_formulate.vocabulary import Evidence

ALL_FOCUS_WORK = "all_focus_work"
FOLDER_OF: dict[type, str] = {
    SafetyConclusion: "safety",
    StepConclusion: "selection",
    GateConclusion: "techniques/gates",
    StageConclusion: "techniques/stages",
    ModifierConclusion: "modifiers",
    AdviceConclusion: "advice",
}
SCOPES_OF: dict[type, tuple[str, ...]] = {
    SafetyConclusion: ("case",),
    StepConclusion: ("candidates",),
    GateConclusion: ("case", "people"),
    StageConclusion: ("case", "deaths", "conflicts", "changes"),
    ModifierConclusion: ("case",),
    AdviceConclusion: ("case", "people", "deaths", "conflicts", "changes"),
}
"""What a rule may be about, by what it concludes."""


HOLDING_EVERYWHERE = (SafetyConclusion, StepConclusion, GateConclusion, StageConclusion)
"""What no tradition can switch."""


def check_references(base: RuleBase) -> Iterator[Problem]:
    """Every dangling reference and every conclusion that does not fit its rule, with its file."""
    yield from _citations(base)
    for rule in base.rules.values():
        yield from _conclusion(rule, base)
        yield from _expected(rule, base)
    for area in base.areas.values():
        where = f"problem_areas/{area.id}/area.yaml:1"
        if area.residual and area.candidates != "case":
            yield Problem(where, "a residual area has the case as its only candidate", "write candidates: case")
        for route in area.routes:
            if not base.area_rules[area.id].routes[route]:
                yield Problem(
                    where, f"the route {route} has no criterion", "add a rule with as: criterion, or remove the route"
                )
    for instrument in base.instruments.values():
        yield from check_instrument(instrument, base)
    for tradition in base.traditions.values():
        yield from _tradition(tradition.id, base)


def _expected(rule: CompiledRule[Any], base: RuleBase) -> Iterator[Problem]:
    for each in rule.text.expected:
        if each.found == "single_fact":
            continue
        known: list[str] = list(base.rules) if each.found == "implied" else [str(area) for area in base.areas]
        if each.of not in known or each.of == rule.id:
            sort = "rule" if each.found == "implied" else "area"
            what = f"{rule.id} expects {each.found} of {each.of}, which is no other {sort}"
            yield Problem(rule.source, what, f"name {'another rule' if sort == 'rule' else 'an area'}, or take it out")


def check_instrument(text: InstrumentText, base: RuleBase) -> Iterator[Problem]:
    """Whether the parameters that an instrument reads exist, and its bands rise within its totals."""
    where = f"instruments/{text.id}.yaml:1"
    low, high = TOTAL_RANGE[text.id]
    edges = []
    for name in instrument_parameters(text):
        parameter = base.parameters.get(name)
        if parameter is None:
            yield Problem(
                where, f"{text.id} names the parameter {name}, which does not exist", "add it to parameters.yaml"
            )
        elif any(band.from_parameter == f"${name}" for band in text.bands):
            edges.append(parameter.number())
    if edges != sorted(set(edges)) or any(not low <= edge <= high for edge in edges):
        yield Problem(where, f"the bands of {text.id} do not rise within {low} to {high}", "order them, lowest first")
    if text.prorate_missing_at_most and text.id not in ITEMS:
        yield Problem(where, f"{text.id} is recorded by its total only and cannot be prorated", "leave it out")


def instrument_parameters(text: InstrumentText) -> tuple[str, ...]:
    """The names of the parameters that an instrument reads."""
    named = (*(band.from_parameter for band in text.bands), text.prorate_missing_at_most or "")
    return tuple(name.removeprefix("$") for name in named if name)


def _citations(base: RuleBase) -> Iterator[Problem]:
    cited: list[tuple[str, str, BaseModel]] = [(rule.source, rule.id, rule.text) for rule in base.rules.values()]
    cited += [("parameters.yaml:1", name, parameter) for name, parameter in base.parameters.items()]
    cited += [(f"problem_areas/{area.id}/area.yaml:1", area.id, area) for area in base.areas.values()]
    cited += [(f"techniques/cards/{card.id}.yaml:1", card.id, card) for card in base.techniques.values()]
    cited += [(f"instruments/{each.id}.yaml:1", each.id, each) for each in base.instruments.values()]
    cited += [(f"traditions/{tradition.id}.yaml:1", tradition.id, tradition) for tradition in base.traditions.values()]
    for where, name, text in cited:
        citations: tuple[Citation, ...] = getattr(text, "citations", ())
        for citation in citations:
            if citation.key not in base.bibliography:
                yield Problem(
                    where,
                    f"{name} cites {citation.key}, which is not in bibliography.yaml",
                    "add the source there, or correct the key",
                )
            elif (citation.key in base.manifest.assumption_keys) != (citation.supports == "assumption"):
                yield Problem(
                    where,
                    f"{name} shows an assumption as a source, or a source as an assumption",
                    "an assumption key goes with supports: assumption, and only with it",
                )


def _conclusion(rule: CompiledRule[Any], base: RuleBase) -> Iterator[Problem]:
    then, where, scope = rule.text.then, rule.source, rule.scope
    folder = _folder(then)
    if not where.startswith(f"{folder}/"):
        yield Problem(where, f"{rule.id} concludes what belongs in {folder}/", "move the file, or correct then:")
    allowed = SCOPES_OF.get(type(then), ("case", *LIST_MODELS))
    if scope not in allowed:
        yield Problem(
            where, f"{rule.id}: its conclusion goes with for_each: {' or '.join(allowed)}", "correct for_each"
        )
    if isinstance(then, AreaConclusion):
        yield from _area_conclusion(rule, base)
    if isinstance(then, SubtypeConclusion) and (then.of not in base.areas or scope != base.areas[then.of].candidates):
        yield Problem(where, f"{rule.id} is not about the candidates of {then.of}", "correct for_each, or of:")
    for technique in _techniques_named(then):
        if technique == ALL_FOCUS_WORK:
            if scope != "case":
                yield Problem(where, f"{rule.id}: {technique} goes with for_each: case", "name the techniques")
        elif technique not in base.techniques:
            known = ", ".join((ALL_FOCUS_WORK, *base.techniques))
            yield Problem(where, f"{rule.id} names {technique}, which has no card", f"there are: {known}")


def _area_conclusion(rule: CompiledRule[AreaConclusion], base: RuleBase) -> Iterator[Problem]:
    then, where = rule.then, rule.source
    area = base.areas.get(then.area)
    if area is None:
        yield Problem(
            where, f"{rule.id} concludes an area that has no area.yaml", f"add problem_areas/{then.area}/area.yaml"
        )
        return
    if rule.scope != area.candidates:
        what = f"{rule.id} is about {rule.scope}, but {area.id} has {area.candidates} as candidates"
        yield Problem(where, what, f"write for_each: {area.candidates}")
    if unknown := set(then.routes) - set(area.routes):
        what = f"{rule.id} names a route that {area.id} does not have: {', '.join(sorted(unknown))}"
        yield Problem(where, what, f"there are: {', '.join(area.routes)}")
    leaves = [node for tree in rule.conditions.values() for node in walk(tree) if isinstance(node, (Within, Among))]
    if then.kind is not Evidence.SUPPORTING and any(leaf.term.endswith(".inferred") for leaf in leaves):
        yield Problem(
            where, f"{rule.id} rests on an inference, which is supporting evidence at most", "write as: supporting"
        )


def _folder(then: object) -> str:
    if isinstance(then, AreaConclusion):
        return f"problem_areas/{then.area}"
    return f"problem_areas/{then.of}" if isinstance(then, SubtypeConclusion) else FOLDER_OF[type(then)]


def _techniques_named(then: object) -> tuple[str, ...]:
    if isinstance(then, GateConclusion):
        return then.techniques
    return (then.indicates,) if isinstance(then, StageConclusion) else ()


def _tradition(name: str, base: RuleBase) -> Iterator[Problem]:
    tradition, where = base.traditions[name], f"traditions/{name}.yaml:1"
    for rule_id in (*tradition.off, *tradition.on):
        if rule_id not in base.rules:
            yield Problem(where, f"{name} switches {rule_id}, which does not exist", "correct the id")
        elif isinstance(base.rules[rule_id].then, HOLDING_EVERYWHERE):
            what = f"{name} switches {rule_id}, which holds in every tradition"
            yield Problem(where, what, "only rules of areas, subtypes, modifiers and advice can be switched")
    for area, of_area in base.for_tradition(name).area_rules.items() if set(tradition.areas) <= set(base.areas) else ():
        for route, criteria in of_area.routes.items():
            if not criteria:
                yield Problem(where, f"{name} switches off every criterion of {area}, route {route}", "leave one on")
    for area in tradition.areas:
        if area not in base.areas:
            yield Problem(
                where, f"{name} names the area {area}, which has no area.yaml", "add it, or take the area out"
            )
