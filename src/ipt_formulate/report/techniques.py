"""The section on techniques: what can be used now, with whom not, and why not yet; and one card for people to read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ipt_formulate.formulation.advised import GateReason, TechniqueAdvice
from ipt_formulate.formulation.wording import listed
from ipt_formulate.report.rules import citation_in_words
from ipt_formulate.report.section import BASIS, Line, Section
from ipt_formulate.rulebase.references import ALL_FOCUS_WORK
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.rulebase.texts import Technique
from ipt_formulate.vocabulary import Gate

STATUS_WORDS: Final = {
    Gate.OFFERED: "Now",
    Gate.CAUTION: "With caution",
    Gate.HELD_UNTIL_AGREED: "Held until the client agrees to a focus",
    Gate.HELD_UNTIL_ASKED: "Held until asked",
    Gate.BLOCKED: "Blocked",
}
"""Whether a technique can be used now, from free to barred."""
_SEVERITY: Final = {gate: index for index, gate in enumerate(Gate)}


def technique_lines(advised: tuple[TechniqueAdvice, ...]) -> Iterator[Line]:
    """The techniques by what can be done with them now, each with what stands before it."""
    for gate, words in STATUS_WORDS.items():
        of_gate = [each for each in advised if each.status is gate]
        if of_gate:
            yield (0, "", f"{words}:")
            for each in of_gate:
                yield (1, "+" if gate is Gate.OFFERED else "-", _technique(each))
                if gate.usable_now:
                    yield from ((2, "!", reason) for reason in of_people(each))
            yield from _reasons(of_gate)
    if advised:
        example = advised[0].technique
        yield (0, "", f"How each is done, step by step: ipt-formulate technique ID, such as {example}.")


def _technique(advised: TechniqueAdvice) -> str:
    fit = ", fit is an assumption" if advised.fit_is_assumption else ""
    return f"{advised.title}. {advised.purpose} [{advised.technique}{fit}]"


def _reasons(of_gate: list[TechniqueAdvice]) -> Iterator[Line]:
    """What stands before these techniques, each reason once, under the techniques it is a reason for."""
    for_each: dict[str, list[str]] = {}
    for each in of_gate:
        in_people = () if each.status.usable_now else of_people(each)
        for reason in dict.fromkeys([*map(reason_in_words, each.reasons), *in_people]):
            for_each.setdefault(reason, []).append(each.title)
    together: dict[tuple[str, ...], list[str]] = {}
    for reason, titles in for_each.items():
        together.setdefault(tuple(titles), []).append(reason)
    for techniques, reasons in together.items():
        yield (1, "", f"{'All of them' if len(techniques) == len(of_gate) > 1 else listed(techniques)}:")
        yield from ((2, "-", reason) for reason in reasons)


def reason_in_words(reason: GateReason, lead: str = "With") -> str:
    """Why a technique waits or needs care, with the people it lies in and the rule."""
    source = f" [{reason.rule}{BASIS[reason.assumption]}]" if reason.rule else ""
    words = reason.sentence
    if reason.people:
        words = f"{lead} {listed(list(dict.fromkeys(reason.people)))}: {words[:1].lower()}{words[1:]}"
    return f"{words}{source}"


def of_people(advised: TechniqueAdvice) -> Iterator[str]:
    """What lies in people and is not among the technique's own reasons: with whom not, not yet, or with care."""
    told = {(each.sentence, name) for each in advised.reasons for name in each.people}
    found: dict[tuple[str, GateReason], list[str]] = {}
    for person in advised.people:
        for reason in person.reasons:
            if (reason.sentence, person.name) not in told:
                found.setdefault((_with(advised.status, person.status), reason), []).append(person.name)
    for (lead, reason), names in found.items():
        yield reason_in_words(reason.model_copy(update={"people": tuple(names)}), lead)


def _with(technique: Gate, person: Gate) -> str:
    if _SEVERITY[person] <= _SEVERITY[technique]:
        return "With"
    return {Gate.BLOCKED: "Not with", Gate.CAUTION: "With caution with"}.get(person, "Not yet with")


def card_to_plain(card: Technique) -> dict[str, Any]:
    """A card as dictionaries and lists, as its file has it."""
    plain: dict[str, Any] = card.model_dump(mode="json", by_alias=True)
    return plain


def card_to_text(base: RuleBase, card: Technique) -> str:
    """A card as text: when, when not, how, limits and sources, with what is assumed marked as such."""
    held_by = {card.id, ALL_FOCUS_WORK} if card.needs_agreement else {card.id}
    gates = [rule for rule in base.gates if held_by & set(rule.then.techniques)]
    indications = [rule for rule in base.stages if rule.then.indicates == card.id]
    fits = [f"{area.replace('_', ' ')} ({fit})" for area, fit in card.fit.items()]
    agreement = "Waits for the client's agreement to a focus." if card.needs_agreement else "Needs no agreement."
    person = " About one person: look at safety with this person first." if card.concerns_person else ""
    steps = [(0, f"{number}.", f"{step.do}{_mark(step.basis)}") for number, step in enumerate(card.steps, start=1)]
    parts = (
        Section(card.title, ((0, "", f"{card.purpose} [{card.id}]"),)),
        Section(
            "When",
            (
                (0, "", card.indication),
                (0, "", f"{agreement}{person}"),
                *((0, "-", f"Listed only where: {rule.text.title} [{rule.id}]") for rule in indications),
            ),
        ),
        Section(
            "Hold back",
            (
                *((0, "-", each) for each in card.hold_back),
                *((0, "-", f"{rule.then.gate.capitalize()}: {rule.text.title} [{rule.id}]") for rule in gates),
            ),
        ),
        Section("Aim", ((0, "", card.aim),)),
        Section("Stance", ((0, "", card.stance),)),
        Section("Steps", tuple(steps)),
        Section("Fits", ((0, "", f"{', '.join(fits)}.{_mark(card.fit_basis)} Phases: {', '.join(card.phases)}."),)),
        Section("Limits", tuple((0, "-", each) for each in card.limits)),
        Section("Sources", tuple((0, "-", citation_in_words(base, each)) for each in card.citations)),
        Section("What this is", ((0, "", _REMINDER),)),
    )
    return "\n\n".join(part.plain() for part in parts) + "\n"


def _mark(basis: str) -> str:
    return " (assumption)" if basis == "assumption" else ""


_REMINDER: Final = (
    "A reminder for trained therapists. It replaces no training, no supervision and no manual. What is marked as an "
    "assumption stands in no source that was read."
)
