"""What is handed to a client: one or two A4 pages in plain words, without safety and without anybody unsafe.

The page is made of a case from which both were taken out, so that nothing on it can tell of them, not even that they
were taken out. What was taken out, and of whom nobody asked, is for the clinician alone (`ClientPage`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from ipt_formulate.api import formulate
from ipt_formulate.case.assessment import ClientResponse
from ipt_formulate.case.case import LISTS, Case
from ipt_formulate.case.choices import Period, Role
from ipt_formulate.case.fields import NO, YES, ChoiceKind
from ipt_formulate.case.people import Coercion, Person
from ipt_formulate.case.safety import Safety
from ipt_formulate.case.values import OneOf
from ipt_formulate.course.contents import Plan, PlannedFocus
from ipt_formulate.course.knowledge import shipped_course
from ipt_formulate.course.plan import plan
from ipt_formulate.course.statement import statement_of
from ipt_formulate.errors import CaseNeeded
from ipt_formulate.formulation.evidence import items_of
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.formulation.wording import Names, listed
from ipt_formulate.report.closeness import closeness_circle_svg
from ipt_formulate.report.course import plan_sections
from ipt_formulate.report.section import Section
from ipt_formulate.report.ties import ties_of
from ipt_formulate.report.timeline import timeline_svg

MOST_QUESTIONS: Final = 5
_OF_SAFETY: Final = ("assessment", "safety_plan")
"""Techniques whose words for the client speak of danger."""
_NEVER: Final = ChoiceKind(Period).mask([Period.NONE])


@dataclass(frozen=True, slots=True, repr=False)
class ClientPage:
    """The page, and what the clinician has to know of it.

    Attributes:
        html: the page.
        left_out: what is not on it and why, in a sentence each.
        not_asked: the names of the people on it of whom it is not known whether they are safe.
        to_fill_in: whether the illness has no name in the case, so that it is still to be written in.
    """

    html: str
    left_out: tuple[str, ...]
    not_asked: tuple[str, ...]
    to_fill_in: bool

    def for_the_clinician(self) -> Iterator[str]:
        """What to know before it is handed over, in a sentence each."""
        yield from self.left_out
        if self.not_asked:
            yield (
                f"Shown, though it is not known whether they are safe: {listed(list(self.not_asked))}. "
                "Ask about each in private before you hand it over."
            )
        if self.to_fill_in:
            yield "The illness has no name in the case: write it in where the page has brackets."
        yield "Read it before you hand it over: what a label says of somebody else is not looked at."


def client_page(formulation: Formulation, *, with_safety: bool = False, with_unsafe_people: bool = False) -> ClientPage:
    """The page for the client: what is offered, aims, circle, timeline, the course, questions to think about.

    Left out are the answers about safety, violence and coercion, and everybody of whom violence, coercion or fear is
    recorded, now or in the past, with all that concerns them: deaths, conflicts and changes with them, what arose from
    those, what may be with them by its role, and what a label names them in. Where the focus is about something that
    is left out, no focus is offered on the page.

    Args:
        formulation: what `formulate` returned.
        with_safety: keep the answers about safety, and say which red flags were met.
        with_unsafe_people: keep everybody.

    Raises:
        CaseNeeded: the formulation was read back from JSON.

    Examples:
        >>> from ipt_formulate import example, formulate
        >>> page = client_page(formulate(example("mrs-e-late-life-widow")))
        >>> page.not_asked
        ('child',)
    """
    if formulation.case is None:
        raise CaseNeeded("a client's page needs the case: formulate it again with this library")
    case = formulation.case
    hidden = {} if with_unsafe_people else _hidden(case)
    shown = _without(case, set(hidden), with_safety=with_safety)
    base = formulate(shown, tradition=formulation.provenance.tradition, settings=formulation.provenance.settings)
    focus = _focus(plan(formulation), formulation, base, set(hidden))
    html = _written(base, shown, focus, with_safety=with_safety)
    left_out = tuple(_left_out(formulation, hidden, focus, with_safety=with_safety))
    return ClientPage(html, left_out, tuple(_not_asked(shown, case)), "[the name of the illness]" in html)


def _hidden(case: Case) -> dict[str, str]:
    """The ids of everybody unsafe, and of all that concerns them, each with its name."""
    names, lists, inventory = Names(case), case.lowered.lists, case.inventory
    people = zip(inventory.people, lists["people"].items, strict=True)
    unsafe = [item for person, item in people if _is_unsafe(person)]
    found = {item.id: names.person(item) for item in unsafe}
    labels = [each.label.casefold() for each in inventory.people if each.id in found and each.label]
    while True:
        more = {
            told.id: told.label or f"a {list_.removesuffix('s')}"
            for list_ in LISTS[1:]
            for told, item in zip(getattr(inventory, list_), lists[list_].items, strict=True)
            if told.id not in found
            and (
                told.person in found
                or getattr(told, "arose_from", None) in found
                or (told.person is None and list_ != "deaths" and _same_role(item.values, unsafe))
                or _names_one(told.label, labels)
            )
        }
        more |= {each.id: names.person(item) for each, item in zip(inventory.people, lists["people"].items, strict=True) if each.id not in found and _names_one(each.label, labels)}  # fmt: skip
        if not more:
            return found
        found |= more


def _is_unsafe(person: Person) -> bool:
    """Whether violence, coercion or fear is recorded, or left possible by an answer that was narrowed down.

    What was in the past does not make somebody unsafe who is dead.
    """
    period = person.coercion.period
    told = period if isinstance(period, OneOf) else {period}
    return (
        person.coercion.feared_now is True
        or Period.CURRENT in told
        or (Period.PAST in told and person.alive is not False)
    )


def _same_role(values: Mapping[str, Any], unsafe: list[Any]) -> bool:
    """Whether what has no person of its own may be with somebody unsafe, by a role that is recorded."""
    role = values.get("person.role")
    return any(role == each.values["role"] != ChoiceKind(Role).unknown for each in unsafe)


def _names_one(label: str | None, labels: list[str]) -> bool:
    return label is not None and any(each and each in label.casefold() for each in labels)


def _without(case: Case, hidden: set[str], *, with_safety: bool) -> Case:
    """The case without those, and without the answers about safety."""
    inventory, assessment = case.inventory, case.assessment
    lists = {
        name: tuple(_freed(each, hidden, with_safety) for each in getattr(inventory, name) if each.id not in hidden)
        for name in LISTS
    }
    assessment = assessment.model_copy(
        update={"response": ClientResponse()} if with_safety else {"response": ClientResponse(), "safety": Safety()}
    )
    return case.model_copy(update={"inventory": inventory.model_copy(update=lists), "assessment": assessment})


def _freed(item: Any, hidden: set[str], with_safety: bool) -> Any:
    """An item that no longer tells of coercion."""
    return item if with_safety or not hasattr(item, "coercion") else item.model_copy(update={"coercion": Coercion()})


def _focus(
    course: Plan, formulation: Formulation, shown: Formulation, hidden: set[str]
) -> tuple[PlannedFocus, ...] | None:
    """What is offered, in the names of what is shown; None where what comes first is about something left out."""
    focus, case, base = formulation.focus, shown.case, shown.rulebase
    assert case is not None, "it was formulated just now"
    assert base is not None, "it was formulated just now"
    named = [each for each in (focus.primary, focus.secondary) if each] or [*focus.tied, *focus.leading]
    first = {each.area: each.candidates[0].id.rpartition("/")[2] for each in [*focus.possible, *named]}
    names, found = Names(case), []
    for place, each in enumerate(course.focus):
        about = first.get(each.area)
        if about in hidden:
            if place == 0:
                return None
            continue
        area = base.areas.get(each.area)
        items = [item for item in items_of(case.lowered, area.candidates) if item.id == about] if area else []
        found.append(each.model_copy(update={"about": names.candidate(area, items[0])}) if area and items else each)
    return tuple(found)


def _written(shown: Formulation, case: Case, focus: tuple[PlannedFocus, ...] | None, *, with_safety: bool) -> str:
    from ipt_formulate.report.pages import template  # only a page needs the template engine

    course = plan(shown)
    areas = [each.area for each in focus or ()]
    knowledge = shipped_course()
    statement = (
        ""
        if focus is None
        else statement_of(knowledge, shown, focus, case, len(course.sessions), course.every_days).words_for("client")
    )
    aims = [knowledge.goals[area][name].client for area in areas for name in knowledge.goals[area]]
    return template("client.html").render(
        title="What we have talked about",
        statement=statement,
        aims=aims,
        circle=Markup(closeness_circle_svg(case)) if ties_of(case) else "",  # noqa: S704 (escaped as it is drawn)
        timeline=Markup(timeline_svg(case)),  # noqa: S704 (escaped as it is drawn)
        course=_course(course),
        questions=_questions(shown),
        flags=[flag.flag for flag in shown.safety.flags] if with_safety else [],
    )


def _course(course: Plan) -> list[Section]:
    """The phases of the course with what is done in them, but for what speaks of danger."""
    of_safety = {task.client for each in course.sessions for task in each.tasks if task.technique in _OF_SAFETY}
    phases = [each for each in plan_sections(course, reader="client") if "session" in each.title]
    return [Section(each.title, tuple(line for line in each.lines if line[2] not in of_safety)) for each in phases]


def _questions(shown: Formulation) -> list[str]:
    """What to think about: the open questions, but for those about safety and coercion."""
    asks = [
        each.ask
        for each in shown.next_questions(4 * MOST_QUESTIONS)
        if ".safety" not in each.field and "coercion" not in each.field
    ]
    return list(dict.fromkeys(asks))[:MOST_QUESTIONS]


def _left_out(
    formulation: Formulation,
    hidden: Mapping[str, str],
    focus: tuple[PlannedFocus, ...] | None,
    *,
    with_safety: bool,
) -> Iterator[str]:
    if not with_safety:
        yield "Left out: the answers about safety, violence and coercion (--with-safety keeps them)."
    if hidden:
        names = listed(list(dict.fromkeys(hidden.values())))
        yield (
            f"Left out, since violence, coercion or fear is recorded, or it concerns somebody of whom it is: {names} "
            "(--with-unsafe-people keeps them)."
        )
    if focus is None:
        yield f"Left out: the focus, which is about one of these. For you: {formulation.focus.sentence}"


def _not_asked(shown: Case, case: Case) -> Iterator[str]:
    """Everybody alive on the page of whom it was not asked in private, with a clear answer, whether they are safe."""
    known = {item.id: item.values for item in case.lowered.lists["people"].items}
    names = Names(shown)
    for item in shown.lowered.lists["people"].items:
        values = known[item.id]
        safe = (
            values["coercion.period"] == _NEVER
            and values["coercion.feared_now"] == NO
            and values["coercion.asked_in_private"] == YES
        )
        if not safe and values["alive"] != NO:
            yield names.person(item).removeprefix("the ")
    for told, item in zip(shown.inventory.conflicts, shown.lowered.lists["conflicts"].items, strict=True):
        if told.person is None:
            yield (names.person(item) or "somebody not named").removeprefix("the ") + " (of a conflict)"
