"""The public surface: small, sorted, lazy, typed, and layered as the contract says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import typer
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

import ipt_formulate
from ipt_formulate.cli import app

ROOT = Path(__file__).parents[2]


def test_all_is_sorted_and_is_what_there_is() -> None:
    assert ipt_formulate.__all__ == sorted(ipt_formulate.__all__)
    assert all(getattr(ipt_formulate, name) is not None for name in ipt_formulate.__all__)
    assert dir(ipt_formulate) == ipt_formulate.__all__
    with pytest.raises(AttributeError):
        _ = ipt_formulate.no_such_name


def test_importing_does_no_work() -> None:
    program = "import sys, ipt_formulate; print(sorted({m.split('.')[0] for m in sys.modules} & {'pydantic', 'yaml', 'typer', 'rich', 'durable_rules_engine', 'hypothesis'}))"
    assert (
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()
        == "[]"
    )


def test_formulating_needs_neither_terminal_nor_test_libraries() -> None:
    program = (
        "import sys, ipt_formulate as ipt; ipt.formulate(ipt.example('mrs-e-late-life-widow')).model_dump_json();"
        "print(sorted({m.split('.')[0] for m in sys.modules} & {'typer', 'rich', 'hypothesis', 'durable'}))"
    )
    assert (
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()
        == "[]"
    )


def test_arrows_point_down_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(config_filename="pyproject.toml") == EXIT_STATUS_SUCCESS


def test_one_module_knows_the_engine() -> None:
    modules = [
        path for path in (ROOT / "src").rglob("*.py") if "durable_rules_engine" in path.read_text(encoding="utf-8")
    ]
    assert [path.name for path in modules] == ["durable.py"]


def test_the_version_is_said_once() -> None:
    assert (
        ipt_formulate.__version__
        == ipt_formulate.formulate(ipt_formulate.example("mrs-e-late-life-widow")).provenance.library
    )


def test_every_command_is_on_its_page() -> None:
    page = (ROOT / "docs" / "reference" / "command-line.md").read_text(encoding="utf-8")
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined] # it is a group
    assert [name for name in commands if f"| `{name}" not in page] == []
