"""An earlier released rule base gives again what it gave then, and a result is checked by the rules it was made with.

``ipt-0.1.0.json`` holds what the stored formulations of the published cases said when 0.1.0 was the rule base of
the library: focus, areas, safety and contradictions. It is taken from them as they were, and never written anew.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import runpy
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import ipt_formulate as ipt
from ipt_formulate import resources
from ipt_formulate.checking.check import check
from ipt_formulate.documents import read_document
from ipt_formulate.errors import InputError, UnknownName
from ipt_formulate.rulebase import releases
from ipt_formulate.rulebase.loader import contents_of, shipped_rulebase
from ipt_formulate.rulebase.lock import lock_text
from ipt_formulate.testing.goldens import summary

Cli = Callable[..., tuple[int, str, str]]
ROOT = Path(__file__).parents[2]
THEN: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("ipt-0.1.0.json").read_text(encoding="utf-8"))
PARTS = ("focus", "areas", "safety", "contradictions")


def parts(formulation: ipt.Formulation) -> dict[str, Any]:
    full = json.loads(summary(formulation))
    return {name: full[name] for name in PARTS}


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the released rule bases, in place of them."""
    folder = tmp_path / "releases"
    shutil.copytree(resources.releases_directory(), folder)
    monkeypatch.setattr(resources, "releases_directory", lambda: folder)
    releases._list.cache_clear()
    releases._released.cache_clear()
    return folder


@pytest.fixture(autouse=True)
def _forget() -> Any:
    yield
    releases._list.cache_clear()
    releases._released.cache_clear()


@pytest.mark.parametrize("name", ipt.example_names())
def test_a_replay_gives_what_the_release_gave(name: str) -> None:
    assert parts(ipt.formulate(ipt.example(name), as_of="0.1.0")) == THEN[name]


def test_the_rules_of_today_say_something_else_of_some_case() -> None:
    """So that a replay that took the rules of today would be noticed."""
    other = [name for name in THEN if parts(ipt.formulate(ipt.example(name))) != THEN[name]]
    assert len(other) >= 5


def test_a_replay_with_the_version_of_today_is_the_formulation_of_today() -> None:
    case = ipt.example("mrs-e-late-life-widow")
    today = shipped_rulebase().manifest.version
    assert ipt.formulate(case, as_of=today).model_dump_json() == ipt.formulate(case).model_dump_json()


def test_the_safety_rules_of_today_hold_in_a_replay() -> None:
    made = ipt.formulate(ipt.example("mrs-e-late-life-widow"), as_of="0.1.0").provenance
    assert (made.rulebase_version, made.rulebase_sha256) == ("0.1.0", releases.released("0.1.0").sha256)
    assert made.safety_floor
    assert made.safety_floor_sha256 == shipped_rulebase().sha256


@pytest.mark.parametrize("name", sorted(THEN))
def test_a_replay_holds_when_it_is_checked(name: str) -> None:
    case = ipt.example(name)
    replay = ipt.formulate(case, as_of="0.1.0", settings=ipt.Settings(parameters={"cssrs_high": 3}))
    told = ipt.Formulation.model_validate_json(replay.model_dump_json())
    assert check(told, case).holds


def test_a_result_of_another_release_is_not_checked_by_the_rules_of_today() -> None:
    """The check finds fault where the rules of today are taken for those of then."""
    found = 0
    for name in sorted(THEN):
        case = ipt.example(name)
        replay = ipt.formulate(case, as_of="0.1.0")
        claimed = replay.provenance.model_copy(update={"rulebase_sha256": shipped_rulebase().sha256})
        found += not check(replay.model_copy(update={"provenance": claimed}), case).holds
    assert found >= 5


def test_a_native_result_of_a_release_is_checked_without_the_safety_rules_of_today() -> None:
    """A library of then put nothing in, so the flag that only the rules of today raise did not follow."""
    case = ipt.parse_case({"assessment": {"safety": {"asked": "today", "last_suicidal_behaviour": "2y"}}})
    replay = ipt.formulate(case, as_of="0.1.0")
    assert [flag.rule for flag in replay.safety.flags] == ["safety.earlier_suicidal_behaviour"]
    assert check(replay, case).holds
    own = releases.released("0.1.0").sha256
    made = replay.provenance.model_copy(update={"safety_floor": (), "safety_floor_sha256": own})
    where = [each.where for each in check(replay.model_copy(update={"provenance": made}), case).differences]
    assert "safety.flags" in where


