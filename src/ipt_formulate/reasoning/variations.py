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
from typing import Any, TypeAlias

from ipt_formulate.reasoning.board import NOTHING, WHOLE, Board, Cells, Outcome, Slot
from ipt_formulate.reasoning.facts import Fact
from ipt_formulate.reasoning.joint import Joint, Options, Picks, options_of
from ipt_formulate.reasoning.signatures import Signature

Wanted: TypeAlias = Callable[[Outcome], bool]


@dataclass(frozen=True, slots=True, repr=False)
class Variation:
    """Facts answered otherwise, and what follows."""

    picks: Picks
    outcome: Outcome


def minimal_variations(
    board: Board, facts: Sequence[Fact], wanted: Wanted, size: int, *, fewest: bool = False
) -> Iterator[Variation]:
    """Every way to bring about a wanted outcome by answering a minimal set of facts otherwise.

    Args:
        board: the case.
        facts: the facts that may be answered otherwise.
        wanted: whether an outcome is wanted.
        size: the most facts in a set.
        fewest: no larger sets than the smallest that does it.

    Yields:
        Variations by the size of their sets; for a set, every option of its facts that does it.
    """
    search = _Search(board, options_of(board, facts), wanted)
    for count in range(1, size + 1):
        yield from search.of_size(count)
        if fewest and search.minimal:
            return


class _Search:
    def __init__(self, board: Board, options: Mapping[Fact, Options], wanted: Wanted) -> None:
        self.board, self.joint = board, Joint(board, options)
        self.minimal: list[frozenset[Fact]] = []
        self.own: dict[Slot, list[Fact]] = {slot: [] for slot in (*board.slots, WHOLE)}
        self.shared: list[Fact] = []
        self._wanted: dict[int, bool] = {}
        self._asked = wanted
        self._everything = self.joint.bits(options)
        self._tables: dict[tuple[Any, ...], _Table] = {}
        for fact in options:
            slots = self.joint.touched[fact]
            (self.own[next(iter(slots))] if len(slots) == 1 else self.shared).append(fact)

    def of_size(self, size: int) -> Iterator[Variation]:
        """The variations of so many facts of which no part is one."""
        found: dict[frozenset[Fact], list[Variation]] = {}
        self._tables.clear()  # what was minimal so far is left out of new ones
        for count in range(size + 1):
            for facts in combinations(self.shared, count):
                if not self.has_a_minimal_part(facts):
                    beside = self._everything if size > count else self.joint.bits(facts)
                    for picks in product(*(self.joint.ways(fact, beside) for fact in facts)):
                        for variation in self._with_own(picks, size - count):
                            found.setdefault(frozenset(each.fact for each in variation.picks), []).append(variation)
        for variations in found.values():
            yield from variations
        self.minimal += found

    def has_a_minimal_part(self, facts: Iterable[Fact]) -> bool:
        """Whether fewer of the facts do it already."""
        chosen = frozenset(facts)
        return any(part <= chosen for part in self.minimal)

    def wanted(self, outcome: Outcome) -> bool:
        """Whether an outcome is wanted; the board keeps every outcome, so that each is asked about once."""
        if id(outcome) not in self._wanted:
            self._wanted[id(outcome)] = self._asked(outcome)
        return self._wanted[id(outcome)]

    def _table(self, slot: Slot, shared: Picks) -> _Table:
        """The table of a slot; the same one for all shared picks that do not touch the slot."""
        touching = tuple(each for each in shared if slot in self.joint.touched[each.fact])
        key = slot, tuple([id(each) for each in touching])
        if key not in self._tables:
            self._tables[key] = _Table(self, slot, touching)
        return self._tables[key]

    def _with_own(self, shared: Picks, size: int) -> Iterator[Variation]:
        """The shared picks with so many picks more, each of a fact that touches one slot."""
        facts = [each.fact for each in shared]
        tables = {slot: self._table(slot, shared) for slot in self.own}
        contradictory = {slot for slot, table in tables.items() if table.moved is None}
        unmoved = {slot: table.moved for slot, table in tables.items() if table.moved}
        before = {slot: table.before for slot, table in tables.items()}
        for spread in _spreads(tuple(slot for slot, own in self.own.items() if own), size):
            if not contradictory <= {slot for slot, _ in spread}:
                continue
            for reached in product(*(tables[slot].reached(count).items() for slot, count in spread)):
                signatures = before | {
                    slot: signature for (slot, _), (signature, _) in zip(spread, reached, strict=True)
                }
                moved = unmoved | {slot: each.cells for (slot, _), (_, each) in zip(spread, reached, strict=True)}
                whole = moved.get(WHOLE, NOTHING)
                outcome = self.board.outcome_of(
                    whole, tuple([signatures[slot] or () for slot in self.board.slots]), moved
                )
                if self.wanted(outcome):
                    for sets in product(*(each.sets.items() for _, each in reached)):
                        if not self.has_a_minimal_part((*facts, *(fact for chosen, _ in sets for fact in chosen))):
                            for own in product(*(_unbundled(bundles) for _, bundles in sets)):
                                picks = (*shared, *(pick for each in own for pick in each))
                                yield Variation(picks, outcome)


