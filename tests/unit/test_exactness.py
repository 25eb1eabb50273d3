"""Where three-valued evaluation is weaker than exact: found by the solver, and seen by trying every way."""

from __future__ import annotations

import pytest

pytest.importorskip("z3")

from ipt_formulate.case.fields import NO, YES
from ipt_formulate.case.files import parse_case
from ipt_formulate.evaluation.reference import MET, NOT_MET, UNKNOWN, evaluate
from ipt_formulate.proof.of_exactness import exactly, is_exact, shared_facts
from ipt_formulate.rulebase.conditions import All, Among, Condition, Named, Not, Some, Within
from ipt_formulate.rulebase.loader import shipped_rulebase

AVOIDED = Among("mourning.avoided", YES, "avoided")
LATER = Within("when", 0, 30, "at most 30 days ago"), Within("when", 31, 43800, "more than 30 days ago")


@pytest.mark.parametrize(
    ("condition", "told", "exact"),
    [
        (Some((AVOIDED, Not(AVOIDED))), UNKNOWN, MET),
        (All((AVOIDED, Named("held", "held back", Not(AVOIDED)))), UNKNOWN, NOT_MET),
        (Some(LATER), UNKNOWN, MET),
        (Some((AVOIDED, Among("mourning.avoided", YES, "again"))), UNKNOWN, UNKNOWN),
        (All((Some((AVOIDED, Not(AVOIDED))), Among("mourning.absent", NO, "mourned"))), UNKNOWN, UNKNOWN),
    ],
)
def test_what_every_way_agrees_on_is_known_exactly(condition: Condition, told: int, exact: int) -> None:
    case = parse_case({"inventory": {"deaths": [{"when": "1-60d"}]}})
    values = case.lowered.lists["deaths"].items[0].values
    shared = shared_facts("deaths", condition)
    assert shared
    assert evaluate(condition, values, case.lowered) == told
    assert exactly(condition, shared, values, case) == exact


def test_a_condition_that_reads_each_fact_once_has_nothing_to_try() -> None:
    assert shared_facts("deaths", All((AVOIDED, LATER[0]))) == {}
    base = shipped_rulebase()
    assert {claim.about for claim in is_exact(base)} == {
        rule.id
        for rule in base.rules.values()
        if len(rule.conditions) == 1 and shared_facts(rule.scope, rule.condition)
    }
