"""Which safety questions an interview begins with, and when the day on which they were asked may be moved."""

from __future__ import annotations

from typing import Final

from ipt_formulate.case.case import Case
from ipt_formulate.rulebase.conditions import Among, Within, walk
from ipt_formulate.rulebase.loader import shipped_rulebase

ASKED: Final = "assessment.safety.asked"
_PREFIX: Final = "assessment.safety."


def safety_questions(case: Case) -> list[tuple[str, str]]:
    """The fields to ask about, each with its question: what is not recorded and, unless asked today, all of them."""
    safety = case.assessment.safety
    again = case.lowered.case.values[ASKED] != (0, 0)
    found: dict[str, str] = {}
    for rule in shipped_rulebase().safety:
        for node in walk(rule.condition):
            if isinstance(node, (Within, Among)) and node.term.startswith(_PREFIX) and node.term != ASKED:
                name = node.term.removeprefix(_PREFIX)
                if name in type(safety).model_fields and (again or getattr(safety, name) is None):
                    found.setdefault(node.term, rule.text.ask)
    order = list(type(safety).model_fields)
    return sorted(found.items(), key=lambda each: order.index(each[0].removeprefix(_PREFIX)))


def asked_elsewhere() -> list[str]:
    """The topics of safety rules that no such question is about: people, scales, conditions."""
    topics = []
    for rule in shipped_rulebase().safety:
        read = {node.term for node in walk(rule.condition) if isinstance(node, (Within, Among))}
        if not any(term.startswith(_PREFIX) and term not in (ASKED, f"{_PREFIX}changed_since_asked") for term in read):
            topics.append(rule.then.topic)
    return topics


def all_asked_anew(case: Case, told: tuple[str, ...]) -> bool:
    """Whether every recorded safety answer was given in this interview, so that they are all of today."""
    safety = case.assessment.safety
    recorded = [
        f"{_PREFIX}{name}"
        for name in type(safety).model_fields
        if name != "asked" and getattr(safety, name) is not None
    ]
    return bool(recorded) and set(recorded) <= set(told)
