"""Whole files: the same rows as in memory, nothing lost, nothing half written, and the same bytes after a kill."""

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ipt_formulate.case.files import to_plain
from ipt_formulate.cohort import evaluate_batch, from_cases, runs, schema, sharing
from ipt_formulate.errors import InputError
from ipt_formulate.testing import random_case

CASES = [random_case(seed, known=0.5) for seed in range(120)]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "cases.parquet"
    table = pa.Table.from_batches([from_cases(CASES)])
    pq.write_table(table, path, row_group_size=50)
    return path


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    path = tmp_path / "cases.jsonl"
    told = [json.dumps({"id": f"c{place}", **to_plain(case)}) for place, case in enumerate(CASES)]
    told[3] = '{"id": "c3", "inventory": {"people": [{"closeness": 9}]}}'
    told[5] = "{not json"
    told[7] = ""
    path.write_text("\n".join(told), encoding="utf-8")
    return path


def test_parquet_gives_the_rows_of_one_batch(source: Path, tmp_path: Path) -> None:
    told: list[int] = []
    summary = runs.run(source, tmp_path / "out.parquet", workers=1, done=told.append)
    assert summary == runs.Summary(120, 0, 0, None)
    assert sum(told) == 120
    assert pq.read_table(tmp_path / "out.parquet").to_pylist() == evaluate_batch(from_cases(CASES)).to_pylist()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["cases.parquet", "out.parquet"]


def test_several_processes_give_the_same_bytes_as_one(source: Path, tmp_path: Path) -> None:
    runs.run(source, tmp_path / "one.parquet", workers=1)
    runs.run(source, tmp_path / "two.parquet", workers=2)
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()


def test_refused_lines_stand_beside_the_result_and_keep_their_row(lines: Path, tmp_path: Path) -> None:
    summary = runs.run(lines, tmp_path / "out.jsonl", workers=1)
    assert (summary.rows, summary.refused) == (119, 2)
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    kept = [case for place, case in enumerate(CASES) if place not in (3, 5, 7)]
    ids = [f"c{place}" for place in range(120) if place not in (3, 5, 7)]
    assert [row for row in rows if row["problem"] is None] == evaluate_batch(from_cases(kept, ids)).to_pylist()
    assert summary.problems is not None
    told = [json.loads(line) for line in summary.problems.read_text().splitlines()]
    assert told == [
        {"row": 4, "id": "c3", "path": "inventory.people[0].closeness", "reason": "must be 1 to 4, 1 is closest"},
        {"row": 6, "id": None, "path": "line:1", "reason": "is not valid JSON; check commas, quotes and brackets here"},
    ]


def test_refused_rows_of_parquet_are_counted_and_told(tmp_path: Path) -> None:
    rows = from_cases(CASES[:4]).to_pylist()
    rows[2]["assessment"]["age_band"] = "ancient"
    batch = pa.RecordBatch.from_struct_array(pa.array(rows, pa.struct(list(schema()))))
    pq.write_table(pa.Table.from_batches([batch]), tmp_path / "cases.parquet")
    summary = runs.run(tmp_path / "cases.parquet", tmp_path / "out.parquet", workers=1)
    assert (summary.rows, summary.refused) == (4, 1)
    (told,) = map(json.loads, (tmp_path / "out.parquet.problems.jsonl").read_text().splitlines())
    assert (told["row"], told["id"], told["path"]) == (3, "case-3", "assessment.age_band")
    assert "ancient" not in json.dumps(told)


@pytest.mark.parametrize("keep", [0.0, 0.5, 0.95])
def test_a_truncated_file_is_refused_and_leaves_nothing_behind(source: Path, tmp_path: Path, keep: float) -> None:
    whole = source.read_bytes()
    source.write_bytes(whole[: int(len(whole) * keep)])
    with pytest.raises(InputError, match="truncated, damaged"):
        runs.run(source, tmp_path / "out.parquet", workers=1)
    assert [each.name for each in tmp_path.iterdir()] == ["cases.parquet"]


def test_damage_within_the_file_is_refused_and_an_earlier_result_stays(source: Path, tmp_path: Path) -> None:
    (tmp_path / "out.parquet").write_bytes(b"an earlier result")
    whole = bytearray(source.read_bytes())
    middle = len(whole) // 3
    whole[middle : middle + 4000] = bytes(255 for _ in range(4000))
    source.write_bytes(whole)
    with pytest.raises(InputError, match="truncated, damaged"):
        runs.run(source, tmp_path / "out.parquet", workers=1)
    assert (tmp_path / "out.parquet").read_bytes() == b"an earlier result"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["cases.parquet", "out.parquet"]


