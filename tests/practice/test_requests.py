"""Whatever is sent to the practice page, it answers with a fault in plain words or with what was asked; never more."""

from __future__ import annotations

import asyncio
import copy
import json
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_formulate.practice.app import application
from ipt_formulate.practice.files import shipped_teaching_cases
from ipt_formulate.practice.guard import Guard, Message

PORT = 8471
SECRET = "a secret"
NAME = "leonard-ptsd-grief-911"
AREAS = ("grief", "role_dispute", "role_transition", "interpersonal_deficits")
ATTEMPT: dict[str, Any] = {
    "by": "trainee",
    "case": NAME,
    "areas": dict.fromkeys(AREAS, "unsure"),
    "focus": "grief",
    "closeness": {"wife": 1},
    "order": {"son-death": "around"},
    "override": {"area": "grief", "says": "absent", "reason": "long enough as a reason"},
}
GOOD: tuple[tuple[str, Any], ...] = (
    (f"/api/cases/{NAME}/ask", {"sessions": 0, "asked": []}),
    ("/api/compare", {"attempts": [ATTEMPT]}),
    ("/api/change", {"case": NAME, "changes": [{"path": "inventory.inquiry.changes", "answer": 0}]}),
    ("/api/export", {"kind": "session", "session": {"rounds": [[ATTEMPT]]}}),
    ("/api/export", {"kind": "ratings", "by": "trainee", "session": {"rounds": [[ATTEMPT]]}}),
    ("/api/export", {"kind": "rule_proposal", "attempt": ATTEMPT}),
    ("/api/export", {"kind": "teaching_case", "attempt": ATTEMPT}),
)
APP = application(shipped_teaching_cases(), port=PORT, trainer=True)
ODD = st.recursive(
    st.sampled_from([None, True, 0, -1, 10**30, 1.5, "", SECRET, f"<b>{SECRET}</b>", "grief", "none", NAME, "\x00", "\ud800", "a" * 300]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([f"{SECRET} 1", "areas", "id", "0", ""]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def answer(app: Guard, path: str, body: bytes, *, whole: bool = True, **more: str) -> tuple[int, bytes]:
    """What the page answers, without a network; where the body is not whole, the connection ends after it."""
    told: list[Message] = []
    waiting = [{"type": "http.request", "body": body, "more_body": not whole}]
    headers = {"host": f"127.0.0.1:{PORT}", "origin": f"http://127.0.0.1:{PORT}", "content-type": "application/json"}
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "http_version": "1.1",
        "scheme": "http",
        "headers": [(name.encode(), value.encode()) for name, value in [*headers.items(), *more.items()]],
    }

    async def receive() -> Message:
        return waiting.pop() if waiting else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        told.append(message)

    asyncio.run(app(scope, receive, send))
    return told[0]["status"], b"".join(each.get("body", b"") for each in told)


def test_each_request_is_answered_as_it_stands() -> None:
    assert [answer(APP, path, json.dumps(content).encode())[0] for path, content in GOOD] == [200] * len(GOOD)


def test_what_breaks_off_or_is_said_twice_is_refused() -> None:
    path, content = GOOD[1]
    body = json.dumps(content).encode()
    assert answer(APP, path, body[:20], whole=False)[0] == 400
    assert answer(APP, path, body, whole=False)[0] == 400
    for twice in ("host", "origin"):
        told = {twice: f"http://127.0.0.1:{PORT}"}
        assert answer(APP, path, body, **told)[0] == 400
    assert answer(APP, path, body, **{"content-length": "x"})[0] == 413
    assert answer(APP, path, body, **{"content-length": str(len(body))})[0] == 200


@settings(max_examples=150)
@given(st.sampled_from(GOOD), ODD, st.integers(0, 2**32))
def test_a_request_with_anything_in_any_place_is_answered_or_refused(
    good: tuple[str, Any], odd: Any, seed: int
) -> None:
    path, content = good
    content, random = copy.deepcopy(content), Random(seed)
    inside: Any = content
    while True:
        key = random.choice(list(inside) if isinstance(inside, dict) else range(len(inside)))
        if not isinstance(inside[key], dict | list) or not inside[key] or random.random() < 0.3:
            break
        inside = inside[key]
    inside[key] = odd
    status, told = answer(APP, path, json.dumps(content).encode())
    assert status in (200, 400, 404, 409)
    if status != 200:
        assert json.loads(told)["problems"]
        assert SECRET.encode() not in told


@settings(max_examples=100)
@given(st.sampled_from(GOOD), st.binary(max_size=60) | ODD.map(lambda odd: json.dumps(odd).encode()))
def test_bytes_of_any_kind_are_answered_or_refused(good: tuple[str, Any], body: bytes) -> None:
    status, told = answer(APP, good[0], body)
    assert status in (200, 400, 404, 409)
    assert SECRET.encode() not in told
