"""What follows from rules in a symbolic case: support, steps and the status of areas, as `evaluation.reference` says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

import z3

from ipt_formulate.case.terms import CASE
from ipt_formulate.formulation.evidence import FAVOURABLE
from ipt_formulate.proof.meaning import lengths_for, meaning
from ipt_formulate.proof.rails import Bool, Rails, conj, disj, every, opposite, some
from ipt_formulate.proof.values import Item, World
from ipt_formulate.rulebase.conditions import Condition
from ipt_formulate.rulebase.rulebase import AreaRules, CompiledRule, RuleBase
from ipt_formulate.vocabulary import Evidence, ProblemArea


def supported(of_area: AreaRules, met: Callable[[CompiledRule[Any]], Rails]) -> Rails:
    """Whether a candidate supports its area, given what its rules say: a route is met, and nothing excludes it."""
    routes = [every(met(rule) for rule in criteria) for criteria in of_area.routes.values()]
    return every([some(routes), opposite(some(met(rule) for rule in of_area.of(Evidence.EXCLUDES)))])


def told_by_evidence(of_area: AreaRules, met: Callable[[CompiledRule[Any]], Rails]) -> Mapping[str, Rails]:
    """The terms that steps of selection read of a candidate's evidence."""
    return {
        "evidence.strong": some(met(rule) for rule in of_area.of(Evidence.STRONG)),
        "evidence.against": some(met(rule) for rule in of_area.of(Evidence.AGAINST)),
    }


class Following:
    """What follows for one symbolic case.

    Args:
        base: the rule base, as a tradition uses it.
        world: the case.
    """

    def __init__(self, base: RuleBase, world: World) -> None:
        self.base, self.world = base, world
        self._rules: dict[tuple[str, str], Rails] = {}

    def rule(self, rule: CompiledRule[Any], item: Item) -> Rails:
        """Whether a rule is met for an item; of selection rules, see `steps`."""
        key = rule.id, item.name
        if key not in self._rules:
            self._rules[key] = meaning(rule.conditions[item.scope], item)
        return self._rules[key]

    def support(self, area: ProblemArea, item: Item) -> Rails:
        """Whether a candidate supports its area."""
        return supported(self.base.area_rules[area], lambda rule: self.rule(rule, item))

    def steps(self, area: ProblemArea, item: Item) -> tuple[Rails, ...]:
        """The steps of selection for a candidate; an area of the whole case has none."""
        if item.scope == CASE:
            return ()
        told = item.with_given(told_by_evidence(self.base.area_rules[area], lambda rule: self.rule(rule, item)))
        return tuple(meaning(step.conditions[item.scope], told) for step in self.base.steps)

    def specific(self, area: ProblemArea, item: Item) -> Bool:
        """Whether something specific is recorded of a candidate."""
        rules = self.base.area_rules[area].rules
        telling = [rule for rule in rules if rule.then.kind in FAVOURABLE and not rule.then.frame]
        return disj(self.rule(rule, item).must for rule in telling)

    @cached_property
    def statuses(self) -> Mapping[ProblemArea, Rails]:
        """The status of each area; residual areas come after all others."""
        found = {area: self._status(area) for area, text in self.base.areas.items() if not text.residual}
        others = [opposite(each) for each in found.values()]
        residual = [area for area, text in self.base.areas.items() if text.residual]
        return found | {area: every([self.support(area, self.world.case), *others]) for area in residual}

    def _status(self, area: ProblemArea) -> Rails:
        scope = self.base.areas[area].candidates
        candidates = [(present, self.support(area, item)) for item, present in self.world.items(scope)]
        must = disj(conj([present, each.must]) for present, each in candidates)
        may = [conj([present, each.may]) for present, each in candidates]
        if scope != CASE:
            may.append(z3.Not(self.world.lists[scope].complete))
        return Rails(must, disj(may))

    @property
    def asked_enough(self) -> Bool:
        """Whether each inquiry was surely at least brief."""
        return conj(found.asked for found in self.world.lists.values())

    @property
    def asked_thoroughly(self) -> Bool:
        """Whether every inquiry was surely thorough."""
        return conj(found.complete for found in self.world.lists.values())


def world_for(conditions: Iterable[Condition], spoken_of: Mapping[str, int] | None = None) -> World:
    """A symbolic case with lists that are long enough for some conditions and the items a query speaks of."""
    return World(lengths_for(conditions, spoken_of))


def conditions_of(base: RuleBase, areas: Iterable[ProblemArea]) -> list[Condition]:
    """All conditions that decide on some areas, and the steps of selection."""
    rules: list[CompiledRule[Any]] = [rule for area in areas for rule in base.area_rules[area].rules]
    return [tree for rule in [*rules, *base.steps] for tree in rule.conditions.values()]
