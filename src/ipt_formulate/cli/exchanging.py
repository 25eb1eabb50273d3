"""Commands that hand cases and formulations to other systems, and read cases from them."""

from __future__ import annotations

import datetime
import io
import json
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from ipt_formulate.api import formulate
from ipt_formulate.case.case import Case
from ipt_formulate.case.files import write_case, write_text
from ipt_formulate.cli.shared import (
    SetOption,
    TraditionOption,
    app,
    look_for_room,
    read_case,
    read_cases,
    settings_from,
)
from ipt_formulate.documents import read_document
from ipt_formulate.errors import EngineUnavailable, InputError, Problem
from ipt_formulate.interchange.cds_hooks import to_cards
from ipt_formulate.interchange.csv_long import read_file, write_cases
from ipt_formulate.interchange.fhir.links import load_links
from ipt_formulate.interchange.fhir.out import to_fhir
from ipt_formulate.interchange.fhir.questionnaire import to_fhir_case
from ipt_formulate.interchange.fhir.reading import Reading, from_fhir

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_MOST_SHOWN: Final = 50


class Target(StrEnum):
    """What is written."""

    FHIR_R5 = "fhir-r5"
    FHIR_R4 = "fhir-r4"
    ANSWERS_R5 = "answers-r5"
    ANSWERS_R4 = "answers-r4"
    CDS_HOOKS = "cds-hooks"
    CSV = "csv"


class Origin(StrEnum):
    """What is read."""

    FHIR = "fhir"
    CSV = "csv"
    REDCAP = "redcap"


@app.command()
def export(
    case: Annotated[
        str,
        typer.Argument(metavar="CASE", help="A case file, the name of a shipped case, or for csv a folder of cases."),
    ],
    to: Annotated[Target, typer.Option(help="The form. answers is the case alone, as answers to its questionnaire.")],
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="The file; printed if left out.")] = None,
    subject: Annotated[
        str | None, typer.Option(help="For fhir: whom it is about, such as Patient/123. Needed there.")
    ] = None,
    at: Annotated[str | None, typer.Option(help="For fhir: the time with its zone; now if left out.")] = None,
    with_case: Annotated[bool, typer.Option(help="For fhir: whether the recorded facts go with it.")] = True,
    tradition: TraditionOption = "weissman",
    site: SetOption = None,
) -> None:
    """Write a formulation as FHIR or CDS Hooks cards, or a case as FHIR answers or CSV."""
    if out is not None:
        look_for_room(file=out)
    if to is Target.CSV:
        told = _csv(case)
    elif to in (Target.ANSWERS_R5, Target.ANSWERS_R4):
        answers = to_fhir_case(read_case(case), to[-2:].upper(), subject=subject, at=_time(at) if at else None)
        told = _json(answers)
    else:
        if to is not Target.CDS_HOOKS and subject is None:
            raise InputError([Problem("--subject", "is needed", "say whom it is about: --subject Patient/123")])
        formulation = formulate(read_case(case), tradition=tradition, settings=settings_from(site))
        told = _json(
            to_cards(formulation)
            if to is Target.CDS_HOOKS
            else to_fhir(formulation, to[-2:].upper(), subject=subject or "", at=_time(at), with_case=with_case)
        )
    if out is None:
        typer.echo(told, nl=False)
    else:
        write_text(out, told)
        typer.echo(f"Written: {out}")


