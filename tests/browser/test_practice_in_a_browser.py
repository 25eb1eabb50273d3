"""The practice page as a browser shows it: every state at every width, by keyboard alone, by dragging, and under attack."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

import ipt_formulate as ipt
from ipt_formulate.case.case import Case
from ipt_formulate.case.files import to_plain
from ipt_formulate.practice.files import load_teaching_case, parse_teaching_case, shipped_teaching_cases
from ipt_formulate.practice.teaching import TeachingCase
from ipt_formulate.study.ratings import read_rater

pytestmark = pytest.mark.browser

HOSTILE = (
    "<script>document.title='done'</script>",
    '"><img src=x onerror="document.title=\'done\'">',
    "</title></text></svg><svg onload=\"document.title='done'\">",
    "</style><style>*{display:none}</style>",
    "<iframe srcdoc=\"<script>parent.document.title='done'</script>\">",
    "<a href=\"javascript:document.title='done'\">here</a>",
)
WIDTHS = (360, 768, 1440)
SINGLE, STAGED, CROWDED, HARMED = "A case told at once", "The day in March", "A crowded case", HOSTILE[0]
HARD = "A case of hard names"
LONG = "A case told at length"
OVERLAPPING = """
[...document.querySelectorAll('.circle .name')].map(each => each.getBoundingClientRect()).flatMap((one, place, all) =>
  all.slice(place + 1).filter(other => one.left < other.right && other.left < one.right && one.top + 2 < other.bottom && other.top + 2 < one.bottom))
