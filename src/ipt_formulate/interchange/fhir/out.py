"""A formulation as a FHIR bundle of the type *collection*, in R5 or R4, as plain dictionaries."""

from __future__ import annotations

import datetime
import hashlib

from ipt_formulate.course.plan import plan
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.interchange.codes import RULEBASE_HASH
from ipt_formulate.interchange.fhir.acceptance import Acceptance, checked_area, condition
from ipt_formulate.interchange.fhir.elements import (
    Frame,
    Resource,
    checked_reference,
    checked_release,
    checked_time,
    coding,
    concept,
    narrative,
    reference,
)
from ipt_formulate.interchange.fhir.guidance import guidance
from ipt_formulate.interchange.fhir.impression import impression, red_flags
from ipt_formulate.interchange.fhir.proposals import CourseLinks, course, techniques
from ipt_formulate.interchange.fhir.questionnaire import to_fhir_case

_PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"


def to_fhir(
    formulation: Formulation,
    version: str = "R5",
    *,
    subject: str,
    at: datetime.datetime,
    encounter: str | None = None,
    accepted: Acceptance | None = None,
    with_case: bool = True,
) -> Resource:
    """A formulation as a bundle of FHIR resources.

    A ClinicalImpression with what the rules support as findings, a Flag for each red flag, a GuidanceResponse with
    what to ask next, a CarePlan and ServiceRequests with the intent *proposal*, and the Provenance with the hash of
    the rules. There is a Condition only where a clinician accepted one, and never a RiskAssessment. What is not
    known is never written as absent.

    Args:
        formulation: what `formulate` returned.
        version: ``R5`` or ``R4``.
        subject: the reference to whom it is about, such as ``Patient/123``.
        at: when it was made, with its zone. The library never looks at the clock.
        encounter: the reference to the encounter.
        accepted: who accepted which problem area, and when.
        with_case: whether the recorded facts go with it as a QuestionnaireResponse, where the formulation still has
            them; `from_fhir` reads them back.

    Returns:
        The bundle. The same input gives the same bundle, the numbers of its entries included.

    Raises:
        UnknownName: there is no such version, or no such area was accepted.
        InputError: a reference or time is of no form that FHIR has.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from ipt_formulate import example, formulate
        >>> bundle = to_fhir(
        ...     formulate(example("mrs-e-late-life-widow")), subject="Patient/1", at=datetime(2024, 3, 5, tzinfo=timezone.utc)
        ... )
        >>> [entry["resource"]["resourceType"] for entry in bundle["entry"]][:3]
        ['ClinicalImpression', 'GuidanceResponse', 'CarePlan']
    """
    frame = _frame(formulation, version, subject, at, encounter)
    if accepted is not None:
        checked_area(accepted, formulation)
    entries: dict[str, Resource] = {}
    told = frame.url("impression")
    flags = red_flags(formulation, frame)
    proposed = techniques(formulation, frame, told)
    agreed = frame.url("condition") if accepted else None
    entries["impression"] = impression(
        formulation, frame, [frame.url(key) for key in flags], accepted.by if accepted else None
    )
    entries |= flags
    entries["guidance"] = guidance(formulation, frame, frame.url("course"))
    if accepted:
        entries["condition"] = condition(accepted, formulation, frame, told)
    links = CourseLinks(told, tuple(frame.url(key) for key in proposed), agreed)
    entries["course"] = course(plan(formulation), formulation, frame, links)
    entries |= proposed
    made_from = None
    if with_case and formulation.case is not None:
        made_from = "case"
        entries["case"] = to_fhir_case(formulation.case, frame.release, subject=subject, at=at, encounter=encounter)
    entries["provenance"] = _provenance(formulation, frame, [frame.url(key) for key in entries], accepted, made_from)
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": frame.instant,
        "entry": [{"fullUrl": frame.url(key), "resource": resource} for key, resource in entries.items()],
    }


def _frame(formulation: Formulation, version: str, subject: str, at: datetime.datetime, encounter: str | None) -> Frame:
    release = checked_release(version)
    checked_reference("subject", subject)
    checked_time("at", at)
    if encounter is not None:
        checked_reference("encounter", encounter)
    told = formulation.model_dump_json(exclude={"provenance": {"engine"}})
    seed = hashlib.sha256("\n".join((told, subject, at.isoformat(), encounter or "")).encode()).hexdigest()
    return Frame(release, subject, at, encounter, seed, formulation.provenance.library)


def _provenance(
    formulation: Formulation, frame: Frame, targets: list[str], accepted: Acceptance | None, case: str | None
) -> Resource:
    made = formulation.provenance
    rules = f"{made.rulebase} {made.rulebase_version}, tradition {made.tradition}"
    agents = [{"type": _participation("assembler", "Assembler"), "who": frame.software()}]
    if accepted:
        agents.append({"type": _participation("verifier", "Verifier"), "who": reference(accepted.by)})
    entity = [
        {
            "role": "source",
            "what": {
                "identifier": {"system": RULEBASE_HASH, "value": made.rulebase_sha256},
                "display": f"Rule base {rules}",
            },
        }
    ]
    if case is not None:
        entity.append({"role": "source", "what": reference(frame.url(case))})
        targets = [each for each in targets if each != frame.url(case)]
    return {
        "resourceType": "Provenance",
        "text": narrative(
            f"Made by ipt_formulate {made.library} with the rule base {rules}, SHA-256 {made.rulebase_sha256}."
        ),
        "target": [reference(each) for each in targets],
        "occurredDateTime": frame.instant,
        "recorded": frame.instant,
        "policy": [f"{RULEBASE_HASH}:{made.rulebase_sha256}"],
        "activity": concept("Case formulation by stated rules"),
        "agent": agents,
        "entity": entity,
    }


def _participation(code: str, display: str) -> dict[str, object]:
    return concept(display, coding(_PARTICIPANT, code, display))
