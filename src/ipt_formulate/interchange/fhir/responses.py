"""QuestionnaireResponses: to the library's own questionnaire as a whole, to others item by item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from ipt_formulate.case.fields import ChoiceKind, YesNoKind
from ipt_formulate.case.values import ASKED_UNKNOWN
from ipt_formulate.case.words import from_word
from ipt_formulate.documents import MAX_DEPTH, MAX_VALUES
from ipt_formulate.interchange.codes import QUESTIONNAIRE
from ipt_formulate.interchange.fhir.answered import (
    ABSENT_ANSWER,
    NOT_ONE,
    NoAnswer,
    WrongNumber,
    answer,
    codings_of,
    day_of,
    is_asked_unknown,
    value_of,
)
from ipt_formulate.interchange.fhir.gathering import Gathered
from ipt_formulate.interchange.fhir.links import NOT_ASKED, Links, Target
from ipt_formulate.interchange.fhir.observations import score, target_of, usable
from ipt_formulate.interchange.fhir.own import read_own
from ipt_formulate.interchange.fhir.scores import Scores
from ipt_formulate.interchange.layout import once

_VERIFIED: Final = ("completed", "amended", "stopped")
_UNVERIFIED: Final = ("in-progress",)


@dataclass(frozen=True, slots=True)
class Questions:
    """What the items of questionnaires ask for.

    Attributes:
        coded: by the URL of a questionnaire and the ``linkId``, from the codes of its items.
        links: by ``linkId``, as the user said.
    """

    coded: Mapping[tuple[str, str], Target]
    links: Links

    @classmethod
    def of(cls, resources: list[Mapping[str, Any]], links: Links) -> Self:
        """From the Questionnaires among some resources, and the user's map."""
        coded: dict[tuple[str, str], Target] = {}
        for resource in resources:
            url = resource.get("url")
            if resource.get("resourceType") == "Questionnaire" and isinstance(url, str):
                for item in _items_within(resource, MAX_DEPTH):
                    target = target_of(item["code"]) if isinstance(item.get("code"), list) else None
                    if target is not None and isinstance(item.get("linkId"), str):
                        coded[url, item["linkId"]] = target
        return cls(coded, links)

    def target(self, url: str, link: str) -> Target | None:
        """Where the answer to an item belongs: by code first, then by the user's map."""
        return self.coded.get((url, link)) or self.links.targets.get(link)


def read_responses(placed: list[tuple[str, Mapping[str, Any]]], questions: Questions, gathered: Gathered) -> None:
    """Read QuestionnaireResponses into what is gathered, the latest to each questionnaire."""
    by_url: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
    for where, resource in placed:
        if usable(where, resource, gathered, _VERIFIED, _UNVERIFIED):
            told = resource.get("questionnaire")
            by_url.setdefault(told.split("|")[0] if isinstance(told, str) else "", []).append((where, resource))
    scores = Scores(gathered)
    for url, several in sorted(by_url.items(), key=lambda each: each[0] != QUESTIONNAIRE):
        latest = _latest(several, gathered)
        if latest is None:
            continue
        where, resource = latest
        if not _well_formed(where, resource, gathered):
            continue
        if url == QUESTIONNAIRE:
            read_own(where, resource, gathered)
        else:
            _read_other(where, resource, url, questions, scores, gathered)
    scores.settle()


def _latest(several: list[tuple[str, Mapping[str, Any]]], gathered: Gathered) -> tuple[str, Mapping[str, Any]] | None:
    if len(several) == 1:
        return several[0]
    times = [each.get("authored") for _, each in several]
    days = [str(time) for time in times if day_of(time) is not None and str(time).endswith("Z")]
    if len(days) != len(several) or len(set(days)) != len(days):
        what = "is one of several responses to one questionnaire, and it is not told which is later"
        gathered.fault(several[-1][0], what, "give each a time in authored, in UTC, or take out the others")
        return None
    last = max(days)
    for where, resource in several:
        if resource.get("authored") != last:
            gathered.leave(where, "there is a later response to the same questionnaire")
    return next(each for each in several if each[1].get("authored") == last)


