"""Selection over symbolic contenders: `formulation.selection.select` in Z3.

Steps are read as one binary number, the first step highest, so that comparing tuples is comparing numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import z3

from ipt_formulate.case.terms import CASE
from ipt_formulate.proof.areas import Following
from ipt_formulate.proof.rails import FALSE, Bool, Int, Rails, conj, disj
from ipt_formulate.vocabulary import ProblemArea


@dataclass(frozen=True, slots=True)
class Standing:
    """A symbolic contender: whether it contends, whether surely, and the least and most its steps can be."""

    area: ProblemArea
    contends: Bool
    surely: Bool
    specific: Bool
    least: Int
    most: Int


def rank(steps: Sequence[Bool]) -> Int:
    """Steps as a number; of none, zero."""
    bits = [z3.If(step, z3.BitVecVal(1, 1), z3.BitVecVal(0, 1)) for step in steps]
    return z3.Concat(bits) if len(bits) > 1 else bits[0] if bits else z3.BitVecVal(0, 1)


def beats(one: Standing, other: Standing) -> Bool:
    """Whether one surely comes before the other: its least is above the most of the other."""
    return conj([one.contends, one.surely, z3.UGT(one.least, other.most)])


def contenders(following: Following) -> tuple[Standing, ...]:
    """Every candidate that may support its area; of a residual area only what is supported."""
    found = []
    for area, text in following.base.areas.items():
        for item, present in following.world.items(text.candidates):
            support, steps = following.support(area, item), following.steps(area, item)
            contends = conj([present, support.may])
            if text.residual:
                contends = following.statuses[area].must
            if text.candidates == CASE:
                # An area of the whole case has no date, so its steps are open; a residual one contends alone.
                steps = (Rails(FALSE, FALSE if text.residual else z3.Not(FALSE)),) * len(following.base.steps)
            least, most = rank([step.must for step in steps]), rank([step.may for step in steps])
            specific = following.specific(area, item)
            found.append(Standing(area, contends, support.must, specific, least, most))
    return tuple(found)


class Answers(NamedTuple):
    """When each of the four answers is given."""

    chosen: Bool
    tie: Bool
    provisional: Bool
    abstained: Bool


def answers(sure: Bool, specific: Bool, one_area: Bool, settled: Bool, asked_enough: Bool) -> Answers:
    """The answer, from what is possible.

    Args:
        sure: something possible surely supports its area.
        specific: something specific is recorded of something possible.
        one_area: one area is possible.
        settled: the best of each area are sure and equal, and nothing possible may rise above them.
        asked_enough: each inquiry was at least brief.
    """
    inquiry = conj([disj([one_area, settled]), z3.Not(asked_enough)])
    several = conj([z3.Not(one_area), z3.Not(settled)])
    return Answers(
        chosen=conj([sure, one_area, asked_enough]),
        tie=conj([sure, z3.Not(one_area), settled, asked_enough]),
        provisional=disj([conj([z3.Not(sure), specific]), conj([sure, disj([inquiry, several])])]),
        abstained=conj([z3.Not(sure), z3.Not(specific)]),
    )


class Choosing:
    """The outcome of selection.

    Args:
        standing: the contenders.
        asked_enough: whether each inquiry was at least brief.
    """

    def __init__(self, standing: Sequence[Standing], asked_enough: Bool) -> None:
        self.standing, self.asked_enough = tuple(standing), asked_enough
        self.areas = tuple(dict.fromkeys(each.area for each in standing))

    @cached_property
    def possible(self) -> tuple[Bool, ...]:
        """For each contender whether nothing surely beats it."""
        return self._unbeaten(self.standing)

    @cached_property
    def sure(self) -> Bool:
        """Whether something possible surely supports its area."""
        return disj(conj([possible, each.surely]) for each, possible in zip(self.standing, self.possible, strict=True))

    def area_possible(self, area: ProblemArea) -> Bool:
        """Whether some candidate of an area is possible."""
        return disj(flag for each, flag in zip(self.standing, self.possible, strict=True) if each.area == area)

    @cached_property
    def one_area(self) -> Bool:
        """Whether one area is possible."""
        return _exactly_one([self.area_possible(area) for area in self.areas])

    @cached_property
    def _specific(self) -> Bool:
        pairs = zip(self.standing, self.possible, strict=True)
        return disj(conj([possible, each.specific]) for each, possible in pairs)

    @cached_property
    def answers(self) -> Answers:
        """Whether the focus is chosen, a tie, provisional, or nothing is said."""
        return answers(self.sure, self._specific, self.one_area, self.settled, self.asked_enough)

    @cached_property
    def bar(self) -> Int:
        """The highest that anything possible and sure is known to reach on the steps."""
        bar = z3.BitVecVal(0, self.standing[0].least.size()) if self.standing else rank([])
        for each, flag in zip(self.standing, self.possible, strict=True):
            bar = z3.If(conj([flag, each.surely, z3.UGE(each.least, bar)]), each.least, bar)
        return bar

    @cached_property
    def settled(self) -> Bool:
        """That the best of each area are equal and sure: each area's best is at the bar, and nothing may rise above."""
        pairs, bar = list(zip(self.standing, self.possible, strict=True)), self.bar
        reached = [
            z3.Implies(
                self.area_possible(area),
                disj(conj([flag, each.surely, each.least == bar]) for each, flag in pairs if each.area == area),
            )
            for area in self.areas
        ]
        return conj([*reached, *(z3.Implies(flag, z3.ULE(each.most, bar)) for each, flag in pairs)])

    def primary(self, area: ProblemArea) -> Bool:
        """Whether an area is the focus."""
        return conj([self.answers.chosen, self.area_possible(area)])

    def tied(self, area: ProblemArea) -> Bool:
        """Whether an area is one of those tied."""
        return conj([self.answers.tie, self.area_possible(area)])

    def secondary(self, area: ProblemArea) -> Bool:
        """Whether an area is the second focus: the one that remains when that of the first is left out."""
        return disj(self._second(area, first) for first in self.areas if first != area)

    def _second(self, area: ProblemArea, first: ProblemArea) -> Bool:
        rest = [each for each in self.standing if each.area != first]
        pairs = list(zip(rest, self._unbeaten(rest), strict=True))
        left = {
            other: disj(flag for each, flag in pairs if each.area == other) for other in self.areas if other != first
        }
        sure = disj(conj([flag, each.surely]) for each, flag in pairs if each.area == area)
        return conj([self.primary(first), _exactly_one(list(left.values())), left[area], sure])

    def _unbeaten(self, standing: Sequence[Standing]) -> tuple[Bool, ...]:
        return tuple(
            conj([each.contends, *(z3.Not(beats(other, each)) for other in standing if other is not each)])
            for each in standing
        )


def _exactly_one(flags: Sequence[Bool]) -> Bool:
    return z3.PbEq([(flag, 1) for flag in flags], 1) if flags else FALSE
