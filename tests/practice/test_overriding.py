"""A view held against the library's: its exports can be used, and keep the library's answer beside it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from markdown_it import MarkdownIt

from ipt_formulate.errors import InputError
from ipt_formulate.practice.attempt import Attempt, parse_attempt
from ipt_formulate.practice.comparing import compare
from ipt_formulate.practice.files import parse_teaching_case, shipped_teaching_cases
from ipt_formulate.practice.overriding import rule_proposal_md, teaching_case_yaml
from ipt_formulate.rulebase.loader import shipped_rulebase

AREAS = ("grief", "role_dispute", "role_transition", "interpersonal_deficits")
HOSTILE = (
    "# <script>alert(1)</script> [x](javascript:alert(1))\n```\n![y](http://z)\n</pre><b>bold</b>\n\n1. one\n\nText"
)


def held(says: str = "present", reason: str = HOSTILE, **more: Any) -> Attempt:
    override = {"area": "grief", "says": says, "reason": reason}
    marks = dict.fromkeys(AREAS, "unsure")
    said = {"by": "supervisor", "case": "march", "areas": marks, "focus": "none", "override": override}
    return parse_attempt({**said, **more})


@pytest.mark.parametrize(("says", "shows"), [("present", "grief"), ("absent", "none")])
def test_the_case_that_is_exported_is_the_case_that_was_known(staged: dict[str, Any], says: str, shows: str) -> None:
    teaching = parse_teaching_case(staged, name="march")
    attempt = held(says, sessions=2, asked=["deaths", "march"])
    again = parse_teaching_case(yaml.safe_load(teaching_case_yaml(teaching, attempt)))
    assert again.whole == teaching.whole
    assert again.shows == shows
    assert not again.staged
    assert again.note is not None
    assert "The library says supported" in again.note
    assert "My brother died in March." in again.story


def test_an_author_is_not_said_to_have_chosen_what_somebody_else_holds() -> None:
    teaching = shipped_teaching_cases()["alicia-ptsd-marriage"]
    text = teaching_case_yaml(teaching, held("absent", case=teaching.name, focus="grief"))
    again = parse_teaching_case(yaml.safe_load(text), name="again")
    assert again.shows == "none", "the area that is held to be absent is not shown"
    marks = {"case": "again", "areas": dict.fromkeys(AREAS, "unsure"), "focus": "none"}
    told = compare(again, [parse_attempt(marks)]).composer
    assert "The published author chose" not in told
    assert "Made of a published case whose author chose role dispute." in told


def test_the_longest_case_and_reason_can_be_read_again(staged: dict[str, Any]) -> None:
    label = "A very long name " * 11
    asks = [{"id": f"ask-{place}", "ask": "?" * 300, "answer": "!" * 1000} for place in range(20)]
    deaths = [{"id": f"d{place}", "kind": "person", "label": label, "when": "4mo"} for place in range(12)]
    case = {**staged["case"], "inventory": {"deaths": deaths}}
    stages = [{"session": 1, "told": "t" * 2000, "asks": asks}]
    content = {**staged, "story": "s" * 6000, "case": case, "asks_a_session": 20, "stages": stages}
    attempt = held("absent", "r" * 2000, sessions=1, asked=[each["id"] for each in asks])
    text = teaching_case_yaml(parse_teaching_case(content, name="march"), attempt)
    assert parse_teaching_case(yaml.safe_load(text)).story.count("!" * 1000) == 20


def test_a_reason_of_blanks_is_none() -> None:
    with pytest.raises(InputError, match=r"override\.reason"):
        held(reason=" " * 20)


def test_a_proposal_names_the_rules_that_decide_and_asks_for_a_source(staged: dict[str, Any]) -> None:
    teaching = parse_teaching_case(staged, name="march")
    text = rule_proposal_md(teaching, held("absent", sessions=2, asked=["deaths", "march"]))
    base = shipped_rulebase()
    for rule in ("grief.death_of_significant_person", "grief.near_onset_or_worsening"):
        assert f"`{rule}` {base.rule(rule).text.version}" in text
    assert "1. Source, with the place in it:" in text
    assert "No single rule decides" in rule_proposal_md(teaching, held())


def test_what_was_written_stands_in_a_proposal_as_code(staged: dict[str, Any]) -> None:
    text = rule_proposal_md(parse_teaching_case(staged, name="march"), held())
    kinds = {token.type for token in MarkdownIt("commonmark").parse(text)}
    inner = {child.type for token in MarkdownIt("commonmark").parse(text) for child in token.children or ()}
    assert not {"html_block", "fence"} & kinds
    assert not {"html_inline", "link_open", "image"} & inner
    assert "    # <script>alert(1)</script> [x](javascript:alert(1))" in text


def test_without_another_view_there_is_nothing_to_export(staged: dict[str, Any]) -> None:
    attempt = held().model_copy(update={"override": None})
    for export in (teaching_case_yaml, rule_proposal_md):
        with pytest.raises(InputError, match="override: is missing"):
            export(parse_teaching_case(staged, name="march"), attempt)
