"""Commands about cases: formulate, why, schema, cases, demo."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ipt_formulate.api import formulate as formulate_case
from ipt_formulate.case.case import Case
from ipt_formulate.case.files import example, example_names
from ipt_formulate.cli.shared import (
    DEMO_CASE,
    CaseArgument,
    JsonOption,
    RulesOption,
    SetOption,
    TraditionOption,
    app,
    formulated,
    look_for_room,
    say,
    show,
)
from ipt_formulate.errors import InputError, Problem
from ipt_formulate.report.text import sections
from ipt_formulate.vocabulary import EngineName, ProblemArea


@app.command()
def formulate(
    case: CaseArgument,
    as_json: JsonOption = False,
    engine: Annotated[
        EngineName, typer.Option(help="Which engine derives it; auto takes durable where it can be imported.")
    ] = EngineName.AUTO,
    tradition: TraditionOption = "weissman",
    site: SetOption = None,
    rules: RulesOption = None,
    html: Annotated[
        Path | None, typer.Option(metavar="OUT", help="Write one page with pictures to this .html file instead.")
    ] = None,
) -> None:
    """Formulate a case: safety, focus, why, why not, not known, ask next, techniques."""
    if html is not None:
        _look_at(html)
    formulation = formulated(case, tradition, rules, site, engine)
    if html is not None:
        html.write_text(formulation.to_html(), encoding="utf-8")
    if as_json:
        sys.stdout.write(formulation.model_dump_json(indent=2) + "\n")
    elif html is not None:
        sys.stdout.write(f"The page is in {html}\n")
    else:
        show(sections(formulation))


def _look_at(page: Path) -> None:
    """See before the work whether a page can be written there, and that it takes the place of nothing but a page."""
    if page.suffix.lower() not in (".html", ".htm"):
        raise InputError([Problem(str(page), "is no name of a page", "give a file that ends in .html")])
    look_for_room(file=page)


@app.command()
def why(
    case: CaseArgument,
    area: Annotated[ProblemArea | None, typer.Argument(help="One area; all of them if left out.")] = None,
    site: SetOption = None,
    rules: RulesOption = None,
    tradition: TraditionOption = "weissman",
) -> None:
    """Show the reasoning behind the areas: every rule and test, with its verdict, field and sources."""
    sys.stdout.write(f"{formulated(case, tradition, rules, site).why(area)}\n")


@app.command()
def schema() -> None:
    """Print the JSON Schema of a case."""
    sys.stdout.write(json.dumps(Case.model_json_schema(), indent=2) + "\n")


@app.command()
def cases() -> None:
    """List the shipped cases."""
    for name in example_names():
        typer.echo(name)


@app.command()
def demo() -> None:
    """Formulate a published case, then answer what was asked and see the focus settle."""
    case = example(DEMO_CASE)
    console = Console()
    say(console, f"A published case, coded from its summary alone: {DEMO_CASE}\n")
    show(sections(formulate_case(case)))
    say(console, "Suppose both questions were now asked, briefly, and nothing came up. Then:\n")
    for name in ("conflicts", "changes"):
        case = case.with_(f"inventory.inquiry.{name}", "brief")
    show(tuple(section for section in sections(formulate_case(case)) if section.title == "Focus"))
    say(
        console,
        f"Next: ipt-formulate why {DEMO_CASE} grief; ipt-formulate cases; ipt-formulate rule grief.near_onset_or_worsening",
    )
