"""A case is the same case after it has been through columns, files and other engines' types."""

import io

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_formulate import Case, example, example_names
from ipt_formulate.cohort import from_cases, schema, to_cases
from ipt_formulate.testing.strategies import cases


@settings(max_examples=200, deadline=None)
@given(st.lists(cases(), max_size=4))
def test_cases_come_back_from_columns_as_they_were(generated: list[Case]) -> None:
    batch = from_cases(generated)
    assert batch.schema == schema()
    assert to_cases(batch) == generated


def test_the_shipped_cases_come_back_from_a_parquet_file() -> None:
    shipped = [example(name) for name in example_names()]
    file = io.BytesIO()
    pq.write_table(pa.Table.from_batches([from_cases(shipped, example_names())]), file)
    (batch,) = pq.read_table(file).combine_chunks().to_batches()
    assert batch.schema.equals(schema())
    assert to_cases(batch) == shipped
    assert batch.column("id").to_pylist() == list(example_names())


def test_an_empty_list_of_worsenings_is_not_an_unasked_one() -> None:
    none, unasked = Case(assessment={"episode": {"worsenings": []}}), Case()
    assert none != unasked
    assert to_cases(from_cases([none, unasked])) == [none, unasked]
