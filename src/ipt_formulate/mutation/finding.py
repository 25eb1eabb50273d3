"""Finds the case that tells a mutant from the original: among the cases there are, or by the solver."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from ipt_formulate.case.case import Case
from ipt_formulate.case.files import parse_case
from ipt_formulate.errors import CaseError
from ipt_formulate.mutation.mutants import Mutant
from ipt_formulate.mutation.shown import Shown, formulated, shown
from ipt_formulate.mutation.telling import Answer, Teller, shrunk
from ipt_formulate.reasoning.schools import DEFAULT
from ipt_formulate.rulebase.rulebase import RuleBase


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of a mutant.

    Attributes:
        case: a case that tells it, with the fewest facts.
        proved: whether it is proved that there is none.
    """

    case: Case | None = None
    proved: bool = False


class Finder:
    """Finds cases for the mutants of one rule base.

    Args:
        base: the rule base, whole or as one tradition uses it.
        cases: cases to look at before the solver is asked.
        seconds: how long one question to the solver may take.
    """

    def __init__(self, base: RuleBase, cases: Iterable[Case], seconds: float) -> None:
        self.base = base
        self._cases = list(cases)
        self._examples = {rule.id: list(_examples(rule.text.examples)) for rule in base.rules.values()}
        self._teller = Teller(seconds)

    def find(self, mutant: Mutant) -> Found:
        """The case that tells a mutant, or that there is none.

        What a changed condition says shows at once. A changed conclusion shows in the formulation, so a case is
        looked for that is formulated otherwise; only if none of those at hand is, the solver is asked.
        """
        if not mutant.of_conditions:
            tradition = tradition_of(mutant)
            for case in self._at_hand(mutant):
                if differences(mutant, case, tradition):
                    return Found(shrunk(case, partial(differences, mutant, tradition=tradition)))
        told = self._teller.tell(mutant)
        return Found(told.case, told.answer is Answer.EQUIVALENT)

    def _at_hand(self, mutant: Mutant) -> list[Case]:
        own = [case for name in mutant.rules for case in self._examples[name]]
        if own and not mutant.areas and len(mutant.rules) == 1:
            areas = [case for name, cases in self._examples.items() if _folder(name) == _folder(mutant.site) for case in cases]
            return [*own, *self._cases, *areas]
        return [*self._cases, *(case for cases in self._examples.values() for case in cases)]


def tradition_of(mutant: Mutant) -> str:
    """The tradition in whose formulations a mutant is looked at: the default one, if it uses what is touched."""
    base = mutant.original
    if base.tradition:
        return base.tradition
    names = (DEFAULT, *base.traditions) if DEFAULT in base.traditions else tuple(base.traditions)
    wanted = [*mutant.rules, *mutant.areas]
    uses = {name: {*base.for_tradition(name).rules, *base.for_tradition(name).areas} for name in names}
    return max(names, key=lambda name: sum(each in uses[name] for each in wanted))


def differences(mutant: Mutant, case: Case, tradition: str) -> dict[str, tuple[str | None, str | None]]:
    """The parts of a formulation that come out otherwise, each as it was and is; None where there is no such part."""
    before, now = showing(mutant.original, case, tradition), showing(mutant.base, case, tradition)
    return {
        name: (before.get(name), now.get(name))
        for name in (*before, *(each for each in now if each not in before))
        if before.get(name) != now.get(name)
    }


def showing(base: RuleBase, case: Case, tradition: str) -> Shown:
    """What a rule base shows of a case in a tradition."""
    return shown(formulated(base if base.tradition else base.for_tradition(tradition), case))


def _examples(examples: Iterable[object]) -> Iterable[Case]:
    for each in examples:
        try:
            yield parse_case(each.case)  # type: ignore[attr-defined]
        except CaseError:  # `lint` reports it
            continue


def _folder(rule_id: str) -> str:
    return rule_id.partition(".")[0]
