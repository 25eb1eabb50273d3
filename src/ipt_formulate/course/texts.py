"""What stands in the files of the course, as frozen models; nothing here is computed."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ipt_formulate.rulebase.texts import Citation, RuleText, Sentence, Word
from ipt_formulate.vocabulary import Phase, ProblemArea

Number = Annotated[int, Field(ge=0)]
"""A whole number; in a file it is written as ``$parameter``."""


class SessionCounts(RuleText):
    """How many sessions a course may have."""

    least: Number
    usual: Number
    most: Number


class Variant(RuleText):
    """A form of the course: how many sessions, how they fall into phases, how often, and when is measured."""

    id: Word
    title: Sentence
    format: Literal["individual", "group"]
    sessions: SessionCounts
    initial: Annotated[int, Field(ge=1, description="Sessions of the initial phase.")]
    termination: Annotated[int, Field(ge=1, description="Sessions of the termination phase.")]
    every: Annotated[int, Field(ge=1, description="Days from one session to the next.")]
    measure_every: Annotated[int, Field(ge=1, description="Sessions from one symptom measure to the next.")]
    before: Number = Field(default=0, description="Meetings before the first session.")
    maintenance: bool = Field(default=False, description="Whether what lies between beginning and end is maintenance.")
    says: tuple[Sentence, ...] = Field(min_length=1)
    citations: tuple[Citation, ...] = Field(min_length=1)
    limits: tuple[Sentence, ...] = Field(min_length=1)


class TaskText(RuleText):
    """Something that is done in a session.

    Attributes:
        do: what, in the therapist's words.
        client: what, in words for the client.
        phase: the phase it belongs to.
        at: in which of the sessions of the phase: before the first session of the course, in the first or the last
            of the phase, in those between (or in the first where there are none), in every one, or at the review.
        technique: the technique by which it is done.
        only: the variants it belongs to; all but maintenance if left out.
    """

    do: Sentence
    client: Sentence
    phase: Phase
    at: Literal["before", "first", "middle", "last", "every", "review"]
    technique: Word | None = None
    only: tuple[Word, ...] = ()
    citations: tuple[Citation, ...] = Field(min_length=1)


class GoalText(RuleText):
    """A goal that fits an area, and how both will see that it is reached."""

    problem: Sentence
    goal: Sentence
    client: Sentence
    seen_by: Sentence
    technique: Word
    citations: tuple[Citation, ...] = Field(min_length=1)


class Told(RuleText):
    """A text in the therapist's words, and in words for the client."""

    clinician: Sentence
    client: Sentence


class AreaWording(RuleText):
    """How a formulation names an area: the link to the life situation, and the work."""

    area: ProblemArea
    link: Told
    work: Told
    citations: tuple[Citation, ...] = Field(min_length=1)


class StatementWording(RuleText):
    """The parts of the formulation as it is offered that are the same for every area."""

    illness: Told
    caution: Told
    time: Told
    work: Told
    question: Told
    provisional: Told
    undecided: Told
    citations: tuple[Citation, ...] = Field(min_length=1)


class NoGain(RuleText):
    """Something to consider where there is no gain by mid-course."""

    do: Sentence
    areas: tuple[ProblemArea, ...] = Field(default=(), description="The areas it belongs to; all if left out.")
    citations: tuple[Citation, ...] = Field(min_length=1)
