"""The pictures of a cohort, as SVG; text stays text, and nothing is loaded from a network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

_STYLE: Final = {"svg.fonttype": "none", "svg.hashsalt": "ipt_formulate", "font.family": "sans-serif", "font.size": 9}
_STATUSES: Final = {"supported": "#1b6e53", "undetermined": "#d9c27a", "not_supported": "#b8b8b8"}
_MOST: Final = 30


def draw(found: Mapping[str, Any], folder: Path) -> dict[str, str]:
    """Draw what `describe.plain` gives; counts that were left out are not drawn.

    Returns:
        The title of each picture by its file name.
    """
    areas = [name for name in found["outcomes"] if name.startswith("area_")]
    pictures = {
        "areas.svg": ("The status of each area", _areas(found, areas)),
        "focus.svg": ("How far the focus is settled", _bars(found["outcomes"]["focus_status"])),
        "together.svg": ("Areas supported together", _together(found)),
        "unknown.svg": (
            f"The {_MOST} fields most often not asked, in percent of what could be recorded",
            _unknown(found),
        ),
    }
    for name, (title, figure) in pictures.items():
        figure.axes[0].set_title(title)
        with mpl.rc_context(_STYLE):
            figure.savefig(folder / name, format="svg", metadata={"Date": None, "Title": title}, bbox_inches="tight")
    return {name: title for name, (title, _) in pictures.items()}


def _areas(found: Mapping[str, Any], areas: list[str]) -> Figure:
    figure, axes = _figure(len(areas))
    left = np.zeros(len(areas))
    for status, colour in _STATUSES.items():
        counts = np.array([found["outcomes"][area].get(status) or 0 for area in areas])
        axes.barh(
            [_words(area.removeprefix("area_")) for area in areas],
            counts,
            left=left,
            color=colour,
            label=_words(status),
        )
        left += counts
    axes.invert_yaxis()
    _in_thousands(axes)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=len(_STATUSES), frameon=False)
    return figure


def _bars(counts: Mapping[str, int | None]) -> Figure:
    figure, axes = _figure(len(counts))
    axes.barh([_words(each) for each in counts], [count or 0 for count in counts.values()], color="#1b6e53")
    axes.invert_yaxis()
    _in_thousands(axes)
    return figure


def _in_thousands(axes: Any) -> None:
    axes.xaxis.set_major_formatter("{x:,.0f}")


def _together(found: Mapping[str, Any]) -> Figure:
    names = list(dict.fromkeys(area for each in found["together"] for area in each["areas"]))
    figure, axes = _figure(len(names), scale=0.7)
    for each in found["together"]:
        one, other = (names.index(area) for area in each["areas"])
        size = "left out" if each["cases"] is None else f"{each['cases']:,}"
        axes.text(one, other, size, ha="center", va="center")
    axes.set_xticks(range(len(names)), [_words(each) for each in names], rotation=20, ha="right")
    axes.set_yticks(range(len(names)), [_words(each) for each in names])
    axes.set_xlim(-0.5, len(names) - 0.5)
    axes.set_ylim(len(names) - 0.5, -0.5)
    return figure


def _unknown(found: Mapping[str, Any]) -> Figure:
    shares = {
        name: 100 * each["not_asked"] / each["recordable"]
        for name, each in found["fields"].items()
        if each["recordable"] and each["not_asked"] is not None
    }
    most = sorted(shares.items(), key=lambda each: (-each[1], each[0]))[:_MOST]
    figure, axes = _figure(len(most), scale=0.22)
    axes.barh([name for name, _ in reversed(most)], [share for _, share in reversed(most)], color="#8a8a8a")
    axes.set_xlim(0, 100)
    return figure


def _figure(rows: int, scale: float = 0.4) -> tuple[Figure, Any]:
    figure = Figure(figsize=(7, 1 + scale * max(rows, 2)))
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _words(name: str) -> str:
    return name.replace("_", " ").replace("|", " and ")