def test_every_version_that_the_changes_tell_of_can_be_replayed() -> None:
    told = re.findall(r"Rule base `ipt` (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    assert told
    assert set(told) <= set(releases.released_versions())
    assert set(told[1:]) <= set(releases._list()), "run `make archive` before rulebase.yaml gets its next version"
    assert shipped_rulebase().manifest.version not in releases._list(), "rulebase.yaml needs its next version"


def test_what_was_released_is_kept_as_it_was() -> None:
    """The hash that the lock of 0.1.0 was written of; a list that were changed with its file would be noticed here."""
    assert releases.released("0.1.0").sha256 == "56e37f322c5cae6b1d87a80a0b1be6a47b774bfcdaf4c9dad9770f2cf4de7f9b"
    assert len(releases.released("0.1.0").rules) == 141


@pytest.mark.parametrize("damage", ["a byte", "cut short", "gone", "other contents"])
def test_a_damaged_release_is_refused(kept: Path, damage: str) -> None:
    path = releases.file_of("0.1.0")
    packed = path.read_bytes()
    match damage:
        case "a byte":
            path.write_bytes(packed[:1000] + bytes([packed[1000] ^ 1]) + packed[1001:])
        case "cut short":
            path.write_bytes(packed[:-2000])
        case "gone":
            path.unlink()
        case "other contents":
            path.write_bytes(releases.packed(gzip.decompress(packed).replace(b"near", b"far")))
    with pytest.raises(InputError, match="damaged or missing; install the library again"):
        ipt.formulate(ipt.Case(), as_of="0.1.0")


def test_a_release_that_can_no_longer_be_run_says_with_which_library_it_can(kept: Path) -> None:
    contents = json.loads(gzip.decompress(releases.file_of("0.1.0").read_bytes()))
    contents["safety/coercion_now.yaml"]["a_part_of_then"] = 1
    text = json.dumps(contents, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    releases.file_of("0.1.0").write_bytes(releases.packed(text))
    line = f'"0.1.0": {{sha256: {hashlib.sha256(text).hexdigest()}, library: "0.1.0"}}\n'
    (kept / "releases.yaml").write_text(line, encoding="utf-8")
    with pytest.raises(
        InputError, match=r"can no longer run the rule base 0\.1\.0: safety/coercion_now.*ipt_formulate 0\.1\.0"
    ):
        ipt.formulate(ipt.Case(), as_of="0.1.0")


def test_unknown_releases_and_two_rule_bases_at_once_are_refused() -> None:
    with pytest.raises(UnknownName, match=r"there are: 0\.1\.0, "):
        ipt.formulate(ipt.Case(), as_of="0.0.1")
    with pytest.raises(InputError, match="give one of the two"):
        ipt.formulate(ipt.Case(), as_of="0.1.0", rulebase=shipped_rulebase())


def test_the_rules_of_today_are_archived_as_they_are(kept: Path) -> None:
    archive = runpy.run_path(str(ROOT / "tests" / "archive_rules.py"))["archive"]
    version = archive(resources.rules_directory(), kept, "9.0.0")
    contents = gzip.decompress(releases.file_of(version, kept).read_bytes())
    assert contents == contents_of(resources.rules_directory())
    assert read_document(kept / "releases.yaml").content[version]["sha256"] == shipped_rulebase().sha256
    again = releases.rulebase_of(json.loads(contents))
    assert (again.sha256, lock_text(again)) == (shipped_rulebase().sha256, lock_text(shipped_rulebase()))
    with pytest.raises(SystemExit, match="archived before"):
        archive(resources.rules_directory(), kept, "9.0.0")


def test_the_command_line_replays_and_checks(cli: Cli, tmp_path: Path) -> None:
    code, out, _ = cli("formulate", "leonard-ptsd-grief-911", "--as-of", "0.1.0", "--json")
    assert (code, json.loads(out)["provenance"]["rulebase_version"]) == (0, "0.1.0")
    result = tmp_path / "result.json"
    result.write_text(out, encoding="utf-8")
    assert cli("check", result, "leonard-ptsd-grief-911")[0] == 0
    code, out, err = cli("formulate", "leonard-ptsd-grief-911", "--as-of", "7")
    assert (code, out) == (2, "")
    assert "there are: 0.1.0" in err


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"library": "0.1.0"}, "check it with ipt_formulate 0.1.0"),
        ({"result_schema": "8", "library": "x\n"}, "made it"),
    ],
)
def test_a_result_of_another_form_is_told_as_such(cli: Cli, tmp_path: Path, given: dict[str, str], told: str) -> None:
    result = tmp_path / "result.json"
    result.write_text(json.dumps({"provenance": given}), encoding="utf-8")
    code, out, err = cli("check", result, "leonard-ptsd-grief-911")
    assert (code, out) == (2, "")
    assert "of another form than 1.0" in err
    assert told in err
