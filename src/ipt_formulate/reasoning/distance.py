"""How far the focus is from changing: the smallest change of one number that changes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ipt_formulate.case.case import Case
from ipt_formulate.errors import RuleBaseError
from ipt_formulate.reasoning.edges import edges
from ipt_formulate.reasoning.trials import Trials
from ipt_formulate.rulebase.parameters import Parameter, Unit
from ipt_formulate.rulebase.rulebase import RuleBase


@dataclass(frozen=True, slots=True)
class Flip:
    """A value with which the focus comes out otherwise.

    Attributes:
        value: the value, in the parameter's unit.
        focus: the focus with it, in a phrase.
        in_range: whether it lies in the parameter's stated range; None where it has none.
    """

    value: int
    focus: str
    in_range: bool | None


@dataclass(frozen=True, slots=True)
class Nearest:
    """The smallest change of one parameter that changes the focus, in each direction.

    Attributes:
        parameter: its name.
        title: what it is.
        unit: its unit.
        value: its value now, in its unit.
        below: the nearest lower value that changes the focus; None where none does.
        above: the nearest higher value that does.
    """

    parameter: str
    title: str
    unit: Unit
    value: int
    below: Flip | None
    above: Flip | None


def nearest(base: RuleBase, case: Case) -> tuple[Nearest, ...]:
    """For each number of the rule base, the smallest change of it alone that changes the focus.

    Every number is tried, with or without a source, and beyond its range, as far as the rules can have it.

    Args:
        base: the rule base of a tradition.
        case: the case.

    Returns:
        The parameters that can change the focus, in the order of the rule base. They are not ranked: a day and a
        point of a score have no common measure.

    >>> from ipt_formulate.case.files import example
    >>> from ipt_formulate.rulebase.loader import shipped_rulebase
    >>> (found,) = nearest(shipped_rulebase().for_tradition("weissman"), example("mrs-e-late-life-widow"))
    >>> found.parameter, found.value, found.below, found.above.value, found.above.in_range
    ('very_recent_death', 14, None, 210, False)
    """
    trials = Trials(base, case)
    found = []
    for name, parameter in base.parameters.items():
        if parameter.unit != "roles":
            value, at = parameter.number(), edges(base, case, name)
            below = _flip(trials, name, sorted((each - 1 for each in at if each <= value), reverse=True))
            above = _flip(trials, name, [each for each in at if each > value])
            if below or above:
                found.append(Nearest(name, parameter.title, parameter.unit, value, below, above))
    return tuple(found)


def _flip(trials: Trials, name: str, values: Iterable[int]) -> Flip | None:
    """The first of some values, from the nearest on, with which the focus is another."""
    for value in values:
        try:
            focus = trials.at(name, value)["focus"]
        except RuleBaseError:  # beyond what the rules can have; so is all that is further off
            return None
        if focus != trials.now["focus"]:
            return Flip(value, focus, _in_range(trials.base.parameters[name], value))
    return None


def _in_range(parameter: Parameter, value: int) -> bool | None:
    bounds = parameter.bounds()
    return None if bounds is None else bounds[0] <= value <= bounds[1]
