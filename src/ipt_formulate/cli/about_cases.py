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
    RulesOption,
    SetOption,
    TraditionOption,
    app,
    formulated,
    look_for_page,
    say,
    show,
    write_page,
)
from ipt_formulate.errors import InputError, Problem
from ipt_formulate.formulation.model import Formulation
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
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="VERSION", help="Replay with an earlier released rule base.")
    ] = None,
    rules: RulesOption = None,
    html: Annotated[
        Path | None, typer.Option(metavar="OUT", help="Write one page with pictures to this .html file instead.")
    ] = None,
    markdown: Annotated[
        Path | None,
        typer.Option(metavar="OUT", help="Write the report as Markdown to this .md file; - is the screen."),
    ] = None,
    client: Annotated[
        Path | None, typer.Option(metavar="OUT", help="Write what can be handed to the client to this .html file.")
    ] = None,
    with_safety: Annotated[
        bool, typer.Option("--with-safety", help="With --client: keep the answers about safety.")
    ] = False,
    with_unsafe_people: Annotated[
        bool,
        typer.Option("--with-unsafe-people", help="With --client: keep those of whom violence or fear is recorded."),
    ] = False,
    mermaid: Annotated[
        bool, typer.Option("--mermaid", help="With --markdown: the reasoning tree as a Mermaid diagram, too.")
    ] = False,
) -> None:
    """Formulate a case: safety, focus, why, why not, not known, ask next, techniques."""
    _look_at_options(
        {"--mermaid": (mermaid, "--markdown", markdown)}
        | {"--with-safety": (with_safety, "--client", client)}
        | {"--with-unsafe-people": (with_unsafe_people, "--client", client)}
    )
    to_screen = markdown == _SCREEN
    if to_screen and as_json:
        raise InputError([Problem("--markdown -", "does not go with --json", "give a file, or one of them")])
    look_for_page(html)
    look_for_page(client)
    look_for_page(None if to_screen else markdown, ".md", ".markdown")
    formulation = formulated(case, tradition, rules, site, engine, as_of)
    if html is not None:
        write_page(html, formulation.to_html(), quietly=as_json or to_screen)
    if markdown is not None:
        text = formulation.to_markdown(pictures="mermaid" if mermaid else "none")
        sys.stdout.write(text) if to_screen else write_page(markdown, text, quietly=as_json)
    if client is not None:
        _write_for_client(
            client,
            formulation,
            with_safety=with_safety,
            with_unsafe_people=with_unsafe_people,
            quietly=as_json or to_screen,
        )
    if as_json:
        sys.stdout.write(formulation.model_dump_json(indent=2) + "\n")
    elif html is None and markdown is None and client is None:
        show(sections(formulation))


def _look_at_options(needed: dict[str, tuple[bool, str, Path | None]]) -> None:
    """Raises InputError where an option is given without the one it belongs to."""
    for name, (given, other, there) in needed.items():
        if given and there is None:
            raise InputError([Problem(name, f"goes with {other} only", f"add {other} and a file")])


def _write_for_client(
    path: Path, formulation: Formulation, *, with_safety: bool, with_unsafe_people: bool, quietly: bool
) -> None:
    """Write the client's page, and tell the clinician on standard error what is not on it and who was not asked about."""
    from ipt_formulate.report.client import client_page  # it takes the course as well, which no other output needs

    page = client_page(formulation, with_safety=with_safety, with_unsafe_people=with_unsafe_people)
    write_page(path, page.html, quietly=quietly)
    for each in page.for_the_clinician():
        typer.echo(each, err=True)


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
