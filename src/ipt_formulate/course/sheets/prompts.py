"""What stands in the files of the work sheets, as frozen models."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

from pydantic import Field

from ipt_formulate.rulebase.texts import Citation, RuleText, Sentence, Word


class Reader(StrEnum):
    """In whose words a sheet is printed."""

    CLINICIAN = "clinician"
    CLIENT = "client"


class Prompt(RuleText):
    """What is asked at a field, in the words of both, and what it rests on."""

    clinician: str = Field(min_length=3)
    client: str = Field(min_length=3)
    basis: Literal["source", "assumption"]
    in_clients_words: dict[str, str] = Field(default={}, description="What there is to choose, as the client reads it.")

    def words(self, reader: Reader) -> str:
        """The words for one of the two."""
        return self.client if reader is Reader.CLIENT else self.clinician

    def choice(self, choice: str, reader: Reader) -> str:
        """A word that can be chosen, in the words of one of the two."""
        return (self.in_clients_words if reader is Reader.CLIENT else {}).get(choice, choice.replace("_", " "))


class ExampleText(RuleText):
    """A filled sheet. It is composed: it tells of nobody."""

    composed: Literal[True]
    note: Sentence
    sheet: dict[str, Any]


class CommonText(RuleText):
    """What every sheet has: the prompts of some fields, the line on safety, and what a sheet is."""

    fields: dict[str, Prompt]
    safety: Prompt
    about: Prompt


class SheetFile(RuleText):
    """The file of one sheet; its stance is the one of its technique's card."""

    id: Word
    title: str = Field(min_length=5)
    purpose: Prompt
    technique: Word
    fields: dict[str, Prompt] = Field(min_length=1)
    cautions: tuple[Prompt, ...] = Field(min_length=1)
    citations: tuple[Citation, ...] = Field(min_length=1)
    example: ExampleText


class SheetText(SheetFile):
    """The texts of one sheet, with those that every sheet has."""

    safety: Prompt
    about: Prompt
