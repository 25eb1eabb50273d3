"""The working memory of one case: told of a case that changes, it derives again only what the change touches.

This is what an interview needs, in which facts come one at a time. Every engine serves it; with durable_rules the
facts of the case stay in one session of the engine, and learning more replaces those of the items it touches.
"""

from __future__ import annotations

from typing import NamedTuple, Self

from ipt_formulate.case.lowering import LoweredCase
from ipt_formulate.errors import EngineUnavailable, RuleBaseError, UnknownName
from ipt_formulate.evaluation import durable, reference
from ipt_formulate.evaluation.findings import NOTHING, Findings
from ipt_formulate.evaluation.standing import nothing_stands, what_stands
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.vocabulary import EngineName


def engine_named(name: EngineName | str) -> EngineName:
    """The engine of a name; raises UnknownName where there is none."""
    if name not in tuple(EngineName):
        raise UnknownName(f"there is no engine of that name; there are: {', '.join(EngineName)}")
    return EngineName(name)


def working_memory(base: RuleBase, case: LoweredCase, engine: EngineName | str = "auto") -> WorkingMemory:
    """A working memory that has been told a case.

    Args:
        base: the rule base. A memory keeps to it; for another, make another.
        case: the case, as far as it is known.
        engine: ``durable``, ``reference``, or ``auto`` for durable where it can serve.

    Raises:
        UnknownName: there is no such engine.
        EngineUnavailable: ``durable`` was asked for, and cannot be imported or has too many memories open.
        RuleBaseError: ``durable`` was asked for, and cannot hold the rule base.

    >>> from ipt_formulate.case.case import Case
    >>> from ipt_formulate.rulebase.loader import shipped_rulebase
    >>> case, base = Case(), shipped_rulebase().for_tradition("weissman")
    >>> with working_memory(base, case.lowered, "reference") as memory:
    ...     case = case.with_("assessment.age_band", "adult")
    ...     memory.update(case.lowered) == reference.derive(base, case.lowered), memory.derived
    (True, 1)
    """
    return WorkingMemory(base, case, engine_named(engine))


class _Last(NamedTuple):
    """A case, what follows from it, and how many items were derived to find it; one value, so that none is half new."""

    case: LoweredCase
    findings: Findings
    derived: int


class WorkingMemory:
    """What is known of one case and what follows from it. For one thread at a time; memories share nothing."""

    def __init__(self, base: RuleBase, case: LoweredCase, asked: EngineName) -> None:
        self._base, self._asked = base, asked
        self._durable: durable.Memory | None = None
        if asked is EngineName.DURABLE or (asked is EngineName.AUTO and durable.available()):
            self._durable = durable.Memory(base)
        self._last = self._derive(case, None)

    @property
    def engine(self) -> EngineName:
        """The engine that serves: durable or reference."""
        return EngineName.REFERENCE if self._durable is None else EngineName.DURABLE

    @property
    def findings(self) -> Findings:
        """What follows from the case as it was told last."""
        return self._last.findings

    @property
    def derived(self) -> int:
        """How many items, the case counting as one, were derived when the case was told last."""
        return self._last.derived

    def update(self, case: LoweredCase) -> Findings:
        """Tell the case as it is now.

        Of a case that only says more than before, what that touches is derived. Where one takes something back,
        durable_rules derives it as a whole. After an error the memory is as it was, and can be told again.

        Returns:
            What `evaluation.reference.derive` finds of the case.

        Raises:
            EngineUnavailable: ``durable`` was asked for, and too many memories were opened since this one was closed.
        """
        self._last = self._derive(case, self._last)
        return self._last.findings

    def close(self) -> None:
        """Free what the engine holds, as is done when the memory is no longer used; a later update starts anew."""
        if self._durable is not None:
            self._durable.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _derive(self, case: LoweredCase, last: _Last | None) -> _Last:
        if self._durable is not None:
            try:
                return _Last(case, self._durable.derive(case), self._durable.derived)
            except (EngineUnavailable, RuleBaseError):
                if self._asked is EngineName.DURABLE:
                    raise
                self._durable = None
        standing = nothing_stands(case) if last is None else what_stands(self._base, last.case, case)
        findings = reference.rederive(self._base, case, NOTHING if last is None else last.findings, standing)
        return _Last(case, findings, sum(places.count(None) for places in standing.values()))
