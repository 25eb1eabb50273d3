"""What a comparison consists of: the library's reasoning, and beside it what each person said, point by point."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from ipt_formulate.case.record import Record
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.practice.attempt import By
from ipt_formulate.report.section import Section


class PointCompared(Record):
    """One point on which somebody and the library can agree.

    Attributes:
        kind: an area, the focus, a person's place on the circle, or when something began.
        id: the area, or the id of the person or event.
        topic: what it is about, in words.
        said: by person, what was said, in words.
        library: what the recorded facts say, in words.
        agree: by person, whether the two agree; None where the recorded facts leave it open, which never counts.
        why: why the library says so.
        rules: the rules on which that rests.
    """

    kind: Literal["area", "focus", "person", "event"]
    id: str
    topic: str
    said: Mapping[By, str]
    library: str
    agree: Mapping[By, bool | None]
    why: str
    rules: tuple[str, ...] = ()


class Counts(Record):
    """How often someone and the library agreed, of the points that could be compared. It is no score of a person."""

    agreed: int
    counted: int
    left_open: int = Field(description="Points on which the recorded facts leave open who is right.")


class AskTold(Record):
    """A question of a staged case, and what it told or would have told.

    Attributes:
        id: its id.
        session: the session from which it could be put.
        ask: the question.
        answer: the client's answer.
        reached: whether there was a session in which it could be put.
        moves: whether, put alone beside what was known, it would have changed what comes out; None where it was put,
            or where another question had to come first.
    """

    id: str
    session: int
    ask: str
    answer: str
    reached: bool
    moves: bool | None


class FocusTold(Record):
    """The focus as the recorded facts settle it."""

    status: str
    sentence: str


class Told(Record):
    """A line of a report: how deep it stands, its mark, its words."""

    depth: int
    mark: str
    text: str


class Comparison(Record):
    """The library's reasoning beside what was said.

    Attributes:
        case: the name of the teaching case.
        title: what it is called.
        safety: the red flags, and what was not asked, always first.
        focus: the library's focus on what was known.
        points: areas, focus, people, events.
        counts: by person, how often both agreed.
        abstaining: by person, whether naming a focus, or none, kept to what was known.
        asked: the questions that were put, in a staged case.
        not_asked: those that were not.
        whole: the library's focus when all is known, in a staged case.
        shows: the area that the case is meant to show, or ``none``.
        composer: what the case is meant to show, in words, and why the library says otherwise where it does.
        teaching_points: what a trainer points out, each with its sources in words.
    """

    case: str
    title: str
    safety: tuple[Told, ...]
    focus: FocusTold
    points: tuple[PointCompared, ...]
    counts: Mapping[By, Counts]
    abstaining: Mapping[By, str]
    asked: tuple[AskTold, ...]
    not_asked: tuple[AskTold, ...]
    whole: FocusTold | None
    shows: str
    composer: str
    teaching_points: tuple[tuple[str, tuple[str, ...]], ...]


def told(section: Section) -> tuple[Told, ...]:
    """The lines of a section of a report."""
    return tuple(Told(depth=depth, mark=mark, text=text) for depth, mark, text in section.lines)


def focus_told(formulation: Formulation) -> FocusTold:
    """The focus of a formulation."""
    return FocusTold(status=formulation.focus.status, sentence=formulation.focus.sentence)
