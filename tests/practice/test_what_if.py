"""What if: the same as a case that was recorded so, at once, and the case stays as it is."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ipt_formulate as ipt
from ipt_formulate.errors import InputError
from ipt_formulate.practice.changing import Change, parse_changes, what_if
from ipt_formulate.testing.strategies import cases


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(case=cases(), data=st.data())
def test_an_answer_that_is_offered_can_be_given_and_taken_back(case: ipt.Case, data: st.DataObject) -> None:
    now = what_if(case)
    assert now.focus.sentence == ipt.formulate(case).focus.sentence
    fact = data.draw(st.sampled_from(now.facts))
    places = [None, *(each.place for each in fact.answers)]
    answer = data.draw(st.sampled_from(places))
    try:
        then = what_if(case, [Change(path=fact.path, answer=answer)])
    except InputError as error:  # two recorded facts can leave no room for a third
        assert "cannot stand beside" in str(error)  # noqa: PT017
        assert answer is not None
    else:
        assert then.safety
        assert then.svg.startswith("<svg")
    assert what_if(case) == now


def test_a_dispute_that_began_before_the_death_moves_the_tree() -> None:
    case = ipt.example("leonard-ptsd-grief-911")
    now = what_if(case)
    path = "inventory.deaths[son-death].relative_to_onset"
    fact = next(each for each in now.facts if each.path == path)
    after = next(each.place for each in fact.answers if "after" in each.words)
    then = what_if(
        case, [Change(path="inventory.deaths[son-death].when", answer=None), Change(path=path, answer=after)]
    )
    assert then.areas["grief"] != now.areas["grief"]
    assert then.svg != now.svg
    recorded = case.without("inventory.deaths[son-death].when").with_(path, "after")
    assert then.areas == {area: found.status for area, found in ipt.formulate(recorded).areas.items()}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ([{"path": "inventory.deaths[secret].when", "answer": 0}], "changes[0].path: is no fact of this case"),
        ([{"path": "inventory.inquiry.deaths", "answer": 9999}], "changes[0].answer: is no answer to this fact"),
        ([{"path": "inventory.inquiry.deaths", "answer": -1}], "changes[0]: is not of the right form"),
        ("secret", "changes: is not of the right form"),
        ([{"path": "inventory.inquiry.deaths"}] * 51, "changes: must be at most 50"),
    ],
)
def test_a_change_that_cannot_be_made_is_told_by_its_place(content: object, told: str) -> None:
    with pytest.raises(InputError) as caught:
        what_if(ipt.example("leonard-ptsd-grief-911"), parse_changes(content))
    assert told in str(caught.value)
    assert "secret" not in str(caught.value)
