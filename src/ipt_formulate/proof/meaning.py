"""What conditions mean of a symbolic case, as two ordinary formulas: `evaluation.reference` in Z3."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import z3

from ipt_formulate.proof.rails import Rails, at_least, conj, disj, every, opposite, some
from ipt_formulate.proof.values import Bounds, Item
from ipt_formulate.rulebase.conditions import All, Among, AtLeast, Condition, Named, Not, Some, Within, walk


def meaning(condition: Condition, item: Item) -> Rails:
    """When a condition must hold of an item, and when it may."""
    match condition:
        case All(parts):
            return every(meaning(part, item) for part in parts)
        case Some(parts):
            return some(meaning(part, item) for part in parts)
        case Not(part):
            return opposite(meaning(part, item))
        case Named(part=part):
            return meaning(part, item)
        case AtLeast():
            return _counted(condition, item)
        case Among():
            return _among(condition, item.world.case if condition.of_case else item)
        case Within():
            return _within(condition, item.world.case if condition.of_case else item)


def _among(node: Among, item: Item) -> Rails:
    possible = list(enumerate(item.choice(node.term)))
    inside = [flag for place, flag in possible if node.mask >> place & 1]
    outside = [flag for place, flag in possible if not node.mask >> place & 1]
    return Rails(conj(z3.Not(flag) for flag in outside), disj(inside))


def _within(node: Within, item: Item) -> Rails:
    spans = item.several(node.term) if node.several else (item.span(node.term),)
    return some(_inside(span, node.low, node.high) for span in spans)


def _inside(span: Bounds, low: int, high: int) -> Rails:
    first, last = (z3.IntVal(edge) if isinstance(edge, int) else edge for edge in span)
    return Rails(conj([low <= first, last <= high]), conj([last >= low, first <= high]))


def _counted(node: AtLeast, item: Item) -> Rails:
    found = item.world.lists[node.list]
    rails = [(present, meaning(node.where, each)) for each, present in item.world.items(node.list)]
    must = at_least(node.count, [conj([present, each.must]) for present, each in rails])
    may = at_least(node.count, [conj([present, each.may]) for present, each in rails])
    return Rails(must, disj([z3.Not(found.complete), may]))


def lengths_for(conditions: Iterable[Condition], spoken_of: Mapping[str, int] | None = None) -> dict[str, int]:
    """How long lists have to be so that a longer one shows nothing new.

    For each list it is the sum, over the distinct conditions by which its items are counted, of the most that is
    asked for, and the items that a theorem itself speaks of. Take a case with longer lists. Keep those spoken of.
    For each counted condition, keep as many items as are asked for, first those that must fulfil it, then those
    that may; where there are fewer, all of them. Drop the rest. A count that was reached still is, must or may; one
    that was not reached cannot be now, as counts only fall; and a list that was open stays open. No item reads
    another, so nothing else changes.

    Args:
        conditions: all conditions of a query.
        spoken_of: by list, the items that the query itself speaks of.
    """
    asked: dict[tuple[str, Condition], int] = {}
    for condition in conditions:
        for node in walk(condition):
            if isinstance(node, AtLeast):
                key = node.list, node.where
                asked[key] = max(asked.get(key, 0), node.count)
    lengths = dict(spoken_of or {})
    for (name, _), count in asked.items():
        lengths[name] = lengths.get(name, 0) + count
    return lengths
