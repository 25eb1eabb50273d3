"""Ratings in: files of marks, cohort results, folders of published cases, or the library in a tradition.

A mark is present, absent or unknown, and unknown is never absent: it is no answer. The focus of a rater is an area,
or ``none`` where the rater found that no area is; no answer where that is not known.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from ipt_formulate.api import formulate
from ipt_formulate.case.case import Case
from ipt_formulate.case.files import load_case, parse_case
from ipt_formulate.cohort.cases import to_cases
from ipt_formulate.cohort.files import read_batches
from ipt_formulate.documents import parse_json, read_document
from ipt_formulate.errors import InputError, Problem, UnknownName, silent
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.vocabulary import AreaStatus, ProblemArea

FOCUS: Final = "focus"
NO_AREA: Final = "none"
IDS: Final = ("id", "case", "case_id")
MARKS: Final = {
    "present": "present",
    "absent": "absent",
    "unknown": None,
    "": None,
    str(AreaStatus.SUPPORTED): "present",
    str(AreaStatus.NOT_SUPPORTED): "absent",
    str(AreaStatus.UNDETERMINED): None,
}
_SEVERAL: Final = "|"
Done: TypeAlias = Callable[[], object]


@dataclass(frozen=True)
class Rater:
    """One rater's answers.

    Attributes:
        name: what the rater is called in a report.
        answers: by case, by item (an area, or ``focus``), the answer; None where there is none.
        formulations: by case, where the rater is the library: why it says so.
    """

    name: str
    answers: Mapping[str, Mapping[str, str | None]]
    formulations: Mapping[str, Formulation] = field(default_factory=dict)


def check_rater(told: str) -> None:
    """See whether there is such a rater, before anything is worked out.

    Raises:
        UnknownName: it is neither a file, nor a folder, nor a tradition.
    """
    if told not in shipped_rulebase().traditions and not Path(told).exists():
        names = ", ".join(shipped_rulebase().traditions)
        raise UnknownName(f"{told[:80]}: is neither a file, nor a folder, nor a tradition; there are: {names}")


@silent
def read_rater(
    told: str, cases: Mapping[str, Case] | None, *, settled: bool = False, done: Done = lambda: None
) -> Rater:
    """A rater from what the command line was given.

    Args:
        told: a file of marks or of cohort results, a folder of cases with ``author.yaml``, or a tradition.
        cases: the cases, for a tradition.
        settled: whether the library's focus counts only where it is chosen; else an area that leads alone counts.
        done: told whenever the library is done with a case.

    Raises:
        InputError: the file cannot be used; ``problems`` lists every bad row.
        UnknownName: it is neither a file, nor a folder, nor a tradition.
    """
    path = Path(told)
    if told in shipped_rulebase().traditions and not path.exists():
        if cases is None:
            raise InputError(
                [Problem(told, "is the library, which needs the cases", "add --cases with their folder or file")]
            )
        return library(told, cases, settled=settled, done=done)
    if path.is_dir():
        return Rater(f"authors ({path.resolve().name})", dict(_authors(path)))
    check_rater(told)
    return Rater(path.stem, _answers(path, settled=settled))


@silent
def read_cases(path: Path) -> dict[str, Case]:
    """Cases by id: from a folder (``NAME/case.yaml``, ``NAME.yaml``), Parquet, or JSON Lines.

    Raises:
        InputError: one is no case, or the file cannot be read; every fault is listed.
    """
    found: dict[str, Case] = {}
    problems: list[Problem] = []
    for name, where, load in _case_sources(path):
        try:
            case = load()
        except InputError as error:
            problems += [Problem(where, f"is no case: {each}") for each in error.problems]
            continue
        if name in found:
            problems.append(Problem(where, "has the id of another case", "give every case an id of its own"))
        found[name] = case
    if problems:
        raise InputError(problems)
    if not found:
        raise InputError([Problem(str(path), "holds no case", "give a folder, or a .parquet or .jsonl file of cases")])
    return found


def library(tradition: str, cases: Mapping[str, Case], *, settled: bool = False, done: Done = lambda: None) -> Rater:
    """The library as a rater; `done` is told of each case."""
    formulations = {}
    for name, case in cases.items():
        formulations[name] = formulate(case, tradition=tradition)
        done()
    answers = {name: _said(each, settled=settled) for name, each in formulations.items()}
    return Rater(f"library ({tradition})", answers, formulations)


def _said(formulation: Formulation, *, settled: bool) -> dict[str, str | None]:
    focus = formulation.focus
    leading = [str(each.area) for each in focus.leading]
    areas = {str(area): MARKS[str(found.status)] for area, found in formulation.areas.items()}
    primary = str(focus.primary.area) if focus.primary else None
    return {**areas, FOCUS: _focus(primary, leading, str(focus.reason), settled=settled)}


def _focus(primary: str | None, leading: list[str], reason: str, *, settled: bool) -> str | None:
    if primary is None and reason == "nothing_found":
        return NO_AREA
    return primary or (leading[0] if len(leading) == 1 and not settled else None)


def _authors(folder: Path) -> Iterator[tuple[str, dict[str, str | None]]]:
    """The focus that each published author chose; of the other areas the author says nothing."""
    files = sorted(folder.glob("*/author.yaml"))
    if not files:
        raise InputError([Problem(str(folder), "holds no author.yaml", "give a file of marks, or name a tradition")])
    for path in files:
        content = read_document(path).content
        chosen = content.get("primary") if isinstance(content, dict) else None
        if chosen not in (*map(str, ProblemArea), NO_AREA):
            raise InputError([Problem(f"{path}: primary", "is no problem area", _one_of(ProblemArea))])
        yield path.parent.name, {FOCUS: chosen}


def _answers(path: Path, *, settled: bool) -> dict[str, dict[str, str | None]]:
    found: dict[str, dict[str, str | None]] = {}
    problems: list[Problem] = []
    for number, row in _rows(path):
        where = f"{path}:{number}"
        name = next((str(row[each]) for each in IDS if row.get(each) not in (None, "")), None)
        if name is None:
            problems.append(Problem(where, "has no id", f"name the case in a column called {IDS[0]}"))
        elif name in found:
            problems.append(Problem(where, "has the id of another row", "one row a case and file"))
        else:
            found[name] = _row(row, where, problems, settled=settled)
    if not found and not problems:
        problems.append(Problem(str(path), "holds no ratings", "one row a case: id, an area a column, focus"))
    if problems:
        raise InputError(problems)
    return found


def _row(row: Mapping[str, Any], where: str, problems: list[Problem], *, settled: bool) -> dict[str, str | None]:
    answers: dict[str, str | None] = {}
    for area in map(str, ProblemArea):
        for column in (area, f"area_{area}"):
            if column in row:
                mark = "" if row[column] is None else str(row[column]).strip()
                if mark not in MARKS:
                    problems.append(Problem(f"{where} {column}", "is no mark", "write present, absent or unknown"))
                answers[area] = MARKS.get(mark)
    if "focus_status" in row:
        leading = str(row.get("focus_leading") or "").split(_SEVERAL)
        primary = row.get("focus_primary")
        answers[FOCUS] = _focus(
            primary, [each for each in leading if each], str(row.get("focus_reason")), settled=settled
        )
    elif FOCUS in row:
        chosen = "" if row[FOCUS] is None else str(row[FOCUS]).strip()
        if chosen not in ("", "unknown", NO_AREA, *map(str, ProblemArea)):
            problems.append(
                Problem(f"{where} {FOCUS}", "is no problem area", f"{_one_of(ProblemArea)}, {NO_AREA} or unknown")
            )
        answers[FOCUS] = None if chosen in ("", "unknown") else chosen
    if not answers:
        problems.append(Problem(where, "has no mark", f"name the columns {', '.join(ProblemArea)} and {FOCUS}"))
    return answers


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    if path.suffix == ".parquet":
        for number, row in enumerate(_parquet(path).to_pylist(), start=1):
            yield number, row
    elif path.suffix in (".jsonl", ".ndjson"):
        for number, line in enumerate(_text(path).splitlines(), start=1):
            if line.strip():
                content = parse_json(line, f"{path}:{number}").content
                if not isinstance(content, dict):
                    raise InputError([Problem(f"{path}:{number}", "is no row", "write one JSON object a line")])
                yield number, content
    elif path.suffix == ".csv":
        try:
            yield from enumerate(csv.DictReader(io.StringIO(_text(path), newline="")), start=2)
        except csv.Error:
            raise InputError([Problem(str(path), "cannot be read as CSV", "export it anew")]) from None
    else:
        raise InputError(
            [
                Problem(
                    str(path), "is neither CSV, Parquet nor JSON Lines by its name", "name it .csv, .parquet or .jsonl"
                )
            ]
        )


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError([Problem(str(path), "is not UTF-8 text", "save it as UTF-8")]) from None
    except OSError:
        raise InputError([Problem(str(path), "cannot be read", "check the path and its permissions")]) from None


def _case_sources(path: Path) -> Iterator[tuple[str, str, Callable[[], Case]]]:
    if path.is_dir():
        for file in sorted(
            [*path.glob("*/case.yaml"), *path.glob("*.yaml"), *path.glob("*.yml"), *path.glob("*.json")]
        ):
            yield file.parent.name if file.name == "case.yaml" else file.stem, str(file), partial(load_case, file)
    elif path.suffix == ".parquet" and path.is_file():
        number = 0
        for batch in read_batches(path):
            for place in range(batch.num_rows):
                number += 1
                row = batch.slice(place, 1)
                name = row.column("id")[0].as_py() if "id" in row.schema.names else None
                yield name or f"row-{number}", f"{path} row {number}", partial(_only_case, row)
    elif path.is_file():
        for number, row in _rows(path):
            content = {key: value for key, value in row.items() if key != "id"}
            yield str(row.get("id") or f"line-{number}"), f"{path}:{number}", partial(parse_case, content)
    else:
        raise InputError([Problem(str(path), "is neither a folder nor a file", "check the path")])


def _only_case(batch: pa.RecordBatch) -> Case:
    return to_cases(batch)[0]


def _parquet(path: Path) -> pa.Table:
    try:
        return pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        what = "cannot be read as Parquet: it is truncated, damaged or of another form"
        raise InputError([Problem(str(path), what, "write it anew, or get a whole copy")]) from error


def _one_of(names: Iterable[str]) -> str:
    return f"write one of {', '.join(names)}"
