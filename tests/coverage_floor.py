"""Fails where branches of what decides are not covered. Run after pytest --cov, by `make coverage`.

Whole in: evaluation, formulation, reasoning. A line that no test on this Python can reach is named in EXCUSED, with
its reason.

With arguments such as ``proof=97`` it looks at these folders only, and at how many percent of each are covered: by
`make prove` and `make mutants`, whose tests need the solver. What is left there are ways out for values that no case
can be found for, and for questions that take too long.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

WHOLE = ("evaluation", "formulation", "reasoning")
TOTAL_FLOOR = 95.0
EXCUSED = {
    "evaluation/durable.py": "the renewal after a fork runs in the child, whose lines are not collected (tests/unit/test_durable.py forks)"
}


def main(floors: list[str]) -> int:
    files = {name.split("ipt_formulate/", 1)[-1]: found for name, found in _report()["files"].items()}
    if floors:
        told = dict(each.split("=") for each in floors)
        faults = [fault for folder, floor in told.items() for fault in _below(files, folder, float(floor))]
        print("\n".join(faults) or f"coverage: at least {', '.join(floors)} percent")
        return int(bool(faults))
    faults = []
    for short, found in files.items():
        if short.split("/")[0] in WHOLE and short not in EXCUSED and (missing := _missing(found)):
            faults.append(f"{short}: not covered: {missing}")
    total = _percent(files.values())
    if total < TOTAL_FLOOR:
        faults.append(f"total: {total:.1f}% is below {TOTAL_FLOOR}%")
    print("\n".join(faults) or f"coverage: every branch of {', '.join(WHOLE)}; {total:.1f}% in all")
    return int(bool(faults))


def _report() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "coverage.json"
        subprocess.run([sys.executable, "-m", "coverage", "json", "-q", "-o", str(path)], check=True)
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _below(files: Mapping[str, Any], folder: str, floor: float) -> Iterator[str]:
    found = {name: each for name, each in files.items() if name.split("/")[0] == folder}
    percent = _percent(found.values())
    if percent < floor:
        yield f"{folder}: {percent:.1f}% is below {floor}%"
        yield from (f"{name}: not covered: {missing}" for name, each in found.items() if (missing := _missing(each)))


def _missing(found: Mapping[str, Any]) -> list[Any]:
    return [*found["missing_lines"], *found.get("missing_branches", [])]


def _percent(found: Iterable[Mapping[str, Any]]) -> float:
    """Of the lines and branches of some files, how many percent are covered; of none, nothing is."""
    sums = [each["summary"] for each in found]
    covered = sum(each["covered_lines"] + each.get("covered_branches", 0) for each in sums)
    there = sum(each["num_statements"] + each.get("num_branches", 0) for each in sums)
    return 100 * covered / there if there else 0.0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
