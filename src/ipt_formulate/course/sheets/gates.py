"""Whether a sheet's technique can be used in a case, and with the people on it: the gates of the formulation decide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from ipt_formulate.case.case import Case
from ipt_formulate.case.record import Id
from ipt_formulate.course.sheets.sheet import WorkSheet
from ipt_formulate.errors import Problem
from ipt_formulate.formulation.advised import GateReason, PersonGate, TechniqueAdvice
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.vocabulary import Gate

_SEVERITY: Final = tuple(Gate)
_NOW: Final = {False: "not now", True: "with caution"}
"""What is said of a technique as a whole, by whether it can be used now."""
_WITH: Final = {
    Gate.CAUTION: "with caution",
    Gate.HELD_UNTIL_AGREED: "not yet with this person",
    Gate.HELD_UNTIL_ASKED: "not yet with this person",
    Gate.BLOCKED: "blocked with this person",
}
"""What is said of what lies in a person, by whether the technique can be used with them."""
_ADD: Final = "add them to inventory.people, and ask in private about safety"


class Against(NamedTuple):
    """A sheet held against a case: why it cannot be used as it is, and what asks for caution."""

    problems: tuple[Problem, ...]
    cautions: tuple[Problem, ...]


def against(sheet: WorkSheet, technique: str, case: Case, formulation: Formulation) -> Against:
    """Hold a sheet against a case.

    Args:
        sheet: the sheet.
        technique: the technique that it belongs to.
        case: the case.
        formulation: what `formulate` made of it.

    Returns:
        Problems where the technique cannot be used now, or not with a person it is used with, or the sheet is about
        something that the case does not have; cautions where the gates ask for it, and for people who come into a
        step of the client's. What was not asked holds back, as it does in the formulation.
    """
    found = [*_of_people(sheet, technique, formulation), *_of_technique(sheet, technique, formulation)]
    found += ((True, problem) for problem in _of_subject(sheet, case))
    return Against(
        tuple(dict.fromkeys(problem for refuses, problem in found if refuses)),
        tuple(dict.fromkeys(problem for refuses, problem in found if not refuses)),
    )


def _of_technique(sheet: WorkSheet, technique: str, formulation: Formulation) -> Iterator[tuple[bool, Problem]]:
    if sheet.records_the_past:
        return
    advice = _advice(technique, formulation)
    if advice is None:
        what = f"{technique} is not among the techniques for the areas in view of this case"
        yield True, Problem("sheet", what, "look at ipt-formulate formulate, and agree on a focus first")
        return
    status = _status(sheet, advice)
    for reason in advice.reasons:
        if not reason.people:  # what lies in people is told of those on the sheet
            yield not status.usable_now, _problem("sheet", _NOW[status.usable_now], reason)


def _status(sheet: WorkSheet, advice: TechniqueAdvice) -> Gate:
    """Whether the technique can be used with those on the sheet; as a whole, where it concerns nobody."""
    concerned = {who for _, who in sheet.concerned()}
    of_them = [gate.status for gate in advice.people if gate.person in concerned]
    return max(of_them, key=_SEVERITY.index) if of_them else advice.status


def _of_people(sheet: WorkSheet, technique: str, formulation: Formulation) -> Iterator[tuple[bool, Problem]]:
    own = _advice(technique, formulation)
    people = {each.person: each for each in own.people} if own else {}
    for where, who in sheet.concerned() if own else ():  # without it, the technique itself is refused
        gate = people.get(who)
        if gate is None:
            yield True, Problem(where, "is nobody who is recorded as living in this case", _ADD)
        else:
            yield from (
                (not gate.status.usable_now, _problem(where, _WITH[gate.status], reason)) for reason in gate.reasons
            )
    yield from ((False, problem) for problem in of_mentioned(sheet.mentioned(), formulation))


def of_mentioned(people: Iterable[tuple[str, Id]], formulation: Formulation) -> Iterator[Problem]:
    """What lies in people who come into a step of the client's, and who of them is not recorded as living."""
    gates = _gates(formulation)
    for where, who in people:
        if not gates:
            what = "is somebody with whom safety was not looked at, since no technique with people is in view"
            yield Problem(where, what, "ask in private about safety, and look again once there is an area in view")
        elif who not in gates:
            yield Problem(where, "is nobody who is recorded as living in this case", _ADD)
        else:
            yield from (_problem(where, _WITH[gates[who].status], reason) for reason in gates[who].reasons)


def _of_subject(sheet: WorkSheet, case: Case) -> Iterator[Problem]:
    for where, who, name in sheet.subject():
        items = getattr(case.inventory, name)
        ids = {item.id for item in items} | ({item.person for item in items} if name == "deaths" else set())
        if who not in ids:
            yield Problem(
                where, f"names nothing in inventory.{name}", "use the id of an entry there, or record it first"
            )


def _advice(technique: str, formulation: Formulation) -> TechniqueAdvice | None:
    return next((each for each in formulation.techniques if each.technique == technique), None)


def _gates(formulation: Formulation) -> dict[str, PersonGate]:
    """What lies in each living person, by the technique that has the most to say of them."""
    found: dict[str, PersonGate] = {}
    for advice in formulation.techniques:
        for gate in advice.people:
            if gate.person not in found or len(gate.reasons) > len(found[gate.person].reasons):
                found[gate.person] = gate
    return found


def _problem(where: str, words: str, reason: GateReason) -> Problem:
    cites = f" [{reason.rule}{', in part an assumption' if reason.assumption else ''}]" if reason.rule else ""
    return Problem(where, f"{words}. {reason.sentence}{cites}")
