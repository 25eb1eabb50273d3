"""Cases in and out of files, with every fault named by its path and remedy and no value ever echoed."""

from __future__ import annotations

import difflib
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from ipt_formulate import resources
from ipt_formulate.case.case import Case
from ipt_formulate.documents import read_document
from ipt_formulate.errors import CaseError, InputError, Problem, UnknownName


def load_case(path: Path | str) -> Case:
    """Read a case from a ``.yaml``, ``.yml`` or ``.json`` file.

    Raises:
        DocumentError: the file cannot be read or parsed.
        CaseError: the content breaks the case model; ``problems`` lists every fault.
    """
    return parse_case(read_document(path).content)


def parse_case(content: Any) -> Case:
    """A case from plain dictionaries and lists.

    Raises:
        CaseError: the content breaks the case model; ``problems`` lists every fault.

    Examples:
        >>> parse_case({"inventory": {"people": [{"role": "partner", "closeness": 9}]}})
        Traceback (most recent call last):
        ...
        ipt_formulate.errors.CaseError: inventory.people[0].closeness: must be 1 to 4, 1 is closest
    """
    if not isinstance(content, Mapping):
        raise CaseError(
            [Problem("", "a case must be a mapping with assessment and inventory", "see `ipt-formulate schema`")]
        )
    try:
        return Case.model_validate(dict(content))
    except ValidationError as error:
        problems = [
            problem for line in error.errors(include_url=False, include_input=False) for problem in _problems(line)
        ]
    raise CaseError(problems)


def example(name: str) -> Case:
    """A shipped case by name: the published cases, in our words.

    Raises:
        UnknownName: there is no such case; the message lists those there are.
    """
    return load_case(example_path(name))


def example_names() -> tuple[str, ...]:
    """The names of the shipped cases."""
    return tuple(sorted(path.parent.name for path in resources.cases_directory().glob("*/case.yaml")))


def example_path(name: str) -> Path:
    """The file of a shipped case; raises UnknownName as `example` does."""
    if name not in example_names():
        raise UnknownName(f"there is no shipped case of that name; there are: {', '.join(example_names())}")
    return resources.cases_directory() / name / "case.yaml"


def to_yaml(case: Case) -> str:
    """The case as a YAML document, with what is not known left out."""
    return yaml.safe_dump(to_plain(case), sort_keys=False, allow_unicode=True)


def to_plain(case: Case) -> dict[str, Any]:
    """The case as plain dictionaries and lists, with what is not known left out."""
    plain: dict[str, Any] = _pruned(case.model_dump(mode="json"))
    return plain


def _pruned(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {key: _pruned(each) for key, each in value.items() if each is not None}
        return {key: each for key, each in kept.items() if each != {} and (each != [] or key == "worsenings")}
    return [_pruned(each) for each in value] if isinstance(value, list) else value


def _problems(line: Any) -> list[Problem]:
    where = _path(line["loc"])
    kind = line["type"]
    if kind == "case":
        return [_placed(where, each) for each in line["msg"].split("\n")]
    if kind == "extra_forbidden":
        return [Problem(where, "is not a field here", _nearest(line["loc"]))]
    if kind == "missing":
        return [Problem(where, "is required")]
    return [Problem(where, _plain_words(line))]


def _placed(where: str, message: str) -> Problem:
    if message.startswith("@"):
        where, _, message = message[1:].partition(": ")
    return Problem(where, message)


def _path(loc: tuple[str | int, ...]) -> str:
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
    if kind == "enum":
        return f"must be {context['expected'].replace(chr(39), '')}"
    if kind.startswith("date"):
        return "must be a date, YYYY-MM-DD"
    if kind == "string_pattern_mismatch":
        form = {"schema_version": "1.x, the form this library reads", "label": "one line, without control characters"}
        return f"must be {form.get(line['loc'][-1], 'a plain word: lower case letters, digits, - and _')}"
    if kind == "string_too_long":
        return f"must have at most {context['max_length']} characters"
    return "must be text" if kind == "string_type" else "is not of the right form; see the coding manual"


def _nearest(loc: tuple[str | int, ...]) -> str:
    model: type[BaseModel] | None = Case
    for part in loc[:-1]:
        if isinstance(part, str) and model is not None:
            field = model.model_fields.get(part)
            model = _inner(field.annotation) if field else None
    names = list(model.model_fields) if model else []
    close = difflib.get_close_matches(str(loc[-1]), names, n=1)
    return f"did you mean {close[0]}?" if close else f"there are: {', '.join(names)}"


def _inner(annotation: Any) -> type[BaseModel] | None:
    for each in (annotation, *getattr(annotation, "__args__", ())):
        if isinstance(each, type) and issubclass(each, BaseModel):
            return each
    return None


def write_case(path: Path, case: Case, *, head: str = "") -> None:
    """Write a case as YAML so that a file is never left half written.

    Args:
        path: the file; what was there is replaced.
        case: the case.
        head: comment lines to write above it.

    Raises:
        InputError: it cannot be written; what was there stays.
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            _written(handle, head + to_yaml(case))
            Path(name).replace(path)
        except OSError:
            Path(name).unlink()
            raise
    except OSError as error:
        raise InputError([Problem(str(path), "cannot be written", "give another file")]) from error


def _written(handle: int, text: str) -> None:
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
