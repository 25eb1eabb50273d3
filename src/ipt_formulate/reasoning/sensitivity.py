"""Which conclusions on a case hang on a parameter, and over which values.

Exact and not sampled: `edges` gives every value at which something may change, and one value of each piece between
them is tried. One parameter is varied at a time; of a list of words, one word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from ipt_formulate.case.case import Case
from ipt_formulate.reasoning.edges import edges
from ipt_formulate.reasoning.outcomes import Outcome, differing, shown
from ipt_formulate.reasoning.trials import Trials
from ipt_formulate.rulebase.parameters import Unit, Value
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.rulebase.variation import swaps


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
    >>> base = shipped_rulebase().for_tradition("weissman")
    >>> (found,) = sensitivity(base, example("apple-1999-bulimia-sister")).varied
    >>> found.parameter, found.dependent[1].about, found.dependent[1].now, found.dependent[1].pieces
    ('significant_roles', 'area grief', 'supported', (WordPiece(word='sibling', done='left out', how='undetermined'),))
    """
    trials = Trials(base, case)
    varied, without_effect, not_varied = [], [], []
    for name, parameter in base.parameters.items():
        bounds, listed = parameter.bounds(), swaps(parameter)
        if (bounds is None or bounds[0] == bounds[1]) and not listed:
            if parameter.assumption or parameter.range is not None:
                not_varied.append(name)
            continue
        dependent = tuple(_over(trials, name, bounds) if bounds else _with_words(trials, name))
        if dependent:
            told = (parameter.title, parameter.unit, parameter.value, bounds, parameter.range_note)
            varied.append(Varied(name, *told, dependent))
        else:
            without_effect.append(name)
    return Sensitivity(tuple(varied), tuple(without_effect), tuple(not_varied))


def _over(trials: Trials, name: str, bounds: tuple[int, int]) -> Iterator[Dependence]:
    """What hangs on a number over a range."""
    low, high = bounds
    starts = [low, *(each for each in edges(trials.base, trials.case, name) if low < each <= high)]
    found = [trials.at(name, start) for start in starts]
    for about in _changing(trials.now, found):
        pieces: list[Piece] = []
        for start, end, each in zip(starts, [*(start - 1 for start in starts[1:]), high], found, strict=True):
            how = shown(about, each.get(about))
            first = pieces.pop().low if pieces and pieces[-1].how == how else start
            pieces.append(Piece(first, end, how))
        yield Dependence(about, shown(about, trials.now.get(about)), tuple(pieces))


def _with_words(trials: Trials, name: str) -> Iterator[Dependence]:
    """What hangs on the single words of a list."""
    listed = swaps(trials.base.parameters[name])
    found = [trials.at(name, swap.value) for swap in listed]
    for about in _changing(trials.now, found):
        pieces = tuple(
            WordPiece(swap.word, swap.done, shown(about, each.get(about)))
            for swap, each in zip(listed, found, strict=True)
            if each.get(about) != trials.now.get(about)
        )
        yield Dependence(about, shown(about, trials.now.get(about)), pieces)


def _changing(now: Outcome, found: Iterable[Outcome]) -> list[str]:
    return list(dict.fromkeys(about for each in found for about in differing(now, each)))
