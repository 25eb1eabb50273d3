"""From values for abstract contenders to real ones, among which `formulation.selection` itself can choose."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import z3

from ipt_formulate.formulation.selection import Contender, Selection
from ipt_formulate.proof.choosing import Standing
from ipt_formulate.proof.rails import Bool, Int
from ipt_formulate.vocabulary import ProblemArea

Select: TypeAlias = Callable[..., Selection]
"""`formulation.selection.select`, or what stands in its place."""


@dataclass(frozen=True, slots=True)
class Contending:
    """What selection is given.

    Attributes:
        contenders: the contenders, in the order in which they were recorded.
        specific: for each area, the candidates of which something specific is recorded.
        asked_enough: whether each inquiry was at least brief.
    """

    contenders: tuple[Contender, ...]
    specific: Mapping[ProblemArea, frozenset[int]]
    asked_enough: bool

    def selected(self, select: Select) -> Selection:
        """What is selected among them."""
        return select(self.contenders, asked_enough=self.asked_enough, specific=self.specific, nothing_supported=False)

    def in_words(self) -> str:
        """The contenders with what is known of them, the steps as 1 (met), 0 (not met) and ? (unknown)."""
        told = "; ".join(self._each())
        return f"{told or 'no contender'}; each list was {'' if self.asked_enough else 'not '}asked about"

    def _each(self) -> Iterator[str]:
        for each in self.contenders:
            pairs = zip(each.least, each.most, strict=True)
            steps = "".join("1" if least else "?" if most else "0" for least, most in pairs)
            sure = "surely supported" if each.surely else "perhaps supported"
            specific = "something" if each.index in self.specific[each.area] else "nothing"
            yield f"{each.area} {each.index + 1}: {sure}, steps {steps}, {specific} specific recorded"


def contending(standing: Sequence[Standing], asked_enough: Bool, model: Any) -> Contending:
    """The contenders of a model; those that do not contend are left out."""
    contenders: list[Contender] = []
    specific: dict[ProblemArea, frozenset[int]] = {each.area: frozenset() for each in standing}
    for each in standing:
        if _true(model, each.contends):
            index = sum(other.area == each.area for other in contenders)
            least, most = _steps(model, each.least), _steps(model, each.most)
            contenders.append(Contender(each.area, index, _true(model, each.surely), least, most))
            if _true(model, each.specific):
                specific[each.area] |= {index}
    return Contending(tuple(contenders), specific, _true(model, asked_enough))


def _true(model: Any, flag: Bool) -> bool:
    return bool(z3.is_true(model.eval(flag, model_completion=True)))


def _steps(model: Any, rank: Int) -> tuple[bool, ...]:
    number = model.eval(rank, model_completion=True).as_long()
    return tuple(bool(number >> place & 1) for place in reversed(range(rank.size())))
