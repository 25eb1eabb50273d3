"""What asserts something of a rule base: each suite says whether it would notice a mutant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ipt_formulate.case.case import Case
from ipt_formulate.case.files import load_case, parse_case
from ipt_formulate.case.lowering import LoweredCase
from ipt_formulate.documents import read_document
from ipt_formulate.errors import InputError, Problem
from ipt_formulate.evaluation import reference
from ipt_formulate.evaluation.examples import example_verdict
from ipt_formulate.formulation.evidence import items_of
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.mutation.mutants import Mutant
from ipt_formulate.mutation.shown import Shown, formulated, shown
from ipt_formulate.mutation.told import Statuses, statuses, tells
from ipt_formulate.reasoning.schools import DEFAULT
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase
from ipt_formulate.rulebase.texts import AreaConclusion, StepConclusion
from ipt_formulate.testing.decisions import departures
from ipt_formulate.testing.goldens import report, summary
from ipt_formulate.vocabulary import Evidence, Truth

EXAMPLES, DECISIONS, GOLDENS, SOLVER_CASES = "examples", "decisions", "golden cases", "solver-made cases"
SUITES: Final = (EXAMPLES, DECISIONS, GOLDENS, SOLVER_CASES)


class Examples:
    """The examples that stand in the rules."""

    def __init__(self, base: RuleBase) -> None:
        self._cases = {
            (rule.id, place): parse_case(example.case)
            for rule in base.rules.values()
            for place, example in enumerate(rule.text.examples)
        }

    def notices(self, mutant: Mutant) -> bool:
        """Whether an example comes out otherwise than it says: of a rule that is touched, or of a step that reads it."""
        if mutant.of_conditions and any(self._fails(rule) for rule in mutant.rules.values() if rule is not None):
            return True
        return any(
            (verdict := example_verdict(mutant.base, rule, example)) is not None and verdict.word != example.expect
            for rule in self._steps(mutant)
            for example in rule.text.examples
        )

    def _fails(self, rule: CompiledRule[Any]) -> bool:
        if isinstance(rule.then, StepConclusion):
            return False
        for place, example in enumerate(rule.text.examples):
            lowered = self._cases[rule.id, place].lowered
            items = [item for item in items_of(lowered, rule.scope) if example.item in (None, item.id)]
            if len(items) == 1:
                verdict = reference.evaluate(rule.condition, items[0].values, lowered)
                if Truth(verdict).word != example.expect:
                    return True
        return False

    @staticmethod
    def _steps(mutant: Mutant) -> Iterable[CompiledRule[Any]]:
        """The steps whose examples may come out otherwise: those touched, and all if evidence that they read is."""
        before = mutant.original.rules
        read = any(
            isinstance(rule.then, AreaConclusion) and rule.then.kind in (Evidence.STRONG, Evidence.AGAINST)
            for name, now in mutant.rules.items()
            for rule in (before[name], now)
            if rule is not None
        )
        return [rule for rule in mutant.base.steps if read or mutant.rules.get(rule.id) is rule]


@dataclass(frozen=True, eq=False)
class Asserted:
    """A case, and whether something asserted of its formulation does not hold.

    Attributes:
        name: where it stands.
        case: the case.
        tradition: in which tradition.
        departs: whether a formulation of it departs from what is asserted.
    """

    name: str
    case: Case
    tradition: str
    departs: Callable[[Formulation], bool]
    _shown: dict[RuleBase, Shown] = field(default_factory=dict, repr=False)

    def notices(self, mutant: Mutant) -> bool:
        """Whether a mutant formulates the case otherwise than is asserted."""
        if self.tradition not in mutant.base.traditions or not self._reached(mutant):
            return False
        now = formulated(mutant.base.for_tradition(self.tradition), self.case)
        return shown(now) != self._before(mutant.original) and self.departs(now)

    def _before(self, base: RuleBase) -> Shown:
        """What the rule base shows of the case before any step: what shows the same is asserted alike."""
        if base not in self._shown:
            self._shown[base] = shown(formulated(base.for_tradition(self.tradition), self.case))
        return self._shown[base]

    def _reached(self, mutant: Mutant) -> bool:
        """Whether the case can come out otherwise at all: a touched rule says otherwise, or concludes otherwise."""
        if mutant.of_conditions:
            return tells(mutant, self.case)
        lowered, before = self.case.lowered, mutant.original.rules
        return bool(mutant.areas) or any(_may_hold(before[name], lowered) for name in mutant.rules)


def _may_hold(rule: CompiledRule[Any], case: LoweredCase) -> bool:
    """Whether a rule is not refuted for some item; what it concludes of others never shows, but for evidence and steps."""
    if isinstance(rule.then, AreaConclusion | StepConclusion):
        return True
    return any(reference.evaluate(rule.condition, item.values, case) for item in items_of(case, rule.scope))


@dataclass(frozen=True, eq=False)
class SolverCase:
    """A case that tells mutants apart, with what the rules say of it.

    Attributes:
        title: what it is for.
        case: the case.
        rules: by rule, what it says of each item.
        shows: what the formulation shows, by the name of the part, where a status alone would not tell.
        tradition: the tradition of the formulation.
    """

    title: str
    case: Case
    rules: Mapping[str, Statuses]
    shows: Mapping[str, str] = field(default_factory=dict)
    tradition: str = DEFAULT

    def notices(self, mutant: Mutant) -> bool:
        """Whether a mutant says otherwise of the case."""
        for name in mutant.rules:
            if name in self.rules:
                now = mutant.base.rules.get(name)
                if now is None or statuses(mutant.base, now, self.case) != self.rules[name]:
                    return True
        if not self.shows or mutant.of_conditions:
            return False
        return bool(list(self._departures(mutant.base)))

    def faults(self, base: RuleBase) -> Iterator[str]:
        """What a rule base says otherwise of the case, by the name of the rule or part."""
        for name, told in self.rules.items():
            rule = base.rules.get(name)
            if rule is None or statuses(base, rule, self.case) != told:
                yield name
        if self.shows:
            yield from self._departures(base)

    def _departures(self, base: RuleBase) -> Iterator[str]:
        found = shown(formulated(base.for_tradition(self.tradition), self.case))
        yield from (name for name, value in self.shows.items() if found.get(name, ABSENT) != value)


ABSENT: Final = "absent"
"""What is said of a part that a formulation does not have."""


def golden_cases(directory: Path) -> Iterator[Asserted]:
    """The cases of a directory that have their reviewed formulation beside them, one folder a case."""
    for path in sorted(directory.glob("*/case.yaml")):
        stored = {name: path.with_name(name) for name in ("formulation.json", "report.txt")}
        if all(each.is_file() for each in stored.values()):
            texts = {name: each.read_text(encoding="utf-8") for name, each in stored.items()}
            yield Asserted(path.parent.name, load_case(path), DEFAULT, _Golden(texts).departs)


@dataclass(frozen=True)
class _Golden:
    texts: Mapping[str, str]

    def departs(self, formulation: Formulation) -> bool:
        return summary(formulation) != self.texts["formulation.json"] or report(formulation) != self.texts["report.txt"]


def decisions(directory: Path) -> Iterator[Asserted]:
    """The decision files of a directory."""
    for path in sorted(directory.glob("*.yaml")):
        content = read_document(path).content
        if isinstance(content, dict) and {"case", "expect"} <= set(content) and "shows" not in content:
            told = content.get("tradition", DEFAULT)
            yield Asserted(path.stem, parse_case(content["case"]), told, _Decision(content["expect"]).departs)


@dataclass(frozen=True)
class _Decision:
    expected: Mapping[str, Any]

    def departs(self, formulation: Formulation) -> bool:
        return next(departures(self.expected, formulation), None) is not None


def solver_cases(directory: Path) -> Iterator[SolverCase]:
    """The solver-made cases of a directory, each file with the cases of one rule, named condition or parameter.

    Raises:
        InputError: a file is not of that form.
    """
    for path in sorted(directory.glob("*.yaml")):
        content = read_document(path).content
        for each in content if isinstance(content, list) else [content]:
            if not isinstance(each, dict) or not {"title", "case", "rules"} <= set(each) <= _KEYS:
                what = "is not a file of solver-made cases"
                raise InputError([Problem(str(path), what, "write it with ipt-formulate mutate --write")])
            yield SolverCase(
                each["title"],
                parse_case(each["case"]),
                each["rules"],
                each.get("shows", {}),
                each.get("tradition", DEFAULT),
            )


_KEYS: Final = {"title", "case", "rules", "shows", "tradition"}
