"""How wide words are in a picture, and how they are wrapped and cut to keep to their box.

Nobody knows which font will draw a picture. Widths are those of DejaVu Sans, rounded up to a twentieth of an em: it is
the widest of the common sans-serif fonts. Of other letters than those of ASCII a width is assumed, and a label is
drawn in a frame of its own that nothing can leave, so that a wider letter is cut off and never runs into another.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_ASCII: Final = {
    30: "'IJijl",
    35: " ,./:;\\f|",
    40: "!()-[]t",
    45: '"r',
    50: "*_`",
    55: "?Lcsz",
    60: "FPkvxy",
    65: "$0123456789EKSTYabdeghnopqu{}",
    70: "ABCRVXZ",
    75: "HNU",
    80: "&DGOQ",
    85: "#+<=>^w~",
    90: "M",
    95: "%",
    100: "@Wm",
}
_WIDTHS: Final = {letter: hundredths / 100 for hundredths, letters in _ASCII.items() for letter in letters}
_WIDE, _PICTURE, _OTHER = 1.05, 1.4, 0.9
"""Assumed, in em: East Asian letters, emoji, and all other letters."""
_JOINER: Final = "\u200d"
_ELLIPSIS: Final = "…"


def width_of(words: str) -> float:
    """The width of words in em, rather too wide than too narrow.

    >>> width_of("mill"), width_of(""), width_of("妹")
    (1.9, 0, 1.05)
    """
    return round(sum(map(_width, words)), 3)


def _width(letter: str) -> float:
    known = _WIDTHS.get(letter)
    if known is not None:
        return known
    category = unicodedata.category(letter)
    if category in ("Mn", "Me", "Cf"):
        return 0
    if category in ("So", "Sk", "Co", "Cn"):
        return _PICTURE
    return _WIDE if unicodedata.east_asian_width(letter) in "WF" else _OTHER


def clusters(words: str) -> Iterator[str]:
    """The letters of words, each with the marks that belong to it; an emoji made of several stays in one piece.

    >>> list(clusters("ae\\u0301")) == ["a", "e\\u0301"]
    True
    """
    cluster = ""
    for letter in words:
        joined = unicodedata.category(letter) in ("Mn", "Me", "Mc", "Sk", "Cf") or cluster.endswith(_JOINER)
        if cluster and not joined:
            yield cluster
            cluster = ""
        cluster += letter
    if cluster:
        yield cluster


@dataclass(frozen=True, slots=True)
class Wrapped:
    """Words in lines.

    Attributes:
        lines: the lines, one at least.
        cut: whether something had to be left out, which an ellipsis shows.
        right_to_left: whether they are read from the right.
    """

    lines: tuple[str, ...]
    cut: bool
    right_to_left: bool


def wrap(words: str, width: float, most_lines: int = 3) -> Wrapped:
    """Words in as many lines as they need, and no more than may be.

    Args:
        words: what is written; runs of white space count as one space.
        width: the width of a line in em; a letter that is wider than that has a line of its own.
        most_lines: how many lines there may be; what is left is cut.

    >>> wrap("the older sister", 6).lines
    ('the older', 'sister')
    >>> wrap("the older sister", 4, 1)
    Wrapped(lines=('the…',), cut=True, right_to_left=False)
    """
    shown = _printable(words)
    lines = list(_lines(shown.split(), width)) or [""]
    cut = len(lines) > most_lines
    if cut:
        lines = [*lines[: most_lines - 1], _shortened(lines[most_lines - 1], width)]
    return Wrapped(tuple(lines), cut, _reads_from_right(shown))


def _lines(words: Sequence[str], width: float) -> Iterator[str]:
    line = ""
    for word in words:
        longer = f"{line} {word}" if line else word
        if width_of(longer) <= width:
            line = longer
            continue
        if line:
            yield line
        *full, line = _pieces(word, width)
        yield from full
    if line:
        yield line


def _pieces(word: str, width: float) -> list[str]:
    """A word in pieces that fit into a line each; one piece for most words."""
    pieces = [""]
    for cluster in clusters(word):
        if pieces[-1] and width_of(pieces[-1] + cluster) > width:
            pieces.append("")
        pieces[-1] += cluster
    return pieces


def _shortened(line: str, width: float) -> str:
    letters = list(clusters(line))
    while letters and width_of("".join(letters)) + _width(_ELLIPSIS) > width:
        letters.pop()
    return "".join(letters).rstrip() + _ELLIPSIS


def _printable(words: str) -> str:
    """Without what no XML document can hold: control characters, lone surrogates and characters that are none."""
    return "".join(
        letter if unicodedata.category(letter) not in ("Cc", "Cs") and ord(letter) & 0xFFFE != 0xFFFE else " "
        for letter in words
    )


def printable(words: str) -> str:
    """Words as any document can hold them, in one line."""
    return " ".join(_printable(words).split())


def _reads_from_right(words: str) -> bool:
    strong = (unicodedata.bidirectional(letter) for letter in words)
    return next((kind for kind in strong if kind in ("L", "R", "AL")), "L") != "L"
