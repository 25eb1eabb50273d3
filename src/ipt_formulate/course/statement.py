"""The formulation in plain words, part by part, for therapist and client."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal

from ipt_formulate.case.case import Case
from ipt_formulate.case.choices import Presence
from ipt_formulate.case.fields import ChoiceKind
from ipt_formulate.course.contents import PlannedFocus, Statement, StatementPart
from ipt_formulate.course.knowledge import CourseKnowledge
from ipt_formulate.course.sources import sources
from ipt_formulate.course.texts import Told
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.formulation.wording import capital, listed

_OF_THE_CLIENT: Final = re.compile(r"^(the death of|the dispute with) the (?=[a-z])")
_NAMES: Final = {
    "depression": ("a depressive episode", "a depression"),
    "dysthymia": ("a long-standing depression", "a depression that has lasted for years"),
    "bipolar": ("a bipolar disorder", "a bipolar illness"),
    "ptsd": ("a post-traumatic stress disorder", "an illness that can follow on what is too much to bear"),
    "eating_disorder": ("an eating disorder", "an eating disorder"),
    "anxiety_disorder": ("an anxiety disorder", "an anxiety illness"),
    "social_anxiety": ("a social anxiety disorder", "a fear of being with people that is an illness"),
}
"""The illnesses that a statement names, in the order of the case model, for therapist and client."""


def statement_of(
    knowledge: CourseKnowledge,
    formulation: Formulation,
    focus: Sequence[PlannedFocus],
    case: Case | None,
    sessions: int,
    every_days: int,
) -> Statement:
    """The formulation as it can be offered: illness, link, area, work, time, and the question whether it fits."""
    words = knowledge.statement
    clinician, client = _illness(case)
    parts = [_part("illness", words.illness, illness=capital(clinician), illness_client=client)]
    citations = list(words.citations)
    if not focus:
        parts.append(_part("undecided", words.undecided))
    for each in focus:
        area = knowledge.wording[each.area]
        what = each.about or each.title.lower()
        parts.append(
            StatementPart(
                part="link",
                clinician=area.link.clinician.format(what=what),
                client=area.link.client.format(what=_OF_THE_CLIENT.sub(r"\1 your ", what)),
            )
        )
        citations += area.citations
    if focus and not focus[0].settled:
        parts.append(_part("provisional", words.provisional))
    if focus:
        parts.append(_part("caution", words.caution))
        areas = [knowledge.wording[each.area].work for each in focus]
        parts.append(
            StatementPart(
                part="work",
                clinician=words.work.clinician.format(work=listed([each.clinician for each in areas])),
                client=words.work.client.format(work="; and ".join(each.client for each in areas)),
            )
        )
    parts.append(_part("time", words.time, count=str(sessions), every=_often(every_days)))
    if focus:
        parts.append(_part("question", words.question))
    return Statement(parts=tuple(parts), sources=sources(citations))


def _part(
    name: Literal["illness", "caution", "work", "time", "question", "provisional", "undecided"],
    told: Told,
    **values: str,
) -> StatementPart:
    return StatementPart(part=name, clinician=told.clinician.format(**values), client=told.client.format(**values))


def _often(days: int) -> str:
    if days % 7 == 0:
        return "once a week" if days == 7 else f"every {days // 7} weeks"
    return "once a month" if days == 30 else f"every {days} days"


def _illness(case: Case | None) -> tuple[str, str]:
    """What the illness is called, where it is surely recorded as present; else that it is to be named."""
    values = {} if case is None else case.lowered.case.values
    absent = ChoiceKind(Presence).mask([Presence.ABSENT])
    present = [
        names for field, names in _NAMES.items() if not values.get(f"assessment.conditions.{field}", absent) & absent
    ]
    if not present:
        return "[the illness that was found]", "[the name of the illness]"
    return listed([clinician for clinician, _ in present]), listed([client for _, client in present])
