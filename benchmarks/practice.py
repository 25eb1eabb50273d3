"""The practice page under load: requests at a steady rate, as from a full class, answered without a single error.

Run with `make bench`. Machines differ and are shared: read whether there were errors, and how the kinds compare.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import statistics
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

LINES = 64
CASE = "leonard-ptsd-grief-911"
AREAS = ("grief", "role_dispute", "role_transition", "interpersonal_deficits")
ATTEMPT = {"case": CASE, "areas": dict.fromkeys(AREAS, "unsure"), "focus": "grief", "order": {}}
PER_HUNDRED = {"page": 40, "list": 15, "case": 20, "ask": 15, "compare": 9, "ratings": 1}
"""An assumption of what a class asks for: pages and cases mostly, a comparison now and then."""


class Done(NamedTuple):
    """One request: its kind, the status or the name of the error, and milliseconds from when it was due."""

    kind: str
    status: str
    took: float


def request(kind: str, port: int) -> bytes:
    """The bytes of a request."""
    asked = {
        "page": ("/page/practice.js", None),
        "list": ("/api/cases", None),
        "case": (f"/api/cases/{CASE}", None),
        "ask": (f"/api/cases/{CASE}/ask", {"sessions": 0, "asked": []}),
        "compare": ("/api/compare", {"attempts": [ATTEMPT]}),
        "ratings": ("/api/export", {"kind": "ratings", "session": {"rounds": [[ATTEMPT]]}}),
    }
    path, content = asked[kind]
    head = f"Host: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
    if content is None:
        return f"GET {path} HTTP/1.1\r\n{head}\r\n".encode()
    body = json.dumps(content)
    return f"POST {path} HTTP/1.1\r\n{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()


async def line(port: int, due: asyncio.Queue[tuple[float, str] | None], done: list[Done]) -> None:
    """One connection, kept, that asks what is due and opens anew where it was ended."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while (task := await due.get()) is not None:
        when, kind = task
        try:
            writer.write(request(kind, port))
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 30)
            length = re.search(rb"content-length: (\d+)", head)
            await reader.readexactly(int(length[1]) if length else 0)
            status = head.split(b" ", 2)[1].decode()
        except (OSError, EOFError, TimeoutError) as error:
            status = type(error).__name__
            writer.close()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        done.append(Done(kind, status, (time.perf_counter() - when) * 1000))
    writer.close()


async def load(port: int, rate: int, seconds: int) -> tuple[list[Done], float]:
    """Requests at a rate, each at its time whether or not those before it are answered."""
    due: asyncio.Queue[tuple[float, str] | None] = asyncio.Queue()
    done: list[Done] = []
    lines = [asyncio.create_task(line(port, due, done)) for _ in range(LINES)]
    kinds = Random(1).choices(list(PER_HUNDRED), list(PER_HUNDRED.values()), k=rate * seconds)
    begun = time.perf_counter()
    for place, kind in enumerate(kinds):
        when = begun + place / rate
        await asyncio.sleep(max(0.0, when - time.perf_counter()))
        due.put_nowait((when, kind))
    for _ in lines:
        due.put_nowait(None)
    await asyncio.gather(*lines)
    return done, time.perf_counter() - begun


def shown(done: Sequence[Done], rate: int, took: float) -> Table:
    """The figures by kind of request."""
    title = f"{len(done):,} requests offered at {rate} a second, answered at {len(done) / took:.0f} a second"
    table = Table("request", "count", "without error", "median, ms", "95 of 100 within, ms", title=title)
    by_kind: dict[str, list[Done]] = defaultdict(list)
    for each in done:
        by_kind[each.kind].append(each)
    for kind, found in [*by_kind.items(), ("all", list(done))]:
        times = sorted(each.took for each in found)
        good = sum(each.status == "200" for each in found)
        within = times[int(0.95 * (len(times) - 1))]
        table.add_row(kind, f"{len(found):,}", f"{good:,}", f"{statistics.median(times):.1f}", f"{within:.1f}")
    return table


def main() -> int:
    """Serve, load, and tell; the exit code is 1 where anything was answered otherwise than it should."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rate", type=int, default=200, help="requests a second")
    parser.add_argument("--seconds", type=int, default=20)
    given = parser.parse_args()
    command = [sys.executable, "-m", "ipt_formulate.cli", "practice", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as serving:
        assert serving.stdout is not None
        address = re.search(r"http://127\.0\.0\.1:(\d+)", serving.stdout.readline())
        assert address, "the server did not start"
        try:
            done, took = asyncio.run(load(int(address[1]), given.rate, given.seconds))
        finally:
            serving.terminate()
    Console(width=120, highlight=False).print(shown(done, given.rate, took))
    wrong = Counter(each.status for each in done if each.status != "200")
    Console().print(f"Errors: {dict(wrong) or 'none'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
