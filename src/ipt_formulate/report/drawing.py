"""The sheet a picture is drawn on: SVG on its own, with nothing from elsewhere and nothing that runs.

Each label stands in a frame of its own, which cuts off what does not fit; who places the frames so that they do not
overlap has placed the labels. Everything is put in as text of an XML tree, so that no label can become markup.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from ipt_formulate.report.measuring import Wrapped, printable, width_of, wrap

Anchor: TypeAlias = Literal["start", "middle", "end"]
SIZE: Final = 14.0
"""The height of letters, in units of the picture."""
LINE: Final = 18.0
_BASELINE: Final = 13.5
_OTHER_SIDE: Final[dict[Anchor, Anchor]] = {"start": "end", "middle": "middle", "end": "start"}

STYLE: Final = """
.pic{font:14px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
.pic .paper{fill:#fff}.pic .ink{fill:#1c222b}.pic .soft{fill:#48525f}.pic .warn{fill:#9b1c13}
.pic .band{fill:#f4f6f8}.pic .edge{fill:none;stroke:#7a8593;stroke-width:1}
.pic .thin{fill:none;stroke:#7a8593;stroke-width:1}.pic .leader{fill:none;stroke:#a9b1bb;stroke-width:1}
.pic .support{fill:none;stroke:#11643a;stroke-width:2.2}.pic .conflict{fill:none;stroke:#a3251a;stroke-width:2.2}
.pic .open{stroke-dasharray:5 4}
.pic .full{fill:#1c222b;stroke:#1c222b;stroke-width:2}.pic .hollow{fill:#fff;stroke:#1c222b;stroke-width:2}
.pic .stroke{fill:none;stroke:#1c222b;stroke-width:2;stroke-linecap:round}
.pic .dotted{stroke-dasharray:1 4;stroke-linecap:round}.pic .bar{fill:none;stroke:#48525f;stroke-width:5;opacity:.55}
.pic .range{fill:#c3cfdd;stroke:#48525f;stroke-width:1}.pic .on{fill:#fff;stroke:none}
.pic .met{fill:#11643a;stroke:#11643a}.pic .not_met{fill:#48525f;stroke:#48525f}
.pic .unknown{fill:#fff;stroke:#48525f;stroke-width:2}.pic .light{fill:none;stroke:#fff;stroke-width:2.2;stroke-linecap:round}
@media screen and (prefers-color-scheme:dark){
.pic .paper,.pic .hollow,.pic .unknown{fill:#14181d}.pic .ink{fill:#e9edf2}.pic .soft{fill:#b4bdc8}.pic .warn{fill:#ffab9f}
.pic .band{fill:#1b2027}.pic .edge,.pic .thin{stroke:#7f8a97}.pic .leader{stroke:#5b6571}
.pic .support{stroke:#7ad3a0}.pic .conflict{stroke:#ff9c8e}
.pic .full{fill:#e9edf2;stroke:#e9edf2}.pic .hollow,.pic .stroke{stroke:#e9edf2}.pic .unknown{stroke:#b4bdc8}
.pic .bar{stroke:#b4bdc8}.pic .range{fill:#3a4756;stroke:#b4bdc8}.pic .on{fill:#14181d}
.pic .met{fill:#7ad3a0;stroke:#7ad3a0}.pic .not_met{fill:#b4bdc8;stroke:#b4bdc8}.pic .light{stroke:#14181d}}
"""


@dataclass(frozen=True, slots=True)
class Label:
    """Words that were wrapped for a place, before it is known where that is."""

    words: str
    wrapped: Wrapped
    width: float
    look: str = "ink"

    @property
    def height(self) -> float:
        """The height of its frame."""
        return len(self.wrapped.lines) * LINE


def label(words: str, width: float, *, look: str = "ink", most_lines: int = 3) -> Label:
    """Words wrapped to a width, in units of the picture."""
    return Label(printable(words), wrap(words, width / SIZE, most_lines), width, look)


def label_in_one_line(words: str, *, look: str = "ink") -> Label:
    """Words in one line, with a frame as wide as they are; for words of our own, which are short."""
    width = width_of(words) * SIZE + 2
    return label(words, width, look=look, most_lines=1)


class Picture:
    """A sheet of a size, to draw on from back to front.

    Args:
        width: its width; one unit is a pixel where nothing is scaled.
        height: its height.
        title: what it shows, for those who cannot see it and for the tooltip.
    """

    def __init__(self, width: float, height: float, title: str) -> None:
        self.root = ET.Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "class": "pic",
                "viewBox": f"0 0 {number(width)} {number(height)}",
                "width": number(width),
                "height": number(height),
                "role": "img",
                "aria-label": printable(title),
            },
        )
        ET.SubElement(self.root, "style").text = STYLE
        self.draw("rect", "paper", width=width, height=height)

    def draw(self, shape: str, look: str, **where: float | str) -> ET.Element:
        """Draw a shape of SVG with one of the looks of `STYLE`; underscores in names stand for hyphens."""
        told = {name.replace("_", "-"): each if isinstance(each, str) else number(each) for name, each in where.items()}
        return ET.SubElement(self.root, shape, {"class": look, **told})

    def write(self, told: Label, x: float, y: float, anchor: Anchor = "start") -> None:
        """Put a label into a frame whose upper left corner is given; ``anchor`` says to which side it leans."""
        frame = ET.SubElement(
            self.root,
            "svg",
            {"class": "label", **{k: number(v) for k, v in (("x", x), ("y", y), ("width", told.width), ("height", told.height))}},
        )  # fmt: skip
        if told.wrapped.cut:
            ET.SubElement(frame, "title").text = told.words
        right_to_left = told.wrapped.right_to_left
        attributes = {
            "class": told.look,
            "x": number({"start": 0.0, "middle": told.width / 2, "end": told.width}[anchor]),
            "text-anchor": _OTHER_SIDE[anchor] if right_to_left else anchor,
            **({"direction": "rtl"} if right_to_left else {}),
        }
        for index, line in enumerate(told.wrapped.lines):
            written = ET.SubElement(frame, "text", {**attributes, "y": number(_BASELINE + index * LINE)})
            written.text = line

    def svg(self) -> str:
        """The picture as the text of an SVG document."""
        return ET.tostring(self.root, encoding="unicode")


def number(value: float) -> str:
    """A number as short as it can be written, to a tenth.

    >>> number(3.0), number(2.26), number(-0.01)
    ('3', '2.3', '0')
    """
    return f"{value:.1f}".removesuffix(".0").replace("-0", "0", abs(value) < 0.05)
