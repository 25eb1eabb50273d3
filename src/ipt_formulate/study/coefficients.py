"""Coefficients of agreement with bootstrap intervals. The statistics are those of PyCM, krippendorff and SciPy.

Ratings of one item are a table of cases by raters, each cell a category or None where the rater gave none. Percent
agreement, Cohen's and Fleiss' kappa and Gwet's AC1 take the cases that every rater rated; Krippendorff's alpha takes
every case that at least two raters rated.

For more than two raters, PyCM is given the table of all ordered pairs of raters. Its two margins are then the same,
the shares of all ratings: the kappa of that table is Fleiss' kappa, and its AC1 is Gwet's for many raters.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations
from typing import Any, Final

import krippendorff
import numpy as np
from pycm import ConfusionMatrix
from scipy.stats import DegenerateDataWarning, bootstrap

Table = Sequence[Sequence[Hashable | None]]
Numbers = np.ndarray[Any, Any]
RESAMPLES: Final = 1000
SEED: Final = 20
LEVEL: Final = 0.95
_FEWEST: Final = 2


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One coefficient.

    Attributes:
        name: which one.
        value: its value; None where it is not defined, as when everyone says the same.
        low: the lower end of its interval; None where no interval could be made.
        high: the upper end.
        cases: how many cases it rests on.
        defined: the share of resamples in which it was defined; the others are left out of the interval.
    """

    name: str
    value: float | None
    low: float | None
    high: float | None
    cases: int
    defined: float


def coefficients(
    ratings: Table, *, resamples: int = RESAMPLES, seed: int = SEED, names: Sequence[str] | None = None
) -> tuple[Coefficient, ...]:
    """All coefficients for one item.

    Args:
        ratings: a row a case and a column a rater; None where a rater gave no answer.
        resamples: how often the cases are drawn anew for the intervals; 0 for none.
        seed: of the draws.
        names: a name for each rater, by which pairs are told apart.

    Returns:
        Percent agreement, Cohen's kappa of each pair, and, for more than two raters, Fleiss' kappa; Gwet's AC1 and
        Krippendorff's alpha. The intervals are 95% percentile bootstrap intervals over cases.

    Examples:
        >>> [each.value for each in coefficients([("a", "a"), ("b", "b"), ("a", "b")], resamples=0)][0]
        0.6666666666666666
    """
    width = max(map(len, ratings), default=0)
    categories = sorted({each for row in ratings for each in row if each is not None}, key=str)
    code = {each: place for place, each in enumerate(categories)}
    codes = np.array([[code[each] if each is not None else -1 for each in row] for row in ratings], int)
    codes = codes.reshape(len(ratings), width)
    pairs = list(combinations(range(width), 2))
    count = len(categories)
    full = codes[(codes >= 0).all(axis=1)]
    everyone = _pair_tables(full, list(permutations(range(width), 2)), count)
    found = [_interval("percent agreement", everyone, _accuracy, resamples, seed)]
    for one, other in pairs:
        both = codes[(codes[:, [one, other]] >= 0).all(axis=1)]
        name = "Cohen's kappa" + (f" ({names[one]}, {names[other]})" if names and len(pairs) > 1 else "")
        found.append(_interval(name, _pair_tables(both, [(one, other)], count), _kappa, resamples, seed))
    if width > _FEWEST:
        found.append(_interval("Fleiss' kappa", everyone, _kappa, resamples, seed))
    found.append(_interval("Gwet's AC1", everyone, _ac1, resamples, seed))
    counts = np.stack([(codes == place).sum(axis=1) for place in range(count)], axis=1) if count else codes[:, :0]
    paired = counts[counts.sum(axis=1) >= _FEWEST]
    found.append(_interval("Krippendorff's alpha", paired, _alpha, resamples, seed))
    return tuple(found)


def _pair_tables(codes: Numbers, pairs: Sequence[tuple[int, int]], count: int) -> Numbers:
    """For each case a table, category by category, of how often the pairs of raters gave these two."""
    tables = np.zeros((len(codes), count, count), int)
    for one, other in pairs:
        np.add.at(tables, (np.arange(len(codes)), codes[:, one], codes[:, other]), 1)
    return tables


def _interval(
    name: str, of_cases: Numbers, statistic: Callable[[Numbers], float], resamples: int, seed: int
) -> Coefficient:
    size = len(of_cases)
    value = statistic(of_cases) if size else float("nan")
    point = None if np.isnan(value) else float(value)
    if size < _FEWEST or not resamples or of_cases.shape[1] < 1:
        return Coefficient(name, point, None, None, size, 0.0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DegenerateDataWarning)  # undefined resamples are left out, and counted
        spread = bootstrap(
            (np.arange(size),),
            lambda drawn: statistic(of_cases[drawn]),
            vectorized=False,
            n_resamples=resamples,
            method="percentile",
            confidence_level=LEVEL,
            rng=np.random.default_rng(seed),
        )
    drawn = spread.bootstrap_distribution[~np.isnan(spread.bootstrap_distribution)]
    if not len(drawn):
        return Coefficient(name, point, None, None, size, 0.0)
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Coefficient(name, point, float(low), float(high), size, len(drawn) / resamples)


def _matrix(of_cases: Numbers) -> ConfusionMatrix | None:
    table = of_cases.sum(axis=0)
    return ConfusionMatrix(matrix=table.tolist(), classes=list(range(len(table)))) if len(table) > 1 else None


def _number(value: Any) -> float:
    """PyCM says ``None``, as a word, where a coefficient is not defined."""
    return float(value) if isinstance(value, (int, float)) else float("nan")


def _accuracy(of_cases: Numbers) -> float:
    table = _matrix(of_cases)
    return _number(table.Overall_ACC) if table is not None else 1.0


def _kappa(of_cases: Numbers) -> float:
    table = _matrix(of_cases)
    return _number(table.Kappa) if table is not None else float("nan")


def _ac1(of_cases: Numbers) -> float:
    table = _matrix(of_cases)
    return _number(table.AC1) if table is not None else float("nan")


def _alpha(counts: Numbers) -> float:
    if (counts.sum(axis=0) > 0).sum() < _FEWEST:
        return float("nan")
    return float(krippendorff.alpha(value_counts=counts, level_of_measurement="nominal"))
