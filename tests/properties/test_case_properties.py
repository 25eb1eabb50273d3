"""What holds of every case: nothing is lost on the way to a file and back, and learning only settles what was open."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ipt_formulate.case.case import Case
from ipt_formulate.case.fields import ChoiceKind, MomentKind, WholeKind, YesNoKind
from ipt_formulate.case.files import parse_case, to_plain, to_yaml
from ipt_formulate.case.lowering import FAR, LoweredCase
from ipt_formulate.case.moments import Moment
from ipt_formulate.case.record import Record
from ipt_formulate.case.terms import CASE, GAP, LIST_MODELS, catalogue
from ipt_formulate.case.values import ASKED_UNKNOWN, Between, OneOf
from ipt_formulate.documents import parse_json, parse_yaml
from ipt_formulate.evaluation.findings import Findings
from ipt_formulate.evaluation.reference import MET, NOT_MET, UNKNOWN, derive, evaluate
from ipt_formulate.rulebase.conditions import NODE_TYPES, All, Among, AtLeast, Condition, Leaf, Named, Not, Some, Within
from ipt_formulate.rulebase.references import check_references
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.testing import (
    constants_of,
    forget,
    is_refinement,
    kinds_drawn,
    never_drawn,
    nodes_never_drawn,
    places,
    random_case,
    random_condition,
    random_rulebase,
    refine,
    rename,
    shuffle,
    widened,
)
from ipt_formulate.testing.cases import parts_of
from ipt_formulate.testing.strategies import cases, conditions, randoms, rulebases

SCOPES = (CASE, *LIST_MODELS)
DAYS = (30, 90, 180, 365, 730)
thorough = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
brief = settings(thorough, max_examples=40)
reaching = settings(thorough, max_examples=400, derandomize=True, database=None, phases=[Phase.generate])


# Files


@thorough
@given(cases(), st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=20))
def test_a_case_comes_back_from_yaml_and_json_as_it_went(case: Case, label: str) -> None:
    people = tuple(person.model_copy(update={"label": label}) for person in case.inventory.people)
    case = Case(assessment=case.assessment, inventory=case.inventory.model_copy(update={"people": people}))
    plain = to_plain(case)
    for content in (plain, parse_yaml(to_yaml(case)).content, parse_json(json.dumps(plain)).content):
        back = parse_case(content)
        assert back == case
        assert back.lowered == case.lowered


@thorough
@given(cases())
def test_every_term_of_a_scope_has_a_value_within_its_domain_for_every_item(case: Case) -> None:
    for scope, _, values in items_of(case.lowered):
        for name, term in catalogue(scope).items():
            for value in values[name] if term.one_of_several else (values[name],):
                whole: Any = term.kind.unknown
                if term.is_range:
                    assert (whole[0] <= value[0] <= value[1] <= whole[1]) or (value == FAR and term.one_of_several), (
                        name
                    )
                else:
                    assert 0 < value <= whole, name


# Learning


@thorough
@given(
    cases(constants=DAYS),
    st.lists(
        st.sampled_from(SCOPES).flatmap(lambda scope: st.tuples(st.just(scope), conditions(scope, depth=3))),
        min_size=1,
        max_size=8,
    ),
    randoms(),
)
def test_learning_settles_verdicts_and_never_turns_them(
    case: Case, scoped: list[tuple[str, Condition]], random: Random
) -> None:
    for _ in range(4):
        learnt = refine(case, random, constants=DAYS)
        if learnt is None:
            return
        assert learnt != case
        assert is_refinement(case.lowered, learnt.lowered), widened(case.lowered, learnt.lowered)
        assert set(learnt.lowered.contradictions) <= set(case.lowered.contradictions)
        for scope, condition in scoped:
            before, after = verdicts(condition, scope, case.lowered), verdicts(condition, scope, learnt.lowered)
            assert before.keys() == after.keys()
            assert all(verdict in (UNKNOWN, after[item]) for item, verdict in before.items())
        case = learnt


@brief
@given(rulebases(), st.data())
def test_learning_settles_candidates_and_areas_and_never_turns_them(base: RuleBase, data: st.DataObject) -> None:
    case = data.draw(cases(constants=constants_of(base)))
    random = data.draw(randoms())
    for _ in range(6):
        learnt = refine(case, random, constants=constants_of(base))
        if learnt is None:
            return
        before, after = derive(base, case.lowered), derive(base, learnt.lowered)
        assert all(one in (UNKNOWN, other) for one, other in zip(flat(before), flat(after), strict=True))
        case = learnt


@thorough
@given(cases(constants=DAYS), randoms())
def test_a_case_refines_what_is_left_when_one_answer_is_forgotten(case: Case, random: Random) -> None:
    for _ in range(4):
        less = forget(case, random)
        if less is None:
            assert not any(place.value is not None for place in places(case)) or case.lowered.contradictions
            return
        assert less != case
        assert is_refinement(less.lowered, case.lowered), widened(less.lowered, case.lowered)
        case = less


@brief
@given(rulebases(), cases(), randoms())
def test_names_and_order_change_nothing_that_follows(base: RuleBase, case: Case, random: Random) -> None:
    found = derive(base, case.lowered)
    assert derive(base, rename(case, random).lowered) == found
    shuffled = derive(base, shuffle(case, random).lowered)
    assert shuffled.areas == found.areas
    assert all(Counter(shuffled.candidates[area]) == Counter(found.candidates[area]) for area in found.areas)
    assert all(Counter(shuffled.rules[scope]) == Counter(found.rules[scope]) for scope in SCOPES)


# Soundness, against an evaluator of two values that shares no code with the one of three


@thorough
@given(
    cases(constants=DAYS),
    st.sampled_from(SCOPES).flatmap(lambda scope: st.tuples(st.just(scope), conditions(scope, depth=3))),
    st.integers(0, 2**20),
)
def test_a_settled_verdict_holds_in_every_completion(case: Case, scoped: tuple[str, Condition], seed: int) -> None:
    scope, condition = scoped
    settled = {
        item: verdict for item, verdict in verdicts(condition, scope, case.lowered).items() if verdict != UNKNOWN
    }
    for number in range(12 if settled else 0):
        world = World(case.lowered, Random(seed + number))
        for item, verdict in settled.items():
            assert world.holds(condition, world.items[scope][item]) == (verdict == MET)


@thorough
@given(cases(constants=DAYS), st.sampled_from(SCOPES), randoms())
def test_a_leaf_is_unknown_exactly_where_two_completions_differ(case: Case, scope: str, random: Random) -> None:
    for _ in range(10):
        leaf = random_condition(random, scope, 0, days=DAYS)
        assert isinstance(leaf, Leaf)
        for name, _, values in items_of(case.lowered):
            if name == scope:
                outcomes = outcomes_of(leaf, (case.lowered.case.values if leaf.of_case else values)[leaf.term])
                assert evaluate(leaf, values, case.lowered) == {
                    frozenset({True}): MET,
                    frozenset({False}): NOT_MET,
                }.get(outcomes, UNKNOWN)


# The generators themselves


def test_the_strategies_reach_every_term_of_every_scope_known_and_unknown() -> None:
    drawn: set[Any] = set()

    @reaching
    @given(cases(constants=()))
    def collect(case: Case) -> None:
        drawn.update(kinds_drawn(case))

    collect()
    fixed = {("case", name, False) for name in catalogue("case") if name.endswith(".recorded")}
    assert {
        (scope, name, known) for scope in SCOPES for name in catalogue(scope) for known in (True, False)
    } - drawn == fixed
    assert never_drawn(random_case(seed) for seed in range(600)) == ()
    assert never_drawn([Case()]) != ()


def test_the_strategies_reach_every_node_of_the_condition_language() -> None:
    found: list[Condition] = []

    @settings(reaching, max_examples=100)
    @given(conditions())
    def collect(condition: Condition) -> None:
        found.append(condition)

    collect()
    assert nodes_never_drawn(found) == ()
    assert nodes_never_drawn([]) == tuple(node.__name__ for node in NODE_TYPES)
    for scope in SCOPES:
        leaves = {random_condition(Random(seed), scope, 0).term for seed in range(3000)}  # type: ignore[union-attr]
        assert set(catalogue(scope)) <= leaves


def test_random_cases_use_every_form_of_answer_that_a_kind_allows() -> None:
    forms = {
        (type(place.kind), form_of(place.value))
        for seed in range(400)
        for place in places(random_case(seed, constants=DAYS))
    }
    always = {"absent", "asked_unknown"}
    wanted = {
        YesNoKind: {"plain"},
        ChoiceKind: {"plain", "OneOf"},
        WholeKind: {"plain", "Between"},
        MomentKind: set(MOMENT_FORMS),
    }
    assert {(kind, form) for kind, each in wanted.items() for form in each | always} <= forms


def test_random_times_lie_on_both_sides_of_every_constant_as_counted_from_the_onset() -> None:
    near = {
        gap - 417
        for seed in range(1500)
        for item in random_case(seed, constants=(417,)).lowered.lists["deaths"].items
        for gap in item.values["when.before_onset"]
    }
    assert {-1, 0, 1} <= near


def test_a_new_field_of_the_model_cannot_be_forgotten_by_the_generator() -> None:
    class Grown(Record):
        novel: tuple[int, ...] = ()

    with pytest.raises(TypeError, match=r"Grown\.novel"):
        parts_of(Grown)


@settings(brief, max_examples=20)
@given(rulebases(rules=40))
def test_random_rule_bases_have_no_dangling_reference_and_hold_in_every_tradition(base: RuleBase) -> None:
    assert list(check_references(base)) == []
    for tradition in base.traditions:
        derive(base.for_tradition(tradition), random_case(1).lowered)


def test_random_rule_bases_reach_every_status_of_every_area() -> None:
    seen = {
        found
        for seed in range(40)
        for found in statuses(random_rulebase(Random(seed)), range(25 * seed, 25 * seed + 25))
    }
    assert len(seen) == 12


MOMENT_FORMS = {
    "more than": r"more than \d+\w+",
    "less than": r"less than \d+\w+",
    "from to": r"\d+-\d+(d|w|mo|y)",
    "future": r"in \d+ ?\w+",
    "about the future": r"in about \d+ ?\w+",
    "about": r"about \d+ ?\w+",
    "ago": r"\d+ ?\w+ ago",
    "about ago": r"about \d+ ?\w+ ago",
    "plain": r"\d+(d|w|mo|y)",
    "with a space": r"\d+ (d|w|mo|y)",
    "year": r"\d{4}",
    "month": r"\d{4}-\d\d",
    "day": r"\d{4}-\d\d-\d\d",
    "today": "today",
    "never": "never",
}


def form_of(value: Any) -> str:
    if isinstance(value, Moment):
        return next(name for name, pattern in MOMENT_FORMS.items() if re.fullmatch(pattern, value.text))
    if value is None or value == ASKED_UNKNOWN:
        return "absent" if value is None else "asked_unknown"
    return type(value).__name__ if isinstance(value, (OneOf, Between)) else "plain"


def statuses(base: RuleBase, seeds: range) -> Iterator[tuple[str, int]]:
    for seed in seeds:
        yield from derive(base, random_case(seed, known=0.9, constants=constants_of(base)).lowered).areas.items()


def flat(found: Findings) -> Iterator[int]:
    for items in found.rules.values():
        for each in items:
            yield from each
    for candidates in found.candidates.values():
        for candidate in candidates:
            yield from (candidate.support, *candidate.steps)
    yield from found.areas.values()


def items_of(case: LoweredCase) -> Iterator[tuple[str, str, Any]]:
    yield CASE, CASE, case.case.values
    for name, items in case.lists.items():
        for item in items.items:
            yield name, item.id, item.values


def verdicts(condition: Condition, scope: str, case: LoweredCase) -> dict[str, int]:
    return {item: evaluate(condition, values, case) for name, item, values in items_of(case) if name == scope}


class World:
    """One completion of a case: every value a point, every list complete, perhaps with items nobody told of."""

    def __init__(self, case: LoweredCase, random: Random) -> None:
        self.random = random
        self.items: dict[str, dict[str, dict[str, Any]]] = {scope: {} for scope in SCOPES}
        for scope, item, values in items_of(case):
            self.items[scope][item] = {name: self.point(values[name]) for name in catalogue(scope)}
        for name, items in case.lists.items():
            for number in range(0 if items.complete else random.choice((0, 0, 1, 3))):
                self.items[name][f"untold {number}"] = {
                    each: self.point((term.kind.unknown,) * 4 if term.one_of_several else term.kind.unknown)
                    for each, term in catalogue(name).items()
                }

    def point(self, value: Any) -> Any:
        if isinstance(value, int):
            return self.random.choice([1 << place for place in range(value.bit_length()) if value >> place & 1])
        if isinstance(value[0], tuple):
            return [self.gap(span) for span in value]
        return self.random.choice((*value, self.random.randint(*value)))

    def gap(self, span: Any) -> int | None:
        untold = span == GAP.unknown and self.random.random() < 0.5
        return None if untold or span == FAR else self.point(span)

    def holds(self, condition: Condition, item: dict[str, Any]) -> bool:
        if isinstance(condition, (Within, Among)):
            value = (self.items[CASE][CASE] if condition.of_case else item)[condition.term]
            if isinstance(condition, Among):
                return value in [1 << place for place in range(40) if condition.mask >> place & 1]
            return any(
                each is not None and condition.low <= each <= condition.high
                for each in (value if condition.several else [value])
            )
        if isinstance(condition, All):
            return all(self.holds(part, item) for part in condition.parts)
        if isinstance(condition, Some):
            return any(self.holds(part, item) for part in condition.parts)
        if isinstance(condition, Not):
            return not self.holds(condition.part, item)
        if isinstance(condition, Named):
            return self.holds(condition.part, item)
        assert isinstance(condition, AtLeast)
        return sum(self.holds(condition.where, each) for each in self.items[condition.list].values()) >= condition.count


def outcomes_of(leaf: Leaf, value: Any) -> frozenset[bool]:
    """What a leaf can come to, by trying every member, or every day at which anything could change."""
    if isinstance(leaf, Among):
        return frozenset(bool(leaf.mask >> place & 1) for place in range(value.bit_length()) if value >> place & 1)
    edges = (leaf.low - 1, leaf.low, leaf.high, leaf.high + 1)
    each = [
        frozenset(leaf.low <= day <= leaf.high for day in (*span, *edges) if span[0] <= day <= span[1])
        for span in (value if leaf.several else (value,))
    ]
    can = {True} if any(True in outcomes for outcomes in each) else set()
    cannot = {False} if all(False in outcomes for outcomes in each) else set()
    return frozenset(can | cannot)
