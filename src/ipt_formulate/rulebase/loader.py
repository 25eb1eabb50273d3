"""Loads a rule base from its directory and reports every problem of the load at once, by file and line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ipt_formulate import resources
from ipt_formulate.documents import Document
from ipt_formulate.errors import Problem, RuleBaseError, silent
from ipt_formulate.rulebase.extending import (
    Parts,
    changed,
    extended,
    in_the_pack,
    made_of,
    manifest_faults,
    name_faults,
    replacement_faults,
)
from ipt_formulate.rulebase.files import COURSE, MANIFEST, read_files
from ipt_formulate.rulebase.gathering import SINGLE_FILES, Gathering
from ipt_formulate.rulebase.installed import no_such_directory, rules_at
from ipt_formulate.rulebase.pack_texts import PackManifest
from ipt_formulate.rulebase.parameters import Parameter
from ipt_formulate.rulebase.references import check_references
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.rulebase.site import set_by_site
from ipt_formulate.rulebase.template import placeholders
from ipt_formulate.rulebase.texts import (
    Manifest,
    NamedCondition,
    Source,
)


@cache
def shipped_rulebase() -> RuleBase:
    """The rule base that comes with the library, loaded once."""
    return load_rulebase(resources.rules_directory())


@lru_cache(maxsize=32)
def shipped_rulebase_with(parameters: tuple[tuple[str, int | str], ...]) -> RuleBase:
    """The shipped rule base with parameters that a site has set; raises RuleBaseError as `load_rulebase` does."""
    return load_rulebase(resources.rules_directory(), parameters=dict(parameters))


@silent
def load_rulebase(
    directory: Path | str, *, parameters: Mapping[str, int | str] | None = None, extends: str | None = None
) -> RuleBase:
    """Load a rule base, or a pack together with the rule base that it extends.

    Args:
        directory: a directory of the form of ``rules/`` (its README.md describes it), or of a pack; or the name of an
            installed pack (an entry point of the group ``ipt_formulate.packs``), where no directory has that name.
        parameters: values that a site sets, for parameters that are marked ``site: true``.
        extends: the name of the rule base that it has to extend; refused if it does not say so itself.

    Returns:
        The rule base, with every condition checked against the case model.

    Raises:
        RuleBaseError: there are problems; ``problems`` lists all of them with file and line.
    """
    place = rules_at(directory)
    loading = _Loading(place.directory, parameters or {}, extends)
    rulebase = loading.run()
    if rulebase is not None and place.pack not in (None, rulebase.manifest.name):
        what = "has another name in its rulebase.yaml than it is installed under"
        loading.problems.append(Problem(MANIFEST, what, "tell those who made it"))
    return _sound(loading, rulebase, place.shown)


def rulebase_of(contents: Mapping[str, Any], *, parameters: Mapping[str, int | str] | None = None) -> RuleBase:
    """A rule base from the contents of its files, by their names, instead of a directory.

    Raises:
        RuleBaseError: as `load_rulebase` does, without lines.
    """
    documents = {name: Document(content, name, MappingProxyType({})) for name, content in contents.items()}
    loading = _Loading(None, parameters or {}, None, documents)
    return _sound(loading, loading.run())


def contents_of(directory: Path) -> bytes:
    """The contents of the files of a rule base as one JSON text, whose SHA-256 is that of the rule base.

    Raises:
        RuleBaseError: a file cannot be read.
    """
    loading = _Loading(directory, {}, None)
    loading.read()
    if loading.problems:
        raise RuleBaseError(sorted(loading.problems, key=_by_place))
    return loading.canonical()


def _sound(loading: _Loading, rulebase: RuleBase | None, shown: str = "") -> RuleBase:
    """What was loaded; raises RuleBaseError where anything is wrong with it."""
    if loading.problems or rulebase is None:
        found = sorted(loading.problems, key=_by_place)
        raise RuleBaseError(replace(each, where=f"{shown}{each.where}") for each in found)
    return rulebase


def _is_directory(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name that no file system takes
        return False


def _by_place(problem: Problem) -> tuple[str, int]:
    name, _, line = problem.where.rpartition(":")
    return (name, int(line)) if line.isdigit() else (problem.where, 0)


class _Loading(Gathering):
    def __init__(
        self,
        directory: Path | None,
        site: Mapping[str, int | str],
        wanted: str | None,
        documents: dict[str, Document] | None = None,
    ) -> None:
        """With the directory that the files lie in or, where they were read before, with None and what they hold."""
        super().__init__()
        self.directory, self.site, self.wanted = directory, site, wanted
        self.documents = documents or {}

    def run(self) -> RuleBase | None:
        if not self.read():
            return None
        return self._pack() if self._is_pack() else self._whole()

    def read(self) -> bool:
        """Read the files; whether there is anything to read."""
        if self.directory is None:
            return True
        if not _is_directory(self.directory):
            self.problems.append(no_such_directory(self.directory))
            return False
        self.documents, self.unread, problems = read_files(self.directory)
        self.problems += problems
        return True

    def _is_pack(self) -> bool:
        content = self.documents[MANIFEST].content if MANIFEST in self.documents else None
        pack = isinstance(content, dict) and "extends" in content
        if self.wanted is not None and isinstance(content, dict):
            told = content.get("extends")
            if not isinstance(told, dict) or told.get("name") != self.wanted:
                what = f"does not say that it extends {self.wanted}"
                remedy = f"write extends: {{name: {self.wanted}, from: ..., below: ...}}"
                self.problems.append(Problem(self.documents[MANIFEST].at(("extends",)), what, remedy))
        return pack

    def _whole(self) -> RuleBase | None:
        for name in SINGLE_FILES if MANIFEST not in self.unread else ():  # which may be that of a pack
            if name not in self.documents and name not in self.unread:
                self.problems.append(Problem(name, "is missing", "every rule base has one; see rules/README.md"))
                self.unread.add(name)
        manifest = self._one(MANIFEST, Manifest)
        bibliography = self._map("bibliography.yaml", Source)
        parameters, refused = set_by_site(self._map("parameters.yaml", Parameter), self.site)
        self.problems += refused
        self._know(parameters, self._map("conditions.yaml", NamedCondition))
        parts: dict[str, Mapping[Any, Any]] = {
            "bibliography": bibliography,
            "parameters": parameters,
            "named": self.named,
            **self._parts(),
        }
        if manifest is None or (self.problems and not parts["rules"]):
            return None
        base = made_of(parts, manifest, self._hash())
        self.problems += check_references(base)
        if not any(name.startswith("traditions/") for name in self.documents) and not self.problems:
            self.problems.append(
                Problem("traditions", "there is no tradition", "add traditions/weissman.yaml with its areas")
            )
        return base

    def _pack(self) -> RuleBase | None:
        base = shipped_rulebase()
        document = self.documents[MANIFEST]
        if unfilled := list(placeholders(document)):
            self.problems += unfilled
            return None
        manifest = self._one(MANIFEST, PackManifest)
        faults = list(manifest_faults(manifest, base, document)) if manifest else []
        self.problems += faults
        if self.directory is not None and (self.directory / COURSE).is_dir():
            what = "is a folder that packs do not have"
            self.problems.append(Problem(COURSE, what, "what comes after the formulation is the library's"))
        under = self._under(base, manifest) if manifest and not faults else base
        own: dict[str, Mapping[Any, Any]] = {
            "bibliography": self._map("bibliography.yaml", Source),
            "parameters": self._map("parameters.yaml", Parameter),
            "named": self._map("conditions.yaml", NamedCondition),
        }
        told, refused = set_by_site({**under.parameters, **own["parameters"]}, self.site)
        self.problems += refused
        if manifest and not self.problems and self.site:
            under = self._under(base, manifest, {name: told[name] for name in self.site})
        own["parameters"] = {name: told[name] for name in own["parameters"]}
        self._know(told, {**under.named, **own["named"]})
        own |= self._parts()
        if manifest is None or faults:
            return None
        self.problems += name_faults(manifest.name, own, base, self._places(own))
        if self.problems:
            return None
        made = extended(base, manifest, own, self._hash(), under)
        self.problems += replacement_faults(made, manifest, document)
        self.problems += [in_the_pack(each, document, self.documents) for each in check_references(made)]
        return made

    def _under(self, base: RuleBase, manifest: PackManifest, site: Mapping[str, Parameter] | None = None) -> RuleBase:
        """What a pack extends, with the parameters that it and the site change."""
        try:
            return changed(base, manifest, site or {})
        except RuleBaseError as error:
            where = self.documents[MANIFEST].at(("parameters",))
            self.problems += [replace(problem, where=where) for problem in error.problems]
            return base

    def _places(self, own: Parts) -> dict[tuple[str, Any], str]:
        """Where each thing stands, by its part and name."""
        single = {"bibliography": "bibliography.yaml", "parameters": "parameters.yaml", "named": "conditions.yaml"}
        found = {(part, name): self.documents[file].at((name,)) for part, file in single.items() for name in own[part]}
        found |= {("rules", rule.id): rule.source for rule in own["rules"].values()}
        for part in ("areas", "techniques", "traditions", "instruments"):
            found |= {(part, name): self.documents[self.files[part, name]].at(("id",)) for name in own[part]}
        return found
