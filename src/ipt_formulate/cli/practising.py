"""The command that serves the practice page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from ipt_formulate.cli.shared import app
from ipt_formulate.errors import EngineUnavailable
from ipt_formulate.practice.files import cases_to_practise, read_teaching_cases

NEEDED: Final = "the practice page needs the extra practice; install it with: pip install 'ipt_formulate[practice]'"


@app.command()
def practice(
    cases: Annotated[
        Path | None,
        typer.Argument(metavar="[CASES_DIR]", help="A folder of teaching cases; the shipped ones if left out."),
    ] = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port on this machine; 0 for any that is free.")
    ] = 8471,
    trainer: Annotated[
        bool, typer.Option("--trainer", help="Let facts be changed, and the reasoning be seen, without an attempt.")
    ] = False,
) -> None:
    """Serve a page to practise on teaching cases, to this machine alone; it stores nothing."""
    try:
        from ipt_formulate.practice import server
    except ImportError as error:
        raise EngineUnavailable(NEEDED) from error
    found = cases_to_practise() if cases is None else read_teaching_cases(cases)
    with server.taken(port) as listening:
        number = listening.getsockname()[1]
        typer.echo(
            f"{len(found)} cases are at http://{server.HOST}:{number} (end with Ctrl-C). Nothing is stored: export what is to be kept."
        )
        try:
            server.serve(found, listening, trainer=trainer)
        except KeyboardInterrupt:
            typer.echo("Ended.")
