"""A recorded value never comes out of an error, a log, a warning or a ``repr``.

A canary is put into each field of a case, a course and a work sheet by itself, as every sort of value, right and
wrong; into the files of a rule base and a pack; and into what commands are given. Whatever is raised, its text, its
arguments and the whole chain of what it came from are searched, printed or not, and so are logs and warnings.
Places are named: files, lines, fields and ids by their position. So are names of fields and rules that are mistyped,
and words of the command line that are no word of the command, which stay on the terminal they were typed in.
"""

from __future__ import annotations

import json
import logging
import shutil
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

import ipt_formulate as ipt
from ipt_formulate.case.case import Case
from ipt_formulate.course.files import parse_course
from ipt_formulate.course.record import CourseRecord
from ipt_formulate.course.sheets.files import parse_sheet
from ipt_formulate.course.sheets.kinds import MODELS
from ipt_formulate.documents import parse_json, parse_yaml
from ipt_formulate.errors import IptFormulateError
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.resources import rules_directory
from ipt_formulate.rulebase.loader import load_rulebase

WORD, NUMBER = "kanarienvogel", 735709731
VALUES: tuple[Any, ...] = (
    WORD,
    f"{WORD} 3mo",
    f"a {WORD} with spaces\nand lines",
    NUMBER,
    -NUMBER / 7,
    [WORD],
    [NUMBER],
    {f"{WORD} key": WORD},
    {"at_least": NUMBER, "at_most": WORD},
    {"one_of": [WORD]},
    [[{"id": WORD, "label": WORD}]],
    [{"id": WORD, "label": WORD}],
    {"id": WORD},
)
MARKS = (WORD, str(NUMBER), str(NUMBER / 7)[:9])


def places(model: type[BaseModel], above: tuple[str, ...] = (), depth: int = 0) -> Iterator[tuple[str, ...]]:
    """The path of every field of a model, and of those inside it; a list is gone into by ``[]``."""
    for name, field in model.model_fields.items():
        path = (*above, field.alias or name)
        yield path
        inner, listed = inside(field.annotation)
        if inner is not None and depth < 5:
            yield from places(inner, (*path, "[]") if listed else path, depth + 1)


def inside(annotation: Any, listed: bool = False) -> tuple[type[BaseModel] | None, bool]:
    """The model in an annotation, and whether a list holds it."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, listed
    listed = listed or getattr(annotation, "__origin__", None) in (tuple, list)
    for each in getattr(annotation, "__args__", ()):
        found, inner = inside(each, listed)
        if found is not None:
            return found, inner
    return None, listed


def content(path: tuple[str, ...], value: Any) -> Any:
    """A document that has this value at this place, and nothing else."""
    for part in reversed(path):
        value = [value] if part == "[]" else {part: value}
    return value


def told_by(error: BaseException) -> Iterator[str]:
    """Everything an error says, and what it came from, even where that is not printed."""
    yield "".join(traceback.format_exception(error))
    seen: set[int] = set()
    chain: list[BaseException | None] = [error]
    while chain:
        each = chain.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        chain += [each.__cause__, each.__context__]
        yield from (str(each), repr(each), repr(each.args), repr(getattr(each, "problems", "")))
        yield repr(getattr(each, "__notes__", ""))
        if callable(found := getattr(each, "errors", None)):
            yield repr(found())


class Heard(logging.Handler):
    """Keeps every record that is logged."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(f"{record.getMessage()} {record.args} {record.__dict__}")


