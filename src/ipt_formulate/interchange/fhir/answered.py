"""From an answer in FHIR to what a case file would hold; nothing where the field has no such answer."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping
from typing import Any, Final

from ipt_formulate.case.fields import ChoiceKind, MomentKind, WholeKind, YesNoKind
from ipt_formulate.case.moments import parse_moment
from ipt_formulate.case.values import ASKED_UNKNOWN
from ipt_formulate.case.words import OR, from_word
from ipt_formulate.interchange.codes import (
    ABSENT,
    ABSENT_EXTENSION,
    ASKED_UNKNOWN_CODE,
    LOINC,
    PHQ_ANSWERS,
    UCUM,
    YES_NO,
    of_choice,
)
from ipt_formulate.interchange.layout import Part, Shape

NOT_ONE: Final = "the answer is not one that this field has; say in the map of links what it stands for"
ABSENT_ANSWER: Final = "no answer is recorded there, which is not known and not no"
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_SCORE_UNITS: Final = ("{score}", "1", "score", "points")
"""Units of a score: the two of UCUM, and the words that are seen; an assumption."""


class NoAnswer(Exception):
    """There is no answer that the field has; the message says why."""


class WrongNumber(Exception):
    """A number that cannot be right; the message says why."""


def value_of(given: Mapping[str, Any]) -> tuple[str, Any] | None:
    """The type and value of ``value[x]``; None where there is none.

    Raises:
        WrongNumber: there are two.
    """
    found = [(name[5:], value) for name, value in given.items() if name.startswith("value") and value is not None]
    if len(found) > 1:
        raise WrongNumber("has more than one value")
    return found[0] if found else None


def is_asked_unknown(given: Mapping[str, Any]) -> bool:
    """Whether it is told that it was asked and is not known, by the reason for its absence."""
    for name, value in given.items():
        if name.startswith("_value") and isinstance(value, Mapping):
            for each in _objects(value.get("extension")):
                if each.get("url") == ABSENT_EXTENSION:
                    return each.get("valueCode") == ASKED_UNKNOWN_CODE
    reason = given.get("dataAbsentReason")
    return any(_code(each) == (ABSENT, ASKED_UNKNOWN_CODE) for each in _objects(_codings(reason)))


def answer(part: Part, kind: str, value: Any) -> Any:
    """What a case file would hold for a value.

    Args:
        part: the field.
        kind: the type of the value, such as ``Coding``.
        value: the value.

    Raises:
        NoAnswer: the field has no such answer.
        WrongNumber: it is a number or time that the field cannot hold.
    """
    if kind in ("Coding", "CodeableConcept"):
        return _of_codings(part, [value] if kind == "Coding" else _codings(value))
    if part.shape is Shape.DAY:
        return _day(kind, value)
    if isinstance(part.kind, YesNoKind):
        if kind == "Boolean" and isinstance(value, bool):
            return value
        raise NoAnswer(NOT_ONE)
    if isinstance(part.kind, WholeKind):
        return whole(kind, value, part.kind.low, part.kind.high)
    if isinstance(part.kind, MomentKind):
        return _moment(part.kind, kind, value)
    if kind != "String" or not isinstance(value, str):
        raise NoAnswer(NOT_ONE)
    if part.kind is None:
        return value
    assert isinstance(part.kind, ChoiceKind)
    words = value.split(OR)
    if not set(words) <= set(map(str, part.kind.members)):
        raise NoAnswer(NOT_ONE)
    return from_word(part.kind, value)


def whole(kind: str, value: Any, low: int, high: int) -> int:
    """A whole number from ``low`` to ``high``.

    Raises:
        NoAnswer: it is no number.
        WrongNumber: it is out of range, broken, or has a unit that is none of a score.
    """
    if kind in ("Quantity", "SimpleQuantity"):
        if not isinstance(value, Mapping) or value.get("value") is None:
            raise NoAnswer(ABSENT_ANSWER)
        if value.get("comparator") is not None:
            raise NoAnswer("the number is only compared, as less or more than; say in the case file what is known")
        told = value.get("code") if value.get("system") in (UCUM, None) and value.get("code") else value.get("unit")
        if told is not None and told not in _SCORE_UNITS:
            raise WrongNumber("has a unit that is none of a score; give it without a unit, or with {score}")
        value = value["value"]
    elif kind not in ("Integer", "Decimal"):
        raise NoAnswer(NOT_ONE)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value) or value % 1:
        raise WrongNumber("must be a whole number")
    if not low <= value <= high:
        raise WrongNumber(f"must be {low} to {high}")
    return int(value)


def day_of(value: Any) -> str | None:
    """The calendar date of a FHIR date or time, as precise as it is; None where it is none."""
    if not isinstance(value, str):
        return None
    day = value.split("T", 1)[0]
    if not _DATE.fullmatch(day):
        return None
    try:
        datetime.date.fromisoformat(day + "-01-01"[: 10 - len(day)] if len(day) == 4 else day + "-01"[: 10 - len(day)])
    except ValueError:
        return None
    return day


def phq_score(codings: list[Any]) -> int | None:
    """The score of an answer of PHQ-9 by its LOINC code."""
    for each in _objects(codings):
        system, code = _code(each)
        if system == LOINC and code in PHQ_ANSWERS:
            return PHQ_ANSWERS[code]
    return None


def codings_of(kind: str, value: Any) -> list[Any]:
    """The codings of a Coding or CodeableConcept."""
    return [value] if kind == "Coding" else _codings(value) if kind == "CodeableConcept" else []


def _of_codings(part: Part, codings: list[Any]) -> Any:
    pairs = [_code(each) for each in _objects(codings)]
    if (ABSENT, ASKED_UNKNOWN_CODE) in pairs and part.kind is not None and not part.instrument:
        return ASKED_UNKNOWN
    found: list[bool | str] = []
    for system, code in pairs:
        if isinstance(part.kind, YesNoKind) and system in YES_NO.values() and code in ("Y", "N"):
            found.append(code == "Y")
        elif isinstance(part.kind, ChoiceKind) and system == of_choice(part.kind.members):
            if code in set(map(str, part.kind.members)):
                found.append(code)
    if len(set(found)) != 1:
        raise NoAnswer(NOT_ONE)
    return found[0]


def _codings(value: Any) -> list[Any]:
    told = value.get("coding") if isinstance(value, Mapping) else None
    return told if isinstance(told, list) else []


def _objects(given: Any) -> list[Mapping[str, Any]]:
    """The objects of a list; none of anything else."""
    return [each for each in given if isinstance(each, Mapping)] if isinstance(given, list) else []


def _code(coding: Mapping[str, Any]) -> tuple[str, str]:
    return str(coding.get("system", "")), str(coding.get("code", ""))


def _day(kind: str, value: Any) -> str:
    day = day_of(value) if kind in ("Date", "DateTime", "String") else None
    if day is None or len(day) != 10:
        raise NoAnswer("the answer is no day; write YYYY-MM-DD")
    return day


def _moment(part: MomentKind, kind: str, value: Any) -> str:
    told = day_of(value) if kind in ("Date", "DateTime", "Instant") else value if kind == "String" else None
    if not isinstance(told, str) or len(told) > 40:
        raise NoAnswer(NOT_ONE)
    try:
        moment = parse_moment(told)
    except ValueError:
        raise NoAnswer("the answer is no time as a case file writes it, such as about 3mo or 2024-03") from None
    if moment.text == "never" and not part.allows_never:
        raise NoAnswer(NOT_ONE)
    return moment.text
