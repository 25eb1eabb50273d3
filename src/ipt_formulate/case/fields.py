"""The kinds of field a case is made of: how each is read, written, described and lowered.

A *kind* is the metadata of an annotated field. It validates what is written in a case file, with one clear
message; says what JSON Schema publishes; and *lowers* the recorded answer to the set of values it leaves
possible: a bit mask for choices and yes/no, a pair of bounds for whole numbers and times.
"""

from __future__ import annotations

import datetime
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Final, TypeAlias, TypeVar

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.config import JsonDict
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, core_schema

from ipt_formulate.case.moments import EARLIEST, HINT, LATEST, NEVER_DAYS, Moment, Span, parse_moment
from ipt_formulate.case.values import ASKED_UNKNOWN, AskedUnknown, Between, OneOf, fault, words
from ipt_formulate.vocabulary import Nature

E = TypeVar("E", bound=StrEnum)
Lowered: TypeAlias = int | Span
"""A set of possible values: a bit mask over a choice's members, or inclusive bounds."""

NO: Final = 1
YES: Final = 2
EITHER: Final = NO | YES
UNKNOWN_WORDS: Final = "asked_unknown, or leave it out"


@dataclass(frozen=True)
class Kind(ABC):
    """What all kinds share: an absent answer, an answer the client does not know, and the pydantic hooks."""

    @abstractmethod
    def read(self, value: Any) -> Any:
        """The recorded answer from what was written; raises a `case` error with the remedy."""

    def write(self, value: Any) -> Any:
        """What a case file holds for a recorded answer."""
        return value

    @abstractmethod
    def json_schema(self) -> dict[str, Any]:
        """JSON Schema of what may be written, apart from the two ways of not knowing."""

    @property
    @abstractmethod
    def unknown(self) -> Lowered:
        """The whole domain."""

    @abstractmethod
    def lower(self, value: Any, assessed_on: datetime.date | None) -> Lowered:
        """The set of values that a known answer leaves possible."""

    def _read(self, value: Any) -> Any:
        return value if value is None or value == ASKED_UNKNOWN else self.read(value)

    def _write(self, value: Any) -> Any:
        return value if value is None or value == ASKED_UNKNOWN else self.write(value)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self._read, serialization=core_schema.plain_serializer_function_ser_schema(self._write)
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [self.json_schema(), {"const": ASKED_UNKNOWN}, {"type": "null"}]}


@dataclass(frozen=True)
class YesNoKind(Kind):
    """Yes or no."""

    def read(self, value: Any) -> bool:
        if isinstance(value, bool):
            return value
        raise fault(f"must be true, false, {UNKNOWN_WORDS}")

    def json_schema(self) -> dict[str, Any]:
        return {"type": "boolean"}

    @property
    def unknown(self) -> int:
        return EITHER

    def lower(self, value: Any, assessed_on: datetime.date | None) -> int:
        return YES if value else NO


@dataclass(frozen=True)
class ChoiceKind(Kind):
    """One member of an enumeration, or `OneOf` several."""

    members: type[StrEnum]

    def read(self, value: Any) -> Any:
        if isinstance(value, Mapping) and set(value) == {"one_of"} and isinstance(value["one_of"], list):
            value = OneOf(self._member(each) for each in value["one_of"])
        if not isinstance(value, OneOf):
            return self._member(value)
        narrowed = OneOf(self._member(each) for each in value)
        if not narrowed:
            raise fault("one_of must name at least one possibility")
        return next(iter(narrowed)) if len(narrowed) == 1 else narrowed

    def _member(self, value: Any) -> StrEnum:
        if isinstance(value, str):
            try:
                return self.members(value)
            except ValueError:
                pass
        raise fault(f"must be {words(self.members)}, {{one_of: [...]}}, {UNKNOWN_WORDS}")

    def write(self, value: Any) -> Any:
        if isinstance(value, OneOf):
            return {"one_of": [str(each) for each in self.members if each in value]}
        return str(value)

    def json_schema(self) -> dict[str, Any]:
        names = {"enum": [str(each) for each in self.members]}
        several = {"type": "array", "items": names, "minItems": 1, "uniqueItems": True}
        narrowed = {
            "type": "object",
            "properties": {"one_of": several},
            "required": ["one_of"],
            "additionalProperties": False,
        }
        return {"anyOf": [names, narrowed]}

    @property
    def unknown(self) -> int:
        return (1 << len(_bits(self.members))) - 1

    def mask(self, members: Any) -> int:
        """The bit mask of some members, each given by its value."""
        bits = _bits(self.members)
        mask = 0
        for each in members:
            mask |= bits[each]
        return mask

    def lower(self, value: Any, assessed_on: datetime.date | None) -> int:
        return self.mask(value if isinstance(value, OneOf) else [value])


