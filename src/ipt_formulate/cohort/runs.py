"""A whole file of cases to a file of results, in units that survive a kill.

Each unit is worked out by itself and kept as a part beside the result; a part appears under its name only when it is
whole. The result is put together from the parts in their order, and appears under its name only when it is whole.
The same command after a kill takes up the parts that are there, and ends with the same bytes.
"""

from __future__ import annotations

import ctypes
import json
import multiprocessing
import os
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from ipt_formulate.cohort.results import result_schema
from ipt_formulate.cohort.units import PARQUET, Job, Unit, form_of, results_of, units_of
from ipt_formulate.errors import InputError, Problem
from ipt_formulate.release import VERSION

JOURNAL: Final = "journal.json"
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of mallopt
_KEPT_BYTES: Final = 64 << 20
Told = Callable[[int], None]
"""Told how many more rows are done."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did.

    Attributes:
        rows: the rows of the result, one for each of the source.
        refused: those that are no valid case.
        resumed: rows taken up from an earlier run that did not end.
        problems: the side file that tells of the refused; None where there are none.
    """

    rows: int
    refused: int
    resumed: int
    problems: Path | None


def run(
    source: Path,
    target: Path,
    *,
    tradition: str = "weissman",
    rules: Path | None = None,
    parameters: tuple[tuple[str, int | str], ...] = (),
    workers: int | None = None,
    started: Callable[[int], None] = lambda rows: None,
    done: Told = lambda rows: None,
) -> Summary:
    """Evaluate a file of cases.

    Args:
        source: Parquet of the cohort schema, or JSON Lines with a case in each line (``id`` beside its parts).
        target: where the result goes, Parquet or JSON Lines by its name; what was there is replaced when it is whole.
        tradition: the school whose areas and rules apply.
        rules: the directory of another rule base than the shipped one.
        parameters: what the site sets.
        workers: how many processes; as many as there are cores if left out.
        started: told how many rows there are.
        done: told how many more rows are done.

    Raises:
        InputError: the source cannot be read or is damaged, or the target cannot be written. Nothing half written
            is then left under the target's name.
    """
    job = Job(str(source), form_of(source), tradition, str(rules) if rules else None, parameters)
    form = form_of(target)
    if not target.parent.is_dir() or target.is_dir():
        raise InputError([Problem(str(target), "cannot be written", "give a file in a directory that exists")])
    if target.exists() and source.resolve() == target.resolve():
        raise InputError([Problem(str(target), "is the file of cases itself", "give another file")])
    base = job.base()
    units = units_of(job)
    started(sum(unit.rows for unit in units))
    parts = target.with_name(f"{target.name}.parts")
    kept = _take_up(parts, _journal(job, base.sha256), units)
    done(sum(units[number].rows for number in kept))
    missing = [unit for unit in units if unit.number not in kept]
    with ExitStack() as stack:
        finished = _worked_on(job, missing, parts, workers or os.cpu_count() or 1, stack)
        summary = _put_together(base, form, parts, units, kept, finished, target, done, job.source)
    shutil.rmtree(parts, ignore_errors=True)
    return summary


def _journal(job: Job, sha256: str) -> dict[str, Any]:
    found = Path(job.source).stat()
    told = {"size": found.st_size, "modified": found.st_mtime_ns, "rulebase": sha256, "library": VERSION}
    return {**asdict(job), "parameters": [list(each) for each in job.parameters], **told}


def _take_up(parts: Path, journal: dict[str, Any], units: Sequence[Unit]) -> frozenset[int]:
    """The units whose parts are there from an earlier run of the same; parts of anything else are removed."""
    told = parts / JOURNAL
    before = None
    with suppress(OSError, ValueError):
        before = json.loads(told.read_text(encoding="utf-8"))
    if before == journal:
        return frozenset(unit.number for unit in units if _part(parts, unit.number).exists())
    shutil.rmtree(parts, ignore_errors=True)
    parts.mkdir()
    _write_whole(told, lambda file: file.write(json.dumps(journal).encode()))
    return frozenset()


def _part(parts: Path, number: int) -> Path:
    return parts / f"{number:06d}.arrow"


