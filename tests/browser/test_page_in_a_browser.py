"""The page as a browser shows it: opened from a file with the network off, at every width, in the dark and on paper."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import ipt_formulate as ipt
from ipt_formulate.case.case import Case

pytestmark = pytest.mark.browser

HOSTILE = (
    "<script>document.title='done'</script>",
    '"><img src=x onerror="document.title=\'done\'">',
    "</title></text></svg><svg onload=\"document.title='done'\">",
    "</style><style>*{display:none}</style>",
    "<iframe srcdoc=\"<script>parent.document.title='done'</script>\">",
    "<a href=\"javascript:document.title='done'\">here</a>",
)
CROWDED, HARMED, SHIPPED, EMPTY = "crowded", "harmed", "shipped", "empty"

OUT_OF_FRAME = """
[...document.querySelectorAll('svg.pic svg.label')].flatMap(frame => [...frame.querySelectorAll('text')]
  .filter(text => text.getBBox().width > frame.width.baseVal.value + 1 || text.getBBox().x < -1)
  .map(text => text.textContent))
"""
OVERLAPPING = """
[...document.querySelectorAll('svg.pic')].flatMap(picture => {
  const frames = [...picture.querySelectorAll('svg.label')].map(each => each.getBoundingClientRect())
  const whole = picture.getBoundingClientRect()
  return frames.flatMap((one, place) => [
    ...frames.slice(place + 1).filter(other => one.left < other.right - .5 && other.left < one.right - .5
      && one.top < other.bottom - .5 && other.top < one.bottom - .5).map(() => 'overlap'),
    ...(one.left < whole.left - .5 || one.right > whole.right + .5 || one.bottom > whole.bottom + .5 ? ['outside'] : [])])
})
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory, crowded: Callable[..., Case]) -> dict[str, Path]:
    cases = {
        CROWDED: crowded(1),
        HARMED: crowded(3, labels=HOSTILE),
        SHIPPED: ipt.example("mariana-ipta-casebook"),
        EMPTY: ipt.Case(),
    }
    folder = tmp_path_factory.mktemp("pages")
    for name, case in cases.items():
        (folder / f"{name}.html").write_text(ipt.formulate(case).to_html(), encoding="utf-8")
    return {name: folder / f"{name}.html" for name in cases}


def quiet(chromium: Any, page: Path) -> None:
    """Nothing was loaded but the page, and nothing was complained of."""
    asked = [each["request"]["url"] for each in chromium.told("Network.requestWillBeSent")]
    assert asked == [page.as_uri()]
    said = chromium.told("Runtime.exceptionThrown", "Runtime.consoleAPICalled")
    said += [each for each in chromium.told("Log.entryAdded") if each["entry"]["level"] in ("error", "warning")]
    assert said == []


@pytest.mark.parametrize("name", [CROWDED, SHIPPED, EMPTY])
@pytest.mark.parametrize("width", [360, 768, 1440])
def test_it_fits_every_width_and_says_nothing_to_the_console(
    chromium: Any, pages: dict[str, Path], name: str, width: int
) -> None:
    chromium.open(pages[name], width)
    assert chromium.run("document.documentElement.scrollWidth") <= width
    assert chromium.run(OVERLAPPING) == []
    quiet(chromium, pages[name])


@pytest.mark.parametrize("name", [SHIPPED, EMPTY])
def test_words_fit_into_their_frames_in_a_real_font(chromium: Any, pages: dict[str, Path], name: str) -> None:
    chromium.open(pages[name])
    assert chromium.run("document.querySelectorAll('svg.pic svg.label text').length") > 20
    assert chromium.run(OUT_OF_FRAME) == []


def test_hostile_labels_stay_words(chromium: Any, pages: dict[str, Path]) -> None:
    chromium.open(pages[HARMED])
    chromium.run("document.querySelectorAll('details').forEach(each => each.open = true)")
    quiet(chromium, pages[HARMED])
    assert chromium.run("document.title") == "Formulation"
    assert chromium.run("document.querySelectorAll('script, img, iframe, [onload], [onerror]').length") == 0
    assert chromium.run("getComputedStyle(document.body).display") == "block"
    text = chromium.run("document.body.innerText")
    assert sum(label in text for label in HOSTILE) >= len(HOSTILE) - 1


