"""Formulations as FHIR: valid in R5 and R4B, honest in every status word, and inert whatever a label holds."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import fhir.resources.R4B.bundle as r4b
import fhir.resources.R4B.questionnaire as r4b_questionnaire
import pytest
from fhir.resources import bundle as r5
from fhir.resources import questionnaire as r5_questionnaire
from hypothesis import given, settings
from hypothesis import strategies as st

import ipt_formulate as ipt
from ipt_formulate.case.case import Case
from ipt_formulate.errors import InputError, UnknownName
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.interchange.codes import AREA, FIELD, HOME
from ipt_formulate.interchange.fhir.acceptance import Acceptance
from ipt_formulate.interchange.fhir.out import to_fhir
from ipt_formulate.interchange.fhir.questionnaire import to_questionnaire
from ipt_formulate.interchange.layout import answers
from ipt_formulate.testing.strategies import cases
from ipt_formulate.vocabulary import AreaStatus, FocusStatus

AT = datetime.datetime(2024, 3, 5, 10, tzinfo=datetime.UTC)
MODELS: Any = {"R4": r4b.Bundle, "R5": r5.Bundle}
VERSIONS = ("R4", "R5")
HOSTILE = '</div><script>alert(1)</script> [x](javascript:alert(1)) & "quoted" https://evil.example @a'


def bundle(formulation: Formulation, version: str = "R5", **more: Any) -> dict[str, Any]:
    return to_fhir(formulation, version, subject="Patient/1", at=AT, **more)


def resources(told: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in told["entry"] if entry["resource"]["resourceType"] == kind]


def valid(told: dict[str, Any], version: str) -> None:
    """The models of the FHIR package take it, and give back the same."""
    assert json.loads(MODELS[version].model_validate(told).model_dump_json()) == told


def nodes(value: Any) -> Iterator[Any]:
    yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nodes(each)


def formulated(case: Case) -> Formulation:
    return ipt.formulate(case, engine="reference")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", ipt.example_names())
def test_the_bundle_of_every_published_case_is_valid(name: str, version: str) -> None:
    formulation = formulated(ipt.example(name))
    valid(bundle(formulation, version), version)
    accepted = Acceptance("Practitioner/2", AT, area="grief", confirmed=True)
    valid(bundle(formulation, version, accepted=accepted, encounter="Encounter/3"), version)


@given(cases(), st.sampled_from(VERSIONS))
@settings(max_examples=25, deadline=None)
def test_the_bundle_of_any_case_is_valid_and_states_nothing_that_the_rules_do_not(case: Case, version: str) -> None:
    formulation = formulated(case)
    told = bundle(formulation, version)
    valid(told, version)
    assert not {"Condition", "RiskAssessment"} & {entry["resource"]["resourceType"] for entry in told["entry"]}
    (impression,) = resources(told, "ClinicalImpression")
    assert impression["status"] == "in-progress"
    found = {each["code"] for each in nodes(impression.get("finding", [])) if isinstance(each, dict) and "code" in each}
    assert found == {area for area, each in formulation.areas.items() if each.status is AreaStatus.SUPPORTED}
    words = {
        each["code"]
        for each in nodes(bundle(formulation, version, with_case=False))
        if isinstance(each, dict) and isinstance(each.get("code"), str)
    }
    assert not words & {"refuted", "absent", "none-found"}
    assert not any("doNotPerform" in each for each in nodes(told) if isinstance(each, dict))
    assert {each["code"]["coding"][0]["code"] for each in resources(told, "Flag")} == {
        each.rule for each in formulation.safety.flags
    }
    for proposal in resources(told, "CarePlan") + resources(told, "ServiceRequest"):
        assert (proposal["status"], proposal["intent"]) == ("draft", "proposal")
    usable = sum(each.status.usable_now for each in formulation.techniques)
    assert len(resources(told, "ServiceRequest")) == usable


@given(cases())
@settings(max_examples=25, deadline=None)
def test_guidance_says_what_is_missing_in_fields_that_there_are(case: Case) -> None:
    formulation = formulated(case)
    (guidance,) = resources(bundle(formulation), "GuidanceResponse")
    open_ = bool(formulation.questions or formulation.safety.not_yet_asked or formulation.focus.open_inquiries)
    if guidance["status"] == "success":
        assert not open_
    elif guidance["status"] == "data-required":
        assert open_
        assert formulation.focus.status is not FocusStatus.CHOSEN
    else:
        assert (guidance["status"], open_) == ("data-requested", True)
    needed = [
        each["code"]
        for each in nodes(guidance.get("dataRequirement", []))
        if isinstance(each, dict) and each.get("system") == FIELD
    ]
    groups = {code.rpartition(".")[0] for code in answers()}
    assert set(needed) <= set(answers()) | groups
    assert len(needed) >= bool(formulation.questions)


@given(cases())
@settings(max_examples=10, deadline=None)
def test_every_reference_within_the_bundle_leads_to_one_entry(case: Case) -> None:
    told = bundle(formulated(case), accepted=Acceptance("Practitioner/2", AT, area="role_dispute"))
    urls = [entry["fullUrl"] for entry in told["entry"]]
    assert len(urls) == len(set(urls))
    inner = {
        each["reference"]
        for each in nodes(told)
        if isinstance(each, dict) and str(each.get("reference", "")).startswith("urn:")
    }
    assert inner <= set(urls)


def test_the_same_input_gives_the_same_bundle_and_another_subject_other_numbers() -> None:
    formulation = formulated(ipt.example("mrs-e-late-life-widow"))
    assert bundle(formulation) == bundle(ipt.formulate(ipt.example("mrs-e-late-life-widow")))
    other = to_fhir(formulation, subject="Patient/2", at=AT)
    assert not {each["fullUrl"] for each in other["entry"]} & {each["fullUrl"] for each in bundle(formulation)["entry"]}


@pytest.mark.parametrize("version", VERSIONS)
def test_labels_are_inert_in_narrative_and_notes(version: str) -> None:
    case = ipt.parse_case(
        {
            "assessment": {"episode": {"onset": "3mo"}},
            "inventory": {
                "people": [{"id": "p", "role": "partner", "closeness": 1, "label": HOSTILE}],
                "conflicts": [{"person": "p", "kind": "overt", "when": "3mo", "label": HOSTILE}],
            },
        }
    )
    told = bundle(formulated(case), version)
    valid(told, version)
    for entry in told["entry"]:
        div = ElementTree.fromstring(entry["resource"]["text"]["div"])
        assert {each.tag.rpartition("}")[2] for each in div.iter()} <= {"div", "p", "ul", "li"}
        assert not any(each.attrib for each in div.iter())
    notes = [
        each["text"] for each in nodes(told) if isinstance(each, dict) and set(each) == {"text"} and "note" in str(told)
    ]
    marked = [each for each in notes if "script" in each]
    assert marked
    assert not any(re.search(r"(?<!\\)\[|[<>@]|https:", each) for each in marked)


def test_a_condition_says_who_accepted_it_when_and_what_the_facts_make_of_it() -> None:
    formulation = formulated(ipt.example("barbara-ravitz-casebook"))
    with pytest.raises(InputError, match=r"accepted\.area: is needed"):
        bundle(formulation, accepted=Acceptance("Practitioner/2", AT))
    told = bundle(formulation, accepted=Acceptance("Practitioner/2", AT, area="grief"))
    (condition,) = resources(told, "Condition")
    assert condition["verificationStatus"]["text"] == "Provisional"
    assert condition["participant"][0]["actor"] == {"reference": "Practitioner/2"}
    assert condition["recordedDate"] == "2024-03-05T10:00:00Z"
    assert condition["code"]["coding"][0]["system"] == AREA
    assert any("undetermined" in each["text"] for each in condition["note"])
    (impression,) = resources(told, "ClinicalImpression")
    assert impression["status"] == "completed"
    assert "finding" not in impression


def test_provenance_names_the_rules_by_their_hash_and_the_library_by_its_version() -> None:
    formulation = formulated(ipt.example("clara-ipsrt-physician"))
    (made,) = resources(bundle(formulation), "Provenance")
    assert made["entity"][0]["what"]["identifier"]["value"] == formulation.provenance.rulebase_sha256
    assert made["agent"][0]["who"]["identifier"]["value"] == f"ipt_formulate/{ipt.__version__}"


def test_a_formulation_that_lost_its_case_gives_a_bundle_without_it() -> None:
    formulation = formulated(ipt.example("clara-ipsrt-physician"))
    alone = Formulation.model_validate_json(formulation.model_dump_json())
    assert not resources(bundle(alone), "QuestionnaireResponse")
    assert not resources(bundle(formulation, with_case=False), "QuestionnaireResponse")
    valid(bundle(alone), "R5")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"subject": "Mrs E"}, "subject: is not a reference"),
        ({"subject": "Patient/1", "at": datetime.datetime(2024, 3, 5)}, "at: is not a time with its zone"),
        ({"subject": "Patient/1", "encounter": "javascript:x"}, "encounter: is not a reference"),
        ({"subject": "Patient/1", "accepted": Acceptance("me", AT, "grief")}, r"accepted\.by: is not a reference"),
    ],
)
def test_what_has_no_form_of_fhir_is_refused_and_not_repeated(given: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message) as refused:
        to_fhir(formulated(Case()), **({"at": AT} | given))
    assert "Mrs" not in str(refused.value)


def test_names_that_there_are_not_are_refused() -> None:
    with pytest.raises(UnknownName, match="there are: R4, R5"):
        bundle(formulated(Case()), "R6")
    with pytest.raises(UnknownName, match="it has: grief"):
        bundle(formulated(Case()), accepted=Acceptance("Practitioner/2", AT, area="interpersonal_patterns"))


def test_the_questionnaire_is_valid_and_asks_for_every_field_once() -> None:
    models: Any = {"R4": r4b_questionnaire.Questionnaire, "R5": r5_questionnaire.Questionnaire}
    for version in VERSIONS:
        told = to_questionnaire(version)
        assert json.loads(models[version].model_validate(told).model_dump_json()) == told
        links = [each["linkId"] for each in nodes(told) if isinstance(each, dict) and "linkId" in each]
        assert len(links) == len(set(links))
        assert set(answers()) <= set(links)


def test_a_caller_may_change_what_it_got() -> None:
    def spoil(value: Any) -> None:
        for each in list(value.values() if isinstance(value, dict) else value):
            if isinstance(each, (dict, list)):
                spoil(each)
        value.clear()

    formulation = formulated(ipt.example("susan-bpd-casebook"))
    for make in (lambda: bundle(formulation), lambda: to_questionnaire("R4")):
        spoilt, before = make(), json.dumps(make())
        spoil(spoilt)
        assert json.dumps(make()) == before


def test_codes_of_this_library_are_names_that_lead_nowhere() -> None:
    systems = {
        each["system"]
        for name in ipt.example_names()
        for each in nodes(bundle(formulated(ipt.example(name))))
        if isinstance(each, dict) and "system" in each
    }
    assert {each for each in systems if not each.startswith(f"{HOME}:")} <= {
        "http://terminology.hl7.org/CodeSystem/flag-category",
        "http://terminology.hl7.org/CodeSystem/provenance-participant-type",
        "http://terminology.hl7.org/CodeSystem/data-absent-reason",
        "http://terminology.hl7.org/CodeSystem/v2-0532",
    }
