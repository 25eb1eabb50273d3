"""A working memory finds at every step what deriving the case anew finds, and derives no more than it must."""

from __future__ import annotations

import gc
import json
import os
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from ipt_formulate.case.case import Case
from ipt_formulate.case.lowering import LoweredCase
from ipt_formulate.case.terms import LIST_MODELS
from ipt_formulate.errors import EngineUnavailable, Problem, RuleBaseError, UnknownName
from ipt_formulate.evaluation import durable, reference
from ipt_formulate.evaluation.memory import WorkingMemory, working_memory
from ipt_formulate.evaluation.standing import what_stands
from ipt_formulate.rulebase.conditions import AtLeast, Not, Some
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.testing import constants_of, forget, random_case, random_rulebase, refine, shuffle
from ipt_formulate.testing.strategies import randoms, rulebases

SHIPPED = shipped_rulebase()
needs_durable = pytest.mark.skipif(not durable.available(), reason="durable_rules cannot be imported here")
ENGINES = ["reference", pytest.param("durable", marks=needs_durable)]
each_engine = pytest.mark.parametrize("engine", ENGINES)
STEPS = ("refine", "refine", "refine", "forget", "other", "shuffle", "remove", "add", "same")


class Watched:
    """The real engine, which is interrupted when it is told to be, and holds retracting to its order."""

    def __init__(self) -> None:
        import durable_rules_engine

        self.real: Any = durable_rules_engine
        self.calls: list[tuple[str, str]] = []
        self.calls_left = -1
        self.asserted: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        def call(*arguments: Any) -> Any:
            self.calls_left -= 1
            if self.calls_left == 0 and name != "delete_state":
                raise KeyboardInterrupt
            self.calls.append((name, str(arguments[-1])))
            if name == "assert_fact":
                self.asserted = json.loads(arguments[-1])
            if name == "retract_fact":
                gone = json.loads(arguments[-1])
                assert {**self.asserted, "number": gone["number"]}.items() >= gone.items()
            return getattr(self.real, name)(*arguments)

        return self.real.error if name == "error" else call

    def named(self, name: str) -> list[str]:
        return [last for each, last in self.calls if each == name]


@contextmanager
def watched() -> Iterator[Watched]:
    with pytest.MonkeyPatch.context() as patch:
        engine = Watched()
        patch.setattr(durable, "_engine", lambda: engine)
        yield engine
    gc.collect()


def facts_held(memory: WorkingMemory) -> tuple[int, int]:
    """How many facts the engine says that a memory's session holds, and how many it should."""
    assert memory._durable is not None
    session, telling = memory._durable._session, memory._durable._telling
    assert session is not None
    assert telling is not None
    if not session.started:
        return 0, telling.facts
    return len(json.loads(session.engine.real.get_facts(session.compiled.handle, session.name))), telling.facts


def with_lists(case: Case, **lists: tuple[Any, ...]) -> Case:
    """The case with other lists, or as it was where the case would not be valid."""
    try:
        return Case(assessment=case.assessment, inventory=case.inventory.model_copy(update=lists))
    except ValidationError:
        return case


def changed(case: Case, step: str, random: Random, constants: tuple[int, ...]) -> Case:
    name = random.choice(list(LIST_MODELS))
    items = getattr(case.inventory, name)
    other = random_case(random, known=0.6, constants=constants, max_items=2)
    match step:
        case "refine":
            return refine(case, random, constants=constants) or case
        case "forget":
            return forget(case, random) or case
        case "shuffle":
            return shuffle(case, random)
        case "other":
            return other
        case "remove":
            return with_lists(case, **{name: tuple(random.sample(items, len(items) - 1))} if items else {})
        case "add":
            fresh = [
                each.model_copy(update={"id": f"new-{len(items)}"} | ({} if name == "people" else {"person": None}))
                for each in getattr(other.inventory, name)[:1]
            ]
            return with_lists(case, **{name: (*fresh, *items)})
    return case


def size(case: LoweredCase) -> int:
    return 1 + sum(len(found.items) for found in case.lists.values())


