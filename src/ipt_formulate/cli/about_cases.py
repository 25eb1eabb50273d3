"""Commands about cases: formulate, why, schema, cases, demo."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from ipt_formulate.api import formulate as formulate_case
from ipt_formulate.case.files import example, example_names
from ipt_formulate.cli.shared import (
    DEMO_CASE,
    CaseArgument,
    JsonOption,
    SetOption,
    TraditionOption,
    app,
    look_for_page,
    read_case,
    say,
    settings_from,
    show,
    write_page,
)
from ipt_formulate.errors import InputError, Problem
from ipt_formulate.interchange.fhir.questionnaire import to_questionnaire
from ipt_formulate.interchange.schemas import schema as schema_of
from ipt_formulate.interchange.schemas import schema_names
from ipt_formulate.report.text import sections
from ipt_formulate.vocabulary import EngineName, ProblemArea

_SCREEN = Path("-")


_FORMS: Final = {"questionnaire-r5": "R5", "questionnaire-r4": "R4"}


@app.command()
def formulate(
    case: CaseArgument,
    as_json: JsonOption = False,
    engine: Annotated[
        EngineName, typer.Option(help="Which engine derives it; auto takes durable where it can be imported.")
    ] = EngineName.AUTO,
    tradition: TraditionOption = "weissman",
    site: SetOption = None,
    html: Annotated[
        Path | None, typer.Option(metavar="OUT", help="Write one page with pictures to this .html file instead.")
    ] = None,
    markdown: Annotated[
        Path | None,
        typer.Option(metavar="OUT", help="Write the report as Markdown to this .md file; - is the screen."),
    ] = None,
    mermaid: Annotated[
        bool, typer.Option("--mermaid", help="With --markdown: the reasoning tree as a Mermaid diagram, too.")
    ] = False,
) -> None:
    """Formulate a case: safety, focus, why, why not, not known, ask next, techniques."""
    if mermaid and markdown is None:
        raise InputError([Problem("--mermaid", "goes with --markdown only", "add --markdown and a file")])
    to_screen = markdown == _SCREEN
    if to_screen and as_json:
        raise InputError([Problem("--markdown -", "does not go with --json", "give a file, or one of them")])
    look_for_page(html)
    look_for_page(None if to_screen else markdown, ".md", ".markdown")
    formulation = formulate_case(read_case(case), engine=engine, tradition=tradition, settings=settings_from(site))
    if html is not None:
        write_page(html, formulation.to_html(), quietly=as_json or to_screen)
    if markdown is not None:
        text = formulation.to_markdown(pictures="mermaid" if mermaid else "none")
        sys.stdout.write(text) if to_screen else write_page(markdown, text, quietly=as_json)
    if as_json:
        sys.stdout.write(formulation.model_dump_json(indent=2) + "\n")
    elif html is None and markdown is None:
        show(sections(formulation))


@app.command()
def why(
    case: CaseArgument,
    area: Annotated[ProblemArea | None, typer.Argument(help="One area; all of them if left out.")] = None,
    site: SetOption = None,
) -> None:
    """Show the reasoning behind the areas: every rule and test, with its verdict, field and sources."""
    sys.stdout.write(f"{formulate_case(read_case(case), settings=settings_from(site)).why(area)}\n")


@app.command()
def schema(
    of: Annotated[str, typer.Argument(metavar="OF", help=f"One of: {', '.join((*schema_names(), *_FORMS))}.")] = "case",
) -> None:
    """Print the JSON Schema of a case, course, formulation or plan, or a case's fields as a FHIR Questionnaire."""
    told = to_questionnaire(_FORMS[of]) if of in _FORMS else schema_of(of)
    sys.stdout.write(json.dumps(told, indent=2) + "\n")


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
