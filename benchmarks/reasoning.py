"""What it takes to ask a formulation back: ratios to formulating the same case, and what the slowest case takes.

Run with `make bench`. Machines differ and are shared: read the ratios, and the seconds with care.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from itertools import combinations

from rich.console import Console
from rich.table import Table

import ipt_formulate as ipt

ROUNDS = 3
console = Console(width=120, highlight=False)


def seconds(work: Callable[[], object]) -> float:
    """The fastest of a few rounds, in seconds of this process."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def everything(case: ipt.Case) -> None:
    """All that can be asked about one case, with changes of up to three facts."""
    formulation = ipt.formulate(case)
    formulation.why()
    for area in formulation.areas:
        formulation.why_not(area)
    for one, other in combinations(formulation.areas, 2):
        formulation.contrast(one, other)
    formulation.what_would_change(size=3)


def next_question(case: ipt.Case) -> None:
    """One turn of an interview: an answer is recorded, and the best next question is worked out."""
    with ipt.interview(case) as session:
        session.tell("assessment.age_band", "adult")
        session.ask()


def main() -> None:
    table = Table(
        "case", "formulate, ms", "asked back, ms", "of it: changes, ms", "reasons, ms", "next question, ms",
        title="Asking back, up to three facts", title_justify="left",
    )  # fmt: skip
    rows = []
    for name in ipt.example_names():
        case = ipt.example(name)
        row = [
            seconds(lambda case=case: ipt.formulate(case)),
            seconds(lambda case=case: everything(case)),
            seconds(lambda case=case: ipt.formulate(case).what_would_change(size=3)),
            seconds(lambda case=case: ipt.formulate(case).sufficient_reasons()),
            seconds(lambda case=case: next_question(case)),
        ]
        rows.append(row)
        table.add_row(name, *(f"{each * 1000:.1f}" for each in row))
    columns = list(zip(*rows, strict=True))
    table.add_row("median", *(f"{statistics.median(each) * 1000:.1f}" for each in columns), style="bold")
    table.add_row("slowest", *(f"{max(each) * 1000:.1f}" for each in columns), style="bold")
    console.print(table)
    ratio = statistics.median(asked / alone for alone, asked, *_ in rows)
    turn = statistics.median(row[-1] / row[0] for row in rows)
    console.print(
        f"Asking everything takes {ratio:.0f} times a formulation at the median, a turn of an interview {turn:.0f} times."
    )


if __name__ == "__main__":
    main()
