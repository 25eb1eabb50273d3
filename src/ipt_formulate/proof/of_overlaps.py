"""Questions about overlaps, ties and gaps: which two areas, at which outcomes of the steps, and with which answer.

For a tie, one candidate of each area and the items that conditions count are enough: of a tied case, keep the best of
both areas; what else was not possible is not possible without the rest either, as the best are sure. For an answer
four of each area are enough, as `of_difference` says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final, TypeAlias

import z3

from ipt_formulate.case.case import Case
from ipt_formulate.case.terms import CASE
from ipt_formulate.proof import running
from ipt_formulate.proof.areas import Following, conditions_of, world_for
from ipt_formulate.proof.choosing import Choosing, contenders
from ipt_formulate.proof.rails import Bool, conj, disj
from ipt_formulate.proof.theorem import Question
from ipt_formulate.proof.values import World
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.vocabulary import FocusReason, FocusStatus, ProblemArea

Both: TypeAlias = tuple[ProblemArea, ProblemArea]
Steps: TypeAlias = tuple[bool, ...]
CANDIDATES: Final = (1, 4)
"""How many candidates of each area are looked at: first few, and then as many as can matter for an answer."""


def _world(base: RuleBase, areas: Iterable[ProblemArea], spoken_of: Iterable[ProblemArea]) -> World:
    scopes: Counter[str] = Counter(scope for area in spoken_of if (scope := base.areas[area].candidates) != CASE)
    return world_for(conditions_of(base, areas), scopes)


def together(base: RuleBase, areas: Both) -> Question:
    """Asks for a case that surely supports both areas."""
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


def tied(base: RuleBase, areas: Both, at: Steps | None = None) -> Question:
    """Asks for a case in which selection ends in a tie of two areas, and of no other; at one outcome of the steps, if given."""

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


def decided(base: RuleBase, better: ProblemArea, other: ProblemArea, place: int) -> Question:
    """Asks for two candidates that support their areas, equal on every step before one that is met only of the first."""

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


def ends_as(base: RuleBase, status: FocusStatus, reason: FocusReason, candidates: int = 1) -> Question:
    """Asks for a case, with so many candidates of each area, of which selection gives this answer."""

    def formula() -> tuple[World, Bool]:
        areas = tuple(base.areas)
        world = _world(base, areas, areas * candidates)
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
