"""Where the schools differ on a case, and which named rule or declared area makes the difference."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, TypeAlias

from ipt_formulate.case.case import Case
from ipt_formulate.errors import UnknownName
from ipt_formulate.reasoning.outcomes import (
    Cause,
    Difference,
    Outcome,
    differing,
    outcome,
    responsible,
    shown,
    usable,
)
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.rulebase.texts import Tradition

DEFAULT: Final = "weissman"
Switch: TypeAlias = tuple[Literal["rule", "area", "modifier"], str, bool]
"""What a school does otherwise than the default: a kind, a name, and whether it is on in the school."""


@dataclass(frozen=True, slots=True)
class School:
    """What one tradition makes of a case.

    Attributes:
        tradition: its id.
        title: its name.
        focus: the focus in a phrase.
        areas: the status of each of its areas.
        safety: the ids of the safety rules that are met; the same in every tradition.
        differences: what comes out otherwise than in the default tradition, and why.
    """

    tradition: str
    title: str
    focus: str
    areas: dict[str, str]
    safety: tuple[str, ...]
    differences: tuple[Difference, ...]


def compare_schools(base: RuleBase, case: Case, *, default: str = DEFAULT) -> tuple[School, ...]:
    """What each tradition makes of a case, the default first.

    A rule makes a difference if switching it back, alone, to what it is in the default tradition brings back what
    comes out there.

    Args:
        base: the whole rule base.
        case: the case.
        default: the tradition the others are compared with.

    Raises:
        UnknownName: there is no tradition of that name.
    """
    if default not in base.traditions:
        raise UnknownName(f"there is no tradition of that name; there are: {', '.join(base.traditions)}")
    names = [default, *(name for name in base.traditions if name != default)]
    common = outcome(base.for_tradition(default), case)
    return tuple(_school(base, case, base.traditions[name], base.traditions[default], common) for name in names)


def switches(base: RuleBase, here: Tradition, default: Tradition) -> Iterator[Switch]:
    """What a tradition does otherwise than the default: areas and modifiers it declares, rules it switches."""
    for area in base.areas:
        if (area in here.areas) != (area in default.areas):
            yield "area", area, area in here.areas
    for modifier in dict.fromkeys((*default.modifiers, *here.modifiers)):
        if (modifier in here.modifiers) != (modifier in default.modifiers):
            yield "modifier", modifier, modifier in here.modifiers
    for rule in base.rules.values():
        states = [_is_on(tradition, rule.id, rule.text.default == "on") for tradition in (here, default)]
        if states[0] != states[1]:
            yield "rule", rule.id, states[0]


def switched_back(tradition: Tradition, picked: Collection[Switch]) -> Tradition:
    """The tradition with some of its switches as the default has them."""
    areas, modifiers = list(tradition.areas), list(tradition.modifiers)
    off, on = list(tradition.off), list(tradition.on)
    for kind, name, is_on in picked:
        listed: list[str] = off
        if kind == "rule":
            off, on = [each for each in off if each != name], [each for each in on if each != name]
            (off if is_on else on).append(name)
            continue
        listed = areas if kind == "area" else modifiers  # type: ignore[assignment]
        if is_on:
            listed.remove(name)
        else:
            listed.append(name)
    return tradition.model_copy(
        update={"areas": tuple(areas), "modifiers": tuple(modifiers), "off": tuple(off), "on": tuple(on)}
    )


def _school(base: RuleBase, case: Case, here: Tradition, default: Tradition, common: Outcome) -> School:
    own = outcome(base.for_tradition(here.id), case)
    possible = tuple(switches(base, here, default))

    @cache
    def after(picked: tuple[Switch, ...]) -> Outcome | None:
        variant = usable(base.using(switched_back(here, picked)), here.id)
        return None if variant is None else outcome(variant, case)

    differences = []
    for about in differing(common, own):
        found, together = responsible(about, common.get(about), possible, after)
        causes = tuple(_cause(base, each) for each in found)
        differences.append(
            Difference(about, shown(about, common.get(about)), shown(about, own.get(about)), causes, together)
        )
    return School(
        tradition=here.id,
        title=here.title,
        focus=own["focus"],
        areas={about.removeprefix("area "): status for about, status in own.items() if about.startswith("area ")},
        safety=tuple(about.removeprefix("safety ") for about in own if about.startswith("safety ")),
        differences=tuple(differences),
    )


def _cause(base: RuleBase, switch: Switch) -> Cause:
    kind, name, is_on = switch
    if kind == "rule":
        return Cause(name, "on here" if is_on else "off here", base.rules[name].text.title)
    words = name.replace("_", " ")
    if kind == "modifier":
        return Cause(name, "named here" if is_on else "not named here", f"The modifier {words}")
    return Cause(name, "an area here" if is_on else "no area here", f"The area {words}")


def _is_on(tradition: Tradition, rule_id: str, by_default: bool) -> bool:
    return rule_id not in tradition.off and (by_default or rule_id in tradition.on)