"""
CARD = "[...document.querySelectorAll('.card')].find(each => each.innerText.startsWith({title}))"
HEADING = "document.querySelector('h2').textContent"
BY_TEXT = "[...document.querySelectorAll('button')].find(each => each.textContent === {text})"


def told_as_a_case(title: str, story: str, case: Case, **more: Any) -> dict[str, Any]:
    return {
        "teaching": 1,
        "title": title,
        "origin": "composed",
        "grade": "hard",
        "shows": "none",
        "story": story,
        "case": to_plain(case),
        **more,
    }


@pytest.fixture(scope="module")
def address(
    serving: Callable[..., AbstractContextManager[int]], crowded: Callable[..., Case], day: TeachingCase
) -> Iterator[str]:
    asks = [{"id": f"ask-{place}", "ask": HOSTILE[place], "answer": HOSTILE[-1 - place]} for place in range(3)]
    point = {
        "text": f"{HOSTILE[1]} and more",
        "citations": [{"key": "assumption", "locator": "here", "supports": "definition"}],
    }
    more = {"note": f"{HOSTILE[2]} and more", "points": [point], "asks_a_session": 2}
    more["stages"] = [{"session": 1, "told": HOSTILE[3], "asks": asks}]
    made = {
        "single": told_as_a_case(SINGLE, "A man whose eldest son has died.", ipt.example("leonard-ptsd-grief-911")),
        "hard": told_as_a_case(HARD, "Few people, with names that are hard to place.", crowded(5, people=9, events=3)),
        "crowded": told_as_a_case(CROWDED, "Many people. " * 40, crowded(1)),
        "long": told_as_a_case(LONG, "Much is told of her. " * 280, crowded(2, people=9, events=3)),
        "harmed": told_as_a_case(HARMED, "\n\n".join(HOSTILE), crowded(3, labels=HOSTILE), **more),
    }
    cases = {name: parse_teaching_case(content, name=name) for name, content in made.items()}
    with serving({**shipped_teaching_cases(), **cases, "day": day}, trainer=True) as port:
        yield f"http://127.0.0.1:{port}/"


class Page:
    """The page in the browser, used as somebody would."""

    def __init__(self, chromium: Any, address: str, width: int = 1440, *, dark: bool = False) -> None:
        self.chromium, self.address = chromium, address
        chromium.call("Storage.clearDataForOrigin", origin=address, storageTypes="all")
        chromium.open(address, width, dark=dark)
        self.at("Choose a case")

    def run(self, script: str) -> Any:
        return self.chromium.run(script)

    def at(self, heading: str) -> None:
        self.chromium.wait(f"document.querySelector('h2') && {HEADING}.startsWith({json.dumps(heading)})")

    def click(self, text: str) -> None:
        self.run(f"{BY_TEXT.format(text=json.dumps(text))}.click()")

    def begin(self, title: str, button: str = "Begin") -> None:
        card = CARD.format(title=json.dumps(title))
        self.run(
            f"[...{card}.querySelectorAll('button')].find(each => each.textContent === {json.dumps(button)}).click()"
        )
        self.at(title if button == "Begin" else "What if")

    def mark(self, *, focus: str = "none", says: str = "unsure") -> None:
        self.run(f"document.querySelectorAll('.areas input[value={says}]').forEach(each => each.click())")
        self.run(f"document.querySelector('#focus input[value={focus}]').click()")

    def commit(self) -> None:
        self.click("Commit")
        self.at("Side by side")

    def asked_for(self) -> list[str]:
        """The addresses that were asked for, without where the server is."""
        return [
            each["request"]["url"].removeprefix(self.address)
            for each in self.chromium.told("Network.requestWillBeSent")
        ]

    def fits(self, width: int) -> None:
        assert self.run("document.documentElement.scrollWidth") <= width
        self.quiet()

    def quiet(self) -> None:
        """Nothing was asked for elsewhere, nothing was complained of, nothing was stored."""
        assert [each for each in self.asked_for() if each.startswith(("http", "//")) or "evil" in each] == []
        said = self.chromium.told("Runtime.exceptionThrown", "Runtime.consoleAPICalled")
        entries = [each["entry"] for each in self.chromium.told("Log.entryAdded")]
        said += [
            each for each in entries if each["level"] in ("error", "warning") and "beforeunload" not in each["text"]
        ]
        assert said == []
        assert self.run("document.cookie + localStorage.length + sessionStorage.length") == "00"


def states(page: Page) -> Iterator[str]:
    """The page in every state, one after the other."""
    yield "list"
    page.begin(SINGLE)
    page.click("Commit")
    yield "nothing marked"
    page.mark(focus="grief", says="present")
    page.run(
        "document.querySelectorAll('.places select').forEach((each, place) => { each.selectedIndex = 1 + place % 3; each.dispatchEvent(new Event('change')) })"
    )
    yield "all marked"
    page.commit()
    page.run("document.querySelectorAll('details').forEach(each => { each.open = true })")
    page.chromium.wait("document.querySelector('iframe')")
    yield "side by side"
    page.click("Next case")
    page.at("Choose a case")
    page.begin(STAGED)
    page.click("Begin the first session")
    page.chromium.wait("document.querySelectorAll('.told').length === 1")
    page.run("document.querySelector('.asks button').click()")
    page.chromium.wait("document.querySelectorAll('dd').length === 1")
    yield "in a session"
    page.mark()
    page.commit()
    yield "after sessions"
    page.click("Next case")
    page.at("Choose a case")
    page.run("document.querySelector('#mode input[value=two]').click()")
    page.begin(CROWDED)
    page.mark()
    page.click("Commit")
    page.at("Hand over")
    yield "handed over"
    page.click("I am the supervisor: begin")
    page.at(CROWDED)
    yield "crowded"
    page.mark(focus="grief")
    page.commit()
    yield "three ways"
    page.click("Next case")
    page.at("Choose a case")
    page.begin(SINGLE, "Change facts")
    yield "what if"


@pytest.mark.parametrize("width", WIDTHS)
def test_every_state_fits_every_width_and_says_nothing_to_the_console(chromium: Any, address: str, width: int) -> None:
    page = Page(chromium, address, width)
    seen = []
    for state in states(page):
        page.fits(width)
        seen.append(state)
    assert len(seen) == 10


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (360, True)])
def test_axe_finds_nothing_in_any_state(chromium: Any, address: str, width: int, dark: bool) -> None:
    page = Page(chromium, address, width, dark=dark)
    assert {state: found for state in states(page) if (found := page.chromium.violations())} == {}


def test_hostile_labels_stay_words_in_every_state(chromium: Any, address: str) -> None:
    page = Page(chromium, address)

    def inert(title: str) -> None:
        assert page.run("document.title") == f"{title} – Practice"
        assert (
            page.run(
                'document.querySelectorAll(\'script:not([src="/page/practice.js"]), img:not([src^="data:image/svg+xml"]), iframe:not([sandbox]), style, [onload], [onerror], a[href^=javascript]\').length'
            )
            == 0
        )
        assert page.run("getComputedStyle(document.body).display") == "block"
        page.quiet()

    inert("Choose a case")
    page.begin(HARMED)
    inert(HARMED)
    page.click("Begin the first session")
    page.chromium.wait("document.querySelectorAll('.told').length === 1")
    for count in (1, 2):
        page.run("document.querySelector('.asks button').click()")
        page.chromium.wait(f"document.querySelectorAll('dd').length === {count}")
    text = page.run("document.body.innerText")
    assert all(label in text for label in HOSTILE)
    inert(HARMED)
    page.mark()
    page.run(
        "document.querySelectorAll('.places select').forEach(each => { each.selectedIndex = 1; each.dispatchEvent(new Event('change')) })"
    )
    page.commit()
    page.run("document.querySelectorAll('details').forEach(each => { each.open = true })")
    page.chromium.wait("document.querySelector('iframe')")
    inert(f"Side by side: {HARMED}")
    page.click("Next case")
    page.at("Choose a case")
    page.begin(HARMED, "Change facts")
    page.chromium.wait("document.querySelector('.outcome img').complete")
    assert page.run("document.querySelector('.outcome img').naturalWidth") > 100
    inert(f"What if: {HARMED}")
    assert [each for each in page.asked_for() if each in ("x", "evil")] == []


class Keyboard:
    """Somebody who has no mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, wanted: str) -> None:
        """Go on with the tabulator until what has the focus is what is wanted."""
        for _ in range(250):
            self.page.chromium.press("Tab", 9)
            if self.page.run(f"(each => {wanted})(document.activeElement)"):
                assert self.page.run("getComputedStyle(document.activeElement).outlineStyle") != "none"
                return
        raise AssertionError(f"never reached by keyboard: {wanted}")

    def press(self, key: str, code: int, text: str = "") -> None:
        self.page.chromium.press(key, code, text)

    def enter(self) -> None:
        self.press("Enter", 13, "\r")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_whole_way_can_be_gone_by_keyboard_alone(chromium: Any, address: str, width: int) -> None:
    page = Page(chromium, address, width)
    hand = Keyboard(page)
    hand.to(f"each.textContent === 'Begin' && each.closest('.card').innerText.startsWith({json.dumps(SINGLE)})")
    hand.enter()
    page.at(SINGLE)
    assert page.run("document.activeElement === document.querySelector('h2')")
    hand.to("each.id === 'ring-1'")
    for _ in range(2):
        hand.press("ArrowDown", 40)
    assert page.run("document.querySelector('#ring-1').value") == "2"
    assert page.run("document.querySelectorAll('.circle .mark').length") == 5
    hand.to("each.id === 'order-0'")
    hand.press("a", 65, "a")
    assert page.run("document.querySelector('#order-0').value") == "around"
    assert page.run("document.querySelector('.zone[data-zone=around] .chip') !== null")
    hand.to("each.textContent === 'Commit'")
    hand.enter()
    page.chromium.wait("document.querySelector('[role=alert] li')")
    assert page.run("document.activeElement.name") == "area-grief"
    for place, area in enumerate(("grief", "role_dispute", "role_transition", "interpersonal_deficits")):
        if place:
            hand.to(f"each.name === 'area-{area}'")
        hand.press(" ", 32, " ")
        hand.press("ArrowRight", 39)
        assert page.run(f"document.querySelector('input[name=area-{area}]:checked').value") == "absent"
    hand.to("each.name === 'focus'")
    hand.press(" ", 32, " ")
    hand.to("each.textContent === 'Commit'")
    hand.enter()
    page.at("Side by side")
    assert page.run("document.activeElement === document.querySelector('h2')")
    assert "around the onset" in page.run("document.querySelector('main').innerText")
    hand.to("each.tagName === 'SUMMARY' && each.innerText.includes('otherwise')")
    hand.enter()
    hand.to("each.id === 'override-area'")
    hand.press("ArrowDown", 40)
    hand.to("each.name === 'override-says'")
    hand.press(" ", 32, " ")
    hand.to("each.id === 'reason'")
    for letter in "long enough":
        hand.press(letter, 0, letter)
    hand.to("each.textContent === 'Keep this view'")
    hand.enter()
    page.chromium.wait("document.activeElement.textContent.startsWith('Export as a teaching case')")
    hand.to("each.textContent === 'Next case'")
    hand.enter()
    page.at("Choose a case")
    page.quiet()


