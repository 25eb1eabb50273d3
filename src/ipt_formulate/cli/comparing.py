"""Commands that compare: the schools on one case, and two rule bases on a folder of cases."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from ipt_formulate.case.case import Case
from ipt_formulate.cli.shared import (
    CaseArgument,
    JsonOption,
    RulesOption,
    TraditionOption,
    app,
    read_case,
    read_cases,
    rulebase_told,
    show,
)
from ipt_formulate.errors import Problem, RuleBaseError
from ipt_formulate.reasoning.outcomes import Difference
from ipt_formulate.reasoning.schools import DEFAULT, School, compare_schools
from ipt_formulate.reasoning.versions import Change, changed_answers, changes_between
from ipt_formulate.report.section import Line, Section
from ipt_formulate.rulebase.floor import with_safety_floor
from ipt_formulate.rulebase.loader import load_rulebase, shipped_rulebase
from ipt_formulate.rulebase.rulebase import RuleBase

_LONG = 25


@app.command()
def compare(case: CaseArgument, as_json: JsonOption = False, rules: RulesOption = None) -> None:
    """Show what each school makes of a case, and which rule makes the difference to the default school."""
    schools = compare_schools(with_safety_floor(rulebase_told(rules), shipped_rulebase()), read_case(case))
    if as_json:
        _print({"default": DEFAULT, "schools": [asdict(school) for school in schools]})
        return
    table = Table(title="The schools on this case", title_justify="left")
    for heading in ("school", "focus", "areas not ruled out", "otherwise than " + schools[0].title):
        table.add_column(heading, overflow="fold")
    for school in schools:
        differing = str(len(school.differences)) if school.differences else "nothing"
        areas = ", ".join(f"{area} ({status})" for area, status in school.areas.items() if status != "not supported")
        table.add_row(school.title, school.focus, areas or "none", "" if school is schools[0] else differing)
    Console(highlight=False).print(table)
    show(
        tuple(_section(school.title, school.differences, schools[0].title) for school in schools if school.differences)
    )
    show((_safety(schools[0]),))


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="A rule base, as it was.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="A rule base, as it is now.")],
    cases: Annotated[Path, typer.Argument(metavar="CASES_DIR", help="A folder of cases.")],
    as_json: JsonOption = False,
    tradition: TraditionOption = DEFAULT,
) -> None:
    """Show which cases of a folder change their answer between two rule bases, and through which change."""
    before, now = _rulebase(old), _rulebase(new)
    found = read_cases(cases)
    changes = changes_between(before, now)
    changed = {
        name: differences
        for name, case in _with_progress(found)
        if (differences := changed_answers(before, now, case, changes, tradition=tradition))
    }
    if as_json:
        plain = {name: [asdict(each) for each in differences] for name, differences in changed.items()}
        shas = {"old": before.sha256, "new": now.sha256, "tradition": tradition}
        _print({**shas, "changes": [asdict(each) for each in changes], "cases": len(found), "changed": plain})
        return
    show(
        (
            Section(
                "What was changed",
                tuple(_change(each) for each in changes) or ((0, "", "Nothing that can change an answer."),),
            ),
        )
    )
    show(tuple(_section(name, differences, "the old rules") for name, differences in changed.items()))
    typer.echo(f"{len(changed)} of {len(found)} cases change their answer.")


def _section(title: str, differences: Iterable[Difference], other: str) -> Section:
    return Section(title, tuple(line for each in differences for line in _difference(each, other)))


def _difference(difference: Difference, other: str) -> Iterator[Line]:
    yield (
        0,
        "",
        f"{difference.about[:1].upper()}{difference.about[1:]}: {difference.now}. In {other}: {difference.before}.",
    )
    many = len(difference.causes) > 1
    lead = (
        "Only together these make the difference"
        if difference.together
        else "Each of these alone makes the difference"
        if many
        else "What makes the difference"
    )
    yield 1, "", f"{lead}:"
    yield from ((2, "-", f"{cause.id}, {cause.change}. {cause.title}") for cause in difference.causes)


def _change(change: Change) -> Line:
    through = f" Through it: {', '.join(change.rules)}." if change.rules else ""
    return 0, "-", f"{change.kind} {change.id}, {change.how}. {change.title}.{through}"


def _safety(school: School) -> Section:
    met = (
        f"Met in every school alike: {', '.join(school.safety)}."
        if school.safety
        else "No red flag is met by what is recorded. That never means that there is no risk."
    )
    return Section("Safety", ((0, "!" if school.safety else "", met),), urgent=bool(school.safety))


def _rulebase(directory: Path) -> RuleBase:
    try:
        return load_rulebase(directory)
    except RuleBaseError as error:
        inside = directory.is_dir()
        raise RuleBaseError(
            Problem(f"{directory / each.where}" if inside else each.where, each.what, each.remedy)
            for each in error.problems
        ) from error


def _with_progress(found: dict[str, Case]) -> Iterator[tuple[str, Case]]:
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=len(found) < _LONG or not console.is_terminal) as progress:
        yield from progress.track(found.items(), description="cases")


def _print(plain: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(plain, indent=2, ensure_ascii=False) + "\n")
