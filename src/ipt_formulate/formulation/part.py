"""The base of every part of a formulation."""

from __future__ import annotations

from typing import Any, ClassVar, Final, Self

from pydantic import BaseModel, ConfigDict

_new: Final = object.__new__
_set: Final = object.__setattr__


class Part(BaseModel):
    """A part of a formulation: frozen, with nothing unknown in it."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
    _all_fields: ClassVar[set[str]] = set()

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        cls._all_fields = set(cls.model_fields)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(...)"

    __str__ = __repr__

    @classmethod
    def trusted(cls, **values: Any) -> Self:
        """Build from values that are known to fit, every field given in its order: pydantic's own way costs twice."""
        part = _new(cls)
        _set(part, "__dict__", values)
        _set(part, "__pydantic_fields_set__", cls._all_fields)  # shared: a frozen part never adds to it
        _set(part, "__pydantic_extra__", None)
        _set(part, "__pydantic_private__", None)
        return part
