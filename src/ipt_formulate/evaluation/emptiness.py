"""Rules that are met where nothing is recorded: they would say the same of everyone."""

from __future__ import annotations

from collections.abc import Iterator

from ipt_formulate.case.case import Case
from ipt_formulate.case.files import parse_case
from ipt_formulate.case.terms import CASE
from ipt_formulate.errors import Problem
from ipt_formulate.evaluation.reference import MET, evaluate
from ipt_formulate.rulebase.rulebase import RuleBase

_NOTHING_KNOWN = {"evidence.strong": 3, "evidence.against": 3}


def met_of_nothing(base: RuleBase) -> Iterator[Problem]:
    """Every rule that is met of an empty case, or of an item of which nothing is recorded."""
    for rule in base.own("rules").values():
        for scope, condition in rule.conditions.items():
            case = Case() if scope == CASE else parse_case({"inventory": {scope: [{}]}})
            item = case.lowered.case if scope == CASE else case.lowered.lists[scope].items[0]
            if evaluate(condition, {**_NOTHING_KNOWN, **item.values}, case.lowered) == MET:
                of = "an empty case" if scope == CASE else f"an item of {scope} of which nothing is recorded"
                yield Problem(rule.source, f"{rule.id} is met of {of}", "ask for something that has to be recorded")
