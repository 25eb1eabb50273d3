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
- A session is found by 32 bits of the hash of its name: no two that are open share them. It keeps all its facts
  and some megabytes, until it is deleted. One in which no action was started must not be deleted (a pointer that
  was never set would be freed); hence a rule that fires on every fact.
- A ruleset has room for 1,024 sessions; one more is an error that leaves a broken session behind.
- `retract_fact` finds a fact by the 32 bits alone, and answers the same whether it found one or not; with a session
  it does not know, it opens it. It visits every place in which a rule fired on the fact. Those places have been
  used again since by later facts: where the last of these was the retracted one itself, the place is emptied, and
  when an earlier fact that fired there is retracted next, the engine reads past the end of an array, and can write
  there. So a fact is retracted only after one was asserted, and fired, on which at least the same rules fire: no
  place is emptied then. Where that order is not to be had, the session is deleted and another is told anew. (In a
  build that reports such reads, two facts on which rules fired 8 times, retracted newest first, gave 8 of them;
  50,000 facts replaced in the order kept here gave none.)
- Fields are found by 32 bits of the hash of their names; for flags no two of these are equal, up to 200,000 nodes.
- A field called ``id`` or ``sid`` has a meaning of its own; a missing field fits nothing; 1 equals True and "1".
- Conditions beyond a limit are found when a fact arrives, as an error, a crash or a hang: `evaluation.network`
  stays below all of them, and each ruleset is tried with all flags raised before it is used.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable
from itertools import count
from typing import Any, Final

from ipt_formulate.case.lowering import LoweredCase
from ipt_formulate.errors import EngineUnavailable
from ipt_formulate.evaluation.findings import Findings
from ipt_formulate.evaluation.network import Group, beyond_the_engine, ruleset
from ipt_formulate.evaluation.plan import Plan, plan_for
from ipt_formulate.evaluation.telling import Fact, Telling
from ipt_formulate.rulebase.rulebase import RuleBase

MAX_OPEN: Final = 1_000
"""Working memories that one rule base may have open at a time (1,024 sessions in the engine)."""

_TAKEN_FOR_KNOWN: Final = 2
_names = count()
_lock = threading.RLock()
_process = object()
"""What sessions are marked with, so that a forked child knows those of its parent."""
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
    with _lock:
        memory = Memory(base, spare=1)
        try:
            return memory.derive(case)
        finally:
            memory.close()


class Memory:
    """A case in the engine's working memory: one session, kept open. For one thread at a time.

    Attributes:
        base: the rule base.
        spare: how many more than `MAX_OPEN` may be open with this one; `derive` needs room beside all memories.
        derived: how many items, the case among them, were derived the last time.
    """

    def __init__(self, base: RuleBase, spare: int = 0) -> None:
        self.base, self.spare = base, spare
        self.derived = 0
        self._session: _Session | None = None
        self._telling: Telling | None = None
        self._free: Callable[[], object] | None = None

    def derive(self, case: LoweredCase) -> Findings:
        """What follows from the case as it is now; only what has changed since the last time is derived.

        Raises:
            EngineUnavailable: durable_rules cannot be imported here, or too many memories are open.
            RuleBaseError: the rule base is more than durable_rules can hold.
        """
        with _lock:
            telling, self._telling = self._telling, None  # put back when all is told, so that nothing half told stays
            if telling is None or self._session is None or self._session.process is not _process:
                telling = self._anew()
            try:
                if not telling.tell(case):
                    telling = self._anew()
                    telling.tell(case)
            except BaseException:
                _compiled.pop(self.base, None)  # an interrupted session may have stayed behind: start anew without it
                self.close()
                raise
            self.derived, self._telling = telling.derived, telling
            return telling.findings()

    def close(self) -> None:
        """Delete the session; the next derivation opens another."""
        with _lock:
            if self._free is not None:
                self._free()
            self._session = self._telling = self._free = None

    def _anew(self) -> Telling:
        self.close()
        engine = _engine()
        compiled = _compiled.get(self.base) or _Compiled(engine, plan_for(self.base))
        _compiled[self.base] = compiled
        if len(compiled.open) >= MAX_OPEN + self.spare:
            remedy = "close some, or use engine='reference'"
            raise EngineUnavailable(f"{MAX_OPEN} working memories of durable_rules are open already; {remedy}")
        self._session = _Session(engine, compiled)
        self._free = finalize = weakref.finalize(self, self._session.close)
        finalize.atexit = False
        return Telling(self.base, compiled.plan, self._session)


