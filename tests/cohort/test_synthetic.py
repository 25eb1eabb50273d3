"""Synthetic cohorts: valid cases, labelled, the same for the same seed, and with every kind of gap."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_formulate.cohort import evaluate_batch, to_cases
from ipt_formulate.cohort.synthetic import MARK, PREFIX, distributions, synthesize, write_synthetic


@given(st.integers(0, 10_000))
@settings(max_examples=5, deadline=None)
def test_every_synthetic_case_is_a_valid_case(seed: int) -> None:
    batch = next(synthesize(300, seed=seed))
    assert len(to_cases(batch)) == 300
    assert evaluate_batch(batch).column("problem").null_count == 300


def test_the_same_seed_gives_the_same_cases_and_a_longer_cohort_begins_with_the_shorter() -> None:
    short, long = next(synthesize(50, seed=4)), next(synthesize(90, seed=4))
    assert short.equals(long.slice(0, 50))
    assert not short.equals(next(synthesize(50, seed=5)))


def test_a_synthetic_file_says_that_it_is_synthetic(tmp_path: Path) -> None:
    write_synthetic(100, tmp_path / "cohort.parquet", seed=2)
    file = pq.ParquetFile(tmp_path / "cohort.parquet")
    assert file.schema_arrow.metadata[MARK.encode()].startswith(b"synthetic")
    assert all(each.startswith(PREFIX) for each in file.read().column("id").to_pylist())


def test_there_are_gaps_ranges_incomplete_lists_and_every_area() -> None:
    batch = next(synthesize(5000, seed=1))
    found = evaluate_batch(batch)
    for area in ("grief", "role_dispute", "role_transition"):
        assert set(found.column(f"area_{area}").to_pylist()) == {"supported", "undetermined", "not_supported"}
    cases = to_cases(batch.slice(0, 1000))
    assert {case.inventory.inquiry.deaths for case in cases} >= {None, "brief", "thorough", "asked_unknown"}
    assert {case.assessment.episode.worsenings == () for case in cases} == {True, False}
    assert any(case.assessment.episode.worsenings is None for case in cases)


def test_every_block_names_its_source_or_says_assumption() -> None:
    told = distributions()
    blocks = [
        told[each] for each in ("themes", "quality", "not_known_to_the_client", "lengths", "linked_to_the_first_person")
    ]
    assert all(each["source"] for each in [*blocks, *told["kinds"].values(), *told["fields"].values()])
