"""Gates as rules of durable_rules, in groups that the engine can hold.

The engine keeps rules as a network: conditions hang below the conditions that stand before them, rules with the
same beginning share it, and each alternative of an *or* is a branch. A *group* is a set of gates that one fact
serves: the fact has a kind of its own, which every rule of the group asks for first, and carries the flags that
the group reads. Groups are filled until one more gate would bring them near a limit; the network of a group is
laid out here as the engine lays it out, with every flag raised, which is more than any case can raise.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from ipt_formulate.errors import Problem, RuleBaseError
from ipt_formulate.evaluation.circuit import ALWAYS, NEVER, And, Formula, Gate, Owner, flags_in, opposite

SENTINEL: Final = "told"
"""A field of every fact, and the id of the rule that asks for nothing else."""

MAX_STACK: Final = 60
"""Conditions that wait while a fact is matched (64 in the engine)."""
MAX_FLAGS: Final = 100
"""Flags that a group reads (252 in the engine); each condition that holds is tried with every flag of the fact."""
MAX_RULES: Final = 4_000
"""Rules of a ruleset (4,096 in the engine)."""
MAX_GROUPS: Final = 500
"""Groups of a ruleset; each kind is a condition that nothing stands before (511 in the engine)."""


@dataclass
class _Place:
    """A condition of the network, or the end of an *or*.

    Where it would wait with `MAX_STACK` others, fewer than 128 alternatives end in it and fewer than 511
    conditions are below it, which are limits of the engine too; and no two formulas end in the same place.
    """

    below: dict[str, _Place] = field(default_factory=dict)
    joined: list[_Place] = field(default_factory=list)

    def extend(self, formula: Formula) -> _Place:
        """Lay out a formula below this place; the place where it ends."""
        if isinstance(formula, str):
            return self.below.setdefault(formula, _Place())
        if isinstance(formula, And):
            place = self
            for part in formula.parts:
                place = place.extend(part)
            return place
        after = _Place()
        for part in formula.parts:
            self.extend(part).joined.append(after)
        return after

    @cached_property
    def stack(self) -> int:
        """How many conditions wait at most, from here on down, when all of them hold."""
        following = [*self.below.values(), *self.joined]
        return len(following) - 1 + max(1, *(place.stack for place in following)) if following else 0


@dataclass(frozen=True)
class Group:
    """Rules that one fact serves.

    Attributes:
        kind: the number that marks the group's facts.
        rules: the formula of each rule, by the flag that it raises.
        owners: what the rules were made for, in the same order, to name in errors.
    """

    kind: int
    rules: Mapping[str, Formula] = field(default_factory=dict)
    owners: tuple[Owner, ...] = ()

    def with_rule(self, flag: str, formula: Formula, owner: Owner) -> Group:
        """The group with one rule more."""
        return Group(self.kind, {**self.rules, flag: formula}, (*self.owners, owner))

    @cached_property
    def reads(self) -> frozenset[str]:
        """The flags that its facts may carry."""
        return frozenset(flag for formula in self.rules.values() for flag in flags_in(formula))

    @cached_property
    def _fields(self) -> Mapping[str, str]:
        return {flag: f',"{flag}":1' for flag in self.reads}

    @cached_property
    def _always(self) -> bool:
        return ALWAYS in self.rules.values()

    def fact(self, flags: Iterable[str]) -> str:
        """The fields of the group's fact, given those of its flags that are raised; empty if it could raise nothing."""
        fields = "".join([self._fields[flag] for flag in flags])
        return f'"{SENTINEL}":1,"kind":{self.kind}{fields}' if fields or self._always else ""

    def fits(self) -> bool:
        """Whether the engine can hold the group."""
        root = _Place()
        for formula in self.rules.values():
            root.extend(formula)
        return len(self.reads) <= MAX_FLAGS and root.stack <= MAX_STACK

    def definitions(self) -> Iterator[tuple[str, Any]]:
        """The rules in the engine's own form, by id."""
        for flag, formula in self.rules.items():
            parts = formula.parts if isinstance(formula, And) else (formula,)
            yield flag, {"all": [{"m": {"$and": [{"kind": self.kind}, *map(_antecedent, parts)]}}]}


def _antecedent(formula: Formula) -> Any:
    if isinstance(formula, str):
        return {formula: 1}
    return {"$and" if isinstance(formula, And) else "$or": [_antecedent(part) for part in formula.parts]}


def groups(gates: Iterable[Gate], kinds: Iterator[int]) -> Iterator[Group]:
    """Both rules of each gate, in groups, level by level.

    Args:
        gates: the gates of one circuit.
        kinds: where the numbers of groups come from; shared by all circuits of a rule base.

    Raises:
        RuleBaseError: a rule is too much for the engine even alone.
    """
    by_level: dict[int, list[Gate]] = {}
    for gate in gates:
        by_level.setdefault(gate.level, []).append(gate)
    for level in sorted(by_level):
        group = Group(next(kinds))
        for flag, formula, owner in _rules(by_level[level]):
            wider = group.with_rule(flag, formula, owner)
            if not wider.fits():
                yield group
                wider = Group(next(kinds)).with_rule(flag, formula, owner)
                if not wider.fits():
                    raise beyond_the_engine([owner])
            group = wider
        yield group


def _rules(gates: list[Gate]) -> Iterator[tuple[str, Formula, Owner]]:
    for gate in gates:
        for flag, formula in ((gate.flags.met, gate.formula), (gate.flags.refuted, opposite(gate.formula))):
            if formula != NEVER:
                yield flag, formula, gate.owner


def beyond_the_engine(owners: Iterable[Owner]) -> RuleBaseError:
    """The error for rules that durable_rules cannot hold."""
    remedy = "split the rule base, or evaluate it with engine='reference'"
    return RuleBaseError(
        Problem(where, f"{name} is more than durable_rules can hold beside the rules before it", remedy)
        for where, name in dict.fromkeys(owners)
    )


def ruleset(of_groups: Iterable[Group]) -> str:
    """A ruleset as the engine reads it, with the sentinel.

    Raises:
        RuleBaseError: there are more rules or groups than the engine can hold.
    """
    rules: dict[str, Any] = {SENTINEL: {"all": [{"m": {SENTINEL: 1}}]}}
    for place, group in enumerate(of_groups):
        rules |= group.definitions()
        if place >= MAX_GROUPS or len(rules) > MAX_RULES:
            raise beyond_the_engine(group.owners)
    return json.dumps(rules, separators=(",", ":"))