@cache
def _bits(members: type[StrEnum]) -> Mapping[str, int]:
    return {str(each): 1 << index for index, each in enumerate(members)}


@dataclass(frozen=True)
class WholeKind(Kind):
    """A whole number from ``low`` to ``high``, or `Between` two."""

    low: int
    high: int
    hint: str = ""

    def read(self, value: Any) -> int | Between:
        if isinstance(value, Mapping) and value and set(value) <= {"at_least", "at_most"}:
            bounds = value.get("at_least", self.low), value.get("at_most", self.high)
        elif isinstance(value, Between):
            bounds = value.at_least, value.at_most
        else:
            bounds = value, value
        if any(type(each) is not int or not self.low <= each <= self.high for each in bounds):
            raise fault(f"must be {self.low} to {self.high}{', ' + self.hint if self.hint else ''}")
        if bounds[0] > bounds[1]:
            raise fault("is a range that ends before it begins; at_least must not be above at_most")
        return bounds[0] if bounds[0] == bounds[1] else Between(*bounds)

    def write(self, value: Any) -> Any:
        return {"at_least": value.at_least, "at_most": value.at_most} if isinstance(value, Between) else value

    def json_schema(self) -> dict[str, Any]:
        number = {"type": "integer", "minimum": self.low, "maximum": self.high}
        bounds = {
            "type": "object",
            "properties": {"at_least": number, "at_most": number},
            "minProperties": 1,
            "additionalProperties": False,
        }
        return {"anyOf": [number, bounds]}

    @property
    def unknown(self) -> Span:
        return self.low, self.high

    def lower(self, value: Any, assessed_on: datetime.date | None) -> Span:
        return (value.at_least, value.at_most) if isinstance(value, Between) else (value, value)


@dataclass(frozen=True)
class MomentKind(Kind):
    """A time before (or after) the assessment, as a range; ``never`` only where that is an answer."""

    allows_never: bool = False

    def read(self, value: Any) -> Moment:
        if isinstance(value, Moment):
            value = value.text
        if type(value) is int and 1900 <= value <= 2100:
            value = str(value)
        if isinstance(value, datetime.date):
            value = value.isoformat()[:10]
        if not isinstance(value, str) or len(value) > 40:
            raise fault(f"is not a time; {HINT}")
        moment = parse_moment(value)
        if moment.text == "never" and not self.allows_never:
            raise fault(f"cannot be never; {HINT}")
        return moment

    def write(self, value: Any) -> str:
        return str(value.text)

    def json_schema(self) -> dict[str, Any]:
        year = {"type": "integer", "minimum": 1900, "maximum": 2100, "description": "a year"}
        return {"anyOf": [{"type": "string", "maxLength": 40, "description": HINT}, year]}

    @property
    def unknown(self) -> Span:
        return LATEST, NEVER_DAYS if self.allows_never else EARLIEST

    def lower(self, value: Any, assessed_on: datetime.date | None) -> Span:
        low, high = value.before(assessed_on)
        return low, high


YesNo: TypeAlias = Annotated[bool | AskedUnknown | None, YesNoKind()]
When: TypeAlias = Annotated[Moment | AskedUnknown | None, MomentKind()]
WhenIfEver: TypeAlias = Annotated[Moment | AskedUnknown | None, MomentKind(allows_never=True)]
Whole: TypeAlias = int | Between | AskedUnknown | None
Choice: TypeAlias = E | OneOf[E] | AskedUnknown | None


def kind_of(field: FieldInfo) -> Kind | None:
    """The kind of a model's field; None for identifiers, display fields and nested records."""
    return next((each for each in field.metadata if isinstance(each, Kind)), None)


def bounds_of(kind: Kind) -> Span:
    """The lowest and the highest value of a whole number, time or duration; choices and yes/no have none.

    >>> bounds_of(WholeKind(0, 27))
    (0, 27)
    """
    domain = kind.unknown
    assert isinstance(domain, tuple), "a kind without bounds"
    return domain


def coded(meaning: str, *, example: str, near_miss: str, nature: Nature = Nature.DISCOVERABLE) -> Any:
    """A field with its line in the coding manual.

    Args:
        meaning: what the field records, in a sentence.
        example: something a note might say, and how it is recorded.
        near_miss: what looks like it and is not.
        nature: whether what it records can change, or can only be found out or be recorded wrongly.
    """
    extra: JsonDict = {"example": example, "near_miss": near_miss, "nature": nature}
    return Field(default=None, description=meaning, json_schema_extra=extra)
