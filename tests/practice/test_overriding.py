"""A view held against the library's: its exports can be used, and keep the library's answer beside it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from markdown_it import MarkdownIt

from ipt_formulate.errors import InputError
from ipt_formulate.practice.attempt import Attempt, parse_attempt
from ipt_formulate.practice.files import parse_teaching_case
from ipt_formulate.practice.overriding import rule_proposal_md, teaching_case_yaml
from ipt_formulate.rulebase.loader import shipped_rulebase

AREAS = ("grief", "role_dispute", "role_transition", "interpersonal_deficits")
HOSTILE = (
    "# <script>alert(1)</script> [x](javascript:alert(1))\n```\n![y](http://z)\n</pre><b>bold</b>\n\n1. one\n\nText"
)


def held(says: str = "present", reason: str = HOSTILE, **more: Any) -> Attempt:
    override = {"area": "grief", "says": says, "reason": reason}
    marks = dict.fromkeys(AREAS, "unsure")
    return parse_attempt({"by": "supervisor", "case": "march", "areas": marks, "focus": "none", "override": override, **more})  # fmt: skip


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
