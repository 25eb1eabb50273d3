"""What a report is made of: headed sections of wrapped paragraphs."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Final, TypeAlias

WIDTH: Final = 100
BASIS: Final = {True: ", in part an assumption", False: ""}
"""What is said after the id of a rule that rests on an assumption."""
Line: TypeAlias = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Section:
    """A headed part of the report; each line is a paragraph with its depth and bullet.

    Attributes:
        title: the heading.
        lines: depth from 0, bullet (may be empty) and text.
        urgent: True for red flags.
    """

    title: str
    lines: tuple[Line, ...]
    urgent: bool = False

    def plain(self, width: int = WIDTH) -> str:
        """The section as wrapped text."""
        return "\n".join([self.title.upper(), *(paragraph(*line, width=width) for line in self.lines)])


def paragraph(depth: int, bullet: str, text: str, *, width: int = WIDTH) -> str:
    """One wrapped paragraph, hanging under its bullet."""
    lead = "  " * (depth + 1) + (f"{bullet} " if bullet else "")
    return textwrap.fill(
        text,
        max(width, 40),
        initial_indent=lead,
        subsequent_indent=" " * len(lead),
        break_long_words=False,
        break_on_hyphens=False,
    )
