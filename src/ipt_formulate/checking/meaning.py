"""The meaning of rules in plain Python, as pairs of *must* and *may*, and what follows from them for the focus.

Written from the text of the design and sharing nothing with `evaluation` and `formulation`, so that an error in one
is not an error in the other. Speed is no aim here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from ipt_formulate.case.case import LISTS
from ipt_formulate.case.choices import Inquiry
from ipt_formulate.case.fields import NO, YES, ChoiceKind
from ipt_formulate.case.lowering import LoweredCase, LoweredItem
from ipt_formulate.case.terms import CASE
from ipt_formulate.rulebase.conditions import All, Among, AtLeast, Condition, Named, Not, Some, Within
from ipt_formulate.rulebase.rulebase import AreaRules, CompiledRule, RuleBase
from ipt_formulate.vocabulary import Evidence, ProblemArea

Truth: TypeAlias = tuple[bool, bool]
"""Whether it must hold, and whether it may."""
WORDS: Final = {(False, False): "not_met", (False, True): "unknown", (True, True): "met"}
_MASKS: Final = {(False, False): NO, (False, True): NO | YES, (True, True): YES}


def truth(condition: Condition, item: Mapping[str, Any], case: LoweredCase) -> Truth:
    """Whether a condition must hold of an item, and whether it may."""
    match condition:
        case Among(term, mask, _, of_case):
            possible = (case.case.values if of_case else item)[term]
            return possible | mask == mask, bool(possible & mask)
        case Within(term, low, high, _, of_case, several):
            value = (case.case.values if of_case else item)[term]
            spans = value if several else (value,)
            must = any(low <= first and last <= high for first, last in spans)
            return must, any(first <= high and last >= low for first, last in spans)
        case Named():
            return truth(condition.part, item, case)
        case Not():
            must, may = truth(condition.part, item, case)
            return not may, not must
        case All():
            parts = [truth(part, item, case) for part in condition.parts]
            return all(must for must, _ in parts), all(may for _, may in parts)
        case Some():
            parts = [truth(part, item, case) for part in condition.parts]
            return any(must for must, _ in parts), any(may for _, may in parts)
        case AtLeast():
            found = case.lists[condition.list]
            counted = [truth(condition.where, each.values, case) for each in found.items]
            must = sum(must for must, _ in counted) >= condition.count
            return must, not found.complete or sum(may for _, may in counted) >= condition.count


@dataclass(frozen=True, slots=True)
class Claimant:
    """A candidate of an area: whether it must and may support it, and how it comes out at each step of selection."""

    area: ProblemArea
    index: int
    supports: Truth
    least: tuple[bool, ...]
    most: tuple[bool, ...]
    specific: bool


class Meaning:
    """What follows from a case by the letter of the design.

    Args:
        base: the rule base as a tradition uses it.
        case: the case.
    """

    def __init__(self, base: RuleBase, case: LoweredCase) -> None:
        self.base: RuleBase = base
        self.case: LoweredCase = case
        self.claimants: dict[ProblemArea, list[Claimant]] = {
            area: list(self._claimants(rules)) for area, rules in base.area_rules.items()
        }

    def items(self, scope: str) -> tuple[LoweredItem, ...]:
        """The items that a rule of some scope is about; of the case, the case."""
        return (self.case.case,) if scope == CASE else self.case.lists[scope].items

    def verdict(self, rule: CompiledRule[Any], index: int = 0) -> Truth:
        """The truth of a rule for one of its items."""
        return truth(rule.condition, self.items(rule.scope)[index].values, self.case)

    def _claimants(self, of_area: AreaRules) -> Iterator[Claimant]:
        scope = of_area.area.candidates
        for index, item in enumerate(self.items(scope)):
            found = {rule.id: self.verdict(rule, index) for rule in of_area.rules}
            kinds: dict[Evidence, list[Truth]] = {kind: [] for kind in Evidence}
            for rule in of_area.rules:
                kinds[rule.then.kind].append(found[rule.id])
            excluded_must = any(must for must, _ in kinds[Evidence.EXCLUDES])
            excluded_may = any(may for _, may in kinds[Evidence.EXCLUDES])
            routes = [[found[rule.id] for rule in route] for route in of_area.routes.values()]
            must = any(all(m for m, _ in route) for route in routes) and not excluded_may
            may = any(all(y for _, y in route) for route in routes) and not excluded_must
            told = {
                **item.values,
                "evidence.strong": _MASKS[_any(kinds[Evidence.STRONG])],
                "evidence.against": _MASKS[_any(kinds[Evidence.AGAINST])],
            }
            steps = [
                (False, True) if scope == CASE else truth(step.conditions[scope], told, self.case)
                for step in self.base.steps
            ]
            favourable = (Evidence.CRITERION, Evidence.STRONG, Evidence.SUPPORTING)
            specific = any(
                found[rule.id][0] for rule in of_area.rules if rule.then.kind in favourable and not rule.then.frame
            )
            least, most = tuple(m for m, _ in steps), tuple(y for _, y in steps)
            yield Claimant(of_area.area.id, index, (must, may), least, most, specific)

    def status(self, area: ProblemArea) -> str:
        """The status of an area."""
        text = self.base.areas[area]
        must = any(each.supports[0] for each in self.claimants[area])
        may = any(each.supports[1] for each in self.claimants[area])
        if text.candidates != CASE and not self.case.lists[text.candidates].complete:
            may = True
        if text.residual:
            others = [self.status(other) for other in self.base.areas if not self.base.areas[other].residual]
            must = must and all(each == "not_supported" for each in others)
            may = may and all(each != "supported" for each in others)
        return "supported" if must else "undetermined" if may else "not_supported"

    def asked(self, *, thoroughly: bool) -> bool:
        """Whether every list of the inventory was surely asked about, at least briefly or thoroughly."""
        enough = ChoiceKind(Inquiry).mask([Inquiry.THOROUGH] if thoroughly else [Inquiry.BRIEF, Inquiry.THOROUGH])
        return all(self.case.case.values[f"inventory.inquiry.{name}"] | enough == enough for name in LISTS)


def _any(found: list[Truth]) -> Truth:
    return any(must for must, _ in found), any(may for _, may in found)


@dataclass(frozen=True, slots=True)
class Focus:
    """What the focus must be: its status, the areas it names, and every candidate that is still possible."""

    status: str
    areas: frozenset[ProblemArea]
    possible: frozenset[tuple[ProblemArea, int]]


def focus_of(meaning: Meaning) -> Focus:
    """The focus, by the text of selection."""
    contending = [
        each
        for area, claimants in meaning.claimants.items()
        if not meaning.base.areas[area].residual or meaning.status(area) == "supported"
        for each in claimants
        if each.supports[1]
    ]
    sure = [each for each in contending if each.supports[0]]
    possible = [each for each in contending if not any(other.least > each.most for other in sure)]
    named = frozenset((each.area, each.index) for each in possible)
    standing = [each for each in possible if each.supports[0]]
    if not standing:
        if any(each.specific for each in possible):
            return Focus("provisional", _leading(possible), named)
        return Focus("abstained", frozenset(), named)
    areas = {each.area for each in possible}
    tied = len(areas) > 1 and _tied(possible, areas)
    if not meaning.asked(thoroughly=False) or (len(areas) > 1 and not tied):
        return Focus("provisional", _leading(standing), named)
    return Focus("tie" if tied else "chosen", frozenset(areas), named)


def _leading(field: list[Claimant]) -> frozenset[ProblemArea]:
    best = max(each.least for each in field)
    return frozenset(each.area for each in field if each.least == best)


def _tied(possible: list[Claimant], areas: set[ProblemArea]) -> bool:
    """The best of each area is sure, and equal on every step to those of the others; nothing possible can rise above."""
    best = [
        max(
            (each for each in possible if each.area == area), key=lambda each: (each.supports[0], each.least, each.most)
        )
        for area in areas
    ]
    level = best[0].least
    if not all(each.supports[0] and each.least == each.most == level for each in best):
        return False
    return not any(each.most > level for each in possible)
