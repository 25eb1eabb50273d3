"""Which cases change their answer between two rule bases, and which changes of the rules make them do so."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias

from ipt_formulate.case.case import Case
from ipt_formulate.reasoning.outcomes import (
    Cause,
    Difference,
    Outcome,
    differing,
    outcome,
    responsible,
    shown,
    usable,
)
from ipt_formulate.reasoning.schools import DEFAULT
from ipt_formulate.rulebase.rulebase import RuleBase

Kind: TypeAlias = Literal["rule", "parameter", "condition", "area", "technique", "tradition"]
_TABLES: Final[Mapping[str, str]] = {"area": "areas", "technique": "techniques", "tradition": "traditions"}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs between two rule bases.

    Attributes:
        kind: what it is.
        id: its name.
        how: ``added``, ``removed``, or what was changed, with versions where there are any.
        title: what it says.
        rules: for a parameter or named condition, the rules that came to mean something else through it.
    """

    kind: Kind
    id: str
    how: str
    title: str
    rules: tuple[str, ...] = ()


def changes_between(old: RuleBase, new: RuleBase) -> tuple[Change, ...]:
    """What differs between two rule bases and can change an answer: rules, parameters, conditions, areas, cards,
    traditions.
    """
    return (*_rules(old, new), *_shared(old, new, "parameter"), *_shared(old, new, "condition"), *_tables(old, new))


def changed_answers(
    old: RuleBase, new: RuleBase, case: Case, changes: tuple[Change, ...], *, tradition: str = DEFAULT
) -> tuple[Difference, ...]:
    """How the answer for a case differs, and through which changes.

    The changes are applied to the old rule base one at a time; those that alone bring the new answer are named,
    else the first pair that does, else all of them.

    Args:
        old: the rule base before.
        new: the rule base now.
        case: the case.
        changes: what `changes_between` gave for the two.
        tradition: the school whose areas and rules apply.

    Raises:
        UnknownName: one of the two has no such tradition.
    """
    before = outcome(old.for_tradition(tradition), case, techniques=True)
    now = outcome(new.for_tradition(tradition), case, techniques=True)
    about = differing(before, now)
    if not about:
        return ()

    @cache
    def after(picked: tuple[Change, ...]) -> Outcome | None:
        variant = usable(with_changes(old, new, picked), tradition)
        return None if variant is None else outcome(variant, case, techniques=True)

    relevant = tuple(each for each in changes if after((each,)) is None or after((each,)) != before) or changes
    found = []
    for each in about:
        picked, together = responsible(each, now.get(each), relevant, after)
        causes = tuple(Cause(f"{change.kind} {change.id}", change.how, change.title) for change in picked)
        found.append(Difference(each, shown(each, before.get(each)), shown(each, now.get(each)), causes, together))
    return tuple(found)


def _rules(old: RuleBase, new: RuleBase) -> Iterator[Change]:
    for name in dict.fromkeys((*old.rules, *new.rules)):
        if name not in new.rules:
            yield Change("rule", name, "removed", old.rules[name].text.title)
        elif name not in old.rules:
            yield Change("rule", name, "added", new.rules[name].text.title)
        elif old.rules[name].written != new.rules[name].written:
            versions = (old.rules[name].text.version, new.rules[name].text.version)
            how = f"changed, {' to '.join(versions)}" if versions[0] != versions[1] else f"changed within {versions[0]}"
            yield Change("rule", name, how, new.rules[name].text.title)


def _shared(old: RuleBase, new: RuleBase, kind: Literal["parameter", "condition"]) -> Iterator[Change]:
    tables: tuple[Mapping[str, Any], Mapping[str, Any]]
    tables = (old.parameters, new.parameters) if kind == "parameter" else (old.named, new.named)
    for name in tables[0]:
        if name in tables[1] and tables[0][name] != tables[1][name]:
            used = f"${name}" if kind == "parameter" else name
            touched = tuple(
                rule.id
                for rule in new.rules.values()
                if used in rule.uses
                and rule.id in old.rules
                and old.rules[rule.id].written == rule.written
                and old.rules[rule.id].conditions != rule.conditions
            )
            values = [str(getattr(table[name], "value", "")) for table in tables]
            how = f"{values[0]} to {values[1]}" if values[0] != values[1] else "changed"
            yield Change(kind, name, how, tables[1][name].title, touched)


def _tables(old: RuleBase, new: RuleBase) -> Iterator[Change]:
    kind: Kind
    for kind in ("area", "technique", "tradition"):
        table = _TABLES[kind]
        before, now = getattr(old, table), getattr(new, table)
        for name in dict.fromkeys((*before, *now)):
            if before.get(name) != now.get(name):
                how = "removed" if name not in now else "added" if name not in before else "changed"
                yield Change(kind, str(name), how, (now.get(name) or before[name]).title)


def with_changes(old: RuleBase, new: RuleBase, picked: Collection[Change]) -> RuleBase:
    """The old rule base with some of the changes made."""
    tables: dict[str, dict[Any, Any]] = {
        name: dict(getattr(old, name)) for name in ("rules", "areas", "techniques", "traditions")
    }
    for change in picked:
        table = _TABLES.get(change.kind, "rules")
        for name in change.rules if change.kind in ("parameter", "condition") else (change.id,):
            if name in getattr(new, table):
                tables[table][name] = getattr(new, table)[name]
            else:
                tables[table].pop(name, None)
    swapped: dict[str, Any] = {name: MappingProxyType(table) for name, table in tables.items()}
    return replace(old, _variants={}, **swapped)
