"""A work sheet as text to print and as a YAML file to fill in."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from ipt_formulate.course.sheets.kinds import model_of
from ipt_formulate.course.sheets.prompts import Reader, SheetText
from ipt_formulate.course.sheets.shape import FieldShape, shape_of
from ipt_formulate.course.sheets.sheet import WorkSheet
from ipt_formulate.course.sheets.texts import card_of
from ipt_formulate.report.rules import citation_in_words
from ipt_formulate.report.section import WIDTH, Line, Section
from ipt_formulate.report.sheet_blocks import YES_NO, Block, blocks
from ipt_formulate.rulebase.loader import shipped_rulebase

_RULE: Final = "_" * 60
"""The line to write on; its length is a matter of looks."""


def sheet_to_text(text: SheetText, reader: Reader = Reader.CLINICIAN, sheet: WorkSheet | None = None) -> str:
    """A work sheet as text, for therapist or client, blank or filled."""
    return "\n\n".join(section.plain() for section in sheet_sections(text, reader, sheet)) + "\n"


def sheet_sections(text: SheetText, reader: Reader, sheet: WorkSheet | None = None) -> tuple[Section, ...]:
    """A work sheet section by section: safety first, then when to hold back, then the fields."""
    return (
        Section(text.title, ((0, "", text.purpose.words(reader)), (0, "!", text.safety.words(reader)))),
        Section("Before you begin", tuple((0, "!", each.words(reader)) for each in text.cautions)),
        *_for_the_therapist(text, reader),
        Section("The sheet", tuple(_lines(blocks(text, reader, sheet), 0, blank=sheet is None, reader=reader))),
        Section("What this is", tuple(about(text, reader))),
    )


def of_example(text: SheetText) -> Section:
    """What stands over a sheet that is filled with its example."""
    return Section("Example", ((0, "!", text.example.note),))


def _for_the_therapist(text: SheetText, reader: Reader) -> Iterator[Section]:
    if reader is Reader.CLINICIAN:
        card = card_of(text)
        yield Section("Stance", ((0, "", card.stance),))
        yield Section("Hold back", tuple((0, "-", each) for each in card.hold_back))


def about(text: SheetText, reader: Reader) -> Iterator[Line]:
    """What a sheet is, and what it rests on: for the therapist with its sources."""
    yield (0, "", text.about.words(reader))
    yield (0, "", wording(text, reader))
    if reader is Reader.CLINICIAN:
        base = shipped_rulebase()
        yield from ((0, "-", citation_in_words(base, each)) for each in text.citations)


def wording(text: SheetText, reader: Reader) -> str:
    """What the prompts rest on, in one sentence."""
    assumed = sum(prompt.basis == "assumption" for prompt in text.fields.values())
    if reader is Reader.CLIENT:
        return (
            f"{assumed} of its {len(text.fields)} questions are an assumption: they stand in no source that was read."
        )
    return f"{assumed} of its {len(text.fields)} prompts are an assumption, marked so; the stance and when to hold back are those of the card {text.technique}."


def _lines(told: tuple[Block, ...], depth: int, *, blank: bool, reader: Reader) -> Iterator[Line]:
    for block in told:
        if not blank and not block.answers and not block.entries:
            continue
        mark = " (assumption)" if block.assumption and reader is Reader.CLINICIAN else ""
        yield (depth, "*" if block.parts else "-", f"{block.prompt}{mark}")
        if blank and block.parts:
            yield from _lines(block.parts, depth + 1, blank=True, reader=reader)
            if block.many:
                yield (depth + 1, "", "(and so on for each)")
        elif blank:
            yield (depth + 1, "", "   ".join(f"[ ] {each}" for each in block.choices) or _RULE)
        for number, entry in enumerate(block.entries, start=1):
            if block.many:
                yield (depth + 1, "", f"{number}.")
            yield from _lines(entry, depth + 1 + block.many, blank=False, reader=reader)
        for answer in block.answers:
            yield from ((depth + 1, "", f"> {line}") for line in answer.split("\n"))


def sheet_to_fill_in(text: SheetText, reader: Reader = Reader.CLINICIAN) -> str:
    """A blank work sheet as a YAML file, with what is asked above each field; what stays blank counts as left out."""
    head = f"{text.title}. {text.purpose.words(reader)} {text.safety.words(reader)}"
    shapes = shape_of(model_of(text.id))
    return "\n".join([*_comment(head, ""), f"sheet: {text.id}", *_fields(text, reader, shapes, "")]) + "\n"


def _fields(text: SheetText, reader: Reader, shapes: tuple[FieldShape, ...], indent: str) -> Iterator[str]:
    for shape in shapes:
        choices = f" ({', '.join(shape.choices or (YES_NO if shape.answer == 'yes_no' else ()))})"
        needed = " Needed." if shape.required else ""
        yield from _comment(
            f"{text.fields[shape.path].words(reader)}{choices if choices != ' ()' else ''}{needed}", indent
        )
        yield f"{indent}{shape.name}:"
        if shape.parts and shape.many:
            for _ in range(2 if shape.required else 1):
                entry = list(_fields(text, reader, shape.parts, f"{indent}    "))
                yield f"{indent}  -"
                yield from entry
        elif shape.parts:
            yield from _fields(text, reader, shape.parts, f"{indent}  ")
        elif shape.many:
            yield f"{indent}  -"


def _comment(words: str, indent: str) -> list[str]:
    return textwrap.wrap(
        words, WIDTH, initial_indent=f"{indent}# ", subsequent_indent=f"{indent}# ", break_on_hyphens=False
    )
