"""The encoding for the solver means what the reference evaluator means: concrete cases give the same answers."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

z3 = pytest.importorskip("z3")

from hypothesis import given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

from ipt_formulate.case.case import Case  # noqa: E402
from ipt_formulate.case.fields import MomentKind  # noqa: E402
from ipt_formulate.case.moments import Moment  # noqa: E402
from ipt_formulate.case.terms import CASE, LIST_MODELS  # noqa: E402
from ipt_formulate.evaluation import reference  # noqa: E402
from ipt_formulate.formulation.build import choose  # noqa: E402
from ipt_formulate.formulation.evidence import specific_candidates  # noqa: E402
from ipt_formulate.formulation.selection import Contender, select  # noqa: E402
from ipt_formulate.proof.areas import Following  # noqa: E402
from ipt_formulate.proof.blocking import held  # noqa: E402
from ipt_formulate.proof.choosing import Choosing, Standing, contenders, rank  # noqa: E402
from ipt_formulate.proof.counting import facts, least_facts  # noqa: E402
from ipt_formulate.proof.meaning import lengths_for, meaning  # noqa: E402
from ipt_formulate.proof.values import Item, World  # noqa: E402
from ipt_formulate.rulebase.loader import shipped_rulebase  # noqa: E402
from ipt_formulate.rulebase.rulebase import RuleBase  # noqa: E402
from ipt_formulate.testing import constants_of  # noqa: E402
from ipt_formulate.testing.strategies import cases, conditions, rulebases  # noqa: E402
from ipt_formulate.vocabulary import FocusStatus, Gate, ProblemArea  # noqa: E402

CONSTANTS = constants_of(shipped_rulebase())
SCOPES = (CASE, *LIST_MODELS)
MOST = 4


AREAS = tuple(ProblemArea)[:4]


class Pushed:
    """A concrete case pushed into a symbolic one, after its formulas were made."""

    def __init__(self, world: World, case: Case) -> None:
        self.solver = z3.Solver()
        self.solver.add(*world.facts, *self._pins(world, case))
        assert self.solver.check() == z3.sat, "a real case does not keep what is said to hold of every case"
        self.model = self.solver.model()

    def verdict(self, rails: Any) -> int:
        return int(self.true(rails.must)) + int(self.true(rails.may))

    def true(self, formula: Any) -> bool:
        return z3.is_true(self.model.eval(formula, model_completion=True))

    def number(self, value: Any) -> int:
        return value if isinstance(value, int) else self.model.eval(value, model_completion=True).as_long()

    def _pins(self, world: World, case: Case) -> list[Any]:
        lowered = case.lowered
        pins = _of_item(world.case, lowered.case.values)
        for name, symbolic in world.lists.items():
            items = lowered.lists[name].items
            for place, (item, present) in enumerate(world.items(name)):
                pins.append(present == (place < len(items)))
                if place < len(items):
                    pins += _of_item(item, items[place].values)
            mask = lowered.case.values[f"inventory.inquiry.{name}"]
            pins += [flag == bool(mask >> place & 1) for place, flag in enumerate(symbolic.inquiry)]
        told = case.assessment.episode.worsenings
        count, times = world.worsenings
        pins.append(count == (-1 if told is None else len(told)))
        for each, span in zip(told or (), times, strict=False):
            when = each.when.before(case.assessment.date) if isinstance(each.when, Moment) else MomentKind().unknown
            pins += [span[0] == when[0], span[1] == when[1]]
        return pins


def _of_item(item: Item, values: dict[str, Any]) -> list[Any]:
    pins = []
    for name, flags in item.choices.items():
        pins += [flag == bool(values[name] >> place & 1) for place, flag in enumerate(flags)]
    for name, (low, high) in item.spans.items():
        pins += [low == values[name][0], high == values[name][1]]
    return pins


def _full() -> World:
    return World(dict.fromkeys(LIST_MODELS, MOST))


@settings(deadline=None, max_examples=150)
@given(st.data(), st.sampled_from(SCOPES), cases(constants=CONSTANTS))
def test_generated_conditions_mean_the_same(data: st.DataObject, scope: str, case: Case) -> None:
    condition = data.draw(conditions(scope))
    world = _full()
    encoded = [meaning(condition, item) for item, _ in world.items(scope)]
    pushed = Pushed(world, case)
    items = (case.lowered.case,) if scope == CASE else case.lowered.lists[scope].items
    for rails, item in zip(encoded, items, strict=False):
        assert pushed.verdict(rails) == reference.evaluate(condition, item.values, case.lowered)


@cache
def _shipped(tradition: str) -> tuple[Following, Choosing]:
    return _encoded(shipped_rulebase().for_tradition(tradition))


def _encoded(base: RuleBase) -> tuple[Following, Choosing]:
    following = Following(base, _full())
    for scope, rules in base.by_scope.items():
        for rule in rules:
            for item, _ in following.world.items(scope):
                following.rule(rule, item)
    return following, Choosing(contenders(following), following.asked_enough)


def _agrees(following: Following, choosing: Choosing, case: Case) -> None:
    base, world, lowered = following.base, following.world, case.lowered
    formulas = held_of(following)
    statuses = following.statuses
    pushed, findings = Pushed(world, case), reference.derive(base, lowered)
    for scope, rows in findings.rules.items():
        for (item, _), row in zip(world.items(scope), rows, strict=False):
            assert tuple(pushed.verdict(following.rule(rule, item)) for rule in base.by_scope[scope]) == row
    for area, found in findings.candidates.items():
        specific = specific_candidates(base, base.area_rules[area], findings)
        for place, (each, (item, _)) in enumerate(zip(found, world.items(base.areas[area].candidates), strict=False)):
            assert pushed.verdict(following.support(area, item)) == each.support
            assert tuple(map(pushed.verdict, following.steps(area, item))) == each.steps
            assert pushed.true(following.specific(area, item)) == (place in specific)
        assert pushed.verdict(statuses[area]) == findings.areas[area]
    _selects_the_same(choosing, pushed, choose(base, findings, case))
    (verdicts,) = findings.rules[CASE]
    for technique, formula in formulas.items():
        card = base.techniques[technique]
        stopping = [rule for rule in base.gates if rule.scope == CASE and rule.then.gate is Gate.BLOCKED]
        names = {technique, "all_focus_work"} if card.needs_agreement else {technique}
        stopping = [rule for rule in stopping if names & set(rule.then.techniques)]
        if card.needs_agreement:
            stopping += [rule for rule in base.safety if rule.then.holds_focus]
        worst = max((verdicts[base.place[rule.id]] for rule in stopping), default=0)
        assert (pushed.true(formula.blocked), pushed.true(formula.held)) == (worst == 2, worst > 0)


def held_of(following: Following) -> dict[str, Any]:
    return {name: held(following, card) for name, card in following.base.techniques.items()}


def _selects_the_same(choosing: Choosing, pushed: Pushed, selection: Any) -> None:
    told = {
        FocusStatus.CHOSEN: choosing.answers.chosen,
        FocusStatus.TIE: choosing.answers.tie,
        FocusStatus.PROVISIONAL: choosing.answers.provisional,
        FocusStatus.ABSTAINED: choosing.answers.abstained,
    }
    assert [status for status, formula in told.items() if pushed.true(formula)] == [selection.status]
    for area in choosing.areas:
        assert pushed.true(choosing.area_possible(area)) == any(each.area == area for each in selection.possible)
        assert pushed.true(choosing.primary(area)) == any(each.area == area for each in selection.primary)
        assert pushed.true(choosing.secondary(area)) == any(each.area == area for each in selection.secondary)
        assert pushed.true(choosing.tied(area)) == any(each.area == area for group in selection.tied for each in group)


@settings(deadline=None, max_examples=60)
@given(cases(constants=CONSTANTS), st.sampled_from(("weissman", "stuart_robertson", "trauma_tcs")))
def test_the_shipped_rules_follow_the_same(case: Case, tradition: str) -> None:
    _agrees(*_shipped(tradition), case)


@settings(deadline=None, max_examples=30)
@given(rulebases(rules=20), cases())
def test_generated_rule_bases_follow_the_same(base: RuleBase, case: Case) -> None:
    _agrees(*_encoded(base.for_tradition("weissman")), case)


@settings(deadline=None, max_examples=60)
@given(conditions(CASE, depth=3), cases())
def test_longer_lists_than_the_bound_show_nothing_new(condition: Any, case: Case) -> None:
    """Whether a condition can come out as it does for a real case, with up to four items, at the bound and above it."""
    verdict = reference.evaluate(condition, case.lowered.case.values, case.lowered)
    answers = []
    for more in (0, 2):
        lengths = {name: count + more for name, count in lengths_for([condition]).items()}
        world = World(lengths)
        rails = meaning(condition, world.case)
        solver = z3.Solver()
        solver.add(*world.facts, rails.must == (verdict == 2), rails.may == (verdict > 0))
        answers.append(solver.check())
    assert answers == [z3.sat, z3.sat]


@st.composite
def _contenders(draw: st.DrawFn) -> list[Contender]:
    """Contenders of few steps, so that ties and beaten candidates are common; each area's stand together."""
    found = []
    for area in AREAS:
        for index in range(draw(st.integers(0, 2))):
            steps = [draw(st.sampled_from((0, 1, 2, 2))) for _ in range(2)]
            least, most = tuple(step == 2 for step in steps), tuple(step > 0 for step in steps)
            found.append(Contender(area, index, draw(st.booleans()), least, most))
    return found


