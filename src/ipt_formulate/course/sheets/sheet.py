"""What all work sheets share: whose words they hold, the session they belong to, and how they are checked."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, ClassVar, Self

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from ipt_formulate.case.record import Id, Record
from ipt_formulate.case.values import fault
from ipt_formulate.documents import UNSEEN
from ipt_formulate.errors import Problem

Words = Annotated[
    str,
    StringConstraints(
        min_length=1,
        max_length=2000,
        strip_whitespace=True,
        pattern=rf"^[^\r\x85{UNSEEN}]*$",
    ),
]
"""What somebody said or wrote, of one or more lines. Control characters are refused: it is printed as it stands."""

Session = Annotated[int, Field(ge=1, le=200, strict=True)]
"""The number of a session, from 1."""

Mark = Annotated[bool, Field(strict=True)]
"""Yes or no; None where nobody asked."""


def _written_day(given: Any) -> Any:
    if isinstance(given, dt.date) or (isinstance(given, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", given)):
        return given
    raise fault("must be a date, YYYY-MM-DD")


Day = Annotated[dt.date, BeforeValidator(_written_day)]
"""A day of the calendar, written YYYY-MM-DD."""


class SheetPart(Record):
    """A part of a work sheet. What is left out is not known, which is never *no*."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, populate_by_name=True
    )


class WorkSheet(SheetPart):
    """The base of the work sheets.

    A sheet that contradicts itself, or lacks what its technique cannot do without, cannot be built; what could be
    better is told by `cautions`.
    """

    records_the_past: ClassVar[bool] = False
    """Whether the sheet only records what the client did, so that no technique waits for anything before it."""

    sheet: str
    session: Session | None = None
    date: Day | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if faults := [*self.faults()]:
            raise fault("\n".join(f"@{problem}" for problem in faults))
        return self

    def faults(self) -> Iterator[Problem]:
        """What makes the sheet unusable, by the path of the field."""
        yield from ()

    def cautions(self) -> Iterator[Problem]:
        """What the sheet can stand and would be better without, by the path of the field."""
        yield from ()

    def concerned(self) -> Iterator[tuple[str, Id]]:
        """The people with whom the technique is used: the path of the field, and the id of the person."""
        yield from ()

    def mentioned(self) -> Iterator[tuple[str, Id]]:
        """The people who come into a step of the client's: the path of the field, and the id of the person."""
        yield from ()

    def subject(self) -> Iterator[tuple[str, Id, str]]:
        """What the sheet is about: the path of the field, the id, and the list of the inventory that has it."""
        yield from ()

    def after_the_session(self, where: str, day: dt.date | None) -> Iterator[Problem]:
        """A fault where something that was looked at is dated after the session."""
        if day and self.date and day > self.date:
            yield Problem(where, "lies after the day of the session", "correct the one or the other")


def twice(ids: Iterable[Id], what: str) -> Iterator[Problem]:
    """A fault for each id that an earlier entry of the list has."""
    seen: set[Id] = set()
    for index, each in enumerate(ids):
        if each in seen:
            yield Problem(f"{what}[{index}].id", "is the id of an earlier entry", "give each entry its own")
        seen.add(each)
