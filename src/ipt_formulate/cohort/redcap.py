"""Cases as flat CSV in REDCap's repeating-instrument form, both ways, and the data dictionary that goes with it.

One row without ``redcap_repeat_instrument`` holds what a case has once; every person, death, conflict, change, measure
and worsening is a row of its own, with the instrument's name and an instance number. Answers are the words of a cohort
(`case.words`). An empty cell was not asked, which is unknown and never *no*; ``asked_unknown`` is what the client
does not know. A list is complete only where its inquiry (``inquiry_deaths`` and so on) is ``thorough``.
``episode_worsenings_asked`` is ``yes`` where worsenings were asked about, so that none can be told from not asked.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

from ipt_formulate.case.case import Case
from ipt_formulate.case.choices import Instrument
from ipt_formulate.case.fields import ChoiceKind, Kind, YesNoKind, kind_of
from ipt_formulate.case.files import parse_case
from ipt_formulate.case.record import Record
from ipt_formulate.case.terms import entries_of, record_type
from ipt_formulate.case.values import ASKED_UNKNOWN
from ipt_formulate.case.words import NO_WORD, YES_WORD
from ipt_formulate.cohort.cases import content_of, from_cases
from ipt_formulate.cohort.columns import LABEL
from ipt_formulate.errors import InputError, Problem, silent

RECORD: Final = "record_id"
REPEAT: Final = "redcap_repeat_instrument"
INSTANCE: Final = "redcap_repeat_instance"
ONCE: Final = "case"
Place: TypeAlias = tuple[str, int]
"""An instrument, and the number of its instance; 0 for what a case has once."""
ASKED: Final = "_asked"
_BETWEEN_ITEMS: Final = ","
_DICTIONARY: Final = (
    "Variable / Field Name", "Form Name", "Section Header", "Field Type", "Field Label", "Choices, Calculations, OR Slider Labels",
    "Field Note", "Text Validation Type OR Show Slider Number", "Text Validation Min", "Text Validation Max", "Identifier?",
    "Branching Logic (Show field only if...)", "Required Field?", "Custom Alignment", "Question Number (surveys only)",
    "Matrix Group Name", "Matrix Ranking?", "Field Annotation",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Variable:
    """One column.

    Attributes:
        name: as REDCap has it: lower case letters, digits and ``_``.
        form: the instrument; ``case`` for what a case has once.
        path: the place of the answer in its case, or in its item.
        label: what it records.
        words: the words it can hold, where they are few; otherwise empty.
        note: what else may be written.
    """

    name: str
    form: str
    path: tuple[str, ...]
    label: str
    words: tuple[str, ...]
    note: str


@cache
def variables() -> Mapping[str, Variable]:
    """Every column by its name, derived from the case model so that no field can be missing."""
    found: dict[str, Variable] = {}
    for each in _of_record(Case, (), ONCE):
        if each.name in found:
            raise ValueError(f"{each.name}: two fields have this name")
        found[each.name] = each
    return found


def write_cases(path: Path, cases: Mapping[str, Case]) -> None:
    """Write cases as CSV in REDCap's form.

    Args:
        path: the file; what was there is replaced.
        cases: by record id.

    Raises:
        InputError: it cannot be written.
    """
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, [RECORD, REPEAT, INSTANCE, *variables()], lineterminator="\r\n")
            writer.writeheader()
            for name, case in cases.items():
                for form, instance, row in _rows_of(case):
                    repeat = {} if form == ONCE else {REPEAT: form, INSTANCE: instance}
                    writer.writerow({RECORD: name, **repeat, **row})
    except OSError as error:
        raise InputError([Problem(str(path), "cannot be written", "give another file")]) from error


@silent
def read_cases(path: Path) -> tuple[dict[str, Case], tuple[Problem, ...]]:
    """Read cases from CSV in REDCap's form.

    Args:
        path: the file. Columns that are left out were not recorded.

    Returns:
        The cases by record id, and what was wrong with the others: each problem names the record, the place and the
        reason, never the value. A record with any fault is left out as a whole.

    Raises:
        InputError: the file cannot be read, or has a column that is no variable.
    """
    rows = _read(path)
    records: dict[str, dict[Place, dict[str, Any]]] = {}
    faults: dict[str, list[Problem]] = {}
    for number, row in rows:
        name = (row.get(RECORD) or "").strip()
        if not name:
            faults.setdefault(f"line {number}", []).append(
                Problem(f"line {number} {RECORD}", "is empty", "name the record")
            )
            continue
        record = records.setdefault(name, {})
        for what, remedy in _put(record, row):
            faults.setdefault(name, []).append(Problem(f"{name} line {number}", what, remedy))
    cases: dict[str, Case] = {}
    for name, record in records.items():
        if name in faults:
            continue
        try:
            cases[name] = parse_case(content_of(_finished(record)))
        except InputError as error:
            faults[name] = [Problem(f"{name} {each.where}".rstrip(), each.what, each.remedy) for each in error.problems]
    return cases, tuple(problem for problems in faults.values() for problem in problems)


def write_dictionary(path: Path) -> None:
    """Write the data dictionary, to be uploaded to a REDCap project. The forms but ``case`` are to be made repeating."""
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\r\n")
            writer.writerow(_DICTIONARY)
            writer.writerow([RECORD, ONCE, "", "text", "Record", *[""] * 13])
            for each in sorted(variables().values(), key=lambda variable: variable.form != ONCE):
                choices = " | ".join(f"{word}, {word.replace('_', ' ')}" for word in each.words)
                kind = "radio" if each.words else "text"
                writer.writerow([each.name, each.form, "", kind, each.label, choices, each.note, *[""] * 11])
    except OSError as error:
        raise InputError([Problem(str(path), "cannot be written", "give another file")]) from error


def _of_record(model: type[Record], path: tuple[str, ...], form: str) -> Iterator[Variable]:
    for name, field in model.model_fields.items():
        here, kind, entries = (*path, name), kind_of(field), entries_of(field)
        inner = record_type(field.annotation)
        if isinstance(entries, type):
            if field.default is None:
                yield Variable(
                    f"{_name(here, form)}{ASKED}", form, here, f"Asked: {field.description}", (YES_WORD,), ""
                )
            yield from _of_record(entries, (), name)
        elif kind is None and entries is None and inner is not None:
            yield from _of_record(inner, here, form)
        else:
            yield Variable(
                _name(here, form), form, here, field.description or name, _words(kind, name), _note(kind, entries)
            )


def _name(path: tuple[str, ...], form: str) -> str:
    shown = path[1:] if form == ONCE and len(path) > 1 else path
    return "_".join(shown) if form == ONCE else "_".join((form, *shown))


def _words(kind: Kind | None, name: str) -> tuple[str, ...]:
    if isinstance(kind, YesNoKind):
        return YES_WORD, NO_WORD, ASKED_UNKNOWN
    if isinstance(kind, ChoiceKind):
        return (*map(str, kind.members), ASKED_UNKNOWN)
    return tuple(map(str, Instrument)) if name == "instrument" else ()


def _note(kind: Kind | None, entries: Any) -> str:
    if entries is not None:
        return "in order, separated by commas; an empty place is not known"
    if kind is None or isinstance(kind, YesNoKind):
        return ""
    if isinstance(kind, ChoiceKind):
        return "in a file also narrowed down, as a|b"
    return f"also a range, or {ASKED_UNKNOWN}"


def _rows_of(case: Case) -> Iterator[tuple[str, int, dict[str, str]]]:
    told: dict[str, Any] = from_cases([case]).to_pylist()[0]
    yield ONCE, 0, _flat(told, ONCE)
    for form, where in _forms().items():
        for instance, item in enumerate(_at(told, where) or (), start=1):
            yield form, instance, _flat(item, form)


def _flat(told: Mapping[str, Any], form: str) -> dict[str, str]:
    row = {}
    for each in variables().values():
        if each.form == form:
            value = _at(told, each.path)
            if each.name.endswith(ASKED) and each.path in _forms().values():
                value = None if value is None else YES_WORD
            if isinstance(value, list):
                value = _BETWEEN_ITEMS.join(item or "" for item in value)
            if value is not None:
                row[each.name] = str(value)
    return row


@cache
def _forms() -> Mapping[str, tuple[str, ...]]:
    """The repeating instruments, and where their lists are in a case."""
    return dict(_lists(Case, ()))


def _lists(model: type[Record], path: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, field in model.model_fields.items():
        entries, inner = entries_of(field), record_type(field.annotation)
        if isinstance(entries, type):
            yield name, (*path, name)
        elif kind_of(field) is None and entries is None and inner is not None:
            yield from _lists(inner, (*path, name))


def _at(told: Any, path: Iterable[str]) -> Any:
    for name in path:
        told = None if told is None else told.get(name)
    return told


def _put(record: dict[Place, dict[str, Any]], row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Put a row into its record; what is wrong with it, and what to do."""
    if None in row or None in row.values():  # so a csv reader marks cells too many, and cells that are missing
        yield "has not as many cells as the header", "export it anew; the file may have been cut off or edited"
        return
    form = (row.get(REPEAT) or "").strip() or ONCE
    if form != ONCE and form not in _forms():
        yield f"{REPEAT} is no instrument", f"there are: {', '.join(_forms())}"
        return
    instance = (row.get(INSTANCE) or "").strip()
    if form != ONCE and not (instance.isdecimal() and int(instance) > 0):
        yield f"{INSTANCE} is no number from 1", "number the instances of an instrument"
        return
    place = (form, int(instance) if form != ONCE else 0)
    if place in record:
        yield "is there twice", "give each instance of an instrument one row"
        return
    target: dict[str, Any] = {}
    for name, value in row.items():
        each = variables().get(name)
        text = (value or "").strip() if each is None or each.path[-1] != LABEL else value or ""
        if each is None or text == "":
            continue
        if each.form != form:
            yield f"{name} belongs to the instrument {each.form}", "put it in a row of that instrument"
            continue
        _set(target, each, text)
    record[place] = target


