"""Which areas can be supported together, where selection ends in a tie, and which cases get no area.

Each question is about every case, and each *yes* comes with a small case that shows it by the rules themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Any

from ipt_formulate.case.files import to_plain as case_to_plain
from ipt_formulate.case.terms import CASE
from ipt_formulate.proof.asking import SECONDS
from ipt_formulate.proof.of_overlaps import CANDIDATES, Both, Steps, decided, ends_as, tied, together
from ipt_formulate.proof.smallest import Found, shown, smallest
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.vocabulary import FocusReason, FocusStatus, ProblemArea

OUTCOMES = (
    (FocusStatus.CHOSEN, FocusReason.ONE_AREA_POSSIBLE),
    (FocusStatus.TIE, FocusReason.EQUAL_ON_EVERY_STEP),
    (FocusStatus.PROVISIONAL, FocusReason.SEVERAL_AREAS_POSSIBLE),
    (FocusStatus.PROVISIONAL, FocusReason.INQUIRY_NOT_MADE),
    (FocusStatus.PROVISIONAL, FocusReason.NOT_YET_SUPPORTED),
    (FocusStatus.ABSTAINED, FocusReason.NOTHING_FOUND),
    (FocusStatus.ABSTAINED, FocusReason.NOT_ENOUGH_KNOWN),
)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two areas.

    Attributes:
        areas: the two.
        together: whether both can be supported by one case.
        tie: whether selection can end in a tie of these two.
        ties: at which outcomes of the steps it can, the first step first; each is met of both, or not met of both.
        ties_complete: whether that is all of them.
        decides: for each step, for which of the two areas it can decide where all steps before it are equal.
        decides_complete: whether it is for no other.
    """

    areas: Both
    together: Found
    tie: Found
    ties: tuple[Steps, ...] = ()
    ties_complete: bool = True
    decides: tuple[tuple[ProblemArea, ...], ...] = ()
    decides_complete: bool = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer that selection can give, and a small case that gets it."""

    status: FocusStatus
    reason: FocusReason
    found: Found


@dataclass(frozen=True, slots=True)
class Overlaps:
    """What was found for one rule base, as a tradition uses it."""

    base: RuleBase
    pairs: tuple[Pair, ...]
    outcomes: tuple[Outcome, ...]


class Overlapping:
    """Looks for overlaps, ties and gaps; what was found once for the same rules is not looked for again.

    Args:
        seconds: how long one question to the solver may take.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self._known: dict[Hashable, Any] = {}

    @staticmethod
    def parts(base: RuleBase) -> int:
        """How often `find` tells that it has come further."""
        return len(list(combinations(base.areas, 2))) + len(OUTCOMES)

    def find(self, base: RuleBase, done: Callable[[], None] = lambda: None) -> Overlaps:
        """What there is to say of each two areas, and of each answer.

        Args:
            base: the rule base as a tradition uses it.
            done: told after each part.
        """
        pairs = []
        for areas in combinations(base.areas, 2):
            pairs.append(self._pair(base, areas))
            done()
        outcomes = []
        for status, reason in OUTCOMES:
            key = ("outcome", reason, _rules_of(base, base.areas))
            found = self._once(key, partial(self._outcome, base, status, reason))
            outcomes.append(Outcome(status, reason, found))
            done()
        return Overlaps(base, tuple(pairs), tuple(outcomes))

    def _once(self, key: Hashable, find: Callable[[], Any]) -> Any:
        if key not in self._known:
            self._known[key] = find()
        return self._known[key]

    def _pair(self, base: RuleBase, areas: Both) -> Pair:
        residual = any(base.areas[area].residual for area in areas)
        key = _rules_of(base, base.areas if residual else areas)
        both = self._once(("together", areas, key), lambda: smallest(together(base, areas), self.seconds))
        if not base.steps or any(base.areas[area].candidates == CASE for area in areas):
            return Pair(areas, both, self._tie(base, areas))
        decides = self._once(("decides", areas, _rules_of(base, areas)), lambda: self._decides(base, areas))
        tie = self._tie(base, areas)
        ties, complete = ((), True) if tie.possible is False else self._ties(base, areas)
        return Pair(areas, both, tie, ties, complete, *decides)

    def _tie(self, base: RuleBase, areas: Both) -> Found:
        key = ("tie", areas, _rules_of(base, base.areas))
        found: Found = self._once(key, lambda: smallest(tied(base, areas), self.seconds))
        return found

    def _ties(self, base: RuleBase, areas: Both) -> tuple[tuple[Steps, ...], bool]:
        """Every outcome of the steps at which the two can tie, each shown by a case; and whether there is no other."""
        found: tuple[tuple[Steps, ...], bool] = self._once(
            ("ties", areas, _rules_of(base, base.areas)), lambda: self._all_ties(base, areas)
        )
        return found

    def _all_ties(self, base: RuleBase, areas: Both) -> tuple[tuple[Steps, ...], bool]:
        ties: list[Steps] = []
        complete = True
        for number in reversed(range(2 ** len(base.steps))):
            steps = tuple(bool(number >> place & 1) for place in reversed(range(len(base.steps))))
            possible = shown(tied(base, areas, steps), self.seconds)
            ties += [steps] if possible else []
            complete = complete and possible is not None
        return tuple(ties), complete

    def _decides(self, base: RuleBase, areas: Both) -> tuple[tuple[tuple[ProblemArea, ...], ...], bool]:
        """For each step, for which area it can decide; and whether that was found out of every step and area."""
        decides, complete = [], True
        for place in range(len(base.steps)):
            told = [shown(decided(base, *order, place), self.seconds) for order in (areas, areas[::-1])]
            decides.append(tuple(area for area, possible in zip(areas, told, strict=True) if possible))
            complete = complete and None not in told
        return tuple(decides), complete

    def _outcome(self, base: RuleBase, status: FocusStatus, reason: FocusReason) -> Found:
        """A case with one candidate of each area; only where there is none, with as many as can matter."""
        found = Found(False)
        for candidates in CANDIDATES:
            if found.possible is False:
                found = smallest(ends_as(base, status, reason, candidates), self.seconds)
        return found


