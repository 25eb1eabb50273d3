"""Where two versions of a rule differ: what is so of every case in which they do, and whether that says it exactly."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import z3

from ipt_formulate.proof.asking import ask
from ipt_formulate.proof.meaning import meaning
from ipt_formulate.proof.of_difference import differ
from ipt_formulate.proof.of_rules import about_one
from ipt_formulate.proof.rails import Bool, Rails, conj
from ipt_formulate.rulebase.conditions import Among, AtLeast, Condition, Named, Within, in_words, parts_of, walk
from ipt_formulate.rulebase.rulebase import CompiledRule

_SECONDS = 2.0


def where(was: CompiledRule[Any], now: CompiledRule[Any]) -> str:
    """What is so of every case of which two versions of a rule say otherwise, in the words of their tests.

    Returns:
        A sentence part. First the cases in which each test is met or not met: if some of those differ, it speaks of
        them; else of all. It says *exactly where* if what it lists says it whole, *only where* if that is necessary
        and not enough, and nothing where no single test is the same in all such cases.
    """
    world, item, present = about_one(was.scope, was.condition, now.condition)
    apart = differ(meaning(was.condition, item), meaning(now.condition, item))
    tests = {words: meaning(node, item) for words, node in _named_tests(was.condition, now.condition)}
    known = [each.must == each.may for each in tests.values()]
    for lead, assumed in (("where all it asks is known, ", known), ("", [])):
        base = [*world.facts, present, *assumed]
        found, model = ask([*base, apart], _SECONDS)
        if found:
            told = list(_always_so([*base, apart], tests, model))
            exact = ask([*base, *(formula for _, formula in told), z3.Not(apart)], _SECONDS)[0] is False
            words = ", ".join(words for words, _ in told)
            return f"; {lead}{'exactly' if exact else 'only'} where {words}" if told else ""
    return ""


def _always_so(base: list[Bool], tests: Mapping[str, Rails], model: Any) -> Iterator[tuple[str, Bool]]:
    for words, rails in tests.items():
        for state, formula in _states(rails, model):
            if ask([*base, z3.Not(formula)], _SECONDS)[0] is False:
                yield f"{words} ({state})", formula
                break


def _states(rails: Rails, model: Any) -> Iterator[tuple[str, Bool]]:
    """What one case has of a test, and what is weaker than that."""
    must, may = (z3.is_true(model.eval(each, model_completion=True)) for each in rails)
    if must:
        yield "met", rails.must
    elif not may:
        yield "not met", z3.Not(rails.may)
    else:
        yield "unknown", conj([rails.may, z3.Not(rails.must)])
    if may:
        yield "met or unknown", rails.may
    if not must:
        yield "not met or unknown", z3.Not(rails.must)


def _named_tests(was: Condition, now: Condition) -> Iterator[tuple[str, Condition]]:
    """The tests of two versions; one that says something else in the same words is told with its side."""
    shared = {node for node in (*walk(was), *walk(now)) if isinstance(node, Named)}
    shared = {node for node in shared if node in set(walk(was)) and node in set(walk(now))}
    before, after = (dict.fromkeys(_tests(each, shared)) for each in (was, now))
    for side, mine, other in (("as it was", before, after), ("as it is now", after, before)):
        there = {in_words(node) for node in other}
        for node in mine:
            words = in_words(node)
            yield words if node in other or words not in there else f"{words}, {side}", node


def _tests(condition: Condition, shared: Collection[Condition]) -> Iterator[Condition]:
    """The tests of a condition: leaves, counts, and what has a name and is the same in both versions."""
    if condition in shared or isinstance(condition, (Within, Among, AtLeast)):
        yield condition
    else:
        for part in parts_of(condition):
            yield from _tests(part, shared)
