"""The command about work sheets: list them, print one blank or filled, and check what was filled in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ipt_formulate.api import formulate
from ipt_formulate.case.case import Case
from ipt_formulate.cli.shared import TraditionOption, app, look_for_page, read_case, write_page
from ipt_formulate.course.sheets.files import load_sheet, parse_sheet, to_yaml
from ipt_formulate.course.sheets.gates import against
from ipt_formulate.course.sheets.kinds import MODELS, model_of
from ipt_formulate.course.sheets.prompts import Reader, SheetText
from ipt_formulate.course.sheets.sheet import WorkSheet
from ipt_formulate.course.sheets.texts import sheet_text, shipped_sheets
from ipt_formulate.errors import InputError, Problem
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.report.text import safety_section
from ipt_formulate.report.work_sheets import of_example, sheet_to_fill_in, sheet_to_text


@app.command()
def sheet(
    kind: Annotated[str | None, typer.Argument(metavar="[KIND]", help="A kind of sheet; the list if left out.")] = None,
    reader: Annotated[Reader, typer.Option("--for", help="In whose words.")] = Reader.CLINICIAN,
    example: Annotated[bool, typer.Option("--example", help="Filled with its example, which is composed.")] = False,
    as_yaml: Annotated[bool, typer.Option("--yaml", help="As a file to fill in.")] = False,
    html: Annotated[Path | None, typer.Option(metavar="OUT", help="Write a printable A4 page to this file.")] = None,
    check: Annotated[Path | None, typer.Option(metavar="FILE", help="Check a sheet that was filled in.")] = None,
    case: Annotated[
        str | None, typer.Option(metavar="CASE", help="With --check: the case, whose safety and gates are looked at.")
    ] = None,
    tradition: TraditionOption = "weissman",
) -> None:
    """Print a work sheet of a session, or check one that was filled in; without KIND, list them."""
    _refuse_what_does_not_go_together(
        {"--example": example, "--yaml": as_yaml, "--html": html, "--check": check, "--case": case, "KIND": kind}
    )
    look_for_page(html)
    if kind is None:
        for text in shipped_sheets().values():
            typer.echo(f"{text.id:24}{text.title}. {text.purpose.words(reader)}")
        return
    model_of(kind)
    text = sheet_text(kind)
    if check is not None:
        filled = load_sheet(check, kind)
        told = read_case(case) if case else None
        formulation = formulate(told, tradition=tradition) if told else None
        _checked(filled, text, told, formulation, str(check))
        if html is not None:
            _write_page(html, text, reader, filled, None, formulation)
        return
    shown = parse_sheet(text.example.sheet, kind) if example else None
    if html is not None:
        _write_page(html, text, reader, shown, text.example.note if example else None, None)
    elif as_yaml:
        sys.stdout.write(f"# {text.example.note}\n{to_yaml(shown)}" if shown else sheet_to_fill_in(text, reader))
    else:
        note = f"{of_example(text).plain()}\n\n" if example else ""
        sys.stdout.write(note + sheet_to_text(text, reader, shown))


def _refuse_what_does_not_go_together(given: dict[str, object]) -> None:
    """Raises InputError where one option makes no sense beside, or without, another."""
    there = {name for name, value in given.items() if value}
    if there and "KIND" not in there:
        raise InputError([Problem(min(there), "is about one kind of sheet", f"name it: {', '.join(MODELS)}")])
    if "--case" in there and "--check" not in there:
        raise InputError([Problem("--case", "goes with --check only", "add --check and the sheet that was filled in")])
    for first, second in (("--check", "--example"), ("--check", "--yaml"), ("--html", "--yaml")):
        if {first, second} <= there:
            raise InputError([Problem(second, f"does not go with {first}", "give one of them")])


def _checked(filled: WorkSheet, text: SheetText, case: Case | None, formulation: Formulation | None, name: str) -> None:
    """Print safety and cautions; raises InputError where the case forbids the sheet as it is."""
    cautions = list(filled.cautions())
    if case is not None and formulation is not None:
        held = against(filled, text.technique, case, formulation)
        typer.echo(f"{safety_section(formulation.safety).plain()}\n")
        if held.problems:
            raise InputError(Problem(f"{name}: {each.where}", each.what, each.remedy) for each in held.problems)
        cautions += held.cautions
    for caution in cautions:
        typer.echo(f"caution: {caution}")
    typer.echo("Nothing in its form stands against this sheet.")
    if case is None:
        typer.echo("Safety was not looked at: add --case with the client's case.")


def _write_page(
    path: Path,
    text: SheetText,
    reader: Reader,
    filled: WorkSheet | None,
    note: str | None,
    formulation: Formulation | None,
) -> None:
    from ipt_formulate.report.work_sheet_page import sheet_to_html  # only a page needs the template engine

    page = sheet_to_html(text, reader, filled, note=note, formulation=formulation)
    write_page(path, page)
