"""What stands before a technique: the gates of the rules, safety that comes first, and the worst of them.

What blocks, holds while it is unknown; what asks for caution does so while it is unknown.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from ipt_formulate.formulation.advised import GateReason
from ipt_formulate.formulation.evidence import rests_on_assumption
from ipt_formulate.rulebase.references import ALL_FOCUS_WORK
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase
from ipt_formulate.rulebase.texts import GateConclusion, SafetyConclusion
from ipt_formulate.vocabulary import Gate


class Obstacle(NamedTuple):
    """One thing that stands before a technique, and the rule that says so, if a rule does."""

    gate: Gate
    sentence: str
    rule: str | None = None
    assumption: bool = False
    people: tuple[str, ...] = ()


Obstacles: TypeAlias = tuple[Obstacle, ...]
Standing: TypeAlias = tuple[Gate, tuple[GateReason, ...]]
"""Whether something can be used, and why not."""
SEVERITY: Final = {gate: index for index, gate in enumerate(Gate)}
NOT_AGREED: Final = Obstacle(Gate.HELD_UNTIL_AGREED, "Waits for the client's recorded agreement to a focus.")
PERHAPS_DEAD: Final = Obstacle(Gate.HELD_UNTIL_ASKED, "It is not recorded whether this person is alive.")
NOBODY_NAMED: Final = Obstacle(
    Gate.HELD_UNTIL_ASKED,
    "Concerns a person who is not recorded among the people: record who it is, and ask in private about safety.",
)


def worst(obstacles: Obstacles) -> Standing:
    """The most severe gate, and the reasons, the most severe first; what several rules ask alike stands once."""
    ordered = sorted(obstacles, key=lambda each: -SEVERITY[each.gate])
    told: dict[tuple[str, tuple[str, ...]], Obstacle] = {}
    for each in ordered:
        told.setdefault((each.sentence, each.people), each)
    reasons = [
        GateReason.trusted(sentence=each.sentence, people=each.people, rule=each.rule, assumption=each.assumption)
        for each in told.values()
    ]
    return ordered[0].gate if ordered else Gate.OFFERED, tuple(reasons)


worst_by_rules: Final = lru_cache(maxsize=4096)(worst)
"""The same, cached: for obstacles in which nothing stands that a case wrote, such as a label."""


def stricter(one: Gate, other: Gate) -> Gate:
    """The more severe of two gates."""
    return one if SEVERITY[one] >= SEVERITY[other] else other


def ask_first(rule: CompiledRule[GateConclusion] | CompiledRule[SafetyConclusion]) -> Obstacle:
    """What a rule that is unknown asks for before the technique is used."""
    return Obstacle(Gate.HELD_UNTIL_ASKED, f"Ask first: {rule.text.ask}", rule.id, rests_on_assumption(rule))


@lru_cache(maxsize=4096)
def by_rules(base: RuleBase, scope: str, verdicts: tuple[int, ...], technique: str, needs_agreement: bool) -> Obstacles:
    """What the gate rules of a scope say of a technique."""
    found = []
    for (rule, _), verdict in zip(_gate_rules(base, scope), verdicts, strict=True):
        techniques = rule.then.techniques
        if verdict and (technique in techniques or (needs_agreement and ALL_FOCUS_WORK in techniques)):
            obstacle = ask_first(rule)
            if verdict == 2:
                obstacle = obstacle._replace(gate=rule.then.gate, sentence=rule.then.reason)
            elif rule.then.gate is Gate.CAUTION:
                obstacle = obstacle._replace(gate=Gate.CAUTION)
            found.append(obstacle)
    return tuple(found)


def by_safety(base: RuleBase, verdicts: tuple[int, ...]) -> Obstacles:
    """The safety rules for which work on a focus waits: met, it is blocked; unknown, it waits until it is asked."""
    found = []
    for (rule, _), verdict in zip(_holding(base), verdicts, strict=True):
        if verdict == 2:
            flag = f"{rule.then.flag} This comes before work on the focus."
            found.append(Obstacle(Gate.BLOCKED, flag, rule.id, rests_on_assumption(rule)))
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
