"""Writes the pages that are made from the case model, the rule base, the proofs and the shipped cases.

    python docs/generate.py            writes the pages
    python docs/generate.py --check    fails where a committed page is not what would be written

Whatever has no words here (a new kind of field, a new folder of rules) ends in an error, never in a gap.
"""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from coding_manual import coding_manual
from gallery import gallery_pages
from mutants_page import mutants_page
from overlaps_page import overlaps_page
from proofs_page import proofs_page
from rule_pages import rule_pages
from rules_page import rules_page
from schema_files import schema_files
from techniques_page import techniques_page

DOCS = Path(__file__).parent
MADE_OF = {"reference/rules": "rule", "gallery": "case"}
"""The folders that hold nothing but pages made here, and what each page is of."""
PAGES: Mapping[str, Callable[[], str]] = {
    "coding-manual.md": coding_manual,
    "rules.md": rules_page,
    "techniques.md": techniques_page,
    "proofs.md": proofs_page,
    "overlaps.md": overlaps_page,
    "mutants.md": mutants_page,
}


def all_pages() -> Mapping[str, str]:
    """Every page by its path, that of each rule and each case and the published schemas included."""
    reference = {**{name: write() for name, write in PAGES.items()}, **rule_pages(), **schema_files()}
    return {**{f"reference/{name}": text for name, text in reference.items()}, **gallery_pages()}


def stale(directory: Path, pages: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    """The pages and pictures that no rule and no case makes any more, each with what it would be of."""
    for folder, of in MADE_OF.items():
        for path in sorted((directory / folder).rglob("*.*")):
            if path.relative_to(directory).as_posix() not in pages:
                yield path, of


def differences(directory: Path) -> Iterator[str]:
    """For each page that is not what would be written, a message with the first lines that differ."""
    pages = all_pages()
    for name, text in pages.items():
        path = directory / name
        there = path.read_text(encoding="utf-8") if path.is_file() else ""
        changes = list(
            difflib.unified_diff(there.splitlines(), text.splitlines(), "committed", "generated", lineterm="", n=0)
        )
        if changes:
            shown = "\n".join(f"  {line}" for line in changes[2:12])
            yield f"{path} is not up to date; run: python docs/generate.py\n{shown}"
    for path, of in stale(directory, pages):
        yield f"{path} is the page of no {of}; run: python docs/generate.py"


def main(arguments: list[str] | None = None) -> int:
    """Write the pages, or with ``--check`` compare them; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="fail where a committed page differs, and write nothing")
    parser.add_argument("directory", nargs="?", type=Path, default=DOCS, help="where the pages are")
    given = parser.parse_args(arguments)
    if given.check:
        found = list(differences(given.directory))
        sys.stderr.write("".join(f"{each}\n" for each in found))
        return 1 if found else 0
    pages = all_pages()
    for name, text in pages.items():
        path = given.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for path, _ in stale(given.directory, pages):
        path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
