"""Steps lead from a condition to another that a rule could hold; what the solver says of the two, random cases bear out."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random
from types import MappingProxyType

import pytest

pytest.importorskip("z3")

from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_formulate.case.moments import AROUND_DAYS
from ipt_formulate.case.terms import CASE, LIST_MODELS, catalogue
from ipt_formulate.mutation.mutants import Mutant
from ipt_formulate.mutation.steps import steps
from ipt_formulate.mutation.telling import Answer, Teller
from ipt_formulate.mutation.told import tells
from ipt_formulate.rulebase.conditions import Among, AtLeast, Condition, Within, walk
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.testing import constants_of, random_case
from ipt_formulate.testing.strategies import conditions

SCOPES = (CASE, *LIST_MODELS)
CONSTANTS = constants_of(shipped_rulebase())
CASES = [random_case(seed, known=0.6, constants=CONSTANTS) for seed in range(60)]


@settings(max_examples=150)
@given(st.data(), st.sampled_from(SCOPES))
def test_every_step_leads_to_another_condition_that_a_rule_could_hold(data: st.DataObject, scope: str) -> None:
    tree = data.draw(conditions(scope, depth=3))
    found = list(steps(tree, scope))
    assert len({other for _, other in found}) >= min(1, len(found))
    for _, other in found:
        assert other != tree
        for of, node in _scoped(other, scope):
            if isinstance(node, AtLeast):
                assert node.count > 0
            elif isinstance(node, Within):
                _is_a_range(node, of)
            elif isinstance(node, Among):
                whole = catalogue(CASE if node.of_case else of)[node.term].kind.unknown
                assert isinstance(whole, int)
                assert 0 < node.mask < whole


def _is_a_range(node: Within, scope: str) -> None:
    low, high = catalogue(CASE if node.of_case else scope)[node.term].kind.unknown  # type: ignore[misc]
    assert low <= node.low <= node.high <= high
    assert (node.low, node.high) != (low, high)
    assert not node.several or (node.low <= -AROUND_DAYS and node.high >= AROUND_DAYS)


def _scoped(tree: Condition, scope: str) -> list[tuple[str, Condition]]:
    """Each node with what it is about; those under a counting are about the items of its list."""
    inside = {id(node): each.list for each in walk(tree) if isinstance(each, AtLeast) for node in walk(each.where)}
    return [(inside.get(id(node), scope), node) for node in walk(tree)]


@settings(max_examples=60)
@given(st.data(), st.sampled_from(("deaths", "conflicts", "people")))
def test_what_the_solver_says_of_a_step_random_cases_bear_out(data: st.DataObject, scope: str) -> None:
    tree = data.draw(conditions(scope, depth=2))
    found = list(steps(tree, scope))
    if found:
        _, other = data.draw(st.sampled_from(found))
        mutant = _mutant(scope, tree, other)
        told = Teller(10.0).tell(mutant)
        if told.case is not None:
            assert tells(mutant, told.case)
        elif told.answer is Answer.EQUIVALENT:
            assert not [case for case in CASES if tells(mutant, case)]


def _mutant(scope: str, old: Condition, new: Condition) -> Mutant:
    base = shipped_rulebase()
    rule = next(each for each in base.rules.values() if each.scope == scope)
    before, after = (replace(rule, conditions=MappingProxyType({scope: tree})) for tree in (old, new))
    planted = replace(base, rules=MappingProxyType({**base.rules, rule.id: before}), _variants={})
    return Mutant(planted, rule.id, "planted", {rule.id: after})


@pytest.mark.parametrize("constant", CONSTANTS)
def test_times_are_drawn_at_the_rules_own_constants_and_one_above_and_below(constant: int) -> None:
    seen: Counter[int] = Counter()
    random = Random(constant)
    for _ in range(4000):
        case = random_case(random, known=0.9, constants=CONSTANTS)
        for name in ("deaths", "conflicts", "changes"):
            for item in case.lowered.lists[name].items:
                for term in ("when", "when.before_onset"):
                    low, high = item.values[term]
                    seen.update({low, high} if low == high else ())
        if all(seen[constant + one] for one in (-1, 0, 1)):
            return
    assert [one for one in (-1, 0, 1) if not seen[constant + one]] == []
