"""The items of a list by their place: all first items, in the order of their rows, then all second ones, and so on.

No row has two items of one place, so what holds of the items of each row is gathered place by place, without a
step for each row; rows without items cost nothing.
"""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from ipt_formulate.cohort.leaves import Numbers


class Layout:
    """How the items of one list, or the cases themselves, are laid out.

    Attributes:
        rows: the row of each item.
        places: the place of each item in its list, from 0.
        order: for each item its place in the file; None where that is the same.
    """

    def __init__(self, offsets: Numbers) -> None:
        counts = np.diff(offsets)
        self.count = len(counts)
        self.size = int(offsets[-1])
        self.longest = int(counts.max(initial=0))
        rows = np.repeat(np.arange(self.count), counts)
        if self.longest <= 1:
            self.rows, self.order = rows, None
            self.places = np.zeros(self.size, np.int32)
            self.bounds = [0, self.size]
        else:
            places = (np.arange(self.size) - np.repeat(offsets[:-1], counts)).astype(np.int16)
            self.order = np.argsort(places, kind="stable")
            self.rows = rows[self.order]
            self.places = places[self.order].astype(np.int32)
            self.bounds = [0, *np.cumsum(np.bincount(places)).tolist()]

    @cached_property
    def where(self) -> Numbers:
        """For each item of the file, where it is laid out."""
        found = np.arange(self.size)
        if self.order is not None:
            found[self.order] = np.arange(self.size)
        return found

    def highest(self, values: Numbers, default: int = 0) -> Numbers:
        """The highest value in each row; the default where there is none. No value is below it."""
        found = np.full(self.count, default, values.dtype)
        for first, (start, stop) in enumerate(pairwise(self.bounds)):
            rows = self.rows[start:stop]
            found[rows] = np.maximum(found[rows], values[start:stop]) if first else values[start:stop]
        return found

    def number(self, values: Numbers) -> Numbers:
        """How many items of each row have a mask."""
        found = np.zeros(self.count, np.int16)
        for start, stop in pairwise(self.bounds):
            found[self.rows[start:stop]] += values[start:stop]
        return found

    def union(self, masks: Numbers) -> Numbers:
        """All bits that some item of each row has."""
        found = np.zeros(self.count, masks.dtype)
        for start, stop in pairwise(self.bounds):
            found[self.rows[start:stop]] |= masks[start:stop]
        return found

    def spread(self, values: Any) -> Any:
        """What holds of a row, for each of its items."""
        return values[self.rows]


class Single(Layout):
    """The cases themselves, each the only item of its row."""

    def __init__(self, count: int) -> None:
        self.count = self.size = count
        self.longest, self.order, self.bounds = 1, None, [0, count]

    @cached_property
    def rows(self) -> Numbers:  # type: ignore[override]  # set once, there as here
        """The rows, each once."""
        return np.arange(self.count)

    @cached_property
    def places(self) -> Numbers:  # type: ignore[override]  # set once, there as here
        """Always the first place."""
        return np.zeros(self.count, np.int32)

    def highest(self, values: Numbers, default: int = 0) -> Numbers:
        """The values themselves."""
        return values
