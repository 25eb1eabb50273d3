"""What a plan of treatment consists of: its sessions, focus, goals, statement, and what it waits for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from ipt_formulate.case.choices import Instrument
from ipt_formulate.formulation.advised import Card
from ipt_formulate.formulation.contents import ClientChoice, Safety
from ipt_formulate.formulation.part import Part
from ipt_formulate.vocabulary import AreaStatus, Gate, Phase, ProblemArea

if TYPE_CHECKING:
    from ipt_formulate.course.results import Progress


class CourseSetting(BaseModel):
    """How the course is to run. What is left out is taken from the case, or is what is usual.

    Examples:
        >>> CourseSetting(variant="brief").variant
        'brief'
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid")

    variant: str | None = Field(default=None, description="A form of the course, such as standard, brief or group.")
    sessions: int | None = Field(default=None, ge=1, le=60, description="How many sessions are agreed.")


class PlannedFocus(Part):
    """An area that the course works on."""

    area: ProblemArea
    title: str
    about: str | None = Field(description="The death, dispute or change it is about, in words.")
    settled: bool = Field(description="Whether the recorded facts or the client's choice settle it.")
    chosen_by_client: bool
    recorded_facts: AreaStatus | None = Field(description="Its status; none if it is no area of this tradition.")


class Wait(Part):
    """What the middle phase waits for, and what comes first."""

    reason: str
    first: tuple[str, ...]
    rule: str | None = Field(description="The safety rule that says it, if one does.")


class Task(Part):
    """Something that is done in a session."""

    do: str
    client: str | None = Field(description="In words for the client, where there are any.")
    technique: str | None
    assumption: bool = Field(description="Rests at least in part on an assumption, not on a source.")
    sources: tuple[str, ...]
    rule: str | None = Field(description="The safety rule that asks for it, if one does.")


class PlannedTechnique(Part):
    """A technique of the course, whether it can be used now, and what comes first."""

    technique: str
    title: str
    status: Gate
    first: tuple[str, ...]
    card: Card


class PlannedSession(Part):
    """One session: its phase, tasks, techniques in order of fit, measures due, and what it waits for."""

    number: int
    phase: Phase
    tasks: tuple[Task, ...]
    techniques: tuple[str, ...]
    measures_due: tuple[Instrument, ...]
    review: bool
    waits: tuple[Wait, ...]


class Goal(Part):
    """A goal that both can see, tied to a problem and a technique. It is offered, for both to choose and reword."""

    id: str
    area: ProblemArea
    problem: str
    goal: str
    client: str
    seen_by: str
    technique: str
    technique_status: Gate | None = Field(
        description="Whether the technique can be used now; none if it is not listed."
    )
    assumption: bool
    sources: tuple[str, ...]


class Option(Part):
    """Something to consider; none comes before another."""

    do: str
    assumption: bool
    sources: tuple[str, ...]


class StatementPart(Part):
    """One part of the formulation as it is offered."""

    part: Literal["illness", "link", "caution", "work", "goals", "time", "question", "provisional", "undecided"]
    clinician: str
    client: str


class Statement(Part):
    """The formulation in plain words, for both to edit. It is offered, and counts once the client has agreed."""

    parts: tuple[StatementPart, ...]
    sources: tuple[str, ...]

    def words_for(self, reader: Literal["clinician", "client"]) -> str:
        """The whole statement in the words for one of the two."""
        return " ".join(part.client if reader == "client" else part.clinician for part in self.parts)


class Plan(Part):
    """A course of treatment, session by session. It suggests; therapist and client decide."""

    intended_use: str
    safety: Safety
    variant: str
    title: str
    says: tuple[str, ...]
    limits: tuple[str, ...]
    every_days: int = Field(description="Days from one session to the next.")
    focus: tuple[PlannedFocus, ...]
    client: ClientChoice | None
    waits: tuple[Wait, ...]
    statement: Statement
    goals: tuple[Goal, ...]
    before: tuple[Task, ...] = Field(description="What is done in meetings before the first session.")
    sessions: tuple[PlannedSession, ...]
    review_at: int = Field(description="The session in which the focus is looked at again.")
    agreed_by: int = Field(description="The session by which both should have agreed on the focus.")
    if_no_gain: tuple[Option, ...] = Field(description="What to consider where there is no gain by the review.")
    techniques: tuple[PlannedTechnique, ...]
    blocked: tuple[PlannedTechnique, ...]
    tradition: str
    rulebase_sha256: str
    course_sha256: str

    def phases(self) -> Iterator[tuple[Phase, tuple[PlannedSession, ...]]]:
        """The phases in order, each with its sessions."""
        for phase, sessions in groupby(self.sessions, key=lambda session: session.phase):
            yield phase, tuple(sessions)

    def progress(self, measures: Mapping[int, Mapping[str, Any]]) -> Progress:
        """How a course on this plan stands, from totals alone; `course.progress` takes a whole course file.

        Args:
            measures: the totals by session, and in a session by instrument. A measure that is left out was not given,
                which is unknown and never counts as improvement.

        Raises:
            CourseError: there is no such session, instrument or total.

        Examples:
            >>> from ipt_formulate import example, formulate, plan
            >>> course = plan(formulate(example("mrs-e-late-life-widow")))
            >>> course.progress({1: {"phq9": 19}, 5: {"phq9": 14}, 9: {"phq9": 8}}).change.value
            'reliable_improvement'
        """
        from ipt_formulate.course.files import course_of_totals
        from ipt_formulate.course.progress import progress

        return progress(course_of_totals(measures, sessions=len(self.sessions)), self)
