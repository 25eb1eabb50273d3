"""Every number and every set a rule uses, once, with its unit and where it comes from."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from ipt_formulate.case.moments import UNIT_DAYS
from ipt_formulate.rulebase.texts import Citation, RuleText

NUMBER_WORDS: Final = (
    *("one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_UNIT_WORDS: Final = {"d": "day", "w": "week", "mo": "month", "y": "year"}
_DURATION = re.compile(r"(-?\d{1,4})(d|w|mo|y)")


class Parameter(RuleText):
    """One parameter. Either it cites a source, or it says that it is an assumption and why."""

    title: str = Field(min_length=3, description="What it is, in words.")
    value: int | str | list[str] = Field(description="A whole number, a duration such as 6mo, or a list of words.")
    unit: Literal["days", "score", "ring", "count", "roles"]
    citations: tuple[Citation, ...] = ()
    assumption: Annotated[str, Field(min_length=10)] | None = Field(
        default=None, description="Why this value, where no source gives one."
    )
    site: bool = Field(default=False, description="A site may set it; what it set is printed in the output.")
    decided_by: str = Field(min_length=2, description="Who decided on it.")

    @model_validator(mode="after")
    def _founded(self) -> Self:
        if not self.citations and not self.assumption:
            raise ValueError("needs citations, or assumption with the reason")
        if isinstance(self.value, list) != (self.unit == "roles"):
            raise ValueError("value does not go with unit: roles take a list of words, all other units one value")
        self.number()
        return self

    def number(self) -> int:
        """The value as a whole number, durations in days (0 for a list of words)."""
        if isinstance(self.value, int):
            return self.value
        if isinstance(self.value, list):
            return 0
        found = _DURATION.fullmatch(self.value)
        if found is None or self.unit != "days":
            raise ValueError("value must be a whole number, or with unit days a duration such as 6mo or -30d")
        return int(found[1]) * UNIT_DAYS[found[2]]

    def in_words(self) -> str | None:
        """The value as a sentence says it, whichever way a duration points; None for a list of words.

        >>> Parameter(title="How long", value="2mo", unit="days", assumption="an example", decided_by="us").in_words()
        'two months'
        """
        if isinstance(self.value, list):
            return None
        found = _DURATION.fullmatch(str(self.value))
        if found is None:
            return _number_in_words(int(self.value))
        number = abs(int(found[1]))
        return f"{_number_in_words(number)} {_UNIT_WORDS[found[2]]}{'' if number == 1 else 's'}"


def _number_in_words(number: int) -> str:
    return NUMBER_WORDS[number - 1] if 1 <= number <= len(NUMBER_WORDS) else str(number)
