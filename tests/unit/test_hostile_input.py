"""Whatever is handed in, it ends in one clear message and code 2, in little time and memory, and nothing is lost."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

import ipt_formulate as ipt
from ipt_formulate.course.files import parse_course
from ipt_formulate.course.sheets.files import parse_sheet
from ipt_formulate.errors import IptFormulateError
from ipt_formulate.rulebase import files
from ipt_formulate.rulebase.loader import load_rulebase

MEMORY = 1_500_000_000
COMMAND = [sys.executable, "-m", "ipt_formulate.cli"]
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
TEXTS: dict[str, bytes] = {
    "billion laughs": BOMB.encode(),
    "an anchor to itself": b"a: &a [*a]",
    "a merge": b"base: &b {x: 1}\nc: {<<: *b}",
    "a tag": b"assessment: !!python/object/apply:os.system ['true']",
    "a huge number": b"inventory: {people: [{closeness: " + b"9" * 10_000 + b"}]}",
    "a number of digits that Python refuses": b"a: " + b"9" * 100_000,
    "a power": b"inventory: {people: [{closeness: 1e400}]}",
    "infinity": b"inventory: {people: [{closeness: .inf}]}",
    "not a number": b"inventory: {people: [{closeness: .nan}]}",
    "deep lists": b"[" * 100_000,
    "deep mappings": b"{a: " * 50_000,
    "deep blocks": b"".join(b" " * place + b"a:\n" for place in range(1_000)),
    "many values": b"a: [" + b"1, " * 200_000 + b"1]",
    "a large file": b"# " + b"x" * 3_000_000,
    "a long key": b"? " + b"k" * 1_000_000 + b"\n: 1",
    "a long label": b"inventory: {people: [{label: " + b"x" * 1_000_000 + b"}]}",
    "many people": b"inventory: {people: [" + b"{role: friend}, " * 20_000 + b"{}]}",
    "a zero byte": b"inventory: {}\x00",
    "a turn of direction": "inventory: {people: [{label: a\u202eb}]}".encode(),
    "a turn that is escaped": b'inventory: {people: [{label: "a\\u202eb"}]}',
    "no width": "inventory: {people: [{label: a\u200bb}]}".encode(),
    "an id of look-alikes": "inventory: {people: [{id: m\u043ether}]}".encode(),
    "half a character": b'inventory: {people: [{label: "\\ud800"}]}',
    "half a character in bytes": b"inventory: {people: [{label: \xed\xa0\x80}]}",
    "an overlong slash": b"inventory: {people: [{label: \xc0\xaf}]}",
    "another encoding": "inventory: {}".encode("utf-16"),
    "a mark inside": "inventory: {people: [{label: a\ufeffb}]}".encode(),
    "two documents": b"inventory: {}\n---\ninventory: {}",
    "no mapping": b"- 1",
    "random bytes": bytes(range(256)),
}


@pytest.fixture
def bounded(tmp_path: Path) -> Any:
    """Runs a command with a limit of memory and of time."""

    def run(*arguments: object) -> tuple[int, str]:
        done = subprocess.run(
            [*COMMAND, *map(str, arguments)],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            timeout=60,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
        )
        assert "Traceback" not in done.stderr, done.stderr[-2000:]
        return done.returncode, done.stderr

    return run


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("ending", ["yaml", "json"])
def test_a_hostile_file_is_refused_as_a_case_a_course_and_a_part_of_a_pack(
    name: str, ending: str, tmp_path: Path
) -> None:
    path = tmp_path / f"file.{ending}"
    path.write_bytes(TEXTS[name])
    for load in (ipt.load_case, ipt.load_course):
        with pytest.raises(IptFormulateError) as found:
            load(path)
        assert len(str(found.value)) < 100_000
        str(found.value).encode()
    if ending == "yaml":
        about = {"name": "mine", "version": "0.1.0", "extends": {"name": "ipt", "from": "0.2.0", "below": "0.3.0"}}
        (tmp_path / "pack").mkdir()
        (tmp_path / "pack" / "rulebase.yaml").write_text(yaml.safe_dump({**about, "maintainers": ["we"]}), "utf-8")
        for place in ("parameters", "conditions", "bibliography", "rulebase"):
            (tmp_path / "pack" / f"{place}.yaml").write_bytes(TEXTS[name])
            with pytest.raises(IptFormulateError) as found:
                load_rulebase(tmp_path / "pack")
            assert f"{place}.yaml" in str(found.value)


@pytest.mark.parametrize("name", ["billion laughs", "deep lists", "many people", "a huge number", "half a character"])
def test_a_hostile_file_ends_the_command_in_bounded_memory(bounded: Any, name: str, tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_bytes(TEXTS[name])
    code, err = bounded("formulate", "case.yaml")
    assert code == 2
    assert len(err.splitlines()) == 1 or name == "many people"


def test_what_stands_at_a_path_is_read_only_if_it_is_a_file_and_no_more_than_a_file_may_hold(
    bounded: Any, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "zero.yaml").symlink_to("/dev/zero")
    (tmp_path / "round.yaml").symlink_to("round.yaml")
    (tmp_path / "folder.yaml").mkdir()
    for name in (
        "pipe.yaml",
        "zero.yaml",
        "round.yaml",
        "folder.yaml",
        "/dev/zero",
        "x" * 5000 + ".yaml",
        "no/such.yaml",
    ):
        for command in (["formulate", name], ["progress", name], ["sheet", "attempts", "--check", name]):
            code, err = bounded(*command)
            assert code == 2, command
            assert len(err.splitlines()) == 1, err


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="there is no file here that does not say its size")
def test_a_file_that_does_not_say_its_size_is_read_within_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ipt_formulate.documents.MAX_BYTES", 5)
    with pytest.raises(IptFormulateError, match="is larger than 5 bytes"):
        ipt.load_case("/proc/self/environ")


def test_a_pack_is_read_from_its_own_directory_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    about = {"name": "mine", "version": "0.1.0", "extends": {"name": "ipt", "from": "0.2.0", "below": "0.3.0"}}
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "rulebase.yaml").write_text(yaml.safe_dump({**about, "maintainers": ["we"]}), "utf-8")
    assert load_rulebase(pack)
    (tmp_path / "outside.yaml").write_text("id: x", "utf-8")
    (pack / "conditions.yaml").symlink_to(tmp_path / "outside.yaml")
    (pack / "advice").symlink_to("/etc")
    os.mkfifo(pack / "parameters.yaml")
    (pack / "a\u202eb.yaml").write_text("id: x", "utf-8")
    (pack / "b\udcffc.yaml").write_text("id: x", "utf-8")
    with pytest.raises(IptFormulateError) as found:
        load_rulebase(pack)
    told = sorted(str(found.value).splitlines())
    assert [line.partition(":")[0] for line in told] == [
        "a\\u202eb.yaml",
        "advice",
        "b\\udcffc.yaml",
        "conditions.yaml",
        "parameters.yaml",
    ]
    monkeypatch.setattr(files, "MAX_ENTRIES", 3)
    with pytest.raises(IptFormulateError, match="holds more than 3 files and folders"):
        load_rulebase(pack)
    for place in ("/", "/proc", "/dev/zero", str(tmp_path), "\x00", "..", "x" * 5000):
        with pytest.raises(IptFormulateError):
            load_rulebase(place)


@pytest.mark.parametrize("name", ["../x", "/x", "advice/../../x", "grief.x/../../y", "grief.\u0430bc", "grief.a\x00"])
def test_a_new_rule_is_written_nowhere_else(name: str, tmp_path: Path) -> None:
    from ipt_formulate.errors import InputError
    from ipt_formulate.rulebase.template import new_rule

    (tmp_path / "rulebase.yaml").write_text("name: mine\nextends: {}\n", "utf-8")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(InputError):
        new_rule(tmp_path, name)
    assert sorted(tmp_path.rglob("*")) == before


def nested(depth: int, kind: type) -> Any:
    value: Any = "end"
    for _ in range(depth):
        value = [value] if kind is list else {"inventory": value}
    return value


@pytest.mark.parametrize("depth", [40, 1_000, 100_000])
@pytest.mark.parametrize("kind", [list, dict])
def test_content_that_is_handed_in_as_it_is_may_be_as_deep_as_it_likes(depth: int, kind: type) -> None:
    value = nested(depth, kind)
    for told in ({"inventory": value}, {"assessment": {"episode": {"onset": value}}}):
        with pytest.raises(IptFormulateError):
            ipt.parse_case(told)
    with pytest.raises(IptFormulateError):
        parse_course({"course": 1, "log": value})
    with pytest.raises(IptFormulateError):
        parse_sheet({"sheet": "attempts", "attempts": value})
    with pytest.raises(IptFormulateError):
        ipt.example("mrs-e-late-life-widow").with_("assessment.episode.onset", value)


def test_a_mark_at_the_beginning_is_what_some_editors_write(tmp_path: Path) -> None:
    for name, text in (("case.yaml", "\ufeffinventory: {}"), ("case.json", '\ufeff{"inventory": {}}')):
        (tmp_path / name).write_text(text, "utf-8")
        assert ipt.load_case(tmp_path / name) == ipt.Case()
