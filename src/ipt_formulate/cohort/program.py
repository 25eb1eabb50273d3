"""A rule base as column operations: a graph in which what several rules share is worked out once.

A node gives a verdict for every item of a scope: 0 not met, 1 unknown, 2 met, in which *may* is "above 0" and *must*
is "2", so that *all* is the minimum, *any* the maximum and *not* the complement, as in the reference.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Final, TypeAlias

import numpy as np

from ipt_formulate.case.fields import NO, YES
from ipt_formulate.case.terms import CASE
from ipt_formulate.cohort.leaves import Numbers
from ipt_formulate.cohort.lowered import Block
from ipt_formulate.rulebase.conditions import All, Among, AtLeast, Condition, Named, Not, Some, Within
from ipt_formulate.rulebase.rulebase import AreaRules, RuleBase
from ipt_formulate.vocabulary import Evidence, ProblemArea

Node: TypeAlias = int
NOT_MET, UNKNOWN, MET = np.uint8(0), np.uint8(1), np.uint8(2)
_FAVOURABLE: Final = (Evidence.CRITERION, Evidence.STRONG, Evidence.SUPPORTING)


@dataclass(frozen=True, slots=True)
class Operation:
    """One node.

    Attributes:
        kind: ``leaf``, ``constant``, ``all``, ``any``, ``not``, ``spread`` or ``count``.
        scope: whose items it speaks of.
        parts: the nodes it reads.
        what: the leaf, the constant, or the list and the number that is counted.
    """

    kind: str
    scope: str
    parts: tuple[Node, ...] = ()
    what: Any = None


@dataclass(frozen=True, slots=True)
class AreaNodes:
    """What is worked out for each candidate of an area, and for the area.

    Attributes:
        scope: the candidates.
        support: whether a candidate supports the area.
        steps: the steps of selection, where candidates are items.
        specific: met where something specific is recorded.
        status: met where the area is supported.
        routes: met where some route has all its criteria; only for areas about the case.
    """

    scope: str
    support: Node
    steps: tuple[Node, ...]
    specific: Node
    status: Node
    routes: Node | None


@dataclass
class Program:
    """The operations of a rule base, each after those it reads.

    Attributes:
        operations: the nodes.
        rules: the verdict of each rule on the case; of a rule about items, on some item of its list.
        areas: what is worked out for each area.
    """

    base: RuleBase
    operations: list[Operation] = field(default_factory=list)
    rules: dict[str, Node] = field(default_factory=dict)
    areas: dict[ProblemArea, AreaNodes] = field(default_factory=dict)
    _known: dict[Operation, Node] = field(default_factory=dict)

    def node(self, operation: Operation) -> Node:
        """The node for an operation; the same operation is the same node."""
        if operation not in self._known:
            self._known[operation] = len(self.operations)
            self.operations.append(operation)
        return self._known[operation]

    def condition(self, condition: Condition, scope: str, given: Mapping[str, Node] | None = None) -> Node:
        """The node for a condition on the items of a scope; what concerns the case alone is worked out for the case."""
        match condition:
            case Among(term, mask, _, False) if given is not None and term in given:
                return self._given(given[term], mask, scope)
            case Within() | Among():
                own = CASE if condition.of_case else scope
                return self.node(Operation("leaf", own, what=replace(condition, wording="", of_case=False)))
            case All(parts):
                return self.join("all", (self.condition(part, scope, given) for part in parts), scope)
            case Some(parts):
                return self.join("any", (self.condition(part, scope, given) for part in parts), scope)
            case Not(part):
                return self.opposite(self.condition(part, scope, given))
            case Named(part=part):
                return self.condition(part, scope, given)
            case AtLeast(name, count, where):
                return self.some(name, self.at(name, self.condition(where, name)), count)

    def _given(self, node: Node, mask: int, scope: str) -> Node:
        match mask & (NO | YES):
            case 0:
                return self.node(Operation("constant", scope, what=0))
            case 1:
                return self.opposite(node)
            case 2:
                return node
            case _:
                return self.node(Operation("constant", scope, what=2))

    def join(self, kind: str, parts: Iterable[Node], scope: str) -> Node:
        """All or any of some nodes, flattened, each once; those about the case are joined before they are spread."""
        flat: dict[Node, None] = {}
        for part in parts:
            operation = self.operations[part]
            flat |= dict.fromkeys(operation.parts if operation.kind == kind else (part,))
        of_case = [part for part in flat if self.operations[part].scope == CASE]
        if scope != CASE and len(of_case) < len(flat):
            joined = [self.at(scope, self.join(kind, of_case, CASE))] if of_case else []
            flat = dict.fromkeys([*(part for part in flat if part not in of_case), *joined])
        if not flat:
            return self.node(Operation("constant", scope, what=2 if kind == "all" else 0))
        if len(flat) == 1:
            return next(iter(flat))
        return self.node(Operation(kind, self.operations[next(iter(flat))].scope, tuple(sorted(flat))))

    def opposite(self, part: Node) -> Node:
        """What is met where a node is not."""
        operation = self.operations[part]
        return operation.parts[0] if operation.kind == "not" else self.node(Operation("not", operation.scope, (part,)))

    def at(self, scope: str, part: Node) -> Node:
        """A node as it holds for the items of a scope."""
        if self.operations[part].scope == scope:
            return part
        return self.node(Operation("spread", scope, (part,)))

    def some(self, name: str, part: Node, count: int = 1) -> Node:
        """Whether so many items of a list fulfil something, those that were not recorded counted as possible."""
        return self.node(Operation("count", CASE, (part,), (name, count)))

    # Running it

    def run(self, block: Block, wanted: Mapping[Node, int]) -> dict[Node, Numbers]:
        """The verdicts of the wanted nodes, by node; all others are let go once they have been read."""
        verdicts: dict[Node, Numbers] = {}
        for node, (operation, done) in enumerate(zip(self.operations, self._last_reads(), strict=True)):
            verdicts[node] = _RUN[operation.kind](operation, verdicts, block)
            for each in done:
                if each not in wanted:
                    del verdicts[each]
        return verdicts

    def _last_reads(self) -> list[list[Node]]:
        if not hasattr(self, "_done"):
            last = {part: node for node, operation in enumerate(self.operations) for part in operation.parts}
            self._done: list[list[Node]] = [[] for _ in self.operations]
            for part, node in last.items():
                self._done[node].append(part)
        return self._done


def _leaf(operation: Operation, verdicts: dict[Node, Numbers], block: Block) -> Numbers:
    leaf = operation.what
    value = block.value(operation.scope, leaf.term)
    if isinstance(leaf, Among):
        mask = value.dtype.type(leaf.mask & np.iinfo(value.dtype).max)
        return ((value & mask) != 0).view(np.uint8) + ((value & ~mask) == 0).view(np.uint8)
    if leaf.several:
        found = [_within(low, high, leaf) for low, high in value]
        return np.maximum.reduce(found)
    low, high = value
    return _within(low, high, leaf)


def _within(low: Numbers, high: Numbers, leaf: Within) -> Numbers:
    may = (high >= leaf.low) & (low <= leaf.high)
    must = (low >= leaf.low) & (high <= leaf.high)
    return may.view(np.uint8) + must.view(np.uint8)


def _constant(operation: Operation, verdicts: dict[Node, Numbers], block: Block) -> Numbers:
    return np.full(block.layouts[operation.scope].size, operation.what, np.uint8)


def _all(operation: Operation, verdicts: dict[Node, Numbers], block: Block) -> Numbers:
    first, second, *rest = (verdicts[part] for part in operation.parts)
    found = np.minimum(first, second)
    for each in rest:
        np.minimum(found, each, out=found)
    return found


def _any(operation: Operation, verdicts: dict[Node, Numbers], block: Block) -> Numbers:
    first, second, *rest = (verdicts[part] for part in operation.parts)
    found = np.maximum(first, second)
    for each in rest:
        np.maximum(found, each, out=found)
    return found


def _not(operation: Operation, verdicts: dict[Node, Numbers], block: Block) -> Numbers:
    return MET - verdicts[operation.parts[0]]


def _spread(operation: Operation, verdicts: dict[Node, Numbers], block: Block) -> Numbers:
    return block.layouts[operation.scope].spread(verdicts[operation.parts[0]])


def _count(operation: Operation, verdicts: dict[Node, Numbers], block: Block) -> Numbers:
    name, count = operation.what
    layout, found = block.layouts[name], verdicts[operation.parts[0]]
    if count == 1:
        return np.maximum(layout.highest(found), block.unrecorded(name))
    met = layout.number(found == MET) >= count
    may = layout.number(found > NOT_MET) >= count
    return np.where(met, MET, np.maximum(may.view(np.uint8), block.unrecorded(name)))


_RUN: Final = {
    "leaf": _leaf,
    "constant": _constant,
    "all": _all,
    "any": _any,
    "not": _not,
    "spread": _spread,
    "count": _count,
}


@lru_cache(maxsize=64)
def compiled(base: RuleBase) -> Program:
    """The program of a rule base, compiled once.

    Args:
        base: as a tradition uses it.
    """
    program = Program(base)
    own: dict[str, Node] = {}
    for scope, rules in base.by_scope.items():
        for rule in rules:
            own[rule.id] = program.at(scope, program.condition(rule.condition, scope))
    for rule in base.rules.values():
        if rule.id in own:
            node = own[rule.id]
            program.rules[rule.id] = node if rule.scope == CASE else program.some(rule.scope, node)
    statuses: dict[ProblemArea, Node] = {}
    for area, of_area in sorted(base.area_rules.items(), key=lambda each: each[1].area.residual):
        program.areas[area] = _area(program, of_area, own, statuses)
        if not of_area.area.residual:
            statuses[area] = program.areas[area].status
    return program


def _area(
    program: Program, of_area: AreaRules, own: Mapping[str, Node], others: Mapping[ProblemArea, Node]
) -> AreaNodes:
    text = of_area.area
    scope = text.candidates

    def joined(kind: str, rules: Iterable[Any]) -> Node:
        return program.at(scope, program.join(kind, [own[rule.id] for rule in rules], scope))

    route = program.at(scope, program.join("any", [joined("all", each) for each in of_area.routes.values()], scope))
    excluded = program.opposite(joined("any", of_area.of(Evidence.EXCLUDES)))
    support = program.at(scope, program.join("all", [route, excluded], scope))
    given = {f"evidence.{kind}": joined("any", of_area.of(kind)) for kind in (Evidence.STRONG, Evidence.AGAINST)}
    steps = (
        ()
        if scope == CASE
        else tuple(
            program.at(scope, program.condition(step.conditions[scope], scope, given)) for step in program.base.steps
        )
    )
    specific = [rule for rule in of_area.rules if rule.then.kind in _FAVOURABLE and not rule.then.frame]
    status = support if scope == CASE else program.some(scope, support)
    if text.residual:
        status = program.join("all", [status, *map(program.opposite, others.values())], CASE)
    return AreaNodes(scope, support, steps, joined("any", specific), status, route if scope == CASE else None)
