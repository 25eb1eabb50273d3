"""The supervision sheet: what changed, told in words; bounded for any case; one question by a stated rule."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ipt_formulate as ipt
from ipt_formulate.case.case import Case
from ipt_formulate.errors import CaseNeeded
from ipt_formulate.reasoning.since import changes_since
from ipt_formulate.report.measuring import wrap
from ipt_formulate.report.supervision import WIDTH, supervision_sections, supervision_to_html
from ipt_formulate.rulebase.loader import shipped_rulebase

Cli = Callable[..., tuple[int, str, str]]
BASE = shipped_rulebase().for_tradition("weissman")
MARIANA = ipt.example("mariana-ipta-casebook")
EDITS = (
    ("inventory.inquiry.deaths", "thorough"),
    ("inventory.changes[migration].ongoing", False),
    ("inventory.changes[migration].when", "3mo"),
    ("inventory.people[sister].closeness", 2),
    ("inventory.conflicts[father-conflict].kind", "overt"),
    ("assessment.safety.self_harm", None),
    ("assessment.age_band", "adult"),
    ("inventory.people[sister].alive", "asked_unknown"),
)


@given(st.lists(st.sampled_from(EDITS), unique=True))
def test_every_edit_and_nothing_else_is_a_difference_and_backwards_the_same(edits: list[tuple[str, object]]) -> None:
    later = MARIANA
    for path, value in edits:
        later = later.with_(path, value)
    forth, back = changes_since(BASE, MARIANA, later), changes_since(BASE, later, MARIANA)
    assert {each.path for each in forth} == {path for path, _ in edits}
    assert {(each.path, each.before, each.after) for each in forth} == {
        (each.path, each.after, each.before) for each in back
    }


def test_a_difference_is_told_in_words_and_an_item_that_comes_is_one() -> None:
    later = MARIANA.with_("inventory.changes[migration].ongoing", False).without("assessment.safety.self_harm")
    later = ipt.parse_case(
        {
            **later.model_dump(mode="json", exclude_unset=True),
            "inventory": {
                **later.inventory.model_dump(mode="json", exclude_unset=True),
                "deaths": [{"id": "aunt", "kind": "person", "label": "the death of the aunt", "when": "3mo"}],
            },
        }
    )
    assert [str(each) for each in changes_since(BASE, MARIANA, later)] == [
        "the death of the aunt",
        "adapting to life in the United States, ongoing: no, was yes",
        "safety self harm: current",
    ]


def test_measures_are_told_by_their_time() -> None:
    then = ipt.parse_case({"assessment": {"measures": [{"instrument": "phq9", "taken": "4w", "total": 18}]}})
    now = ipt.parse_case(
        {
            "assessment": {
                "measures": [
                    {"instrument": "phq9", "taken": "4w", "total": 18},
                    {"instrument": "phq9", "taken": "today", "total": 11},
                ]
            }
        }
    )
    assert [str(each) for each in changes_since(BASE, then, now)] == ["PHQ9, 0 days ago: 11"]


@pytest.mark.parametrize("labels", [("W" * 200,), ("妹" * 200,), ("a " * 100,)])
def test_the_largest_case_has_a_bounded_sheet_that_counts_what_it_leaves_out(
    crowded: Callable[..., Case], labels: tuple[str, ...]
) -> None:
    sheets = supervision_sections(ipt.formulate(crowded(1, labels=labels)), ipt.formulate(crowded(2, labels=labels)))
    lines = [line for section in sheets for line in section.lines]
    assert sum(len(wrap(words, WIDTH - 2, 9).lines) for _, _, words in lines) <= 58
    assert sheets[0].title == "Safety"
    assert sum("more" in words for _, _, words in lines) >= 3


@pytest.mark.parametrize(
    ("earlier", "later", "because"),
    [
        (MARIANA, MARIANA, "a red flag is met"),
        (Case(), ipt.example("mrs-e-late-life-widow"), "the areas named are others than before"),
        (ipt.example("mrs-e-late-life-widow"), ipt.example("mrs-e-late-life-widow"), "no agreement of the client"),
        (Case(), Case(), "it is the open question that settles most"),
    ],
)
def test_the_question_is_chosen_by_a_stated_rule(earlier: Case, later: Case, because: str) -> None:
    section = supervision_sections(ipt.formulate(earlier), ipt.formulate(later))[4]
    assert section.title == "One question for the supervisor"
    ask, chosen = (words for _, _, words in section.lines)
    assert "?" in ask
    assert because in chosen


def test_the_sheet_begins_with_safety_and_says_what_is_no_longer_recorded() -> None:
    later = MARIANA.without("assessment.safety.self_harm")
    safety, changed, focus, *_ = supervision_sections(ipt.formulate(MARIANA), ipt.formulate(later))
    assert any(
        "No longer met by what is recorded, which may mean not asked again" in each for _, _, each in safety.lines
    )
    assert (1, "-", "safety self harm: current") in changed.lines
    assert focus.lines[0][2].startswith("Then: ")
    assert focus.lines[1][2].startswith("Now: ")
    read_back = ipt.Formulation.model_validate_json(ipt.formulate(later).model_dump_json())
    with pytest.raises(CaseNeeded):
        supervision_sections(ipt.formulate(MARIANA), read_back)


def test_labels_are_escaped_and_the_command_writes_the_page(cli: Cli, tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script>"
    then, now, page = tmp_path / "then.yaml", tmp_path / "now.yaml", tmp_path / "sheet.html"
    case = ipt.parse_case({"inventory": {"people": [{"id": "a", "label": hostile, "alive": True}]}})
    then.write_text(ipt.to_yaml(case), encoding="utf-8")
    now.write_text(ipt.to_yaml(case.with_("inventory.people[a].closeness", 2)), encoding="utf-8")
    assert cli("supervision", then, now, "--html", page)[:2] == (0, f"Written: {page}\n")
    text = page.read_text(encoding="utf-8")
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;, closeness: 2" in text
    assert text == supervision_to_html(*(ipt.formulate(ipt.load_case(each)) for each in (then, now)))
    code, out, _ = cli("supervision", then, now)
    assert code == 0
    assert f"{hostile}, closeness: 2" in out
    code, _, error = cli("supervision", then, now, "--html", now)
    assert (code, "is no name of a page" in error) == (2, True)
