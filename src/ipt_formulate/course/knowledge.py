"""Loads what is known of the course from ``course/`` beside a rule base; reports every problem at once, by file and line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from ipt_formulate import resources
from ipt_formulate.course.texts import AreaWording, GoalText, NoGain, StatementWording, TaskText, Variant
from ipt_formulate.documents import Document, read_document
from ipt_formulate.errors import DocumentError, Problem, RuleBaseError
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.rulebase.parameters import Parameter
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.rulebase.texts import Citation, RuleText, Source
from ipt_formulate.vocabulary import ProblemArea, Support

T = TypeVar("T", bound=RuleText)
README: Final = "rules/course/README.md says what goes here"


@dataclass(frozen=True, slots=True, repr=False)
class CourseKnowledge:
    """What is known of the course.

    Attributes:
        sha256: of the parsed files, in a canonical form.
        parameters: every number, by name.
        bibliography: the sources beyond those of the rule base.
        variants: the forms of the course, by id.
        tasks: what is done in sessions, by id, in the order of the files.
        goals: for each area, its goals by id.
        wording: how each area is named to therapist and client.
        statement: the parts of the formulation as it is offered.
        no_gain: what to consider where there is no gain by mid-course, by id.
    """

    sha256: str
    parameters: Mapping[str, Parameter]
    bibliography: Mapping[str, Source]
    variants: Mapping[str, Variant]
    tasks: Mapping[str, TaskText]
    goals: Mapping[ProblemArea, Mapping[str, GoalText]]
    wording: Mapping[ProblemArea, AreaWording]
    statement: StatementWording
    no_gain: Mapping[str, NoGain]

    def number(self, name: str) -> int:
        """The value of a parameter, durations in days."""
        return self.parameters[name].number()


@lru_cache(maxsize=1)
def shipped_course() -> CourseKnowledge:
    """What comes with the library, loaded once."""
    return load_course_knowledge(resources.rules_directory() / "course", shipped_rulebase())


def load_course_knowledge(directory: Path | str, base: RuleBase) -> CourseKnowledge:
    """Load what is known of the course.

    Args:
        directory: a directory of the form of ``rules/course/``.
        base: the rule base it goes with: its techniques, areas and sources.

    Raises:
        RuleBaseError: there are problems; ``problems`` lists all of them with file and line.
    """
    loading = _Loading(Path(directory), base)
    found = loading.run()
    if loading.problems or found is None:
        raise RuleBaseError(loading.problems)
    return found


class _Loading:
    def __init__(self, directory: Path, base: RuleBase) -> None:
        self.directory, self.base = directory, base
        self.problems: list[Problem] = []
        self.documents: dict[str, Document] = {}

    def run(self) -> CourseKnowledge | None:
        self._read()
        bibliography = self._map("bibliography.yaml", Source)
        self.parameters = self._map("parameters.yaml", Parameter)
        variants = {name: self._one(name, Variant) for name in self._in("variants")}
        tasks = self._merged({name: self._map(name, TaskText) for name in self._in("tasks")})
        goals = {Path(name).stem: self._map(name, GoalText) for name in self._in("goals")}
        wording = {Path(name).stem: self._one(name, AreaWording) for name in self._in("wording")}
        statement = self._one("statement.yaml", StatementWording)
        no_gain = self._map("no_gain.yaml", NoGain)
        for name, areas in (("goals", goals), ("wording", wording)):
            self._complain_of_areas(name, areas)
        if self.problems or statement is None:
            return None
        known = {each.id: each for each in variants.values() if each}
        texts: dict[str, RuleText] = {**known, **tasks, **no_gain, "statement": statement}
        texts |= {f"wording of {area}": each for area, each in wording.items() if each}
        texts |= {f"goal {name}": goal for each in goals.values() for name, goal in each.items()}
        self.problems += self._dangling(texts, bibliography)
        return CourseKnowledge(
            sha256=self._hash(),
            parameters=MappingProxyType(self.parameters),
            bibliography=MappingProxyType(bibliography),
            variants=MappingProxyType(known),
            tasks=MappingProxyType(tasks),
            goals=MappingProxyType({ProblemArea(area): MappingProxyType(each) for area, each in goals.items()}),
            wording=MappingProxyType({ProblemArea(area): each for area, each in wording.items() if each}),
            statement=statement,
            no_gain=MappingProxyType(no_gain),
        )

    def _read(self) -> None:
        if not self.directory.is_dir():
            self.problems.append(
                Problem(str(self.directory), "is not a directory", "give a directory like rules/course")
            )
        for path in sorted(self.directory.rglob("*")):
            name = path.relative_to(self.directory).as_posix()
            if path.is_symlink():
                self.problems.append(Problem(name, "is a link", "the files must lie inside the directory"))
            elif path.suffix in (".yaml", ".yml"):
                try:
                    self.documents[name] = read_document(path, source=f"course/{name}")
                except DocumentError as error:
                    self.problems += error.problems

    def _in(self, folder: str) -> list[str]:
        return [name for name in self.documents if name.startswith(f"{folder}/")]

    def _merged(self, found: Mapping[str, Mapping[str, T]]) -> dict[str, T]:
        merged: dict[str, T] = {}
        for name, each in found.items():
            for key in merged.keys() & each.keys():
                what = f"{key} stands in another file too"
                self.problems.append(Problem(self.documents[name].at((key,)), what, "rename one of the two"))
            merged |= each
        return merged

    def _complain_of_areas(self, name: str, found: Mapping[str, Any]) -> None:
        for area in self.base.areas:
            if area not in found:
                self.problems.append(Problem(f"course/{name}/{area}.yaml", "is missing", "each area needs one"))
        for other in found.keys() - {*map(str, self.base.areas)}:
            self.problems.append(Problem(f"course/{name}/{other}.yaml", "is of no area", "rename or remove it"))

    def _one(self, name: str, model: type[T]) -> T | None:
        if name not in self.documents:
            self.problems.append(Problem(f"course/{name}", "is missing", README))
            return None
        return self._validate(self.documents[name], self.documents[name].content, (), model)

    def _map(self, name: str, model: type[T]) -> dict[str, T]:
        content = self.documents[name].content if name in self.documents else None
        if not isinstance(content, dict):
            self.problems.append(Problem(f"course/{name}", "is missing, or is no mapping by name", README))
            return {}
        found = {key: self._validate(self.documents[name], value, (key,), model) for key, value in content.items()}
        return {key: value for key, value in found.items() if value is not None}

    def _validate(self, document: Document, content: Any, keys: tuple[str, ...], model: type[T]) -> T | None:
        try:
            return TypeAdapter(model).validate_python(self._filled(document, content, keys))
        except ValidationError as error:
            for line in error.errors(include_url=False, include_input=False):
                place = ".".join(map(str, line["loc"]))
                what = line["msg"].removeprefix("Value error, ").replace("Field required", "is missing")
                self.problems.append(Problem(document.at((*keys, *line["loc"])), f"{place}: {what}", README))
        return None

    def _filled(self, document: Document, content: Any, keys: tuple[str | int, ...]) -> Any:
        """Some content with each ``$parameter`` replaced by its number."""
        if isinstance(content, dict):
            return {key: self._filled(document, value, (*keys, key)) for key, value in content.items()}
        if isinstance(content, str) and content.startswith("$"):
            if content[1:] in self.parameters:
                return self.parameters[content[1:]].number()
            self.problems.append(
                Problem(document.at(keys), f"there is no parameter {content[1:]}", "add it, or correct the name")
            )
            return 1
        return content

    def _dangling(self, texts: Mapping[str, RuleText], bibliography: Mapping[str, Source]) -> Iterator[Problem]:
        sources = {*self.base.bibliography, *bibliography}
        for name, text in {**texts, **self.parameters}.items():
            citations: tuple[Citation, ...] = getattr(text, "citations", ())
            for each in citations:
                if each.key not in sources:
                    yield Problem(f"course: {name}", f"cites {each.key}, which is in no bibliography", "add the source")
                elif (each.key in self.base.manifest.assumption_keys) != (each.supports is Support.ASSUMPTION):
                    yield Problem(
                        f"course: {name}",
                        f"cites {each.key} for {each.supports}",
                        "an assumption supports assumption, and nothing else does",
                    )
            technique = getattr(text, "technique", None)
            if technique is not None and technique not in self.base.techniques:
                yield Problem(
                    f"course: {name}",
                    f"names the technique {technique}, which there is not",
                    "see rules/techniques/cards",
                )

    def _hash(self) -> str:
        content = {name: document.content for name, document in sorted(self.documents.items())}
        canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()
