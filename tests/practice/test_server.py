"""The practice server, spoken to over sockets: it answers its own page and nobody else, and survives what is thrown at it."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from http.client import HTTPConnection, HTTPResponse
from typing import Any, NamedTuple

import pytest

from ipt_formulate.practice import app as application
from ipt_formulate.practice.files import shipped_teaching_cases
from ipt_formulate.practice.guard import MOST_BYTES
from ipt_formulate.practice.server import PORT, taken
from ipt_formulate.practice.teaching import TeachingCase

SECRET = "s3cr3t"
AREAS = ("grief", "role_dispute", "role_transition", "interpersonal_deficits")
WHOLE = {"case": "day", "areas": dict.fromkeys(AREAS, "unsure"), "focus": "none"}
POSTS = ("/api/cases/day/ask", "/api/compare", "/api/change", "/api/export")


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def content(self) -> Any:
        return json.loads(self.body)


class Client:
    """Asks as the page does, unless told otherwise."""

    def __init__(self, port: int) -> None:
        self.port = port

    def ask(self, method: str, path: str, body: Any = None, **headers: str | None) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        told: dict[str, str | None] = {"Host": f"127.0.0.1:{self.port}"}
        if method == "POST":
            told |= {"Origin": f"http://127.0.0.1:{self.port}", "Content-Type": "application/json"}
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
        told |= {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body, {name: value for name, value in told.items() if value is not None})
            return self.read(connection.getresponse())
        finally:
            connection.close()

    @staticmethod
    def read(found: HTTPResponse) -> Answer:
        return Answer(found.status, {name.lower(): value for name, value in found.getheaders()}, found.read())

    def get(self, path: str, **headers: str | None) -> Answer:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str | None) -> Answer:
        return self.ask("POST", path, body, **headers)

    def raw(self, sent: bytes) -> bytes:
        """What comes back for bytes of one's own, until the server ends the connection or says no more."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as line:
            line.sendall(sent)
            found = b""
            try:
                while more := line.recv(1 << 16):
                    found += more
            except (TimeoutError, ConnectionResetError):
                pass
            return found


@pytest.fixture(scope="module")
def cases(day: TeachingCase) -> dict[str, TeachingCase]:
    return {**shipped_teaching_cases(), "day": day}


@pytest.fixture(scope="module")
def client(serving: Callable[..., AbstractContextManager[int]], cases: dict[str, TeachingCase]) -> Iterator[Client]:
    with serving(cases, seconds=1.0) as port:
        yield Client(port)


@pytest.fixture(scope="module")
def trainer(serving: Callable[..., AbstractContextManager[int]], cases: dict[str, TeachingCase]) -> Iterator[Client]:
    with serving(cases, trainer=True) as port:
        yield Client(port)


