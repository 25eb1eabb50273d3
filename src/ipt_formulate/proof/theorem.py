"""What a theorem is made of, and how it comes out."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, TypeAlias

from ipt_formulate.case.case import Case
from ipt_formulate.proof.rails import Bool
from ipt_formulate.proof.values import World
from ipt_formulate.rulebase.rulebase import RuleBase


class Verdict(StrEnum):
    """How a theorem came out. What does not hold is *refuted* of a promise, and *noted* of what is none."""

    PROVED = "proved"
    REFUTED = "refuted"
    UNDECIDED = "not decided"
    NOTED = "noted"


@dataclass(frozen=True, slots=True)
class Question:
    """A formula about a symbolic case, and how a real case is seen to fulfil it.

    Attributes:
        formula: makes the formula, about a world that it makes too; without a world, about abstract values.
        shows: whether a case fulfils it, by the rules as they are run; None where no case could show it.
        extra: what a case file has to hold besides, for the case to show it.
        seen: of abstract values, what they are in words if the library, run on them, does what the formula says; empty
            if it does not.
    """

    formula: Callable[[], tuple[World | None, Bool]]
    shows: Callable[[Case], bool] | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    seen: Callable[[Any], str] = lambda model: ""


@dataclass(frozen=True, slots=True)
class Claim:
    """One part of a theorem.

    Attributes:
        about: what it is about, such as a rule's id.
        wanted: ``none`` if no case may answer any of the questions, ``some`` if a case must answer one of them.
        questions: the questions; made one by one, as the first answer often is enough.
        broken: what is wrong if the claim does not hold, in words.
        key: all that the claim hangs on; a claim with the same key comes out the same. None if that was not worked out.
        expected: why it is meant that the claim does not hold, where a rule declares that.
    """

    about: str
    wanted: Literal["none", "some"]
    questions: Callable[[], Iterator[Question]]
    broken: str
    key: Hashable = None
    expected: str | None = None


Claims: TypeAlias = Callable[[RuleBase], Iterator[Claim]]


@dataclass(frozen=True, slots=True)
class Theorem:
    """A statement about every case, and its parts for one rule base.

    Attributes:
        id: a short name.
        statement: what it says, in words.
        claims: its parts; none where it says nothing of a rule base.
        noted: what is said of what does not hold, where that is worth knowing and no fault; empty for a promise.
    """

    id: str
    statement: str
    claims: Claims
    noted: str = ""

    @property
    def promise(self) -> bool:
        """Whether every rule base has to keep it."""
        return not self.noted


@dataclass(frozen=True, slots=True)
class Failure:
    """A part of a theorem that does not hold, or was not decided.

    Attributes:
        about: what it is about.
        verdict: refuted, noted or not decided.
        why: what is wrong, in words.
        case: the smallest case found that shows it; None where the fault is that there is no case.
        fewest: whether no case with fewer facts shows it; otherwise only that none of the case's can be left out.
    """

    about: str
    verdict: Verdict
    why: str
    case: Case | None = None
    fewest: bool = False


@dataclass(frozen=True, slots=True)
class Exempt:
    """A part of a theorem that does not hold, which a rule declares as expected.

    Attributes:
        about: what it is about.
        why: what does not hold, in words.
        because: why that is meant, as the rule says.
    """

    about: str
    why: str
    because: str


@dataclass(frozen=True, slots=True)
class Result:
    """How a theorem came out.

    Attributes:
        theorem: the theorem.
        verdict: the worst of its parts; proved if all of them hold but for declared exceptions.
        parts: how many parts it has.
        seconds: the time it took.
        failures: the parts that do not hold, or were not decided.
        exceptions: the parts that do not hold and are declared as expected.
    """

    theorem: Theorem
    verdict: Verdict
    parts: int
    seconds: float
    failures: tuple[Failure, ...]
    exceptions: tuple[Exempt, ...] = ()

    @property
    def broken(self) -> bool:
        """Whether it is a promise that is not proved."""
        return self.theorem.promise and self.verdict is not Verdict.PROVED
