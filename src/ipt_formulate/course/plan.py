"""The course of treatment from a formulation: its sessions in three phases, and what belongs to each."""

from __future__ import annotations

from collections.abc import Sequence

from ipt_formulate.case.choices import Instrument
from ipt_formulate.course.contents import (
    CourseSetting,
    Goal,
    Option,
    Plan,
    PlannedFocus,
    PlannedSession,
    PlannedTechnique,
    Task,
    Wait,
)
from ipt_formulate.course.knowledge import CourseKnowledge, shipped_course
from ipt_formulate.course.setting import chosen_variant, measures_of
from ipt_formulate.course.statement import statement_of
from ipt_formulate.course.texts import TaskText, Variant
from ipt_formulate.formulation.advised import TechniqueAdvice
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.formulation.wording import capital
from ipt_formulate.rulebase.texts import Citation
from ipt_formulate.vocabulary import Gate, Phase, ProblemArea, Support


def plan(
    formulation: Formulation,
    setting: CourseSetting | None = None,
    *,
    knowledge: CourseKnowledge | None = None,
) -> Plan:
    """Lay out a course of treatment.

    The client's choice leads: where it is recorded, the plan follows it and says what the recorded facts make of it.
    Without the client's agreement, or while a red flag holds work on a focus, every session of the middle phase waits.

    Args:
        formulation: what `formulate` returned.
        setting: the variant and the number of sessions; what the case records of it, if left out.
        knowledge: what is known of the course; that of the library, if left out.

    Returns:
        The plan. It suggests; therapist and client decide.

    Raises:
        UnknownName: there is no such variant.
        InputError: the variant has no such number of sessions.

    Examples:
        >>> from ipt_formulate import example, formulate, plan
        >>> course = plan(formulate(example("mrs-e-late-life-widow")))
        >>> len(course.sessions), course.sessions[0].phase.value, course.sessions[-1].phase.value
        (16, 'initial', 'termination')
    """
    knowledge = knowledge or shipped_course()
    case = formulation.case
    variant, count, notes = chosen_variant(knowledge, setting or CourseSetting(), case)
    focus = _focus(formulation, knowledge)
    areas = [each.area for each in focus]
    waits = _waits(formulation, focus)
    instruments = measures_of(case)
    phases = _phases(variant, count)
    review = _review_at(phases)
    sessions = tuple(
        _session(knowledge, variant, formulation, phases, number, review, instruments, waits)
        for number in range(1, count + 1)
    )
    return Plan(
        intended_use=formulation.intended_use,
        safety=formulation.safety,
        variant=variant.id,
        title=variant.title,
        says=variant.says,
        limits=(*variant.limits, *notes),
        every_days=variant.every,
        focus=focus,
        client=formulation.focus.client,
        waits=waits,
        statement=statement_of(knowledge, formulation, focus, case, count, variant.every),
        goals=tuple(_goal(knowledge, formulation, area, name) for area in areas for name in knowledge.goals[area]),
        before=_tasks(knowledge, variant, Phase.INITIAL, ("before",)) * variant.before,
        sessions=sessions,
        review_at=review,
        agreed_by=min(knowledge.number("agreed_by"), count),
        if_no_gain=tuple(
            Option(do=each.do, assumption=_assumed(each.citations), sources=_sources(each.citations))
            for each in knowledge.no_gain.values()
            if not each.areas or set(each.areas) & set(areas)
        ),
        techniques=tuple(_technique(each) for each in formulation.techniques if each.status is not Gate.BLOCKED),
        blocked=tuple(_technique(each) for each in formulation.techniques if each.status is Gate.BLOCKED),
        course_sha256=knowledge.sha256,
        rulebase_sha256=formulation.provenance.rulebase_sha256,
        tradition=formulation.provenance.tradition,
    )


def _focus(formulation: Formulation, knowledge: CourseKnowledge) -> tuple[PlannedFocus, ...]:
    """What the course works on: the client's choice first, else what the recorded facts support."""
    focus, client = formulation.focus, formulation.focus.client
    named = [each for each in (focus.primary, focus.secondary) if each] or [*focus.tied, *focus.leading]
    candidates = {each.area: each.candidates[0].name for each in [*focus.possible, *named]}
    areas = [each.area for each in named]
    chosen = client.chosen if client is not None and client.answer != "refused" else None
    if chosen is not None:
        areas = [chosen, *(each for each in areas if each != chosen and focus.primary is not None)]
    return tuple(
        PlannedFocus(
            area=area,
            title=formulation.areas[area].title if area in formulation.areas else capital(area.replace("_", " ")),
            about=candidates.get(area),
            settled=focus.primary is not None or area == chosen,
            chosen_by_client=area == chosen,
            recorded_facts=formulation.areas[area].status if area in formulation.areas else None,
        )
        for area in areas[: knowledge.number("most_areas")]
    )


