"""The course of treatment from a formulation: its sessions in three phases, and what belongs to each."""

from __future__ import annotations

from collections.abc import Sequence

from ipt_formulate.course.contents import (
    CourseSetting,
    Goal,
    Option,
    Plan,
    PlannedFocus,
    PlannedTechnique,
    Wait,
)
from ipt_formulate.course.knowledge import CourseKnowledge, shipped_course
from ipt_formulate.course.sessions import phases_of, review_at, session_of, tasks_of
from ipt_formulate.course.setting import chosen_variant, measures_of
from ipt_formulate.course.sources import assumed, sources
from ipt_formulate.course.statement import statement_of
from ipt_formulate.formulation.advised import TechniqueAdvice
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.formulation.wording import capital
from ipt_formulate.vocabulary import Gate, Phase, ProblemArea


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
    phases = phases_of(variant, count)
    review = review_at(phases)
    sessions = tuple(
        session_of(knowledge, variant, formulation, phases, number, review, instruments, waits)
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
        before=tasks_of(knowledge, variant, Phase.INITIAL, ("before",)) * variant.before,
        sessions=sessions,
        review_at=review,
        agreed_by=min(knowledge.number("agreed_by"), count),
        if_no_gain=tuple(
            Option(do=each.do, assumption=assumed(each.citations), sources=sources(each.citations))
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
        assumption=assumed(text.citations),
        sources=sources(text.citations),
    )


def _technique(advice: TechniqueAdvice) -> PlannedTechnique:
    return PlannedTechnique(
        technique=advice.technique,
        title=advice.title,
        status=advice.status,
        first=tuple(each.sentence for each in advice.reasons),
        card=advice.card,
    )
