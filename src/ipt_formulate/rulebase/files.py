"""The files of a rule base, read within limits: how many there are, what they are called, and that none lies elsewhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from ipt_formulate.documents import Document, read_document
from ipt_formulate.errors import DocumentError, Problem

MANIFEST: Final = "rulebase.yaml"
COURSE: Final = "course"
"""What comes after the formulation, which `course.knowledge` reads."""
MAX_ENTRIES: Final = 10_000
_PLAIN: Final = re.compile(r"[A-Za-z0-9_./-]+")


def read_files(directory: Path) -> tuple[dict[str, Document], set[str], list[Problem]]:
    """The YAML files of a rule base by their names in it, those that cannot be read, and every problem with them."""
    documents: dict[str, Document] = {}
    unread: set[str] = set()
    files, problems = _files(directory)
    for path in files:
        name = path.relative_to(directory).as_posix()
        if path.is_symlink():
            problems.append(Problem(_shown(name), "is a link", "rule files must lie inside the rule base"))
        elif not _PLAIN.fullmatch(name):
            what = "has a name with other signs than letters, digits, _ and -"
            problems.append(Problem(_shown(name), what, "rename it"))
        else:
            try:
                documents[name] = read_document(path, source=name)
            except DocumentError as error:
                unread.add(name)
                problems += error.problems
    return documents, unread, problems


def _files(directory: Path) -> tuple[list[Path], list[Problem]]:
    """The YAML files, and links of any kind; no more entries are looked at than any rule base has."""
    found: list[Path] = []
    if not (directory / MANIFEST).exists():  # so that nobody waits while a home directory is walked through
        return found, []
    for count, path in enumerate(directory.rglob("*")):
        if count >= MAX_ENTRIES:
            what = f"holds more than {MAX_ENTRIES:,} files and folders"
            return [], [Problem(str(directory), what, "give the directory of the rule base alone")]
        if not path.is_relative_to(directory / COURSE) and (path.suffix in (".yaml", ".yml") or path.is_symlink()):
            found.append(path)
    return sorted(found), []


def _shown(name: str) -> str:
    return name.encode("ascii", "backslashreplace").decode()[:200]
