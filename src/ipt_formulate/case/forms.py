"""The forms a file can have, by version, and the steps that lead from each past one to the present.

A file of a newer form is refused in one message, before its fields are looked at; one of a past form is migrated. A
step is a pure change of plain content: it loses nothing and says what it changed, without any value. There is one
form of a case so far: fields were added to it before its first release, none was ever renamed, removed or retyped.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from ipt_formulate.case.case import SCHEMA_VERSION
from ipt_formulate.errors import InputError, Problem

Version: TypeAlias = str | int
Change: TypeAlias = Callable[[dict[str, Any]], tuple[str, ...]]
"""Changes content in place, and says what it changed."""


@dataclass(frozen=True, slots=True)
class Step:
    """What leads from one form to the next."""

    old: Version
    new: Version
    change: Change


@dataclass(frozen=True, slots=True)
class Migrated:
    """Content in the present form, what it was before, and what was changed."""

    content: dict[str, Any]
    was: Version
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of file and its versions.

    Attributes:
        name: what a file of it is called.
        key: the field that holds the version.
        present: the version that this library reads and writes.
        unsaid: the version of a file that says none; None where it must say one.
        steps: from the oldest form on, each from where the one before leads to.
    """

    name: str
    key: str
    present: Version
    unsaid: Version | None
    steps: tuple[Step, ...] = ()

    def problem(self, content: Mapping[Any, Any]) -> Problem | None:
        """Why a file cannot be read as it is, by its version alone; None where that does not stand in the way."""
        said = _number(content.get(self.key, self.unsaid))
        present = _number(self.present)
        if said is None or present is None or said == present:
            return None
        if said > present:
            what = f"is of a newer form than {self.present}, which this library reads"
            return Problem(self.key, what, "install a newer ipt_formulate")
        if any(_number(step.old) == said for step in self.steps):
            return Problem(self.key, f"is of an earlier form than {self.present}", "run: ipt-formulate migrate")
        return None

    def migrated(self, content: Mapping[str, Any]) -> Migrated:
        """Content in the present form; what was given stays as it is.

        Raises:
            InputError: it is of a newer form, or of none that there was.
        """
        was = content.get(self.key, self.unsaid)
        if was is None or _number(was) is None:
            raise InputError([Problem(self.key, "is no version of this form", f"write {self.key}: {self.present}")])
        now = copy.deepcopy(dict(content))
        changes: list[str] = []
        for step in self.steps:
            if _number(now.get(self.key, self.unsaid)) == _number(step.old):
                changes += step.change(now)
                now[self.key] = step.new
        if now.get(self.key, self.unsaid) != self.present:
            raise InputError([self.problem(now) or Problem(self.key, "is no version of this form", "check it")])
        return Migrated(now, was, tuple(changes))


CASE_FORM: Final = Form("a case", "schema_version", SCHEMA_VERSION, SCHEMA_VERSION)


def _number(version: object) -> tuple[int, ...] | None:
    if type(version) is int and version >= 0:
        return (version,)
    if isinstance(version, str) and re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", version):
        return tuple(int(part) for part in version.split("."))
    return None
