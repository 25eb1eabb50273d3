"""Teaching cases from files, with every fault named by its place and remedy and no value ever echoed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from ipt_formulate.case.faults import problems_of
from ipt_formulate.case.files import example_path
from ipt_formulate.documents import read_document
from ipt_formulate.errors import CaseError, InputError, IptFormulateError, Problem, silent
from ipt_formulate.practice.teaching import Origin, TeachingCase
from ipt_formulate.rulebase.loader import shipped_rulebase

_HERE: Final = Path(__file__).parent
_PUBLISHED: Final = _HERE / "published.yaml"
_ENDINGS: Final = (".yaml", ".yml", ".json")
MOST_CASES: Final = 500
_NAME: Final = re.compile("[a-z0-9][a-z0-9_-]{0,63}")


@silent
def load_teaching_case(path: Path | str) -> TeachingCase:
    """Read a teaching case from a ``.yaml``, ``.yml`` or ``.json`` file; it is called as the file is.

    Raises:
        DocumentError: the file cannot be read or parsed.
        InputError: the content is no teaching case; ``problems`` lists every fault.
    """
    return parse_teaching_case(read_document(path).content, name=Path(path).stem)


@silent
def parse_teaching_case(content: Any, *, name: str = "") -> TeachingCase:
    """A teaching case from plain dictionaries and lists.

    Args:
        content: the content of its file.
        name: what it is called.

    Raises:
        InputError: the content is no teaching case; ``problems`` lists every fault.

    Examples:
        >>> parse_teaching_case({"teaching": 1, "title": "A start", "origin": "composed", "grade": "easy"})
        Traceback (most recent call last):
        ...
        ipt_formulate.errors.InputError: shows: is required
        story: is required
        case: is required
    """
    if not isinstance(content, Mapping):
        raise InputError([Problem("", "a teaching case must be a mapping", "begin it with teaching: 1 and title:")])
    if "name" in content:
        raise InputError([Problem("name", "is not a field here", "the case is called as its file is")])
    try:
        teaching = TeachingCase.model_validate({**content, "name": name})
    except ValidationError as error:
        raise InputError(problems_of(error, TeachingCase)) from None
    if problems := [*_of_names(teaching), *_of_stages(teaching)] or list(_of_content(teaching)):
        raise InputError(problems)
    return teaching


def read_teaching_cases(directory: Path | str) -> Mapping[str, TeachingCase]:
    """The teaching cases of a folder by name: its YAML and JSON files.

    Raises:
        InputError: there is none, or some are no teaching cases; every fault of every file is listed.
    """
    folder = Path(directory)
    files = sorted(path for path in folder.glob("*") if path.suffix in _ENDINGS) if folder.is_dir() else []
    if not files:
        what = "holds no teaching case" if folder.is_dir() else "is not a directory"
        raise InputError([Problem(str(directory), what, "give a folder with teaching cases as YAML or JSON")])
    if len(files) > MOST_CASES:
        raise InputError([Problem(str(directory), f"holds more than {MOST_CASES} cases", "divide it into folders")])
    found: dict[str, TeachingCase] = {}
    problems: list[Problem] = []
    for place, path in enumerate(files):
        if path.stem in {each.stem for each in files[:place]}:
            problems.append(Problem(str(path), "has the name of another case", "name it otherwise"))
        if not _NAME.fullmatch(path.stem):
            remedy = "name it with at most 64 lower case letters, digits, - and _"
            problems.append(Problem(str(path), "has a name by which no case can be called", remedy))
        try:
            found[path.stem] = load_teaching_case(path)
        except InputError as error:
            problems += [Problem(_beside(str(path), each.where), each.what, each.remedy) for each in error.problems]
    if problems:
        raise InputError(problems)
    return found


@cache
def shipped_teaching_cases() -> Mapping[str, TeachingCase]:
    """The teaching cases that are shipped, by name: the published ones in our words, and those that were composed."""
    return {**_published(), **read_teaching_cases(_HERE / "cases")}


@cache
def cases_to_practise() -> Mapping[str, TeachingCase]:
    """The shipped teaching cases under names that give nothing away before somebody has committed.

    A published case is shipped under a name that can tell its area or what its client suffers from; here it goes by
    its title, and keeps its own name for what is written down once somebody has committed.

    Examples:
        >>> cases_to_practise()["a-room-of-his-own"].name
        'leonard-ptsd-grief-911'
    """
    cases = shipped_teaching_cases().values()
    return {each.name if each.origin is Origin.COMPOSED else _as_name(each.title): each for each in cases}


def _as_name(title: str) -> str:
    """A title as a name of a file.

    >>> _as_name("A room of his own")
    'a-room-of-his-own'
    """
    return re.sub("[^a-z0-9]+", "-", title.lower()).strip("-")


def _published() -> dict[str, TeachingCase]:
    """The published cases: their coding, with the story and what is to be pointed out."""
    told = read_document(_PUBLISHED).content
    return {
        name: parse_teaching_case(
            {
                "teaching": 1,
                "origin": Origin.PUBLISHED,
                **told[name],
                "case": read_document(example_path(name)).content,
            },
            name=name,
        )
        for name in told
    }


def _beside(path: str, where: str) -> str:
    return where if where.startswith(path) else f"{path}: {where}" if where else path


def _of_names(teaching: TeachingCase) -> Iterator[Problem]:
    """Names that nothing has."""
    base = shipped_rulebase()
    if teaching.tradition not in base.traditions:
        yield Problem("tradition", "is no tradition", f"there are: {', '.join(base.traditions)}")
    for place, point in enumerate(teaching.points):
        for number, citation in enumerate(point.citations):
            if citation.key != "assumption" and citation.key not in base.bibliography:
                where = f"points[{place}].citations[{number}].key"
                yield Problem(where, "is in no bibliography", "use a key of rules/bibliography.yaml, or assumption")


def _of_stages(teaching: TeachingCase) -> Iterator[Problem]:
    """What is wrong with the order of sessions and questions."""
    if teaching.staged != (teaching.asks_a_session is not None):
        yield Problem("asks_a_session", "goes with stages, and only with them", "give both, or neither")
    seen: set[str] = set()
    for place, stage in enumerate(teaching.stages):
        if stage.session != place + 1:
            yield Problem(f"stages[{place}].session", f"must be {place + 1}", "number the sessions from 1, in order")
        for number, ask in enumerate(stage.asks):
            where = f"stages[{place}].asks[{number}]"
            if ask.id in seen:
                yield Problem(f"{where}.id", "is used twice", "give every question an id of its own")
            if not set(ask.after) <= seen:
                yield Problem(f"{where}.after", "names no question before this one", "name those that stand before it")
            seen.add(ask.id)


def _of_content(teaching: TeachingCase) -> Iterator[Problem]:
    """What cannot be a case: at first, after each question that can be put first, and with all of it known."""
    before = {ask.id: _chain(teaching, ask.id) for _, ask in teaching.asks()}
    tried: list[tuple[str, int, tuple[str, ...]]] = [("case", 0, ())]
    for stage in teaching.stages:
        where = f"stages[{stage.session - 1}]"
        tried.append((where, stage.session, ()))
        tried += [(f"{where}, question {ask.id}", stage.session, before[ask.id]) for ask in stage.asks]
    for where, sessions, asked in tried:
        try:
            teaching.known(sessions, asked)
        except CaseError as error:
            yield from (Problem(f"{where}: {each.where}", each.what, each.remedy) for each in error.problems)
    try:
        _ = teaching.whole
    except IptFormulateError:
        yield Problem("stages", "what is told and answered cannot be one case when all is known", "see that the answers fit together")  # fmt: skip


def _chain(teaching: TeachingCase, last: str) -> tuple[str, ...]:
    """A question, and before it those that must have been put."""
    after = {ask.id: ask.after for _, ask in teaching.asks()}
    order: dict[str, None] = {}

    def put(each: str) -> None:
        for earlier in after[each]:
            put(earlier)
        order[each] = None

    put(last)
    return tuple(order)
