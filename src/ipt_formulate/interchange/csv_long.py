"""Cases as CSV in long form: a row for each answer, with the columns ``id``, ``path`` and ``value``.

A path is a field, such as ``assessment.episode.onset`` or ``inventory.people[mother].alive`` with the id of an item;
measures, worsenings and scores are numbered from 0. Answers are words (`case.words`). What has no row was not asked,
which is never *no*. A row without a value says that there is an entry of which nothing else is known
(``inventory.people[mother]``), or that a list was asked about and is empty (``assessment.episode.worsenings[]``).

A spreadsheet takes a cell that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line end for a formula. So a value
that begins with one of these, or with an apostrophe, is written with an apostrophe before it; reading takes that
apostrophe away. Both are exact: what was written comes back as it was.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TextIO

from ipt_formulate.case.case import LISTS, Case
from ipt_formulate.case.files import parse_case
from ipt_formulate.case.in_words import content_of, words_of
from ipt_formulate.documents import MAX_VALUES
from ipt_formulate.errors import CaseError, InputError, Problem
from ipt_formulate.interchange.layout import MAY_BE_EMPTY

COLUMNS: Final = ("id", "path", "value")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_APOSTROPHE: Final = "'"
_LONGEST: Final = 2000
_STEP = re.compile(r"([a-z_][a-z0-9_]*)(?:\[([^\[\]]*)\])?")
_DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class ReadCase:
    """A case that was read, or what is wrong with it.

    Attributes:
        id: its name in the file.
        case: the case; None where there is a problem.
        problems: what is wrong, each with the line of the file.
    """

    id: str
    case: Case | None
    problems: tuple[Problem, ...]


def rows_of(case: Case) -> Iterator[tuple[str, str]]:
    """The path and the word of each recorded answer.

    Examples:
        >>> list(rows_of(Case(inventory={"people": [{"id": "mother", "alive": True}]})))
        [('schema_version', '1.0'), ('inventory.people[mother].alive', 'yes')]
    """
    yield from _rows(words_of(case), "")


def write_cases(target: TextIO, cases: Iterable[tuple[str, Case]]) -> None:
    """Write cases, one after the other, so that any number of them fits.

    Args:
        target: an open text file, opened with ``newline=""``.
        cases: each with its name, which is not empty and not used twice.

    Raises:
        InputError: a name is empty, too long, or used twice.

    Examples:
        >>> import io
        >>> file = io.StringIO()
        >>> write_cases(file, [("a", Case(assessment={"age_band": "adult"}))])
        >>> file.getvalue().splitlines()
        ['id,path,value', 'a,schema_version,1.0', 'a,assessment.age_band,adult']
    """
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    names: set[str] = set()
    for place, (name, case) in enumerate(cases, start=1):
        if not name.strip() or name != name.strip() or len(name) > _LONGEST or name in names:
            what = "has a name that is empty, has space around it, or is used twice"
            raise InputError([Problem(f"case {place}", what, "give each case a name of its own")])
        names.add(name)
        writer.writerows((_safe(name), path, _safe(word)) for path, word in rows_of(case))


def read_cases(source: TextIO, *, name: str = "file") -> Iterator[ReadCase]:
    """Read cases one after the other. The rows of a case stand together, in any order.

    Args:
        source: an open text file, opened with ``newline=""``.
        name: what to call it in messages.

    Yields:
        Each case, or everything that is wrong with it. A row that belongs to no case is told under an empty name.

    Raises:
        InputError: it is no CSV with these columns.
    """
    reader = csv.reader(source, strict=True)
    seen: set[str] = set()
    gathering: _Gathering | None = None
    try:
        head = next(reader, [])
        if [each.strip() for each in head] != list(COLUMNS):
            raise InputError([Problem(f"{name}: line 1", f"must be {','.join(COLUMNS)}", "write these columns")])
        for row in reader:
            if not row:
                continue
            where = f"{name}: line {reader.line_num}"
            if len(row) != len(COLUMNS) or not row[0].strip():
                what = "must have three cells, and the name of a case in the first"
                yield ReadCase("", None, (Problem(where, what),))
                continue
            told = _plain(row[0].strip())
            if gathering is None or gathering.name != told:
                if gathering is not None:
                    yield gathering.read(name)
                gathering = _Gathering(told)
                if told in seen:
                    gathering.fault(where, "is a case that stood above already", "put the rows of a case together")
                seen.add(told)
            gathering.add(where, row[1].strip(), _plain(row[2]))
    except (csv.Error, UnicodeDecodeError):
        where = f"{name}: after line {reader.line_num}"
        raise InputError([Problem(where, "cannot be read as CSV in UTF-8", "save it as CSV, in UTF-8")]) from None
    if gathering is not None:
        yield gathering.read(name)


def write_file(path: Path, cases: Iterable[tuple[str, Case]]) -> None:
    """Write cases to a file as `write_cases` does.

    Raises:
        InputError: it cannot be written, or a name is empty or used twice.
    """
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            write_cases(file, cases)
    except OSError as error:
        raise InputError([Problem(str(path), "cannot be written", "give another file")]) from error


def read_file(path: Path) -> Iterator[ReadCase]:
    """Read cases from a file as `read_cases` does; a mark of the byte order at its start is passed over.

    Raises:
        InputError: it cannot be read, or is no CSV with these columns.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from read_cases(file, name=str(path))
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else "unknown"
        raise InputError([Problem(str(path), f"cannot be read ({reason})", "check the path")]) from None


