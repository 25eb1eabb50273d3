"""What stands before the practice page: it lets in the page itself and nobody else's, and bounds what a request can be.

The server listens on this machine alone, and yet every page of the web that is open in the same browser can try to
speak to it. So the name by which the server is called must be its own (a foreign name can be made to point here), and
what changes or computes anything must come from the page that the server gave out. No answer repeats a value that was sent.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

Message: TypeAlias = MutableMapping[str, Any]
Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Application: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

MOST_BYTES: Final = 256 * 1024
"""The largest body of a request."""
MOST_SECONDS: Final = 10.0
"""How long the body of a request may take to arrive."""
HOME: Final = "/"
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS: Final = (
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cache-control", "no-store"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    ("content-security-policy", POLICY),
)
"""What every answer carries that does not say otherwise itself."""


class Refusal(Exception):
    """A request that is not let in.

    Attributes:
        status: the status of the answer.
        what: what is wrong, without anything that was sent.
        remedy: what to do.
    """

    def __init__(self, status: int, what: str, remedy: str) -> None:
        super().__init__(what)
        self.status, self.what, self.remedy = status, what, remedy

    def body(self) -> bytes:
        """The answer, in the form in which every fault is told."""
        return faults([f"{self.what}; {self.remedy}"])


def faults(messages: Sequence[str]) -> bytes:
    """Faults as JSON.

    >>> faults(["it is too long; shorten it"])
    b'{"problems": ["it is too long; shorten it"]}'
    """
    return json.dumps({"problems": list(messages)}, ensure_ascii=False).encode()


@dataclass(frozen=True, slots=True)
class Guard:
    """The application with the guard before it.

    Attributes:
        inner: the application.
        port: the port on which it is served.
        seconds: how long the body of a request may take to arrive.
    """

    inner: Application
    port: int
    seconds: float = MOST_SECONDS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or let it through with its whole body read."""
        if scope["type"] != "http":
            return
        sending = _with_headers(send)
        try:
            headers = _single(scope["headers"])
            _look_at(scope, headers, self.port)
            body = await _read(receive, headers, self.seconds) if scope["method"] == "POST" else b""
        except Refusal as refusal:
            await _refuse(refusal, sending)
            return
        await self.inner(scope, _held(body, receive), sending)


def names(port: int) -> frozenset[str]:
    """The names by which the server may be called.

    >>> sorted(names(8000))
    ['127.0.0.1:8000', '[::1]:8000', 'localhost:8000']
    """
    found = {f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]")}
    return frozenset(found | ({name.rpartition(":")[0] for name in found} if port == 80 else set()))


def _single(pairs: Sequence[tuple[bytes, bytes]]) -> Mapping[str, str]:
    """The headers by name; those on which the guard rests must stand there once."""
    found: dict[str, str] = {}
    for name, value in pairs:
        key = name.decode("latin-1").lower()
        if key in found and key in ("host", "origin", "content-type", "content-length", "sec-fetch-site"):
            raise Refusal(400, "a header stands there twice", "send it once")
        found[key] = value.decode("latin-1")
    return found


def _look_at(scope: Scope, headers: Mapping[str, str], port: int) -> None:
    """Whether a request comes from the page of this server; raises Refusal if not."""
    own = names(port)
    host = headers.get("host", "").lower()
    if host not in own:
        raise Refusal(421, "the server goes by another name", "open the address that it printed when it was started")
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if origin is not None and origin.lower() != f"http://{host}":
        raise Refusal(403, "the request comes from another page", "use the page that this server gives out")
    if site not in (None, "same-origin", "none") and not _arrival(scope, headers):
        raise Refusal(403, "the request comes from another site", "use the page that this server gives out")
    if scope["method"] != "POST":
        return
    if origin is None and site is None:
        raise Refusal(403, "the request does not say where it comes from", "send the header Origin, as browsers do")
    kind, _, parameter = headers.get("content-type", "").partition(";")
    if kind.strip().lower() != "application/json" or parameter.replace(" ", "").lower() not in ("", "charset=utf-8"):
        raise Refusal(415, "the content is not said to be JSON", "send it as application/json in UTF-8")
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise Refusal(415, "the content is packed", "send it as it is")


def _arrival(scope: Scope, headers: Mapping[str, str]) -> bool:
    """Whether somebody comes to the first page by a link, which tells the page that links to it nothing."""
    whole = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    return scope["path"] == HOME and scope["method"] in ("GET", "HEAD") and whole


async def _read(receive: Receive, headers: Mapping[str, str], seconds: float) -> bytes:
    """The body of a request, never more of it than is allowed, and no longer waited for than is allowed."""
    too_large = Refusal(413, f"the content is larger than {MOST_BYTES // 1024} KB", "send less at once")
    told = headers.get("content-length", "0")
    if not told.isdecimal() or len(told) > 12 or int(told) > MOST_BYTES:
        raise too_large
    parts, size = [], 0
    try:
        async with asyncio.timeout(seconds):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Refusal(400, "the content broke off", "send it again")
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if size > MOST_BYTES:
                    raise too_large
                if not message.get("more_body", False):
                    return b"".join(parts)
    except TimeoutError:
        raise Refusal(408, "the content did not arrive in time", "send it again") from None


def _held(body: bytes, receive: Receive) -> Receive:
    """Gives the body that was read, then what else is told of the connection."""
    waiting = [body]

    async def given() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return given


def _with_headers(send: Send) -> Send:
    """Every answer carries what keeps a browser from lending it to others."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            there = {name.lower() for name, _ in message.get("headers", ())}
            headers = [(name.encode(), value.encode()) for name, value in HEADERS if name.encode() not in there]
            message = {**message, "headers": [*message.get("headers", ()), *headers]}
        await send(message)

    return sending


async def _refuse(refusal: Refusal, send: Send) -> None:
    """Answer, and end the connection: what else was sent on it is not read."""
    body = refusal.body()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