@pytest.fixture(autouse=True)
def _says_nothing(capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Whatever is asked, the server prints nothing: no address, no traceback."""
    yield
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "path", ["/", "/page/practice.js", "/page/practice.css", "/api/cases", "/api/cases/day", "/nowhere"]
)
def test_every_answer_keeps_the_browser_from_lending_it(client: Client, path: str) -> None:
    found = client.get(path)
    assert found.headers["x-content-type-options"] == "nosniff"
    assert found.headers["referrer-policy"] == "no-referrer"
    assert found.headers["cache-control"] == "no-store"
    assert found.headers["cross-origin-resource-policy"] == "same-origin"
    assert "default-src 'none'" in found.headers["content-security-policy"]
    assert "unsafe" not in found.headers["content-security-policy"]
    assert not {"server", "set-cookie", "access-control-allow-origin"} & set(found.headers)
    assert client.ask("HEAD", path).body == b""


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1",
        "127.0.0.1:1",
        "evil.example:{port}",
        "localhost:{port}.evil.example",
        "",
        "0:{port}",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_server_called_by_another_name_does_not_answer(client: Client, method: str, host: str) -> None:
    host = host.format(port=client.port)
    body = {"attempts": [WHOLE]} if method == "POST" else None
    found = client.ask(method, "/api/compare", body, Host=host, Origin=f"http://{host}")
    assert found.status == 421
    assert b"suggests" not in found.body


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "localhost:{port}", "[::1]:{port}", "LOCALHOST:{port}"])
def test_its_own_names_are_answered(client: Client, host: str) -> None:
    host = host.format(port=client.port)
    assert client.get("/", Host=host).status == 200
    assert client.post("/api/compare", {"attempts": [WHOLE]}, Host=host, Origin=f"http://{host}").status == 200


FOREIGN: tuple[dict[str, str | None], ...] = (
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:1"},
    {"Origin": "http://localhost:{port}"},
    {"Origin": "https://127.0.0.1:{port}"},
    {"Origin": "http://127.0.0.1:{port}", "Sec_Fetch_Site": "cross-site"},
    {"Origin": None, "Sec_Fetch_Site": "same-site"},
    {"Origin": None},
)


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("path", POSTS)
def test_nothing_is_worked_out_for_another_page(client: Client, path: str, headers: dict[str, str | None]) -> None:
    told = {name: value and value.format(port=client.port) for name, value in headers.items()}
    assert client.post(path, {"attempts": [WHOLE]}, **told).status == 403


def test_nothing_is_read_by_another_site_and_a_link_may_lead_here(client: Client) -> None:
    link = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"}
    assert client.get("/", **link).status == 200
    assert client.get("/", **link | {"Sec_Fetch_Dest": "iframe"}).status == 403
    assert client.get("/api/cases", **link).status == 403
    assert client.get("/page/practice.js", Sec_Fetch_Site="cross-site").status == 403
    assert client.get("/api/cases", Origin="http://evil.example").status == 403
    assert client.post("/api/compare", {"attempts": [WHOLE]}, Origin=None, Sec_Fetch_Site="same-origin").status == 200


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "",
        "application/json; charset=utf-16",
        "application/jsonx",
    ],
)
def test_only_json_is_taken(client: Client, kind: str) -> None:
    assert client.post("/api/compare", {"attempts": [WHOLE]}, Content_Type=kind).status == 415


def test_packed_content_is_not_unpacked(client: Client) -> None:
    assert client.post("/api/compare", b"\x1f\x8b", Content_Encoding="gzip").status == 415


MALFORMED: tuple[bytes, ...] = (
    b"",
    b"{",
    b"null",
    b"[]",
    b'"' + SECRET.encode() + b'"',
    b'{"attempts": [' + b"[" * 50_000,
    b'{"attempts": ' + b"[" * 5_000 + b"]" * 5_000 + b"}",
    b'{"a": 1, "a": 2}',
    b'{"sessions": NaN}',
    b'{"sessions": 1e999}',
    b'{"sessions": ' + b"9" * 100_000 + b"}",
    b'\xff\xfe{"\x00',
    b'{"' + SECRET.encode() + b' <b>": 1}',
    b'{"attempts": "' + SECRET.encode() + b'", "sessions": "' + SECRET.encode() + b'", "asked": {"' + SECRET.encode() + b'": 1}}',
    b'{"attempts": [{"case": "' + SECRET.encode() + b'", "areas": {"' + SECRET.encode() + b' <b>": "present"}, "focus": "none"}]}',
    b'{"asked": ["' + SECRET.encode() + b'"], "sessions": 2}',
    b'{"kind": "' + SECRET.encode() + b'"}',
    b'{"kind": "session", "session": {"rounds": [[{"case": "' + SECRET.encode() + b'", "areas": {}, "focus": "none"}]]}}',
    b'{"kind": "ratings", "session": {"rounds": ' + b"[]," * 10 + b"}}",
    b'{"kind": "rule_proposal"}',
    b'{"kind": "teaching_case", "attempt": {"case": "day", "areas": {}, "focus": "none"}}',
    b'{"case": "day", "changes": [{"path": "' + SECRET.encode() + b'", "answer": 0}]}',
    b'{"case": "day", "changes": [{"path": "assessment.episode.onset", "answer": 9999}]}',
)  # fmt: skip


@pytest.mark.parametrize("body", MALFORMED, ids=range(len(MALFORMED)))
@pytest.mark.parametrize("path", POSTS)
def test_malformed_content_ends_in_a_clear_message_without_what_was_sent(
    trainer: Client, path: str, body: bytes
) -> None:
    found = trainer.post(path, body)
    fits = path == "/api/export" and found.status == 200
    assert found.status in (400, 404, 409) or fits
    if not fits:
        assert found.content["problems"]
    assert SECRET.encode() not in found.body
    assert b"Traceback" not in found.body
    assert b".py" not in found.body


def test_what_is_too_large_is_not_read(client: Client) -> None:
    assert client.post("/api/compare", b" " * MOST_BYTES).status == 400
    assert client.post("/api/compare", b" " * (MOST_BYTES + 1)).status == 413
    head = f"POST /api/compare HTTP/1.1\r\nHost: 127.0.0.1:{client.port}\r\nOrigin: http://127.0.0.1:{client.port}\r\nContent-Type: application/json\r\n"
    assert client.raw(f"{head}Content-Length: 99999999999\r\n\r\n".encode()).startswith(b"HTTP/1.1 413 ")
    piece = b"8000\r\n" + b" " * 0x8000 + b"\r\n"
    assert client.raw(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() + piece * 9).startswith(b"HTTP/1.1 413 ")


def test_what_does_not_arrive_is_not_waited_for(client: Client) -> None:
    head = f"POST /api/compare HTTP/1.1\r\nHost: 127.0.0.1:{client.port}\r\nOrigin: http://127.0.0.1:{client.port}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"
    with ExitStack() as open_lines:
        lines = [
            open_lines.enter_context(socket.create_connection(("127.0.0.1", client.port), timeout=10))
            for _ in range(100)
        ]
        for line in lines:
            line.sendall(head.encode() + b"{")
        assert client.get("/api/cases").status == 200
        assert all(line.recv(1 << 12).startswith(b"HTTP/1.1 408 ") for line in lines)


JUNK = (
    b"\x00" * 100,
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"GET\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET /\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\n" + b"x: " + b"y" * 100_000 + b"\r\n\r\n",
    b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
)


@pytest.mark.parametrize("sent", JUNK, ids=range(len(JUNK)))
def test_what_is_no_request_is_refused_and_the_server_lives(client: Client, sent: bytes) -> None:
    assert client.raw(sent).split(b" ")[1] in (b"400", b"421")
    assert client.get("/").status == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
def test_other_methods_are_refused(client: Client, method: str) -> None:
    assert {client.ask(method, path).status for path in ("/", "/api/cases", "/api/compare", "/page/practice.js")} == {
        405
    }
    assert client.get("/api/compare").status == 405
    assert client.post("/", {}).status == 405


@pytest.mark.parametrize(
    "path",
    [
        "/page/..%2fapp.py",
        "/page/../app.py",
        "/page/",
        "/page/practice.map",
        "/page/%00",
        "/api",
        "//",
        "/api/cases/" + SECRET,
        "/api/cases/day%2f..",
        "/report/" + SECRET,
    ],
)
def test_nothing_lies_beside_the_page(client: Client, path: str) -> None:
    found = client.get(path)
    assert found.status == 404
    assert SECRET.encode() not in found.body


def test_before_committing_nothing_is_told_that_was_not_asked(client: Client, cases: dict[str, TeachingCase]) -> None:
    listed = client.get("/api/cases")
    assert {each["name"] for each in listed.content} == set(cases)
    assert all("shows" not in each for each in listed.content)
    for name, teaching in cases.items():
        found = client.get(f"/api/cases/{name}")
        text = found.body.decode()
        hidden = [stage.told for stage in teaching.stages] + [
            part for _, ask in teaching.asks() for part in (ask.ask, ask.answer)
        ]
        assert not [each for each in hidden if json.dumps(each.strip(), ensure_ascii=False)[1:-1] in text]
        assert not {"shows", "note", "points", "case", "stages"} & set(found.content)


def test_events_stand_in_the_order_of_the_file_and_people_without_their_rings(client: Client) -> None:
    found = client.get("/api/cases/day").content
    assert [each["id"] for each in found["events"]] == ["late", "early"]
    assert found["people"] == [{"id": "husband", "words": "Partner", "kind": None}]


def test_no_event_is_called_by_the_name_of_an_area(client: Client, cases: dict[str, TeachingCase]) -> None:
    for name in cases:
        words = " ".join(each["words"] for each in client.get(f"/api/cases/{name}").content["events"]).lower()
        assert not [each for each in ("grief", "dispute", "transition", "deficit") if each in words], name


def test_facts_come_out_session_by_session_and_by_asking(client: Client) -> None:
    first = client.post("/api/cases/day/ask", {"sessions": 1, "asked": []}).content
    assert ([each["id"] for each in first["asks"]], first["left"], len(first["told"])) == (["deaths", "sleep"], 1, 1)
    denied = client.post("/api/cases/day/ask", {"sessions": 1, "asked": ["deaths"]}).content
    assert (denied["left"], denied["asked"][0]["answer"]) == (0, "No, nobody.")
    second = client.post("/api/cases/day/ask", {"sessions": 2, "asked": ["deaths"]}).content
    assert {each["id"] for each in second["asks"]} == {"sleep", "march"}
    last = client.post("/api/cases/day/ask", {"sessions": 2, "asked": ["deaths", "march"]}).content
    assert "brother-death" in {each["id"] for each in last["events"]}


def test_every_case_can_be_practised_to_its_end(client: Client, cases: dict[str, TeachingCase]) -> None:
    for name in cases:
        known = client.get(f"/api/cases/{name}").content
        asked: list[str] = []
        for session in range(1, known["most_sessions"] + 1):
            known = client.post(f"/api/cases/{name}/ask", {"sessions": session, "asked": asked}).content
            while known["left"] and known["asks"]:
                asked.append(known["asks"][0]["id"])
                known = client.post(f"/api/cases/{name}/ask", {"sessions": session, "asked": asked}).content
        attempt = {
            "case": name,
            "areas": {each["id"]: "unsure" for each in known["areas"]},
            "focus": "none",
            "closeness": {each["id"]: 1 for each in known["people"]},
            "order": {each["id"]: "around" for each in known["events"]},
            "sessions": known["sessions"],
            "asked": asked,
        }
        found = client.post("/api/compare", {"attempts": [attempt]})
        assert found.status == 200, (name, found.content)
        kinds = [each["kind"] for each in found.content["points"]]
        assert kinds.count("person") == len(known["people"])
        assert kinds.count("event") == len(known["events"])


@pytest.mark.parametrize(
    "told",
    [
        {"sessions": 1, "asked": ["march"]},
        {"sessions": 1, "asked": ["deaths", "sleep"]},
        {"sessions": 3, "asked": []},
        {"sessions": 2, "asked": ["deaths", "deaths"]},
        {"sessions": 0, "asked": ["deaths"]},
        {"sessions": -1},
    ],
)
def test_questions_cannot_be_put_out_of_turn(client: Client, told: dict[str, Any]) -> None:
    for path, body in (("/api/cases/day/ask", told), ("/api/compare", {"attempts": [{**WHOLE, **told}]})):
        assert client.post(path, body).status in (400, 409)


def test_the_reasoning_is_shown_only_to_attempts_that_are_complete(client: Client) -> None:
    for missing in AREAS:
        areas = {area: "absent" for area in AREAS if area != missing}
        found = client.post("/api/compare", {"attempts": [{**WHOLE, "areas": areas}]})
        assert (found.status, found.content["problems"]) == (
            409,
            [f"areas.{missing}: is not marked; mark it present, absent or unsure, then commit"],
        )
    assert (
        client.post(
            "/api/compare", {"attempts": [{key: value for key, value in WHOLE.items() if key != "focus"}]}
        ).status
        == 400
    )
    assert client.post("/api/compare", {"attempts": [WHOLE]}).content["focus"]["status"] == "abstained"


@pytest.mark.parametrize(
    "people",
    [["therapist"], ["supervisor"], ["trainee", "supervisor"], ["therapist", "therapist"], ["trainee", "trainee"]],
)
def test_nobody_sees_anything_before_the_other_has_committed(client: Client, people: list[str]) -> None:
    assert client.post("/api/compare", {"attempts": [{**WHOLE, "by": each} for each in people]}).status == 409


def test_therapist_supervisor_and_library_stand_side_by_side(client: Client) -> None:
    attempts = [{**WHOLE, "by": "therapist"}, {**WHOLE, "by": "supervisor", "focus": "grief"}]
    found = client.post("/api/compare", {"attempts": attempts}).content
    assert set(found["counts"]) == {"therapist", "supervisor"}
    assert {tuple(each["said"]) for each in found["points"]} == {("therapist", "supervisor")}


def test_the_whole_page_is_given_only_by_the_address_of_a_comparison(client: Client) -> None:
    address = client.post(
        "/api/compare", {"attempts": [{**WHOLE, "sessions": 2, "asked": ["deaths", "march"]}]}
    ).content["report"]
    page = client.get(address)
    assert page.status == 200
    assert page.body.startswith(b"<!doctype html>")
    assert "sandbox" in page.headers["content-security-policy"]
    assert "script" not in page.headers["content-security-policy"]
    for other in (
        "/report/day",
        "/report/day?sessions=2&asked=deaths",
        address.replace("sessions=2", "sessions=1"),
        address[:-1] + ("0" if address[-1] != "0" else "1"),
        address.replace("seal=", "seal=%C3%A9"),
    ):
        assert client.get(other).status == 403


def test_facts_are_changed_only_where_a_trainer_asked_for_it(client: Client, trainer: Client) -> None:
    assert client.post("/api/change", {"case": "day"}).status == 403
    assert b"data-trainer" not in client.get("/").body
    assert b"data-trainer" in trainer.get("/").body
    now = trainer.post("/api/change", {"case": "day"}).content
    assert now["areas"]["grief"] == "supported"
    early = trainer.post("/api/change", {"case": "day", "sessions": 0}).content
    assert early["focus"]["status"] == "abstained"
    fact = next(each for each in early["facts"] if each["path"] == "inventory.inquiry.deaths")
    change = {
        "path": fact["path"],
        "answer": next(each["place"] for each in fact["answers"] if each["words"] == "thoroughly"),
    }
    then = trainer.post("/api/change", {"case": "day", "sessions": 0, "changes": [change]}).content
    assert then["areas"]["grief"] == "not_supported"
    assert then["svg"] != early["svg"]


def test_what_is_kept_is_handed_over_as_files(client: Client) -> None:
    rounds = [[{**WHOLE, "by": "therapist"}, {**WHOLE, "by": "supervisor", "focus": "grief"}]]
    ratings = client.post("/api/export", {"kind": "ratings", "by": "supervisor", "session": {"rounds": rounds}})
    assert ratings.headers["content-disposition"] == 'attachment; filename="ratings-supervisor.csv"'
    assert ratings.headers["content-type"].startswith("text/csv")
    assert ratings.body.decode().splitlines()[1].startswith("day,unknown")
    session = client.post("/api/export", {"kind": "session", "session": {"rounds": rounds}})
    assert [each["by"] for each in session.content["rounds"][0]["attempts"]] == ["therapist", "supervisor"]
    held = {**WHOLE, "override": {"area": "grief", "says": "present", "reason": "She cries every year on one day."}}
    teaching = client.post("/api/export", {"kind": "teaching_case", "attempt": held})
    assert teaching.headers["content-disposition"] == 'attachment; filename="day-seen-otherwise.yaml"'
    assert b"She cries every year" in teaching.body
    proposal = client.post("/api/export", {"kind": "rule_proposal", "attempt": held})
    assert proposal.body.startswith(b"# Proposal to change a rule")


def test_a_fault_of_the_library_tells_nothing_of_the_case(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError(SECRET)

    monkeypatch.setattr(application, "compare", fail)
    found = client.post("/api/compare", {"attempts": [WHOLE]})
    assert (found.status, list(found.content)) == (500, ["problems"])
    assert SECRET.encode() not in found.body
    assert found.headers["cache-control"] == "no-store"


def test_it_is_reached_from_this_machine_alone() -> None:
    with taken(0) as listening:
        assert listening.getsockname()[0] == "127.0.0.1"
    assert PORT > 1024
