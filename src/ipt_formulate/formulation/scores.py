"""Recorded measures, read as their instruments say. Scores inform; no area is decided here."""

from __future__ import annotations

from collections.abc import Iterator

from ipt_formulate.case.case import Case
from ipt_formulate.case.measures import ITEMS, Measure
from ipt_formulate.formulation.contents import Score
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.rulebase.texts import InstrumentText


def scores(base: RuleBase, case: Case) -> Iterator[Score]:
    """Every recorded measure of an instrument that the rule base describes, in the order of the record.

    A missing item is unknown and never zero: the total is then a range, and has a band only where the whole
    range lies in one. A prorated total is given for display where few enough items are missing.
    """
    for measure in case.assessment.measures:
        text = base.instruments.get(measure.instrument)
        if text is not None:
            low, high = measure.total_bounds()
            low_band, high_band = _band(base, text, low), _band(base, text, high)
            missing = _missing(measure)
            yield Score.trusted(
                instrument=str(measure.instrument),
                title=text.title,
                total=(low, high),
                band=low_band if low_band == high_band else None,
                band_is_assumption=text.bands_basis == "assumption",
                prorated=_prorated(base, text, measure, missing),
                items_missing=missing,
                informs=text.informs,
            )


def _band(base: RuleBase, text: InstrumentText, total: int) -> str | None:
    reached = [band.label for band in text.bands if total >= base.parameters[band.from_parameter[1:]].number()]
    return reached[-1] if reached else None


def _missing(measure: Measure) -> int:
    return sum(not isinstance(item, int) for item in measure.items or ())


def _prorated(base: RuleBase, text: InstrumentText, measure: Measure, missing: int) -> int | None:
    """The mean of the answered items times their number, rounded half up, where the instrument allows it."""
    if not missing or text.prorate_missing_at_most is None:
        return None
    if missing > base.parameters[text.prorate_missing_at_most[1:]].number():
        return None
    count, _ = ITEMS[measure.instrument]
    answered = [item for item in measure.items or () if isinstance(item, int)]
    return (2 * sum(answered) * count + len(answered)) // (2 * len(answered))
