"""The fields of a case as a FHIR Questionnaire, and a case as a QuestionnaireResponse.

``linkId`` and code of an item are the field's path, such as ``assessment.episode.onset``; an item of a list is one
repetition of its group. How an answer is told:

- yes and no, and one of a few words: a coding. What the client does not know is the code *asked-unknown*;
- an answer narrowed down to some words: text such as ``mild|moderate``, which nobody takes for one of them;
- a whole number: an integer; one known only within bounds: ``PATH.at_least`` and ``PATH.at_most``;
- a time: text as in a case file, such as ``about 3mo`` or ``2024-03``;
- a number or time that the client does not know: ``PATH.unknown`` with the code *asked-unknown*.

What was not asked has no item. A list that was asked about and is empty is told by ``PATH.any`` with *no*.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ipt_formulate.case.case import SCHEMA_VERSION, Case
from ipt_formulate.case.fields import ChoiceKind, Kind, MomentKind, WholeKind, YesNoKind
from ipt_formulate.case.files import to_plain
from ipt_formulate.case.values import ASKED_UNKNOWN
from ipt_formulate.case.words import OR
from ipt_formulate.interchange.codes import (
    ABSENT,
    ASKED_UNKNOWN_CODE,
    FIELD,
    QUESTIONNAIRE,
    QUESTIONNAIRE_NOW,
    YES_NO,
    of_choice,
)
from ipt_formulate.interchange.fhir.elements import (
    Release,
    Resource,
    checked_reference,
    checked_release,
    checked_time,
    coding,
    instant,
    narrative,
    reference,
)
from ipt_formulate.interchange.layout import MAY_BE_EMPTY, Part, Shape, layout

AT_LEAST: Final = "at_least"
AT_MOST: Final = "at_most"
ANY: Final = "any"
UNKNOWN: Final = "unknown"
_MOST_SCORES: Final = 10


def to_questionnaire(version: str = "R5") -> Resource:
    """The fields of a case as a Questionnaire, with their meaning from the coding manual.

    Args:
        version: ``R5`` or ``R4``.

    Raises:
        UnknownName: there is no such version.

    Examples:
        >>> to_questionnaire()["item"][0]["item"][0]["linkId"]
        'assessment.date'
    """
    release = checked_release(version)
    meaning = (
        "The recorded facts of a case for ipt_formulate. Nothing has to be answered; what is left out is not known."
    )
    return {
        "resourceType": "Questionnaire",
        "text": narrative(meaning),
        "url": QUESTIONNAIRE,
        "version": SCHEMA_VERSION,
        "name": "IptFormulateCase",
        "title": "Case for IPT formulation",
        "status": "draft",
        "subjectType": ["Patient"],
        "description": meaning,
        "item": [item for part in layout() for item in _questions(part, release)],
    }


def to_fhir_case(
    case: Case,
    version: str = "R5",
    *,
    subject: str | None = None,
    at: datetime.datetime | None = None,
    encounter: str | None = None,
) -> Resource:
    """A case as a QuestionnaireResponse to `to_questionnaire`; `from_fhir` gives the same case back.

    Args:
        case: the case.
        version: ``R5`` or ``R4``.
        subject: the reference to whom it is about.
        at: when it was recorded, with its zone.
        encounter: the reference to the encounter.

    Raises:
        UnknownName: there is no such version.
        InputError: a reference or time is of no form that FHIR has.

    Examples:
        >>> told = to_fhir_case(Case(assessment={"episode": {"onset": "3mo"}}))
        >>> told["item"][0]["item"][0]["item"]
        [{'linkId': 'assessment.episode.onset', 'answer': [{'valueString': '3mo'}]}]
    """
    release = checked_release(version)
    content = to_plain(case)
    items = [item for part in layout() for item in _told(part, content.get(part.name), release)]
    response: Resource = {
        "resourceType": "QuestionnaireResponse",
        "text": narrative("Recorded facts of a case for ipt_formulate, as answers to its questionnaire."),
        "questionnaire": QUESTIONNAIRE_NOW,
        "status": "completed",
    }
    if subject is not None:
        response["subject"] = reference(checked_reference("subject", subject))
    if encounter is not None:
        response["encounter"] = reference(checked_reference("encounter", encounter))
    if at is not None:
        response["authored"] = instant(checked_time("at", at))
    return response | {"item": items} if items else response


def yes_no(value: bool, release: Release) -> dict[str, str]:
    """The coding of yes or no."""
    return coding(YES_NO[release], "Y", "Yes") if value else coding(YES_NO[release], "N", "No")


def _unknown() -> dict[str, str]:
    """The coding of what was asked and is not known; a new one each time, for callers may change what they get."""
    return coding(ABSENT, ASKED_UNKNOWN_CODE, "Asked, and the client does not know")


def score_link(part: Part, place: int) -> str:
    """The ``linkId`` of a score in a list of scores, from 1."""
    return f"{part.code}.{place + 1}"


def _questions(part: Part, release: Release) -> Iterator[Resource]:
    named = {"linkId": part.code, "code": [coding(FIELD, part.code)], "text": part.meaning}
    if part.shape in (Shape.RECORD, Shape.ITEMS):
        if part.name == MAY_BE_EMPTY:
            text = "Was there any? No says that it was asked, and there was none."
            yield {"linkId": f"{part.code}.{ANY}", "text": text, "type": _choice(release), **_yes_no_only(release)}
        inner = [item for each in part.parts for item in _questions(each, release)]
        repeats = {"repeats": True} if part.shape is Shape.ITEMS else {}
        yield {**named, "type": "group", **repeats, "item": inner}
    elif part.shape is Shape.SCORES:
        scores = [
            item
            for place in range(_MOST_SCORES)
            for item in (
                *_asked_whole(score_link(part, place), f"Score {place + 1}"),
                _asked_unknown(score_link(part, place), release),
            )
        ]
        yield {**named, "type": "group", "item": scores}
    elif part.shape is Shape.DAY:
        yield {**named, "type": "date"}
    elif isinstance(part.kind, WholeKind):
        first, *bounds = _asked_whole(part.code, part.meaning)
        yield {**named, "type": first["type"]}
        yield from bounds
        yield _asked_unknown(part.code, release)
    elif part.kind is None:
        yield {**named, "type": "string"}
    elif isinstance(part.kind, MomentKind):
        yield {**named, "type": "string"}
        yield _asked_unknown(part.code, release)
    else:
        yield {**named, **_options(part, part.kind, release)}


def _choice(release: Release) -> str:
    return "coding" if release == "R5" else "choice"


def _yes_no_only(release: Release) -> dict[str, Any]:
    return {"answerOption": [{"valueCoding": yes_no(value, release)} for value in (True, False)]}


def _options(part: Part, kind: Kind, release: Release) -> dict[str, Any]:
    unknown = [] if part.instrument else [{"valueCoding": _unknown()}]
    if not isinstance(kind, ChoiceKind):
        return {"type": _choice(release), "answerOption": [*_yes_no_only(release)["answerOption"], *unknown]}
    options = [{"valueCoding": coding(of_choice(kind.members), str(each))} for each in kind.members]
    if part.instrument:
        return {"type": _choice(release), "answerOption": options}
    if release == "R5":
        return {"type": "coding", "answerConstraint": "optionsOrString", "answerOption": [*options, *unknown]}
    return {"type": "open-choice", "answerOption": [*options, *unknown]}


def _asked_whole(link: str, meaning: str) -> Iterator[Resource]:
    yield {"linkId": link, "text": meaning, "type": "integer"}
    for bound, words in ((AT_LEAST, "at least"), (AT_MOST, "at most")):
        yield {"linkId": f"{link}.{bound}", "text": f"Where only bounds are known: {words}.", "type": "integer"}


def _asked_unknown(link: str, release: Release) -> Resource:
    text = "Where it was asked and the client does not know."
    options = [{"valueCoding": _unknown()}]
    return {"linkId": f"{link}.{UNKNOWN}", "text": text, "type": _choice(release), "answerOption": options}


def _told(part: Part, value: Any, release: Release) -> Iterator[Resource]:
    if value is None:
        return
    if part.shape is Shape.RECORD:
        yield _group(part, value, release)
    elif part.shape is Shape.ITEMS:
        if part.name == MAY_BE_EMPTY:
            yield {"linkId": f"{part.code}.{ANY}", "answer": [{"valueCoding": yes_no(bool(value), release)}]}
        yield from (_group(part, each, release) for each in value)
    elif part.shape is Shape.SCORES:
        scores = [item for place, each in enumerate(value) for item in _told_whole(score_link(part, place), each)]
        yield {"linkId": part.code, "item": scores} if scores else {"linkId": part.code}
    elif isinstance(part.kind, WholeKind):
        yield from _told_whole(part.code, value)
    elif isinstance(part.kind, MomentKind) and value == ASKED_UNKNOWN:
        yield _told_unknown(part.code)
    else:
        yield {"linkId": part.code, "answer": [_answer(part, value, release)]}


def _group(part: Part, value: Mapping[str, Any], release: Release) -> Resource:
    inner = [item for each in part.parts for item in _told(each, value.get(each.name), release)]
    return {"linkId": part.code, "item": inner} if inner else {"linkId": part.code}


def _told_whole(link: str, value: Any) -> Iterator[Resource]:
    if value == ASKED_UNKNOWN:
        yield _told_unknown(link)
    elif isinstance(value, Mapping):
        for bound in (AT_LEAST, AT_MOST):
            yield {"linkId": f"{link}.{bound}", "answer": [{"valueInteger": value[bound]}]}
    elif value is not None:
        yield {"linkId": link, "answer": [{"valueInteger": value}]}


def _answer(part: Part, value: Any, release: Release) -> dict[str, Any]:
    if part.shape is Shape.DAY:
        return {"valueDate": value}
    if isinstance(part.kind, (YesNoKind, ChoiceKind)):
        if value == ASKED_UNKNOWN:
            return {"valueCoding": _unknown()}
        if isinstance(part.kind, ChoiceKind):
            if isinstance(value, Mapping):
                return {"valueString": OR.join(value["one_of"])}
            return {"valueCoding": coding(of_choice(part.kind.members), value)}
        return {"valueCoding": yes_no(value, release)}
    return {"valueString": value}


def _told_unknown(link: str) -> Resource:
    return {"linkId": f"{link}.{UNKNOWN}", "answer": [{"valueCoding": _unknown()}]}
