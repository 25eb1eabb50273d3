"""The code systems of what is exchanged: those of this library, and the few of others that were confirmed.

A URI of this library names a code system and leads nowhere: nothing is ever fetched from it. ``ipt-formulate`` is no
namespace registered with IANA. A code of another system stands here only with the place where it was confirmed; what
has none is exchanged as text. `docs/reference/fhir.md` lists them all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from ipt_formulate.case.case import SCHEMA_VERSION
from ipt_formulate.case.choices import Instrument

HOME: Final = "urn:ipt-formulate"
AREA: Final = f"{HOME}:problem-area"
RULE: Final = f"{HOME}:rule"
TECHNIQUE: Final = f"{HOME}:technique"
FIELD: Final = f"{HOME}:field"
INSTRUMENT: Final = f"{HOME}:instrument"
OVERRIDE: Final = f"{HOME}:override-reason"
SOFTWARE: Final = f"{HOME}:software"
RULEBASE: Final = f"{HOME}:rulebase"
RULEBASE_HASH: Final = f"{HOME}:rulebase-sha256"
QUESTIONNAIRE: Final = f"{HOME}:questionnaire:case"
QUESTIONNAIRE_NOW: Final = f"{QUESTIONNAIRE}|{SCHEMA_VERSION}"

LOINC: Final = "http://loinc.org"
UCUM: Final = "http://unitsofmeasure.org"
ABSENT: Final = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
ABSENT_EXTENSION: Final = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
ASKED_UNKNOWN_CODE: Final = "asked-unknown"
YES_NO: Final[Mapping[str, str]] = {
    "R4": "http://terminology.hl7.org/CodeSystem/v2-0136",
    "R5": "http://terminology.hl7.org/CodeSystem/v2-0532",
}
"""The yes/no codes of the value set *yesnodontknow* of FHIR, which changed from R4 to R5."""

TOTALS: Final[Mapping[str, Instrument]] = {"44261-6": Instrument.PHQ9, "70274-6": Instrument.GAD7}
"""LOINC codes of totals, confirmed in the FHIR value set *observation-scored-assessment-score-codes*."""
PHQ9_ITEMS: Final = (
    "44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3", "44260-8",
)  # fmt: skip
"""LOINC codes of the items of PHQ-9 in their order, as in the questionnaire among the examples of US Core."""
PHQ_ANSWERS: Final[Mapping[str, int]] = {"LA6568-5": 0, "LA6569-3": 1, "LA6570-1": 2, "LA6571-9": 3}
"""LOINC answers of PHQ-9 with their scores (answer list LL358-3)."""


def of_choice(members: type[StrEnum]) -> str:
    """The code system of the answers of a field.

    >>> from ipt_formulate.case.choices import SuicidalThoughts
    >>> of_choice(SuicidalThoughts)
    'urn:ipt-formulate:answer:suicidal-thoughts'
    """
    return f"{HOME}:answer:{re.sub(r'(?<=[a-z0-9])(?=[A-Z])', '-', members.__name__).lower()}"
