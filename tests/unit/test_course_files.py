"""Course files: what is written is read back, and every fault is named with its place, its remedy and no value."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_formulate import example, formulate
from ipt_formulate.course.files import load_course, parse_course, to_yaml, write_course
from ipt_formulate.course.relapse import relapse_plan
from ipt_formulate.documents import read_document
from ipt_formulate.errors import CourseError, DocumentError
from ipt_formulate.resources import rules_directory

SECRET = "Zq7secret"
CASE = {
    "assessment": {"safety": {"asked": "today"}},
    "inventory": {
        "people": [{"id": "son", "role": "child"}, {"id": "wife", "role": "partner"}],
        "deaths": [{"id": "father-death", "role": "parent"}],
    },
}
COURSE: dict[str, Any] = {
    "course": 1,
    "case": CASE,
    "variant": "standard",
    "sessions": 16,
    "started": "2026-01-05",
    "every": "1w",
    "offers": [
        {"session": 2, "answer": "refused", "reason": "not the father"},
        {"session": 3, "answer": "agreed", "area": "grief", "about": "father-death", "client_words": "since he died"},
    ],
    "focus_changes": [{"session": 8, "area": "role_dispute", "reason": "the quarrels came to the fore"}],
    "goals": [
        {
            "id": "g1",
            "area": "grief",
            "problem": "alone with it",
            "goal": "tell the son",
            "seen_by": "both know that it was told",
            "technique": "communication_analysis",
            "proposed_by": "client",
            "ratings": [{"session": 8, "reached": "partly"}],
        }
    ],
    "log": [
        {"session": 1, "date": "2026-01-05", "attended": True, "measures": [{"instrument": "phq9", "total": 19}]},
        {
            "session": 5,
            "date": "2026-02-02",
            "attended": True,
            "measures": [{"instrument": "phq9", "items": [2, None, 1, 1, 1, 1, 1, 1, 0]}],
            "mood": 4,
            "event": "a quarrel about the money",
            "event_with": "son",
            "planned": ["communication_analysis"],
            "used": [],
            "on_focus": True,
            "attempts": [{"what": "telephoned", "with": "son", "result": "a first talk"}],
            "safety_asked": True,
        },
    ],
    "outcomes": [{"session": 8, "area": "grief", "rating": 4, "by": "client"}],
    "circles": [
        {"at": "start", "session": 2, "places": [{"person": "son", "ring": 3}]},
        {"at": "end", "session": 16, "places": [{"person": "son", "ring": 1}, {"person": "wife", "ring": 2}]},
    ],
    "follow_up": [{"months": 1, "status": "well"}],
}


def test_a_whole_course_is_written_and_read_back_the_same() -> None:
    course = parse_course(COURSE)
    assert parse_course(yaml.safe_load(to_yaml(course))) == course
    assert course.known_case is not None
    assert course.last_session == 5
    assert course.last_offer is not None
    assert course.last_offer.agreed


def test_an_empty_list_of_techniques_used_is_not_the_same_as_one_that_was_not_recorded() -> None:
    entry = yaml.safe_load(to_yaml(parse_course(COURSE)))["log"][1]
    assert entry["used"] == []
    assert to_yaml(parse_course(COURSE)).count("[]") == 1
    assert "used" not in yaml.safe_load(to_yaml(parse_course(COURSE)))["log"][0]


def test_the_case_is_read_from_the_file_beside_it(tmp_path: Path) -> None:
    (tmp_path / "case.json").write_text(json.dumps(CASE), encoding="utf-8")
    write_course(tmp_path / "course.yaml", parse_course({**COURSE, "case": "case.json"}, directory=tmp_path))
    course = load_course(tmp_path / "course.yaml")
    assert course.case == "case.json"
    assert course.known_case is not None
    assert [each.id for each in course.known_case.inventory.people] == ["son", "wife"]


@pytest.mark.parametrize(
    "name", ["../case.yaml", "/etc/case.yaml", "a/case.yaml", "..", "case.txt", "", "a\\case.yaml"]
)
def test_a_case_lies_beside_its_course_and_nowhere_else(tmp_path: Path, name: str) -> None:
    with pytest.raises(CourseError, match="beside this one"):
        parse_course({"course": 1, "case": name}, directory=tmp_path)


def test_a_case_that_is_not_there_is_named_once(tmp_path: Path) -> None:
    with pytest.raises(CourseError) as found:
        parse_course({"course": 1, "case": "gone.yaml"}, directory=tmp_path)
    assert len(found.value.problems) == 1
    assert "gone.yaml" in str(found.value)


def sheets() -> list[Any]:
    """The filled example of every work sheet."""
    found = []
    for path in sorted((rules_directory() / "course" / "sheets").glob("*.yaml")):
        content = read_document(path).content
        if "example" in content:
            found.append(content["example"]["sheet"])
    return found


def relapse() -> Any:
    drafted = relapse_plan(formulate(example("mrs-e-late-life-widow"), engine="reference"))
    return json.loads(drafted.model_dump_json(by_alias=True))


def test_work_sheets_and_the_plan_against_a_relapse_are_kept_in_the_course_file() -> None:
    course = parse_course({"course": 1, "sheets": sheets(), "relapse_plan": relapse()})
    assert len(course.sheets) == len(sheets()) >= 5
    assert parse_course(yaml.safe_load(to_yaml(course))) == course


def test_faults_of_work_sheets_and_of_the_plan_are_told_by_their_own_readers() -> None:
    plan = {**relapse(), "contacts": []}
    faulty = [{"sheet": "communication_analysis", "saidd": SECRET}, {"sheet": SECRET}, SECRET]
    with pytest.raises(CourseError) as found:
        parse_course({"course": 1, "sheets": faulty, "relapse_plan": plan})
    told = str(found.value)
    for expected in (
        "sheets[0].incident: is not filled in",
        "sheets[0].saidd: is no field of this sheet",
        "sheets[1]: a work sheet must begin with the kind",
        "sheets[2]: a work sheet must begin with the kind",
        "relapse_plan.contacts: is not filled in",
    ):
        assert expected in told
    assert SECRET not in told


def test_people_of_work_sheets_and_of_the_plan_must_be_in_the_case() -> None:
    plan = relapse()
    plan["contacts"][0]["with"] = "aunt"
    with pytest.raises(CourseError) as found:
        parse_course({"course": 1, "case": CASE, "sheets": sheets(), "relapse_plan": plan})
    told = str(found.value)
    assert "sheets[1].incident.with: names nobody in the case" in told
    assert "relapse_plan.contacts[0].with: names nobody in the case" in told
    assert any(line.startswith("sheets[") and "names nothing in the case" in line for line in told.splitlines())


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    content = copy.deepcopy(COURSE)
    change(content)
    return content


FAULTS: list[tuple[str, Callable[[dict[str, Any]], object], str]] = [
    ("a session beyond those agreed", lambda c: c["log"][1].update(session=17), "log[1].session: is beyond the agreed"),
    ("an offer beyond them", lambda c: c["offers"][1].update(session=20), "offers[1].session: is beyond"),
    ("a session number of nought", lambda c: c["log"][1].update(session=0), "log[1].session: must be a whole number"),
    ("an area there is not", lambda c: c["outcomes"][0].update(area="sadness"), "outcomes[0].area: must be grief"),
    (
        "an area of another tradition",
        lambda c: c["outcomes"][0].update(area="loss_of_healthy_self"),
        "outcomes[0].area: is no area of this tradition",
    ),
    ("a person there is not", lambda c: c["log"][1].update(event_with="aunt"), "log[1].event_with: names nobody"),
    (
        "an attempt with a person there is not",
        lambda c: c["log"][1]["attempts"][0].update({"with": "aunt"}),
        "log[1].attempts[0].with: names nobody",
    ),
    (
        "a person in a circle there is not",
        lambda c: c["circles"][0]["places"][0].update(person="aunt"),
        "circles[0].places[0].person: names nobody",
    ),
    (
        "a death there is not",
        lambda c: c["offers"][1].update(about="mother-death"),
        "offers[1].about: names nothing of this area",
    ),
    (
        "a technique there is not",
        lambda c: c["log"][1].update(planned=["hypnosis"]),
        "log[1].planned[0]: is no technique",
    ),
    ("a variant there is not", lambda c: c.update(variant="endless"), "variant: is no form of the course"),
    ("a tradition there is not", lambda c: c.update(tradition="freud"), "tradition: is none of this rule base"),
    ("a session logged twice", lambda c: c["log"][1].update(session=1), "log[1].session: is there twice"),
    (
        "a measure twice in a session",
        lambda c: c["log"][0]["measures"].append({"instrument": "phq9"}),
        "log[0].measures[1].instrument: is there twice",
    ),
    ("a rating twice", lambda c: c["outcomes"].append(dict(c["outcomes"][0])), "outcomes[1]: is there twice"),
    ("a circle twice", lambda c: c["circles"][1].update(at="start"), "circles[1].at: is there twice"),
    (
        "a person twice in a circle",
        lambda c: c["circles"][1]["places"][1].update(person="son"),
        "circles[1].places[1].person: is there twice",
    ),
    ("a goal twice", lambda c: c["goals"].append(dict(c["goals"][0])), "goals[1].id: is there twice"),
    ("two answers in a session", lambda c: c["offers"][1].update(session=2), "offers[1].session: is there twice"),
    ("a follow-up twice", lambda c: c["follow_up"].append({"months": 1}), "follow_up[1].months: is there twice"),
    ("a day that is none", lambda c: c["log"][0].update(date="2026-02-30"), "log[0].date: is not a day"),
    ("a day as a number", lambda c: c.update(started=20260105), "started: must be a date"),
    ("days out of order", lambda c: c["log"][1].update(date="2026-01-04"), "log[1].date: is before"),
    ("an interval that is none", lambda c: c.update(every="often"), "every: must be an interval"),
    ("a mood out of range", lambda c: c["log"][1].update(mood=11), "log[1].mood: must be a whole number from 0 to 10"),
    ("a mood as a yes", lambda c: c["log"][1].update(mood=True), "log[1].mood: must be a whole number from 0 to 10"),
    ("a rating out of range", lambda c: c["outcomes"][0].update(rating=6), "outcomes[0].rating: must be a whole"),
    (
        "a total out of range",
        lambda c: c["log"][0]["measures"][0].update(total=28),
        "log[0].measures[0]: total must be",
    ),
    (
        "a time of a measure",
        lambda c: c["log"][0]["measures"][0].update(taken="today"),
        "log[0].measures[0].taken: is not given here",
    ),
    ("work in a missed session", lambda c: c["log"][1].update(attended=False), "log[1].attended: is false though"),
    ("no reason for a change", lambda c: c["focus_changes"][0].pop("reason"), "focus_changes[0].reason: is required"),
    ("a field that is misspelt", lambda c: c["log"][1].update(moood=4), "did you mean mood?"),
    ("another version", lambda c: c.update(course=2), "course: is of a newer form than 1"),
    (
        "a fault in the case",
        lambda c: c["case"]["inventory"]["people"][0].update(role="x"),
        "case.inventory.people[0].role",
    ),
    ("a second area that is the first", lambda c: c["offers"][1].update(second_area="grief"), "offers[1].second_area"),
    ("an about without an area", lambda c: c["offers"][1].pop("area"), "offers[1].about: stands without an area"),
]


@pytest.mark.parametrize(("change", "expected"), [each[1:] for each in FAULTS], ids=[each[0] for each in FAULTS])
def test_a_fault_is_named_with_its_place(change: Callable[[dict[str, Any]], object], expected: str) -> None:
    with pytest.raises(CourseError) as found:
        parse_course(changed(change))
    assert expected in str(found.value)


def test_all_faults_are_named_at_once() -> None:
    content = changed(lambda c: (c["log"][1].update(event_with="aunt"), c.update(variant="endless")))
    with pytest.raises(CourseError) as found:
        parse_course(content)
    assert len(found.value.problems) == 2


@pytest.mark.parametrize("content", [None, [], "text", 3, {}, {"course": True}, {"course": "1"}])
def test_what_is_no_course_is_refused(content: object) -> None:
    with pytest.raises(CourseError):
        parse_course(content)


def test_a_file_that_is_no_yaml_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "course.yaml").write_text("course: 1\nlog: [\n", encoding="utf-8")
    with pytest.raises(DocumentError, match=r"course\.yaml:\d"):
        load_course(tmp_path / "course.yaml")


def places(content: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    children = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for key, value in children:
        yield from places(value, (*path, key))


PLACES = [each for each in places(COURSE) if each]


@pytest.mark.parametrize("place", PLACES, ids=[".".join(map(str, each)) for each in PLACES])
def test_whatever_is_left_out_the_rest_is_read_back_the_same_or_refused_by_its_place(place: tuple[Any, ...]) -> None:
    content = copy.deepcopy(COURSE)
    at: Any = content
    for key in place[:-1]:
        at = at[key]
    del at[place[-1]]
    try:
        course = parse_course(content)
    except CourseError as error:
        problems = error.problems
        assert any(each.where for each in problems)
    else:
        assert parse_course(yaml.safe_load(to_yaml(course))) == course


@given(st.sampled_from(PLACES), st.sampled_from([SECRET, {SECRET: SECRET}, [SECRET], 987123, {"x": 987123}]))
@settings(max_examples=200, deadline=None)
def test_no_message_repeats_a_recorded_value(place: tuple[Any, ...], value: object) -> None:
    content = copy.deepcopy(COURSE)
    at: Any = content
    for key in place[:-1]:
        at = at[key]
    at[place[-1]] = value
    try:
        course = parse_course(content)
    except CourseError as error:
        told = str(error)
        assert told
        assert "987123" not in told
        assert SECRET not in told.replace(f".{SECRET}:", "").replace(f"{SECRET}:", "")  # the name of a key is a place
    else:
        assert SECRET not in repr(course)
