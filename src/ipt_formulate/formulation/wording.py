"""How items and people are named in outputs: by role or kind, or by the label the case gives."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from ipt_formulate.case.case import Case
from ipt_formulate.case.choices import ChangeKind, DeathKind, Role
from ipt_formulate.case.fields import ChoiceKind
from ipt_formulate.case.lowering import LoweredItem
from ipt_formulate.rulebase.texts import Area

_UNKNOWN_PERSON = "someone not yet named"
_DETERMINERS = {"the", "a", "an", "another", "one", "his", "her", "their", "my", "this", "each"}
_PERINATAL, _PET = (ChoiceKind(DeathKind).mask([kind]) for kind in (DeathKind.PERINATAL, DeathKind.PET))


@cache
def role_words(mask: int) -> str:
    """``the partner``, ``the parent or sibling``, or words for someone of whom the role is not known."""
    found = [role.replace("_", " ") for index, role in enumerate(Role) if mask >> index & 1]
    return f"the {' or '.join(found)}" if len(found) <= 3 else _UNKNOWN_PERSON


@cache
def kind_words(mask: int) -> str:
    """The kind of a change in words."""
    found = [kind.replace("_", " ") for index, kind in enumerate(ChangeKind) if mask >> index & 1]
    return " or ".join(found) if len(found) <= 3 else "of a kind not yet named"


class Names:
    """Names the items of one case. Two people of one role who have no label are told apart by their ids."""

    def __init__(self, case: Case) -> None:
        inventory = case.inventory
        self._labels = {
            item.id: item.label
            for items in (inventory.people, inventory.deaths, inventory.conflicts, inventory.changes)
            for item in items
            if item.label
        }
        self._own_names = {id_: _with_article(self._labels[id_]) for id_ in self._labels}
        if len(inventory.people) > 1:
            roles = [item.values["role"] for item in case.lowered.lists["people"].items]
            for person, role in zip(inventory.people, roles, strict=True):
                if not person.label and roles.count(role) > 1:
                    self._own_names[person.id] = f"{role_words(role)} ({person.id})"
        happenings = (inventory.deaths, inventory.conflicts, inventory.changes) if self._own_names else ()
        self._named: dict[tuple[str, str], str] = {}
        self._person_of = {item.id: item.person for items in happenings for item in items if item.person}

    def has_label(self, item: LoweredItem) -> bool:
        """True if something the case itself wrote is part of the item's name."""
        return bool(self._own_names) and (item.id in self._own_names or self._person_of.get(item.id) in self._own_names)

    def person(self, item: LoweredItem) -> str:
        """The person a death, conflict or change is about, or the person that the item is."""
        values = item.values
        if self._own_names:
            who = item.id if "role" in values else self._person_of.get(item.id)
            if who in self._own_names:
                return self._own_names[who]
        role = values.get("person.role", values.get("role"))
        if "mourning.avoided" in values and values["kind"] == _PERINATAL:
            return "the baby"
        if "mourning.avoided" in values and values["kind"] == _PET and role == ChoiceKind(Role).unknown:
            return "the pet"
        return "" if role is None else role_words(role)

    def kind(self, item: LoweredItem) -> str:
        """The kind of a change, or an empty string."""
        kind = item.values.get("kind")
        return kind_words(kind) if isinstance(kind, int) and "mastery" in item.values else ""

    def candidate(self, area: Area, item: LoweredItem) -> str:
        """The candidate's name, such as *the death of the partner*."""
        key = (area.id, item.id)
        if key not in self._named:
            label = self._labels.get(item.id) if area.candidates != "case" else None
            self._named[key] = label or fill(area.subject, self.person(item), self.kind(item))
        return self._named[key]


def _with_article(label: str) -> str:
    """``the older sister`` for ``older sister``; a label with an article or determiner of its own stays."""
    first = label.split(" ", 1)[0].lower()
    return label if first in _DETERMINERS or not label[:1].islower() else f"the {label}"


def fill(text: str, person: str, kind: str) -> str:
    """A rule's words with the person and kind filled in."""
    if "{" not in text:
        return text
    return text.replace("{person}", person).replace("{Person}", capital(person)).replace("{kind}", kind)


def capital(words: str) -> str:
    """The words with a capital at the start."""
    return words[:1].upper() + words[1:]


def listed(names: Sequence[str]) -> str:
    """``a``, or ``a, b and c``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
