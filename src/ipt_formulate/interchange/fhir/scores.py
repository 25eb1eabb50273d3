"""Totals and items of measures, gathered until all that belongs to one taking is there."""

from __future__ import annotations

from typing import Any, TypeAlias

from ipt_formulate.case.choices import Instrument
from ipt_formulate.case.measures import ITEMS
from ipt_formulate.interchange.fhir.gathering import Gathered

_Key: TypeAlias = tuple[Instrument, str | None]


class Scores:
    """The measures that were found, each by its instrument and the time it was taken."""

    def __init__(self, gathered: Gathered) -> None:
        self._gathered = gathered
        self._found: dict[_Key, dict[int | None, Any]] = {}

    def add(self, instrument: Instrument, number: int | None, value: Any, taken: str | None, where: str) -> None:
        """Add a total, or the item of a number.

        A second value of the same taking that differs is a fault.
        """
        scores = self._found.setdefault((instrument, taken), {})
        if number in scores and scores[number] != value:
            what = "differs from another score of the same measure and day"
            self._gathered.fault(where, what, "take out the one that does not hold, or date them")
            return
        scores[number] = value
        self._gathered.use(where, f"assessment.measures ({instrument})")

    def settle(self) -> None:
        """Put the measures into the case."""
        for (instrument, taken), scores in self._found.items():
            measure: dict[str, Any] = {"instrument": str(instrument)}
            if taken is not None:
                measure["taken"] = taken
            if None in scores:
                measure["total"] = scores[None]
            if set(scores) - {None}:
                count, _ = ITEMS[instrument]
                measure["items"] = [scores.get(number) for number in range(1, count + 1)]
            self._gathered.add_measure(measure)
