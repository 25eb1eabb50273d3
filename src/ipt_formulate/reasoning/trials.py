"""What comes out for a case with one parameter at other values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from ipt_formulate.case.case import Case
from ipt_formulate.evaluation import reference
from ipt_formulate.formulation.scores import scores
from ipt_formulate.reasoning.outcomes import Outcome, outcome_of
from ipt_formulate.rulebase.parameters import Value
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.rulebase.variation import with_parameters


class Trials:
    """What comes out for one case, now and with one parameter at another value. The same findings are read once.

    Attributes:
        base: the rule base as it is.
        case: the case.
        now: what comes out with it; the bands of scores are aspects too.

    >>> from ipt_formulate.case.files import example
    >>> from ipt_formulate.rulebase.loader import shipped_rulebase
    >>> trials = Trials(shipped_rulebase().for_tradition("weissman"), example("mrs-e-late-life-widow"))
    >>> trials.now["focus"], trials.at("very_recent_death", "1y")["focus"]
    ('provisional, first: grief (the death of the partner)', 'abstained')
    """

    def __init__(self, base: RuleBase, case: Case) -> None:
        self.base, self.case = base, case
        self._known: dict[object, Outcome] = {}
        self.now = self._outcome(base)

    def _outcome(self, variant: RuleBase) -> Outcome:
        """The outcome, in the sentences of the base: that a sentence prints another number is no other conclusion."""
        findings = reference.derive(variant, self.case.lowered)
        key = tuple(tuple(each.values()) for each in (findings.rules, findings.candidates, findings.areas))
        if key not in self._known:
            self._known[key] = outcome_of(self.base, findings, self.case, techniques=True)
        return {**self._known[key], **_bands(variant, self.case)}

    def at(self, name: str, value: Value) -> Outcome:
        """What comes out with a parameter at another value; raises RuleBaseError as `with_parameters` does."""
        return self._outcome(with_parameters(self.base, {name: value}))


def _bands(variant: RuleBase, case: Case) -> Mapping[str, str]:
    """How each recorded measure is read; a measure that was taken again is numbered."""
    found: dict[str, str] = {}
    records: Counter[str] = Counter()
    for score in scores(variant, case):
        records[score.title] += 1
        again = f", record {records[score.title]}" if records[score.title] > 1 else ""
        prorated = "" if score.prorated is None else f"; prorated {score.prorated}, for display only"
        found[f"score {score.title}{again}"] = f"{score.band or 'no one band'}{prorated}"
    return found
