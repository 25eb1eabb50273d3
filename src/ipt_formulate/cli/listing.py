"""What is added to a list of the inventory when something comes up in an interview."""

from __future__ import annotations

from typing import Any, Final

from ipt_formulate.case.case import LISTS, Case
from ipt_formulate.case.choices import ChangeKind, DeathKind, Role

NAMES: Final = {
    "people": ("Who? (their role; Enter when nobody is left)", tuple(str(each) for each in Role)),
    "deaths": ("Who died? (their role, or perinatal; Enter when there is nobody more)", (*(str(each) for each in Role), str(DeathKind.PERINATAL))),
    "conflicts": ("With whom? (their role; Enter when there is nobody more)", tuple(str(each) for each in Role)),
    "changes": ("What changed? (Enter when there is nothing more)", tuple(str(each) for each in ChangeKind)),
}  # fmt: skip
"""For each list: what to ask for, and the words that can be answered."""


def added(case: Case, name: str, word: str) -> dict[str, Any]:
    """The item that a word stands for, with an id that nothing has yet.

    Args:
        case: the case so far.
        name: the list.
        word: whose role it is, or what kind of change.
    """
    used = {item.id for each in LISTS for item in getattr(case.inventory, each)}
    stem = f"{word.replace('_', '-')}{'' if name == 'people' else '-' + name.removesuffix('s')}"
    number = 1
    while (fresh := stem if number == 1 else f"{stem}-{number}") in used:
        number += 1
    item: dict[str, Any] = {"id": fresh}
    if name == "changes":
        return item | {"kind": word}
    if word == DeathKind.PERINATAL:
        return item | {"kind": "perinatal"}
    if name == "deaths":
        return item | {"kind": "pet" if word == Role.PET else "person", "role": word}
    return item | {"role": word}


def known(case: Case, name: str) -> str:
    """What a list holds, in words."""
    items = getattr(case.inventory, name)
    words = [item.label or getattr(item, "kind" if name == "changes" else "role") or item.id for item in items]
    return ", ".join(str(each).replace("_", " ") for each in words) or ("nothing" if name == "changes" else "nobody")
