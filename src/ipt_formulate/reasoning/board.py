"""The focus of a case and of its variations, worked out again only where a variation touches it.

A *slot* is an item of a list, or the case. All that selection needs of a slot is its *signature*: what it finds
for each area, and whether it counts in the rules about the case. A variation is the *cells* that it moves: for a
slot and a term, how every test of the term comes out. So two variations that no rule can tell apart are one, and
the signature of a slot is worked out once for each set of cells.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from ipt_formulate.case.case import Case
from ipt_formulate.case.lowering import LoweredCase, LoweredItem, LoweredList, lower_with_faults
from ipt_formulate.case.memo import Memo
from ipt_formulate.case.terms import CASE, LIST_MODELS
from ipt_formulate.evaluation import reference
from ipt_formulate.evaluation.findings import CandidateFindings, Findings, Verdict
from ipt_formulate.formulation.build import choose_among
from ipt_formulate.formulation.selection import Selection
from ipt_formulate.reasoning.facts import Edit, Parts
from ipt_formulate.reasoning.relevance import INQUIRIES, INQUIRY, Leaves, scopes_of
from ipt_formulate.reasoning.signatures import Cell, Cells, RulesOfScope, Signature, SignaturesOfSlot
from ipt_formulate.reasoning.standing import Standing, standings_of, unequalled
from ipt_formulate.reasoning.ties import ONSET, Ties
from ipt_formulate.rulebase.conditions import Leaf
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.vocabulary import ProblemArea

Slot: TypeAlias = tuple[str, int]
Moved: TypeAlias = Mapping[Slot, Cells]
"""What a variation moves, slot by slot; nothing where no rule can tell it from the case as it is.

Where the case would contradict itself, a cell says so, with the term on which the contradiction bears."""
Effect: TypeAlias = Mapping[Slot, Cells | None]
"""The same, with None for a slot in which the case would contradict itself."""
Gist: TypeAlias = tuple[tuple[int, frozenset[Standing]], ...]
"""How the candidates of a scope stand, by the place of their area; of each area those that matter."""

WHOLE: Final[Slot] = (CASE, 0)
NOTHING: Final[Cells] = frozenset()
_PLACE: Final = re.compile(r"@?inventory\.(\w+)\[(\d+)\]\.(\w+)")
_CONTRADICTION: Final = "contradiction"


def consistent(cells: Cells) -> Cells | None:
    """The cells, or None where one of them says that the case would contradict itself."""
    return None if any(where == _CONTRADICTION for where, _, _ in cells) else cells


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows for the focus: the selection, and the status of each area."""

    selection: Selection
    areas: Mapping[ProblemArea, Verdict]


