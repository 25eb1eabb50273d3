"""Keeps the rule base of today among the released ones, before its version goes up. Run by `make archive`."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from ipt_formulate.documents import read_document
from ipt_formulate.release import VERSION
from ipt_formulate.rulebase.loader import contents_of, load_rulebase
from ipt_formulate.rulebase.releases import LIST, file_of, packed

ROOT = Path(__file__).parents[1]


def archive(rules: Path, releases: Path, library: str) -> str:
    """Write the archive of a rule base and its line in the list; returns its version.

    One that is there already is not written over: what was released stays as it was.
    """
    base, contents = load_rulebase(rules), contents_of(rules)
    version = base.manifest.version
    assert hashlib.sha256(contents).hexdigest() == base.sha256
    there = (read_document(releases / LIST).content if (releases / LIST).is_file() else None) or {}
    if version in there:
        raise SystemExit(f"{version} was archived before; give rulebase.yaml the next version first")
    file_of(version, releases).write_bytes(packed(contents))
    with (releases / LIST).open("a", encoding="utf-8") as file:
        file.write(f'"{version}": {{sha256: {base.sha256}, library: "{library}"}}\n')
    return version


if __name__ == "__main__":
    rules = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "rules"
    library = sys.argv[2] if len(sys.argv) > 2 else VERSION
    print(f"archived: {archive(rules, ROOT / 'releases', library)}")
