"""Finds the case that tells a mutant from the original: among the cases there are, or by the solver."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ipt_formulate.case.case import Case
from ipt_formulate.case.files import parse_case, to_plain
from ipt_formulate.errors import CaseError
from ipt_formulate.mutation.mutants import Mutant
from ipt_formulate.mutation.shown import Shown, formulated, shown
from ipt_formulate.mutation.telling import Answer, Teller
from ipt_formulate.mutation.told import statuses
from ipt_formulate.proof.realising import shrink
from ipt_formulate.reasoning.schools import DEFAULT
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.rulebase.texts import Example


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

        What a changed condition says shows at once, and so does that a rule is gone. Another conclusion shows in the
        formulation, so a case is looked for that is formulated otherwise; only if none of those at hand is, the
        solver is asked.
        """
        if mutant.drops:
            return Found(self._with_status(mutant))
        if not mutant.of_conditions:
            tradition = tradition_of(mutant)
            for case in self._at_hand(mutant):
                if differences(mutant, case, tradition):
                    return Found(shrink(case, lambda smaller: bool(differences(mutant, smaller, tradition))))
        told = self._teller.tell(mutant)
        if (
            told.case is not None
            and not mutant.of_conditions
            and not differences(mutant, told.case, tradition_of(mutant))
        ):
            return Found()
        return Found(told.case, told.answer is Answer.EQUIVALENT)

    def _with_status(self, mutant: Mutant) -> Case | None:
        """A case of which the dropped rules would say that they are met."""
        rules = [self.base.rules[name] for name in mutant.rules]

        def met(case: Case) -> bool:
            return all("met" in statuses(self.base, rule, case).values() for rule in rules)

        case = next((case for name in mutant.rules for case in self._examples[name] if met(case)), None)
        return None if case is None else shrink(case, met)

    def _at_hand(self, mutant: Mutant) -> Iterator[Case]:
        """First the rule's own examples, then those set into whole cases, then all there are."""
        own = [case for name in mutant.rules for case in self._examples[name]]
        yield from own
        yield from self._cases
        for whole in self._cases if len(mutant.rules) == 1 else ():
            for case in own:
                yield from _set_into(whole, case)
        yield from (case for cases in self._examples.values() for case in cases)


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


def _examples(examples: Iterable[Example]) -> Iterator[Case]:
    for each in examples:
        try:
            yield parse_case(each.case)
        except CaseError:  # `lint` reports it
            continue


def _set_into(whole: Case, case: Case) -> Iterator[Case]:
    """A case with what another records set in, where both can stand together."""
    content, other = to_plain(whole), to_plain(case)
    inventory = dict(content.get("inventory", {}))
    for name, told in other.get("inventory", {}).items():
        inventory[name] = [*inventory.get(name, []), *told] if isinstance(told, list) else told
    assessment = _merged(content.get("assessment", {}), other.get("assessment", {}))
    try:
        yield parse_case({**content, "assessment": assessment, "inventory": inventory})
    except CaseError:  # the two do not go together
        return


def _merged(one: Any, other: Any) -> Any:
    if isinstance(one, dict) and isinstance(other, dict):
        return {**one, **{key: _merged(one.get(key), value) for key, value in other.items()}}
    return [*one, *other] if isinstance(one, list) and isinstance(other, list) else other
