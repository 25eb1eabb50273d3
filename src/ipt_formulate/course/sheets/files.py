"""Work sheets in and out of files, with every fault named by its place and remedy and no value ever echoed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import yaml
from pydantic import ValidationError

from ipt_formulate.case.faults import path_of
from ipt_formulate.case.record import Id
from ipt_formulate.course.sheets.kinds import MODELS, Sheet, model_of
from ipt_formulate.course.sheets.shape import FieldShape, shape_of
from ipt_formulate.course.sheets.sheet import SheetPart
from ipt_formulate.documents import Document, Keys, read_document
from ipt_formulate.errors import InputError, Problem, silent

T = TypeVar("T", bound=SheetPart)
_ID_FORM: Final = "must be a plain word that stands for somebody or something: lower case letters, digits, - and _"
_EXPECTED: Final = {
    "model_type": "must be a mapping of fields",
    "tuple_type": "must be a list",
    "string_type": "must be text; put quotes around it",
    "bool_type": "must be yes or no, or left out where nobody asked",
    "int_type": "must be a whole number",
    "string_pattern_mismatch": "must be text without control characters",
    "string_too_short": "is empty",
    "greater_than_equal": "must be 1 or more",
    "less_than_equal": "is larger than it can be",
}


def load_sheet(path: Path | str, kind: str | None = None) -> Sheet:
    """Read a filled work sheet from a ``.yaml``, ``.yml`` or ``.json`` file.

    Args:
        path: the file.
        kind: the kind of sheet that is wanted; any if not given.

    Raises:
        DocumentError: the file cannot be read or parsed.
        InputError: the content does not fit; ``problems`` lists every fault with its line.
        UnknownName: there is no such kind.
    """
    document = read_document(path)
    try:
        return parse_sheet(document.content, kind)
    except SheetFaults as faults:
        raise with_lines(document, faults.placed) from None


def with_lines(document: Document, placed: Iterable[tuple[Keys, Problem]]) -> InputError:
    """The error that tells faults of a file, each with its line."""
    return InputError(
        Problem(f"{document.at(keys)}: {each.where}" if each.where else document.at(keys), each.what, each.remedy)
        for keys, each in placed
    )


@silent
def parse_sheet(content: Any, kind: str | None = None) -> Sheet:
    """A work sheet from plain dictionaries and lists; what is left blank in it counts as left out.

    Raises:
        InputError: the content does not fit; ``problems`` lists every fault by the path of the field.
        UnknownName: there is no such kind.

    Examples:
        >>> parse_sheet({"sheet": "attempts", "attempts": [{"what": "rang my brother", "result": "a good talk"}]})
        Traceback (most recent call last):
        ...
        ipt_formulate.course.sheets.files.SheetFaults: attempts[0].result: stands, and it is not recorded that it was tried; set tried: true; what came up instead goes into felt
    """
    if kind is not None:
        model_of(kind)
    named = content.get("sheet") if isinstance(content, Mapping) else None
    if not isinstance(named, str) or named not in MODELS:
        what = "a work sheet must begin with the kind of sheet it is"
        raise SheetFaults([(("sheet",), Problem("", what, f"write sheet: and one of {', '.join(MODELS)}"))])
    if kind is not None and named != kind:
        what = "is another kind of sheet than was asked for"
        raise SheetFaults([(("sheet",), Problem("sheet", what, f"write sheet: {kind}, or ask for the kind it is"))])
    if faults := list(problems_of(content, MODELS[named])):
        raise SheetFaults(faults)
    return cast(Sheet, parse_part(content, MODELS[named]))


def parse_part(content: Any, model: type[T]) -> T:
    """A sheet, or another part of the course, from content of which `problems_of` finds nothing."""
    return model.model_validate(_without_blanks(content, shape_of(model)))


class SheetFaults(InputError):
    """What is wrong with a work sheet; ``placed`` has the keys of each fault, from which its line follows."""

    def __init__(self, placed: list[tuple[Keys, Problem]]) -> None:
        self.placed = tuple(placed)
        super().__init__(problem for _, problem in placed)


def problems_of(content: Any, model: type[SheetPart]) -> Iterator[tuple[Keys, Problem]]:
    """Every fault of the content of a sheet, or of another part of the course, with the keys of its place."""
    try:
        model.model_validate(_without_blanks(content, shape_of(model)))
    except ValidationError as error:
        yield from problems_in(error, model)


def problems_in(error: ValidationError, model: type[SheetPart]) -> Iterator[tuple[Keys, Problem]]:
    """What an error says, each fault with the keys of its place, and no value in any of them."""
    found = error.errors(include_url=False, include_input=False)
    for line in found:
        if line["type"] == "too_short" and any(
            each["loc"][: len(line["loc"])] == line["loc"] for each in found if each is not line
        ):
            continue  # its entries are told to be faulty, and not too few
        if line["type"] == "case" and not line["loc"]:
            for message in line["msg"].removeprefix("@").split("\n@"):
                where, _, what = message.partition(": ")
                yield _keys(where), Problem(where, what)
        else:
            yield line["loc"], _problem(line, shape_of(model))


def to_plain(sheet: SheetPart) -> dict[str, Any]:
    """A sheet as dictionaries and lists, with what is not known left out."""
    plain: dict[str, Any] = _pruned(sheet.model_dump(mode="json", by_alias=True))
    return plain


def to_yaml(sheet: SheetPart) -> str:
    """A sheet as a YAML document, with what is not known left out."""
    return yaml.safe_dump(to_plain(sheet), sort_keys=False, allow_unicode=True, width=100)


def _pruned(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {key: _pruned(each) for key, each in value.items() if each is not None}
        return {key: each for key, each in kept.items() if each not in ({}, [])}
    return [_pruned(each) for each in value] if isinstance(value, list) else value


def _without_blanks(content: Any, shapes: tuple[FieldShape, ...]) -> Any:
    """Content without the fields that were left blank, and without the blank entries at the end of a list."""
    if not isinstance(content, Mapping):
        return content
    parts = {shape.name: shape for shape in shapes}
    kept = {}
    for key, value in content.items():
        shape = parts.get(key)
        if shape is None and key != "sheet":
            kept[key] = value  # no field of this sheet: for the model to refuse
            continue
        if isinstance(value, list):
            value = [_without_blanks(each, shape.parts if shape else ()) for each in value]
            while value and value[-1] in (None, {}):
                value.pop()
            if not value:
                continue
        elif shape is not None and shape.parts:
            value = _without_blanks(value, shape.parts)
            if value == {} and not shape.required:
                continue
        if value is not None:
            kept[key] = value
    return kept


def _keys(where: str) -> Keys:
    return tuple(int(each) if each.isdigit() else each for each in re.findall(r"[^.\[\]]+", where))


def _problem(line: Any, shapes: tuple[FieldShape, ...]) -> Problem:
    where, kind, context = path_of(line["loc"]), line["type"], line.get("ctx", {})
    if kind == "case":
        return Problem(where, line["msg"])
    if kind == "extra_forbidden":
        return Problem(where, "is no field of this sheet", _nearest(line["loc"], shapes))
    if kind == "missing":
        return Problem(where, "is not filled in", "it cannot be left out")
    if kind == "literal_error":
        return Problem(where, f"must be {context['expected'].replace(chr(39), '')}")
    if kind == "too_long":
        return Problem(where, f"has more than {context['max_length']} entries", "keep to what was worked on")
    if kind == "too_short":
        return Problem(where, "has no entry", "fill in at least one")
    if kind == "string_too_long":
        return Problem(where, f"has more than {context['max_length']} characters", "write it in fewer words")
    if kind == "string_pattern_mismatch" and context.get("pattern") == _ID_PATTERN:
        return Problem(where, _ID_FORM, "such as sister or old-friend, never a person's name")
    if kind.startswith("date"):
        return Problem(where, "must be a date, YYYY-MM-DD")
    return Problem(where, _EXPECTED.get(kind, "is not of the right form; see the blank sheet"))


_ID_PATTERN: Final = str(Id.__metadata__[0].pattern)  # type: ignore[attr-defined]  # what Annotated keeps


def _nearest(loc: tuple[str | int, ...], shapes: tuple[FieldShape, ...]) -> str:
    for part in loc[:-1]:
        if isinstance(part, str):
            shapes = next((shape.parts for shape in shapes if shape.name == part), ())
    names = [shape.name for shape in shapes]
    close = difflib.get_close_matches(str(loc[-1]), names, n=1)
    return f"did you mean {close[0]}?" if close else f"there are: {', '.join(names)}"
