"""Batches of every make: cut into blocks, with nulls anywhere, with types from elsewhere."""

from typing import Any

import pyarrow as pa
import pytest

from ipt_formulate import Case
from ipt_formulate.cohort import evaluate, evaluate_batch, from_cases, schema
from ipt_formulate.errors import InputError, UnknownName
from ipt_formulate.testing import random_case

CASES = [random_case(seed, known=0.6) for seed in range(60)]
BATCH = from_cases(CASES)


def as_columns(rows: list[dict[str, Any]]) -> pa.RecordBatch:
    return pa.RecordBatch.from_struct_array(pa.array(rows, pa.struct(list(schema()))))


def test_it_does_not_matter_where_blocks_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = evaluate_batch(BATCH)
    monkeypatch.setattr(evaluate, "BLOCK", 7)
    assert evaluate_batch(BATCH) == whole


def test_null_records_and_lists_are_what_was_not_recorded() -> None:
    rows = [
        {"id": "a", "assessment": None, "inventory": None},
        {"id": "b", "inventory": {"people": None, "deaths": [None], "inquiry": None}},
        {"id": "c", "assessment": {"measures": [{"instrument": "phq9", "items": None}], "safety": None}},
    ]
    cases = [
        Case(),
        Case(inventory={"deaths": [{}]}),
        Case(assessment={"measures": [{"instrument": "phq9"}]}),
    ]
    assert evaluate_batch(as_columns(rows)) == evaluate_batch(from_cases(cases, "abc"))


def test_an_empty_batch_gives_an_empty_batch() -> None:
    assert evaluate_batch(BATCH.slice(0, 0)).num_rows == 0


def test_a_null_column_and_a_batch_without_ids_are_fine() -> None:
    batch = pa.RecordBatch.from_arrays([pa.nulls(2)], names=["assessment"])
    assert evaluate_batch(batch).drop_columns(["id"]) == evaluate_batch(from_cases([Case(), Case()])).drop_columns(
        ["id"]
    )


def test_large_and_view_types_of_other_libraries_are_read() -> None:
    def large(field: pa.Field) -> pa.Field:
        kind = field.type
        if pa.types.is_dictionary(kind):
            kind = pa.large_string()
        elif pa.types.is_list(kind):
            kind = pa.large_list(large(kind.value_field))
        elif pa.types.is_struct(kind):
            kind = pa.struct([large(each) for each in kind])
        return pa.field(field.name, kind)

    rows = BATCH.to_pylist()
    batch = pa.RecordBatch.from_struct_array(pa.array(rows, pa.struct([large(each) for each in schema()])))
    assert evaluate_batch(batch) == evaluate_batch(BATCH)
    version = pa.array(["1.0"] * 2, pa.string_view())
    assert (
        evaluate_batch(pa.RecordBatch.from_arrays([version], names=["schema_version"])).column("problem").null_count
        == 2
    )


def test_labels_are_held_to_one_line() -> None:
    def labelled(label: str) -> dict[str, Any]:
        return {"id": "a", "inventory": {"people": [{"id": "p", "label": label}]}}

    labels = ("older sister", "Großmutter", "x" * 200, "x" * 201, "two\nlines", "\u202eturned")
    told = evaluate_batch(as_columns([labelled(label) for label in labels])).column("problem").to_pylist()
    assert [each is None for each in told] == [True, True, True, False, False, False]


def test_lists_longer_than_a_case_may_have_are_refused() -> None:
    people = [{"id": f"p{place}"} for place in range(201)]
    worsenings = [{"when": "3mo"}] * 5
    rows = [
        {"id": "a", "inventory": {"people": people}},
        {"id": "b", "inventory": {"people": people[:200]}},
        {"id": "c", "assessment": {"episode": {"worsenings": worsenings}}},
    ]
    told = evaluate_batch(as_columns(rows)).column("problem").to_pylist()
    assert [each is None for each in told] == [False, True, False]


@pytest.mark.parametrize(
    ("name", "column", "told"),
    [
        ("assessment", pa.array([1]), "assessment: must be a struct column"),
        ("assessment", pa.array([{"date": "2024-01-01"}]), "assessment.date: must be a column of dates"),
        ("assessment", pa.array([{"age_band": 7}]), "assessment.age_band: must be a column of words"),
        ("inventory", pa.array([{"people": "x"}]), "inventory.people: must be a list column"),
        ("inventory", pa.array([{"people": [{"label": 7}]}]), "people[].label: must be a column of text"),
    ],
)
def test_a_column_of_another_type_is_refused(name: str, column: pa.Array, told: str) -> None:
    with pytest.raises(InputError) as error:
        evaluate_batch(pa.RecordBatch.from_arrays([column], names=[name]))
    assert told in str(error.value)


def test_an_unknown_tradition_is_refused() -> None:
    with pytest.raises(UnknownName):
        evaluate_batch(BATCH, tradition="freud")


@pytest.mark.parametrize("where", ["id", "word", "label"])
def test_text_that_is_not_utf_8_is_refused(where: str) -> None:
    broken = pa.StringArray.from_buffers(1, *pa.array([b"\xff\xfe"]).buffers()[1:])
    columns = {
        "id": broken,
        "word": pa.StructArray.from_arrays([broken], ["age_band"]),
        "label": pa.StructArray.from_arrays(
            [pa.ListArray.from_arrays([0, 1], pa.StructArray.from_arrays([broken], ["label"]))], ["people"]
        ),
    }
    name = {"id": "id", "word": "assessment", "label": "inventory"}[where]
    with pytest.raises(InputError, match="holds text that is not UTF-8"):
        evaluate_batch(pa.RecordBatch.from_arrays([columns[where]], names=[name]))
