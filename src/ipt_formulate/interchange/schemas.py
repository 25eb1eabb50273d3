"""JSON Schema of what goes in and comes out, each published by its version in ``docs/reference/schemas/``.

The ``$id`` of a schema names it and leads nowhere: it has to be read from its file, or from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal

from pydantic import BaseModel

from ipt_formulate.case.case import SCHEMA_VERSION, Case
from ipt_formulate.course.contents import Plan
from ipt_formulate.course.record import CourseRecord
from ipt_formulate.errors import UnknownName
from ipt_formulate.formulation.contents import RESULT_SCHEMA
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.interchange.codes import HOME
from ipt_formulate.release import VERSION

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_LIBRARY: Final = ".".join(VERSION.split(".")[:2])


@dataclass(frozen=True, slots=True)
class _Published:
    """A model whose schema is published: its version, and whether it is read or written."""

    model: type[BaseModel]
    version: str
    mode: Literal["validation", "serialization"]


_SCHEMAS: Final[Mapping[str, _Published]] = MappingProxyType(
    {
        "case": _Published(Case, SCHEMA_VERSION, "validation"),
        "course": _Published(CourseRecord, "1", "validation"),
        "formulation": _Published(Formulation, RESULT_SCHEMA, "serialization"),
        "plan": _Published(Plan, _LIBRARY, "serialization"),
    }
)


def schema_names() -> tuple[str, ...]:
    """What has a schema: a case and a course are read, a formulation and a plan are written."""
    return tuple(_SCHEMAS)


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of a case, course, formulation or plan. A case has rules beyond it: `parse_case` has the last word.

    Raises:
        UnknownName: there is no schema of that name.

    Examples:
        >>> schema("case")["$id"]
        'urn:ipt-formulate:schema:case:1.0'
    """
    published = _published(name)
    told = published.model.model_json_schema(mode=published.mode)
    identity = {"$schema": DIALECT, "$id": f"{HOME}:schema:{name}:{published.version}"}
    return {**identity, **told}


def file_name(name: str) -> str:
    """The name of the file in which a schema is published.

    Raises:
        UnknownName: there is no schema of that name.

    Examples:
        >>> file_name("case")
        'case-1.0.schema.json'
    """
    return f"{name}-{_published(name).version}.schema.json"


def _published(name: str) -> _Published:
    if name not in _SCHEMAS:
        raise UnknownName(f"there is no schema of that name; there are: {', '.join(_SCHEMAS)}")
    return _SCHEMAS[name]
