"""What a clinician accepted of a formulation: only then is there a Condition."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from ipt_formulate.errors import InputError, Problem, UnknownName
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.interchange.fhir.elements import (
    Frame,
    Resource,
    checked_reference,
    checked_time,
    coding,
    concept,
    concept_or_reference,
    instant,
    narrative,
    note,
    reference,
)
from ipt_formulate.interchange.fhir.impression import area_coding
from ipt_formulate.vocabulary import ProblemArea

_TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
_ASSERTER = coding(f"{_TERMINOLOGY}/provenance-participant-type", "verifier", "Verifier")
_NO_DIAGNOSIS = "A problem area of Interpersonal Psychotherapy that therapist and client work on. It is no diagnosis."


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A clinician's acceptance of a problem area as the focus.

    Attributes:
        by: the reference to the clinician, such as ``Practitioner/12``.
        at: when, with its zone.
        area: the problem area; the one that the formulation chose if left out.
        confirmed: whether the clinician calls it confirmed; provisional otherwise.
    """

    by: str
    at: datetime.datetime
    area: ProblemArea | str | None = None
    confirmed: bool = False


def checked_area(accepted: Acceptance, formulation: Formulation) -> ProblemArea:
    """The area that was accepted.

    Raises:
        InputError: none was named and none is chosen, or who or when is of no form that FHIR has.
        UnknownName: the tradition has no such area.
    """
    checked_reference("accepted.by", accepted.by)
    checked_time("accepted.at", accepted.at)
    if accepted.area is None:
        if formulation.focus.primary is None:
            what = "is needed, because the recorded facts settle no focus"
            raise InputError([Problem("accepted.area", what, "name the area that the clinician accepted")])
        return formulation.focus.primary.area
    for area in formulation.areas:
        if area == accepted.area:
            return area
    raise UnknownName(f"the tradition has no such area; it has: {', '.join(formulation.areas)}")


def condition(accepted: Acceptance, formulation: Formulation, frame: Frame, impression: str) -> Resource:
    """The Condition: who accepted it and when, and what the recorded facts make of it."""
    area = checked_area(accepted, formulation)
    finding = formulation.areas[area]
    by = reference(accepted.by)
    notes = [_NO_DIAGNOSIS, f"The recorded facts leave it {finding.status.replace('_', ' ')}. {finding.reason}"]
    state = "confirmed" if accepted.confirmed else "provisional"
    who: dict[str, Any] = (
        {"participant": [{"function": concept("Verifier", _ASSERTER), "actor": by}]}
        if frame.release == "R5"
        else {"asserter": by}
    )
    shown: Any = concept_or_reference("R5", reference=reference(impression))
    return {
        "resourceType": "Condition",
        "text": narrative(finding.title, notes),
        "clinicalStatus": concept("Active", coding(f"{_TERMINOLOGY}/condition-clinical", "active", "Active")),
        "verificationStatus": concept(
            state.capitalize(), coding(f"{_TERMINOLOGY}/condition-ver-status", state, state.capitalize())
        ),
        "category": [
            concept(
                "Problem List Item",
                coding(f"{_TERMINOLOGY}/condition-category", "problem-list-item", "Problem List Item"),
            )
        ],
        "code": concept(finding.title, area_coding(area, finding)),
        **frame.about(),
        "recordedDate": instant(accepted.at),
        **who,
        "evidence": [shown if frame.release == "R5" else {"detail": [reference(impression)]}],
        "note": [note(each) for each in notes],
    }
