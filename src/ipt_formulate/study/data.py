"""A cohort's file read batch by batch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from ipt_formulate.cohort.cases import from_cases
from ipt_formulate.cohort.files import read_batches
from ipt_formulate.cohort.units import PARQUET, Job, units_of
from ipt_formulate.study.ratings import read_cases


def count_of(path: Path) -> int | None:
    """How many cases a Parquet file holds; None for other forms."""
    if path.suffix != ".parquet":
        return None
    return sum(unit.rows for unit in units_of(Job(str(path), PARQUET, "")))


def batches(path: Path) -> Iterator[pa.RecordBatch]:
    """The cases of a Parquet or JSON Lines file, or of a folder of cases, in batches of the cohort schema.

    Raises:
        InputError: it cannot be read, or one of the cases outside a Parquet file is no case.
    """
    if path.suffix != ".parquet":
        cases = read_cases(path)
        yield from_cases(cases.values(), ids=cases)
        return
    yield from read_batches(path)
