"""One rule for people to read, and as plain data."""

from __future__ import annotations

from typing import Any

from ipt_formulate.report.section import Line, Section
from ipt_formulate.rulebase import texts
from ipt_formulate.rulebase.conditions import All, Condition, Some, in_words
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase
from ipt_formulate.vocabulary import Evidence


def rule_to_plain(rule: CompiledRule[Any]) -> dict[str, Any]:
    """The rule as dictionaries and lists, as its file has it."""
    plain: dict[str, Any] = rule.text.model_dump(mode="json", by_alias=True)
    return plain


def rule_to_text(base: RuleBase, rule: CompiledRule[Any]) -> str:
    """The rule as text: claim, why, when, examples, ask, limits, and the sources with what was read of them."""
    text = rule.text
    sources = [citation_in_words(base, citation) for citation in text.citations]
    parameters = parameters_in_words(base, rule)
    told = conditions_in_words(rule)
    conditions: list[Line] = [(0, "", words if len(told) == 1 else f"{scopes}: {words}") for scopes, words in told]
    parts = (
        Section(f"{rule.id} {text.version} ({text.status})", ((0, "", text.title),)),
        Section("Why", ((0, "", text.rationale.strip()),)),
        Section(
            f"When, for each of {text.for_each}" if text.for_each != "case" else "When",
            (*conditions, *((1, "", each) for each in parameters)),
        ),
        Section("Then", ((0, "", conclusion_in_words(rule)),)),
        Section(
            "Examples", tuple((0, "-", f"{each.expect.replace('_', ' ')}: {each.title}") for each in text.examples)
        ),
        Section("Ask", ((0, "", text.ask),)),
        Section("Limits", tuple((0, "-", each) for each in text.limits)),
        *(
            [
                Section(
                    "Meant so", tuple((0, "-", f"{expected_in_words(e)}. {e.because.strip()}") for e in text.expected)
                )
            ]
            if text.expected
            else []
        ),
        Section("Sources", tuple((0, "-", each) for each in sources)),
    )
    return "\n\n".join(part.plain() for part in parts) + "\n"


def parameters_in_words(base: RuleBase, rule: CompiledRule[Any]) -> list[str]:
    """The parameters that a rule reads or prints, each with what it is and its value."""
    named = [name for name in sorted(rule.uses) if name.startswith("$")]
    return [f"{name}: {base.parameters[name[1:]].title} = {base.parameters[name[1:]].value}" for name in named]


def expected_in_words(expected: texts.Expected) -> str:
    """What may be found of a rule, in a phrase."""
    of = expected.of.replace("_", " ")
    match expected.found:
        case "always_met" | "never_met":
            return f"{expected.found.replace('_', ' ').capitalize()} of a candidate that supports {of}"
        case "never_counts":
            return f"Never met of a candidate that supports {of}"
        case "implied":
            return f"Met only where {expected.of} is"
        case "single_fact":
            return f"Hangs on a single fact, {expected.of}"


def citation_in_words(base: RuleBase, citation: texts.Citation) -> str:
    """What is cited, the place in it, what it supports, and how much of it was read; or that it is an assumption."""
    if citation.key in base.manifest.assumption_keys:
        return f"assumption: {citation.locator}"
    source = base.bibliography[citation.key]
    reference = f"{source.authors} ({source.year or 'n.d.'}). {source.title}. {citation.locator}"
    return f"{reference}; supports: {citation.supports}; read: {source.read.replace('_', ' ')}"


def conditions_in_words(rule: CompiledRule[Any]) -> list[tuple[str, str]]:
    """The lists a rule is about, each with its condition in words; lists with the same words together."""
    found: dict[str, list[str]] = {}
    for scope, condition in rule.conditions.items():
        found.setdefault(without_brackets(condition), []).append(scope)
    return [(" and ".join(scopes), words) for words, scopes in found.items()]


def without_brackets(condition: Condition) -> str:
    """A condition in words, without the brackets around the whole."""
    words = in_words(condition)
    return words[1:-1] if isinstance(condition, (All, Some)) and words.startswith("(") else words


def conclusion_in_words(rule: CompiledRule[Any]) -> str:
    """What a rule concludes, in a phrase."""
    match rule.text.then:
        case texts.AreaConclusion(area=area, kind=kind, routes=routes, frame=frame):
            of = "" if kind in (Evidence.AGAINST, Evidence.EXCLUDES) else "for "
            along = f", on the route {' and '.join(routes).replace('_', ' ')}" if routes else ""
            only = ", which only says that a candidate exists" if frame else ""
            return f"{kind} {of}{area.replace('_', ' ')}{along}{only}"
        case texts.SafetyConclusion(flag=flag, urgency=urgency):
            return f"red flag ({urgency.replace('_', ' ')}): {flag}"
        case texts.StepConclusion(step=step):
            return f"step {step} of selection"
        case texts.GateConclusion(gate=gate, techniques=techniques, reason=reason):
            return f"{gate} {', '.join(techniques)}: {reason}"
        case texts.SubtypeConclusion(subtype=subtype, of=of_area):
            return f"subtype of {of_area.replace('_', ' ')}: {subtype.replace('_', ' ')}"
        case texts.ModifierConclusion(modifier=modifier):
            return f"modifier: {modifier.replace('_', ' ')}"
        case texts.AdviceConclusion(advice=advice, kind=advised):
            return f"{advised}: {advice}"
        case texts.StageConclusion(indicates=technique):
            return f"indicates {technique}"