@dataclass(slots=True, repr=False)
class _Reached:
    """How a signature is reached: the sets of facts, with their picks in bundles, and the cells one of them moves."""

    cells: Cells
    sets: dict[frozenset[Fact], list[tuple[list[Picks], ...]]]


class _Table:
    """Which signatures some facts of one slot bring about, the shared picks being made."""

    def __init__(self, search: _Search, slot: Slot, shared: Picks) -> None:
        self.search, self.slot, self.shared = search, slot, shared
        self.moved = search.joint.cells(slot, shared)
        self.before = None if self.moved is None else self._signature(self.moved)
        self._reached: dict[int, dict[Signature, _Reached]] = {}

    def _signature(self, cells: Cells) -> Signature:
        return (cells,) if self.slot == WHOLE else self.search.board.signature(self.slot, cells)

    def reached(self, count: int) -> Mapping[Signature, _Reached]:
        """By signature: the minimal sets of so many facts that bring it about."""
        if count not in self._reached:
            found: dict[Signature, _Reached] = {}
            self._reached[count] = found
            less = [self.reached(size) for size in range(1, count)]
            for facts in combinations(self.search.own[self.slot], count):
                if not self.search.has_a_minimal_part(facts):
                    self._add(facts, found, less)
        return self._reached[count]

    def _add(
        self, facts: tuple[Fact, ...], found: dict[Signature, _Reached], less: Sequence[Mapping[Signature, _Reached]]
    ) -> None:
        """The signatures that some facts bring about: those that are tied move cells together, the others apart."""
        chosen = frozenset(facts)
        for bundle in product(*(each.items() for each in self.search.joint.bundles(self.slot, facts, self.shared))):
            cells = NOTHING.union(*(moved for moved, _ in bundle))
            if (signature := self._signature(cells)) != self.before:
                smaller = (part for table in less if signature in table for part in table[signature].sets)
                if not any(part < chosen for part in smaller):
                    reached = found.setdefault(signature, _Reached(cells, {}))
                    reached.sets.setdefault(chosen, []).append(tuple(picks for _, picks in bundle))


def _unbundled(bundles: Iterable[tuple[list[Picks], ...]]) -> Iterator[Picks]:
    """The picks of which bundles are made, each of the facts once."""
    for bundle in bundles:
        for parts in product(*bundle):
            yield tuple(pick for part in parts for pick in part)


def _spreads(slots: Sequence[Slot], size: int) -> Iterator[tuple[tuple[Slot, int], ...]]:
    """Every way to spread so many picks over the slots; slots without any are left out."""
    if size == 0:
        yield ()
    for place, slot in enumerate(slots):
        for count in range(1, size + 1):
            for rest in _spreads(slots[place + 1 :], size - count):
                yield ((slot, count), *rest)