def leaks(call: Callable[[], Any], *, result: bool = True) -> list[str]:
    """Where the canary is in what comes of a call: what is raised, logged and warned of, and the repr of the result."""
    handler, root = Heard(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    said: list[str] = []
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            try:
                found = call()
                said += [repr(found), str(found)] if result else []
            except IptFormulateError as error:
                said += told_by(error)
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    said += [str(each.message) for each in warned] + handler.heard
    return [text for text in said if any(mark in text for mark in MARKS)]


def formulated(told: Mapping[str, Any]) -> list[Any]:
    """What a case and its formulation show of themselves."""
    case = ipt.parse_case(told)
    found = ipt.formulate(case, engine="reference")
    return [case, case.assessment, case.inventory, case.lowered, found, found.focus, found.areas, found.safety]


CASE_PLACES = sorted(set(places(Case)))
COURSE_PLACES = sorted({path for path in places(CourseRecord) if path[0] != "course" and path[:1] != ("case",)})
SHEET_PLACES = sorted({(kind, path) for kind, model in MODELS.items() for path in places(model) if path[0] != "sheet"})


def test_the_places_are_all_there_are() -> None:
    assert len(CASE_PLACES) > 150
    assert ("inventory", "deaths", "[]", "mourning", "avoided") in CASE_PLACES
    assert len(COURSE_PLACES) > 40
    assert len(SHEET_PLACES) > 30


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_no_field_of_a_case_tells_what_is_in_it(value: Any) -> None:
    for path in CASE_PLACES:
        told = content(path, value)
        assert not leaks(lambda told=told: formulated(told)), path


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_no_field_of_a_course_tells_what_is_in_it(value: Any) -> None:
    for path in COURSE_PLACES:
        told = {"course": 1, **content(path, value)}
        assert not leaks(lambda told=told: parse_course(told)), path
    for whole in (value, {"course": value}, {"course": 1, "case": value}):
        assert not leaks(lambda whole=whole: parse_course(whole)), whole


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_no_field_of_a_work_sheet_tells_what_is_in_it(value: Any) -> None:
    for kind, path in SHEET_PLACES:
        told = {"sheet": kind, **content(path, value)}
        assert not leaks(lambda told=told: parse_sheet(told)), path
    for whole in (value, {"sheet": value}):
        assert not leaks(lambda whole=whole: parse_sheet(whole)), whole


@settings(max_examples=60)
@given(st.sampled_from(CASE_PLACES), st.sampled_from(VALUES), st.sampled_from(CASE_PLACES), st.sampled_from(VALUES))
def test_two_faults_together_tell_no_more(first: tuple[str, ...], one: Any, second: tuple[str, ...], two: Any) -> None:
    told = content(first, one)
    other = content(second, two)
    assert not leaks(lambda: formulated({**told, **other}))
    case = ipt.example("mrs-e-late-life-widow")
    path = ".".join(first).replace(".[]", "[0]")
    assert not leaks(lambda: case.with_(path, one))
    assert not leaks(lambda: case.with_(f"inventory.deaths[{WORD}].when", one))
    assert not leaks(lambda: case.with_(f"assessment.{WORD}[0]{WORD}", one))


TEXTS = (
    f"a: {WORD}\na: {WORD}",
    f"a: [{WORD}",
    f"a: &x {WORD}",
    f"a: !!python/object:{WORD} {WORD}",
    f"a: *{WORD}",
    f"a: 0x{NUMBER}",
    f"a: 2026-13-{NUMBER}",
    f"{WORD}: {{{WORD}: [}}",
    f'{{"a {WORD}": NaN, "x": {NUMBER}}}',
    f'{{"a {WORD}": {WORD}}}',
    f'{{"{WORD}": 1, "{WORD}": 2}}',
    f'["{WORD}\\ud800"]',
    f'["{WORD}\u202e"]',
    f"a: '{WORD}\x00'",
    f"{'9' * 5000}{NUMBER}",
    f"- {NUMBER}{'9' * 5000}",
)


@pytest.mark.parametrize("text", TEXTS)
def test_no_text_is_told_that_cannot_be_read(text: str, tmp_path: Path) -> None:
    for read in (parse_yaml, parse_json):
        assert not leaks(lambda read=read: read(text), result=False)
    for name in ("case.yaml", "case.json"):
        (tmp_path / name).write_bytes(text.encode("utf-8", "surrogatepass") + WORD.encode() + b"\xff")
        assert not leaks(lambda name=name: ipt.load_case(tmp_path / name))
        (tmp_path / name).write_text(text, encoding="utf-8", errors="surrogatepass")
        for load in (ipt.load_case, ipt.load_course):
            assert not leaks(lambda name=name, load=load: load(tmp_path / name))


@pytest.mark.parametrize("value", [*VALUES, "2mo"], ids=range(len(VALUES) + 1))
def test_no_value_in_a_rule_base_is_told_but_its_names(value: Any, tmp_path: Path) -> None:
    """Texts in a rule are no records; words and names that are mistyped are told, so that they can be found."""
    shutil.copytree(rules_directory(), tmp_path / "rules")
    place = "problem_areas/grief/little_support.yaml"
    rule = yaml.safe_load((tmp_path / "rules" / place).read_text(encoding="utf-8"))
    for change in (
        {"status": value},
        {"version": value},
        {"title": value},
        {"examples": value},
        {"limits": value},
        {"expected": value},
        {"then": {"area": "grief", "as": value}},
        {"then": {"area": value, "as": "strong"}},
        {
            "examples": [
                {**each, "case": content(("inventory", "deaths", "[]", "when"), value)} for each in rule["examples"]
            ]
        },
    ):
        (tmp_path / "rules" / place).write_text(yaml.safe_dump({**rule, **change}), encoding="utf-8")
        assert not leaks(lambda: load_rulebase(tmp_path / "rules"), result=False), change


def test_no_command_tells_what_is_in_a_file_or_what_an_option_was_set_to(
    cli: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(yaml.safe_dump(content(("inventory", "deaths", "[]", "when"), WORD)), encoding="utf-8")
    course = tmp_path / "course.yaml"
    course.write_text(yaml.safe_dump({"course": 1, "log": [{"session": WORD}]}), encoding="utf-8")
    good = "mrs-e-late-life-widow"
    for arguments in (
        ["formulate", bad],
        ["why", bad],
        ["why-not", bad, "grief"],
        ["compare", bad],
        ["plan", bad],
        ["plan", course],
        ["progress", course],
        ["caseload", tmp_path],
        ["sheet", "attempts", "--check", bad],
        ["check", bad, good],
        ["formulate", good, "--tradition", WORD],
        ["formulate", good, "--set", f"cssrs_high={WORD}"],
        ["formulate", good, "--set", WORD],
        ["plan", good, "--variant", WORD],
        ["technique", WORD],
        ["rule", WORD],
    ):
        code, out, err = cli(*arguments)
        assert code in (1, 2) or arguments[0] == "caseload", arguments
        assert not any(mark in out + err for mark in MARKS), (arguments, out, err)


def test_a_result_that_cannot_be_read_back_is_not_told(
    cli: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    made = json.loads(ipt.formulate(ipt.example("mrs-e-late-life-widow")).model_dump_json())
    for name in made:
        for value in (WORD, NUMBER, [WORD], {"x": WORD}):
            path = tmp_path / "result.json"
            path.write_text(json.dumps({**made, name: value}), encoding="utf-8")
            code, out, err = cli("check", path, "mrs-e-late-life-widow")
            assert code in (0, 1, 2)
            assert not any(mark in out + err for mark in MARKS), (name, out, err)
    assert Formulation.model_config["hide_input_in_errors"]
