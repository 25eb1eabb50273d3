"""The sessions of a course: their phases, the review, and what belongs to each."""

from __future__ import annotations

from collections.abc import Sequence

from ipt_formulate.case.choices import Instrument
from ipt_formulate.course.contents import PlannedSession, Task, Wait
from ipt_formulate.course.knowledge import CourseKnowledge
from ipt_formulate.course.sources import assumed, sources
from ipt_formulate.course.texts import TaskText, Variant
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.vocabulary import Gate, Phase


def phases_of(variant: Variant, count: int) -> tuple[Phase, ...]:
    """The phase of each session. Where a course is too short for all three, the middle gives way last."""
    initial = min(variant.initial, max(1, count - 2))
    ending = min(variant.termination, max(1, count - initial - 1))
    between = Phase.MAINTENANCE if variant.maintenance else Phase.MIDDLE
    return (Phase.INITIAL,) * initial + (between,) * (count - initial - ending) + (Phase.TERMINATION,) * ending


def review_at(phases: Sequence[Phase]) -> int:
    """The session of the review: half-way through the course, and not before the phase between begins."""
    middle = [number for number, phase in enumerate(phases, start=1) if phase in (Phase.MIDDLE, Phase.MAINTENANCE)]
    return min(max(len(phases) // 2, middle[0]), middle[-1])


def session_of(
    knowledge: CourseKnowledge,
    variant: Variant,
    formulation: Formulation,
    phases: Sequence[Phase],
    number: int,
    review: int,
    instruments: Sequence[Instrument],
    waits: tuple[Wait, ...],
) -> PlannedSession:
    """One session of a course: its tasks and measures, and in the middle phase what it waits for."""
    phase = phases[number - 1]
    place, count = number - phases.index(phase), phases.count(phase)
    between = 1 < place < count or (count <= 2 and place == 1)
    at = ["first"] * (place == 1) + ["middle"] * between + ["last"] * (place == count) + ["every"]
    if number == review:
        at.append("review")
    tasks = tasks_of(knowledge, variant, phase, at)
    if number == 1:
        tasks = (*_safety_tasks(formulation), *tasks)
    last = len(phases)
    due = number in (1, last) or (number - 1) % variant.measure_every == 0
    wide = number in (1, review, last)
    return PlannedSession(
        number=number,
        phase=phase,
        tasks=tasks,
        techniques=tuple(
            each.technique
            for each in formulation.techniques
            if phase in each.phases and each.status is not Gate.BLOCKED
        ),
        measures_due=tuple(
            each for each in instruments if wide or (due and each not in (Instrument.WHO5, Instrument.WSAS))
        ),
        review=number == review,
        waits=waits if phase in (Phase.MIDDLE, Phase.MAINTENANCE) else (),
    )


def _safety_tasks(formulation: Formulation) -> tuple[Task, ...]:
    """What a red flag asks for, before everything else; and what of safety has not been asked."""
    flagged = tuple(
        Task(do=action, client=None, technique="safety_plan", assumption=False, sources=(), rule=flag.rule)
        for flag in formulation.safety.flags
        for action in flag.actions
    )
    if not formulation.safety.not_yet_asked:
        return flagged
    asked = f"Ask about safety, of which is not yet known: {'; '.join(formulation.safety.not_yet_asked)}."
    return (*flagged, Task(do=asked, client=None, technique="assessment", assumption=False, sources=(), rule=None))


def tasks_of(knowledge: CourseKnowledge, variant: Variant, phase: Phase, at: Sequence[str]) -> tuple[Task, ...]:
    """The tasks of a phase that belong to some of its sessions."""
    return tuple(
        _task(each)
        for each in knowledge.tasks.values()
        if each.phase is phase and each.at in at and _belongs(each, variant)
    )


def _belongs(task: TaskText, variant: Variant) -> bool:
    if task.only:
        return variant.id in task.only
    return not (variant.maintenance and task.phase is Phase.INITIAL)


def _task(text: TaskText) -> Task:
    return Task(
        do=text.do,
        client=text.client,
        technique=text.technique,
        assumption=assumed(text.citations),
        sources=sources(text.citations),
        rule=None,
    )
