"""The engine that runs on durable_rules: the rules as production rules, chained level by level.

It derives the same findings as `evaluation.reference`. Typed Python makes the leaf tests; what is asserted are
facts of raised flags (`evaluation.circuit`), and each rule that fires raises one flag more.

This is the only module that knows durable_rules 2.0.28, of which only the C extension is used, and of that only
what has been found to be sound. What has to be known of it:

- `durable.lang` and `durable.engine.Host` start background threads that race with the caller; the extension
  itself holds the GIL throughout a call and starts none.
- An asserted *event* is consumed by the first rule that fires; a *fact* is not. Batches swallow errors.
- A rule fires once for each true branch of its *or*: fired ids are gathered in a set.
- The id of a fact is a hash of its content and is compared by 32 bits: every fact carries a number of its own,
  and one that is taken for a known one is asserted again under the next.
- A session is found by 32 bits of the hash of its name, and keeps all its facts: each case has a session of its
  own, deleted when it is done. One in which no action was started must not be deleted (a pointer that was never
  set would be freed); hence a rule that fires on every fact.
- Fields are found by 32 bits of the hash of their names; for flags no two of these are equal, up to 200,000 nodes.
- A field called ``id`` or ``sid`` has a meaning of its own; a missing field fits nothing; 1 equals True and "1".
- Conditions beyond a limit are found when a fact arrives, as an error, a crash or a hang: `evaluation.network`
  stays below all of them, and each ruleset is tried with all flags raised before it is used.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Mapping
from itertools import count
from typing import Any, Final, Self

from ipt_formulate.case.lowering import LoweredCase
from ipt_formulate.case.terms import CASE, LIST_MODELS
from ipt_formulate.errors import EngineUnavailable
from ipt_formulate.evaluation.circuit import Flags
from ipt_formulate.evaluation.findings import CandidateFindings, Findings, Verdict
from ipt_formulate.evaluation.network import Group, beyond_the_engine, ruleset
from ipt_formulate.evaluation.plan import Plan, ScopePlan, plan_for
from ipt_formulate.evaluation.reference import MET, NOT_MET, UNKNOWN
from ipt_formulate.rulebase.rulebase import RuleBase

_TAKEN_FOR_KNOWN: Final = 2
_names = count()
_lock = threading.RLock()
_compiled: weakref.WeakKeyDictionary[RuleBase, _Compiled] = weakref.WeakKeyDictionary()


def available() -> bool:
    """Whether durable_rules can be imported here. On some Pythons it installs and cannot be loaded."""
    try:
        _engine()
    except EngineUnavailable:
        return False
    return True


def derive(base: RuleBase, case: LoweredCase) -> Findings:
    """What follows from a case, found by durable_rules.

    Args:
        base: the rule base; it is compiled when it is first used, and the rules stay in memory as long as it does.
        case: the case.

    Returns:
        The same findings as `evaluation.reference.derive`.

    Raises:
        EngineUnavailable: durable_rules cannot be imported here.
        RuleBaseError: the rule base is more than durable_rules can hold; the problems name the rules.
    """
    engine = _engine()
    with _lock:
        compiled = _compiled.get(base) or _Compiled(engine, plan_for(base))
        _compiled[base] = compiled
        try:
            with _Session(engine, compiled.handle) as session:
                return _derive(compiled.plan, case, session)
        except BaseException:
            _compiled.pop(base, None)  # an interrupted session may have stayed behind: start anew without it
            raise


def _engine() -> Any:
    try:
        import durable_rules_engine
    except ImportError as error:
        remedy = "install durable_rules==2.0.28, or use engine='reference'"
        raise EngineUnavailable(f"durable_rules cannot be imported here; {remedy}") from error
    return durable_rules_engine


def _renew() -> None:
    """Start anew in a forked child: the lock may be held by a thread that does not exist there."""
    global _lock
    _lock = threading.RLock()
    _compiled.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew)


class _Compiled:
    """A rule base as a ruleset of the engine, tried out, and freed with the rule base."""

    def __init__(self, engine: Any, plan: Plan) -> None:
        self.plan = plan
        groups = [group for scope in plan.scopes.values() for group in scope.groups]
        self.handle: int = engine.create_ruleset(f"rules{next(_names)}", ruleset(groups))
        weakref.finalize(self, engine.delete_ruleset, self.handle).atexit = False
        for group in groups:
            self._try(engine, group)

    def _try(self, engine: Any, group: Group) -> None:
        """Assert every flag of a group: no case can raise more, and each of its rules must fire."""
        raised = set(group.reads)
        try:
            with _Session(engine, self.handle) as session:
                session.tell(group, raised)
        except engine.error:
            raised.clear()
        if not raised >= set(group.rules):
            raise beyond_the_engine(group.owners)


class _Session:
    """A session of the engine: facts go in, the ids of the rules that fire come out."""

    def __init__(self, engine: Any, handle: int) -> None:
        self.engine, self.handle = engine, handle
        self.name = f"s{next(_names)}"
        self.facts = 0
        self.started = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.started:
            self.engine.delete_state(self.handle, self.name)

    def tell(self, group: Group, raised: set[str]) -> None:
        """Assert the fact of a group, and add the flags that its rules raise."""
        fields = group.fact(raised)
        if not fields:
            return
        result = _TAKEN_FOR_KNOWN
        while result == _TAKEN_FOR_KNOWN:
            self.facts += 1
            result, state = self.engine.assert_fact(
                self.handle, f'{{"sid":"{self.name}","number":{self.facts},{fields}}}'
            )
        handle, go_on = self.handle, self.engine.complete_and_start_action
        _, fired = self.engine.start_action_for_state(handle, state)
        self.started = True
        while fired is not None:  # {"m7": {...}}: the one key is the id of the rule
            raised.add(fired[2 : fired.index('"', 2)])
            fired = go_on(handle, state)


def _derive(plan: Plan, case: LoweredCase, session: _Session) -> Findings:
    raised: dict[str, list[set[str]]] = {}
    for name, scope in plan.scopes.items():
        items = (case.case,) if name == CASE else case.lists[name].items
        shared = scope.shared(case) if items else set()
        if name == CASE:
            shared |= _found(plan, case, raised)
        raised[name] = [_fire(scope, scope.own.on(item.values) | shared, session) for item in items]
    (whole,) = raised[CASE]
    return Findings(
        {
            name: tuple(_verdicts(plan.scopes[name].rules, each) for each in raised[name])
            for name in (CASE, *LIST_MODELS)
        },
        {
            area: tuple(
                CandidateFindings(_verdict(nodes.support, each), _verdicts(nodes.steps, each))
                for each in raised[nodes.scope]
            )
            for area, nodes in plan.areas.items()
        },
        {area: _verdict(status, whole) for area, status in plan.statuses.items()},
    )


def _fire(scope: ScopePlan, raised: set[str], session: _Session) -> set[str]:
    for group in scope.groups:
        session.tell(group, raised)
    return raised


def _found(plan: Plan, case: LoweredCase, raised: Mapping[str, list[set[str]]]) -> set[str]:
    """What the recorded candidates come to, as inputs of the case."""
    found = {flags.refuted for name, flags in plan.unrecorded.items() if case.lists[name].complete}
    for area, best in plan.best.items():
        support = [_verdict(plan.areas[area].support, each) for each in raised[plan.areas[area].scope]]
        verdict = max(support, default=NOT_MET)
        if verdict != UNKNOWN:
            found.add(best.met if verdict == MET else best.refuted)
    return found


def _verdict(node: Flags, raised: set[str]) -> Verdict:
    return MET if node.met in raised else NOT_MET if node.refuted in raised else UNKNOWN


def _verdicts(nodes: tuple[Flags, ...], raised: set[str]) -> tuple[Verdict, ...]:
    return tuple([MET if met in raised else NOT_MET if refuted in raised else UNKNOWN for met, refuted in nodes])
