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
