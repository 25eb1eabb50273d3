"""The case model where its meaning is more than a field: times, order, judgements, privacy, links, measures."""

from __future__ import annotations

import datetime

import pytest

import ipt_formulate as ipt
from ipt_formulate.case.case import Case
from ipt_formulate.case.fields import EITHER, NO, YES
from ipt_formulate.case.moments import EARLIEST, LATEST, parse_moment
from ipt_formulate.case.terms import GAP
from ipt_formulate.case.values import Between, OneOf
from ipt_formulate.errors import CaseError


def case(**inventory: object) -> Case:
    episode = inventory.pop("episode", {"onset": "3mo"})
    return ipt.parse_case({"assessment": {"date": "2024-06-30", "episode": episode}, "inventory": inventory})


def death(found: Case, term: str, index: int = 0) -> object:
    return found.lowered.lists["deaths"].items[index].values[term]


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("10d", (10, 10)),
        ("about 10d", (9, 11)),
        ("2w ago", (11, 17)),
        ("three months", None),
        ("3mo", (75, 105)),
        ("about 1y", (0, 730)),
        ("2-4w", (14, 28)),
        ("more than 2y", (730, EARLIEST)),
        ("less than 6mo", (0, 180)),
        ("in 1w", (-10, -4)),
        ("in about 1w", (-14, 0)),
        ("today", (0, 0)),
        ("2024-06", (0, 29)),
        ("2023", (182, 546)),
        ("2024-06-30", (0, 0)),
        (2023, (182, 546)),
        (datetime.date(2024, 6, 1), (29, 29)),
        ("4-2w", None),
        ("200y", None),
        ("in 1w ago", None),
        ("2024-13", None),
        ("never", None),
        (90, None),
    ],
)
def test_ways_of_telling_a_time(text: object, span: tuple[int, int] | None) -> None:
    if span is None:
        with pytest.raises(CaseError, match=r"inventory.deaths\[0\].when"):
            case(deaths=[{"when": text}])
    else:
        assert death(case(deaths=[{"when": text}]), "when") == span


def test_a_moment_never_shows_itself() -> None:
    assert "3mo" not in repr(parse_moment("3mo"))
    assert "parent" not in repr(OneOf({"parent"}))
    assert "3" not in repr(Between(3, 4))
    assert "partner" not in repr(ipt.parse_case({"inventory": {"people": [{"role": "partner"}]}}).inventory.people)


def test_an_order_told_without_a_date_is_a_range_around_the_onset() -> None:
    near = case(
        deaths=[
            {"relative_to_onset": "around"},
            {"relative_to_onset": "before"},
            {"relative_to_onset": {"one_of": ["before", "around"]}},
            {},
        ]
    )
    far_past = EARLIEST - 75  # the onset is at least 75 days ago
    expected = [(-30, 30), (0, far_past), (-30, far_past), (LATEST - 105, far_past)]
    assert [death(near, "when.before_onset", index) for index in range(4)] == expected
    assert near.lowered.contradictions == ()


def test_dates_and_order_meet_and_their_contradiction_is_reported() -> None:
    both = case(deaths=[{"when": "3-5mo", "relative_to_onset": "around"}])
    assert death(both, "when.before_onset") == (-15, 30)
    wrong = case(deaths=[{"when": "3y", "relative_to_onset": "after"}], episode={"onset": "3mo", "worsenings": []})
    assert "inventory.deaths[0].relative_to_onset" in wrong.lowered.contradictions[0]
    assert ipt.formulate(wrong).contradictions == wrong.lowered.contradictions
    no_worsening = case(deaths=[{"relative_to_worsening": "around"}], episode={"worsenings": []})
    assert "relative_to_worsening" in no_worsening.lowered.contradictions[0]
    lifelong = case(episode={"onset": "3mo", "onset_kind": "lifelong"})
    assert "assessment.episode" in lifelong.lowered.contradictions[0]


def test_each_worsening_counts_and_none_told_is_not_no_worsening() -> None:
    told = case(deaths=[{"when": "30d"}], episode={"onset": "5y", "worsenings": [{"when": "20d"}, {"when": "2y"}]})
    gaps = death(told, "when.before_worsening")
    assert (10, 10) in gaps  # type: ignore[operator]
    untold = case(deaths=[{"when": "30d"}], episode={"onset": "5y"})
    assert set(death(untold, "when.before_worsening")[:-1]) == {GAP.unknown}  # type: ignore[index]


