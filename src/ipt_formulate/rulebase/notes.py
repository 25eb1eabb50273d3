"""Notes on a rule base: what a rule author may want to look at, and what is no fault. Faults are in `lint`.

Each note is decided from the conditions alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from ipt_formulate.case.terms import CASE, LIST_MODELS, catalogue
from ipt_formulate.rulebase.reads import ITEM, reads_of
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase

ONLY_RECORDED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "assessment.episode.onset": "read as the days from other times to it",
        "relative_to_onset": "narrows the days to the onset, which rules read",
        "relative_to_worsening": "narrows the days to a worsening, which rules read",
        "coercion.asked_in_private": "decides whether a no about violence or fear counts",
        "latest.": "printed as a score, which informs and never decides",
    }
)
"""Facts that no rule need read, by name or the beginning of it, each with the reason."""
_PERSON: Final = "person."
_ANCHORS: Final = {".before_onset": "assessment.episode.onset", ".before_worsening": "assessment.episode.worsenings"}
"""What a time is told from, by the ending of the term."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something to look at.

    Attributes:
        kind: ``unread`` or ``single_fact``.
        about: the fact or the rule.
        what: what there is to say, in words.
    """

    kind: str
    about: str
    what: str


def notes(base: RuleBase) -> Iterator[Note]:
    """Every note."""
    if base.extends is None:
        yield from unread_facts(base)
    yield from hanging_on_one_fact(base)


def unread_facts(base: RuleBase) -> Iterator[Note]:
    """Facts that can be recorded and that no rule reads; a fact about a person is read wherever the person is."""
    read: set[tuple[str, str]] = set()
    for rule in base.rules.values():
        for scope, condition in rule.conditions.items():
            for place, terms in reads_of([condition], scope).items():
                read |= {_fact(scope if place == ITEM else place, term) for term in terms}
    for scope in (CASE, *LIST_MODELS):
        for fact in dict.fromkeys(_fact(scope, term) for term in catalogue(scope)):
            if fact[0] == scope and fact not in read and not _only_recorded(fact[1]):
                what = f"no rule reads {fact[1]} of {'the case' if scope == CASE else scope}"
                yield Note("unread", fact[1] if scope == CASE else f"{scope}.{fact[1]}", what)


def _fact(scope: str, term: str) -> tuple[str, str]:
    """The recorded fact behind a term: where it is recorded, and its name."""
    for ending in (".inferred", *_ANCHORS):
        term = term.removesuffix(ending)
    return ("people", term.removeprefix(_PERSON)) if term.startswith(_PERSON) else (scope, term)


def _only_recorded(name: str) -> bool:
    return any(name == declared or (declared.endswith(".") and name.startswith(declared)) for declared in ONLY_RECORDED)


def hanging_on_one_fact(base: RuleBase) -> Iterator[Note]:
    """Rules that one single fact decides: if that was recorded wrongly, nothing else speaks against it.

    A rule that declares and explains it (``expected``) is left out.
    """
    for rule in base.own("rules").values():
        fact = single_fact(rule)
        if fact is not None and all(each.found != "single_fact" for each in rule.text.expected):
            yield Note("single_fact", rule.id, f"{rule.id} hangs on a single fact, {fact}")


def single_fact(rule: CompiledRule[Any]) -> str | None:
    """The fact that alone decides a rule, by its name; None where there are several, or none."""
    facts = _facts_of(rule)
    return next(iter(facts)) if len(facts) == 1 else None


def _facts_of(rule: CompiledRule[Any]) -> set[str]:
    """The facts a rule reads; of a list that is counted, how many there are."""
    found: set[str] = set()
    for scope, condition in rule.conditions.items():
        for place, terms in reads_of([condition], scope).items():
            where = scope if place == ITEM else place
            facts = [_fact(where, term) for term in terms]
            found |= {name if at == CASE else f"{at}.{name}" for at, name in facts} or {f"how many {where} there are"}
            found |= {anchor for ending, anchor in _ANCHORS.items() if any(term.endswith(ending) for term in terms)}
    return found
