"""Which candidate becomes the focus: lexicographic, by what must and what may hold, never by counting.

A candidate surely beats another when the least it can score on the steps is above the most the other can. Only
recorded candidates contend; deficits enters only when it is supported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeAlias

from ipt_formulate.case.terms import CASE
from ipt_formulate.evaluation.findings import Findings, Verdict
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.vocabulary import FocusReason, FocusStatus, ProblemArea

Steps: TypeAlias = tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Contender:
    """A candidate of an area, as selection sees it.

    Attributes:
        area: its area.
        index: its place in the list of candidates.
        surely: whether it surely supports its area; all contenders possibly do.
        least: the steps that must hold.
        most: the steps that may hold.
    """

    area: ProblemArea
    index: int
    surely: bool
    least: Steps
    most: Steps


@dataclass(frozen=True, slots=True)
class Selection:
    """The outcome: areas with their contenders, best first."""

    status: FocusStatus
    reason: FocusReason
    possible: tuple[Contender, ...] = ()
    primary: tuple[Contender, ...] = ()
    secondary: tuple[Contender, ...] = ()
    secondary_settled: bool = False
    leading: tuple[tuple[Contender, ...], ...] = ()
    also_possible: tuple[tuple[Contender, ...], ...] = ()
    tied: tuple[tuple[Contender, ...], ...] = ()


def contenders(base: RuleBase, findings: Findings) -> tuple[Contender, ...]:
    """Every recorded candidate that may support its area; of a residual area only what is supported."""
    found = []
    for area, candidates in findings.candidates.items():
        residual = base.areas[area].residual
        if residual and findings.areas[area] != 2:
            continue
        whole = base.areas[area].candidates == CASE and not residual
        for index, each in enumerate(candidates):
            if each.support:
                steps = (1,) * len(base.steps) if whole else each.steps  # an area of the whole case has no date
                found.append(Contender(area, index, each.support == 2, *least_and_most(steps)))
    return tuple(found)


@lru_cache(maxsize=4096)
def least_and_most(steps: tuple[Verdict, ...]) -> tuple[Steps, Steps]:
    """The steps that must hold, and those that may, from the verdict on each."""
    return tuple([step == 2 for step in steps]), tuple([step > 0 for step in steps])


def select(
    contending: Sequence[Contender],
    *,
    asked_enough: bool,
    specific: Mapping[ProblemArea, frozenset[int]],
    nothing_supported: bool,
) -> Selection:
    """The focus, by the rules of selection.

    Args:
        contending: what `contenders` gives.
        asked_enough: whether each inquiry was at least brief.
        specific: for each area, the candidates of which something specific is recorded.
        nothing_supported: whether every area is surely not supported.

    Returns:
        The selection; what it says of chosen, tied and possible areas, learning more can only narrow.
    """
    possible = _unbeaten(contending)
    sure = [each for each in possible if each.surely]
    areas = _by_area(possible)
    if not sure:
        if any(each.index in specific.get(each.area, ()) for each in possible):
            return _provisional(FocusReason.NOT_YET_SUPPORTED, possible, list(possible))
        reason = FocusReason.NOTHING_FOUND if nothing_supported else FocusReason.NOT_ENOUGH_KNOWN
        return Selection(FocusStatus.ABSTAINED, reason, possible)
    tied = () if len(areas) == 1 else _tie(areas)
    if len(areas) > 1 and not tied:
        return _provisional(FocusReason.SEVERAL_AREAS_POSSIBLE, possible, sure)
    if not asked_enough:
        return _provisional(FocusReason.INQUIRY_NOT_MADE, possible, sure)
    if tied:
        return Selection(FocusStatus.TIE, FocusReason.EQUAL_ON_EVERY_STEP, possible, tied=tied)
    (primary,) = areas
    return _with_secondary(
        Selection(FocusStatus.CHOSEN, FocusReason.ONE_AREA_POSSIBLE, possible, primary=primary), contending
    )


def _unbeaten(contending: Sequence[Contender]) -> tuple[Contender, ...]:
    bar = max((each.least for each in contending if each.surely), default=())
    return tuple(each for each in contending if not bar > each.most)


def _by_area(found: Sequence[Contender]) -> tuple[tuple[Contender, ...], ...]:
    """The contenders of each area, best first, the areas in their first order."""
    areas: dict[ProblemArea, list[Contender]] = {}
    for each in found:
        areas.setdefault(each.area, []).append(each)
    return tuple([tuple(sorted(each, key=_rank, reverse=True)) for each in areas.values()])


def _rank(each: Contender) -> tuple[bool, Steps, Steps, int]:
    return each.surely, each.least, each.most, -each.index


def _tie(areas: Sequence[tuple[Contender, ...]]) -> tuple[tuple[Contender, ...], ...]:
    heads = [area[0] for area in areas]
    steps = heads[0].least
    settled = all(head.surely and head.least == head.most == steps for head in heads)
    return tuple(areas) if settled and not any(each.most > steps for area in areas for each in area) else ()


def _provisional(reason: FocusReason, possible: tuple[Contender, ...], field: Sequence[Contender]) -> Selection:
    best = max(each.least for each in field)
    ahead = {each.area for each in field if each.least == best}
    areas = _by_area(possible)
    leading = tuple(area for area in areas if area[0].area in ahead)
    others = tuple(area for area in areas if area[0].area not in ahead)
    return Selection(FocusStatus.PROVISIONAL, reason, possible, leading=leading, also_possible=others)


def _with_secondary(chosen: Selection, contending: Sequence[Contender]) -> Selection:
    rest = [each for each in contending if each.area != chosen.primary[0].area]
    areas = _by_area(_unbeaten(rest))
    if not areas:
        return replace(chosen, secondary_settled=True)
    if len(areas) == 1 and areas[0][0].surely:
        return replace(chosen, secondary=areas[0], secondary_settled=True)
    return chosen
