"""The commands of a study on a cohort: synthesize, describe, diff, ablate; and REDCap's flat files in and out."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column, Table

from ipt_formulate.api import rulebase_for
from ipt_formulate.cli.agreeing import STUDY_NEEDED
from ipt_formulate.cli.cohorts import NEEDED, cohort_app
from ipt_formulate.cli.shared import JsonOption, TraditionOption
from ipt_formulate.errors import EngineUnavailable
from ipt_formulate.formulation.settings import Settings
from ipt_formulate.reasoning.schools import DEFAULT
from ipt_formulate.rulebase.loader import load_rulebase, shipped_rulebase

DataArgument = Annotated[
    Path, typer.Argument(metavar="DATA", help="Cases: Parquet, JSON Lines, or a folder of case files.")
]
STUDY_ONLY = "A STUDY, NEVER FOR USE: no rule base with a rule switched off may be used with anyone, and none is written. Safety rules cannot be switched off."
_SHOWN = 10


@cohort_app.command()
def synthesize(
    count: Annotated[int, typer.Argument(metavar="N", min=1, max=100_000_000, help="How many cases.")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="A .parquet file.")],
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same cases.")] = 1,
) -> None:
    """Draw synthetic cases, labelled as such. They describe nobody: they are there to rehearse a study."""
    with _needing(NEEDED):
        from ipt_formulate.cohort.synthetic import PREFIX, write_synthetic
    with _progress(count, "cases") as advance:
        write_synthetic(count, target, seed=seed, done=advance)
    typer.echo(f"{count:,} synthetic cases. They describe nobody; every id begins with {PREFIX}", err=True)


@cohort_app.command()
def describe(
    data: DataArgument,
    out: Annotated[
        Path, typer.Argument(metavar="OUT_DIR", help="A folder for report.md, report.json and the pictures.")
    ],
    tradition: TraditionOption = DEFAULT,
    suppress: Annotated[
        bool, typer.Option("--suppress", help="Leave out counts from 1 to 4, which may identify people.")
    ] = False,
) -> None:
    """Count areas, outcomes, rules and what was not recorded; with pictures."""
    with _needing(STUDY_NEEDED):
        from ipt_formulate.study import describe as study
        from ipt_formulate.study.data import count_of
        from ipt_formulate.study.pictures import draw
    base = rulebase_for(tradition, Settings(), None)
    with _progress(count_of(data), "cases") as advance:
        counted = study.describe(base, data, done=advance)
    found = study.plain(counted, suppress=suppress)
    out.mkdir(parents=True, exist_ok=True)
    pictures = draw(found, out)
    (out / "report.md").write_text(study.markdown(found, pictures), encoding="utf-8")
    told = {"rulebase_sha256": base.sha256, "tradition": tradition, **found}
    (out / "report.json").write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    typer.echo(f"{counted.cases:,} cases, {counted.refused:,} rows refused. Written: {out / 'report.md'}")


@cohort_app.command()
def diff(
    old: Annotated[Path, typer.Argument(metavar="RULES_OLD", help="A rule base, as it was.")],
    new: Annotated[Path, typer.Argument(metavar="RULES_NEW", help="A rule base, as it is now.")],
    data: DataArgument,
    tradition: TraditionOption = DEFAULT,
    ids: Annotated[
        Path | None, typer.Option(help="A .csv file for every change: id, conclusion, before, now, edits.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Tell who changes between two rule bases, which conclusion, and which edit did it."""
    with _needing(STUDY_NEEDED):
        from ipt_formulate.study import variants
        from ipt_formulate.study.data import count_of
    before, now = load_rulebase(old), load_rulebase(new)
    with _progress(count_of(data), "cases") as advance:
        found = variants.diff(before, now, data, tradition=tradition, done=advance)
    if ids is not None:
        with ids.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "conclusion", "before", "now", "how", "edits"])
            writer.writerows(
                [each.case, each.about, each.before, each.now, each.how, "; ".join(each.edits)] for each in found.shifts
            )
    if as_json:
        _print({"old": before.sha256, "new": now.sha256, "tradition": tradition, **asdict(found)})
        return
    console = Console(highlight=False)
    for edit in found.edits:
        console.print(f"{edit.kind} {edit.id}, {edit.how}. {edit.title}", markup=False, soft_wrap=True)
    table = Table(
        "conclusion", "which edit", Column("cases", justify="right"), title="What changes", title_justify="left"
    )
    for about, edits, count in variants.summary(found):
        table.add_row(about.replace("_", " "), edits, f"{count:,}")
    console.print(table)
    for edits, count in found.masked.items():
        if count:
            console.print(
                f"{edits}: alone it would change {count:,} cases that all edits together leave as they were.",
                markup=False,
                soft_wrap=True,
            )
    names = list(dict.fromkeys(each.case for each in found.shifts))
    if names:
        more = f" and {len(names) - _SHOWN:,} more (--ids FILE has all)" if len(names) > _SHOWN else ""
        console.print(f"Who: {', '.join(names[:_SHOWN])}{more}", markup=False, soft_wrap=True)
    console.print(f"{found.changed:,} of {found.cases:,} cases change.")


