"""The page: complete in itself, escaped, in an order that can be listened to, and readable in light and dark."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest

import ipt_formulate as ipt
from ipt_formulate.case.case import Case
from ipt_formulate.case.files import to_plain
from ipt_formulate.course.files import parse_course
from ipt_formulate.errors import CaseNeeded
from ipt_formulate.report import fragments
from ipt_formulate.report.drawing import STYLE
from ipt_formulate.report.page import FRAGMENTS
from ipt_formulate.rulebase.loader import shipped_rulebase

Cli = Callable[..., tuple[int, str, str]]
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title></text></svg><svg onload=alert(1)>",
    "]]><iframe srcdoc='<script>alert(1)</script>'>",
    "{{ 7 * 7 }}{% raw %}",
    "</style><style>*{display:none}</style>",
    "<!--",
    "&lt;b&gt;&#60;b&#62;",
    "' onmouseover='alert(1)",
    "</details><a href='javascript:alert(1)'>here</a>",
)
VOID = {"meta", "br", "link", "img", "input", "hr", "base"}


class Page(HTMLParser):
    """A page as its elements, with the words of each kind, as a browser would take it apart."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.words.append(data)

    def of(self, name: str) -> list[str]:
        """The values of an attribute, wherever it stands."""
        return [value or "" for _, attributes in self.elements for key, value in attributes.items() if key == name]

    @property
    def kinds(self) -> set[tuple[str, str]]:
        """Every tag with every attribute that it has somewhere."""
        return {(tag, name) for tag, attributes in self.elements for name in (*attributes, "")}


def page_of(case: Case) -> tuple[str, Page]:
    text = ipt.formulate(case).to_html()
    return text, Page(text)


@pytest.mark.parametrize("name", ipt.example_names())
def test_the_page_of_every_shipped_case_is_complete_in_itself(name: str) -> None:
    text, page = page_of(ipt.example(name))
    assert len(text.encode()) < 300_000
    assert page.elements[0][0] == "html"
    assert not page.of("src") + page.of("srcset") + page.of("data") + page.of("action")
    assert all(each.startswith("#") for each in page.of("href"))
    assert not re.search(r"url\(|@import|<script|<link|<object|<embed", text)
    ids = page.of("id")
    assert len(ids) == len(set(ids))
    wanted = {each[1:] for each in page.of("href")} | set(page.of("aria-labelledby"))
    assert wanted <= set(ids)
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    titles = [each for each in ids if each in {"safety", "focus", "closeness", "timeline", "reasoning"}]
    assert titles == ["safety", "focus", "closeness", "timeline", "reasoning"]


@pytest.mark.parametrize("seed", range(4))
def test_the_page_of_the_largest_case_stays_small(crowded: Callable[..., Case], seed: int) -> None:
    text, _ = page_of(crowded(seed))
    assert len(text.encode()) < 300_000


def test_a_case_beyond_all_measure_is_told_of_in_short(crowded: Callable[..., Case]) -> None:
    formulation = ipt.formulate(crowded(2, 8, 45))
    changed, reasoned = fragments.change(formulation), fragments.reasoning(formulation)
    assert changed.holds["happenings"] == 45
    for area in reasoned.holds["areas"]:
        opened = [all(rule["facts"] is not None for rule in each["rules"]) for each in area["candidates"]]
        assert opened == [place < fragments.MOST_OPENED for place in range(len(opened))]
        assert area["opened"] == (fragments.MOST_OPENED if len(opened) > fragments.MOST_OPENED else 0)
    text = formulation.to_html()
    assert "With 45 deaths, conflicts and changes this takes long" in text
    assert "tells the facts of all" in text


@pytest.mark.parametrize("tradition", sorted(shipped_rulebase().traditions))
def test_every_school_has_its_page(crowded: Callable[..., Case], tradition: str) -> None:
    formulation = ipt.formulate(crowded(7, 3, 3), tradition=tradition)
    text = formulation.to_html()
    assert f"tradition {tradition}" in text
    assert all(area.title in text for area in formulation.areas.values())


