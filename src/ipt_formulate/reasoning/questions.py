"""What to ask next: each unknown fact is answered every way it still can be, and the focus worked out again.

The measure: how many areas can still be possible after the answer, worst case first, then on average, then whether
the answer can change the focus or only the status of an area. A question no answer of which changes an area's status, the areas possible or the focus is not asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ipt_formulate.case.case import LISTS, Case
from ipt_formulate.case.choices import Inquiry
from ipt_formulate.case.fields import ChoiceKind
from ipt_formulate.case.terms import CASE
from ipt_formulate.evaluation import reference
from ipt_formulate.formulation.contents import Question
from ipt_formulate.formulation.evidence import items_of
from ipt_formulate.formulation.selection import Selection
from ipt_formulate.formulation.wording import Names, fill
from ipt_formulate.reasoning.board import WHOLE, Board, Outcome, Slot
from ipt_formulate.reasoning.facts import Fact
from ipt_formulate.reasoning.joint import Options, options_of
from ipt_formulate.reasoning.recorded import facts_of
from ipt_formulate.reasoning.relevance import INQUIRIES, INQUIRY
from ipt_formulate.rulebase.conditions import Among, Within, walk
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase
from ipt_formulate.rulebase.texts import AreaConclusion
from ipt_formulate.vocabulary import Evidence, FocusReason, FocusStatus

_WITH_OTHERS: Final = "focus, together with other answers"
_DECIDING: Final = (Evidence.CRITERION, Evidence.EXCLUDES)
_FIRST_WORDS: Final = {
    "people": "Who are the people in your life, and how close is each of them to you?",
    "deaths": "Has anyone who mattered to you died, recently or long ago, whom we have not spoken of?",
    "conflicts": "With whom are there disagreements or disappointments, open or unspoken?",
    "changes": "What has changed in your life around the time the symptoms began or grew worse?",
}
_AGAIN_WORDS: Final = {
    "people": "Could we draw everyone in your life on a circle, so that nobody is left out?",
    "deaths": "Could we go through the family and friends once more, and who of them has died?",
    "conflicts": "Could we go through each relationship once more, and where you want different things?",
    "changes": "Could we lay a timeline of the last years beside the story of the symptoms?",
}
SAFETY: Final = "assessment.safety."
_NOT, _BRIEF = (ChoiceKind(Inquiry).mask([each]) for each in (Inquiry.NOT, Inquiry.BRIEF))
_ASKED_BEFORE: Final = " (Asked before: the client did not know.)"


def next_questions(base: RuleBase, case: Case, limit: int) -> tuple[Question, ...]:
    """The questions that can settle most, at most ``limit`` of them.

    Args:
        base: the rule base of the tradition.
        case: the case as it is known.
        limit: how many to list.

    Returns:
        Questions in the words of the rules, the most useful first, each with the field that records the answer;
        inquiries not yet made come first where the focus waits for them.
    """
    return tuple(_Asking(base, case).run())[:limit]


@dataclass(frozen=True, slots=True)
class _Use:
    """What the answers of a fact can change, and how far: areas left possible at worst, and on average."""

    changes: tuple[str, ...]
    worst: int
    mean: float


class _Asking:
    def __init__(self, base: RuleBase, case: Case) -> None:
        self.base, self.case, self.names = base, case, Names(case)
        self.board = Board(base, case)
        self.selection = self.board.present.selection
        self.summary = _summary(self.selection)
        self.areas_now = len({each.area for each in self.selection.possible})

    def run(self) -> Iterator[Question]:
        yield from self._inquiries(_FIRST_WORDS, made=False)
        facts = [fact for fact in facts_of(self.base, self.case) if not (fact.known or fact.path in INQUIRIES)]
        options = options_of(self.board, facts, within=True)
        found: dict[str, tuple[tuple[int, float, bool, int], Question]] = {}
        for order, fact in enumerate(options):
            use = self._use(options[fact])
            asked_by = self._asked_by(fact, options[fact]) if use.changes else None
            if asked_by:
                question = self._question(fact, *asked_by, use)
                rank = use.worst, use.mean, "focus" not in use.changes, order
                if question.ask not in found or rank < found[question.ask][0]:
                    found[question.ask] = rank, question
        yield from (question for _, question in sorted(found.values(), key=lambda each: each[0]))
        settled = self.selection.status in (FocusStatus.CHOSEN, FocusStatus.TIE)
        if not settled and self.selection.reason is not FocusReason.INQUIRY_NOT_MADE:
            if not found:
                yield from self._together(options)
            yield from self._inquiries(_AGAIN_WORDS, made=True)

    def _inquiries(self, words: dict[str, str], *, made: bool) -> Iterator[Question]:
        """Lists about which nobody asked or, if ``made``, only briefly: more may exist than is recorded."""
        for name in LISTS:
            asked = self.case.lowered.case.values[f"{INQUIRY}{name}"]
            if (asked & _NOT == 0 and asked & _BRIEF) if made else asked & _NOT:
                yield Question(
                    ask=words[name],
                    about=f"the inquiry into {name}",
                    rule="inquiry",
                    field=f"{INQUIRY}{name}",
                    possible_areas_after=self.areas_now,
                    can_change=("focus",),
                )

    def _use(self, options: Options) -> _Use:
        """What a fact's answers can change; what one of them leaves as it is counts with the rest."""
        outcomes = [self.board.outcome(option.moved) for option in options.alone]
        changes = sorted({each for outcome in outcomes for each in self._changed(outcome)})
        left = [len({each.area for each in outcome.selection.possible}) for outcome in outcomes] or [self.areas_now]
        moved = {answer for option in options.alone for answer in option.answers}
        if any(answer not in moved for option in options.each for answer in option.answers):
            left.append(self.areas_now)
        return _Use(tuple(changes), max(left), sum(left) / len(left))

    def _changed(self, outcome: Outcome) -> Iterator[str]:
        yield from (str(area) for area, status in outcome.areas.items() if status != self.board.present.areas[area])
        if _summary(outcome.selection) != self.summary:
            yield "focus"

    def _together(self, options: dict[Fact, Options]) -> Iterator[Question]:
        """Where no single answer settles anything: the open criteria of what is possible, which do so together."""
        possible = self._possible()
        seen: set[str] = set()
        for fact, found in options.items():
            asked_by = self._asked_by(fact, found)
            if asked_by is None or not (asked_by[0] in possible or (asked_by[0] == WHOLE and self._case_is_open())):
                continue
            then = asked_by[1].then
            if isinstance(then, AreaConclusion) and then.kind in _DECIDING:
                use = _Use((_WITH_OTHERS,), self.areas_now, 0)
                question = self._question(fact, *asked_by, use)
                if question.ask not in seen:
                    seen.add(question.ask)
                    yield question
        if not seen:
            yield from self._of_two_times(options)

    def _of_two_times(self, options: dict[Fact, Options]) -> Iterator[Question]:
        """Where even an open criterion tells nothing of one answer: how two times lie, of which neither is known."""
        for slot in self._possible():
            item = items_of(self.case.lowered, slot[0])[slot[1]]
            own = sorted(
                (each for each in options if each.path.endswith((".when", ".onset"))),
                key=lambda each: f"[{item.id}]" not in each.path,
            )
            for rule in self._rules_of(slot):
                then = rule.then
                deciding = isinstance(then, AreaConclusion) and then.kind in _DECIDING and not then.frame
                if own and deciding and self._is_open(rule, slot):
                    yield self._question(own[0], slot, rule, _Use((_WITH_OTHERS,), self.areas_now, 0))

    def _possible(self) -> dict[Slot, None]:
        return dict.fromkeys((self.base.areas[each.area].candidates, each.index) for each in self.selection.possible)

    def _case_is_open(self) -> bool:
        """Whether an area of the whole case may still turn out either way."""
        areas = self.board.present.areas
        return any(
            areas[area] == reference.UNKNOWN for area, text in self.base.areas.items() if text.candidates == CASE
        )

    def _question(self, fact: Fact, slot: Slot, rule: CompiledRule[Any], use: _Use) -> Question:
        item = items_of(self.case.lowered, slot[0])[slot[1]]
        area = next(each.area for each in self.base.area_rules.values() if each.area.candidates == slot[0])
        text = fill(rule.text.ask, self.names.person(item), self.names.kind(item))
        return Question(
            ask=text + (_ASKED_BEFORE if fact.asked else ""),
            about=self.names.candidate(area, item),
            rule=rule.id,
            field=fact.path,
            possible_areas_after=use.worst,
            can_change=use.changes,
        )

    def _asked_by(self, fact: Fact, options: Options) -> tuple[Slot, CompiledRule[Any]] | None:
        """In whose words a fact is asked about: of the open rule that reads it and little else, and of which item."""
        slots: dict[Slot, set[str]] = {}
        for option in options.each:
            for slot, cells in option.effect.items():
                slots.setdefault(slot, set()).update(term for _, term, _ in cells or ())
        if fact.path.startswith(SAFETY):  # asked in the words of the rules about safety, whoever else reads it
            for rule in self.base.safety:
                if fact.path in _read_by(rule, CASE) and self._is_open(rule, WHOLE):
                    return next(iter(slots), WHOLE), rule
        for slot in (*(each for each in slots if each != WHOLE), WHOLE):
            reading = [
                rule
                for rule in self._rules_of(slot)
                if _read_by(rule, slot[0]) & slots.get(slot, set()) and self._is_open(rule, slot)
            ]
            if reading:
                return slot, min(reading, key=lambda rule: (_is_frame(rule), len(_read_by(rule, slot[0]))))
        return None

    def _rules_of(self, slot: Slot) -> Sequence[CompiledRule[Any]]:
        of_areas = [area for area in self.base.area_rules.values() if area.area.candidates == slot[0]]
        steps = self.base.steps if slot[0] != CASE else ()
        return [*(rule for area in of_areas for rule in area.rules), *steps]

    def _is_open(self, rule: CompiledRule[Any], slot: Slot) -> bool:
        if rule.scope == "candidates":
            return True
        item = items_of(self.case.lowered, slot[0])[slot[1]]
        return reference.evaluate(rule.condition, item.values, self.case.lowered) == reference.UNKNOWN


def _read_by(rule: CompiledRule[Any], scope: str) -> set[str]:
    """The terms that a rule reads: the fewer, the more its words are about each of them."""
    return {node.term for node in walk(rule.conditions[scope]) if isinstance(node, (Within, Among))}


def _is_frame(rule: CompiledRule[Any]) -> bool:
    """Whether a rule only says that a candidate exists."""
    return isinstance(rule.then, AreaConclusion) and rule.then.frame


def _summary(selection: Selection) -> tuple[Any, ...]:
    return (
        selection.status,
        frozenset(each.area for each in selection.possible),
        [each.area for each in selection.primary[:1]],
        [each.area for each in selection.secondary[:1]],
        [group[0].area for group in selection.leading],
        [group[0].area for group in selection.tied],
    )
