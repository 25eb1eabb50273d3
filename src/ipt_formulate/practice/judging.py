"""Whether what someone said agrees with what is recorded: yes, no, or not known; what is not known never counts.

Unknown is never *no*: where the recorded facts leave something open, nobody is wrong who says one of what is possible.
"""

from __future__ import annotations

from typing import Final, TypeAlias

from ipt_formulate.case.choices import Order
from ipt_formulate.case.lowering import ORDER_SPAN
from ipt_formulate.case.moments import Span
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.practice.attempt import Mark
from ipt_formulate.practice.teaching import NO_FOCUS
from ipt_formulate.report.ties import RINGS
from ipt_formulate.vocabulary import AreaStatus, FocusStatus, ProblemArea

Agrees: TypeAlias = bool | None
_MEANS: Final = {AreaStatus.SUPPORTED: Mark.PRESENT, AreaStatus.NOT_SUPPORTED: Mark.ABSENT}


def mark_agrees(said: Mark, status: AreaStatus) -> Agrees:
    """A mark beside the status of an area: *not sure* agrees with *undetermined*, and with nothing else.

    >>> mark_agrees(Mark.UNSURE, AreaStatus.UNDETERMINED), mark_agrees(Mark.ABSENT, AreaStatus.UNDETERMINED)
    (True, None)
    """
    if status is AreaStatus.UNDETERMINED:
        return True if said is Mark.UNSURE else None
    return said is _MEANS[status]


def focus_agrees(said: str, formulation: Formulation) -> Agrees:
    """A focus beside the library's; *none* agrees wherever the recorded facts settle no focus.

    An area of which nothing is known yet can still become the focus, save where a tie is settled without it.
    """
    focus = formulation.focus
    if focus.status is FocusStatus.CHOSEN:
        assert focus.primary is not None, "a focus that is chosen has an area"
        return said == focus.primary.area
    if said == NO_FOCUS:
        return True
    if said in {choice.area for choice in (*focus.possible, *focus.leading, *focus.tied)}:
        return None
    undetermined = formulation.areas[ProblemArea(said)].status is AreaStatus.UNDETERMINED
    return None if undetermined and focus.status is not FocusStatus.TIE else False


def ring_agrees(said: int | None, ring: Span) -> Agrees:
    """A ring of the circle beside the rings that the recorded facts leave possible."""
    if said is None or ring == (1, RINGS):
        return None
    return _within(said, said, ring)


def order_agrees(said: Order | None, before_onset: Span) -> Agrees:
    """An order to the onset beside the days before the onset that the recorded facts leave possible."""
    if said is None:
        return None
    first, last = ORDER_SPAN[said]
    if first <= before_onset[0] and before_onset[1] <= last:
        return True
    return None if before_onset[0] <= last and first <= before_onset[1] else False


def _within(first: int, last: int, span: Span) -> Agrees:
    """Whether a range is all that is possible, none of it, or part of it."""
    if (first, last) == span:
        return True
    return None if span[0] <= last and first <= span[1] else False


def orders_of(before_onset: Span) -> tuple[Order, ...]:
    """The orders to the onset that hold or, where none surely holds, those that are possible.

    >>> [order.value for order in orders_of((40, 90))], [order.value for order in orders_of((-200, 20))]
    (['before'], ['before', 'around', 'after'])
    """
    sure = tuple(order for order in Order if order_agrees(order, before_onset))
    return sure or tuple(order for order in Order if order_agrees(order, before_onset) is None)