def test_every_part_can_be_reached_and_opened_by_keyboard_alone(chromium: Any, pages: dict[str, Path]) -> None:
    chromium.open(pages[SHIPPED])
    parts = (
        "[...document.querySelectorAll('a[href], summary, [tabindex=\"0\"]')].filter(each => each.checkVisibility())"
    )
    wanted = chromium.run(f"{parts}.length")
    chromium.run("window.reached = new Set(); addEventListener('focusin', event => reached.add(event.target))")
    chromium.press("Tab", 9)
    assert chromium.run("document.activeElement.className") == "skip"
    assert chromium.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    for _ in range(wanted):
        chromium.press("Tab", 9)
    assert chromium.run("reached.size") >= wanted
    chromium.run("document.querySelector('.rules summary').focus()")
    chromium.press("Enter", 13, "\r")
    assert chromium.run("document.querySelector('.rules details').open") is True
    assert "Facts it used" in chromium.run("document.querySelector('.rules details').innerText")


def test_a_screen_reader_hears_headings_pictures_and_verdicts(chromium: Any, pages: dict[str, Path]) -> None:
    chromium.open(pages[SHIPPED])
    nodes = [each for each in chromium.call("Accessibility.getFullAXTree")["nodes"] if not each.get("ignored")]
    heard = [(each["role"]["value"], each.get("name", {}).get("value", "")) for each in nodes]
    headings = [name for role, name in heard if role == "heading"]
    assert headings[:3] == ["Formulation", "Safety", "Focus"]
    pictures = [name for role, name in heard if role in ("image", "img")]
    assert [each.split(":")[0] for each in pictures] == ["Closeness circle", "Timeline"]
    words = {name.strip() for role, name in heard if role == "StaticText"}
    assert {"met", "not met", "unknown"} <= words


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("name", [SHIPPED, CROWDED])
def test_axe_finds_nothing_serious(chromium: Any, pages: dict[str, Path], name: str, dark: bool) -> None:
    chromium.open(pages[name], 768, dark=dark)
    chromium.run(
        "document.querySelectorAll('.rules details, .card details').forEach((each, n) => each.open = n % 9 == 0)"
    )
    assert chromium.violations() == []


def test_it_is_dark_where_dark_is_preferred_and_light_on_paper(chromium: Any, pages: dict[str, Path]) -> None:
    def papers() -> list[str]:
        page = "getComputedStyle(document.body).backgroundColor"
        picture = "getComputedStyle(document.querySelector('svg.pic .paper')).fill"
        return [chromium.run(page), chromium.run(picture)]

    chromium.open(pages[SHIPPED])
    assert papers() == ["rgb(255, 255, 255)"] * 2
    chromium.open(pages[SHIPPED], dark=True)
    assert papers() == ["rgb(20, 24, 29)"] * 2
    chromium.open(pages[SHIPPED], dark=True, paper=True)
    assert papers() == ["rgb(255, 255, 255)"] * 2


def test_pictures_fit_on_a_page_of_paper(chromium: Any, pages: dict[str, Path]) -> None:
    across, down = (round(each / 25.4 * 96) for each in (182, 269))
    chromium.open(pages[CROWDED], across, paper=True)
    sizes = chromium.run(
        "[...document.querySelectorAll('svg.pic')].map(each => each.getBoundingClientRect()).map(b => [b.width, b.height])"
    )
    assert len(sizes) == 2
    assert all(0 < width <= across and 0 < height <= down for width, height in sizes)
    printed = chromium.call("Page.printToPDF", preferCSSPageSize=True, printBackground=False)
    document = base64.b64decode(printed["data"])
    assert document.startswith(b"%PDF")
    assert 3 < document.count(b"/Type /Page\n") < 60
