"""The texts of the work sheets, from ``rules/course/sheets``: every field has a prompt, and every prompt a field."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from ipt_formulate import resources
from ipt_formulate.course.reading import Reading
from ipt_formulate.course.sheets.files import problems_of
from ipt_formulate.course.sheets.kinds import MODELS
from ipt_formulate.course.sheets.prompts import CommonText, SheetFile, SheetText
from ipt_formulate.course.sheets.shape import FieldShape, shape_of, walk
from ipt_formulate.course.sheets.sheet import WorkSheet
from ipt_formulate.documents import Document
from ipt_formulate.errors import Problem, UnknownName
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.rulebase.parsing import did_you_mean
from ipt_formulate.rulebase.texts import Technique

FOLDER: Final = "course/sheets"
COMMON: Final = "course/sheets/common.yaml"


@cache
def shipped_sheets() -> Mapping[str, SheetText]:
    """The texts of the sheets that come with the library, loaded once, in the order of the kinds."""
    return load_sheets(resources.rules_directory())


def sheet_text(kind: str) -> SheetText:
    """The texts of a sheet.

    Raises:
        UnknownName: there is no such sheet.

    Examples:
        >>> sheet_text("grief_work").technique
        'grief_work'
    """
    if kind not in shipped_sheets():
        raise UnknownName(f"there is no sheet of that name; there are: {', '.join(MODELS)}")
    return shipped_sheets()[kind]


def card_of(text: SheetText) -> Technique:
    """The card of the technique that the sheet belongs to: its stance, and when to hold back."""
    return shipped_rulebase().techniques[text.technique]


def load_sheets(directory: Path) -> Mapping[str, SheetText]:
    """Load the texts of the sheets from a directory of the form of ``rules/``.

    Raises:
        RuleBaseError: there are problems; ``problems`` lists all of them with file and line.
    """
    reading = Reading(directory)
    shared = reading.one(COMMON, CommonText)
    if shared:
        _check_fields(reading, shared[0], shared[1], {shape.path: shape for shape in walk(shape_of(WorkSheet))})
    found: dict[str, SheetText] = {}
    for name in reading.files(FOLDER):
        read = None if name == COMMON else reading.one(name, SheetFile)
        if read is not None:
            _check(reading, *read, Path(name).stem)
            if shared:
                found[read[0].id] = _with_shared(read[0], shared[0])
    for kind in MODELS:
        if kind not in found and not reading.problems:
            reading.problems.append(Problem(f"{FOLDER}/{kind}.yaml", "is missing", "every sheet has a file of texts"))
    reading.end()
    return MappingProxyType({kind: found[kind] for kind in MODELS})


def _with_shared(text: SheetFile, shared: CommonText) -> SheetText:
    told = {**dict(text), "fields": {**shared.fields, **text.fields}}
    return SheetText(**told, safety=shared.safety, about=shared.about)


def _check(reading: Reading, text: SheetFile, document: Document, name: str) -> None:
    """What a file's own model cannot see: whether it goes with the sheet, the cards, the bibliography, its example."""
    if text.id != name or text.id not in MODELS:
        remedy = f"the file and its id are named after one of: {', '.join(MODELS)}"
        reading.refuse(document, ("id",), "names no sheet, or another than its file", remedy)
        return
    cards = {path.stem: path for path in (reading.directory / "techniques" / "cards").glob("*.yaml")}
    if text.technique not in cards:
        remedy = did_you_mean(text.technique, cards)
        reading.refuse(document, ("technique",), "names no technique that has a card", remedy)
    shared = {shape.path for shape in walk(shape_of(WorkSheet))}
    own = {shape.path: shape for shape in walk(shape_of(MODELS[text.id])) if shape.path not in shared}
    _check_fields(reading, text, document, own)
    reading.check_citations(document, text.citations)
    if text.example.sheet.get("sheet") != text.id:
        reading.refuse(document, ("example", "sheet"), "is of another kind", f"begin it with sheet: {text.id}")
        return
    for keys, problem in problems_of(text.example.sheet, MODELS[text.id]):
        what = f"the example does not fit: {problem.where}: {problem.what}"
        reading.refuse(document, ("example", "sheet", *keys), what, problem.remedy or "correct the example")


def _check_fields(
    reading: Reading, text: CommonText | SheetFile, document: Document, shapes: Mapping[str, FieldShape]
) -> None:
    """Every prompt belongs to a field, every field has one, and what can be chosen has the client's words."""
    for path, prompt in text.fields.items():
        if path not in shapes:
            remedy = did_you_mean(path, shapes)
            reading.refuse(document, ("fields", path), f"{path} is no field of this sheet", remedy)
        elif set(prompt.in_clients_words) != set(shapes[path].choices):
            what = f"{path} has not the client's words for just what can be chosen"
            remedy = f"give in_clients_words for: {', '.join(shapes[path].choices) or 'nothing, and so leave it out'}"
            reading.refuse(document, ("fields", path), what, remedy)
    for path in shapes:
        if path not in text.fields:
            what = f"{path} has no prompt"
            reading.refuse(document, ("fields",), what, "add what is asked, for therapist and client")
