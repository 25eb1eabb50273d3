"""The gallery: a page for each case with its report and pictures, and cards that lead to them, by area and grade."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

import yaml
from pages import MADE_BY, NoWords

import ipt_formulate as ipt
from ipt_formulate.case.case import Case
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.report.closeness import closeness_circle_svg
from ipt_formulate.report.markdown import CIRCLE, TIMELINE, escaped, parts_of
from ipt_formulate.report.timeline import timeline_svg
from ipt_formulate.vocabulary import ProblemArea

CASES = Path(__file__).parents[1] / "tests" / "cases"
GRADES = ("easy", "middling", "hard", "published")
NO_FOCUS = "none"
PICTURES = {CIRCLE: ("circle", closeness_circle_svg), TIMELINE: ("timeline", timeline_svg)}
LEFT_OUT = ("What this is",)
"""What is alike on every page, and stands on the page about limits."""


class Shown(Protocol):
    """A case of the gallery; a teaching case of the practice has all of this."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def origin(self) -> str: ...
    @property
    def grade(self) -> str: ...
    @property
    def shows(self) -> str: ...
    @property
    def story(self) -> str: ...
    @property
    def note(self) -> str | None: ...
    @property
    def whole(self) -> Case: ...


@dataclass(frozen=True, slots=True)
class Published:
    """A published case, coded from a summary in our words."""

    name: str
    title: str
    shows: str
    story: str
    note: str | None
    whole: Case
    origin: str = "published"
    grade: str = "published"


def cases() -> Sequence[Shown]:
    """Every case that the gallery shows, by area, then grade, then name."""
    order = [*ProblemArea, NO_FOCUS]
    return sorted(published(), key=lambda case: (order.index(case.shows), GRADES.index(case.grade), case.name))


def published() -> Iterator[Shown]:
    """The shipped cases, each with the area that its author chose and where it was published."""
    for name in ipt.example_names():
        author = yaml.safe_load((CASES / name / "author.yaml").read_text(encoding="utf-8"))
        source = author["source"]
        told = f"{source['authors']} ({source.get('year', 'n.d.')}). {source['title']}."
        story = f"Coded from a summary alone; what it does not mention is not recorded. Published in: {told}"
        note = f"Not a strict case: {author['use_reason']}" if author.get("use_reason") else None
        yield Published(name, name, author["primary"] or NO_FOCUS, story, note, ipt.example(name))


@cache
def formulations() -> Mapping[str, Formulation]:
    """The formulation of each case; with the engine that every machine has, so that pages are the same everywhere."""
    return {case.name: ipt.formulate(case.whole, engine="reference") for case in cases()}


@cache
def gallery_pages() -> Mapping[str, str]:
    """Every page and picture of the gallery by its path."""
    shown = cases()
    found = {"gallery/index.md": _index(shown)}
    for case in shown:
        formulation = formulations()[case.name]
        found[f"gallery/{case.name}.md"] = _page(case, formulation)
        for name, draw in PICTURES.values():
            found[f"gallery/{case.name}-{name}.svg"] = draw(case.whole) + "\n"
    return found


def full_pages() -> Iterator[tuple[str, str]]:
    """The page of each case with all that the library says of it, by its path: made with the site and not kept."""
    for name, formulation in formulations().items():
        yield f"gallery/full/{name}.html", formulation.to_html()


def _page(case: Shown, formulation: Formulation) -> str:
    """One case: what it is, then the report with its pictures."""
    lines = [
        MADE_BY,
        "",
        f"# {escaped(case.title)}",
        "",
        f"A {case.origin} case. {'Its author takes it as' if case.origin == 'published' else 'Composed to show'}: {_area(case.shows)}. [The whole page with all reasons](full/{case.name}.html) · [All cases](index.md)",
        "",
        *(f"{escaped(each)}\n" for each in case.story.split("\n\n")),
        *([f"{escaped(case.note)}\n"] if case.note else []),
    ]
    for part in parts_of(formulation):
        if part.title in LEFT_OUT:
            continue
        lines += [f"## {part.title}", ""]
        if part.title in PICTURES:
            lines += [f"![{part.title} of this case, in words below]({case.name}-{PICTURES[part.title][0]}.svg)", ""]
        lines.append(part.text)
    lines.append("It suggests; clinician and client decide. [What it is not for](../explanation/limits.md).\n")
    return "\n".join(lines)


def _index(shown: Sequence[Shown]) -> str:
    """Cards that lead to the cases, under a heading for each area."""
    lines = [
        MADE_BY,
        "",
        "# Gallery",
        "",
        "Every case that ships, as the library sees it: safety, focus, closeness circle, timeline, reasons, questions, techniques. Each leads to its whole page, as `ipt-formulate formulate CASE --html OUT` writes it. A case stands under the area that its author or composer names, whatever the library says of it.",
        "",
    ]
    for area in (*ProblemArea, NO_FOCUS):
        of_area = [case for case in shown if case.shows == area]
        if of_area:
            lines += [f"## {_area(area).capitalize()}", "", '<div class="grid cards" markdown>', ""]
            lines += [_card(case, formulations()[case.name]) for case in of_area]
            lines += ["</div>", ""]
    return "\n".join(lines)


def _card(case: Shown, formulation: Formulation) -> str:
    if case.grade not in GRADES:
        raise NoWords(f"no place in the gallery for the grade {case.grade} of {case.name}")
    safety = "Red flags come first. " if formulation.safety.flags else ""
    return "\n".join(
        [
            f"-   **[{escaped(case.title)}]({case.name}.md)**",
            "",
            f"    {case.grade}",
            "",
            f"    {safety}{escaped(formulation.focus.sentence)}",
            "",
        ]
    )


def _area(area: str) -> str:
    return "no focus yet" if area == NO_FOCUS else area.replace("_", " ")
