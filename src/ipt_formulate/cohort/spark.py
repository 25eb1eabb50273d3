"""The same evaluation on Spark, which moves the batches: the only module that knows it.

Needs the extra ``spark``: ``pip install 'ipt_formulate[spark]'``, and Java 17 or later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from ipt_formulate.cohort.evaluate import evaluate_with
from ipt_formulate.cohort.results import OUTCOME, result_schema
from ipt_formulate.cohort.units import PARQUET, Job
from ipt_formulate.errors import EngineUnavailable

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_SQL: Final = {pa.string(): "string", OUTCOME: "string", pa.int16(): "smallint", pa.bool_(): "boolean"}


def formulate(
    df: DataFrame,
    *,
    tradition: str = "weissman",
    rules: str | None = None,
    parameters: tuple[tuple[str, int | str], ...] = (),
) -> DataFrame:
    """What the recorded facts of many cases support, worked out where Spark keeps them.

    Args:
        df: cases in the cohort `schema`, such as a Parquet file of them read by Spark.
        tradition: the school whose areas and rules apply.
        rules: the directory of another rule base than the shipped one, readable on every worker.
        parameters: what the site sets.

    Returns:
        The columns of `cohort.results`, a row for each row. A rule's id has a dot in it: select it as
        ``"`grief.near_onset_or_worsening`"``.

    Raises:
        EngineUnavailable: Spark is not installed.
        UnknownName: there is no such tradition.
    """
    try:
        import pyspark  # noqa: F401 (to say what is missing before Spark does)
    except ImportError as error:
        raise EngineUnavailable("this needs Spark; install it with: pip install 'ipt_formulate[spark]'") from error
    job = Job("", PARQUET, tradition, rules, parameters)
    columns = ", ".join(f"`{each.name}` {_SQL[each.type]}" for each in result_schema(job.base()))
    return df.mapInArrow(batches(job), columns)


def batches(job: Job) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """What Spark runs on each partition: batches in, batches out, words no longer dictionary-encoded."""

    def evaluated(cases: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        base = job.base()
        plain = pa.schema(
            [each.with_type(pa.string()) if each.type == OUTCOME else each for each in result_schema(base)]
        )
        for batch in cases:
            found = evaluate_with(base, batch)
            yield pa.RecordBatch.from_arrays(
                [each.cast(kind.type) for each, kind in zip(found.columns, plain, strict=True)], schema=plain
            )

    return evaluated