def follow(base: RuleBase, engine: str, steps: list[str], random: Random) -> None:
    """Go through the steps with one memory, and compare at each with deriving the case anew."""
    constants = constants_of(base)
    case = random_case(random, known=random.choice([0.1, 0.6]), constants=constants, max_items=3)
    with (
        watched() if engine == "durable" else warnings.catch_warnings(),
        working_memory(base, case.lowered, engine) as memory,
    ):
        assert memory.engine == engine
        assert memory.findings == reference.derive(base, case.lowered)
        for step in steps:
            case = changed(case, step, random, constants)
            session = memory._durable and memory._durable._session
            assert memory.update(case.lowered) == reference.derive(base, case.lowered) == memory.findings
            assert memory.derived <= size(case.lowered)
            if step == "same":
                assert memory.derived == 0
            if memory._durable:
                assert memory._durable._session is session or step != "refine"
                held, wanted = facts_held(memory)
                assert held == wanted


@each_engine
@settings(max_examples=60)
@given(
    base=rulebases(rules=40),
    steps=st.lists(st.sampled_from(STEPS), min_size=1, max_size=12),
    random=randoms(),
    tradition=st.sampled_from(["weissman", "narrow"]),
)
def test_with_generated_rule_bases(
    engine: str, base: RuleBase, steps: list[str], random: Random, tradition: str
) -> None:
    follow(base.for_tradition(tradition), engine, steps, random)


@each_engine
@settings(max_examples=60)
@given(
    steps=st.lists(st.sampled_from(STEPS), min_size=1, max_size=25),
    random=randoms(),
    tradition=st.sampled_from(sorted(SHIPPED.traditions)),
)
def test_with_the_shipped_rule_base(engine: str, steps: list[str], random: Random, tradition: str) -> None:
    follow(SHIPPED.for_tradition(tradition), engine, steps, random)


FAMILY = Case.model_validate(
    {
        "assessment": {"episode": {"onset": "3mo"}},
        "inventory": {
            "people": [{"id": "mother", "role": "parent"}, {"id": "son", "role": "child"}],
            "deaths": [{"id": "mothers-death", "person": "mother", "when": "4mo"}, {"id": "old-death", "when": "9y"}],
            "conflicts": [{"id": "quarrel", "person": "son"}],
            "changes": [{"id": "move", "when": "1y"}],
        },
    }
)


@each_engine
@pytest.mark.parametrize(
    ("path", "value", "derived"),
    [
        ("inventory.deaths[old-death].mourning.supported", True, 1),
        ("inventory.changes[move].something_lost", True, 1),
        ("inventory.conflicts[quarrel].still_contested", True, 1),
        ("inventory.people[mother].importance", "high", 1),  # read of her death, and by no rule of the people
        (
            "inventory.people[son].coercion.feared_now",
            True,
            3,
        ),  # of the people, of whom the case counts some, and of his conflict: he is alive
        ("inventory.people[son].label", "the younger one", 0),
        ("inventory.inquiry.people", "thorough", 1),  # the case, which counts people
        ("assessment.client_view.most_pressing", "grief", 0),
        ("assessment.safety.mania", "none", 1),
        ("assessment.conditions.dysthymia", "absent", 2),  # of the case, and read by the rules of the changes
        ("assessment.safety.psychosis", "none", 3),  # of the case, and read by the rules of both deaths
    ],
)
def test_only_what_a_fact_touches_is_derived(engine: str, path: str, value: Any, derived: int) -> None:
    base = SHIPPED.for_tradition("weissman")
    case = FAMILY.with_(path, value)
    with working_memory(base, FAMILY.lowered, engine) as memory:
        assert memory.derived == size(FAMILY.lowered)
        assert memory.update(case.lowered) == reference.derive(base, case.lowered)
        assert memory.derived == derived


