"""Strategies for Hypothesis. This module alone needs it: ``pip install ipt_formulate[testing]``.

>>> from hypothesis import given
>>> @given(cases())
... def every_case_is_equal_to_itself(case):
...     assert case == case
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from hypothesis import strategies as st

from ipt_formulate.case.case import Case
from ipt_formulate.case.terms import CASE
from ipt_formulate.rulebase.conditions import Condition
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.testing.cases import random_case
from ipt_formulate.testing.conditions import constants_of, random_condition
from ipt_formulate.testing.rulebases import random_rulebase


def cases(
    *, known: float | None = None, constants: Sequence[int] | None = None, max_items: int = 4
) -> st.SearchStrategy[Case]:
    """Valid cases of every kind, which shrink towards the empty case.

    Args:
        known: the share of fields in which something is recorded; varied if not given.
        constants: numbers at which, one above which and one below which many times and numbers lie; see `random_case`.
            Those that the shipped rules compare with, if not given.
        max_items: the most items of one list.
    """
    shares = st.sampled_from((0.3, 0.6, 0.9)) if known is None else st.just(known)
    beside = constants_of(shipped_rulebase()) if constants is None else tuple(constants)
    return st.builds(random_case, randoms(), known=shares, constants=st.just(beside), max_items=st.just(max_items))


def conditions(scope: str = CASE, *, depth: int = 2) -> st.SearchStrategy[Condition]:
    """Conditions on the case or on the items of one list."""
    return st.builds(random_condition, randoms(), st.just(scope), st.integers(0, depth))


def rulebases(*, rules: int = 30) -> st.SearchStrategy[RuleBase]:
    """Whole rule bases."""
    return st.builds(random_rulebase, randoms(), rules=st.just(rules))


def randoms() -> st.SearchStrategy[Random]:
    """Sources of random numbers that Hypothesis decides and shrinks."""
    return st.randoms(use_true_random=False)
