"""Which cases lie on a cliff: one day, point or item from a cut-off beyond which something else comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ipt_formulate.case.case import Case
from ipt_formulate.errors import RuleBaseError
from ipt_formulate.evaluation import reference
from ipt_formulate.formulation.evidence import items_of
from ipt_formulate.reasoning.outcomes import differing, shown
from ipt_formulate.reasoning.trials import Trials
from ipt_formulate.rulebase.parameters import Unit
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase
from ipt_formulate.rulebase.texts import StepConclusion
from ipt_formulate.rulebase.variation import with_parameters


@dataclass(frozen=True, slots=True)
class Fall:
    """What comes out otherwise beyond the edge.

    Attributes:
        about: the focus, an area, a red flag, or whatever else.
        now: how it comes out.
        beyond: how it comes out with the cut-off one unit away.
    """

    about: str
    now: str
    beyond: str


@dataclass(frozen=True, slots=True)
class Cliff:
    """A cut-off at which a case lies.

    Attributes:
        parameter: the cut-off.
        title: what it is.
        unit: its unit.
        value: its value, in its unit.
        beyond: the value one unit away with which the case comes out otherwise.
        rules: the rules that come out otherwise.
        falls: what follows from that for the answer; empty where only rules change.
    """

    parameter: str
    title: str
    unit: Unit
    value: int
    beyond: int
    rules: tuple[str, ...]
    falls: tuple[Fall, ...]


def cliffs(
    base: RuleBase, cases: Mapping[str, Case], done: Callable[[], None] = lambda: None
) -> Mapping[str, tuple[Cliff, ...]]:
    """The cut-offs at which cases lie: each number of the rule base is tried one unit lower and one higher.

    One unit is a day, a point of a score, or one of whatever the parameter counts. Bands of scores, which no rule reads, are not
    cut-offs here; `sensitivity` has them.

    Args:
        base: the rule base of a tradition.
        cases: the cases, by name.
        done: told after each case.

    Returns:
        By name, the cut-offs; cases that lie at none are left out.

    >>> from ipt_formulate.case.files import parse_case
    >>> from ipt_formulate.rulebase.loader import shipped_rulebase
    >>> case = parse_case({"inventory": {"deaths": [{"kind": "person", "role": "parent", "when": "14d"}]}})
    >>> (found,) = cliffs(shipped_rulebase().for_tradition("weissman"), {"a fortnight": case})["a fortnight"][:1]
    >>> found.parameter, found.value, found.beyond, found.rules[0]
    ('very_recent_death', 14, 13, 'grief.very_recent_death')
    """
    varied = list(_varied(base))
    found = {}
    for name, case in cases.items():
        if at := tuple(_of_case(base, varied, case)):
            found[name] = at
        done()
    return found


def _varied(base: RuleBase) -> Iterator[tuple[str, int, RuleBase, list[CompiledRule[Any]]]]:
    """The rule base with each number one unit away, and the rules that then ask for something else."""
    for name, parameter in base.parameters.items():
        for beyond in (parameter.number() - 1, parameter.number() + 1) if parameter.unit != "roles" else ():
            try:
                varied = with_parameters(base, {name: beyond})
            except RuleBaseError:  # a value that the rules cannot have
                continue
            changed = [rule for rule in base.rules.values() if varied.rules[rule.id].conditions != rule.conditions]
            if changed:
                yield name, beyond, varied, changed


def _of_case(
    base: RuleBase, varied: list[tuple[str, int, RuleBase, list[CompiledRule[Any]]]], case: Case
) -> Iterator[Cliff]:
    for name, beyond, variant, changed in varied:
        rules = tuple(rule.id for rule in changed if _comes_out_otherwise(rule, variant.rules[rule.id], case))
        if rules:
            trials, parameter = Trials(base, case), base.parameters[name]
            now, later = trials.now, trials.at(name, beyond)
            falls = tuple(
                Fall(about, shown(about, now.get(about)), shown(about, later.get(about)))
                for about in differing(now, later)
            )
            yield Cliff(name, parameter.title, parameter.unit, parameter.number(), beyond, rules, falls)


def _comes_out_otherwise(rule: CompiledRule[Any], other: CompiledRule[Any], case: Case) -> bool:
    """Whether a rule says something else of an item; of a step of selection, whatever the evidence is."""
    lowered = case.lowered
    told = {"evidence.strong": 3, "evidence.against": 3} if isinstance(rule.then, StepConclusion) else {}
    return any(
        reference.evaluate(tree, {**told, **item.values}, lowered)
        != reference.evaluate(other.conditions[scope], {**told, **item.values}, lowered)
        for scope, tree in rule.conditions.items()
        for item in items_of(lowered, scope)
    )
