"""Spark, in local mode, gives the rows that one batch gives. Run by `make test-spark`."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ipt_formulate.cohort import evaluate_batch, from_cases
from ipt_formulate.testing import random_case

pytestmark = pytest.mark.spark


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    built = builder.config("spark.sql.execution.arrow.maxRecordsPerBatch", "100").getOrCreate()
    yield built
    built.stop()


@pytest.mark.parametrize("tradition", ["weissman", "ipsrt"])
@pytest.mark.filterwarnings("default")
def test_spark_gives_the_rows_of_one_batch(session: Any, tmp_path: Path, tradition: str) -> None:
    from ipt_formulate.cohort.spark import formulate

    batch = from_cases([random_case(seed, known=0.5) for seed in range(500)])
    pq.write_table(pa.Table.from_batches([batch]), tmp_path / "cases.parquet", row_group_size=100)
    cases = session.read.parquet(str(tmp_path / "cases.parquet")).repartition(3, "id")
    found = {row["id"]: row.asDict() for row in formulate(cases, tradition=tradition).collect()}
    wanted = {row["id"]: row for row in evaluate_batch(batch, tradition=tradition).to_pylist()}
    assert found == wanted
