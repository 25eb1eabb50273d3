"""``rules.lock``: the version and content of every released rule, so that none changes without a new version.

A line holds an id, a version and the SHA-256 of a content, comments and layout left out. Besides each rule, the
lock holds what rules share: parameters, named conditions, areas, cards and traditions, each with the version of
the rule base, since a rule changes its meaning with them. The lock is no part of the rule base's hash. That of a pack
holds what the pack adds and changes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel

from ipt_formulate.errors import Problem, RuleBaseError
from ipt_formulate.rulebase.pack_texts import version_number
from ipt_formulate.rulebase.rulebase import RuleBase

LOCK: Final = "rules.lock"
_HEAD: Final = "# Written by: ipt-formulate lock. One released entry a line: id, version, SHA-256 of its content.\n"


@dataclass(frozen=True, slots=True)
class Locked:
    """What the lock holds of one entry."""

    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class _Entry:
    """Something that is released: its version, its content, and where both stand."""

    version: str
    sha256: str
    source: str
    versioned_in: str

    def is_as(self, was: Locked) -> bool:
        return self.sha256 == was.sha256


def content_hash(text: BaseModel) -> str:
    """The SHA-256 of a part of a rule base as its author wrote it, without comments and layout."""
    written = text.model_dump(mode="json", by_alias=True, exclude_unset=True)
    canonical = json.dumps(written, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _entries(base: RuleBase) -> dict[str, _Entry]:
    """Everything the lock holds, by id, in the order in which it is written."""
    entries = {
        rule.id: _Entry(rule.text.version, content_hash(rule.written), rule.source, "it")
        for rule in base.own("rules").values()
    }
    shared: list[tuple[str, str, Mapping[str, BaseModel]]] = [
        ("parameters", "parameters.yaml", base.own("parameters")),
        ("conditions", "conditions.yaml", base.own("named")),
        ("areas", "problem_areas/{}/area.yaml", {str(area): text for area, text in base.own("areas").items()}),
        ("cards", "techniques/cards/{}.yaml", base.own("techniques")),
        ("traditions", "traditions/{}.yaml", base.own("traditions")),
    ]
    if base.extends is not None:
        shared.append(("replaces", "rulebase.yaml", {each.rule: each for each in base.extends.replaced}))
        shared.append(("changes", "rulebase.yaml", base.extends.parameters))
    for prefix, place, texts in shared:
        for name, text in texts.items():
            entries[f"{prefix}.{name}"] = _Entry(
                base.manifest.version, content_hash(text), place.format(name), "rulebase.yaml"
            )
    return dict(sorted(entries.items()))


def read_lock(directory: Path) -> Mapping[str, Locked]:
    """The lock of a rule base, by id; empty where there is none.

    Raises:
        RuleBaseError: a line is not of the form it should be, or an id stands there twice.
    """
    path = directory / LOCK
    if not path.is_file():
        return {}
    found: dict[str, Locked] = {}
    problems = []
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        parts = line.split()
        if not parts or line.startswith("#"):
            continue
        if len(parts) != 3 or len(parts[2]) != 64 or parts[0] in found:
            what = "is not an id, a version and a SHA-256, or names a rule again"
            problems.append(Problem(f"{LOCK}:{number}", what, "take the file from the last release"))
            continue
        found[parts[0]] = Locked(parts[1], parts[2])
    if problems:
        raise RuleBaseError(problems)
    return found


def lock_text(base: RuleBase) -> str:
    """The lock as it is written for a rule base."""
    return _HEAD + "".join(f"{name} {entry.version} {entry.sha256}\n" for name, entry in _entries(base).items())


def broken_locks(base: RuleBase, locked: Mapping[str, Locked]) -> Iterator[Problem]:
    """Each released entry that was changed under its version, taken back to an older one, or removed."""
    entries = _entries(base)
    for name, was in locked.items():
        if name not in entries:
            what = f"{name} {was.version} was released and is gone"
            remedy = "keep it (a rule with status: deprecated), or accept its end with: ipt-formulate lock --anew"
            yield Problem(LOCK, what, remedy)
            continue
        entry = entries[name]
        if not entry.is_as(was) and version_number(entry.version) <= version_number(was.version):
            what = f"{name} was changed and is still version {entry.version}"
            remedy = f"give {entry.versioned_in} a version above {was.version}, say in CHANGELOG.md whose result changes, then run: ipt-formulate lock"
            yield Problem(entry.source, what, remedy)


def not_locked(base: RuleBase, locked: Mapping[str, Locked]) -> Iterator[Problem]:
    """Each entry that is new, or has a new version, since the lock was written."""
    for name, entry in _entries(base).items():
        if name not in locked:
            what = f"{name} {entry.version} is new, and not yet in the lock"
        elif not entry.is_as(locked[name]) and version_number(entry.version) > version_number(locked[name].version):
            what = f"{name} {entry.version} is not yet in the lock, which has {locked[name].version}"
        else:
            continue
        yield Problem(entry.source, what, "run: ipt-formulate lock")
