"""A work sheet as text to print and as a YAML file to fill in."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from ipt_formulate.course.sheets.kinds import model_of
from ipt_formulate.course.sheets.prompts import Audience, SheetText
from ipt_formulate.course.sheets.shape import FieldShape, shape_of
from ipt_formulate.course.sheets.sheet import WorkSheet
from ipt_formulate.course.sheets.texts import card_of
from ipt_formulate.report.rules import citation_in_words
from ipt_formulate.report.section import WIDTH, Line, Section
from ipt_formulate.report.sheet_blocks import YES_NO, Block, blocks
from ipt_formulate.rulebase.loader import shipped_rulebase

_RULE: Final = "_" * 60
"""The line to write on; its length is a matter of looks."""


def sheet_to_text(text: SheetText, audience: Audience = Audience.THERAPIST, sheet: WorkSheet | None = None) -> str:
    """A work sheet as text, for therapist or client, blank or filled."""
    return "\n\n".join(section.plain() for section in sheet_sections(text, audience, sheet)) + "\n"


def sheet_sections(text: SheetText, audience: Audience, sheet: WorkSheet | None = None) -> tuple[Section, ...]:
    """A work sheet section by section: safety first, then when to hold back, then the fields."""
    return (
        Section(text.title, ((0, "", text.purpose.words(audience)), (0, "!", text.safety.words(audience)))),
        Section("Before you begin", tuple((0, "!", each.words(audience)) for each in text.cautions)),
        *_for_the_therapist(text, audience),
        Section("The sheet", tuple(_lines(blocks(text, audience, sheet), 0, blank=sheet is None, audience=audience))),
        Section("What this is", tuple(about(text, audience))),
    )


def of_example(text: SheetText) -> Section:
    """What stands over a sheet that is filled with its example."""
    return Section("Example", ((0, "!", text.example.note),))


def _for_the_therapist(text: SheetText, audience: Audience) -> Iterator[Section]:
    if audience is Audience.THERAPIST:
        card = card_of(text)
        yield Section("Stance", ((0, "", card.stance),))
        yield Section("Hold back", tuple((0, "-", each) for each in card.hold_back))


def about(text: SheetText, audience: Audience) -> Iterator[Line]:
    """What a sheet is, and what it rests on: for the therapist with its sources."""
    yield (0, "", text.about.words(audience))
    yield (0, "", wording(text, audience))
    if audience is Audience.THERAPIST:
        base = shipped_rulebase()
        yield from ((0, "-", citation_in_words(base, each)) for each in text.citations)


def wording(text: SheetText, audience: Audience) -> str:
    """What the prompts rest on, in one sentence."""
    assumed = sum(prompt.basis == "assumption" for prompt in text.fields.values())
    if audience is Audience.CLIENT:
        return (
            f"{assumed} of its {len(text.fields)} questions are an assumption: they stand in no source that was read."
        )
    return f"{assumed} of its {len(text.fields)} prompts are an assumption, marked so; the stance and when to hold back are those of the card {text.technique}."


def _lines(told: tuple[Block, ...], depth: int, *, blank: bool, audience: Audience) -> Iterator[Line]:
    for block in told:
        if not blank and not block.answers and not block.entries:
            continue
        mark = " (assumption)" if block.assumption and audience is Audience.THERAPIST else ""
        yield (depth, "*" if block.parts else "-", f"{block.prompt}{mark}")
        if blank and block.parts:
            yield from _lines(block.parts, depth + 1, blank=True, audience=audience)
            if block.many:
                yield (depth + 1, "", "(and so on for each)")
        elif blank:
            yield (depth + 1, "", "   ".join(f"[ ] {each}" for each in block.choices) or _RULE)
        for number, entry in enumerate(block.entries, start=1):
            if block.many:
                yield (depth + 1, "", f"{number}.")
            yield from _lines(entry, depth + 1 + block.many, blank=False, audience=audience)
        for answer in block.answers:
            yield from ((depth + 1, "", f"> {line}") for line in answer.split("\n"))


def sheet_to_fill_in(text: SheetText, audience: Audience = Audience.THERAPIST) -> str:
    """A blank work sheet as a YAML file, with what is asked above each field; what stays blank counts as left out."""
    head = f"{text.title}. {text.purpose.words(audience)} {text.safety.words(audience)}"
    shapes = shape_of(model_of(text.id))
    return "\n".join([*_comment(head, ""), f"sheet: {text.id}", *_fields(text, audience, shapes, "")]) + "\n"


def _fields(text: SheetText, audience: Audience, shapes: tuple[FieldShape, ...], indent: str) -> Iterator[str]:
    for shape in shapes:
        choices = f" ({', '.join(shape.choices or (YES_NO if shape.answer == 'yes_no' else ()))})"
        needed = " Needed." if shape.required else ""
        yield from _comment(
            f"{text.fields[shape.path].words(audience)}{choices if choices != ' ()' else ''}{needed}", indent
        )
        yield f"{indent}{shape.name}:"
        if shape.parts and shape.many:
            for _ in range(2 if shape.required else 1):
                entry = list(_fields(text, audience, shape.parts, f"{indent}    "))
                yield f"{indent}  -"
                yield from entry
        elif shape.parts:
            yield from _fields(text, audience, shape.parts, f"{indent}  ")
        elif shape.many:
            yield f"{indent}  -"


def _comment(words: str, indent: str) -> list[str]:
    return textwrap.wrap(
        words, WIDTH, initial_indent=f"{indent}# ", subsequent_indent=f"{indent}# ", break_on_hyphens=False
    )