def test_every_verdict_is_said_in_words_and_has_a_shape_of_its_own() -> None:
    formulation = ipt.formulate(ipt.example("mariana-ipta-casebook"))
    text = formulation.to_html()
    rules = [rule for area in formulation.why() for candidate in area.candidates for rule in candidate.children]
    summaries = re.findall(r'<summary><span class="v (\w+)">([\w ]+)</span>', text)
    assert [(sign, word) for sign, word in summaries] == [
        (rule.verdict.word, rule.verdict.word.replace("_", " ")) for rule in rules
    ]
    shapes = [
        re.search(rf"^\.v\.{sign}::before\{{(.*?)\}}", text, re.MULTILINE).group(1)  # type: ignore[union-attr]
        for sign in ("met", "not_met", "unknown", "caution")
    ]
    without_colour = {re.sub(r"var\(.*?\)", "", each) for each in shapes}
    assert len(without_colour) == 4


def test_every_rule_opens_to_why_limits_sources_and_facts() -> None:
    formulation = ipt.formulate(ipt.example("mariana-ipta-casebook"))
    text, base = formulation.to_html(), formulation.rulebase
    assert base is not None
    words = " ".join("".join(Page(text).words).split())
    for area in formulation.why():
        for candidate in area.candidates:
            for reason in candidate.children:
                rule = base.rule(reason.rule).text
                assert f'id="{rule.id}"' in text
                assert " ".join(rule.rationale.split()) in words
                assert all(" ".join(each.split()) in words for each in rule.limits)
                assert all(each.locator in words for each in rule.citations)
    assert text.count("<h5>Facts it used</h5>") == sum(
        len(c.children) for area in formulation.why() for c in area.candidates
    )


def test_hostile_labels_are_words_and_nothing_else(crowded: Callable[..., Case]) -> None:
    shown: set[str] = set()
    for seed in (5, 6):
        _, tame = page_of(crowded(seed, labels=("x",)))
        text, page = page_of(crowded(seed, labels=HOSTILE))
        assert page.kinds <= tame.kinds | {("title", "")}
        assert not [name for _, name in page.kinds if name.startswith("on")]
        assert not {tag for tag, _ in page.kinds} & {
            "script",
            "img",
            "iframe",
            "object",
            "embed",
            "link",
            "base",
            "form",
        }
        words = " ".join(page.words)
        shown |= {label for label in HOSTILE if label in words}
        assert "content=\"default-src 'none'" in text
    assert shown == set(HOSTILE), "a label is not shown as it was written"


def test_a_notebook_shows_the_page_in_a_frame_that_runs_nothing(crowded: Callable[..., Case]) -> None:
    formulation = ipt.formulate(crowded(1, 4, 3, labels=HOSTILE))
    frame = formulation._repr_html_()
    assert frame is not None
    ((tag, attributes),) = Page(frame).elements
    assert tag == "iframe"
    assert attributes["sandbox"] is None
    assert attributes["srcdoc"] == formulation.to_html()


def test_a_formulation_without_its_case_says_what_it_needs() -> None:
    read_back = ipt.Formulation.model_validate_json(ipt.formulate(ipt.Case()).model_dump_json())
    assert read_back._repr_html_() is None
    assert read_back.rulebase is None
    with pytest.raises(CaseNeeded, match="to_html needs the case"):
        read_back.to_html()


def test_nothing_of_the_page_is_loaded_before_it_is_asked_for() -> None:
    program = (
        "import sys, ipt_formulate as ipt; found = ipt.formulate(ipt.Case());"
        "print('jinja2' in sys.modules, 'ipt_formulate.report.page' in sys.modules); found.to_html();"
        "print('jinja2' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False", "True"]