def drag(page: Page, start: str, end: str) -> None:
    """Drag from the middle of one thing to a point, with the mouse."""
    page.run(f"({start}).scrollIntoView({{block: 'center'}})")
    x, y = page.run(f"(box => [box.x + box.width / 2, box.y + box.height / 2])(({start}).getBoundingClientRect())")
    to_x, to_y = page.run(end)
    move = page.chromium.call
    move("Input.dispatchMouseEvent", type="mousePressed", x=x, y=y, button="left", clickCount=1)
    for part in (0.3, 0.7, 1):
        move(
            "Input.dispatchMouseEvent",
            type="mouseMoved",
            x=x + (to_x - x) * part,
            y=y + (to_y - y) * part,
            button="left",
            buttons=1,
        )
    move("Input.dispatchMouseEvent", type="mouseReleased", x=to_x, y=to_y, button="left", clickCount=1)


@pytest.mark.parametrize("width", WIDTHS)
def test_what_is_dragged_is_what_is_chosen_in_the_list(chromium: Any, address: str, width: int) -> None:
    page = Page(chromium, address, width)
    page.begin(SINGLE)
    ring = "(box => [box.x + box.width * (190 + {away}) / 380, box.y + box.width * 190 / 380])(document.querySelector('.circle').getBoundingClientRect())"
    mark = "document.querySelectorAll('.circle .mark circle')[1]"
    for away, wanted in ((45, "1"), (83, "2"), (159, "4")):
        drag(page, mark, ring.format(away=away))
        assert page.run("document.querySelector('#ring-1').value") == wanted
    page.run(
        "(each => { each.value = ''; each.dispatchEvent(new Event('change')) })(document.querySelector('#ring-1'))"
    )
    zone = "(box => [box.x + box.width / 2, box.y + box.height / 2])(document.querySelector('.zone[data-zone=after]').getBoundingClientRect())"
    drag(page, "document.querySelector('.chip')", zone)
    assert page.run("document.querySelector('#order-0').value") == "after"
    page.mark()
    page.commit()
    text = page.run("[...document.querySelectorAll('.points td')].map(each => each.innerText).join(' | ')")
    assert "after the onset" in text
    assert "ring " not in text.split("after the onset")[0].split("left open")[-1]


