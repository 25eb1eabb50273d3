"""The command that says which areas overlap, where selection ends in a tie, and which cases get no area."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from ipt_formulate.cli.proving import RulesArgument, bases_of
from ipt_formulate.cli.shared import JsonOption, SecondsOption, app, look_for_room
from ipt_formulate.errors import EngineUnavailable
from ipt_formulate.reasoning.schools import DEFAULT
from ipt_formulate.resources import rules_directory
from ipt_formulate.rulebase.loader import load_rulebase
from ipt_formulate.rulebase.rulebase import RuleBase


@app.command()
def overlaps(
    rules: RulesArgument = None,
    tradition: Annotated[str, typer.Option(help="The school whose areas are compared, or all.")] = DEFAULT,
    as_json: JsonOption = False,
    seconds: SecondsOption = 60.0,
    cases: Annotated[Path | None, typer.Option(help="A directory to write the cases to.")] = None,
) -> None:
    """Show which areas can be supported together, which can tie, and which cases get no area, each with a small case."""
    base = load_rulebase(rules or rules_directory())
    look_for_room(directory=cases)
    found = _found(bases_of(base, tradition, own=rules is not None), seconds)
    if cases is not None:
        _write(cases, found)
    if as_json:
        plain = {"rulebase_sha256": base.sha256, "traditions": found}
        sys.stdout.write(json.dumps(plain, indent=1, ensure_ascii=False) + "\n")
        return
    for name, told in found.items():
        _show(name, told)


def _found(bases: dict[str, RuleBase], seconds: float) -> dict[str, Any]:
    try:
        from ipt_formulate.proof.overlaps import Overlapping, to_plain
    except ImportError as error:
        raise EngineUnavailable("overlaps need z3; install it with: pip install 'ipt_formulate[proof]'") from error
    looking, console = Overlapping(seconds), Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("looking for overlaps", total=sum(map(looking.parts, bases.values())))
        return to_plain({name: looking.find(base, lambda: progress.advance(task)) for name, base in bases.items()})


def _show(tradition: str, told: dict[str, Any]) -> None:
    console = Console(highlight=False)
    table = Table(title=f"Which areas can be supported together, by the rules of {tradition}", title_justify="left")
    areas = told["areas"]
    for head in ("", *areas[1:]):
        table.add_column(head.replace("_", " "))
    cells = {tuple(each["areas"]): each for each in told["pairs"]}
    for place, one in enumerate(areas[:-1]):
        row = [_cell(cells[one, other]) if number > place else "" for number, other in enumerate(areas) if number]
        table.add_row(one.replace("_", " "), *row)
    console.print(table)
    for title, case, fewest in _cases(told):
        size = "no case has fewer facts" if fewest else "a small case, of which no fact can be left out"
        console.print(f"{title}, {size}:", markup=False, soft_wrap=True)
        console.print(yaml.safe_dump(case, sort_keys=False), markup=False, soft_wrap=True)


def _cell(pair: dict[str, Any]) -> str:
    words = {"possible": "together", "never": "never together", "not decided": "not decided"}
    tie = {"possible": ", can tie", "never": ", no tie", "not decided": ", tie not decided"}
    together = pair["together"]["answer"]
    return words[together] + ("" if together == "never" else tie[pair["tie"]["answer"]])


def _cases(told: dict[str, Any]) -> list[tuple[str, Any, bool]]:
    """Each case, with what it shows, and whether none has fewer facts."""
    found = []
    for pair in told["pairs"]:
        both = " and ".join(area.replace("_", " ") for area in pair["areas"])
        found += [(f"{both} together", pair["together"]), (f"{both} in a tie", pair["tie"])]
    found += [(f"{each['status']}, {each['reason'].replace('_', ' ')}", each) for each in told["outcomes"]]
    return [(title, each["case"], each["fewest"]) for title, each in found if each["case"] is not None]


def _write(directory: Path, found: dict[str, Any]) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    for tradition, told in found.items():
        for title, case, _ in _cases(told):
            name = re.sub(r"\W+", "-", f"{tradition} {title}")
            text = yaml.safe_dump(case, sort_keys=False)
            (directory / f"{name}.yaml").write_text(f"# {title}\n{text}", encoding="utf-8")
