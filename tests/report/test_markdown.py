"""The report as Markdown: what a real parser makes of it, whatever the labels of the case are."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import markdown as python_markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

import ipt_formulate as ipt
from ipt_formulate.case.case import Case
from ipt_formulate.errors import CaseNeeded
from ipt_formulate.formulation.wording import capital
from ipt_formulate.report import mermaid
from ipt_formulate.report.markdown import escaped, to_markdown
from ipt_formulate.report.mermaid import in_quotes, reasoning_mermaid
from ipt_formulate.report.text import sections

Cli = Callable[..., tuple[int, str, str]]
COMMONMARK = MarkdownIt("commonmark").enable(["table", "strikethrough"])
SITE = ("tables", "attr_list", "def_list", "admonition", "pymdownx.superfences", "pymdownx.snippets")
HOSTILE = (
    "<script>alert(1)</script>",
    "[here](javascript:alert(1))",
    "![x](http://evil.example/x.png)",
    "<http://evil.example>",
    "http://evil.example www.evil.example a@evil.example",
    "[ref]: http://evil.example",
    "# heading",
    "---",
    "===",
    "- - -",
    "1. one",
    "12) one",
    "> quote",
    "+ plus",
    "```mermaid",
    "~~~",
    "``code`` `code`",
    "a | b | c",
    "\\| \\\\| \\",
    "**bold** __bold__ *it* _it_ ~~gone~~",
    "&lt;b&gt; &copy; &#60;",
    "<!-- comment",
    "<b onclick=alert(1)>",
    "text {: onclick=alert(1) }",
    '!!! danger "box"',
    '--8<-- "CHANGELOG.md"',
    '"]; click n2 href "javascript:alert(1)"',
    "%%{init: {'securityLevel': 'loose'}}%%",
    "^[note] [^1] :smile: $x$ ==mark== {{ 7 * 7 }}",
)


def flat(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from flat(token.children or ())


def kinds(text: str) -> Counter[str]:
    """How often each kind of thing occurs; text itself, and what only parts text, apart."""
    return Counter(each.type for each in flat(COMMONMARK.parse(text)) if each.type not in ("text", "text_special"))


def words(text: str) -> str:
    return "".join(each.content for each in flat(COMMONMARK.parse(text)) if each.type in ("text", "text_special"))


TAME = tuple(f"X{place}" for place in range(len(HOSTILE)))


def everyone(labels: Sequence[str]) -> Case:
    """A case in which each label names somebody."""
    return ipt.parse_case({"inventory": {"people": [{"label": each} for each in labels]}})


def test_labels_of_any_kind_make_nothing_that_plain_labels_do_not(crowded: Callable[..., Case]) -> None:
    pairs = [(everyone(TAME), everyone(HOSTILE))]
    pairs += [(crowded(seed, 5, 3, labels=TAME), crowded(seed, 5, 3, labels=HOSTILE)) for seed in (4, 5)]
    for made in pairs:
        tame, text = (ipt.formulate(case).to_markdown(pictures="mermaid") for case in made)
        assert kinds(text) == kinds(tame)
        assert not {"html_block", "html_inline", "link_open", "image", "hr", "code_inline"} & set(kinds(tame))
    told = words(ipt.formulate(pairs[0][1]).to_markdown())
    assert [label for label in HOSTILE if capital(label) not in told] == []


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=40)
    | st.sampled_from(HOSTILE)
)
def test_any_words_are_one_paragraph_of_text_for_commonmark(label: str) -> None:
    shown = " ".join(label.split())
    for lead in ("", "- ", "1. "):
        tokens = COMMONMARK.parse(f"{lead}{escaped(f'{label} z' if lead else f'{label}z')}")
        assert {each.type for each in flat(tokens)} <= {
            "paragraph_open", "paragraph_close", "inline", "text", "text_special",
            *(("bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close", "ordered_list_open", "ordered_list_close") if lead else ()),
        }  # fmt: skip
        assert sum(each.type.endswith("_list_open") for each in tokens) == bool(lead)
        found = "".join(each.content for each in flat(tokens) if each.type in ("text", "text_special"))
        assert found == (f"{shown} z".strip() if lead else " ".join(f"{label}z".split()))


@pytest.mark.parametrize("label", HOSTILE)
def test_the_markdown_of_this_site_shows_a_label_as_it_stands(label: str) -> None:
    made = python_markdown.markdown(f"- {escaped(label)}\n\n{escaped(label)}\n", extensions=list(SITE))
    assert set(re.findall(r"</?(\w+)([^>]*)>", made)) == {("ul", ""), ("li", ""), ("p", "")}
    found = [html.unescape(each) for each in re.findall(r"<(?:li|p)>(.*?)</(?:li|p)>", made)]
    assert found == [" ".join(label.split())] * 2


def test_it_says_what_the_text_says_in_the_same_order() -> None:
    for name in ("bob-ipsrt-isolated", "leonard-ptsd-grief-911", "mrs-e-late-life-widow"):
        formulation = ipt.formulate(ipt.example(name))
        text = to_markdown(formulation)
        titles = [section.title for section in sections(formulation)]
        headings = [line[3:] for line in text.splitlines() if line.startswith("## ")]
        assert headings[:4] == ["Safety", "Focus", "Closeness circle", "Timeline"]
        assert [each for each in headings if each not in ("Closeness circle", "Timeline")] == titles
        shown = words(text)
        assert all(" ".join(line[2].split()) in shown for section in sections(formulation) for line in section.lines)


def test_a_formulation_read_back_has_its_report_and_no_picture() -> None:
    formulation = ipt.formulate(ipt.example("mrs-e-late-life-widow"))
    read_back = ipt.Formulation.model_validate_json(formulation.model_dump_json())
    assert "## Techniques" in read_back.to_markdown()
    assert "## Timeline" not in read_back.to_markdown()
    with pytest.raises(CaseNeeded):
        read_back.to_markdown(pictures="mermaid")
    with pytest.raises(ValueError, match="svg"):
        formulation.to_markdown(pictures="svg")


# Mermaid

STATEMENT = re.compile(
    r'n\d+(?:\(\["[^"]*"\]\):::met|\{\{"[^"]*"\}\}:::not_met|\["[^"]*"\]:::unknown|\[/"[^"]*"/\])|n\d+ --> n\d+'
)


def test_every_line_of_a_diagram_is_a_node_or_an_arrow_whatever_the_labels_are(crowded: Callable[..., Case]) -> None:
    for labels in (HOSTILE, ("x",)):
        first, *others = reasoning_mermaid(ipt.formulate(crowded(5, labels=labels))).splitlines()
        assert first == "flowchart LR"
        for line in others[len(mermaid._LOOKS) :]:
            assert STATEMENT.fullmatch(line), line


@given(st.text(max_size=60) | st.sampled_from(HOSTILE))
def test_no_sign_of_the_diagrams_own_stands_in_a_label(label: str) -> None:
    told = in_quotes(label)
    assert re.sub(r"#(\d+);", lambda found: chr(int(found[1])), told) == label
    assert all(each.isalnum() or each in " .,-()" for each in re.sub(r"#\d+;", "", told))


def test_shape_and_word_both_tell_the_verdict() -> None:
    formulation = ipt.formulate(ipt.example("mariana-ipta-casebook"))
    text = reasoning_mermaid(formulation)
    for area in formulation.why():
        for candidate in area.candidates:
            for rule in candidate.children:
                word = rule.verdict.word
                left = {"met": '(["', "not_met": '{{"', "unknown": '["'}[word]
                assert f"{left}{word.replace('_', ' ')}. {in_quotes(rule.words.split(' ', 1)[1])}" in text


def test_a_case_beyond_what_mermaid_draws_is_counted(crowded: Callable[..., Case]) -> None:
    formulation = ipt.formulate(crowded(2, 20, 60, labels=("W" * 200, "&" * 200)))
    text = reasoning_mermaid(formulation)
    assert text.count("-->") < 500
    assert len(text) < 50_000
    left, rules = (sum(map(int, re.findall(rf"and (\d+) more {what}", text))) for what in ("candidates", "rules"))
    assert left > 0
    candidates = len(re.findall(r'"(?:not supported|supported|undetermined)\. ', text)) - len(formulation.areas)
    assert candidates + left == sum(len(area.candidates) for area in formulation.areas.values())
    assert rules + len(re.findall(r'"(?:not met|met|unknown)\. ', text)) >= candidates


def test_the_command_writes_markdown_to_a_file_or_the_screen(cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "report.md"
    formulation = ipt.formulate(ipt.example("mrs-e-late-life-widow"))
    assert cli("formulate", "mrs-e-late-life-widow", "--markdown", out)[:2] == (0, f"Written: {out}\n")
    assert out.read_text(encoding="utf-8") == formulation.to_markdown()
    code, printed, _ = cli("formulate", "mrs-e-late-life-widow", "--markdown", "-", "--mermaid")
    assert (code, printed) == (0, formulation.to_markdown(pictures="mermaid"))
    page = tmp_path / "page.html"
    code, printed, _ = cli("formulate", "mrs-e-late-life-widow", "--markdown", "-", "--html", page)
    assert (code, printed) == (0, formulation.to_markdown())
    for arguments, message in (
        (("--mermaid",), "--mermaid: goes with --markdown only"),
        (("--markdown", "-", "--json"), "--markdown -: does not go with --json"),
        (("--markdown", tmp_path / "case.yaml"), "is no name of a page; give a file that ends in .md"),
    ):
        code, printed, error = cli("formulate", "mrs-e-late-life-widow", *arguments)
        assert (code, printed) == (2, "")
        assert message in error
