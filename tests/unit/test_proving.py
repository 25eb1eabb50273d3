"""`prove` where there is nothing to prove with, or nothing to prove: what it says, with or without the solver here."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ipt_formulate.resources import rules_directory

Cli = Callable[..., tuple[int, str, str]]
INSTALL = "proofs need z3; install it with: pip install 'ipt_formulate[proof]'\n"


@pytest.fixture
def no_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the extra is not installed: z3 cannot be imported, and nothing that needs it has been."""
    for name in [each for each in sys.modules if each.startswith("ipt_formulate.proof")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "z3", None)


@pytest.mark.parametrize("options", [(), ("--tradition", "all"), ("--json",), ("--seconds", "1")])
def test_without_the_solver_it_says_what_to_install(
    cli: Cli, no_solver: None, tmp_path: Path, options: tuple[str, ...]
) -> None:
    certificate, cases = tmp_path / "certificate.json", tmp_path / "cases"
    assert cli("prove", *options, "--certificate", certificate, "--cases", cases) == (2, "", INSTALL)
    assert list(tmp_path.iterdir()) == []


def test_without_the_solver_a_rule_base_of_ones_own_is_read_first(cli: Cli, no_solver: None, tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    shutil.copytree(rules_directory(), rules)
    assert cli("prove", rules) == (2, "", INSTALL)
    path = rules / "parameters.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("value: 6mo", "value: six months", 1), encoding="utf-8")
    code, out, err = cli("prove", rules)
    assert (code, out) == (2, "")
    assert err.startswith("parameters.yaml:")
    assert INSTALL not in err


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["nowhere"], "nowhere: is not a directory; give the directory that holds rulebase.yaml"),
        (["--tradition", "nobody"], "there is no tradition of that name; there are: "),
        (["--certificate", "nowhere/told.json"], "nowhere/told.json: lies in no directory that there is"),
        (["--seconds", "0"], "Invalid value for '--seconds'"),
        (["--seconds", "soon"], "Invalid value for '--seconds'"),
        (["--seconds", "inf"], "Invalid value for '--seconds'"),
        (["--cases", "file"], "file: is no directory that can be written to; give another"),
        (["--cases", "file/below"], "file/below: is no directory that can be written to; give another"),
        (["--certificate", "folder"], "folder: is a directory; give a file"),
        (["--cliffs", "folder"], "folder: holds no case; give a folder with cases as YAML or JSON"),
        (["--cliffs", "nowhere"], "nowhere: is not a directory; give a folder with cases as YAML or JSON"),
    ],
)
def test_bad_input_is_refused_before_anything_is_proved(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: list[str], complaint: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    code, out, err = cli("prove", *arguments)
    assert (code, out) == (2, "")
    assert complaint in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["overlaps", "--cases", "file"], "file: is no directory that can be written to"),
        (["mutate", "--report", "nowhere/told.json"], "nowhere/told.json: lies in no directory that there is"),
        (["mutate", "--cases", "nowhere"], "nowhere: is not a directory; give one that holds solver-made cases"),
        (["mutate", "--write", "--cases", "file"], "file: is no directory that can be written to"),
    ],
)
def test_so_it_is_before_other_long_work(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: list[str], complaint: str
) -> None:
    if arguments[0] == "mutate":
        pytest.importorskip("z3")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    code, out, err = cli(*arguments)
    assert (code, out) == (2, "")
    assert complaint in err
    assert [each.name for each in tmp_path.iterdir()] == ["file"]
