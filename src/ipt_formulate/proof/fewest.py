"""A case with as few facts as the solver knows of, and whether it has shown that no case has fewer."""

from __future__ import annotations

import time
from typing import Any, Final

import z3

from ipt_formulate.case.case import Case
from ipt_formulate.proof.asking import ask
from ipt_formulate.proof.counting import facts, least_facts
from ipt_formulate.proof.realising import barely, plainly, realise, recently, shrink
from ipt_formulate.proof.theorem import Question
from ipt_formulate.proof.values import World

_SEARCH_SECONDS: Final = 20.0


def case_of(question: Question, world: World, model: Any) -> Case | None:
    """The case of a model, if it shows by the rules themselves what it should."""
    case = realise(world, model, question.extra)
    return case if case is not None and question.shows is not None and question.shows(case) else None


def fewest(question: Question, case: Case, seconds: float, *, recent: bool = False) -> tuple[Case, bool]:
    """A case with fewer facts that shows the same, as long as one is found, and whether none has fewer.

    Args:
        question: what the case shows, about a symbolic case.
        case: a case that shows it.
        seconds: how long one question to the solver may take. The search ends after a third of a minute at the latest.
        recent: whether only a case that reads easily takes its place: its times lie within ten years.
    """
    seconds = min(seconds, _SEARCH_SECONDS)
    world, formula = question.formula()
    assert world is not None
    assert question.shows is not None
    counted = [(each, 1) for each in least_facts(world).values()]
    plain, bare = list(plainly(world)), list(barely(world))
    wishes = [[*plain, *bare], plain, []]
    if recent:
        near = list(recently(world))
        wishes = [[*plain, *bare, *near], [*plain, *near]]
    until = time.perf_counter() + seconds
    while time.perf_counter() < until and (most := facts(case) - 1) >= 0:
        fewer = [*world.facts, formula, z3.PbLe(counted, most)]
        possible, _ = ask(fewer, seconds)
        if possible is not True:
            return case, possible is False
        for wished in wishes:
            found, model = ask([*fewer, *wished], seconds)
            other = case_of(question, world, model) if found else None
            if other is not None and facts(other := shrink(other, question.shows)) <= most:
                case = other
                break
        else:
            return case, False
    return case, facts(case) == 0
