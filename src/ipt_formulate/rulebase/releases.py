"""Rule bases that were released before the one of today: kept with the library, to replay what followed from them.

Each lies in ``releases/`` as the contents of its files in one JSON text, packed. Their SHA-256 is the rule base's own,
and is looked at before anything is made of them.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from ipt_formulate import resources
from ipt_formulate.documents import read_document
from ipt_formulate.errors import InputError, Problem, RuleBaseError, UnknownName
from ipt_formulate.rulebase.loader import rulebase_of, shipped_rulebase, shipped_rulebase_with
from ipt_formulate.rulebase.rulebase import RuleBase

LIST: Final = "releases.yaml"
_MOST: Final = 16_000_000


def released_versions() -> tuple[str, ...]:
    """The versions of the library's rule base that can be asked for, the one of today last.

    Examples:
        >>> "0.1.0" in released_versions()
        True
    """
    return (*_list(), shipped_rulebase().manifest.version)


def released(version: str, *, parameters: Mapping[str, int | str] | None = None) -> RuleBase:
    """A rule base of the library as it was released.

    Args:
        version: its version; `released_versions` has those there are.
        parameters: values that a site sets, for parameters that are marked ``site: true``.

    Raises:
        UnknownName: there is no such release.
        InputError: this library can no longer run it, or the file of it is damaged.
        RuleBaseError: the parameters set what is not the site's to set.

    Examples:
        >>> released("0.1.0").manifest.version
        '0.1.0'
    """
    if version not in released_versions():
        there = ", ".join(released_versions())
        raise UnknownName(f"there is no released rule base {version[:40]!r} here; there are: {there}")
    return _released(version, tuple(sorted((parameters or {}).items())))


def version_of(sha256: str) -> str | None:
    """The version of the released rule base with this SHA-256; None where there is none."""
    if sha256 == shipped_rulebase().sha256:
        return shipped_rulebase().manifest.version
    return next((version for version, each in _list().items() if each["sha256"] == sha256), None)


def packed(contents: bytes) -> bytes:
    """Contents as they are kept, without the time of day, so that packing again changes nothing."""
    return gzip.compress(contents, compresslevel=9, mtime=0)


def file_of(version: str, directory: Path | None = None) -> Path:
    """The file of a release."""
    return (directory or resources.releases_directory()) / f"ipt-{version}.json.gz"


@cache
def _list() -> Mapping[str, Mapping[str, Any]]:
    content = read_document(resources.releases_directory() / LIST).content
    found: Mapping[str, Mapping[str, Any]] = content or {}
    return found


@lru_cache(maxsize=16)
def _released(version: str, parameters: tuple[tuple[str, int | str], ...]) -> RuleBase:
    if version == shipped_rulebase().manifest.version:
        return shipped_rulebase_with(parameters) if parameters else shipped_rulebase()
    contents = _contents(version)
    whole = _base(version, contents)
    return rulebase_of(contents, parameters=dict(parameters)) if parameters else whole


def _contents(version: str) -> Mapping[str, Any]:
    try:
        with gzip.open(file_of(version)) as file:
            text = file.read(_MOST)
    except (OSError, EOFError, zlib.error):
        text = b""
    if hashlib.sha256(text).hexdigest() != _list()[version]["sha256"]:
        what = f"the file of the released rule base {version} is damaged or missing"
        raise InputError([Problem(str(file_of(version)), what, "install the library again")])
    contents: Mapping[str, Any] = json.loads(text)
    return contents


def _base(version: str, contents: Mapping[str, Any]) -> RuleBase:
    try:
        return rulebase_of(contents)
    except RuleBaseError as error:
        what = f"this library can no longer run the rule base {version}: {error.problems[0]}"
        remedy = f"replay it with ipt_formulate {_list()[version]['library']}"
        raise InputError([Problem("rule base", what, remedy)]) from None
