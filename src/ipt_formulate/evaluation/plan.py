"""What an engine of flags has to do for a rule base: which tests to make, which rules to fire, what to read off.

The items of the lists come first. Leaf tests raise inputs; rules raise the flags of the base's own rules, then
those of each area's support and of the steps of selection. The case comes last: what was found of the candidates
goes in as inputs, and the statuses of the areas come out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from ipt_formulate.case.lowering import LoweredCase
from ipt_formulate.case.terms import CASE, LIST_MODELS
from ipt_formulate.errors import Problem, RuleBaseError
from ipt_formulate.evaluation import reference
from ipt_formulate.evaluation.circuit import Circuit, Flags, Formula, Owner, conjunction, disjunction, opposite
from ipt_formulate.evaluation.network import Group, groups
from ipt_formulate.rulebase.conditions import Among, AtLeast, Within
from ipt_formulate.rulebase.rulebase import AreaRules, RuleBase
from ipt_formulate.vocabulary import Evidence, ProblemArea


@dataclass(frozen=True, slots=True)
class LeafTests:
    """Leaf tests on the values of one item, as plain tuples that end in the two flags to raise."""

    spans: tuple[tuple[str, int, int, str, str], ...]
    several: tuple[tuple[str, int, int, str, str], ...]
    choices: tuple[tuple[str, int, str, str], ...]

    def on(self, values: Mapping[str, Any]) -> set[str]:
        """The flags that the values raise."""
        raised: set[str] = set()
        for term, low, high, met, refuted in self.spans:
            first, last = values[term]
            if low <= first and last <= high:
                raised.add(met)
            elif last < low or first > high:
                raised.add(refuted)
        for term, mask, met, refuted in self.choices:
            possible = values[term]
            if not possible & ~mask:
                raised.add(met)
            elif not possible & mask:
                raised.add(refuted)
        for term, low, high, met, refuted in self.several:
            fitting = [
                0 if last < low or first > high else 2 if low <= first and last <= high else 1
                for first, last in values[term]
            ]
            if 2 in fitting:
                raised.add(met)
            elif 1 not in fitting:
                raised.add(refuted)
        return raised


@dataclass(frozen=True, slots=True)
class AreaPlan:
    """The nodes of an area for one of its candidates, which are the items of the scope."""

    scope: str
    support: Flags
    steps: tuple[Flags, ...]


@dataclass(frozen=True, slots=True)
class ScopePlan:
    """What is done for each item of one scope.

    Attributes:
        own: tests on the item.
        of_case: tests on the case that a rule about the item makes.
        counts: countings in a list of the case.
        groups: what to fire, in this order.
        rules: the node of each rule, in the order of `RuleBase.by_scope`.
        areas: the areas whose candidates the items are, and what is read off for them.
    """

    own: LeafTests
    of_case: LeafTests
    counts: tuple[tuple[AtLeast, Flags], ...]
    groups: tuple[Group, ...]
    rules: tuple[Flags, ...]
    areas: tuple[tuple[ProblemArea, AreaPlan], ...]

    def shared(self, case: LoweredCase) -> set[str]:
        """The flags that the case raises for every item."""
        raised = self.of_case.on(case.case.values)
        for condition, flags in self.counts:
            verdict = reference.evaluate(condition, case.case.values, case)
            if verdict != reference.UNKNOWN:
                raised.add(flags.met if verdict == reference.MET else flags.refuted)
        return raised


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done for a case.

    Attributes:
        scopes: by scope, the case last.
        areas: by area, what is read off for each candidate.
        best: by area, the input that says what the best of its recorded candidates is.
        unrecorded: by list, the input that says whether an item outside it may exist; never met.
        statuses: by area, the node that says whether it is supported.
    """

    scopes: Mapping[str, ScopePlan]
    areas: Mapping[ProblemArea, AreaPlan]
    best: Mapping[ProblemArea, Flags]
    unrecorded: Mapping[str, Flags]
    statuses: Mapping[ProblemArea, Flags]


