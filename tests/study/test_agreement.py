"""Raters compared: files of marks, the library, its traditions; and what is said of bad files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from ipt_formulate.cli import app
from ipt_formulate.cohort import evaluate_batch, from_cases
from ipt_formulate.errors import InputError, UnknownName
from ipt_formulate.study.agreement import compare, grras
from ipt_formulate.study.ratings import FOCUS, Rater, library, read_cases, read_rater

CASES = Path(__file__).parents[1] / "cases"
HEAD = "id,grief,role_dispute,focus\n"


def _file(folder: Path, name: str, rows: str) -> str:
    path = folder / name
    path.write_text(HEAD + rows, encoding="utf-8")
    return str(path)


def test_an_unknown_mark_is_no_answer_and_never_absent(tmp_path: Path) -> None:
    one = read_rater(_file(tmp_path, "a.csv", "1,present,absent,grief\n2,unknown,absent,none\n3,,present,\n"), None)
    other = read_rater(
        _file(tmp_path, "b.csv", "1,present,absent,grief\n2,absent,absent,none\n3,absent,absent,grief\n"), None
    )
    found = compare([one, other], resamples=50)
    grief = next(each for each in found.items if each.item == "grief")
    assert grief.coefficients[0].cases == 1
    assert grief.unanswered == (2, 0)
    assert [(each.case, each.item) for each in found.disagreements] == [("3", "role_dispute")]
    counted = compare([one, other], unknown_as_category=True, resamples=0)
    assert next(each for each in counted.items if each.item == "grief").coefficients[0].value == pytest.approx(1 / 3)


def test_the_library_read_from_its_cohort_results_is_the_library(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    cases = read_cases(CASES)
    results = evaluate_batch(from_cases(cases.values(), ids=cases))
    pq.write_table(pa.Table.from_batches([results]), tmp_path / "out.parquet")
    assert read_rater(str(tmp_path / "out.parquet"), None).answers == library("weissman", cases).answers


def test_two_schools_disagree_where_one_has_no_deficits_and_the_rule_is_named() -> None:
    cases = read_cases(CASES)
    found = compare(
        [library("weissman", cases), library("stuart_robertson", cases), library("weissman", cases)], resamples=20
    )
    assert all(each.rules or each.why for each in found.disagreements)
    focus = next(each for each in found.items if each.item == FOCUS)
    names = [each.name for each in focus.coefficients]
    assert "Fleiss' kappa" in names
    assert sum(name.startswith("Cohen's kappa") for name in names) == 3
    assert [number for number, _, filled in grras(found) if not filled] == [1, 3, 4, 6, 7, 8, 9, 12, 14]


@given(st.lists(st.sampled_from(["grief", "role_dispute", "none", None]), min_size=1, max_size=12))
def test_a_rater_agrees_with_himself(said: list[str | None]) -> None:
    rater = Rater("a", {str(place): {FOCUS: each} for place, each in enumerate(said)})
    found = compare([rater, rater], resamples=0)
    assert not found.disagreements
    for item in found.items:
        assert all(each.value in (None, pytest.approx(1)) for each in item.coefficients)


def test_every_bad_row_is_told_with_its_place_and_no_value(tmp_path: Path) -> None:
    told = _file(tmp_path, "a.csv", "1,maybe,absent,grief\n,present,absent,grief\n1,absent,absent,sorrow\n")
    with pytest.raises(InputError) as caught:
        read_rater(told, None)
    text = str(caught.value)
    assert [each.where.split(".csv")[1] for each in caught.value.problems] == [":2 grief", ":3", ":4"]
    assert "maybe" not in text


def test_the_command_prints_json_and_refuses_one_rater_alone(tmp_path: Path) -> None:
    runner = CliRunner()
    done = runner.invoke(
        app, ["agreement", str(CASES), "weissman", "--cases", str(CASES), "--resamples", "20", "--json"]
    )
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert len(told["cases"]) == 15
    assert {each["case"] for each in told["disagreements"]} >= {"bob-ipsrt-isolated"}
    assert isinstance(runner.invoke(app, ["agreement", str(CASES)]).exception, InputError)
    assert isinstance(runner.invoke(app, ["agreement", "weissman", "ipt_a"]).exception, InputError)
    unknown = ["agreement", "weissman", "nobody", "--cases", "no/such/cases"]  # told before any case is read
    assert isinstance(runner.invoke(app, unknown).exception, UnknownName)
