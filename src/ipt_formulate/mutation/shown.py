"""What a formulation shows, flat, so that two can be compared and the parts that differ be named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, TypeAlias

from ipt_formulate.api import formulation_from
from ipt_formulate.case.case import Case
from ipt_formulate.evaluation import reference
from ipt_formulate.formulation.advised import PersonGate, TechniqueAdvice
from ipt_formulate.formulation.contents import AreaChoice, CandidateFinding
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.formulation.settings import Settings
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.vocabulary import EngineName

Shown: TypeAlias = dict[str, str]
_SETTINGS = Settings()


def formulated(base: RuleBase, case: Case) -> Formulation:
    """The formulation by a rule base as it stands, as a tradition uses it; the library's safety rules are not put in."""
    return formulation_from(base, case, reference.derive(base, case.lowered), EngineName.REFERENCE, _SETTINGS)


def shown(formulation: Formulation) -> Shown:
    """What a formulation concludes, by the name of each part; sentences are left out."""
    return {name: str(value) for name, value in _parts(formulation)}


def _parts(formulation: Formulation) -> Iterator[tuple[str, Any]]:
    focus = formulation.focus
    yield "focus", focus.status
    yield "focus reason", focus.reason
    for name in ("primary", "secondary", "residual_candidate"):
        choice = getattr(focus, name)
        yield f"focus {name.removesuffix('_candidate')}", _choices(() if choice is None else (choice,))
    for name in ("leading", "also_possible", "tied", "possible"):
        yield f"focus {name.replace('_', ' ')}", _choices(getattr(focus, name))
    yield "focus waits for", _listed(focus.holds)
    for area, found in formulation.areas.items():
        yield f"area {area}", found.status
        for one in found.candidates:
            yield from _of_candidate(f"{area} {one.candidate.id}", one)
    for flag in formulation.safety.flags:
        yield f"flag {flag.rule}", f"{flag.urgency}{', the focus waits' if flag.holds_focus else ''}"
    yield "not yet asked", _listed(formulation.safety.not_yet_asked)
    for technique in formulation.techniques:
        yield f"technique {technique.technique}", _gated(technique)
        for person in technique.people:
            yield f"technique {technique.technique} for {person.person}", _gated(person)
    for advice, times in Counter((each.rule, each.kind) for each in formulation.advice).items():
        yield f"advice {advice[0]}", f"{advice[1]}, {times} of it"
    for modifier in formulation.modifiers:
        yield f"modifier {modifier.rule}", modifier.modifier
    for place, score in enumerate(formulation.scores):
        yield f"score {place + 1} {score.instrument}", f"{score.band}, prorated {score.prorated}"


def _of_candidate(name: str, one: CandidateFinding) -> Iterator[tuple[str, Any]]:
    yield name, one.status
    for item in (*one.evidence_for, *one.evidence_against, *one.unknown):
        yield f"{name} {item.rule}", f"{item.kind}, {item.verdict}"
    for subtype in one.subtypes:
        yield f"{name} {subtype.rule}", subtype.subtype
    for step, verdict in one.steps.items():
        yield f"{name} {step}", verdict


def _gated(told: TechniqueAdvice | PersonGate) -> str:
    rules = [each.rule for each in told.reasons if each.rule]
    return f"{told.status}{' by ' if rules else ''}{', '.join(rules)}"


def _choices(choices: tuple[AreaChoice, ...]) -> str:
    return _listed(f"{each.area}: {', '.join(one.id for one in each.candidates)}" for each in choices)


def _listed(words: Any) -> str:
    return "; ".join(words) or "none"
