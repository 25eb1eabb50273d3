"""A work sheet as blocks to be printed, blank or filled, whatever it is printed on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ipt_formulate.course.sheets.files import to_plain
from ipt_formulate.course.sheets.kinds import model_of
from ipt_formulate.course.sheets.prompts import Prompt, Reader, SheetText
from ipt_formulate.course.sheets.shape import Answer, FieldShape, shape_of
from ipt_formulate.course.sheets.sheet import WorkSheet

YES_NO: Final = ("yes", "no")


@dataclass(frozen=True, slots=True)
class Block:
    """One field as it is printed.

    Attributes:
        path: where it stands in the file.
        prompt: what is asked, in the words of the reader.
        answer: what goes in.
        assumption: whether the prompt stands in no source that was read.
        choices: the words that can be marked; empty where it is written.
        many: whether there can be several answers or entries.
        answers: what is written or marked; empty in a blank sheet.
        parts: the fields it consists of, as they are printed in a blank entry.
        entries: the filled entries.
    """

    path: str
    prompt: str
    answer: Answer
    assumption: bool
    choices: tuple[str, ...]
    many: bool
    answers: tuple[str, ...]
    parts: tuple[Block, ...]
    entries: tuple[tuple[Block, ...], ...]

    @property
    def of_session(self) -> bool:
        """Whether it only says which session it was."""
        return self.path in ("session", "date")

    @property
    def roomy(self) -> bool:
        """Whether the answer takes more than a line."""
        return self.answer == "words"

    @property
    def flat(self) -> bool:
        """Whether its entries can stand in a table: none has entries of its own, and a row has room for the fields."""
        return self.many and 0 < len(self.parts) <= _COLUMNS and not any(part.parts for part in self.parts)


_COLUMNS: Final = 4
"""As many columns as an upright page can hold with room to write."""


def blocks(text: SheetText, reader: Reader, sheet: WorkSheet | None = None) -> tuple[Block, ...]:
    """The fields of a sheet in their order.

    Args:
        text: the texts of the kind of sheet.
        reader: in whose words.
        sheet: what is filled in; None for a blank sheet.
    """
    plain = to_plain(sheet) if sheet else {}
    return tuple(_block(text, reader, shape, plain.get(shape.name)) for shape in shape_of(model_of(text.id)))


def _block(text: SheetText, reader: Reader, shape: FieldShape, value: Any) -> Block:
    prompt = text.fields[shape.path]
    filled: tuple[Mapping[str, Any], ...] = ()
    if shape.parts and value is not None:
        filled = tuple(value) if shape.many else (value,)
    return Block(
        path=shape.path,
        prompt=prompt.words(reader),
        answer=shape.answer,
        assumption=prompt.basis == "assumption",
        choices=_choices(prompt, reader, shape),
        many=shape.many,
        answers=() if shape.parts else _answers(prompt, reader, shape, value),
        parts=tuple(_block(text, reader, part, None) for part in shape.parts),
        entries=tuple(
            tuple(_block(text, reader, part, each.get(part.name)) for part in shape.parts) for each in filled
        ),
    )


def _choices(prompt: Prompt, reader: Reader, shape: FieldShape) -> tuple[str, ...]:
    told = tuple(prompt.choice(each, reader) for each in shape.choices)
    return told or (YES_NO if shape.answer == "yes_no" else ())


def _answers(prompt: Prompt, reader: Reader, shape: FieldShape, value: Any) -> tuple[str, ...]:
    found = []
    for each in () if value is None else value if shape.many else (value,):
        if isinstance(each, bool):
            found.append(YES_NO[0] if each else YES_NO[1])
        else:
            found.append(prompt.choice(each, reader) if shape.choices else str(each))
    return tuple(found)
