"""The command that compares raters: people, the library, and its traditions."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from ipt_formulate.cli.shared import JsonOption, app
from ipt_formulate.errors import EngineUnavailable, InputError, Problem

if TYPE_CHECKING:
    from ipt_formulate.study.agreement import Agreement
    from ipt_formulate.study.coefficients import Coefficient

STUDY_NEEDED: Final = "studies need the extra study; install it with: pip install 'ipt_formulate[study]'"
RATERS = (
    "A file of marks (CSV, Parquet, JSON Lines), cohort results, a folder of cases with author.yaml, or a tradition."
)


@app.command()
def agreement(
    raters: Annotated[list[str], typer.Argument(metavar="A B [C ...]", help=RATERS)],
    cases: Annotated[
        Path | None, typer.Option(help="The cases, where a rater is a tradition: a folder or a file.")
    ] = None,
    unknown: Annotated[
        Literal["left-out", "category"], typer.Option(help="How unknown marks are treated.")
    ] = "left-out",
    focus: Annotated[
        Literal["leading", "settled"],
        typer.Option(help="Which focus of the library counts: also one that leads alone, or only a chosen one."),
    ] = "leading",
    resamples: Annotated[int, typer.Option(min=0, max=100_000, help="Bootstrap resamples; 0 for no intervals.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="The seed of the resamples.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """Compare raters with one another, with the library, or the library's traditions."""
    try:
        from ipt_formulate.study import agreement as study
        from ipt_formulate.study.ratings import check_rater, read_cases, read_rater
    except ImportError as error:
        raise EngineUnavailable(STUDY_NEEDED) from error
    if len(raters) < 2:
        raise InputError([Problem("raters", "there must be at least two", "name two files, folders or traditions")])
    for each in raters:
        check_rater(each)
    console = Console(stderr=True)
    known = read_cases(cases) if cases is not None else None
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        read = []
        for name in raters:
            of_library = progress.add_task(name, total=len(known or ()) or None)
            settled = focus == "settled"
            read.append(read_rater(name, known, settled=settled, done=partial(progress.advance, of_library)))
            progress.remove_task(of_library)
        task = progress.add_task("comparing", total=len(study.ITEMS))
        found = study.compare(
            read,
            unknown_as_category=unknown == "category",
            settled=focus == "settled",
            resamples=resamples,
            seed=seed,
            done=lambda item: progress.advance(task),
        )
    if as_json:
        plain = {**asdict(found), "published": study.published(), "grras": study.grras(found)}
        sys.stdout.write(json.dumps(plain, indent=2, ensure_ascii=False) + "\n")
        return
    show_agreement(found)


def show_agreement(found: Agreement) -> None:
    """Print a comparison."""
    from ipt_formulate.study import agreement as study

    console = Console(highlight=False, width=max(Console().width, 100))
    console.print(
        f"Raters: {', '.join(found.raters)}. Cases rated by all: {len(found.cases)}.", markup=False, soft_wrap=True
    )
    for name, count in zip(found.raters, found.left_out, strict=True):
        if count:
            console.print(f"{name}: {count} cases left out, not rated by all.", markup=False, soft_wrap=True)
    console.print(found.unknown, markup=False, soft_wrap=True)
    table = Table("item", "coefficient", "value", "95% interval", "cases", title="Agreement", title_justify="left")
    for item in found.items:
        for place, each in enumerate(item.coefficients):
            table.add_row(
                "" if place else item.item.replace("_", " "),
                each.name,
                _number(each.value),
                _interval(each),
                str(each.cases),
            )
        table.add_section()
    console.print(table)
    _show_published(console, found)
    for told in found.disagreements:
        answers = "; ".join(f"{rater}: {said}" for rater, said in zip(found.raters, told.answers, strict=True))
        console.print(f"{told.case}, {told.item.replace('_', ' ')}. {answers}.", markup=False, soft_wrap=True)
        if told.why:
            decided = f" [{', '.join(told.rules)}]" if told.rules else ""
            console.print(f"  Library: {told.why}{decided}", markup=False, soft_wrap=True)
    console.print(
        f"{len(found.disagreements)} disagreements on {len({each.case for each in found.disagreements})} cases."
    )
    table = Table("", "to report (GRRAS)", "filled in", title="Reporting", title_justify="left")
    for number, asks, filled in study.grras(found):
        table.add_row(str(number), asks, filled or "for the researcher to write")
    console.print(table)


def _show_published(console: Console, found: Agreement) -> None:
    from ipt_formulate.study import agreement as study

    told = study.published()
    heads = [f"{each['short']} ({each['raters']} raters, {each['material']})" for each in told["studies"]]
    table = Table(
        "item",
        "here",
        "on the scale",
        *heads,
        title="Beside the published studies of therapists (kappa)",
        title_justify="left",
    )
    for item in found.items:
        wanted = "Fleiss' kappa" if len(found.raters) > 2 else "Cohen's kappa"
        kappa = next(each for each in item.coefficients if each.name == wanted)
        here = f"{_number(kappa.value)} ({_interval(kappa)}, n={kappa.cases})"
        values = [f"{each['kappa'][item.item]:.2f}" if item.item in each["kappa"] else "-" for each in told["studies"]]
        table.add_row(item.item.replace("_", " "), here, item.band or "-", *values)
    console.print(table)
    for each in told["studies"]:
        console.print(f"{each['short']}: {each['source']} (read: {each['read']}).", markup=False, soft_wrap=True)
    console.print(
        f"Scale: {told['scale']['source']}. A scale of words says nothing of what is enough.",
        markup=False,
        soft_wrap=True,
    )


def _number(value: float | None) -> str:
    return "not defined" if value is None else f"{value:.2f}"


def _interval(each: Coefficient) -> str:
    if each.low is None or each.high is None:
        return "none"
    partly = f", {each.defined:.0%} of resamples defined" if each.defined < 1 else ""
    return f"{each.low:.2f} to {each.high:.2f}{partly}"
