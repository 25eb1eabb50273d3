"""Communication analysis: one recent exchange, turn by turn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from ipt_formulate.case.record import Id
from ipt_formulate.course.sheets.sheet import Day, SheetPart, Words, WorkSheet
from ipt_formulate.errors import Problem


class Incident(SheetPart):
    """The exchange that is looked at: a real one, with its day."""

    when: Day
    person: Id = Field(alias="with")
    what: Words
    wanted: Words | None = None


class Turn(SheetPart):
    """One turn of the exchange; of the other's turn, what was felt and needed is what the client thinks it was."""

    speaker: Literal["client", "other"]
    said: Words | None = None
    felt: Words | None = None
    needed: Words | None = None
    left_unsaid: Words | None = None
    heard: Words | None = None
    new_wording: Words | None = None


class CommunicationAnalysis(WorkSheet):
    """A communication analysis.

    Examples:
        >>> sheet = CommunicationAnalysis(
        ...     incident={"when": "2026-02-03", "with": "sister", "what": "who visits mother"},
        ...     turns=[{"speaker": "client", "said": "Fine, I will do it."}],
        ... )
        >>> [caution.where for caution in sheet.cautions()]
        ['turns', 'turns']
    """

    sheet: Literal["communication_analysis"] = "communication_analysis"
    incident: Incident
    turns: tuple[Turn, ...] = Field(min_length=1, max_length=60)
    went_wrong_at: int | None = Field(default=None, ge=1, le=60, strict=True)
    assumed: Words | None = None
    next_try: Words | None = None

    def faults(self) -> Iterator[Problem]:
        """See `WorkSheet.faults`."""
        yield from self.after_the_session("incident.when", self.incident.when)
        for index, turn in enumerate(self.turns):
            if turn.said is None and turn.left_unsaid is None:
                yield Problem(f"turns[{index}]", "has no words", "write what was said or, of a silence, left_unsaid")
            if turn.speaker == "other" and turn.new_wording is not None:
                what = "is on a turn of the other person"
                yield Problem(
                    f"turns[{index}].new_wording", what, "put it on a turn of the client, whose words can change"
                )
        if self.went_wrong_at is not None and self.went_wrong_at > len(self.turns):
            yield Problem("went_wrong_at", "names no turn", "give the number of a turn, from 1")

    def cautions(self) -> Iterator[Problem]:
        """See `WorkSheet.cautions`."""
        for side in ("client", "other"):
            if all(turn.speaker != side for turn in self.turns):
                yield Problem("turns", f"have no turn of the {side}", "rebuild the exchange from the beginning")
        if all(turn.new_wording is None for turn in self.turns):
            yield Problem("turns", "have no new wording yet", "look for other ways it could have gone")

    def concerned(self) -> Iterator[tuple[str, Id]]:
        """See `WorkSheet.concerned`."""
        yield "incident.with", self.incident.person
