"""A case told to a session of an engine of flags, item by item, and told again where it has changed.

All flags are positive (`evaluation.circuit`), so whoever learns more raises more of them and takes none back: then
each fact that has changed is told anew and the old one, which says less, is retracted. Where something told before
no longer holds, that order is not to be had, and a session has to be told everything from the start.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest
from typing import NamedTuple, Protocol

from ipt_formulate.case.lowering import LoweredCase, LoweredItem
from ipt_formulate.case.terms import CASE, LIST_MODELS
from ipt_formulate.evaluation.circuit import Flags
from ipt_formulate.evaluation.findings import CandidateFindings, Findings, Verdict
from ipt_formulate.evaluation.network import Group
from ipt_formulate.evaluation.plan import Plan, ScopePlan
from ipt_formulate.evaluation.reference import MET, NOT_MET, UNKNOWN
from ipt_formulate.evaluation.standing import nothing_stands, what_stands
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.vocabulary import ProblemArea


class Fact(NamedTuple):
    """The fact of one group about one item.

    Attributes:
        flags: what it says.
        text: how it stands in the session; empty if it could raise nothing and was not told.
        fired: the flags that the group's rules raised on it.
    """

    flags: frozenset[str]
    text: str
    fired: set[str]


class Session(Protocol):
    """Where facts are told."""

    def tell(self, group: Group, flags: frozenset[str]) -> Fact:
        """Tell the fact of a group, and fire its rules."""
        ...

    def retract(self, fact: Fact) -> None:
        """Take a fact out. One of the same group that says at least as much must have been told after it."""
        ...


class _Told(NamedTuple):
    """What was told of one item, and what is read off for it."""

    inputs: set[str]
    facts: tuple[Fact, ...]
    raised: set[str]
    rules: tuple[Verdict, ...]
    candidates: Mapping[ProblemArea, CandidateFindings]


class Telling:
    """What one session was told of a case. After an error, or a case that takes something back, it is of no more use.

    Attributes:
        derived: how many items, the case among them, were derived when the case was told last.
    """

    def __init__(self, base: RuleBase, plan: Plan, session: Session) -> None:
        self.base, self.plan, self.session = base, plan, session
        self.derived = 0
        self._case: LoweredCase | None = None
        self._told: dict[str, dict[str, _Told]] = {scope: {} for scope in plan.scopes}
        self._found: set[str] = set()

    @property
    def facts(self) -> int:
        """How many facts the session holds."""
        return sum(bool(fact.text) for told in self._told.values() for each in told.values() for fact in each.facts)

    def tell(self, case: LoweredCase) -> bool:
        """Tell what is new of the case; False where something told before no longer holds."""
        standing = nothing_stands(case) if self._case is None else what_stands(self.base, self._case, case)
        self._case, self.derived = case, 0
        for name in LIST_MODELS:
            if not self._tell(name, case, case.lists[name].items, standing[name], set()):
                return False
        found, before = self._candidates_found(case), self._found
        self._found = found
        return self._tell(CASE, case, (case.case,), standing[CASE] if found == before else (None,), found)

    def findings(self) -> Findings:
        """What followed from the case as it was told last."""
        (whole,) = self._told[CASE].values()
        return Findings(
            {name: tuple([each.rules for each in self._told[name].values()]) for name in (CASE, *LIST_MODELS)},
            {
                area: tuple([each.candidates[area] for each in self._told[nodes.scope].values()])
                for area, nodes in self.plan.areas.items()
            },
            {area: _verdict(status, whole.raised) for area, status in self.plan.statuses.items()},
        )

    def _tell(
        self,
        name: str,
        case: LoweredCase,
        items: tuple[LoweredItem, ...],
        standing: tuple[int | None, ...],
        found: set[str],
    ) -> bool:
        scope, before = self.plan.scopes[name], self._told[name]
        if not before.keys() <= {item.id for item in items}:
            return False
        shared = scope.shared(case) | found if None in standing else found
        now: dict[str, _Told] = {}
        for item, place in zip(items, standing, strict=True):
            told = before.get(item.id)
            if place is None or told is None:
                self.derived += 1
                inputs = scope.own.on(item.values)
                inputs |= shared
                if told is not None and not told.inputs <= inputs:
                    return False
                told = told if told is not None and told.inputs == inputs else self._fire(scope, inputs, told)
            now[item.id] = told
        self._told[name] = now
        return True

    def _fire(self, scope: ScopePlan, inputs: set[str], before: _Told | None) -> _Told:
        """Tell the facts of an item that have changed, and read off what follows."""
        raised, facts = set(inputs), []
        for group, old in zip_longest(scope.groups, before.facts if before is not None else ()):
            flags = group.reads & raised
            fact = old
            if old is None or flags != old.flags:
                fact = self.session.tell(group, flags)
                if old is not None:
                    self.session.retract(old)
            raised |= fact.fired
            facts.append(fact)
        candidates = {
            area: CandidateFindings(_verdict(nodes.support, raised), _verdicts(nodes.steps, raised))
            for area, nodes in scope.areas
        }
        return _Told(inputs, tuple(facts), raised, _verdicts(scope.rules, raised), candidates)

    def _candidates_found(self, case: LoweredCase) -> set[str]:
        """What the recorded candidates come to, as inputs of the case."""
        plan = self.plan
        found = {flags.refuted for name, flags in plan.unrecorded.items() if case.lists[name].complete}
        for area, best in plan.best.items():
            told = self._told[plan.areas[area].scope].values()
            verdict = max((each.candidates[area].support for each in told), default=NOT_MET)
            if verdict != UNKNOWN:
                found.add(best.met if verdict == MET else best.refuted)
        return found


def _verdict(node: Flags, raised: set[str]) -> Verdict:
    return MET if node.met in raised else NOT_MET if node.refuted in raised else UNKNOWN


def _verdicts(nodes: tuple[Flags, ...], raised: set[str]) -> tuple[Verdict, ...]:
    return tuple([MET if met in raised else NOT_MET if refuted in raised else UNKNOWN for met, refuted in nodes])
