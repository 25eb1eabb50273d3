"""The signature of a slot: all that selection needs of an item, worked out once for each set of values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from ipt_formulate.case.lowering import LoweredCase
from ipt_formulate.evaluation import reference
from ipt_formulate.evaluation.findings import CandidateFindings, Verdict
from ipt_formulate.formulation.evidence import FAVOURABLE
from ipt_formulate.reasoning.relevance import Scope
from ipt_formulate.rulebase.conditions import Among, AtLeast, Condition, Within, walk
from ipt_formulate.rulebase.rulebase import AreaRules, RuleBase

Cell: TypeAlias = tuple[str, str, Any]
"""Where a term belongs (``own``, or ``case`` for a term of the case), the term, and how its tests come out."""
Cells: TypeAlias = frozenset[Cell]
Signature: TypeAlias = tuple[Any, ...]
"""What a slot finds for each of its areas, and how the rules about the case would count it."""

_REFUTED: Final = CandidateFindings(reference.NOT_MET, ())


class RulesOfScope:
    """The rules by which a slot of one scope gets its signature. Verdicts are kept by the values they rest on.

    A candidate that surely does not support its area contends for nothing, and nothing more is asked of it; one that
    may, is in the way of every residual area, however the rules about the case count it.
    """

    def __init__(self, base: RuleBase, scope: Scope, *, counting: bool) -> None:
        self.base, self.counting = base, counting
        self.areas: tuple[AreaRules, ...] = scope.areas
        self.counted: tuple[Condition, ...] = scope.counted
        self.rules = {rule.id: rule for area in scope.areas for rule in area.rules}
        self.specific = tuple(
            tuple(rule.id for rule in area.rules if rule.then.kind in FAVOURABLE and not rule.then.frame)
            for area in scope.areas
        )
        self._reads: dict[int, tuple[tuple[str, ...], tuple[str, ...]]] = {}
        self._verdicts: dict[tuple[Any, ...], Verdict] = {}

    def signature(self, values: Mapping[str, Any], case: LoweredCase) -> Signature:
        """The signature of an item with some values."""
        met = _Met(self, values, case)
        found = tuple(
            [self._candidate(area, specific, met) for area, specific in zip(self.areas, self.specific, strict=True)]
        )
        in_the_way = not self.counting and any(each.support for each, _ in found)
        return found, () if in_the_way else tuple([self.evaluate(each, values, case) for each in self.counted])

    def _candidate(self, area: AreaRules, specific: tuple[str, ...], met: _Met) -> tuple[CandidateFindings, bool]:
        support = reference.support(area, met)
        if support == reference.NOT_MET:
            return _REFUTED, False
        steps = reference.steps(self.base, area, met.values_of_item, met, met.case, self.evaluate)
        return CandidateFindings(support, steps), any(met[each] == reference.MET for each in specific)

    def evaluate(self, condition: Condition, values: Mapping[str, Any], case: LoweredCase) -> Verdict:
        """The verdict on a condition; one that counts items is worked out each time."""
        own, of_case = self.reads(condition)
        if own is COUNTS:
            return reference.evaluate(condition, values, case)
        key = id(condition), *[values[term] for term in own], *[case.case.values[term] for term in of_case]
        verdict = self._verdicts.get(key)
        if verdict is None:
            verdict = self._verdicts[key] = reference.evaluate(condition, values, case)
        return verdict

    def reads(self, condition: Condition) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The terms of its item, and of the case, that a condition reads; `COUNTS` if it counts items."""
        found = self._reads.get(id(condition))
        if found is None:
            found = self._reads[id(condition)] = _read_by(condition)
        return found


class SignaturesOfSlot:
    """The signatures of a slot, worked out once for all cells that come to the same for every rule.

    Args:
        rules: the rules of its scope.
        moved: gives the slot's values, and the case, when some cells are moved.
    """

    def __init__(self, rules: RulesOfScope, moved: Callable[[Cells], tuple[Mapping[str, Any], LoweredCase]]) -> None:
        self.rules, self.moved = rules, moved
        names = {area.area.candidates for area in rules.areas}
        self.steps = [step.conditions[name] for name in names for step in rules.base.steps if name in step.conditions]
        self.conditions = [*(rule.condition for rule in rules.rules.values()), *rules.counted]
        self._readers: dict[tuple[str, str], list[int]] = {}
        self._verdicts: dict[tuple[int, Cells], Verdict] = {}
        self._known: dict[frozenset[Any], Signature] = {}

    def signature(self, cells: Cells) -> Signature:
        """The signature of the slot when some cells are moved."""
        key = self._comes_to(cells)
        if key not in self._known:
            self._known[key] = self.rules.signature(*self.moved(cells))
        return self._known[key]

    def _comes_to(self, cells: Cells) -> frozenset[Any]:
        """What some cells come to: the verdicts that are others than before, and the cells that selection reads."""
        touched: dict[int, list[Cell]] = {}
        for cell in cells:
            for place in self._read_by(cell[:2]):
                touched.setdefault(place, []).append(cell)
        found: list[Any] = []
        for place, some in touched.items():
            if place == SELECTION:
                found += some
            elif (verdict := self._verdict(place, frozenset(some))) != self._verdict(place, frozenset()):
                found.append((place, verdict))
        return frozenset(found)

    def _verdict(self, place: int, cells: Cells) -> Verdict:
        key = place, cells
        if key not in self._verdicts:
            self._verdicts[key] = self.rules.evaluate(self.conditions[place], *self.moved(cells))
        return self._verdicts[key]

    def _read_by(self, term: tuple[str, str]) -> list[int]:
        """The conditions that read a term, by their places; selection too where a step does, or a rule that counts."""
        if term not in self._readers:
            found = [place for place, each in enumerate(self.conditions) if self._reads(each, *term)]
            self._readers[term] = [*found, SELECTION] if any(self._reads(each, *term) for each in self.steps) else found
        return self._readers[term]

    def _reads(self, condition: Condition, where: str, term: str) -> bool:
        own, of_case = self.rules.reads(condition)
        return own is COUNTS or term in (own if where == "own" else of_case)


class _Met(dict[str, Verdict]):
    """The verdicts of a slot's rules, each worked out when it is first asked for."""

    __slots__ = ("case", "rules", "values_of_item")

    def __init__(self, rules: RulesOfScope, values: Mapping[str, Any], case: LoweredCase) -> None:
        super().__init__()
        self.rules, self.values_of_item, self.case = rules, values, case

    def __missing__(self, rule: str) -> Verdict:
        verdict = self.rules.evaluate(self.rules.rules[rule].condition, self.values_of_item, self.case)
        self[rule] = verdict
        return verdict


COUNTS: Final = ("(counts)",)
SELECTION: Final = -1


def _read_by(condition: Condition) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The terms of its item, and of the case, that a condition reads."""
    nodes = list(walk(condition))
    if any(isinstance(node, AtLeast) for node in nodes):
        return COUNTS, ()
    leaves = [node for node in nodes if isinstance(node, (Within, Among))]
    own = dict.fromkeys(leaf.term for leaf in leaves if not leaf.of_case)
    return tuple(own), tuple(dict.fromkeys(leaf.term for leaf in leaves if leaf.of_case))
