"""Asks the solver for a case of which a mutant says otherwise, or for the proof that there is none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from ipt_formulate.case.case import Case
from ipt_formulate.mutation.mutants import Mutant
from ipt_formulate.proof.of_effects import chooses_otherwise, has_effect
from ipt_formulate.proof.of_rules import tells_apart
from ipt_formulate.proof.prover import Prover
from ipt_formulate.proof.theorem import Claim, Question, Theorem, Verdict
from ipt_formulate.reasoning.schools import DEFAULT
from ipt_formulate.rulebase.conditions import Among, Condition, walk
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.rulebase.texts import AreaConclusion, StepConclusion


class Answer(StrEnum):
    """What the solver says of a mutant."""

    TOLD = "told apart"
    EQUIVALENT = "proved equivalent"
    UNDECIDED = "not decided"


@dataclass(frozen=True, slots=True)
class Telling:
    """What the solver says of a mutant, and the case that tells it from the original."""

    answer: Answer
    case: Case | None = None


_SAME: Final = Theorem("same", "The mutant says the same of every case.", lambda base: iter(()))
_A_CAUSE: Final = {"inventory": {"deaths": [{"id": "a-death"}], "conflicts": [{"id": "a-conflict"}]}}
_EQUIVALENT: Final = Telling(Answer.EQUIVALENT)
_UNDECIDED: Final = Telling(Answer.UNDECIDED)


class Teller:
    """Tells mutants from the original; a pair of conditions that was compared once is not compared again.

    Args:
        seconds: how long one question to the solver may take.
    """

    def __init__(self, seconds: float) -> None:
        self._prover = Prover(seconds)
        self._known: dict[tuple[str, Condition, Condition], Telling] = {}

    def tell(self, mutant: Mutant) -> Telling:
        """Compares the conditions that were changed one pair after the other; where none was, what follows from rules."""
        if not mutant.of_conditions:
            if not _of_evidence(mutant):
                return _UNDECIDED
            if any(isinstance(mutant.original.rules[name].then, StepConclusion) for name in mutant.rules):
                found = self._asked(
                    mutant, chooses_otherwise(*(_as_used(base) for base in (mutant.original, mutant.base)))
                )
                return found if found.case is not None else _UNDECIDED
            return self._asked(mutant, has_effect(mutant.original, mutant.base))
        answer = _EQUIVALENT
        for _, scope, old, new in mutant.pairs:
            found = self._pair(mutant, scope, old, new)
            if found.case is not None:
                return found
            answer = answer if found.answer is Answer.EQUIVALENT else found
        return answer

    def _pair(self, mutant: Mutant, scope: str, old: Condition, new: Condition) -> Telling:
        if (scope, old, new) not in self._known:
            self._known[scope, old, new] = self._asked(mutant, _questions(scope, old, new))
        return self._known[scope, old, new]

    def _asked(self, mutant: Mutant, questions: Iterator[Question]) -> Telling:
        claim = Claim(mutant.site, "none", lambda: questions, "they differ")
        (result,) = self._prover.prove([(_SAME, [claim])])
        case = next((each.case for each in result.failures if each.case is not None), None)
        if case is not None:
            return Telling(Answer.TOLD, case)
        return _EQUIVALENT if result.verdict is Verdict.PROVED else _UNDECIDED


def _questions(scope: str, old: Condition, new: Condition) -> Iterator[Question]:
    question = tells_apart(scope, old, new)
    yield question
    if scope == "changes" and _reads_causes(old):
        # A link that is not known leaves open only what is recorded: so there has to be something.
        yield replace(question, extra=_A_CAUSE)


def _as_used(base: RuleBase) -> RuleBase:
    return (
        base if base.tradition else base.for_tradition(DEFAULT if DEFAULT in base.traditions else min(base.traditions))
    )


def _of_evidence(mutant: Mutant) -> bool:
    """Whether all that is touched matters by what follows for candidates alone."""
    return all(isinstance(mutant.original.rules[name].then, AreaConclusion | StepConclusion) for name in mutant.rules)


def _reads_causes(condition: Condition) -> bool:
    return any(isinstance(node, Among) and node.term == "arose_from" for node in walk(condition))
