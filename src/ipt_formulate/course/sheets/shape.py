"""What fields a work sheet has, read off its model, so that what is printed can never lack one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from ipt_formulate.case.record import Id

Answer = Literal["words", "id", "day", "yes_no", "number", "choice", "parts"]
_PLAIN: dict[Any, Answer] = {dt.date: "day", bool: "yes_no", int: "number"}


@dataclass(frozen=True, slots=True)
class FieldShape:
    """One field of a sheet.

    Attributes:
        path: where it stands, such as ``turns.said``; entries of a list carry no number.
        name: the last part of it.
        required: whether the sheet cannot be without it.
        many: whether it is a list.
        answer: what goes in; ``parts`` where it consists of further fields.
        choices: the words that can be chosen.
        parts: the further fields.
    """

    path: str
    name: str
    required: bool
    many: bool
    answer: Answer
    choices: tuple[str, ...] = ()
    parts: tuple[FieldShape, ...] = ()


@cache
def shape_of(model: type[BaseModel], above: str = "") -> tuple[FieldShape, ...]:
    """The fields of a sheet or a part of one, in their order; the name of the kind itself is not among them."""
    hints = get_type_hints(model, include_extras=True)
    return tuple(
        _shaped(hints[name], f"{above}{field.alias or name}", field.is_required())
        for name, field in model.model_fields.items()
        if name != "sheet"
    )


def walk(shapes: tuple[FieldShape, ...]) -> Iterator[FieldShape]:
    """Each field, and after it its parts."""
    for shape in shapes:
        yield shape
        yield from walk(shape.parts)


def _shaped(hint: Any, path: str, required: bool) -> FieldShape:
    name = path.rpartition(".")[2]
    inner = _without_none(hint)
    many = get_origin(inner) is tuple
    if many:
        inner = _without_none(get_args(inner)[0])
    if isinstance(inner, type) and issubclass(inner, BaseModel):
        return FieldShape(path, name, required, many, "parts", (), shape_of(inner, f"{path}."))
    if get_origin(inner) is Literal:
        return FieldShape(path, name, required, many, "choice", get_args(inner))
    base = get_args(inner)[0] if hasattr(inner, "__metadata__") else inner
    answer = "id" if inner == Id else _PLAIN.get(base, "words")
    return FieldShape(path, name, required, many, answer)


def _without_none(hint: Any) -> Any:
    if get_origin(hint) in (Union, UnionType):
        (hint,) = (each for each in get_args(hint) if each is not NoneType)
    return hint
