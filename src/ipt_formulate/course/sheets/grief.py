"""Grief work: the relationship with the dead person, the death and after, what it did to ties and days, and new ties."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from ipt_formulate.case.record import Id
from ipt_formulate.course.sheets.sheet import SheetPart, Words, WorkSheet
from ipt_formulate.errors import Problem


class Relationship(SheetPart):
    """The relationship with the dead person, with its good and its hard sides."""

    place_in_life: Words | None = None
    good: Words | None = None
    hard: Words | None = None
    unsaid: Words | None = None


class DeathAndAfter(SheetPart):
    """The death: before, during and after, and who was there."""

    learned: Words | None = None
    before: Words | None = None
    during: Words | None = None
    after: Words | None = None
    who_was_there: Words | None = None
    felt: Words | None = None
    avoided: Words | None = None


class TieImpact(SheetPart):
    """What the death did to one tie."""

    person: Id = Field(alias="with")
    change: Words


class Impact(SheetPart):
    """What the death did to ties and to daily life."""

    ties: tuple[TieImpact, ...] = Field(default=(), max_length=40)
    daily_life: Words | None = None
    missing: Words | None = None


class NewTie(SheetPart):
    """A tie or an interest to take up, old or new, and the next step."""

    what: Words
    person: Id | None = Field(default=None, alias="with")
    step: Words | None = None
    result: Words | None = None


class Anniversary(SheetPart):
    """A day that will bring the loss back, and with whom it is spent."""

    day: Words
    plan: Words | None = None
    person: Id | None = Field(default=None, alias="with")


class GriefWork(WorkSheet):
    """Grief work.

    Examples:
        >>> sheet = GriefWork(who="mother", relationship={"good": "She sang in the kitchen."})
        >>> [caution.where for caution in sheet.cautions()]
        ['relationship.hard']
    """

    sheet: Literal["grief_work"] = "grief_work"
    who: Id
    relationship: Relationship | None = None
    death: DeathAndAfter | None = None
    impact: Impact | None = None
    new_ties: tuple[NewTie, ...] = Field(default=(), max_length=40)
    anniversaries: tuple[Anniversary, ...] = Field(default=(), max_length=40)

    def faults(self) -> Iterator[Problem]:
        """See `WorkSheet.faults`."""
        parts = (self.relationship, self.death, self.impact)
        if not any(part and any(value for _, value in part) for part in parts) and not (
            self.new_ties or self.anniversaries
        ):
            what = "is not filled in, and neither is any other part"
            yield Problem("relationship", what, "fill in what was talked about; the rest can wait")
        for index, tie in enumerate(self.new_ties):
            if tie.person == self.who:
                yield Problem(
                    f"new_ties[{index}].with", "is the person who died", "name somebody living, or leave it out"
                )

    def cautions(self) -> Iterator[Problem]:
        """See `WorkSheet.cautions`."""
        told = self.relationship
        if told and (told.good is None) != (told.hard is None):
            missing = "hard" if told.hard is None else "good"
            remedy = "the relationship is gone over with its good and its bad sides"
            yield Problem(f"relationship.{missing}", "is not filled in, and its opposite is", remedy)

    def mentioned(self) -> Iterator[tuple[str, Id]]:
        """See `WorkSheet.mentioned`."""
        for name in ("new_ties", "anniversaries"):
            for index, each in enumerate(getattr(self, name)):
                if each.person is not None:
                    yield f"{name}[{index}].with", each.person

    def subject(self) -> Iterator[tuple[str, Id, str]]:
        """See `WorkSheet.subject`."""
        yield "who", self.who, "deaths"
