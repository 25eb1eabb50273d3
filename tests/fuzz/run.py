"""Fuzzes the readers, guided by coverage: ``python tests/fuzz/run.py [TARGET|all] [SECONDS]``.

Each target runs in a process of its own, for so many seconds, with at most 20 seconds and 1.5 GB for one input.
What crashes is written to ``build/fuzz/``; put it into ``tests/fuzz/crashers/TARGET/`` once it is mended.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
OUT = HERE.parents[1] / "build" / "fuzz"


def main(arguments: list[str]) -> int:
    name, seconds = (*arguments, "all", "60")[:2] if len(arguments) < 2 else arguments[:2]
    if name != "all":
        fuzz(name, int(seconds))
    sys.path.insert(0, str(HERE))
    from targets import HERE as scratch
    from targets import TARGETS

    shutil.rmtree(scratch)
    failed = [
        each for each in TARGETS if subprocess.run([sys.executable, __file__, each, seconds], check=False).returncode
    ]
    print(f"{len(TARGETS)} targets, {seconds} s each; crashed: {', '.join(failed) or 'none'}")
    return 1 if failed else 0


def fuzz(name: str, seconds: int) -> None:
    """Fuzz one target and end."""
    import atheris

    sys.path.insert(0, str(HERE))
    with (
        atheris.instrument_imports(include=["ipt_formulate"]),
        open(os.devnull, "w") as null,
        contextlib.redirect_stderr(null),
    ):
        from targets import HERE as scratch
        from targets import TARGETS, tried
    logging.disable()
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as corpus:
        for place, seed in enumerate((*TARGETS[name][1], *kept(name))):
            (Path(corpus) / str(place)).write_bytes(seed)
        options = [f"-max_total_time={seconds}", "-timeout=20", "-rss_limit_mb=1536", "-max_len=20000", "-verbosity=0",
                   "-print_final_stats=1", f"-artifact_prefix={OUT}/{name}-"]  # fmt: skip
        atheris.Setup([sys.argv[0], corpus, *options], lambda data: tried(name, data))
        print(f"fuzzing {name} for {seconds} s", flush=True)
        try:
            atheris.Fuzz()
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def kept(name: str) -> list[bytes]:
    """What once crashed a target."""
    return [path.read_bytes() for path in sorted((HERE / "crashers" / name).glob("*"))]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
