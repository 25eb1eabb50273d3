"""Two-railed truth: whether something must hold, and whether it may. The one module that names Z3's connectives."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, TypeAlias

import z3

Bool: TypeAlias = Any
"""A formula of Z3, which has no types of its own."""
Int: TypeAlias = Any

TRUE: Bool = z3.BoolVal(True)
FALSE: Bool = z3.BoolVal(False)


class Rails(NamedTuple):
    """Met is *must*; not met is *not may*; unknown is the rest."""

    must: Bool
    may: Bool


def conj(parts: Iterable[Bool]) -> Bool:
    """All of the formulas."""
    found = list(parts)
    return found[0] if len(found) == 1 else z3.And(found) if found else TRUE


def disj(parts: Iterable[Bool]) -> Bool:
    """Any of the formulas."""
    found = list(parts)
    return found[0] if len(found) == 1 else z3.Or(found) if found else FALSE


def every(parts: Iterable[Rails]) -> Rails:
    """All parts hold."""
    found = list(parts)
    return Rails(conj(each.must for each in found), conj(each.may for each in found))


def some(parts: Iterable[Rails]) -> Rails:
    """At least one part holds."""
    found = list(parts)
    return Rails(disj(each.must for each in found), disj(each.may for each in found))


def opposite(part: Rails) -> Rails:
    """The part does not hold: the two rails change places."""
    return Rails(z3.Not(part.may), z3.Not(part.must))


def at_least(count: int, flags: Iterable[Bool]) -> Bool:
    """At least ``count`` of the formulas hold."""
    found = list(flags)
    if count > len(found):
        return FALSE
    return disj(found) if count == 1 else z3.PbGe([(each, 1) for each in found], count)


def largest(one: Int, other: Int) -> Int:
    """The larger of two numbers."""
    return z3.If(one >= other, one, other)


def smallest(one: Int, other: Int) -> Int:
    """The smaller of two numbers."""
    return z3.If(one <= other, one, other)
