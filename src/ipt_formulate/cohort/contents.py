"""The content of a case file as a row of words, without building the case.

Only what is plainly of the right make is taken, and whether its words fit is left to the check by columns. All else
is left to the case model: None, where the content has to be read as a case.
"""

from __future__ import annotations

import datetime
import re
from functools import cache
from typing import Any, Final

from ipt_formulate.case.case import Case
from ipt_formulate.case.fields import ChoiceKind, Kind, MomentKind, WholeKind, YesNoKind, kind_of
from ipt_formulate.case.record import Record
from ipt_formulate.case.terms import entries_of, record_type
from ipt_formulate.case.words import NO_WORD, OR, YES_WORD
from ipt_formulate.cohort.columns import LABEL

_YEARS: Final = range(1900, 2101)
_LONGEST_TIME: Final = 40
_DAY: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MAY_BE_NULL: Final = ("label", "person", "arose_from", "about", "date")


class _Odd(Exception):
    """Not plainly of the right make."""


def row_of_content(content: Any) -> dict[str, Any] | None:
    """The columns of a case file's content but ``id``; None where it has to be read as a case.

    >>> row_of_content({"assessment": {"safety": {"suicide_plan": False}}})
    {'assessment': {'safety': {'suicide_plan': 'no'}}}
    >>> row_of_content({"assessment": {"safety": {"suicide_plan": "no"}}}) is None
    True
    """
    try:
        return _record(Case, content)
    except (_Odd, ValueError):
        return None


def _record(model: type[Record], content: Any) -> dict[str, Any]:
    if not isinstance(content, dict):
        raise _Odd
    fields = _fields(model)
    if not fields.keys() >= content.keys():
        raise _Odd
    return {name: _value(*fields[name], each) for name, each in content.items()}


@cache
def _fields(model: type[Record]) -> dict[str, tuple[str, Any, bool]]:
    """For each field its name, what it holds (a kind, a record, or None for other text), and whether in a list."""
    found: dict[str, tuple[str, Any, bool]] = {}
    for name, field in model.model_fields.items():
        entries = entries_of(field)
        held = entries if entries is not None else kind_of(field) or record_type(field.annotation)
        found[name] = name, held, entries is not None
    return found


def _value(name: str, held: Any, listed: bool, value: Any) -> Any:
    if listed:
        if value is None and name in ("worsenings", "items"):
            return None
        if not isinstance(value, list):
            raise _Odd
        return [_word(held, each) if isinstance(held, Kind) else _record(held, each) for each in value]
    if isinstance(held, Kind):
        return _word(held, value)
    if held is not None:
        return _record(held, value)
    if value is None and name in _MAY_BE_NULL:
        return None
    if isinstance(value, str) and name == "date" and _DAY.fullmatch(value):
        return datetime.date.fromisoformat(value)
    if isinstance(value, str) and name != "date" and (value or name == LABEL):
        return value
    raise _Odd


def _word(kind: Kind, value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(kind, YesNoKind) and isinstance(value, bool):
        return YES_WORD if value else NO_WORD
    if isinstance(value, str) and (value == "asked_unknown" or isinstance(kind, (ChoiceKind, MomentKind))):
        if OR not in value and len(value) <= _LONGEST_TIME:
            return value
    elif type(value) is int and (
        (isinstance(kind, WholeKind) and 0 <= value <= 9999) or (isinstance(kind, MomentKind) and value in _YEARS)
    ):
        return str(value)
    elif isinstance(kind, ChoiceKind) and isinstance(value, dict) and value.keys() == {"one_of"}:
        some = value["one_of"]
        if isinstance(some, list) and len(some) > 1 and all(isinstance(each, str) and OR not in each for each in some):
            return OR.join(some)
    elif isinstance(kind, WholeKind) and isinstance(value, dict) and value.keys() == {"at_least", "at_most"}:
        low, high = value["at_least"], value["at_most"]
        if type(low) is int and type(high) is int and 0 <= low <= high <= 9999:
            return f"{low}-{high}"
    raise _Odd
