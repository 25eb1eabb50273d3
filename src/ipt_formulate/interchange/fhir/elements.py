"""The elements that the resources share, and in what R4 and R5 write them differently."""

from __future__ import annotations

import datetime
import html
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from ipt_formulate.errors import InputError, Problem, UnknownName
from ipt_formulate.formulation.markdown import escaped
from ipt_formulate.interchange.codes import SOFTWARE

Release: TypeAlias = Literal["R4", "R5"]
Resource: TypeAlias = dict[str, Any]
RELEASES: Final = ("R4", "R5")
XHTML: Final = "http://www.w3.org/1999/xhtml"
_REFERENCE = re.compile(
    r"[A-Z][A-Za-z]{1,63}/[A-Za-z0-9.-]{1,64}|urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|https?://[^\s]{1,500}"
)
_NOT_XML = re.compile("[^\\t\\n\\r\\u0020-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
_SPACE: Final = uuid.UUID("5f0d3b1e-6c0b-5a3c-9a56-0e6a2f6c9d51")
"""A fixed number of this library, from which the numbers of entries are derived."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What every resource of one bundle shares.

    Attributes:
        release: which FHIR.
        subject: the reference to whom it is about.
        at: when it was made, with its zone.
        encounter: the reference to the encounter, if one was given.
        seed: tells this bundle from every other; the numbers of its entries come from it.
        library: the version of this library.
    """

    release: Release
    subject: str
    at: datetime.datetime
    encounter: str | None
    seed: str
    library: str

    @property
    def instant(self) -> str:
        """The time as FHIR writes it."""
        return instant(self.at)

    def url(self, key: str) -> str:
        """The full URL of an entry of the bundle, the same each time for the same input."""
        return f"urn:uuid:{uuid.uuid5(_SPACE, f'{self.seed}/{key}')}"

    def about(self) -> dict[str, Any]:
        """The subject, and the encounter if one was given."""
        told: dict[str, Any] = {"subject": reference(self.subject)}
        return told | {"encounter": reference(self.encounter)} if self.encounter else told

    def software(self) -> dict[str, Any]:
        """A reference to this library as the device that made it."""
        return {
            "type": "Device",
            "identifier": {"system": SOFTWARE, "value": f"ipt_formulate/{self.library}"},
            "display": f"ipt_formulate {self.library}",
        }


def checked_release(version: str) -> Release:
    """The release of that name.

    Raises:
        UnknownName: it is neither R4 nor R5.
    """
    for each in RELEASES:
        if version == each:
            return each
    raise UnknownName("there is no such release of FHIR here; there are: R4, R5")


def checked_reference(name: str, given: str) -> str:
    """A reference of a form that FHIR has.

    Raises:
        InputError: it is none.
    """
    if not isinstance(given, str) or not _REFERENCE.fullmatch(given):
        raise InputError([Problem(name, "is not a reference", "write it like Patient/123, or as a full URL")])
    return given


def checked_time(name: str, given: datetime.datetime) -> datetime.datetime:
    """A time with its zone.

    Raises:
        InputError: it has none.
    """
    if not isinstance(given, datetime.datetime) or given.utcoffset() is None:
        raise InputError([Problem(name, "is not a time with its zone", "give a datetime that has a tzinfo")])
    return given


def instant(at: datetime.datetime) -> str:
    """A time as FHIR writes it, to the second and in UTC."""
    return at.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def reference(to: str) -> dict[str, str]:
    """A reference to a resource."""
    return {"reference": to}


def coding(system: str, code: str, display: str | None = None) -> dict[str, str]:
    """A code of a system."""
    return {"system": system, "code": code} | ({"display": display} if display else {})


def concept(text: str, *codings: Mapping[str, str]) -> dict[str, Any]:
    """A concept: its codes, if it has any, and its words."""
    return {"coding": [dict(each) for each in codings], "text": text} if codings else {"text": text}


def note(text: str) -> dict[str, str]:
    """A note. Its text is Markdown in FHIR, so that marks in it are escaped."""
    return {"text": escaped(text)}


def narrative(*blocks: str | Iterable[str]) -> dict[str, str]:
    """The text of a resource as XHTML: a paragraph for each string, a list for each series of strings."""
    inner = "".join(_block(each) for each in blocks)
    return {"status": "generated", "div": f'<div xmlns="{XHTML}">{inner}</div>'}


def _block(block: str | Iterable[str]) -> str:
    if isinstance(block, str):
        return f"<p>{_escaped(block)}</p>"
    items = "".join(f"<li>{_escaped(each)}</li>" for each in block)
    return f"<ul>{items}</ul>" if items else ""


def _escaped(text: str) -> str:
    return html.escape(_NOT_XML.sub("\ufffd", text), quote=True)


def concept_or_reference(release: Release, **given: Any) -> dict[str, Any]:
    """What R5 writes as a CodeableReference; R4 has the concept or the reference by itself."""
    ((kind, value),) = given.items()
    return {kind: value} if release == "R5" else value
