"""Which conclusions on a case hang on a parameter, over which values, and how near the focus is to changing.

Exact and not sampled: `edges` gives every value at which something may change, and one value of each piece between
them is tried. One parameter is varied at a time; of a list of words, one word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from ipt_formulate.case.case import Case
from ipt_formulate.errors import RuleBaseError
from ipt_formulate.evaluation import reference
from ipt_formulate.formulation.scores import scores
from ipt_formulate.reasoning.edges import edges
from ipt_formulate.reasoning.outcomes import Outcome, differing, outcome_of, shown
from ipt_formulate.rulebase.parameters import Parameter, Unit, Value
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.rulebase.variation import swaps, with_parameters


@dataclass(frozen=True, slots=True)
class Piece:
    """Neighbouring values, both ends included, for which an aspect comes out in one way.

    Attributes:
        low: the lowest of them, in the parameter's unit.
        high: the highest of them.
        how: how the aspect comes out.
    """

    low: int
    high: int
    how: str


@dataclass(frozen=True, slots=True)
class WordPiece:
    """A word of a list without which, or with which, an aspect comes out otherwise.

    Attributes:
        word: the word.
        done: what is done with it.
        how: how the aspect then comes out.
    """

    word: str
    done: Literal["left out", "added"]
    how: str


@dataclass(frozen=True, slots=True)
class Dependence:
    """A conclusion that hangs on a parameter.

    Attributes:
        about: the aspect, as in `Outcome`.
        now: how it comes out now.
        pieces: the whole range, piece by piece; for a list of words, the single words that change it.
    """

    about: str
    now: str
    pieces: tuple[Piece, ...] | tuple[WordPiece, ...]


@dataclass(frozen=True, slots=True)
class Varied:
    """A parameter on which something hangs within its range.

    Attributes:
        parameter: its name.
        title: what it is.
        unit: its unit.
        value: its value, as written.
        range: the ends of its range in its unit; None for a list of words.
        range_note: why that range.
        dependent: what hangs on it.
    """

    parameter: str
    title: str
    unit: Unit
    value: Value
    range: tuple[int, int] | None
    range_note: str | None
    dependent: tuple[Dependence, ...]


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What hangs on the parameters that state a range.

    Attributes:
        varied: the parameters on which something hangs.
        without_effect: the names of those on which nothing does, over their whole range.
        not_varied: the names of those whose range is their value, and of assumptions that state no range.
    """

    varied: tuple[Varied, ...]
    without_effect: tuple[str, ...]
    not_varied: tuple[str, ...]


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


