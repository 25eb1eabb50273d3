"""Cases to a Parquet file of the cohort schema, and batches from one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ipt_formulate.case.case import Case
from ipt_formulate.cohort.cases import from_cases
from ipt_formulate.cohort.columns import schema
from ipt_formulate.cohort.units import PARQUET, Job, batches_of, units_of
from ipt_formulate.errors import InputError, Problem


@contextmanager
def new_file(path: Path, columns: pa.Schema, what: str) -> Iterator[pq.ParquetWriter]:
    """Writes a Parquet file, which appears under its name only when it is whole.

    Args:
        path: the file.
        columns: its schema.
        what: what it is for, in words.

    Raises:
        InputError: it cannot be written there.
    """
    if path.suffix != ".parquet" or not path.parent.is_dir():
        remedy = "give a file ending with .parquet in a folder that exists"
        raise InputError([Problem(str(path), f"is no place for {what}", remedy)])
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with pq.ParquetWriter(unfinished, columns) as writer:
            yield writer
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise InputError([Problem(str(path), "cannot be written", "give another file")]) from error


def write_cases(path: Path, cases: Mapping[str, Case]) -> None:
    """Write cases by id; the file appears under its name only when it is whole.

    Raises:
        InputError: it cannot be written there.
    """
    with new_file(path, schema(), "cases") as writer:
        writer.write_batch(from_cases(cases.values(), ids=cases))


def read_batches(path: Path) -> Iterator[pa.RecordBatch]:
    """The cases of a Parquet file, in batches of the cohort schema.

    Raises:
        InputError: it cannot be read, is damaged, or has columns that are not those of a cohort.
    """
    for unit in units_of(Job(str(path), PARQUET, "")):
        yield from batches_of(str(path), unit)
