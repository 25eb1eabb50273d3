"""What holds of every lowered case, because of how a case is lowered (`case.lowering`).

A theorem proved over more than the lowered cases holds of them all the same, so a fact stands here only where a
theorem or a believable counterexample needs it. That real cases keep them all is tested.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import z3

from ipt_formulate.case.choices import Cause, DisputeStage, OnsetKind, Order, Period
from ipt_formulate.case.fields import bounds_of
from ipt_formulate.case.lowering import AROUND, FAR, ORDER_SPAN
from ipt_formulate.case.moments import EARLIEST, LIFELONG_AT_LEAST_DAYS
from ipt_formulate.case.terms import CASE, CHANGED_SINCE_ASKED, GAP
from ipt_formulate.proof.rails import Bool, Int, conj, disj, largest, smallest

if TYPE_CHECKING:
    from ipt_formulate.proof.values import Bounds, Choice, Item

_NO, _YES = 0, 1
OPEN_CAUSES = 2
"""How many causes stay possible where none is told: the first ones, nothing in particular and illness."""
_DEATHS = (Cause.DEATH, Cause.PET_DEATH)
_NONE, _CURRENT = list(Period).index(Period.NONE), list(Period).index(Period.CURRENT)
_STAGES = [list(DisputeStage).index(each) for each in (DisputeStage.RENEGOTIATION, DisputeStage.IMPASSE)]


def of_choice(item: Item, name: str) -> Iterator[Bool]:
    """What holds of a choice beside that some member is possible."""
    if item.scope == CASE:
        yield from _of_the_case(item, name)
    if name.endswith(".inferred"):
        told, inferred = item.choice(name.removesuffix(".inferred")), item.choice(name)
        yield from (z3.Implies(z3.Not(one), z3.Not(other)) for one, other in zip(told, inferred, strict=True))
    if name == "arose_from":
        yield _of_a_cause(item.choice(name))
    prefix = "" if item.scope == "people" else "person."
    if item.scope != CASE and name in (f"{prefix}alive", f"{prefix}coercion.period", f"{prefix}coercion.feared_now"):
        yield from _of_a_person(item, prefix)
    if item.scope == "conflicts" and name == "still_contested":
        # A dispute that is renegotiated or at an impasse goes on; where a no was recorded, both stay possible.
        stage = item.choice("stage")
        others = [flag for place, flag in enumerate(stage) if place not in _STAGES]
        yield disj([*others, item.choice(name)[_YES]])


def _of_a_cause(flags: Choice) -> Bool:
    """What was told is one cause, or a death of which nobody said whose; left out, none and illness stay possible."""
    alone = (conj(z3.Not(each) for each in flags if each is not flag) for flag in flags)
    deaths = conj(z3.Not(flag) for cause, flag in zip(Cause, flags, strict=True) if cause not in _DEATHS)
    return disj([conj(flags[:OPEN_CAUSES]), *alone, deaths])


def _of_a_person(item: Item, prefix: str) -> Iterator[Bool]:
    """A no to violence or fear counts only in private; whoever is violent or feared now is alive."""
    alive, period = item.choice(f"{prefix}alive"), item.choice(f"{prefix}coercion.period")
    feared = item.choice(f"{prefix}coercion.feared_now")
    private = z3.Not(item.choice(f"{prefix}coercion.asked_in_private")[_NO])
    yield disj([private, z3.Not(period[_NONE]), conj(period)])
    yield disj([private, feared[_YES]])
    if item.scope == "deaths":  # the date of the death has the last word
        yield disj([item.span("when")[0] < 0, z3.Not(alive[_YES])])
    else:
        yield disj([alive[_YES], disj(flag for place, flag in enumerate(period) if place != _CURRENT)])
        yield disj([alive[_YES], feared[_NO]])


def _of_the_case(item: Item, name: str) -> Iterator[Bool]:
    if name == CHANGED_SINCE_ASKED:
        low, high = item.span("assessment.safety.asked")
        today = conj([low == 0, high == 0])
        no, yes = item.choice(name)
        yield no
        yield yes == z3.Not(today)
    if name.startswith("latest.") and name.endswith(".recorded"):
        no, yes = item.choice(name)
        yield no != yes


def of_span(item: Item, name: str) -> Iterator[Bool]:
    """What holds of bounds beside that they lie in their domain: of a measure not taken, nothing is known."""
    if name.startswith("latest."):
        low, high = item.span(name)
        least, most = bounds_of(item.term(name).kind)
        recorded = item.choice(f"{name.rpartition('.')[0]}.recorded")[_YES]
        yield disj([recorded, conj([low == least, high == most])])


def onset(case: Item) -> Bounds:
    """The onset of the episode: if it is lifelong, long ago, unless the date that was told says otherwise."""
    low, high = case.span("assessment.episode.onset")
    kind = case.choice("assessment.episode.onset_kind")
    lifelong = conj(
        flag if each is OnsetKind.LIFELONG else z3.Not(flag) for each, flag in zip(OnsetKind, kind, strict=True)
    )
    agree = high >= LIFELONG_AT_LEAST_DAYS
    first = z3.If(conj([lifelong, agree]), largest(low, z3.IntVal(LIFELONG_AT_LEAST_DAYS)), low)
    return first, z3.If(conj([lifelong, z3.Not(agree)]), z3.IntVal(EARLIEST), high)


def before_onset(item: Item, time: str) -> Bounds:
    """Days from a time to the onset, narrowed by the order that was told; both are kept where they disagree."""
    low, high = _gap(item.span(time), onset(item.world.case))
    if time != "when":
        return low, high
    told = dict(zip(Order, item.choice("relative_to_onset"), strict=True))
    first, last = z3.IntVal(ORDER_SPAN[Order.BEFORE][0]), z3.IntVal(ORDER_SPAN[Order.AFTER][1])
    for order in (Order.AROUND, Order.AFTER):
        first = z3.If(told[order], ORDER_SPAN[order][0], first)
    for order in (Order.AROUND, Order.BEFORE):
        last = z3.If(told[order], ORDER_SPAN[order][1], last)
    agree = largest(low, first) <= smallest(high, last)
    return (
        z3.If(agree, largest(low, first), smallest(low, first)),
        z3.If(agree, smallest(high, last), largest(high, last)),
    )


def before_worsening(item: Item, time: str) -> tuple[Bounds, ...]:
    """Days from a time to each worsening; one that does not exist lies far off, one that was told lies around."""
    count, times = item.world.worsenings
    found: list[Bounds] = []
    for place, worse in enumerate(times):
        low, high = _gap(item.span(time), worse)
        found.append((_told(count, place, low, GAP.low, FAR[0]), _told(count, place, high, GAP.high, FAR[1])))
    if time != "when":
        return (*found, FAR)
    order = item.choice("relative_to_worsening")
    around = conj(flag if each is Order.AROUND else z3.Not(flag) for each, flag in zip(Order, order, strict=True))
    pinned = tuple(z3.If(around, near, far) for near, far in zip(AROUND, FAR, strict=True))
    return (*found, (pinned[0], pinned[1]))


def _told(count: Int, place: int, told: Int, unknown: int, far: int) -> Int:
    return z3.If(count < 0, unknown, z3.If(count > place, told, far))


def _gap(when: Bounds, anchor: Bounds) -> Bounds:
    return when[0] - anchor[1], when[1] - anchor[0]