@app.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What another system wrote.")],
    origin: Annotated[Origin, typer.Option("--from", help="The form of the file.")],
    out: Annotated[Path, typer.Option(metavar="OUT", help="The case file, a .yaml, or the folder for several cases.")],
    links: Annotated[
        Path | None, typer.Option(metavar="MAP", help="For fhir: where the items of other questionnaires belong.")
    ] = None,
    subject: Annotated[
        str | None, typer.Option(help="For fhir: whose answers to read, where there are several.")
    ] = None,
    on: Annotated[
        datetime.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="For fhir: the day of the assessment, from which dates are counted."),
    ] = None,
    unverified: Annotated[bool, typer.Option(help="For fhir: use also what is preliminary or not complete.")] = False,
) -> None:
    """Read cases from FHIR, CSV or REDCap, and say what was used, what was not and why."""
    if origin is Origin.FHIR:
        known = load_links(links) if links is not None else None
        day = on.date() if on is not None else None
        given = read_document(file).content
        reading = from_fhir(given, links=known, subject=subject, on=day, unverified=unverified)
        _write({file.stem: reading.case()}, out)
        _report(reading)
    else:
        _write(_of_csv(file) if origin is Origin.CSV else _of_redcap(file), out)


def _json(told: Mapping[str, Any]) -> str:
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def _csv(name: str) -> str:
    path = Path(name)
    several = read_cases(path) if path.is_dir() else {path.stem if path.suffix else name: read_case(name)}
    target = io.StringIO(newline="")
    write_cases(target, several.items())
    return target.getvalue()


def _time(told: str | None) -> datetime.datetime:
    if told is None:
        return datetime.datetime.now(datetime.UTC)
    try:
        return datetime.datetime.fromisoformat(told)
    except ValueError:
        raise InputError([Problem("--at", "is no time", "write it like 2024-03-05T10:00:00+01:00")]) from None


def _of_csv(file: Path) -> dict[str, Case]:
    cases: dict[str, Case] = {}
    problems: list[Problem] = []
    for each in read_file(file):
        problems += each.problems
        if each.case is not None:
            cases[each.id] = each.case
    return _faultless(cases, problems)


def _of_redcap(file: Path) -> dict[str, Case]:
    try:
        from ipt_formulate.cohort.redcap import read_cases as read_redcap
    except ImportError as error:
        raise EngineUnavailable("REDCap needs pyarrow: pip install 'ipt_formulate[cohort]'") from error
    return _faultless(*read_redcap(file))


def _faultless(cases: dict[str, Case], problems: Iterable[Problem]) -> dict[str, Case]:
    if found := list(problems):
        raise InputError(found)
    return cases


def _write(cases: Mapping[str, Case], out: Path) -> None:
    """Write one case to a file, or several into a folder; nothing that is there already is replaced."""
    if not cases:
        raise InputError([Problem("", "holds no case")])
    files = _files(cases, out)
    if there := [path for path in files if path.exists()]:
        raise InputError([Problem(str(path), "is there already", "give another place, or move it") for path in there])
    for path, case in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_case(path, case)
    typer.echo(f"Written: {next(iter(files))}" if len(files) == 1 else f"Written: {len(files)} cases in {out}")


def _files(cases: Mapping[str, Case], out: Path) -> dict[Path, Case]:
    """Where each case goes: the file that was named, or into the folder."""
    if out.suffix in (".yaml", ".yml") and not out.is_dir():
        if len(cases) > 1:
            raise InputError([Problem(str(out), f"is one file for {len(cases)} cases", "give a folder")])
        look_for_room(file=out)
        return dict(zip([out], cases.values(), strict=True))
    if bad := sum(1 for name in cases if not _NAME.fullmatch(name)):
        what = f"holds {bad} names of cases that cannot be names of files"
        raise InputError([Problem("", what, "use letters, digits, -, _ and . in them")])
    look_for_room(directory=out)
    return {out / f"{name}.yaml": case for name, case in cases.items()}


def _report(reading: Reading) -> None:
    typer.echo(f"Used: {len(reading.used)} answers.")
    if reading.unused:
        typer.echo(f"Not used: {len(reading.unused)}. What was not used is not known, and never no.")
        for each in reading.unused[:_MOST_SHOWN]:
            typer.echo(f"- {each.where}: {each.why}")
        if len(reading.unused) > _MOST_SHOWN:
            typer.echo(f"- and {len(reading.unused) - _MOST_SHOWN} more")
