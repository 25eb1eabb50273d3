"""Conditions as a circuit of positive flags, which is the form in which durable_rules is given them.

A node of the circuit has two flags: ``m7`` says that node 7 is surely met, ``n7`` that it surely is not; with
neither raised it is unknown. *Not* swaps the two, and *and* and *or* swap with them (De Morgan), so that nothing
in the circuit is ever negated. An *input* is raised by whoever reads the case; a *gate* is raised by the engine.

A gate is one rule for each of its flags. What would be too much for one rule is cut, and the piece cut off becomes
a gate of its own, one level earlier. Inputs and gates are shared by all that need the same, so that a named
condition is tested once for an item, however many rules use it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import prod
from typing import Final, NamedTuple, TypeAlias

from ipt_formulate.case.fields import NO, YES
from ipt_formulate.rulebase.conditions import All, Among, AtLeast, Condition, Named, Not, Some, Within

MAX_CONNECTIVES: Final = 12
"""In one rule; the engine has room for 15, of which the one that holds the kind of a fact is not counted here."""
MAX_PATHS: Final = 12
"""Ways in which one rule can come true at once: it fires once for each, so many would be slow."""


@dataclass(frozen=True, slots=True)
class And:
    """Every part is raised."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Some part is raised."""

    parts: tuple[Formula, ...]


Formula: TypeAlias = str | And | Or
"""A flag, or flags joined."""

Owner: TypeAlias = tuple[str, str]
"""Where something is defined, and its name, to show in errors."""

ALWAYS: Final = And(())
NEVER: Final = Or(())


class Flags(NamedTuple):
    """The two flags of a node."""

    met: str
    refuted: str


@dataclass(frozen=True, slots=True)
class Gate:
    """A node that the engine raises.

    Attributes:
        flags: its two flags, which are also the ids of its two rules.
        formula: when it is met; it, and what is opposite to it, stay below the limits of one rule.
        level: 1 if it reads inputs only, else one more than the highest gate it reads.
        owner: the rule or area it was made for.
    """

    flags: Flags
    formula: Formula
    level: int
    owner: Owner


def conjunction(parts: Iterable[Formula]) -> Formula:
    """All of the parts, flattened, each once."""
    return _join(And, NEVER, parts)


def disjunction(parts: Iterable[Formula]) -> Formula:
    """Any of the parts, flattened, each once."""
    return _join(Or, ALWAYS, parts)


def _join(kind: type[And | Or], absorbing: Formula, parts: Iterable[Formula]) -> Formula:
    flat: dict[Formula, None] = {}
    for part in parts:
        flat |= dict.fromkeys(part.parts if isinstance(part, kind) else (part,))
    if absorbing in flat:
        return absorbing
    return next(iter(flat)) if len(flat) == 1 else kind(tuple(flat))


def opposite(formula: Formula) -> Formula:
    """What is raised when the formula is surely not."""
    if isinstance(formula, str):
        return ("n" if formula[0] == "m" else "m") + formula[1:]
    return (Or if isinstance(formula, And) else And)(tuple(opposite(part) for part in formula.parts))


def flags_in(formula: Formula) -> Iterator[str]:
    """Every flag the formula reads."""
    if isinstance(formula, str):
        yield formula
    else:
        for part in formula.parts:
            yield from flags_in(part)


def _size(formula: Formula) -> tuple[int, int, int]:
    """Connectives, paths of the formula, and paths of its opposite."""
    if isinstance(formula, str):
        return 0, 1, 1
    connectives, paths, opposed = zip(*map(_size, formula.parts), strict=True) if formula.parts else ((), (), ())
    if isinstance(formula, And):
        return 1 + sum(connectives), prod(paths), sum(opposed)
    return 1 + sum(connectives), sum(paths), prod(opposed)


def _fits(formula: Formula) -> bool:
    connectives, paths, opposed = _size(formula)
    return connectives <= MAX_CONNECTIVES and max(paths, opposed) <= MAX_PATHS


def _weight(formula: Formula) -> tuple[int, int]:
    connectives, paths, opposed = _size(formula)
    return max(paths, opposed), connectives


@dataclass
class Circuit:
    """The circuit of one scope. Build formulas from conditions, and gates from formulas.

    Attributes:
        numbers: where the numbers of nodes come from; shared by all circuits of a rule base.
        inputs: the flags of each input, by what it stands for.
        gates: every gate, by its formula.
    """

    numbers: Iterator[int]
    inputs: dict[Hashable, Flags] = field(default_factory=dict)
    gates: dict[Formula, Gate] = field(default_factory=dict)
    _levels: dict[str, int] = field(default_factory=dict)

    def input(self, meaning: Hashable) -> Flags:
        """The flags of an input; the same meaning gives the same flags."""
        if meaning not in self.inputs:
            self.inputs[meaning] = self._node(0)
        return self.inputs[meaning]

    def formula(self, condition: Condition, given: Mapping[str, Formula]) -> Formula:
        """When a condition is met.

        Args:
            condition: any condition; its leaves, and what it counts in a list, become inputs.
            given: yes/no terms that are formulas of this circuit themselves.
        """
        match condition:
            case Among(term, mask, _, False) if term in given:
                met = given[term]
                return {NO: opposite(met), YES: met, NO | YES: ALWAYS}.get(mask & (NO | YES), NEVER)
            case Within() | Among():
                return self.input(replace(condition, wording="")).met
            case AtLeast():
                return self.input(condition).met
            case All(parts):
                return conjunction(self.formula(part, given) for part in parts)
            case Some(parts):
                return disjunction(self.formula(part, given) for part in parts)
            case Not(part):
                return opposite(self.formula(part, given))
            case Named(part=part):
                return self.formula(part, given)

    def gate(self, formula: Formula, owner: Owner) -> Flags:
        """The flags of the gate for a formula."""
        fitted = self._fitted(formula, owner)
        if (other := self.gates.get(opposite(fitted))) is not None:
            return Flags(other.flags.refuted, other.flags.met)
        if fitted not in self.gates:
            level = 1 + max((self._levels[flag] for flag in flags_in(fitted)), default=0)
            self.gates[fitted] = Gate(self._node(level), fitted, level, owner)
        return self.gates[fitted].flags

    def _node(self, level: int) -> Flags:
        number = next(self.numbers)
        flags = Flags(f"m{number}", f"n{number}")
        self._levels |= {flags.met: level, flags.refuted: level}
        return flags

    def _fitted(self, formula: Formula, owner: Owner) -> Formula:
        """The formula with as many pieces replaced by gates of their own as one rule cannot hold."""
        if isinstance(formula, str):
            return formula
        join = conjunction if isinstance(formula, And) else disjunction
        parts = [self._fitted(part, owner) for part in formula.parts]
        while not _fits(fitted := join(parts)):
            pieces = [part for part in parts if not isinstance(part, str)]
            if pieces:
                widest = max(pieces, key=_weight)
                parts[parts.index(widest)] = self.gate(widest, owner).met
            else:
                chunks = [join(parts[start : start + MAX_PATHS]) for start in range(0, len(parts), MAX_PATHS)]
                parts = [chunk if isinstance(chunk, str) else self.gate(chunk, owner).met for chunk in chunks]
        return fitted
