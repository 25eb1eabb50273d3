"""Reads files of knowledge about the course, and reports every problem of all of them at once, by file and line."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from ipt_formulate.documents import Document, Keys, read_document
from ipt_formulate.errors import DocumentError, Problem, RuleBaseError
from ipt_formulate.rulebase.parameters import Parameter
from ipt_formulate.rulebase.parsing import did_you_mean
from ipt_formulate.rulebase.texts import Citation, Source

T = TypeVar("T", bound=BaseModel)
_ASSUMPTION: Final = "assumption"
_OWN_SOURCES: Final = "course/bibliography.yaml"
_REMEDIES: Final = {
    "missing": "add it; the other files of this folder show every part",
    "extra_forbidden": "remove it, or correct its spelling",
}


class Reading:
    """One load: the files read so far, and what is wrong with them.

    Attributes:
        directory: the directory below which the files lie; messages name them from there.
        problems: what was found.
        documents: the files read, by name.
        numbers: the parameters that ``$name`` stands for in files read from now on; None where it stands for itself.
    """

    def __init__(self, directory: Path, sources: Mapping[str, Source] | None = None) -> None:
        """With the sources that can be cited; those of the bibliographies below the directory if not given."""
        self.directory = directory
        self.problems: list[Problem] = []
        self.documents: dict[str, Document] = {}
        self.numbers: Mapping[str, Parameter] | None = None
        if sources is not None:
            self.sources = sources

    def files(self, folder: str) -> tuple[str, ...]:
        """The YAML files of a folder, by their names from the directory; a problem where there is none."""
        found = sorted(path for path in (self.directory / folder).glob("*.yaml"))
        names = tuple(path.relative_to(self.directory).as_posix() for path in found if not self._is_link(path))
        if not found:
            self.problems.append(Problem(folder, "holds no YAML file", "give the directory that holds the rule base"))
        return names

    def everything(self, folder: str) -> tuple[str, ...]:
        """Reads every YAML file below a folder; their names from there, without those that cannot be read."""
        root = self.directory / folder
        if not root.is_dir():
            self.problems.append(Problem(str(root), "is not a directory", "give a directory like rules/course"))
        found = (path for path in sorted(root.rglob("*")) if not self._is_link(path))
        names = [path.relative_to(root).as_posix() for path in found if path.suffix in (".yaml", ".yml")]
        return tuple(name for name in names if self.document(f"{folder}/{name}") is not None)

    def document(self, name: str) -> Document | None:
        """A file, read once; None, and its problems, where it cannot be read."""
        if name not in self.documents:
            try:
                self.documents[name] = read_document(self.directory / name, source=name)
            except DocumentError as error:
                self.problems += error.problems
        return self.documents.get(name)

    def one(self, name: str, model: type[T]) -> tuple[T, Document] | None:
        """The content of a file as a model, with its lines; None, and its problems, where it does not fit."""
        document = self.document(name)
        found = self.validated(document, document.content, (), model) if document else None
        return (found, document) if document and found else None

    def named(self, name: str, model: type[T]) -> Mapping[str, T]:
        """The content of a file that maps names to values of one model."""
        document = self.document(name)
        if document is None:
            return {}
        if not isinstance(document.content, dict):
            self.problems.append(
                Problem(document.at(()), "must be a mapping by name", "write name: and then its fields")
            )
            return {}
        found = {key: self.validated(document, value, (key,), model) for key, value in document.content.items()}
        return {key: value for key, value in found.items() if value is not None}

    def validated(self, document: Document, content: Any, keys: Keys, model: type[T]) -> T | None:
        """Content as a model; None, and its problems, where it does not fit."""
        try:
            return model.model_validate(self._filled(document, content, keys))
        except ValidationError as error:
            for line in error.errors(include_url=False, include_input=False):
                place = ".".join(str(part) for part in line["loc"])
                what = line["msg"].removeprefix("Value error, ").replace("Input should", "should")
                what = what.replace("Field required", "is missing")
                remedy = _REMEDIES.get(line["type"], "correct it; the other files of this folder show the form")
                where = document.at((*keys, *line["loc"]))
                self.problems.append(Problem(where, f"{place}: {what}" if place else what, remedy))
        return None

    def _filled(self, document: Document, content: Any, keys: Keys) -> Any:
        """Some content with each ``$parameter`` replaced by its number."""
        if self.numbers is None:
            return content
        if isinstance(content, dict):
            return {key: self._filled(document, value, (*keys, key)) for key, value in content.items()}
        if isinstance(content, str) and content.startswith("$"):
            if content[1:] in self.numbers:
                return self.numbers[content[1:]].number()
            what = f"there is no parameter {content[1:]}"
            self.refuse(document, keys, what, did_you_mean(content[1:], self.numbers))
            return 1
        return content

    def missing(self, name: str, what: str, remedy: str) -> None:
        """Report a problem of a file as a whole."""
        self.problems.append(Problem(name, what, remedy))

    def refuse(self, document: Document, keys: Keys, what: str, remedy: str) -> None:
        """Report a problem of a value that a model cannot see."""
        self.problems.append(Problem(document.at(keys), what, remedy))

    def check_citations(self, document: Document, citations: tuple[Citation, ...], above: Keys = ()) -> None:
        """Report citations of sources that there are not, and assumptions shown as sources or the reverse."""
        for index, citation in enumerate(citations):
            keys = (*above, "citations", index)
            if citation.key not in self.sources:
                what = f"cites {citation.key}, which is in no bibliography"
                self.refuse(document, keys, what, did_you_mean(citation.key, self.sources))
            elif (citation.key == _ASSUMPTION) != (citation.supports == "assumption"):
                what = "shows an assumption as a source, or a source as an assumption"
                remedy = "the key assumption goes with supports: assumption, and only with it"
                self.refuse(document, keys, what, remedy)

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """The sources that can be cited: those of the rule base, and those of the course."""
        sources = dict(self.named("bibliography.yaml", Source))
        if (self.directory / _OWN_SOURCES).exists():
            sources |= self.named(_OWN_SOURCES, Source)
        return sources

    def end(self) -> None:
        """Raises RuleBaseError with all problems, in the order of files and lines, where there are any."""
        if self.problems:
            raise RuleBaseError(sorted(self.problems, key=_by_place))

    def _is_link(self, path: Path) -> bool:
        if path.is_symlink():
            name = path.relative_to(self.directory).as_posix()
            self.problems.append(Problem(name, "is a link", "files of the rule base must lie inside it"))
        return path.is_symlink()


def _by_place(problem: Problem) -> tuple[str, int]:
    name, _, line = problem.where.rpartition(":")
    return (name, int(line)) if line.isdigit() else (problem.where, 0)
