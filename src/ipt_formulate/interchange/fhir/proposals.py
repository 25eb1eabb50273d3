"""The course and its techniques as proposals: nothing is ordered, and what is held back is not proposed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ipt_formulate.course.contents import Plan
from ipt_formulate.formulation.advised import TechniqueAdvice
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.interchange.codes import TECHNIQUE
from ipt_formulate.interchange.fhir.elements import (
    Frame,
    Resource,
    coding,
    concept,
    concept_or_reference,
    narrative,
    note,
    reference,
)


@dataclass(frozen=True, slots=True)
class CourseLinks:
    """The full URLs to which a course refers: the impression, its requests, and the condition if there is one."""

    impression: str
    requests: tuple[str, ...]
    condition: str | None


_OFFERED = "It is proposed, for therapist and client to decide."


def techniques(formulation: Formulation, frame: Frame, impression: str) -> dict[str, Resource]:
    """A ServiceRequest for each technique that can be used now, by a key for its full URL."""
    return {
        f"technique/{each.technique}": _request(each, frame, impression)
        for each in formulation.techniques
        if each.status.usable_now
    }


def course(plan: Plan, formulation: Formulation, frame: Frame, links: CourseLinks) -> Resource:
    """The CarePlan: how a course would run, with what it waits for."""
    notes = list(_notes(plan, formulation))
    words = plan.statement.words_for("clinician")
    told: Resource = {
        "resourceType": "CarePlan",
        "text": narrative(plan.title, words, notes),
        "status": "draft",
        "intent": "proposal",
        "title": plan.title,
        "description": words,
        **frame.about(),
        "created": frame.instant,
        "supportingInfo": [reference(links.impression)],
        "note": [note(each) for each in notes],
    }
    if links.requests:
        name = "plannedActivityReference" if frame.release == "R5" else "reference"
        told["activity"] = [{name: reference(each)} for each in links.requests]
    if links.condition:
        told["addresses"] = [concept_or_reference(frame.release, reference=reference(links.condition))]
    return told


def _request(advice: TechniqueAdvice, frame: Frame, impression: str) -> Resource:
    notes = [_OFFERED, f"{advice.status.replace('_', ' ').capitalize()}. {advice.purpose}", *_reasons(advice)]
    return {
        "resourceType": "ServiceRequest",
        "text": narrative(advice.title, notes),
        "status": "draft",
        "intent": "proposal",
        "code": concept_or_reference(
            frame.release, concept=concept(advice.title, coding(TECHNIQUE, advice.technique, advice.title))
        ),
        **frame.about(),
        "authoredOn": frame.instant,
        "supportingInfo": [concept_or_reference(frame.release, reference=reference(impression))],
        "note": [note(each) for each in notes],
    }


def _reasons(advice: TechniqueAdvice) -> Iterator[str]:
    yield from (reason.sentence for reason in advice.reasons)
    for person in advice.people:
        if person.reasons:
            words = " ".join(reason.sentence for reason in person.reasons)
            yield f"With {person.name}: {person.status.replace('_', ' ')}. {words}"


def _notes(plan: Plan, formulation: Formulation) -> Iterator[str]:
    yield _OFFERED
    for phase, sessions in plan.phases():
        first, last = sessions[0].number, sessions[-1].number
        yield f"{phase.capitalize()} phase: {f'session {first}' if first == last else f'sessions {first} to {last}'}."
    for wait in plan.waits:
        yield f"The middle phase waits: {wait.reason} First: {'; '.join(wait.first)}" if wait.first else wait.reason
    yield from (f"Goal that could be agreed: {goal.goal}" for goal in plan.goals)
    told: set[str] = set()
    for each in formulation.techniques:
        if not each.status.usable_now:
            fresh = [reason for reason in _reasons(each) if reason not in told]
            told.update(fresh)
            yield f"Not proposed now, {each.status.replace('_', ' ')}: {each.title}. {' '.join(fresh)}".rstrip()
    yield from plan.limits
