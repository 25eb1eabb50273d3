"""The smallest sets of facts that, answered otherwise, bring about another focus: all of them up to a size.

What a set of facts does to the focus it does through the signatures of the slots (`reasoning.board`). So the
search is made slot by slot: which signatures can so many facts of a slot bring about? Then the signatures are put
together. Facts that touch several slots are tried first, and the slots then as they stand with them. A set of
which a part does it already is left out, whatever the answers: what remains is exactly the minimal sets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import TypeAlias

from ipt_formulate.reasoning.board import NOTHING, WHOLE, Board, Cells, Effect, Outcome, Slot
from ipt_formulate.reasoning.facts import Answer, Fact
from ipt_formulate.reasoning.signatures import Signature

Wanted: TypeAlias = Callable[[Outcome], bool]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Option:
    """A fact answered in one way: all its answers that no rule can tell apart, and what they move by themselves."""

    fact: Fact
    answers: tuple[Answer, ...]
    effect: Effect


Picks: TypeAlias = tuple[Option, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Options:
    """The ways to answer a fact.

    Attributes:
        alone: those that move something by themselves, the ones that no rule can tell apart taken together.
        each: all answers one by one, for where the fact is answered together with another that it is tied to.
    """

    alone: Picks
    each: Picks


@dataclass(frozen=True, slots=True, repr=False)
class Variation:
    """Facts answered otherwise, and what follows."""

    picks: Picks
    outcome: Outcome


def options_of(board: Board, facts: Sequence[Fact], *, within: bool = False) -> dict[Fact, Options]:
    """The options of each fact.

    Args:
        board: the case.
        facts: its facts.
        within: only answers that what is recorded leaves possible.
    """
    found = {}
    for fact in facts:
        answers = [answer for answer in fact.answers if answer.within or not within]
        each = tuple(Option(fact, (answer,), board.effect([answer.edit])) for answer in answers)
        alike: dict[frozenset[tuple[Slot, Cells | None]], list[Answer]] = {}
        for option in each:
            if option.effect and None not in option.effect.values():
                alike.setdefault(frozenset(option.effect.items()), []).extend(option.answers)
        alone = tuple(Option(fact, tuple(merged), dict(key)) for key, merged in alike.items())
        if alone or (fact.knots and each):
            found[fact] = Options(alone, each)
    return found


def minimal_variations(board: Board, facts: Sequence[Fact], wanted: Wanted, size: int) -> Iterator[Variation]:
    """Every way to bring about a wanted outcome by answering a minimal set of facts otherwise.

    Args:
        board: the case.
        facts: the facts that may be answered otherwise.
        wanted: whether an outcome is wanted.
        size: the most facts in a set.

    Yields:
        Variations by the size of their sets; for a set, every option of its facts that does it.
    """
    search = _Search(board, options_of(board, facts), wanted)
    for count in range(1, size + 1):
        yield from search.of_size(count)


class _Search:
    def __init__(self, board: Board, options: Mapping[Fact, Options], wanted: Wanted) -> None:
        self.board, self.options, self.wanted = board, options, wanted
        self.minimal: list[frozenset[Fact]] = []
        self.touched: dict[Fact, set[Slot]] = {}
        self.own: dict[Slot, list[Fact]] = {slot: [] for slot in (*board.slots, WHOLE)}
        self.shared: list[Fact] = []
        self._together: dict[tuple[int, ...], Effect] = {}
        self._tables: dict[tuple[Slot, tuple[int, ...]], _Table] = {}
        self.ties = {
            one: frozenset(other for other in options if other is not one and one.tied(other)) for one in options
        }
        for fact, found in options.items():
            slots = {slot for each in (found.each if fact.knots else found.alone) for slot in each.effect}
            self.touched[fact] = slots | {slot for slot in fact.slots if fact.knots and slot in self.own}
            if len(self.touched[fact]) == 1:
                self.own[next(iter(self.touched[fact]))].append(fact)
            else:
                self.shared.append(fact)

    def of_size(self, size: int) -> Iterator[Variation]:
        found: dict[frozenset[Fact], list[Variation]] = {}
        self._tables.clear()  # what was minimal so far is left out of new ones
        for count in range(size + 1):
            for facts in combinations(self.shared, count):
                if not self.has_a_minimal_part(facts):
                    for picks in product(*(self.ways(fact, facts, apart=size > count) for fact in facts)):
                        for variation in self._with_own(picks, size - count):
                            found.setdefault(frozenset(each.fact for each in variation.picks), []).append(variation)
        for variations in found.values():
            yield from variations
        self.minimal += found

    def has_a_minimal_part(self, facts: Iterable[Fact]) -> bool:
        """Whether fewer of the facts do it already."""
        chosen = frozenset(facts)
        return any(part <= chosen for part in self.minimal)

    def ways(self, fact: Fact, beside: Iterable[Fact], *, apart: bool = False) -> Picks:
        """The options of a fact: one by one where it is tied to one of the facts beside it."""
        found = self.options[fact]
        tied = self.ties[fact] if apart else self.ties[fact].intersection(beside)
        return found.each if tied else found.alone

    def cells(self, slot: Slot, picks: Picks) -> Cells | None:
        """What some picks move in a slot, those that are tied worked out together; None if it contradicts itself."""
        concerned = [each for each in picks if slot in self.touched[each.fact]]
        facts = [each.fact for each in concerned]
        tied = [each for each in concerned if not self.ties[each.fact].isdisjoint(facts)]
        moved = self._jointly(tied).get(slot, NOTHING) if tied else NOTHING
        for each in concerned:
            if each not in tied and moved is not None:
                cells = each.effect.get(slot, NOTHING)
                moved = None if cells is None else moved | cells
        return moved

    def _jointly(self, tied: Sequence[Option]) -> Effect:
        key = tuple([id(each) for each in tied])
        if key not in self._together:
            self._together[key] = self.board.effect([each.answers[0].edit for each in tied])
        return self._together[key]

    def _table(self, slot: Slot, shared: Picks) -> _Table:
        """The table of a slot; the same one for all shared picks that do not touch the slot."""
        touching = tuple(each for each in shared if slot in self.touched[each.fact])
        key = slot, tuple([id(each) for each in touching])
        if key not in self._tables:
            self._tables[key] = _Table(self, slot, touching)
        return self._tables[key]

    def _with_own(self, shared: Picks, size: int) -> Iterator[Variation]:
        """The shared picks with so many picks more, each of a fact that touches one slot."""
        tables = {slot: self._table(slot, shared) for slot in self.own}
        contradictory = {slot for slot, table in tables.items() if table.moved is None}
        for spread in _spreads(tuple(slot for slot, own in self.own.items() if own), size):
            if not contradictory <= {slot for slot, _ in spread}:
                continue
            unmoved = {slot: table.moved for slot, table in tables.items() if table.moved}
            for reached in product(*(tables[slot].reached(count).values() for slot, count in spread)):
                moved = unmoved | {slot: cells for (slot, _), (_, cells) in zip(spread, reached, strict=True)}
                outcome = self.board.outcome(moved)
                if self.wanted(outcome):
                    for sets in product(*(sets for sets, _ in reached)):
                        picks = (*shared, *(each for picks in sets for each in picks))
                        if not self.has_a_minimal_part(each.fact for each in picks):
                            yield Variation(picks, outcome)


class _Table:
    """Which signatures some facts of one slot bring about, the shared picks being made."""

    def __init__(self, search: _Search, slot: Slot, shared: Picks) -> None:
        self.search, self.slot, self.shared = search, slot, shared
        self.moved = search.cells(slot, shared)
        self.before = None if self.moved is None else self._signature(self.moved)
        self._reached: dict[int, dict[Signature, tuple[list[Picks], Cells]]] = {}

    def _signature(self, cells: Cells) -> Signature:
        return (cells,) if self.slot == WHOLE else self.search.board.signature(self.slot, cells)

    def reached(self, count: int) -> Mapping[Signature, tuple[list[Picks], Cells]]:
        """By signature: the minimal sets of so many picks that bring it about, and the cells one of them moves."""
        if count not in self._reached:
            found: dict[Signature, tuple[list[Picks], Cells]] = {}
            self._reached[count] = found
            less = [self.reached(size) for size in range(1, count)]
            for facts in combinations(self.search.own[self.slot], count):
                if not self.search.has_a_minimal_part(facts):
                    self._add(facts, found, less)
        return self._reached[count]

    def _add(
        self,
        facts: tuple[Fact, ...],
        found: dict[Signature, tuple[list[Picks], Cells]],
        less: Sequence[Mapping[Signature, tuple[list[Picks], Cells]]],
    ) -> None:
        beside = (*facts, *(each.fact for each in self.shared))
        for picks in product(*(self.search.ways(fact, beside) for fact in facts)):
            cells = self.search.cells(self.slot, (*self.shared, *picks))
            if cells is not None and (signature := self._signature(cells)) != self.before:
                reached = (part for table in less if signature in table for part in table[signature][0])
                if not any(frozenset(each.fact for each in part) < frozenset(facts) for part in reached):
                    found.setdefault(signature, ([], cells))[0].append(picks)


def _spreads(slots: Sequence[Slot], size: int) -> Iterator[tuple[tuple[Slot, int], ...]]:
    """Every way to spread so many picks over the slots; slots without any are left out."""
    if size == 0:
        yield ()
    for place, slot in enumerate(slots):
        for count in range(1, size + 1):
            for rest in _spreads(slots[place + 1 :], size - count):
                yield ((slot, count), *rest)
