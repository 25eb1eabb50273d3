"""Inputs at the edge of the case model: each once crashed, was refused, lost something, or was taken as it stood."""

from __future__ import annotations

from typing import Any

import pytest

from ipt_formulate.case.case import Case
from ipt_formulate.case.files import parse_case, to_plain
from ipt_formulate.case.inventory import Inventory
from ipt_formulate.case.measures import Measure
from ipt_formulate.case.moments import EARLIEST
from ipt_formulate.case.people import Person
from ipt_formulate.case.terms import CASE, LIST_MODELS, catalogue
from ipt_formulate.errors import CaseError


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"inventory": {"people": [{"id": []}]}}, r"people\[0\]\.id: must be text"),
        (
            {"assessment": {"measures": [{"instrument": "hamd17", "items": []}]}},
            "items are not recorded for this instrument",
        ),
        (
            {"assessment": {"date": "2024-01-01", "episode": {"onset": "1850"}}},
            "lies too far from assessment.episode.onset",
        ),
        (
            {"assessment": {"response": {"chosen": "grief", "about": "nothing"}}},
            "response.about: names no recorded item",
        ),
        ({"inventory": {"people": [{"label": "mother\x1b[2J"}]}}, "must be one line, without control characters"),
    ],
)
def test_a_faulty_input_is_named_by_its_place(content: dict[str, Any], message: str) -> None:
    with pytest.raises(CaseError, match=message):
        parse_case(content)


def test_a_total_may_be_open_on_one_side() -> None:
    phq9 = Measure.model_validate({"instrument": "phq9", "total": {"at_least": 10}})
    assert phq9.total_bounds() == (10, 27)


def test_items_without_ids_get_them_in_an_inventory_that_was_built_in_python() -> None:
    case = Case(inventory=Inventory(people=(Person(), Person())))
    assert [person.id for person in case.inventory.people] == ["person-1", "person-2"]


def test_an_id_that_is_made_up_is_not_one_of_another_list() -> None:
    case = parse_case({"inventory": {"people": [{}], "deaths": [{"id": "person-1"}]}})
    assert case.inventory.people[0].id == "person-1-x"


def test_a_domain_of_functioning_with_nothing_in_it_comes_back_as_it_went() -> None:
    case = parse_case({"assessment": {"functioning": {"home": {}}}})
    assert parse_case(to_plain(case)) == case


def test_a_lifelong_illness_with_a_recent_onset_leaves_both_possible() -> None:
    case = parse_case(
        {
            "assessment": {"episode": {"onset": "10d", "onset_kind": "lifelong"}},
            "inventory": {"deaths": [{"when": "10d"}]},
        }
    )
    assert case.lowered.contradictions
    assert case.lowered.lists["deaths"].items[0].values["when.before_onset"] == (10 - EARLIEST, 0)


def test_rules_cannot_read_how_far_an_inquiry_went() -> None:
    assert not [name for name in catalogue(CASE) if "inquiry" in name]


@pytest.mark.parametrize("scope", LIST_MODELS)
def test_every_item_has_a_value_for_every_term_of_its_list(scope: str) -> None:
    case = parse_case({"inventory": {scope: [{}]}})
    assert catalogue(scope).keys() <= case.lowered.lists[scope].items[0].values.keys()
