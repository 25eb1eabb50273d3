"""The command line. Exit codes: 0 done, 2 bad input with a clear message; never a traceback for bad input."""

from __future__ import annotations

import io
import os
import sys
from typing import NoReturn

from ipt_formulate.cli import (
    about_cases,
    about_rules,
    agreeing,
    answering,
    checking,
    cohorts,
    comparing,
    exchanging,
    following,
    interviewing,
    migrating,
    mutating,
    overlapping,
    planning,
    practising,
    proving,
    relapsing,
    sheets,
    studying,
    supervising,
    varying,
)
from ipt_formulate.cli.shared import app
from ipt_formulate.errors import InputError, IptFormulateError

__all__ = [
    "about_cases",
    "about_rules",
    "agreeing",
    "answering",
    "app",
    "checking",
    "cohorts",
    "comparing",
    "exchanging",
    "following",
    "interviewing",
    "main",
    "migrating",
    "mutating",
    "overlapping",
    "planning",
    "practising",
    "proving",
    "relapsing",
    "sheets",
    "studying",
    "supervising",
    "varying",
]


def main() -> None:
    """Run the command line; bad input ends with a message on standard error and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
        sys.stdout.flush()
    except InputError as error:
        _refuse(*map(str, error.problems))
    except IptFormulateError as error:
        _refuse(str(error))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has gone: nobody is left to tell
    except OSError as error:
        _refuse(f"cannot read or write here: {error.strerror}")


def _refuse(*messages: str) -> NoReturn:
    sys.stderr.write("".join(f"{message}\n" for message in messages))
    sys.exit(2)
