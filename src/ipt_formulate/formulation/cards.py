"""The card of a technique as a part of a formulation, made once for each rule base and shared."""

from __future__ import annotations

from functools import lru_cache

from ipt_formulate.formulation.advised import Card, CardStep
from ipt_formulate.rulebase.rulebase import RuleBase


@lru_cache(maxsize=1024)
def card_of(base: RuleBase, technique: str) -> Card:
    """How a technique of the rule base is done."""
    text = base.techniques[technique]
    return Card.trusted(
        indication=text.indication,
        hold_back=text.hold_back,
        aim=text.aim,
        stance=text.stance,
        steps=tuple([CardStep.trusted(do=step.do, assumption=step.basis == "assumption") for step in text.steps]),
        limits=text.limits,
    )