@pytest.mark.parametrize("width", WIDTHS)
def test_long_names_stand_clear_of_each_other_in_the_circle(chromium: Any, address: str, width: int) -> None:
    page = Page(chromium, address, width)
    page.begin(HARD)
    page.chromium.wait("[...document.querySelectorAll('.circle .name')].some(each => each.textContent.endsWith('…'))")
    assert page.run("document.querySelectorAll('.circle .name').length") >= 9
    assert page.run(OVERLAPPING) == []
    assert page.run("[...document.querySelectorAll('.places label')].some(each => each.innerText.length > 100)")
    for step in range(1, 4):
        page.run(
            f"document.querySelectorAll('.over select[id^=ring]').forEach((each, place) => {{ each.selectedIndex = 1 + place % {step}; each.dispatchEvent(new Event('change')) }})"
        )
        assert page.run("document.querySelectorAll('.circle .name').length") >= 1
        assert page.run(OVERLAPPING) == []


def test_nothing_of_the_reasoning_is_fetched_before_committing(chromium: Any, address: str) -> None:
    page = Page(chromium, address)
    page.run("document.querySelector('#mode input[value=two]').click()")
    page.begin(SINGLE)
    page.mark(focus="role_dispute", says="present")
    page.run(
        "(each => { each.value = '3'; each.dispatchEvent(new Event('change')) })(document.querySelector('#ring-0'))"
    )
    page.click("Commit")
    page.at("Hand over")
    assert page.run("document.querySelectorAll('input, select, svg').length") == 0
    page.click("I am the supervisor: begin")
    page.at(SINGLE)
    assert page.run("document.querySelectorAll('input:checked').length") == 0
    assert page.run("[...document.querySelectorAll('select')].every(each => each.value === '')")
    asked = page.asked_for()
    assert not [
        each
        for each in asked
        if "compare" in each or "report" in each or "change" in each.removeprefix("page/changing")
    ]
    page.mark(focus="grief")
    page.commit()
    assert page.asked_for()[-1] == "api/compare"
    heads = page.run(
        "[...document.querySelector('.points thead').querySelectorAll('th')].map(each => each.textContent)"
    )
    assert heads == ["Point", "Therapist", "Supervisor", "Library", "Why"]


