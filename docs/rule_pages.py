"""A page for each rule: claim, why, when in words and as a tree, examples, question, limits, sources, history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pages import MADE_BY, NoWords

from ipt_formulate.case.terms import CASE
from ipt_formulate.formulation.evidence import rests_on_assumption
from ipt_formulate.report.rules import conclusion_in_words, conditions_in_words, expected_in_words
from ipt_formulate.rulebase.conditions import All, Among, AtLeast, Condition, Named, Not, Some, Within
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase
from ipt_formulate.rulebase.texts import Citation, SafetyConclusion

CHANGELOG = Path(__file__).parents[1] / "CHANGELOG.md"


def rule_pages() -> Mapping[str, str]:
    """The page of each rule, by its path under ``docs/reference``."""
    base = shipped_rulebase()
    history = CHANGELOG.read_text(encoding="utf-8").splitlines()
    return {page_of(rule): _page(base, rule, history) for rule in base.rules.values()}


def page_of(rule: CompiledRule[Any]) -> str:
    """The path of a rule's page under ``docs/reference``: the place of its file under ``rules/``."""
    return f"rules/{rule.source.partition(':')[0].removesuffix('.yaml')}.md"


def _page(base: RuleBase, rule: CompiledRule[Any], history: list[str]) -> str:
    text, up = rule.text, "../" * page_of(rule).count("/") + "rules.md"
    lines = [f"# {rule.id}", MADE_BY, f"**{text.title}.**"]
    if rests_on_assumption(rule):
        lines.append("This rule rests, at least in part, on an *assumption*: no source that was read says it.")
    lines += ["## Why", text.rationale.strip(), "## When", *_when(rule), *_parameters(base, rule, up)]
    lines += ["## Then", _conclusion(rule), f"> {text.explain}"]
    lines += ["## Examples", _listed(f"*{each.expect.replace('_', ' ')}*: {each.title}" for each in text.examples)]
    lines += ["## Ask", f"> {text.ask}", "## Limits", _listed(text.limits)]
    if text.expected:
        lines += [
            "## Meant so",
            _listed(f"{expected_in_words(each)}. {each.because.strip()}" for each in text.expected),
        ]
    lines += ["## Sources", _listed(_citation(base, each, up) for each in text.citations)]
    lines += ["## Where it holds", _traditions(base, rule), "## History", *_history(rule, history)]
    lines.append(f"[All rules]({up})")
    return "\n\n".join(lines) + "\n"


def _when(rule: CompiledRule[Any]) -> Iterator[str]:
    for scope, words in conditions_in_words(rule):
        of = "" if scope == CASE else f"For each of the {scope}: "
        yield f"{of}{words}."
    trees = dict.fromkeys("\n".join(_tree(condition, 0)) for condition in rule.conditions.values())
    if any("\n" in tree for tree in trees):
        yield "As a tree:"
        yield from trees


def _tree(condition: Condition, depth: int) -> Iterator[str]:
    """A condition as a nested list; `never` stands for a test of a field that a list does not have."""
    lead = "    " * depth + "- "
    match condition:
        case Within(wording=wording) | Among(wording=wording):
            yield f"{lead}{wording}"
        case All(parts):
            yield f"{lead}all of"
            for part in parts:
                yield from _tree(part, depth + 1)
        case Some(()):
            yield f"{lead}never"
        case Some(parts):
            yield f"{lead}any of"
            for part in parts:
                yield from _tree(part, depth + 1)
        case Not(part):
            yield f"{lead}not"
            yield from _tree(part, depth + 1)
        case Named(name=name, title=title, part=part):
            yield f"{lead}{title} (`{name}`)"
            yield from _tree(part, depth + 1)
        case AtLeast(name, count, where):
            yield f"{lead}at least {count} of the {name}, each with"
            yield from _tree(where, depth + 1)
        case _:
            raise NoWords(f"{type(condition).__name__}: docs/rule_pages.py does not know this condition")


def _parameters(base: RuleBase, rule: CompiledRule[Any], up: str) -> Iterator[str]:
    used = [(name, base.parameters[name[1:]]) for name in sorted(rule.uses) if name.startswith("$")]
    lines = []
    for name, each in used:
        value = ", ".join(each.value) if isinstance(each.value, list) else str(each.value)
        assumed = "; *assumption*" if each.assumption else ""
        lines.append(f"`{name}`: {each.title}, {value} ({each.unit}{assumed})")
    if lines:
        yield f"With these [parameters]({up}#parameters):"
        yield _listed(lines)


def _conclusion(rule: CompiledRule[Any]) -> str:
    words = f"{conclusion_in_words(rule)[:1].upper()}{conclusion_in_words(rule)[1:]}".rstrip(".")
    match rule.text.then:
        case SafetyConclusion(actions=actions, holds_focus=holds):
            waits = " Work on a focus waits for it." if holds else ""
            return f"{words}. {' '.join(actions)}{waits}"
    return f"{words}."


def _citation(base: RuleBase, citation: Citation, up: str) -> str:
    if citation.key in base.manifest.assumption_keys:
        return f"*assumption*: {citation.locator}"
    source = base.bibliography[citation.key]
    reference = f"{source.authors} ({source.year or 'n.d.'}). {source.title}"
    read = source.read.replace("_", " ")
    return f"[{citation.key}]({up}#{citation.key}): {reference}. {citation.locator}; supports: {citation.supports}; read: {read}"


def _traditions(base: RuleBase, rule: CompiledRule[Any]) -> str:
    holding = [each for each in base.traditions if rule.id in base.for_tradition(each).rules]
    if len(holding) == len(base.traditions):
        return "In every tradition."
    return f"In {', '.join(f'`{each}`' for each in holding)}." if holding else "In no tradition."


def _history(rule: CompiledRule[Any], history: list[str]) -> Iterator[str]:
    yield f"Version {rule.text.version}, {rule.text.status}."
    if told := [line.removeprefix("- ") for line in history if line.startswith("- ") and rule.id in line]:
        yield _listed(told)


def _listed(lines: Iterator[str] | tuple[str, ...] | list[str]) -> str:
    return "\n".join(f"- {each}" for each in lines)
