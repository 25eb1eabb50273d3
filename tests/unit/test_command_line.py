"""The command line as a user meets it: what it prints, and how it refuses."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ipt_formulate.resources import rules_directory

Cli = Callable[..., tuple[int, str, str]]
CANARY = "Xanthippe-of-Athens"
FAULTS = {
    "parameters.yaml": ("value: 6mo", "value: six months", "parameters.yaml:"),
    "conditions.yaml": ("person.closeness:", "person.closenes:", "person.closenes is not a field"),
    "problem_areas/grief/near_onset_or_worsening.yaml": (
        "when: near_onset_or_worsening",
        "when: near_onset",
        "did you mean near_onset_or_worsening",
    ),
    "problem_areas/grief/little_support.yaml": (
        "mourning.supported: false",
        "mourning.supported: perhaps",
        "is a yes/no field",
    ),
    "problem_areas/role_dispute/stalled.yaml": ("stage: impasse", "stage: stuck", "a word it cannot be"),
    "problem_areas/grief/very_recent_death.yaml": (
        "at_most: $very_recent_death",
        "at_most: 14",
        "a number stands in a condition",
    ),
    "problem_areas/role_transition/supports_lost.yaml": (
        "key: lipsitz-2013",
        "key: nobody-2013",
        "not in bibliography.yaml",
    ),
    "problem_areas/role_dispute/tied_to_episode.yaml": ("limits:", "limitations:", "limits: is missing"),
    "safety/mania_now.yaml": ("for_each: case", "for_each: people", "its conclusion goes with for_each: case"),
    "techniques/gates/past_coercion.yaml": ("role_playing", "rope_playing", "names rope_playing, which has no card"),
    "traditions/weissman.yaml": ("title:", "title: x\ntitle:", "the same key twice"),
}


def test_every_command_answers(cli: Cli, tmp_path: Path) -> None:
    for arguments, expected in [
        (["demo"], "SAFETY"),
        (["formulate", "mrs-e-late-life-widow"], "ASK NEXT"),
        (["formulate", "mrs-e-late-life-widow", "--engine", "reference"], "engine reference"),
        (["why", "mrs-e-late-life-widow", "grief"], "grief.near_onset_or_worsening"),
        (["why", "alex-dysthymia-casebook"], "Role transition"),
        (["rule", "safety.coercion_now"], "at least 1 of people"),
        (["technique"], "grief_work "),
        (["technique", "grief_work"], "STEPS"),
        (["formulate", "mrs-e-late-life-widow", "--set", "cssrs_high=3"], "cssrs_high = 3 (set by the site)"),
        (["why", "mrs-e-late-life-widow", "grief", "--set", "cssrs_high=3"], "grief.near_onset_or_worsening"),
        (["why-not", "mrs-e-late-life-widow", "role_dispute"], "No conflict is recorded"),
        (["contrast", "mrs-e-late-life-widow", "grief", "role_dispute"], "Grief can be in focus; role dispute cannot"),
        (["what-would-change", "mrs-e-late-life-widow", "--size", "1"], "One fact: nothing alone would"),
        (["reasons", "mrs-e-late-life-widow"], "Grief is supported: 4 facts are enough, whatever else is so."),
        (["sensitivity", "mrs-e-late-life-widow"], "WHAT WAS VARIED"),
        (["rules"], "interpersonal_deficits.lifelong_difficulty"),
        (["lint"], "nothing to complain about"),
        (["cases"], "susan-bpd-casebook"),
    ]:
        code, out, err = cli(*arguments)
        assert (code, err) == (0, ""), arguments
        assert expected in out.replace("\n", " ") or expected in out, arguments
    for arguments in (
        ["formulate", "susan-bpd-casebook", "--json"],
        ["why-not", "susan-bpd-casebook", "grief", "--json"],
        ["contrast", "susan-bpd-casebook", "grief", "role_dispute", "--json"],
        ["what-would-change", "susan-bpd-casebook", "--json"],
        ["reasons", "susan-bpd-casebook", "--json"],
        ["rules", "--json"],
        ["schema"],
        ["rule", "grief.little_support", "--json"],
        ["technique", "--json"],
        ["technique", "timeline", "--json"],
    ):
        code, out, _ = cli(*arguments)
        assert code == 0
        assert json.loads(out)


def test_a_rule_base_with_eleven_faults_names_them_all(cli: Cli, tmp_path: Path) -> None:
    directory = tmp_path / "rules"
    shutil.copytree(rules_directory(), directory)
    for name, (right, wrong, _) in FAULTS.items():
        text = (directory / name).read_text(encoding="utf-8")
        assert right in text, name
        (directory / name).write_text(text.replace(right, wrong, 1), encoding="utf-8")
    code, out, err = cli("lint", directory)
    assert (code, out) == (2, "")
    for name, (_, _, complaint) in FAULTS.items():
        assert any(complaint in line and name in line for line in err.splitlines()), (name, complaint, err)
    assert "Traceback" not in err


HOSTILE = {
    "malformed.yaml": "assessment: [unclosed\n  - : :",
    "wrong-types.yaml": "assessment: {episode: {onset: [1, 2]}, conditions: {depression: 7}}\ninventory: {people: {role: x}}",
    "unknown-fields.yaml": f"assessment: {{epsiode: {CANARY}}}\ninventory: {{deaths: [{{whn: 3mo}}]}}",
    "contradictory.yaml": "assessment: {episode: {onset: 5-3mo}}\ninventory: {people: [{id: a, role: parent, alive: true}], deaths: [{person: a, role: friend}]}",
    "nested.json": "[" * 10_000_000,
    "nested.yaml": "[" * 1_500_000,
    "huge.yaml": "a: " + "x" * 10_000_000,
    "bomb.yaml": "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]",
    "tag.yaml": "!!python/object/apply:os.system [ls]",
    "twice.yaml": "assessment: {}\nassessment: {}",
    "two.yaml": "assessment: {}\n---\nassessment: {}",
    "control.yaml": "assessment: \x00\x01",
    "not-a-mapping.yaml": "just words",
    "empty.yaml": "",
    "twice.json": '{"assessment": {}, "assessment": {}}',
    "nan.json": '{"assessment": NaN}',
    "broken.json": '{"assessment": ',
    "digits.json": '{"assessment": ' + "9" * 5000 + "}",
    "latin.yaml": None,
    "end-of-time.json": '{"assessment": {"date": "9999-12-31", "episode": {"onset": "9999-12"}}, "inventory": {"x": 1}}',
    "epoch.json": '{"assessment": {"date": 0}}',
    "octal.yaml": "assessment: {measures: [{instrument: phq9, total: 012}]}",
    "sexagesimal.yaml": "assessment: {measures: [{instrument: phq9, total: 1:20}]}",
    "underscore.yaml": "assessment: {measures: [{instrument: phq9, total: 1_2}]}",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_bad_input_gets_a_clear_message_and_exit_code_two(cli: Cli, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    content = HOSTILE[name]
    path.write_bytes(b"\xff\xfe\xfa" if content is None else content.encode())
    code, out, err = cli("formulate", path)
    assert (code, out) == (2, "")
    assert err.strip()
    assert "Traceback" not in err
    assert len(err) < 4000
    assert CANARY not in err


def test_all_faults_of_a_case_at_once_with_path_and_remedy(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(
        f"assessment: {{age_band: {CANARY}, episode: {{onset: {CANARY}}}, safety: {{suicide_plan: {CANARY}}}}}\n"
        f"inventory: {{people: [{{closeness: 9, rol: {CANARY}, label: {'x' * 300}}}], deaths: [{{id: '{CANARY} !'}}]}}\n",
        encoding="utf-8",
    )
    code, _, err = cli("formulate", path)
    assert code == 2
    assert CANARY not in err
    lines = err.splitlines()
    for expected in (
        "assessment.age_band: must be child, adolescent, adult or older_adult",
        "assessment.episode.onset: is not a time; write 3mo, about 3mo",
        "assessment.safety.suicide_plan: must be true, false",
        "inventory.people[0].closeness: must be 1 to 4, 1 is closest",
        "inventory.people[0].rol: is not a field here; did you mean role?",
        "inventory.people[0].label: must have at most 200 characters",
        "inventory.deaths[0].id: must be a plain word",
    ):
        assert any(line.startswith(expected) for line in lines), (expected, err)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["formulate", "no-such-case"], "ipt-formulate cases"),
        (["formulate", "susan-bpd-casebook", "--tradition", "none_such"], "stuart_robertson, trauma_tcs, weissman"),
        (["rule", "grief.none_such"], "there are: grief."),
        (["rule", "none_such"], "there are:"),
        (["technique", "none_such"], "there are: assessment, "),
        (["lint", "/nonexistent"], "is not a directory"),
        (["lint", "a" * 300], "is not a directory"),
        (["formulate", "a" * 300], "is neither a file nor a shipped case"),
        (["formulate", "a" * 300 + ".yaml"], "cannot be read"),
    ],
)
def test_unknown_names_are_answered_with_those_there_are(cli: Cli, arguments: list[str], expected: str) -> None:
    code, _, err = cli(*arguments)
    assert code == 2
    assert expected in err


@pytest.mark.parametrize("command", ["formulate", "why"])
@pytest.mark.parametrize(
    ("told", "complaints"),
    [
        (["cssrs_high"], ["--set: is not NAME=VALUE; write for example: --set cssrs_high=3"]),
        (["=3", "cssrs_high="], ["--set: is not NAME=VALUE", "--set: is not NAME=VALUE"]),
        (["cssrs_high=3", "cssrs_high=4"], ["--set: cssrs_high is set twice; give it once"]),
        (["near_before=2y"], ["settings: a site cannot set near_before; it can set: cssrs_high"]),
        (["cssrs_high=often"], ["settings: cssrs_high cannot have that value; its unit is score"]),
    ],
)
def test_what_a_site_cannot_set_so_is_one_clear_message(cli, command, told, complaints) -> None:  # type: ignore[no-untyped-def]
    code, out, err = cli(command, "mrs-e-late-life-widow", *(word for each in told for word in ("--set", each)))
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == len(complaints)
    assert all(line.startswith(start) for line, start in zip(err.splitlines(), complaints, strict=True))


def test_a_terminal_without_unicode_a_reader_that_leaves_and_a_full_disk(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(
        "inventory: {people: [{id: p, label: Zoë}], conflicts: [{person: p, kind: overt}]}", encoding="utf-8"
    )
    program = [sys.executable, "-m", "ipt_formulate.cli"]
    ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii"}
    for command in ("formulate", "why"):
        done = subprocess.run(
            [*program, command, str(path)], env=ascii_only, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
    gone = subprocess.run(
        f"{' '.join(program)} why {path} | head -c 1", shell=True, capture_output=True, text=True, check=False
    )
    assert gone.stderr == ""
    if Path("/dev/full").exists():
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run(
                [*program, "why", str(path)], stdout=full, stderr=subprocess.PIPE, text=True, check=False
            )
        assert done.returncode == 2
        assert "cannot read or write here" in done.stderr


def test_without_the_solver_mutate_says_what_to_install(cli, monkeypatch):  # type: ignore[no-untyped-def]
    monkeypatch.setitem(sys.modules, "ipt_formulate.mutation.campaign", None)
    assert cli("mutate") == (2, "", "this needs z3; install it with: pip install 'ipt_formulate[proof]'\n")