@each_engine
def test_items_that_come_go_and_change_places(engine: str) -> None:
    base = SHIPPED.for_tradition("weissman")
    deaths, changes = FAMILY.inventory.deaths, FAMILY.inventory.changes
    with working_memory(base, FAMILY.lowered, engine) as memory:
        for case, derived in (
            (with_lists(FAMILY, deaths=deaths[::-1]), 0),
            (with_lists(FAMILY, deaths=deaths, changes=()), None),
            (with_lists(FAMILY, deaths=deaths[1:], changes=changes), None),
            (with_lists(FAMILY, deaths=deaths), 2),  # a death more, and the case, which counts them
        ):
            assert memory.update(case.lowered) == reference.derive(base, case.lowered)
            assert derived is None or memory.derived == derived


def test_a_rule_about_an_item_may_count_a_list_too() -> None:
    base = random_rulebase(Random(1))
    place = next(rule for rule in base.by_scope["conflicts"])
    counting = AtLeast("people", 2, Not(Some((AtLeast("changes", 1, Not(Some(()))),))))
    rules = {**base.rules, place.id: replace(place, conditions=MappingProxyType({"conflicts": counting}))}
    base = replace(base, rules=MappingProxyType(rules), _variants={})
    people, changes = FAMILY.inventory.people, FAMILY.inventory.changes
    cases = [FAMILY, with_lists(FAMILY, changes=()), with_lists(FAMILY, people=(people[1],), changes=changes)]
    cases = [*cases, with_lists(FAMILY, changes=()).with_("inventory.inquiry.changes", "thorough")]
    for one in cases:
        for other in cases:
            assert what_stands(base, one.lowered, other.lowered)["conflicts"] == ((0,) if one is other else (None,))
    for engine in ("reference", "auto"):
        with working_memory(base, FAMILY.lowered, engine) as memory:
            for case in cases:
                assert memory.update(case.lowered) == reference.derive(base, case.lowered)


def test_which_engine_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    base = random_rulebase(Random(2))
    with pytest.raises(UnknownName, match="auto, durable, reference"):
        working_memory(base, FAMILY.lowered, "prolog")
    monkeypatch.setattr(durable, "available", lambda: False)
    assert working_memory(base, FAMILY.lowered).engine == "reference"
    monkeypatch.undo()

    def refuse(*_: object) -> None:
        raise RuleBaseError([Problem("rules", "too many rules for durable_rules", "use engine='reference'")])

    monkeypatch.setattr(durable.Memory, "derive", refuse)
    monkeypatch.setattr(durable, "available", lambda: True)
    assert working_memory(base, FAMILY.lowered).engine == "reference"
    with pytest.raises(RuleBaseError, match="too many rules"):
        working_memory(base, FAMILY.lowered, "durable")


@needs_durable
def test_more_memories_than_the_engine_has_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    base = random_rulebase(Random(3))
    monkeypatch.setattr(durable, "MAX_OPEN", 3)
    memories = [working_memory(base, FAMILY.lowered, "durable") for _ in range(3)]
    assert durable.derive(base, FAMILY.lowered) == memories[0].findings
    with pytest.raises(EngineUnavailable, match="close some"):
        working_memory(base, FAMILY.lowered, "durable")
    assert working_memory(base, FAMILY.lowered).engine == "reference"
    memories[0].close()
    with working_memory(base, FAMILY.lowered) as memory:
        assert memory.engine == "durable"
        with pytest.raises(EngineUnavailable, match="close some"):
            memories[0].update(FAMILY.lowered)
    assert memories[0].update(FAMILY.lowered) == memories[1].findings
    assert memories[0].derived == size(FAMILY.lowered)


@needs_durable
def test_more_memories_one_after_the_other_than_can_be_open_at_once() -> None:
    base = random_rulebase(Random(4), rules=1)
    expected = reference.derive(base, FAMILY.lowered)
    with watched() as engine:
        for number in range(1_100):
            memory = working_memory(base, FAMILY.lowered, "durable")
            assert memory.findings == expected
            if number % 2:
                memory.close()
                memory.close()
            del memory
        gc.collect()
        assert not durable._compiled[base].open
        assert len(engine.named("delete_state")) == len(set(engine.named("delete_state"))) > 1_100


