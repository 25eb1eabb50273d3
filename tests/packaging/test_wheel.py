"""The wheel carries the rules and the cases, and works on its own, with and without durable_rules."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WITHOUT_DURABLE = "import sys; sys.modules['durable_rules_engine'] = None\n"
USE = """
import ipt_formulate as ipt, ipt_formulate.resources as where
assert '_rules' in str(where.rules_directory()), where.rules_directory()
found = ipt.formulate(ipt.example('leonard-ptsd-grief-911'))
assert found.provenance.certification.certified, found.provenance.certification.why_not
assert found.to_html().startswith('<!doctype html>')
print(found.focus.leading[0].area, found.provenance.engine, len(found.provenance.rules))
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
        packed.extractall(folder / "site")
    assert "ipt_formulate/py.typed" in names
    assert "ipt_formulate/_rules/rulebase.yaml" in names
    assert "ipt_formulate/_certificate.json" in names
    assert "ipt_formulate/report/templates/page.html" in names
    assert "ipt_formulate/report/templates/page.css" in names
    assert "ipt_formulate/practice/page/practice.html" in names
    assert "ipt_formulate/practice/page/practice.js" in names
    assert "ipt_formulate/practice/page/practice.css" in names
    assert "ipt_formulate/practice/published.yaml" in names
    assert "ipt_formulate/_cases/leonard-ptsd-grief-911/case.yaml" in names
    assert not [
        name for name in names if name.endswith(("test_goldens.py", "author.yaml", "report.txt", "formulation.json"))
    ]
    return folder / "site"


@pytest.mark.parametrize(("before", "engine"), [("", "durable"), (WITHOUT_DURABLE, "reference")])
def test_the_wheel_works_on_its_own(unpacked: Path, tmp_path: Path, before: str, engine: str) -> None:
    if engine == "durable":
        pytest.importorskip("durable_rules_engine", reason="durable_rules does not build on this Python")
    environment = {**os.environ, "PYTHONPATH": str(unpacked), "PYTHONWARNINGS": "error"}
    done = subprocess.run(
        [sys.executable, "-c", before + USE], capture_output=True, text=True, cwd=tmp_path, env=environment, check=False
    )
    assert done.stderr == ""
    assert done.stdout.split() == ["grief", engine, done.stdout.split()[-1]]
