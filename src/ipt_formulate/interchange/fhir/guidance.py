"""What was asked of the rules and what they still need, as a GuidanceResponse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ipt_formulate.formulation.model import Formulation
from ipt_formulate.interchange.codes import FIELD, RULEBASE
from ipt_formulate.interchange.fhir.elements import Frame, Resource, coding, narrative, note, reference
from ipt_formulate.interchange.layout import answers
from ipt_formulate.vocabulary import FocusStatus

_PLACE = re.compile(r"\[[^\]]*\]")


def guidance(formulation: Formulation, frame: Frame, plan: str) -> Resource:
    """The GuidanceResponse: whether the recorded facts were enough, and what to ask next.

    Its status is ``data-required`` while the focus is not chosen and something is open, ``data-requested`` where it is
    chosen and more would tell more, and ``success`` only where nothing is open.
    """
    asks = list(_asks(formulation))
    needed = list(_requirements(formulation))
    told: Resource = {
        "resourceType": "GuidanceResponse",
        "text": narrative(formulation.focus.sentence, asks),
        "moduleUri": f"{RULEBASE}:{formulation.provenance.rulebase}",
        "status": status_of(formulation),
        **frame.about(),
        "occurrenceDateTime": frame.instant,
        "performer": frame.software(),
        "result": [reference(plan)] if frame.release == "R5" else reference(plan),
    }
    if asks:
        told["note"] = [note(each) for each in asks]
    if needed:
        told["dataRequirement"] = needed
    return told


def status_of(formulation: Formulation) -> str:
    """The status of the response, in the words of FHIR."""
    focus = formulation.focus
    if not (formulation.questions or formulation.safety.not_yet_asked or focus.open_inquiries):
        return "success"
    return "data-requested" if focus.status is FocusStatus.CHOSEN else "data-required"


def _asks(formulation: Formulation) -> Iterator[str]:
    if formulation.safety.not_yet_asked:
        yield f"Safety first, ask: {'; '.join(formulation.safety.not_yet_asked)}."
    for number, each in enumerate(formulation.questions, start=1):
        yield f"Ask {number}: {each.ask} (About {each.about}.)"
    for inquiry in formulation.focus.open_inquiries:
        yield f"Ask about {inquiry.list} thoroughly: {inquiry.asked}."


def _requirements(formulation: Formulation) -> Iterator[dict[str, Any]]:
    """One requirement for each field that would tell more, in the order in which to ask."""
    fields = [_PLACE.sub("", question.field) for question in formulation.questions]
    fields += [f"inventory.inquiry.{each.list}" for each in formulation.focus.open_inquiries]
    for field in dict.fromkeys(fields):
        part = answers().get(field)
        meaning = part.meaning if part else None
        yield {"type": "Observation", "codeFilter": [{"path": "code", "code": [coding(FIELD, field, meaning)]}]}
