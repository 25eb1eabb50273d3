"""What if: the facts of a case changed one after the other, and what comes out of them at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field, TypeAdapter, ValidationError

from ipt_formulate.api import formulate, rulebase_for
from ipt_formulate.case.case import Case
from ipt_formulate.case.record import Record
from ipt_formulate.errors import InputError, Problem, silent
from ipt_formulate.formulation.settings import Settings
from ipt_formulate.practice.contents import FocusTold, Told, focus_told, told
from ipt_formulate.reasoning.facts import Edit, Fact
from ipt_formulate.reasoning.recorded import facts_of
from ipt_formulate.report.reasoning import reasoning_svg
from ipt_formulate.report.text import focus_section, safety_section
from ipt_formulate.vocabulary import AreaStatus, Nature, ProblemArea

MOST_CHANGES = 50


class Choice(Record):
    """One way to answer a fact: its place among the answers, and its words."""

    place: int
    words: str


class FactShown(Record):
    """A fact on which the focus can depend.

    Attributes:
        path: its place in the case.
        about: the item it is a fact of, in words; empty for the case.
        label: its field in words.
        meaning: what it records.
        nature: whether it can change, be found out, or only have been recorded wrongly.
        now: what is recorded, in words.
        recorded: whether anything is.
        answers: how else it could be answered.
    """

    path: str
    about: str
    label: str
    meaning: str
    nature: Nature
    now: str
    recorded: bool
    answers: tuple[Choice, ...]


class Change(Record):
    """A fact answered otherwise: by the place of the answer among those it has then; None takes the answer out."""

    path: str = Field(max_length=200)
    answer: int | None = Field(default=None, ge=0, le=10_000)


class Changed(Record):
    """What comes out of a case with its facts changed: safety first.

    Attributes:
        safety: the red flags, and what was not asked.
        focus: the focus.
        lines: the focus with what is to be said with it.
        areas: the status of each area.
        svg: the reasoning tree, drawn.
        facts: the facts as they stand now.
    """

    safety: tuple[Told, ...]
    focus: FocusTold
    lines: tuple[Told, ...]
    areas: Mapping[ProblemArea, AreaStatus]
    svg: str
    facts: tuple[FactShown, ...]


def what_if(case: Case, changes: Sequence[Change] = (), *, tradition: str = "weissman") -> Changed:
    """What comes out of a case with some facts answered otherwise, one after the other.

    Args:
        case: the case as it is recorded; it stays as it is.
        changes: the changes in their order.
        tradition: the school.

    Raises:
        InputError: a change names no fact or no answer, or the facts cannot stand together; ``problems`` says which.

    Examples:
        >>> from ipt_formulate import example
        >>> case = example("leonard-ptsd-grief-911")
        >>> lists = [Change(path=f"inventory.inquiry.{name}", answer=0) for name in ("conflicts", "changes")]
        >>> what_if(case).focus.status, what_if(case, lists).focus.status
        ('provisional', 'chosen')
    """
    if len(changes) > MOST_CHANGES:
        raise InputError([Problem("changes", f"must be at most {MOST_CHANGES}", "go back to what is recorded")])
    base = rulebase_for(tradition, Settings(), None)
    facts = facts_of(base, case)
    for place, change in enumerate(changes):
        case = _changed(case, _edit(facts, change, place), place)
        facts = facts_of(base, case)
    formulation = formulate(case, tradition=tradition)
    return Changed(
        safety=told(safety_section(formulation.safety)),
        focus=focus_told(formulation),
        lines=told(focus_section(formulation)),
        areas={area: finding.status for area, finding in formulation.areas.items()},
        svg=reasoning_svg(formulation),
        facts=tuple(map(_shown, facts)),
    )


def _edit(facts: Sequence[Fact], change: Change, place: int) -> Edit:
    fact = next((each for each in facts if each.path == change.path), None)
    if fact is None:
        raise InputError([Problem(f"changes[{place}].path", "is no fact of this case", "take one of the facts listed")])
    if change.answer is None:
        return fact.forget
    if change.answer >= len(fact.answers):
        what = "is no answer to this fact"
        raise InputError([Problem(f"changes[{place}].answer", what, "take one of the answers listed")])
    return fact.answers[change.answer].edit


def _changed(case: Case, edit: Edit, place: int) -> Case:
    assessment, inventory = edit((case.assessment, case.inventory))
    try:
        return case.model_copy(update={"assessment": assessment, "inventory": inventory})
    except ValueError as error:
        what = "cannot stand beside what else is recorded"
        raise InputError([Problem(f"changes[{place}]", what, "change the fact it goes against first")]) from error


def _shown(fact: Fact) -> FactShown:
    choices = tuple(Choice(place=place, words=each.words) for place, each in enumerate(fact.answers))
    return FactShown(
        path=fact.path,
        about=fact.about,
        label=fact.label,
        meaning=fact.meaning,
        nature=fact.nature,
        now=fact.now,
        recorded=fact.recorded,
        answers=choices,
    )


@silent
def parse_changes(content: Any) -> tuple[Change, ...]:
    """Changes from plain dictionaries and lists.

    Raises:
        InputError: the content is none; ``problems`` lists every fault.
    """
    try:
        return TypeAdapter(tuple[Change, ...]).validate_python(content)
    except ValidationError as error:
        lines = error.errors(include_url=False, include_input=False)
        wheres = {f"changes[{line['loc'][0]}]" if line["loc"] else "changes" for line in lines}
        remedy = "give for each the path of a fact, and the place of an answer or null"
        raise InputError(Problem(where, "is not of the right form", remedy) for where in sorted(wheres)) from None
