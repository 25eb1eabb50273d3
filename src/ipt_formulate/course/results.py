"""What is found of the progress of a course. Nothing here is computed."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from ipt_formulate.case.choices import Instrument
from ipt_formulate.course.circles import Circles
from ipt_formulate.course.contents import Option
from ipt_formulate.course.notices import Notice, PhaseSpan
from ipt_formulate.course.safety import CourseSafety
from ipt_formulate.course.scores import ChangeClass, Series
from ipt_formulate.formulation.part import Part
from ipt_formulate.vocabulary import ProblemArea

INTENDED_USE: Final = (
    "For clinician and client to look at together. It names what totals say by the definitions that are printed with "
    "it; it finds no illness and does not say how the client will be."
)


class DefinitionUsed(Part):
    """A definition that was used, as it is printed with the results."""

    id: str
    instrument: Instrument
    kind: str
    title: str
    says: str
    basis: str = Field(description="source or assumption.")
    sources: tuple[str, ...]
    limits: tuple[str, ...]


class NumberUsed(Part):
    """A number of the course that was used."""

    name: str
    title: str
    value: int | str
    assumption: str | None = Field(description="Why this number, where it rests in whole or in part on no source.")


class Week(Part):
    """One session's mood beside the event of the week."""

    session: int
    attended: bool | None
    mood: int | None = Field(description="0 lowest to 10 best; None where it was not asked.")
    mood_change: int | None = Field(description="Against the last mood that was recorded.")
    event: str | None
    event_with: str | None = Field(description="The person, by role or label.")


class FocusOutcome(Part):
    """The interpersonal outcome of one focus at one session, by client and therapist apart."""

    area: ProblemArea
    session: int
    client: int | None
    therapist: int | None


class Mark(Part):
    """Something in the course itself, for the chart: an agreement, a change of focus."""

    session: int
    what: str


class Progress(Part):
    """Progress of one course, with the definitions it is named by. It suggests; clinician and client decide."""

    safety: CourseSafety
    sessions: int | None = Field(description="How many were agreed; None where it is not recorded.")
    last_session: int = Field(description="The last that was held; 0 where none is logged.")
    agreed_in: int | None = Field(description="The session of the agreement that counts; None where there is none.")
    review: int | None = Field(description="The session of the review at mid-course.")
    main: Instrument | None = Field(description="The measure that leads; None where none was given.")
    change: ChangeClass = Field(description="On the leading measure, at the last session at which it was given.")
    change_at: int | None
    measures: tuple[Series, ...]
    notices: tuple[Notice, ...]
    if_no_gain: tuple[Option, ...] = Field(description="What to consider where there is no gain by mid-course.")
    outcomes: tuple[FocusOutcome, ...]
    outcome_points: dict[int, str] = Field(description="What the five points of the interpersonal outcome mean.")
    outcome_basis: str
    weeks: tuple[Week, ...]
    circles: Circles
    phases: tuple[PhaseSpan, ...]
    marks: tuple[Mark, ...]
    definitions: tuple[DefinitionUsed, ...]
    numbers: tuple[NumberUsed, ...]
    intended_use: str = INTENDED_USE
