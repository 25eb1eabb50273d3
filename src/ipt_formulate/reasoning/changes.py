"""What would change the focus: every smallest set of facts that would, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, Final

from ipt_formulate.case.case import Case
from ipt_formulate.case.terms import CASE
from ipt_formulate.errors import UnknownName
from ipt_formulate.formulation.wording import Names, listed
from ipt_formulate.reasoning.board import Board, Outcome
from ipt_formulate.reasoning.facts import Fact
from ipt_formulate.reasoning.joint import Option
from ipt_formulate.reasoning.phrases import Key, in_words, key_of, lead
from ipt_formulate.reasoning.recorded import facts_of
from ipt_formulate.reasoning.relevance import INQUIRY
from ipt_formulate.reasoning.variations import Variation, Wanted, minimal_variations
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.vocabulary import FocusStatus, Nature, ProblemArea

MOST_FACTS: Final = 3
"""The largest sets that are looked for, unless told otherwise."""
_ORDER: Final = {"unknown": 0, Nature.DISCOVERABLE: 1, Nature.CHANGEABLE: 2, Nature.FIXED: 3}
_SETTLED: Final = (FocusStatus.CHOSEN, FocusStatus.TIE)


@dataclass(frozen=True, slots=True, repr=False)
class FactChange:
    """One fact answered otherwise.

    Attributes:
        path: its place in the case, items named by their ids.
        fact: the fact in words.
        meaning: what the field records, in the words of the coding manual.
        nature: whether it can change, be found out, or only have been recorded wrongly.
        known: whether it is known now.
        now: what is recorded now, in words.
        then: what it would have to be, in words; any of these does.
        values: the same as a case file holds it.
        lead: what it would mean for the fact to be so.
    """

    path: str
    fact: str
    meaning: str
    nature: Nature
    known: bool
    now: str
    then: str
    values: tuple[Any, ...]
    lead: str

    def __str__(self) -> str:
        if self.path.startswith(INQUIRY):
            return f"once {self.path.removeprefix(INQUIRY)} have been asked about {self.then}, and nothing more came up"
        return f"{self.lead}: {self.fact}: {self.then}" + (f", not {self.now}" if self.known else "")


@dataclass(frozen=True, slots=True, repr=False)
class Counterfactual:
    """A smallest set of facts that would change the focus, and the focus then.

    Attributes:
        facts: the facts, each with what it would have to be; all of them together.
        focus: the focus then, in a phrase.
        status: its status then.
        areas: the areas it would name then.
    """

    facts: tuple[FactChange, ...]
    focus: str
    status: FocusStatus
    areas: tuple[ProblemArea, ...]

    def __str__(self) -> str:
        return f"{'; and '.join(map(str, self.facts))}. Then {self.focus}."


@dataclass(frozen=True, slots=True, repr=False)
class WhatWouldChange:
    """Every smallest set of facts that would change the focus, the smallest first; prints as text.

    Attributes:
        now: the focus now, in a phrase.
        target: the area that was asked for, or None.
        size: the most facts in a set that were tried.
        counterfactuals: the sets; those that can be found out come first, those recorded wrongly last.
        note: what else there is to say; empty where there is nothing.
    """

    now: str
    target: ProblemArea | None
    size: int
    counterfactuals: tuple[Counterfactual, ...]
    note: str = ""

    def __str__(self) -> str:
        what = f"bring {self.target.replace('_', ' ')} into focus" if self.target else "change the focus"
        lines = [f"What would {what}? Now {self.now}.", *([self.note] if self.note else ())]
        for count in range(1, self.size + 1):
            found = [each for each in self.counterfactuals if len(each.facts) == count]
            facts = "One fact" if count == 1 else f"{count} facts together"
            if not found:
                lines += ["", f"{facts}: nothing{' alone' if count == 1 else ''} would."]
                continue
            lines += ["", f"{facts}:"]
            lines += [f"  - {str(each)[:1].upper()}{str(each)[1:]}" for each in found]
        lines += ["", _SCOPE]
        return "\n".join(lines)


_SCOPE: Final = (
    "These are all sets up to that size of which no part does it already, among what is recorded: a death, conflict "
    "or change that has not been told could change it too. A time is tried with the others as they are recorded."
)


def what_would_change(
    base: RuleBase, case: Case, *, target: ProblemArea | str | None = None, size: int = MOST_FACTS, fewest: bool = False
) -> WhatWouldChange:
    """The smallest sets of facts that, answered otherwise, would change the focus.

    Args:
        base: the rule base of the tradition.
        case: the case.
        target: an area to bring into focus: to be named first or, where it is already, to be settled on; any
            other focus than the present one if left out.
        size: the most facts in a set.
        fewest: no larger sets than the smallest that does it.

    Returns:
        All minimal sets up to that size, exactly, over every answer that each fact can have.

    Raises:
        UnknownName: the tradition has no such area.
        ValueError: the size is not 1 or more.
    """
    if size < 1:
        raise ValueError("size must be 1 or more")
    board = Board(base, case, statuses=False)
    area = None if target is None else _area(base, target)
    writing = _Writing(base, case)
    found = minimal_variations(board, facts_of(base, case), _wanted(board, area), size, fewest=fewest)
    now = in_words(base, case, writing.names, board.present.selection)
    return WhatWouldChange(now, area, size, tuple(writing.write(found)), _note(base, case, area))


def _note(base: RuleBase, case: Case, target: ProblemArea | None) -> str:
    """That nothing can bring an area into focus of which no candidate is recorded."""
    scope = CASE if target is None else base.areas[target].candidates
    if scope == CASE or case.lowered.lists[scope].items:
        return ""
    return f"No {scope.removesuffix('s')} is recorded, and only what is recorded can come into focus."


def _area(base: RuleBase, target: ProblemArea | str) -> ProblemArea:
    if target not in tuple(base.areas):
        raise UnknownName(f"there is no area of that name here; there are: {', '.join(base.areas)}")
    return ProblemArea(target)


def _wanted(board: Board, target: ProblemArea | None) -> Wanted:
    now = key_of(board.present.selection)
    if target is None:
        return lambda outcome: key_of(outcome.selection) != now
    first = target in now[1]

    def wanted(outcome: Outcome) -> bool:
        status, areas = key_of(outcome.selection)
        return target in areas and (not first or (status in _SETTLED and now[0] not in _SETTLED))

    return wanted


class _Writing:
    """Puts variations into words: those of the same facts that lead to the same focus are one."""

    def __init__(self, base: RuleBase, case: Case) -> None:
        self.base, self.case, self.names = base, case, Names(case)

    def write(self, variations: Iterable[Variation]) -> Iterator[Counterfactual]:
        """Counterfactuals, the smallest first."""
        together: dict[tuple[frozenset[Fact], Key], list[Variation]] = {}
        for each in variations:
            facts = frozenset(pick.fact for pick in each.picks)
            together.setdefault((facts, key_of(each.outcome.selection)), []).append(each)
        found = [each for alike in together.values() for each in self._of_one_set(alike)]
        yield from sorted(found, key=lambda each: (len(each.facts), max(map(_order, each.facts))))

    def _of_one_set(self, alike: Sequence[Variation]) -> Iterator[Counterfactual]:
        """One counterfactual where any of the answers go together, else one for each variation."""
        chosen = [dict.fromkeys(picks) for picks in zip(*(each.picks for each in alike), strict=True)]
        if prod(map(len, chosen)) == len({each.picks for each in alike}):
            yield self._counterfactual([tuple(options) for options in chosen], alike[0].outcome)
        else:
            for each in alike:
                yield self._counterfactual([(pick,) for pick in each.picks], each.outcome)

    def _counterfactual(self, chosen: Sequence[tuple[Option, ...]], outcome: Outcome) -> Counterfactual:
        selection = outcome.selection
        status, areas = key_of(selection)
        focus = in_words(self.base, self.case, self.names, selection)
        named = tuple(area for area in self.base.areas if area in areas)
        facts = [options[0].fact for options in chosen]
        changes = [_change(options, tied=any(options[0].fact.tied(each) for each in facts if each is not options[0].fact)) for options in chosen]  # fmt: skip
        return Counterfactual(tuple(changes), focus, status, named)


def _change(options: tuple[Option, ...], *, tied: bool) -> FactChange:
    """One fact of a set. Where its answer depends on that of another, only what was tried is told, no range."""
    fact = options[0].fact
    answers = [answer for option in options for answer in option.answers]
    told = [f"such as {answer.example}" if tied and answer.example else answer.words for answer in answers]
    words = listed_or(list(dict.fromkeys(told)))
    values = tuple(answer.value for answer in answers)
    return FactChange(fact.path, fact.name, fact.meaning, fact.nature, fact.known, fact.now, words, values, lead(fact))


def listed_or(words: list[str]) -> str:
    """``a``, ``a or b``, or ``a, b or c``; of many, the first few."""
    if len(words) > 6:
        words = [*words[:5], f"one of {len(words) - 5} others"]
    return listed(words).replace(" and ", " or ") if len(words) > 1 else words[0]


def _order(change: FactChange) -> int:
    return _ORDER[change.nature if change.known else "unknown"]
