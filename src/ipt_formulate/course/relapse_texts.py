"""What a plan against a relapse is drafted from: ``rules/course/relapse.yaml`` and its months, checked when loaded."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal

from pydantic import Field

from ipt_formulate import resources
from ipt_formulate.course.reading import Reading
from ipt_formulate.course.relapse_record import DANGER, ContactKind
from ipt_formulate.documents import Document
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.rulebase.texts import Citation, RuleText, Word
from ipt_formulate.vocabulary import Phase, ProblemArea

FILE: Final = "course/relapse.yaml"


class Drafted(RuleText):
    """Words for the client, and what they rest on; ``{about}`` stands for what the focus was on."""

    words: str = Field(min_length=4)
    basis: Literal["source", "assumption"]


class DraftedContact(Drafted):
    """Somebody to call."""

    kind: ContactKind


class DraftedLevel(RuleText):
    """How far it has come, and what is done then."""

    when: Drafted
    actions: dict[Word, Drafted] = Field(min_length=1)


class RelapseTexts(RuleText):
    """The parts of the draft: for each area, subtype, modifier and technique what it adds to the plan."""

    purpose: Drafted
    warning_signs: dict[Word, Drafted] = Field(min_length=1)
    areas: dict[ProblemArea, Drafted]
    subtypes: dict[Word, Drafted]
    modifiers: dict[Word, Drafted]
    skills: dict[Word, Drafted]
    no_skill: tuple[Word, ...]
    levels: dict[Word, DraftedLevel]
    contacts: dict[Word, DraftedContact]
    citations: tuple[Citation, ...] = Field(min_length=1)


@cache
def shipped_relapse_texts() -> RelapseTexts:
    """The texts that come with the library, loaded once."""
    return load_relapse_texts(resources.rules_directory(), shipped_rulebase())


def load_relapse_texts(directory: Path, base: RuleBase) -> RelapseTexts:
    """Load the texts from a directory of the form of ``rules/``.

    Args:
        directory: the directory.
        base: the rule base, each area, subtype, modifier and technique of which must have its words.

    Raises:
        RuleBaseError: there are problems; ``problems`` lists all of them with file and line.
    """
    reading = Reading(directory)
    read = reading.one(FILE, RelapseTexts)
    if read is not None:
        _check(reading, *read, base)
    reading.end()
    assert read is not None  # otherwise there were problems
    return read[0]


def _check(reading: Reading, texts: RelapseTexts, document: Document, base: RuleBase) -> None:
    middle = {each.id for each in base.techniques.values() if Phase.MIDDLE in each.phases}
    wanted: Mapping[str, tuple[set[str], set[str]]] = {
        "areas": ({str(area) for area in base.areas}, {str(area) for area in texts.areas}),
        "subtypes": ({rule.then.subtype for rule in base.subtypes}, set(texts.subtypes)),
        "modifiers": ({rule.then.modifier for rule in base.modifiers}, set(texts.modifiers)),
        "skills": (middle, {*texts.skills, *texts.no_skill}),
    }
    for part, (needed, there) in wanted.items():
        for name in sorted(needed - there):
            reading.refuse(document, (part,), f"{name} has no words", f"add {name}: {{words: ..., basis: ...}}")
        for name in sorted(there - needed):
            reading.refuse(document, (part, name), f"{name} is not in the rule base", "remove it, or correct its name")
    if all(each.kind is not ContactKind.CRISIS for each in texts.contacts.values()):
        reading.refuse(document, ("contacts",), "have no crisis contact", "add one of kind crisis")
    if DANGER not in texts.levels:
        reading.refuse(document, ("levels",), "have none for danger", "add the level danger")
    reading.check_citations(document, texts.citations)
