"""The command about the plan against a relapse."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ipt_formulate.api import formulate
from ipt_formulate.cli.shared import CaseArgument, TraditionOption, app, look_for_page, read_case, write_page
from ipt_formulate.course.relapse import load_relapse_plan, unsafe_contacts
from ipt_formulate.course.relapse import relapse_plan as draft
from ipt_formulate.course.sheets.files import to_yaml
from ipt_formulate.course.sheets.prompts import Reader
from ipt_formulate.errors import InputError, Problem
from ipt_formulate.report.relapse import relapse_to_html, relapse_to_text


@app.command()
def relapse_plan(
    case: CaseArgument,
    used: Annotated[
        list[str] | None, typer.Option(metavar="TECHNIQUE", help="A technique that was used; may be repeated.")
    ] = None,
    reader: Annotated[Reader, typer.Option("--for", help="For whom it is printed.")] = Reader.CLINICIAN,
    as_yaml: Annotated[bool, typer.Option("--yaml", help="As a part of a course file, to be edited by both.")] = False,
    html: Annotated[Path | None, typer.Option(metavar="OUT", help="Write a printable page to this file.")] = None,
    edited: Annotated[
        Path | None, typer.Option("--check", metavar="FILE", help="Check and print this plan instead of drafting one.")
    ] = None,
    tradition: TraditionOption = "weissman",
) -> None:
    """Draft the plan against a relapse: signs, situations, what helped, whom to call, what to do, follow-up."""
    if edited is not None and used:
        raise InputError([Problem("--used", "does not go with --check", "change the skills in the file")])
    look_for_page(html)
    formulation = formulate(read_case(case), tradition=tradition)
    plan = load_relapse_plan(edited) if edited else draft(formulation, used=used or ())
    if unsafe := unsafe_contacts(plan, formulation):
        raise InputError(Problem(f"{edited}: {each.where}", each.what, each.remedy) for each in unsafe)
    if html is not None:
        write_page(html, relapse_to_html(plan, reader, formulation.safety))
    else:
        sys.stdout.write(to_yaml(plan) if as_yaml else relapse_to_text(plan, reader, formulation.safety))
