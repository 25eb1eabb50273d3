"""Problem-solving with decision analysis: options, what each would bring for everyone, the choice, and a support goal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from ipt_formulate.case.record import Id
from ipt_formulate.course.sheets.sheet import Mark, SheetPart, Words, WorkSheet, twice
from ipt_formulate.errors import Problem

CLIENT = "client"


class Weighed(SheetPart):
    """What an option would bring for one party: ``client``, or the id of a person."""

    party: Id
    pros: tuple[Words, ...] = Field(default=(), max_length=20)
    cons: tuple[Words, ...] = Field(default=(), max_length=20)


class Option(SheetPart):
    """One option, weighed for each party."""

    id: Id
    option: Words
    weighed: tuple[Weighed, ...] = Field(default=(), max_length=12)
    needs: Words | None = None
    danger: Words | None = None


class SupportGoal(SheetPart):
    """Help that is wanted: from whom, for what, whether it was asked for, and what came of it."""

    who: Id
    what_for: Words
    asked: Mark | None = None
    result: Words | None = None

    def faults(self, where: str) -> Iterator[Problem]:
        """A result of a request that was not made."""
        if self.result is not None and self.asked is not True:
            yield Problem(f"{where}.result", "stands, and it is not recorded that anybody was asked", "set asked: true")


class DecisionAnalysis(WorkSheet):
    """A decision analysis.

    Examples:
        >>> sheet = DecisionAnalysis(
        ...     question="Take the night shifts or not",
        ...     options=[{"id": "take", "option": "Take them"}, {"id": "leave", "option": "Leave things as they are"}],
        ...     chosen="leave",
        ... )
        >>> [caution.where for caution in sheet.cautions()]
        ['options[0].weighed', 'options[1].weighed']
    """

    sheet: Literal["decision_analysis"] = "decision_analysis"
    question: Words
    wanted: Words | None = None
    options: tuple[Option, ...] = Field(max_length=20)
    chosen: Id | None = None
    chosen_by: Literal["client", "together"] | None = None
    first_step: Words | None = None
    in_the_way: Words | None = None
    outcome: Words | None = None
    support_goal: SupportGoal | None = None

    def faults(self) -> Iterator[Problem]:
        """See `WorkSheet.faults`."""
        if len(self.options) < 2:
            yield Problem("options", "are fewer than two", "add another: to leave things as they are is an option too")
        yield from twice((option.id for option in self.options), "options")
        for index, option in enumerate(self.options):
            parties = [each.party for each in option.weighed]
            for place, party in enumerate(parties):
                if party in parties[:place]:
                    where = f"options[{index}].weighed[{place}].party"
                    yield Problem(where, "is weighed already in this option", "write all of it in one entry")
        if self.chosen is not None and self.chosen not in {option.id for option in self.options}:
            yield Problem("chosen", "names no option of the list", "use the id of one, or add it to the list first")
        for name in ("chosen_by", "outcome"):
            if getattr(self, name) is not None and self.chosen is None:
                yield Problem(name, "stands without a choice", "fill in chosen, or leave this out")
        if self.support_goal:
            yield from self.support_goal.faults("support_goal")

    def cautions(self) -> Iterator[Problem]:
        """See `WorkSheet.cautions`."""
        everyone = {each.party for option in self.options for each in option.weighed} | {CLIENT}
        for index, option in enumerate(self.options):
            if everyone - {each.party for each in option.weighed if each.pros or each.cons}:
                remedy = "ask what it would mean for the client, and for each of the others who are weighed"
                yield Problem(f"options[{index}].weighed", "does not weigh this option for everyone", remedy)

    def mentioned(self) -> Iterator[tuple[str, Id]]:
        """See `WorkSheet.mentioned`."""
        for index, option in enumerate(self.options):
            for place, each in enumerate(option.weighed):
                if each.party != CLIENT:
                    yield f"options[{index}].weighed[{place}].party", each.party
        if self.support_goal:
            yield "support_goal.who", self.support_goal.who
