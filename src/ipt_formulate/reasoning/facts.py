"""Facts: the answers of a case on which its focus can depend, and every way in which each could be answered.

A choice or yes/no can be any of its members. A number or a time is tried at one value of each piece of its range
within which every test comes out alike, the other times being as they are recorded (`reasoning.pieces`). Answers
that no rule can tell apart are one answer. Nobody's death is undone, and no item is added or taken away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from ipt_formulate.case.assessment import Assessment
from ipt_formulate.case.inventory import Inventory
from ipt_formulate.case.places import Path, substituted
from ipt_formulate.vocabulary import Nature

Parts: TypeAlias = tuple[Assessment, Inventory]
Edit: TypeAlias = Callable[[Parts], Parts]

NOT_KNOWN: Final = "not known"
_PARTS: Final = {"assessment": 0, "inventory": 1}


def put(path: Path, value: Any) -> Edit:
    """The edit that records a value at a path of a case; with None, that takes it out.

    Made twice of the same record it gives the same object, so that what is known of that is not worked out again.
    """
    place = _PARTS[str(path[0])]
    made: dict[int, tuple[Any, Any]] = {}

    def edit(parts: Parts) -> Parts:
        record = parts[place]
        if id(record) not in made:
            made[id(record)] = record, substituted(record, path[1:], value)
        changed = made[id(record)][1]
        return (changed, parts[1]) if place == 0 else (parts[0], changed)

    return edit


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Answer:
    """One way to answer a fact.

    Attributes:
        value: the answer as a case file holds it.
        words: the answer in words, with all that no rule can tell from it.
        example: the answer itself in words, which is what was tried.
        within: whether what is recorded leaves it possible; otherwise something was recorded wrongly, or changed.
        edit: makes it the recorded answer.
    """

    value: Any
    words: str
    within: bool
    edit: Edit
    example: str = ""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Fact:
    """Something that is recorded, or could be.

    Attributes:
        path: its place in the case, items named by their ids.
        about: the item it is a fact of, in words; empty for the case.
        label: its field in words.
        meaning: what it records, in the words of the coding manual.
        nature: whether it can change, be found out, or only have been recorded wrongly.
        now: what is recorded, in words.
        recorded: whether anything is.
        known: whether a single answer is.
        answers: the answers other than the present one, which is left out where it is known.
        moves: the names of the terms that it can move (`reasoning.ties`), where another fact can move them too.
        asked: whether it was asked, and the client did not know.
        forget: takes the recorded answer out.
    """

    path: str
    about: str
    label: str
    meaning: str
    nature: Nature
    now: str
    recorded: bool
    known: bool
    answers: tuple[Answer, ...]
    moves: frozenset[str]
    forget: Edit
    asked: bool = False

    @property
    def name(self) -> str:
        """The fact in words: what it is a fact of, and which."""
        return f"{self.about}, {self.label}" if self.about else self.label

    def tied(self, other: Fact) -> bool:
        """Whether the two can move the same term, so that their answers must be recorded together."""
        return not self.moves.isdisjoint(other.moves)
