"""What single rules say of a case, and whether a mutant says the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

from ipt_formulate.case.case import Case
from ipt_formulate.case.fields import EITHER
from ipt_formulate.evaluation import reference
from ipt_formulate.formulation.evidence import WORD, candidate_id, items_of
from ipt_formulate.mutation.mutants import Mutant
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase
from ipt_formulate.rulebase.texts import StepConclusion

Statuses: TypeAlias = Mapping[str, str]
"""By item: ``met``, ``not_met`` or ``unknown``; for a step of selection by area and item."""
_OPEN: Final = {"evidence.strong": EITHER, "evidence.against": EITHER}


def statuses(base: RuleBase, rule: CompiledRule[Any], case: Case) -> Statuses:
    """What a rule says of each item it is about."""
    if isinstance(rule.then, StepConclusion):
        return dict(_of_step(base, rule, case))
    lowered = case.lowered
    return {
        candidate_id(rule.scope, item): WORD[reference.evaluate(rule.condition, item.values, lowered)]
        for item in items_of(lowered, rule.scope)
    }


def _of_step(base: RuleBase, rule: CompiledRule[Any], case: Case) -> Iterator[tuple[str, str]]:
    place = base.steps.index(rule)
    for area, found in reference.derive(base, case.lowered).candidates.items():
        scope = base.areas[area].candidates
        for item, each in zip(items_of(case.lowered, scope), found, strict=True):
            if each.steps:
                yield f"{area} {candidate_id(scope, item)}", WORD[each.steps[place]]


def tells(mutant: Mutant, case: Case) -> bool:
    """Whether some rule that is touched says otherwise of some item of a case."""
    lowered = case.lowered
    return any(
        reference.evaluate(old, told, lowered) != reference.evaluate(new, told, lowered)
        for _, scope, old, new in mutant.pairs
        for told in ({**_OPEN, **item.values} for item in items_of(lowered, scope))
    )
