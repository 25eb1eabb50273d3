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
from ipt_formulate.case.choices import Inquiry
from ipt_formulate.case.fields import ChoiceKind
from ipt_formulate.case.lowering import LoweredCase, LoweredItem, LoweredList
from ipt_formulate.case.terms import CASE
from ipt_formulate.evaluation import reference
from ipt_formulate.evaluation.standing import what_stands
from ipt_formulate.formulation.build import choose
from ipt_formulate.formulation.model import Question
from ipt_formulate.formulation.selection import Selection
from ipt_formulate.formulation.wording import Names, fill
from ipt_formulate.rulebase.conditions import Among, Condition, Leaf, Within, walk
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase
from ipt_formulate.rulebase.texts import AreaConclusion
from ipt_formulate.vocabulary import Evidence, FocusReason, FocusStatus

Outcome: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Ask:
    rule: CompiledRule[Any]
    scope: str
    index: int
    leaf: Leaf


_DECIDING = (Evidence.CRITERION, Evidence.EXCLUDES)
_INQUIRY = ChoiceKind(Inquiry)
_NOT_ASKED = _INQUIRY.mask([Inquiry.NOT])
_BRIEFLY_ASKED = _INQUIRY.mask([Inquiry.BRIEF])
_FIRST_WORDS = {
    "people": "Who are the people in your life, and how close is each of them to you?",
    "deaths": "Has anyone who mattered to you died, recently or long ago, whom we have not spoken of?",
    "conflicts": "With whom are there disagreements or disappointments, open or unspoken?",
    "changes": "What has changed in your life around the time the symptoms began or grew worse?",
}
_AGAIN_WORDS = {
    "people": "Could we draw everyone in your life on a circle, so that nobody is left out?",
    "deaths": "Could we go through the family and friends once more, and who of them has died?",
    "conflicts": "Could we go through each relationship once more, and where you want different things?",
    "changes": "Could we lay a timeline of the last years beside the story of the symptoms?",
}


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
        self.lowered = case.lowered
        self.findings = reference.derive(base, self.lowered)
        self.selection = choose(base, self.findings, case)
        self.summary = _summary(self.selection)

    def run(self) -> Iterator[Question]:
        yield from self._inquiries(_NOT_ASKED, _FIRST_WORDS)
        found: dict[str, tuple[tuple[int, float, int], Question]] = {}
        for order, ask in enumerate(self._unknown_leaves()):
            outcomes = [self._outcome(lowered) for lowered in self._answered(ask)]
            changed = sorted({what for _, changes in outcomes for what in changes})
            if changed:
                left = [possible for possible, _ in outcomes]
                question = self._question(ask, max(left), tuple(changed))
                rank = (max(left), sum(left) / len(left), order)
                if question.ask not in found or rank < found[question.ask][0]:
                    found[question.ask] = rank, question
        yield from (question for _, question in sorted(found.values(), key=lambda each: each[0]))
        settled = self.selection.status in (FocusStatus.CHOSEN, FocusStatus.TIE)
        if not settled and self.selection.reason is not FocusReason.INQUIRY_NOT_MADE:
            if not found:
                yield from self._together()
            yield from self._inquiries(_BRIEFLY_ASKED, _AGAIN_WORDS)

    def _inquiries(self, asked: int, words: Mapping[str, str]) -> Iterator[Question]:
        """Lists about which nobody asked, or only briefly: more may exist than is recorded."""
        areas = len({each.area for each in self.selection.possible})
        for name, ask in words.items():
            if self.lowered.case.values[f"inventory.inquiry.{name}"] & asked:
                about = f"the inquiry into {name}"
                yield Question(ask=ask, about=about, rule="inquiry", possible_areas_after=areas, can_change=("focus",))

    def _together(self) -> Iterator[Question]:
        """Where no single answer settles anything: the open criteria of what is possible, which do so together."""
        possible = {(self.base.areas[each.area].candidates, each.index) for each in self.selection.possible}
        seen: set[str] = set()
        for ask in self._unknown_leaves():
            criterion = isinstance(ask.rule.then, AreaConclusion) and ask.rule.then.kind in _DECIDING
            if criterion and ((ask.scope, ask.index) in possible or ask.scope == CASE):
                areas = len({each.area for each in self.selection.possible})
                question = self._question(ask, areas, ("focus, together with other answers",))
                if question.ask not in seen:
                    seen.add(question.ask)
                    yield question

    def _unknown_leaves(self) -> Iterator[_Ask]:
        """Unknown tests of the rules that can matter: of each area's rules and of the steps, item by item."""
        for area in self.base.area_rules.values():
            scope = area.area.candidates
            items = [self.lowered.case] if scope == CASE else list(self.lowered.lists[scope].items)
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
                and reference.evaluate(node, item.values, self.lowered) == 1
            ):
                yield node

    def _answered(self, ask: _Ask) -> Iterator[LoweredCase]:
        """The case once for each way the test can come out."""
        lowered = self.lowered
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

    def _outcome(self, lowered: LoweredCase) -> tuple[int, tuple[str, ...]]:
        """How many areas are possible after an answer, and what it changes."""
        findings = reference.rederive(self.base, lowered, self.findings, what_stands(self.base, self.lowered, lowered))
        selection = choose(self.base, findings, self.case)
        changed = [str(area) for area, status in findings.areas.items() if status != self.findings.areas[area]]
        if _summary(selection) != self.summary:
            changed.append("focus")
        return len({each.area for each in selection.possible}), tuple(changed)

    def _question(self, ask: _Ask, worst: int, changed: tuple[str, ...]) -> Question:
        lowered = self.lowered
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
