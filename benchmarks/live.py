"""One answer more in a working memory, against deriving the whole case anew: ratios measured in one run.

Run with `make bench`. Machines differ and are shared: read the ratios, not the microseconds.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from random import Random
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

import ipt_formulate as ipt
from ipt_formulate.case.lowering import LoweredCase
from ipt_formulate.evaluation import durable, reference
from ipt_formulate.evaluation.findings import Engine
from ipt_formulate.evaluation.memory import working_memory
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.testing import constants_of, refine

ROUNDS, ANSWERS = 7, 12
BASE = shipped_rulebase().for_tradition("weissman")
console = Console(width=120, highlight=False)


class Answer(NamedTuple):
    """A case before and after one answer that some rule reads."""

    before: LoweredCase
    after: LoweredCase
    derived: int


def answers() -> list[Answer]:
    """Answers to each published case, drawn from all that could still be learnt of it."""
    found, constants = [], constants_of(BASE)
    for number, name in enumerate(ipt.example_names()):
        case, random = ipt.example(name), Random(number)
        while sum(each.before is case.lowered for each in found) < ANSWERS:
            learnt = refine(case, random, constants=constants)
            assert learnt is not None
            with working_memory(BASE, case.lowered, "reference") as memory:
                memory.update(learnt.lowered)
                if memory.derived:
                    found.append(Answer(case.lowered, learnt.lowered, memory.derived))
    return found


def microseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1e6


def update(engine: str, before: LoweredCase, after: LoweredCase) -> float:
    """Microseconds of one update of a memory that was told the case before."""
    with working_memory(BASE, before, engine) as memory:
        took = microseconds(lambda: memory.update(after))
        assert memory.findings == reference.derive(BASE, after)
    return took


def median(work: Callable[[Answer], float], over: list[Answer]) -> float:
    return statistics.median(statistics.median(work(each) for _ in range(ROUNDS)) for each in over)


def main() -> None:
    told = answers()
    items = [1 + sum(len(found.items) for found in each.after.lists.values()) for each in told]
    touched = [each.derived for each in told]
    table = Table(
        "engine",
        "derived anew, us",
        "one answer more, us",
        "anew / more",
        "one answer taken back, us",
        "anew / back",
        title=f"{len(told)} answers to 15 published cases of {statistics.mean(items):.1f} items,"
        f" of which one answer touches {statistics.mean(touched):.1f}",
        title_justify="left",
    )
    engines: dict[str, Engine] = {"reference": reference.derive, "durable": durable.derive}
    for name, derive in engines.items():
        anew = median(lambda each, derive=derive: microseconds(lambda: derive(BASE, each.after)), told)
        more = median(lambda each, name=name: update(name, each.before, each.after), told)
        back = median(lambda each, name=name: update(name, each.after, each.before), told)
        table.add_row(name, f"{anew:.0f}", f"{more:.0f}", f"{anew / more:.1f}", f"{back:.0f}", f"{anew / back:.1f}")
    console.print(table)


if __name__ == "__main__":
    main()
