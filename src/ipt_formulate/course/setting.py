"""Which form of the course, how many sessions, and which measures: as asked for, as recorded, or as is usual."""

from __future__ import annotations

from typing import Final

from ipt_formulate.case.case import Case
from ipt_formulate.case.choices import Format, Instrument
from ipt_formulate.course.contents import CourseSetting
from ipt_formulate.course.knowledge import CourseKnowledge
from ipt_formulate.course.texts import Variant
from ipt_formulate.errors import InputError, Problem, UnknownName

BESIDE: Final = (Instrument.GAD7, Instrument.WHO5, Instrument.WSAS)
"""Measured beside the symptoms of the illness: anxiety, well-being, and how far life is hindered."""
_SYMPTOMS: Final = (Instrument.PHQ9, Instrument.EPDS, Instrument.HAMD17, Instrument.BDI2)


def chosen_variant(
    knowledge: CourseKnowledge, setting: CourseSetting, case: Case | None
) -> tuple[Variant, int, tuple[str, ...]]:
    """The form of the course, its number of sessions, and what there is to say about them.

    Raises:
        UnknownName: there is no such form.
        InputError: the form has no such number of sessions.
    """
    recorded = None if case is None else case.assessment.setting.sessions
    available = recorded if isinstance(recorded, int) else None
    name = setting.variant or _fitting(knowledge, setting.sessions or available, case)
    if name not in knowledge.variants:
        raise UnknownName(f"there is no such variant; there are: {', '.join(knowledge.variants)}")
    variant = knowledge.variants[name]
    counts = variant.sessions
    if setting.sessions is not None:
        if not counts.least <= setting.sessions <= counts.most:
            what = f"{variant.title} has {_words(counts.least, counts.most)}"
            raise InputError([Problem("sessions", what, "give such a number, or another variant")])
        return variant, setting.sessions, ()
    if available is None or counts.least <= available <= counts.most:
        return variant, available or counts.usual, ()
    count = min(max(available, counts.least), counts.most)
    return variant, count, (f"The case records another number of sessions than this form has; {count} are planned.",)


def _fitting(knowledge: CourseKnowledge, sessions: int | None, case: Case | None) -> str:
    """The form that fits what is recorded: the group, or the longest form that the sessions allow."""
    if case is not None and case.assessment.setting.format is Format.GROUP:
        return "group"
    if sessions is None:
        return "standard"
    fitting = [each for each in knowledge.variants.values() if each.format == "individual" and not each.maintenance]
    longest = sorted(fitting, key=lambda each: each.sessions.least, reverse=True)
    return next((each.id for each in longest if each.sessions.least <= sessions), longest[-1].id)


def _words(least: int, most: int) -> str:
    return f"{least} sessions" if least == most else f"{least} to {most} sessions"


def measures_of(case: Case | None) -> tuple[Instrument, ...]:
    """The measures to repeat: of the symptoms, what the case records first and PHQ-9 if nothing; and those beside."""
    recorded = () if case is None else tuple(each.instrument for each in case.assessment.measures)
    symptoms = [each for each in _SYMPTOMS if each in recorded] or [Instrument.PHQ9]
    return (*symptoms, *BESIDE)
