"""Asks for one answer at the terminal and reads it; what cannot be read is asked for again, with the remedy."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic_core import PydanticCustomError
from rich.console import Console
from rich.text import Text

from ipt_formulate.case.case import Case
from ipt_formulate.case.fields import ChoiceKind, Kind, MomentKind, WholeKind, YesNoKind, kind_of
from ipt_formulate.case.happenings import Judgement
from ipt_formulate.case.measures import TOTAL_RANGE
from ipt_formulate.case.moments import HINT
from ipt_formulate.case.places import Path, field_at
from ipt_formulate.case.terms import record_type
from ipt_formulate.case.values import ASKED_UNKNOWN

_YES: Final = {"y": True, "yes": True, "n": False, "no": False}
_RANGE: Final = re.compile(r"(\d+)\s*(?:-|to)\s*(\d+)")


@dataclass(frozen=True, slots=True)
class Prompt:
    """What can be answered, and how an answer is read.

    Attributes:
        meaning: what the field records, in the words of the coding manual.
        choices: the answers to choose from, each with its number; empty where a time or number is asked for.
        hint: how to write the answer.
        read: the answer as a case file holds it, from what was typed; raises ValueError with the remedy.
    """

    meaning: str
    choices: tuple[str, ...]
    hint: str
    read: Callable[[str], Any]


def prompt_for(path: str, links: Mapping[str, str]) -> Prompt:
    """How to ask for the answer that a path records.

    Args:
        path: the path of a field, items named by their ids.
        links: for what something arose from: what it can be, by id.
    """
    if path.endswith(".arose_from"):
        return _chosen("What it arose from.", tuple(links.values()), tuple(links))
    if path.startswith("assessment.measures["):
        (instrument,) = [each for each in TOTAL_RANGE if path == f"assessment.measures[{each}].total"]
        return _of_kind("The total of the latest one.", WholeKind(*TOTAL_RANGE[instrument]))
    field = field_at(Case, _steps(path))
    meaning = field.description or ""
    if path.endswith(".worsenings"):
        return Prompt(meaning, (), f"no, or when: {HINT}", _worsenings)
    if record_type(field.annotation) is Judgement:
        return _told(meaning)
    kind = kind_of(field)
    assert kind is not None
    return _of_kind(meaning, kind)


def ask(console: Console, prompt: Prompt, commands: Mapping[str, str]) -> str | Any:
    """Ask until an answer can be read.

    Args:
        console: where to ask.
        prompt: what to ask for.
        commands: what can be typed instead of an answer, with what it does.

    Returns:
        The answer as a case file holds it, or the command.
    """
    if prompt.meaning:
        console.print(Text(f"  To note: {prompt.meaning}"), soft_wrap=True)
    for number, choice in enumerate(prompt.choices, start=1):
        console.print(Text(f"    {number}  {choice}"))
    keys = "/".join(commands)
    console.print(Text(f"    ({'; '.join(each for each in (prompt.hint, keys) if each)})", style="dim"), soft_wrap=True)
    while True:
        typed = console.input("  > ").strip()
        if typed in commands and typed != "u":
            return Command(typed)
        if typed:
            try:
                return ASKED_UNKNOWN if typed == "u" and "u" in commands else prompt.read(typed)
            except (ValueError, PydanticCustomError) as error:
                console.print(Text(f"    {error}{f'; or {keys}' if keys else ''}", style="yellow"), soft_wrap=True)


class Command(str):
    """Something typed instead of an answer."""

    __slots__ = ()


def chosen(names: tuple[str, ...], typed: str) -> str:
    """One of several names, by its number, by itself, or by a beginning that only it has.

    >>> chosen(("partner", "parent"), "2"), chosen(("partner", "parent"), "part")
    ('parent', 'partner')
    >>> chosen(("partner", "parent"), "par")
    Traceback (most recent call last):
    ...
    ValueError: choose one of: partner, parent
    """
    wanted = typed.lower().replace(" ", "_")
    if typed.isascii() and typed.isdecimal() and 1 <= int(typed) <= len(names):
        return names[int(typed) - 1]
    found = [each for each in names if each == wanted] or [each for each in names if each.startswith(wanted)]
    if len(found) == 1:
        return found[0]
    raise ValueError(f"choose one of: {', '.join(each.replace('_', ' ') for each in names)}")


def _steps(path: str) -> Path:
    """A path as the case model has it; which item is meant does not matter for its fields."""
    steps: list[str | int] = []
    for part in path.split("."):
        name, bracket, _ = part.partition("[")
        steps += [name, 0] if bracket else [name]
    return tuple(steps)


def _of_kind(meaning: str, kind: Kind) -> Prompt:
    match kind:
        case YesNoKind():
            return Prompt(meaning, (), "y or n", _yes_or_no)
        case ChoiceKind():
            names = tuple(str(each) for each in kind.members)
            return _chosen(meaning, tuple(each.replace("_", " ") for each in names), names)
        case WholeKind():
            return Prompt(
                meaning, (), f"{kind.low} to {kind.high}, or a range such as {kind.low}-{kind.high}", _whole(kind)
            )
        case MomentKind(allows_never=allows_never):
            hint = f"{'never, ' if allows_never else ''}{HINT.removeprefix('write ')}"
            return Prompt(
                meaning, (), hint, lambda typed: kind.write(kind.read(_never(typed) if allows_never else typed))
            )
    raise TypeError(f"no way is known to ask for a {type(kind).__name__}; add one here")


def _chosen(meaning: str, words: tuple[str, ...], names: tuple[str, ...]) -> Prompt:
    return Prompt(meaning, words, "", lambda typed: chosen(names, typed))


def _told(meaning: str) -> Prompt:
    return Prompt(
        meaning, (), "y or n, as the client says", lambda typed: {"answer": _yes_or_no(typed), "basis": "client"}
    )


def _never(typed: str) -> str:
    return "never" if typed.lower() in ("n", "no") else typed


def _yes_or_no(typed: str) -> bool:
    if typed.lower() in _YES:
        return _YES[typed.lower()]
    raise ValueError("answer y or n")


def _whole(kind: WholeKind) -> Callable[[str], Any]:
    def read(typed: str) -> Any:
        found = _RANGE.fullmatch(typed)
        if found:
            value: Any = {"at_least": int(found[1]), "at_most": int(found[2])}
        else:
            value = int(typed) if typed.isascii() and typed.isdecimal() else typed
        return kind.write(kind.read(value))

    return read


def _worsenings(typed: str) -> list[dict[str, str]]:
    return [] if typed.lower() in ("n", "no") else [{"when": MomentKind().read(typed).text}]
