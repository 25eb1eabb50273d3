"""The mutants of a rule base: each is the rule base after one small step, and knows which rules it touches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

from ipt_formulate.errors import RuleBaseError
from ipt_formulate.mutation.steps import Step, steps
from ipt_formulate.rulebase.conditions import AtLeast, Condition, Named, parts_of, walk_with_scope, with_parts
from ipt_formulate.rulebase.parameters import Parameter, Value
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase
from ipt_formulate.rulebase.texts import Area
from ipt_formulate.rulebase.variation import with_parameters
from ipt_formulate.vocabulary import ProblemArea


@dataclass(frozen=True, eq=False)
class Mutant:
    """A rule base after one small step.

    Attributes:
        original: the rule base before it, whole.
        site: what the step is made in: a rule by its id, ``conditions.<name>``, ``parameters.<name>``, ``areas.<name>``
            or ``selection``.
        step: what is done, in words.
        rules: the rules that are touched, as they then are; None where one is dropped.
        areas: the areas that are touched, as they then are.
    """

    original: RuleBase
    site: str
    step: str
    rules: Mapping[str, CompiledRule[Any] | None]
    areas: Mapping[ProblemArea, Area] = field(default_factory=dict)

    @cached_property
    def base(self) -> RuleBase:
        """The whole rule base."""
        rules = {name: self.rules.get(name, rule) for name, rule in self.original.rules.items()}
        kept = {name: rule for name, rule in rules.items() if rule is not None}
        areas = MappingProxyType({**self.original.areas, **self.areas})
        return replace(self.original, rules=MappingProxyType(kept), areas=areas, _variants={})

    @cached_property
    def of_conditions(self) -> bool:
        """Whether nothing but conditions is touched."""
        before = self.original.rules
        return not self.areas and all(
            rule is not None and rule.text.then == before[name].text.then for name, rule in self.rules.items()
        )

    @property
    def drops(self) -> bool:
        """Whether all it does is to drop a rule."""
        return not self.areas and all(rule is None for rule in self.rules.values())

    @cached_property
    def pairs(self) -> tuple[tuple[CompiledRule[Any], str, Condition, Condition], ...]:
        """Each condition that is touched: its rule, what it is about, and how it was and is."""
        found = []
        for name, rule in self.rules.items():
            before = self.original.rules[name]
            for scope, tree in before.conditions.items():
                if rule is not None and rule.conditions[scope] != tree:
                    found.append((before, scope, tree, rule.conditions[scope]))
        return tuple(found)


def condition_mutants(base: RuleBase) -> Iterator[Mutant]:
    """Every mutant of a rule's condition, of a named condition and of a parameter; those that are alike only once."""
    known: set[tuple[tuple[str, str, Condition], ...]] = set()
    for mutant in (*_of_parameters(base), *_of_definitions(base), *_of_rules(base)):
        key = tuple(sorted(((rule.id, scope, new) for rule, scope, _, new in mutant.pairs), key=lambda each: each[:2]))
        if key and key not in known:
            known.add(key)
            yield mutant


def _of_rules(base: RuleBase) -> Iterator[Mutant]:
    for rule in base.rules.values():
        for step, trees in _in_all(rule.conditions.items()):
            conditions = {scope: trees.get((scope, tree), tree) for scope, tree in rule.conditions.items()}
            yield Mutant(base, rule.id, step.how, {rule.id: _with(rule, conditions)})


def _of_definitions(base: RuleBase) -> Iterator[Mutant]:
    """A named condition is changed where it is defined, and so in every rule that names it."""
    found: dict[str, dict[tuple[str, Condition], None]] = {}
    users: dict[str, dict[str, CompiledRule[Any]]] = {}
    for rule in base.rules.values():
        for scope, tree in rule.conditions.items():
            for node, of in walk_with_scope(tree, scope):
                if isinstance(node, Named):
                    found.setdefault(node.name, {})[of, node.part] = None
                    users.setdefault(node.name, {})[rule.id] = rule
    for name, parts in found.items():
        for step, trees in _in_all(parts):
            changed = {
                rule.id: _with(rule, {of: _renamed(tree, of, name, trees) for of, tree in rule.conditions.items()})
                for rule in users[name].values()
            }
            yield Mutant(base, f"conditions.{name}", step.how, changed)


def _of_parameters(base: RuleBase) -> Iterator[Mutant]:
    for name, parameter in base.parameters.items():
        for how, value in _values(parameter):
            try:
                varied = with_parameters(base, {name: value})
            except RuleBaseError:  # no rule base could have that value
                continue
            changed = {
                rule.id: replace(rule, conditions=varied.rules[rule.id].conditions)
                for rule in base.rules.values()
                if varied.rules[rule.id].conditions != rule.conditions
            }
            if changed:
                yield Mutant(base, f"parameters.{name}", how, changed)


def _values(parameter: Parameter) -> Iterator[tuple[str, Value]]:
    if isinstance(parameter.value, list):
        for word in parameter.value:
            yield f"without {word}", [each for each in parameter.value if each != word]
    else:
        number = parameter.number()
        yield "one more", number + 1
        yield "one less", number - 1


def _in_all(
    trees: Iterable[tuple[str, Condition]],
) -> Iterator[tuple[Step, dict[tuple[str, Condition], Condition]]]:
    """Each step, with what it makes of every tree in which it can be made: a step of selection has one for each list."""
    found: dict[Step, dict[tuple[str, Condition], Condition]] = {}
    for scope, tree in trees:
        for step, other in steps(tree, scope):
            found.setdefault(step, {})[scope, tree] = other
    yield from found.items()


def _renamed(node: Condition, scope: str, name: str, trees: Mapping[tuple[str, Condition], Condition]) -> Condition:
    """The tree with the named condition as it is after a step."""
    if isinstance(node, Named) and node.name == name:
        return replace(node, part=trees.get((scope, node.part), node.part))
    inside = node.list if isinstance(node, AtLeast) else scope
    return with_parts(node, (_renamed(part, inside, name, trees) for part in parts_of(node)))


def _with(rule: CompiledRule[Any], conditions: Mapping[str, Condition]) -> CompiledRule[Any]:
    return replace(rule, conditions=MappingProxyType(dict(conditions)))