def _engine() -> Any:
    try:
        import durable_rules_engine
    except ImportError as error:
        remedy = "install durable_rules==2.0.28, or use engine='reference'"
        raise EngineUnavailable(f"durable_rules cannot be imported here; {remedy}") from error
    return durable_rules_engine


def _renew() -> None:
    """Start anew in a forked child: the lock may be held by a thread that does not exist there."""
    global _lock, _process
    _lock, _process = threading.RLock(), object()
    _compiled.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew)


class _Compiled:
    """A rule base as a ruleset of the engine, tried out, and freed with the rule base.

    Attributes:
        open: what the engine knows its open sessions by.
    """

    def __init__(self, engine: Any, plan: Plan) -> None:
        self.plan = plan
        self.open: set[int] = set()
        groups = [group for scope in plan.scopes.values() for group in scope.groups]
        self.handle: int = engine.create_ruleset(f"rules{next(_names)}", ruleset(groups))
        weakref.finalize(self, engine.delete_ruleset, self.handle).atexit = False
        for group in groups:
            self._try(engine, group)

    def _try(self, engine: Any, group: Group) -> None:
        """Assert every flag of a group: no case can raise more, and each of its rules must fire."""
        session = _Session(engine, self)
        try:
            fired = session.tell(group, group.reads).fired
        except engine.error:
            fired = set()
        finally:
            session.close()
        if not fired >= set(group.rules):
            raise beyond_the_engine(group.owners)


class _Session:
    """A session of the engine: facts go in, the ids of the rules that fire come out."""

    def __init__(self, engine: Any, compiled: _Compiled) -> None:
        self.engine, self.compiled, self.process = engine, compiled, _process
        while (known_by := _hash(name := f"s{next(_names)}")) in compiled.open:
            pass
        self.name, self.known_by = name, known_by
        compiled.open.add(known_by)
        self.numbers = count(1)
        self.started = False

    def close(self) -> None:
        """Delete the session, once; one of a parent process is left to it."""
        if self.started and self.process is _process:
            self.started = False
            self.engine.delete_state(self.compiled.handle, self.name)
        self.compiled.open.discard(self.known_by)

    def tell(self, group: Group, flags: frozenset[str]) -> Fact:
        """Assert the fact of a group, and see which flags its rules raise."""
        fields = group.fact(flags)
        if not fields:
            return Fact(flags, "", set())
        handle, go_on = self.compiled.handle, self.engine.complete_and_start_action
        result = _TAKEN_FOR_KNOWN
        while result == _TAKEN_FOR_KNOWN:
            text = f'{{"sid":"{self.name}","number":{next(self.numbers)},{fields}}}'
            result, state = self.engine.assert_fact(handle, text)
        _, fired = self.engine.start_action_for_state(handle, state)
        self.started = True
        raised = set()
        while fired is not None:  # {"m7": {...}}: the one key is the id of the rule
            raised.add(fired[2 : fired.index('"', 2)])
            fired = go_on(handle, state)
        return Fact(flags, text, raised)

    def retract(self, fact: Fact) -> None:
        """Take a fact out, after one was told on which at least the same rules fire."""
        if fact.text:
            self.engine.retract_fact(self.compiled.handle, fact.text)


def _hash(name: str) -> int:
    """What the engine makes of the name of a session: 32 bits of FNV-1a."""
    found = 2166136261
    for byte in name.encode():
        found = (found ^ byte) * 16777619 & 0xFFFFFFFF
    return found