@cohort_app.command()
def ablate(
    data: DataArgument,
    tradition: TraditionOption = DEFAULT,
    rules: Annotated[Path | None, typer.Option(help="Another rule base than the shipped one.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Switch each rule off in turn, and each assumed number to the ends of its range; count the cases that change. A study, never for use."""
    with _needing(STUDY_NEEDED):
        from ipt_formulate.study import variants
    typer.echo(STUDY_ONLY, err=True)
    base = load_rulebase(rules) if rules else shipped_rulebase()
    with _progress(variants.ablations_of(base, tradition), "rules") as advance:
        cases, found = variants.ablate(base, data, tradition=tradition, told=lambda rule: advance(1))
    if as_json:
        _print(
            {
                "for_use": False,
                "note": STUDY_ONLY,
                "rulebase_sha256": base.sha256,
                "tradition": tradition,
                "cases": cases,
                "rules": [asdict(each) for each in found],
            }
        )
        return
    console = Console(highlight=False, width=max(Console().width, 100))
    table = Table(
        Column("switched off", overflow="fold"),
        *(Column(each, no_wrap=True) for each in ("as", "assumed")),
        *(Column(each, justify="right", no_wrap=True) for each in ("cases", "focus", "areas")),
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        title=f"What hangs on each rule and each assumed number, of {cases:,} cases",
        title_justify="left",
    )
    for each in sorted(
        (each for each in found if each.changed is not None and not each.note), key=lambda each: -each.any
    ):
        focus = max((count for name, count in (each.changed or {}).items() if name.startswith("focus_")), default=0)
        areas = max((count for name, count in (each.changed or {}).items() if name.startswith("area_")), default=0)
        table.add_row(
            each.rule, each.kind, "yes" if each.assumption else "", f"{each.any:,}", f"{focus:,}", f"{areas:,}"
        )
    console.print(table)
    for note in dict.fromkeys(each.note for each in found if each.note):
        names = [each.rule for each in found if each.note == note]
        console.print(f"{len(names)} rules, {note}.", markup=False, soft_wrap=True)
    console.print(STUDY_ONLY, markup=False, soft_wrap=True)


@cohort_app.command()
def from_redcap(
    source: Annotated[
        Path, typer.Argument(metavar="IN", help="A raw CSV export of REDCap, with repeating instruments.")
    ],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="A .parquet file of cases.")],
) -> None:
    """Turn REDCap's flat CSV into cases. Bad records go to OUT.problems.csv with id, place and reason; exit code 1 then."""
    with _needing(NEEDED):
        from ipt_formulate.cohort.files import write_cases
        from ipt_formulate.cohort.redcap import read_cases
    cases, problems = read_cases(source)
    write_cases(target, cases)
    typer.echo(f"{len(cases):,} cases written.", err=True)
    if problems:
        side = target.with_name(f"{target.name}.problems.csv")
        with side.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["where", "what", "remedy"])
            writer.writerows([each.where, each.what, each.remedy] for each in problems)
        told = "1 problem; its record is" if len(problems) == 1 else f"{len(problems):,} problems; their records are"
        typer.echo(f"{told} left out: {side}", err=True)
        raise typer.Exit(1)


@cohort_app.command()
def to_redcap(data: DataArgument, target: Annotated[Path, typer.Argument(metavar="OUT", help="A .csv file.")]) -> None:
    """Write cases as REDCap's flat CSV with repeating instruments."""
    with _needing(STUDY_NEEDED):
        from ipt_formulate.cohort.redcap import write_cases
        from ipt_formulate.study.ratings import read_cases
    cases = read_cases(data)
    write_cases(target, cases)
    typer.echo(f"{len(cases):,} cases written.", err=True)


@cohort_app.command()
def redcap_dictionary(target: Annotated[Path, typer.Argument(metavar="OUT", help="A .csv file.")]) -> None:
    """Write the data dictionary to upload to a REDCap project; all forms but case are made repeating there."""
    with _needing(NEEDED):
        from ipt_formulate.cohort.redcap import variables, write_dictionary
    write_dictionary(target)
    typer.echo(f"{len(variables()) + 1} variables.", err=True)


@contextmanager
def _needing(what: str) -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise EngineUnavailable(what) from error


@contextmanager
def _progress(total: int | None, what: str) -> Iterator[Any]:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(what, total=total)
        yield lambda done: progress.advance(task, done)


def _print(plain: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(plain, indent=2, ensure_ascii=False) + "\n")
