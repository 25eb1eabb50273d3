"""Commands that put a question to a formulation: why-not, contrast, what-would-change, reasons."""

from __future__ import annotations

import json
import sys
import textwrap
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.console import Console

from ipt_formulate.cli.shared import CaseArgument, JsonOption, RulesOption, TraditionOption, app, formulated
from ipt_formulate.reasoning.changes import MOST_FACTS
from ipt_formulate.vocabulary import ProblemArea

AreaArgument = Annotated[ProblemArea, typer.Argument(help="A problem area.")]


@app.command(name="why-not")
def why_not(
    case: CaseArgument,
    area: AreaArgument,
    as_json: JsonOption = False,
    tradition: TraditionOption = "weissman",
    rules: RulesOption = None,
) -> None:
    """Say why an area is not in focus: the first unmet criterion, with its tests, fields and sources."""
    _print(formulated(case, tradition, rules).why_not(area), as_json=as_json)


@app.command()
def contrast(
    case: CaseArgument,
    first: AreaArgument,
    second: AreaArgument,
    as_json: JsonOption = False,
    tradition: TraditionOption = "weissman",
    rules: RulesOption = None,
) -> None:
    """Say what decides between two areas, with the steps of selection side by side."""
    _print(formulated(case, tradition, rules).contrast(first, second), as_json=as_json)


@app.command(name="what-would-change")
def what_would_change(
    case: CaseArgument,
    target: Annotated[ProblemArea | None, typer.Option(help="An area to bring into focus.")] = None,
    size: Annotated[int, typer.Option(min=1, max=4, help="The most facts in a set.")] = MOST_FACTS,
    as_json: JsonOption = False,
    tradition: TraditionOption = "weissman",
    rules: RulesOption = None,
) -> None:
    """List every smallest set of facts that, answered otherwise, would change the focus."""
    _print(formulated(case, tradition, rules).what_would_change(target, size=size), as_json=as_json)


@app.command()
def reasons(
    case: CaseArgument,
    as_json: JsonOption = False,
    tradition: TraditionOption = "weissman",
    rules: RulesOption = None,
) -> None:
    """List the smallest sets of recorded facts on which it already comes out so, whatever else is so."""
    _print(formulated(case, tradition, rules).sufficient_reasons(), as_json=as_json)


def _print(answer: Any, *, as_json: bool) -> None:
    text = json.dumps(asdict(answer), indent=2, ensure_ascii=False) if as_json else _wrapped(str(answer))
    sys.stdout.write(f"{text}\n")


def _wrapped(text: str) -> str:
    """Lines no longer than is good to read, each hanging under its beginning."""
    width = min(Console().width, 100)
    return "\n".join(_filled(line, width) for line in text.splitlines())


def _filled(line: str, width: int) -> str:
    lead = len(line) - len(line.lstrip())
    hanging = " " * (lead + 2 if lead else 0)
    return textwrap.fill(line, width, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False)
