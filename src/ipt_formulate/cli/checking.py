"""The command that derives a formulation a second time."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from ipt_formulate.checking.check import check as check_formulation
from ipt_formulate.cli.shared import CaseArgument, JsonOption, RulesOption, app, read_case
from ipt_formulate.documents import read_document
from ipt_formulate.errors import InputError, Problem
from ipt_formulate.formulation.contents import RESULT_SCHEMA
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.rulebase.loader import load_rulebase
from ipt_formulate.rulebase.rulebase import RuleBase


@app.command()
def check(
    result: Annotated[Path, typer.Argument(metavar="RESULT", help="A formulation as formulate --json prints it.")],
    case: CaseArgument,
    as_json: JsonOption = False,
    rules: RulesOption = None,
) -> None:
    """Derive each conclusion of a result again, by a second and independent reading of the rules; 1 if one does not follow.

    The rules are those that the result was made with, where they were released with this library, now or earlier.
    """
    made = _read(result)
    found = check_formulation(made, read_case(case), rulebase=_rulebase(rules, made))
    if as_json:
        told = {
            "holds": found.holds,
            "conclusions": found.conclusions,
            "differences": [
                {"where": each.where, "claimed": each.claimed, "follows": each.follows} for each in found.differences
            ],
            "not_checked": found.not_checked,
        }
        sys.stdout.write(json.dumps(told, indent=2) + "\n")
    else:
        sys.stdout.write(f"{found}\n")
    raise typer.Exit(0 if found.holds else 1)


def _rulebase(rules: Path | None, made: Formulation) -> RuleBase | None:
    """The rules that a formulation was made with, if not the shipped ones, with what the site had set in them."""
    if rules is None:
        return None
    base = load_rulebase(rules)
    in_force = made.provenance.site_parameters.items()
    told = {name: value for name, value in in_force if not isinstance(value, tuple) and name in base.parameters}
    return load_rulebase(rules, parameters=told)


def _read(path: Path) -> Formulation:
    content = read_document(path).content
    made = content.get("provenance") if isinstance(content, dict) else None
    if isinstance(made, dict) and made.get("result_schema") != RESULT_SCHEMA:
        what = f"is a formulation of another form than {RESULT_SCHEMA}, which this library reads"
        raise InputError([Problem(str(path), what, f"formulate it again, or check it with {_library(made)}")])
    try:
        return Formulation.model_validate_json(json.dumps(content))
    except ValidationError as error:
        places = {".".join(map(str, line["loc"][:3])) for line in error.errors(include_url=False, include_input=False)}
        what = f"is no formulation; {len(places)} places are not as they should be, such as {sorted(places)[0]}"
        raise InputError([Problem(str(path), what, "give what formulate --json printed")]) from None


def _library(made: dict[str, Any]) -> str:
    told = made.get("library")
    known = isinstance(told, str) and re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,4}){1,3}", told)
    return f"ipt_formulate {told}" if known else "the library that made it"
