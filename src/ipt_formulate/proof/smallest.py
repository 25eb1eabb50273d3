"""A case of few answers that shows something: the solver lowers the number of answers until it cannot.

What a symbolic case *says* is every term of which something is known, every item that is there, and every list of
which it is recorded how it was asked about. Its fewest is a goal to search by and no proof about files: an answer in a
file can settle several terms. So the case is shrunk afterwards too, of what is left no answer can be spared, and then
the solver is asked for a case with fewer facts (`fewest`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import z3

from ipt_formulate.case.case import Case
from ipt_formulate.proof.asking import ask
from ipt_formulate.proof.fewest import case_of, fewest
from ipt_formulate.proof.rails import Bool, conj
from ipt_formulate.proof.realising import barely, plainly, recently, shrink, size
from ipt_formulate.proof.theorem import Question
from ipt_formulate.proof.values import World


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to whether some case shows something.

    Attributes:
        possible: whether one does; None where that was not decided, or no case was found for the solver's values.
        case: a small one: none of its facts can be left out.
        fewest: whether it is shown that no case has fewer facts.
    """

    possible: bool | None
    case: Case | None = None
    fewest: bool = False


def smallest(question: Question, seconds: float) -> Found:
    """Whether a case answers a question, and a small one that does.

    Args:
        question: a question about a world, with what a case has to show.
        seconds: how long one question to the solver may take.
    """
    found = _found(question, seconds, _small)
    if found.case is None:
        return found
    return Found(True, *fewest(question, found.case, seconds, recent=True))


def shown(question: Question, seconds: float) -> bool | None:
    """Whether a case answers a question, of any size; None where that was not decided, or no case was found."""
    return _found(question, seconds, _any).possible


Search: TypeAlias = Callable[[World, Bool, Question, float], Case | None]


def _found(question: Question, seconds: float, search: Search) -> Found:
    world, formula = question.formula()
    assert world is not None
    possible, _ = ask([*world.facts, formula], seconds)
    if not possible:
        return Found(possible)
    plain, bare, recent = list(plainly(world)), list(barely(world)), list(recently(world))
    for wished in ([*plain, *bare, *recent], [*plain, *recent], [*plain, *bare], plain, []):
        case = search(world, conj([*wished, formula]), question, seconds)
        if case is not None:
            return Found(True, case)
    return Found(None)


def _any(world: World, formula: Bool, question: Question, seconds: float) -> Case | None:
    found, model = ask([*world.facts, formula], seconds)
    return case_of(question, world, model) if found else None


def _small(world: World, formula: Bool, question: Question, seconds: float) -> Case | None:
    """The case of the fewest answers for which values are found, halving the range in which that number lies."""
    assert question.shows is not None
    said = list(_said(world))
    best: Case | None = None
    least, most = 0, len(said)
    while least <= most:
        limit = most if best is None else (least + most) // 2
        found, model = ask([*world.facts, formula, z3.PbLe([(flag, 1) for flag in said], limit)], seconds)
        case = case_of(question, world, model) if found else None
        if case is not None:
            shrunk = shrink(case, question.shows)
            best = shrunk if best is None else min(best, shrunk, key=size)
            most = sum(z3.is_true(model.eval(flag, model_completion=True)) for flag in said) - 1
        elif best is None:
            return None
        else:
            least = limit + 1
    return best


def _said(world: World) -> Iterator[Bool]:
    for item in (world.case, *(item for found in world.lists.values() for item in found.items)):
        for flags in item.choices.values():
            yield z3.Not(conj(flags))
        for name, (low, high) in item.spans.items():
            least, most = item.term(name).kind.unknown  # type: ignore[misc]  # of a span: its ends
            yield z3.Not(conj([low == least, high == most]))
    if world.has_worsenings:
        yield world.worsenings[0] >= 0
    for found in world.lists.values():
        yield from found.present
        yield z3.Not(conj(found.inquiry))
