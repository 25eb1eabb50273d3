"""How a case is laid out, part by part: derived from the case model, so that no field can be missing."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Final, get_args

from ipt_formulate.case.case import Case
from ipt_formulate.case.fields import ChoiceKind, Kind, kind_of
from ipt_formulate.case.record import Record
from ipt_formulate.case.terms import entries_of, record_type


class Shape(StrEnum):
    """What a part of a case is."""

    ANSWER = "answer"
    TEXT = "text"
    DAY = "day"
    RECORD = "record"
    ITEMS = "items"
    SCORES = "scores"


MAY_BE_EMPTY: Final = "worsenings"
"""The list of which "there was none" is told by an empty list."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a case.

    Attributes:
        path: names of fields from the case, lists without a place.
        shape: what it is.
        meaning: what it records, from the coding manual.
        kind: the kind of an answer or of each score; None for what is no answer.
        parts: the parts of a record, or of each item of a list.
        instrument: True for the field that names an instrument, which is always known.
    """

    path: tuple[str, ...]
    shape: Shape
    meaning: str
    kind: Kind | None = None
    parts: tuple[Part, ...] = ()
    instrument: bool = False

    @property
    def name(self) -> str:
        """The name of the field."""
        return self.path[-1]

    @property
    def code(self) -> str:
        """The path as one word, which is its code and its place in a questionnaire."""
        return ".".join(self.path)


@cache
def layout() -> tuple[Part, ...]:
    """The parts of a case: the assessment and the inventory."""
    return tuple(part for part in _parts(Case, ()) if part.name != "schema_version")


@cache
def answers() -> dict[str, Part]:
    """Every part that holds an answer, text or day, by its code."""
    return {part.code: part for part in _flat(layout())}


@cache
def once() -> frozenset[str]:
    """The codes of what a case has once, and not once for each item of a list."""
    return frozenset(part.code for part in _flat(layout(), into_lists=False))


def _flat(parts: tuple[Part, ...], *, into_lists: bool = True) -> list[Part]:
    found = []
    for part in parts:
        if part.shape in (Shape.ANSWER, Shape.TEXT, Shape.DAY):
            found.append(part)
        elif part.shape is Shape.RECORD or into_lists:
            found += _flat(part.parts, into_lists=into_lists)
    return found


def _parts(model: type[Record], above: tuple[str, ...]) -> tuple[Part, ...]:
    return tuple(_part(name, field, (*above, name)) for name, field in model.model_fields.items())


def _part(name: str, field: Any, path: tuple[str, ...]) -> Part:
    meaning = field.description or name
    if (kind := kind_of(field)) is not None:
        return Part(path, Shape.ANSWER, meaning, kind)
    if (entries := entries_of(field)) is not None:
        if isinstance(entries, Kind):
            return Part(path, Shape.SCORES, meaning, entries)
        return Part(path, Shape.ITEMS, meaning, parts=_parts(entries, path))
    if (inner := record_type(field.annotation)) is not None:
        return Part(path, Shape.RECORD, meaning, parts=_parts(inner, path))
    if isinstance(field.annotation, type) and issubclass(field.annotation, StrEnum):
        return Part(path, Shape.ANSWER, meaning, ChoiceKind(field.annotation), instrument=True)
    if datetime.date in get_args(field.annotation):
        return Part(path, Shape.DAY, meaning)
    return Part(path, Shape.TEXT, meaning)
