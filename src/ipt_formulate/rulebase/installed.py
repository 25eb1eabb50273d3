"""Where a rule base lies: in a directory, or in an installed package that offers a pack.

A package offers a pack by an entry point of the group ``ipt_formulate.packs``. Its name is the pack's; its value is
the import path of the folder that holds ``rulebase.yaml``, such as ``clinic_rules`` or ``clinic_rules.rules``. Packs
are knowledge and hold no code: the folder is looked up, and nothing of the package is imported or run. Nothing is
looked up until a pack is named.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import metadata
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Final

from ipt_formulate.errors import Problem, RuleBaseError

GROUP: Final = "ipt_formulate.packs"
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
_VALUE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rule base lies.

    Attributes:
        directory: the directory.
        pack: the name of the installed pack; None for a directory that was given.
        shown: what goes before places in it in messages.
    """

    directory: Path
    pack: str | None = None
    shown: str = ""


def rules_at(told: Path | str) -> Place:
    """The directory that is told, or that of the installed pack of this name where there is no such directory.

    Raises:
        RuleBaseError: several packages offer a pack of this name, or the one that does offers no directory.
    """
    name = str(told)
    if not _NAME.fullmatch(name) or Path(name).exists():
        return Place(Path(told))
    offers = [each for each in metadata.entry_points(group=GROUP) if each.name == name]
    if not offers:
        return Place(Path(told))
    if len({each.value for each in offers}) > 1:
        what = f"is offered by several packages: {', '.join(sorted(map(_package, offers)))}"
        raise RuleBaseError([Problem(f"pack {name}", what, "uninstall all but one")])
    directory = _directory(offers[0].value)
    if directory is None or not (directory / "rulebase.yaml").is_file():
        what = f"is offered by {_package(offers[0])}, which has no rulebase.yaml where it says"
        raise RuleBaseError([Problem(f"pack {name}", what, "tell those who made it, or install it again")])
    return Place(directory, name, f"pack {name}, ")


def installed_packs() -> tuple[str, ...]:
    """The names of the packs that installed packages offer, sorted.

    >>> "ipt" in installed_packs()
    False
    """
    return tuple(sorted({each.name for each in metadata.entry_points(group=GROUP)}))


def no_such_directory(directory: Path) -> Problem:
    """That there is no such directory, and what could be given instead."""
    packs = installed_packs()
    there = f", or an installed pack: {', '.join(packs)}" if packs else ""
    return Problem(str(directory), "is not a directory", f"give the directory that holds rulebase.yaml{there}")


def _directory(value: str) -> Path | None:
    """The folder that an import path stands for, without importing anything."""
    if not _VALUE.fullmatch(value):
        return None
    first, *rest = value.split(".")
    spec = PathFinder.find_spec(first)
    places = list(spec.submodule_search_locations or ()) if spec else []
    return next((found for place in places if (found := Path(place, *rest)).is_dir()), None)


def _package(offer: metadata.EntryPoint) -> str:
    return f"{offer.dist.name} {offer.dist.version}" if offer.dist else "a package without a name"
