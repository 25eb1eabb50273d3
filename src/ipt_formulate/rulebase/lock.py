"""``rules.lock``: the version and content of every released rule, so that none changes without a new version.

A line holds a rule's id, its version and the SHA-256 of its content, comments and layout left out. The lock is
no part of the rule base's hash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ipt_formulate.errors import Problem, RuleBaseError
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase

LOCK: Final = "rules.lock"
_HEAD: Final = "# Written by: ipt-formulate lock. One released rule a line: id, version, SHA-256 of its content.\n"


@dataclass(frozen=True, slots=True)
class Locked:
    """What the lock holds of one rule."""

    version: str
    sha256: str


def content_hash(rule: CompiledRule[Any]) -> str:
    """The SHA-256 of a rule as its author wrote it, without comments and layout."""
    written = rule.text.model_dump(mode="json", by_alias=True, exclude_unset=True)
    canonical = json.dumps(written, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def read_lock(directory: Path) -> Mapping[str, Locked]:
    """The lock of a rule base, by rule; empty where there is none.

    Raises:
        RuleBaseError: a line is not of the form it should be, or a rule stands there twice.
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
    lines = [f"{rule.id} {rule.text.version} {content_hash(rule)}\n" for rule in _sorted(base)]
    return _HEAD + "".join(lines)


def broken_locks(base: RuleBase, locked: Mapping[str, Locked]) -> Iterator[Problem]:
    """Each released rule that was changed under its version, taken back to an older one, or removed."""
    for rule_id, was in locked.items():
        if rule_id not in base.rules:
            what = f"{rule_id} {was.version} was released and is gone"
            yield Problem(
                LOCK, what, "keep it with status: deprecated, or accept its end with: ipt-formulate lock --anew"
            )
            continue
        rule = base.rules[rule_id]
        changed = content_hash(rule) != was.sha256
        if changed and _number(rule.text.version) <= _number(was.version):
            what = f"{rule_id} was changed and is still version {rule.text.version}"
            remedy = f"give it a version above {was.version}, say in CHANGELOG.md whose result changes, then run: ipt-formulate lock"
            yield Problem(rule.source, what, remedy)


def not_locked(base: RuleBase, locked: Mapping[str, Locked]) -> Iterator[str]:
    """The rules that are new, or have a new version, since the lock was written."""
    for rule in _sorted(base):
        if rule.id not in locked:
            yield f"{rule.id} {rule.text.version}: new, not yet in the lock"
        elif content_hash(rule) != locked[rule.id].sha256:
            yield f"{rule.id} {rule.text.version}: not yet in the lock, which has {locked[rule.id].version}"


def _sorted(base: RuleBase) -> list[CompiledRule[Any]]:
    return sorted(base.rules.values(), key=lambda rule: rule.id)


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdigit() else 0 for part in version.split("."))
