"""The questions of a staged case: which can be put, what was told, and what was not asked would have told."""

from __future__ import annotations

from collections.abc import Sequence

from ipt_formulate.api import formulate
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.practice.attempt import Attempt
from ipt_formulate.practice.contents import AskTold
from ipt_formulate.practice.teaching import Ask, Stage, TeachingCase


def open_asks(teaching: TeachingCase, sessions: int, asked: Sequence[str]) -> tuple[Ask, ...]:
    """The questions that can be put now: their session has come, and those before them were put."""
    put = set(asked)
    return tuple(
        ask
        for stage, ask in teaching.asks()
        if stage.session <= sessions and ask.id not in put and set(ask.after) <= put
    )


def left(teaching: TeachingCase, sessions: int, asked: Sequence[str]) -> int:
    """How many questions there is still time for; what one session did not use is left for the next."""
    return max(0, (teaching.asks_a_session or 0) * sessions - len(asked))


def asked_of(teaching: TeachingCase, asked: Sequence[str]) -> tuple[AskTold, ...]:
    """The questions that were put, in their order, with what they told."""
    asks = {ask.id: (stage, ask) for stage, ask in teaching.asks()}
    return tuple(_told(*asks[each], reached=True, moves=None) for each in asked)


def not_asked_of(teaching: TeachingCase, attempt: Attempt, formulation: Formulation) -> tuple[AskTold, ...]:
    """The questions that were not put, and whether each would have changed what comes out.

    Args:
        teaching: the case.
        attempt: how many sessions there were, and what was asked.
        formulation: what comes out on what was known.
    """
    able = {ask.id for ask in open_asks(teaching, len(teaching.stages), attempt.asked)}
    return tuple(
        _told(
            stage,
            ask,
            reached=stage.session <= attempt.sessions,
            moves=_moves(teaching, attempt, ask, formulation) if ask.id in able else None,
        )
        for stage, ask in teaching.asks()
        if ask.id not in attempt.asked
    )


def _moves(teaching: TeachingCase, attempt: Attempt, ask: Ask, now: Formulation) -> bool:
    case = teaching.known(attempt.sessions, (*attempt.asked, ask.id))
    then = formulate(case, tradition=teaching.tradition)
    return _outcome(then) != _outcome(now)


def _outcome(formulation: Formulation) -> tuple[object, ...]:
    """What comes out: the focus, the status of the areas, and the red flags."""
    focus = formulation.focus
    named = (focus.primary, focus.secondary, focus.tied, focus.leading, focus.also_possible)
    flags = tuple(flag.rule for flag in formulation.safety.flags)
    return focus.status, focus.reason, named, tuple(each.status for each in formulation.areas.values()), flags


def _told(stage: Stage, ask: Ask, *, reached: bool, moves: bool | None) -> AskTold:
    return AskTold(id=ask.id, session=stage.session, ask=ask.ask, answer=ask.answer.strip(), reached=reached, moves=moves)  # fmt: skip
