"""The command about the plan against a relapse."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from ipt_formulate.api import formulate
from ipt_formulate.cli.shared import CaseArgument, TraditionOption, app, read_case
from ipt_formulate.course.relapse import relapse_plan as draft
from ipt_formulate.course.sheets.files import to_yaml
from ipt_formulate.course.sheets.prompts import Reader
from ipt_formulate.report.relapse import relapse_to_text


@app.command()
def relapse_plan(
    case: CaseArgument,
    used: Annotated[
        list[str] | None, typer.Option(metavar="TECHNIQUE", help="A technique that was used; may be repeated.")
    ] = None,
    reader: Annotated[Reader, typer.Option("--for", help="For whom it is printed.")] = Reader.CLINICIAN,
    as_yaml: Annotated[bool, typer.Option("--yaml", help="As a part of a course file, to be edited by both.")] = False,
    tradition: TraditionOption = "weissman",
) -> None:
    """Draft the plan against a relapse: signs, situations, what helped, whom to call, what to do, follow-up."""
    formulation = formulate(read_case(case), tradition=tradition)
    plan = draft(formulation, used=used or ())
    sys.stdout.write(to_yaml(plan) if as_yaml else relapse_to_text(plan, reader, formulation.safety))
