"""The formulation as Markdown for documents: what the text report says, in the same order, with people and times.

Whatever is not the library's own layout is escaped, since labels of a case stand in most sentences. The escapes are
those that CommonMark, GitHub's dialect and Python-Markdown read alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ipt_formulate.case.case import Case
from ipt_formulate.formulation.markdown import escaped
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.formulation.wording import capital
from ipt_formulate.report.events import events_of, onset_of, worsenings_of
from ipt_formulate.report.fragment import Node, nodes
from ipt_formulate.report.mermaid import reasoning_mermaid
from ipt_formulate.report.section import Section
from ipt_formulate.report.text import sections
from ipt_formulate.report.ties import ties_of

_SPEAKS: Final = ("Why", "Why not the others")
_SIGNS: Final = "**+** speaks for the area, **−** against it."
CIRCLE, TIMELINE, REASONING = "Closeness circle", "Timeline", "Reasoning tree"


class Pictures(StrEnum):
    """How pictures stand in a Markdown report."""

    NONE = "none"
    MERMAID = "mermaid"


@dataclass(frozen=True, slots=True, repr=False)
class Part:
    """A headed part of the report, its text already Markdown."""

    title: str
    text: str

    def __str__(self) -> str:
        return f"## {self.title}\n\n{self.text}"


def to_markdown(formulation: Formulation, *, pictures: Pictures | str = Pictures.NONE) -> str:
    """The whole report as Markdown: safety, focus, people, times, why, why not, not known, questions, techniques.

    Every label of a case is shown as it was written: none makes a link, a heading, markup or a picture.

    Args:
        formulation: what `formulate` returned.
        pictures: ``mermaid`` puts in the reasoning tree as a Mermaid diagram, which GitHub and others draw.

    Returns:
        Markdown that ends with a line end.

    Raises:
        ValueError: ``pictures`` is none of `Pictures`.
        CaseNeeded: a picture was asked for, and the formulation was read back from JSON.

    Examples:
        >>> from ipt_formulate import example, formulate
        >>> to_markdown(formulate(example("mariana-ipta-casebook"))).splitlines()[:3]
        ['# Formulation', '', '## Safety']
    """
    pictures = Pictures(pictures)
    parts = list(parts_of(formulation))
    if pictures is Pictures.MERMAID:
        place = next(index for index, each in enumerate(parts) if each.title == "Why")
        parts.insert(place, Part(REASONING, f"```mermaid\n{reasoning_mermaid(formulation)}```\n"))
    return "\n".join(["# Formulation\n", *map(str, parts)])


def parts_of(formulation: Formulation) -> Iterator[Part]:
    """The parts of the report in their order; people and times, where the case is still there, after the focus."""
    safety, focus, *others = sections(formulation)
    yield _part(safety)
    yield _part(focus)
    if formulation.case is not None:
        yield from _people_and_times(formulation.case)
    yield from map(_part, others)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table, each cell escaped."""
    lines = [head, *rows]
    written = [f"| {' | '.join(map(escaped, line))} |" for line in lines]
    return "\n".join([written[0], f"|{' --- |' * len(head)}", *written[1:]]) + "\n"


def _people_and_times(case: Case) -> Iterator[Part]:
    people = [(capital(tie.name), "; ".join(tie.words)) for tie in ties_of(case)]
    yield Part(CIRCLE, table(("Who", "How things stand"), people) if people else "Nobody is recorded.\n")
    events = (onset_of(case), *worsenings_of(case), *events_of(case))
    rows = [(capital(each.name), "; ".join(each.words)) for each in events]
    yield Part(TIMELINE, table(("What", "When, and what else is recorded"), rows))


def _part(section: Section) -> Part:
    """A section as paragraphs and lists."""
    speaks = section.title in _SPEAKS
    blocks = [f"{_SIGNS}\n"] if speaks else []
    listing: list[str] = []
    for node in nodes(section.lines):
        if node.bullet or section.title == "Safety":
            listing += _items(node, 0, speaks=speaks)
            continue
        blocks += ["\n".join(listing) + "\n"] if listing else []
        listing = []
        blocks.append(f"{escaped(node.words)}\n")
        for each in node.below:
            listing += _items(each, 0, speaks=speaks)
    blocks += ["\n".join(listing) + "\n"] if listing else []
    return Part(escaped(section.title), "\n".join(blocks))


def _items(node: Node, depth: int, *, speaks: bool) -> Iterator[str]:
    sign = {"!": "**Attention:** ", "+": "**+** ", "-": "**−** " if speaks else ""}.get(node.bullet, "")
    mark = node.bullet if node.bullet.rstrip(".").isdigit() else "-"
    yield f"{'    ' * depth}{mark} {sign}{escaped(node.words)}"
    for each in node.below:
        yield from _items(each, depth + 1, speaks=speaks)