def test_a_killed_run_ends_with_the_same_bytes(source: Path, tmp_path: Path) -> None:
    table = pq.read_table(source)
    pq.write_table(pa.concat_tables([table] * 300), source, row_group_size=1500)
    runs.run(source, tmp_path / "whole.parquet", workers=1)
    command = [sys.executable, "-m", "ipt_formulate.cli", "cohort", "run", str(source), str(tmp_path / "out.parquet")]
    running = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    parts = tmp_path / "out.parquet.parts"
    until = time.monotonic() + 60
    while len(list(parts.glob("0*.arrow"))) < 3 and time.monotonic() < until:
        time.sleep(0.005)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    assert not (tmp_path / "out.parquet").exists()
    assert len(list(parts.glob("0*.arrow"))) >= 3
    again = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "were taken up from an earlier run" in again.stderr
    assert (tmp_path / "out.parquet").read_bytes() == (tmp_path / "whole.parquet").read_bytes()
    assert not parts.exists()


def test_parts_of_another_run_are_not_taken_up(source: Path, tmp_path: Path) -> None:
    parts = tmp_path / "out.parquet.parts"
    parts.mkdir()
    (parts / "journal.json").write_text("{}")
    (parts / "000000.arrow").write_bytes(b"of something else")
    assert runs.run(source, tmp_path / "out.parquet", workers=1).resumed == 0


@pytest.mark.parametrize(
    ("source_name", "target_name", "told"),
    [
        ("cases.csv", "out.parquet", "neither Parquet nor JSON Lines"),
        ("cases.parquet", "out.txt", "neither Parquet nor JSON Lines"),
        ("nowhere.parquet", "out.parquet", "is not a file"),
        ("cases.parquet", "nowhere/out.parquet", "cannot be written"),
        ("cases.parquet", "cases.parquet", "is the file of cases itself"),
    ],
)
def test_what_cannot_be_run_is_said(
    source: Path, tmp_path: Path, source_name: str, target_name: str, told: str
) -> None:
    with pytest.raises(InputError, match=told):
        runs.run(tmp_path / source_name, tmp_path / target_name, workers=1)


def test_the_command_line_refuses_with_code_2_and_prints_the_schema(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ipt_formulate.cli", "cohort"]
    (tmp_path / "bad.parquet").write_bytes(b"PAR1")
    refused = subprocess.run(
        [*command, "run", str(tmp_path / "bad.parquet"), str(tmp_path / "out.parquet")], capture_output=True, text=True
    )
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "cannot be read as Parquet" in refused.stderr
    assert not (tmp_path / "out.parquet").exists()
    printed = subprocess.run([*command, "schema"], capture_output=True, text=True, check=True).stdout
    assert "inventory: struct<" in printed


def test_results_given_as_cases_are_told_apart_in_one_message(source: Path, tmp_path: Path) -> None:
    runs.run(source, tmp_path / "out.parquet", workers=1)
    with pytest.raises(InputError, match="holds results, not cases") as refused:
        runs.run(tmp_path / "out.parquet", tmp_path / "again.parquet", workers=1)
    assert len(refused.value.problems) == 1


def test_files_without_a_case_give_files_without_a_row(tmp_path: Path) -> None:
    pq.write_table(schema().empty_table(), tmp_path / "none.parquet")
    (tmp_path / "none.jsonl").write_text("")
    for name in ("none.parquet", "none.jsonl"):
        assert runs.run(tmp_path / name, tmp_path / "out.parquet").rows == 0
        assert pq.read_table(tmp_path / "out.parquet").num_rows == 0


def test_a_result_that_has_no_refused_rows_takes_an_earlier_side_file_away(source: Path, tmp_path: Path) -> None:
    beside = tmp_path / "out.parquet.problems.jsonl"
    beside.write_text("of an earlier run")
    runs.run(source, tmp_path / "out.parquet", workers=1)
    assert not beside.exists()


def test_where_there_is_no_room_what_was_done_is_kept(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as full:

        def no_room(*_: object) -> None:
            raise OSError(28, "No space left on device")

        full.setattr(runs._Writer, "write", no_room)
        with pytest.raises(InputError, match="cannot be written"):
            runs.run(source, tmp_path / "out.parquet", workers=1)
    assert not (tmp_path / "out.parquet").exists()
    assert runs.run(source, tmp_path / "out.parquet", workers=1).resumed == 50


def test_a_worker_that_ends_is_told_and_what_was_done_is_kept(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(*_: object) -> None:
        raise BrokenProcessPool

    with monkeypatch.context() as broken:
        broken.setattr(sharing, "work", ended)
        with pytest.raises(InputError, match="give the same command again"):
            runs.run(source, tmp_path / "out.parquet", workers=1)
    assert runs.run(source, tmp_path / "out.parquet", workers=1).rows == 120
