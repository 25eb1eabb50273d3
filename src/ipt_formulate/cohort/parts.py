"""What a run keeps beside its result while it works: a part for each unit, and a journal of what they belong to.

Parts are plain Arrow: to pack them costs more of the processor than all else that is done with them.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, Final

import pyarrow as pa

from ipt_formulate.cohort.results import result_schema
from ipt_formulate.cohort.units import Job, Unit, results_of
from ipt_formulate.errors import InputError, Problem
from ipt_formulate.release import VERSION

JOURNAL: Final = "journal.json"
_ROW: Final = "row"


def beside(target: Path) -> Path:
    """The directory in which the parts of a result are kept."""
    return target.with_name(f"{target.name}.parts")


def journal(job: Job, sha256: str) -> dict[str, Any]:
    """All that the parts of a run depend on."""
    found = Path(job.source).stat()
    told = {"size": found.st_size, "modified": found.st_mtime_ns, "rulebase": sha256, "library": VERSION}
    return {**asdict(job), "parameters": [list(each) for each in job.parameters], **told}


def take_up(parts: Path, belongs: dict[str, Any], units: Sequence[Unit]) -> frozenset[int]:
    """The units whose parts are there from an earlier run of the same; parts of anything else are removed."""
    told = parts / JOURNAL
    before = None
    with suppress(OSError, ValueError):
        before = json.loads(told.read_text(encoding="utf-8"))
    if before == belongs:
        return frozenset(unit.number for unit in units if path_of(parts, unit.number).exists())
    shutil.rmtree(parts, ignore_errors=True)
    parts.mkdir()
    _write_whole(told, lambda file: file.write(json.dumps(belongs).encode()))
    return frozenset()


def path_of(parts: Path, number: int) -> Path:
    """The part of a unit."""
    return parts / f"{number:06d}.arrow"


def work(job: Job, unit: Unit, parts: str) -> tuple[Problem, ...]:
    """Work on one unit and keep its part; what stands in the way of the whole run comes back."""
    columns = result_schema(job.base()).insert(0, pa.field(_ROW, pa.int64()))

    def write(file: IO[bytes]) -> None:
        with pa.ipc.new_file(file, columns) as writer:
            for batch, numbers in results_of(job, unit):
                writer.write_batch(pa.RecordBatch.from_arrays([numbers, *batch.columns], schema=columns))

    try:
        _write_whole(path_of(Path(parts), unit.number), write)
    except InputError as error:
        return error.problems
    return ()


def batches_of(part: Path) -> Iterator[tuple[pa.Array, pa.RecordBatch]]:
    """The batches of a part, each with the numbers of its rows."""
    with pa.memory_map(str(part)) as file:
        reader = pa.ipc.open_file(file)
        for place in range(reader.num_record_batches):
            batch = reader.get_batch(place)
            yield batch.column(0), batch.drop_columns([_ROW])


def _write_whole(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write a file that appears under its name only when it is whole."""
    partial = path.with_name(f".{path.name}.partial")
    with partial.open("wb") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
