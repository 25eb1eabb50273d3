"""What once crashed a reader does so no more, and every target takes what it begins with. No fuzzer is needed."""

from __future__ import annotations

import runpy
from pathlib import Path
from random import Random

import pytest

HERE = Path(__file__).parent
FOUND = runpy.run_path(str(HERE / "targets.py"))
TARGETS, tried = FOUND["TARGETS"], FOUND["tried"]
CRASHERS = sorted(path.relative_to(HERE / "crashers") for path in (HERE / "crashers").rglob("*") if path.is_file())


@pytest.mark.parametrize("path", CRASHERS, ids=str)
def test_what_once_crashed_a_reader_is_taken_or_refused(path: Path) -> None:
    tried(path.parent.as_posix(), (HERE / "crashers" / path).read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_takes_what_it_begins_with_and_what_is_like_it(name: str) -> None:
    _, seeds = TARGETS[name]
    assert seeds
    random = Random(0)
    for seed in seeds[:3]:
        tried(name, seed)
        for _ in range(10):
            place = random.randrange(len(seed))
            tried(name, seed[:place] + bytes([random.randrange(256)]) + seed[place + random.randrange(3) :])


def test_anything_but_an_error_of_the_library_is_a_crash() -> None:
    class Odd(bytes):
        def decode(self, *_: object) -> str:
            raise RuntimeError

    with pytest.raises(RuntimeError):
        tried("yaml", Odd())
