"""A response to the library's own questionnaire, read back as the case it was made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ipt_formulate.case.case import SCHEMA_VERSION
from ipt_formulate.case.fields import MomentKind, WholeKind
from ipt_formulate.case.measures import ITEMS
from ipt_formulate.case.values import ASKED_UNKNOWN
from ipt_formulate.interchange.codes import ABSENT, ASKED_UNKNOWN_CODE, YES_NO
from ipt_formulate.interchange.fhir.answered import (
    ABSENT_ANSWER,
    NOT_ONE,
    NoAnswer,
    WrongNumber,
    answer,
    codings_of,
    is_asked_unknown,
    value_of,
    whole,
)
from ipt_formulate.interchange.fhir.gathering import Gathered
from ipt_formulate.interchange.fhir.questionnaire import ANY, AT_LEAST, AT_MOST, UNKNOWN
from ipt_formulate.interchange.layout import MAY_BE_EMPTY, Part, Shape, layout

_SUFFIXES: Final = (AT_LEAST, AT_MOST, UNKNOWN, ANY)


def read_own(where: str, resource: Mapping[str, Any], gathered: Gathered) -> None:
    """Read a response to `to_questionnaire` into what is gathered."""
    _, _, version = str(resource.get("questionnaire")).partition("|")
    if version and version.split(".")[0] != SCHEMA_VERSION.split(".")[0]:
        what = "is of another version of the case"
        gathered.fault(f"{where}.questionnaire", what, f"this library reads version {SCHEMA_VERSION}")
        return
    content = _Reader(gathered).record(layout(), resource, where)
    for name, value in content.items():
        gathered.merge(name, value, where)


_TWICE: Final = "is told in two ways, which do not fit together"
_YES: Final = [[(system, "Y")] for system in YES_NO.values()]
_NO: Final = [[(system, "N")] for system in YES_NO.values()]


class _Reader:
    """Reads the items of one response."""

    def __init__(self, gathered: Gathered) -> None:
        self.gathered = gathered

    def record(self, parts: tuple[Part, ...], holder: Mapping[str, Any], where: str) -> dict[str, Any]:
        """The content of a record from the items of its group."""
        by_link = {part.code: part for part in parts}
        content: dict[str, Any] = {}
        seen: set[str] = set()
        for place, item in enumerate(holder.get("item", [])):
            inner, link = f"{where}.item[{place}]", item["linkId"]
            stem, _, suffix = link.rpartition(".")
            part = by_link.get(link) or (by_link.get(stem) if suffix in _SUFFIXES else None)
            if part is None:
                self.gathered.leave(inner, "is no item of this group of the questionnaire")
            elif link in seen and part.shape is not Shape.ITEMS:
                self.gathered.fault(inner, "is there twice", "keep one of them")
            else:
                self._read(part, suffix if part.code != link else "", item, inner, content)
            seen.add(link)
        return content

    def _read(self, part: Part, suffix: str, item: Mapping[str, Any], where: str, content: dict[str, Any]) -> None:
        if part.shape is Shape.RECORD:
            content[part.name] = self.record(part.parts, item, where)
        elif part.shape is Shape.ITEMS and not suffix:
            entry = self.record(part.parts, item, where)
            if isinstance(entry.get("items"), dict):
                entry["items"] = _in_order(entry)
            if content.get(part.name) == []:
                self.gathered.fault(where, _TWICE, "take out what does not hold")
            content.setdefault(part.name, []).append(entry)
        elif part.shape is Shape.SCORES:
            content[part.name] = self._scores(part, item, where)
        else:
            try:
                self._answer(part, suffix, item, where, content)
            except NoAnswer as why:
                self.gathered.leave(where, str(why))
            except WrongNumber as why:
                self.gathered.fault(where, str(why))

    def _answer(self, part: Part, suffix: str, item: Mapping[str, Any], where: str, content: dict[str, Any]) -> None:
        answers = item.get("answer", [])
        if len(answers) != 1:
            raise NoAnswer("has several answers" if answers else ABSENT_ANSWER)
        found = value_of(answers[0])
        if suffix in (UNKNOWN, ANY):
            self._told(part, suffix, found, content)
        elif found is None:
            if not is_asked_unknown(answers[0]):
                raise NoAnswer(ABSENT_ANSWER)
            _tell(content, part, ASKED_UNKNOWN)
        elif suffix:
            if not isinstance(part.kind, WholeKind):
                raise NoAnswer(NOT_ONE)
            bounds = content.setdefault(part.name, {})
            if not isinstance(bounds, dict):
                raise WrongNumber(_TWICE)
            bounds[suffix] = whole(*found, part.kind.low, part.kind.high)
        else:
            _tell(content, part, answer(part, *found))
        self.gathered.use(where, part.code)

    def _told(self, part: Part, suffix: str, found: tuple[str, Any] | None, content: dict[str, Any]) -> None:
        """That a number or time is not known to the client, or that a list was asked about and is empty."""
        codes = [(each.get("system"), each.get("code")) for each in codings_of(*found)] if found else []
        if suffix == UNKNOWN and isinstance(part.kind, (WholeKind, MomentKind)):
            if codes != [(ABSENT, ASKED_UNKNOWN_CODE)]:
                raise NoAnswer(NOT_ONE)
            _tell(content, part, ASKED_UNKNOWN)
        elif suffix == ANY and part.name == MAY_BE_EMPTY and codes in _YES:
            return  # what there was is told by the items themselves
        elif suffix == ANY and part.name == MAY_BE_EMPTY and codes in _NO:
            _tell(content, part, [])
        else:
            raise NoAnswer(NOT_ONE)

    def _scores(self, part: Part, item: Mapping[str, Any], where: str) -> dict[int, Any]:
        """The scores of a measure by their place."""
        scores: dict[str, Any] = {}
        for place, each in enumerate(item.get("item", [])):
            inner, rest = f"{where}.item[{place}]", each["linkId"].removeprefix(f"{part.code}.")
            number, _, suffix = rest.partition(".")
            if not number.isdecimal() or not 1 <= int(number) <= 10 or suffix not in ("", *_SUFFIXES):
                self.gathered.leave(inner, "is no item of this group of the questionnaire")
                continue
            one = Part((*part.path, number), Shape.ANSWER, "", part.kind)
            try:
                self._answer(one, suffix, each, inner, scores)
            except NoAnswer as why:
                self.gathered.leave(inner, str(why))
            except WrongNumber as why:
                self.gathered.fault(inner, str(why))
        return {int(number): value for number, value in scores.items()}


def _tell(content: dict[str, Any], part: Part, value: Any) -> None:
    """Put an answer; another that stands there already is wrong."""
    if part.name in content:
        raise WrongNumber(_TWICE)
    content[part.name] = value


def _in_order(measure: Mapping[str, Any]) -> list[Any]:
    """The scores of a measure in their order, as many as its instrument has; None for each that is not known."""
    scores: Mapping[int, Any] = measure["items"]
    count = next((count for each, (count, _) in ITEMS.items() if each == measure.get("instrument")), 0)
    return [scores.get(number) for number in range(1, max(count, *scores, 0) + 1)]
