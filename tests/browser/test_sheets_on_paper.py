"""The sheets for paper, as a browser prints them and shows them: how many pages, at every width, and inert."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import ipt_formulate as ipt
from ipt_formulate.case.case import Case
from ipt_formulate.report.client import client_page
from ipt_formulate.report.supervision import supervision_to_html

pytestmark = pytest.mark.browser

WIDEST = ("W" * 200, "\u59b9" * 200, "a " * 100)


def printed(chromium: Any) -> int:
    """How many pages the open page prints on."""
    pdf = base64.b64decode(chromium.call("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"])
    assert re.findall(rb"/MediaBox\s*\[\s*0 0 59[45][.\d]* 84[12]", pdf), "it is A4"
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@pytest.mark.parametrize("labels", [None, *((each,) for each in WIDEST)])
def test_a_supervision_sheet_is_one_page_for_the_largest_case(
    chromium: Any, crowded: Callable[..., Case], tmp_path: Path, labels: tuple[str, ...] | None
) -> None:
    page = tmp_path / "sheet.html"
    told = {} if labels is None else {"labels": labels}
    then, now = (ipt.formulate(crowded(seed, **told)) for seed in (1, 2))
    page.write_text(supervision_to_html(then, now), encoding="utf-8")
    for width in (360, 768, 1440):
        chromium.open(page, width)
        assert chromium.run("document.documentElement.scrollWidth") <= width
    assert printed(chromium) == 1


@pytest.mark.parametrize("name", ["largest", "wide", "mariana-ipta-casebook", "helen-perinatal-lowincome-casebook"])
def test_what_a_client_takes_home_is_at_most_two_pages(
    chromium: Any, crowded: Callable[..., Case], tmp_path: Path, name: str
) -> None:
    page = tmp_path / "client.html"
    cases = {"largest": lambda: crowded(1), "wide": lambda: crowded(3, labels=WIDEST)}
    case = cases.get(name, lambda: ipt.example(name))()
    page.write_text(client_page(ipt.formulate(case), with_unsafe_people=True).html, encoding="utf-8")
    for width in (360, 768, 1440):
        chromium.open(page, width, dark=width == 768)
        assert chromium.run("document.documentElement.scrollWidth") <= width
        assert chromium.run("document.querySelectorAll('script, img, iframe, a').length") == 0
    assert printed(chromium) <= 2


@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing_on_either(chromium: Any, crowded: Callable[..., Case], tmp_path: Path, dark: bool) -> None:
    then, now = (ipt.formulate(crowded(seed)) for seed in (1, 2))
    for text in (supervision_to_html(then, now), client_page(now, with_safety=True).html):
        page = tmp_path / "page.html"
        page.write_text(text, encoding="utf-8")
        chromium.open(page, 768, dark=dark)
        assert chromium.violations() == []
