"""Compares two rule bases over all cases: first rule by rule, then areas, safety and the focus."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Final

from ipt_formulate.proof import running
from ipt_formulate.proof.of_difference import (
    changed_areas,
    changed_focus,
    changed_rules,
    changed_safety,
    focus,
    lost_safety,
    pairs_of,
    unchanged_without,
    with_cut_points,
)
from ipt_formulate.proof.prover import Prover
from ipt_formulate.proof.theorem import Claim, Failure, Result, Theorem
from ipt_formulate.proof.whereabouts import where
from ipt_formulate.rulebase.conclusions import conclusion_of
from ipt_formulate.rulebase.rulebase import RuleBase

_RULES: Final = Theorem(
    "rules",
    "Every rule that was changed, added or removed says the same of every case as before.",
    lambda base: iter(()),
)
_VERDICTS: Final = ("not met", "unknown", "met")


def compare(
    old: RuleBase, new: RuleBase, prover: Prover, done: Callable[[], None] = lambda: None
) -> tuple[Result, ...]:
    """Which cases get another answer from the second rule base than from the first, as theorems.

    Args:
        old: the rule base before, as a tradition uses it.
        new: the rule base now, as the same tradition uses it.
        prover: proves them.
        done: told after each part.

    Returns:
        The results. Refuted ones have the smallest case found that both rule bases take otherwise.
    """
    (rules,) = prover.prove([(_RULES, list(changed_rules(old, new)))], done)
    otherwise = {failure.about for failure in rules.failures}
    cut = with_cut_points(old, new, otherwise)
    rest = prover.prove([(theorem, list(theorem.claims(new))) for theorem in _theorems(cut, new)], done)
    return (
        _in_words(rules, partial(_of_rule, old, new)),
        *(_in_words(each, partial(_of_focus, old, new)) for each in rest),
    )


def parts(old: RuleBase, new: RuleBase) -> int:
    """How many parts there are to prove."""
    rest = sum(len(list(theorem.claims(new))) for theorem in _theorems(old, new))
    return len(list(changed_rules(old, new))) + rest


def _theorems(old: RuleBase, new: RuleBase) -> Iterable[Theorem]:
    claims: dict[tuple[str, str], Callable[[RuleBase, RuleBase], Iterable[Claim]]] = {
        (
            "safety",
            "No red flag and no gate comes out otherwise in any case, or asks for something else.",
        ): changed_safety,
        ("safety_kept", "Nothing that was flagged or held back is lost, or asks for less."): lost_safety,
        ("areas", "No candidate supports its area otherwise, or is compared otherwise, in any case."): changed_areas,
        ("focus", "No case is chosen, tied, provisional or abstained otherwise, or has other foci."): changed_focus,
        (
            "without",
            "No case in which no such item is recorded gets another area or another focus.",
        ): unchanged_without,
    }
    for (name, statement), make in claims.items():
        yield Theorem(name, statement, lambda _, make=make: iter(make(old, new)))  # type: ignore[misc]  # bound now


def _in_words(result: Result, words: Callable[[Failure], str]) -> Result:
    told = tuple(replace(each, why=each.why + words(each)) for each in result.failures)
    return replace(result, failures=told)


def _of_rule(old: RuleBase, new: RuleBase, failure: Failure) -> str:
    """How the smallest case comes out under both, and where cases differ at all."""
    was, now = next((was, now) for name, was, now in pairs_of(old, new) if name == failure.about)
    if failure.case is None or was is None or now is None or was.scope != now.scope:
        return ""
    says = "" if conclusion_of(was) == conclusion_of(now) else "; it concludes something else, or in other words"
    pairs = zip(running.verdicts(was, failure.case), running.verdicts(now, failure.case), strict=True)
    told = [f"{_VERDICTS[one]} before, {_VERDICTS[other]} now" for one, other in pairs if one != other]
    return f"{': ' if told else ''}{'; '.join(dict.fromkeys(told))}{where(was, now)}{says}"


def _of_focus(old: RuleBase, new: RuleBase, failure: Failure) -> str:
    if failure.case is None or failure.about != "the focus":
        return ""
    status, first, second, tied = focus(old, failure.case)
    later = focus(new, failure.case)
    told = [f"{state[0]}{_named(state[1])}{_named(state[3])}" for state in ((status, first, second, tied), later)]
    return f": {told[0]} before, {told[1]} now"


def _named(areas: object) -> str:
    found = sorted(areas) if isinstance(areas, set) else []
    return f" ({', '.join(each.replace('_', ' ') for each in found)})" if found else ""
