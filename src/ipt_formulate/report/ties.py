"""How things stand between the client and each person, as far as it is recorded; what the closeness circle draws.

A person can be recorded under people, or only with a death or a conflict: nobody who was told of is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from ipt_formulate.case.case import Case
from ipt_formulate.case.choices import Amount, ChangeSince, ConflictKind, Contact, Expectations, Period
from ipt_formulate.case.fields import NO, YES, ChoiceKind
from ipt_formulate.case.lowering import LoweredItem
from ipt_formulate.case.moments import Span
from ipt_formulate.formulation.wording import Names
from ipt_formulate.reasoning.pieces import span_in_words
from ipt_formulate.vocabulary import Truth

RINGS: Final = 4
"""Rings of the closeness circle; `Person.closeness` counts them from the inside."""
UNSAFE: Final = "violence, coercion or fear now"
_FROM_EITHER: Final = (ConflictKind.OVERT, ConflictKind.COVERT)
_MISMATCHED: Final = (Expectations.MISMATCHED_OPENLY, Expectations.MISMATCHED_SILENTLY)


@dataclass(frozen=True, slots=True, repr=False)
class Tie:
    """One person and how things stand.

    Attributes:
        id: the id of the person or, for someone recorded there only, of the death or conflict.
        name: who it is, by role or by the label of the case.
        ring: first and last ring that is possible; all four where it is not known.
        alive: whether the person is alive.
        lost: whether there is no contact, or the relationship is recorded as lost.
        support: whether the person gives support, emotional or practical, or can be confided in.
        conflict: whether there is a conflict, open or hidden, that is not over.
        words: the same in a few words each, what is not recorded left out.
    """

    id: str
    name: str
    ring: Span
    alive: Truth
    lost: Truth
    support: Truth
    conflict: Truth
    words: tuple[str, ...]

    @property
    def ring_known(self) -> bool:
        """Whether anything is known of the ring."""
        return self.ring != (1, RINGS)


def ties_of(case: Case) -> tuple[Tie, ...]:
    """Everyone who is told of in a case: its people, then those of deaths and conflicts who are not among them."""
    return tuple(_ties(case))


def _ties(case: Case) -> Iterator[Tie]:
    names, lists, inventory = Names(case), case.lowered.lists, case.inventory
    conflicts = lists["conflicts"].items
    of_person: dict[str, list[LoweredItem]] = {}
    for told, item in zip(inventory.conflicts, conflicts, strict=True):
        if told.person is not None:
            of_person.setdefault(told.person, []).append(item)
    complete = lists["conflicts"].complete
    for person in lists["people"].items:
        yield _tie(person.id, names.person(person), person.values, of_person.get(person.id, ()), complete=complete)
    for name in ("deaths", "conflicts"):
        for told, item in zip(getattr(inventory, name), lists[name].items, strict=True):
            if told.person is None:
                values = {
                    key.removeprefix("person."): value
                    for key, value in item.values.items()
                    if key.startswith("person.")
                }
                own = (item,) if name == "conflicts" else ()
                yield _tie(item.id, names.person(item) or "someone", values, own, complete=complete)


def _tie(id_: str, name: str, values: Mapping[str, Any], conflicts: Sequence[LoweredItem], *, complete: bool) -> Tie:
    alive = _yes(values["alive"])
    lost = max(
        _among(values["contact"], Contact, (Contact.NONE,)),
        _among(values["change_since_onset"], ChangeSince, (ChangeSince.LOST,)),
    )
    support = max(
        _among(values["emotional_support"], Amount, (Amount.SOME, Amount.MUCH)),
        _among(values["practical_support"], Amount, (Amount.SOME, Amount.MUCH)),
        _yes(values["confides"]),
    )
    each = [_conflict(item) for item in conflicts]
    conflict = max(each, default=Truth.NOT_MET if complete else Truth.UNKNOWN)
    words = tuple(_words(values, alive, lost, support, conflict, raised=bool(conflicts)))
    return Tie(id_, name.removeprefix("the "), values["closeness"], alive, lost, support, conflict, words)


def _words(
    values: Mapping[str, Any], alive: Truth, lost: Truth, support: Truth, conflict: Truth, *, raised: bool
) -> Iterator[str]:
    """How things stand, the gravest first."""
    now = max(_among(values["coercion.period"], Period, (Period.CURRENT,)), _yes(values["coercion.feared_now"]))
    if now is Truth.MET:
        yield UNSAFE
    elif _among(values["coercion.period"], Period, (Period.PAST,)) is Truth.MET:
        yield "violence or coercion in the past"
    if alive is not Truth.MET:
        yield "dead" if alive is Truth.NOT_MET else "alive or dead: not recorded"
    if lost is Truth.MET and alive is not Truth.NOT_MET:
        yield "lost or no contact"
    if conflict is Truth.MET:
        yield "conflict"
    elif raised:
        yield "no conflict now" if conflict is Truth.NOT_MET else "conflict not settled"
    if support is not Truth.UNKNOWN:
        yield "support" if support is Truth.MET else "no support"
    first, last = values["closeness"]
    if (first, last) == (1, RINGS):
        yield "ring not known"
    else:
        yield (
            f"ring {span_in_words((first, last))}"
            if first == last
            else f"ring {span_in_words((first, last))}: not settled"
        )


def _conflict(item: LoweredItem) -> Truth:
    """Whether what was raised is a conflict, open or hidden, and not over."""
    values = item.values
    there = max(
        _among(values["kind"], ConflictKind, _FROM_EITHER), _among(values["expectations"], Expectations, _MISMATCHED)
    )
    over = _yes(values["still_contested"])
    return Truth.NOT_MET if over is Truth.NOT_MET else there


def _yes(mask: int) -> Truth:
    return {YES: Truth.MET, NO: Truth.NOT_MET}.get(mask, Truth.UNKNOWN)


def _among(mask: int, members: type[StrEnum], wanted: Sequence[StrEnum]) -> Truth:
    """Whether an answer lies among some members of its choice."""
    inside = ChoiceKind(members).mask(wanted)
    if not mask & ~inside:
        return Truth.MET
    return Truth.UNKNOWN if mask & inside else Truth.NOT_MET
