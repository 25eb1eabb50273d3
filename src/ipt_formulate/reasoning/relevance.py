"""What the focus can depend on: the terms that area rules and steps of selection read, scope by scope."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final, TypeAlias

from ipt_formulate.case.case import LISTS
from ipt_formulate.case.terms import CASE, LIST_MODELS
from ipt_formulate.rulebase.conditions import Among, AtLeast, Condition, Leaf, Within, walk
from ipt_formulate.rulebase.rulebase import AreaRules, RuleBase

Leaves: TypeAlias = dict[str, list[Leaf]]
"""Tests by the term that they read."""

INQUIRY: Final = "inventory.inquiry."
INQUIRIES: Final = tuple(f"{INQUIRY}{name}" for name in LISTS)


@dataclass(frozen=True, slots=True)
class Scope:
    """What is worked out of each item of a scope, and what that reads.

    Attributes:
        areas: the areas of which an item is a candidate.
        counted: the conditions that rules about the case count its items by.
        own: the tests of an item's own terms.
        of_case: the tests of the case's terms, as tests of the case itself.
    """

    areas: tuple[AreaRules, ...]
    counted: tuple[Condition, ...]
    own: Leaves = field(default_factory=dict)
    of_case: Leaves = field(default_factory=dict)


@lru_cache(maxsize=64)
def scopes_of(base: RuleBase) -> Mapping[str, Scope]:
    """Every scope of a rule base, as far as the focus can depend on it; the case comes last."""
    case_trees = [
        rule.condition for area in base.area_rules.values() if area.area.candidates == CASE for rule in area.rules
    ]
    counts = list(dict.fromkeys(node for tree in case_trees for node in walk(tree) if isinstance(node, AtLeast)))
    found = {}
    for name in (*LIST_MODELS, CASE):
        areas = tuple(area for area in base.area_rules.values() if area.area.candidates == name)
        counted = tuple(dict.fromkeys(node.where for node in counts if node.list == name))
        scope = Scope(areas, counted)
        steps = [step.conditions[name] for step in base.steps] if areas and name != CASE else []
        for tree in (*(rule.condition for area in areas for rule in area.rules), *steps, *counted):
            for leaf in _leaves(tree):
                read = scope.of_case if leaf.of_case else scope.own
                read.setdefault(leaf.term, []).append(replace(leaf, of_case=False))
        found[name] = scope
    return found


def _leaves(tree: Condition) -> Iterator[Leaf]:
    """The tests of an item's tree, without those of the items it counts, which are the item's own affair."""
    inside = {id(node) for count in walk(tree) if isinstance(count, AtLeast) for node in walk(count.where)}
    for node in walk(tree):
        if isinstance(node, (Within, Among)) and id(node) not in inside and not node.term.startswith("evidence."):
            yield node
