"""What an engine finds: the truth of every rule for every item, and what follows for candidates and areas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

from ipt_formulate.case.lowering import LoweredCase
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.vocabulary import ProblemArea

Verdict: TypeAlias = int
"""0 not met, 1 unknown, 2 met: the values of `Truth`, kept as plain integers on the hot path."""


@dataclass(frozen=True, slots=True)
class CandidateFindings:
    """What holds of one candidate for one area.

    Attributes:
        support: met if it surely supports the area, not met if it surely does not.
        steps: the verdict of each step of selection, in their order.
    """

    support: Verdict
    steps: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything an engine has to say of a case. Two engines must find the same.

    Attributes:
        rules: by scope, for each of its items, the verdicts of the scope's rules in the order of
            `RuleBase.by_scope`; the case is one item.
        candidates: by area, one entry for each of its candidates.
        areas: met is supported, not met is not supported, unknown is undetermined.
    """

    rules: Mapping[str, tuple[tuple[Verdict, ...], ...]]
    candidates: Mapping[ProblemArea, tuple[CandidateFindings, ...]]
    areas: Mapping[ProblemArea, Verdict]


NOTHING: Final = Findings({}, {}, {})
"""What is found before anything is told."""


class Engine(Protocol):
    """Anything that derives findings from a rule base and a lowered case."""

    def __call__(self, base: RuleBase, case: LoweredCase) -> Findings:
        """What follows from a case."""
        ...
