"""A small drawing board for SVG: text that fits its frame, shapes that can be told apart without colour.

Widths of text are estimated from above, as no font is at hand; so what fits here fits where it is shown. All text
goes through an XML writer, which escapes it, after characters that do not print are taken out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring  # only written, never parsed

SMALL: Final = 11.0
LINE: Final = 15.0
_NARROW: Final = frozenset("ijl|.,:;'!`()[]{}ftrI1 /\\-")
_FONT: Final = 'text { font-family: "DejaVu Sans", Verdana, "Liberation Sans", Arial, sans-serif; font-size: 11px; }'


def _colours(paper: str, ink: str, soft: str, band: str, line: str) -> str:
    """The classes of the shapes in one set of colours; plain, as not every reader of SVG knows variables."""
    return (
        f".paper {{ fill: {paper}; }} text {{ fill: {ink}; }} text.soft {{ fill: {soft}; }} "
        f".line {{ stroke: {line}; fill: none; stroke-width: 1; }} .mark {{ stroke: {ink}; fill: none; stroke-width: 1.6; }} "
        f".band {{ fill: {band}; stroke: {line}; }} .solid {{ fill: {ink}; stroke: {ink}; }} "
        f".open {{ fill: {paper}; stroke: {ink}; stroke-width: 1.6; }} "
        f".moved {{ fill: {ink}; stroke: {ink}; stroke-width: 1.6; }} text.on-moved {{ fill: {paper}; }} "
        f".value {{ paint-order: stroke; stroke: {paper}; stroke-width: 3px; }}"
    )


_LIGHT: Final = _colours("#ffffff", "#1b1b1b", "#555555", "#dfe4ea", "#8a8f96")
_DARK: Final = _colours("#16181b", "#f2f2f2", "#b9bec5", "#3a4048", "#767c85")
_PRINT: Final = _colours("#ffffff", "#000000", "#333333", "#e2e2e2", "#777777")
_STYLE: Final = (
    f"{_FONT} .head {{ font-weight: bold; }} {_LIGHT} @media screen and (prefers-color-scheme: dark) {{ {_DARK} }} "
    f"@media print {{ {_PRINT} }}"
)


@dataclass(frozen=True, slots=True)
class Box:
    """Where a text stands."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether the two share any point inside."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


class Picture:
    """An SVG that is drawn from the top down.

    Attributes:
        width: its width in pixels.
        boxes: where each text stands, for the check that none meets another.
    """

    def __init__(self, width: float, title: str, description: str) -> None:
        self.width = width
        self.boxes: list[Box] = []
        self._root = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "role": "img"})
        self._root.set("aria-labelledby", "title desc")
        SubElement(self._root, "title", {"id": "title"}).text = printable(title)
        SubElement(self._root, "desc", {"id": "desc"}).text = printable(description)
        SubElement(self._root, "style").text = _STYLE
        self._paper = SubElement(self._root, "rect", {"class": "paper", "width": _number(width)})

    def text(
        self, x: float, y: float, words: str, *, anchor: str = "start", style: str = "", size: float = SMALL
    ) -> Box:
        """One line of text with its baseline at ``y``; the caller sees to it that it fits."""
        words = printable(words)
        wide = text_width(words, size, bold="head" in style)
        left = {"start": x, "middle": x - wide / 2, "end": x - wide}[anchor]
        box = Box(left, y - size * 0.95, left + wide, y + size * 0.3)
        attributes = {"x": _number(x), "y": _number(y)}
        if anchor != "start":
            attributes["text-anchor"] = anchor
        if style:
            attributes["class"] = style
        if size != SMALL:
            attributes["style"] = f"font-size: {_number(size)}px"
        SubElement(self._root, "text", attributes).text = words
        self.boxes.append(box)
        return box

    def paragraph(self, x: float, y: float, words: str, *, right: float, style: str = "") -> float:
        """Text wrapped between ``x`` and ``right``; returns the baseline below it."""
        for line in wrapped(words, right - x, bold="head" in style):
            self.text(x, y, line, style=style)
            y += LINE
        return y

    def shape(self, name: str, style: str, **attributes: float | str) -> None:
        """A shape such as ``line`` or ``rect``, its attributes with ``_`` for ``-``."""
        told = {key.replace("_", "-"): _number(value) for key, value in attributes.items()}
        SubElement(self._root, name, {"class": style, **told})

    def finished(self, height: float) -> str:
        """The SVG as text."""
        self._root.set("viewBox", f"0 0 {_number(self.width)} {_number(height)}")
        self._root.set("width", _number(self.width))
        self._root.set("height", _number(height))
        self._paper.set("height", _number(height))
        return tostring(self._root, encoding="unicode") + "\n"


def printable(words: str) -> str:
    """The words on one line, without characters that do not print or turn the direction of the line.

    >>> printable("a\\x00b\\u202ec \\n d")
    'abc d'
    """
    kept = []
    marks = 0
    for character in words:
        kind = unicodedata.category(character)
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        if character.isspace():
            kept.append(" ")
        elif kind[0] != "C" and marks <= _MOST_MARKS:
            kept.append(character)
    return " ".join("".join(kept).split())


_MOST_MARKS: Final = 2


def text_width(words: str, size: float = SMALL, *, bold: bool = False) -> float:
    """An upper estimate of the width of a line of text, in pixels.

    >>> text_width("iii") < text_width("mmm")
    True
    """
    return sum(map(_em, words)) * size * (1.12 if bold else 1.0)


def _em(character: str) -> float:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0.0
    if character in _NARROW:
        return 0.46
    if character in "mwMW@%—" or (character > "\u024f" and not character.isalpha()):
        return 1.08
    if character > "\u024f":
        return 1.15
    return 0.86 if character.isupper() else 0.68


def wrapped(words: str, width: float, *, size: float = SMALL, bold: bool = False) -> list[str]:
    """The words in lines no wider than ``width``; a word that is wider is broken.

    >>> wrapped("a quarrel with the son", 60)
    ['a quarrel', 'with the', 'son']
    """
    lines: list[str] = []
    line = ""
    for word in printable(words).split():
        joined = f"{line} {word}" if line else word
        if text_width(joined, size, bold=bold) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        while text_width(word, size, bold=bold) > width:
            fitting = _fitting(word, width, size, bold)
            lines.append(word[:fitting])
            word = word[fitting:]
        line = word
    return [*lines, line] if line else lines


def _fitting(word: str, width: float, size: float, bold: bool) -> int:
    count = 1
    while count < len(word) and text_width(word[: count + 1], size, bold=bold) <= width:
        count += 1
    return count


def rows_for(spans: Sequence[tuple[float, float]], *, gap: float = 6.0) -> list[int]:
    """The row of each span, from 0, so that no two of one row come nearer than ``gap``.

    >>> rows_for([(0, 10), (5, 15), (20, 30)])
    [0, 1, 0]
    """
    ends: list[float] = []
    rows = []
    for left, right in spans:
        row = next((index for index, end in enumerate(ends) if end + gap <= left), len(ends))
        if row == len(ends):
            ends.append(right)
        else:
            ends[row] = right
        rows.append(row)
    return rows


def overlaps(boxes: Iterable[Box]) -> list[tuple[Box, Box]]:
    """The pairs of texts that meet."""
    known = list(boxes)
    return [(one, other) for index, one in enumerate(known) for other in known[index + 1 :] if one.meets(other)]


def _number(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.1f}".rstrip("0").rstrip(".")