def plan_for(base: RuleBase) -> Plan:
    """The plan for a rule base.

    Raises:
        RuleBaseError: a route has no criterion, a residual area is not about the case, or a rule is too much for
            the engine.
    """
    _check(base)
    numbers, kinds = count(), count()
    circuits = {scope: Circuit(numbers) for scope in (*LIST_MODELS, CASE)}
    nodes = {
        rule.id: circuit.gate(circuit.formula(rule.condition, {}), (rule.source, rule.id))
        for scope, circuit in circuits.items()
        for rule in base.by_scope[scope]
    }
    areas: dict[ProblemArea, AreaPlan] = {}
    for area, of_area in base.area_rules.items():
        circuit = circuits[of_area.area.candidates]
        support = circuit.gate(_support(of_area, nodes), _owner(area))
        areas[area] = AreaPlan(of_area.area.candidates, support, _steps(base, of_area, nodes, circuit))
    case = circuits[CASE]
    best = {area: case.input(("best", area)) for area, text in base.areas.items() if text.candidates != CASE}
    unrecorded = {name: case.input(("unrecorded", name)) for name in LIST_MODELS}
    own: dict[ProblemArea, Formula] = {
        area: disjunction([best[area].met, unrecorded[text.candidates].met])
        if area in best
        else _support(base.area_rules[area], nodes)
        for area, text in base.areas.items()
    }
    statuses = {area: case.gate(formula, _owner(area)) for area, formula in _statuses(base, own).items()}
    scopes = {
        scope: _scope_plan(
            circuit,
            kinds,
            tuple(nodes[rule.id] for rule in base.by_scope[scope]),
            tuple((area, found) for area, found in areas.items() if found.scope == scope),
        )
        for scope, circuit in circuits.items()
    }
    return Plan(scopes, areas, best, unrecorded, statuses)


def _owner(area: ProblemArea) -> Owner:
    return f"problem_areas/{area}/area.yaml:1", f"the area {area}"


def _check(base: RuleBase) -> None:
    problems = []
    for area, of_area in base.area_rules.items():
        where, name = _owner(area)
        problems += [
            Problem(where, f"the route {route} of {name} has no criterion", "add one, or remove the route")
            for route, criteria in of_area.routes.items()
            if not criteria
        ]
        if of_area.area.residual and of_area.area.candidates != CASE:
            problems.append(
                Problem(
                    where,
                    f"{name} is residual, but has {of_area.area.candidates} as candidates",
                    "write candidates: case",
                )
            )
    if problems:
        raise RuleBaseError(problems)


def _support(of_area: AreaRules, nodes: Mapping[str, Flags]) -> Formula:
    """When a candidate supports the area; what all routes share stands outside their alternatives."""
    routes = [{rule.id: None for rule in criteria} for criteria in of_area.routes.values()]
    shared = [rule for rule in routes[0] if all(rule in route for route in routes)]
    alternatives = [conjunction(nodes[rule].met for rule in route if rule not in shared) for route in routes]
    excluded = [nodes[rule.id].refuted for rule in of_area.of(Evidence.EXCLUDES)]
    return conjunction([*(nodes[rule].met for rule in shared), disjunction(alternatives), *excluded])


def _statuses(base: RuleBase, own: Mapping[ProblemArea, Formula]) -> dict[ProblemArea, Formula]:
    """When an area is supported, given when it would be on its own; residual areas come after all others."""
    statuses: dict[ProblemArea, Formula] = {}
    for area, text in sorted(base.areas.items(), key=lambda each: each[1].residual):
        statuses[area] = conjunction([own[area], *map(opposite, statuses.values())]) if text.residual else own[area]
    return statuses


def _steps(base: RuleBase, of_area: AreaRules, nodes: Mapping[str, Flags], circuit: Circuit) -> tuple[Flags, ...]:
    scope = of_area.area.candidates
    if scope == CASE:
        return ()
    given = {
        "evidence.strong": disjunction(nodes[rule.id].met for rule in of_area.of(Evidence.STRONG)),
        "evidence.against": disjunction(nodes[rule.id].met for rule in of_area.of(Evidence.AGAINST)),
    }
    return tuple(
        circuit.gate(circuit.formula(step.conditions[scope], given), (step.source, step.id)) for step in base.steps
    )


def _scope_plan(
    circuit: Circuit, kinds: Iterator[int], rules: tuple[Flags, ...], areas: tuple[tuple[ProblemArea, AreaPlan], ...]
) -> ScopePlan:
    leaves = list(circuit.inputs.items())
    return ScopePlan(
        own=_tests([(leaf, flags) for leaf, flags in leaves if isinstance(leaf, Within | Among) and not leaf.of_case]),
        of_case=_tests([(leaf, flags) for leaf, flags in leaves if isinstance(leaf, Within | Among) and leaf.of_case]),
        counts=tuple((leaf, flags) for leaf, flags in leaves if isinstance(leaf, AtLeast)),
        groups=tuple(groups(circuit.gates.values(), kinds)),
        rules=rules,
        areas=areas,
    )


def _tests(leaves: list[tuple[Within | Among, Flags]]) -> LeafTests:
    ranges = [(leaf, flags) for leaf, flags in leaves if isinstance(leaf, Within)]
    return LeafTests(
        spans=tuple((leaf.term, leaf.low, leaf.high, *flags) for leaf, flags in ranges if not leaf.several),
        several=tuple((leaf.term, leaf.low, leaf.high, *flags) for leaf, flags in ranges if leaf.several),
        choices=tuple((leaf.term, leaf.mask, *flags) for leaf, flags in leaves if isinstance(leaf, Among)),
    )
