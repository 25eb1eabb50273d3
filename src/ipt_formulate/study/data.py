"""A cohort's file read batch by batch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from ipt_formulate.cohort.cases import from_cases
from ipt_formulate.errors import InputError, Problem
from ipt_formulate.study.ratings import read_cases

ROWS: Final = 131_072


def count_of(path: Path) -> int | None:
    """How many cases a Parquet file holds; None for other forms."""
    return int(_file(path).metadata.num_rows) if path.suffix == ".parquet" else None


def batches(path: Path) -> Iterator[pa.RecordBatch]:
    """The cases of a Parquet or JSON Lines file, or of a folder of cases, in batches of the cohort schema.

    Raises:
        InputError: it cannot be read, or one of the cases outside a Parquet file is no case.
    """
    if path.suffix != ".parquet":
        cases = read_cases(path)
        yield from_cases(cases.values(), ids=cases)
        return
    try:
        yield from _file(path).iter_batches(ROWS)
    except (pa.ArrowException, OSError) as error:
        raise _unreadable(path) from error


def _file(path: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise _unreadable(path) from error


def _unreadable(path: Path) -> InputError:
    what = "cannot be read as Parquet: it is truncated, damaged or of another form"
    return InputError([Problem(str(path), what, "write it anew, or get a whole copy")])
