"""A part of the page, and the lines of a report as a tree, which is how a page shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ipt_formulate.report.section import Line


@dataclass(frozen=True, slots=True)
class Fragment:
    """A part of the page.

    Attributes:
        id: the anchor of its heading.
        title: its heading.
        template: the file that says how it looks.
        holds: what the template is given; a fragment that holds nothing is left out.
    """

    id: str
    title: str
    template: str
    holds: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Node:
    """A line of a report with the lines below it."""

    bullet: str
    words: str
    below: list[Node] = field(default_factory=list)


def nodes(lines: Iterable[Line]) -> list[Node]:
    """Lines with a depth as a tree.

    >>> [each.below[0].words for each in nodes([(0, "", "a"), (1, "-", "b")])]
    ['b']
    """
    top = Node("", "")
    path = [top]
    for depth, bullet, words in lines:
        node = Node(bullet, words)
        del path[depth + 1 :]
        path[-1].below.append(node)
        path.append(node)
    return top.below