def test_a_no_about_coercion_counts_only_when_asked_in_private() -> None:
    def period(**coercion: object) -> int:
        found = ipt.parse_case({"inventory": {"people": [{"coercion": coercion}]}})
        return found.lowered.lists["people"].items[0].values["coercion.period"]

    assert period(period="none", asked_in_private=True) == 0b001
    assert period(period="none", asked_in_private=False) == period(period="none") == period() == 0b111
    assert period(period="current", asked_in_private=False) == 0b100
    assert period(period="past") == 0b010


@pytest.mark.parametrize(
    ("judgement", "told", "inferred"),
    [
        ({"answer": True, "basis": "client"}, YES, YES),
        ({"answer": True, "basis": "inference"}, EITHER, YES),
        ({"answer": True}, EITHER, YES),
        ({"answer": False, "basis": {"one_of": ["client", "observed"]}}, NO, NO),
        ({"answer": True, "basis": {"one_of": ["client", "inference"]}}, EITHER, YES),
        ({"answer": "asked_unknown", "basis": "client"}, EITHER, EITHER),
        ({}, EITHER, EITHER),
    ],
)
def test_an_inference_is_never_more_than_that(judgement: dict[str, object], told: int, inferred: int) -> None:
    values = case(changes=[{"symptoms_worse_after": judgement}]).lowered.lists["changes"].items[0].values
    assert (values["symptoms_worse_after"], values["symptoms_worse_after.inferred"]) == (told, inferred)


def test_what_two_lists_say_of_a_person_is_brought_together() -> None:
    people = [{"id": "mother", "role": {"one_of": ["parent", "grandparent"]}, "closeness": {"at_most": 2}}]
    found = case(
        people=people, deaths=[{"person": "mother", "role": "parent", "closeness": {"at_least": 2}, "when": "1y"}]
    )
    assert death(found, "person.closeness") == (2, 2)
    assert death(found, "person.alive") == NO
    assert found.lowered.lists["people"].items[0].values["alive"] == NO
    for deaths in ([{"person": "mother", "role": "friend"}], [{"person": "nobody"}]):
        with pytest.raises(CaseError, match=r"inventory.deaths\[0\]"):
            case(people=people, deaths=deaths)
    with pytest.raises(CaseError, match="recorded as alive"):
        case(people=[{"id": "mother", "alive": True}], deaths=[{"person": "mother", "when": "1y"}])


def test_a_death_that_is_expected_leaves_the_person_alive() -> None:
    def alive(**death: object) -> object:
        found = case(people=[{"id": "mother"}], deaths=[{"person": "mother", **death}])
        return found.lowered.lists["people"].items[0].values["alive"]

    assert alive(when="in 3mo") == YES
    assert alive(when="3mo") == alive(relative_to_onset="around") == alive(relative_to_onset="before") == NO
    assert alive() == alive(relative_to_onset="after") == alive(when="less than 1y") | EITHER == EITHER
    ahead = case(people=[{"id": "mother", "alive": False}], deaths=[{"person": "mother", "when": "in 3mo"}])
    assert "lies ahead" in ahead.lowered.contradictions[0]


def test_all_faults_across_lists_come_at_once() -> None:
    with pytest.raises(CaseError) as error:
        case(
            people=[{"id": "a"}, {"id": "a"}],
            deaths=[{"person": "x"}],
            conflicts=[{"id": "none"}],
            changes=[{"id": "c", "arose_from": "c"}],
        )
    assert [problem.where for problem in error.value.problems] == [
        "inventory.people[1].id",
        "inventory.conflicts[0].id",
        "inventory.deaths[0].person",
        "inventory.changes[0].arose_from",
    ]


def test_arose_from_left_out_means_any_other_recorded_item() -> None:
    def causes(**inventory: object) -> int:
        return case(**inventory).lowered.lists["changes"].items[0].values["arose_from"]  # type: ignore[no-any-return]

    nothing_or_illness, death_too, or_that_of_a_pet = 0b00011, 0b00111, 0b100000
    assert causes(changes=[{}]) == nothing_or_illness
    assert causes(changes=[{}], deaths=[{}]) == death_too | or_that_of_a_pet
    assert causes(changes=[{}], deaths=[{"kind": "person"}]) == death_too
    assert causes(changes=[{"arose_from": "d"}], deaths=[{"id": "d", "kind": "perinatal"}]) == 0b00100
    assert causes(changes=[{"arose_from": "d"}], deaths=[{"id": "d", "kind": "pet"}]) == or_that_of_a_pet
    assert causes(changes=[{"arose_from": "none"}], deaths=[{}]) == 0b00001


