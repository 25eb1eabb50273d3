"""Scores of measures: numbers only, never the wording of an item."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from ipt_formulate.case.choices import Instrument
from ipt_formulate.case.fields import When, Whole, WholeKind, coded
from ipt_formulate.case.record import Record
from ipt_formulate.case.values import Between, fault
from ipt_formulate.vocabulary import Nature

TOTAL_RANGE: dict[Instrument, tuple[int, int]] = {
    Instrument.PHQ9: (0, 27),
    Instrument.GAD7: (0, 21),
    Instrument.EPDS: (0, 30),
    Instrument.HAMD17: (0, 52),
    Instrument.BDI2: (0, 63),
    Instrument.CSSRS: (0, 6),
    Instrument.PG13R: (10, 50),
    Instrument.ICG: (0, 76),
    Instrument.BGQ: (0, 10),
    Instrument.LSNS6: (0, 30),
    Instrument.UCLA3: (3, 9),
    Instrument.MSPSS: (12, 84),
    Instrument.RDAS: (0, 69),
    Instrument.CSI16: (0, 81),
    Instrument.WSAS: (0, 40),
    Instrument.WHO5: (0, 100),
}
"""Lowest and highest total of each instrument (for C-SSRS: the highest screener item answered yes)."""

ITEMS: dict[Instrument, tuple[int, int]] = {Instrument.PHQ9: (9, 3), Instrument.GAD7: (7, 3), Instrument.EPDS: (10, 3)}
"""How many items may be recorded, and the highest score of one."""


class Measure(Record):
    """One measure, once. Items left out or null are unknown, never zero; a total is then a range."""

    instrument: Instrument = Field(
        description="Which measure.", json_schema_extra={"example": "phq9", "near_miss": "a rating made up on the spot"}
    )
    taken: When = coded(
        "When it was filled in.", example="today", near_miss="when it was entered in the record", nature=Nature.FIXED
    )
    total: Annotated[Whole, WholeKind(0, 100)] = coded(
        "The total, as the instrument counts it.",
        example="19",
        near_miss="a prorated total, which is not a total",
        nature=Nature.CHANGEABLE,
    )
    items: tuple[Annotated[Whole, WholeKind(0, 3)], ...] | None = Field(
        default=None,
        description="Scores by item, in order (PHQ-9, GAD-7; for EPDS leave all but item 10 null).",
        json_schema_extra={"example": "[2, 2, 3, 1, 1, 2, 1, 0, 0]", "near_miss": "item wordings"},
    )

    @model_validator(mode="after")
    def _fits(self) -> Measure:
        low, high = TOTAL_RANGE[self.instrument]
        told = _bounds(self.total, low, high)
        if told[0] > told[1]:
            raise fault(f"total must be {low} to {high} for this instrument")
        if self.items is not None:
            count, _ = ITEMS.get(self.instrument, (0, 0))
            if not count or len(self.items) != count:
                raise fault(
                    f"items must be {count} scores for this instrument"
                    if count
                    else "items are not recorded for this instrument; give the total"
                )
            summed = self._summed()
            if summed[0] > told[1] or summed[1] < told[0]:
                raise fault("total does not agree with the items; correct one of them")
        return self

    def _summed(self) -> tuple[int, int]:
        _, top = ITEMS[self.instrument]
        bounds = [_bounds(item, 0, top) for item in self.items or ()]
        return sum(low for low, _ in bounds), sum(high for _, high in bounds)

    def total_bounds(self) -> tuple[int, int]:
        """Lowest and highest total that the recorded total and items leave possible."""
        low, high = _bounds(self.total, *TOTAL_RANGE[self.instrument])
        if self.items is None:
            return low, high
        summed = self._summed()
        return max(low, summed[0]), min(high, summed[1])

    def item_bounds(self, number: int) -> tuple[int, int]:
        """Lowest and highest score of an item (from 1) that the record leaves possible, the total included."""
        count, top = ITEMS[self.instrument]
        bounds = [_bounds(item, 0, top) for item in self.items] if self.items else [(0, top)] * count
        others = [each for place, each in enumerate(bounds, start=1) if place != number]
        told_low, told_high = _bounds(self.total, *TOTAL_RANGE[self.instrument])
        low, high = bounds[number - 1]
        return max(low, told_low - sum(most for _, most in others)), min(
            high, told_high - sum(least for least, _ in others)
        )


def _bounds(value: Whole, low: int, high: int) -> tuple[int, int]:
    """The bounds that a value leaves within ``low`` to ``high``; crossed where it leaves none."""
    if isinstance(value, Between):
        return max(low, value.at_least), min(high, value.at_most)
    return (max(low, value), min(high, value)) if isinstance(value, int) else (low, high)
