"""A million cases: batches, files, memory, slopes, and the same rules in other engines, in one run.

Usage: python benchmarks/cohort.py [CASES]. Cases repeat in a cycle of generated ones; from file to file also synthetic
ones are used. Machines differ and are shared: read the ratios, and the processor time rather than the clock.
"""

from __future__ import annotations

import itertools
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import column_peers
import numpy as np
import peers
import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

import ipt_formulate as ipt
from ipt_formulate.cohort import from_cases, schema
from ipt_formulate.cohort.evaluate import evaluate_with
from ipt_formulate.cohort.leaves import take_apart
from ipt_formulate.cohort.lowered import Block
from ipt_formulate.cohort.names import number_names
from ipt_formulate.cohort.program import compiled
from ipt_formulate.cohort.sharing import keep_memory
from ipt_formulate.cohort.synthetic import synthesize
from ipt_formulate.cohort.units import PARQUET, ROWS, Job, batches_of, units_of
from ipt_formulate.evaluation import reference
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.testing import constants_of, random_case

CYCLE, GROUP, ROUNDS = 5_000, 100_000, 3
SYNTHETIC = 500_000  # drawn; a longer file repeats them
console = Console(width=120, highlight=False)


def seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Processor and clock seconds of the fastest of some rounds."""
    best = (float("inf"), float("inf"))
    for _ in range(ROUNDS):
        clock, processor = time.perf_counter(), time.process_time()
        work()
        best = min(best, (time.process_time() - processor, time.perf_counter() - clock))
    return best


def tiled(cycle: pa.RecordBatch, rows: int) -> pa.RecordBatch:
    table = pa.Table.from_batches([cycle] * (rows // cycle.num_rows))
    return table.combine_chunks().to_batches()[0]


def in_memory(cycle: pa.RecordBatch, rows: int) -> None:
    base = shipped_rulebase().for_tradition("weissman")
    rules = len(compiled(base).rules)
    batch = tiled(cycle, min(rows, 1_000_000))
    title = "evaluate_batch, one core"
    table = Table("us a case, processor", "us a case, clock", "rule evaluations a second, M", title=title)
    processor, clock = seconds(lambda: evaluate_with(base, batch))
    count = batch.num_rows
    row = (processor / count * 1e6, clock / count * 1e6, rules * count / clock / 1e6)
    table.add_row(*(f"{each:.2f}" for each in row))
    console.print(table, f"{rules} rules, each counted once a case, however many items it speaks of.\n")


def one_by_one(cases: list[ipt.Case], cycle: pa.RecordBatch) -> None:
    base = shipped_rulebase().for_tradition("weissman")
    some = cases[:300]
    batch = tiled(cycle, 100_000)
    ours = seconds(lambda: evaluate_with(base, batch))[0] / batch.num_rows
    table = Table("one case at a time", "us a case", "times ours", title="Against the one-case path")
    ways: dict[str, Callable[[], object]] = {
        "formulate, reference": lambda: [ipt.formulate(case, engine="reference") for case in some],
        "formulate, auto": lambda: [ipt.formulate(case) for case in some],
        "rules and areas alone, reference": lambda: [reference.derive(base, case.lowered) for case in some],
    }
    for name, work in ways.items():
        each = seconds(work)[0] / len(some)
        table.add_row(name, f"{each * 1e6:,.0f}", f"{each / ours:,.0f}")
    console.print(table)


def same_conditions(cycle: pa.RecordBatch) -> None:
    base = shipped_rulebase().for_tradition("weissman")
    batch = tiled(cycle, 100_000)
    leaves = take_apart(batch)
    number_names(leaves)
    block = Block(leaves, 0, batch.num_rows)
    rules = column_peers.countless(base)
    flat = {scope: some if scope == "case" else [] for scope, some in rules.items()}
    for title, chosen in (("flat rules about the case", flat), ("all rules that count no items", rules)):
        found = column_peers.tables(block, chosen)
        program, wanted = column_peers.ours(base, chosen)
        wanted_verdicts = program.run(block, wanted)
        ours = seconds(lambda program=program, wanted=wanted: program.run(block, wanted))[0]
        table = Table(
            "engine", "M cases a second of processor", "ours is faster by", title=f"The same conditions: {title}"
        )
        table.add_row("this library", f"{batch.num_rows / ours / 1e6:.2f}", "")
        for name, build in (
            ("numpy by hand", column_peers.by_hand),
            ("Polars", column_peers.polars),
            ("DuckDB", column_peers.duckdb),
        ):
            work = build(chosen, found, batch.num_rows)
            _agree(program, wanted_verdicts, block, work(), chosen)
            spent = seconds(work)[0]
            table.add_row(name, f"{batch.num_rows / spent / 1e6:.2f}", f"{spent / ours:.2f}")
        console.print(table, f"{sum(map(len, chosen.values()))} rules; terms are given as columns to all.\n")


def _agree(program: Any, verdicts: Any, block: Block, told: dict[str, Any], rules: Any) -> None:
    """What a peer says adds up to what this library says, where every list is taken as complete."""
    for scope, some in rules.items():
        for rule in some:
            mine = verdicts[program.rules[rule.id]]
            if scope != "case":
                mine = np.where(mine == 1, 0, mine)  # what was not recorded is nothing to the peers
                theirs = np.asarray(told[rule.id])
                assert (theirs == 2).sum() == (mine == 2).sum(), rule.id
            else:
                assert (np.asarray(told[rule.id]) == mine).all(), rule.id


def rule_engines(cases: list[ipt.Case]) -> None:
    base = shipped_rulebase().for_tradition("weissman")
    rules = peers.expressible(base)
    count = sum(map(len, rules.values()))
    known = [case for case in cases if not case.lowered.contradictions][:500]
    flat = [peers.flat(peers.without_narrowed_choices(case.lowered), rules) for case in known]
    batch = tiled(from_cases(known), 100_000)
    ours = seconds(lambda: evaluate_with(base, batch))[0] / batch.num_rows
    table = Table("engine", "us a case", "our whole rule base is faster by", title=f"{count} rules others can express")
    for name, build in (
        ("zen-engine", peers.zen),
        ("rule-engine", peers.rule_engine),
        ("durable_rules Host", peers.host),
    ):
        try:
            run = build(rules)
        except ImportError:
            table.add_row(name, "not installed", "")
            continue
        each = seconds(lambda run=run: [run(items) for items in flat])[0] / len(flat)
        table.add_row(name, f"{each * 1e6:,.0f}", f"{each / ours:,.0f}")
    console.print(table, "They answer met or not; ours gives met, not met and unknown, areas, focus and safety.\n")


def slopes(cycle: pa.RecordBatch) -> None:
    base = shipped_rulebase().for_tradition("weissman")
    table = Table("cases", "us a case", title="Cost by cases")
    for rows in (50_000, 100_000, 200_000, 400_000, 800_000):
        batch = tiled(cycle, rows)
        table.add_row(f"{rows:,}", f"{seconds(lambda batch=batch: evaluate_with(base, batch))[0] / rows * 1e6:.2f}")
    console.print(table)
    batch = tiled(cycle, 100_000)
    leaves = take_apart(batch)
    number_names(leaves)
    block = Block(leaves, 0, batch.num_rows)
    table = Table("rules", "operations", "ns a case, once the terms are there", title="Cost by rules")
    for share in (4, 2, 1):
        chosen = {scope: list(some)[::share] for scope, some in base.by_scope.items()}
        program, wanted = column_peers.ours(base, chosen)
        program.run(block, wanted)
        spent = seconds(lambda program=program, wanted=wanted: program.run(block, wanted))[0]
        each = f"{spent / batch.num_rows * 1e9:.0f}"
        table.add_row(str(len(program.rules)), str(len(program.operations)), each)
    console.print(table)


def files(cycle: pa.RecordBatch, rows: int) -> None:
    synthetic = itertools.chain.from_iterable(itertools.repeat(list(synthesize(min(rows, SYNTHETIC)))))
    _file_to_file("synthetic", itertools.islice(synthetic, -(-rows // ROWS)))
    _file_to_file("generated", itertools.repeat(tiled(cycle, GROUP), rows // GROUP))


def _file_to_file(kind: str, groups: Iterable[pa.RecordBatch]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        source, target = Path(directory) / "cases.parquet", Path(directory) / "results.parquet"
        with pq.ParquetWriter(source, schema()) as writer:
            for group in groups:
                writer.write_batch(group)
        rows = pq.read_metadata(source).num_rows
        stages(source)
        title = f"File to file, {rows:,} {kind} cases, set-up included"
        table = Table(
            "workers", "cases a second", "us a case, processor", "peak memory of all processes, MB", title=title
        )
        for workers in (1, 2):
            before, clock = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
            command = [sys.executable, "-m", "ipt_formulate.cli", "cohort", "run", str(source), str(target)]
            memory = _peak_memory(subprocess.Popen([*command, "--workers", str(workers)], stderr=subprocess.DEVNULL))
            clock, after = time.perf_counter() - clock, resource.getrusage(resource.RUSAGE_CHILDREN)
            spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            table.add_row(str(workers), f"{rows / clock:,.0f}", f"{spent / rows * 1e6:.2f}", f"{memory:,.0f}")
        console.print(table, f"{source.stat().st_size / 1e6:,.0f} MB in, {target.stat().st_size / 1e6:,.0f} MB out.\n")


def stages(source: Path) -> None:
    """Where the processor goes, in the steady state of one process."""
    base = shipped_rulebase().for_tradition("weissman")
    units = units_of(Job(str(source), PARQUET, "weissman"))[:6]
    rows = sum(unit.rows for unit in units)
    batches = [list(batches_of(str(source), unit)) for unit in units]
    results = [evaluate_with(base, batch) for some in batches for batch in some]
    steps: dict[str, Callable[[], object]] = {
        "read Parquet": lambda: [list(batches_of(str(source), unit)) for unit in units],
        "evaluate": lambda: [evaluate_with(base, batch) for some in batches for batch in some],
        "keep a part": lambda: _kept(results),
        "write Parquet": lambda: _written(results),
    }
    table = Table("step", "us a case, processor", title="From Parquet to Parquet, step by step")
    for name, step in steps.items():
        table.add_row(name, f"{seconds(step)[0] / rows * 1e6:.2f}")
    console.print(table)


def _kept(results: list[pa.RecordBatch]) -> None:
    with pa.ipc.new_file(pa.BufferOutputStream(), results[0].schema) as writer:
        for each in results:
            writer.write_batch(each)


def _written(results: list[pa.RecordBatch]) -> None:
    with pq.ParquetWriter(pa.BufferOutputStream(), results[0].schema, write_statistics=False) as writer:
        for each in results:
            writer.write_batch(each)


def _peak_memory(running: subprocess.Popen[bytes]) -> float:
    """The most memory that a process and all below it held at once, shared pages counted once, in MB."""
    peak = 0
    while running.poll() is None:
        peak = max(peak, sum(map(_memory, _with_children(running.pid))))
        time.sleep(0.1)
    assert running.returncode == 0
    return peak / 1024


def _with_children(pid: int) -> list[int]:
    with suppress(OSError):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [pid, *(each for child in children for each in _with_children(int(child)))]
    return [pid]


def _memory(pid: int) -> int:
    with suppress(OSError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
    return 0


def main(rows: int) -> None:
    keep_memory()
    base = shipped_rulebase().for_tradition("weissman")
    cases = [random_case(seed, known=0.5, constants=constants_of(base), max_items=2) for seed in range(CYCLE)]
    cycle = from_cases(cases)
    in_memory(cycle, rows)
    one_by_one(cases, cycle)
    same_conditions(cycle)
    rule_engines(cases)
    slopes(cycle)
    files(cycle, rows)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
