"""Ids within a row: which item a reference names, and whether every id is used once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from ipt_formulate.case.case import LIST_OF_AREA
from ipt_formulate.case.fields import ChoiceKind
from ipt_formulate.case.happenings import ILLNESS, NO_CAUSE
from ipt_formulate.case.terms import CASE, LIST_MODELS
from ipt_formulate.cohort.leaves import Leaves, Numbers, look_up
from ipt_formulate.vocabulary import ProblemArea

if TYPE_CHECKING:
    from ipt_formulate.cohort.lowered import Block

STEMS: Final = {"people": "person", "deaths": "death", "conflicts": "conflict", "changes": "change"}
HAPPENINGS: Final = tuple(LIST_MODELS)[1:]
ABOUT: Final = "assessment.response.about"
CHOSEN: Final = "assessment.response.chosen"
_AREAS: Final = ChoiceKind(ProblemArea)
REFERENCES: Final = (
    *((name, "id") for name in LIST_MODELS),
    *((name, path) for name in HAPPENINGS for path in ("person", "arose_from")),
    (CASE, ABOUT),
)


def number_names(leaves: Leaves) -> None:
    """Give every id of a batch a number, those that items without one will be given as well."""
    names = leaves.names
    for key in REFERENCES:
        if key in leaves.leaves:
            for word in leaves.leaves[key].words:
                if word:  # an empty id is one that was left out
                    names.setdefault(word, len(names))
    for name, stem in STEMS.items():
        for place in range(1, 1 + int(np.diff(leaves.offsets.get(name, np.zeros(1, int))).max(initial=0))):
            names.setdefault(f"{stem}-{place}", len(names))


class Names:
    """The ids of a block."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self._ids: dict[str, Numbers] = {}
        self._people: dict[str, Numbers] = {}
        self._causes: dict[str, dict[str, Numbers]] = {}

    def references(self, scope: str, path: str) -> Numbers:
        """The number of the id in a column, as the items are laid out; -1 where there is none."""
        if (found := self.block.codes(scope, path)) is None:
            return np.full(self.block.layouts[scope].size, -1, np.int32)
        leaf, codes = found
        return look_up(leaf.numbered(self.block.leaves.names), codes)

    def ids(self, scope: str) -> Numbers:
        """The number of each item's id, as the items are laid out; one that has none is given one by its place."""
        if scope not in self._ids:
            found, layout = self.references(scope, "id"), self.block.layouts[scope]
            if layout.size and (unnamed := found < 0).any():
                names = self.block.leaves.names
                given = [names[f"{STEMS[scope]}-{place + 1}"] for place in range(layout.longest)]
                found = np.where(unnamed, np.array(given, np.int32)[layout.places], found)
            self._ids[scope] = found
        return self._ids[scope]

    def found(self, scope: str, rows: Numbers, wanted: Numbers) -> Numbers:
        """Where in a list of the same row an id is found, as the list is laid out; -1 where it is not."""
        item = np.full(len(rows), -1, np.int64)
        left = np.flatnonzero(wanted >= 0)
        offsets = self.block.offsets.get(scope)
        if offsets is None or not left.size:
            return item
        layout, ids = self.block.layouts[scope], self.ids(scope)
        at, end = offsets[rows[left]], offsets[rows[left] + 1]
        while left.size:
            inside = at < end
            left, at, end = left[inside], at[inside], end[inside]
            place = layout.where[at]
            hit = ids[place] == wanted[left]
            item[left[hit]] = place[hit]
            left, at, end = left[~hit], at[~hit] + 1, end[~hit]
        return item

    def person_of(self, scope: str) -> Numbers:
        """Where the person of each item is laid out; -1 where none is named."""
        if scope not in self._people:
            rows, wanted = self.block.layouts[scope].rows, self.references(scope, "person")
            person = self.found("people", rows, wanted)
            self.block.doubt(rows[(wanted >= 0) & (person < 0)])
            self._people[scope] = person
        return self._people[scope]

    def causes(self, scope: str) -> dict[str, Numbers]:
        """By list, where what each item arose from is laid out; -1 where it is not in that list."""
        if scope not in self._causes:
            rows, told = self.block.layouts[scope].rows, self.references(scope, "arose_from")
            self._causes[scope] = {}
            for name in HAPPENINGS:
                item = self._causes[scope][name] = self.found(name, rows, told)
                told = np.where(item < 0, told, -1)
        return self._causes[scope]

    def check(self) -> None:
        """Doubt the rows in which an id is reserved or used twice, or a reference names nothing it may name."""
        names, layouts = self.block.leaves.names, self.block.layouts
        rows = np.concatenate([layouts[scope].rows for scope in LIST_MODELS])
        ids = np.concatenate([self.ids(scope) for scope in LIST_MODELS])
        keys = np.sort(rows * np.int64(len(names) + 1) + ids)
        self.block.doubt(keys[1:][keys[1:] == keys[:-1]] // (len(names) + 1))
        for word in (ILLNESS, NO_CAUSE):
            if word in names:
                self.block.doubt(rows[ids == names[word]])
        for scope in HAPPENINGS:
            self.person_of(scope)
        died = self.person_of("deaths")
        same = np.sort(died[died >= 0])
        self.block.doubt(layouts["people"].rows[same[1:][same[1:] == same[:-1]]])
        for scope in HAPPENINGS[1:]:
            self._check_cause(scope)
        self._check_response()

    def _check_cause(self, scope: str) -> None:
        names, rows = self.block.leaves.names, self.block.layouts[scope].rows
        told = self.references(scope, "arose_from")
        known = (told < 0) | (told == names.get(ILLNESS, -2)) | (told == names.get(NO_CAUSE, -2))
        itself = told == self.ids(scope)
        for item in self.causes(scope).values():
            known |= item >= 0
        self.block.doubt(rows[~known | itself])

    def _check_response(self) -> None:
        about = self.references(CASE, ABOUT)
        if not (about >= 0).any():
            return
        rows = np.arange(self.block.size)
        chosen = self.block.masks(CASE, CHOSEN, _AREAS)
        fits = np.zeros(self.block.size, bool)
        only = {name: chosen == _AREAS.mask([area]) for area, name in LIST_OF_AREA.items()}
        for name in HAPPENINGS:
            elsewhere = np.any([mask for other, mask in only.items() if other != name], axis=0)
            fits |= (self.found(name, rows, about) >= 0) & ~elsewhere
        self.block.doubt(rows[(about >= 0) & ~(fits & self.block.told(CASE, CHOSEN, _AREAS))])