class _Entries(dict[Any, Any]):
    """The entries of a list as they are gathered, by id or number."""


class _Misfit(Exception):
    """A path that does not fit."""


@dataclass
class _Gathering:
    """The rows of one case."""

    name: str
    content: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    rows: int = 0

    def fault(self, where: str, what: str, remedy: str = "") -> None:
        """Note what is wrong with a row."""
        self.problems.append(Problem(where, what, remedy))

    def add(self, where: str, path: str, word: str) -> None:
        """Put a row where it belongs."""
        self.rows += 1
        if self.rows > MAX_VALUES:
            if self.rows == MAX_VALUES + 1:
                self.fault(where, f"is beyond {MAX_VALUES:,} rows of one case", "split it or check what it is")
        elif path in self.places:
            self.fault(where, "has a path that stood above already", "keep one of the rows")
        elif word == "" and not path.endswith("]"):
            self.fault(where, "has no value", "take the row out if it was not asked")
        else:
            self.places[path] = where
            try:
                _put(self.content, _steps(path), word)
            except _Misfit:
                what = "has a path that does not fit"
                self.fault(where, what, "write it like inventory.people[mother].alive; see the coding manual")

    def read(self, source: str) -> ReadCase:
        """The case, or what is wrong with it."""
        if not self.problems:
            try:
                return ReadCase(self.name, parse_case(content_of(_with_lists(self.content))), ())
            except _Misfit:
                self.fault(f"{source}: case of {self._first()}", "has a list that is not numbered 0, 1, 2 and so on")
            except CaseError as error:
                self.problems += [self._placed(each) for each in error.problems]
        return ReadCase(self.name, None, tuple(self.problems))

    def _first(self) -> str:
        return next(iter(self.places.values())).rpartition(": ")[2]

    def _placed(self, problem: Problem) -> Problem:
        """A problem of the case, with the line of the first row that it is about."""
        order: dict[str, dict[str, int]] = {}
        numbered = {"".join(_numbered(path, order)): where for path, where in self.places.items()}
        for about in (problem.where, problem.where.rpartition(".")[0]):
            for path, where in numbered.items():
                if path == about or (about and path.startswith((f"{about}.", f"{about}["))):
                    return Problem(f"{where} {problem.where}", problem.what, problem.remedy)
        return Problem(f"case of {self._first()} {problem.where}".rstrip(), problem.what, problem.remedy)


