"""A plan against a relapse as text: for the clinician with rules and what is assumed, for the client without."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ipt_formulate.course.relapse_record import Contact, ContactKind, PlanEdit, PlanLine, RelapsePlan
from ipt_formulate.course.relapse_texts import shipped_relapse_texts
from ipt_formulate.course.sheets.prompts import Reader
from ipt_formulate.formulation.contents import Safety
from ipt_formulate.report.rules import citation_in_words
from ipt_formulate.report.section import Line, Section
from ipt_formulate.report.text import safety_section
from ipt_formulate.rulebase.loader import shipped_rulebase

_EMPTY: Final = "________________ (to be filled in)"
_STATUS: Final = {None: "not yet", "well": "well, as the client told it"}
_DOES: Final = {"add": "added", "change": "changed", "remove": "taken out"}
_AT_ONCE: Final = (ContactKind.CRISIS, ContactKind.EMERGENCY)


def relapse_sections(
    plan: RelapsePlan, reader: Reader = Reader.CLINICIAN, safety: Safety | None = None
) -> tuple[Section, ...]:
    """A plan section by section, whom to call in danger first.

    Args:
        plan: the plan.
        reader: for whom it is printed.
        safety: red flags, and what was not asked; they come first on the clinician's page.
    """
    clinician = reader is Reader.CLINICIAN
    others = [each for kind in ContactKind if kind not in _AT_ONCE for each in plan.to_call(kind)]
    return (
        *((safety_section(safety),) if safety and clinician else ()),
        Section("In danger, at any hour", tuple(_danger(plan)), urgent=True),
        Section("What this plan is for", ((0, "", shipped_relapse_texts().purpose.words),)),
        *_part("My warning signs", plan.warning_signs, clinician),
        *_part("When to watch out", plan.situations, clinician),
        *_part("What helped", plan.skills, clinician),
        Section("What I do", tuple(_levels(plan, clinician))),
        Section("Whom I can call", tuple((0, "-", _contact(each)) for each in others)),
        Section("When we look again", tuple(_follow_up(plan))),
        *(_for_the_clinician(plan) if clinician else (_for_the_client(plan),)),
    )


def relapse_to_text(plan: RelapsePlan, reader: Reader = Reader.CLINICIAN, safety: Safety | None = None) -> str:
    """A plan as plain text."""
    return "\n\n".join(section.plain() for section in relapse_sections(plan, reader, safety)) + "\n"


def relapse_to_html(plan: RelapsePlan, reader: Reader = Reader.CLINICIAN, safety: Safety | None = None) -> str:
    """A plan as a printable page of its own."""
    from ipt_formulate.report.pages import template  # only a page needs the template engine

    sections = relapse_sections(plan, reader, safety)
    return template("relapse_plan.html").render(title="Plan against a relapse", sections=sections)


def _danger(plan: RelapsePlan) -> Iterator[Line]:
    for kind in _AT_ONCE:
        yield from ((0, "!", _contact(each)) for each in plan.to_call(kind))


def _part(title: str, lines: tuple[PlanLine, ...], clinician: bool) -> Iterator[Section]:
    told = tuple((0, "-", _line(each, clinician)) for each in lines)
    own = not clinician and all(each.proposed_by != "client" for each in lines)
    yield Section(title, (*told, (0, "-", f"My own: {_EMPTY}")) if own else told or ((0, "-", _EMPTY),))


def _line(line: PlanLine, clinician: bool) -> str:
    if not clinician:
        return line.words
    marks = [*line.rules, *([line.technique] if line.technique else [])]
    marks.append("draft" if line.proposed_by == "draft" else f"proposed by the {line.proposed_by}")
    if line.assumption and line.proposed_by == "draft":
        marks.append("in part an assumption")
    return f"{line.words} [{', '.join(marks)}]"


def _contact(contact: Contact) -> str:
    return f"{contact.words}: {contact.number or _EMPTY}"


def _levels(plan: RelapsePlan, clinician: bool) -> Iterator[Line]:
    for level in plan.levels:
        yield (0, "", level.when)
        yield from ((1, "-", _line(each, clinician)) for each in level.actions)


def _follow_up(plan: RelapsePlan) -> Iterator[Line]:
    for each in plan.follow_up:
        day = f", {each.date}" if each.date else ""
        status = _STATUS.get(each.status, (each.status or "").replace("_", " "))
        yield (0, "-", f"{each.months} month{'s' * (each.months > 1)} after the end{day}: {status}")
    if plan.maintenance:
        agreed = {True: "agreed", False: "not wanted", None: "to be agreed on its own"}[plan.maintenance.agreed]
        months = plan.maintenance.every_months
        yield (0, "-", f"Maintenance sessions, every {'month' if months == 1 else f'{months} months'}: {agreed}")


def _for_the_client(plan: RelapsePlan) -> Section:
    lines = [
        *plan.warning_signs,
        *plan.situations,
        *plan.skills,
        *(each for level in plan.levels for each in level.actions),
    ]
    assumed = sum(each.assumption and each.proposed_by == "draft" for each in lines)
    words = (
        f"{assumed} of its {len(lines)} lines are a draft that is in part an assumption. Change whatever does not fit."
    )
    return Section("What this is", ((0, "", words),))


def _for_the_clinician(plan: RelapsePlan) -> Iterator[Section]:
    todo = tuple((0, "-", str(each)) for each in plan.cautions())
    if todo:
        yield Section("Still to do", todo)
    if plan.edits:
        yield Section("Changes", tuple((0, "-", _edit(each)) for each in plan.edits))
    base = shipped_rulebase()
    yield Section(
        "What this rests on",
        tuple((0, "-", citation_in_words(base, each)) for each in shipped_relapse_texts().citations),
    )


def _edit(edit: PlanEdit) -> str:
    when = f"session {edit.session}, " if edit.session else ""
    agreed = {True: "the other agreed", False: "the other did not agree", None: "not asked whether the other agrees"}
    return f"{when}{edit.entry} in {edit.part.replace('_', ' ')} {_DOES[edit.does]}, proposed by the {edit.by}; {agreed[edit.agreed]}"
