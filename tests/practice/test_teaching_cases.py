"""The shipped teaching cases keep what they promise: graded, cited, told without the answer, and true to what is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import ipt_formulate as ipt
from ipt_formulate.case.files import to_plain
from ipt_formulate.practice import files
from ipt_formulate.practice.teaching import Ask, TeachingCase
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.vocabulary import FocusStatus, Gate

PUBLISHED = Path(__file__).parent.parent / "cases"
AREAS = ("grief", "role_dispute", "role_transition", "interpersonal_deficits")
GRADES = ("easy", "middling", "hard")
LEVELS = ("not", "brief", "thorough")
SHIPPED = files.shipped_teaching_cases()
COMPOSED = {name: each for name, each in SHIPPED.items() if each.origin == "composed"}
STAGED = {name: each for name, each in COMPOSED.items() if each.staged}

every_case = pytest.mark.parametrize("name", SHIPPED)
every_staged_case = pytest.mark.parametrize("name", STAGED)


def library_says(teaching: TeachingCase, asked: Sequence[str] | None = None) -> tuple[str, FocusStatus]:
    """The area that the library chooses or puts first alone, or none, and the status; on all that can be known, or on what was asked."""
    case = teaching.whole if asked is None else teaching.known(len(teaching.stages), asked)
    focus = ipt.formulate(case, tradition=teaching.tradition).focus
    areas = [focus.primary] if focus.primary else list(focus.leading)
    return (str(areas[0].area) if len(areas) == 1 else "none"), focus.status


def left_over(teaching: TeachingCase, asked: Sequence[str]) -> list[str]:
    """Of questions in the order of the file, those for which there is no time; what a session leaves unused is lost."""
    sessions = {ask.id: stage.session for stage, ask in teaching.asks()}
    waiting = list(asked)
    for session in range(1, len(teaching.stages) + 1):
        able = [each for each in waiting if sessions[each] <= session][: teaching.asks_a_session]
        waiting = [each for each in waiting if each not in able]
    return waiting


def chain(teaching: TeachingCase, last: Ask) -> list[str]:
    """A question after all that must have been put before it."""
    asks = {ask.id: ask for _, ask in teaching.asks()}
    before = [each for earlier in last.after for each in chain(teaching, asks[earlier])]
    return list(dict.fromkeys([*before, last.id]))


def leaves(content: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every answer of a part of a case with its place; items of a list are named by their id."""
    if isinstance(content, Mapping):
        for key, value in content.items():
            yield from leaves(value, f"{path}.{key}")
    elif isinstance(content, list) and all(isinstance(each, Mapping) and "id" in each for each in content):
        for each in content:
            yield from leaves(each, f"{path}[{each['id']}]")
    else:
        yield path, content


def in_order_of_ids(content: Any) -> Any:
    """Plain content with the items of each list in the order of their ids."""
    if isinstance(content, Mapping):
        return {key: in_order_of_ids(value) for key, value in content.items()}
    if isinstance(content, list):
        items = [in_order_of_ids(each) for each in content]
        return sorted(items, key=lambda each: str(each.get("id")) if isinstance(each, Mapping) else "")
    return content


def test_every_file_is_shipped_under_its_name() -> None:
    composed = {path.stem for path in (Path(files.__file__).parent / "cases").glob("*.yaml")}
    assert composed == set(COMPOSED)
    assert {path.name for path in PUBLISHED.iterdir() if path.is_dir() and (path / "case.yaml").exists()} == {
        name for name, each in SHIPPED.items() if each.origin == "published"
    }


@pytest.mark.parametrize("area", AREAS)
def test_every_area_has_five_composed_cases_of_all_grades(area: str) -> None:
    cases = [each for each in COMPOSED.values() if each.shows == area]
    assert len(cases) >= 5
    assert {str(each.grade) for each in cases} == set(GRADES)


