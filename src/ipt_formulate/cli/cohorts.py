"""The commands for whole cohorts: many cases in a file, evaluated by columns."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from ipt_formulate.cli.shared import SetOption, TraditionOption, app, settings_from
from ipt_formulate.errors import EngineUnavailable
from ipt_formulate.reasoning.schools import DEFAULT

cohort_app = typer.Typer(
    help="Many cases at once, as columns. It checks formulation logic; it never screens anyone.", no_args_is_help=True
)
app.add_typer(cohort_app, name="cohort")
NEEDED = "cohorts need pyarrow and numpy; install them with: pip install 'ipt_formulate[cohort]'"


@cohort_app.command()
def run(
    source: Annotated[Path, typer.Argument(metavar="IN", help="Cases: Parquet, or JSON Lines with a case a line.")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="The results: a .parquet or .jsonl file.")],
    tradition: TraditionOption = DEFAULT,
    rules: Annotated[Path | None, typer.Option(help="Another rule base than the shipped one.")] = None,
    told: SetOption = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; as many as there are cores if left out.")
    ] = None,
) -> None:
    """Evaluate every case of a file. After an interruption the same command takes up where it was."""
    try:
        from ipt_formulate.cohort import runs, sharing
    except ImportError as error:
        raise EngineUnavailable(NEEDED) from error
    sharing.keep_memory()
    console, begun = Console(stderr=True), time.monotonic()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(""), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("cases")
        summary = runs.run(
            source,
            target,
            tradition=tradition,
            rules=rules,
            parameters=tuple(sorted(settings_from(told).parameters.items())),
            workers=workers,
            started=lambda rows: progress.update(task, total=rows),
            done=lambda rows: progress.advance(task, rows),
        )
    seconds = max(time.monotonic() - begun, 1e-9)
    fresh = summary.rows - summary.resumed
    console.print(
        f"{summary.rows:,} cases, {summary.refused:,} of them refused; {fresh / seconds:,.0f} cases a second.",
        highlight=False,
    )
    if summary.resumed:
        console.print(f"{summary.resumed:,} cases were taken up from an earlier run.", highlight=False)
    if summary.problems is not None:
        console.print(f"Why the others were refused: {summary.problems}", markup=False, soft_wrap=True)


@cohort_app.command()
def schema() -> None:
    """Print the Arrow schema of a cohort."""
    try:
        from ipt_formulate.cohort.units import expected_columns
    except ImportError as error:
        raise EngineUnavailable(NEEDED) from error
    sys.stdout.write(expected_columns() + "\n")


class _Rate(TextColumn):
    """Cases a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed or 0:,.0f}/s")
