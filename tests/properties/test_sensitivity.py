"""What hangs on a parameter is what trying every value of it finds, and a varied rule base is what an edited one loads."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
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
from ipt_formulate.case.files import example, example_names
from ipt_formulate.errors import RuleBaseError
from ipt_formulate.formulation.scores import scores
from ipt_formulate.reasoning.edges import edges
from ipt_formulate.reasoning.outcomes import outcome
from ipt_formulate.reasoning.sensitivity import Flip, Piece, WordPiece, nearest, sensitivity
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
WIDEST = 45
seeds = st.integers(0, 2**32 - 1)


@cache
def counting() -> RuleBase:
    """The shipped rule base with a rule that counts the items of a list, which no shipped rule does."""
    with TemporaryDirectory() as folder:
        directory = Path(shutil.copytree(rules_directory(), Path(folder) / "rules"))
        rule = directory / "safety" / "coercion_now.yaml"
        text = rule.read_text(encoding="utf-8")
        alive = "when: {any: [{some: people, count: $significant_ring, where: {alive: true}}, {at_most: deaths, count: $significant_ring, where: {kind: person}}]}\n"
        rule.write_text(text[: text.index("when:")] + alive + text[text.index("then:") :], encoding="utf-8")
        return load_rulebase(directory)


def everything(base: RuleBase, case: Case) -> Mapping[str, str]:
    """What comes out, bands of scores included, worked out anew."""
    read = {
        f"score {place}": f"{each.band or 'no one band'}; {each.prorated}" for place, each in enumerate(scores(base, case))
    }
    return {**outcome(base, case, techniques=True), **read}


def ranged(base: RuleBase, name: str, low: int, high: int) -> RuleBase:
    parameter = base.parameters[name].model_copy(update={"range": (low, high)})
    return replace(base, parameters=MappingProxyType({**base.parameters, name: parameter}), _variants={})


def allowed(base: RuleBase, name: str, value: int) -> bool:
    try:
        with_parameters(base, {name: value})
    except RuleBaseError:
        return False
    return True


@settings(max_examples=60)
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


@settings(max_examples=60)
@given(seed=seeds)
def test_the_pieces_are_what_every_single_value_gives(seed: int) -> None:
    random = Random(seed)
    case = random_case(random, known=random.choice((0.5, 0.8, 0.95)), constants=DAYS)
    base = random.choice((SHIPPED, counting())).for_tradition(random.choice(list(SHIPPED.traditions)))
    read = {each for rule in base.rules.values() for each in rule.uses} | {"$gad7_mild", "$prorate_missing"}
    name = random.choice([each for each in NUMBERS if f"${each}" in read])
    at = edges(base, case, name) or (base.parameters[name].number(),)
    middle = random.choice((*at, base.parameters[name].number()))
    window = [each for each in range(middle - WIDEST // 2, middle + WIDEST // 2) if allowed(base, name, each)]
    if not window:
        return
    low, high = window[0], window[-1]
    assert window == list(range(low, high + 1)), "what a parameter can be has no gaps"
    found = {value: everything(with_parameters(base, {name: value}), case) for value in window}
    told = sensitivity(ranged(base, name, low, high), case)
    dependent = {
        each.about: each.pieces for varied in told.varied if varied.parameter == name for each in varied.dependent
    }
    now = everything(base, case)
    changing = {about for each in found.values() for about in {*each, *now} if each.get(about) != now.get(about)}
    assert {about for about in dependent if not about.startswith("score ")} == {
        about for about in changing if not about.startswith("score ")
    }
    assert any(about.startswith("score ") for about in dependent) == any(
        about.startswith("score ") for about in changing
    )
    assert (name in told.without_effect) == (not changing and low != high)
    for about, pieces in dependent.items():
        assert [piece.low for piece in pieces if isinstance(piece, Piece)] == [
            low,
            *(piece.high + 1 for piece in pieces[:-1] if isinstance(piece, Piece)),
        ]
        assert all(one.how != other.how for one, other in zip(pieces, pieces[1:], strict=False))
        for piece in pieces:
            assert isinstance(piece, Piece)
            for value in range(piece.low, piece.high + 1):
                if not about.startswith("score "):
                    assert piece.how == (found[value].get(about) or "not given").rstrip(".")
        assert isinstance(pieces[-1], Piece)
        assert pieces[-1].high == high


@settings(max_examples=60)
@given(seed=seeds)
def test_no_nearer_value_changes_the_focus(seed: int) -> None:
    random = Random(seed)
    case = random_case(random, known=random.choice((0.8, 0.95)), constants=DAYS, max_items=3)
    base = SHIPPED.for_tradition("weissman")
    told = {each.parameter: each for each in nearest(base, case)}
    now = outcome(base, case)["focus"]
    name = random.choice([*told, *told, "near_before", "near_after"])
    value = base.parameters[name].number()
    for step, way in ((-1, "below"), (1, "above")):
        flip: Flip | None = getattr(told[name], way) if name in told else None
        for distance in range(1, WIDEST * 2):
            each = value + step * distance
            if not allowed(base, name, each):
                assert flip is None
                break
            focus = outcome(with_parameters(base, {name: each}), case)["focus"]
            if flip is not None and flip.value == each:
                assert focus == flip.focus != now
                break
            assert focus == now, (name, each)
        if flip is not None:
            assert outcome(with_parameters(base, {name: flip.value}), case)["focus"] == flip.focus != now
            nearer = with_parameters(base, {name: flip.value - step})
            assert outcome(nearer, case)["focus"] == now


@settings(max_examples=30)
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
    assert with_range == {name for name, each in base.parameters.items() if each.assumption}
    for name in example_names():
        told: Any = sensitivity(base, example(name))
        assert {*(each.parameter for each in told.varied), *told.without_effect, *told.not_varied} == with_range
        assert told.not_varied == ("today",)
