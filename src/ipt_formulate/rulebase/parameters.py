"""Every number and every set a rule uses, once, with its unit, where it comes from, and how far it may vary."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal, Self, TypeAlias

from pydantic import Field, field_validator, model_validator

from ipt_formulate.case.moments import UNIT_DAYS
from ipt_formulate.rulebase.texts import Citation, RuleText

Value: TypeAlias = int | str | list[str]
"""A whole number, a duration such as ``6mo``, or a list of words."""
Unit: TypeAlias = Literal["days", "score", "ring", "count", "percent", "roles"]
NUMBER_WORDS: Final = (
    *("one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_UNIT_WORDS: Final = {"d": "day", "w": "week", "mo": "month", "y": "year"}
_DURATION = re.compile(r"(-?\d{1,5})(d|w|mo|y)")
_FEW_DAYS: Final = 60


class WordRange(RuleText):
    """How a list of words may vary: single words that may be left out of it, and single words that may be added."""

    may_leave_out: tuple[str, ...] = ()
    may_add: tuple[str, ...] = ()


class Parameter(RuleText):
    """One parameter. Either it cites a source, or it says that it is an assumption and why."""

    title: str = Field(min_length=3, description="What it is, in words.")
    value: Value = Field(description="A whole number, a duration such as 6mo, or a list of words.")
    unit: Unit
    citations: tuple[Citation, ...] = ()
    assumption: Annotated[str, Field(min_length=10)] | None = Field(
        default=None, description="Why this value, where no source gives one."
    )
    range: tuple[int | str, int | str] | WordRange | None = Field(
        default=None, description="Over which values it may reasonably vary; each assumption has one."
    )
    range_note: Annotated[str, Field(min_length=10)] | None = Field(
        default=None, description="Why this range; it is itself an assumption."
    )
    site: bool = Field(default=False, description="A site may set it; what it set is printed in the output.")
    decided_by: str = Field(min_length=2, description="Who decided on it.")

    @field_validator("range", mode="before")
    @classmethod
    def _shaped(cls, told: Any) -> Any:
        if isinstance(told, (list, tuple)):
            well = len(told) == 2 and all(type(each) in (int, str) for each in told)
        else:
            well = told is None or isinstance(told, (WordRange, dict))
        if not well:
            raise ValueError("must be [low, high], or for a list of words {may_leave_out: [...], may_add: [...]}")
        return WordRange.model_validate(told) if isinstance(told, dict) else told

    @model_validator(mode="after")
    def _founded(self) -> Self:
        if not self.citations and not self.assumption:
            raise ValueError("needs citations, or assumption with the reason")
        if isinstance(self.value, list) != (self.unit == "roles"):
            raise ValueError("value does not go with unit: roles take a list of words, all other units one value")
        self.number()
        return self

    @model_validator(mode="after")
    def _within_its_range(self) -> Self:
        if self.range is None:
            if self.range_note is not None:
                raise ValueError("range_note stands without a range")
        elif isinstance(self.range, WordRange) != (self.unit == "roles"):
            raise ValueError(
                "range does not go with unit: roles take {may_leave_out: [...], may_add: [...]}, all other units [low, high]"
            )
        elif isinstance(self.range, WordRange):
            words = set(self.value) if isinstance(self.value, list) else set()
            if not set(self.range.may_leave_out) <= words or words & set(self.range.may_add):
                raise ValueError("range: may_leave_out takes words that the value has, may_add words that it lacks")
        else:
            low, high = (number(each, self.unit, "range") for each in self.range)
            if not low <= self.number() <= high:
                raise ValueError("range must contain the value, the lower end first")
        return self

    def number(self) -> int:
        """The value as a whole number, durations in days (0 for a list of words)."""
        return 0 if isinstance(self.value, list) else number(self.value, self.unit)

    def bounds(self) -> tuple[int, int] | None:
        """The ends of the range as whole numbers; None where it has none, or is a list of words."""
        if self.range is None or isinstance(self.range, WordRange):
            return None
        low, high = self.range
        return number(low, self.unit), number(high, self.unit)

    def at(self, value: Value) -> Self:
        """The parameter at another value, which may lie outside its range; a ValidationError if it cannot be one."""
        written = self.model_dump(by_alias=True, exclude={"range", "range_note"})
        return self.model_validate({**written, "value": value}).model_copy(
            update={"range": self.range, "range_note": self.range_note}
        )

    def in_words(self) -> str | None:
        """The value as a sentence says it, whichever way a duration points; None for a list of words.

        >>> Parameter(title="How long", value="2mo", unit="days", assumption="an example", decided_by="us").in_words()
        'two months'
        >>> Parameter(title="How long", value=97, unit="days", assumption="an example", decided_by="us").in_words()
        '97 days'
        """
        if isinstance(self.value, list):
            return None
        return _written_in_words(in_unit(self.value, self.unit) if isinstance(self.value, int) else self.value)


def number(value: int | str, unit: Unit, what: str = "value") -> int:
    """A value as a whole number, durations in days.

    Raises:
        ValueError: it is a duration and the unit is not days, or it is no duration.

    >>> number("2w", "days"), number(5, "score")
    (14, 5)
    """
    if isinstance(value, int):
        return value
    found = _DURATION.fullmatch(value)
    if found is None or unit != "days":
        raise ValueError(f"{what} must be a whole number, or with unit days a duration such as 6mo or -30d")
    return int(found[1]) * UNIT_DAYS[found[2]]


def in_unit(value: int, unit: Unit) -> str:
    """A whole number as it is written in ``parameters.yaml``: days as years or months, if few as weeks, else as days.

    >>> in_unit(180, "days"), in_unit(-97, "days"), in_unit(14, "days"), in_unit(91, "days"), in_unit(5, "score")
    ('6mo', '-97d', '2w', '91d', '5')
    """
    if unit != "days":
        return str(value)
    fitting = [name for name in ("y", "mo") if value and value % UNIT_DAYS[name] == 0]
    if not fitting and value and value % UNIT_DAYS["w"] == 0 and abs(value) < _FEW_DAYS:
        fitting = ["w"]
    name = fitting[0] if fitting else "d"
    return f"{value // UNIT_DAYS[name]}{name}"


def in_words(value: int, unit: Unit) -> str:
    """A whole number as a sentence says it, whichever way a duration points.

    >>> in_words(60, "days"), in_words(44, "days"), in_words(-30, "days"), in_words(5, "score")
    ('two months', '44 days', 'one month', 'five')
    """
    return _written_in_words(in_unit(value, unit))


def _written_in_words(written: str) -> str:
    found = _DURATION.fullmatch(written)
    if found is None:
        return _number_in_words(int(written))
    number = abs(int(found[1]))
    return f"{_number_in_words(number)} {_UNIT_WORDS[found[2]]}{'' if number == 1 else 's'}"


def _number_in_words(number: int) -> str:
    return NUMBER_WORDS[number - 1] if 1 <= number <= len(NUMBER_WORDS) else str(number)
