"""What stands before a technique: the gates of the rules, safety that comes first, and the worst of them.

What blocks, holds while it is unknown; what asks for caution does so while it is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final, NamedTuple, TypeAlias

from ipt_formulate.formulation.advised import GateReason
from ipt_formulate.formulation.evidence import rests_on_assumption
from ipt_formulate.rulebase.references import ALL_FOCUS_WORK
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase
from ipt_formulate.rulebase.texts import GateConclusion, SafetyConclusion
from ipt_formulate.vocabulary import Gate

GATES: Final = tuple(Gate)
SEVERITY: Final = {gate: index for index, gate in enumerate(GATES)}
_severity: Final = itemgetter(0)


class Obstacle(NamedTuple):
    """One thing that stands before a technique: how severe it is (its place in ``GATES``), and why."""

    severity: int
    reason: GateReason


Obstacles: TypeAlias = tuple[Obstacle, ...]
GatesOn: TypeAlias = tuple[int, ...]
"""The gate rules of a scope that hold something back, by their place among those of the scope."""


class Standing(NamedTuple):
    """Whether something can be used (a place in ``GATES``), and what stands before it, the most severe first."""

    severity: int
    obstacles: Obstacles
    reasons: tuple[GateReason, ...]

    @property
    def gate(self) -> Gate:
        """Whether it can be used."""
        return GATES[self.severity]


def obstacle(gate: Gate, sentence: str, rule: CompiledRule[Any] | None = None) -> Obstacle:
    """What a rule says of a technique, or what holds whatever the rules are."""
    assumed, named = rule is not None and rests_on_assumption(rule), rule.id if rule else None
    return Obstacle(SEVERITY[gate], GateReason.trusted(sentence=sentence, people=(), rule=named, assumption=assumed))


NOT_AGREED: Final = obstacle(Gate.HELD_UNTIL_AGREED, "Waits for the client's recorded agreement to a focus.")
PERHAPS_DEAD: Final = obstacle(Gate.HELD_UNTIL_ASKED, "It is not recorded whether this person is alive.")
NOBODY_NAMED: Final = obstacle(
    Gate.HELD_UNTIL_ASKED,
    "Concerns a person who is not recorded among the people: record who it is, and ask in private about safety.",
)


def standing(obstacles: Iterable[Obstacle]) -> Standing:
    """What follows from obstacles; what several rules ask alike stands once."""
    told: dict[tuple[str, tuple[str, ...]], Obstacle] = {}
    for each in sorted(obstacles, key=_severity, reverse=True):
        told.setdefault((each.reason.sentence, each.reason.people), each)
    ordered = tuple(told.values())
    return Standing(ordered[0].severity if ordered else 0, ordered, tuple([reason for _, reason in ordered]))


def ask_first(rule: CompiledRule[Any], ask: str = "", gate: Gate = Gate.HELD_UNTIL_ASKED) -> Obstacle:
    """What a rule that is unknown asks for before the technique is used."""
    return obstacle(gate, f"Ask first: {ask or rule.text.ask}", rule)


@lru_cache(maxsize=4096)
def gates_on(base: RuleBase, scope: str, technique: str, needs_agreement: bool) -> GatesOn:
    """The gate rules of a scope that hold a technique back."""
    names = {technique, ALL_FOCUS_WORK} if needs_agreement else {technique}
    places = [index for index, (rule, _) in enumerate(_gate_rules(base, scope)) if names & set(rule.then.techniques)]
    return tuple(places)


@lru_cache(maxsize=4096)
def by_rules(base: RuleBase, scope: str, verdicts: tuple[int, ...], gates: GatesOn) -> Obstacles:
    """What gate rules of a scope say. Cached: only verdicts go in."""
    found = []
    for place in gates:
        (rule, _), verdict = _gate_rules(base, scope)[place], verdicts[place]
        if verdict == 2:
            found.append(obstacle(rule.then.gate, rule.then.reason, rule))
        elif verdict == 1:
            gate = Gate.CAUTION if rule.then.gate is Gate.CAUTION else Gate.HELD_UNTIL_ASKED
            found.append(ask_first(rule, gate=gate))
    return tuple(found)


@lru_cache(maxsize=1024)
def by_safety(base: RuleBase, verdicts: tuple[int, ...]) -> Obstacles:
    """The safety rules for which work on a focus waits: met, it is blocked; unknown, it waits until it is asked."""
    found = []
    for (rule, _), verdict in zip(_holding(base), verdicts, strict=True):
        if verdict == 2:
            found.append(obstacle(Gate.BLOCKED, f"{rule.then.flag} This comes before work on the focus.", rule))
        elif verdict == 1:
            found.append(ask_first(rule))
    return tuple(found)


def pick_gates(base: RuleBase, scope: str, verdicts: tuple[int, ...]) -> tuple[int, ...]:
    """The verdicts of the gate rules of a scope, which is what `by_rules` reads."""
    return tuple([verdicts[place] for _, place in _gate_rules(base, scope)])


def pick_safety(base: RuleBase, verdicts: tuple[int, ...]) -> tuple[int, ...]:
    """The verdicts of the safety rules that hold a focus, which is what `by_safety` reads."""
    return tuple([verdicts[place] for _, place in _holding(base)])


@lru_cache(maxsize=64)
def _gate_rules(base: RuleBase, scope: str) -> tuple[tuple[CompiledRule[GateConclusion], int], ...]:
    return tuple((rule, base.place[rule.id]) for rule in base.gates if rule.scope == scope)


@lru_cache(maxsize=64)
def _holding(base: RuleBase) -> tuple[tuple[CompiledRule[SafetyConclusion], int], ...]:
    return tuple((rule, base.place[rule.id]) for rule in base.safety if rule.then.holds_focus)
