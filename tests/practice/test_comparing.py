"""Comparisons: what is not known never counts against anybody, and the library is shown only beside what was committed."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ipt_formulate as ipt
from ipt_formulate.case.choices import Order
from ipt_formulate.case.files import to_plain
from ipt_formulate.case.lowering import ORDER_SPAN
from ipt_formulate.case.terms import GAP
from ipt_formulate.errors import InputError
from ipt_formulate.practice.attempt import Attempt, By, parse_attempt
from ipt_formulate.practice.comparing import compare
from ipt_formulate.practice.files import parse_teaching_case
from ipt_formulate.practice.judging import focus_agrees, order_agrees, orders_of, ring_agrees
from ipt_formulate.practice.session import compared, counted, parse_session, ratings_csv, session_json
from ipt_formulate.practice.teaching import NO_FOCUS, TeachingCase
from ipt_formulate.report.ties import RINGS, ties_of
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.study.ratings import read_rater
from ipt_formulate.testing import constants_of, refine
from ipt_formulate.testing.strategies import cases
from ipt_formulate.vocabulary import AreaStatus, FocusStatus

RING = st.integers(1, RINGS)
DAYS = constants_of(shipped_rulebase().for_tradition("weissman"))
DAY = st.integers(GAP.low, GAP.high)
OF_STATUS = {"supported": "present", "not_supported": "absent", "undetermined": "unsure"}
AREAS = ("grief", "role_dispute", "role_transition", "interpersonal_deficits")


def span(low: st.SearchStrategy[int]) -> st.SearchStrategy[tuple[int, int]]:
    return st.tuples(low, low).map(lambda each: (min(each), max(each)))


def teaching_of(case: ipt.Case) -> TeachingCase:
    return parse_teaching_case(
        {
            "teaching": 1,
            "title": "A case",
            "origin": "composed",
            "grade": "easy",
            "shows": "none",
            "story": "What is told of it here.",
            "case": to_plain(case),
        },
        name="a-case",
    )


def attempt(marks: dict[str, str], focus: str = NO_FOCUS, **more: Any) -> Attempt:
    return parse_attempt({"case": "a-case", "areas": marks, "focus": focus, **more})


@given(outer=span(RING), inner=span(RING), said=RING)
def test_a_ring_that_is_judged_stays_judged_as_more_becomes_known(
    outer: tuple[int, int], inner: tuple[int, int], said: int
) -> None:
    inner = (max(outer[0], inner[0]), min(outer[1], inner[1]))
    if inner[0] <= inner[1] and ring_agrees(said, outer) is not None:
        assert ring_agrees(said, inner) is ring_agrees(said, outer)
    if outer != (1, RINGS):
        assert (ring_agrees(said, outer) is False) == (not outer[0] <= said <= outer[1])


@given(outer=span(DAY), inner=span(DAY), said=st.sampled_from(Order))
def test_an_order_that_is_judged_stays_judged_as_more_becomes_known(
    outer: tuple[int, int], inner: tuple[int, int], said: Order
) -> None:
    inner = (max(outer[0], inner[0]), min(outer[1], inner[1]))
    if inner[0] <= inner[1] and order_agrees(said, outer) is not None:
        assert order_agrees(said, inner) is order_agrees(said, outer)
    low, high = ORDER_SPAN[said]
    assert (order_agrees(said, outer) is False) == (outer[1] < low or high < outer[0])
    assert orders_of(outer)


@given(case=cases())
def test_whoever_says_what_the_facts_settle_agrees_on_all_of_it(case: ipt.Case) -> None:
    formulation = ipt.formulate(case, engine="reference")
    marks = {area: OF_STATUS[found.status] for area, found in formulation.areas.items()}
    focus = formulation.focus.primary.area if formulation.focus.primary else NO_FOCUS
    rings = {tie.id: tie.ring[0] for tie in ties_of(case)}
    found = compare(teaching_of(case), [attempt(marks, focus, closeness=rings)])
    assert not [point for point in found.points if point.agree[By.TRAINEE] is False]
    assert all(point.agree[By.TRAINEE] for point in found.points if point.kind in ("area", "focus"))
    assert found.counts[By.TRAINEE].agreed == found.counts[By.TRAINEE].counted
    assert found.safety


@given(case=cases(), said=st.sampled_from(["present", "absent"]))
def test_nobody_is_wrong_where_the_facts_leave_it_open(case: ipt.Case, said: str) -> None:
    formulation = ipt.formulate(case, engine="reference")
    found = compare(teaching_of(case), [attempt(dict.fromkeys(AREAS, said))])
    for point in found.points:
        if point.kind == "area":
            open_ = formulation.areas[point.id].status is AreaStatus.UNDETERMINED
            assert (point.agree[By.TRAINEE] is None) == open_
    (focus,) = [point for point in found.points if point.kind == "focus"]
    assert focus.agree[By.TRAINEE] is (formulation.focus.status is not FocusStatus.CHOSEN)
    for area in formulation.areas:
        if area in {choice.area for choice in formulation.focus.possible}:
            settled = formulation.focus.status is FocusStatus.CHOSEN
            assert settled or focus_agrees(area, formulation) is None


@given(case=cases(), random=st.randoms(use_true_random=False))
def test_a_focus_that_is_judged_stays_judged_as_more_becomes_known(case: ipt.Case, random: Random) -> None:
    before = ipt.formulate(case, engine="reference")
    wrong = {area for area in before.areas if focus_agrees(area, before) is False}
    if before.focus.status not in (FocusStatus.CHOSEN, FocusStatus.TIE):
        assert not [area for area in wrong if before.areas[area].status is AreaStatus.UNDETERMINED]
    for _ in range(4):
        learnt = refine(case, random, constants=DAYS)
        if learnt is None:
            return
        case, after = learnt, ipt.formulate(learnt, engine="reference")
        assert not [area for area in wrong if focus_agrees(area, after) is not False]


def test_what_is_said_of_a_focus_that_is_excluded_is_not_that_it_may_turn_out_so() -> None:
    case = ipt.Case(inventory={"inquiry": {"deaths": "thorough", "people": "thorough"}})
    for focus, words in (("grief", "does not support"), ("role_dispute", "may turn out so")):
        found = compare(teaching_of(case), [attempt(dict.fromkeys(AREAS, "unsure"), focus)])
        assert words in found.abstaining[By.TRAINEE]


def test_what_somebody_did_not_place_is_not_left_open_by_the_facts() -> None:
    case = ipt.example("leonard-ptsd-grief-911")
    marks = dict.fromkeys(AREAS, "unsure")
    both = [attempt(marks, by="therapist", closeness={"son": 1}, order={"son-death": "around"}), attempt(marks, by="supervisor")]  # fmt: skip
    found = compare(teaching_of(case), both).counts
    assert found[By.THERAPIST].left_open == found[By.SUPERVISOR].left_open + 1, "the ring of the son is not recorded"


def committed(name: str, by: str = "trainee", focus: str = "grief", **more: Any) -> Attempt:
    return parse_attempt({"by": by, "case": name, "areas": dict.fromkeys(AREAS, "absent"), "focus": focus, **more})


def test_what_was_not_asked_is_told_with_what_it_would_have_changed(staged: dict[str, Any]) -> None:
    teaching = parse_teaching_case(staged, name="march")
    found = compare(teaching, [committed("march", sessions=1, asked=["deaths"])])
    assert [(each.id, each.moves) for each in found.asked] == [("deaths", None)]
    assert [(each.id, each.reached, each.moves) for each in found.not_asked] == [("sleep", True, False), ("march", False, True)]  # fmt: skip
    assert found.abstaining[By.TRAINEE].startswith("A focus was named before")
    assert found.whole is not None
    assert found.whole.status == "chosen"
    assert found.focus.status == "abstained"
    whole = compare(teaching, [committed("march", sessions=2, asked=["deaths", "march"])])
    assert whole.focus == whole.whole
    assert "what was known settles one" in whole.abstaining[By.TRAINEE]
    none = compare(teaching, [committed("march", focus="none", sessions=2, asked=["deaths", "march"])])
    assert none.abstaining[By.TRAINEE] == "No focus was named, and what was known settles one."
    assert [each.ask for each in none.not_asked if each.moves is None] == []


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"sessions": 3}, "sessions: must be 0 to 2"),
        ({"sessions": 1, "asked": ["deaths", "sleep"]}, "asked: holds more than the 1 questions"),
        ({"sessions": 1, "asked": ["march"]}, "asked[0]: could not be put yet"),
        ({"sessions": 2, "asked": ["march", "deaths"]}, "asked[0]: could not be put yet"),
        ({"sessions": 2, "asked": ["deaths", "deaths"]}, "asked[1]: was put before"),
        ({"sessions": 2, "asked": ["secret"]}, "asked[0]: is no question of this case"),
        ({"closeness": {"brother": 5}}, "closeness.brother: must be 1 to 4"),
        ({"areas": {}}, "areas.grief: is not marked"),
        ({"areas": {**dict.fromkeys(AREAS, "absent"), "loss_of_healthy_self": "absent"}}, "is no area of this school"),
        ({"focus": "loss_of_healthy_self"}, "focus: is no area of this school"),
        (
            {"override": {"area": "interpersonal_patterns", "says": "present", "reason": "a reason told"}},
            "override.area: is no",
        ),
    ],
)
def test_an_attempt_that_does_not_fit_its_case_is_not_compared(
    staged: dict[str, Any], more: dict[str, Any], told: str
) -> None:
    content = {"case": "march", "areas": dict.fromkeys(AREAS, "absent"), "focus": "grief", **more}
    with pytest.raises(InputError) as caught:
        compare(parse_teaching_case(staged, name="march"), [parse_attempt(content)])
    assert told in str(caught.value)
    assert "secret" not in str(caught.value)


def test_three_are_compared_only_once_and_on_the_same_questions(staged: dict[str, Any]) -> None:
    teaching = parse_teaching_case(staged, name="march")
    both = [committed("march", "therapist", sessions=1), committed("march", "supervisor", "none", sessions=1)]
    found = compare(teaching, both)
    focus = next(point for point in found.points if point.kind == "focus")
    assert focus.said == {"therapist": "Grief", "supervisor": "none settled yet"}
    for attempts, told in (
        ([both[0], both[0]], "must be one from each person"),
        ([], "must be one from each person"),
        (
            [both[0], committed("march", "supervisor", sessions=1, asked=["deaths"])],
            "do not rest on the same questions",
        ),
        ([both[0], committed("march", "supervisor", sessions=2)], "do not rest on the same questions"),
    ):
        with pytest.raises(InputError, match=told):
            compare(teaching, attempts)


def test_a_session_is_counted_and_read_by_a_study(tmp_path: Path, staged: dict[str, Any]) -> None:
    case = {"march": parse_teaching_case(staged, name="march")}
    one = committed("march", sessions=1, asked=["deaths"]).model_dump(mode="json")
    again = committed("march", focus="none", sessions=1).model_dump(mode="json")
    session = parse_session({"rounds": [[one], [again]]})
    totals = counted(compared(session, case))[By.TRAINEE]
    parts = [each.counts[By.TRAINEE] for each in compared(session, case)]
    assert totals.counted == sum(each.counted for each in parts)
    assert totals.agreed == sum(each.agreed for each in parts)
    assert '"agreement"' in session_json(session, case)
    path = tmp_path / "trainee.csv"
    path.write_text(ratings_csv(session, By.TRAINEE, case), encoding="utf-8")
    rater = read_rater(str(path), None)
    assert rater.answers["march"]["focus"] == "grief", "the first attempt counts"
    assert rater.answers["march"]["role_dispute"] == "absent"
    path.write_text(ratings_csv(parse_session({"rounds": [[again]]}), By.TRAINEE, case), encoding="utf-8")
    assert read_rater(str(path), None).answers["march"]["focus"] is None, "no focus yet is no answer, not: no area"
    spring = parse_session({"rounds": [[{**again, "case": "spring"}]]})
    path.write_text(ratings_csv(spring, By.TRAINEE, {"spring": case["march"]}), encoding="utf-8")
    assert list(read_rater(str(path), None).answers) == ["march"], "a row has the name of the file of its case"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "must be a mapping"),
        ({}, "rounds: is required"),
        ({"rounds": [[{"case": "march"}]]}, "rounds[0][0].areas: is required"),
        ({"rounds": [[]]}, "must be the same in all attempts"),
        ({"rounds": [["other"]]}, "rounds[0][0]: must be a mapping"),
    ],
)
def test_what_is_no_session_is_refused(staged: dict[str, Any], content: Any, told: str) -> None:
    with pytest.raises(InputError) as caught:
        compared(parse_session(content), {"march": parse_teaching_case(staged, name="march")})
    assert told in str(caught.value)


def test_a_round_on_a_case_that_is_not_here_is_refused() -> None:
    session = parse_session({"rounds": [[committed("elsewhere").model_dump(mode="json")]]})
    with pytest.raises(InputError, match=r"rounds\[0\] case: is none of the cases here"):
        compared(session, {})
    with pytest.raises(InputError, match="must be a mapping"):
        parse_attempt([])