def test_a_missing_item_of_a_measure_is_unknown_and_the_latest_counts() -> None:
    def latest(*measures: dict[str, object]) -> dict[str, object]:
        values = ipt.parse_case({"assessment": {"measures": list(measures)}}).lowered.case.values
        return {name: values[f"latest.phq9.{name}"] for name in ("total", "item9", "taken")}

    items = [1, 1, 2, 1, 0, 1, 1, 0, None]
    assert latest({"instrument": "phq9", "items": items, "total": 9})["item9"] == (2, 2)
    assert latest({"instrument": "phq9", "total": 27})["item9"] == (3, 3)
    assert latest({"instrument": "phq9", "items": items, "taken": "today"}) == {
        "total": (7, 10),
        "item9": (0, 3),
        "taken": (0, 0),
    }
    assert latest(
        {"instrument": "phq9", "total": 20, "taken": "2mo"}, {"instrument": "phq9", "total": 9, "taken": "today"}
    )["total"] == (9, 9)
    assert latest({"instrument": "phq9", "total": 20}, {"instrument": "phq9", "total": 9, "taken": "today"})[
        "total"
    ] == (9, 20)
    for wrong, message in (
        ({"total": 40}, "0 to 27"),
        ({"items": [1]}, "9 scores"),
        ({"items": [3] * 9, "total": 1}, "does not agree"),
    ):
        with pytest.raises(CaseError, match=message):
            latest({"instrument": "phq9", **wrong})
    with pytest.raises(CaseError, match="give the total"):
        latest({"instrument": "bdi2", "items": [1]})


def test_calendar_dates_need_the_day_of_the_assessment() -> None:
    with pytest.raises(CaseError, match=r"assessment.date: is needed"):
        ipt.parse_case({"assessment": {"episode": {"onset": "2024-03"}}})


def test_a_silent_mismatch_and_a_chosen_item_need_what_they_rest_on() -> None:
    with pytest.raises(CaseError, match="name one expectation on each side"):
        case(conflicts=[{"expectations": "mismatched_silently", "client_expects": "help"}])
    with pytest.raises(CaseError, match=r"needs response\.chosen"):
        ipt.parse_case({"assessment": {"response": {"about": "x"}}})


def test_editing_by_path_gives_a_new_case_and_checks_it() -> None:
    first = case(deaths=[{"id": "mother-death"}])
    told = first.with_("inventory.deaths[mother-death].mourning.avoided", True).with_("inventory.deaths[1].when", "3mo")
    assert told.inventory.deaths[0].mourning.avoided is True
    assert [item.id for item in told.inventory.deaths] == ["mother-death", "death-2"]
    assert told.without("inventory.deaths[1]").without("inventory.deaths[0].mourning.avoided") == first
    assert Case().with_("assessment.measures", [{"instrument": "gad7", "total": 3}]).assessment.measures[0].total == 3
    for path in (
        "inventory.deaths[9].when",
        "inventory.deaths.when",
        "inventory..deaths",
        "inventory.deaths[x].when",
        "inventory.nothing",
        "assessment[0]",
    ):
        with pytest.raises(CaseError):
            first.with_(path, "3mo")


def test_typed_construction_and_plain_data_give_the_same_case() -> None:
    from ipt_formulate.case.choices import Role
    from ipt_formulate.case.inventory import Inventory
    from ipt_formulate.case.people import Person

    typed = Case(
        inventory=Inventory(people=(Person(id="p", role=OneOf({Role.PARENT, Role.SIBLING}), closeness=Between(1, 2)),))
    )
    plain = ipt.parse_case(
        {"inventory": {"people": [{"id": "p", "role": {"one_of": ["parent", "sibling"]}, "closeness": {"at_most": 2}}]}}
    )
    assert typed == plain
    assert typed.lowered == plain.lowered
    assert Case(inventory=Inventory(people=(Person(), Person()))) == plain.with_("inventory.people", [{}, {}])
