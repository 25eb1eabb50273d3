"""The command that varies the parameters: which conclusions on a case hang on which assumption."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import Final

from ipt_formulate.cli.shared import (
    CaseArgument,
    JsonOption,
    RulesOption,
    TraditionOption,
    app,
    read_case,
    rulebase_told,
    show,
)
from ipt_formulate.reasoning.distance import Flip, Nearest, nearest
from ipt_formulate.reasoning.outcomes import outcome
from ipt_formulate.reasoning.schools import DEFAULT
from ipt_formulate.reasoning.sensitivity import Dependence, Piece, Sensitivity, Varied, WordPiece
from ipt_formulate.reasoning.sensitivity import sensitivity as sensitivity_of
from ipt_formulate.report.section import Line, Section
from ipt_formulate.rulebase.parameters import Unit, in_unit

NOTE: Final = (
    "Each parameter that states a range was varied alone, over every value of it, and of a list one word at a time. "
    "The ranges are themselves assumptions, and no value in them is called better than another. What does not change "
    "here can still be wrong: facts and rules were left as they are."
)


@app.command()
def sensitivity(
    case: CaseArgument,
    as_json: JsonOption = False,
    tradition: TraditionOption = DEFAULT,
    rules: RulesOption = None,
) -> None:
    """Show which conclusions on a case hang on which assumption, over which range, and where they change."""
    base, read = rulebase_told(rules).for_tradition(tradition), read_case(case)
    found, near = sensitivity_of(base, read), nearest(base, read)
    focus = outcome(base, read)["focus"]
    if as_json:
        made = {"tradition": tradition, "rulebase_sha256": base.sha256, "note": NOTE, "focus": focus}
        plain = {**made, **asdict(found), "nearest": [asdict(each) for each in near]}
        sys.stdout.write(json.dumps(plain, indent=2, ensure_ascii=False) + "\n")
        return
    show((Section("What was varied", ((0, "", NOTE),)), *(_section(each) for each in found.varied)))
    show((Section("On which nothing hangs here", tuple(_others(found))), _distance(focus, near)))


def _section(varied: Varied) -> Section:
    value = ", ".join(varied.value) if isinstance(varied.value, list) else str(varied.value)
    over = f"; varied from {' to '.join(in_unit(end, varied.unit) for end in varied.range)}" if varied.range else ""
    note = f" {varied.range_note}" if varied.range_note else ""
    return Section(
        f"What hangs on {varied.parameter}",
        (
            (0, "", f"{varied.title}: {value}{over}.{note}"),
            *(line for each in varied.dependent for line in _dependence(each, varied.unit)),
        ),
    )


def _dependence(dependence: Dependence, unit: Unit) -> Iterator[Line]:
    yield 1, "", f"{dependence.about[:1].upper()}{dependence.about[1:]}: {dependence.now}."
    for each in dependence.pieces:
        as_now = " (as now)" if each.how == dependence.now else ""
        yield 2, "-", f"{_values(each, unit)}: {each.how}{as_now}."


def _values(piece: Piece | WordPiece, unit: Unit) -> str:
    if isinstance(piece, WordPiece):
        return f"{piece.word} {piece.done}"
    low, high = in_unit(piece.low, unit), in_unit(piece.high, unit)
    return low if low == high else f"{low} to {high}"


def _others(found: Sensitivity) -> Iterator[Line]:
    yield 0, "", f"{', '.join(found.without_effect) or 'No parameter'}."
    if found.not_varied:
        yield 0, "", f"Not varied: {', '.join(found.not_varied)}."


def _distance(focus: str, near: tuple[Nearest, ...]) -> Section:
    lines: list[Line] = [(0, "", f"The focus now: {focus}.")]
    for each in near:
        now = f"{each.parameter}, now {in_unit(each.value, each.unit)}:"
        for flip, way in ((each.below, "lowered"), (each.above, "raised")):
            if flip is not None:
                lines.append((0, "-", f"{now} {way} to {in_unit(flip.value, each.unit)} {_flip(flip)}"))
    if not near:
        lines.append((0, "", "No change of one number alone changes it."))
    return Section("What it would take to change the focus", tuple(lines))


def _flip(flip: Flip) -> str:
    place = {True: "in its range", False: "beyond its range", None: "no range is stated"}[flip.in_range]
    return f"({place}) the focus is {flip.focus}."
