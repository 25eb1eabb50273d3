"""The software bill of materials of what a user installs, as CycloneDX JSON. Run by `make sbom`, into ``dist/``.

It is made by cyclonedx-py of those lines of ``requirements.lock`` that the library needs at run time, without extras
and without the tools of development, each with its hashes.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]


def needed(package: str) -> set[str]:
    """The names of what a package needs at run time here, and what that needs; itself left out."""
    found: set[str] = set()

    def follow(name: str) -> None:
        for line in requires(name) or ():
            requirement = Requirement(line)
            other = canonicalize_name(requirement.name)
            if other not in found and (requirement.marker is None or requirement.marker.evaluate({"extra": ""})):
                found.add(other)
                follow(other)

    follow(package)
    return found


def blocks(lock: str) -> Iterator[tuple[str, str]]:
    """Each requirement of a lock, with its hashes, by its name."""
    for block in re.split(r"\n(?=[A-Za-z0-9])", lock):
        if found := re.match(r"([A-Za-z0-9._-]+)==", block):
            yield canonicalize_name(found[1]), block.rstrip() + "\n"


def write(target: Path) -> None:
    """Write the bill of materials, checked against the schema of CycloneDX as it is made."""
    wanted = needed("ipt_formulate")
    lines = dict(blocks((ROOT / "requirements.lock").read_text(encoding="utf-8")))
    if missing := wanted - set(lines):
        raise SystemExit(f"not in requirements.lock: {', '.join(sorted(missing))}")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        runtime = Path(folder) / "requirements.txt"
        runtime.write_text("".join(lines[name] for name in sorted(wanted)), encoding="utf-8")
        command = [str(Path(sys.executable).with_name("cyclonedx-py")), "requirements", str(runtime)]
        command += ["--pyproject", str(_project(Path(folder))), "--mc-type", "library", "--output-reproducible"]
        command += ["--output-format", "JSON", "--validate", "--output-file", str(target)]
        subprocess.run(command, check=True)


def _project(folder: Path) -> Path:
    """The project as it is named in the bill: its version is read from the module that says it."""
    version = re.search(r'VERSION: Final = "([^"]+)"', (ROOT / "src/ipt_formulate/release.py").read_text("utf-8"))
    assert version
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    path = folder / "pyproject.toml"
    path.write_text(text.replace('dynamic = ["version"]', f'version = "{version[1]}"', 1), encoding="utf-8")
    return path


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "dist" / "sbom.cdx.json")
