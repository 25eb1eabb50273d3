"""A user's map from the items of other questionnaires to the fields of a case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from ipt_formulate.case.choices import Instrument
from ipt_formulate.case.measures import ITEMS
from ipt_formulate.case.record import ID_PATTERN
from ipt_formulate.case.terms import LIST_MODELS
from ipt_formulate.documents import read_document
from ipt_formulate.errors import InputError, Problem
from ipt_formulate.interchange.layout import Part, answers, once

NOT_ASKED: Final = "not_asked"
_PLACE = re.compile(r"inventory\.([a-z]+)\[([^\[\]]*)\]\.([a-z_.]+)")
_KEYS: Final = ({"field"}, {"field", "answers"}, {"instrument"}, {"instrument", "item"})


@dataclass(frozen=True, slots=True)
class Target:
    """Where an answer belongs.

    Attributes:
        part: the field; None for a score.
        item: the id of the item of a list, if the field belongs to one.
        instrument: the measure of a score.
        number: which item of the measure, from 1; None for its total.
        answers: what each answer of the other questionnaire stands for, by its code or text.
    """

    part: Part | None = None
    item: str | None = None
    instrument: Instrument | None = None
    number: int | None = None
    answers: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Links:
    """Where the items of other questionnaires belong, by ``linkId``."""

    targets: Mapping[str, Target]

    @classmethod
    def of(cls, given: Any) -> Self:
        """Read a map.

        An item goes to a field, such as ``assessment.episode.onset`` or ``inventory.people[mother].alive``; or to
        ``{field: ..., answers: {CODE: word}}``, where a word is one of the field's (``yes`` and ``no`` too),
        ``asked_unknown``, or ``not_asked`` for an answer that says nothing; or to the total of a measure,
        ``{instrument: phq9}``, or to one of its items, ``{instrument: phq9, item: 9}``.

        Raises:
            InputError: it is no such map; ``problems`` lists every fault.

        Examples:
            >>> links = Links.of({"q7": {"field": "assessment.safety.suicide_plan", "answers": {"0": "no", "1": "yes"}}})
            >>> links.targets["q7"].part.code
            'assessment.safety.suicide_plan'
        """
        if not isinstance(given, Mapping):
            raise InputError([Problem("links", "must be a mapping from linkId to field")])
        problems: list[Problem] = []
        targets = {}
        for place, (link, told) in enumerate(given.items(), start=1):
            target = _target(f"links, entry {place}", told, problems)
            if target is not None:
                targets[str(link)] = target
        if problems:
            raise InputError(problems)
        return cls(targets)


def load_links(path: Path | str) -> Links:
    """Read a map from a YAML or JSON file with the key ``links``.

    Raises:
        DocumentError: the file cannot be read or parsed.
        InputError: it holds no such map; ``problems`` lists every fault.
    """
    content = read_document(path).content
    if not isinstance(content, Mapping) or set(content) != {"links"}:
        raise InputError([Problem(str(path), "must hold links: and nothing else", "see docs/how-to/exchange.md")])
    return Links.of(content["links"])


def _target(where: str, told: Any, problems: list[Problem]) -> Target | None:
    told = {"field": told} if isinstance(told, str) else told
    if not isinstance(told, Mapping) or set(told) not in _KEYS:
        problems.append(Problem(where, "must be a field, or have field and answers, or instrument and item"))
        return None
    return _score(where, told, problems) if "instrument" in told else _field(where, told, problems)


def _score(where: str, told: Mapping[str, Any], problems: list[Problem]) -> Target | None:
    if told["instrument"] not in set(Instrument):
        problems.append(Problem(where, "is no instrument", f"there are: {', '.join(Instrument)}"))
        return None
    instrument = Instrument(told["instrument"])
    number = told.get("item")
    most, _ = ITEMS.get(instrument, (0, 0))
    if "item" in told and not (type(number) is int and 1 <= number <= most):
        what = f"must have an item from 1 to {most}" if most else "is an instrument whose items are not recorded"
        problems.append(Problem(where, what, "leave item out for the total"))
        return None
    return Target(instrument=instrument, number=number)


def _field(where: str, told: Mapping[str, Any], problems: list[Problem]) -> Target | None:
    field, words = told["field"], told.get("answers")
    if words is not None and not (
        isinstance(words, Mapping) and all(isinstance(each, (str, bool)) for each in words.values())
    ):
        problems.append(Problem(f"{where}: answers", "must be a mapping from an answer to a word"))
        return None
    spoken = None if words is None else {_key(key): _key(word) for key, word in words.items()}
    found = _PLACE.fullmatch(field) if isinstance(field, str) else None
    if found and found[1] in LIST_MODELS and re.fullmatch(ID_PATTERN, found[2]):
        part = answers().get(f"inventory.{found[1]}.{found[3]}")
        if part is not None:
            return Target(part=part, item=found[2], answers=spoken)
    if isinstance(field, str) and field in once():
        return Target(part=answers()[field], answers=spoken)
    remedy = "write it like assessment.episode.onset or inventory.people[mother].alive; see the coding manual"
    problems.append(Problem(where, "is no field of a case", remedy))
    return None


def _key(word: Any) -> str:
    return ("yes" if word else "no") if isinstance(word, bool) else str(word)
