"""The pieces in which a file is worked on: a row group of Parquet, some megabytes of JSON Lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ipt_formulate.api import rulebase_for
from ipt_formulate.case.files import parse_case
from ipt_formulate.cohort.cases import batch_of, rows_of
from ipt_formulate.cohort.columns import ID, LABEL, schema
from ipt_formulate.cohort.contents import row_of_content
from ipt_formulate.cohort.evaluate import evaluate_with, refuse
from ipt_formulate.cohort.leaves import take_apart
from ipt_formulate.cohort.results import RESULT_OF
from ipt_formulate.documents import parse_json
from ipt_formulate.errors import InputError, Problem
from ipt_formulate.formulation.settings import Settings
from ipt_formulate.rulebase.loader import load_rulebase
from ipt_formulate.rulebase.rulebase import RuleBase

ROWS: Final = 65_536
"""Rows of Parquet held in memory at once, and in a row group of the result."""
BYTES: Final = 4 << 20
"""Of JSON Lines worked on at once."""
LINES: Final = 2_000
PARQUET, JSON_LINES = "parquet", "jsonl"


@dataclass(frozen=True, slots=True)
class Job:
    """What is done with every unit of a file.

    Attributes:
        source: the file.
        form: ``parquet`` or ``jsonl``.
        tradition: the school whose areas and rules apply.
        rules: the directory of another rule base than the shipped one.
        parameters: what the site sets.
    """

    source: str
    form: str
    tradition: str
    rules: str | None = None
    parameters: tuple[tuple[str, int | str], ...] = ()

    def base(self) -> RuleBase:
        """The rule base as the tradition uses it."""
        return _base(self)


@dataclass(frozen=True, slots=True)
class Unit:
    """One piece.

    Attributes:
        number: its place, from 0.
        first: the number of its first row, or line, from 1.
        start: the row group, or the first byte.
        stop: the byte after the last; of no use in Parquet.
        rows: how many rows, or lines.
    """

    number: int
    first: int
    start: int
    stop: int
    rows: int


@lru_cache(maxsize=8)
def _base(job: Job) -> RuleBase:
    own = load_rulebase(job.rules) if job.rules else None
    return rulebase_for(job.tradition, Settings(parameters=dict(job.parameters)), own)


def form_of(path: Path) -> str:
    """The form of a file, by the end of its name.

    Raises:
        InputError: it is neither Parquet nor JSON Lines.
    """
    forms = {".parquet": PARQUET, ".jsonl": JSON_LINES, ".ndjson": JSON_LINES}
    if path.suffix not in forms:
        what = "is neither Parquet nor JSON Lines by its name"
        raise InputError([Problem(str(path), what, "name it so that it ends with .parquet or .jsonl")])
    return forms[path.suffix]


def units_of(job: Job) -> list[Unit]:
    """The units of a file, in order.

    Raises:
        InputError: it cannot be read, or its columns are not those of a cohort.
    """
    path = Path(job.source)
    if not path.is_file():
        raise InputError([Problem(job.source, "is not a file that can be read", "check the path")])
    if job.form == JSON_LINES:
        return list(_pieces(path))
    with _reading(job.source):
        file = pq.ParquetFile(path)
        groups = [file.metadata.row_group(place).num_rows for place in range(file.num_row_groups)]
        columns = file.schema_arrow
    if RESULT_OF in (columns.metadata or {}):
        raise InputError([Problem(job.source, "holds results, not cases", "give the file of cases they came from")])
    take_apart(pa.RecordBatch.from_arrays([pa.array([], each.type) for each in columns], schema=columns))
    starts = np.cumsum([1, *groups]).tolist()
    return [Unit(place, starts[place], place, place, rows) for place, rows in enumerate(groups)]


def results_of(job: Job, unit: Unit) -> Iterator[tuple[pa.RecordBatch, pa.Array]]:
    """What `evaluate_batch` gives for a unit, batch by batch; and the number of each row.

    Raises:
        InputError: the file is truncated or damaged, or its columns are not those of a cohort.
    """
    first = unit.first
    if job.form == PARQUET:
        for batch in batches_of(job.source, unit):
            yield evaluate_with(job.base(), batch), pa.array(np.arange(first, first + batch.num_rows))
            first += batch.num_rows
    else:
        yield from _lines(job, unit)


class _reading:
    """Turns what goes wrong while Parquet is read into one message."""

    def __init__(self, source: str) -> None:
        self.source = source

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, (pa.ArrowException, OSError)):
            what = "cannot be read as Parquet: it is truncated, damaged or of another form"
            raise InputError([Problem(self.source, what, "write it anew, or get a whole copy")]) from error


def batches_of(source: str, unit: Unit) -> Iterator[pa.RecordBatch]:
    """The batches of a unit of a Parquet file, words with their dictionaries; raises InputError where it is damaged."""
    with _reading(source):
        metadata, words = _described(source, Path(source).stat().st_mtime_ns)
        file = pq.ParquetFile(source, metadata=metadata, read_dictionary=words, pre_buffer=False)
        batches = file.iter_batches(ROWS, row_groups=[unit.start], use_threads=False)
    while True:
        with _reading(source):
            batch = next(batches, None)
        if batch is None:
            return
        yield batch


@lru_cache(maxsize=1)
def _described(source: str, modified: int) -> tuple[pq.FileMetaData, list[str]]:
    """What a file says of itself, read once; and its columns of text that hold words, to be read with dictionaries."""
    metadata = pq.read_metadata(source)
    columns = [metadata.schema.column(place) for place in range(metadata.num_columns)]
    words = [
        each.path
        for each in columns
        if each.physical_type == "BYTE_ARRAY" and each.path != ID and each.name not in (LABEL, ID)
    ]
    return metadata, words


def _pieces(path: Path) -> Iterator[Unit]:
    number, first, start = 0, 1, 0
    with path.open("rb") as file:
        while piece := file.read(BYTES):
            piece += file.readline()
            lines = piece.count(b"\n") + (not piece.endswith(b"\n"))
            yield Unit(number, first, start, start + len(piece), lines)
            number, first, start = number + 1, first + lines, start + len(piece)


def _lines(job: Job, unit: Unit) -> Iterator[tuple[pa.RecordBatch, pa.Array]]:
    with Path(job.source).open("rb") as file:
        file.seek(unit.start)
        lines = file.read(unit.stop - unit.start).removesuffix(b"\n").split(b"\n")
    told = [(unit.first + place, line) for place, line in enumerate(lines) if line.strip()]
    for start in range(0, len(told), LINES):
        numbers, texts = zip(*told[start : start + LINES], strict=True)
        yield _evaluated(job.base(), texts), pa.array(numbers)


def _evaluated(base: RuleBase, lines: tuple[bytes, ...]) -> pa.RecordBatch:
    """What lines give. One that is no JSON, or that only the case model can read, takes the longer way."""
    ids: list[str | None] = []
    rows: list[dict[str, Any]] = []
    problems: dict[int, str] = {}
    for place, line in enumerate(lines):
        name, row = None, None
        try:
            content = parse_json(line.decode("utf-8"), "line").content
            if b"\\u" in line:  # half of a character can be written so, and is no text
                json.dumps(content, ensure_ascii=False).encode()
            if isinstance(content, dict):
                name = content.pop(ID, None)
                name = name if name is None or isinstance(name, str) else str(name)
            row = row_of_content(content)
            if row is None:
                (row,) = rows_of([parse_case(content)])
        except UnicodeError:
            problems[place] = "line: is not UTF-8 text; save it as UTF-8"
        except InputError as error:
            problems[place] = str(error)
        ids.append(name)
        rows.append(row or {})
    found = evaluate_with(base, batch_of(rows, ids))
    return refuse(found, problems) if problems else found


def expected_columns() -> str:
    """The schema of a cohort, as text."""
    return str(schema().to_string(show_field_metadata=False, show_schema_metadata=False))
