"""The latest score of each instrument, as sets of possible values."""

from __future__ import annotations

from collections.abc import Sequence

from ipt_formulate.case.field_values import FieldValues, Values
from ipt_formulate.case.fields import NO, YES
from ipt_formulate.case.measures import Measure
from ipt_formulate.case.moments import hull
from ipt_formulate.case.terms import CASE, KEY_ITEMS, catalogue


def latest_scores(measures: Sequence[Measure], fields: FieldValues) -> Values:
    """The values of the terms about the latest score of each instrument; of those not taken, nothing is known."""
    values: Values = {}
    for name, term in catalogue(CASE).items():
        if name.startswith("latest."):
            values[name] = NO if name.endswith(".recorded") else term.kind.unknown
    for instrument in {measure.instrument for measure in measures}:
        found = [measure for measure in measures if measure.instrument is instrument]
        stem = f"latest.{instrument}"
        taken = [fields.time(measure.taken, "a measure's taken") for measure in found]
        newest = min(high for _, high in taken)
        perhaps_latest = [(m, t) for m, t in zip(found, taken, strict=True) if t[0] <= newest]
        values[f"{stem}.recorded"] = YES
        values[f"{stem}.taken"] = hull([t for _, t in perhaps_latest])
        values[f"{stem}.total"] = hull([m.total_bounds() for m, _ in perhaps_latest])
        if instrument in KEY_ITEMS:
            number = KEY_ITEMS[instrument]
            values[f"{stem}.item{number}"] = hull([m.item_bounds(number) for m, _ in perhaps_latest])
    return values
