"""Random conditions over every term a rule may read, and the constants that a rule base compares with."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any, Final

from ipt_formulate.case.fields import NO, YES, MomentKind, bounds_of
from ipt_formulate.case.lowering import AROUND
from ipt_formulate.case.moments import AROUND_DAYS
from ipt_formulate.case.terms import CASE, GAP, LIST_MODELS, Term, catalogue
from ipt_formulate.rulebase.conditions import All, Among, AtLeast, Condition, Named, Not, Some, Within, walk
from ipt_formulate.rulebase.parsing import EVIDENCE_TERMS
from ipt_formulate.rulebase.rulebase import RuleBase

COMMON_DAYS: Final = (0, 30, 60, 90, 180, 365, 730, 3650)
_INNER: Final = ("all", "any", "all", "any", "not", "named", "list", "leaf", "leaf", "empty")
_RARE: Final = 8


def random_condition(
    random: Random, scope: str = CASE, depth: int = 2, *, days: Sequence[int] = COMMON_DAYS, selection: bool = False
) -> Condition:
    """A random condition, such as the parser could have built.

    Args:
        random: the source of random numbers.
        scope: ``case`` or the list whose items it is about.
        depth: how many nodes may lie above a leaf.
        days: numbers of days to compare with.
        selection: whether it belongs to a step of selection, and may read the candidate's evidence.

    >>> random_condition(Random(1), "deaths", 0).term in catalogue("deaths")
    True
    """
    return ConditionWriter(random, tuple(days)).condition(scope, depth, selection=selection)


def constants_of(base: RuleBase) -> tuple[int, ...]:
    """Every number that a rule base compares with, in order, without the ends of a field's range."""
    found = set()
    for rule in base.rules.values():
        for condition in rule.conditions.values():
            for node in walk(condition):
                if isinstance(node, Within):
                    found |= {node.low, node.high} - set(_ends(node.term))
    return tuple(sorted(found))


@dataclass
class ConditionWriter:
    """Writes conditions of one rule base, which share their named conditions.

    Attributes:
        random: the source of random numbers.
        days: numbers of days to compare with.
        named: the named conditions written so far, by scope.
        inferences: whether a leaf may read what was only inferred.
    """

    random: Random
    days: tuple[int, ...] = COMMON_DAYS
    named: dict[tuple[str, bool], list[Named]] = field(default_factory=dict)
    inferences: bool = True

    def condition(self, scope: str, depth: int, *, selection: bool = False) -> Condition:
        """A condition with at most ``depth`` nodes above each leaf."""
        form = self.random.choice(_INNER) if depth > 0 else "leaf"
        match form:
            case "all":
                return All(self._parts(scope, depth, selection))
            case "any":
                return Some(self._parts(scope, depth, selection))
            case "not":
                return Not(self.condition(scope, depth - 1, selection=selection))
            case "named":
                return self._named(scope, depth, selection)
            case "list" if scope == CASE:
                name = self.random.choice(tuple(LIST_MODELS))
                return AtLeast(name, self.random.choice((1, 1, 1, 2, 3)), self.condition(name, depth - 1))
            case "empty" if self.random.randrange(_RARE) == _RARE - 1:
                return Some(())
        return self.leaf(scope, selection=selection)

    def leaf(self, scope: str, *, selection: bool = False) -> Condition:
        """A test of one term, of the item or now and then of the case."""
        if selection and self.random.randrange(3) == 0:
            name = self.random.choice(tuple(EVIDENCE_TERMS))
            return Among(name, self.random.choice((NO, YES)), f"{name} is yes or no")
        of_case = scope != CASE and self.random.randrange(_RARE) == 0
        terms = _terms(CASE if of_case else scope)
        term = self.random.choice(
            terms if self.inferences else [each for each in terms if not each.name.endswith(".inferred")]
        )
        if term.is_range:
            low, high = self._window(term)
            return Within(term.name, low, high, f"{term.name} between {low} and {high}", of_case, term.one_of_several)
        mask = 1 + self.random.randrange(_whole(term) - 1)
        return Among(term.name, mask, f"{term.name} is one of {mask:b}", of_case)

    def _parts(self, scope: str, depth: int, selection: bool) -> tuple[Condition, ...]:
        return tuple(
            self.condition(scope, depth - 1, selection=selection) for _ in range(self.random.choice((1, 2, 2, 3)))
        )

    def _named(self, scope: str, depth: int, selection: bool) -> Named:
        written = self.named.setdefault((scope, selection), [])
        if written and self.random.randrange(2):
            return self.random.choice(written)
        part = self.condition(scope, depth - 1, selection=selection)
        digest = hashlib.sha256(f"{scope} {part!r}".encode()).hexdigest()[:12]
        written.append(Named(f"c_{digest}", f"the condition {digest}", part))
        return written[-1]

    def _window(self, term: Term) -> tuple[int, int]:
        lowest, highest = bounds_of(term.kind)
        low, high = sorted((self._edge(term), self._edge(term)))
        form = self.random.randrange(4)
        low, high = (lowest if form == 1 else low), (highest if form == 2 else high)
        if term.one_of_several:
            low, high = min(low, AROUND[0]), max(high, AROUND[1])
        if low <= lowest and high >= highest:
            high = AROUND_DAYS if term.one_of_several else highest - 1
        return low, high

    def _edge(self, term: Term) -> int:
        lowest, highest = bounds_of(term.kind)
        if isinstance(term.kind, MomentKind) or term.kind == GAP:
            sign = self.random.choice((1, 1, 1, -1))
            return min(max(sign * self.random.choice(self.days), lowest), highest)
        return self.random.randint(lowest, highest)


def _whole(term: Term) -> int:
    mask: Any = term.kind.unknown
    return int(mask)


@cache
def _terms(scope: str) -> tuple[Term, ...]:
    return tuple(catalogue(scope).values())


@cache
def _by_name() -> Mapping[str, Term]:
    return {term.name: term for scope in (CASE, *LIST_MODELS) for term in _terms(scope)}


def _ends(name: str) -> tuple[int, int]:
    return bounds_of(_by_name()[name].kind)
