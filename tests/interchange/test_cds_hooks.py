"""CDS Hooks cards: safety first, short summaries, inert labels; and the example service over HTTP, end to end."""

from __future__ import annotations

import datetime
import importlib
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from hypothesis import given, settings
from markdown_it import MarkdownIt

import ipt_formulate as ipt
from ipt_formulate.case.case import Case
from ipt_formulate.errors import InputError
from ipt_formulate.formulation.markdown import escaped
from ipt_formulate.interchange.cds_hooks import to_cards
from ipt_formulate.interchange.fhir.questionnaire import to_fhir_case
from ipt_formulate.testing.strategies import cases
from ipt_formulate.vocabulary import Urgency

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
ORDER = ("info", "warning", "critical")
HOSTILE = (
    "# x", "- x", "1. x", "1) x", "+ x", "> x", "| a | b |", "```", "---", "===", "![x](http://e.example/a.png)", "[x](javascript:alert(1))",
    "<b onclick=x>", "<!-- x -->", "&lt;b&gt;", "https://e.example", "www.e.example", "a@e.example", "*x*", "_x_", "~~x~~", "\\*x\\*", "$x$", "[^1]",
    "{% x %}", "a\u2028b", "x  \ny",
)  # fmt: skip


def cards_of(case: Case) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = to_cards(ipt.formulate(case, engine="reference"))["cards"]
    return found


def empty_values(value: Any) -> Iterator[Any]:
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        if each in (None, "", [], {}):
            yield each
        yield from empty_values(each)


@given(cases())
@settings(max_examples=40, deadline=None)
def test_cards_are_of_the_form_of_the_specification_and_safety_comes_first(case: Case) -> None:
    formulation = ipt.formulate(case, engine="reference")
    told = to_cards(formulation, url="https://example.org/about", instance="one")
    cards = told["cards"]
    assert not list(empty_values(told))
    for card in cards:
        assert len(card["summary"]) < 140
        assert "\n" not in card["summary"]
        assert card["indicator"] in ORDER
        assert card["source"]["label"]
        assert not {"suggestions", "systemActions"} & set(card)
        assert all(set(each) == {"system", "code", "display"} for each in card.get("overrideReasons", []))
    assert len({card["uuid"] for card in cards}) == len(cards)
    urgencies = [ORDER.index(card["indicator"]) for card in cards]
    assert urgencies == sorted(urgencies, reverse=True)
    if flags := formulation.safety.flags:
        urgent = any(flag.urgency is Urgency.SAME_DAY for flag in flags)
        assert cards[0]["indicator"] == ("critical" if urgent else "warning")
        assert all(escaped(flag.flag) in cards[0]["detail"] for flag in flags)
    if asked := formulation.safety.not_yet_asked:
        assert all(escaped(each) in cards[0]["detail"] for each in asked)


@pytest.mark.parametrize("label", HOSTILE)
def test_text_in_markdown_is_shown_as_it_stands_and_is_nothing_else(label: str) -> None:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    for before in ("", "- ", "Some words: "):
        tokens = parser.parse(f"{before}{escaped(label)}")
        inner = [child for token in tokens for child in token.children or ()]
        assert {token.type for token in tokens} <= {
            "paragraph_open", "inline", "paragraph_close", "bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close",
        }  # fmt: skip
        assert sum(token.type == "list_item_open" for token in tokens) <= bool(before == "- ")
        assert {child.type for child in inner} <= {"text", "text_special"}
        shown = "".join(child.content for child in inner)
        assert " ".join(label.split()) in shown


def test_a_card_of_a_hostile_case_has_no_link_image_or_html() -> None:
    label = "![x](https://e.example/p.png) <script>alert(1)</script> [go](javascript:alert(1)) # x"
    case = ipt.parse_case(
        {"inventory": {"conflicts": [{"kind": "overt", "label": label, "role": "partner"}], "people": [{"role": "parent", "label": label}]}}
    )  # fmt: skip
    cards = cards_of(case)
    assert any("script" in card["detail"] for card in cards)
    for card in cards:
        html = MarkdownIt("commonmark").render(card["detail"])
        assert not any(each in html for each in ("<a ", "<img", "<script", "<h1"))


def test_links_and_their_addresses_are_those_given() -> None:
    formulation = ipt.formulate(ipt.example("clara-ipsrt-physician"))
    cards = to_cards(formulation, links={"The page of this case": "https://example.org/case/1"})["cards"]
    (linked,) = [card for card in cards if "links" in card]
    assert linked["links"] == [
        {"label": "The page of this case", "url": "https://example.org/case/1", "type": "absolute"}
    ]
    for bad in ("javascript:alert(1)", "example.org", "https://a b", "http://[", ""):
        with pytest.raises(InputError, match="is no address of the web"):
            to_cards(formulation, url=bad)
        with pytest.raises(InputError, match="is no address of the web"):
            to_cards(formulation, links={"x": bad})


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(EXAMPLES)
        example = importlib.import_module("cds_service")
    server = uvicorn.Server(uvicorn.Config(example.app, host="127.0.0.1", port=0, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    for _ in range(500):
        if server.started:
            break
        time.sleep(0.01)
    assert server.started
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)


def call(url: str, body: Any = None) -> tuple[int, Any]:
    data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=20) as answered:
            return answered.status, json.load(answered)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def request_of(case: Case, patient: str = "1") -> dict[str, Any]:
    at = datetime.datetime(2024, 3, 5, tzinfo=datetime.UTC)
    told = to_fhir_case(case, "R4", subject="Patient/1", at=at)
    return {
        "hook": "patient-view",
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": {"userId": "Practitioner/2", "patientId": patient},
        "prefetch": {"case": {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": told}]}},
    }


@pytest.mark.parametrize("name", ["mrs-e-late-life-widow", "susan-bpd-casebook"])
def test_the_example_service_answers_a_request_end_to_end(service: str, name: str) -> None:
    status, found = call(f"{service}/cds-services")
    (described,) = found["services"]
    assert (status, described["hook"]) == (200, "patient-view")
    assert {"hook", "description", "id"} <= set(described)
    case = ipt.example(name)
    asked = request_of(case)
    status, answered = call(f"{service}/cds-services/{described['id']}", asked)
    assert status == 200
    assert answered == to_cards(ipt.formulate(case), instance=asked["hookInstance"])


def test_the_example_service_says_what_is_wrong_and_repeats_nothing(service: str) -> None:
    url = f"{service}/cds-services/ipt-formulation"
    asked = request_of(ipt.example("clara-ipsrt-physician"))
    assert call(url, {**asked, "context": {"patientId": "2"}}) == (200, {"cards": []})
    assert call(url, {**asked, "prefetch": {}})[0] == 412
    assert call(url, {**asked, "hook": "order-sign"})[0] == 400
    assert call(url, b"\xff")[0] == 400
    assert call(url, b"[" * 200)[0] == 400
    assert call(url, b'{"a": ' + b" " * 1_000_000 + b"1}")[0] == 413
    broken = request_of(Case())
    broken["prefetch"]["case"]["entry"][0]["resource"]["item"] = [{"linkId": "canary-bird", "answer": 3}]
    status, told = call(url, broken)
    assert (status, "canary" in json.dumps(told)) == (400, False)
    assert "must be a list of objects" in told["error"]


def test_the_example_service_is_as_short_as_it_is_said_to_be() -> None:
    lines = (EXAMPLES / "cds_service.py").read_text(encoding="utf-8").splitlines()
    code = [line for line in lines[8:] if line.strip() and not line.startswith(("import", "from"))]
    assert len(code) <= 50
