"""The commands of a study: files in and out, exit codes, and clear messages for bad input."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ipt_formulate.resources import rules_directory

COMMAND = Path(sys.executable).with_name("ipt-formulate")


def _run(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([COMMAND, *map(str, words)], capture_output=True, text=True, check=False)


def test_redcap_there_and_back_with_a_bad_record_left_out_and_told(tmp_path: Path) -> None:
    assert _run("cohort", "synthesize", 30, tmp_path / "a.parquet", "--seed", 5).returncode == 0
    assert _run("cohort", "to-redcap", tmp_path / "a.parquet", tmp_path / "a.csv").returncode == 0
    assert _run("cohort", "from-redcap", tmp_path / "a.csv", tmp_path / "b.parquet").returncode == 0
    assert _run("cohort", "to-redcap", tmp_path / "b.parquet", tmp_path / "b.csv").returncode == 0
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    names, *rest = (tmp_path / "a.csv").read_text(encoding="utf-8").split("\n")
    bad = {"record_id": "spoiled", "episode_onset": "yesteryear"}
    spoiled = ",".join(bad.get(each, "") for each in names.strip().split(","))
    (tmp_path / "c.csv").write_text("\n".join([names, spoiled, *rest]), encoding="utf-8")
    done = _run("cohort", "from-redcap", tmp_path / "c.csv", tmp_path / "c.parquet")
    assert done.returncode == 1
    assert "30 cases written" in done.stderr
    told = (tmp_path / "c.parquet.problems.csv").read_text(encoding="utf-8")
    assert "spoiled assessment.episode.onset" in told
    assert "yesteryear" not in told + done.stderr


def test_a_diff_of_two_rule_bases_names_the_edit_and_writes_who_changes(tmp_path: Path) -> None:
    import shutil

    _run("cohort", "synthesize", 500, tmp_path / "a.parquet")
    shutil.copytree(rules_directory(), tmp_path / "new")
    text = (tmp_path / "new" / "parameters.yaml").read_text(encoding="utf-8")
    (tmp_path / "new" / "parameters.yaml").write_text(text.replace("value: 6mo", "value: 3mo", 1), encoding="utf-8")
    done = _run(
        "cohort",
        "diff",
        rules_directory(),
        tmp_path / "new",
        tmp_path / "a.parquet",
        "--json",
        "--ids",
        tmp_path / "ids.csv",
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["changed"] > 0
    assert {(tuple(each["edits"]), each["how"]) for each in told["shifts"]} == {(("parameter near_before",), "alone")}
    rows = (tmp_path / "ids.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == len(told["shifts"]) + 1
    same = _run("cohort", "diff", rules_directory(), rules_directory(), tmp_path / "a.parquet")
    assert "0 of 500 cases change" in same.stdout


@pytest.mark.parametrize(
    "words",
    [
        ("cohort", "synthesize", "5", "no-such-folder/a.parquet"),
        ("cohort", "synthesize", "5", "a.txt"),
        ("cohort", "describe", "no-such.parquet", "out"),
        ("cohort", "describe", "text.parquet", "out"),
        ("cohort", "ablate", "text.parquet"),
        ("cohort", "from-redcap", "text.csv", "out.parquet"),
        ("cohort", "from-redcap", "no-such.csv", "out.parquet"),
        ("agreement", "text.csv", "text.csv"),
        ("agreement", "no-such.csv", "weissman"),
        ("agreement", "weissman", "stuart_robertson"),
        ("agreement", "weissman", "stuart_robertson", "--cases", "text.csv"),
    ],
)
def test_bad_input_ends_with_one_message_and_exit_code_2(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("text.parquet", "text.csv"):
        Path(name).write_text("a secret value\nand another\n", encoding="utf-8")
    done = _run(*words)
    assert done.returncode == 2
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr
    assert not list(tmp_path.glob("*.unfinished"))
