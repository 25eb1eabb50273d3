"""What stands beside the focus: modifiers of the whole formulation, and advice such as a referral."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from ipt_formulate.case.lowering import LoweredCase
from ipt_formulate.case.terms import CASE
from ipt_formulate.evaluation.findings import Findings
from ipt_formulate.formulation.contents import Advice, Modifier
from ipt_formulate.formulation.evidence import items_of, rests_on_assumption
from ipt_formulate.formulation.wording import Names, fill
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase
from ipt_formulate.rulebase.texts import AdviceConclusion


def modifiers(base: RuleBase, findings: Findings) -> Iterator[Modifier]:
    """The modifiers that hold."""
    (verdicts,) = findings.rules[CASE]
    for rule in base.modifiers:
        if verdicts[base.place[rule.id]] == 2:
            yield Modifier.trusted(
                modifier=rule.then.modifier,
                rule=rule.id,
                sentence=rule.text.explain,
                assumption=rests_on_assumption(rule),
            )


def advice(base: RuleBase, findings: Findings, case: LoweredCase, names: Names) -> Iterator[Advice]:
    """The advice whose condition holds, for each item it is about."""
    for rule, scope, place in _advice_rules(base):
        for index, verdicts in enumerate(findings.rules[scope]):
            if verdicts[place] == 2:
                item = items_of(case, scope)[index]
                person, kind = names.person(item), names.kind(item)
                yield Advice.trusted(
                    kind=rule.then.kind,
                    advice=fill(rule.then.advice, person, kind),
                    about=fill(rule.text.explain, person, kind),
                    rule=rule.id,
                    assumption=rests_on_assumption(rule),
                )


@lru_cache(maxsize=64)
def _advice_rules(base: RuleBase) -> tuple[tuple[CompiledRule[AdviceConclusion], str, int], ...]:
    return tuple((rule, rule.scope, base.place[rule.id]) for rule in base.advice)