def sensitivity(base: RuleBase, case: Case) -> Sensitivity:
    """Which conclusions on a case hang on a parameter within its stated range.

    Args:
        base: the rule base of a tradition.
        case: the case.

    Returns:
        Every parameter with a range: with what hangs on it, or by name where nothing does.

    Raises:
        RuleBaseError: a range reaches to a value that the rules cannot have; ``lint`` finds that too.

    >>> from ipt_formulate.case.files import example
    >>> from ipt_formulate.rulebase.loader import shipped_rulebase
    >>> found = sensitivity(shipped_rulebase().for_tradition("weissman"), example("leonard-ptsd-grief-911"))
    >>> [each.parameter for each in found.varied], "near_before" in found.without_effect
    ([], True)
    """
    trials = _Trials(base, case)
    varied, without_effect, not_varied = [], [], []
    for name, parameter in base.parameters.items():
        bounds, listed = parameter.bounds(), swaps(parameter)
        if (bounds is None or bounds[0] == bounds[1]) and not listed:
            if parameter.assumption or parameter.range is not None:
                not_varied.append(name)
            continue
        dependent = tuple(trials.over(name, bounds) if bounds else trials.with_words(name))
        if dependent:
            told = (parameter.title, parameter.unit, parameter.value, bounds, parameter.range_note)
            varied.append(Varied(name, *told, dependent))
        else:
            without_effect.append(name)
    return Sensitivity(tuple(varied), tuple(without_effect), tuple(not_varied))


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
    >>> nearest(shipped_rulebase().for_tradition("weissman"), example("helen-perinatal-lowincome-casebook"))
    ()
    """
    trials = _Trials(base, case)
    found = []
    for name, parameter in base.parameters.items():
        if parameter.unit != "roles":
            value, at = parameter.number(), edges(base, case, name)
            below = trials.flip(name, sorted((each - 1 for each in at if each <= value), reverse=True))
            above = trials.flip(name, [each for each in at if each > value])
            if below or above:
                found.append(Nearest(name, parameter.title, parameter.unit, value, below, above))
    return tuple(found)


class _Trials:
    """What comes out for one case with one parameter at other values; the same findings are read once."""

    def __init__(self, base: RuleBase, case: Case) -> None:
        self.base, self.case = base, case
        self.known: dict[object, Outcome] = {}
        self.now = self.outcome(base)

    def outcome(self, variant: RuleBase) -> Outcome:
        """The outcome; findings are read with the texts of the base, which a variant shares."""
        findings = reference.derive(variant, self.case.lowered)
        key = tuple(tuple(each.values()) for each in (findings.rules, findings.candidates, findings.areas))
        if key not in self.known:
            self.known[key] = outcome_of(self.base, findings, self.case, techniques=True)
        return {**self.known[key], **_bands(variant, self.case)}

    def at(self, name: str, value: Value) -> Outcome:
        return self.outcome(with_parameters(self.base, {name: value}))

    def over(self, name: str, bounds: tuple[int, int]) -> Iterator[Dependence]:
        """What hangs on a number over a range."""
        low, high = bounds
        starts = [low, *(each for each in edges(self.base, self.case, name) if low < each <= high)]
        found = [self.at(name, start) for start in starts]
        for about in _changing(self.now, found):
            pieces: list[Piece] = []
            for start, end, each in zip(starts, [*(start - 1 for start in starts[1:]), high], found, strict=True):
                how = shown(about, each.get(about))
                first = pieces.pop().low if pieces and pieces[-1].how == how else start
                pieces.append(Piece(first, end, how))
            yield Dependence(about, shown(about, self.now.get(about)), tuple(pieces))

    def with_words(self, name: str) -> Iterator[Dependence]:
        """What hangs on the single words of a list."""
        listed = swaps(self.base.parameters[name])
        found = [self.at(name, swap.value) for swap in listed]
        for about in _changing(self.now, found):
            pieces = tuple(
                WordPiece(swap.word, swap.done, shown(about, each.get(about)))
                for swap, each in zip(listed, found, strict=True)
                if each.get(about) != self.now.get(about)
            )
            yield Dependence(about, shown(about, self.now.get(about)), pieces)

    def flip(self, name: str, values: Iterable[int]) -> Flip | None:
        """The first of some values, from the nearest on, with which the focus is another."""
        for value in values:
            try:
                focus = self.at(name, value)["focus"]
            except RuleBaseError:  # beyond what the rules can have; so is all that is further off
                return None
            if focus != self.now["focus"]:
                return Flip(value, focus, _in_range(self.base.parameters[name], value))
        return None


def _changing(now: Outcome, found: Iterable[Outcome]) -> list[str]:
    return list(dict.fromkeys(about for each in found for about in differing(now, each)))


def _bands(variant: RuleBase, case: Case) -> Mapping[str, str]:
    """How each recorded measure is read; a measure that was taken again is numbered."""
    found: dict[str, str] = {}
    records: Counter[str] = Counter()
    for score in scores(variant, case):
        records[score.title] += 1
        again = f", record {records[score.title]}" if records[score.title] > 1 else ""
        prorated = "" if score.prorated is None else f"; prorated {score.prorated}, for display only"
        found[f"score {score.title}{again}"] = f"{score.band or 'no one band'}{prorated}"
    return found


def _in_range(parameter: Parameter, value: int) -> bool | None:
    bounds = parameter.bounds()
    return None if bounds is None else bounds[0] <= value <= bounds[1]
