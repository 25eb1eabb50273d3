"""Cases to REDCap's flat form and back without loss; bad rows told with record, place and reason."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings

import ipt_formulate as ipt
from ipt_formulate.case.case import Case
from ipt_formulate.cohort import redcap, to_cases
from ipt_formulate.cohort.synthetic import synthesize
from ipt_formulate.errors import InputError
from ipt_formulate.testing.strategies import cases


def _there_and_back(given: dict[str, Case]) -> dict[str, Case]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cases.csv"
        redcap.write_cases(path, given)
        read, problems = redcap.read_cases(path)
    assert problems == ()
    return read


@given(cases())
@settings(max_examples=60, deadline=None)
def test_any_case_comes_back_as_it_was(case: Case) -> None:
    assert _there_and_back({"1": case}) == {"1": case}


def test_shipped_and_synthetic_cases_come_back_as_they_were() -> None:
    batch = next(synthesize(200, seed=3))
    given = dict(zip(batch.column("id").to_pylist(), to_cases(batch), strict=True))
    given |= {name: ipt.example(name) for name in ipt.example_names()}
    assert _there_and_back(given) == given


def test_bad_rows_are_told_with_record_place_and_reason_and_the_others_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_text(
        "record_id,redcap_repeat_instrument,redcap_repeat_instance,episode_onset,people_closeness,case_complete\n"
        "good,,,3mo,,2\ngood,people,1,,1,\nfar,people,1,,9,\nodd,dogs,1,,,\ntwice,people,1,,1,\ntwice,people,1,,1,\n"
        "mixed,people,1,3mo,1,\n,,,3mo,,\nshort,people\nlong,,,3mo,,2,4\n",
        encoding="utf-8",
    )
    read, problems = redcap.read_cases(path)
    assert list(read) == ["good"]
    told = [str(each) for each in problems]
    assert [each.split(":")[0] for each in told] == [
        "odd line 5",
        "twice line 7",
        "mixed line 8",
        "line 9 record_id",
        "short line 10",
        "long line 11",
        "far inventory.people[0].closeness",
    ]
    assert not any("dogs" in each for each in told)


def test_an_unknown_column_is_refused_and_the_dictionary_has_every_variable(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_text("record_id,surprise\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError, match="column 2: is no variable"):
        redcap.read_cases(path)
    redcap.write_dictionary(tmp_path / "dictionary.csv")
    with (tmp_path / "dictionary.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert {row[0] for row in rows[1:]} == {redcap.RECORD, *redcap.variables()}
    assert {len(row) for row in rows} == {18}
    assert all(len(each) <= 100 and each.replace("_", "a").isalnum() and each.islower() for each in redcap.variables())
