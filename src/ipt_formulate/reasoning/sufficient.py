"""Why it is so: the smallest sets of recorded facts on which, with all else unknown, it already comes out so.

Two things are kept apart: why the area is supported, and why it comes first. Learning more never takes either
away, so each set holds however the unknown facts turn out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Final

from ipt_formulate.case.case import Case
from ipt_formulate.evaluation import reference
from ipt_formulate.formulation.wording import Names
from ipt_formulate.reasoning.board import Board, Outcome
from ipt_formulate.reasoning.facts import Fact
from ipt_formulate.reasoning.phrases import groups_of, in_words, key_of
from ipt_formulate.reasoning.recorded import facts_of
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.vocabulary import FocusStatus, ProblemArea

MOST_SETS: Final = 50
"""How many smallest sets are listed at most."""


@dataclass(frozen=True, slots=True, repr=False)
class RecordedFact:
    """A recorded fact, as a reason.

    Attributes:
        path: its place in the case, items named by their ids.
        fact: the fact in words.
        now: what is recorded, in words.
        always: whether every set of reasons has it.
    """

    path: str
    fact: str
    now: str
    always: bool

    def __str__(self) -> str:
        return f"{self.fact}: {self.now}"


@dataclass(frozen=True, slots=True, repr=False)
class Reasons:
    """The smallest sets of facts on which something already comes out so.

    Attributes:
        what: what comes out so, in words.
        sets: the sets, those of the fewest facts first.
        all_of_them: False where there are more than are listed.
    """

    what: str
    sets: tuple[tuple[RecordedFact, ...], ...]
    all_of_them: bool

    def __str__(self) -> str:
        if not self.sets:
            return f"{self.what}: what is recorded does not settle it."
        first = self.sets[0]
        lines = [f"{self.what}: {len(first)} {'fact' if len(first) == 1 else 'facts'} are enough, whatever else is so."]
        lines += [f"  - {each}" for each in first]
        if others := len(self.sets) - 1:
            lines.append(self._others(others))
            if needed := [each for each in first if each.always]:
                lines.append(f"Every one of them has: {'; '.join(each.fact for each in needed)}.")
        return "\n".join(lines)

    def _others(self, count: int) -> str:
        if not self.all_of_them:
            return f"There are {count} or more other such sets."
        return "There is 1 other such set." if count == 1 else f"There are {count} other such sets."


@dataclass(frozen=True, slots=True, repr=False)
class SufficientReasons:
    """Why the area in focus is supported, and why it comes first; prints as text.

    Attributes:
        supported: for each area in focus, the reasons for its being supported.
        first: the reasons for the focus being what it is; without any set where the focus is not settled.
    """

    supported: tuple[Reasons, ...]
    first: Reasons

    def __str__(self) -> str:
        return "\n\n".join(map(str, (*self.supported, self.first)))


def sufficient_reasons(base: RuleBase, case: Case) -> SufficientReasons:
    """The smallest sets of recorded facts on which the focus, with everything else unknown, is already the same.

    The deaths, conflicts, changes and people themselves stay recorded; what is known of them does not.

    Args:
        base: the rule base of the tradition.
        case: the case.

    Returns:
        All minimal sets, exactly, unless there are more than `MOST_SETS`.
    """
    board = Board(base, case)
    recorded = [fact for fact in facts_of(base, case) if fact.recorded]
    names, present = Names(case), board.present
    key = key_of(present.selection)
    settled = key[0] in (FocusStatus.CHOSEN, FocusStatus.TIE)
    keeping = _Keeping(board, recorded)
    areas = dict.fromkeys(group[0].area for group in groups_of(present.selection))
    supported = tuple(
        keeping.reasons(f"{base.areas[area].title.split(' (')[0]} is supported", partial(_is_supported, area))
        for area in areas
    )
    words = in_words(base, case, names, present.selection)
    what = f"The focus is {words}" if groups_of(present.selection) else "There is no focus"
    first = keeping.reasons(what, lambda outcome: settled and key_of(outcome.selection) == key)
    return SufficientReasons(supported, first)


def _is_supported(area: ProblemArea, outcome: Outcome) -> bool:
    return outcome.areas[area] == reference.MET


class _Keeping:
    """What comes out where only some of the recorded facts are kept."""

    def __init__(self, board: Board, recorded: list[Fact]) -> None:
        self.board, self.recorded = board, recorded

    def reasons(self, what: str, holds: Callable[[Outcome], bool]) -> Reasons:
        """The smallest sets of facts on which something holds; none where it does not hold of the whole case."""

        @cache
        def enough(kept: frozenset[int]) -> bool:
            forgotten = [fact.forget for place, fact in enumerate(self.recorded) if place not in kept]
            moved = {slot: cells for slot, cells in self.board.effect(forgotten).items() if cells is not None}
            return holds(self.board.outcome(moved))

        everything = frozenset(range(len(self.recorded)))
        sets: list[frozenset[int]] = []
        exhausted = True
        if enough(everything):
            for found in smallest(everything, enough):
                if len(sets) == MOST_SETS:
                    exhausted = False
                    break
                sets.append(found)
        always = frozenset.intersection(*sets) if sets else frozenset()
        told = sorted(sets, key=lambda each: (len(each), sorted(each)))
        return Reasons(
            what, tuple(tuple(self._told(place, always) for place in sorted(each)) for each in told), exhausted
        )

    def _told(self, place: int, always: frozenset[int]) -> RecordedFact:
        fact = self.recorded[place]
        return RecordedFact(fact.path, fact.name, fact.now, place in always)


def smallest(everything: frozenset[int], enough: Callable[[frozenset[int]], bool]) -> Iterator[frozenset[int]]:
    """All minimal subsets that are enough, where whatever holds one is enough too.

    A set is enough exactly if it meets no gap: so each set found must be broken by a *hitting set*, and where what
    is left without one is still enough, it holds a set that was not found yet.

    >>> even = lambda kept: {1, 2} <= kept or 3 in kept
    >>> sorted(map(sorted, smallest(frozenset({1, 2, 3, 4}), even)))
    [[1, 2], [3]]
    """
    hitting: list[frozenset[int]] = [frozenset()]
    while hitting:
        broken = next((each for each in hitting if enough(everything - each)), None)
        if broken is None:
            return
        found = everything - broken
        for each in sorted(found):
            if enough(found - {each}):
                found -= {each}
        yield found
        longer = {old | {each} for old in hitting if not old & found for each in found}
        met = [old for old in hitting if old & found]
        hitting = met + [new for new in longer if not any(old <= new for old in met) and not _has_smaller(new, longer)]
        hitting.sort(key=len)


def _has_smaller(one: frozenset[int], others: set[frozenset[int]]) -> bool:
    return any(other < one for other in others)
