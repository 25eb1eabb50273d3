"""Answers from FHIR: every case comes back as it was, and what is not told is never taken for *no*."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ipt_formulate as ipt
from ipt_formulate.case.case import Case
from ipt_formulate.case.choices import Instrument
from ipt_formulate.errors import CaseError, DocumentError, InputError
from ipt_formulate.interchange.codes import ABSENT, ABSENT_EXTENSION, FIELD, INSTRUMENT, LOINC, PHQ9_ITEMS, YES_NO
from ipt_formulate.interchange.fhir.links import Links, load_links
from ipt_formulate.interchange.fhir.out import to_fhir
from ipt_formulate.interchange.fhir.questionnaire import to_fhir_case, to_questionnaire
from ipt_formulate.interchange.fhir.reading import from_fhir
from ipt_formulate.testing.strategies import cases

AT = datetime.datetime(2024, 3, 5, 10, tzinfo=datetime.UTC)
ON = AT.date()
VERSIONS = ("R4", "R5")
NOTHING = (
    {},
    {"extension": [{"url": ABSENT_EXTENSION, "valueCode": "not-asked"}]},
    {"_valueInteger": {"extension": [{"url": ABSENT_EXTENSION, "valueCode": "asked-declined"}]}},
    {"valueString": "no, not really"},
    {"valueCoding": {"code": "N"}},
    {"valueCoding": {"system": "http://example.org/yes-no", "code": "N"}},
    {"valueCoding": {"system": ABSENT, "code": "masked"}},
)
"""Answers that say nothing to any field that is not text."""
NEEDED = (".id", ".label", ".person", ".arose_from", ".about", ".any", ".instrument")
"""Fields that are text, and those on which others depend."""


def observation(code: str, system: str = LOINC, status: str = "final", **value: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": status,
        "code": {"coding": [{"system": system, "code": code}]},
        **value,
    }


def safety(field: str, answer: str, day: str | None) -> dict[str, Any]:
    told = {} if day is None else {"effectiveDateTime": day}
    coded = {"coding": [{"system": YES_NO["R5"], "code": answer}]}
    return observation(f"assessment.safety.{field}", FIELD, valueCodeableConcept=coded, **told)


def response(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    told = {"resourceType": "QuestionnaireResponse", "status": "completed", "questionnaire": "http://example.org/q"}
    return {**told, "item": list(items), **more}


def item(link: str, **value: Any) -> dict[str, Any]:
    return {"linkId": link, "answer": [value]}


def answered(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for each in told.get("item", []):
        if "answer" in each:
            yield each
        yield from answered(each)


@given(cases(), st.sampled_from(VERSIONS))
@settings(max_examples=60, deadline=None)
def test_any_case_comes_back_as_it_was(case: Case, version: str) -> None:
    read = from_fhir(json.loads(json.dumps(to_fhir_case(case, version))))
    assert read.case() == case
    assert not read.unused


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", ipt.example_names())
def test_the_bundle_of_every_published_case_gives_the_case_back(name: str, version: str) -> None:
    case = ipt.example(name)
    told = to_fhir(ipt.formulate(case), version, subject="Patient/1", at=AT)
    read = from_fhir(json.loads(json.dumps(told)))
    assert read.case() == case
    assert {each.why for each in read.unused} == {"only QuestionnaireResponse and Observation are read"}


@given(cases(max_items=2), st.data())
@settings(max_examples=60, deadline=None)
def test_an_answer_that_is_absent_is_not_known_and_changes_no_other(case: Case, data: st.DataObject) -> None:
    told = to_fhir_case(case)
    free = [each for each in answered(told) if not each["linkId"].endswith(NEEDED)]
    if free:
        before = dict(_flat(from_fhir(told).content))
        one = data.draw(st.sampled_from(free))
        one["answer"] = data.draw(st.sampled_from([[], *([each] for each in NOTHING)]))
        read = from_fhir(told)
        after = dict(_flat(read.content))
        assert {path: before[path] for path in after} == after
        assert len(before) - len(after) == len(read.unused) == 1


def _flat(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, Any]]:
    """Every answer by its place; one that is narrowed down is one answer."""
    if isinstance(value, dict) and "one_of" not in value:
        for name, each in value.items():
            yield from _flat(each, (*path, name))
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from _flat(each, (*path, place))
    elif value is not None:
        yield path, value


@pytest.mark.parametrize(
    "status", ["entered-in-error", "cancelled", "unknown", "registered", "preliminary", "", None, 7]
)
def test_an_observation_that_is_not_verified_says_nothing(status: Any) -> None:
    read = from_fhir(observation("44261-6", status=status, valueInteger=19))
    assert read.content == {}
    assert len(read.unused) == 1


@pytest.mark.parametrize(
    ("status", "used"),
    [("completed", True), ("amended", True), ("stopped", True), ("in-progress", False), ("entered-in-error", False)],
)
def test_a_response_is_used_only_where_its_status_lets_it(status: str, used: bool) -> None:
    told = to_fhir_case(ipt.example("clara-ipsrt-physician")) | {"status": status}
    assert bool(from_fhir(told).content) is used
    assert bool(from_fhir(told, unverified=True).content) is (status != "entered-in-error")


def test_scores_are_found_by_the_code_of_their_instrument() -> None:
    read = from_fhir(
        [
            observation("44261-6", valueQuantity={"value": 19, "code": "{score}", "system": "http://unitsofmeasure.org"}, effectiveDateTime="2024-03-04T23:00:00+01:00"),
            observation("44260-8", valueCodeableConcept={"coding": [{"system": LOINC, "code": "LA6569-3"}]}, effectiveDateTime="2024-03-04"),
            observation("70274-6", valueInteger=8, effectivePeriod={"start": "2024-02-20", "end": "2024-03-01"}),
            observation("lsns6", INSTRUMENT, valueInteger=7),
            observation("8302-2", valueQuantity={"value": 170, "unit": "cm"}),
        ],
        on=ON,
    )  # fmt: skip
    assert read.content["assessment"]["measures"] == [
        {
            "instrument": "phq9",
            "taken": "2024-03-04",
            "total": 19,
            "items": [None, None, None, None, None, None, None, None, 1],
        },
        {"instrument": "gad7", "taken": "4-14d", "total": 8},
        {"instrument": "lsns6", "total": 7},
    ]
    assert [each.why for each in read.unused] == ["has no code that is known here"]
    assert read.case().assessment.measures[0].item_bounds(9) == (1, 1)


def test_a_panel_is_read_by_its_components() -> None:
    components = [{"code": {"coding": [{"system": LOINC, "code": code}]}, "valueInteger": 2} for code in PHQ9_ITEMS]
    (measure,) = from_fhir(observation("44249-1", component=components)).content["assessment"]["measures"]
    assert measure == {"instrument": "phq9", "items": [2] * 9}


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ({"valueInteger": 28}, "must be 0 to 27"),
        ({"valueInteger": -1}, "must be 0 to 27"),
        ({"valueQuantity": {"value": 9.5}}, "must be a whole number"),
        ({"valueQuantity": {"value": float("inf")}}, "must be a whole number"),
        ({"valueQuantity": {"value": 19, "unit": "kg"}}, "has a unit that is none of a score"),
        ({"valueInteger": 3, "valueString": "3"}, "has more than one value"),
        ({"valueInteger": 3, "effectiveDateTime": "yesterday"}, "is no date or time of FHIR"),
    ],
)
def test_a_number_that_cannot_be_right_is_refused_with_its_place(value: dict[str, Any], what: str) -> None:
    bundle = {"resourceType": "Bundle", "entry": [{"resource": observation("44261-6", **value)}]}
    with pytest.raises(InputError, match=what) as refused:
        from_fhir(bundle)
    assert refused.value.problems[0].where.startswith("Bundle.entry[0].resource")


def test_a_score_that_is_only_compared_or_absent_is_left_out() -> None:
    for value in (
        {"valueQuantity": {"value": 20, "comparator": ">"}},
        {"dataAbsentReason": {"coding": [{"system": ABSENT, "code": "not-performed"}]}},
        {"valueQuantity": {}},
        {"valueString": "high"},
    ):
        read = from_fhir(observation("44261-6", **value))
        assert (read.content, len(read.unused)) == ({}, 1)
    unknown = {"dataAbsentReason": {"coding": [{"system": ABSENT, "code": "asked-unknown"}]}}
    (measure,) = from_fhir(observation("44261-6", **unknown)).content["assessment"]["measures"]
    assert measure["total"] == "asked_unknown"


def test_safety_answers_count_from_the_last_day_only() -> None:
    read = from_fhir(
        [safety("suicide_plan", "N", "2023-01-01"), safety("suicide_intent", "N", "2024-03-05"), safety("harm_to_others", "N", None)],
        on=ON,
    )  # fmt: skip
    assert read.content["assessment"]["safety"] == {"suicide_intent": False, "asked": "2024-03-05"}
    assert {each.why for each in read.unused} == {"is not of the last day on which safety was asked about"}


def test_the_later_of_two_answers_holds_and_two_of_one_day_are_refused() -> None:
    def lonely(code: str, day: str | None) -> dict[str, Any]:
        told = {} if day is None else {"effectiveDateTime": day}
        return observation("inventory.pattern.lifelong_difficulty", FIELD, valueBoolean=code == "Y", **told)

    read = from_fhir([lonely("Y", "2024-01-01"), lonely("N", "2024-02-01")])
    assert read.content["inventory"]["pattern"] == {"lifelong_difficulty": False}
    for days in (("2024-01-01", "2024-01-01"), ("2024-01-01", None), ("2024-01", "2024-02")):
        with pytest.raises(InputError, match="differs from another answer to the same field"):
            from_fhir([lonely("Y", days[0]), lonely("N", days[1])])


def test_an_observation_about_an_item_of_a_list_is_left_out() -> None:
    read = from_fhir(observation("inventory.people.alive", FIELD, valueBoolean=False))
    assert (read.content, read.unused[0].why) == ({}, "is about an item of a list, which it does not name")


def test_other_questionnaires_are_read_by_code_then_by_the_map_of_links() -> None:
    questionnaire = {
        "resourceType": "Questionnaire",
        "url": "http://example.org/q",
        "item": [
            {"linkId": "a", "code": [{"system": FIELD, "code": "assessment.safety.suicide_plan"}]},
            {"linkId": "s", "code": [{"system": LOINC, "code": "44261-6"}]},
        ],
    }
    links = {
        "a": "assessment.safety.suicide_intent",
        "b": {
            "field": "assessment.conditions.depression",
            "answers": {"0": "absent", "2": "moderate", "9": "not_asked"},
        },
        "c": "inventory.people[mother].alive",
        "d": {"field": "inventory.people[mother].role", "answers": {"mum": "parent"}},
        "e": {"instrument": "phq9", "item": 9},
        "f": {"field": "inventory.pattern.unfulfilling", "answers": {True: True, "no": "not_asked"}},
        "g": "assessment.episode.onset",
        "h": {"field": "inventory.inquiry.people", "answers": {"x": "thoroughly"}},
    }
    read = from_fhir(
        [
            response(
                item("a", valueBoolean=True),
                {"linkId": "group", "item": [item("b", valueCoding={"code": "2"}), item("c", valueBoolean=False)]},
                item("d", valueString="mum"),
                item("e", valueInteger=2),
                item("f", valueBoolean=False),
                item("g", valueDate="2024-01-02"),
                item("h", valueString="x"),
                item("s", valueDecimal=12.0),
                item("z", valueBoolean=False),
                {"linkId": "i"},
                authored="2024-03-05T08:00:00Z",
            ),
            questionnaire,
        ],
        links=links,
        on=ON,
    )
    assert read.content == {
        "assessment": {
            "date": "2024-03-05",
            "safety": {"suicide_plan": True},
            "conditions": {"depression": "moderate"},
            "episode": {"onset": "2024-01-02"},
            "measures": [{"instrument": "phq9", "taken": "2024-03-05", "total": 12, "items": [None] * 8 + [2]}],
        },
        "inventory": {"people": [{"id": "mother", "alive": False, "role": "parent"}]},
    }
    assert [(each.where.split(".", 1)[1], each.why[:24]) for each in read.unused] == [
        ("QuestionnaireResponse.item[4].answer[0]", "the map of links says th"),
        ("QuestionnaireResponse.item[6].answer[0]", "the answer is not one th"),
        ("QuestionnaireResponse.item[8]", "has no code that is know"),
    ]
    assert read.case().inventory.people[0].alive is False


@pytest.mark.parametrize(
    "links",
    [
        [],
        {"a": "assessment.nothing"},
        {"a": "inventory.people.alive"},
        {"a": "inventory.people[Mother!].alive"},
        {"a": "assessment.measures.total"},
        {"a": {"instrument": "phq8"}},
        {"a": {"instrument": "phq9", "item": 10}},
        {"a": {"instrument": "bdi2", "item": 1}},
        {"a": {"field": "assessment.episode.onset", "answers": {"1": 3}}},
        {"a": 3},
    ],
)
def test_a_map_with_a_field_that_there_is_not_is_refused(links: Any) -> None:
    with pytest.raises(InputError, match="links"):
        Links.of(links)


def test_a_map_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "map.yaml"
    path.write_text("links:\n  q1: assessment.episode.onset\n", encoding="utf-8")
    assert set(load_links(path).targets) == {"q1"}
    path.write_text("q1: assessment.episode.onset\n", encoding="utf-8")
    with pytest.raises(InputError, match="must hold links"):
        load_links(path)
    with pytest.raises(DocumentError):
        load_links(tmp_path / "none.yaml")


def test_answers_of_two_people_are_never_mixed() -> None:
    one, other = (
        observation("44261-6", valueInteger=total, subject={"reference": f"Patient/{total}"}) for total in (3, 20)
    )
    with pytest.raises(InputError, match="more than one subject"):
        from_fhir([one, other])
    (measure,) = from_fhir([one, other], subject="Patient/20").content["assessment"]["measures"]
    assert measure["total"] == 20


def test_the_latest_response_holds_and_an_order_that_is_not_told_is_refused() -> None:
    early = to_fhir_case(ipt.example("clara-ipsrt-physician"), at=AT)
    late = to_fhir_case(ipt.example("mrs-e-late-life-widow"), at=AT + datetime.timedelta(days=1))
    assert from_fhir([late, early]).case() == ipt.example("mrs-e-late-life-widow")
    with pytest.raises(InputError, match="not told which is later"):
        from_fhir([late, {each: early[each] for each in early if each != "authored"}])


def test_a_response_of_another_version_is_refused() -> None:
    told = to_fhir_case(Case()) | {"questionnaire": "urn:ipt-formulate:questionnaire:case|2.0"}
    with pytest.raises(InputError, match="is of another version"):
        from_fhir(told)


def test_what_is_told_twice_or_against_itself_is_refused() -> None:
    worse = "assessment.episode.worsenings"
    no = {"valueCoding": {"system": YES_NO["R5"], "code": "N"}}
    age = "assessment.age_band"
    adult = {"valueCoding": {"system": "urn:ipt-formulate:answer:age-band", "code": "adult"}}
    sessions = "assessment.setting.sessions"
    unknown = {"valueCoding": {"system": ABSENT, "code": "asked-unknown"}}
    for place, items in (
        ("assessment.episode", [item(f"{worse}.any", **no), {"linkId": worse}]),
        ("assessment.episode", [{"linkId": worse}, item(f"{worse}.any", **no)]),
        ("", [item(age, **adult), item(age, **adult)]),
        ("assessment.setting", [item(f"{sessions}.unknown", **unknown), item(f"{sessions}.at_least", valueInteger=3)]),
    ):
        inner = [{"linkId": place, "item": items}] if place else items
        told = to_fhir_case(Case()) | {"item": [{"linkId": "assessment", "item": inner}]}
        with pytest.raises(InputError, match=r"twice|in two ways"):
            from_fhir(told)


@pytest.mark.parametrize(
    "given",
    [
        None,
        3,
        "QuestionnaireResponse",
        {},
        {"resourceType": "Bundle", "entry": {}},
        {"resourceType": "Bundle", "entry": [{}, 3]},
        {"resourceType": "QuestionnaireResponse", "status": "completed", "item": 3},
        {"resourceType": "QuestionnaireResponse", "status": "completed", "item": [{}]},
        {"resourceType": "QuestionnaireResponse", "status": "completed", "item": [{"linkId": "a", "answer": [3]}]},
        {"resourceType": "Observation", "status": "final", "component": 3},
        {"resourceType": "Observation", "status": "final", "component": [3]},
    ],
)
def test_what_is_not_of_the_form_of_fhir_is_refused(given: Any) -> None:
    with pytest.raises(InputError):
        from_fhir(given)


def test_a_response_nested_beyond_measure_is_refused() -> None:
    told: dict[str, Any] = {"linkId": "x"}
    for _ in range(2000):
        told = {"linkId": "x", "item": [told]}
    with pytest.raises(InputError, match="nested more than"):
        from_fhir(response(told))


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 99) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(cases(max_items=1), st.data())
@settings(max_examples=150, deadline=None)
def test_a_response_with_junk_anywhere_is_read_or_refused_and_never_breaks(case: Case, data: st.DataObject) -> None:
    given = [
        to_fhir_case(case),
        to_questionnaire(),
        observation("44261-6", valueQuantity={"value": 3}, effectiveDateTime="2024"),
        safety("suicide_plan", "N", "2024"),
    ]
    holder: Any = given[data.draw(st.integers(0, 3))]
    for _ in range(data.draw(st.integers(0, 12))):
        inner = [each for each in _values(holder) if isinstance(each, (dict, list)) and each]
        if not inner:
            break
        holder = data.draw(st.sampled_from(inner))
    key = data.draw(st.sampled_from(list(holder) if isinstance(holder, dict) else list(range(len(holder)))))
    holder[key] = data.draw(JUNK)
    with suppress(InputError):
        assert isinstance(from_fhir(given, links={"q": "assessment.episode.onset"}, on=ON).case(), Case)


def _values(holder: Any) -> list[Any]:
    return list(holder.values()) if isinstance(holder, dict) else list(holder)


def test_no_message_and_no_report_repeats_a_value() -> None:
    canary = "kanarienvogel"
    told = [
        observation("44261-6", valueString=canary, status="final"),
        observation(canary, valueInteger=3),
        observation("44261-6", status=canary.upper() * 9, valueInteger=3),
        response(item("q", valueString=canary), item(canary, valueString=canary)),
    ]
    read = from_fhir(told, links={"q": "assessment.conditions.depression"})
    assert canary not in str(read.unused).lower()
    with pytest.raises(CaseError) as refused:
        from_fhir(response(item("q", valueString=f"{canary}\x07")), links={"q": "inventory.people[x].label"}).case()
    assert canary not in str(refused.value)


def test_every_instrument_is_read_by_the_code_of_this_library() -> None:
    read = from_fhir([observation(str(each), INSTRUMENT, valueInteger=10 if each is Instrument.PG13R else 12 if each is Instrument.MSPSS else 5) for each in Instrument if each is not Instrument.UCLA3])  # fmt: skip
    assert len(read.case().assessment.measures) == len(Instrument) - 1
