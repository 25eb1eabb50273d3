"""Which areas can be supported together, where selection ends in a tie, and which cases get no area.

Each question is about every case, and each *yes* comes with the smallest case that shows it by the rules themselves.
For a tie, one candidate of each area and the items that conditions count are enough: of a tied case, keep the best of
both areas; what else was not possible is not possible without the rest either, as the best are sure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations
from types import MappingProxyType
from typing import Any

import z3

from ipt_formulate.case.case import Case
from ipt_formulate.case.files import to_plain as case_to_plain
from ipt_formulate.case.terms import CASE
from ipt_formulate.proof import running
from ipt_formulate.proof.areas import Following, conditions_of, world_for
from ipt_formulate.proof.asking import SECONDS
from ipt_formulate.proof.choosing import Choosing, contenders
from ipt_formulate.proof.rails import Bool, conj, disj
from ipt_formulate.proof.smallest import Found, shown, smallest
from ipt_formulate.proof.theorem import Question
from ipt_formulate.proof.values import World
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.vocabulary import FocusReason, FocusStatus, ProblemArea

Both = tuple[ProblemArea, ProblemArea]
Steps = tuple[bool, ...]
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
    """

    areas: Both
    together: Found
    tie: Found
    ties: tuple[Steps, ...] = ()
    ties_complete: bool = True
    decides: tuple[tuple[ProblemArea, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer that selection can give, and the smallest case that gets it."""

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
            found = self._once(key, partial(smallest, _ends(base, status, reason), self.seconds))
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
        together = self._once(("together", areas, key), lambda: smallest(_together(base, areas), self.seconds))
        if not base.steps or any(base.areas[area].candidates == CASE for area in areas):
            return Pair(areas, together, self._tie(base, areas))
        decides = self._once(("decides", areas, _rules_of(base, areas)), lambda: tuple(self._decides(base, areas)))
        tie = self._tie(base, areas)
        ties, complete = ((), True) if tie.possible is False else self._ties(base, areas)
        return Pair(areas, together, tie, ties, complete, decides)

    def _tie(self, base: RuleBase, areas: Both) -> Found:
        key = ("tie", areas, _rules_of(base, base.areas))
        found: Found = self._once(key, lambda: smallest(_tied(base, areas), self.seconds))
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
            possible = shown(_tied(base, areas, steps), self.seconds)
            ties += [steps] if possible else []
            complete = complete and possible is not None
        return tuple(ties), complete

    def _decides(self, base: RuleBase, areas: Both) -> Iterator[tuple[ProblemArea, ...]]:
        for place in range(len(base.steps)):
            yield tuple(
                better
                for better, other in (areas, areas[::-1])
                if shown(_decided(base, better, other, place), self.seconds)
            )


def _rules_of(base: RuleBase, areas: Iterable[ProblemArea]) -> Hashable:
    steps = tuple((step.id, step.then, tuple(step.conditions.items())) for step in base.steps)
    named = [(base.area_rules[area].area, base.area_rules[area].rules) for area in areas]
    return steps, tuple(
        (text.id, text.residual, tuple(text.routes), tuple((rule.id, rule.then, rule.condition) for rule in rules))
        for text, rules in named
    )


def _world(base: RuleBase, areas: Iterable[ProblemArea], spoken_of: Iterable[ProblemArea]) -> World:
    scopes: Counter[str] = Counter(scope for area in spoken_of if (scope := base.areas[area].candidates) != CASE)
    return world_for(conditions_of(base, areas), scopes)


def _together(base: RuleBase, areas: Both) -> Question:
    needed = base.areas if any(base.areas[area].residual for area in areas) else areas

    def formula() -> tuple[World, Bool]:
        world = _world(base, needed, areas)
        fewer = MappingProxyType({area: base.areas[area] for area in needed})  # what else there is changes nothing
        statuses = Following(replace(base, areas=fewer, _variants={}), world).statuses
        return world, conj(statuses[area].must for area in areas)

    def shows(case: Case) -> bool:
        found = running.findings(base, case).areas
        return all(found[area] == 2 for area in areas)

    return Question(formula, shows)


def _tied(base: RuleBase, areas: Both, at: Steps | None = None) -> Question:
    def formula() -> tuple[World, Bool]:
        world = _world(base, base.areas, areas)
        following = Following(base, world)
        choosing = Choosing(contenders(following), following.asked_enough)
        tied = [choosing.tied(area) if area in areas else z3.Not(choosing.area_possible(area)) for area in base.areas]
        wanted = [] if at is None else [choosing.bar == int("".join("01"[step] for step in at), 2)]
        return world, conj([*tied, *wanted])

    def shows(case: Case) -> bool:
        found = running.selection(base, case)
        heads = [group[0] for group in found.tied]
        at_steps = at is None or all(head.least == at for head in heads)
        return {head.area for head in heads} == set(areas) and at_steps

    return Question(formula, shows)


def _decided(base: RuleBase, better: ProblemArea, other: ProblemArea, place: int) -> Question:
    """Two candidates that support their areas, equal on every step before one that is met only of the first."""

    def formula() -> tuple[World, Bool]:
        world = _world(base, (better, other), (better, other))
        following = Following(base, world)
        first, present = world.items(base.areas[better].candidates)[0]
        second, also = world.items(base.areas[other].candidates)[-1]
        ours, theirs = following.steps(better, first), following.steps(other, second)
        equal = [
            disj([conj([a.must, b.must]), conj([z3.Not(a.may), z3.Not(b.may)])])
            for a, b in zip(ours[:place], theirs[:place], strict=True)
        ]
        supported = [following.support(better, first).must, following.support(other, second).must]
        return world, conj([present, also, *supported, *equal, ours[place].must, z3.Not(theirs[place].may)])

    def shows(case: Case) -> bool:
        found = running.findings(base, case).candidates
        return any(
            a.support == b.support == 2
            and a.steps[:place] == b.steps[:place]
            and 1 not in a.steps[:place]
            and (a.steps[place], b.steps[place]) == (2, 0)
            for a in found[better]
            for b in found[other]
        )

    return Question(formula, shows)


def _ends(base: RuleBase, status: FocusStatus, reason: FocusReason) -> Question:
    def formula() -> tuple[World, Bool]:
        areas = tuple(base.areas)
        world = _world(base, areas, areas)
        following = Following(base, world)
        choosing = Choosing(contenders(following), following.asked_enough)
        return world, _when(following, choosing)[reason]

    def shows(case: Case) -> bool:
        found = running.selection(base, case)
        return (found.status, found.reason) == (status, reason)

    return Question(formula, shows)


def _when(following: Following, choosing: Choosing) -> Mapping[FocusReason, Bool]:
    """When `formulation.selection.select` gives which reason."""
    answers, open_order = choosing.answers, conj([z3.Not(choosing.one_area), z3.Not(choosing.settled)])
    nothing = conj([*(z3.Not(each.may) for each in following.statuses.values()), following.asked_thoroughly])
    sure = conj([answers.provisional, choosing.sure])
    return {
        FocusReason.ONE_AREA_POSSIBLE: answers.chosen,
        FocusReason.EQUAL_ON_EVERY_STEP: answers.tie,
        FocusReason.SEVERAL_AREAS_POSSIBLE: conj([sure, open_order]),
        FocusReason.INQUIRY_NOT_MADE: conj([sure, z3.Not(open_order)]),
        FocusReason.NOT_YET_SUPPORTED: conj([answers.provisional, z3.Not(choosing.sure)]),
        FocusReason.NOTHING_FOUND: conj([answers.abstained, nothing]),
        FocusReason.NOT_ENOUGH_KNOWN: conj([answers.abstained, z3.Not(nothing)]),
    }


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
        }
        for each in found.pairs
    ]
    outcomes = [
        {"status": str(each.status), "reason": str(each.reason), **_answer(each.found)} for each in found.outcomes
    ]
    return {"areas": [str(area) for area in found.base.areas], "pairs": pairs, "outcomes": outcomes}


def _answer(found: Found) -> dict[str, Any]:
    words = {True: "possible", False: "never", None: "not decided"}
    return {"answer": words[found.possible], "case": None if found.case is None else case_to_plain(found.case)}
