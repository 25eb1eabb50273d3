"""What the generated pages share."""

from __future__ import annotations

MADE_BY = (
    "<!-- Written by docs/generate.py from the library itself. Do not edit: change the source and run it again. -->"
)


class NoWords(Exception):
    """Something in the model or the rule base that this generator does not know how to describe."""


def table(head: tuple[str, ...], *rows: tuple[str, ...]) -> str:
    """A table in Markdown."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |" for line in lines)
