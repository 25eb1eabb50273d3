"""What a recorded answer can be: known, narrowed down, asked but not known to the client, or never asked.

Every field of a case holds one of: a plain value; a `OneOf` or `Between` where the answer is narrowed down;
``"asked_unknown"`` where the client does not know; or None where nobody asked. The last two mean the same to
every rule (all values are possible) and differ only in what is asked next.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from pydantic_core import PydanticCustomError

AskedUnknown: TypeAlias = Literal["asked_unknown"]
ASKED_UNKNOWN: AskedUnknown = "asked_unknown"

C = TypeVar("C", bound=StrEnum)


class OneOf(frozenset[C], Generic[C]):
    """A choice narrowed down to some of its members: ``OneOf({Role.PARENT, Role.SIBLING})``."""

    def __repr__(self) -> str:
        return f"OneOf({len(self)} possible)"


class Between:
    """A whole number known only within bounds, both included: ``Between(3, 5)``."""

    __slots__ = ("at_least", "at_most")

    def __init__(self, at_least: int, at_most: int) -> None:
        if at_least > at_most:
            raise ValueError("Between: at_least must not be above at_most")
        self.at_least: int = at_least
        self.at_most: int = at_most

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Between) and (self.at_least, self.at_most) == (other.at_least, other.at_most)

    def __hash__(self) -> int:
        return hash((self.at_least, self.at_most))

    def __repr__(self) -> str:
        return "Between(...)"


def fault(message: str) -> PydanticCustomError:
    """An error of the case model: the words reach the user as they stand, the value never does."""
    return PydanticCustomError("case", message)


def words(values: Any) -> str:
    """``a, b or c``."""
    listed = [str(value) for value in values]
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} or {listed[-1]}"