def _set(target: dict[str, Any], each: Variable, text: str) -> None:
    for name in each.path[:-1]:
        target = target.setdefault(name, {})
    if each.name.endswith(ASKED) and each.path in _forms().values():
        target[each.path[-1]] = []
    elif each.note.startswith("in order"):
        target[each.path[-1]] = [part.strip() or None for part in text.split(_BETWEEN_ITEMS)]
    else:
        target[each.path[-1]] = text


def _finished(record: Mapping[Place, dict[str, Any]]) -> dict[str, Any]:
    """The nested words of a record: its instances in their order, in their lists."""
    whole: dict[str, Any] = dict(record.get((ONCE, 0), {}))
    for form, where in _forms().items():
        items = [record[each] for each in sorted(key for key in record if key[0] == form)]
        if items:
            target = whole
            for name in where[:-1]:
                target = target.setdefault(name, {})
            target[where[-1]] = items
    return whole


def _read(path: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            unknown = [
                each
                for each in reader.fieldnames or ()
                if each not in variables() and each not in (RECORD, REPEAT, INSTANCE) and not _of_redcap(each)
            ]
            if RECORD not in (reader.fieldnames or ()):
                raise InputError(
                    [Problem(str(path), f"has no column {RECORD}", "export it raw from REDCap, with its record ids")]
                )
            if unknown:
                raise InputError(
                    [
                        Problem(
                            f"{path}: column {place}", "is no variable", "see `ipt-formulate cohort redcap-dictionary`"
                        )
                        for place, each in enumerate(reader.fieldnames or (), start=1)
                        if each in unknown
                    ]
                )
            return [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError([Problem(str(path), "cannot be read as CSV in UTF-8", "export it raw from REDCap")]) from error


def _of_redcap(name: str) -> bool:
    """The columns that REDCap adds by itself: events, groups and the state of each form."""
    return name.startswith("redcap_") or name.removesuffix("_complete") in (ONCE, *_forms())
