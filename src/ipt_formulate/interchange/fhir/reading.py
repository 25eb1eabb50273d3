"""Answers from FHIR: QuestionnaireResponses and Observations, with a report of what was used, what was not and why.

A field is found by code first: an item whose Questionnaire is among the resources and gives it a code of this library
or of an instrument, or an Observation with such a code; then by the user's map from ``linkId``. Nothing is guessed: an
answer that the field does not have is left out and told. What is absent, entered in error, cancelled or not yet
verified says nothing, and never *no*.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ipt_formulate.case.case import Case
from ipt_formulate.case.files import parse_case
from ipt_formulate.documents import MAX_VALUES
from ipt_formulate.errors import InputError, Problem
from ipt_formulate.interchange.fhir.gathering import Gathered, Unused, Used
from ipt_formulate.interchange.fhir.links import Links
from ipt_formulate.interchange.fhir.observations import read_observations
from ipt_formulate.interchange.fhir.responses import Questions, read_responses

_READ: Final = ("QuestionnaireResponse", "Observation")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read.

    Attributes:
        content: a case, or a part of one, as a case file would hold it.
        used: the places that were used, each with the field it went to.
        unused: the places that were not, each with the reason. No value is repeated.
    """

    content: Mapping[str, Any]
    used: tuple[Used, ...]
    unused: tuple[Unused, ...]

    def case(self) -> Case:
        """The case.

        Raises:
            CaseError: what was read does not make a valid case; ``problems`` lists every fault by its path.
        """
        return parse_case(self.content)


def from_fhir(
    given: Any,
    *,
    links: Links | Mapping[str, Any] | None = None,
    subject: str | None = None,
    on: datetime.date | None = None,
    unverified: bool = False,
) -> Reading:
    """Read answers from a FHIR resource, a bundle, or a list of resources.

    Args:
        given: plain dictionaries, as parsed from JSON. R4 and R5 are both read.
        links: where the items of other questionnaires belong, by ``linkId``; see `Links`.
        subject: whose answers to read, such as ``Patient/123``; needed where there are several.
        on: the day of the assessment, from which calendar dates are counted.
        unverified: whether to use what is preliminary or still being filled in.

    Returns:
        What was read. What is not in it is unknown, which is never *no*.

    Raises:
        InputError: the resources are not of FHIR's form, are of several people, contradict each other, or hold a
            number out of its range; ``problems`` lists every fault by its path.

    Examples:
        >>> from ipt_formulate import example
        >>> from ipt_formulate.interchange.fhir.questionnaire import to_fhir_case
        >>> case = example("mrs-e-late-life-widow")
        >>> from_fhir(to_fhir_case(case)).case() == case
        True
        >>> score = {
        ...     "resourceType": "Observation", "status": "entered-in-error", "valueInteger": 19,
        ...     "code": {"coding": [{"system": "http://loinc.org", "code": "44261-6"}]},
        ... }
        >>> from_fhir(score).unused[0].why
        'its status is entered-in-error'
    """
    known = links if isinstance(links, Links) else Links.of(links or {})
    placed = list(_resources(given))
    gathered = Gathered(unverified)
    mine = [each for each in placed if _is_of(each, subject, gathered)]
    if subject is None:
        _of_one_subject(mine, gathered)
    questions = Questions.of([resource for _, resource in placed], known)
    read_responses([each for each in mine if each[1]["resourceType"] == "QuestionnaireResponse"], questions, gathered)
    read_observations([each for each in mine if each[1]["resourceType"] == "Observation"], gathered, on)
    for where, resource in mine:
        if resource["resourceType"] not in (*_READ, "Questionnaire"):
            gathered.leave(where, "only QuestionnaireResponse and Observation are read")
    if on is not None:
        gathered.put(("assessment", "date"), on.isoformat(), "on")
    gathered.settle()
    return Reading(gathered.content, tuple(gathered.used), tuple(gathered.unused))


def _resources(given: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each resource with its path."""
    problems: list[Problem] = []
    found: list[tuple[str, Mapping[str, Any]]] = []
    several = given if isinstance(given, list) else [given]
    for place, each in enumerate(several):
        where = f"[{place}]" if isinstance(given, list) else ""
        if isinstance(each, Mapping) and each.get("resourceType") == "Bundle":
            entries = each.get("entry", [])
            if not isinstance(entries, list):
                problems.append(Problem(f"{where}Bundle.entry", "must be a list"))
                continue
            for number, entry in enumerate(entries):
                inner = f"{where}Bundle.entry[{number}].resource"
                _add(entry.get("resource") if isinstance(entry, Mapping) else None, inner, found, problems)
        else:
            _add(each, where, found, problems)
    if len(found) > MAX_VALUES:
        problems.append(Problem("", f"holds more than {MAX_VALUES:,} resources", "split it"))
    if problems:
        raise InputError(problems)
    yield from found


def _add(resource: Any, where: str, found: list[tuple[str, Mapping[str, Any]]], problems: list[Problem]) -> None:
    kind = resource.get("resourceType") if isinstance(resource, Mapping) else None
    if not isinstance(kind, str) or not kind.isalpha() or len(kind) > 64:
        problems.append(Problem(where, "is no FHIR resource", "it must be an object with resourceType"))
    else:
        found.append((f"{where}{'.' if where else ''}{kind}" if not where.endswith("resource") else where, resource))


def _subject(resource: Mapping[str, Any]) -> str | None:
    told = resource.get("subject")
    to = told.get("reference") if isinstance(told, Mapping) else None
    return to if isinstance(to, str) else None


def _is_of(each: tuple[str, Mapping[str, Any]], subject: str | None, gathered: Gathered) -> bool:
    if subject is None or each[1]["resourceType"] not in _READ:
        return True
    if _subject(each[1]) != subject:
        gathered.leave(each[0], "is not of this subject, or does not say of whom it is")
        return False
    return True


def _of_one_subject(placed: list[tuple[str, Mapping[str, Any]]], gathered: Gathered) -> None:
    subjects = {_subject(resource) for _, resource in placed if resource["resourceType"] in _READ} - {None}
    if len(subjects) > 1:
        gathered.fault("", "holds answers of more than one subject", "say whose to read")
