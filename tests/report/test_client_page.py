"""The client's page: nothing on it tells of safety or of anybody unsafe, not even that it was left out."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import ipt_formulate as ipt
from ipt_formulate.case.case import Case
from ipt_formulate.errors import CaseNeeded
from ipt_formulate.report.client import client_page

Cli = Callable[..., tuple[int, str, str]]
SAFE = {"coercion": {"period": "none", "feared_now": False, "asked_in_private": True}}
UNSAFE = (
    {"period": "current"},
    {"feared_now": True},
    {"period": "past"},
    {"period": {"one_of": ["none", "past"]}},
    {"period": "current", "direction": "towards_client", "kind": "controlling"},
)
SECRETS = ("Zquorn", "Xylthe", "Vbrask", "Ghwint", "Pjodul")
INQUIRY = {"people": "brief", "deaths": "brief", "conflicts": "brief", "changes": "brief"}


def told(people: list[Any], conflicts: list[Any], changes: list[Any], safety: Any = None, **more: Any) -> Case:
    return ipt.parse_case(
        {
            "assessment": {
                "episode": {"onset": "3mo"},
                "conditions": {"depression": "moderate"},
                **({"safety": safety} if safety else {}),
            },
            "inventory": {
                "inquiry": INQUIRY,
                "people": [
                    {"id": "sister", "label": "sister Ann", "role": "sibling", "alive": True, "closeness": 2, **SAFE},
                    *people,
                ],
                "deaths": [
                    {
                        "id": "aunt",
                        "kind": "person",
                        "label": "the death of the aunt",
                        "importance": "high",
                        "when": "4mo",
                    }
                ],
                "conflicts": conflicts,
                "changes": [{"id": "move", "kind": "move", "label": "the move north", "when": "3mo"}, *changes],
            },
            **more,
        }
    )


def page(case: Case, **options: bool) -> str:
    return client_page(ipt.formulate(case, engine="reference"), **options).html


WITHOUT = told([], [], [])
"""The case in which nobody unsafe was ever recorded."""


@cache
def page_without() -> str:
    return page(WITHOUT)


def leading(case: Case) -> list[str]:
    return [each.candidates[0].id for each in ipt.formulate(case).focus.leading]


SAFETY = st.fixed_dictionaries(
    {},
    optional={
        "asked": st.just("today"),
        "suicidal_thoughts": st.sampled_from(["none", "wish_to_be_dead"]),
        "suicide_plan": st.booleans(),
        "self_harm": st.sampled_from(["none", "current", "past"]),
        "harm_to_others": st.booleans(),
        "dependant_at_risk": st.booleans(),
        "psychosis": st.sampled_from(["none", "current"]),
        "mania": st.sampled_from(["none", "current", "past"]),
        "substance_dependence": st.sampled_from(["none", "current"]),
    },
)


@settings(max_examples=15)
@given(
    coercion=st.sampled_from(UNSAFE),
    closeness=st.sampled_from([None, 1, 4]),
    role=st.sampled_from(["friend", "partner", "colleague"]),
    kind=st.sampled_from([None, "overt", "covert"]),
    linked=st.booleans(),
    arose=st.booleans(),
    named=st.booleans(),
    safety=SAFETY,
)
def test_the_page_is_that_of_a_case_in_which_none_of_it_was_ever_recorded(
    coercion: Any,
    closeness: int | None,
    role: str,
    kind: str | None,
    linked: bool,
    arose: bool,
    named: bool,
    safety: Any,
) -> None:
    person = {"id": "zz-hidden", "label": SECRETS[0], "role": role, "alive": True, "coercion": coercion}
    person |= {"closeness": closeness} if closeness else {}
    conflicts: list[Any] = []
    if kind:
        who = {"person": "zz-hidden"} if linked else {"role": role}
        conflicts = [{"id": "zz-conflict", "label": SECRETS[1], "kind": kind, "when": "2y", **who}]
    changes: list[Any] = []
    if arose and kind:
        changes.append({"id": "zz-change", "kind": "separation", "label": SECRETS[2], "arose_from": "zz-conflict"})
    if named:
        changes.append(
            {"id": "zz-named", "kind": "job_change", "label": f"{SECRETS[3]} because of {SECRETS[0].upper()}"}
        )
    with_all = told([person], conflicts, changes, safety)
    made = page(with_all)
    assert not [each for each in SECRETS if each.casefold() in made.casefold()]
    assert "zz-" not in made
    assume(leading(with_all) == leading(WITHOUT))
    assert made == page_without()


def test_the_dead_are_not_unsafe_by_what_was_and_feared_people_always_are() -> None:
    def labelled(**facts: Any) -> Case:
        return told([{"id": "father", "label": SECRETS[0], "role": "parent", **facts}], [], [])

    assert SECRETS[0] in page(labelled(alive=False, coercion={"period": "past"}))
    assert SECRETS[0] not in page(labelled(alive=True, coercion={"period": "past"}))
    assert SECRETS[0] not in page(labelled(coercion={"period": "past"}))
    assert SECRETS[0] not in page(labelled(alive=False, coercion={"feared_now": True}))


def test_the_clinician_decides_otherwise_by_an_option_and_is_told_what_is_left_out() -> None:
    person = {"id": "partner", "label": SECRETS[0], "role": "partner", "alive": True, "coercion": {"period": "current"}}
    other = {"id": "friend", "label": "old friend", "role": "friend", "alive": True}
    case = told([person, other], [], [], {"asked": "today", "self_harm": "current"})
    formulation = ipt.formulate(case)
    found = client_page(formulation)
    assert any(SECRETS[0] in each for each in found.left_out)
    assert found.not_asked == ("old friend",)
    assert "old friend" in found.html
    kept = client_page(formulation, with_unsafe_people=True)
    assert SECRETS[0] in kept.html
    assert "violence" not in kept.html
    flagged = client_page(formulation, with_safety=True)
    assert "There is self-harm at present." in flagged.html
    assert "violence" not in flagged.html, "it would tell that somebody is left out"
    both = client_page(formulation, with_safety=True, with_unsafe_people=True)
    assert "violence, coercion" in both.html.partition("<svg")[2]
    assert "There is violence or coercion now" in both.html
    with pytest.raises(CaseNeeded):
        client_page(ipt.Formulation.model_validate_json(formulation.model_dump_json()))


def test_a_focus_about_somebody_left_out_is_not_replaced_by_another() -> None:
    case = ipt.parse_case(
        {
            "assessment": {"episode": {"onset": "3mo"}},
            "inventory": {
                "inquiry": dict.fromkeys(INQUIRY, "thorough"),
                "people": [
                    {"id": "p", "role": "partner", "alive": True, "importance": "high", "coercion": {"period": "current"}}
                ],
                "conflicts": [
                    {
                        "id": "c", "person": "p", "kind": "overt", "when": "3mo", "still_contested": True,
                        "symptoms_worse_after": {"answer": True, "basis": "client"},
                    }
                ],
            },
        }
    )  # fmt: skip
    formulation = ipt.formulate(case)
    assert formulation.focus.primary is not None
    found = client_page(formulation)
    assert "dispute" not in found.html.replace('class="soft">dispute', "").partition("<svg")[0]
    assert "What we could aim for" not in found.html
    assert 'class="offer"' not in found.html
    assert any(formulation.focus.sentence in each for each in found.left_out)


def test_labels_are_escaped_and_the_command_tells_the_clinician_apart_from_the_page(cli: Cli, tmp_path: Path) -> None:
    case, out = tmp_path / "case.yaml", tmp_path / "client.html"
    case.write_text(ipt.to_yaml(told([{"id": "a", "label": "<script>x</script>", "alive": True}], [], [])), "utf-8")
    code, printed, notes = cli("formulate", case, "--client", out)
    assert (code, printed) == (0, f"Written: {out}\n")
    text = out.read_text(encoding="utf-8")
    assert "<script" not in text
    assert "Left out: the answers about safety" in notes
    assert "Shown, though it is not known whether they are safe: <script>x</script>." in notes
    assert not [line for line in notes.splitlines() if line in text]
    for option in ("--with-safety", "--with-unsafe-people"):
        code, _, error = cli("formulate", case, option)
        assert (code, error) == (2, f"{option}: goes with --client only; add --client and a file\n")
    code, _, error = cli("formulate", case, "--client", case)
    assert (code, "is no name of a page" in error) == (2, True)
