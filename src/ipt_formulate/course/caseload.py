"""The caseload: one row for each course of a folder, and every problem beside the rows, never instead of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import Field

from ipt_formulate.course.files import parse_course
from ipt_formulate.course.notices import Notice, NoticeKind
from ipt_formulate.course.progress import progress
from ipt_formulate.course.results import Progress
from ipt_formulate.course.scores import ASSESSMENT, ChangeClass
from ipt_formulate.documents import read_document
from ipt_formulate.errors import InputError, IptFormulateError, Problem
from ipt_formulate.formulation.part import Part

_CASE_PARTS: Final = {"schema_version", "assessment", "inventory"}
_FIRST: Final = (NoticeKind.SAFETY_DUE, NoticeKind.DETERIORATION, NoticeKind.NO_GAIN, NoticeKind.EARLY_WARNING)


class Row(Part):
    """One client's course, by the name of its file."""

    client: str = Field(description="The name of the file, or of its folder.")
    session: int = Field(description="The last that was held; 0 where none is logged.")
    sessions: int | None
    agreed_in: int | None
    change: ChangeClass
    red_flags: tuple[str, ...] = Field(description="The safety rules that are met; none does not mean no risk.")
    safety_last_asked: str | None
    not_yet_asked: tuple[str, ...]
    notices: tuple[Notice, ...]

    def notice(self, kind: NoticeKind) -> Notice | None:
        """The notice of a kind; None where there is none."""
        return next((each for each in self.notices if each.kind is kind), None)


class FileProblem(Part):
    """A file that could not be read, and why."""

    where: str
    what: str
    remedy: str


class Caseload(Part):
    """The courses of a folder."""

    rows: tuple[Row, ...]
    problems: tuple[FileProblem, ...]


def caseload(directory: Path | str) -> Caseload:
    """The courses of a folder: its YAML and JSON files, and ``course.yaml`` in the folders inside it.

    Args:
        directory: the folder. Files that hold a case and not a course are passed over.

    Returns:
        A row for each course that can be read, those first that ask for a look first, and a problem for every fault
        of the others.

    Raises:
        InputError: it is no folder, or holds no file at all that could be a course.
    """
    directory = Path(directory)
    files = [
        path for path in sorted(directory.glob("*")) if path.suffix in (".yaml", ".yml", ".json") and path.is_file()
    ]
    files += sorted(directory.glob("*/course.yaml"))
    rows: list[Row] = []
    problems: list[FileProblem] = []
    courses = 0
    for path in files:
        try:
            content = read_document(path).content
            if _is_case(content):
                continue
            courses += 1
            found = progress(parse_course(content, directory=path.parent))
        except IptFormulateError as error:
            courses += 1
            problems += _of_file(path, error)
            continue
        name = path.parent.name if path.name == "course.yaml" and path.parent != directory else path.stem
        rows.append(_row(name, found))
    if not courses:
        what = "holds no course file" if directory.is_dir() else "is not a directory"
        raise InputError([Problem(str(directory), what, "give a folder with course files as YAML or JSON")])
    return Caseload(rows=tuple(sorted(rows, key=_urgency)), problems=tuple(problems))


def _is_case(content: Any) -> bool:
    """Whether a file holds a case, which stands beside its course."""
    return isinstance(content, Mapping) and "course" not in content and bool(_CASE_PARTS & set(content))


def _of_file(path: Path, error: IptFormulateError) -> Iterator[FileProblem]:
    found = error.problems if isinstance(error, InputError) else (Problem("", str(error)),)
    for each in found:
        where = each.where if each.where.startswith(str(path)) else f"{path}: {each.where}".removesuffix(": ")
        yield FileProblem(where=where, what=each.what, remedy=each.remedy)


def _row(name: str, found: Progress) -> Row:
    asked = found.safety.last_asked
    last = "at the assessment" if asked == ASSESSMENT else f"in session {asked}"
    return Row(
        client=name,
        session=found.last_session,
        sessions=found.sessions,
        agreed_in=found.agreed_in,
        change=found.change,
        red_flags=tuple(each.flag.rule for each in found.safety.flags),
        safety_last_asked=None if asked is None else last,
        not_yet_asked=found.safety.not_yet_asked,
        notices=found.notices,
    )


def _urgency(row: Row) -> tuple[int, int, str]:
    """Red flags first, then what weighs most; then the name."""
    first = min(
        (_FIRST.index(each.kind) for each in row.notices if each.kind in _FIRST and each.verdict == "met"),
        default=len(_FIRST),
    )
    return (0 if row.red_flags else 1, first, row.client)