def _rules_of(base: RuleBase, areas: Iterable[ProblemArea]) -> Hashable:
    steps = tuple((step.id, step.then, tuple(step.conditions.items())) for step in base.steps)
    named = [(base.area_rules[area].area, base.area_rules[area].rules) for area in areas]
    return steps, tuple(
        (text.id, text.residual, tuple(text.routes), tuple((rule.id, rule.then, rule.condition) for rule in rules))
        for text, rules in named
    )


def to_plain(found: Mapping[str, Overlaps]) -> dict[str, Any]:
    """What was found of each tradition, as plain content; the same rules, library and solver give the same."""
    return {name: _tradition(each) for name, each in found.items()}


def _tradition(found: Overlaps) -> dict[str, Any]:
    steps = [step.id for step in found.base.steps]
    pairs = [
        {
            "areas": [str(area) for area in each.areas],
            "together": _answer(each.together),
            "tie": _answer(each.tie),
            "ties_at": [dict(zip(steps, at, strict=True)) for at in each.ties],
            "ties_complete": each.ties_complete,
            "decides": dict(zip(steps, [[str(area) for area in areas] for areas in each.decides], strict=False)),
            "decides_complete": each.decides_complete,
        }
        for each in found.pairs
    ]
    outcomes = [
        {"status": str(each.status), "reason": str(each.reason), **_answer(each.found)} for each in found.outcomes
    ]
    return {"areas": [str(area) for area in found.base.areas], "pairs": pairs, "outcomes": outcomes}


def _answer(found: Found) -> dict[str, Any]:
    words = {True: "possible", False: "never", None: "not decided"}
    case = None if found.case is None else case_to_plain(found.case)
    return {"answer": words[found.possible], "case": case, "fewest": found.fewest}
