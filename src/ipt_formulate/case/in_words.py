"""A case in words: nested as its file is, every answer one word (`case.words`), and back without loss."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from ipt_formulate.case.case import Case
from ipt_formulate.case.fields import Kind, kind_of
from ipt_formulate.case.record import Record
from ipt_formulate.case.terms import entries_of, record_type
from ipt_formulate.case.words import from_word, to_word


def words_of(record: Record) -> dict[str, Any]:
    """The fields of a record, nested, each answer a word or None where nobody asked."""
    columns: dict[str, Any] = {}
    for name, kind, entries in _fields(type(record)):
        value = getattr(record, name)
        if kind is not None:
            columns[name] = to_word(kind, value)
        elif isinstance(value, tuple):
            columns[name] = [to_word(entries, each) if isinstance(entries, Kind) else words_of(each) for each in value]
        else:
            columns[name] = words_of(value) if isinstance(value, Record) else value
    return columns


def content_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the case file of a case in words would hold; what is None is left out."""
    return _content(Case, row)


@cache
def _fields(model: type[Record]) -> tuple[tuple[str, Kind | None, type[Record] | Kind | None], ...]:
    """The fields of a record, each with its kind, and with what it holds if it is a list."""
    return tuple((name, kind_of(field), entries_of(field)) for name, field in model.model_fields.items())


def _content(model: type[Record], row: Mapping[str, Any]) -> dict[str, Any]:
    """A record's content from its columns; what is null is left out, and what does not fit stays for the model to refuse."""
    content: dict[str, Any] = {}
    for name, value in row.items():
        field = model.model_fields.get(name)
        if value is None:
            continue
        if field is None:
            content[name] = value
        elif (kind := kind_of(field)) is not None:
            content[name] = from_word(kind, value)
        elif (entries := entries_of(field)) is not None:
            content[name] = [_entry(entries, each) for each in value] if isinstance(value, list) else value
        else:
            record = record_type(field.annotation)
            content[name] = _content(record, value) if record is not None and isinstance(value, Mapping) else value
    return content


def _entry(entries: type[Record] | Kind, value: Any) -> Any:
    if isinstance(entries, Kind):
        return from_word(entries, value)
    return _content(entries, value or {}) if value is None or isinstance(value, Mapping) else value
