"""What is no valid case is refused row by row, exactly where the one-case path refuses it, and says why."""

from random import Random
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_formulate import Case
from ipt_formulate.case.files import parse_case
from ipt_formulate.cohort import evaluate_batch, from_cases, schema
from ipt_formulate.cohort.cases import contents
from ipt_formulate.errors import CaseError, InputError
from ipt_formulate.testing import random_case

WORDS = (
    "",
    "yes",
    "no",
    "mild",
    "none",
    "7",
    "3-5",
    "5-3",
    "2024-03",
    "in 3d",
    "illness",
    "person-1",
    "death-1",
    "phq9",
)

NO_WORDS = ("date", "worsenings", "items")


def spoilt(row: Any, random: Random) -> Any:
    """A row in which a few words stand where they may not belong."""
    if isinstance(row, dict):
        return {
            name: value if value is None and name in NO_WORDS else spoilt(value, random) for name, value in row.items()
        }
    if isinstance(row, list):
        kept = [spoilt(each, random) for each in row]
        return kept + kept[:1] if kept and random.random() < 0.05 else kept
    return random.choice((*WORDS, None)) if (isinstance(row, str) or row is None) and random.random() < 0.02 else row


def refused(content: dict[str, Any]) -> str | None:
    try:
        parse_case(content)
    except CaseError as error:
        return str(error)
    return None


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**6))
def test_a_row_is_refused_where_the_case_would_be_and_for_the_same_reason(seed: int) -> None:
    random = Random(seed)
    rows = from_cases([random_case(random, known=0.4) for _ in range(8)]).to_pylist()
    for row in rows:
        for part in ("assessment", "inventory"):
            date = row["assessment"]["date"]
            row[part] = spoilt(row[part], random)
            row["assessment"]["date"] = None if random.random() < 0.1 else date
    batch = pa.RecordBatch.from_struct_array(pa.array(rows, pa.struct(list(schema()))))
    _same_as_one_by_one(batch)


def _same_as_one_by_one(batch: pa.RecordBatch) -> None:
    wanted = [refused(content) for content in contents(batch)]
    found = evaluate_batch(batch)
    assert found.column("problem").to_pylist() == wanted
    whole = [place for place, problem in enumerate(wanted) if problem is None]
    valid = [case for content in contents(batch) if (case := _case(content)) is not None]
    assert found.take(pa.array(whole, pa.int64())).drop_columns(["id"]) == evaluate_batch(
        from_cases(valid)
    ).drop_columns(["id"])


def _case(content: dict[str, Any]) -> Case | None:
    return None if refused(content) else parse_case(content)


def test_items_without_an_id_are_named_by_their_place() -> None:
    cases = [random_case(seed, known=0.6) for seed in range(40)]
    rows = from_cases(cases).to_pylist()
    for row in rows:
        for name in ("people", "deaths", "conflicts", "changes"):
            for item in row["inventory"][name]:
                item["id"] = item["person"] = item["arose_from"] = None
                for absent in {"person", "arose_from"} - set(type(cases[0].inventory).model_fields):
                    if name == "people" or (name == "deaths" and absent == "arose_from"):
                        item.pop(absent)
        row["assessment"]["response"]["about"] = None
    batch = pa.RecordBatch.from_struct_array(pa.array(rows, pa.struct(list(schema()))))
    named = [parse_case(content) for content in contents(batch)]
    assert evaluate_batch(batch).drop_columns(["id"]) == evaluate_batch(from_cases(named)).drop_columns(["id"])


def test_columns_may_be_left_out_be_plain_strings_or_lie_in_slices() -> None:
    cases = [random_case(seed, known=0.6) for seed in range(50)]
    batch = from_cases(cases)
    whole = evaluate_batch(batch)
    plain = pa.RecordBatch.from_struct_array(
        pa.array(batch.to_pylist(), pa.struct([_plain(each) for each in schema()]))
    )
    assert evaluate_batch(plain) == whole
    assert evaluate_batch(batch.slice(7, 30)) == whole.slice(7, 30)
    _same_as_one_by_one(batch.select(["inventory"]))


def _plain(field: pa.Field) -> pa.Field:
    kind = field.type
    if pa.types.is_dictionary(kind):
        kind = pa.string()
    elif pa.types.is_list(kind):
        kind = pa.list_(_plain(kind.value_field))
    elif pa.types.is_struct(kind):
        kind = pa.struct([_plain(each) for each in kind])
    return pa.field(field.name, kind)


def test_every_unknown_column_is_named_at_once() -> None:
    pattern = pa.array([{"lonelyness": "much"}])
    inventory = pa.StructArray.from_arrays([pattern, pa.array([[1]])], names=["pattern", "people"])
    batch = pa.RecordBatch.from_arrays([inventory, pa.array(["a"])], names=["inventory", "site"])
    with pytest.raises(InputError) as error:
        evaluate_batch(batch)
    told = str(error.value)
    assert "inventory.pattern.lonelyness: is not a column of a cohort; did you mean loneliness?" in told
    assert "site: is not a column of a cohort" in told
    assert "people" in told
