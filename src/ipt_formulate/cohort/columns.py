"""The Arrow schema of a cohort: one row a case, the columns nested as a case file is.

Derived from the case model, so that a field cannot be missing. An answer is a dictionary-encoded word
(`case.words`); null is what nobody asked. A list of the inventory is a list column; a record is a struct.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from functools import cache
from typing import Any, Final, get_args

import pyarrow as pa
from pydantic.fields import FieldInfo

from ipt_formulate.case.case import SCHEMA_VERSION, Case
from ipt_formulate.case.fields import Kind, kind_of
from ipt_formulate.case.record import Record
from ipt_formulate.case.terms import entries_of, record_type

WORD: Final = pa.dictionary(pa.int32(), pa.string())
"""A word of a dictionary; the index is as wide as Parquet files give it back."""
ID: Final = "id"
LABEL: Final = "label"


@cache
def schema() -> pa.Schema:
    """The Arrow schema of a cohort.

    Returns:
        ``id`` (the row's name, any text), ``schema_version``, ``assessment`` and ``inventory``. Every column may be
        null, and a whole column may be left out of a batch or file: not recorded is unknown, never *no*.

    Examples:
        >>> schema().field("inventory").type.field("deaths").type.value_type.field("kind").type
        DictionaryType(dictionary<values=string, indices=int32, ordered=0>)
    """
    fields = [pa.field(ID, pa.string())]
    fields += [pa.field(name, arrow_type(name, field)) for name, field in Case.model_fields.items()]
    return pa.schema(fields, metadata={"ipt_formulate.case_schema": SCHEMA_VERSION})


def arrow_type(name: str, field: FieldInfo) -> pa.DataType:
    """The type of the column for one field of the case model."""
    if kind_of(field) is not None:
        return WORD
    if (entries := entries_of(field)) is not None:
        return pa.list_(WORD if isinstance(entries, Kind) else struct_of(entries))
    if (record := record_type(field.annotation)) is not None:
        return struct_of(record)
    members = list(_members(field.annotation))
    if datetime.date in members:
        return pa.date32()
    if name == LABEL:
        return pa.string()
    if any(isinstance(each, type) and issubclass(each, str) for each in members):
        return WORD
    raise TypeError(f"{name}: no column is known for this kind of field")


@cache
def struct_of(model: type[Record]) -> pa.StructType:
    """The struct column of a record."""
    return pa.struct([pa.field(name, arrow_type(name, field)) for name, field in model.model_fields.items()])


def _members(annotation: Any) -> Iterator[Any]:
    """The annotation and all that it is made of: ``Annotated[str, ...] | None`` holds a ``str``."""
    yield annotation
    for each in get_args(annotation):
        yield from _members(each)
