"""Cases to a Parquet file of the cohort schema, and batches from one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ipt_formulate.case.case import Case
from ipt_formulate.cohort.cases import from_cases
from ipt_formulate.cohort.columns import schema
from ipt_formulate.cohort.units import PARQUET, Job, batches_of, units_of
from ipt_formulate.errors import InputError, Problem


def write_cases(path: Path, cases: Mapping[str, Case]) -> None:
    """Write cases by id; the file appears under its name only when it is whole.

    Raises:
        InputError: it cannot be written there.
    """
    if path.suffix != ".parquet" or not path.parent.is_dir():
        what = "is no place for cases"
        raise InputError([Problem(str(path), what, "give a file ending with .parquet in a folder that exists")])
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        pq.write_table(pa.Table.from_batches([from_cases(cases.values(), ids=cases)], schema()), unfinished)
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise InputError([Problem(str(path), "cannot be written", "give another file")]) from error


def read_batches(path: Path) -> Iterator[pa.RecordBatch]:
    """The cases of a Parquet file, in batches of the cohort schema.

    Raises:
        InputError: it cannot be read, is damaged, or has columns that are not those of a cohort.
    """
    for unit in units_of(Job(str(path), PARQUET, "")):
        yield from batches_of(str(path), unit)
