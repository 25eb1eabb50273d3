"""The command that serves the practice page, and what the page consists of."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

import ipt_formulate.practice
from ipt_formulate.practice.files import cases_to_practise, shipped_teaching_cases

PAGE = Path(ipt_formulate.practice.__file__).parent / "page"
Cli = Callable[..., tuple[int, str, str]]


def test_it_prints_the_address_serves_and_ends_quietly(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ipt_formulate.cli", "practice", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path) as running:
        assert running.stdout is not None
        line = running.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert found, line
        assert line.startswith(f"{len(shipped_teaching_cases())} cases")
        with urllib.request.urlopen(found[0], timeout=10) as answer:
            assert b"<title>Practice</title>" in answer.read()
        with urllib.request.urlopen(f"{found[0]}/api/cases", timeout=10) as answer:
            assert {each["name"] for each in json.load(answer)} == set(cases_to_practise())
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=20)
        assert (running.returncode, out, err) == (0, "Ended.\n", "")
    assert list(tmp_path.iterdir()) == []


def test_an_interruption_ends_it_without_a_fault(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    from ipt_formulate.practice import server

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(server.uvicorn.Server, "run", interrupted)
    code, out, err = cli("practice", "--port", 0)
    assert (code, err) == (0, "")
    assert out.endswith("Ended.\n")


def test_a_port_that_is_taken_is_told(cli: Cli) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        code, out, err = cli("practice", "--port", other.getsockname()[1])
    assert (code, out) == (2, "")
    assert err == "--port: is taken by another program; give another, or 0 for any that is free\n"


def test_the_missing_extra_is_told(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    monkeypatch.delitem(sys.modules, "ipt_formulate.practice.server", raising=False)
    monkeypatch.delattr(ipt_formulate.practice, "server", raising=False)
    code, out, err = cli("practice")
    assert (code, out) == (2, "")
    assert err.endswith("install it with: pip install 'ipt_formulate[practice]'\n")


def test_a_folder_without_cases_is_told(cli: Cli, tmp_path: Path) -> None:
    assert cli("practice", tmp_path)[2].endswith(
        "holds no teaching case; give a folder with teaching cases as YAML or JSON\n"
    )
    assert cli("practice", tmp_path / "none")[2].endswith(
        "is not a directory; give a folder with teaching cases as YAML or JSON\n"
    )
    (tmp_path / "a.yaml").write_text("teaching: 1\ntitle: A start\n", encoding="utf-8")
    code, _, err = cli("practice", tmp_path)
    assert code == 2
    assert "a.yaml: story: is required" in err


FORBIDDEN = (
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|srcdoc",  # text stays text
    r"\beval\b|new Function|\bimport\(|setTimeout\(['\"`]",
    r"localStorage|sessionStorage|indexedDB|\.cookie|serviceWorker|\bcaches\b",  # nothing is stored
    r"WebSocket|EventSource|sendBeacon|XMLHttpRequest",
    r"https?://(?!www\.w3\.org/2000/svg)|//cdn",  # nothing from elsewhere
)


@pytest.mark.parametrize("pattern", FORBIDDEN)
def test_the_page_neither_reads_markup_nor_stores_nor_loads_from_elsewhere(pattern: str) -> None:
    files = [path for path in PAGE.iterdir() if path.suffix in (".js", ".html", ".css")]
    assert len(files) > 10
    assert [path.name for path in files if re.search(pattern, path.read_text(encoding="utf-8"))] == []


def test_the_page_has_no_script_or_style_that_its_policy_would_stop() -> None:
    page = (PAGE / "practice.html").read_text(encoding="utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon[a-z]+=", page) == []
