"""A selection in a phrase, and what it would mean for a fact to be otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from ipt_formulate.case.case import Case
from ipt_formulate.formulation.evidence import items_of
from ipt_formulate.formulation.selection import Contender, Selection
from ipt_formulate.formulation.wording import Names, listed
from ipt_formulate.reasoning.facts import Fact
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.vocabulary import FocusStatus, Nature, ProblemArea

Key: TypeAlias = tuple[FocusStatus, frozenset[ProblemArea]]

_LEADS: Final = {
    Nature.FIXED: "if it was recorded wrongly",
    Nature.CHANGEABLE: "if it came to be otherwise",
    Nature.DISCOVERABLE: "if further talk shows it to be otherwise",
}
_UNKNOWN: Final = "if it turns out so"
_WORDS: Final = {
    FocusStatus.CHOSEN: "chosen: ",
    FocusStatus.TIE: "a tie: ",
    FocusStatus.PROVISIONAL: "provisional, first: ",
    FocusStatus.ABSTAINED: "no focus",
}


def key_of(selection: Selection) -> Key:
    """What counts as the focus: how far it is settled, and the areas it names."""
    return selection.status, frozenset(group[0].area for group in groups_of(selection))


def groups_of(selection: Selection) -> tuple[tuple[Contender, ...], ...]:
    """The areas that a selection names, each with its contenders, best first."""
    return (selection.primary,) if selection.primary else selection.tied or selection.leading


def in_words(base: RuleBase, case: Case, names: Names, selection: Selection) -> str:
    """A selection in a phrase: how far it is settled, and the areas it names, each with its first candidate."""
    named = [_group(base, case, names, group) for group in groups_of(selection)]
    return f"{_WORDS[selection.status]}{listed(named)}" if named else _WORDS[FocusStatus.ABSTAINED]


def _group(base: RuleBase, case: Case, names: Names, group: Sequence[Contender]) -> str:
    area = base.areas[group[0].area]
    item = items_of(case.lowered, area.candidates)[group[0].index]
    return f"{area.title.split(' (')[0].lower()} ({names.candidate(area, item)})"


def lead(fact: Fact) -> str:
    """What it would mean for a fact to be otherwise than it is recorded."""
    return _LEADS[fact.nature] if fact.known else _UNKNOWN
