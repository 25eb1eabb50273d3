"""What a fact can move, in the names of terms. Two facts that can move the same term are tied.

A term of an item is worked out from more than one recorded fact where times, people and causes are concerned: how
long before the onset something was, whether someone is alive, what kind of cause something arose from. Each term
has one name wherever it is read, and what is recorded of someone bears the name of that person.
"""

from __future__ import annotations

from functools import cached_property
from typing import Final, TypeAlias

from ipt_formulate.case.happenings import Happening
from ipt_formulate.case.inventory import Inventory
from ipt_formulate.case.terms import CASE, LIST_MODELS, SHARED_WITH_PERSON, catalogue

Names: TypeAlias = frozenset[str]

ONSET: Final = "assessment.episode.onset"
_COERCION: Final = "coercion."
_OF_PERSON: Final = "person."
_CONTRADICTED: Final = {
    "person": "person.alive",
    "when": "person.alive",
    "coercion": "alive",
    "relative_to_onset": "when.before_onset",
    "relative_to_worsening": "when.before_worsening",
    "stage": "still_contested",
}
"""The term on which a contradiction bears, by the field that it is reported of."""


class Ties:
    """The names of the terms of a case.

    Args:
        inventory: who and what is recorded.
    """

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory

    def name(self, scope: str, index: int, term: str) -> str:
        """The name of a term of an item, or of the case."""
        if scope == CASE:
            return term
        if scope == "people":
            return f"people.{self.inventory.people[index].id}.{term}"
        if term in SHARED_WITH_PERSON or term.startswith(_OF_PERSON):
            return f"people.{self.person_of(scope, index)}.{term.removeprefix(_OF_PERSON)}"
        return f"{scope}.{self._item(scope, index).id}.{term}"

    def person_of(self, scope: str, index: int) -> str:
        """Who is concerned in an item, by id; someone who is not among the people gets one of their own."""
        item = self._item(scope, index)
        return item.person or f"{item.id}-person"

    def contradicted(self, scope: str, index: int, field: str) -> str:
        """The name of the term on which a contradiction bears that is reported of a field."""
        return self.name(scope, index, _CONTRADICTED.get(field, field))

    def of_scope(self, scope: str, index: int) -> Names:
        """The names of all terms of an item."""
        return frozenset(self.name(scope, index, term) for term in catalogue(scope))

    def _item(self, scope: str, index: int) -> Happening:
        item: Happening = getattr(self.inventory, scope)[index]
        return item

    # what facts move

    def of_field(self, scope: str, index: int, term: str) -> Names:
        """What a field of an item moves that is no time."""
        found = {self.name(scope, index, f"person.{term}" if term == "alive" else term)}
        if (scope, term) == ("deaths", "kind"):
            found |= {
                self.name(name, place, "arose_from")
                for name in LIST_MODELS
                if "arose_from" in catalogue(name)
                for place in range(len(getattr(self.inventory, name)))
            }
        if term == "stage":
            found.add(self.name(scope, index, "still_contested"))
        return frozenset(found)

    def of_time(self, scope: str, index: int, time: str) -> Names:
        """What a time moves: itself, how far it lies from the onset and each worsening, and whether someone lives."""
        found = {self.name(scope, index, each) for each in (time, f"{time}.before_onset", f"{time}.before_worsening")}
        return frozenset(found) | self._lives(scope, index)

    def of_order(self, scope: str, index: int, anchor: str) -> Names:
        """What an order that was told moves."""
        lives = self._lives(scope, index) if anchor == "onset" else frozenset()
        return frozenset({self.name(scope, index, f"when.before_{anchor}")}) | lives

    def _lives(self, scope: str, index: int) -> Names:
        return frozenset({self.name(scope, index, "person.alive")} if scope == "deaths" else ())

    @cached_property
    def of_onset(self) -> Names:
        """What the onset and its kind move: themselves, what lies before or after them, and whether someone lives."""
        deaths = range(len(self.inventory.deaths))
        lives = frozenset(self.name("deaths", index, "person.alive") for index in deaths)
        return self._gaps("onset") | lives | {ONSET}

    @cached_property
    def of_worsenings(self) -> Names:
        """What the worsenings move."""
        return self._gaps("worsening")

    def _gaps(self, anchor: str) -> Names:
        return frozenset(
            self.name(scope, index, term)
            for scope in LIST_MODELS
            for term in catalogue(scope)
            if term.endswith(f".before_{anchor}")
            for index in range(len(getattr(self.inventory, scope)))
        )

    def of_person(self, who: str, term: str) -> Names:
        """What a field of someone moves; violence and fear now say that someone is alive, and hang together."""
        terms = (f"{_COERCION}period", f"{_COERCION}feared_now", "alive") if term.startswith(_COERCION) else ()
        return frozenset(f"people.{who}.{each}" for each in (*terms, term))

    def of_new_person(self, who: str, term: str) -> Names:
        """What a field of someone moves who has yet to be recorded among the people."""
        return self.of_person(who, term) | frozenset(f"people.{who}.{each}" for each in (*SHARED_WITH_PERSON, "alive"))
