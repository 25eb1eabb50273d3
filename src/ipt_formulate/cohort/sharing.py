"""Who works on which unit: this process and others at once, each on the next that nobody has begun.

This one works too, so that two cores need no third process, and it begins while the others are still starting.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack, suppress
from typing import Final, TypeAlias

import pyarrow as pa

from ipt_formulate.cohort.parts import work
from ipt_formulate.cohort.units import Job, Unit
from ipt_formulate.errors import Problem

Found: TypeAlias = tuple[Problem, ...]
_AHEAD: Final = 2
"""Units handed to each other process: the one it works on, and the next, so that it never waits."""
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of mallopt
_KEPT_BYTES: Final = 64 << 20


class Sharing:
    """The units that are yet to be worked on, shared between processes.

    Args:
        job: what is done with each.
        missing: the units, in their order.
        parts: where their parts are kept.
        workers: how many processes work, this one among them.
        stack: ends the other processes when it is left.
    """

    def __init__(self, job: Job, missing: Sequence[Unit], parts: str, workers: int, stack: ExitStack) -> None:
        self._job, self._parts = job, parts
        self._left = deque(missing)
        self._others = min(workers, len(missing)) - 1
        self._handed: dict[int, Future[Found]] = {}
        self._found: dict[int, Found] = {}
        if self._others > 0:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._others, mp_context=context, initializer=_begin_work)
            stack.callback(self._pool.shutdown, cancel_futures=True)

    def wait_for(self, number: int) -> Found:
        """Work on what nobody has begun until a unit is done; the units are asked for in their order.

        Returns:
            What stands in the way of the whole run; nothing, if its part is there.

        Raises:
            BrokenProcessPool: another process has ended before its time.
        """
        while number not in self._found:
            self._hand_out()
            handed = self._handed.get(number)
            if handed is not None and (handed.done() or not self._left):
                self._found[number] = self._handed.pop(number).result()
            else:
                unit = self._left.popleft()
                self._found[unit.number] = work(self._job, unit, self._parts)
        return self._found.pop(number)

    def _hand_out(self) -> None:
        busy = sum(not each.done() for each in self._handed.values())
        for _ in range(min(_AHEAD * self._others - busy, len(self._left))):
            unit = self._left.popleft()
            self._handed[unit.number] = self._pool.submit(work, self._job, unit, self._parts)


def _begin_work() -> None:
    """Set another process up: one thread, since there are several processes; and it ends when its run is killed."""
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
        allocator: Callable[[int, int], int] = ctypes.CDLL(None).mallopt
        for option in (_TRIM_THRESHOLD, _MMAP_THRESHOLD):
            allocator(option, _KEPT_BYTES)
