"""A page in headless Chromium, spoken to over a pipe in the DevTools protocol: no driver, no port, no network."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FIRST_FREE = 20
AXE = Path(sys.prefix, "axe", "axe_playwright_python", "axe.min.js")
"""Axe comes in a package that needs a driver which is not used here; so it lies beside the others."""
OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--host-resolver-rules='MAP * ~NOTFOUND , EXCLUDE 127.0.0.1'",
    "--remote-debugging-pipe",
)


class Chromium:
    """One page of a browser that lives as long as the tests."""

    def __init__(self, profile: Path) -> None:
        theirs, self.to = os.pipe()
        self.back, ours = os.pipe()
        ends = [fcntl.fcntl(each, fcntl.F_DUPFD, FIRST_FREE) for each in (theirs, ours)]
        os.close(theirs)
        os.close(ours)
        command = f"exec chromium {' '.join(OPTIONS)} --user-data-dir='{profile}' about:blank 3<&{ends[0]} 4>&{ends[1]}"
        self.process = subprocess.Popen(
            ["bash", "-c", command], pass_fds=ends, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for each in ends:
            os.close(each)
        self.number, self.rest, self.session = 0, b"", ""
        self.heard: list[dict[str, Any]] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Ask for something and wait for the answer; what is told meanwhile is kept in ``heard``."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        message |= {"sessionId": self.session} if self.session else {}
        self._send(message)
        while True:
            told = self._next()
            if told.get("id") == self.number:
                assert "error" not in told, told["error"]
                result: dict[str, Any] = told["result"]
                return result
            self._keep(told)

    def _keep(self, told: dict[str, Any]) -> None:
        """Keep what was told; a question of the page, such as whether to leave it, is answered with yes."""
        self.heard.append(told)
        if told.get("method") == "Page.javascriptDialogOpening":
            answer = {"id": 0, "method": "Page.handleJavaScriptDialog", "params": {"accept": True}}
            self._send(answer | {"sessionId": self.session})

    def _send(self, message: dict[str, Any]) -> None:
        sent = memoryview(json.dumps(message).encode() + b"\0")
        while sent:
            sent = sent[os.write(self.to, sent) :]

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self.rest:
            more = os.read(self.back, 1 << 16)
            assert more, "the browser has ended"
            self.rest += more
        message, _, self.rest = self.rest.partition(b"\0")
        told: dict[str, Any] = json.loads(message)
        return told

    def open(self, page: Path | str, width: int = 1440, *, dark: bool = False, paper: bool = False) -> None:
        """Open a file or an address at a width, and wait until it is there."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.call("Emulation.setEmulatedMedia", media="print" if paper else "screen", features=scheme)
        self.heard.clear()
        self.call("Page.navigate", url=page if isinstance(page, str) else page.as_uri())
        while not any(each.get("method") == "Page.loadEventFired" for each in self.heard):
            self._keep(self._next())

    def run(self, script: str) -> Any:
        """The value of an expression in the page."""
        found = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def wait(self, script: str, seconds: float = 20) -> None:
        """Wait until an expression in the page is true."""
        end = time.monotonic() + seconds
        while not self.run(f"Boolean({script})"):
            assert time.monotonic() < end, f"never became true: {script}"
            time.sleep(0.02)

    def press(self, key: str, code: int, text: str = "") -> None:
        """Press a key and let it go."""
        told = {"key": key, "code": key, "windowsVirtualKeyCode": code, "nativeVirtualKeyCode": code}
        self.call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **told)
        self.call("Input.dispatchKeyEvent", type="keyUp", **told)

    def told(self, *methods: str) -> list[dict[str, Any]]:
        """What the page has said of itself since it was opened."""
        return [each["params"] for each in self.heard if each.get("method") in methods]

    def violations(self) -> list[tuple[str, str, str]]:
        """What axe finds in the page, of whatever weight: the rule, how grave it is, and where."""
        assert AXE.is_file(), "axe is missing; run: make test-browser"
        self.run(f"window.axe || (() => {{{AXE.read_text(encoding='utf-8')}}})();0")
        options = "{resultTypes: ['violations'], iframes: false}"
        found = self.run(f"axe.run(document, {options}).then(all => JSON.stringify(all.violations))")
        return [(each["id"], each["impact"], each["nodes"][0]["html"][:200]) for each in json.loads(found)]

    def close(self) -> None:
        """End the browser that was started here, and no other."""
        os.close(self.to)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.back)


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """A browser."""
    assert shutil.which("chromium"), "chromium is missing; install it: apt-get install chromium fonts-dejavu-core"
    browser = Chromium(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.close()
