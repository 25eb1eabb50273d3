"""Attempts between sessions: what the client tried, with whom, and what came of it. Nothing here is homework."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from ipt_formulate.case.record import Id
from ipt_formulate.course.sheets.sheet import Day, Mark, SheetPart, Words, WorkSheet
from ipt_formulate.errors import Problem


class Attempt(SheetPart):
    """One thing tried, or meant to be tried, between two sessions."""

    what: Words
    person: Id | None = Field(default=None, alias="with")
    when: Day | None = None
    idea_of: Literal["client", "therapist", "both"] | None = None
    tried: Mark | None = None
    result: Words | None = None
    felt: Words | None = None


class Attempts(WorkSheet):
    """Attempts between sessions.

    Examples:
        >>> Attempts(attempts=[{"what": "said no to the extra shift", "with": "boss"}]).attempts[0].tried is None
        True
    """

    records_the_past: ClassVar[bool] = True

    sheet: Literal["attempts"] = "attempts"
    attempts: tuple[Attempt, ...] = Field(min_length=1, max_length=40)

    def faults(self) -> Iterator[Problem]:
        """See `WorkSheet.faults`."""
        for index, each in enumerate(self.attempts):
            if each.result is not None and each.tried is not True:
                what = "stands, and it is not recorded that it was tried"
                yield Problem(f"attempts[{index}].result", what, "set tried: true; what came up instead goes into felt")
            if each.tried:
                yield from self.after_the_session(f"attempts[{index}].when", each.when)

    def cautions(self) -> Iterator[Problem]:
        """See `WorkSheet.cautions`."""
        for index, each in enumerate(self.attempts):
            if each.tried and each.result is None:
                yield Problem(f"attempts[{index}].result", "is not filled in", "ask what came of it")

    def mentioned(self) -> Iterator[tuple[str, Id]]:
        """See `WorkSheet.mentioned`."""
        for index, each in enumerate(self.attempts):
            if each.person is not None:
                yield f"attempts[{index}].with", each.person
