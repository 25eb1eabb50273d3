"""The practice page as a web application. With `practice.server`, the only module that knows the web library.

Nothing is stored: what somebody does stays in their browser, and every request brings all that its answer rests on.
The library's reasoning leaves only in answer to attempts that are complete.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlencode

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ipt_formulate.api import formulate
from ipt_formulate.errors import InputError, Problem, UnknownName
from ipt_formulate.practice import forms
from ipt_formulate.practice.attempt import Attempt
from ipt_formulate.practice.changing import what_if
from ipt_formulate.practice.comparing import compare
from ipt_formulate.practice.guard import MOST_SECONDS, Guard, faults
from ipt_formulate.practice.overriding import rule_proposal_md, teaching_case_yaml
from ipt_formulate.practice.session import Session, case_of, ratings_csv, session_json
from ipt_formulate.practice.showing import check_asking, listed, shown
from ipt_formulate.practice.teaching import TeachingCase
from ipt_formulate.report.page import to_html

Result = TypeVar("Result")
_PAGE: Final = Path(__file__).parent / "page"
_KINDS: Final = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
_REPORT_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox"  # fmt: skip
_REPORT_HEADERS: Final = {
    "content-security-policy": _REPORT_POLICY,
    "cross-origin-opener-policy": "unsafe-none",  # no browser opens what is sandboxed under another
}
_FILES: Final = {
    "ratings": ("ratings-{by}.csv", "text/csv"),
    "session": ("practice-session.json", "application/json"),
    "teaching_case": ("{case}-seen-otherwise.yaml", "application/yaml"),
    "rule_proposal": ("{case}-rule-proposal.md", "text/markdown"),
}


def application(
    cases: Mapping[str, TeachingCase], *, port: int, trainer: bool = False, seconds: float = MOST_SECONDS
) -> Guard:
    """The page with its guard.

    Args:
        cases: the teaching cases by name.
        port: the port on which it will be served, which is part of the name by which it may be called.
        trainer: whether facts can be changed, which shows the reasoning without an attempt.
        seconds: how long the body of a request may take to arrive.
    """
    desk = _Desk(cases, trainer)
    routes = [
        Route("/", desk.page, methods=["GET"]),
        Route("/page/{file}", desk.file, methods=["GET"]),
        Route("/api/cases", desk.list, methods=["GET"]),
        Route("/api/cases/{case}", desk.case, methods=["GET"]),
        Route("/api/cases/{case}/ask", desk.ask, methods=["POST"]),
        Route("/api/compare", desk.compare, methods=["POST"]),
        Route("/api/change", desk.change, methods=["POST"]),
        Route("/api/export", desk.export, methods=["POST"]),
        Route("/report/{case}", desk.report, methods=["GET"]),
    ]
    handlers: dict[Any, Any] = {
        HTTPException: _not_here,
        InputError: _bad_input,
        UnknownName: _unknown,
        Exception: _fault_of_ours,
    }
    return Guard(Starlette(routes=routes, exception_handlers=handlers), port, seconds)


@dataclass
class _Desk:
    """Answers the requests, one piece of reasoning at a time: the others wait and are answered in their turn."""

    cases: Mapping[str, TeachingCase]
    trainer: bool
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.files = {each.name: each.read_bytes() for each in _PAGE.iterdir() if each.suffix in _KINDS}
        self.reports = lru_cache(64)(self._report)
        self.shown = lru_cache(1024)(self._shown)

    async def page(self, _: Request) -> Response:
        page = self.files["practice.html"]
        if self.trainer:
            page = page.replace(b"<body>", b"<body data-trainer>")
        return Response(page, media_type="text/html")

    async def file(self, request: Request) -> Response:
        name = request.path_params["file"]
        if name not in self.files:
            raise HTTPException(404)
        return Response(self.files[name], media_type=_KINDS[Path(name).suffix])

    async def list(self, _: Request) -> Response:
        return _json([each.model_dump(mode="json") for each in listed(self.cases)])

    async def case(self, request: Request) -> Response:
        return Response(self.shown(request.path_params["case"], 0, ()), media_type="application/json")

    async def ask(self, request: Request) -> Response:
        told = forms.read(await request.body(), forms.Asking)
        found = self.shown(request.path_params["case"], told.sessions, told.asked)
        return Response(found, media_type="application/json")

    async def compare(self, request: Request) -> Response:
        attempts = forms.read(await request.body(), forms.Comparing).attempts
        teaching = case_of(attempts, self.cases)
        try:
            forms.who_are_all_there(attempts)
            compared = await self._reason(lambda: compare(teaching, attempts))
        except InputError as error:
            return _json({"problems": [str(each) for each in error.problems]}, status=409)
        return _json({**compared.model_dump(mode="json"), "report": self._report_of(attempts[0])})

    async def change(self, request: Request) -> Response:
        if not self.trainer:
            raise HTTPException(403)
        told = forms.read(await request.body(), forms.Changing)
        _, teaching = self._named(told.case)
        if told.sessions is not None:
            check_asking(teaching, told.sessions, told.asked)
        case = teaching.whole if told.sessions is None else teaching.known(told.sessions, told.asked)
        changed = await self._reason(lambda: what_if(case, told.changes, tradition=teaching.tradition))
        return _json(changed.model_dump(mode="json"))

    async def export(self, request: Request) -> Response:
        told = forms.read(await request.body(), forms.Exporting)
        text = await self._reason(lambda: self._exported(told))
        name, kind = _FILES[told.kind]
        file = name.format(by=told.by, case=told.attempt.case if told.attempt else "")
        return Response(text, media_type=kind, headers={"content-disposition": f'attachment; filename="{file}"'})

    async def report(self, request: Request) -> Response:
        """The library's whole page on what was known, for those to whom a comparison gave its address."""
        name, _ = self._named(request.path_params["case"])
        query = request.query_params
        sessions, asked = query.get("sessions", ""), query.get("asked", "")
        if not hmac.compare_digest(self._seal(name, sessions, asked).encode(), query.get("seal", "").encode()):
            raise HTTPException(403)
        page = await self._reason(lambda: self.reports(name, int(sessions), asked))
        return Response(page, media_type="text/html", headers=_REPORT_HEADERS)

    async def _reason(self, work: Callable[[], Result]) -> Result:
        """Reasoning aside from the loop, so that pages are given out meanwhile."""
        async with self.turn:
            return await run_in_threadpool(work)

    def _named(self, name: str) -> tuple[str, TeachingCase]:
        if name not in self.cases:
            raise UnknownName("There is no case of that name; choose one of the list.")
        return name, self.cases[name]

    def _shown(self, name: str, sessions: int, asked: tuple[str, ...]) -> str:
        return shown(*self._named(name), sessions, asked).model_dump_json()

    def _exported(self, told: forms.Exporting) -> str:
        if told.kind in ("ratings", "session"):
            session = told.session or Session(rounds=())
            return (
                ratings_csv(session, told.by, self.cases)
                if told.kind == "ratings"
                else session_json(session, self.cases)
            )
        if told.attempt is None:
            raise InputError(
                [Problem("attempt", "is missing", "send the attempt with the view held against the library's")]
            )
        teaching = case_of((told.attempt,), self.cases)
        write = teaching_case_yaml if told.kind == "teaching_case" else rule_proposal_md
        return write(teaching, told.attempt)

    def _report(self, name: str, sessions: int, asked: str) -> str:
        teaching = self.cases[name]
        case = teaching.known(sessions, asked.split(",") if asked else ())
        return to_html(formulate(case, tradition=teaching.tradition))

    def _report_of(self, attempt: Attempt) -> str:
        """The address of the whole page on what an attempt rests on; without its seal nobody is given the page."""
        told = {"sessions": str(attempt.sessions), "asked": ",".join(attempt.asked)}
        seal = self._seal(attempt.case, told["sessions"], told["asked"])
        return f"/report/{quote(attempt.case)}?{urlencode({**told, 'seal': seal})}"

    def _seal(self, *parts: str) -> str:
        return hmac.new(self.key, json.dumps(parts).encode(), hashlib.sha256).hexdigest()


def _json(content: Any, *, status: int = 200) -> Response:
    return Response(json.dumps(content, ensure_ascii=False), status_code=status, media_type="application/json")


async def _bad_input(_: Request, error: Exception) -> Response:
    assert isinstance(error, InputError), "it is called for nothing else"
    return Response(faults([str(each) for each in error.problems]), 400, media_type="application/json")


async def _unknown(_: Request, error: Exception) -> Response:
    return Response(faults([str(error)]), 404, media_type="application/json")


async def _not_here(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException), "it is called for nothing else"
    words = {
        403: "This is not open here; start the practice with --trainer, or commit first.",
        404: "There is no such address; open the first page.",
        405: "The address is not asked in this way; open the first page.",
    }
    told = words.get(error.status_code, "The request cannot be answered; open the first page.")
    return Response(faults([told]), error.status_code, headers=error.headers, media_type="application/json")


async def _fault_of_ours(_: Request, __: Exception) -> Response:
    """A fault of the library: said without anything of the case, and without where in the code it lies."""
    return Response(faults(["The library failed at this; nothing is lost: export, and report it."]), 500, media_type="application/json")  # fmt: skip
