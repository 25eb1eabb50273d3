"""The case: assessment and inventory, checked across lists when it is built."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Self

from pydantic import Field, PrivateAttr, model_validator

from ipt_formulate.case.assessment import Assessment
from ipt_formulate.case.edit import with_value
from ipt_formulate.case.happenings import ILLNESS, NO_CAUSE, Change, Conflict, Happening
from ipt_formulate.case.inventory import Inventory
from ipt_formulate.case.lowering import LoweredCase, lower_case
from ipt_formulate.case.record import Item, Record
from ipt_formulate.case.values import fault
from ipt_formulate.vocabulary import ProblemArea

SCHEMA_VERSION = "1.0"
LIST_OF_AREA: Final = {
    ProblemArea.GRIEF: "deaths",
    ProblemArea.ROLE_DISPUTE: "conflicts",
    ProblemArea.ROLE_TRANSITION: "changes",
}
LISTS = ("people", "deaths", "conflicts", "changes")


class Case(Record):
    """One case, as far as it is known. Everything left out is unknown, which is never *no*.

    Examples:
        >>> case = Case(assessment={"episode": {"onset": "3mo"}}, inventory={})
        >>> case.assessment.episode.onset.days
        (75, 105)
    """

    schema_version: str = Field(
        default=SCHEMA_VERSION,
        pattern=r"^1\.\d+$",
        description="The version of this form.",
        json_schema_extra={"example": SCHEMA_VERSION, "near_miss": "the version of the rules"},
    )
    assessment: Assessment = Field(
        default=Assessment(), description="What was found out about the client and the illness."
    )
    inventory: Inventory = Field(default=Inventory(), description="The interpersonal inventory.")
    _lowered: LoweredCase = PrivateAttr()

    @model_validator(mode="before")
    @classmethod
    def _identify(cls, given: Any) -> Any:
        """Give each item without an id one made of its list's name and place."""
        inventory = given.get("inventory") if isinstance(given, dict) else None
        if isinstance(inventory, Inventory):
            named = _with_ids({name: getattr(inventory, name) for name in LISTS})
            return (
                {
                    **given,
                    "inventory": inventory.model_copy(update={name: tuple(items) for name, items in named.items()}),
                }
                if named
                else given
            )
        if isinstance(inventory, dict):
            named = _with_ids(
                {name: inventory[name] for name in LISTS if isinstance(inventory.get(name), (list, tuple))}
            )
            return {**given, "inventory": {**inventory, **named}}
        return given

    @model_validator(mode="after")
    def _check(self) -> Case:
        if faults := [*_faults_of_ids(self.inventory), *_faults_of_links(self.inventory), *_faults_of_response(self)]:
            raise fault("\n".join(faults))
        self._lowered = lower_case(self.assessment, self.inventory)
        return self

    @property
    def lowered(self) -> LoweredCase:
        """The case as sets of possible values, which is what rules read."""
        return self._lowered

    def with_(self, path: str, value: Any) -> Case:
        """A case with the value at a path set; with None, removed. This case stays as it is.

        Raises:
            CaseError: the path does not exist, or the case would not be valid.

        Examples:
            >>> Case().with_("inventory.inquiry.deaths", "thorough").inventory.inquiry.deaths.value
            'thorough'
        """
        return with_value(self, path, value)

    def without(self, path: str) -> Case:
        """A case in which the value at a path is not recorded."""
        return with_value(self, path, None)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy; with changes it is checked anew as a whole, as a case built from scratch would be."""
        return type(self).model_validate({**dict(self), **(update or {})})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Case) and (self.assessment, self.inventory) == (other.assessment, other.inventory)

    __hash__ = None  # type: ignore[assignment]  # the way Python says that a class cannot be hashed


def _with_ids(lists: Mapping[str, Iterable[Any]]) -> dict[str, list[Any]]:
    """The lists in which an item has no id, with ids."""
    taken = {each for items in lists.values() for each in map(_id, items) if isinstance(each, str)}
    named = {}
    for name, items in lists.items():
        if any(_lacks_id(item) for item in items):
            stem = {"people": "person", "deaths": "death", "conflicts": "conflict", "changes": "change"}[name]
            named[name] = [
                _with_id(item, f"{stem}-{place}", taken) if _lacks_id(item) else item
                for place, item in enumerate(items, start=1)
            ]
    return named


def _with_id(item: Any, fresh: str, taken: set[str]) -> Any:
    while fresh in taken:
        fresh += "-x"
    taken.add(fresh)
    return {**item, "id": fresh} if isinstance(item, dict) else item.model_copy(update={"id": fresh})


def _id(item: Any) -> Any:
    return item.get("id") if isinstance(item, dict) else getattr(item, "id", None)


def _lacks_id(item: Any) -> bool:
    return isinstance(item, (dict, Item)) and _id(item) in (None, "")


def _items(inventory: Inventory, lists: tuple[str, ...]) -> Iterator[tuple[str, Item]]:
    for name in lists:
        for index, item in enumerate(getattr(inventory, name)):
            yield f"inventory.{name}[{index}]", item


def _faults_of_ids(inventory: Inventory) -> Iterator[str]:
    seen: dict[str, str] = {}
    for where, item in _items(inventory, LISTS):
        if item.id in (ILLNESS, NO_CAUSE):
            yield f"@{where}.id: is a reserved word; choose another id"
        if item.id in seen:
            yield f"@{where}.id: is used twice; give every item an id of its own (the first is {seen[item.id]})"
        seen[item.id] = f"{where}.id"


def _faults_of_links(inventory: Inventory) -> Iterator[str]:
    people = {person.id for person in inventory.people}
    died: set[str] = set()
    for index, death in enumerate(inventory.deaths):
        if death.person in died:
            yield f"@inventory.deaths[{index}].person: has a death in another entry; record each death once"
        died |= {death.person} if death.person else set()
    causes = {item.id for _, item in _items(inventory, LISTS[1:])} | {ILLNESS, NO_CAUSE}
    for where, item in _items(inventory, LISTS[1:]):
        if isinstance(item, Happening) and item.person is not None and item.person not in people:
            yield f"@{where}.person: names nobody in inventory.people; use the id of a person there, or give role instead"
        if (
            isinstance(item, (Conflict, Change))
            and item.arose_from is not None
            and item.arose_from not in causes - {item.id}
        ):
            yield f"@{where}.arose_from: names no other recorded item; use the id of a death, conflict or change, or illness, or none"


def _faults_of_response(case: Case) -> Iterator[str]:
    response = case.assessment.response
    if response.about is None:
        return
    name = LIST_OF_AREA.get(response.chosen) if isinstance(response.chosen, ProblemArea) else None
    lists = (name,) if name else LISTS[1:]
    if response.about not in {item.id for _, item in _items(case.inventory, lists)}:
        wanted = f"one of inventory.{name}" if name else "a death, conflict or change"
        yield f"@assessment.response.about: names no recorded item of the chosen area; use the id of {wanted}"
