"""How near the focus is to changing: the fewest answers, and the nearest numbers within their ranges, that would."""

from __future__ import annotations

from dataclasses import dataclass

from ipt_formulate.case.case import Case
from ipt_formulate.reasoning.changes import Counterfactual, what_would_change
from ipt_formulate.reasoning.distance import Flip, Nearest, nearest
from ipt_formulate.rulebase.parameters import in_unit, in_words
from ipt_formulate.rulebase.rulebase import RuleBase

_MOST_FACTS = 2


@dataclass(frozen=True, slots=True, repr=False)
class Robustness:
    """How near the focus is to changing; prints as text.

    Attributes:
        answers: every smallest set of answers of the fewest facts that would change the focus; none where more than
            two facts are needed.
        numbers: the numbers of the rule base that would, changed alone and within the range that they state.
    """

    answers: tuple[Counterfactual, ...]
    numbers: tuple[Nearest, ...]

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self, most: int = 3) -> tuple[str, ...]:
        """In sentences, of the answers at most so many."""
        return (*self._of_answers(most), *self._of_numbers())

    def _of_answers(self, most: int) -> tuple[str, ...]:
        if not self.answers:
            return (f"No one answer would change the focus, and no {_MOST_FACTS} together.",)
        count = len(self.answers[0].facts)
        how = (
            "One answer is enough to change the focus"
            if count == 1
            else f"{count} answers together are enough to change the focus, and none alone"
        )
        told = tuple(f"{str(each)[:1].upper()}{str(each)[1:]}" for each in self.answers[:most])
        left = len(self.answers) - most
        more = (f"So would {left} other{'s' if left > 1 else ''}: see what-would-change.",) if left > 0 else ()
        return (f"{how}:", *told, *more)

    def _of_numbers(self) -> tuple[str, ...]:
        if not self.numbers:
            return ("No number of the rules, changed alone within its range, would change it.",)
        return tuple(
            f"{each.title} ({each.parameter}): {_otherwise(each, flip)}, would change the focus: then {flip.focus}."
            for each in self.numbers
            for flip in (each.below, each.above)
            if flip is not None and flip.in_range
        )


def _otherwise(now: Nearest, flip: Flip) -> str:
    """The two values in words; as they are written where they point in two ways, which words do not tell."""
    told = in_words if now.value * flip.value >= 0 else in_unit
    return f"{told(flip.value, now.unit)}, not {told(now.value, now.unit)}"


def robustness(base: RuleBase, case: Case) -> Robustness:
    """How near the focus is to changing.

    Args:
        base: the rule base of the tradition.
        case: the case.

    Returns:
        The fewest answers that would change it (exact up to two facts), and the numbers that would.
    """
    found = what_would_change(base, case, size=_MOST_FACTS, fewest=True).counterfactuals
    numbers = tuple(
        each
        for each in nearest(base, case)
        if any(flip is not None and flip.in_range for flip in (each.below, each.above))
    )
    return Robustness(found, numbers)
