"""What is gathered while FHIR is read: the content of a case, what was used, what was not, and every fault."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

from ipt_formulate.errors import InputError, Problem

Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Used:
    """A place that was used.

    Attributes:
        where: the place in what was given.
        field: the field of the case it went to.
    """

    where: str
    field: str


@dataclass(frozen=True, slots=True)
class Unused:
    """A place that was not used.

    Attributes:
        where: the place in what was given.
        why: the reason.
    """

    where: str
    why: str


class Gathered:
    """The content of a case as it is gathered from several places."""

    def __init__(self, unverified: bool) -> None:
        self.unverified = unverified
        self.content: dict[str, Any] = {}
        self.used: list[Used] = []
        self.unused: list[Unused] = []
        self._problems: list[Problem] = []
        self._from: dict[Path, str] = {}

    def fault(self, where: str, what: str, remedy: str = "") -> None:
        """Note something that makes the input unusable."""
        self._problems.append(Problem(where, what, remedy))

    def leave(self, where: str, why: str) -> None:
        """Note a place that is not used."""
        self.unused.append(Unused(where, why))

    def use(self, where: str, field: str) -> None:
        """Note a place that is used."""
        self.used.append(Used(where, field))

    def put(self, path: Path, value: Any, where: str) -> None:
        """Put a value at a path; another value that stands there already is a fault."""
        target: Any = self.content
        for name, following in pairwise(path):
            target = _down(target, name, following)
        last = path[-1]
        there = target.get(last) if isinstance(target, dict) else None
        if there is not None and there != value:
            other = self._from.get(path, "another answer")
            self.fault(where, f"says otherwise than {other} of the same field", "take out what does not hold")
            return
        target[last] = value
        self._from.setdefault(path, where)

    @property
    def faults(self) -> int:
        """How many faults there are so far."""
        return len(self._problems)

    def place_of(self, name: str, item: str) -> int:
        """The place of an item in a list of the inventory, by its id; it is added if it is not there."""
        items = self.content.setdefault("inventory", {}).setdefault(name, [])
        for place, each in enumerate(items):
            if each.get("id") == item:
                return place
        items.append({"id": item})
        return len(items) - 1

    def merge(self, name: str, value: Any, where: str) -> None:
        """Merge a part of a case, of which nothing is there yet but single answers."""
        for path, each in _leaves(value, (name,)):
            self.put(path, each, where)

    def add_measure(self, measure: Mapping[str, Any]) -> None:
        """Add a measure, unless the same is there already."""
        measures = self.content.setdefault("assessment", {}).setdefault("measures", [])
        if measure not in measures:
            measures.append(dict(measure))

    def settle(self) -> None:
        """End the reading.

        Raises:
            InputError: there was a fault.
        """
        if self._problems:
            raise InputError(self._problems)


def _leaves(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """The answers of nested dictionaries; a list is one answer."""
    if isinstance(value, dict) and not set(value) & {"one_of", "at_least", "at_most"}:
        for name, each in value.items():
            yield from _leaves(each, (*path, name))
    else:
        yield path, value


def _down(target: Any, name: str | int, following: str | int) -> Any:
    fresh: Any = [] if isinstance(following, int) else {}
    if isinstance(name, int):
        while len(target) <= name:
            target.append({})
        return target[name]
    return target.setdefault(name, fresh)
