"""Code of a user runs, and has under mypy the types that it says it has; `make test-typing` asks pyright."""

from __future__ import annotations

import ast
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import ipt_formulate

USER_CODE = Path(__file__).parent / "user_code.py"
MODEL = Path(ipt_formulate.__file__).parent / "formulation" / "model.py"


def mypy(path: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", str(path)]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)


def test_user_code_has_the_types_it_says_and_no_any(tmp_path: Path) -> None:
    done = mypy(USER_CODE, tmp_path)
    assert (done.stdout, done.returncode) == ("", 0)


def test_a_wrong_type_in_user_code_is_found(tmp_path: Path) -> None:
    path = tmp_path / "wrong.py"
    path.write_text(
        "import ipt_formulate as ipt\n"
        "found = ipt.formulate(ipt.Case(), engine=1)\n"
        "number: int = found.why()\n"
        "text: str = found.contrast('grief', 'role_dispute')\n",
        encoding="utf-8",
    )
    lines = mypy(path, tmp_path).stdout.splitlines()
    assert [line.split(":")[1] for line in lines if ": error:" in line] == ["2", "3", "4"]


def test_user_code_runs() -> None:
    names = runpy.run_path(str(USER_CODE), run_name="__main__")
    called = {
        node.attr for node in ast.walk(ast.parse(USER_CODE.read_text("utf-8"))) if isinstance(node, ast.Attribute)
    }
    assert "main" in names
    assert set(ipt_formulate.__all__) - called <= {
        "IptFormulateError",
        "Settings",
        "example",
        "load_case",
        "load_rulebase",
    }


def test_what_a_formulation_answers_is_named_upwards_for_type_checkers_alone() -> None:
    tree = ast.parse(MODEL.read_text(encoding="utf-8"))
    (guarded,) = (node for node in tree.body if isinstance(node, ast.If))
    upwards = [
        node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and "reasoning" in (node.module or "")
    ]
    assert ast.unparse(guarded.test) == "TYPE_CHECKING"
    assert len(upwards) == 5
    assert all(node in guarded.body for node in upwards)


@pytest.mark.parametrize(
    "name", ["why", "why_not", "contrast", "what_would_change", "sufficient_reasons", "robustness"]
)
def test_no_answer_of_a_formulation_is_typed_as_anything(name: str) -> None:
    assert getattr(ipt_formulate.Formulation, name).__annotations__["return"] not in ("Any", "object")
