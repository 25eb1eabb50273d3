"""The smallest sets of facts that, answered otherwise, bring about another focus: all of them up to a size.

What a set of facts does to the focus it does through the signatures of the slots (`reasoning.board`). So the
search is made slot by slot: which signatures can so many facts of a slot bring about? Then the signatures are put
together. Facts that touch several slots are tried first, and the slots then as they stand with them. A set of
which a part does it already is left out, whatever the answers: what remains is exactly the minimal sets.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any, TypeAlias

from ipt_formulate.reasoning.board import NOTHING, WHOLE, Board, Outcome, Slot
from ipt_formulate.reasoning.facts import Fact
from ipt_formulate.reasoning.joint import Joint, Options, Picks, options_of
from ipt_formulate.reasoning.signatures import Cells, Signature

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
        wanted: whether an outcome is wanted, which must hang on its status and the areas it names alone.
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
        self._minimal: list[int] = []
        self.own: dict[Slot, list[Fact]] = {slot: [] for slot in (*board.slots, WHOLE)}
        self.shared: list[Fact] = []
        self._wanted: dict[Hashable, bool] = {}
        self._place = {slot: place for place, slot in enumerate(board.slots)}
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
        self._minimal += [self.joint.bits(facts) for facts in found]

    def has_a_minimal_part(self, facts: Iterable[Fact]) -> bool:
        """Whether fewer of the facts do it already."""
        chosen = self.joint.bits(facts)
        return any(part & chosen == part for part in self._minimal)

    def _outcome(self, whole: Cells, signatures: tuple[Signature, ...], moved: Mapping[Slot, Cells]) -> Outcome | None:
        """What follows, if it is wanted; worked out only where nothing is known that comes to the same."""
        gist = self.board.gist(whole, signatures)
        known = self._wanted.get(gist)
        if known is False:
            return None
        outcome = self.board.outcome_of(whole, signatures, moved)
        wanted = self._asked(outcome) if known is None else known
        if gist is not None:
            self._wanted[gist] = wanted
        return outcome if wanted else None

    def _table(self, slot: Slot, shared: Picks) -> _Table:
        """The table of a slot beside shared picks; the same one for all picks that do not touch the slot."""
        touching = tuple(each for each in shared if slot in self.joint.touched[each.fact])
        key = slot, tuple([id(each) for each in touching])
        if key not in self._tables:
            moved = self.joint.cells(slot, touching)
            beside = self.joint.bits([each.fact for each in touching])
            places = range(len(self.own[slot]))
            tied = [place for place in places if self.joint.tied(self.own[slot][place], beside)]
            free = self._free(slot, tuple([place for place in places if place not in tied]), moved)
            self._tables[key] = _TiedTable(free, tied, touching) if tied else free
        return self._tables[key]

    def _free(self, slot: Slot, facts: tuple[int, ...], moved: Cells | None) -> _Table:
        """The table of facts that are tied to no shared pick: the same for all picks that move the same cells."""
        key = slot, facts, moved
        if key not in self._tables:
            self._tables[key] = _Table(self, slot, facts, moved)
        return self._tables[key]

    def _with_own(self, shared: Picks, size: int) -> Iterator[Variation]:
        """The shared picks with so many picks more, each of a fact that touches one slot."""
        facts = [each.fact for each in shared]
        tables = {slot: self._table(slot, shared) for slot in self.own}
        contradictory = {slot for slot, table in tables.items() if table.moved is None}
        unmoved = {slot: table.moved for slot, table in tables.items() if table.moved}
        before = [tables[slot].before or () for slot in self.board.slots]
        for spread in _spreads(tuple(slot for slot, own in self.own.items() if own), size):
            if not contradictory <= {slot for slot, _ in spread}:
                continue
            for reached in product(*(tables[slot].reached(count).items() for slot, count in spread)):
                signatures, moved = before.copy(), unmoved.copy()
                for (slot, _), (signature, each) in zip(spread, reached, strict=True):
                    moved[slot] = each.cells
                    if slot != WHOLE:
                        signatures[self._place[slot]] = signature
                outcome = self._outcome(moved.get(WHOLE, NOTHING), tuple(signatures), moved)
                if outcome is not None:
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
    """Which signatures some facts of a slot bring about, some of its cells being moved already.

    Args:
        search: the search.
        slot: the slot.
        facts: the facts, by their places among those of the slot.
        moved: the cells; None where the slot contradicts itself.
    """

    def __init__(self, search: _Search, slot: Slot, facts: Sequence[int], moved: Cells | None) -> None:
        self.search, self.slot, self.facts, self.moved = search, slot, facts, moved
        self.before = None if moved is None else self._signature(moved)
        self._reached: dict[int, Mapping[Signature, _Reached]] = {}

    def _signature(self, cells: Cells) -> Signature:
        return (cells,) if self.slot == WHOLE else self.search.board.signature(self.slot, cells)

    def reached(self, count: int) -> Mapping[Signature, _Reached]:
        """By signature: the minimal sets of so many facts that bring it about."""
        if count not in self._reached:
            self._reached[count] = self._found(count)
        return self._reached[count]

    def _found(self, count: int) -> dict[Signature, _Reached]:
        found: dict[Signature, _Reached] = {}
        if self.moved is not None:
            self._add(count, combinations(self.facts, count), found)
        return found

    def _add(self, count: int, sets: Iterable[tuple[int, ...]], found: dict[Signature, _Reached]) -> None:
        """Add the signatures that sets of facts bring about and none of their parts does."""
        less = [self.reached(size) for size in range(1, count)]
        own = self.search.own[self.slot]
        for places in sets:
            facts = tuple([own[place] for place in places])
            if self.search.has_a_minimal_part(facts):
                continue
            chosen = frozenset(facts)
            for bundle in product(*(each.items() for each in self._bundles(facts))):
                cells = NOTHING.union(*[moved for moved, _ in bundle])
                if (signature := self._signature(cells)) != self.before:
                    smaller = [part for table in less if signature in table for part in table[signature].sets]
                    if not any(part < chosen for part in smaller):
                        reached = found.setdefault(signature, _Reached(cells, {}))
                        reached.sets.setdefault(chosen, []).append(tuple([picks for _, picks in bundle]))

    def _bundles(self, facts: tuple[Fact, ...]) -> Sequence[Mapping[Cells, list[Picks]]]:
        """What the facts can move, those that are tied together and the others apart, and what is moved already."""
        return (*self.search.joint.bundles(self.slot, facts, ()), {self.moved or NOTHING: [()]})


class _TiedTable(_Table):
    """The same beside shared picks to which some facts are tied, which only together with the picks move anything.

    Args:
        free: the table of the other facts.
        tied: the facts that are tied, by their places.
        shared: the shared picks.
    """

    def __init__(self, free: _Table, tied: Sequence[int], shared: Picks) -> None:
        super().__init__(free.search, free.slot, tied, free.moved)
        self.free, self.shared = free, shared

    def _found(self, count: int) -> dict[Signature, _Reached]:
        found = {
            signature: _Reached(each.cells, dict(each.sets)) for signature, each in self.free.reached(count).items()
        }
        for number in range(1, min(count, len(self.facts)) + 1):
            pairs = product(combinations(self.facts, number), combinations(self.free.facts, count - number))
            self._add(count, (tuple(sorted((*tied, *others))) for tied, others in pairs), found)
        return found

    def _bundles(self, facts: tuple[Fact, ...]) -> Sequence[Mapping[Cells, list[Picks]]]:
        return self.search.joint.bundles(self.slot, facts, self.shared)


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
