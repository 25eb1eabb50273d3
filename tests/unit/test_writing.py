"""Writing a file: whole or not at all, through links, and into what is no file."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import ipt_formulate as ipt
from ipt_formulate.case.files import write_text

Cli = Callable[..., tuple[int, str, str]]
PROGRAM = [sys.executable, "-m", "ipt_formulate.cli", "formulate", "mrs-e-late-life-widow", "--html"]


def test_a_link_stays_a_link_and_a_file_keeps_its_permissions(tmp_path: Path) -> None:
    real, link = tmp_path / "deep" / "real.html", tmp_path / "link.html"
    real.parent.mkdir()
    link.symlink_to(real)
    write_text(link, "one\r\n")
    assert link.is_symlink()
    assert real.read_bytes() == b"one\r\n"
    assert real.stat().st_mode & 0o777 == 0o600
    real.chmod(0o640)
    write_text(link, "two")
    assert (link.is_symlink(), real.read_text(), real.stat().st_mode & 0o777) == (True, "two", 0o640)
    assert [each.name for each in real.parent.iterdir()] == ["real.html"]


def test_a_circle_of_links_and_a_directory_are_refused_and_stay(tmp_path: Path) -> None:
    one, other = tmp_path / "one.html", tmp_path / "other.html"
    one.symlink_to(other)
    other.symlink_to(one)
    for path in (one, tmp_path, tmp_path / "none" / "page.html"):
        with pytest.raises(ipt.IptFormulateError, match="cannot be written; give another file"):
            write_text(path, "x")
    assert (one.is_symlink(), other.is_symlink(), len(list(tmp_path.iterdir()))) == (True, True, 2)


def test_a_pipe_is_written_into(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE, text=True) as reader:
        write_text(pipe, "through the pipe")
        assert reader.communicate()[0] == "through the pipe"
    assert pipe.is_fifo()


def test_a_page_goes_to_standard_output_alone_whether_that_is_a_pipe_or_a_file(tmp_path: Path) -> None:
    page = ipt.formulate(ipt.example("mrs-e-late-life-widow")).to_html()
    piped = subprocess.run([*PROGRAM, "/dev/stdout"], capture_output=True, check=True)
    assert piped.stdout.decode("utf-8") == page
    into = tmp_path / "out"
    with into.open("wb") as file:
        file.write(b"before\n")
        file.flush()
        subprocess.run([*PROGRAM, "/dev/stdout"], stdout=file, check=True)
    assert into.read_text(encoding="utf-8") == f"before\n{page}"


@pytest.mark.parametrize(
    "command",
    [
        ("formulate", "CASE", "--html"),
        ("relapse-plan", "CASE", "--html"),
        ("sheet", "attempts", "--html"),
        ("progress", "CASE", "--chart"),
        ("progress", "CASE", "--circles"),
        ("progress", "CASE", "--calendar"),
    ],
)
def test_no_page_takes_the_place_of_a_case_by_its_name_or_by_a_link(
    cli: Cli, tmp_path: Path, command: tuple[str, ...]
) -> None:
    case, link = tmp_path / "case.yaml", tmp_path / "page.html"
    case.write_text("inventory: {}\n", encoding="utf-8")
    link.symlink_to(case)
    for out in (case, link):
        code, printed, error = cli(*(str(case) if each == "CASE" else each for each in command), out)
        assert (code, printed) == (2, "")
        assert error.startswith(f"{out}: is no name of a page; give a file that ends in .")
    assert case.read_text(encoding="utf-8") == "inventory: {}\n"
    assert link.is_symlink()