@needs_durable
def test_two_open_sessions_that_the_engine_takes_for_one_are_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    base = random_rulebase(Random(5))
    with working_memory(base, FAMILY.lowered, "durable") as first, monkeypatch.context() as patch:
        taken = first._durable._session.known_by  # type: ignore[union-attr]
        hashes = iter([taken, taken, taken + 1])
        patch.setattr(durable, "_hash", lambda _: next(hashes))
        with working_memory(base, FAMILY.lowered, "durable") as second:
            assert second._durable._session.known_by == taken + 1  # type: ignore[union-attr]


@needs_durable
@pytest.mark.parametrize("path", ["assessment.safety.psychosis", "inventory.deaths[old-death].kind"])
def test_whenever_an_update_is_interrupted_the_next_one_is_right(path: str) -> None:
    base = SHIPPED.for_tradition("weissman")
    told, more = FAMILY.with_("inventory.inquiry.people", "thorough"), FAMILY
    for number in range(1, 200):
        with watched() as engine:
            memory = working_memory(base, told.lowered, "durable")
            before = memory.findings
            more = told.with_(path, "none" if path.endswith("psychosis") else "person")
            engine.calls_left = number
            try:
                memory.update(more.lowered)
            except KeyboardInterrupt:
                assert memory.findings == before
            else:
                break
            for case in (more, told, more):
                assert memory.update(case.lowered) == reference.derive(base, case.lowered)
            memory.close()
    assert number > 3


@needs_durable
@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_child_goes_on_with_a_session_of_its_own() -> None:
    base = SHIPPED.for_tradition("weissman")
    case = FAMILY.with_("assessment.safety.psychosis", "none").lowered
    expected = reference.derive(base, case)
    with watched() as engine, working_memory(base, FAMILY.lowered, "durable") as memory:
        parents = memory._durable._session.name  # type: ignore[union-attr]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # newer Pythons warn of any fork beside threads
            child = os.fork()
        if child == 0:
            engine.calls.clear()
            right = memory.update(case) == expected and memory.derived == size(case)
            memory.close()
            left_alone = not any(parents in last for _, last in engine.calls)
            os._exit(0 if right and left_alone and engine.named("delete_state") else 1)
        assert os.waitpid(child, 0)[1] == 0
        assert memory.update(case) == expected
        assert memory.derived == 3


@needs_durable
def test_four_threads_each_with_a_memory_of_its_own() -> None:
    base = random_rulebase(Random(6))
    wrong: list[int] = []

    def work(seed: int) -> None:
        random = Random(seed)
        case = random_case(random, known=0.2)
        with working_memory(base, case.lowered, "durable") as memory:
            for _ in range(40):
                case = changed(case, random.choice(STEPS), random, ())
                if memory.update(case.lowered) != reference.derive(base, case.lowered):
                    wrong.append(seed)

    run_together([lambda seed=seed: work(seed) for seed in range(4)])
    assert not wrong


def run_together(work: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=each) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@needs_durable
def test_one_memory_does_not_grow() -> None:
    """Two thousand updates: the session holds no fact more than the case calls for, and the process stays its size."""
    base, random = SHIPPED.for_tradition("weissman"), Random(7)
    rounds = []
    for _ in range(4):
        rounds.append([random_case(random, known=0.05, max_items=3)])
        while len(rounds[-1]) < 50 and (learnt := refine(rounds[-1][-1], random)) is not None:
            rounds[-1].append(learnt)
    steps = [case.lowered for each in rounds for case in each]
    sizes = []
    with watched() as engine, working_memory(base, steps[0], "durable") as memory:
        for number in range(2_000):
            memory.update(steps[number % len(steps)])
            if number % 100 == 0:
                held, wanted = facts_held(memory)
                assert held == wanted < 60
                sizes.append(resident_megabytes())
        assert len(engine.named("retract_fact")) > 500
    assert sizes[-1] - sizes[4] < 20


def resident_megabytes() -> float:
    pages = Path("/proc/self/statm")
    return int(pages.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6 if pages.exists() else 0.0
