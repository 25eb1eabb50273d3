"""The page of techniques: each card as it is used in a session, with its assumptions marked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pages import MADE_BY, NoWords, table

from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.rulebase.references import ALL_FOCUS_WORK
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase
from ipt_formulate.rulebase.texts import Citation, Technique
from ipt_formulate.vocabulary import Phase

PHASES = {
    Phase.INITIAL: "In the initial phase",
    Phase.MIDDLE: "In the middle phase",
    Phase.TERMINATION: "In the termination phase",
    Phase.MAINTENANCE: "In maintenance",
}


def techniques_page() -> str:
    """Every technique by the first phase it belongs to: when, when not, how, and what that rests on."""
    base = shipped_rulebase()
    lines = [
        "# The techniques",
        MADE_BY,
        f"Rule base `{base.manifest.name}` {base.manifest.version}: {len(base.techniques)} techniques. They are ranked "
        "for an area, never exclusive: no source that was read ties a technique to one area alone.",
        "What is marked *(assumption)* stands in no source that was read, and is open to clinical review. A card is a "
        "reminder for trained therapists. It does not replace training, supervision or the printed manuals. "
        "`ipt-formulate technique ID` prints one.",
        "Every technique that waits for agreement is work on a focus. Besides what its card says, it is held back by "
        "safety rules for which work on a focus waits, and by these rules:",
        _points(*_gates(base, ALL_FOCUS_WORK)),
    ]
    for phase, cards in _by_phase(base).items():
        lines += [f"## {PHASES[phase]}", *(part for card in cards for part in _card(base, card))]
    return "\n\n".join(lines) + "\n"


def _by_phase(base: RuleBase) -> dict[Phase, list[Technique]]:
    if unknown := set(Phase) - set(PHASES):
        raise NoWords(f"{', '.join(sorted(unknown))}: docs/techniques_page.py has no heading for this phase")
    cards = sorted(base.techniques.values(), key=lambda card: (card.rank, card.id))
    found = {phase: [card for card in cards if card.phases[0] is phase] for phase in PHASES}
    return {phase: of_phase for phase, of_phase in found.items() if of_phase}


def _card(base: RuleBase, card: Technique) -> Iterator[str]:
    yield f"### {card.title} {{: #{card.id} }}"
    yield card.purpose
    yield _points(
        f"**When:** {card.indication}",
        f"**Aim:** {card.aim}",
        f"**Stance:** {card.stance}",
        f"**Phases:** {', '.join(card.phases)}",
        "**Agreement:** " + ("waits for the client's agreement to a focus" if card.needs_agreement else "not needed"),
        *(["**About one person:** look at safety with this person first"] if card.concerns_person else []),
        *([f"**Listed only where:** {_indications(base, card)}"] if card.indicated_only else []),
    )
    yield "**Hold back**"
    yield _points(*card.hold_back, *_gates(base, card.id))
    yield "**Steps**"
    yield "\n".join(f"{number}. {step.do}{_mark(step.basis)}" for number, step in enumerate(card.steps, start=1))
    rows = [(area.replace("_", " "), str(fit)) for area, fit in card.fit.items()]
    yield f"**Fit**{_mark(card.fit_basis)}"
    yield table(("area", "fit"), *rows)
    yield "**Limits**"
    yield _points(*card.limits)
    yield "**Sources**"
    yield _points(*(_citation(base, each) for each in card.citations))


def _points(*texts: str) -> str:
    return "\n".join(f"- {text}" for text in texts)


def _mark(basis: str) -> str:
    return " *(assumption)*" if basis == "assumption" else ""


def _indications(base: RuleBase, card: Technique) -> str:
    rules = [rule for rule in base.stages if rule.then.indicates == card.id]
    return "; ".join(f"{_small(rule.text.title)} ({_link(rule)})" for rule in rules)


def _gates(base: RuleBase, name: str) -> Iterator[str]:
    for rule in base.gates:
        if name in rule.then.techniques:
            yield f"{rule.then.gate.capitalize()} by rule {_link(rule)}: {_small(rule.text.title)}."


def _small(title: str) -> str:
    return title[:1].lower() + title[1:]


def _link(rule: CompiledRule[Any]) -> str:
    page = f"rules/{rule.source.partition(':')[0].removesuffix('.yaml')}.md"
    return f"[{rule.id}]({page})"


def _citation(base: RuleBase, citation: Citation) -> str:
    if citation.key in base.manifest.assumption_keys:
        return f"*assumption*: {citation.locator}"
    read = base.bibliography[citation.key].read.replace("_", " ")
    return f"[{citation.key}](rules.md#{citation.key}), {citation.locator}; read: {read}"
