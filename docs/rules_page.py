"""The page of rules: an index by folder, and what the rules share: conditions, parameters, techniques, sources."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pages import MADE_BY, NoWords, table

from ipt_formulate.formulation.evidence import rests_on_assumption
from ipt_formulate.report.rules import conclusion_in_words, without_brackets
from ipt_formulate.rulebase.conditions import Named, in_words, walk
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.rulebase.parameters import Parameter, WordRange
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase
from ipt_formulate.rulebase.texts import Citation

FOLDERS = {
    "problem_areas/grief": "Grief",
    "problem_areas/role_dispute": "Role dispute",
    "problem_areas/role_transition": "Role transition",
    "problem_areas/interpersonal_deficits": "Interpersonal deficits",
    "problem_areas/loss_of_healthy_self": "Loss of the healthy self",
    "problem_areas/interpersonal_patterns": "Interpersonal patterns",
    "selection": "Selection of the focus",
    "safety": "Safety",
    "techniques/gates": "What holds techniques back",
    "techniques/stages": "Techniques by stage of a dispute",
    "modifiers": "Modifiers",
    "advice": "Advice beside the focus",
}


def rules_page() -> str:
    """The index of the rules by folder, and what they share."""
    base = shipped_rulebase()
    lines = [
        "# The rules",
        MADE_BY,
        f"Rule base `{base.manifest.name}` {base.manifest.version}: {len(base.rules)} rules. {base.manifest.intended_use}",
        "\n".join(f"- Not for: {each}" for each in base.manifest.not_for),
        "Each rule is a file under `rules/`, and its id is its place there; each has a page of its own. A rule marked as "
        "an *assumption* rests, at least in part, on no source that was read. Words with a dollar sign are "
        "[parameters](#parameters).",
    ]
    for folder, title in _folders(base).items():
        lines += [f"## {title}", *_area(base, folder)]
        rules = [rule for rule in base.rules.values() if _folder(rule) == folder]
        lines.append(table(("rule", "what it says", "then", "status"), *(_row(rule) for rule in rules)))
    lines += [*_traditions(base), *_named(base), *_parameters(base), *_techniques(base), *_sources(base)]
    return "\n\n".join(lines) + "\n"


def _row(rule: CompiledRule[Any]) -> tuple[str, ...]:
    page = f"rules/{rule.source.partition(':')[0].removesuffix('.yaml')}.md"
    assumed = "; *assumption*" if rests_on_assumption(rule) else ""
    off = "; only where a tradition switches it on" if rule.text.default == "off" else ""
    short = re.split(r"[:,]", conclusion_in_words(rule))[0]
    return f"[{rule.id}]({page})", rule.text.title, short, f"{rule.text.version} {rule.text.status}{off}{assumed}"


def _folder(rule: CompiledRule[Any]) -> str:
    return rule.source.rpartition("/")[0]


def _folders(base: RuleBase) -> Mapping[str, str]:
    if unknown := {_folder(rule) for rule in base.rules.values()} - set(FOLDERS):
        raise NoWords(f"{', '.join(sorted(unknown))}: docs/rules_page.py has no heading for this folder of rules")
    return FOLDERS


def _area(base: RuleBase, folder: str) -> Iterator[str]:
    area = next((area for area in base.areas.values() if folder == f"problem_areas/{area.id}"), None)
    if area is not None:
        yield f"{area.title}. {area.definition}"
        routes = "\n".join(f"- `{name}`: {words}" for name, words in area.routes.items())
        yield f"Its candidates: {area.candidates}. One candidate must meet every criterion of one route:\n\n{routes}"


def _citation(base: RuleBase, citation: Citation) -> str:
    if citation.key in base.manifest.assumption_keys:
        return f"*assumption*: {citation.locator}"
    read = base.bibliography[citation.key].read.replace("_", " ")
    return f"[{citation.key}](#{citation.key}), {citation.locator}; supports: {citation.supports}; read: {read}"


def _traditions(base: RuleBase) -> Iterator[str]:
    yield "## Traditions"
    yield "A tradition declares its areas and modifiers and switches named rules; nothing else. Safety holds in all."
    rows = []
    for each in base.traditions.values():
        areas = ", ".join(area.replace("_", " ") for area in each.areas)
        switched = [f"{rule} off" for rule in each.off] + [f"{rule} on" for rule in each.on]
        sources = "<br>".join(_citation(base, citation) for citation in each.citations)
        rows.append((f"{each.title} (`{each.id}`)", each.note.strip(), areas, "<br>".join(switched) or "none", sources))
    yield table(("tradition", "in words", "areas", "switches", "where it comes from"), *rows)


def _named(base: RuleBase) -> Iterator[str]:
    found: dict[str, Named] = {}
    for rule in base.rules.values():
        for condition in rule.conditions.values():
            for node in walk(condition):
                if isinstance(node, Named) and ("never" not in in_words(node.part) or node.name not in found):
                    found.setdefault(node.name, node)
    if missing := set(base.named) - set(found):
        raise NoWords(f"{', '.join(sorted(missing))}: a named condition that no rule uses")
    yield "## Named conditions"
    yield "\n".join(f"- `{name}`, *{found[name].title}*: {without_brackets(found[name].part)}" for name in base.named)


def _parameters(base: RuleBase) -> Iterator[str]:
    yield "## Parameters"
    rows = []
    for name, parameter in base.parameters.items():
        value = ", ".join(parameter.value) if isinstance(parameter.value, list) else str(parameter.value)
        ground = [_citation(base, each) for each in parameter.citations]
        ground += [f"*assumption*: {parameter.assumption}"] if parameter.assumption else []
        told = _range(parameter)
        rows.append((f"`${name}`", parameter.title, f"{value} ({parameter.unit})", told, "<br>".join(ground)))
    yield "A range says how far an assumption may reasonably vary, and is itself one."
    yield table(("name", "what it is", "value (unit)", "range", "where it comes from"), *rows)


def _range(parameter: Parameter) -> str:
    if parameter.range is None:
        return ""
    if isinstance(parameter.range, WordRange):
        words = [("without", parameter.range.may_leave_out), ("with", parameter.range.may_add)]
        told = "; ".join(f"{word} {' or '.join(each)}" for word, each in words if each)
    else:
        told = " to ".join(str(end) for end in dict.fromkeys(parameter.range))
    return f"{told}. {parameter.range_note}" if parameter.range_note else told


def _techniques(base: RuleBase) -> Iterator[str]:
    yield "## Techniques"
    yield "Cards, not rules: what fits which area, and when. Ranked, never exclusive."
    rows = []
    for card in base.techniques.values():
        fit = ", ".join(f"{area.replace('_', ' ')} ({fit})" for area, fit in card.fit.items())
        waits = "waits for agreement" if card.needs_agreement else "never waits for agreement"
        rows.append((f"{card.title} (`{card.id}`)", ", ".join(card.phases), fit, card.fit_basis, waits))
    yield table(("technique", "phases", "fits", "fit rests on", "agreement"), *rows)


def _sources(base: RuleBase) -> Iterator[str]:
    yield "## Sources"
    yield "Each source once, and how much of it was read."
    for key, source in base.bibliography.items():
        published = f" {source.published_in}." if source.published_in else ""
        note = f" {source.note}" if source.note else ""
        reference = f"{source.authors} ({source.year or 'n.d.'}). {source.title}.{published}{note}"
        yield f'<span id="{key}"></span>`{key}`\n:   {reference} Read: {source.read.replace("_", " ")}.'
