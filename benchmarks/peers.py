"""The rules that other engines can express, in the language of each: zen-engine, rule-engine, durable_rules' Host.

What they can express is the two-valued question *is it surely met?*, over flat items whose values are single:
conditions with no `not`, no list and nothing of the case. Unknown, which is the point of this library, none of them has.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from typing import Any

from ipt_formulate.case.fields import ChoiceKind
from ipt_formulate.case.lowering import LoweredCase
from ipt_formulate.case.terms import catalogue
from ipt_formulate.rulebase.conditions import All, Among, AtLeast, Condition, Named, Not, Some, Within, walk
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase

HOST_CONNECTIVES = 12
"""durable_rules refuses a condition with more than about 15 connectives (error 113)."""
LISTS = ("deaths", "conflicts", "changes")
Flat = dict[str, Any]
Met = set[tuple[str, int, str]]


def expressible(base: RuleBase) -> dict[str, list[CompiledRule[Any]]]:
    """The rules about one item that all the peers can express, by list."""
    return {name: [rule for rule in base.by_scope[name] if _is_expressible(rule.condition, name)] for name in LISTS}


def _is_expressible(condition: Condition, scope: str) -> bool:
    return (
        not any(isinstance(node, (Not, AtLeast)) for node in walk(condition))
        and not any(isinstance(node, (Within, Among)) and node.of_case for node in walk(condition))
        and _connectives(_parts(condition, scope)) <= HOST_CONNECTIVES
    )


def _connectives(tree: tuple[str, Any]) -> int:
    kind, body = tree
    return len(body) - 1 + sum(map(_connectives, body)) if kind in ("and", "or") else 0


def without_narrowed_choices(case: LoweredCase) -> LoweredCase:
    """The case with every choice that is narrowed down made unknown: a flat record holds one value, or none."""
    lists = {}
    for name, found in case.lists.items():
        items = []
        for item in found.items:
            values = {
                term: catalogue(name)[term].kind.unknown if isinstance(value, int) and value & (value - 1) else value
                for term, value in item.values.items()
            }
            items.append(replace(item, values=values))
        lists[name] = replace(found, items=tuple(items))
    return replace(case, lists=lists)


def flat(case: LoweredCase, rules: dict[str, list[CompiledRule[Any]]]) -> list[tuple[str, int, Flat]]:
    """Each item as a flat record: bounds for ranges, the value for choices, None where several are possible."""
    found = []
    for name in LISTS:
        leaves = [node for rule in rules[name] for node in walk(rule.condition) if isinstance(node, (Within, Among))]
        for index, item in enumerate(case.lists[name].items):
            record: Flat = {}
            for leaf in leaves:
                value, field = item.values[leaf.term], _field(leaf.term)
                if isinstance(leaf, Among):
                    record[field] = str(value) if value & (value - 1) == 0 else "unknown"
                elif leaf.several:
                    for place, (low, high) in enumerate(value):
                        record[f"{field}_{place}_lo"], record[f"{field}_{place}_hi"] = low, high
                else:
                    record[f"{field}_lo"], record[f"{field}_hi"] = value
            found.append((name, index, record))
    return found


def _field(term: str) -> str:
    return term.replace(".", "_")


def _members(leaf: Among, scope: str) -> list[str]:
    kind = catalogue(scope)[leaf.term].kind
    size = len(kind.members) if isinstance(kind, ChoiceKind) else 2
    return [str(1 << place) for place in range(size) if leaf.mask >> place & 1]


def _parts(condition: Condition, scope: str) -> tuple[str, Any]:
    """The condition as ``and``/``or`` of comparisons (field, test, value)."""
    match condition:
        case All(parts):
            return "and", [_parts(part, scope) for part in parts]
        case Some(parts):
            return "or", [_parts(part, scope) for part in parts]
        case Named(part=part):
            return _parts(part, scope)
        case Among(term=term):
            return "or", [("==", (_field(term), each)) for each in _members(condition, scope)]
        case Within(term=term, low=low, high=high, several=several):
            fields = [f"{_field(term)}_{place}" for place in range(5)] if several else [_field(term)]
            return "or", [("and", [(">=", (f"{field}_lo", low)), ("<=", (f"{field}_hi", high))]) for field in fields]
    raise ValueError("not expressible")


def _text(tree: tuple[str, Any]) -> str:
    kind, body = tree
    if kind in ("and", "or"):
        return f"({f' {kind} '.join(_text(each) for each in body)})"
    field, value = body
    return f'{field} {kind} "{value}"' if isinstance(value, str) else f"{field} {kind} {value}"


def zen(rules: dict[str, list[CompiledRule[Any]]]) -> Callable[[list[tuple[str, int, Flat]]], Met]:
    import zen as zen_engine

    engine = zen_engine.ZenEngine()
    decisions = {}
    for name in LISTS:
        lines = [
            {"id": rule.id, "key": rule.id.replace(".", "__"), "value": _text(_parts(rule.condition, name))}
            for rule in rules[name]
        ]
        at = {"position": {"x": 0, "y": 0}}
        nodes = [
            {"id": "in", "type": "inputNode", "name": "in", **at},
            {"id": "rules", "type": "expressionNode", "name": "rules", "content": {"expressions": lines}, **at},
            {"id": "out", "type": "outputNode", "name": "out", **at},
        ]
        edges = [
            {"id": "1", "type": "edge", "sourceId": "in", "targetId": "rules"},
            {"id": "2", "type": "edge", "sourceId": "rules", "targetId": "out"},
        ]
        decisions[name] = engine.create_decision(json.dumps({"nodes": nodes, "edges": edges}))

    def run(items: list[tuple[str, int, Flat]]) -> Met:
        return {
            (name, index, key.replace("__", "."))
            for name, index, record in items
            for key, met in decisions[name].evaluate(record)["result"].items()
            if met
        }

    return run


def rule_engine(rules: dict[str, list[CompiledRule[Any]]]) -> Callable[[list[tuple[str, int, Flat]]], Met]:
    import rule_engine as peer

    compiled = {
        name: [(rule.id, peer.Rule(_text(_parts(rule.condition, name)))) for rule in rules[name]] for name in LISTS
    }

    def run(items: list[tuple[str, int, Flat]]) -> Met:
        return {
            (name, index, rule_id)
            for name, index, record in items
            for rule_id, rule in compiled[name]
            if rule.matches(record)
        }

    return run


def host(rules: dict[str, list[CompiledRule[Any]]]) -> Callable[[list[tuple[str, int, Flat]]], Met]:
    """durable_rules as its documentation has it: a Host, one fact an item, a callable for each rule."""
    from durable.engine import Host

    fired: set[str] = set()

    def action(rule_id: str) -> Callable[[Any], None]:
        def run(c: Any) -> None:
            fired.add(rule_id)

        return run

    definitions: dict[str, Any] = {}
    for name in LISTS:
        definitions[name] = {
            rule.id.replace(".", "__"): {"all": [{"m": _lambda(_parts(rule.condition, name))}], "run": action(rule.id)}
            for rule in rules[name]
        }
        definitions[name]["always"] = {"all": [{"m": {"marker": "item"}}], "run": action("always")}
    engine = Host()
    engine.set_rulesets(definitions)
    numbers = count()

    def run(items: list[tuple[str, int, Flat]]) -> Met:
        met: Met = set()
        for name, index, record in items:
            sid = f"s{next(numbers)}"
            fired.clear()
            engine.assert_fact(name, {"marker": "item", "sid": sid, **record})
            met |= {(name, index, rule_id) for rule_id in fired if rule_id != "always"}
            engine.delete_state(name, sid)
        return met

    return run


def _lambda(tree: tuple[str, Any]) -> dict[str, Any]:
    kind, body = tree
    if kind in ("and", "or"):
        parts = [_lambda(each) for each in body]
        return parts[0] if len(parts) == 1 else {f"${kind}": parts}
    field, value = body
    return {field: value} if kind == "==" else {{">=": "$gte", "<=": "$lte"}[kind]: {field: value}}


def ours(base: RuleBase, rules: dict[str, list[CompiledRule[Any]]]) -> Callable[[LoweredCase], Met]:
    """The reference evaluator on the same rules, which also says what is not met and what is unknown."""
    from ipt_formulate.evaluation.reference import evaluate

    def run(case: LoweredCase) -> Met:
        return {
            (name, index, rule.id)
            for name in LISTS
            for index, item in enumerate(case.lists[name].items)
            for rule in rules[name]
            if evaluate(rule.condition, item.values, case) == 2
        }

    return run


def where_same(one: Met, other: Met) -> Iterator[tuple[str, int, str]]:
    """Where two engines differ."""
    yield from one ^ other
