"""Sufficient reasons, questions and the interview, against formulating the case itself."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import ipt_formulate as ipt
from ipt_formulate.case.case import LISTS, Case
from ipt_formulate.errors import CaseError
from ipt_formulate.evaluation import durable, reference
from ipt_formulate.formulation.build import choose
from ipt_formulate.formulation.selection import Selection
from ipt_formulate.reasoning.facts import Answer, Fact
from ipt_formulate.reasoning.phrases import key_of
from ipt_formulate.reasoning.questions import next_questions
from ipt_formulate.reasoning.recorded import facts_of
from ipt_formulate.reasoning.sufficient import sufficient_reasons
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.testing import constants_of, places, random_case, refine
from ipt_formulate.testing.strategies import rulebases
from ipt_formulate.vocabulary import FocusStatus

NO_SHRINK = (Phase.explicit, Phase.reuse, Phase.generate)
SHIPPED = shipped_rulebase()
WEISSMAN = SHIPPED.for_tradition("weissman")


def selected(base: RuleBase, case: Case) -> Selection:
    return choose(base, reference.derive(base, case.lowered), case)


def settled_case(base: RuleBase, random: Random) -> Case | None:
    """A case with a focus that is chosen or tied, if one comes up soon."""
    for _ in range(25):
        case = random_case(random, known=0.85, constants=constants_of(base), max_items=2)
        for name in LISTS:
            case = case.with_(f"inventory.inquiry.{name}", random.choice(["brief", "thorough"]))
        if selected(base, case).status in (FocusStatus.CHOSEN, FocusStatus.TIE):
            return case
    return None


def kept(base: RuleBase, case: Case, facts: list[Fact], keep: frozenset[str]) -> Case | None:
    """The case in which of some facts only a few are known; None where it could not be written so."""
    parts = case.assessment, case.inventory
    for fact in facts:
        if fact.path not in keep:
            parts = fact.forget(parts)
    try:
        return Case(assessment=parts[0], inventory=parts[1])
    except ValidationError:
        return None


@settings(max_examples=40, phases=NO_SHRINK, deadline=None)
@given(rulebases(rules=10), st.integers(0, 1 << 30))
def test_every_sufficient_reason_is_enough_and_no_part_of_it_is(generated: RuleBase, seed: int) -> None:
    random = Random(seed)
    base = generated.for_tradition(random.choice(sorted(generated.traditions)))
    case = settled_case(base, random)
    if case is None or case.lowered.contradictions:
        return
    facts = [fact for fact in facts_of(base, case) if fact.recorded]
    wanted = key_of(selected(base, case))
    found = sufficient_reasons(base, case).first
    assert found.sets, "what is recorded is enough, so some of it is a smallest set that is"

    def enough(keep: frozenset[str]) -> bool | None:
        told = kept(base, case, facts, keep)
        return None if told is None else key_of(selected(base, told)) == wanted

    for reasons in found.sets[:6]:
        paths = frozenset(each.path for each in reasons)
        assert enough(paths) in (True, None)
        assert not any(enough(paths - {each}) for each in paths)
        learnt = kept(base, case, facts, paths)
        for _ in range(3):
            if learnt is not None:
                assert key_of(selected(base, learnt)) == wanted
                learnt = refine(learnt, random, constants=constants_of(base))
    if len(facts) <= 10 and found.all_of_them:
        everything = [fact.path for fact in facts]
        minimal: list[frozenset[str]] = []
        for size in range(len(everything) + 1):
            for chosen in map(frozenset, combinations(everything, size)):
                if not any(part <= chosen for part in minimal) and enough(chosen):
                    minimal.append(chosen)
        assert {frozenset(each.path for each in reasons) for reasons in found.sets} == set(minimal)


@settings(max_examples=25, phases=NO_SHRINK, deadline=None)
@given(st.integers(0, 1 << 30))
def test_the_reasons_of_a_chosen_focus_hold_however_the_rest_turns_out(seed: int) -> None:
    random = Random(seed)
    case = settled_case(WEISSMAN, random)
    if case is None or case.lowered.contradictions:
        return
    facts = [fact for fact in facts_of(WEISSMAN, case) if fact.recorded]
    for reasons in sufficient_reasons(WEISSMAN, case).first.sets[:3]:
        told = kept(WEISSMAN, case, facts, frozenset(each.path for each in reasons))
        for _ in range(4):
            if told is not None:
                assert key_of(selected(WEISSMAN, told)) == key_of(selected(WEISSMAN, case))
                told = refine(told, random, constants=constants_of(WEISSMAN))


def can_change(base: RuleBase, case: Case, fact: Fact) -> bool:
    """Whether some answer that is still possible changes the status of an area, the areas possible or the focus."""
    before, named = reference.derive(base, case.lowered), selected(base, case)
    for answer in fact.answers:
        told = answered(case, answer) if answer.within else None
        if told is not None and set(told.lowered.contradictions) <= set(case.lowered.contradictions):
            after = reference.derive(base, told.lowered)
            if after.areas != before.areas or summary(choose(base, after, told)) != summary(named):
                return True
    return False


def answered(case: Case, answer: Answer) -> Case | None:
    parts = answer.edit((case.assessment, case.inventory))
    try:
        return Case(assessment=parts[0], inventory=parts[1])
    except ValidationError:
        return None


def summary(selection: Selection) -> tuple[object, ...]:
    possible = frozenset(each.area for each in selection.possible)
    return key_of(selection), possible, [each.area for each in selection.secondary[:1]]


@settings(max_examples=40, phases=NO_SHRINK, deadline=None)
@given(st.integers(0, 1 << 30))
def test_a_question_is_asked_exactly_where_an_answer_can_change_something(seed: int) -> None:
    random = Random(seed)
    case = random_case(random, known=random.choice([0.4, 0.8]), constants=constants_of(WEISSMAN), max_items=1)
    facts = {fact.path: fact for fact in facts_of(WEISSMAN, case)}
    alone = [each for each in next_questions(WEISSMAN, case, 200) if each.rule != "inquiry" and "together" not in each.can_change[0]]  # fmt: skip
    assert all(can_change(WEISSMAN, case, facts[each.field]) for each in alone)
    asked = {(each.ask, each.about) for each in alone}
    if not asked:
        unknown = [each for path, each in facts.items() if not (each.known or path.startswith("inventory.inquiry."))]
        assert not any(can_change(WEISSMAN, case, each) for each in unknown)


PUBLISHED = st.sampled_from(ipt.example_names())
ENGINES = ["reference", *(["durable"] if durable.available() else [])]


def answers_in(case: Case) -> list[tuple[str, object]]:
    """The recorded answers of a case, as they could be told one by one."""
    found: list[tuple[str, object]] = []
    for place in places(case):
        if place.value is None or place.kind is None or "measures" in place.path:
            continue
        if place.path[0] == "inventory" and place.path[-1] in ("expectations", "client_expects", "other_expects"):
            continue
        if "worsenings" in place.path:
            continue
        path = str(place.path[0])
        for part in place.path[1:]:
            path += f"[{part}]" if isinstance(part, int) else f".{part}"
        found.append((path, place.kind._write(place.value)))
    return found


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=15, phases=NO_SHRINK, deadline=None)
@given(name=PUBLISHED, random=st.randoms(use_true_random=False))
def test_facts_told_in_any_order_come_to_one_formulation(engine: str, name: str, random: Random) -> None:
    case = ipt.example(name)
    told = answers_in(case)
    bare = case
    for path, _ in told:
        bare = bare.without(path)
    random.shuffle(told)
    with ipt.interview(bare, engine=engine) as session:
        for path, value in told:
            session.tell(path, value)
            if random.random() < 0.2:
                assert session.formulation == ipt.formulate(session.case, engine=engine)
        assert session.case == case
        assert session.formulation.model_dump_json() == ipt.formulate(case, engine=engine).model_dump_json()


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=20, phases=NO_SHRINK, deadline=None)
@given(name=PUBLISHED, random=st.randoms(use_true_random=False))
def test_told_and_taken_back_is_as_if_never_told(engine: str, name: str, random: Random) -> None:
    case = ipt.example(name)
    with ipt.interview(case, engine=engine) as session:
        before = session.formulation
        told = []
        for question in random.sample(list(session.questions(50)), min(4, len(session.questions(50)))):
            fact = next(each for each in facts_of(WEISSMAN, case) if each.path == question.field)
            answer = random.choice([each for each in fact.answers if each.within])
            try:
                session.tell(fact.path, answer.value)
                told.append(fact.path)
            except CaseError:
                assert session.formulation == ipt.formulate(session.case, engine=engine)
        assert session.formulation == ipt.formulate(session.case, engine=engine)
        random.shuffle(told)
        for path in told:
            session.retract(path)
        assert session.case == case
        assert session.told == ()
        assert session.formulation == before


def test_the_best_next_question_is_always_about_a_field_that_can_be_told() -> None:
    """An interview that answers each question in turn comes to an end, and every answer can be recorded."""
    for name in ("helen-perinatal-lowincome-casebook", "apple-1999-bulimia-sister", "hidden-death-guide"):
        random = Random(name)
        with ipt.interview(ipt.example(name), engine="reference") as session:
            for _ in range(60):
                question = session.ask()
                if question is None:
                    break
                if question.field.startswith("inventory.inquiry."):
                    session.tell(question.field, "thorough")
                    continue
                fact = next(each for each in facts_of(WEISSMAN, session.case) if each.path == question.field)
                session.tell(fact.path, random.choice([each for each in fact.answers if each.within]).value)
            assert session.ask() is None, name


def test_an_answer_that_others_rest_on_is_not_taken_back() -> None:
    with ipt.interview() as session:
        session.tell("inventory.deaths[0]", {"id": "mother-death", "role": "parent"})
        session.tell("inventory.deaths[mother-death].kind", "person")
        with pytest.raises(CaseError, match="take those back first"):
            session.retract("inventory.deaths[0]")
        session.tell("inventory.deaths[mother-death].kind", "pet")
        assert session.case.inventory.deaths[0].kind == "pet"
        assert session.told == ("inventory.deaths[mother-death]", "inventory.deaths[mother-death].kind")
        session.retract("inventory.deaths[mother-death].kind")
        session.retract("inventory.deaths[0]")
        assert session.case == Case()


def test_what_was_known_before_the_interview_can_be_taken_back_too() -> None:
    with ipt.interview(ipt.example("mrs-e-late-life-widow")) as session:
        session.retract("inventory.deaths[husband-death].when")
        assert session.case.inventory.deaths[0].when is None
        with pytest.raises(CaseError):
            session.retract("inventory.deaths[nobody].when")


def test_one_place_has_one_name_in_an_interview() -> None:
    case = ipt.parse_case({"inventory": {"deaths": [{"id": "a", "role": "parent"}, {"id": "b", "role": "partner"}]}})
    with ipt.interview(case) as session:
        session.tell("inventory.deaths[0].when", "2mo")
        session.tell("inventory.deaths[a].kind", "pet")
        session.tell("inventory.deaths[0].kind", "person")
        assert session.case.inventory.deaths[0].kind == "person"
        with pytest.raises(CaseError, match="take those back first"):
            session.retract("inventory.deaths[a]")
        session.retract("inventory.deaths[a].when")
        session.retract("inventory.deaths[0].kind")
        session.retract("inventory.deaths[a]")
        assert [death.when for death in session.case.inventory.deaths] == [None]
        told = {"id": "c", "role": "friend"}
        session.tell("inventory.deaths[1]", told)
        told["role"] = "boss"
        session.tell("inventory.deaths[c].kind", "person")
        assert session.case.inventory.deaths[1].role == "friend"


@pytest.mark.parametrize(
    ("path", "value"), [("x", 1), ("inventory", None), (5, 1), ("inventory.deaths[9]", {}), ("", 1)]
)
def test_what_cannot_be_told_or_taken_back_changes_nothing(path: str, value: object) -> None:
    with ipt.interview(ipt.example("mrs-e-late-life-widow")) as session:
        before = session.formulation
        for refused in (lambda: session.tell(path, value), lambda: session.retract("assessment.episode.course")):
            with pytest.raises(CaseError) as caught:
                refused()
            assert len(caught.value.problems) == 1
        assert session.formulation == before
        assert session.told == ()


def test_a_measure_that_is_told_keeps_the_earlier_ones() -> None:
    items = {"instrument": "phq9", "taken": "2w", "items": [2, 2, 2, 2, 2, 2, 2, 2, 3]}
    with ipt.interview(ipt.parse_case({"assessment": {"measures": [items]}})) as session:
        session.tell("assessment.measures[phq9].total", 12)
        assert [measure.items is not None for measure in session.case.assessment.measures] == [True, False]
        assert "a wish to be dead and screening items" in session.formulation.safety.not_yet_asked