def test_the_parts_of_the_page_stand_in_their_order() -> None:
    formulation = ipt.formulate(ipt.example("apple-1999-bulimia-sister"))
    made = [each(formulation) for each in FRAGMENTS]
    headings = re.findall(r'<h2 id="(\w+)"', formulation.to_html())
    assert headings == [each.id for each in made if each.holds]
    assert headings[:2] == ["safety", "focus"]


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(each * 2 for each in digits) if len(digits) == 3 else digits
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts]
    return sum(weight * each for weight, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def test_colours_keep_the_contrast_of_wcag_aa_in_light_and_dark() -> None:
    css = files("ipt_formulate.report").joinpath("templates", "page.css").read_text(encoding="utf-8")
    light, dark = (dict(re.findall(r"--([\w-]+):(#\w+)", part)) for part in css.split("@media screen", 1))
    assert light.keys() == dark.keys()
    for colours in (light, dark):
        for name in ("ink", "soft", "link", "alert", "met", "not-met", "unknown"):
            for paper in ("paper", "panel", "alert-paper"):
                assert contrast(colours[name], colours[paper]) >= 4.5, (name, paper)
        assert contrast(colours["line"], colours["paper"]) >= 3


def test_pictures_keep_the_contrast_of_wcag_aa_in_light_and_dark() -> None:
    light, dark = ({}, {})
    for told, part in zip((light, dark), STYLE.split("@media", 1), strict=True):
        for selectors, rule in re.findall(r"((?:\.pic \.\w+,?)+)\{(.*?)\}", part):
            for name in re.findall(r"\.pic \.(\w+)", selectors):
                told.setdefault(name, {}).update(dict(re.findall(r"(fill|stroke):(#\w+)", rule)))
    for told in (light, dark):
        papers = told["paper"]["fill"], told["band"]["fill"]
        for paper in papers:
            assert all(contrast(told[name]["fill"], paper) >= 4.5 for name in ("ink", "soft", "warn"))
            for name in (
                "edge",
                "thin",
                "support",
                "conflict",
                "full",
                "hollow",
                "stroke",
                "range",
                "met",
                "not_met",
                "unknown",
                "bar",
            ):
                assert contrast(told[name]["stroke"], paper) >= 3, name


def test_the_command_writes_the_page_and_takes_the_place_of_nothing_else(cli: Cli, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    code, out, _ = cli("formulate", "mrs-e-late-life-widow", "--html", page)
    assert (code, out) == (0, f"Written: {page}\n")
    assert page.read_text(encoding="utf-8") == ipt.formulate(ipt.example("mrs-e-late-life-widow")).to_html()
    case = tmp_path / "case.yaml"
    case.write_text("{}", encoding="utf-8")
    code, _, error = cli("formulate", case, "--html", case)
    assert (code, error) == (2, f"{case}: is no name of a page; give a file that ends in .html\n")
    assert case.read_text(encoding="utf-8") == "{}"
    code, _, error = cli("formulate", case, "--html", tmp_path / "no" / "page.html")
    assert code == 2
    assert "make the directory first" in error
    code, out, _ = cli("formulate", case, "--json", "--html", page)
    assert code == 0
    assert out.startswith("{")


def test_a_course_that_is_followed_stands_on_the_page_and_its_safety_first(cli: Cli, tmp_path: Path) -> None:
    measures = [{"instrument": "phq9", "items": [2, 2, 2, 1, 1, 1, 1, 1, 2]}]
    log = [{"session": 1, "measures": measures, "event": HOSTILE[0]}, {"session": 4, "mood": 6}]
    content = {"course": 1, "case": to_plain(ipt.example("mrs-e-late-life-widow")), "sessions": 16, "log": log}
    course = parse_course(content)
    case = course.known_case
    assert case is not None
    text = ipt.to_html(ipt.formulate(case), course=course)
    page = Page(text)
    first = text.index('id="safety"')
    assert first < text.index("raised in session 1") < text.index('id="focus"')
    assert text.index('id="course"') < text.index('id="progress"') < text.index('id="about"')
    (picture,) = [attributes for tag, attributes in page.elements if tag == "img"]
    assert str(picture["src"]).startswith("data:image/svg+xml;base64,")
    assert "session 1 13" in str(picture["alt"])
    assert HOSTILE[0] in "".join(page.words)
    assert "img-src data:" in text
    assert len(text.encode()) < 300_000
    (tmp_path / "course.json").write_text(json.dumps(content), encoding="utf-8")
    assert cli("progress", tmp_path / "course.json", "--html", tmp_path / "page.html")[0] == 0
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == text
    (tmp_path / "course.json").write_text(json.dumps({"course": 1, "sessions": 16}), encoding="utf-8")
    code, _, told = cli("progress", tmp_path / "course.json", "--html", tmp_path / "none.html")
    assert (code, (tmp_path / "none.html").exists()) == (2, False)
    assert "case: is not recorded" in told


def test_a_number_of_sessions_of_no_plan_stands_without_one() -> None:
    case = ipt.example("mrs-e-late-life-widow")
    for more, planned in (({"sessions": 37}, False), ({}, True)):
        text = ipt.to_html(ipt.formulate(case), course=parse_course({"course": 1, "case": to_plain(case), **more}))
        assert ('id="course"' in text) == planned
        assert 'id="progress"' in text
