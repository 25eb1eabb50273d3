"""The formulation as a clinical impression, with a flag for each red flag.

A finding is what the rules support, and nothing else: an area that is not supported or not determined is told in a
note, and never written as absent. A red flag is a `Flag`: in FHIR a prospective warning of potential issues when
providing care. A `DetectedIssue` is about clinical actions that clash, and a `RiskAssessment` states what is likely,
which nothing here does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ipt_formulate.formulation.contents import AreaFinding, CandidateFinding, EvidenceItem
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.interchange.codes import AREA, RULE, RULEBASE_HASH
from ipt_formulate.interchange.fhir.elements import (
    Frame,
    Release,
    Resource,
    coding,
    concept,
    concept_or_reference,
    narrative,
    note,
    reference,
)
from ipt_formulate.vocabulary import AreaStatus, ProblemArea

NEVER_SAFE = "That no red flag is met never means that there is no risk."
NOT_ABSENT = "What is not determined or was not asked is not absent."
_FLAG_CATEGORY = coding("http://terminology.hl7.org/CodeSystem/flag-category", "safety", "Safety")


def impression(formulation: Formulation, frame: Frame, flags: list[str], accepted_by: str | None) -> Resource:
    """The ClinicalImpression.

    Args:
        formulation: what is told.
        frame: what the bundle shares.
        flags: the full URLs of the red flags.
        accepted_by: the clinician who accepted it; without one it is in progress, whatever the rules say.
    """
    focus, made = formulation.focus, formulation.provenance
    findings = list(_findings(formulation, frame.release))
    notes = list(_notes(formulation))
    told: Resource = {
        "resourceType": "ClinicalImpression",
        "text": narrative(focus.sentence, (_supported(each) for each in _candidates(formulation)), notes),
        "status": "completed" if accepted_by else "in-progress",
        "statusReason": concept(f"The focus is {focus.status}: {focus.reason.replace('_', ' ')}."),
        "description": f"Case formulation for Interpersonal Psychotherapy by stated rules. {formulation.intended_use}",
        **frame.about(),
        "date": frame.instant,
        "protocol": [f"{RULEBASE_HASH}:{made.rulebase_sha256}"],
        "summary": focus.sentence,
        "note": [note(each) for each in notes],
    }
    if accepted_by:
        told["performer" if frame.release == "R5" else "assessor"] = reference(accepted_by)
    if findings:
        told["finding"] = findings
    if flags:
        told["supportingInfo"] = [reference(each) for each in flags]
    return told


def red_flags(formulation: Formulation, frame: Frame) -> dict[str, Resource]:
    """A Flag for each red flag, by a key for its full URL."""
    found: dict[str, Resource] = {}
    for flag in formulation.safety.flags:
        words = f"{flag.flag} ({flag.urgency.replace('_', ' ')})"
        found[f"flag/{flag.rule}"] = {
            "resourceType": "Flag",
            "text": narrative(words, flag.actions),
            "status": "active",
            "category": [concept("Safety", _FLAG_CATEGORY)],
            "code": concept(" ".join([f"{words}.", *flag.actions]), coding(RULE, flag.rule)),
            **frame.about(),
            "period": {"start": frame.instant},
            "author": frame.software(),
        }
    return found


def area_coding(area: ProblemArea, finding: AreaFinding | None) -> dict[str, str]:
    """The code of a problem area."""
    return coding(AREA, area.value, finding.title if finding else None)


def _candidates(formulation: Formulation) -> Iterator[tuple[ProblemArea, AreaFinding, CandidateFinding]]:
    """The candidates that the rules support, area by area."""
    for area, finding in formulation.areas.items():
        for candidate in finding.candidates:
            if finding.status is AreaStatus.SUPPORTED and candidate.status is AreaStatus.SUPPORTED:
                yield area, finding, candidate


def _supported(each: tuple[ProblemArea, AreaFinding, CandidateFinding]) -> str:
    return f"{each[1].title}: {each[2].candidate.name}"


def _findings(formulation: Formulation, release: Release) -> Iterator[dict[str, Any]]:
    for each in _candidates(formulation):
        item = concept(_supported(each), area_coding(each[0], each[1]))
        basis = " ".join(
            _sentence(item.sentence, item.assumption) for item in each[2].evidence_for if item.verdict == "met"
        )
        yield {("item" if release == "R5" else "itemCodeableConcept"): concept_or_reference(release, concept=item)} | (
            {"basis": basis} if basis else {}
        )


def _sentence(words: str, assumption: bool) -> str:
    words = words if words.endswith((".", "!", "?")) else f"{words}."
    return f"{words} (Rests in part on an assumption.)" if assumption else words


def _against(item: EvidenceItem) -> str:
    return _sentence(item.sentence if item.verdict == "met" else f"Does not hold: {item.sentence}", item.assumption)


def _notes(formulation: Formulation) -> Iterator[str]:
    safety, focus = formulation.safety, formulation.focus
    for flag in safety.flags:
        yield f"Red flag ({flag.urgency.replace('_', ' ')}): {flag.flag} {' '.join(flag.actions)}"
    if focus.holds:
        yield "Work on any focus waits for what is flagged."
    if not safety.flags:
        yield f"No red flag is met by what is recorded. {NEVER_SAFE}"
    if safety.not_yet_asked:
        yield f"Safety, not known, ask: {'; '.join(safety.not_yet_asked)}."
    for finding in formulation.areas.values():
        yield f"{finding.title}: {finding.status.replace('_', ' ')}. {finding.reason}"
        for candidate in finding.candidates:
            if against := " ".join(_against(each) for each in candidate.evidence_against):
                yield f"Against {finding.title.lower()}, {candidate.candidate.name}: {against}"
    if focus.open_inquiries:
        asked = "; ".join(f"{each.list} ({each.asked})" for each in focus.open_inquiries)
        yield f"More may exist than is recorded: {asked}. {NOT_ABSENT}"
    else:
        yield NOT_ABSENT
    if focus.client:
        yield focus.client.sentence
    yield from (f"The record disagrees with itself at {each}." for each in formulation.contradictions)
    yield f"Not for: {' '.join(formulation.not_for)}"