class Board:
    """A case laid out so that its variations are cheap.

    Args:
        base: the rule base of the tradition.
        case: the case as it is recorded.
        statuses: whether the status of a residual area is wanted also where it cannot matter to the focus.
    """

    def __init__(self, base: RuleBase, case: Case, *, statuses: bool = True) -> None:
        self.base, self.lowered, self.statuses = base, case.lowered, statuses
        self.parts: Parts = (case.assessment, case.inventory)
        self.ties = Ties(case.inventory)
        self.scopes = scopes_of(base)
        self.slots: tuple[Slot, ...] = tuple(
            (name, index)
            for name in LIST_MODELS
            if self.scopes[name].areas or self.scopes[name].counted
            for index in range(len(case.lowered.lists[name].items))
        )
        self._rules = {name: RulesOfScope(base, scope, counting=statuses) for name, scope in self.scopes.items()}
        self._values: dict[tuple[Slot, Cell], Any] = {}
        self._cells: dict[tuple[int, Any], tuple[Verdict, ...]] = {}
        self._lowered = Memo()
        self._of_slots: dict[Slot, SignaturesOfSlot] = {}
        self._names: dict[tuple[Slot, str, str], str] = {}
        self._signatures: dict[tuple[Slot, Cells], Signature] = {}
        self._one: dict[Signature, Signature] = {}
        self._gists: dict[tuple[Any, ...], Gist] = {}
        names = [name for name, _ in self.slots]
        self._parts = {
            name: slice(names.index(name), names.index(name) + names.count(name)) for name in dict.fromkeys(names)
        }
        self._outcomes: dict[tuple[Any, ...], Outcome] = {}
        self.present = self.outcome({})

    def effect(self, edits: Iterable[Edit]) -> Effect:
        """What some edits move; None for a slot in which the case would contradict itself more than it does."""
        return {slot: consistent(cells) for slot, cells in self.moved(edits).items()}

    def moved(self, edits: Iterable[Edit]) -> Moved:
        """What some edits move, and where the case would contradict itself more than it does."""
        parts = self.parts
        for edit in edits:
            parts = edit(parts)
        lowered, faults = lower_with_faults(*parts, self._lowered)
        whole = self._moved(WHOLE, "own", self.scopes[CASE].own, lowered.case)
        inquiries = {
            ("own", term, lowered.case.values[term])
            for term in INQUIRIES
            if lowered.case.values[term] != self.lowered.case.values[term]
        }
        self._values |= {(WHOLE, cell): cell[2] for cell in inquiries}
        found: dict[Slot, Cells] = {WHOLE: whole | inquiries} if whole or inquiries else {}
        for slot in self.slots:
            name, index = slot
            scope = self.scopes[name]
            cells = self._moved(slot, "own", scope.own, lowered.lists[name].items[index])
            cells |= self._moved(slot, "case", scope.of_case, lowered.case)
            if cells:
                found[slot] = cells
        for fresh in {*faults, *lowered.contradictions} - set(self.lowered.contradictions):
            slot, cell = self._contradiction(fresh, Ties(parts[1]))
            found[slot] = found.get(slot, NOTHING) | {cell}
        return found

    def _contradiction(self, told: str, ties: Ties) -> tuple[Slot, Cell]:
        """The slot in which the case would contradict itself, and the cell that says so."""
        found = _PLACE.match(told)
        if not found:
            return WHOLE, (_CONTRADICTION, ONSET, told)
        slot = found[1], int(found[2])
        name = ties.contradicted(*slot, found[3])
        return slot if slot in self.slots else WHOLE, (_CONTRADICTION, name, told)

    def name(self, slot: Slot, cell: Cell) -> str:
        """The name of the term that a cell is about."""
        where, term, _ = cell
        key = slot, where, term
        if key not in self._names:
            self._names[key] = self.ties.name(*slot, term) if where == "own" else term
        return self._names[key]

    def names(self, slot: Slot) -> frozenset[str]:
        """The names of all terms on which a slot can depend, and of those about which it can contradict itself.

        What is recorded of someone is told to contradict itself only about whether that person is alive, or else
        where an item that concerns the person says otherwise.
        """
        if slot != WHOLE:
            return self.ties.of_scope(*slot).union(self.scopes[slot[0]].of_case)
        others = [(n, i) for n, found in self.lowered.lists.items() for i in range(len(found.items))]
        lives = {self.ties.name(*other, "alive" if other[0] == "people" else "person.alive") for other in others}
        unread = (self.ties.of_scope(*other) for other in others if other not in self.slots and other[0] != "people")
        return frozenset({ONSET, *INQUIRIES}).union(self.scopes[CASE].own, lives, *unread)

    def _moved(self, slot: Slot, where: str, leaves: Leaves, item: LoweredItem) -> Cells:
        before = self._item(slot if where == "own" else WHOLE).values
        moved = set()
        for term, tests in leaves.items():
            value = item.values[term]
            if value != before[term]:
                cell = self._cell(tests, term, value)
                if cell != self._cell(tests, term, before[term]):
                    moved.add((where, term, cell))
                    self._values[slot, (where, term, cell)] = value
        return frozenset(moved)

    def _cell(self, tests: list[Leaf], term: str, value: Any) -> tuple[Verdict, ...]:
        """How the tests of a term come out for a value."""
        key = id(tests), value
        if key not in self._cells:
            values = {term: value}
            self._cells[key] = tuple([reference.evaluate(test, values, self.lowered) for test in tests])
        return self._cells[key]

    def _item(self, slot: Slot) -> LoweredItem:
        return self.lowered.case if slot == WHOLE else self.lowered.lists[slot[0]].items[slot[1]]

    def signature(self, slot: Slot, cells: Cells) -> Signature:
        """The signature of a list's slot when some cells are moved; the same object where it is the same."""
        key = slot, cells
        if key not in self._signatures:
            if slot not in self._of_slots:
                self._of_slots[slot] = SignaturesOfSlot(self._rules[slot[0]], partial(self._with, slot))
            found = self._of_slots[slot].signature(cells)
            self._signatures[key] = self._one.setdefault(found, found)
        return self._signatures[key]

    def _with(self, slot: Slot, cells: Cells) -> tuple[dict[str, Any], LoweredCase]:
        """An item's values, and the case, with some cells moved."""
        own = {term: self._values[slot, (where, term, cell)] for where, term, cell in cells if where == "own"}
        of_case = {term: self._values[slot, (where, term, cell)] for where, term, cell in cells if where == "case"}
        case = self.lowered
        if of_case:
            item = LoweredItem(CASE, {**case.case.values, **of_case}, case.case.asked)
            case = LoweredCase(item, case.lists)
        return {**self._item(slot).values, **own}, case

    def outcome(self, effect: Mapping[Slot, Cells]) -> Outcome:
        """What follows for the focus when a variation is made."""
        signatures = tuple([self.signature(slot, effect.get(slot, NOTHING)) for slot in self.slots])
        return self.outcome_of(effect.get(WHOLE, NOTHING), signatures, effect)

    def outcome_of(self, whole: Cells, signatures: tuple[Signature, ...], effect: Mapping[Slot, Cells]) -> Outcome:
        """What follows from the signatures of all slots and the cells moved in the case itself."""
        key = whole, *map(id, signatures)
        if key not in self._outcomes:
            self._outcomes[key] = self._derive(whole, signatures, effect)
        return self._outcomes[key]

    def gist(self, whole: Cells, signatures: tuple[Signature, ...]) -> Hashable | None:
        """All that the status and the areas of a focus hang on; None where that cannot be told from the signatures.

        Neither the order of an area's candidates matters nor one to which another is at least equal in everything:
        that one is beaten only where both are.
        """
        if self.statuses or not all(area.area.residual for area in self.scopes[CASE].areas):
            return None
        found = tuple([self._of_scope(name, signatures[part]) for name, part in self._parts.items()])
        return (whole, found) if any(found) else None

    def _of_scope(self, name: str, signatures: tuple[Signature, ...]) -> Gist:
        """How the candidates of a scope stand, by the place of their area."""
        key = name, *map(id, signatures)
        if key not in self._gists:
            found: dict[int, set[Standing]] = {}
            for signature in signatures:
                for place, standing in standings_of(signature):
                    found.setdefault(place, set()).add(standing)
            self._gists[key] = tuple((place, unequalled(frozenset(found[place]))) for place in sorted(found))
        return self._gists[key]

    def _derive(self, whole: Cells, signatures: tuple[Signature, ...], effect: Mapping[Slot, Cells]) -> Outcome:
        moved = {term: self._values[WHOLE, (where, term, cell)] for where, term, cell in whole}
        case = self._recorded_as(moved)
        rows: dict[str, list[Signature]] = {name: [] for name in self.scopes}
        for slot, signature in zip(self.slots, signatures, strict=True):
            rows[slot[0]].append(signature)
        if self.scopes[CASE].areas:
            rows[CASE] = [self._of_the_case(case, rows, effect)]
        found: dict[ProblemArea, tuple[CandidateFindings, ...]] = {}
        specific: dict[ProblemArea, frozenset[int]] = {}
        for name, scope in self.scopes.items():
            for place, of_area in enumerate(scope.areas):
                found[of_area.area.id] = tuple([row[0][place][0] for row in rows[name]])
                specific[of_area.area.id] = frozenset([i for i, row in enumerate(rows[name]) if row[0][place][1]])
        found = {area: found[area] for area in self.base.areas}
        areas = reference.areas(self.base, found, case)
        return Outcome(choose_among(self.base, Findings({}, found, areas), specific, case), areas)

    def _of_the_case(
        self, case: LoweredCase, rows: Mapping[str, list[Signature]], effect: Mapping[Slot, Cells]
    ) -> Signature:
        """The signature of the case itself; of residual areas only where no other area is in the way."""
        if not self.statuses and all(area.area.residual for area in self.scopes[CASE].areas):
            for name, scope in self.scopes.items():
                if scope.areas and name != CASE and not case.lists[name].complete:
                    return self._nothing
                if name != CASE and any(each.support for row in rows[name] for each, _ in row[0]):
                    return self._nothing
        lists = {
            name: LoweredList(
                tuple(
                    replace(item, values=self._with((name, index), effect.get((name, index), NOTHING))[0])
                    for index, item in enumerate(found.items)
                )
                if self.scopes[name].counted
                else found.items,
                found.complete,
            )
            for name, found in case.lists.items()
        }
        return self._rules[CASE].signature(case.case.values, replace(case, lists=MappingProxyType(lists)))

    @cached_property
    def _nothing(self) -> Signature:
        """The signature of a case that supports none of its areas."""
        steps = [() for _ in self.scopes[CASE].areas]
        return tuple([(CandidateFindings(reference.NOT_MET, each), False) for each in steps]), ()

    def _recorded_as(self, moved: Mapping[str, Any]) -> LoweredCase:
        """The case with what was moved in it; the items of its lists are as they were."""
        if not moved:
            return self.lowered
        case = LoweredItem(CASE, {**self.lowered.case.values, **moved})
        lists = {
            name: LoweredList(found.items, case.values[f"{INQUIRY}{name}"] == _THOROUGH)
            for name, found in self.lowered.lists.items()
        }
        return LoweredCase(case, MappingProxyType(lists))


_THOROUGH: Final = 4
