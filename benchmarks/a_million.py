"""A million formulations in a row through durable_rules: every answer compared with the reference, memory watched.

Usage: python benchmarks/a_million.py [CASES]. Cases repeat in a cycle of generated ones, so that generating them
does not drown what is measured; every repetition is asserted, matched and deleted anew.
"""

from __future__ import annotations

import resource
import sys
import time

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn, TimeRemainingColumn

from ipt_formulate.evaluation import durable, reference
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.testing import constants_of, random_case

CYCLE, CHUNK = 5000, 10_000


def memory_mb() -> float:
    """Resident memory now, in MB."""
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize() / 1e6


def main(total: int) -> int:
    base = shipped_rulebase().for_tradition("weissman")
    cases = [
        random_case(seed, known=0.3 + 0.6 * (seed % 7) / 6, constants=constants_of(base), max_items=2).lowered
        for seed in range(CYCLE)
    ]
    expected = [reference.derive(base, case) for case in cases]
    console = Console(width=120, highlight=False)
    differ, readings, start = 0, [], time.perf_counter()
    with Progress(
        "cases", BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn(), console=console
    ) as progress:
        task = progress.add_task("", total=total)
        for number in range(total):
            differ += durable.derive(base, cases[number % CYCLE]) != expected[number % CYCLE]
            if number % CHUNK == 0:
                readings.append((number, memory_mb()))
                progress.update(task, completed=number)
        progress.update(task, completed=total)
    took = time.perf_counter() - start
    warm = [reading for number, reading in readings if number >= total // 10]
    console.print(f"{total:,} cases, {differ} different from the reference, {took / total * 1e6:.0f} us a case")
    console.print(
        f"resident memory after the first tenth {warm[0]:.1f} MB, at the end {memory_mb():.1f} MB, at most {max(warm):.1f} MB"
    )
    return int(differ > 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))
