"""Serves the practice page to this machine alone. With `practice.app`, the only module that knows the web library.

Quirks of uvicorn that are met here: it would log addresses and tracebacks, which can tell of a case, so it logs
nothing; it takes a port at the start of its loop, too late for a plain message, so the port is taken before.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Mapping
from typing import Final

import uvicorn

from ipt_formulate.errors import InputError, Problem
from ipt_formulate.practice.app import application
from ipt_formulate.practice.guard import MOST_SECONDS
from ipt_formulate.practice.teaching import TeachingCase

HOST: Final = "127.0.0.1"
PORT: Final = 8471
MOST_AT_ONCE: Final = 256
"""Connections beyond these are told to come again."""
_MOST_OF_HEAD: Final = 16 * 1024


def taken(port: int = PORT) -> socket.socket:
    """A port of this machine, taken for the page; nobody elsewhere can reach it.

    Args:
        port: the port; 0 for any that is free.

    Raises:
        InputError: it is taken, or may not be taken.
    """
    try:
        return socket.create_server((HOST, port), backlog=MOST_AT_ONCE)
    except OSError as error:
        what = "is taken by another program" if error.errno == errno.EADDRINUSE else "cannot be taken"
        raise InputError([Problem("--port", what, "give another, or 0 for any that is free")]) from None


def server(
    cases: Mapping[str, TeachingCase], port: int, *, trainer: bool = False, seconds: float = MOST_SECONDS
) -> uvicorn.Server:
    """The server, not yet running.

    Args:
        cases: the teaching cases by name.
        port: the port that was taken.
        trainer: whether facts can be changed.
        seconds: how long the body of a request may take to arrive.
    """
    return uvicorn.Server(
        uvicorn.Config(
            application(cases, port=port, trainer=trainer, seconds=seconds),
            loop="asyncio",
            http="h11",
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            log_level="critical",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            limit_concurrency=MOST_AT_ONCE,
            timeout_graceful_shutdown=2,
            h11_max_incomplete_event_size=_MOST_OF_HEAD,
        )
    )


def serve(cases: Mapping[str, TeachingCase], listening: socket.socket, *, trainer: bool = False) -> None:
    """Serve until it is interrupted.

    Args:
        cases: the teaching cases by name.
        listening: what `taken` gave.
        trainer: whether facts can be changed.
    """
    server(cases, listening.getsockname()[1], trainer=trainer).run(sockets=[listening])
