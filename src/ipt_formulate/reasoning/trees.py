"""The reasoning behind an area as a tree: areas, candidates, rules, tests, each with its verdict and its field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ipt_formulate.case.case import Case
from ipt_formulate.case.lowering import LoweredCase, LoweredItem
from ipt_formulate.case.terms import CASE
from ipt_formulate.evaluation.findings import Findings
from ipt_formulate.evaluation.reference import evaluate
from ipt_formulate.formulation.contents import AreaFinding
from ipt_formulate.formulation.evidence import items_of
from ipt_formulate.formulation.wording import Names, fill
from ipt_formulate.reasoning.pieces import gap_in_words
from ipt_formulate.rulebase.conditions import All, Among, AtLeast, Condition, Leaf, Named, Not, Some, Within, in_words
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase
from ipt_formulate.rulebase.texts import AreaConclusion
from ipt_formulate.vocabulary import ProblemArea, Support, Truth

MARK = {Truth.MET: "yes", Truth.NOT_MET: "no", Truth.UNKNOWN: "not known"}


_ANCHORS = {"onset": "the onset", "worsening": "a worsening"}


@dataclass(frozen=True, slots=True, repr=False)
class Reason:
    """A node of a reasoning tree.

    Attributes:
        words: what is claimed, in the rule's or the condition's words.
        verdict: met, not met or unknown.
        field: the path of the case that a leaf reads, else empty.
        rule: the id of the rule, at a rule's node, else empty.
        sources: the rule's citations in words, assumptions shown as such.
        children: what it rests on.
    """

    words: str
    verdict: Truth
    field: str = ""
    rule: str = ""
    sources: tuple[str, ...] = ()
    children: tuple[Reason, ...] = ()

    def lines(self, depth: int = 0) -> Iterator[str]:
        """The tree as indented lines of text."""
        note = f"  [{self.rule}]" if self.rule else f"  ({self.field})" if self.field else ""
        yield f"{'  ' * depth}{MARK[self.verdict]}: {self.words}{note}"
        for source in self.sources:
            yield f"{'  ' * (depth + 1)}source: {source}"
        for child in self.children:
            yield from child.lines(depth + 1)


@dataclass(frozen=True, slots=True, repr=False)
class AreaReasons:
    """Why an area has its status: one tree for each candidate."""

    area: ProblemArea
    title: str
    status: str
    reason: str
    candidates: tuple[Reason, ...]

    def __str__(self) -> str:
        lines = [f"{self.title}: {self.status.replace('_', ' ')}. {self.reason}"]
        for candidate in self.candidates:
            lines += ["", *candidate.lines()]
        return "\n".join(lines)


class Reasoning(tuple[AreaReasons, ...]):
    """The reasons for several areas; prints as text."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Reasoning({len(self)} areas)"

    def __str__(self) -> str:
        return "\n\n".join(map(str, self))


def explain_area(
    base: RuleBase, case: Case, findings: Findings, area: ProblemArea, finding: AreaFinding
) -> AreaReasons:
    """The reasoning behind one area, from the reference evaluator.

    Args:
        base: the rule base of the tradition.
        case: the case.
        findings: what the engine found.
        area: which area.
        finding: the area's part of the formulation.

    Returns:
        One tree for each candidate: its rules, and under each rule the tests with their fields.
    """
    names = Names(case)
    of_area = base.area_rules[area]
    scope = of_area.area.candidates
    trees = []
    for index, item in enumerate(items_of(case.lowered, scope)):
        where = "" if scope == CASE else f"inventory.{scope}[{item.id}]."
        rules = tuple(rule_reason(rule, item, case.lowered, names, where) for rule in of_area.rules)
        trees.append(
            Reason(names.candidate(of_area.area, item), Truth(findings.candidates[area][index].support), children=rules)
        )
    return AreaReasons(area, finding.title, finding.status, finding.reason, tuple(trees))


def sources_of(rule: CompiledRule[Any]) -> tuple[str, ...]:
    """The citations of a rule in words, assumptions shown as such."""
    return tuple(
        f"{'assumption' if each.supports is Support.ASSUMPTION else each.key}, {each.locator}"
        for each in rule.text.citations
    )


def rule_reason(
    rule: CompiledRule[AreaConclusion], item: LoweredItem, case: LoweredCase, names: Names, where: str
) -> Reason:
    """The tree of one rule for one item; ``where`` is the item's path in the case, with a dot."""
    verdict = Truth(evaluate(rule.condition, item.values, case))
    words = f"({rule.then.kind}) {fill(rule.text.title, names.person(item), names.kind(item))}"
    return Reason(
        words, verdict, rule=rule.id, sources=sources_of(rule), children=(reason(rule.condition, item, case, where),)
    )


def reason(condition: Condition, item: LoweredItem, case: LoweredCase, where: str) -> Reason:
    """The tree of one condition for one item; ``where`` is the item's path in the case, with a dot."""
    verdict = Truth(evaluate(condition, item.values, case))
    match condition:
        case Within(of_case=of_case) | Among(of_case=of_case):
            field, words = _leaf(condition)
            return Reason(words, verdict, field=field if of_case else f"{where}{field}")
        case All(parts):
            return Reason("all of these", verdict, children=tuple(reason(part, item, case, where) for part in parts))
        case Some(parts):
            return Reason("any of these", verdict, children=tuple(reason(part, item, case, where) for part in parts))
        case Not(part):
            return Reason("not this", verdict, children=(reason(part, item, case, where),))
        case Named(title=title, part=part):
            return Reason(title, verdict, children=(reason(part, item, case, where),))
        case AtLeast(name, count, inner):
            found = case.lists[name]
            children = tuple(reason(inner, each, case, f"inventory.{name}[{each.id}].") for each in found.items)
            more = "" if found.complete else ", and there may be more than is recorded"
            return Reason(f"at least {count} of {name}{more}", verdict, field=f"inventory.{name}", children=children)


def _leaf(test: Leaf) -> tuple[str, str]:
    """The field that a test reads, and its words; of a time that is compared with another, the time that is told."""
    field, _, anchor = test.term.rpartition(".before_")
    if not isinstance(test, Within) or anchor not in _ANCHORS:
        return test.term, in_words(test)
    return field, f"{field.replace('_', ' ')}: {gap_in_words((test.low, test.high))} {_ANCHORS[anchor]}"
