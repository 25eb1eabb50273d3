"""What each part of the page holds; the template of the same name says how it looks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from markupsafe import Markup

from ipt_formulate.case.case import Case
from ipt_formulate.formulation.advised import TechniqueAdvice
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.formulation.wording import capital
from ipt_formulate.reasoning.changes import Counterfactual
from ipt_formulate.reasoning.trees import Reason
from ipt_formulate.report.closeness import closeness_circle_svg
from ipt_formulate.report.events import events_of, onset_of, worsenings_of
from ipt_formulate.report.fragment import Fragment, nodes
from ipt_formulate.report.reasoning import TRUTH_OF, claim
from ipt_formulate.report.rules import citation_in_words, parameters_in_words
from ipt_formulate.report.section import Section
from ipt_formulate.report.techniques import STATUS_WORDS, of_people, reason_in_words
from ipt_formulate.report.text import (
    areas_in_view,
    beside_sections,
    focus_section,
    provenance_section,
    safety_section,
)
from ipt_formulate.report.ties import ties_of
from ipt_formulate.report.timeline import timeline_svg
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase
from ipt_formulate.vocabulary import AreaStatus, Gate, ProblemArea, Truth

MOST_SHOWN: Final = 12
"""The most sets of facts of one size that the page lists; the command line lists all."""
MANY_HAPPENINGS: Final = 8
"""With more deaths, conflicts and changes than this, only single facts are tried, which takes seconds at most."""
FAR_TOO_MANY: Final = 40
"""With more than this, nothing is tried for the page: it would take minutes."""
MOST_OPENED: Final = 12
"""The most candidates of an area of which every rule opens to the facts it used; the command line has them all."""


def safety(formulation: Formulation) -> Fragment:
    """The red flags, and what was not asked."""
    section = safety_section(formulation.safety)
    return Fragment("safety", section.title, "safety.html", {"lines": nodes(section.lines), "urgent": section.urgent})


def focus(formulation: Formulation) -> Fragment:
    """The focus in a sentence, and what is to be said with it."""
    first, *others = focus_section(formulation).lines
    return Fragment("focus", "Focus", "focus.html", {"sentence": first[2], "lines": nodes(others)})


def closeness(formulation: Formulation) -> Fragment:
    """The closeness circle, and the same in words."""
    case = _case(formulation)
    rows = [(capital(tie.name), tie.words) for tie in ties_of(case)]
    holds = {
        "picture": Markup(closeness_circle_svg(case)),  # noqa: S704 (escaped as it is drawn)
        "name": "Closeness circle",
        "head": ("Who", "How things stand"),
        "rows": rows,
        "nothing": "Nobody is recorded.",
        "note": _may_be_more(formulation, ("people",)),
    }
    return Fragment("closeness", "Closeness circle", "picture.html", holds)


def timeline(formulation: Formulation) -> Fragment:
    """The timeline, and the same in words."""
    case = _case(formulation)
    events = (onset_of(case), *worsenings_of(case), *events_of(case))
    holds = {
        "picture": Markup(timeline_svg(case)),  # noqa: S704 (escaped as it is drawn)
        "name": "Timeline",
        "head": ("What", "When, and what else is recorded"),
        "rows": [(capital(each.name), each.words) for each in events],
        "nothing": "",
        "note": _may_be_more(formulation, ("deaths", "conflicts", "changes")),
    }
    return Fragment("timeline", "Timeline", "picture.html", holds)


def _may_be_more(formulation: Formulation, lists: Sequence[str]) -> str:
    found = [f"{each.list} ({each.asked})" for each in formulation.focus.open_inquiries if each.list in lists]
    return f"More may exist than is recorded: {'; '.join(found)}." if found else ""


def reasoning(formulation: Formulation) -> Fragment:
    """Every area with its candidates and rules; what stands behind a rule is told where it first occurs."""
    base, told = _rulebase(formulation), set[str]()
    areas = [
        {
            "title": area.title,
            "sign": TRUTH_OF[AreaStatus(area.status)].word,
            "status": area.status.replace("_", " "),
            "reason": area.reason,
            "opened": MOST_OPENED if len(area.candidates) > MOST_OPENED else 0,
            "candidates": [
                {
                    "name": capital(candidate.words),
                    "sign": candidate.verdict.word,
                    "status": _STATUS[candidate.verdict],
                    "where": where,
                    "rules": [_rule(base, rule, told, opens=place < MOST_OPENED) for rule in candidate.children],
                }
                for place, (where, candidate) in enumerate(
                    zip(_places(formulation, area.area), area.candidates, strict=True)
                )
            ],
        }
        for area in formulation.why()
    ]
    return Fragment("reasoning", "Reasoning", "reasoning.html", {"areas": areas})


def _places(formulation: Formulation, area: ProblemArea) -> list[str]:
    """Where each candidate of an area is recorded, with a dot: the beginning of the paths of its own facts."""
    ids = [each.candidate.id for each in formulation.areas[area].candidates]
    return [f"inventory.{scope}[{id_}]." if scope else "" for scope, _, id_ in (i.rpartition("/") for i in ids)]


_STATUS: Final = {truth: status.replace("_", " ") for status, truth in TRUTH_OF.items()}


def _rule(base: RuleBase, reason: Reason, told: set[str], *, opens: bool) -> dict[str, Any]:
    """A rule at a candidate: its verdict and the facts, and where it first occurs what stands behind it."""
    rule: CompiledRule[Any] = base.rule(reason.rule)
    first = rule.id not in told
    told.add(rule.id)
    return {
        "id": rule.id,
        "version": rule.text.version,
        "rulebase_status": rule.text.status,
        "sign": reason.verdict.word,
        "claim": claim(reason),
        "facts": reason.children if opens else None,
        "behind": {
            "rationale": rule.text.rationale.strip(),
            "limits": rule.text.limits,
            "parameters": parameters_in_words(base, rule),
            "sources": [citation_in_words(base, each) for each in rule.text.citations],
        }
        if first
        else None,
    }


def contrast(formulation: Formulation) -> Fragment:
    """Why the area that is named first and not each other; where none is named, why not each."""
    named = areas_in_view(formulation)
    if not named:
        whys = [formulation.why_not(area) for area in formulation.areas]
        pairs = [{"title": each.title, "sentence": each.sentence, "steps": (), "sources": ()} for each in whys]
        return Fragment("contrast", "Why no area", "contrast.html", {"pairs": pairs})
    first, others = named[0], [area for area in formulation.areas if area != named[0]]
    pairs = [_pair(formulation, first, other) for other in others]
    return Fragment("contrast", "Why this and not that", "contrast.html", {"pairs": pairs} if pairs else {})


def _pair(formulation: Formulation, first: ProblemArea, other: ProblemArea) -> dict[str, Any]:
    found = formulation.contrast(first, other)
    names = [formulation.areas[area].title.split(" (")[0] for area in (first, other)]
    return {
        "title": f"{names[0]} and not {names[1].lower()}",
        "sentence": found.sentence,
        "names": names,
        "steps": found.steps,
        "sources": found.sources,
    }


def change(formulation: Formulation) -> Fragment:
    """The smallest sets of one or two facts that would change the focus; of one alone, or none, where it is large."""
    case = _case(formulation)
    happenings = len(case.inventory.deaths) + len(case.inventory.conflicts) + len(case.inventory.changes)
    if happenings > FAR_TOO_MANY:
        return Fragment("change", "What would change it", "change.html", {"sizes": (), "happenings": happenings})
    found = formulation.what_would_change(size=1 if happenings > MANY_HAPPENINGS else 2)
    sizes = []
    for size in range(1, found.size + 1):
        sets = [each for each in found.counterfactuals if len(each.facts) == size]
        sizes.append(
            {
                "title": "One fact alone" if size == 1 else "Two facts together",
                "sets": [_set(each) for each in sets[:MOST_SHOWN]],
                "more": max(0, len(sets) - MOST_SHOWN),
            }
        )
    holds = {"now": found.now, "note": found.note, "sizes": sizes, "size": found.size}
    return Fragment("change", "What would change it", "change.html", holds)


def _set(found: Counterfactual) -> dict[str, Any]:
    return {"facts": capital("; and ".join(map(str, found.facts))), "focus": found.focus}


def questions(formulation: Formulation) -> Fragment:
    """What to ask next, the most useful first."""
    return Fragment("questions", "Questions still open", "questions.html", {"questions": formulation.questions})


def beside(formulation: Formulation) -> Fragment:
    """Advice, modifiers and scores, where there are any."""
    sections: list[Section] = list(beside_sections(formulation))
    told = [(each.title, nodes(each.lines)) for each in sections]
    return Fragment("beside", "Beside the focus", "beside.html", {"sections": told} if told else {})


def techniques(formulation: Formulation) -> Fragment:
    """The techniques as cards, by whether they can be used now."""
    groups = []
    for gate, words in STATUS_WORDS.items():
        advised = [each for each in formulation.techniques if each.status is gate]
        if advised:
            groups.append(_group(gate, words, advised))
    return Fragment("techniques", "Techniques", "techniques.html", {"groups": groups} if groups else {})


def _group(gate: Gate, words: str, advised: Sequence[TechniqueAdvice]) -> dict[str, Any]:
    """Techniques that stand alike. What is a reason for several is told once, before the cards, and numbered there."""
    reasons = {each.technique: list(dict.fromkeys([*map(reason_in_words, each.reasons), *of_people(each)])) for each in advised}  # fmt: skip
    counts = Counter(reason for told in reasons.values() for reason in told)
    common = [reason for reason, count in counts.items() if count == len(advised) > 1]
    shared = [reason for reason, count in counts.items() if 1 < count < len(advised)]
    return {
        "id": gate.value,
        "title": words,
        "sign": _SIGN[gate],
        "common": common,
        "shared": shared,
        "cards": [
            {
                "advice": each,
                "own": [reason for reason in reasons[each.technique] if counts[reason] == 1],
                "also": [place for place, reason in enumerate(shared, start=1) if reason in reasons[each.technique]],
            }
            for each in advised
        ],
    }


_SIGN: Final = {
    Gate.OFFERED: Truth.MET.word,
    Gate.CAUTION: "caution",
    Gate.HELD_UNTIL_AGREED: Truth.UNKNOWN.word,
    Gate.HELD_UNTIL_ASKED: Truth.UNKNOWN.word,
    Gate.BLOCKED: Truth.NOT_MET.word,
}
"""The class of the sign before a group of techniques."""


def about(formulation: Formulation) -> Fragment:
    """Intended use, limits, provenance, and the sources with how much of each was read."""
    section = provenance_section(formulation)
    holds = {"lines": nodes(section.lines), "sources": formulation.provenance.sources}
    return Fragment("about", section.title, "about.html", holds)


def _case(formulation: Formulation) -> Case:
    case = formulation.case
    assert case is not None, "a page is made only of a formulation that has its case"
    return case


def _rulebase(formulation: Formulation) -> RuleBase:
    base = formulation.rulebase
    assert base is not None, "a page is made only of a formulation that has its case"
    return base
