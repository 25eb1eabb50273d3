"""Loads what is known of the course from ``course/`` beside a rule base; reports every problem at once, by file and line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar

from pydantic import BaseModel

from ipt_formulate import resources
from ipt_formulate.course.reading import Reading
from ipt_formulate.course.texts import AreaWording, GoalText, NoGain, StatementWording, TaskText, Variant
from ipt_formulate.documents import Document, Keys
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.rulebase.parameters import Parameter
from ipt_formulate.rulebase.parsing import did_you_mean
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.rulebase.texts import Source
from ipt_formulate.vocabulary import ProblemArea

T = TypeVar("T", bound=BaseModel)
_FOLDERS: Final = ("variants", "tasks", "goals", "wording")


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
    return _Loading(Path(directory), base).run()


class _Loading:
    """One load: every file is read by a `Reading`, which tells what is wrong with it by file and line."""

    def __init__(self, directory: Path, base: RuleBase) -> None:
        self.base, self.folder = base, directory.name
        self.reading = Reading(directory.parent, sources={})
        self.placed: list[tuple[Document, Keys, BaseModel]] = []

    def run(self) -> CourseKnowledge:
        reading = self.reading
        names = reading.everything(self.folder)
        bibliography = self._named("bibliography.yaml", Source)
        reading.sources = {**self.base.bibliography, **bibliography}
        reading.numbers = parameters = self._named("parameters.yaml", Parameter)
        folders = {folder: [name for name in names if name.startswith(f"{folder}/")] for folder in _FOLDERS}
        variants = [self._one(name, Variant) for name in folders["variants"]]
        tasks = [self._named(name, TaskText) for name in folders["tasks"]]
        goals = {Path(name).stem: self._named(name, GoalText) for name in folders["goals"]}
        wording = {Path(name).stem: self._one(name, AreaWording) for name in folders["wording"]}
        statement = self._one("statement.yaml", StatementWording)
        no_gain = self._named("no_gain.yaml", NoGain)
        self._complain_of_areas("goals", goals)
        self._complain_of_areas("wording", wording)
        self._complain_of_names(folders["tasks"], tasks)
        for document, keys, text in self.placed:
            self._check(document, keys, text)
        reading.end()
        assert statement is not None, "otherwise there were problems"
        return CourseKnowledge(
            sha256=self._hash(names),
            parameters=MappingProxyType(parameters),
            bibliography=MappingProxyType(bibliography),
            variants=MappingProxyType({each.id: each for each in variants if each}),
            tasks=MappingProxyType({name: task for each in tasks for name, task in each.items()}),
            goals=MappingProxyType({ProblemArea(area): MappingProxyType(each) for area, each in goals.items()}),
            wording=MappingProxyType({ProblemArea(area): each for area, each in wording.items() if each}),
            statement=statement,
            no_gain=MappingProxyType(no_gain),
        )

    def _one(self, name: str, model: type[T]) -> T | None:
        found = self.reading.one(f"{self.folder}/{name}", model)
        if found is None:
            return None
        self.placed.append((found[1], (), found[0]))
        return found[0]

    def _named(self, name: str, model: type[T]) -> dict[str, T]:
        found = dict(self.reading.named(f"{self.folder}/{name}", model))
        for key, text in found.items():
            self.placed.append((self.reading.documents[f"{self.folder}/{name}"], (key,), text))
        return found

    def _complain_of_names(self, names: Sequence[str], found: Sequence[Mapping[str, object]]) -> None:
        """Names that stand in two files."""
        seen: set[str] = set()
        for name, each in zip(names, found, strict=True):
            document = self.reading.documents.get(f"{self.folder}/{name}")
            for key in sorted(seen & each.keys()):
                assert document is not None, "something was read from it"
                self.reading.refuse(document, (key,), f"{key} stands in another file too", "rename one of the two")
            seen |= each.keys()

    def _complain_of_areas(self, name: str, found: Mapping[str, object]) -> None:
        for area in sorted({*map(str, self.base.areas)} - found.keys()):
            self.reading.missing(f"{self.folder}/{name}/{area}.yaml", "is missing", "each area needs one")
        for other in sorted(found.keys() - {*map(str, self.base.areas)}):
            self.reading.missing(f"{self.folder}/{name}/{other}.yaml", "is of no area", "rename or remove it")

    def _check(self, document: Document, keys: Keys, text: BaseModel) -> None:
        """Names in a text that nothing has."""
        self.reading.check_citations(document, getattr(text, "citations", ()), keys)
        technique = getattr(text, "technique", None)
        if technique is not None and technique not in self.base.techniques:
            what = f"names the technique {technique}, which there is not"
            self.reading.refuse(document, (*keys, "technique"), what, did_you_mean(technique, self.base.techniques))

    def _hash(self, names: Sequence[str]) -> str:
        content = {name: self.reading.documents[f"{self.folder}/{name}"].content for name in sorted(names)}
        canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()
