"""Drafts the plan against a relapse from a formulation, and changes it with a record of who proposed what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from ipt_formulate.course.knowledge import CourseKnowledge, shipped_course
from ipt_formulate.course.relapse_record import (
    Contact,
    ContactKind,
    FollowUpDue,
    Level,
    Maintenance,
    PlanEdit,
    PlanLine,
    RelapsePlan,
)
from ipt_formulate.course.relapse_texts import Drafted, RelapseTexts, shipped_relapse_texts
from ipt_formulate.course.sheets.files import parse_part, problems_in, problems_of, with_lines
from ipt_formulate.course.sheets.gates import of_mentioned
from ipt_formulate.documents import read_document
from ipt_formulate.errors import InputError, Problem, UnknownName, silent
from ipt_formulate.formulation.contents import AreaChoice, CandidateFinding
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.vocabulary import Evidence, ProblemArea

FOLLOW_UPS: Final = ("follow_up_first", "follow_up_second", "follow_up_third", "follow_up_last")
_MONTH: Final = 30
_ABOUT: Final = "{about}"


def relapse_plan(
    formulation: Formulation, *, used: Iterable[str] = (), knowledge: CourseKnowledge | None = None
) -> RelapsePlan:
    """Draft the plan against a relapse.

    Args:
        formulation: what `formulate` returned. Situations of risk are drawn from the areas in view, their subtypes
            and the patterns beside them, and each names the rules that found it.
        used: ids of the techniques that were used in the course; the skills are drawn from these alone.
        knowledge: the numbers of the course; those that come with the library if not given.

    Returns:
        A draft for client and therapist to put into their own words. Whom to call, and the number of the crisis
        contact above all, is still to be filled in.

    Raises:
        UnknownName: there is no such technique.

    Examples:
        >>> from ipt_formulate import example, formulate
        >>> plan = relapse_plan(formulate(example("mrs-e-late-life-widow"), engine="reference"), used=["grief_work"])
        >>> plan.situations[0].words, plan.skills[0].technique, plan.follow_up[-1].months
        ('Days and places that bring back the death of the partner: anniversaries, holidays, the next loss.', 'grief_work', 12)
    """
    texts, known = shipped_relapse_texts(), knowledge or shipped_course()
    return RelapsePlan(
        warning_signs=tuple(_line(name, each) for name, each in texts.warning_signs.items()),
        situations=tuple(_numbered(_situations(formulation, texts))),
        skills=tuple(_skills(used, texts)),
        contacts=tuple(Contact(**dict(_line(name, each)), kind=each.kind) for name, each in texts.contacts.items()),
        levels=tuple(
            Level(
                id=name,
                when=level.when.words,
                actions=tuple(_line(action, each) for action, each in level.actions.items()),
            )
            for name, level in texts.levels.items()
        ),
        follow_up=tuple(FollowUpDue(months=known.number(name) // _MONTH) for name in FOLLOW_UPS),
        maintenance=_maintenance(formulation, known),
    )


@silent
def edited(plan: RelapsePlan, edit: PlanEdit) -> RelapsePlan:
    """A plan with a change made in it and recorded; the plan that was given stays as it is.

    Raises:
        InputError: there is no such line to change or remove, there is one already to add, or what is needed for the
            change is not given.

    Examples:
        >>> from ipt_formulate import example, formulate
        >>> plan = relapse_plan(formulate(example("mrs-e-late-life-widow"), engine="reference"))
        >>> edit = PlanEdit(part="warning_signs", entry="choir", does="add", by="client", words="I skip the choir.")
        >>> edited(plan, edit).warning_signs[-1].proposed_by
        'client'
    """
    if edit.number is not None and edit.part != "contacts":
        raise _refused("number", "is given, and this part has nobody to call", "leave it out, or take part: contacts")
    try:
        changed = (
            _edited_levels(plan, edit) if edit.part == "actions" else _edited_lines(getattr(plan, edit.part), edit)
        )
        name = "levels" if edit.part == "actions" else edit.part
        return RelapsePlan.model_validate({**dict(plan), name: changed, "edits": (*plan.edits, edit)})
    except ValidationError as error:
        raise InputError(each for _, each in problems_in(error, RelapsePlan)) from None


@silent
def load_relapse_plan(path: Path | str) -> RelapsePlan:
    """Read a plan from a ``.yaml``, ``.yml`` or ``.json`` file.

    Raises:
        DocumentError: the file cannot be read or parsed.
        InputError: the content does not fit; ``problems`` lists every fault with its line.
    """
    document = read_document(path)
    if not isinstance(document.content, Mapping):
        what = "a plan must be a mapping with contacts and levels"
        raise InputError([Problem(document.at(()), what, "begin with ipt-formulate relapse-plan CASE --yaml")])
    if faults := list(problems_of(document.content, RelapsePlan)):
        raise with_lines(document, faults)
    return parse_part(document.content, RelapsePlan)


def unsafe_contacts(plan: RelapsePlan, formulation: Formulation) -> tuple[Problem, ...]:
    """The contacts whom the client should not have to call: recorded as unsafe, or not yet asked about.

    Only contacts that name a person of the case by ``with`` can be looked at.
    """
    named = ((f"contacts[{index}].with", each.person) for index, each in enumerate(plan.contacts) if each.person)
    return tuple(dict.fromkeys(_for_contacts(problem) for problem in of_mentioned(named, formulation)))


def _for_contacts(problem: Problem) -> Problem:
    return Problem(problem.where, problem.what, problem.remedy or "name somebody else, or ask in private first")


def _line(name: str, drafted: Drafted, **more: Any) -> PlanLine:
    assumed = drafted.basis == "assumption"
    return PlanLine(**{"id": name, "words": drafted.words, "proposed_by": "draft", "assumption": assumed, **more})


def _situations(formulation: Formulation, texts: RelapseTexts) -> Iterator[PlanLine]:
    """A situation for each candidate in view, for its subtypes, and for what colours the whole; each with its rules."""
    for area, candidate in _in_view(formulation):
        met = [each for each in candidate.evidence_for if each.verdict == "met" and each.kind is Evidence.CRITERION]
        if met:
            yield _situation(texts.areas[area], candidate.candidate.name, {each.rule: each.assumption for each in met})
        for subtype in candidate.subtypes:
            found = {subtype.rule: subtype.assumption}
            yield _situation(texts.subtypes[subtype.subtype], candidate.candidate.name, found)
    for modifier in formulation.modifiers:
        yield _situation(texts.modifiers[modifier.modifier], "", {modifier.rule: modifier.assumption})


def _in_view(formulation: Formulation) -> Iterator[tuple[ProblemArea, CandidateFinding]]:
    focus = formulation.focus
    choices = [focus.primary, focus.secondary] if focus.primary else [*focus.tied, *focus.leading]
    named = {each.area: {one.id for one in each.candidates} for each in choices if isinstance(each, AreaChoice)}
    chosen = focus.client.chosen if focus.client else None
    if chosen is not None and chosen in formulation.areas:
        everyone = {each.candidate.id for each in formulation.areas[chosen].candidates}
        named = {chosen: named.get(chosen, everyone), **named}
    for area, ids in named.items():
        yield from ((area, each) for each in formulation.areas[area].candidates if each.candidate.id in ids)


def _situation(drafted: Drafted, about: str, rules: Mapping[str, bool]) -> PlanLine:
    words = drafted.words.replace(_ABOUT, about)
    assumed = drafted.basis == "assumption" or any(rules.values())
    return _line("situation", drafted, words=words[:1].upper() + words[1:], rules=tuple(rules), assumption=assumed)


def _numbered(lines: Iterable[PlanLine]) -> Iterator[PlanLine]:
    """The lines with ids of their own, what would be said twice said once with the rules of both."""
    told: dict[str, PlanLine] = {}
    for each in lines:
        before = told.get(each.words)
        rules = (*before.rules, *each.rules) if before else each.rules
        told[each.words] = each.model_copy(update={"rules": tuple(dict.fromkeys(rules))})
    for number, each in enumerate(told.values(), start=1):
        yield each.model_copy(update={"id": f"situation-{number}"})


def _skills(used: Iterable[str], texts: RelapseTexts) -> Iterator[PlanLine]:
    for technique in dict.fromkeys(used):
        if technique not in shipped_rulebase().techniques:
            raise UnknownName("used names a technique that there is not; list them with: ipt-formulate technique")
        if technique in texts.skills:
            yield _line(technique, texts.skills[technique], technique=technique)


def _maintenance(formulation: Formulation, known: CourseKnowledge) -> Maintenance | None:
    """Maintenance to be agreed on, where the formulation has it among its techniques."""
    if any(each.technique == "maintenance" for each in formulation.techniques):
        return Maintenance(every_months=known.number("monthly") // _MONTH)
    return None


def _edited_lines(lines: tuple[PlanLine, ...], edit: PlanEdit) -> tuple[PlanLine, ...]:
    at = next((index for index, each in enumerate(lines) if each.id == edit.entry), None)
    if edit.does == "add":
        if at is not None:
            raise _refused("entry", "is there already", "change it, or give the new line another id")
        return (*lines, _new(edit))
    if at is None:
        raise _refused("entry", "names no line of this part of the plan", "use the id of one")
    if edit.does == "remove":
        return lines[:at] + lines[at + 1 :]
    if edit.words is None and edit.number is None:
        raise _refused("words", "are not given, so that nothing would change", "write the new words")
    told = {name: value for name, value in (("words", edit.words), ("number", edit.number)) if value is not None}
    changed = type(lines[at]).model_validate({**dict(lines[at]), **told, "proposed_by": edit.by})
    return (*lines[:at], changed, *lines[at + 1 :])


def _new(edit: PlanEdit) -> PlanLine:
    if edit.words is None:
        raise _refused("words", "are not given", "write what the new line says")
    told = {"id": edit.entry, "words": edit.words, "proposed_by": edit.by}
    if edit.part == "contacts":
        return Contact(**told, kind=ContactKind.CLOSE_PERSON, number=edit.number)
    return PlanLine(**told)


def _edited_levels(plan: RelapsePlan, edit: PlanEdit) -> tuple[Level, ...]:
    at = next((level.id for level in plan.levels if edit.entry in {each.id for each in level.actions}), edit.level)
    if at not in {level.id for level in plan.levels}:
        raise _refused("level", "names no level of the plan", "give the level that the action belongs to")
    return tuple(
        Level(id=level.id, when=level.when, actions=_edited_lines(level.actions, edit)) if level.id == at else level
        for level in plan.levels
    )


def _refused(where: str, what: str, remedy: str) -> InputError:
    return InputError([Problem(f"edit.{where}", what, remedy)])