def _waits(formulation: Formulation, focus: Sequence[PlannedFocus]) -> tuple[Wait, ...]:
    """What the middle phase waits for, safety first."""
    flags = {flag.rule: flag for flag in formulation.safety.flags}
    found = [
        Wait(reason=flags[rule].flag, first=flags[rule].actions, rule=rule)
        for rule in formulation.focus.holds
        if rule in flags
    ]
    client = formulation.focus.client
    answer = client.answer if client is not None else None
    if not focus:
        found.append(
            Wait(reason="The recorded facts settle no focus yet.", first=("Ask what is still open.",), rule=None)
        )
    if answer == "refused":
        first = ("Ask what the client sees differently, and offer it anew.",)
        found.append(Wait(reason="The client has refused the formulation that was offered.", first=first, rule=None))
    elif answer not in ("agreed", "edited"):
        first = ("Offer the formulation, and write down the client's answer.",)
        found.append(Wait(reason="The client's agreement to a focus is not recorded.", first=first, rule=None))
    return tuple(found)


def _phases(variant: Variant, count: int) -> tuple[Phase, ...]:
    """The phase of each session. Where a course is too short for all three, the middle gives way last."""
    initial = min(variant.initial, max(1, count - 2))
    ending = min(variant.termination, max(1, count - initial - 1))
    between = Phase.MAINTENANCE if variant.maintenance else Phase.MIDDLE
    return (Phase.INITIAL,) * initial + (between,) * (count - initial - ending) + (Phase.TERMINATION,) * ending


def _review_at(phases: Sequence[Phase]) -> int:
    """The session of the review: half-way through the course, and not before the phase between begins."""
    middle = [number for number, phase in enumerate(phases, start=1) if phase in (Phase.MIDDLE, Phase.MAINTENANCE)]
    return min(max(len(phases) // 2, middle[0]), middle[-1])


def _session(
    knowledge: CourseKnowledge,
    variant: Variant,
    formulation: Formulation,
    phases: Sequence[Phase],
    number: int,
    review: int,
    instruments: Sequence[Instrument],
    waits: tuple[Wait, ...],
) -> PlannedSession:
    phase = phases[number - 1]
    place, count = number - phases.index(phase), phases.count(phase)
    between = 1 < place < count or (count <= 2 and place == 1)
    at = ["first"] * (place == 1) + ["middle"] * between + ["last"] * (place == count) + ["every"]
    if number == review:
        at.append("review")
    tasks = _tasks(knowledge, variant, phase, at)
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


def _tasks(knowledge: CourseKnowledge, variant: Variant, phase: Phase, at: Sequence[str]) -> tuple[Task, ...]:
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
        assumption=_assumed(text.citations),
        sources=_sources(text.citations),
        rule=None,
    )


def _goal(knowledge: CourseKnowledge, formulation: Formulation, area: ProblemArea, name: str) -> Goal:
    text = knowledge.goals[area][name]
    status = {each.technique: each.status for each in formulation.techniques}.get(text.technique)
    return Goal(
        id=f"{area}.{name}",
        area=area,
        problem=text.problem,
        goal=text.goal,
        client=text.client,
        seen_by=text.seen_by,
        technique=text.technique,
        technique_status=status,
        assumption=_assumed(text.citations),
        sources=_sources(text.citations),
    )


def _technique(advice: TechniqueAdvice) -> PlannedTechnique:
    return PlannedTechnique(
        technique=advice.technique,
        title=advice.title,
        status=advice.status,
        first=tuple(each.sentence for each in advice.reasons),
        card=advice.card,
    )


def _assumed(citations: Sequence[Citation]) -> bool:
    return any(each.supports is Support.ASSUMPTION for each in citations)


def _sources(citations: Sequence[Citation]) -> tuple[str, ...]:
    return tuple(f"{each.key}, {each.locator}" for each in citations)
