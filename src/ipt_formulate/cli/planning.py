"""The command that lays out a course of treatment."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer

from ipt_formulate.api import formulate
from ipt_formulate.case.case import Case
from ipt_formulate.case.files import example_names
from ipt_formulate.cli.shared import (
    JsonOption,
    SetOption,
    TraditionOption,
    app,
    read_case,
    settings_from,
    show,
)
from ipt_formulate.course.contents import CourseSetting
from ipt_formulate.course.files import load_course
from ipt_formulate.course.plan import plan as plan_course
from ipt_formulate.course.timetable import as_agreed
from ipt_formulate.documents import read_document
from ipt_formulate.report.course import plan_sections


class Reader(StrEnum):
    """For whom something is printed."""

    CLINICIAN = "clinician"
    CLIENT = "client"


@app.command()
def plan(
    case: Annotated[
        str,
        typer.Argument(metavar="CASE", help="A case file, the name of a shipped case, or a course file with its case."),
    ],
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
    settings = settings_from(site)
    if _is_course(case):
        record = load_course(case)
        told = as_agreed(record.known_case or Case(), record)
        setting = CourseSetting(variant=variant or record.variant, sessions=sessions or record.sessions)
        course = plan_course(formulate(told, tradition=record.tradition, settings=settings), setting)
    else:
        formulation = formulate(read_case(case), tradition=tradition, settings=settings)
        course = plan_course(formulation, CourseSetting(variant=variant, sessions=sessions))
    if as_json:
        sys.stdout.write(course.model_dump_json(indent=2) + "\n")
    else:
        words: Literal["clinician", "client"] = "client" if reader is Reader.CLIENT else "clinician"
        show(plan_sections(course, reader=words))


def _is_course(name: str) -> bool:
    """Whether a file is a course file: it begins with the version of that form."""
    if name in example_names() or not Path(name).is_file():
        return False
    content = read_document(name).content
    return isinstance(content, dict) and "course" in content
