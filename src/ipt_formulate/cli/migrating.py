"""The command that brings a case or a course file of a past form into the present one."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from ipt_formulate.case.files import parse_case, write_text
from ipt_formulate.case.forms import CASE_FORM, Form, Migrated
from ipt_formulate.cli.shared import app, look_for_room
from ipt_formulate.course.files import COURSE_FORM, parse_course
from ipt_formulate.documents import read_document
from ipt_formulate.errors import InputError, Problem


@app.command()
def migrate(
    file: Annotated[Path, typer.Argument(metavar="CASE", help="A case file or a course file, YAML or JSON.")],
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Where to write it; printed if left out.")] = None,
    in_place: Annotated[bool, typer.Option("--in-place", help="Write it where it was read.")] = False,
) -> None:
    """Bring a case or a course file of any past form into the present one, and say what changed.

    Nothing that is recorded is lost. A file that is of the present form already is left as it is, comments and all.
    """
    if out is not None and in_place:
        raise InputError([Problem("--out", "stands beside --in-place", "give one of the two")])
    content = read_document(file).content
    form = _form(file, content)
    found = form.migrated(content)
    _look_at(form, found.content, file)
    target = file if in_place else out
    anew = found.was != form.present or _is_json(target or file) != _is_json(file)
    text = _dumped(found.content, target or file) if anew else file.read_bytes().decode("utf-8")
    for line in _told(file, form, found, anew):
        typer.echo(line, err=target is None)
    if target is None:
        sys.stdout.write(text)
    elif anew or not in_place:
        look_for_room(file=target)
        write_text(target, text)
        typer.echo(f"Written: {target}")


def _form(file: Path, content: Any) -> Form:
    if not isinstance(content, Mapping):
        raise InputError([Problem(str(file), "is neither a case nor a course file", "give one of these")])
    if "provenance" in content:
        raise InputError([Problem(str(file), "is a formulation", "formulate its case again")])
    return COURSE_FORM if COURSE_FORM.key in content else CASE_FORM


def _look_at(form: Form, content: Mapping[str, Any], file: Path) -> None:
    if form is COURSE_FORM:
        parse_course(content, directory=file.parent)
    else:
        parse_case(content)


def _is_json(file: Path) -> bool:
    return file.suffix.lower() == ".json"


def _dumped(content: Mapping[str, Any], target: Path) -> str:
    """All of the content, in the order it had."""
    if _is_json(target):
        return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    return yaml.safe_dump(dict(content), sort_keys=False, allow_unicode=True)


def _told(file: Path, form: Form, found: Migrated, anew: bool) -> list[str]:
    if found.was == form.present:
        lines = [f"{file}: is {form.name} of the present form, {form.present}; nothing that is recorded changes."]
    else:
        lines = [
            f"{file}: {form.name}, from {found.was} to {form.present}:",
            *(f"  - {each}" for each in found.changes),
        ]
    if anew and (commented := _comments(file)):
        lines.append(f"  - comments are not kept; lines with one: {', '.join(map(str, commented))}")
    return lines


def _comments(file: Path) -> list[int]:
    """The lines that may hold a comment; a sign within quotes is told as well, rather one too many."""
    if _is_json(file):
        return []
    lines = file.read_text(encoding="utf-8").splitlines()
    return [number for number, line in enumerate(lines, start=1) if line.lstrip().startswith("#") or " #" in line]