def _well_formed(where: str, resource: Mapping[str, Any], gathered: Gathered) -> bool:
    """Whether the items and answers have FHIR's form; every fault is told by its path."""
    before = gathered.faults
    count = 0
    todo = [(where, resource, 0)]
    while todo:
        path, holder, depth = todo.pop()
        items = holder.get("item", [])
        if not isinstance(items, list):
            gathered.fault(f"{path}.item", "must be a list")
            continue
        if depth > MAX_DEPTH:
            gathered.fault(path, f"is nested more than {MAX_DEPTH} deep")
            continue
        for place, item in enumerate(items):
            inner, count = f"{path}.item[{place}]", count + 1
            if not isinstance(item, Mapping) or not isinstance(item.get("linkId"), str):
                gathered.fault(inner, "must be an object with a linkId")
                continue
            todo.append((inner, item, depth + 1))
            answers = item.get("answer", [])
            if not isinstance(answers, list) or not all(isinstance(each, Mapping) for each in answers):
                gathered.fault(f"{inner}.answer", "must be a list of objects")
                continue
            todo += [(f"{inner}.answer[{number}]", each, depth + 1) for number, each in enumerate(answers)]
        if count > MAX_VALUES:
            gathered.fault(where, f"holds more than {MAX_VALUES:,} items")
            break
    return gathered.faults == before


def _read_other(
    where: str, resource: Mapping[str, Any], url: str, questions: Questions, scores: Scores, gathered: Gathered
) -> None:
    day = day_of(resource.get("authored"))
    for inner, item in _placed_items(where, resource):
        answers = item.get("answer", [])
        target = questions.target(url, item["linkId"])
        if target is None:
            if answers:
                gathered.leave(inner, "has no code that is known here, and is not in the map of links")
        elif target.part is not None and target.item is None and target.part.code not in once():
            gathered.leave(inner, "is about an item of a list; say in the map of links which one")
        elif len(answers) != 1:
            gathered.leave(inner, "has several answers" if answers else ABSENT_ANSWER)
        else:
            _read_answer(target, answers[0], day, f"{inner}.answer[0]", scores, gathered)


def _read_answer(
    target: Target, given: Mapping[str, Any], day: str | None, where: str, scores: Scores, gathered: Gathered
) -> None:
    try:
        found = value_of(given)
        if found is None and not is_asked_unknown(given):
            raise NoAnswer(ABSENT_ANSWER)
        if target.part is None:
            assert target.instrument is not None
            value = ASKED_UNKNOWN if found is None else score(target, *found)
            scores.add(target.instrument, target.number, value, day, where)
            return
        value = ASKED_UNKNOWN if found is None else _meant(target, *found)
        path = target.part.path
        if target.item is not None:
            name = path[1]
            gathered.put(("inventory", name, gathered.place_of(name, target.item), *path[2:]), value, where)
        else:
            gathered.put(path, value, where)
        gathered.use(where, target.part.code)
    except NoAnswer as why:
        gathered.leave(where, str(why))
    except WrongNumber as why:
        gathered.fault(where, str(why))


def _meant(target: Target, kind: str, value: Any) -> Any:
    """What an answer stands for: as the user's map says, or as it stands where there is none."""
    assert target.part is not None
    if target.answers is None:
        return answer(target.part, kind, value)
    words = [str(each.get("code")) for each in codings_of(kind, value) if isinstance(each, Mapping)]
    if not words:
        words = ["yes" if value else "no"] if isinstance(value, bool) else [str(value)]
    meant = {target.answers[word] for word in words if word in target.answers}
    if len(meant) != 1:
        raise NoAnswer("the answer is not in the map of links")
    (word,) = meant
    if word == NOT_ASKED:
        raise NoAnswer("the map of links says that the answer says nothing")
    if word == ASKED_UNKNOWN or target.part.kind is None:
        return word
    told = from_word(target.part.kind, word)
    if isinstance(target.part.kind, (YesNoKind, ChoiceKind)) and not _is_of(target.part.kind, told):
        raise NoAnswer(NOT_ONE)
    return told


def _is_of(kind: YesNoKind | ChoiceKind, told: Any) -> bool:
    if isinstance(kind, YesNoKind):
        return isinstance(told, bool)
    words = told["one_of"] if isinstance(told, dict) else [told]
    return set(words) <= set(map(str, kind.members))


def _placed_items(where: str, holder: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every item below, in its order; those inside answers too."""
    for place, item in enumerate(holder.get("item", [])):
        inner = f"{where}.item[{place}]"
        yield inner, item
        yield from _placed_items(inner, item)
        for number, each in enumerate(item.get("answer", [])):
            yield from _placed_items(f"{inner}.answer[{number}]", each)


def _items_within(holder: Mapping[str, Any], depth: int) -> Iterator[Mapping[str, Any]]:
    items = holder.get("item")
    for item in items if isinstance(items, list) and depth else ():
        if isinstance(item, Mapping):
            yield item
            yield from _items_within(item, depth - 1)
