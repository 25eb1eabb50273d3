"""A whole file of cases to a file of results, in units that survive a kill.

Each unit is worked out by itself and kept as a part beside the result; a part appears under its name only when it is
whole. The result is put together from the parts in their order, and appears under its name only when it is whole.
The same command after a kill takes up the parts that are there, and ends with the same bytes.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from ipt_formulate.cohort import parts as kept_parts
from ipt_formulate.cohort.results import result_schema
from ipt_formulate.cohort.sharing import Found, Sharing
from ipt_formulate.cohort.units import PARQUET, Job, Unit, form_of, units_of
from ipt_formulate.errors import InputError, Problem

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
    parts = kept_parts.beside(target)
    kept = kept_parts.take_up(parts, kept_parts.journal(job, base.sha256), units)
    done(sum(units[number].rows for number in kept))
    missing = [unit for unit in units if unit.number not in kept]
    with ExitStack() as stack:
        sharing = Sharing(job, missing, str(parts), workers or os.cpu_count() or 1, stack)
        summary = _put_together(base, form, parts, units, kept, sharing.wait_for, target, done, job.source)
    shutil.rmtree(parts, ignore_errors=True)
    return summary


def _put_together(
    base: Any,
    form: str,
    parts: Path,
    units: Sequence[Unit],
    kept: frozenset[int],
    finished: Callable[[int], Found],
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
                    if unit.number not in kept and (problems := finished(unit.number)):
                        shutil.rmtree(parts, ignore_errors=True)  # what is damaged is never taken up
                        raise InputError(problems)
                    for numbers, batch in kept_parts.batches_of(kept_parts.path_of(parts, unit.number)):
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
            pq.ParquetWriter(file, columns, compression="snappy", write_statistics=False) if form == PARQUET else None
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
