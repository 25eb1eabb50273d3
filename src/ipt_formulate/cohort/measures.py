"""The latest of each measure, for a block of rows; and which measures contradict themselves."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ipt_formulate.case.choices import Instrument
from ipt_formulate.case.fields import NO, YES, MomentKind, WholeKind, bounds_of
from ipt_formulate.case.measures import ITEMS, TOTAL_RANGE
from ipt_formulate.case.terms import CASE, KEY_ITEMS, catalogue
from ipt_formulate.cohort.leaves import MEASURES, SCORES, Numbers, look_up

if TYPE_CHECKING:
    from ipt_formulate.cohort.lowered import Block, Spans

INSTRUMENTS: Final = tuple(Instrument)
_LOWS, _HIGHS = np.array([TOTAL_RANGE[each] for each in INSTRUMENTS], np.int32).T
_COUNTS: Final = np.array([ITEMS.get(each, (0, 0))[0] for each in INSTRUMENTS])
_SCORE: Final = WholeKind(0, 3)
_TOTAL: Final = WholeKind(0, 100)


class Measures:
    """The measures of a block, flat: one entry for each that was taken."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self.rows = block.rows_of(MEASURES)
        self.taken = block.spans(MEASURES, "taken", MomentKind())
        found = block.codes(MEASURES, "instrument")
        place = {str(each): index for index, each in enumerate(INSTRUMENTS)}
        if found is None:
            self.instrument = np.full(len(self.rows), -1, np.int32)
        else:
            leaf, codes = found
            self.instrument = look_up(leaf.numbered(place), codes)

    def term(self, name: str) -> Any:
        """A term such as ``latest.phq9.total``."""
        instrument, what = name.split(".")[1:]
        place = INSTRUMENTS.index(Instrument(instrument))
        mine = np.flatnonzero(self.instrument == place)
        if what == "recorded":
            recorded = np.full(self.block.size, NO, np.uint8)
            recorded[self.rows[mine]] = YES
            return recorded
        taken = self.taken[0][mine], self.taken[1][mine]
        rows, starts = np.unique(self.rows[mine], return_index=True)
        values = taken
        if what == "total":
            values = self._totals[0][mine], self._totals[1][mine]
        elif what != "taken":
            values = self._item(place, KEY_ITEMS[Instrument(instrument)], mine)
        unknown = bounds_of(catalogue(CASE)[name].kind)
        low, high = (np.full(self.block.size, each, np.int32) for each in unknown)
        if len(mine):
            newest = np.minimum.reduceat(taken[1], starts)
            perhaps = taken[0] <= np.repeat(newest, np.diff([*starts, len(mine)]))
            low[rows] = np.minimum.reduceat(np.where(perhaps, values[0], np.iinfo(np.int32).max), starts)
            high[rows] = np.maximum.reduceat(np.where(perhaps, values[1], np.iinfo(np.int32).min), starts)
        return low, high

    @cached_property
    def _told(self) -> Spans:
        """The total that was told, within what the instrument can have."""
        low, high = self.block.spans(MEASURES, "total", _TOTAL)
        return np.maximum(low, _LOWS[self.instrument]), np.minimum(high, _HIGHS[self.instrument])

    @cached_property
    def _scores(self) -> tuple[Numbers, Numbers, Numbers, Numbers]:
        """Where the items of each measure begin, how many there are, and the bounds of each, after one to spare."""
        low, high = self.block.spans(SCORES, "", _SCORE)
        offsets = self.block.offsets.get(SCORES, np.zeros(len(self.rows) + 1, np.int64))
        return offsets[:-1], np.diff(offsets), np.append(low, 0), np.append(high, 0)

    @cached_property
    def _with_items(self) -> Numbers:
        told, (start, stop) = self.block.leaves.told_scores, self.block.bounds.get(MEASURES, (0, 0))
        return np.zeros(len(self.rows), bool) if told is None else told[start:stop]

    @cached_property
    def _sums(self) -> Spans:
        starts, counts, low, high = self._scores
        sums = (np.append(0, np.cumsum(each[:-1])) for each in (low, high))
        least, most = (each[starts + counts] - each[starts] for each in sums)
        return least.astype(np.int32), most.astype(np.int32)

    @cached_property
    def _totals(self) -> Spans:
        low, high = self._told
        least, most = self._sums
        return (
            np.where(self._with_items, np.maximum(low, least), low),
            np.where(self._with_items, np.minimum(high, most), high),
        )

    def _item(self, place: int, number: int, mine: Numbers) -> Spans:
        count, top = ITEMS[INSTRUMENTS[place]]
        starts, counts, low, high = self._scores
        told = self._with_items[mine] & (counts[mine] == count)
        at = np.where(told, starts[mine] + number - 1, len(low) - 1)
        own_low, own_high = np.where(told, low[at], 0), np.where(told, high[at], top)
        others_low = np.where(told, self._sums[0][mine] - own_low, 0)
        others_high = np.where(told, self._sums[1][mine] - own_high, top * (count - 1))
        total_low, total_high = (each[mine] for each in self._told)
        return np.maximum(own_low, total_low - others_high), np.minimum(own_high, total_high - others_low)

    def check(self) -> None:
        """Doubt the rows with a measure that is not named, or whose total and items cannot be."""
        wrong = self.instrument < 0
        low, high = self._told
        wrong |= low > high
        least, most = self._sums
        counts = self._scores[1]
        misfit = (counts != _COUNTS[self.instrument]) | (counts == 0) | (least > high) | (most < low)
        wrong |= self._with_items & misfit
        self.block.doubt(self.rows[wrong])
