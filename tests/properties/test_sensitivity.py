"""What hangs on a parameter is what trying every value of it finds, and a varied rule base is what an edited one loads."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from itertools import groupby, pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_formulate.case.case import Case
from ipt_formulate.case.choices import Role
from ipt_formulate.case.files import example, example_names, parse_case
from ipt_formulate.errors import RuleBaseError
from ipt_formulate.evaluation import reference
from ipt_formulate.evaluation.findings import Findings
from ipt_formulate.formulation.scores import scores
from ipt_formulate.reasoning.distance import Flip, nearest
from ipt_formulate.reasoning.edges import edges
from ipt_formulate.reasoning.outcomes import outcome, outcome_of
from ipt_formulate.reasoning.sensitivity import Piece, WordPiece, sensitivity
from ipt_formulate.resources import rules_directory
from ipt_formulate.rulebase.loader import load_rulebase, shipped_rulebase
from ipt_formulate.rulebase.parameters import Value, in_unit, number
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.rulebase.variation import swaps, with_parameters
from ipt_formulate.testing import constants_of, random_case

SHIPPED = shipped_rulebase()
DAYS = constants_of(SHIPPED)
WORDS = [name for name, parameter in SHIPPED.parameters.items() if parameter.unit == "roles"]
NUMBERS = [name for name in SHIPPED.parameters if name not in WORDS]
WIDEST, FARTHEST = 45, 180
seeds = st.integers(0, 2**32 - 1)


@cache
def counting() -> RuleBase:
    """The shipped rule base with a rule that counts the items of a list, which no shipped rule does."""
    with TemporaryDirectory() as folder:
        directory = Path(shutil.copytree(rules_directory(), Path(folder) / "rules"))
        rule = directory / "safety" / "coercion_now.yaml"
        text = rule.read_text(encoding="utf-8")
        with (directory / "parameters.yaml").open("a", encoding="utf-8") as parameters:
            parameters.write(
                "counted: {title: How many, value: 2, unit: count, assumption: made up for this test, decided_by: us}\n"
            )
        some = "{some: people, count: $counted, where: {alive: true}}"
        few = "{at_most: deaths, count: $counted, where: {kind: person}}"
        alive = f"when: {{any: [{some}, {few}]}}\n"
        rule.write_text(text[: text.index("when:")] + alive + text[text.index("then:") :], encoding="utf-8")
        return load_rulebase(directory)


class EveryValue:
    """What comes out with a parameter at one value after another, each worked out anew."""

    def __init__(self, base: RuleBase, case: Case) -> None:
        self.base, self.case = base, case
        self.last: tuple[Findings, Mapping[str, str]] | None = None

    def __call__(self, name: str, value: Value) -> Mapping[str, str]:
        findings = reference.derive(with_parameters(self.base, {name: value}), self.case.lowered)
        if self.last is None or self.last[0] != findings:
            self.last = findings, outcome_of(self.base, findings, self.case, techniques=True)
        return self.last[1]


def ranged(base: RuleBase, name: str, low: int, high: int) -> RuleBase:
    """The rule base with a range of one parameter, and of no other."""
    parameters = {each: told.model_copy(update={"range": None}) for each, told in base.parameters.items()}
    parameters[name] = base.parameters[name].model_copy(update={"range": (low, high)})
    return replace(base, parameters=MappingProxyType(parameters), _variants={})


def allowed(base: RuleBase, name: str, value: int) -> bool:
    try:
        with_parameters(base, {name: value})
    except RuleBaseError:
        return False
    return True


@settings(max_examples=40)
@given(seed=seeds)
def test_a_varied_rule_base_has_the_conditions_of_an_edited_one(edited: Path, seed: int) -> None:
    random = Random(seed)
    values: dict[str, Value] = {}
    for name in random.sample(list(SHIPPED.parameters), random.choice((1, 1, 2))):
        if name in WORDS:
            values[name] = random.sample([str(role) for role in Role], random.randrange(1, len(Role)))
        else:
            near = SHIPPED.parameters[name].number()
            values[name] = random.choice((near + random.randrange(-40, 40), random.randrange(-500, 500)))
    written = yaml.safe_load((rules_directory() / "parameters.yaml").read_text(encoding="utf-8"))
    for name, value in values.items():
        written[name] = {key: each for key, each in written[name].items() if not key.startswith("range")}
        written[name]["value"] = value
    (edited / "parameters.yaml").write_text(yaml.safe_dump(written), encoding="utf-8")
    try:
        loaded = load_rulebase(edited)
    except RuleBaseError:
        with pytest.raises(RuleBaseError, match="|".join(rf"parameters\.{name}" for name in values)):
            with_parameters(SHIPPED, values)
        return
    varied = with_parameters(SHIPPED, values)
    assert list(varied.rules) == list(loaded.rules)
    for rule in varied.rules.values():
        assert rule.conditions == loaded.rules[rule.id].conditions, rule.id
        assert (rule.text, rule.written) == (loaded.rules[rule.id].text, loaded.rules[rule.id].written)
        assert rule.uses == loaded.rules[rule.id].uses
    assert {name: each.number() for name, each in varied.parameters.items()} == {
        name: each.number() for name, each in loaded.parameters.items()
    }
    school = random.choice(list(SHIPPED.traditions))
    within = with_parameters(SHIPPED.for_tradition(school), values)
    assert (within.tradition, list(within.rules)) == (school, list(varied.for_tradition(school).rules))
    assert within.sha256 == varied.sha256


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(rules_directory(), tmp_path_factory.mktemp("edited") / "rules"))


@settings(max_examples=150)
@given(seed=seeds)
def test_the_pieces_are_what_every_single_value_gives(seed: int) -> None:
    random = Random(seed)
    case = random_case(random, known=random.choice((0.5, 0.8, 0.95)), constants=DAYS)
    counts = random.random() < 0.2
    base = (counting() if counts else SHIPPED).for_tradition(random.choice(list(SHIPPED.traditions)))
    read = {each for rule in base.rules.values() for each in rule.uses}
    name = "counted" if counts else random.choice([each for each in NUMBERS if f"${each}" in read])
    middle = random.choice((*edges(base, case, name), base.parameters[name].number()))
    window = [each for each in range(middle - WIDEST // 2, middle + WIDEST // 2) if allowed(base, name, each)]
    if not window:
        return
    low, high = window[0], window[-1]
    assert window == list(range(low, high + 1)), "what a parameter can be has no gaps"
    every = EveryValue(base, case)
    found = {value: every(name, value) for value in window}
    now = outcome(base, case, techniques=True)
    changing = {about for each in found.values() for about in {*each, *now} if each.get(about) != now.get(about)}
    told = sensitivity(ranged(base, name, low, high), case)
    dependent = {each.about: each.pieces for varied in told.varied for each in varied.dependent}
    assert {about for about in dependent if not about.startswith("score ")} == changing
    assert (name in told.without_effect) == (not dependent and low != high)
    for about, pieces in dependent.items():
        numbers = [piece for piece in pieces if isinstance(piece, Piece)]
        assert [value for piece in numbers for value in range(piece.low, piece.high + 1)] == window
        assert all(one.how != other.how for one, other in pairwise(numbers))
        for piece in numbers if about in changing else ():  # the bands of scores have a test of their own
            for value in range(piece.low, piece.high + 1):
                assert piece.how == (found[value].get(about) or "not given").rstrip(".")


@settings(max_examples=25)
@given(seed=seeds)
def test_what_is_read_of_a_variant_with_the_texts_of_its_base_is_what_it_says_itself(seed: int) -> None:
    random = Random(seed)
    case = random_case(random, known=0.9, constants=DAYS)
    base = SHIPPED.for_tradition(random.choice(list(SHIPPED.traditions)))
    variant = with_parameters(base, {random.choice(("near_before", "risk_answers_fresh")): random.randrange(31, 2000)})
    findings = reference.derive(variant, case.lowered)
    rules = {name: replace(rule, text=base.rules[name].text) for name, rule in variant.rules.items()}
    variant = replace(variant, rules=MappingProxyType(rules), _variants={})  # a number in a sentence is no conclusion
    assert outcome_of(base, findings, case, techniques=True) == outcome(variant, case, techniques=True)


@settings(max_examples=40)
@given(total=st.integers(0, 21), answered=st.lists(st.integers(0, 3), min_size=3, max_size=6))
def test_the_bands_of_a_score_hang_on_what_every_single_value_gives(total: int, answered: list[int]) -> None:
    items = [*answered, *[None] * (7 - len(answered))]
    measures = [{"instrument": "gad7", "total": total}, {"instrument": "gad7", "items": items}]
    case = parse_case({"assessment": {"measures": measures}})
    for name, low, high in (("gad7_mild", 0, 9), ("gad7_severe", 11, 21), ("prorate_missing", 0, 7)):
        told = sensitivity(ranged(SHIPPED.for_tradition("weissman"), name, low, high), case)
        pieces = {each.about: each.pieces for varied in told.varied for each in varied.dependent}
        for place, about in enumerate(("score GAD-7", "score GAD-7, record 2")):
            every = [
                list(scores(with_parameters(SHIPPED, {name: value}), case))[place] for value in range(low, high + 1)
            ]
            lengths = [len(list(same)) for _, same in groupby(every)]
            found = [piece.high - piece.low + 1 for piece in pieces.get(about, ()) if isinstance(piece, Piece)]
            assert (found or [high - low + 1]) == lengths, (name, about)


@settings(max_examples=20)
@given(seed=seeds)
def test_no_nearer_value_changes_the_focus(seed: int) -> None:
    random = Random(seed)
    case = random_case(random, known=random.choice((0.8, 0.95)), constants=DAYS, max_items=3)
    base = SHIPPED.for_tradition("weissman")
    told = {each.parameter: each for each in nearest(base, case)}
    now, every = outcome(base, case)["focus"], EveryValue(base, case)
    name = random.choice([*told, *told, "near_before", "near_after"])
    value = base.parameters[name].number()
    for step, way in ((-1, "below"), (1, "above")):
        flip: Flip | None = getattr(told[name], way) if name in told else None
        if flip is not None:
            assert every(name, flip.value)["focus"] == flip.focus != now
            assert every(name, flip.value - step)["focus"] == now
        for each in range(value + step, value + step * FARTHEST, step):
            if flip is not None and flip.value == each:
                break
            try:
                assert every(name, each)["focus"] == now, (name, each)
            except RuleBaseError:
                assert flip is None
                break


@settings(max_examples=20)
@given(seed=seeds)
def test_the_words_of_a_list_are_those_that_change_something(seed: int) -> None:
    case = random_case(seed, known=0.9, constants=DAYS)
    base = SHIPPED.for_tradition("weissman")
    told: dict[tuple[str, str, str], str] = {}
    for varied in sensitivity(base, case).varied:
        if varied.parameter in WORDS:
            for each in varied.dependent:
                told |= {(each.about, p.word, p.done): p.how for p in each.pieces if isinstance(p, WordPiece)}
    now = outcome(base, case, techniques=True)
    found = {}
    for swap in swaps(base.parameters["significant_roles"]):
        then = outcome(with_parameters(base, {"significant_roles": swap.value}), case, techniques=True)
        for about in {*now, *then}:
            if now.get(about) != then.get(about):
                found[about, swap.word, swap.done] = (then.get(about) or "not given").rstrip(".")
    assert told == found


@given(st.integers(-50_000, 50_000))
def test_days_are_written_as_they_are_read(days: int) -> None:
    assert number(in_unit(days, "days"), "days") == days


def test_the_published_cases_depend_on_what_is_stated_or_on_nothing() -> None:
    base = SHIPPED.for_tradition("weissman")
    with_range = {name for name, each in base.parameters.items() if each.range is not None}
    assert with_range >= {name for name, each in base.parameters.items() if each.assumption}
    for name in example_names():
        told: Any = sensitivity(base, example(name))
        assert {*(each.parameter for each in told.varied), *told.without_effect, *told.not_varied} == with_range
        assert "today" in told.not_varied
