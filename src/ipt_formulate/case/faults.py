"""What is wrong with a record, as problems with path and remedy; no value is ever echoed."""

from __future__ import annotations

import difflib
import re
from typing import Any

from pydantic import BaseModel, ValidationError

from ipt_formulate.errors import Problem


def problems_of(error: ValidationError, root: type[BaseModel]) -> list[Problem]:
    """Every problem of a failed validation.

    Args:
        error: what pydantic raised.
        root: the model that was validated; names of fields are suggested from it.
    """
    lines = error.errors(include_url=False, include_input=False)
    return [problem for line in lines for problem in _problems(line, root)]


def _problems(line: Any, root: type[BaseModel]) -> list[Problem]:
    where = path_of(line["loc"])
    kind = line["type"]
    if kind == "case":
        return [_placed(where, each) for each in line["msg"].split("\n")]
    if kind == "extra_forbidden":
        return [Problem(where, "is not a field here", _nearest(line["loc"], root))]
    if kind == "missing":
        return [Problem(where, "is required")]
    return [Problem(where, _plain_words(line))]


def _placed(where: str, message: str) -> Problem:
    """A fault that a model found of itself; after ``@`` stands its place in that model."""
    if message.startswith("@"):
        inner, _, message = message[1:].partition(": ")
        where = f"{where}.{inner}" if where else inner
    return Problem(where, message)


def path_of(loc: tuple[str | int, ...]) -> str:
    """The path of a place in a file; a key that is not a plain word is not repeated."""
    path = ""
    for part in loc:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            name = part if re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,40}", part) else "(a key that is not a plain word)"
            path += f".{name}" if path else name
    return path


def _plain_words(line: Any) -> str:
    kind, context = line["type"], line.get("ctx", {})
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return "must be a mapping of fields"
    if kind == "tuple_type":
        return "must be a list"
    if kind == "too_long":
        return f"must have at most {context['max_length']} entries"
    if kind in ("enum", "literal_error"):
        return f"must be {context['expected'].replace(chr(39), '')}"
    if kind in ("too_short", "string_too_short"):
        return f"must have at least {context['min_length']} {'characters' if kind[0] == 's' else 'entries'}"
    if kind in ("greater_than_equal", "less_than_equal"):
        return f"must be {context['ge']} or more" if "ge" in context else f"must be {context['le']} or less"
    if kind == "int_type":
        return "must be a whole number"
    if kind.startswith("date"):
        return "must be a date, YYYY-MM-DD"
    if kind == "string_pattern_mismatch":
        form = {"schema_version": "1.x, the form this library reads", "label": "one line, without control characters"}
        return f"must be {form.get(line['loc'][-1], 'a plain word: lower case letters, digits, - and _')}"
    if kind == "string_too_long":
        return f"must have at most {context['max_length']} characters"
    return "must be text" if kind == "string_type" else "is not of the right form; see the coding manual"


def _nearest(loc: tuple[str | int, ...], root: type[BaseModel]) -> str:
    model: type[BaseModel] | None = root
    for part in loc[:-1]:
        if isinstance(part, str) and model is not None:
            field = model.model_fields.get(part)
            model = _inner(field.annotation) if field else None
    names = [field.alias or name for name, field in model.model_fields.items()] if model else []
    close = difflib.get_close_matches(str(loc[-1]), names, n=1)
    return f"did you mean {close[0]}?" if close else f"there are: {', '.join(names)}"


def _inner(annotation: Any) -> type[BaseModel] | None:
    for each in (annotation, *getattr(annotation, "__args__", ())):
        if isinstance(each, type) and issubclass(each, BaseModel):
            return each
    return None
