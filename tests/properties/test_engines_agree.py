"""The durable engine and the reference find the same, on generated rule bases and generated cases."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ipt_formulate as ipt
from ipt_formulate.case.case import Case
from ipt_formulate.evaluation import durable, reference
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.testing import constants_of, random_case, shuffle
from ipt_formulate.testing.strategies import rulebases

pytestmark = pytest.mark.skipif(not durable.available(), reason="durable_rules does not build on this Python")
SHIPPED = shipped_rulebase()


@settings(max_examples=60)
@given(rulebases(rules=40), st.randoms(use_true_random=False), st.sampled_from(["weissman", "narrow"]))
def test_on_generated_rule_bases(generated: RuleBase, random, tradition: str) -> None:  # type: ignore[no-untyped-def]
    base = generated.for_tradition(tradition)
    for _ in range(6):
        case = random_case(random, known=random.choice([0.2, 0.6, 0.95]), constants=constants_of(base), max_items=3)
        assert durable.derive(base, case.lowered) == reference.derive(base, case.lowered)
        mixed = shuffle(case, random)
        assert durable.derive(base, mixed.lowered) == reference.derive(base, mixed.lowered)


@settings(max_examples=200)
@given(st.randoms(use_true_random=False), st.sampled_from(sorted(SHIPPED.traditions)))
def test_on_the_shipped_rule_base_to_the_byte(random, tradition: str) -> None:  # type: ignore[no-untyped-def]
    base = SHIPPED.for_tradition(tradition)
    case: Case = random_case(random, known=random.choice([0.3, 0.7, 0.95]), constants=constants_of(base), max_items=3)
    one, other = (
        ipt.formulate(case, tradition=tradition, engine=engine).model_dump_json() for engine in ("durable", "reference")
    )
    assert one.replace('"engine":"durable"', "") == other.replace('"engine":"reference"', "")


def test_a_base_too_large_for_durable_rules_is_served_by_the_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    from ipt_formulate.errors import Problem, RuleBaseError

    def refuse(*_: object) -> None:
        raise RuleBaseError([Problem("rules", "too many rules for durable_rules", "use engine='reference'")])

    monkeypatch.setattr(durable, "derive", refuse)
    case = ipt.example("susan-bpd-casebook")
    assert ipt.formulate(case).provenance.engine == "reference"
    with pytest.raises(RuleBaseError):
        ipt.formulate(case, engine="durable")