def test_some_composed_cases_leave_the_focus_open_and_some_are_staged() -> None:
    assert sum(each.shows == "none" for each in COMPOSED.values()) >= 3
    assert len(STAGED) >= 6
    assert {each.shows for each in STAGED.values()} == {*AREAS, "none"}


@every_case
def test_a_note_stands_where_the_library_says_otherwise_and_only_there(name: str) -> None:
    teaching = SHIPPED[name]
    said, status = library_says(teaching)
    if said != teaching.shows:
        assert teaching.note, f"the library says {said} ({status}), the case is to show {teaching.shows}: say why"
    elif teaching.note:
        assert status is FocusStatus.PROVISIONAL, "the library says the same, and leaves nothing open"
        assert "provisional" in teaching.note or "settles nothing" in teaching.note


@pytest.mark.parametrize("name", COMPOSED)
def test_only_what_its_composer_calls_easy_or_none_is_always_settled(name: str) -> None:
    teaching = COMPOSED[name]
    if teaching.grade == "easy" and teaching.shows != "none":
        assert library_says(teaching) == (teaching.shows, FocusStatus.CHOSEN)
    if teaching.shows == "none":
        assert library_says(teaching)[0] == "none"


@every_case
def test_a_story_is_short_and_names_no_area(name: str) -> None:
    teaching = SHIPPED[name]
    least = 90 if teaching.origin == "composed" else 40
    assert least <= len(teaching.story.split()) <= 250
    told = [teaching.story, *(each.told for each in teaching.stages), *(ask.answer for _, ask in teaching.asks())]
    assert not [each for each in told if re.search(r"\b(grief|disputes?|transitions?|deficits?|ipt)\b", each, re.I)]


@every_case
def test_every_point_has_sources_and_an_assumption_is_called_one(name: str) -> None:
    teaching = SHIPPED[name]
    assert len(teaching.points) >= 2
    for citation in [each for point in teaching.points for each in point.citations]:
        assert citation.key in shipped_rulebase().bibliography
        assert (citation.key == "assumption") == (citation.supports == "assumption")


@pytest.mark.parametrize("name", COMPOSED)
def test_the_age_that_is_told_is_the_age_that_is_recorded(name: str) -> None:
    teaching = COMPOSED[name]
    told = re.search(r"(?:is|,) (\d\d)\b", teaching.story)
    assert told, "a story says how old the client is"
    age = int(told[1])
    # The manual gives no border between adult and older adult; 65 is an assumption of these cases.
    band = "adolescent" if age < 18 else "adult" if age < 65 else "older_adult"
    assert teaching.case["assessment"]["age_band"] == band


@pytest.mark.parametrize("name", COMPOSED)
def test_every_death_and_conflict_is_with_somebody_recorded(name: str) -> None:
    inventory = COMPOSED[name].whole.inventory
    people = {each.id for each in inventory.people}
    assert people
    assert {each.person for each in (*inventory.deaths, *inventory.conflicts)} <= people


@every_staged_case
def test_every_question_alone_and_all_together_give_a_case(name: str) -> None:
    teaching = STAGED[name]
    for stage, ask in teaching.asks():
        ipt.formulate(teaching.known(stage.session, chain(teaching, ask)), tradition=teaching.tradition)
    ipt.formulate(teaching.whole, tradition=teaching.tradition)


@every_staged_case
def test_no_answer_contradicts_another_and_asking_only_goes_deeper(name: str) -> None:
    teaching = STAGED[name]
    known: dict[str, Any] = dict(leaves(teaching.case))
    setters: dict[str, str] = {}
    asks = {ask.id: ask for _, ask in teaching.asks()}
    for told in teaching.stages:
        for path, value in leaves(told.adds):
            assert known.setdefault(path, value) == value, path
    for ask in asks.values():
        for path, value in leaves(ask.adds):
            if path.startswith(".inventory.inquiry."):
                assert LEVELS.index(value) >= LEVELS.index(known.get(path, "not")), path
                if path in setters:
                    assert setters[path] in chain(teaching, ask), f"{path}: the deeper question comes after the other"
                known[path], setters[path] = value, ask.id
            else:
                assert known.setdefault(path, value) == value, path


