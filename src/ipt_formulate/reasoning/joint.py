"""What several facts move when they are answered together: those that are tied jointly, the others each by itself.

A term is moved by every fact that can move it (`reasoning.ties`), and by no other. So what some facts move is put
together term by term, and only for the few facts that share a term is a case lowered anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, TypeAlias

from ipt_formulate.reasoning.board import NOTHING, WHOLE, Board, Effect, Moved, Slot, consistent
from ipt_formulate.reasoning.facts import Answer, Fact
from ipt_formulate.reasoning.signatures import Cells


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Option:
    """A fact answered in one way: all its answers that no rule can tell apart, and what they move by themselves."""

    fact: Fact
    answers: tuple[Answer, ...]
    moved: Moved

    @property
    def effect(self) -> Effect:
        """What they move; None for a slot in which the case would contradict itself."""
        return {slot: consistent(cells) for slot, cells in self.moved.items()}


Picks: TypeAlias = tuple[Option, ...]
_Share: TypeAlias = tuple[tuple[tuple[int, ...], frozenset[str]], ...]
"""Of some facts, by place: those that together move terms, and the names of the terms."""


@dataclass(frozen=True, slots=True, repr=False)
class Options:
    """The ways to answer a fact.

    Attributes:
        alone: those that move something by themselves, the ones that no rule can tell apart taken together.
        each: all answers one by one, for where the fact is answered together with another that it is tied to.
    """

    alone: Picks
    each: Picks


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
        each = tuple(Option(fact, (answer,), board.moved([answer.edit])) for answer in answers)
        alike: dict[frozenset[tuple[Slot, Cells]], list[Answer]] = {}
        for option in each:
            if option.moved and None not in option.effect.values():
                alike.setdefault(frozenset(option.moved.items()), []).extend(option.answers)
        alone = tuple(Option(fact, tuple(merged), dict(key)) for key, merged in alike.items())
        if alone or (fact.moves and each):
            found[fact] = Options(alone, each)
    return found


class Joint:
    """What options of the facts of a case move together.

    Args:
        board: the case.
        options: the options of its facts.

    Attributes:
        touched: the slots that a fact can move.
    """

    def __init__(self, board: Board, options: Mapping[Fact, Options]) -> None:
        self.board, self.options = board, options
        self.touched: dict[Fact, frozenset[Slot]] = {}
        self._names = {slot: board.names(slot) for slot in (*board.slots, WHOLE)}
        self._bits = {fact: 1 << place for place, fact in enumerate(options)}
        self._ties = {
            one: sum(bit for other, bit in self._bits.items() if other is not one and one.tied(other))
            for one in options
        }
        self._joint: dict[tuple[int, ...], Moved] = {}
        self._parts: dict[tuple[Any, ...], Cells | None] = {}
        self._bundles: dict[tuple[Any, ...], Mapping[Cells, list[Picks]]] = {}
        self._bundled: dict[tuple[Any, ...], list[Mapping[Cells, list[Picks]]]] = {}
        self._shares: dict[tuple[Slot, tuple[Fact, ...]], _Share] = {}
        for fact, found in options.items():
            slots = {slot for each in (found.each if fact.moves else found.alone) for slot in each.moved}
            tied = (slot for slot, names in self._names.items() if not fact.moves.isdisjoint(names))
            self.touched[fact] = frozenset(slots.union(tied))

    def ways(self, fact: Fact, beside: int) -> Picks:
        """The options of a fact: one by one where it is tied to one of the facts beside it, a set of bits."""
        found = self.options[fact]
        return found.each if self._ties[fact] & beside else found.alone

    def tied(self, fact: Fact, beside: int) -> bool:
        """Whether a fact is tied to one of some others, a set of bits."""
        return bool(self._ties[fact] & beside)

    def bits(self, facts: Iterable[Fact]) -> int:
        """Facts as a set of bits."""
        return sum([self._bits[fact] for fact in facts])

    def cells(self, slot: Slot, picks: Picks) -> Cells | None:
        """What some picks move in a slot; None if it contradicts itself."""
        concerned = tuple([each for each in picks if slot in self.touched[each.fact]])
        moved: Cells = NOTHING
        if concerned:
            for places, names in self._share(slot, tuple([each.fact for each in concerned])):
                part = self._part(slot, tuple([concerned[place] for place in places]), names)
                if part is None:
                    return None
                moved |= part
        return moved

    def bundles(self, slot: Slot, facts: tuple[Fact, ...], shared: Picks) -> list[Mapping[Cells, list[Picks]]]:
        """What facts of a slot can move beside shared picks, each together with those that it is tied to.

        By bundle of facts that are tied: the cells that they can move, each with the picks that do.
        """
        key = slot, facts, *[id(each) for each in shared]
        if key not in self._bundled:
            self._bundled[key] = self._by_component(slot, facts, shared)
        return self._bundled[key]

    def _by_component(self, slot: Slot, facts: tuple[Fact, ...], shared: Picks) -> list[Mapping[Cells, list[Picks]]]:
        found = []
        left, loose = self.bits(facts), self.bits([each.fact for each in shared])
        for fact in facts:
            if self._bits[fact] & left:
                members = self._component(fact, left | loose)
                chosen = tuple([each for each in facts if self._bits[each] & members])
                beside = tuple([each for each in shared if self._bits[each.fact] & members])
                found.append(self._bundle(slot, chosen, beside))
                left, loose = left & ~members, loose & ~members
        if loose:
            cells = self.cells(slot, tuple([each for each in shared if self._bits[each.fact] & loose]))
            found.append({} if cells is None else {cells: [()]})
        return found

    def _component(self, fact: Fact, among: int) -> int:
        """A fact and those among some to which it is tied, by way of others too."""
        members = self._bits[fact]
        fresh = self._ties[fact] & among
        while fresh:
            members |= fresh
            reached = 0
            for other, bit in self._bits.items():
                if bit & fresh:
                    reached |= self._ties[other]
            fresh = reached & among & ~members
        return members

    def _bundle(self, slot: Slot, facts: tuple[Fact, ...], shared: Picks) -> Mapping[Cells, list[Picks]]:
        key = slot, facts, *[id(each) for each in shared]
        if key not in self._bundles:
            beside = self.bits((*facts, *(each.fact for each in shared)))
            found: dict[Cells, list[Picks]] = {}
            for picks in product(*(self.ways(fact, beside) for fact in facts)):
                cells = self.cells(slot, (*shared, *picks))
                if cells is not None:
                    found.setdefault(cells, []).append(picks)
            self._bundles[key] = found
        return self._bundles[key]

    def _share(self, slot: Slot, facts: tuple[Fact, ...]) -> _Share:
        """Which of some facts together move which terms of a slot: each term is moved by all that can move it."""
        key = slot, facts
        if key not in self._shares:
            together: dict[tuple[int, ...], set[str]] = {(place,): set() for place in range(len(facts))}
            for name in frozenset().union(*(fact.moves for fact in facts)) & self._names[slot]:
                places = tuple(place for place, fact in enumerate(facts) if name in fact.moves)
                if len(places) > 1:
                    together.setdefault(places, set()).add(name)
            shared = frozenset().union(*together.values())
            self._shares[key] = tuple(
                (places, frozenset(names) if len(places) > 1 else self._names[slot] - shared)
                for places, names in together.items()
            )
        return self._shares[key]

    def _part(self, slot: Slot, picks: Picks, names: frozenset[str]) -> Cells | None:
        """What some picks together move of the terms of a slot that bear some names."""
        key = slot, names, *[id(each) for each in picks]
        if key not in self._parts:
            cells = self._jointly(picks).get(slot, NOTHING)
            self._parts[key] = consistent(frozenset(each for each in cells if self.board.name(slot, each) in names))
        return self._parts[key]

    def _jointly(self, picks: Picks) -> Moved:
        if len(picks) == 1:
            return picks[0].moved
        key = tuple([id(each) for each in picks])
        if key not in self._joint:
            self._joint[key] = self.board.moved([each.answers[0].edit for each in picks])
        return self._joint[key]