def _rows(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _rows(each, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        if not value and path.endswith(f".{MAY_BE_EMPTY}"):
            yield f"{path}[]", ""
        for place, each in enumerate(value):
            yield from _entry_rows(each, path, place)
    elif value is not None:
        yield path, str(value)


def _entry_rows(entry: Any, path: str, place: int) -> Iterator[tuple[str, str]]:
    """The rows of an entry of a list; one of which nothing is known has a row without a value."""
    if isinstance(entry, dict) and "id" in entry:
        entry = dict(entry)
        path = f"{path}[{entry.pop('id')}]"
    else:
        path = f"{path}[{place}]"
    rows = list(_rows(entry, path))
    yield from rows or [(path, "")]


def _safe(text: str) -> str:
    return f"{_APOSTROPHE}{text}" if text.startswith((*_FORMULA, _APOSTROPHE)) else text


def _plain(text: str) -> str:
    return text[1:] if text.startswith(_APOSTROPHE) else text


def _steps(path: str) -> list[tuple[str, str | int | None]]:
    """The steps of a path: each a name, and the id or number of an entry; an empty id stands for the list itself."""
    steps: list[tuple[str, str | int | None]] = []
    for step in path.split(".") if len(path) <= _LONGEST else ("",):
        found = _STEP.fullmatch(step)
        if found is None:
            raise _Misfit
        name, key = found[1], found[2]
        if key and name not in LISTS:
            if not key.isdecimal() or len(key) > _DIGITS:
                raise _Misfit
            steps.append((name, int(key)))
        else:
            steps.append((name, key))
    return steps


def _put(content: dict[str, Any], steps: list[tuple[str, str | int | None]], word: str) -> None:
    target: Any = content
    for place, (name, key) in enumerate(steps):
        last = place == len(steps) - 1
        if key is None:
            target = _into_field(target, name, word if last else None)
        else:
            target = _into_entry(target, name, key, word if last else None)


def _into_field(target: dict[str, Any], name: str, word: str | None) -> Any:
    if word is None:
        below = target.setdefault(name, {})
        if not isinstance(below, dict) or isinstance(below, _Entries):
            raise _Misfit
        return below
    if name in target:
        raise _Misfit
    target[name] = word
    return None


def _into_entry(target: dict[str, Any], name: str, key: str | int, word: str | None) -> Any:
    entries = target.setdefault(name, _Entries())
    if not isinstance(entries, _Entries) or (key == "" and (word != "" or entries)):
        raise _Misfit
    if key == "":
        return None
    if word is None:
        if entries.get(key) is None:
            entries[key] = {}
        if not isinstance(entries[key], dict):
            raise _Misfit
        return entries[key]
    if word == "":
        entries.setdefault(key, None)
    elif entries.get(key) is not None:
        raise _Misfit
    else:
        entries[key] = word
    return None


def _with_lists(value: Any) -> Any:
    if isinstance(value, _Entries):
        if all(isinstance(key, str) for key in value):
            return [
                {"id": key, **_with_lists(each or {})} if not isinstance(each, str) else each
                for key, each in value.items()
            ]
        if sorted(value) != list(range(len(value))):
            raise _Misfit
        return [_with_lists(value[number]) for number in sorted(value)]
    return {name: _with_lists(each) for name, each in value.items()} if isinstance(value, dict) else value


def _numbered(path: str, order: dict[str, dict[str, int]]) -> Iterator[str]:
    """The path with numbers in place of ids, as the case model tells it."""
    for place, step in enumerate(path.split(".")):
        name, bracket, key = step.partition("[")
        yield f".{name}" if place else name
        if bracket:
            key = key.removesuffix("]")
            number = order.setdefault(name, {}).setdefault(key, len(order.get(name, {}))) if name in LISTS else key
            yield f"[{number}]"
