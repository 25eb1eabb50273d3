"""When two rules conclude the same: then one of them can make the other idle."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from ipt_formulate.rulebase import texts
from ipt_formulate.rulebase.rulebase import CompiledRule


def conclusion_of(rule: CompiledRule[Any]) -> tuple[Hashable, ...]:
    """What a rule concludes, without its sentences; rules that conclude the same can make each other idle."""
    match rule.then:
        case texts.AreaConclusion(area=area, kind=kind, routes=routes):
            return texts.AreaConclusion, area, kind, routes
        case texts.SafetyConclusion(flag=flag, urgency=urgency, holds_focus=holds):
            return texts.SafetyConclusion, flag, urgency, holds
        case texts.GateConclusion(gate=gate, techniques=techniques):
            return texts.GateConclusion, gate, frozenset(techniques)
        case texts.StageConclusion(indicates=technique):
            return texts.StageConclusion, technique
        case texts.SubtypeConclusion(subtype=subtype, of=area):
            return texts.SubtypeConclusion, subtype, area
        case texts.ModifierConclusion(modifier=modifier):
            return texts.ModifierConclusion, modifier
        case texts.AdviceConclusion(advice=advice):
            return texts.AdviceConclusion, advice
    return (rule.id,)