def _write_whole(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write a file that appears under its name only when it is whole."""
    partial = path.with_name(f".{path.name}.partial")
    with partial.open("wb") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def work(job: Job, unit: Unit, parts: str) -> tuple[Problem, ...]:
    """Work on one unit and keep its part; what stands in the way of the whole run comes back."""
    columns = result_schema(job.base()).insert(0, pa.field("row", pa.int64()))

    def write(file: IO[bytes]) -> None:
        with pa.ipc.new_file(file, columns, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
            for batch, numbers in results_of(job, unit):
                arrays = [pa.array(numbers, pa.int64()), *batch.columns]
                writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=columns))

    try:
        _write_whole(_part(Path(parts), unit.number), write)
    except InputError as error:
        return error.problems
    return ()


def _worked_on(
    job: Job, missing: Sequence[Unit], parts: Path, workers: int, stack: ExitStack
) -> dict[int, Callable[[], tuple[Problem, ...]]]:
    """For each missing unit, how to have its part; where it pays, several are worked on at once."""
    if workers == 1 or len(missing) < 2:
        return {unit.number: partial(work, job, unit, str(parts)) for unit in missing}
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(min(workers, len(missing)), mp_context=context, initializer=_begin_work)
    stack.callback(pool.shutdown, cancel_futures=True)
    futures: dict[int, Future[tuple[Problem, ...]]] = {
        unit.number: pool.submit(work, job, unit, str(parts)) for unit in missing
    }
    return {number: future.result for number, future in futures.items()}


def _begin_work() -> None:
    """Set a worker up: one thread, since there are several workers; and it ends when its run is killed."""
    pa.set_cpu_count(1)
    keep_memory()
    above = multiprocessing.parent_process()

    def wait() -> None:
        if above is not None:
            above.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def keep_memory() -> None:
    """Keep freed memory for the next operation: to hand it back and ask anew each time costs a fifth of the run."""
    pa.set_memory_pool(pa.system_memory_pool())
    with suppress(OSError, AttributeError, TypeError):  # only where the C library is glibc
        allocator = ctypes.CDLL(None).mallopt
        for option in (_TRIM_THRESHOLD, _MMAP_THRESHOLD):
            allocator(option, _KEPT_BYTES)


def _put_together(
    base: Any,
    form: str,
    parts: Path,
    units: Sequence[Unit],
    kept: frozenset[int],
    finished: dict[int, Callable[[], tuple[Problem, ...]]],
    target: Path,
    done: Told,
    source: str,
) -> Summary:
    rows, refused = 0, 0
    beside = target.with_name(f"{target.name}.problems.jsonl")
    partial, partial_beside = (path.with_name(f".{path.name}.partial") for path in (target, beside))
    columns = result_schema(base)
    try:
        with partial.open("wb") as file, partial_beside.open("wb") as side:
            with _Writer(form, file, columns) as writer:
                for unit in units:
                    if unit.number not in kept and (problems := finished[unit.number]()):
                        shutil.rmtree(parts, ignore_errors=True)  # what is damaged is never taken up
                        raise InputError(problems)
                    for numbers, batch in _batches_of(_part(parts, unit.number)):
                        writer.write(batch)
                        rows += batch.num_rows
                        refused += _tell(side, numbers, batch)
                    if unit.number not in kept:
                        done(unit.rows)
            for each in (file, side):
                each.flush()
                os.fsync(each.fileno())
    except BrokenProcessPool as error:
        what = "a process that worked on it has ended, as where memory runs out; what was done is kept"
        raise InputError([Problem(source, what, "give the same command again, with fewer --workers")]) from error
    except OSError as error:
        raise InputError(
            [Problem(str(target), f"cannot be written ({error.strerror})", "make room, or give another")]
        ) from error
    else:
        if refused:
            partial_beside.replace(beside)
        else:
            beside.unlink(missing_ok=True)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
        partial_beside.unlink(missing_ok=True)
    return Summary(rows, refused, sum(units[number].rows for number in kept), beside if refused else None)


def _batches_of(part: Path) -> Iterator[tuple[pa.Array, pa.RecordBatch]]:
    with pa.memory_map(str(part)) as file:
        reader = pa.ipc.open_file(file)
        for place in range(reader.num_record_batches):
            batch = reader.get_batch(place)
            yield batch.column(0), batch.drop_columns(["row"])


def _tell(side: IO[bytes], numbers: pa.Array, batch: pa.RecordBatch) -> int:
    """Write a line for each fault of each refused row: its number, its id, the path, and the reason."""
    problems = batch.column("problem")
    if problems.null_count == len(problems):
        return 0
    told = pa.RecordBatch.from_arrays([numbers, batch.column("id"), problems], names=["row", "id", "problem"])
    refused = told.filter(problems.is_valid()).to_pylist()
    for each in refused:
        for line in each["problem"].split("\n"):
            path, colon, reason = line.partition(": ")
            if not colon or " " in path:
                path, reason = "", line
            plain = {"row": each["row"], "id": each["id"], "path": path, "reason": reason}
            side.write(json.dumps(plain, ensure_ascii=False).encode() + b"\n")
    return len(refused)


class _Writer:
    """Writes batches of results as Parquet or JSON Lines."""

    def __init__(self, form: str, file: IO[bytes], columns: pa.Schema) -> None:
        self.file = file
        self.parquet = (
            pq.ParquetWriter(file, columns, compression="zstd", write_statistics=False) if form == PARQUET else None
        )

    def __enter__(self) -> _Writer:
        return self

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if self.parquet is not None:
            self.parquet.close()

    def write(self, batch: pa.RecordBatch) -> None:
        """Write one batch, in Parquet as a row group."""
        if self.parquet is not None:
            self.parquet.write_batch(batch)
        else:
            lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in batch.to_pylist())
            self.file.write("".join(lines).encode())
