"""Role-transition balance: the old and the new role, gains and losses on both, mastery and supports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from ipt_formulate.case.record import Id
from ipt_formulate.course.sheets.decision import SupportGoal
from ipt_formulate.course.sheets.sheet import SheetPart, Words, WorkSheet
from ipt_formulate.errors import Problem


class RoleBalance(SheetPart):
    """One role: what it was or is, what it gave or gives, and what it cost or costs."""

    role: Words
    gains: tuple[Words, ...] = Field(default=(), max_length=30)
    losses: tuple[Words, ...] = Field(default=(), max_length=30)
    feelings: Words | None = None


class Mastery(SheetPart):
    """One thing the new role asks for, how it goes now, and the next small step."""

    skill: Words
    now: Literal["not_yet", "partly", "can"] | None = None
    step: Words | None = None
    result: Words | None = None


class TransitionBalance(WorkSheet):
    """A balance of old and new role.

    Examples:
        >>> sheet = TransitionBalance(
        ...     about="retirement",
        ...     old={"role": "head of the ward", "gains": ["people asked me"]},
        ...     new={"role": "at home", "gains": ["time"]},
        ... )
        >>> [caution.where for caution in sheet.cautions()]
        ['old.losses', 'new.losses']
    """

    sheet: Literal["transition_balance"] = "transition_balance"
    about: Id | None = None
    old: RoleBalance
    new: RoleBalance
    how_it_came: Words | None = None
    mastery: tuple[Mastery, ...] = Field(default=(), max_length=30)
    supports_lost: tuple[Words, ...] = Field(default=(), max_length=30)
    supports: tuple[SupportGoal, ...] = Field(default=(), max_length=30)

    def faults(self) -> Iterator[Problem]:
        """See `WorkSheet.faults`."""
        if not (self.old.gains or self.old.losses or self.new.gains or self.new.losses):
            yield Problem("old.gains", "gains and losses are empty on both sides", "begin with what the old role gave")
        for index, each in enumerate(self.supports):
            yield from each.faults(f"supports[{index}]")

    def cautions(self) -> Iterator[Problem]:
        """See `WorkSheet.cautions`."""
        if self.new.gains and not self.old.gains:
            what = "is empty, and the gains of the new role are not"
            yield Problem(
                "old.gains", what, "do not rush to the positive: what was lost with the old role is heard first"
            )
        for name, role in (("old", self.old), ("new", self.new)):
            for side in ("gains", "losses"):
                if not getattr(role, side) and (name, side) != ("old", "gains"):
                    yield Problem(
                        f"{name}.{side}", "is empty", "set the four side by side: gains and losses, old and new"
                    )

    def mentioned(self) -> Iterator[tuple[str, Id]]:
        """See `WorkSheet.mentioned`."""
        for index, each in enumerate(self.supports):
            yield f"supports[{index}].who", each.who

    def subject(self) -> Iterator[tuple[str, Id, str]]:
        """See `WorkSheet.subject`."""
        if self.about is not None:
            yield "about", self.about, "changes"
