"""One whole formulation, with either engine, and the same rules in other engines: ratios measured in one run.

Run with `make bench`. Machines differ and are shared: read the ratios, not the microseconds.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import peers
from rich.console import Console
from rich.table import Table

import ipt_formulate as ipt
from ipt_formulate.evaluation import durable, reference
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.testing import constants_of, random_case

ROUNDS, GENERATED = 9, 200
console = Console(width=120, highlight=False)


def median_us(work: Callable[[Any], object], inputs: list[Any]) -> float:
    """Median microseconds of one call, over all inputs, the fastest of several rounds for each."""
    for each in inputs:
        work(each)
    best = []
    for each in inputs:
        times = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            work(each)
            times.append(time.perf_counter() - start)
        best.append(statistics.median(times) * 1e6)
    return statistics.median(best)


def whole_formulations() -> None:
    base = shipped_rulebase().for_tradition("weissman")
    published = [ipt.example(name) for name in ipt.example_names()]
    generated = [random_case(seed, known=0.6, constants=constants_of(base), max_items=2) for seed in range(GENERATED)]
    table = Table(
        "cases",
        "engine",
        "formulate, us",
        "rules alone, us",
        "us a rule evaluated",
        title=f"One formulation, {len(base.rules)} rules",
        title_justify="left",
    )
    for name, cases in (("15 published", published), (f"{GENERATED} generated", generated)):
        evaluated = statistics.median(
            sum(
                len(base.by_scope[scope]) * (1 if scope == "case" else len(case.lowered.lists[scope].items))
                for scope in base.by_scope
            )
            for case in cases
        )
        for engine, derive in (("reference", reference.derive), ("durable", durable.derive)):
            whole = median_us(lambda case, engine=engine: ipt.formulate(case, engine=engine), cases)
            alone = median_us(lambda case, derive=derive: derive(base, case), [case.lowered for case in cases])
            table.add_row(name, engine, f"{whole:.0f}", f"{alone:.0f}", f"{alone / evaluated:.2f}")
    console.print(table)


def other_engines() -> None:
    base = shipped_rulebase().for_tradition("weissman")
    rules = peers.expressible(base)
    drawn = [random_case(seed, known=0.8, constants=constants_of(base), max_items=2) for seed in range(GENERATED)]
    cases = [peers.without_narrowed_choices(case.lowered) for case in drawn]
    flats = [peers.flat(case, rules) for case in cases]
    mine = peers.ours(base, rules)
    expected = [mine(case) for case in cases]
    own = median_us(mine, cases)
    count = sum(map(len, rules.values()))
    table = Table(
        "engine",
        "us a case",
        "ratio to ours",
        "answers that differ",
        title=f"{count} rules that all can express, 'surely met' only",
        title_justify="left",
    )
    table.add_row("ipt_formulate, reference", f"{own:.0f}", "1.0", "0 (three-valued answers)")
    for name, peer in (
        ("zen-engine", peers.zen),
        ("rule-engine", peers.rule_engine),
        ("durable_rules Host", peers.host),
    ):
        try:
            run = peer(rules)
            differ = sum(
                len(set(peers.where_same(run(items), right))) for items, right in zip(flats, expected, strict=True)
            )
            took = median_us(run, flats)
            table.add_row(name, f"{took:.0f}", f"{took / own:.1f}", str(differ))
        except Exception as error:  # a peer that fails is a result, and is shown as one
            table.add_row(name, "failed", "", type(error).__name__)
    console.print(table)


def importing() -> None:
    def wall(program: str) -> float:
        times = []
        for _ in range(11):
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", program], check=True)
            times.append(time.perf_counter() - start)
        return statistics.median(times) * 1e3

    nothing = wall("pass")
    imported = wall("import ipt_formulate") - nothing
    first = wall("import ipt_formulate as ipt; ipt.formulate(ipt.example('susan-bpd-casebook'))") - nothing
    console.print(f"import ipt_formulate: {imported:.0f} ms above an empty program ({nothing:.0f} ms)")
    console.print(f"first formulation in a new process, all loading included: {first:.0f} ms above it")


if __name__ == "__main__":
    whole_formulations()
    other_engines()
    importing()
