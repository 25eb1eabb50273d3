"""Do the parts of a rule base refer to each other correctly? Checked on every load."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from ipt_formulate.errors import Problem
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase
from ipt_formulate.rulebase.texts import (
    AreaConclusion,
    Citation,
    GateConclusion,
    SafetyConclusion,
    StageConclusion,
    StepConclusion,
)

FOLDER_OF = {
    AreaConclusion: "problem_areas",
    SafetyConclusion: "safety",
    StepConclusion: "selection",
    GateConclusion: "techniques",
    StageConclusion: "techniques",
}


def check_references(base: RuleBase) -> Iterator[Problem]:
    """Every dangling reference and every conclusion that does not fit its rule, with its file."""
    yield from _citations(base)
    for rule in base.rules.values():
        yield from _conclusion(rule, base)
    for area in base.areas.values():
        where = f"problem_areas/{area.id}/area.yaml:1"
        for route in area.routes:
            if not base.area_rules[area.id].routes[route]:
                yield Problem(
                    where, f"the route {route} has no criterion", "add a rule with as: criterion, or remove the route"
                )
    for tradition in base.traditions.values():
        yield from _tradition(tradition.id, base)


def _citations(base: RuleBase) -> Iterator[Problem]:
    cited: list[tuple[str, str, BaseModel]] = [(rule.source, rule.id, rule.text) for rule in base.rules.values()]
    cited += [("parameters.yaml:1", name, parameter) for name, parameter in base.parameters.items()]
    cited += [(f"problem_areas/{area.id}/area.yaml:1", area.id, area) for area in base.areas.values()]
    cited += [(f"techniques/cards/{card.id}.yaml:1", card.id, card) for card in base.techniques.values()]
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


def _conclusion(rule: CompiledRule[AreaConclusion], base: RuleBase) -> Iterator[Problem]:
    then, where = rule.text.then, rule.source
    folder = FOLDER_OF[type(then)]
    if not where.startswith(f"{folder}/"):
        yield Problem(where, f"{rule.id} concludes what belongs in {folder}/", "move the file, or correct then:")
    if (rule.scope == "candidates") != isinstance(then, StepConclusion):
        yield Problem(
            where,
            f"{rule.id}: for_each: candidates goes with steps of selection, and only with them",
            "correct for_each",
        )
    if isinstance(then, AreaConclusion):
        area = base.areas.get(then.area)
        if area is None:
            yield Problem(
                where, f"{rule.id} concludes an area that has no area.yaml", "add problem_areas/<area>/area.yaml"
            )
        elif rule.scope != area.candidates:
            yield Problem(
                where,
                f"{rule.id} is about {rule.scope}, but {area.id} has {area.candidates} as candidates",
                f"write for_each: {area.candidates}",
            )
        elif unknown := set(then.routes) - set(area.routes):
            yield Problem(
                where,
                f"{rule.id} names a route that {area.id} does not have: {', '.join(sorted(unknown))}",
                f"there are: {', '.join(area.routes)}",
            )
    if isinstance(then, SafetyConclusion) and rule.scope != "case":
        yield Problem(
            where, f"{rule.id}: a safety rule is about the case", "write for_each: case, with some: for a list"
        )
    if isinstance(then, GateConclusion):
        for technique in then.techniques:
            if technique not in base.techniques and technique != "all_focus_work":
                yield Problem(
                    where,
                    f"{rule.id} gates {technique}, which has no card",
                    "there are: all_focus_work, " + ", ".join(base.techniques),
                )
    if isinstance(then, StageConclusion) and then.indicates not in base.techniques:
        yield Problem(
            where,
            f"{rule.id} indicates {then.indicates}, which has no card",
            "there are: " + ", ".join(base.techniques),
        )


def _tradition(name: str, base: RuleBase) -> Iterator[Problem]:
    tradition, where = base.traditions[name], f"traditions/{name}.yaml:1"
    for rule_id in tradition.off:
        if rule_id not in base.rules:
            yield Problem(where, f"{name} switches off {rule_id}, which does not exist", "correct the id")
        elif not isinstance(base.rules[rule_id].then, AreaConclusion):
            yield Problem(
                where,
                f"{name} switches off {rule_id}, which is no rule of an area",
                "safety, selection and gates hold in every tradition",
            )
    known = [base.area_rules[area] for area in tradition.areas if area in base.areas]
    for rules, route in ((rules, route) for rules in known for route in rules.routes):
        if {rule.id for rule in rules.routes[route]} <= set(tradition.off):
            yield Problem(
                where, f"{name} switches off every criterion of {rules.area.id}, route {route}", "leave one on"
            )
    for area in tradition.areas:
        if area not in base.areas:
            yield Problem(
                where, f"{name} names the area {area}, which has no area.yaml", "add it, or take the area out"
            )
