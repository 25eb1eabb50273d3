"""Threads and processes give the same bytes as one thread does, call by call.

The calls go round the shipped cases, three schools and both engines, each beginning from the text of the case. They
are made by one thread, by eight threads at once, and by four processes, forked and spawned. Run by
`make same-bytes` over 10,000 calls, and in the tests over fewer.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import cache, partial

import ipt_formulate as ipt
from ipt_formulate.evaluation import durable

THREADS, PROCESSES = 8, 4
SCHOOLS = ("weissman", "stuart_robertson", "ipsrt")


@cache
def texts() -> tuple[dict[str, object], ...]:
    return tuple(ipt.example(name).model_dump(mode="json", exclude_none=True) for name in ipt.example_names())


def engines() -> tuple[str, ...]:
    return ("reference", "durable") if durable.available() else ("reference",)


def call(number: int) -> str:
    """The SHA-256 of what one call gives. Questions, which take most of the time, are told in one call of fifty."""
    rest, place = divmod(number, len(texts()))
    rest, school = divmod(rest, len(SCHOOLS))
    engine = engines()[rest % len(engines())]
    formulation = ipt.formulate(ipt.parse_case(texts()[place]), tradition=SCHOOLS[school], engine=engine)
    return hashlib.sha256(
        formulation.model_dump_json(exclude=set() if number % 50 == 0 else {"questions"}).encode()
    ).hexdigest()


def one(calls: Sequence[int]) -> list[str]:
    return list(map(call, calls))


def threads(calls: Sequence[int]) -> list[str]:
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(call, calls))


def processes(method: str, calls: Sequence[int]) -> list[str]:
    context = multiprocessing.get_context(method)
    with ProcessPoolExecutor(PROCESSES, mp_context=context) as pool:
        return list(pool.map(call, calls, chunksize=max(1, len(calls) // (4 * PROCESSES))))


WAYS: dict[str, Callable[[Sequence[int]], list[str]]] = {
    f"{PROCESSES} processes, spawned": partial(processes, "spawn"),
    f"{PROCESSES} processes, forked": partial(processes, "fork"),
    f"{THREADS} threads": threads,
}


def main() -> int:
    """1 where a call gave other bytes than it gives one thread."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=10_000)
    calls = range(parser.parse_args().calls)
    started = time.monotonic()
    expected = one(calls)
    print(f"{len(calls)} calls by one thread: {len(set(expected))} formulations, {time.monotonic() - started:.0f} s")
    differing = 0
    for name, way in WAYS.items():
        started = time.monotonic()
        found = sum(got != want for got, want in zip(way(calls), expected, strict=True))
        print(f"{len(calls)} calls by {name}: {found} other than by one thread, {time.monotonic() - started:.0f} s")
        differing += found
    return int(differing > 0)


if __name__ == "__main__":
    sys.exit(main())