def test_it_warns_before_leaving_with_something_that_is_not_kept(chromium: Any, address: str, tmp_path: Path) -> None:
    warned = "(event => { dispatchEvent(event); return event.defaultPrevented })(new Event('beforeunload', {cancelable: true}))"
    chromium.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    page = Page(chromium, address)
    assert page.run(warned) is False
    page.begin(SINGLE)
    assert page.run(warned) is False
    page.mark(focus="grief", says="present")
    assert page.run(warned) is True
    page.commit()
    assert page.run(warned) is True

    def kept(button: str, file: str) -> Path:
        page.click(button)
        page.chromium.wait(f"document.querySelector('#said').textContent.startsWith({json.dumps(file)})")
        end = time.monotonic() + 30
        while not (tmp_path / file).exists() or list(tmp_path.glob("*.crdownload")):
            assert time.monotonic() < end, f"{file} was not handed over"
            time.sleep(0.05)
        return tmp_path / file

    ratings = read_rater(str(kept("Ratings (CSV)", "ratings-trainee.csv")), None)
    assert ratings.answers["single"]["focus"] == "grief"
    session = json.loads(kept("The whole sitting (JSON)", "practice-session.json").read_text(encoding="utf-8"))
    assert session["rounds"][0]["attempts"][0]["focus"] == "grief"
    assert page.run(warned) is False
    page.run("document.querySelector('.override').open = true")
    page.run(
        "(each => { each.value = 'grief'; each.dispatchEvent(new Event('change')) })(document.querySelector('#override-area'))"
    )
    page.run("document.querySelector('input[name=override-says][value=absent]').click()")
    page.run(
        "(each => { each.value = 'He mourned with his family.'; each.dispatchEvent(new Event('input')) })(document.querySelector('#reason'))"
    )
    page.click("Keep this view")
    assert page.run(warned) is True
    teaching = load_teaching_case(kept("Export as a teaching case (YAML)", "single-seen-otherwise.yaml"))
    assert "He mourned with his family." in (teaching.note or "")
    proposal = kept("Export as a proposal to change a rule (Markdown)", "single-rule-proposal.md")
    assert "He mourned with his family." in proposal.read_text(encoding="utf-8")


