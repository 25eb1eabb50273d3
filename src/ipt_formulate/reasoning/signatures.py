"""The signature of a slot: all that selection needs of an item, worked out once for each set of values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from ipt_formulate.case.lowering import LoweredCase
from ipt_formulate.evaluation import reference
from ipt_formulate.evaluation.findings import CandidateFindings, Verdict
from ipt_formulate.formulation.evidence import FAVOURABLE
from ipt_formulate.reasoning.relevance import Scope
from ipt_formulate.rulebase.conditions import Among, AtLeast, Condition, Within, walk
from ipt_formulate.rulebase.rulebase import AreaRules, RuleBase

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
        reads = self._reads.get(id(condition))
        if reads is None:
            reads = self._reads[id(condition)] = _read_by(condition)
        own, of_case = reads
        if own is _COUNTS:
            return reference.evaluate(condition, values, case)
        key = id(condition), *[values[term] for term in own], *[case.case.values[term] for term in of_case]
        verdict = self._verdicts.get(key)
        if verdict is None:
            verdict = self._verdicts[key] = reference.evaluate(condition, values, case)
        return verdict


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


_COUNTS: Final = ("(counts)",)


def _read_by(condition: Condition) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The terms of its item, and of the case, that a condition reads."""
    nodes = list(walk(condition))
    if any(isinstance(node, AtLeast) for node in nodes):
        return _COUNTS, ()
    leaves = [node for node in nodes if isinstance(node, (Within, Among))]
    own = dict.fromkeys(leaf.term for leaf in leaves if not leaf.of_case)
    return tuple(own), tuple(dict.fromkeys(leaf.term for leaf in leaves if leaf.of_case))
