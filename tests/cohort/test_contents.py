"""A line of JSON gives the row that its case gives, or is read as a case."""

import json
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_formulate import Case
from ipt_formulate.case.files import parse_case, to_plain
from ipt_formulate.cohort import evaluate_batch, from_cases
from ipt_formulate.cohort.contents import row_of_content
from ipt_formulate.cohort.units import Job, _base, _evaluated
from ipt_formulate.errors import CaseError
from ipt_formulate.testing import random_case

BASE = _base(Job("", "jsonl", "weissman"))
VALUES: tuple[Any, ...] = (
    None, True, 3, 2024, -1, 3.5, "", "yes", "mild", "mild|severe", "3", "3-5", "2024-03-05", "asked_unknown", [], {},
    [None], {"one_of": ["mild", "severe"]}, {"one_of": []}, {"one_of": ["mild|severe", "mild"]}, {"at_least": 2},
    {"at_least": 2, "at_most": 3}, {"at_least": 3, "at_most": 2}, {"at_least": True, "at_most": 2}, {"id": "x"},
)  # fmt: skip


def spoilt(content: Any, random: Random) -> Any:
    if random.random() < 0.01:
        return random.choice(VALUES)
    if isinstance(content, dict):
        return {name: spoilt(each, random) for name, each in content.items()}
    return [spoilt(each, random) for each in content] if isinstance(content, list) else content


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**6))
def test_lines_give_what_their_cases_give_and_are_refused_where_those_are(seed: int) -> None:
    random = Random(seed)
    drawn = [to_plain(random_case(random, known=0.5)) for _ in range(12)]
    contents = [{name: spoilt(part, random) for name, part in each.items()} for each in drawn]
    cases: list[Case] = []
    problems: list[str | None] = []
    for content in contents:
        try:
            cases.append(parse_case(content))
            problems.append(None)
        except CaseError as error:
            problems.append(str(error))
    found = _evaluated(BASE, tuple(json.dumps(content).encode() for content in contents))
    assert found.column("problem").to_pylist() == problems
    whole = found.filter(found.column("problem").is_null()).drop_columns(["id"])
    assert whole == evaluate_batch(from_cases(cases)).drop_columns(["id"])


def test_what_is_plainly_a_case_does_not_take_the_longer_way() -> None:
    plain = [to_plain(random_case(seed, known=0.5)) for seed in range(100)]
    assert all(row_of_content(each) is not None for each in plain)


def test_half_a_character_is_refused_and_others_pass() -> None:
    lines = (b'{"id": "\\ud800"}', b'{"inventory": {"people": [{"label": "\\udc00"}]}}', b'{"id": "\\u00e9"}', b"\xff")
    found = _evaluated(BASE, lines)
    assert [each is None for each in found.column("problem").to_pylist()] == [False, False, True, False]
    assert found.column("id").to_pylist() == [None, None, "\u00e9", None]
