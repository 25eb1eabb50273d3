"""The command that interviews, and where it writes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ipt_formulate.cli.conversation import HEAD, Conversation
from ipt_formulate.cli.shared import TraditionOption, app, read_case
from ipt_formulate.errors import InputError, Problem
from ipt_formulate.interviews import interview as begin


@app.command(name="interview")
def interview_command(
    case: Annotated[
        str | None, typer.Argument(metavar="[CASE]", help="A case to go on with; a new one if left out.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Where the case is written; after every answer.")] = None,
    together: Annotated[
        bool, typer.Option("--together", help="A screen to look at with the client, in plain words.")
    ] = False,
    tradition: TraditionOption = "weissman",
) -> None:
    """Ask the best next question, again and again, and show how the picture changes; write the case as it grows."""
    target = _target(case, out)
    console = Console(highlight=False)
    with begin(read_case(case) if case else None, tradition=tradition) as session:
        conversation = Conversation(session, console, target, tradition=tradition, together=together)
        try:
            conversation.run()
        except (KeyboardInterrupt, EOFError):
            console.print()
        conversation.close()


def _target(case: str | None, out: Path | None) -> Path:
    """Where to write: the file that is gone on with if an interview wrote it, else a new one."""
    given = Path(case) if case and Path(case).is_file() else None
    if out is None:
        own = given is not None and given.read_text(encoding="utf-8", errors="replace").startswith(HEAD[:25])
        out = (
            given
            if given is not None and own
            else Path(f"{Path(case).stem}-interview.yaml" if case else "interview.yaml")
        )
    if out.exists() and not (given is not None and out.resolve() == given.resolve()):
        raise InputError(
            [Problem(str(out), "is there already", "go on with it as CASE, or give another file with --out")]
        )
    if out.parent.is_dir() and not os.access(out.parent, os.W_OK):
        raise InputError([Problem(str(out.parent), "cannot be written to", "give a file elsewhere with --out")])
    if not out.parent.is_dir():
        raise InputError(
            [Problem(str(out.parent), "is not a directory", "make it first, or give another file with --out")]
        )
    return out
