"""The gallery: a page for each case with its report and pictures, and cards that lead to them, by area and grade."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import yaml
from pages import MADE_BY

import ipt_formulate as ipt
from ipt_formulate.formulation.markdown import escaped
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.practice.files import shipped_teaching_cases
from ipt_formulate.practice.teaching import NO_FOCUS, Grade, Origin, Point, TeachingCase
from ipt_formulate.report.closeness import closeness_circle_svg
from ipt_formulate.report.markdown import CIRCLE, TIMELINE, parts_of
from ipt_formulate.report.rules import citation_in_words
from ipt_formulate.report.timeline import timeline_svg
from ipt_formulate.vocabulary import ProblemArea

CASES = Path(__file__).parents[1] / "tests" / "cases"
PICTURES = {CIRCLE: ("circle", closeness_circle_svg), TIMELINE: ("timeline", timeline_svg)}
LEFT_OUT = ("What this is",)
"""What is alike on every page, and stands on the page about limits."""


def cases() -> Sequence[TeachingCase]:
    """Every case that the gallery shows, by area, then grade, then title."""
    order = [*ProblemArea, NO_FOCUS]
    shown = shipped_teaching_cases().values()
    return sorted(shown, key=lambda case: (order.index(case.shows), [*Grade].index(case.grade), case.title))


@cache
def formulations() -> Mapping[str, Formulation]:
    """The formulation of each case; with the engine that every machine has, so that pages are the same everywhere."""
    return {case.name: ipt.formulate(case.whole, tradition=case.tradition, engine="reference") for case in cases()}


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


def _page(case: TeachingCase, formulation: Formulation) -> str:
    """One case: what it is and how it is told, then the report with its pictures and what is pointed out."""
    lines = [
        MADE_BY,
        "",
        f"# {escaped(case.title)}",
        "",
        f"{_what(case)} [The whole page with all reasons](full/{case.name}.html) · [All cases](index.md)",
        "",
        *_told(case.story),
    ]
    for stage in case.stages:
        lines += [f"### Session {stage.session}", "", *_told(stage.told)]
        for ask in stage.asks:
            lines += [f"- *{escaped(ask.ask)}*", f"    {escaped(ask.answer)}"]
        lines.append("")
    for part in parts_of(formulation):
        if part.title in LEFT_OUT:
            continue
        lines += [f"## {part.title}", ""]
        if part.title in PICTURES:
            lines += [f"![{part.title} of this case, in words below]({case.name}-{PICTURES[part.title][0]}.svg)", ""]
        lines.append(part.text)
        if part.title == "Focus":
            lines += _pointed_out(case, formulation)
    lines.append("It suggests; clinician and client decide. [What it is not for](../explanation/limits.md).\n")
    return "\n".join(lines)


def _pointed_out(case: TeachingCase, formulation: Formulation) -> Iterator[str]:
    """What a trainer points out, and why the library says otherwise where it does."""
    yield from ("## What to point out", "")
    for point in case.points:
        yield f"- {escaped(point.text)}"
        yield from (f"    - {escaped(each)}" for each in _sources(formulation, point))
    yield ""
    yield from _told(case.note or "")


def _told(text: str) -> list[str]:
    """Paragraphs."""
    return [f"{escaped(each)}\n" for each in text.strip().split("\n\n") if each]


def _sources(formulation: Formulation, point: Point) -> Iterator[str]:
    base = formulation.rulebase
    assert base is not None, "it was formulated just now"
    yield from (citation_in_words(base, each) for each in point.citations)


def _what(case: TeachingCase) -> str:
    """Where the case is from, what it is meant to show, and how it is told."""
    school = f" School: {case.tradition}." if case.tradition != "weissman" else ""
    asking = " In practice it is told only by asking; here all of it is known." if case.staged else ""
    if case.origin is Origin.COMPOSED:
        return f"A case composed for teaching, {case.grade}, meant to show: {_area(case.shows)}.{school}{asking}"
    author = yaml.safe_load((CASES / case.name / "author.yaml").read_text(encoding="utf-8"))
    source = author["source"]
    told = f"{source['authors']} ({source.get('year', 'n.d.')}). {source['title']}."
    left = f" Not a strict case: {author['use_reason']}" if author.get("use_reason") else ""
    return escaped(
        f"A published case, {case.grade}, retold in our words and coded from a summary alone; what that does not mention "
        f"is not recorded. Its author takes it as: {_area(case.shows)}. Published in: {told}{left}{school}"
    )


def _index(shown: Sequence[TeachingCase]) -> str:
    """Cards that lead to the cases, under a heading for each area."""
    lines = [
        MADE_BY,
        "",
        "# Gallery",
        "",
        "Every case that ships, published or composed for teaching, as the library sees it: safety, focus, closeness circle, timeline, reasons, questions, techniques. Each leads to its whole page, as `ipt-formulate formulate CASE --html OUT` writes it. Who wants to practise on them should do so [before reading here](../how-to/practise.md). A case stands under the area that its author or composer names, whatever the library says of it.",
        "",
    ]
    for area in (*ProblemArea, NO_FOCUS):
        of_area = [case for case in shown if case.shows == area]
        if of_area:
            lines += [f"## {_area(area).capitalize()}", "", '<div class="grid cards" markdown>', ""]
            lines += [_card(case, formulations()[case.name]) for case in of_area]
            lines += ["</div>", ""]
    return "\n".join(lines)


def _card(case: TeachingCase, formulation: Formulation) -> str:
    safety = "Red flags come first. " if formulation.safety.flags else ""
    return "\n".join(
        [
            f"-   **[{escaped(case.title)}]({case.name}.md)**",
            "",
            f"    {case.grade}, {case.origin}{', told only by asking' * case.staged}",
            "",
            f"    {safety}{escaped(formulation.focus.sentence)}",
            "",
        ]
    )


def _area(area: str) -> str:
    return "no focus yet" if area == NO_FOCUS else area.replace("_", " ")
