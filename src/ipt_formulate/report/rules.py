"""One rule for people to read, and as plain data."""

from __future__ import annotations

from typing import Any

from ipt_formulate.report.text import Section
from ipt_formulate.rulebase.conditions import in_words
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase
from ipt_formulate.rulebase.texts import (
    AreaConclusion,
    GateConclusion,
    SafetyConclusion,
    StageConclusion,
    StepConclusion,
)


def rule_to_plain(rule: CompiledRule[Any]) -> dict[str, Any]:
    """The rule as dictionaries and lists, as its file has it."""
    plain: dict[str, Any] = rule.text.model_dump(mode="json", by_alias=True)
    return plain


def rule_to_text(base: RuleBase, rule: CompiledRule[Any]) -> str:
    """The rule as text: claim, why, when, examples, ask, limits, and the sources with what was read of them."""
    text = rule.text
    sources = []
    for citation in text.citations:
        source = base.bibliography[citation.key]
        sources.append(
            f"{source.authors} ({source.year or 'n.d.'}). {source.title}. {citation.locator}; supports: {citation.supports}; read: {source.read.replace('_', ' ')}"
        )
    condition = in_words(next(iter(rule.conditions.values())))
    parameters = [
        f"{name}: {base.parameters[name[1:]].title} = {base.parameters[name[1:]].value}"
        for name in sorted(rule.uses)
        if name.startswith("$")
    ]
    parts = (
        Section(f"{rule.id} {text.version} ({text.status})", ((0, "", text.title),)),
        Section("Why", ((0, "", text.rationale.strip()),)),
        Section(
            f"When, for each of {text.for_each}" if text.for_each != "case" else "When",
            ((0, "", condition), *((1, "", each) for each in parameters)),
        ),
        Section("Then", ((0, "", conclusion_in_words(rule)),)),
        Section(
            "Examples", tuple((0, "-", f"{each.expect.replace('_', ' ')}: {each.title}") for each in text.examples)
        ),
        Section("Ask", ((0, "", text.ask),)),
        Section("Limits", tuple((0, "-", each) for each in text.limits)),
        Section("Sources", tuple((0, "-", each) for each in sources)),
    )
    return "\n\n".join(part.plain() for part in parts) + "\n"


def conclusion_in_words(rule: CompiledRule[Any]) -> str:
    """What a rule concludes, in a phrase."""
    match rule.text.then:
        case AreaConclusion(area=area, kind=kind):
            return (
                f"{kind} for {area.replace('_', ' ')}"
                if kind not in ("against", "excludes")
                else f"{kind} {area.replace('_', ' ')}"
            )
        case SafetyConclusion(flag=flag, urgency=urgency):
            return f"red flag ({urgency.replace('_', ' ')}): {flag}"
        case StepConclusion(step=step):
            return f"step {step} of selection"
        case GateConclusion(gate=gate, techniques=techniques, reason=reason):
            return f"{gate} {', '.join(techniques)}: {reason}"
        case StageConclusion(indicates=technique):
            return f"indicates {technique}"