def test_facts_are_found_changed_and_brought_back(chromium: Any, address: str) -> None:
    page = Page(chromium, address)
    page.begin(SINGLE, "Change facts")
    first = page.run("[document.querySelector('.standing').innerText, document.querySelector('.outcome img').src]")
    page.run(
        "(each => { each.value = 'how changes'; each.dispatchEvent(new Event('input')) })(document.querySelector('#search'))"
    )
    shown = page.run(
        "[...document.querySelectorAll('.fact')].filter(each => !each.hidden).map(each => each.querySelector('label').innerText)"
    )
    assert shown == ["How changes were asked about"]
    for name in ("changes", "conflicts"):
        fact = f"[...document.querySelectorAll('.fact')].find(each => each.innerText.startsWith('How {name} were'))"
        answer = f"[...{fact}.querySelectorAll('option')].find(each => each.textContent === 'thoroughly')"
        page.run(f"{fact}.querySelector('select').value = {answer}.value")
        page.run(f"{fact}.querySelector('select').dispatchEvent(new Event('change'))")
        page.chromium.wait(
            f"document.querySelector('.changes').innerText.includes('How {name} were asked about: thoroughly')"
        )
    assert "support grief" in page.run("document.querySelector('.standing').innerText")
    assert page.run("document.querySelector('.outcome img').src") != first[1]
    assert page.run("document.querySelectorAll('.fact.other').length") == 2
    page.click("As recorded")
    page.chromium.wait("document.querySelectorAll('.fact.other').length === 0")
    assert (
        page.run("[document.querySelector('.standing').innerText, document.querySelector('.outcome img').src]") == first
    )
    page.quiet()


def test_what_is_changed_while_the_answer_is_on_its_way_is_not_lost(chromium: Any, address: str) -> None:
    page = Page(chromium, address)
    page.begin(SINGLE, "Change facts")
    fact = "[...document.querySelectorAll('.fact')].find(each => each.innerText.startsWith('How {name} were')).querySelector('select')"
    chosen = [
        f"(each => {{ each.value = [...each.options].find(one => one.textContent === 'thoroughly').value; each.dispatchEvent(new Event('change')) }})({fact.format(name=name)})"
        for name in ("changes", "conflicts")
    ]
    page.run(";".join(chosen) + ";0")
    page.chromium.wait("document.querySelectorAll('.changes li').length === 2")
    assert page.run("document.querySelectorAll('.fact.other').length") == 2
    page.quiet()


def test_what_is_missing_is_said_until_it_is_marked(chromium: Any, address: str) -> None:
    page = Page(chromium, address)
    page.begin(SINGLE)
    page.click("Commit")
    open_ = "document.querySelectorAll('form [role=alert] li').length"
    assert page.run(open_) == 5
    page.run("document.querySelector('.areas input[value=absent]').click()")
    assert page.run(open_) == 4
    page.mark()
    assert page.run("document.querySelectorAll('form [role=alert]').length") == 0


def test_a_view_that_is_written_is_not_left_behind_in_silence(chromium: Any, address: str) -> None:
    page = Page(chromium, address)
    page.begin(SINGLE)
    page.mark()
    page.commit()
    page.run("window.asked = 0; window.confirm = () => { window.asked += 1; return false }; 0")
    page.run(
        "(each => { each.value = 'He mourned with his family.'; each.dispatchEvent(new Event('input')) })(document.querySelector('#reason'))"
    )
    for place, button in enumerate(("Next case", "This case once more")):
        page.click(button)
        assert page.run("window.asked") == place + 1
        assert page.run(HEADING).startswith("Side by side")
    page.run(
        "(each => { each.value = 'grief'; each.dispatchEvent(new Event('change')) })(document.querySelector('#override-area'))"
    )
    page.run("document.querySelector('input[name=override-says][value=absent]').click()")
    page.click("Keep this view")
    page.click("Next case")
    page.at("Choose a case")
    assert page.run("window.asked") == 2


