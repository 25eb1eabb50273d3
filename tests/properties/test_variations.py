"""The smallest changes of a focus, against trying every change through the case model itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import ipt_formulate as ipt
from ipt_formulate.case.case import Case
from ipt_formulate.evaluation import reference
from ipt_formulate.formulation.build import choose
from ipt_formulate.formulation.selection import Selection
from ipt_formulate.reasoning.board import Board
from ipt_formulate.reasoning.facts import Answer, Fact
from ipt_formulate.reasoning.recorded import facts_of
from ipt_formulate.reasoning.variations import minimal_variations
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.testing import constants_of, random_case
from ipt_formulate.testing.strategies import rulebases

NO_SHRINK = (Phase.explicit, Phase.reuse, Phase.generate)
SHIPPED = shipped_rulebase()


def focus(selection: Selection) -> object:
    named = [selection.primary] if selection.primary else list(selection.tied or selection.leading)
    return selection.status, sorted(group[0].area for group in named)


def really(base: RuleBase, case: Case, answers: Sequence[Answer]) -> Selection | None:
    """What the library makes of the case with other answers; None where it would not be a sound case."""
    parts = case.assessment, case.inventory
    for answer in answers:
        parts = answer.edit(parts)
    try:
        told = Case(assessment=parts[0], inventory=parts[1])
    except ValidationError:
        return None
    if not set(told.lowered.contradictions) <= set(case.lowered.contradictions):
        return None
    return choose(base, reference.derive(base, told.lowered), told)


def tried(base: RuleBase, case: Case, facts: Sequence[Fact], size: int) -> Iterator[frozenset[Fact]]:
    """The minimal sets of facts that can change the focus, found by trying everything."""
    before = focus(choose(base, reference.derive(base, case.lowered), case))
    found: list[frozenset[Fact]] = []
    for count in range(1, size + 1):
        fresh = []
        for chosen in combinations(facts, count):
            if not any(part <= frozenset(chosen) for part in found):
                for answers in product(*(fact.answers for fact in chosen)):
                    after = really(base, case, answers)
                    if after is not None and focus(after) != before:
                        fresh.append(frozenset(chosen))
                        break
        found += fresh
    yield from found


def check(base: RuleBase, case: Case, size: int, keep: int, random: Random) -> None:
    board = Board(base, case, statuses=False)
    assert board.present.selection == choose(base, reference.derive(base, case.lowered), case)
    everything = list(facts_of(base, case))
    facts = random.sample(everything, min(keep, len(everything)))
    before = focus(board.present.selection)
    found = list(minimal_variations(board, facts, lambda outcome: focus(outcome.selection) != before, size))
    for each in found:
        for answers in product(*(pick.answers for pick in each.picks)):
            told = [(pick.fact.path, answer.words) for pick, answer in zip(each.picks, answers, strict=True)]
            assert really(base, case, answers) == each.outcome.selection, told
    sets = {frozenset(pick.fact for pick in each.picks) for each in found}
    assert _paths(sets) == _paths(set(tried(base, case, facts, size)))


def _paths(sets: set[frozenset[Fact]]) -> set[tuple[str, ...]]:
    return {tuple(sorted(fact.path for fact in each)) for each in sets}


@settings(max_examples=60, phases=NO_SHRINK)
@given(rulebases(rules=14), st.randoms(use_true_random=False))
def test_all_minimal_sets_are_found_and_no_others_on_generated_rule_bases(generated: RuleBase, random: Random) -> None:
    base = generated.for_tradition(random.choice(sorted(generated.traditions)))
    case = random_case(random, known=random.choice([0.3, 0.8]), constants=constants_of(base), max_items=2)
    check(base, case, 2, 9, random)


@settings(max_examples=60, phases=NO_SHRINK)
@given(st.randoms(use_true_random=False), st.sampled_from(sorted(SHIPPED.traditions)))
def test_all_minimal_sets_are_found_and_no_others_on_the_shipped_rule_base(random: Random, tradition: str) -> None:
    base = SHIPPED.for_tradition(tradition)
    case = random_case(random, known=random.choice([0.4, 0.9]), constants=constants_of(base), max_items=2)
    check(base, case, 2, 10, random)


@pytest.mark.parametrize("name", ["leonard-ptsd-grief-911", "helen-perinatal-lowincome-casebook"])
def test_sets_of_three_on_a_published_case(name: str) -> None:
    check(SHIPPED.for_tradition("weissman"), ipt.example(name), 3, 12, Random(1))
