"""What stands in a plan against a relapse: signs, situations, skills, whom to call, what to do, and when to look again."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from ipt_formulate.case.record import Id
from ipt_formulate.case.values import fault
from ipt_formulate.course.entries import FollowUpStatus
from ipt_formulate.course.sheets.sheet import Day, Mark, Session, SheetPart, Words, twice
from ipt_formulate.errors import Problem
from ipt_formulate.rulebase.texts import RuleId, Word

By: TypeAlias = Literal["draft", "client", "therapist"]
PlanPart: TypeAlias = Literal["warning_signs", "situations", "skills", "contacts", "actions"]
CRISIS: Final = "crisis"
DANGER: Final = "danger"


class ContactKind(StrEnum):
    """Who is called: the site's crisis contact, the emergency number, a professional, somebody close."""

    CRISIS = "crisis"
    EMERGENCY = "emergency"
    PROFESSIONAL = "professional"
    CLOSE_PERSON = "close_person"


class PlanLine(SheetPart):
    """One line of the plan.

    Attributes:
        id: a name for the line.
        words: in the client's words.
        proposed_by: who proposed it as it stands; ``draft`` where nobody has changed the draft.
        rules: the rules of the formulation that it was drawn from.
        technique: the technique that a skill was learned by.
        assumption: whether its drafted words, or one of its rules, rest on an assumption.
    """

    id: Id
    words: Words
    proposed_by: By = "client"
    rules: tuple[RuleId, ...] = ()
    technique: Word | None = None
    assumption: bool = False


class Contact(PlanLine):
    """Somebody to call; ``number`` is None until it is filled in."""

    kind: ContactKind
    person: Id | None = Field(default=None, alias="with")
    number: Words | None = None


class Level(SheetPart):
    """How far it has come, and what is done then."""

    id: Id
    when: Words
    actions: tuple[PlanLine, ...] = Field(min_length=1, max_length=30)


class FollowUpDue(SheetPart):
    """A follow-up some months after the end; the status is None until it has taken place."""

    months: Annotated[int, Field(ge=1, le=60, strict=True)]
    date: Day | None = None
    status: FollowUpStatus | None = None
    note: Words | None = None


class Maintenance(SheetPart):
    """Maintenance sessions, which are agreed on their own; not agreed until it says so."""

    every_months: Annotated[int, Field(ge=1, le=12, strict=True)]
    agreed: Mark | None = None


class PlanEdit(SheetPart):
    """A change of the plan, who proposed it, and whether the other agreed (None: nobody asked).

    Attributes:
        part: the part of the plan.
        entry: the id of the line that is added, changed or removed.
        does: what is done with it.
        by: who proposed it.
        words: the new words, or for a contact who it is.
        level: for a new action, the level it belongs to.
        number: for a contact, the number.
        session: the session in which it was proposed.
        agreed: whether the other agreed.
    """

    part: PlanPart
    entry: Id
    does: Literal["add", "change", "remove"]
    by: Literal["client", "therapist"]
    words: Words | None = None
    level: Id | None = None
    number: Words | None = None
    session: Session | None = None
    agreed: Mark | None = None


class RelapsePlan(SheetPart):
    """A plan against a relapse. It never says that nothing can happen.

    The crisis contact and the level of danger cannot be taken out; the number of the crisis contact is filled in by
    the site.
    """

    warning_signs: tuple[PlanLine, ...] = Field(default=(), max_length=40)
    situations: tuple[PlanLine, ...] = Field(default=(), max_length=60)
    skills: tuple[PlanLine, ...] = Field(default=(), max_length=40)
    contacts: tuple[Contact, ...] = Field(max_length=40)
    levels: tuple[Level, ...] = Field(max_length=12)
    follow_up: tuple[FollowUpDue, ...] = Field(default=(), max_length=24)
    maintenance: Maintenance | None = None
    edits: tuple[PlanEdit, ...] = Field(default=(), max_length=500)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if faults := [*self.faults()]:
            raise fault("\n".join(f"@{problem}" for problem in faults))
        return self

    def faults(self) -> Iterator[Problem]:
        """What a plan cannot be without, or has twice."""
        if all(each.kind is not ContactKind.CRISIS for each in self.contacts):
            yield Problem("contacts", "have no crisis contact", "add one of kind crisis, with the number of your site")
        if all(level.id != DANGER for level in self.levels):
            yield Problem("levels", "have none for danger", "add the level danger, and what is done then")
        for name in ("warning_signs", "situations", "skills", "contacts", "levels"):
            yield from twice((each.id for each in getattr(self, name)), name)
        yield from twice((each.id for level in self.levels for each in level.actions), "actions")
        months = [each.months for each in self.follow_up]
        if months != sorted(set(months)):
            yield Problem("follow_up", "is not in the order of months, or has one twice", "put the earliest first")

    def cautions(self) -> Iterator[Problem]:
        """What is still to be filled in, or to be put into the client's own words."""
        for index, contact in enumerate(self.contacts):
            if contact.number is None:
                urgent = contact.kind is ContactKind.CRISIS
                remedy = (
                    "before the client gets the plan: a number that works at any hour" if urgent else "or take it out"
                )
                yield Problem(f"contacts[{index}].number", "is to be filled in", remedy)
        if all(each.proposed_by != "client" for each in self.warning_signs):
            yield Problem("warning_signs", "have none of the client's own", "ask what the client notices first")
        if not self.situations:
            yield Problem("situations", "are empty", "ask which events with people could bring it back")
        if not self.skills:
            yield Problem("skills", "are empty", "ask what helped, or record which techniques were used")

    def to_call(self, kind: ContactKind) -> tuple[Contact, ...]:
        """The contacts of a kind."""
        return tuple(each for each in self.contacts if each.kind is kind)
