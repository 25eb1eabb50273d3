"""The command that lays out a course of treatment."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated, Literal

import typer

from ipt_formulate.api import formulate
from ipt_formulate.cli.shared import (
    CaseArgument,
    JsonOption,
    SetOption,
    TraditionOption,
    app,
    read_case,
    settings_from,
    show,
)
from ipt_formulate.course.contents import CourseSetting
from ipt_formulate.course.plan import plan as plan_course
from ipt_formulate.report.course import plan_sections


class Reader(StrEnum):
    """For whom something is printed."""

    CLINICIAN = "clinician"
    CLIENT = "client"


@app.command()
def plan(
    case: CaseArgument,
    variant: Annotated[
        str | None,
        typer.Option(
            help="standard, brief, counselling, counselling_three, group or maintenance; what fits, if left out."
        ),
    ] = None,
    sessions: Annotated[int | None, typer.Option(min=1, max=60, help="How many sessions are agreed.")] = None,
    reader: Annotated[
        Reader, typer.Option("--for", help="In words for the clinician or for the client.")
    ] = Reader.CLINICIAN,
    tradition: TraditionOption = "weissman",
    site: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Lay out the course: what to offer, goals, sessions in three phases, measures due, the review, the ending."""
    formulation = formulate(read_case(case), tradition=tradition, settings=settings_from(site))
    course = plan_course(formulation, CourseSetting(variant=variant, sessions=sessions))
    if as_json:
        sys.stdout.write(course.model_dump_json(indent=2) + "\n")
    else:
        words: Literal["clinician", "client"] = "client" if reader is Reader.CLIENT else "clinician"
        show(plan_sections(course, reader=words))
