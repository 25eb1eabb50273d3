"""What a release is: built the same twice, installed into fresh environments, used from elsewhere. `make test-packaging`.

It builds from the files that belong to the tree, in other places, and installs from the package index.
"""

from __future__ import annotations

import email.parser
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from trove_classifiers import classifiers

from ipt_formulate.release import VERSION

pytestmark = pytest.mark.packaging
ROOT = Path(__file__).parents[2]
USER_CODE = ROOT / "tests" / "typing" / "user_code.py"
USES = {
    "calendar": "import ipt_formulate.course.calendar as c; c.to_calendar",
    "cohort": "import ipt_formulate as i, ipt_formulate.cohort as c; assert c.from_cases([i.Case()]).num_rows == 1",
    "fhir": "import fhir.resources",
    "practice": "import starlette, uvicorn, ipt_formulate.practice",
    "proof": "import z3, ipt_formulate.proof.theorems",
    "testing": "import ipt_formulate.testing.strategies as s; s.rulebases",
}
LARGE = {"spark", "study"}
"""Not installed here: `make test-spark` and `make test` have them from their locks."""


def run(*command: object, cwd: Path, **environment: str) -> str:
    """What a command printed; its errors where it failed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV_"))}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done.stdout


def tree(target: Path) -> Path:
    """A clean copy of the files that belong to the tree."""
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT)
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target / name)
    return target


def build(source: Path, target: Path, *kinds: str, **environment: str) -> None:
    options = [part for kind in kinds for part in ("-t", kind)]
    run(sys.executable, "-m", "hatchling", "build", *options, "-d", target, cwd=source, **environment)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the sdist."""
    target = tmp_path_factory.mktemp("dist")
    build(tree(tmp_path_factory.mktemp("tree") / "ipt"), target, "sdist", "wheel", SOURCE_DATE_EPOCH="1700000000")
    return target


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    return next(built.glob("*.whl"))


@pytest.fixture
def installed(wheel: Path, tmp_path: Path) -> Callable[..., Path]:
    """Makes a fresh environment with the wheel, and gives its Python."""

    def make() -> Path:
        python = tmp_path / "environment" / "bin" / "python"
        run(sys.executable, "-m", "venv", tmp_path / "environment", cwd=tmp_path)
        run(python, "-m", "pip", "install", "--quiet", wheel, cwd=tmp_path)
        return python

    return make


