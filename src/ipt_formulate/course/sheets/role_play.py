"""Role playing: a named real conversation, rehearsed or seen from the other's place, and looked at afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from ipt_formulate.case.record import Id
from ipt_formulate.course.sheets.sheet import Day, SheetPart, Words, WorkSheet
from ipt_formulate.errors import Problem


class Conversation(SheetPart):
    """The real conversation: with whom, about what, planned or past, and when."""

    person: Id = Field(alias="with")
    about: Words
    state: Literal["planned", "past"]
    when: Day | None = None


class Round(SheetPart):
    """One time it was played: who the client was, and what was tried."""

    client_plays: Literal["self", "other"]
    tried: Words | None = None
    felt: Words | None = None
    worked: Words | None = None
    to_try: Words | None = None


class Review(SheetPart):
    """What the client makes of it afterwards."""

    felt: Words | None = None
    went_well: Words | None = None
    change: Words | None = None
    learned_of_other: Words | None = None


class RolePlay(WorkSheet):
    """A role play.

    Examples:
        >>> RolePlay(
        ...     purpose="rehearse",
        ...     conversation={"with": "sister", "about": "taking turns with mother", "state": "planned"},
        ... ).rounds
        ()
    """

    sheet: Literal["role_playing"] = "role_playing"
    purpose: Literal["rehearse", "other_perspective"]
    conversation: Conversation
    wanted: Words | None = None
    first_words: Words | None = None
    other_tends_to: Words | None = None
    hard_answer: Words | None = None
    ending: Words | None = None
    rounds: tuple[Round, ...] = Field(default=(), max_length=12)
    review: Review | None = None
    decision: Literal["hold", "wait", "leave"] | None = None
    result: Words | None = None

    def faults(self) -> Iterator[Problem]:
        """See `WorkSheet.faults`."""
        planned = self.conversation.state == "planned"
        if not planned:
            yield from self.after_the_session("conversation.when", self.conversation.when)
        if self.purpose == "rehearse" and not planned:
            what = "a conversation that is over cannot be rehearsed"
            yield Problem("conversation.state", what, "take other_perspective as the purpose, or the next talk")
        if (
            self.rounds
            and self.purpose == "other_perspective"
            and all(each.client_plays == "self" for each in self.rounds)
        ):
            what = "have none in which the client plays the other"
            yield Problem("rounds", what, "change places, or take rehearse as the purpose")
        if self.rounds and self.purpose == "rehearse" and all(each.client_plays == "other" for each in self.rounds):
            what = "have none in which the client speaks as themselves"
            yield Problem("rounds", what, "let the client try out the words, or take other_perspective as the purpose")
        if self.review and not self.rounds:
            yield Problem("review", "stands without a round", "write down what was played, or leave the review out")
        if self.decision is not None and not planned:
            yield Problem("decision", "is about a talk that is over", "leave it out, or plan the next talk")

    def cautions(self) -> Iterator[Problem]:
        """See `WorkSheet.cautions`."""
        if self.purpose == "rehearse" and self.rounds and self.rounds[0].client_plays == "other":
            yield Problem("rounds[0].client_plays", "is the other", "the client speaks as themselves first")
        if self.rounds and self.review is None:
            yield Problem("review", "is not filled in", "ask how it felt, what went well, and what to change")

    def concerned(self) -> Iterator[tuple[str, Id]]:
        """See `WorkSheet.concerned`."""
        yield "conversation.with", self.conversation.person
