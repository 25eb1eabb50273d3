"""Loads a rule base from its directory and reports every problem of the load at once, by file and line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from ipt_formulate import resources
from ipt_formulate.documents import Document, Keys, read_document
from ipt_formulate.errors import DocumentError, Problem, RuleBaseError
from ipt_formulate.rulebase.conditions import Condition
from ipt_formulate.rulebase.parameters import Parameter
from ipt_formulate.rulebase.parsing import CANDIDATE_LISTS, SELECTION, Parser, did_you_mean
from ipt_formulate.rulebase.references import check_references
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase
from ipt_formulate.rulebase.sentences import fill_in, parameters_in, sentences
from ipt_formulate.rulebase.site import set_by_site
from ipt_formulate.rulebase.template import placeholders
from ipt_formulate.rulebase.texts import (
    Area,
    InstrumentText,
    Manifest,
    NamedCondition,
    Rule,
    RuleText,
    Source,
    Technique,
    Tradition,
)

T = TypeVar("T", bound=RuleText)
SINGLE_FILES: Final = ("rulebase.yaml", "bibliography.yaml", "parameters.yaml", "conditions.yaml")
COURSE: Final = "course/"
_HINTS: Final = {
    "missing": "add it; rules/README.md shows every part of a rule",
    "extra_forbidden": "remove it, or correct its spelling; rules/README.md shows every part of a rule",
}


@cache
def shipped_rulebase() -> RuleBase:
    """The rule base that comes with the library, loaded once."""
    return load_rulebase(resources.rules_directory())


@lru_cache(maxsize=32)
def shipped_rulebase_with(parameters: tuple[tuple[str, int | str], ...]) -> RuleBase:
    """The shipped rule base with parameters that a site has set; raises RuleBaseError as `load_rulebase` does."""
    return load_rulebase(resources.rules_directory(), parameters=dict(parameters))


def load_rulebase(directory: Path | str, *, parameters: Mapping[str, int | str] | None = None) -> RuleBase:
    """Load a rule base.

    Args:
        directory: a directory of the form of ``rules/`` (its README.md describes it).
        parameters: values that a site sets, for parameters that are marked ``site: true``.

    Returns:
        The rule base, with every condition checked against the case model.

    Raises:
        RuleBaseError: there are problems; ``problems`` lists all of them with file and line.
    """
    return _whole(_Loading(Path(directory), parameters or {}))


def rulebase_of(contents: Mapping[str, Any], *, parameters: Mapping[str, int | str] | None = None) -> RuleBase:
    """A rule base from the contents of its files, by their names, instead of a directory.

    Raises:
        RuleBaseError: as `load_rulebase` does, without lines.
    """
    documents = {name: Document(content, name, MappingProxyType({})) for name, content in contents.items()}
    return _whole(_Loading(None, parameters or {}, documents))


def contents_of(directory: Path) -> bytes:
    """The contents of the files of a rule base as one JSON text, whose SHA-256 is that of the rule base.

    Raises:
        RuleBaseError: a file cannot be read.
    """
    loading = _Loading(directory, {})
    loading.read()
    if loading.problems:
        raise RuleBaseError(sorted(loading.problems, key=_by_place))
    return loading.canonical()


def _whole(loading: _Loading) -> RuleBase:
    rulebase = loading.run()
    if loading.problems or rulebase is None:
        raise RuleBaseError(sorted(loading.problems, key=_by_place))
    return rulebase


def _by_place(problem: Problem) -> tuple[str, int]:
    name, _, line = problem.where.rpartition(":")
    return (name, int(line)) if line.isdigit() else (problem.where, 0)


class _Loading:
    def __init__(
        self, directory: Path | None, site: Mapping[str, int | str], documents: dict[str, Document] | None = None
    ) -> None:
        """With the directory that the files lie in or, where they were read before, with None and what they hold."""
        self.directory, self.site = directory, site
        self.problems: list[Problem] = []
        self.documents: dict[str, Document] = documents or {}

    def run(self) -> RuleBase | None:
        if self.directory is not None and not self.read():
            return None
        manifest = self._one("rulebase.yaml", Manifest)
        bibliography = self._map("bibliography.yaml", Source)
        parameters, refused = set_by_site(self._map("parameters.yaml", Parameter), self.site)
        self.problems += refused
        self.named = self._map("conditions.yaml", NamedCondition)
        self.faulty = self._declared("parameters.yaml") | self._declared("conditions.yaml")
        self.faulty -= {*parameters, *self.named}
        self.parameters = parameters
        areas: dict[Any, Area] = {}
        techniques: dict[str, Technique] = {}
        traditions: dict[str, Tradition] = {}
        instruments: dict[Any, InstrumentText] = {}
        rules: dict[str, CompiledRule[Any]] = {}
        for name in sorted(set(self.documents) - set(SINGLE_FILES)):
            path = Path(name)
            if path.name == "area.yaml":
                self._keep(name, Area, areas, path.parent.name)
            elif path.parts[:2] == ("techniques", "cards"):
                self._keep(name, Technique, techniques, path.stem)
            elif path.parts[0] == "instruments":
                self._keep(name, InstrumentText, instruments, path.stem)
            elif path.parts[0] == "traditions":
                self._keep(name, Tradition, traditions, path.stem)
            elif (rule := self._rule(name)) is not None:
                if rule.id in rules:
                    self.problems.append(Problem(rule.source, "another rule has this id", "rename the file and the id"))
                rules[rule.id] = rule
        if manifest is None or (self.problems and not rules):
            return None
        base = RuleBase(
            manifest=manifest,
            sha256=hashlib.sha256(self.canonical()).hexdigest(),
            parameters=MappingProxyType(parameters),
            bibliography=MappingProxyType(bibliography),
            named=MappingProxyType(self.named),
            areas=MappingProxyType(areas),
            techniques=MappingProxyType(techniques),
            traditions=MappingProxyType(traditions),
            rules=MappingProxyType(rules),
            instruments=MappingProxyType(instruments),
        )
        self.problems += check_references(base)
        if not any(name.startswith("traditions/") for name in self.documents) and not self.problems:
            self.problems.append(
                Problem("traditions", "there is no tradition", "add traditions/weissman.yaml with its areas")
            )
        return base

    def read(self) -> bool:
        """Read the files; whether there is a directory to read."""
        if self.directory is None or not self.directory.is_dir():
            what = "is not a directory"
            self.problems.append(Problem(str(self.directory), what, "give the directory that holds rulebase.yaml"))
            return False
        for path in sorted(self.directory.rglob("*")):
            name = path.relative_to(self.directory).as_posix()
            if name.startswith(COURSE):  # what comes after the formulation: read by `course.knowledge`
                continue
            if path.is_symlink():
                self.problems.append(Problem(name, "is a link", "rule files must lie inside the rule base"))
            elif path.suffix in (".yaml", ".yml"):
                try:
                    self.documents[name] = read_document(path, source=name)
                except DocumentError as error:
                    self.problems += error.problems
        for name in SINGLE_FILES:
            if name not in self.documents and not any(problem.where.startswith(name) for problem in self.problems):
                self.problems.append(Problem(name, "is missing", "every rule base has one; see rules/README.md"))
        return True

    def _one(self, name: str, model: type[T]) -> T | None:
        document = self.documents.get(name)
        return self._validate(document, document.content, (), model) if document else None

    def _map(self, name: str, model: type[T]) -> dict[str, T]:
        document = self.documents.get(name)
        if document is None or document.content is None:
            return {}
        if not isinstance(document.content, dict):
            self.problems.append(
                Problem(document.at(()), "must be a mapping by name", "write name: followed by its fields")
            )
            return {}
        found = {key: self._validate(document, value, (key,), model) for key, value in document.content.items()}
        return {key: value for key, value in found.items() if value is not None}

    def _declared(self, name: str) -> frozenset[str]:
        """The names that a file declares, whether or not they are sound; no second complaint is made of these."""
        content = self.documents[name].content if name in self.documents else None
        return frozenset(content if isinstance(content, dict) else ())

    def _keep(self, name: str, model: type[Any], into: dict[Any, Any], expected: str) -> None:
        document = self.documents[name]
        found = self._validate(document, document.content, (), model)
        if found is None:
            return
        if found.id != expected:
            self.problems.append(
                Problem(
                    document.at(("id",)),
                    "the id does not go with the place of the file",
                    f"its place calls for {expected}",
                )
            )
        into[found.id] = found

    def _rule(self, name: str) -> CompiledRule[Any] | None:
        document = self.documents[name]
        if unfilled := list(placeholders(document)):
            self.problems += unfilled
            return None
        text = self._validate(document, document.content, (), Rule)
        if text is None:
            self._conditions_of_a_faulty_rule(document)
            return None
        path = Path(name)
        expected = f"{path.parent.name}.{path.stem}"
        if text.id != expected:
            self.problems.append(
                Problem(
                    document.at(("id",)),
                    "the id does not go with the place of the file",
                    f"its place calls for {expected}",
                )
            )
        conditions, uses = self._conditions(document, text.for_each, text.when)
        printed = self._printed_parameters(document, text)
        filled = fill_in(text, self.parameters)
        written = None if filled is text else text
        return CompiledRule(filled, conditions, document.at(()), uses | printed, written)

    def _printed_parameters(self, document: Document, text: Rule) -> frozenset[str]:
        """The parameters that the sentences of a rule print; a problem for each that there is not."""
        printed: set[str] = set()
        for place, sentence in sentences(text):
            for name in parameters_in(sentence):
                printed.add(f"${name}")
                if name in self.faulty or "parameters.yaml" not in self.documents:
                    continue
                if name not in self.parameters:
                    what = f"the sentence names the parameter {name}, which there is not"
                    self.problems.append(Problem(document.at(place), what, did_you_mean(name, self.parameters)))
                elif self.parameters[name].in_words() is None:
                    what = f"the sentence names the parameter {name}, which is a list of words"
                    self.problems.append(Problem(document.at(place), what, "name one with a single value"))
        return frozenset(printed)

    def _conditions_of_a_faulty_rule(self, document: Document) -> None:
        content = document.content
        if (
            isinstance(content, dict)
            and "when" in content
            and content.get("for_each") in ("case", "people", *CANDIDATE_LISTS, SELECTION)
        ):
            self._conditions(document, content["for_each"], content["when"])

    def _conditions(self, document: Document, scope: str, when: Any) -> tuple[Mapping[str, Condition], frozenset[str]]:
        parser = Parser(
            document,
            scope,
            self.parameters,
            self.named,
            self.documents.get("conditions.yaml"),
            faulty=self.faulty,
            blind=not {"parameters.yaml", "conditions.yaml"} <= set(self.documents),
        )
        trees = parser.trees(when)
        self.problems += [problem for problem in parser.problems if problem not in self.problems]
        return trees, frozenset(parser.used)

    def _validate(self, document: Document, content: Any, keys: Keys, model: type[T]) -> T | None:
        try:
            return TypeAdapter(model).validate_python(content)
        except ValidationError as error:
            for line in error.errors(include_url=False, include_input=False):
                loc = tuple(part for part in line["loc"] if not str(part).endswith("Conclusion"))
                place = ".".join(str(part) for part in loc)
                what = (
                    line["msg"]
                    .removeprefix("Value error, ")
                    .replace("Input should", "should")
                    .replace("Field required", "is missing")
                )
                problem = Problem(
                    document.at((*keys, *loc)),
                    f"{place}: {what}" if place else what,
                    _HINTS.get(line["type"], "rules/README.md says what goes here"),
                )
                if problem not in self.problems:
                    self.problems.append(problem)
        return None

    def canonical(self) -> bytes:
        """The contents of the files as JSON, comments and layout left out."""
        text = json.dumps(
            {name: document.content for name, document in sorted(self.documents.items())},
            sort_keys=True,
            ensure_ascii=False,
            separators=(",", ":"),
        )
        return text.encode()
