"""The engine on durable_rules: what it refuses, what it survives, and that it cleans up after itself.

That it finds what the reference finds is tested on random rule bases and cases in tests/properties.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from types import MappingProxyType
from typing import Any

import pytest

from ipt_formulate.case.case import Case
from ipt_formulate.case.lowering import LoweredCase, LoweredItem
from ipt_formulate.case.terms import CASE
from ipt_formulate.errors import EngineUnavailable, RuleBaseError
from ipt_formulate.evaluation import durable, network, reference
from ipt_formulate.evaluation.circuit import And, Formula, flags_in
from ipt_formulate.evaluation.plan import plan_for
from ipt_formulate.rulebase.conditions import All, Among, AtLeast, Condition, Named, Not, Some, Within
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.rulebase.texts import AreaConclusion
from ipt_formulate.testing import random_case, random_rulebase
from ipt_formulate.vocabulary import Evidence, ProblemArea

needs_durable = pytest.mark.skipif(not durable.available(), reason="durable_rules cannot be imported here")


class Engine:
    """The real engine, with a record of what was asked of it, and an answer of its own now and then."""

    def __init__(self, assert_fact: Callable[[int, str], tuple[int, int]] | None = None) -> None:
        import durable_rules_engine

        self.real: Any = durable_rules_engine
        self.calls: list[tuple[str, Any]] = []
        self.assert_fact_instead = assert_fact

    def __getattr__(self, name: str) -> Any:
        def call(*arguments: Any) -> Any:
            self.calls.append((name, arguments[-1]))
            if name == "assert_fact" and self.assert_fact_instead is not None:
                instead, self.assert_fact_instead = self.assert_fact_instead, None
                return instead(*arguments)
            return getattr(self.real, name)(*arguments)

        return self.real.error if name == "error" else call


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    recording = Engine()
    monkeypatch.setattr(durable, "_engine", lambda: recording)
    yield recording
    gc.collect()


def with_conditions(base: RuleBase, *conditions: Condition) -> RuleBase:
    """The rule base with the conditions of its first rules about the case replaced."""
    rules = dict(base.rules)
    for rule, condition in zip(base.by_scope[CASE], conditions, strict=False):
        rules[rule.id] = replace(rule, conditions=MappingProxyType({CASE: condition}))
    return replace(base, rules=MappingProxyType(rules), _variants={})


def without_criteria(base: RuleBase) -> RuleBase:
    rules = {
        name: rule
        for name, rule in base.rules.items()
        if not (isinstance(rule.then, AreaConclusion) and rule.then.area is ProblemArea.GRIEF)
        or rule.then.kind is not Evidence.CRITERION
    }
    return replace(base, rules=MappingProxyType(rules), _variants={})


def some_cases(count: int) -> list[LoweredCase]:
    return [random_case(seed, known=(seed % 4) / 3).lowered for seed in range(count)]


def masks(count: int) -> list[Condition]:
    """That many different leaf tests, of which some hold and some do not."""
    return [Among(f"latest.mask{number % 7}", 1 + number, "") for number in range(count)]


def with_masks(case: LoweredCase, values: list[int]) -> LoweredCase:
    own = {**case.case.values, **{f"latest.mask{number}": value for number, value in enumerate(values)}}
    return replace(case, case=LoweredItem(CASE, own))


def test_a_machine_without_the_extension_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)
    assert not durable.available()
    with pytest.raises(EngineUnavailable, match="engine='reference'"):
        durable.derive(random_rulebase(Random(1)), Case().lowered)


@needs_durable
@pytest.mark.parametrize(
    ("limit", "low"),
    [("MAX_RULES", 12), ("MAX_GROUPS", 2), ("MAX_FLAGS", 1), ("MAX_STACK", 1)],
)
def test_what_the_engine_cannot_hold_is_refused_with_the_rules_named(
    monkeypatch: pytest.MonkeyPatch, limit: str, low: int
) -> None:
    base = random_rulebase(Random(2), rules=40)
    monkeypatch.setattr(network, limit, low)
    with pytest.raises(RuleBaseError, match="more than durable_rules can hold") as refused:
        durable.derive(base, Case().lowered)
    for problem in refused.value.problems:
        assert "engine='reference'" in problem.remedy
        assert any(rule.id in problem.what and rule.source == problem.where for rule in base.rules.values()) or (
            "the area" in problem.what and problem.where.endswith("area.yaml:1")
        )


@needs_durable
def test_a_limit_that_was_set_too_high_is_found_when_the_rules_are_tried_out(monkeypatch: pytest.MonkeyPatch) -> None:
    base = with_conditions(random_rulebase(Random(3), rules=200), *masks(90))
    monkeypatch.setattr(network, "MAX_STACK", 10_000)
    monkeypatch.setattr(network, "MAX_FLAGS", 240)
    with pytest.raises(RuleBaseError, match="more than durable_rules can hold"):
        durable.derive(base, Case().lowered)


def test_a_residual_area_is_about_the_case() -> None:
    base = random_rulebase(Random(4))
    areas = {area: text.model_copy(update={"residual": True}) for area, text in base.areas.items()}
    with pytest.raises(RuleBaseError, match="the area grief is residual, but has deaths as candidates") as refused:
        plan_for(replace(base, areas=MappingProxyType(areas), _variants={}))
    assert len(refused.value.problems) == 3


@needs_durable
def test_a_route_without_a_criterion_is_refused_and_supports_nothing() -> None:
    with pytest.raises(RuleBaseError, match="the route route_1 of the area grief has no criterion"):
        durable.derive(without_criteria(random_rulebase(Random(4))), Case().lowered)


@needs_durable
def test_conditions_of_every_width_and_depth_are_cut_to_what_the_engine_can_hold() -> None:
    random = Random(5)
    deep: Condition = masks(1)[0]
    for number, leaf in enumerate(masks(24)):
        deep = Not(Some((All((deep, leaf)), Not(leaf)))) if number % 3 else All((Some((deep, leaf)), Not(Some(()))))
    wide = [Some(tuple(All(tuple(random.sample(masks(300), 20))) for _ in range(20))), Some(tuple(masks(300)))]
    base = with_conditions(
        random_rulebase(random, rules=80), deep, Not(deep), *wide, Not(wide[0]), All(tuple(masks(300)))
    )
    for case in some_cases(25):
        case = with_masks(case, [random.choice([random.randrange(1, 300), 1 << random.randrange(9)]) for _ in range(7)])
        assert durable.derive(base, case) == reference.derive(base, case)


@needs_durable
def test_eight_threads_find_what_one_finds() -> None:
    bases = [random_rulebase(Random(seed)) for seed in range(3)]
    expected = [(base, case, reference.derive(base, case)) for base in bases for case in some_cases(20)]
    wrong: list[int] = []

    def work(seed: int) -> None:
        for base, case, findings in Random(seed).sample(expected, len(expected)):
            if durable.derive(base, case) != findings:
                wrong.append(seed)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@needs_durable
@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_child_forked_while_a_thread_is_at_work_derives_on_its_own() -> None:
    base, (case,) = random_rulebase(Random(7)), some_cases(1)
    expected = durable.derive(base, case)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with durable._lock:
            held.set()
            done.wait(30)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(30)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # newer Pythons warn of any fork beside threads
        child = os.fork()
    if child == 0:
        free = durable._lock.acquire(timeout=10)
        os._exit(0 if free and durable.derive(base, case) == expected else 1)
    done.set()
    thread.join()
    assert os.waitpid(child, 0)[1] == 0
    assert durable.derive(base, case) == expected


@needs_durable
def test_each_case_has_a_session_of_its_own_which_is_deleted(engine: Engine) -> None:
    base = random_rulebase(Random(8))
    for case in some_cases(10):
        durable.derive(base, case)
    asserted = {fact.split('"')[3] for name, fact in engine.calls if name == "assert_fact"}
    deleted = Counter(name for call, name in engine.calls if call == "delete_state")
    assert len(asserted) > 10
    assert deleted == Counter(asserted)


@needs_durable
def test_a_fact_that_is_taken_for_a_known_one_is_told_again(engine: Engine) -> None:
    base, (case,) = random_rulebase(Random(9)), some_cases(1)
    durable.derive(base, case)
    engine.assert_fact_instead = lambda *_: (2, 0)
    assert durable.derive(base, case) == reference.derive(base, case)


@needs_durable
def test_after_an_error_in_the_middle_the_next_case_is_derived_by_fresh_rules(engine: Engine) -> None:
    base, (case,) = random_rulebase(Random(10)), some_cases(1)
    durable.derive(base, case)

    def fail(*_: object) -> tuple[int, int]:
        raise KeyboardInterrupt

    engine.assert_fact_instead = fail
    with pytest.raises(KeyboardInterrupt):
        durable.derive(base, case)
    assert base not in durable._compiled
    assert durable.derive(base, case) == reference.derive(base, case)


@needs_durable
def test_rules_are_compiled_once_and_freed_with_their_rule_base(engine: Engine) -> None:
    base = random_rulebase(Random(11))
    for case in some_cases(5):
        durable.derive(base, case)
    assert Counter(name for name, _ in engine.calls)["create_ruleset"] == 1
    del base
    gc.collect()
    assert Counter(name for name, _ in engine.calls)["delete_ruleset"] == 1


def test_no_rule_is_larger_than_one_rule_may_be() -> None:
    def connectives(formula: Formula) -> int:
        return 0 if isinstance(formula, str) else 1 + sum(map(connectives, formula.parts))

    def paths(formula: Formula) -> int:
        if isinstance(formula, str):
            return 1
        found = 1 if isinstance(formula, And) else 0
        for part in formula.parts:
            found = found * paths(part) if isinstance(formula, And) else found + paths(part)
        return found

    base = with_conditions(random_rulebase(Random(12), rules=150), Some(tuple(masks(400))), All(tuple(masks(400))))
    groups = [group for scope in plan_for(base).scopes.values() for group in scope.groups]
    rules = [(flag, formula) for group in groups for flag, formula in group.rules.items()]
    assert len({flag for flag, _ in rules}) == len(rules) > 300
    for flag, formula in rules:
        assert connectives(formula) <= 14
        assert paths(formula) <= 12
        assert flag not in set(flags_in(formula))
    assert all(len(group.reads) <= 100 and group.fits() for group in groups)


def test_no_two_fields_of_a_fact_have_the_same_hash() -> None:
    """The engine compares no more of a field's name than 32 bits of its FNV hash."""

    def fnv(name: str) -> int:
        found = 2166136261
        for byte in name.encode():
            found = (found ^ byte) * 16777619 & 0xFFFFFFFF
        return found

    names = [f"{side}{number}" for side in "mn" for number in range(20_000)]
    names += ["sid", "id", "kind", "number", network.SENTINEL, "$s", "$forward"]
    assert len({fnv(name) for name in names}) == len(names)


@needs_durable
def test_every_node_means_what_it_means_to_the_reference() -> None:
    leaf, other = Among("assessment.age_band", 1, "young"), Within("latest.phq9.total", 10, 27, "phq9 at least 10")
    nodes: list[Condition] = [
        leaf,
        other,
        Not(leaf),
        Named("either", "either", Some((leaf, other))),
        All((leaf, Not(other))),
        Some(()),
        Not(Some(())),
        AtLeast("deaths", 2, Not(Among("kind", 1, "a person"))),
        Not(AtLeast("people", 1, Among("alive", 1, "dead"))),
    ]
    base = with_conditions(random_rulebase(Random(13), rules=60), *nodes)
    seen = set()
    for case in some_cases(60):
        findings = durable.derive(base, case)
        assert findings == reference.derive(base, case)
        seen |= set(enumerate(findings.rules[CASE][0][: len(nodes)]))
    assert len(seen) >= 2 * len(nodes)