@every_staged_case
def test_every_question_can_be_reached_within_its_sessions(name: str) -> None:
    teaching = STAGED[name]
    for _, ask in teaching.asks():
        assert not left_over(teaching, chain(teaching, ask)), ask.id


@every_staged_case
def test_there_is_time_to_ask_for_what_matters_and_about_safety(name: str) -> None:
    """What is not needed for the outcome is left out, question by question; the rest fits into the sessions."""
    teaching = STAGED[name]
    meant = library_says(teaching)
    asks = {ask.id: ask for _, ask in teaching.asks()}
    about_safety = {each for each, ask in asks.items() if "safety" in ask.adds.get("assessment", {})}
    assert about_safety, "safety can be asked about"
    kept = list(asks)
    for dropped in reversed(list(asks)):
        rest = [each for each in kept if dropped not in chain(teaching, asks[each])]
        if about_safety <= set(rest) and library_says(teaching, rest) == meant:
            kept = rest
    assert not left_over(teaching, kept)
    assert len(kept) < len(asks), "some questions lead nowhere"


@given(data=st.data())
def test_in_whatever_order_the_questions_are_put_the_same_is_known(data: st.DataObject) -> None:
    teaching = data.draw(st.sampled_from(list(STAGED.values())), label="case")
    asks = [ask for _, ask in teaching.asks()]
    put: list[str] = []
    while open_ones := [ask for ask in asks if ask.id not in put and set(ask.after) <= set(put)]:
        put.append(data.draw(st.sampled_from(open_ones)).id)
    assert len(put) == len(asks)
    known = teaching.known(len(teaching.stages), put)
    assert in_order_of_ids(to_plain(known)) == in_order_of_ids(to_plain(teaching.whole))


@every_staged_case
def test_a_staged_case_settles_no_area_before_anything_is_asked(name: str) -> None:
    teaching = STAGED[name]
    first = ipt.formulate(teaching.known(), tradition=teaching.tradition).focus
    assert first.status in (FocusStatus.ABSTAINED, FocusStatus.PROVISIONAL)
    if teaching.shows not in ("none", *(str(each.area) for each in first.leading)):
        assert library_says(teaching)[0] == teaching.shows, "asking brings out what the case is to show"


def test_the_unsafe_partner_comes_out_by_one_question_and_joint_work_is_blocked() -> None:
    teaching = COMPOSED["seen-alone"]
    joint = {"communication_analysis", "role_playing", "negotiation", "partner_or_family_session"}
    for known in (teaching.known(1, ["private"]), teaching.whole):
        formulation = ipt.formulate(known, tradition=teaching.tradition)
        assert "safety.coercion_now" in {flag.rule for flag in formulation.safety.flags}
        with_partner = {
            each.technique: person.status
            for each in formulation.techniques
            for person in each.people
            if person.person == "partner"
        }
        assert {technique: with_partner[technique] for technique in joint} == dict.fromkeys(joint, Gate.BLOCKED)


def test_naming_no_area_is_right_ten_days_after_a_death_however_much_is_asked() -> None:
    teaching = COMPOSED["ten-days"]
    for sessions in range(len(teaching.stages) + 1):
        asked = [ask.id for stage, ask in teaching.asks() if stage.session <= sessions]
        focus = ipt.formulate(teaching.known(sessions, asked), tradition=teaching.tradition).focus
        assert focus.status is FocusStatus.ABSTAINED


@pytest.mark.parametrize("name", [name for name, each in SHIPPED.items() if each.origin == "published"])
def test_a_published_case_is_coded_and_shows_as_its_folder_says(name: str) -> None:
    teaching = SHIPPED[name]
    author = yaml.safe_load((PUBLISHED / name / "author.yaml").read_text(encoding="utf-8"))
    assert teaching.shows == author["primary"]
    assert teaching.whole == ipt.load_case(PUBLISHED / name / "case.yaml")
