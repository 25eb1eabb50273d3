"""The page on FHIR lists every element that is written, and every code of another system."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ipt_formulate as ipt
from ipt_formulate.interchange.codes import PHQ9_ITEMS, PHQ_ANSWERS, TOTALS
from ipt_formulate.interchange.fhir.acceptance import Acceptance
from ipt_formulate.interchange.fhir.out import to_fhir
from ipt_formulate.interchange.fhir.questionnaire import to_questionnaire
from ipt_formulate.testing.cases import random_case

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "fhir.md").read_text(encoding="utf-8")
AT = datetime.datetime(2024, 3, 5, tzinfo=datetime.UTC)
BACKBONES = {
    "Bundle.entry", "CarePlan.activity", "ClinicalImpression.finding", "Condition.participant", "GuidanceResponse.dataRequirement",
    "Provenance.agent", "Provenance.entity", "Questionnaire.item", "QuestionnaireResponse.item",
}  # fmt: skip
"""Elements that consist of others; what is inside any other is of a data type of FHIR."""


def elements(resource: dict[str, Any]) -> Iterator[str]:
    kind = resource["resourceType"]
    for name, value in resource.items():
        if name in ("resourceType", "text"):
            continue
        path = f"{kind}.{name}"
        if path in BACKBONES:
            for each in value:
                yield from (f"{path}.{inner}" for inner in each)
                if path.endswith(".item"):
                    yield from elements({"resourceType": kind, "item": each.get("item", [])})
        else:
            yield path


def test_the_page_lists_the_elements_that_are_written_and_no_others() -> None:
    found: set[str] = set()
    for version in ("R4", "R5"):
        found |= set(elements(to_questionnaire(version)))
        for case in [*map(ipt.example, ipt.example_names()), *(random_case(seed, known=0.9) for seed in range(8))]:
            accepted = Acceptance("Practitioner/1", AT, area="grief")
            told = to_fhir(
                ipt.formulate(case), version, subject="Patient/1", at=AT, encounter="Encounter/1", accepted=accepted
            )
            found |= set(elements(told))
            found |= {path for entry in told["entry"] for path in elements(entry["resource"])}
    listed = re.findall(
        r"\[`([A-Za-z.]+)`\]\(https://hl7\.org/fhir/R[45]/[a-z]+-definitions\.html#([A-Za-z.]+)\)", PAGE
    )
    assert {name for name, _ in listed} == found
    assert all(name == anchor for name, anchor in listed)


def test_every_code_of_another_system_is_on_the_page() -> None:
    assert not [code for code in (*TOTALS, *PHQ9_ITEMS, *PHQ_ANSWERS) if code not in PAGE]
