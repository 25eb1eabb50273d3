"""What to ask next: each unknown test is answered every way it can be, and the focus worked out again.

The measure: how many areas can still be possible after the answer, worst case first, then on average. A question
no answer of which changes an area's status, the areas possible or the focus is not asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, TypeAlias

from ipt_formulate.case.case import Case
from ipt_formulate.case.lowering import LoweredCase, LoweredItem, LoweredList
from ipt_formulate.case.terms import CASE
from ipt_formulate.evaluation import reference
from ipt_formulate.formulation.build import choose
from ipt_formulate.formulation.model import Question
from ipt_formulate.formulation.selection import Selection
from ipt_formulate.formulation.wording import Names, fill
from ipt_formulate.rulebase.conditions import Among, Condition, Leaf, Within, walk
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase
from ipt_formulate.vocabulary import ProblemArea

Outcome: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Ask:
    rule: CompiledRule[Any]
    scope: str
    index: int
    leaf: Leaf


def next_questions(base: RuleBase, case: Case, limit: int) -> tuple[Question, ...]:
    """The questions that can settle most, at most ``limit`` of them.

    Args:
        base: the rule base of the tradition.
        case: the case as it is known.
        limit: how many to list.

    Returns:
        Questions in the words of the rules, the most useful first; inquiries not yet made come first where
        the focus waits for them.
    """
    return tuple(_Asking(base, case).run())[:limit]


class _Asking:
    def __init__(self, base: RuleBase, case: Case) -> None:
        self.base, self.case, self.names = base, case, Names(case)
        self.now = self._outcome(case.lowered)

    def run(self) -> Iterator[Question]:
        yield from self._inquiries()
        found: dict[str, tuple[tuple[int, float, int], Question]] = {}
        for order, ask in enumerate(self._unknown_leaves()):
            outcomes = [self._outcome(lowered) for lowered in self._answered(ask)]
            changed = sorted({what for outcome in outcomes for what in self._changes(outcome)})
            if not changed:
                continue
            left = [len({each.area for each in outcome[0].possible}) for outcome in outcomes]
            question = self._question(ask, max(left), tuple(changed))
            rank = (max(left), sum(left) / len(left), order)
            if question.ask not in found or rank < found[question.ask][0]:
                found[question.ask] = rank, question
        yield from (question for _, question in sorted(found.values(), key=lambda each: each[0]))

    def _inquiries(self) -> Iterator[Question]:
        """Lists about which nobody asked: the focus cannot be settled without."""
        words = {
            "people": "Who are the people in your life, and how close is each of them to you?",
            "deaths": "Has anyone who mattered to you died, recently or long ago, whom we have not spoken of?",
            "conflicts": "With whom are there disagreements or disappointments, open or unspoken?",
            "changes": "What has changed in your life around the time the symptoms began or grew worse?",
        }
        for name, ask in words.items():
            mask = self.case.lowered.case.values[f"inventory.inquiry.{name}"]
            if mask & 1:
                areas = len({each.area for each in self.now[0].possible})
                yield Question(
                    ask=ask,
                    about=f"the inquiry into {name}",
                    rule="inquiry",
                    possible_areas_after=areas,
                    can_change=("focus",),
                )

    def _unknown_leaves(self) -> Iterator[_Ask]:
        """Unknown tests of the rules that can matter: of each area's rules and of the steps, item by item."""
        for area in self.base.area_rules.values():
            scope = area.area.candidates
            items = [self.case.lowered.case] if scope == CASE else list(self.case.lowered.lists[scope].items)
            rules: list[CompiledRule[Any]] = [*area.rules, *(self.base.steps if scope != CASE else ())]
            for index, item in enumerate(items):
                seen: set[Leaf] = set()
                for rule in rules:
                    for leaf in self._leaves(rule.conditions[scope], item):
                        if leaf not in seen:
                            seen.add(leaf)
                            yield _Ask(rule, scope, index, leaf)

    def _leaves(self, condition: Condition, item: LoweredItem) -> Iterator[Leaf]:
        for node in walk(condition):
            if (
                isinstance(node, (Within, Among))
                and not node.of_case
                and node.term in item.values
                and reference.evaluate(node, item.values, self.case.lowered) == 1
            ):
                yield node

    def _answered(self, ask: _Ask) -> Iterator[LoweredCase]:
        """The case once for each way the test can come out."""
        lowered = self.case.lowered
        item = lowered.case if ask.scope == CASE else lowered.lists[ask.scope].items[ask.index]
        for value in _ways(ask.leaf, item.values[ask.leaf.term]):
            told = replace(item, values={**item.values, ask.leaf.term: value})
            if ask.scope == CASE:
                yield replace(lowered, case=told)
            else:
                old = lowered.lists[ask.scope]
                items = (*old.items[: ask.index], told, *old.items[ask.index + 1 :])
                yield replace(
                    lowered, lists=MappingProxyType({**lowered.lists, ask.scope: LoweredList(items, old.complete)})
                )

    def _outcome(self, lowered: LoweredCase) -> tuple[Selection, Mapping[ProblemArea, int]]:
        findings = reference.derive(self.base, lowered)
        return choose(self.base, findings, self.case), findings.areas

    def _changes(self, outcome: tuple[Selection, Mapping[ProblemArea, int]]) -> Iterator[str]:
        before, after = self.now[0], outcome[0]
        if _summary(before) != _summary(after):
            yield "focus"
        yield from (area for area, status in outcome[1].items() if status != self.now[1][area])

    def _question(self, ask: _Ask, worst: int, changed: tuple[str, ...]) -> Question:
        lowered = self.case.lowered
        item = lowered.case if ask.scope == CASE else lowered.lists[ask.scope].items[ask.index]
        area = next(each.area for each in self.base.area_rules.values() if each.area.candidates == ask.scope)
        text = fill(ask.rule.text.ask, self.names.person(item), self.names.kind(item))
        if ask.leaf.term in item.asked:
            text += " (Asked before: the client did not know.)"
        return Question(
            ask=text,
            about=self.names.candidate(area, item),
            rule=ask.rule.id,
            possible_areas_after=worst,
            can_change=changed,
        )


def _ways(leaf: Leaf, value: Any) -> Iterator[Any]:
    """The value narrowed to each way the test can come out: inside, below and above, as far as possible."""
    if isinstance(leaf, Among):
        yield value & leaf.mask
        yield value & ~leaf.mask
    elif leaf.several:
        yield tuple(_cut(span, leaf.low, leaf.high) or span for span in value)
        yield tuple(_cut(span, leaf.high + 1, span[1]) or _cut(span, span[0], leaf.low - 1) or span for span in value)
    else:
        for low, high in ((leaf.low, leaf.high), (value[0], leaf.low - 1), (leaf.high + 1, value[1])):
            if (cut := _cut(value, low, high)) is not None:
                yield cut


def _cut(span: tuple[int, int], low: int, high: int) -> tuple[int, int] | None:
    low, high = max(span[0], low), min(span[1], high)
    return (low, high) if low <= high else None


def _summary(selection: Selection) -> Outcome:
    return (
        selection.status,
        frozenset(each.area for each in selection.possible),
        [each.area for each in selection.primary[:1]],
        [each.area for each in selection.secondary[:1]],
        [group[0].area for group in selection.leading],
        [group[0].area for group in selection.tied],
    )
