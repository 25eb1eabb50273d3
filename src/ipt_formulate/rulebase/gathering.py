"""From the documents of a rule base to its parts, with every problem by file and line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from ipt_formulate.documents import Document, Keys
from ipt_formulate.errors import Problem
from ipt_formulate.rulebase.conditions import Condition
from ipt_formulate.rulebase.parameters import Parameter
from ipt_formulate.rulebase.parsing import CANDIDATE_LISTS, SELECTION, Parser, did_you_mean
from ipt_formulate.rulebase.rulebase import CompiledRule
from ipt_formulate.rulebase.sentences import fill_in, parameters_in, sentences
from ipt_formulate.rulebase.template import placeholders
from ipt_formulate.rulebase.texts import Area, InstrumentText, NamedCondition, Rule, RuleText, Technique, Tradition

T = TypeVar("T", bound=RuleText)
SINGLE_FILES: Final = ("rulebase.yaml", "bibliography.yaml", "parameters.yaml", "conditions.yaml")
_HINTS: Final = {
    "missing": "add it; rules/README.md shows every part of a rule",
    "extra_forbidden": "remove it, or correct its spelling; rules/README.md shows every part of a rule",
}


class Gathering:
    """Gathers the parts of one rule base, and the problems found on the way."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.documents: dict[str, Document] = {}
        self.unread: set[str] = set()
        self.files: dict[tuple[str, Any], str] = {}
        self.named_documents: Mapping[str, Document] = {}

    def _know(self, parameters: Mapping[str, Parameter], named: Mapping[str, NamedCondition]) -> None:
        """Take down what conditions may name, before rules are read."""
        self.parameters, self.named = parameters, named
        self.faulty = self._declared("parameters.yaml") | self._declared("conditions.yaml")
        self.faulty -= {*parameters, *named}
        own = self.documents.get("conditions.yaml")
        there = Document(None, "the extended rule base's conditions.yaml", MappingProxyType({}))
        in_own = set(self._declared("conditions.yaml"))
        self.named_documents = {name: own if own and name in in_own else there for name in named}

    def _parts(self) -> dict[str, dict[Any, Any]]:
        """What stands in a file of its own: areas, techniques, instruments, traditions and rules."""
        kinds: dict[str, type[Any]] = {
            "areas": Area,
            "techniques": Technique,
            "instruments": InstrumentText,
            "traditions": Tradition,
        }
        found: dict[str, dict[Any, Any]] = {part: {} for part in (*kinds, "rules")}
        for name in sorted(set(self.documents) - set(SINGLE_FILES)):
            path = Path(name)
            part = (
                "areas"
                if path.name == "area.yaml"
                else "techniques"
                if path.parts[:2] == ("techniques", "cards")
                else path.parts[0]
            )
            if part in kinds and path.parts[:2] not in (("techniques", "gates"), ("techniques", "stages")):
                stem = path.parent.name if part == "areas" else path.stem
                self._keep(name, kinds[part], found[part], stem)
                self.files |= {(part, each): name for each in found[part] if (part, each) not in self.files}
            elif (rule := self._rule(name)) is not None:
                if rule.id in found["rules"]:
                    self.problems.append(Problem(rule.source, "another rule has this id", "rename the file and the id"))
                found["rules"][rule.id] = rule
        return found

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
                if name in self.faulty or "parameters.yaml" in self.unread:
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
            self.named_documents,
            faulty=self.faulty,
            blind=bool({"parameters.yaml", "conditions.yaml"} & self.unread),
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

    def _hash(self) -> str:
        return hashlib.sha256(self.canonical()).hexdigest()
