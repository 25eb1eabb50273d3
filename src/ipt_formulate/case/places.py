"""Every place of a case where an answer is, or could be, recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from pydantic import BaseModel

from ipt_formulate.case.assessment import Worsening
from ipt_formulate.case.case import Case
from ipt_formulate.case.fields import Kind, WholeKind, kind_of
from ipt_formulate.case.measures import ITEMS, Measure
from ipt_formulate.case.record import Record
from ipt_formulate.case.terms import LIST_MODELS

Path: TypeAlias = tuple[str | int, ...]
Maker: TypeAlias = Callable[[Any, str, Any], Any]
"""Makes a record anew from the old one, the name of a field, and its new value."""
INQUIRY: Final = ("inventory", "inquiry")
REFERENCES_AND_DATE: Final = ("person", "arose_from", "about", "date")


@dataclass(frozen=True, slots=True)
class Place:
    """A place and what is recorded in it.

    Attributes:
        path: attribute names and list indices from the case.
        value: the recorded answer, or None.
        kind: the kind of the field; None for references, the date, and lists that may be absent.
    """

    path: Path
    value: Any
    kind: Kind | None


def places(case: Case) -> Iterator[Place]:
    """The places for answers in a case as it stands: those of its own fields and of every recorded item.

    >>> next(place.path for place in places(Case()) if place.path[-1] == "onset")
    ('assessment', 'episode', 'onset')
    """
    yield from _places(case.assessment, ("assessment",))
    yield from _places(case.inventory, ("inventory",))


def at(record: Any, path: Path) -> Any:
    """What stands at a path below a record."""
    for part in path:
        record = record[part] if isinstance(part, int) else getattr(record, part)
    return record


def _places(record: Record, above: Path) -> Iterator[Place]:
    for name, field in type(record).model_fields.items():
        value, path = getattr(record, name), (*above, name)
        kind = kind_of(field)
        if kind is not None or name in REFERENCES_AND_DATE:
            yield Place(path, value, kind)
        elif isinstance(value, Record):
            yield from _places(value, path)
        elif name == "items" and isinstance(record, Measure):
            yield from _scores(record, path)
        else:
            if name == "worsenings":
                yield Place(path, value, None)
            if isinstance(value, tuple):
                for index, entry in enumerate(value):
                    yield from _places(entry, (*path, index))


def _scores(measure: Measure, path: Path) -> Iterator[Place]:
    if measure.instrument in ITEMS:
        yield Place(path, measure.items, None)
        for index, score in enumerate(measure.items or ()):
            yield Place((*path, index), score, WholeKind(0, ITEMS[measure.instrument][1]))


def substituted(record: Any, path: Path, value: Any) -> Any:
    """A record with another value at a path below it, not checked anew; None takes the answer out."""
    return put(record, path, value, _copied)


def put(record: Any, path: Path, value: Any, make: Maker) -> Any:
    """A record with another value at a path below it, it and every record on the way made anew.

    Args:
        record: the record.
        path: the place below it.
        value: what is to stand there; None takes the answer out.
        make: makes a record anew from the old one, the name of a field, and its new value.
    """
    name, rest = str(path[0]), path[1:]
    held = getattr(record, name)
    if rest and isinstance(rest[0], int):
        place, deeper = rest[0], rest[1:]
        entry = put(held[place], deeper, value, make) if deeper else value
        value = (*held[:place], entry, *held[place + 1 :])
    elif rest:
        value = put(held, rest, value, make)
    return make(record, name, value)


def _copied(record: Any, name: str, value: Any) -> Any:
    if value is None:
        value = type(record).model_fields[name].get_default()
    return BaseModel.model_copy(record, update={name: value})


def field_at(model: type[Record], path: Path) -> Any:
    """The field of a model at a path below it."""
    name, rest = str(path[0]), path[1:]
    field = model.model_fields[name]
    if not rest:
        return field
    inner = LIST_MODELS.get(name, Worsening) if isinstance(rest[0], int) else type(field.get_default())
    return field_at(inner, rest[1:] if isinstance(rest[0], int) else rest)
