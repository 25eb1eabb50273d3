"""What holds of every work sheet: its texts go with its fields, its example with its model, its pages with any text."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_formulate.case.record import Record
from ipt_formulate.course.sheets.files import SheetFaults, parse_sheet, to_plain, to_yaml
from ipt_formulate.course.sheets.kinds import MODELS
from ipt_formulate.course.sheets.prompts import Reader, SheetText
from ipt_formulate.course.sheets.shape import FieldShape, shape_of, walk
from ipt_formulate.course.sheets.texts import shipped_sheets
from ipt_formulate.documents import parse_yaml
from ipt_formulate.errors import InputError
from ipt_formulate.report.work_sheet_page import sheet_to_html
from ipt_formulate.report.work_sheets import sheet_to_fill_in, sheet_to_text

TEXTS = [pytest.param(text, id=kind) for kind, text in shipped_sheets().items()]
READERS = st.sampled_from(Reader)
HOSTILE = st.sampled_from(
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "</style><b>",
        "{{ 7 * 7 }}{% for x in y %}",
        "' & \" < >",
        "<!-- ",
    ]
)
WORDS = st.one_of(
    HOSTILE, st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=30)
)
TAGS_OF_ITS_OWN = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "header",
        "main",
        "footer",
        "h1",
        "div",
        "span",
        "p",
        "ul",
        "li",
    ),
    *("strong", "table", "thead", "tbody", "tr", "th", "td"),
}


class Page(HTMLParser):
    """The tags, the attributes and the words of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.words = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.words += data


def filled(shapes: tuple[FieldShape, ...]) -> st.SearchStrategy[dict[str, Any]]:
    """Content with every field of these filled in; whether it makes a sheet is for the model to say."""
    return st.fixed_dictionaries({shape.name: answer(shape) for shape in shapes})


def answer(shape: FieldShape) -> st.SearchStrategy[Any]:
    one: st.SearchStrategy[Any] = {
        "words": WORDS,
        "id": st.sampled_from(["sister", "old-friend", "client"]),
        "day": st.dates().map(str),
        "yes_no": st.booleans(),
        "number": st.just(1),
        "choice": st.sampled_from(shape.choices or ("",)),
        "parts": filled(shape.parts) if shape.parts else st.nothing(),
    }[shape.answer]
    return st.lists(one, min_size=1, max_size=3) if shape.many else one


@st.composite
def sheets(draw: st.DrawFn) -> tuple[SheetText, Any]:
    """Any sheet that can be: drawn field by field, and the example where what was drawn contradicts itself."""
    kind = draw(st.sampled_from(sorted(MODELS)))
    text = shipped_sheets()[kind]
    content = {"sheet": kind, **draw(filled(shape_of(MODELS[kind])))}
    try:
        return text, parse_sheet(content, kind)
    except InputError:
        return text, parse_sheet(with_words(text.example.sheet, draw(WORDS)), kind)


def with_words(content: Any, words: str) -> Any:
    """The content with each longer text of it replaced."""
    if isinstance(content, dict):
        return {key: with_words(value, words) for key, value in content.items()}
    if isinstance(content, list):
        return [with_words(each, words) for each in content]
    return words if isinstance(content, str) and " " in content else content


@pytest.mark.parametrize("text", TEXTS)
def test_every_field_has_a_prompt_and_every_prompt_a_field(text: SheetText) -> None:
    assert set(text.fields) == {shape.path for shape in walk(shape_of(MODELS[text.id]))}


@pytest.mark.parametrize("text", TEXTS)
def test_every_example_is_a_sheet_and_comes_back_from_yaml(text: SheetText) -> None:
    sheet = parse_sheet(text.example.sheet, text.id)
    assert parse_sheet(parse_yaml(to_yaml(sheet)).content) == sheet
    assert to_plain(sheet) == text.example.sheet, "nothing of the example is lost or turned into something else"


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("reader", Reader)
def test_a_blank_sheet_shows_every_prompt_on_paper_and_on_the_page_and_every_field_in_the_file(
    text: SheetText, reader: Reader
) -> None:
    paper, page = " ".join(sheet_to_text(text, reader).split()), Page(sheet_to_html(text, reader)).words
    file = parse_yaml(sheet_to_fill_in(text, reader)).content
    for path, prompt in text.fields.items():
        assert " ".join(prompt.words(reader).split()) in paper
        assert prompt.words(reader) in page
        node: Any = file
        for name in path.split("."):
            node = node[0] if isinstance(node, list) else node
            assert name in node
            node = node[name]


@pytest.mark.parametrize("text", TEXTS)
def test_a_blank_file_counts_as_nothing_filled_in(text: SheetText) -> None:
    with pytest.raises(SheetFaults) as refused:
        parse_sheet(parse_yaml(sheet_to_fill_in(text)).content, text.id)
    assert all(problem.what in ("is not filled in", "has no entry") for problem in refused.value.problems)


@given(sheets())
def test_every_sheet_comes_back_from_yaml(drawn: tuple[SheetText, Any]) -> None:
    _, sheet = drawn
    assert parse_sheet(parse_yaml(to_yaml(sheet)).content) == sheet


@given(sheets(), READERS)
def test_whatever_stands_in_a_sheet_is_text_on_its_page(drawn: tuple[SheetText, Any], reader: Reader) -> None:
    text, sheet = drawn
    page = Page(sheet_to_html(text, reader, sheet))
    assert page.tags <= TAGS_OF_ITS_OWN
    assert page.attributes <= {"lang", "charset", "name", "content", "http-equiv", "class"}
    assert all(words in page.words for words in texts_of(sheet))


@given(sheets())
def test_no_error_and_no_representation_tells_what_stands_in_a_sheet(drawn: tuple[SheetText, Any]) -> None:
    _, sheet = drawn
    secret = "my sister Anna"
    assert secret not in repr(parse_sheet(with_words(to_plain(sheet), secret)))
    spoilt = {**with_words(to_plain(sheet), secret), "session": secret, secret: secret, "date": secret}
    with pytest.raises(InputError) as refused:
        parse_sheet(spoilt)
    assert "Anna" not in str(refused.value)


def texts_of(part: Any) -> list[str]:
    if isinstance(part, Record):
        return [words for name, value in part if name != "sheet" for words in texts_of(value)]
    if isinstance(part, tuple):
        return [words for each in part for words in texts_of(each)]
    return [part] if isinstance(part, str) and not re.fullmatch("[a-z_-]+", part) else []
