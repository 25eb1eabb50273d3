"""The published JSON Schemas: valid themselves, and taking what the library takes and writes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

import ipt_formulate as ipt
from ipt_formulate.case.case import Case
from ipt_formulate.case.files import example_path, to_plain
from ipt_formulate.course.files import parse_course, to_plain_course
from ipt_formulate.documents import read_document
from ipt_formulate.errors import CaseError, UnknownName
from ipt_formulate.interchange.schemas import file_name, schema, schema_names
from ipt_formulate.testing.strategies import cases

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT / "docs" / "reference" / "schemas"


def validator(name: str) -> Any:
    told = json.loads((PUBLISHED / file_name(name)).read_text(encoding="utf-8"))
    return Draft202012Validator(told, format_checker=Draft202012Validator.FORMAT_CHECKER)


VALIDATORS = {name: validator(name) for name in schema_names()}


@pytest.mark.parametrize("name", schema_names())
def test_every_schema_is_valid_and_names_itself_without_a_network(name: str) -> None:
    told = schema(name)
    Draft202012Validator.check_schema(told)
    assert told["$id"].startswith("urn:ipt-formulate:schema:")
    assert json.loads((PUBLISHED / file_name(name)).read_text(encoding="utf-8")) == told


@pytest.mark.parametrize("name", ipt.example_names())
def test_every_shipped_case_and_its_formulation_fit_the_published_schemas(name: str) -> None:
    VALIDATORS["case"].validate(read_document(example_path(name)).content)
    VALIDATORS["formulation"].validate(json.loads(ipt.formulate(ipt.example(name)).model_dump_json()))


@given(cases())
@settings(max_examples=60, deadline=None)
def test_any_case_that_the_library_writes_fits(case: Case) -> None:
    VALIDATORS["case"].validate(to_plain(case))


def test_a_plan_and_a_course_fit() -> None:
    plan = ipt.plan(ipt.formulate(ipt.example("mrs-e-late-life-widow")))
    VALIDATORS["plan"].validate(plan.model_dump(mode="json"))
    course = parse_course({"course": 1, "sessions": 12, "log": [{"session": 1, "mood": 4}]})
    VALIDATORS["course"].validate(to_plain_course(course))


@pytest.mark.parametrize(
    "content",
    [
        {"assessment": {"age": 40}},
        {"assessment": {"episode": {"onset": 3}}},
        {"inventory": {"people": [{"closeness": 9}]}},
        {"assessment": {"measures": [{"total": 3}]}},
        {"inventory": {"people": {"id": "mother"}}},
        {"schema_version": "2.0"},
    ],
)
def test_what_the_schema_refuses_the_library_refuses_too(content: dict[str, Any]) -> None:
    assert not VALIDATORS["case"].is_valid(content)
    with pytest.raises(CaseError):
        ipt.parse_case(content)


def test_a_schema_that_there_is_not_is_refused() -> None:
    with pytest.raises(UnknownName, match="there are: case, course, formulation, plan"):
        schema("person")


def test_the_command_prints_each() -> None:
    for name in schema_names():
        command = [Path(sys.executable).parent / "ipt-formulate", "schema", name]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert json.loads(told) == schema(name)
