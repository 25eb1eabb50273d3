"""The base of every part of a case: frozen, no unknown fields, and silent about its values."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from ipt_formulate.documents import UNSEEN

ID_PATTERN: Final = r"^[a-z0-9][a-z0-9_-]{0,63}$"
Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
"""A stable name for an item: lower case letters, digits, ``-`` and ``_``; never a person's name."""

Label = Annotated[str, StringConstraints(max_length=200, pattern=rf"^[^\t\n\r\x85{UNSEEN}]*$")]
"""One line of text. Characters that cannot be seen are refused: a label is printed to terminals and pages as it stands."""


class Record(BaseModel):
    """A part of a case. Values never appear in its ``repr`` or in its errors."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self.model_fields_set)} fields)"

    __str__ = __repr__


class Item(Record):
    """An item of one of the inventory's lists."""

    id: Id = Field(
        default="",
        validate_default=False,
        description="A stable name for the item, made up if left out; never a person's name.",
        json_schema_extra={"example": "mother-1", "near_miss": "the person's real name"},
    )


def display(meaning: str, *, example: str, near_miss: str) -> Any:
    """A field that is shown and never read by a rule."""
    return Field(
        default=None,
        description=f"{meaning} Shown only; no rule reads it.",
        json_schema_extra={"example": example, "near_miss": near_miss},
    )
