"""Course files in and out, with every fault named by its path and remedy and no value ever echoed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import ValidationError

from ipt_formulate.case.case import LIST_OF_AREA, LISTS, Case
from ipt_formulate.case.faults import problems_of
from ipt_formulate.case.files import load_case, parse_case, to_plain, write_text
from ipt_formulate.case.forms import Form
from ipt_formulate.course.knowledge import shipped_course
from ipt_formulate.course.record import CourseRecord
from ipt_formulate.course.relapse_record import RelapsePlan
from ipt_formulate.course.sheets.files import parse_part, parse_sheet
from ipt_formulate.course.sheets.files import problems_of as part_problems
from ipt_formulate.documents import read_document
from ipt_formulate.errors import CourseError, InputError, Problem, UnknownName, silent
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.vocabulary import ProblemArea

_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._ -]{0,100}\.(yaml|yml|json)")


COURSE_FORM: Final = Form("a course file", "course", 1, None)


@silent
def load_course(path: Path | str) -> CourseRecord:
    """Read a course file, and the case beside it.

    Args:
        path: a ``.yaml``, ``.yml`` or ``.json`` file.

    Raises:
        DocumentError: the file cannot be read or parsed.
        CourseError: the content breaks the model of a course, or its case cannot be used; ``problems`` lists every fault.
    """
    return parse_course(read_document(path).content, directory=Path(path).parent)


@silent
def parse_course(content: Any, *, directory: Path | None = None) -> CourseRecord:
    """A course from plain dictionaries and lists.

    Args:
        content: the content of a course file.
        directory: where the case lies that is given by the name of its file. If it is left out, such a case
            is not read, and what needs it is not checked.

    Raises:
        CourseError: the content breaks the model of a course; ``problems`` lists every fault.

    Examples:
        >>> parse_course({"course": 1, "log": [{"session": 3, "mood": 11}]})
        Traceback (most recent call last):
        ...
        ipt_formulate.errors.CourseError: log[0].mood: must be a whole number from 0 to 10, 0 lowest and 10 best
    """
    if not isinstance(content, Mapping):
        raise CourseError([Problem("", "a course must be a mapping", "begin it with course: 1 and case:")])
    given = dict(content)
    if newer := COURSE_FORM.problem(given):
        raise CourseError([newer])
    version = given.get("course")
    if type(version) is not int or version != 1:
        what = "is required" if version is None else "is not a form this library reads"
        raise CourseError([Problem("course", what, "write course: 1")])
    problems: list[Problem] = []
    case = _case(given, directory, problems)
    _read_parts(given, problems)
    try:
        course = CourseRecord.model_validate(given)
    except ValidationError as error:
        raise CourseError([*problems, *problems_of(error, CourseRecord)]) from None
    course._read_case = case
    problems += _unknown_names(course)
    if case is not None:
        problems += [*_not_in_the_case(course, case), *_subjects(course, case)]
    if problems:
        raise CourseError(problems)
    return course


def course_of_totals(totals: Mapping[int, Mapping[str, Any]], *, sessions: int | None = None) -> CourseRecord:
    """A course of which only scores are known, for `progress`.

    Args:
        totals: by session and measure the total, its bounds (``{"at_least": 10, "at_most": 13}``), or None where it
            was given and the total is not known.
        sessions: how many were agreed.

    Raises:
        CourseError: a session or a total cannot be.

    Examples:
        >>> course_of_totals({1: {"phq9": 19}, 8: {"phq9": 9}}).last_session
        8
    """
    log = [
        {"session": session, "measures": [{"instrument": each, "total": total} for each, total in given.items()]}
        for session, given in totals.items()
    ]
    return parse_course({"course": 1, "sessions": sessions, "log": log})


def to_yaml(course: CourseRecord) -> str:
    """The course as a YAML document, with what is not known left out; a case in a file stays in its file.

    Examples:
        >>> print(to_yaml(parse_course({"course": 1, "log": [{"session": 1, "mood": None}]})), end="")
        course: 1
        tradition: weissman
        log:
        - session: 1
    """
    return yaml.safe_dump(to_plain_course(course), sort_keys=False, allow_unicode=True)


def to_plain_course(course: CourseRecord) -> dict[str, Any]:
    """The course as plain dictionaries and lists, with what is not known left out."""
    plain = course.model_dump(mode="json", by_alias=True, exclude={"case"}, exclude_none=True)
    kept = {name: _pruned(value) for name, value in plain.items() if value not in ([], {})}
    if course.case is None:
        return kept
    written = to_plain(course.case) if isinstance(course.case, Case) else course.case
    return {"course": kept.pop("course"), "case": written, **kept}


def write_course(path: Path, course: CourseRecord) -> None:
    """Write a course so that a file is never left half written; raises InputError if it cannot be written."""
    write_text(path, to_yaml(course))


def _pruned(value: Any) -> Any:
    """Without empty lists, but for those whose emptiness was recorded: no technique planned, none used."""
    if isinstance(value, dict):
        return {key: _pruned(each) for key, each in value.items() if each != [] or key in ("planned", "used")}
    return [_pruned(each) for each in value] if isinstance(value, list) else value


def _case(given: dict[str, Any], directory: Path | None, problems: list[Problem]) -> Case | None:
    """The case of a course; where it is at fault, its problems are noted and the course is checked without it."""
    told = given.get("case")
    try:
        if isinstance(told, Mapping):
            given["case"] = None
            given["case"] = case = parse_case(told)
            return case
        if isinstance(told, Case):
            return told
        if told is None:
            return None
        if not isinstance(told, str) or not _PLAIN_NAME.fullmatch(told):
            what = "must be the name of a YAML or JSON file beside this one, or the whole case"
            raise InputError([Problem("", what, "write for example case: case.yaml")])
        return load_case(directory / told) if directory is not None else None
    except InputError as error:
        given["case"] = None
        problems += (
            Problem(
                f"case{'.' if each.where else ''}{each.where}" if isinstance(told, Mapping) else _place(each),
                each.what,
                each.remedy,
            )
            for each in error.problems
        )
        return None


def _read_parts(given: dict[str, Any], problems: list[Problem]) -> None:
    """Work sheets and the plan against a relapse are read by their own readers; where one is at fault, all are left out."""
    sheets = given.get("sheets")
    if isinstance(sheets, list):
        read, faulty = [], []
        for index, each in enumerate(sheets):
            try:
                read.append(parse_sheet(each))
            except InputError as error:
                faulty += [_under(f"sheets[{index}]", problem) for problem in error.problems]
        given["sheets"] = [] if faulty else read
        problems += faulty
    plan = given.get("relapse_plan")
    if isinstance(plan, Mapping):
        faults = [_under("relapse_plan", problem) for _, problem in part_problems(plan, RelapsePlan)]
        given["relapse_plan"] = None if faults else parse_part(plan, RelapsePlan)
        problems += faults


def _under(place: str, problem: Problem) -> Problem:
    return Problem(f"{place}.{problem.where}" if problem.where else place, problem.what, problem.remedy)


def _place(problem: Problem) -> str:
    return f"case ({problem.where})" if problem.where else "case"


def _unknown_names(course: CourseRecord) -> Iterator[Problem]:
    """Traditions, areas and techniques that there are not."""
    try:
        base = shipped_rulebase().for_tradition(course.tradition)
    except UnknownName:
        names = ", ".join(sorted(shipped_rulebase().traditions))
        yield Problem("tradition", "is none of this rule base", f"there are: {names}")
        return
    if course.variant is not None and course.variant not in shipped_course().variants:
        yield Problem("variant", "is no form of the course", f"there are: {', '.join(shipped_course().variants)}")
    for where, area in _areas(course):
        if area not in base.areas:
            names = ", ".join(str(each) for each in base.areas)
            yield Problem(where, "is no area of this tradition", f"there are: {names}")
    for where, technique in _techniques(course):
        if technique not in base.techniques:
            yield Problem(where, "is no technique of the rule base", "see `ipt-formulate techniques`")


def _areas(course: CourseRecord) -> Iterator[tuple[str, ProblemArea]]:
    for name in ("offers", "focus_changes", "goals", "outcomes"):
        for index, each in enumerate(getattr(course, name)):
            if each.area is not None:
                yield f"{name}[{index}].area", each.area
    for index, offer in enumerate(course.offers):
        if offer.second_area is not None:
            yield f"offers[{index}].second_area", offer.second_area


def _techniques(course: CourseRecord) -> Iterator[tuple[str, str]]:
    for index, goal in enumerate(course.goals):
        if goal.technique is not None:
            yield f"goals[{index}].technique", goal.technique
    for index, entry in enumerate(course.log):
        for name in ("planned", "used"):
            for place, technique in enumerate(getattr(entry, name) or ()):
                yield f"log[{index}].{name}[{place}]", technique


def _not_in_the_case(course: CourseRecord, case: Case) -> Iterator[Problem]:
    """People and happenings that the case does not have."""
    people = {each.id for each in case.inventory.people}
    for where, person in _people(course):
        if person not in people:
            yield Problem(
                where, "names nobody in the case", "use the id of a person of the case, or add the person there"
            )
    for name in ("offers", "focus_changes"):
        for index, each in enumerate(getattr(course, name)):
            if each.about is None or each.area is None:
                continue
            lists = (LIST_OF_AREA[each.area],) if each.area in LIST_OF_AREA else LISTS[1:]
            if each.about not in {item.id for kind in lists for item in getattr(case.inventory, kind)}:
                remedy = f"use the id of one of the {' or '.join(lists)} of the case"
                yield Problem(f"{name}[{index}].about", "names nothing of this area in the case", remedy)


def _subjects(course: CourseRecord, case: Case) -> Iterator[Problem]:
    """What a work sheet is about and the case does not have."""
    for index, sheet in enumerate(course.sheets):
        for where, about, name in sheet.subject():
            items = getattr(case.inventory, name)
            died = {each.person for each in items} if name == "deaths" else set()
            if about not in {each.id for each in items} | died:
                remedy = f"use the id of one of the {name} of the case"
                yield Problem(f"sheets[{index}].{where}", "names nothing in the case", remedy)


def _people(course: CourseRecord) -> Iterator[tuple[str, str]]:
    for index, entry in enumerate(course.log):
        if entry.event_with is not None:
            yield f"log[{index}].event_with", entry.event_with
        for place, attempt in enumerate(entry.attempts):
            if attempt.with_person is not None:
                yield f"log[{index}].attempts[{place}].with", attempt.with_person
    for index, circle in enumerate(course.circles):
        for place, each in enumerate(circle.places):
            yield f"circles[{index}].places[{place}].person", each.person
    for index, sheet in enumerate(course.sheets):
        for where, person in (*sheet.concerned(), *sheet.mentioned()):
            yield f"sheets[{index}].{where}", person
    for index, contact in enumerate(course.relapse_plan.contacts if course.relapse_plan else ()):
        if contact.person is not None:
            yield f"relapse_plan.contacts[{index}].with", contact.person
