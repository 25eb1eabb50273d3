"""Teaching cases: what a file must be, and what is known of a staged case as it goes on."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from ipt_formulate.errors import InputError, UnknownName
from ipt_formulate.practice.asking import left, open_asks
from ipt_formulate.practice.attempt import parse_attempt
from ipt_formulate.practice.files import (
    cases_to_practise,
    load_teaching_case,
    parse_teaching_case,
    read_teaching_cases,
    shipped_teaching_cases,
)
from ipt_formulate.practice.teaching import NO_FOCUS, FocusWord, merged
from ipt_formulate.vocabulary import ProblemArea

NOTHING: dict[str, Any] = {"areas": {}, "focus": NO_FOCUS}


def test_the_words_for_a_focus_are_the_areas_and_none() -> None:
    assert set(get_args(FocusWord)) == {*ProblemArea, NO_FOCUS}


def test_a_staged_case_is_known_as_far_as_it_was_asked(staged: dict[str, Any]) -> None:
    teaching = parse_teaching_case(staged, name="march")
    assert teaching.staged
    first = teaching.known(1, ["deaths"])
    assert first.inventory.inquiry.deaths == "brief"
    assert first.inventory.deaths == ()
    assert first.assessment.episode.worsenings is None
    then = teaching.known(2, ["deaths", "march"])
    assert [each.id for each in then.inventory.deaths] == ["brother-death"]
    assert then == teaching.whole
    with pytest.raises(UnknownName):
        teaching.known(1, ["nothing"])


def test_a_question_can_be_put_from_its_session_on_and_after_those_before_it(staged: dict[str, Any]) -> None:
    teaching = parse_teaching_case(staged)
    ids = [[ask.id for ask in open_asks(teaching, *when)] for when in ((0, []), (1, []), (1, ["deaths"]), (2, ["deaths"]), (2, ["sleep"]))]  # fmt: skip
    assert ids == [[], ["deaths", "sleep"], ["sleep"], ["sleep", "march"], ["deaths"]]
    assert [left(teaching, sessions, asked) for sessions, asked in ((0, []), (1, []), (2, ["deaths"]), (2, ["deaths", "march"]))] == [0, 1, 1, 0]  # fmt: skip


def test_what_becomes_known_leaves_what_was_known() -> None:
    content = {"a": [{"id": "x", "one": 1}], "b": {"c": 1}, "d": [1, 2]}
    before = copy.deepcopy(content)
    assert merged(content, {"a": [{"id": "x", "two": 2}, {"id": "y"}, {"total": 3}], "b": {"e": 2}, "d": [3]}) == {
        "a": [{"id": "x", "one": 1, "two": 2}, {"id": "y"}, {"total": 3}],
        "b": {"c": 1, "e": 2},
        "d": [3],
    }
    assert content == before
    assert merged(content, {}) == content


def change(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def apply(content: dict[str, Any]) -> None:
        place: Any = content
        *steps, last = [int(each) if each.isdigit() else each for each in path.split(".")]
        for step in steps:
            place = place[step]
        if value is None:
            del place[last]
        else:
            place[last] = value

    return apply


FAULTS = {
    "teaching: must be 1": change("teaching", 2),
    "grade: must be easy, middling or hard": change("grade", "SECRET"),
    "shows: must be": change("shows", "SECRET"),
    "story: is required": change("story", None),
    "surprise: is not a field here": change("surprise", "SECRET"),
    "name: is not a field here": change("name", "SECRET"),
    "tradition: is no tradition": change("tradition", "SECRET"),
    "points[0].citations[0].key: is in no bibliography": change(
        "points", [{"text": "a point with a source", "citations": [{"key": "secret", "locator": "ch 1", "supports": "context"}]}]
    ),
    "asks_a_session: goes with stages": change("asks_a_session", None),
    "stages[1].session: must be 2": change("stages.1.session", 3),
    "stages[0].asks[1].id: is used twice": change("stages.0.asks.1.id", "deaths"),
    "stages[1].asks[0].after: names no question before this one": change("stages.1.asks.0.after", ["later"]),
    "case: assessment.episode.onset": change("case.assessment.episode.onset", "SECRET"),
    "stages[1], question march: inventory.deaths[0].person: names nobody": change("stages.1.asks.0.adds.inventory.people", []),
    "stages[1]: assessment.episode": change("stages.1.adds.assessment.episode.worsenings", "SECRET"),
}  # fmt: skip


@pytest.mark.parametrize("told", FAULTS)
def test_a_file_that_is_no_teaching_case_is_refused_by_place_and_without_its_values(
    staged: dict[str, Any], told: str
) -> None:
    content = copy.deepcopy(staged)
    FAULTS[told](content)
    with pytest.raises(InputError) as caught:
        parse_teaching_case(content)
    assert told in str(caught.value)
    assert "SECRET" not in str(caught.value)


def test_answers_that_cannot_all_be_true_are_refused(staged: dict[str, Any]) -> None:
    content = copy.deepcopy(staged)
    content["stages"][0]["asks"][1]["adds"] = {
        "inventory": {
            "deaths": [{"id": "again", "person": "brother"}],
            "people": [{"id": "brother", "role": "sibling"}],
        }
    }
    with pytest.raises(InputError, match="cannot be one case when all is known"):
        parse_teaching_case(content)


@pytest.mark.parametrize("content", [None, [], "text", 3])
def test_what_is_no_mapping_is_refused(content: Any) -> None:
    with pytest.raises(InputError, match="must be a mapping"):
        parse_teaching_case(content)


def test_a_folder_is_read_whole_and_every_fault_of_it_is_told(tmp_path: Path, staged: dict[str, Any]) -> None:
    (tmp_path / "march.yaml").write_text(yaml.safe_dump(staged), encoding="utf-8")
    assert list(read_teaching_cases(tmp_path)) == ["march"]
    assert load_teaching_case(tmp_path / "march.yaml").name == "march"
    (tmp_path / "march.json").write_text("{}", encoding="utf-8")
    (tmp_path / "other.yaml").write_text("teaching: [", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_teaching_cases(tmp_path)
    told = str(caught.value)
    assert "march.json: title: is required" in told
    assert "march.yaml: has the name of another case" in told
    assert "other.yaml:" in told
    for nowhere in (tmp_path / "none", tmp_path / "march.yaml"):
        with pytest.raises(InputError, match="is not a directory"):
            read_teaching_cases(nowhere)
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="holds no teaching case"):
        read_teaching_cases(tmp_path / "empty")


def test_too_many_cases_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ipt_formulate.practice.files.MOST_CASES", 1)
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="more than 1 cases"):
        read_teaching_cases(tmp_path)


@pytest.mark.parametrize("stem", ["My case", "Ünder", "a" * 65, "a.b", "-a"])
def test_a_file_is_refused_by_whose_name_no_attempt_could_be_made(
    tmp_path: Path, staged: dict[str, Any], stem: str
) -> None:
    (tmp_path / f"{stem}.yaml").write_text(yaml.safe_dump(staged), encoding="utf-8")
    with pytest.raises(InputError, match="has a name by which no case can be called; name it with"):
        read_teaching_cases(tmp_path)


def test_a_case_to_practise_has_no_name_that_tells_what_it_shows() -> None:
    telling = "grief|dispute|transition|deficit|isolat|death|widow|marri|ptsd|bulimia|bpd|dysthymia|perinatal|nicu|ipt"
    names = list(cases_to_practise())
    assert not [name for name in names if re.search(telling, name)]
    assert len(names) == len(shipped_teaching_cases())
    assert all(parse_attempt({**NOTHING, "case": name}).case == name for name in names)


def test_the_shipped_cases_are_named_as_their_files() -> None:
    assert all(name == each.name for name, each in shipped_teaching_cases().items())
