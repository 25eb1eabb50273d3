"""Goes through the mutants of a rule base: what kills each, whether it is equivalent, or the case that would tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ipt_formulate.case.case import Case
from ipt_formulate.mutation.conclusions import conclusion_mutants
from ipt_formulate.mutation.finding import Finder
from ipt_formulate.mutation.mutants import Mutant, condition_mutants
from ipt_formulate.mutation.suites import DECISIONS, EXAMPLES, GOLDENS, SOLVER_CASES, Asserted, Examples, SolverCase
from ipt_formulate.rulebase.rulebase import RuleBase


class Fate(StrEnum):
    """How a mutant ends."""

    KILLED = "killed"
    EQUIVALENT = "proved equivalent"
    SURVIVED = "survived"
    UNDECIDED = "not decided"


@dataclass(frozen=True, slots=True)
class Ended:
    """How one mutant ended.

    Attributes:
        mutant: the mutant.
        fate: how it ended.
        by: what killed it, the first that did; empty for any other.
        case: the case that tells a survivor from the original.
    """

    mutant: Mutant
    fate: Fate
    by: str = ""
    case: Case | None = None


@dataclass(frozen=True)
class Suites:
    """What there is to kill mutants with, beside the examples that stand in the rules.

    Attributes:
        decisions: decision files.
        goldens: cases with their reviewed formulation.
        solver_cases: cases that were made to tell mutants apart.
    """

    decisions: Sequence[Asserted] = ()
    goldens: Sequence[Asserted] = ()
    solver_cases: Sequence[SolverCase] = ()

    def by_name(self) -> Iterator[tuple[str, Sequence[Asserted] | Sequence[SolverCase]]]:
        """The suites in the order in which they are tried."""
        yield DECISIONS, self.decisions
        yield GOLDENS, self.goldens
        yield SOLVER_CASES, self.solver_cases


def mutants_of(base: RuleBase, rules: Iterable[str] = ()) -> list[Mutant]:
    """Every mutant of a rule base, or those that touch one of some rules.

    Args:
        base: the rule base, whole or as one tradition uses it.
        rules: ids of rules; all rules if none is given.
    """
    wanted = set(rules)
    found = [*condition_mutants(base), *conclusion_mutants(base)]
    return [each for each in found if not wanted or wanted & set(each.rules)]


def run(
    mutants: Sequence[Mutant], suites: Suites, seconds: float, done: Callable[[], None] = lambda: None
) -> list[Ended]:
    """How each mutant ends.

    Args:
        mutants: mutants of one rule base.
        suites: what kills them beside the examples in the rules.
        seconds: how long one question to the solver may take.
        done: told after each mutant.
    """
    if not mutants:
        return []
    base = mutants[0].original
    examples, finder = Examples(base), Finder(base, _cases(suites), seconds)
    ended = []
    for mutant in mutants:
        ended.append(_end(mutant, examples, suites, finder))
        done()
    return ended


def _end(mutant: Mutant, examples: Examples, suites: Suites, finder: Finder) -> Ended:
    if examples.notices(mutant):
        return Ended(mutant, Fate.KILLED, EXAMPLES)
    for name, suite in suites.by_name():
        if any(each.notices(mutant) for each in suite):
            return Ended(mutant, Fate.KILLED, name)
    found = finder.find(mutant)
    if found.case is not None:
        return Ended(mutant, Fate.SURVIVED, case=found.case)
    return Ended(mutant, Fate.EQUIVALENT if found.proved else Fate.UNDECIDED)


def _cases(suites: Suites) -> list[Case]:
    return [each.case for _, suite in suites.by_name() for each in suite]
