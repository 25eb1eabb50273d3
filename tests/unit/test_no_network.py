"""No command opens a connection, starts a program, or writes anything but what it was asked for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import ipt_formulate as ipt

PROGRAM = """
import os, sys
asked, seen = set(filter(None, os.environ["ASKED"].split(os.pathsep))), []
HARMFUL = ("socket.", "urllib.", "http.client.", "ftplib.", "smtplib.", "poplib.", "imaplib.", "telnetlib.", "webbrowser.",
           "subprocess.", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "os.fork", "pty.", "ctypes.dlopen",
           "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "shutil.")
def watch(event, args):
    if event == "open":
        path, mode, flags = args
        writing = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND)
        if isinstance(path, (str, bytes)) and writing and os.fsdecode(path) != os.devnull:
            seen.append(("open", os.fsdecode(path)))
    elif event.startswith(HARMFUL) and event not in ("socket.__new__", "socket.gethostname"):
        seen.append((event, str([each for each in args if isinstance(each, str)])))
    elif event == "socket.__new__":
        seen.append((event, ""))
from ipt_formulate import cli
sys.addaudithook(watch)
sys.argv = ["ipt-formulate", *sys.argv[1:]]
sys.dont_write_bytecode = True
code = 0
try:
    cli.main()
except SystemExit as stop:
    code = stop.code or 0
out = [each for each in seen if not any(place in each[1] for place in asked)]
sys.stderr.write(f"CODE {code} SEEN {out}\\n")
"""
CASE = "mrs-e-late-life-widow"
COMMANDS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("demo",), ()),
    (("cases",), ()),
    (("schema",), ()),
    (("formulate", CASE), ()),
    (("formulate", CASE, "--json"), ()),
    (("formulate", CASE, "--html", "page.html"), ("page.html",)),
    (("why", CASE), ()),
    (("why-not", CASE, "grief"), ()),
    (("contrast", CASE, "grief", "role_dispute"), ()),
    (("what-would-change", CASE, "--size", "1"), ()),
    (("reasons", CASE), ()),
    (("compare", CASE), ()),
    (("sensitivity", CASE), ()),
    (("plan", CASE), ()),
    (("progress", "course.yaml"), ()),
    (("caseload", "courses"), ()),
    (("sheet", "attempts"), ()),
    (("relapse-plan", CASE), ()),
    (("check", "result.json", CASE), ()),
    (("export", CASE, "--to", "csv"), ()),
    (("export", CASE, "--to", "fhir-r5", "--subject", "Patient/1", "--out", "bundle.json"), ("bundle.json",)),
    (("import", "cases.csv", "--from", "csv", "--out", "case.yaml"), ("case.yaml", "['.']")),
    (("migrate", "course.yaml"), ()),
    (("supervision", CASE, CASE), ()),
    (("rule", "grief.little_support"), ()),
    (("rules",), ()),
    (("technique", "grief_work"), ()),
    (("lint",), ()),
    (("new-pack", "clinic"), ("clinic",)),
    (("lint", "pack"), ()),
    (("lock", "pack"), ("rules.lock",)),
    (("new-rule", "grief.mine_new", "--rules-dir", "pack"), ("mine_new.yaml", "problem_areas")),
    (("formulate", CASE, "--rules", "pack"), ()),
    (("formulate", CASE, "--rules", "no_such_pack"), ()),
)


@pytest.mark.parametrize(("arguments", "asked"), COMMANDS, ids=[" ".join(each[0])[:50] for each in COMMANDS])
def test_a_command_reaches_for_nothing_else(arguments: tuple[str, ...], asked: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "course.yaml").write_text("course: 1\nlog: [{session: 1, mood: 4}]\n", encoding="utf-8")
    (tmp_path / "cases.csv").write_text("id,path,value\none,assessment.age_band,adult\n", encoding="utf-8")
    (tmp_path / "courses").mkdir()
    (tmp_path / "courses" / "one.yaml").write_text("course: 1\n", encoding="utf-8")
    (tmp_path / "result.json").write_text(ipt.formulate(ipt.example(CASE)).model_dump_json(), encoding="utf-8")
    (tmp_path / "pack").mkdir()
    about = {"name": "mine", "version": "0.1.0", "extends": {"name": "ipt", "from": "0.2.0", "below": "0.3.0"}}
    (tmp_path / "pack" / "rulebase.yaml").write_text(yaml.safe_dump({**about, "maintainers": ["we"]}), encoding="utf-8")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "ASKED": os.pathsep.join(asked)},
        check=True,
    )
    report = done.stderr.splitlines()[-1]
    assert report.endswith("SEEN []"), report
    expected = "2" if "no_such_pack" in arguments else "0"
    assert report.startswith(f"CODE {expected} "), done.stderr
    for path, content in before.items():
        assert path.read_bytes() == content, path
    new = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")} - {
        path.relative_to(tmp_path).as_posix() for path in [*before, tmp_path / "pack", tmp_path / "courses"]
    }
    assert all(any(place in path for place in asked) for path in new), new


NOT_RUN = {"agreement", "cohort", "diff", "interview", "mutate", "overlaps", "practice", "prove", "study"}
"""They need a folder of cases, an extra, or somebody who answers, or serve until they are ended; what they share with the others is run here."""


def test_every_command_is_run_or_said_not_to_be() -> None:
    from ipt_formulate.cli import app

    names = {
        (each.name or each.callback.__name__).replace("_", "-") for each in app.registered_commands if each.callback
    }
    names |= {each.name for each in app.registered_groups if isinstance(each.name, str)}
    assert names - {arguments[0] for arguments, _ in COMMANDS} <= NOT_RUN


def test_the_watch_sees_what_it_watches_for(tmp_path: Path) -> None:
    program = PROGRAM.replace("    cli.main()", "    import socket; socket.socket(); open('left.txt', 'w')")
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, env={**os.environ, "ASKED": ""}
    )
    assert "socket.__new__" in done.stderr
    assert "left.txt" in done.stderr
