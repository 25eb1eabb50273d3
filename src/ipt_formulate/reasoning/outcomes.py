"""What comes out for a case, aspect by aspect, and which of several switches a difference hangs on."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, TypeAlias, TypeVar

from ipt_formulate.case.case import Case
from ipt_formulate.evaluation import reference
from ipt_formulate.evaluation.findings import Findings
from ipt_formulate.formulation.build import build
from ipt_formulate.formulation.contents import AreaChoice, Focus
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.formulation.settings import Settings
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.vocabulary import EngineName, FocusStatus

Outcome: TypeAlias = Mapping[str, str]
"""What comes out, by what it is about: ``focus``, ``area grief``, ``modifier isolation``, and so on."""
_LARGEST_SET: Final = 2
_SETTINGS: Final = Settings(questions=1)
S = TypeVar("S", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Cause:
    """What a difference hangs on.

    Attributes:
        id: the rule, parameter, area or whatever else was switched or changed.
        change: what was done to it, in words.
        title: what it says.
    """

    id: str
    change: str
    title: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One aspect that comes out in two ways.

    Attributes:
        about: the aspect.
        before: how it comes out on the side that is compared with.
        now: how it comes out on this side.
        causes: what makes the difference.
        together: True where the causes make it only together; otherwise each does so by itself.
    """

    about: str
    before: str
    now: str
    causes: tuple[Cause, ...]
    together: bool


def outcome(base: RuleBase, case: Case, *, techniques: bool = False) -> Outcome:
    """What comes out for a case.

    Args:
        base: the rule base of a tradition.
        case: the case.
        techniques: whether each technique's status is an aspect too.
    """
    return outcome_of(base, reference.derive(base, case.lowered), case, techniques=techniques)


def outcome_of(base: RuleBase, findings: Findings, case: Case, *, techniques: bool = False) -> Outcome:
    """What comes out for a case of which the findings are at hand; `outcome` says what the rest is."""
    formulation = build(base, findings, case, EngineName.REFERENCE, _SETTINGS)
    found = {"focus": focus_in_words(formulation.focus)}
    found |= {f"safety {flag.rule}": flag.urgency.replace("_", " ") for flag in formulation.safety.flags}
    found |= {f"area {_words(area)}": _words(each.status) for area, each in formulation.areas.items()}
    found |= {f"modifier {_words(each.modifier)}": each.sentence for each in formulation.modifiers}
    found |= {f"advice {each.rule}: {each.about.rstrip('.')}": each.advice for each in formulation.advice}
    found |= _subtypes(formulation)
    if techniques:
        found |= {f"technique {_words(each.technique)}": _words(each.status) for each in formulation.techniques}
    return found


def focus_in_words(focus: Focus) -> str:
    """The focus in a phrase: its status, and the areas it names."""
    status = _words(focus.status)
    named = (focus.primary,) if focus.primary else focus.tied or focus.leading
    if not named:
        return status
    second = f", second {_choice(focus.secondary)}" if focus.secondary else ""
    joined = " and ".join(_choice(each) for each in named)
    return f"{status}{', first' if focus.status is FocusStatus.PROVISIONAL else ''}: {joined}{second}"


def differing(before: Outcome, now: Outcome) -> list[str]:
    """The aspects that come out in two ways, in their order."""
    return [about for about in dict.fromkeys((*before, *now)) if before.get(about) != now.get(about)]


def responsible(
    about: str, wanted: str | None, switches: Sequence[S], after: Callable[[tuple[S, ...]], Outcome | None]
) -> tuple[tuple[S, ...], bool]:
    """The switches that bring an aspect to what is wanted: each by itself, or else the smallest set together.

    Args:
        about: the aspect.
        wanted: how it should come out; None where it should be absent.
        switches: what can be switched.
        after: what comes out with some of them switched; None where that makes no usable rule base.

    Returns:
        The switches, and whether they do it only together. Sets of up to two are tried, and then all of them.
    """
    for size in range(1, min(_LARGEST_SET, len(switches)) + 1):
        found = [each for each in combinations(switches, size) if _brings(about, wanted, after(each))]
        if found:
            return (tuple(each for (each,) in found), False) if size == 1 else (found[0], True)
    return tuple(switches), len(switches) > 1


def _brings(about: str, wanted: str | None, found: Outcome | None) -> bool:
    return found is not None and found.get(about) == wanted


def usable(base: RuleBase, tradition: str) -> RuleBase | None:
    """The rule base as a tradition uses it; None where an area of it is missing or a route has no criterion."""
    if tradition not in base.traditions or not set(base.traditions[tradition].areas) <= set(base.areas):
        return None
    found = base.for_tradition(tradition)
    empty = any(not criteria for area in found.area_rules.values() for criteria in area.routes.values())
    return None if empty else found


def shown(about: str, how: str | None) -> str:
    """How an aspect comes out, in words, also where one side does not have it."""
    if how is not None:
        return how.rstrip(".")
    return "no area of this school" if about.startswith("area ") else "not given"


def _subtypes(formulation: Formulation) -> dict[str, str]:
    return {
        f"kind of {_words(area)} ({candidate.candidate.name})": " ".join(each.sentence for each in candidate.subtypes)
        for area, finding in formulation.areas.items()
        for candidate in finding.candidates
        if candidate.subtypes
    }


def _choice(choice: AreaChoice) -> str:
    return f"{_words(choice.area)} ({choice.candidates[0].name})"


def _words(name: str) -> str:
    return name.replace("_", " ")
