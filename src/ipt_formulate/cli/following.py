"""The commands that follow courses: progress and caseload."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ipt_formulate.api import formulate
from ipt_formulate.case.files import write_text
from ipt_formulate.cli.shared import JsonOption, app, look_for_page, show, write_page
from ipt_formulate.course.calendar import to_calendar
from ipt_formulate.course.caseload import caseload as caseload_of
from ipt_formulate.course.files import load_course
from ipt_formulate.course.progress import progress as progress_of
from ipt_formulate.course.record import CourseRecord
from ipt_formulate.course.timetable import as_agreed
from ipt_formulate.errors import InputError, Problem
from ipt_formulate.report.chart import chart as chart_of
from ipt_formulate.report.circles import circles_picture
from ipt_formulate.report.page import to_html
from ipt_formulate.report.progress import caseload_sections, progress_sections


@app.command()
def progress(
    course_file: Annotated[Path, typer.Argument(metavar="COURSE_FILE", help="A course file (YAML or JSON).")],
    as_json: JsonOption = False,
    chart: Annotated[
        Path | None, typer.Option(metavar="OUT.svg", help="Write the chart of measures, phases and events.")
    ] = None,
    circles: Annotated[
        Path | None, typer.Option(metavar="OUT.svg", help="Write the closeness circles with their difference.")
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(metavar="OUT.html", help="Write one page: the formulation with its pictures, and the course."),
    ] = None,
    calendar: Annotated[
        Path | None, typer.Option(metavar="OUT.ics", help="Write the appointments, without clinical content.")
    ] = None,
) -> None:
    """Show how a course stands: safety, what to look at, the measures by stated definitions, mood and circles."""
    look_for_page(chart, ".svg")
    look_for_page(circles, ".svg")
    look_for_page(calendar, ".ics")
    look_for_page(html)
    course = load_course(course_file)
    found = progress_of(course)
    if html is not None:
        write_page(html, _page(course), quietly=True)
    if chart is not None:
        write_text(chart, chart_of(found))
    if circles is not None:
        write_text(circles, circles_picture(found.circles))
    if calendar is not None:
        write_text(calendar, to_calendar(course, name=course_file.stem).decode("utf-8"))
    if as_json:
        sys.stdout.write(found.model_dump_json(indent=2) + "\n")
    else:
        show(progress_sections(found))


def _page(course: CourseRecord) -> str:
    """The page of the course's case, with the client's last answer in it, and of how the course stands."""
    if course.known_case is None:
        raise InputError([Problem("case", "is not recorded", "name the file of the case, or leave out --html")])
    return to_html(formulate(as_agreed(course.known_case, course), tradition=course.tradition), course=course)


@app.command()
def caseload(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A folder with course files.")],
    as_json: JsonOption = False,
) -> None:
    """Show one row a client: the session, the agreement, what is due, no gain, the ending, safety. Exit code 2 where a file has problems."""
    found = caseload_of(directory)
    if as_json:
        sys.stdout.write(found.model_dump_json(indent=2) + "\n")
    else:
        show(caseload_sections(found))
    if found.problems:
        sys.stdout.flush()
        raise InputError([Problem(each.where, each.what, each.remedy) for each in found.problems])
