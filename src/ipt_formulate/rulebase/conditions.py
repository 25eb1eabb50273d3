"""The condition tree: six nodes and a name, all frozen. What they mean is in `evaluation.reference`.

Everything a rule file may write (`is`, `in`, `at_least`, `none`, `every`, named conditions) has become these
nodes, with the parameters' values filled in, by the time a rule exists.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Within:
    """A whole number, time or duration lies from ``low`` to ``high``, both included.

    ``several`` marks a term whose value is several ranges, of which one must fit.
    """

    term: str
    low: int
    high: int
    wording: str
    of_case: bool = False
    several: bool = False


@dataclass(frozen=True, slots=True)
class Among:
    """A choice or yes/no is one of the members in ``mask``."""

    term: str
    mask: int
    wording: str
    of_case: bool = False


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one part holds; with no parts, it never does."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least ``count`` items of a list fulfil ``where``."""

    list: str
    count: int
    where: Condition


@dataclass(frozen=True, slots=True)
class Named:
    """A condition that was defined once under a name; it means what its part means."""

    name: str
    title: str
    part: Condition


Leaf: TypeAlias = Within | Among
Condition: TypeAlias = Within | Among | All | Some | Not | AtLeast | Named
NODE_TYPES: tuple[type, ...] = (Within, Among, All, Some, Not, AtLeast, Named)


def walk(condition: Condition) -> Iterator[Condition]:
    """The condition and all conditions inside it, outermost first."""
    yield condition
    for part in parts_of(condition):
        yield from walk(part)


def walk_with_scope(condition: Condition, scope: str) -> Iterator[tuple[Condition, str]]:
    """The condition and all conditions inside it, each with what it is about: ``case`` or the name of a list."""
    yield condition, scope
    for part in parts_of(condition):
        yield from walk_with_scope(part, condition.list if isinstance(condition, AtLeast) else scope)


def parts_of(condition: Condition) -> tuple[Condition, ...]:
    """The conditions that stand directly inside a condition; a test of a field has none."""
    match condition:
        case All(parts) | Some(parts):
            return parts
        case Not(part) | Named(part=part) | AtLeast(where=part):
            return (part,)
        case Within() | Among():
            return ()


def with_parts(condition: Condition, parts: Iterable[Condition]) -> Condition:
    """The condition with others, as many, standing directly inside it.

    >>> with_parts(Not(All(())), [Some(())])
    Not(part=Some(parts=()))
    """
    found = tuple(parts)
    match condition:
        case All() | Some():
            return replace(condition, parts=found)
        case Not() | Named():
            return replace(condition, part=found[0])
        case AtLeast():
            return replace(condition, where=found[0])
        case Within() | Among():
            return condition


def in_words(condition: Condition) -> str:
    """The condition as a sentence part, in the words of its leaves.

    >>> in_words(All((Among("alive", 2, "alive is yes"), Not(Among("role", 1, "role is partner")))))
    '(alive is yes and not role is partner)'
    """
    match condition:
        case Within(wording=wording) | Among(wording=wording):
            return wording
        case All(parts):
            return f"({' and '.join(in_words(part) for part in parts)})"
        case Some(parts):
            words = [in_words(part) for part in parts if part != Some(())]
            return f"({' or '.join(words)})" if len(words) > 1 else words[0] if words else "never"
        case Not(part):
            return f"not {in_words(part)}"
        case Named(title=title):
            return title
        case AtLeast(name, count, where):
            return f"at least {count} of {name} where {in_words(where)}"
