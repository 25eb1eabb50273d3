"""Decision files: a case, and what must come out of it; read alike by tests and by mutation testing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ipt_formulate.formulation.contents import AreaChoice
from ipt_formulate.formulation.model import Formulation

PARTS: Final = frozenset({"title", "row", "case", "expect"})
"""What every decision file holds; ``tradition`` may stand beside it."""
EXPECTATIONS: Final = frozenset(
    {
        *("focus", "areas", "only_areas", "techniques", "people", "no_techniques", "client"),
        *("advice", "modifiers", "subtypes", "flags", "holds", "asks", "no_advice", "no_modifiers", "no_subtypes"),
        *("says", "never_says", "no_early_words"),
    }
)
"""All that a decision file may expect."""
_NOT_BEFORE_THE_TIME: Final = re.compile(r"prolonged|disorder", re.IGNORECASE)
_AT_LEAST: Final = ("advice", "modifiers", "subtypes", "flags", "holds", "asks")
_NONE_OF: Final = {"no_advice": "advice", "no_modifiers": "modifiers", "no_subtypes": "subtypes"}


def departures(expected: Mapping[str, Any], formulation: Formulation) -> Iterator[str]:
    """Where a formulation departs from what a decision file expects, one part of it at a time.

    Args:
        expected: what stands under ``expect``.
        formulation: the formulation of its case in its tradition.
    """
    for part in ("focus", "areas", "techniques", "people"):
        yield from _unlike(part, expected.get(part, {}), lambda part=part: _observed(part, formulation))
    if "only_areas" in expected and set(expected["only_areas"]) != {str(each) for each in formulation.areas}:
        yield "only_areas"
    for part in _AT_LEAST:
        if part in expected and not set(expected[part]) <= _rules(part, formulation):
            yield part
    for part, of in _NONE_OF.items():
        if part in expected and set(expected[part]) & _rules(of, formulation):
            yield part
    if set(expected.get("no_techniques", ())) & {each.technique for each in formulation.techniques}:
        yield "no_techniques"
    yield from _of_words(expected, formulation)
    if "client" in expected and _client(formulation) != expected["client"]:
        yield "client"


def _unlike(part: str, expected: Mapping[str, Any], observe: Any) -> Iterator[str]:
    if expected:
        observed = observe()
        for name, value in expected.items():
            found = observed.get(name)
            if isinstance(value, Mapping) and isinstance(found, Mapping):
                found = {each: found.get(each) for each in value}
            if found != value:
                yield f"{part}.{name}"


def _observed(part: str, formulation: Formulation) -> Mapping[str, Any]:
    match part:
        case "focus":
            return _focus(formulation)
        case "areas":
            return {str(area): str(found.status) for area, found in formulation.areas.items()}
        case "techniques":
            return {each.technique: str(each.status) for each in formulation.techniques}
    return {each.technique: {one.person: str(one.status) for one in each.people} for each in formulation.techniques}


def _focus(formulation: Formulation) -> Mapping[str, Any]:
    focus = formulation.focus
    return {
        "status": focus.status.value,
        "reason": focus.reason.value,
        "primary": focus.primary.area.value if focus.primary else None,
        "secondary": focus.secondary.area.value if focus.secondary else None,
        "tied": _areas(focus.tied),
        "leading": _areas(focus.leading),
        "also_possible": _areas(focus.also_possible),
        "possible": _areas(focus.possible),
        "residual_candidate": focus.residual_candidate is not None,
    }


def _areas(choices: tuple[AreaChoice, ...]) -> list[str]:
    return sorted({choice.area.value for choice in choices})


def _rules(part: str, formulation: Formulation) -> set[str]:
    candidates = [one for area in formulation.areas.values() for one in area.candidates]
    match part:
        case "advice":
            return {each.rule for each in formulation.advice}
        case "modifiers":
            return {each.modifier for each in formulation.modifiers}
        case "subtypes":
            return {each.rule for one in candidates for each in one.subtypes}
        case "flags":
            return {flag.rule for flag in formulation.safety.flags}
        case "holds":
            return set(formulation.focus.holds)
    return {item.rule for one in candidates for item in one.unknown} | {each.rule for each in formulation.questions}


def _of_words(expected: Mapping[str, Any], formulation: Formulation) -> Iterator[str]:
    if "says" in expected or "never_says" in expected:
        words = formulation.model_dump_json()
        yield from (f"says: {each}" for each in expected.get("says", ()) if each not in words)
        yield from (f"never_says: {each}" for each in expected.get("never_says", ()) if each in words)
    if expected.get("no_early_words"):
        said = [each.advice + each.about for each in formulation.advice]
        said += [
            each.sentence for area in formulation.areas.values() for one in area.candidates for each in one.subtypes
        ]
        if any(_NOT_BEFORE_THE_TIME.search(each) for each in said):
            yield "no_early_words"


def _client(formulation: Formulation) -> Mapping[str, Any]:
    client = formulation.focus.client
    if client is None:
        return {}
    return {
        "chosen": client.chosen and client.chosen.value,
        "recorded_facts": client.recorded_facts and client.recorded_facts.value,
    }
