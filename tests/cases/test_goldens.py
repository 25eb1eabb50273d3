"""Every published case gives the formulation that was reviewed and stored beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

import ipt_formulate as ipt
from ipt_formulate.testing.goldens import report, summary

CASES = sorted(path.parent for path in Path(__file__).parent.glob("*/case.yaml"))


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_published_case_gives_its_reviewed_formulation(folder: Path, pytestconfig: pytest.Config) -> None:
    formulation = ipt.formulate(ipt.load_case(folder / "case.yaml"))
    for name, text in (("formulation.json", summary(formulation)), ("report.txt", report(formulation))):
        if pytestconfig.getoption("write_goldens"):
            (folder / name).write_text(text, encoding="utf-8")
        assert (folder / name).read_text(encoding="utf-8") == text, f"{name} changed: review it, then `make goldens`"


def test_all_published_cases_are_here() -> None:
    assert len(CASES) == 15
    assert all((folder / "author.yaml").is_file() for folder in CASES)
