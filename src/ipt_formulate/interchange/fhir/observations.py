"""Observations: scores by the code of their instrument, and answers by the code of their field."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ipt_formulate.case.choices import Instrument
from ipt_formulate.case.measures import ITEMS, TOTAL_RANGE
from ipt_formulate.case.values import ASKED_UNKNOWN
from ipt_formulate.interchange.codes import FIELD, INSTRUMENT, LOINC, PHQ9_ITEMS, TOTALS
from ipt_formulate.interchange.fhir.answered import (
    ABSENT_ANSWER,
    NoAnswer,
    WrongNumber,
    answer,
    codings_of,
    day_of,
    is_asked_unknown,
    phq_score,
    value_of,
    whole,
)
from ipt_formulate.interchange.fhir.gathering import Gathered
from ipt_formulate.interchange.fhir.links import Target
from ipt_formulate.interchange.fhir.scores import Scores
from ipt_formulate.interchange.layout import Part, answers, once

_VERIFIED: Final = ("final", "amended", "corrected", "appended")
_UNVERIFIED: Final = ("registered", "preliminary", "specimen-in-process")
_SAFETY: Final = "assessment.safety."


@dataclass(frozen=True, slots=True)
class _Told:
    """An answer to a field, with the day of the observation if it says one."""

    part: Part
    value: Any
    day: str | None
    where: str


def read_observations(
    placed: list[tuple[str, Mapping[str, Any]]], gathered: Gathered, on: datetime.date | None
) -> None:
    """Read Observations into what is gathered."""
    scores = Scores(gathered)
    told: list[_Told] = []
    for where, resource in placed:
        if not usable(where, resource, gathered, _VERIFIED, _UNVERIFIED):
            continue
        day = _day(where, resource, gathered, on)
        for inner, holder in _holders(where, resource, gathered):
            target = target_of(_codings(holder))
            if target is None:
                if inner == where and resource.get("component"):
                    continue  # a panel says nothing by itself
                gathered.leave(inner, "has no code that is known here")
            elif target.part is not None and target.part.code not in once():
                gathered.leave(inner, "is about an item of a list, which it does not name")
            else:
                _read(target, holder, day, inner, scores, told, gathered)
    scores.settle()
    _settle_fields(told, gathered)


def usable(
    where: str, resource: Mapping[str, Any], gathered: Gathered, verified: tuple[str, ...], unverified: tuple[str, ...]
) -> bool:
    """Whether the status of a resource lets it be used; if not, that is told."""
    status = resource.get("status")
    if status in verified or (status in unverified and gathered.unverified):
        return True
    if status in unverified:
        gathered.leave(where, f"its status is {status}: it is not verified or not complete")
    else:
        known = isinstance(status, str) and status.replace("-", "").isalpha() and len(status) < 30
        gathered.leave(where, f"its status is {status}" if known else "it has no status")
    return False


def target_of(codings: list[Any]) -> Target | None:
    """Where the answer to something with these codes belongs; None where none of them is known."""
    for each in codings:
        system, code = (each.get("system"), each.get("code")) if isinstance(each, Mapping) else (None, None)
        if not isinstance(code, str):
            continue
        if system == FIELD and code in answers():
            return Target(part=answers()[code])
        if system == LOINC and code in TOTALS:
            return Target(instrument=TOTALS[code])
        if system == LOINC and code in PHQ9_ITEMS:
            return Target(instrument=Instrument.PHQ9, number=PHQ9_ITEMS.index(code) + 1)
        if system == INSTRUMENT and code in set(Instrument):
            return Target(instrument=Instrument(code))
    return None


def score(target: Target, kind: str, value: Any) -> int:
    """A total or the score of an item, checked against its range.

    Raises:
        NoAnswer: it is no number.
        WrongNumber: it is out of range, broken, or has a unit that is none of a score.
    """
    assert target.instrument is not None
    if target.number is None:
        return whole(kind, value, *TOTAL_RANGE[target.instrument])
    coded = phq_score(codings_of(kind, value)) if target.instrument is Instrument.PHQ9 else None
    return coded if coded is not None else whole(kind, value, 0, ITEMS[target.instrument][1])


def _read(
    target: Target,
    holder: Mapping[str, Any],
    day: str | None,
    where: str,
    scores: Scores,
    told: list[_Told],
    gathered: Gathered,
) -> None:
    try:
        found = value_of(holder)
        if found is None and not is_asked_unknown(holder):
            gathered.leave(where, ABSENT_ANSWER)
        elif target.part is not None:
            told.append(_Told(target.part, ASKED_UNKNOWN if found is None else answer(target.part, *found), day, where))
        else:
            assert target.instrument is not None
            value = ASKED_UNKNOWN if found is None else score(target, *found)
            scores.add(target.instrument, target.number, value, day, where)
    except NoAnswer as why:
        gathered.leave(where, str(why))
    except WrongNumber as why:
        gathered.fault(where, str(why))


def _settle_fields(told: list[_Told], gathered: Gathered) -> None:
    """The latest answer to each field. Safety answers count only from the last day on which there are any."""
    days = [each.day for each in told if each.part.code.startswith(_SAFETY) and each.day is not None]
    last = max(days) if days else None
    by_field: dict[str, list[_Told]] = {}
    for each in told:
        if each.part.code.startswith(_SAFETY) and last is not None and each.day != last:
            gathered.leave(each.where, "is not of the last day on which safety was asked about")
        else:
            by_field.setdefault(each.part.code, []).append(each)
    for field, answered in by_field.items():
        latest = _latest(answered)
        if latest is None:
            what = "differs from another answer to the same field, and it is not told which is later"
            gathered.fault(answered[-1].where, what, "date them, or take out what does not hold")
            continue
        for each in answered:
            if each.value == latest.value:
                gathered.use(each.where, field)
            else:
                gathered.leave(each.where, "there is a later answer")
        gathered.put(latest.part.path, latest.value, latest.where)
    if last is not None and len(by_field) > 0:
        gathered.put(("assessment", "safety", "asked"), last, "the day of the last safety answers")


def _latest(answered: list[_Told]) -> _Told | None:
    """The latest of several answers; None where they differ and it cannot be told."""
    if all(each.value == answered[0].value for each in answered):
        return answered[0]
    if any(each.day is None or len(each.day) != 10 for each in answered):
        return None
    last = max(str(each.day) for each in answered)
    of_last = [each for each in answered if each.day == last]
    return of_last[0] if all(each.value == of_last[0].value for each in of_last) else None


def _holders(where: str, resource: Mapping[str, Any], gathered: Gathered) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The observation and its components."""
    yield where, resource
    components = resource.get("component", [])
    if not isinstance(components, list):
        gathered.fault(f"{where}.component", "must be a list")
        return
    for place, each in enumerate(components):
        if isinstance(each, Mapping):
            yield f"{where}.component[{place}]", each
        else:
            gathered.fault(f"{where}.component[{place}]", "must be an object")


def _codings(holder: Mapping[str, Any]) -> list[Any]:
    code = holder.get("code")
    told = code.get("coding") if isinstance(code, Mapping) else None
    return told if isinstance(told, list) else []


def _day(where: str, resource: Mapping[str, Any], gathered: Gathered, on: datetime.date | None) -> str | None:
    """When it was observed, as a case file writes it; None where that is not told."""
    for name in ("effectiveDateTime", "effectiveInstant"):
        if name in resource:
            day = day_of(resource[name])
            if day is None:
                gathered.fault(f"{where}.{name}", "is no date or time of FHIR")
            return day
    period = resource.get("effectivePeriod")
    if isinstance(period, Mapping):
        first, last = day_of(period.get("start")), day_of(period.get("end"))
        if first is not None and first == last:
            return first
        if on is not None and first and last and len(first) == len(last) == 10:
            ago = [(on - datetime.date.fromisoformat(each)).days for each in (last, first)]
            if 0 <= ago[0] <= ago[1]:
                return f"{ago[0]}-{ago[1]}d"
    if any(name.startswith("effective") for name in resource):
        gathered.leave(f"{where}.effective", "the time is of no kind that is read; when it was is not known")
    return None
