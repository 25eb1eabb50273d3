"""Cases to Arrow columns and back, without loss."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa

from ipt_formulate.case import in_words
from ipt_formulate.case.case import Case
from ipt_formulate.case.files import parse_case
from ipt_formulate.cohort.columns import ID, schema


def from_cases(cases: Iterable[Case], ids: Iterable[str | None] | None = None) -> pa.RecordBatch:
    """Cases as one batch of the cohort schema, a row each.

    Args:
        cases: the cases.
        ids: a name for each row; ``case-1``, ``case-2`` and so on if left out.

    Examples:
        >>> from ipt_formulate import example
        >>> batch = from_cases([example("mrs-e-late-life-widow")], ids=["mrs-e"])
        >>> to_cases(batch)[0] == example("mrs-e-late-life-widow")
        True
    """
    rows = rows_of(cases)
    return batch_of(rows, [f"case-{number}" for number in range(1, len(rows) + 1)] if ids is None else list(ids))


def rows_of(cases: Iterable[Case]) -> list[dict[str, Any]]:
    """The columns of each case but ``id``."""
    return [in_words.words_of(case) for case in cases]


def batch_of(rows: Iterable[Mapping[str, Any]], ids: Iterable[str | None]) -> pa.RecordBatch:
    """Rows of words as one batch of the cohort schema."""
    told = [{ID: name, **row} for name, row in zip(ids, rows, strict=True)]
    return pa.RecordBatch.from_struct_array(pa.array(told, pa.struct(list(schema()))))


def to_cases(batch: pa.RecordBatch) -> list[Case]:
    """The cases of a batch, in its order.

    Args:
        batch: of the cohort schema, or with some of its columns; a column that is left out was not recorded.

    Raises:
        CaseError: a row is no valid case; ``problems`` lists every fault of the first such row.
    """
    return [parse_case(content) for content in contents(batch)]


def contents(batch: pa.RecordBatch) -> Iterator[dict[str, Any]]:
    """What the case file of each row would hold."""
    for row in batch.to_pylist():
        yield content_of(row)


def content_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the case file of a row would hold, the row as nested dictionaries of words; null is left out."""
    return in_words.content_of({name: value for name, value in row.items() if name != ID})
