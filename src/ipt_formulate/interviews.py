"""A case told fact by fact: what is known so far, what follows, and what to ask next.

>>> from ipt_formulate import interview
>>> with interview() as session:
...     session.tell("inventory.deaths[0]", {"id": "mother-death", "kind": "person", "role": "parent"})
...     session.tell("inventory.deaths[mother-death].relative_to_onset", "around")
...     session.formulation.areas["grief"].status.value
'undetermined'
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any, Final, Self

from ipt_formulate.api import formulation_from, rulebase_for
from ipt_formulate.case.case import LISTS, Case
from ipt_formulate.case.choices import Instrument
from ipt_formulate.errors import CaseError, Problem
from ipt_formulate.evaluation.memory import working_memory
from ipt_formulate.formulation.contents import Question
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.formulation.settings import Settings
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.vocabulary import EngineName

_NEW: Final = re.compile(r"inventory\.(people|deaths|conflicts|changes)\[([a-z][a-z0-9_-]*)\]")
_ITEM: Final = re.compile(r"inventory\.(people|deaths|conflicts|changes)\[([0-9]{1,4})\]")


def interview(
    case: Case | None = None,
    *,
    tradition: str = "weissman",
    engine: EngineName | str = "auto",
    settings: Settings | None = None,
    rulebase: RuleBase | None = None,
) -> Interview:
    """Begin an interview, with what is known already.

    Args:
        case: the case so far; nothing is known if left out.
        tradition: the school whose areas and rules apply.
        engine: ``durable``, ``reference``, or ``auto``, as for `formulate`. With durable_rules the facts stay in the
            engine's working memory, and only what a new fact touches is derived again.
        settings: what the site sets.
        rulebase: another rule base than the shipped one.

    Raises:
        UnknownName: there is no such tradition or engine.
        RuleBaseError: the settings set a parameter that is not the site's to set.
        EngineUnavailable: ``durable`` was asked for and cannot be imported.
    """
    return Interview(Case() if case is None else case, tradition, engine, settings or Settings(), rulebase)


class Interview:
    """One case, told fact by fact. Facts told in any order come to the same; for one thread at a time."""

    def __init__(
        self, case: Case, tradition: str, engine: EngineName | str, settings: Settings, rulebase: RuleBase | None
    ) -> None:
        self._base = rulebase_for(tradition, settings, rulebase)
        self._settings = settings
        self._begun, self._told = case, dict[str, Any]()
        self._case = case
        self._memory = working_memory(self._base, case.lowered, engine)
        self._formulation: Formulation | None = None

    @property
    def case(self) -> Case:
        """The case as it is known now."""
        return self._case

    @property
    def told(self) -> tuple[str, ...]:
        """The paths that were told in this interview, in their order."""
        return tuple(self._told)

    @property
    def derived(self) -> int:
        """How many items, the case counting as one, were derived again for the last fact."""
        return self._memory.derived

    @property
    def formulation(self) -> Formulation:
        """What follows from what is known now; the same as `formulate` gives for `case`."""
        if self._formulation is None:
            engine, findings = self._memory.engine, self._memory.findings
            self._formulation = formulation_from(self._base, self._case, findings, engine, self._settings)
        return self._formulation

    def tell(self, path: str, value: Any) -> None:
        """Record an answer; what was told at the path before is replaced.

        Args:
            path: the place, such as ``assessment.episode.onset`` or ``inventory.deaths[mother-death].when``; that of
                a question is its ``field``. The place after the last of a list adds an item.
            value: what a case file holds there; ``"asked_unknown"`` where the client does not know.

        Raises:
            CaseError: the path does not exist, or the case would not be valid; nothing has changed then.
        """
        if value is None:
            raise CaseError([Problem(path, "None is no answer", "to take an answer back, retract it")])
        value = copy.deepcopy(value)
        name = canonical(self._case, path)
        if name in self._told:
            told = {**self._told, name: value}
            self._set(self._replayed(told), told)
            return
        case = recorded(self._case, name, value)
        self._set(case, {**self._told, canonical(case, name): value})

    def retract(self, path: str) -> None:
        """Take an answer back: what was told is as if it never had been, and what was known before is not known.

        Raises:
            CaseError: nothing is recorded there, or other answers rest on it; nothing has changed then.
        """
        name = canonical(self._case, path)
        told = {each: value for each, value in self._told.items() if each != name}
        begun = self._begun
        if name not in self._told:
            begun = self._begun.without(name)
            if begun == self._begun:
                raise CaseError([Problem(name, "nothing is recorded there", "see told, and the case")])
        try:
            case = self._replayed(told, begun)
        except CaseError as error:
            what = "other answers rest on this one"
            raise CaseError([Problem(name, what, "take those back first"), *error.problems]) from None
        self._set(case, told)
        self._begun = begun

    def ask(self) -> Question | None:
        """The best next question; None where nothing that is open can change anything."""
        return next(iter(self.questions(1)), None)

    def questions(self, limit: int = 5) -> tuple[Question, ...]:
        """The best next questions, the most useful first."""
        return self.formulation.next_questions(limit)

    def close(self) -> None:
        """Free what the engine holds."""
        self._memory.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _replayed(self, told: dict[str, Any], begun: Case | None = None) -> Case:
        case = self._begun if begun is None else begun
        for path, value in told.items():
            case = recorded(case, path, value)
        return case

    def _set(self, case: Case, told: dict[str, Any]) -> None:
        self._memory.update(case.lowered)
        self._case, self._told, self._formulation = case, told, None


def recorded(case: Case, path: str, value: Any) -> Case:
    """A case with an answer recorded, where also the places that questions name exist.

    These are the total of a measure, named by its instrument; an item that is not there yet, named by its id; and
    what is asked of the person concerned in an item before that person is among the people.

    Raises:
        CaseError: the path does not exist, or the case would not be valid.
    """
    for instrument in Instrument:
        if path == f"assessment.measures[{instrument}].total":
            fresh = {"instrument": str(instrument), "taken": "today", "total": value}
            place = f"assessment.measures[{len(case.assessment.measures)}]"
            return case.with_(place, value if isinstance(value, dict) else fresh)
    added = _NEW.fullmatch(path)
    if added and isinstance(value, dict):
        items = getattr(case.inventory, added[1])
        if all(item.id != added[2] for item in items):
            return case.with_(f"inventory.{added[1]}[{len(items)}]", {**value, "id": added[2]})
    for name, index, who in _not_yet_among_the_people(case):
        if path.startswith(f"inventory.people[{who}]."):
            role = getattr(case.inventory, name)[index].model_dump(mode="json")["role"]
            person = {"id": who, "role": role} if role else {"id": who}
            case = case.with_(f"inventory.people[{len(case.inventory.people)}]", person)
            case = case.with_(f"inventory.{name}[{index}].person", who)
            break
    return case.with_(path, value)


def _not_yet_among_the_people(case: Case) -> Iterator[tuple[str, int, str]]:
    taken = {person.id for person in case.inventory.people}
    for name in LISTS[1:]:
        for index, item in enumerate(getattr(case.inventory, name)):
            if item.person is None and f"{item.id}-person" not in taken:
                yield name, index, f"{item.id}-person"


def canonical(case: Case, path: str) -> str:
    """A path with the ids of items in place of their places, so that one place has one name.

    >>> case = Case(inventory={"deaths": [{"id": "mother-death"}]})
    >>> canonical(case, "inventory.deaths[0].when"), canonical(case, "inventory.deaths[1]")
    ('inventory.deaths[mother-death].when', 'inventory.deaths[1]')

    Raises:
        CaseError: it is no path.
    """
    if not isinstance(path, str):
        raise CaseError([Problem("", "that is not a path", "write it like inventory.deaths[0].when")])
    found = _ITEM.match(path)
    if found is None:
        return path
    items = getattr(case.inventory, found[1])
    place = int(found[2])
    return f"inventory.{found[1]}[{items[place].id}]{path[found.end() :]}" if place < len(items) else path