@settings(deadline=None, max_examples=400)
@given(_contenders(), st.booleans(), st.booleans(), st.sampled_from((frozenset(), frozenset({0}))))
def test_generated_contenders_are_chosen_among_the_same(
    found: list[Contender], asked: bool, nothing: bool, specific: frozenset[int]
) -> None:
    selection = select(found, asked_enough=asked, specific=dict.fromkeys(AREAS, specific), nothing_supported=nothing)
    standing = [
        Standing(
            each.area,
            z3.BoolVal(True),
            z3.BoolVal(each.surely),
            z3.BoolVal(each.index in specific),
            rank([z3.BoolVal(step) for step in each.least]),
            rank([z3.BoolVal(step) for step in each.most]),
        )
        for each in found
    ]
    pushed = Pushed(World(), Case())
    _selects_the_same(Choosing(standing, z3.BoolVal(asked)), pushed, selection)


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(tuple(shipped_rulebase().traditions)), cases(constants=CONSTANTS))
def test_no_more_facts_are_counted_than_a_file_holds(tradition: str, case: Case) -> None:
    """So that what the solver finds no case of with fewer facts, no file with fewer facts shows."""
    following, _ = _shipped(tradition)
    pushed = Pushed(following.world, case)
    counted = sum(pushed.true(each) for each in least_facts(following.world).values())
    assert counted <= facts(case)
