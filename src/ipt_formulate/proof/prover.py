"""Proves theorems about a rule base, or refutes them by a case that the rules themselves take as they are said to."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import replace
from typing import Any, Final, TypeAlias

from ipt_formulate.case.case import Case
from ipt_formulate.proof.asking import SECONDS, ask
from ipt_formulate.proof.fewest import case_of, fewest
from ipt_formulate.proof.rails import Bool
from ipt_formulate.proof.realising import barely, plainly, shrink, size
from ipt_formulate.proof.theorem import Claim, Exempt, Failure, Question, Result, Theorem, Verdict
from ipt_formulate.proof.values import World
from ipt_formulate.rulebase.rulebase import RuleBase

_NO_CASE_FOUND: Final = "the solver found values that no case was found for"
_NO_TIME: Final = "the solver did not finish in the time it had"


Planned: TypeAlias = tuple[Theorem, list[Claim]]


def planned(base: RuleBase, theorems: Iterable[Theorem]) -> list[Planned]:
    """The theorems with their parts for a rule base as a tradition uses it; what says nothing of it is left out."""
    return [(theorem, claims) for theorem in theorems if (claims := list(theorem.claims(base)))]


class Prover:
    """Proves theorems; what was proved once for the same rules is not proved again.

    Args:
        seconds: how long one question to the solver may take.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self._known: dict[Hashable, Failure | None] = {}

    def prove(self, plan: Iterable[Planned], done: Callable[[], None] = lambda: None) -> list[Result]:
        """How theorems come out.

        Args:
            plan: the theorems with their parts, from `planned`.
            done: told after each part.
        """
        results = []
        for theorem, claims in plan:
            began = time.perf_counter()
            failures, exceptions = [], []
            for claim in claims:
                failure = self._remembered(theorem, claim)
                if claim.expected is not None and failure is None:
                    failure = Failure(claim.about, Verdict.REFUTED, f"it is declared and not so that {claim.broken}")
                elif claim.expected is not None and failure is not None and failure.verdict is Verdict.REFUTED:
                    exceptions.append(Exempt(claim.about, claim.broken, claim.expected))
                    failure = None
                if failure is not None:
                    failures.append(failure if theorem.promise else _noted(failure))
                done()
            seconds = time.perf_counter() - began
            results.append(Result(theorem, _worst(failures), len(claims), seconds, tuple(failures), tuple(exceptions)))
        return results

    def _remembered(self, theorem: Theorem, claim: Claim) -> Failure | None:
        key = None if claim.key is None else (theorem.id, claim.about, claim.key)
        if key is None or key not in self._known:
            self._known[key] = self._none(claim) if claim.wanted == "none" else self._some(claim)
        return self._known[key]

    def _none(self, claim: Claim) -> Failure | None:
        """No case may answer; a case that does is the counterexample."""
        undecided: Failure | None = None
        for question in claim.questions():
            possible, cases, told = self._answered(question)
            if possible is False:
                continue
            if told:
                return Failure(claim.about, Verdict.REFUTED, f"{claim.broken}: {told}")
            if (shows := question.shows) is not None:
                smallest = min((shrink(case, shows) for case in cases), key=size, default=None)
                if smallest is not None:
                    return Failure(
                        claim.about, Verdict.REFUTED, claim.broken, *fewest(question, smallest, self.seconds)
                    )
            undecided = _undecided(claim, possible)
        return undecided

    def _some(self, claim: Claim) -> Failure | None:
        """A case has to answer; where the solver says that none does, the claim is refuted."""
        undecided: Failure | None = None
        for question in claim.questions():
            possible, cases, _ = self._answered(question)
            if next(cases, None) is not None:
                return None
            if possible is not False:
                undecided = _undecided(claim, possible)
        return undecided or Failure(claim.about, Verdict.REFUTED, claim.broken)

    def _answered(self, question: Question) -> tuple[bool | None, Iterator[Case], str]:
        """Whether values answer the question, and what does: cases, the plainest first, or abstract values in words."""
        world, formula = question.formula()
        if world is None:
            possible, model = ask([formula], self.seconds)
            return possible, iter(()), question.seen(model) if possible else ""
        possible, model = ask([*world.facts, formula], self.seconds)
        return possible, self._cases(question, world, formula, model) if possible else iter(()), ""

    def _cases(self, question: Question, world: World, formula: Bool, model: Any) -> Iterator[Case]:
        for wished in ([*plainly(world), *barely(world)], list(plainly(world))):
            found, simple = ask([*world.facts, *wished, formula], self.seconds)
            if found and (case := case_of(question, world, simple)) is not None:
                yield case
        if (case := case_of(question, world, model)) is not None:
            yield case


def _undecided(claim: Claim, possible: bool | None) -> Failure:
    why = _NO_TIME if possible is None else _NO_CASE_FOUND
    return Failure(claim.about, Verdict.UNDECIDED, f"{claim.broken}: {why}")


def _noted(failure: Failure) -> Failure:
    return replace(failure, verdict=Verdict.NOTED) if failure.verdict is Verdict.REFUTED else failure


def _worst(failures: Iterable[Failure]) -> Verdict:
    found = {each.verdict for each in failures}
    return next((each for each in (Verdict.REFUTED, Verdict.UNDECIDED, Verdict.NOTED) if each in found), Verdict.PROVED)