def test_only_the_case_that_was_asked_for_last_is_shown(chromium: Any, address: str) -> None:
    page = Page(chromium, address)
    page.run(
        "window.real = fetch; window.late = []; "
        "window.fetch = (...all) => real(...all).then(found => new Promise(done => late.push(() => done(found)))); 0"
    )
    for title in (SINGLE, STAGED):
        card = CARD.format(title=json.dumps(title))
        page.run(f"[...{card}.querySelectorAll('button')].find(each => each.textContent === 'Begin').click()")
    page.chromium.wait("late.length === 2")
    page.run("late[1]()")
    page.at(STAGED)
    page.mark()
    page.run("late[0](); new Promise(done => setTimeout(done, 100))")
    assert page.run(HEADING) == STAGED
    assert page.run("document.querySelectorAll('input:checked').length") == 5


def test_a_sentence_of_the_library_runs_left_to_right_whatever_name_it_begins_with(chromium: Any, address: str) -> None:
    page = Page(chromium, address)
    page.begin(CROWDED)
    page.mark(focus="grief", says="present")
    page.commit()
    whole = "document.querySelectorAll('.why > bdi, .lead > bdi, .lines bdi')"
    assert page.run(f"[...{whole}].every(each => getComputedStyle(each).direction === 'ltr')")
    assert page.run(f"[...{whole}].some(each => /^\\p{{Script=Arabic}}/u.test(each.textContent))")


def test_the_story_stays_in_view_and_can_be_read_to_its_end(chromium: Any, address: str) -> None:
    page = Page(chromium, address)
    page.begin(LONG)
    place = "document.querySelector('.story').getBoundingClientRect()"
    page.run("document.querySelector('.areas').scrollIntoView({block: 'center'})")
    assert page.run(f"{place}.top") >= 0
    assert page.run(f"{place}.bottom") <= 900
    page.run("document.querySelector('.story').focus()")
    assert page.run("document.activeElement.className") == "story"
    chromium.press("End", 35)
    page.chromium.wait(
        "(each => each.scrollTop + each.clientHeight >= each.scrollHeight - 1)(document.querySelector('.story'))"
    )
    assert not chromium.violations()
    chromium.call("Emulation.setEmulatedMedia", media="print")
    assert page.run("document.querySelector('.story').scrollHeight === document.querySelector('.story').clientHeight")


def test_it_is_printed_whole_and_without_buttons(chromium: Any, address: str) -> None:
    page = Page(chromium, address)
    page.begin(SINGLE)
    page.mark()
    page.commit()
    chromium.call("Emulation.setEmulatedMedia", media="print")
    assert page.run("[...document.querySelectorAll('button')].filter(each => each.checkVisibility()).length") == 0
    printed = base64.b64decode(chromium.call("Page.printToPDF", preferCSSPageSize=True)["data"])
    assert 0 < printed.count(b"/Type /Page\n") < 6


def test_a_screen_reader_hears_landmarks_labels_and_what_changed(chromium: Any, address: str) -> None:
    page = Page(chromium, address)
    page.begin(STAGED)
    page.click("Begin the first session")
    page.chromium.wait("document.querySelector('#said').textContent === 'Session 1.'")
    nodes = [each for each in chromium.call("Accessibility.getFullAXTree")["nodes"] if not each.get("ignored")]
    heard = [(each["role"]["value"], each.get("name", {}).get("value", "")) for each in nodes]
    roles = {role for role, _ in heard}
    assert {"main", "banner", "contentinfo", "form", "status"} <= roles
    assert [name for role, name in heard if role in ("combobox", "radio", "button", "group") and not name] == []
    assert ("region", "The story") in heard
    assert ("radio", "none settled yet") in heard
