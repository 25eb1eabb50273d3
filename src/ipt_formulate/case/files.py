"""Cases in and out of files, with every fault named by its path and remedy and no value ever echoed."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from errno import EACCES, ELOOP
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import ValidationError

from ipt_formulate import resources
from ipt_formulate.case.case import Case
from ipt_formulate.case.faults import problems_of
from ipt_formulate.case.forms import CASE_FORM
from ipt_formulate.documents import read_document
from ipt_formulate.errors import CaseError, InputError, Problem, UnknownName, silent

_STREAMS: Final = tuple(map(Path, ("/proc", "/dev/fd", "/dev/stdin", "/dev/stdout", "/dev/stderr")))
"""Names of what a process has open, which is written into even where it is a file."""


@silent
def load_case(path: Path | str) -> Case:
    """Read a case from a ``.yaml``, ``.yml`` or ``.json`` file.

    Raises:
        DocumentError: the file cannot be read or parsed.
        CaseError: the content breaks the case model; ``problems`` lists every fault.
    """
    return parse_case(read_document(path).content)


@silent
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
    if problem := CASE_FORM.problem(content):
        raise CaseError([problem])
    try:
        return Case.model_validate(dict(content))
    except ValidationError as error:
        problems = problems_of(error, Case)
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


def write_case(path: Path, case: Case, *, head: str = "") -> None:
    """Write a case as YAML so that a file is never left half written.

    Args:
        path: the file; what was there is replaced.
        case: the case.
        head: comment lines to write above it.

    Raises:
        InputError: it cannot be written; what was there stays.
    """
    write_text(path, head + to_yaml(case))


def write_text(path: Path, text: str) -> None:
    """Write a file, its line ends as they stand, so that it is never left half written.

    A symbolic link stays one: the file it leads to is written. What is no ordinary file, such as ``/dev/stdout`` or a
    pipe, is written into and never replaced. A file that was there keeps its permissions; a new one is its owner's.

    Raises:
        InputError: it cannot be written; what was there stays.
    """
    try:
        if is_standard_output(path):
            sys.stdout.flush()
            sys.stdout.buffer.write(text.encode("utf-8"))
            sys.stdout.buffer.flush()
        elif is_ordinary(path):
            _replace(final(path), text)
        else:
            with path.open("w", encoding="utf-8", newline="") as file:
                file.write(text)
    except BrokenPipeError:
        raise  # the reader has gone: that is no fault of the path
    except OSError as error:
        raise InputError([Problem(str(path), "cannot be written", "give another file")]) from error


def is_ordinary(path: Path) -> bool:
    """Whether a path is that of a file as others, or of one still to be made: not a device, a pipe or a stream."""
    if any(stream in (path.absolute(), *path.absolute().parents) for stream in _STREAMS) or is_standard_output(path):
        return False
    return path.is_file() or not path.exists()


def final(path: Path) -> Path:
    """The file that a path leads to in the end, through all links; one still to be made where there is none."""
    return Path(os.path.realpath(path))


def is_standard_output(path: Path) -> bool:
    """Whether a path names where this process prints, by whatever name, as ``/dev/stdout`` does."""
    try:
        return os.path.samestat(path.stat(), os.fstat(sys.stdout.fileno()))
    except (OSError, ValueError):  # there is no such file, or nothing is printed to one
        return False


def _replace(path: Path, text: str) -> None:
    """Put a file that is whole in the place of what was there."""
    if path.is_symlink():
        raise OSError(ELOOP, "links that lead in a circle")
    there = path.exists()
    if there and not os.access(path, os.W_OK):
        raise PermissionError(EACCES, "may not be written")
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
    try:
        if there:
            shutil.copymode(path, name)
        _written(handle, text)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink()
        raise


def _written(handle: int, text: str) -> None:
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