def first_example() -> tuple[str, str]:
    """The first example of the README as it stands, and what it says it prints."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    program, output = re.search(r"```python\n(.*?)```\n\n```text title=\"Output\"\n(.*?)```", text, re.S).groups()  # type: ignore[union-attr]
    return program, output


def test_two_builds_in_different_places_and_times_are_the_same_bytes(built: Path, tmp_path: Path) -> None:
    source = tree(tmp_path / "elsewhere" / "deeper" / "ipt")
    for path in source.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    build(source, tmp_path / "again", "sdist", "wheel", SOURCE_DATE_EPOCH="1700000000", TZ="Asia/Tokyo", LC_ALL="C")
    names = sorted(path.name for path in built.iterdir())
    assert names == sorted(path.name for path in (tmp_path / "again").iterdir())
    assert len(names) == 2
    assert all((built / name).read_bytes() == (tmp_path / "again" / name).read_bytes() for name in names)


def test_the_sdist_builds_the_same_wheel(built: Path, wheel: Path, tmp_path: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as packed:
        packed.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    build(source, tmp_path / "again", "wheel", SOURCE_DATE_EPOCH="1700000000")
    assert (tmp_path / "again" / wheel.name).read_bytes() == wheel.read_bytes()


def test_the_wheel_says_what_it_is(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
        metadata = next(name for name in names if name.endswith(".dist-info/METADATA"))
        told = email.parser.Parser().parsestr(packed.read(metadata).decode())
    assert (told["Name"], told["Version"]) == ("ipt_formulate", VERSION)
    assert told["License-Expression"] == "Apache-2.0"
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    assert "ipt_formulate/py.typed" in names
    assert set(told.get_all("Classifier")) <= classifiers
    assert not any(line.startswith("License ::") for line in told.get_all("Classifier"))
    assert told["Description-Content-Type"] == "text/markdown"
    assert told.get_all("Project-URL") is None  # there is no page of ours to name
    assert set(told.get_all("Provides-Extra")) == USES.keys() | LARGE
    runtime = [Requirement(line) for line in told.get_all("Requires-Dist") if "extra ==" not in line]
    for each in runtime:
        operators = {clause.operator for clause in each.specifier}
        assert operators in ({">=", "<"}, {"=="}), f"{each} needs a floor and a ceiling"
    assert not [name for name in names if name.startswith(("tests/", "docs/")) or "test_" in name]


def test_the_first_example_runs_as_it_stands_within_a_minute(installed: Callable[..., Path], tmp_path: Path) -> None:
    started = time.monotonic()
    python = installed()
    program, output = first_example()
    (tmp_path / "first.py").write_text(program, encoding="utf-8")
    assert run(python, "first.py", cwd=tmp_path) == output
    taken = time.monotonic() - started
    print(f"\na fresh environment, the wheel and the first example: {taken:.0f} s")
    assert taken < 60
    shutil.copy(USER_CODE, tmp_path / "user_code.py")
    run(python, "-W", "error", "user_code.py", cwd=tmp_path)
    assert "FOCUS" in run(python.with_name("ipt-formulate"), "demo", cwd=tmp_path)


def test_it_works_where_durable_rules_is_not_installed(installed: Callable[..., Path], tmp_path: Path) -> None:
    python = installed()
    run(python, "-m", "pip", "uninstall", "--quiet", "--yes", "durable_rules", cwd=tmp_path)
    program, output = first_example()
    (tmp_path / "first.py").write_text(program + "print(formulation.provenance.engine)\n", encoding="utf-8")
    assert run(python, "first.py", cwd=tmp_path) == output + "reference\n"


@pytest.fixture(scope="module")
def plain(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages of an environment with the wheel and no extra."""
    folder = tmp_path_factory.mktemp("plain")
    run(sys.executable, "-m", "venv", folder / "environment", cwd=folder)
    run(folder / "environment" / "bin" / "python", "-m", "pip", "install", "--quiet", wheel, cwd=folder)
    return next((folder / "environment" / "lib").glob("python*/site-packages"))


@pytest.mark.parametrize("extra", sorted(USES))
def test_each_extra_installs_and_serves(wheel: Path, plain: Path, tmp_path: Path, extra: str) -> None:
    """Each in an environment of its own, on top of the packages that every user has."""
    python = tmp_path / "environment" / "bin" / "python"
    run(sys.executable, "-m", "venv", tmp_path / "environment", cwd=tmp_path)
    packages = next((tmp_path / "environment" / "lib").glob("python*/site-packages"))
    (packages / "plain.pth").write_text(f"{plain}\n", encoding="utf-8")
    run(python, "-m", "pip", "install", "--quiet", f"{wheel}[{extra}]", cwd=tmp_path)
    run(python, "-c", USES[extra], cwd=tmp_path)


def test_the_bill_of_materials_names_what_is_installed(tmp_path: Path) -> None:
    target = tmp_path / "dist" / "sbom.cdx.json"
    told = []
    for _ in range(2):
        run(sys.executable, ROOT / "tests" / "packaging" / "sbom.py", target, cwd=tmp_path)
        told.append(target.read_text(encoding="utf-8"))
    assert told[0] == told[1]
    bill = json.loads(told[0])
    root = bill["metadata"]["component"]
    assert (bill["bomFormat"], root["name"], root["version"]) == ("CycloneDX", "ipt_formulate", VERSION)
    assert root["licenses"][0]["license"]["id"] == "Apache-2.0"
    found = {canonicalize_name(each["name"]): each for each in bill["components"]}
    assert {"pydantic", "pyyaml", "typer", "rich", "jinja2"} <= found.keys()
    assert not {"pytest", "mypy", "hypothesis", "ruff", "pyarrow"} & found.keys()
    for name, each in found.items():
        assert each["version"] == version(name)
        assert each["purl"] == f"pkg:pypi/{name}@{each['version']}"
        assert each["externalReferences"][0]["hashes"]
