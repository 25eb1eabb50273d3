"""Proves theorems about a rule base, or refutes them by a case that the rules themselves take as they are said to."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import replace
from typing import Any, Final, TypeAlias

import z3

from ipt_formulate.case.case import Case
from ipt_formulate.proof.asking import SECONDS, ask
from ipt_formulate.proof.counting import facts, least_facts
from ipt_formulate.proof.rails import Bool
from ipt_formulate.proof.realising import barely, plainly, realise, shrink, size
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
            possible, cases = self._answered(question)
            if possible is False:
                continue
            if (shows := question.shows) is not None:
                smallest = min((shrink(case, shows) for case in cases), key=size, default=None)
                if smallest is not None:
                    return Failure(claim.about, Verdict.REFUTED, claim.broken, *self._fewest(question, smallest))
            undecided = _undecided(claim, possible)
        return undecided

    def _some(self, claim: Claim) -> Failure | None:
        """A case has to answer; where the solver says that none does, the claim is refuted."""
        undecided: Failure | None = None
        for question in claim.questions():
            possible, cases = self._answered(question)
            if next(cases, None) is not None:
                return None
            if possible is not False:
                undecided = _undecided(claim, possible)
        return undecided or Failure(claim.about, Verdict.REFUTED, claim.broken)

    def _answered(self, question: Question) -> tuple[bool | None, Iterator[Case]]:
        """Whether values answer the question, and cases that do, as far as such are found, the plainest first."""
        world, formula = question.formula()
        if world is None:
            return ask([formula], self.seconds)[0], iter(())
        possible, model = ask([*world.facts, formula], self.seconds)
        return possible, self._cases(question, world, formula, model) if possible else iter(())

    def _fewest(self, question: Question, case: Case) -> tuple[Case, bool]:
        """A case with fewer facts as long as the solver knows of one, and whether none has fewer."""
        assert question.shows is not None
        world, formula = question.formula()
        if world is None:
            return case, False
        counted = [(each, 1) for each in least_facts(world).values()]
        until = time.perf_counter() + self.seconds
        while time.perf_counter() < until and (most := facts(case) - 1) >= 0:
            fewer = [*world.facts, formula, z3.PbLe(counted, most)]
            possible, _ = ask(fewer, self.seconds)
            if possible is not True:
                return case, possible is False
            for wished in ([*plainly(world), *barely(world)], list(plainly(world)), []):
                found, model = ask([*fewer, *wished], self.seconds)
                other = _case(question, world, model) if found else None
                if other is not None and facts(other := shrink(other, question.shows)) <= most:
                    case = other
                    break
            else:
                return case, False
        return case, facts(case) == 0

    def _cases(self, question: Question, world: World, formula: Bool, model: Any) -> Iterator[Case]:
        for wished in ([*plainly(world), *barely(world)], list(plainly(world))):
            found, simple = ask([*world.facts, *wished, formula], self.seconds)
            if found and (case := _case(question, world, simple)) is not None:
                yield case
        if (case := _case(question, world, model)) is not None:
            yield case


def _case(question: Question, world: World, model: Any) -> Case | None:
    """The case of a model, if it shows by the rules themselves what it should."""
    case = realise(world, model, question.extra)
    return case if case is not None and question.shows is not None and question.shows(case) else None


def _undecided(claim: Claim, possible: bool | None) -> Failure:
    why = _NO_TIME if possible is None else _NO_CASE_FOUND
    return Failure(claim.about, Verdict.UNDECIDED, f"{claim.broken}: {why}")


def _noted(failure: Failure) -> Failure:
    return replace(failure, verdict=Verdict.NOTED) if failure.verdict is Verdict.REFUTED else failure


def _worst(failures: Iterable[Failure]) -> Verdict:
    found = {each.verdict for each in failures}
    return next((each for each in (Verdict.REFUTED, Verdict.UNDECIDED, Verdict.NOTED) if each in found), Verdict.PROVED)
