"""Threads and processes give the same bytes as one thread; `make same-bytes` asks of 10,000 calls."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[2] / "benchmarks" / "same_bytes.py"


def test_threads_and_processes_give_the_bytes_of_one_thread() -> None:
    done = subprocess.run([sys.executable, PROGRAM, "--calls", "120"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.findall(r"120 calls by (.*?): (\d+) ", done.stdout)[1:] == [
        ("4 processes, spawned", "0"),
        ("4 processes, forked", "0"),
        ("8 threads", "0"),
    ]


def test_the_program_tells_of_a_call_that_gave_other_bytes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program = runpy.run_path(str(PROGRAM))
    called = program["main"].__globals__
    monkeypatch.setitem(called, "one", lambda calls: [f"a{each}" for each in calls])
    monkeypatch.setitem(called, "WAYS", {"a way": lambda calls: ["a0", "other", "a2"]})
    monkeypatch.setattr(sys, "argv", ["same_bytes", "--calls", "3"])
    assert program["main"]() == 1
    assert "3 calls by a way: 1 other than by one thread" in capsys.readouterr().out


def test_the_calls_differ_by_case_school_and_engine() -> None:
    call, engines, schools = (runpy.run_path(str(PROGRAM))[name] for name in ("call", "engines", "SCHOOLS"))
    cases = 15
    numbers = [0, 1, cases, 2 * cases, *([cases * len(schools)] if len(engines()) > 1 else [])]
    assert len({call(number) for number in numbers}) == len(numbers)
