"""Theorems about two rule bases: which cases get another answer, from changed rules to areas to the focus.

Rules that did not change have nothing to prove. A rule that was changed and is proved to say the same stands in both
rule bases as it is now (a cut-point), so that what hangs on it has nothing to prove either.

Where the focus of some case differs, it does in one with at most four candidates of an area for each rule base, so
that eight are enough: of the candidates that surely support an area keep one with the highest least steps and one with the highest
most steps, of the possible ones one with the highest most steps, and one of which something specific is recorded.
What beats what hangs on the highest least steps alone, so each part of the answer stays as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import z3

from ipt_formulate.case.case import Case
from ipt_formulate.case.terms import CASE
from ipt_formulate.proof import running
from ipt_formulate.proof.areas import Following, conditions_of
from ipt_formulate.proof.choosing import Choosing, contenders
from ipt_formulate.proof.meaning import lengths_for, meaning
from ipt_formulate.proof.of_rules import about_one
from ipt_formulate.proof.of_safety import as_strict
from ipt_formulate.proof.rails import FALSE, TRUE, Bool, Rails, conj, disj
from ipt_formulate.proof.theorem import Claim, Question
from ipt_formulate.proof.values import Item, World
from ipt_formulate.rulebase.conclusions import conclusion_of
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase
from ipt_formulate.rulebase.texts import GateConclusion, SafetyConclusion, StepConclusion
from ipt_formulate.vocabulary import ProblemArea

Rule: TypeAlias = CompiledRule[Any]
ITEM_OF: Final = {"deaths": "death", "conflicts": "conflict", "changes": "change", "people": "person"}
_MOST_CANDIDATES: Final = (1, 8)
_NEVER: Final = Rails(FALSE, FALSE)


def pairs_of(old: RuleBase, new: RuleBase) -> Iterator[tuple[str, Rule | None, Rule | None]]:
    """Each rule that is not in both rule bases as it is; steps of selection come with the areas they compare."""
    for name in dict.fromkeys((*old.rules, *new.rules)):
        was, now = old.rules.get(name), new.rules.get(name)
        if not isinstance((now or was).then, StepConclusion) and not _same(was, now):  # type: ignore[union-attr]  # one is
            yield name, was, now


def _same(was: Rule | None, now: Rule | None) -> bool:
    """Whether two versions of a rule say the same in the same words, or in others that decide nothing."""
    if was is None or now is None:
        return False
    return (was.conditions, conclusion_of(was)) == (now.conditions, conclusion_of(now))


def changed_rules(old: RuleBase, new: RuleBase) -> Iterator[Claim]:
    """Every rule that was changed, added or removed says the same of every case as before."""
    for name, was, now in pairs_of(old, new):
        how = "added" if was is None else "removed" if now is None else "changed"
        yield Claim(name, "none", partial(_rule_differs, was, now), f"{name}, {how}, can come out otherwise")


def _rule_differs(was: Rule | None, now: Rule | None) -> Iterator[Question]:
    rules = [rule for rule in (was, now) if rule is not None]
    if len({rule.scope for rule in rules}) == 1:
        yield Question(partial(_apart, was, now), partial(_seen_apart, was, now))
    if was is not None and now is not None and (conclusion_of(was) != conclusion_of(now) or was.scope != now.scope):
        yield Question(partial(_told, now), lambda case: 2 in running.verdicts(now, case))


def _told(rule: Rule) -> tuple[World, Bool]:
    world, item, present = about_one(rule.scope, rule.condition)
    return world, conj([present, meaning(rule.condition, item).must])


def rails_of(was: Rule | None, now: Rule | None) -> tuple[World, Bool, Rails, Rails]:
    """A symbolic case, that the item is there, and what both versions of a rule say of it."""
    trees = [rule.condition for rule in (was, now) if rule is not None]
    scope = next(rule.scope for rule in (was, now) if rule is not None)
    world, item, present = about_one(scope, *trees)
    told = [_NEVER if rule is None else meaning(rule.condition, item) for rule in (was, now)]
    return world, present, told[0], told[1]


def _apart(was: Rule | None, now: Rule | None) -> tuple[World, Bool]:
    world, present, before, after = rails_of(was, now)
    return world, conj([present, differ(before, after)])


def differ(one: Rails, other: Rails) -> Bool:
    """The two are not the same of met, not met and unknown."""
    return disj([one.must != other.must, one.may != other.may])


def _seen_apart(was: Rule | None, now: Rule | None, case: Case) -> bool:
    told = [() if rule is None else running.verdicts(rule, case) for rule in (was, now)]
    count = max(map(len, told))
    before, after = (each or (0,) * count for each in told)
    return any(one != other for one, other in zip(before, after, strict=True))


def with_cut_points(old: RuleBase, new: RuleBase, otherwise: set[str]) -> RuleBase:
    """The old rule base with every rule as it is now, but for those that come out otherwise."""
    same = {name: new.rules[name] for name in old.rules if name in new.rules and name not in otherwise}
    steps = {rule.id for rule in old.steps}
    swapped = {name: same[name] if name in same and name not in steps else rule for name, rule in old.rules.items()}
    return replace(old, rules=MappingProxyType(swapped), _variants={})


def _areas(old: RuleBase, new: RuleBase) -> list[ProblemArea]:
    return list(dict.fromkeys((*old.areas, *new.areas)))


def _is_as_was(old: RuleBase, new: RuleBase, area: ProblemArea) -> bool:
    """Whether everything that decides on the candidates of an area is the same, word for word."""
    if area not in old.areas or area not in new.areas:
        return False
    return _deciding(old, area) == _deciding(new, area)


def _deciding(base: RuleBase, area: ProblemArea) -> tuple[object, ...]:
    text = base.areas[area]
    rules = tuple((rule.id, rule.then, rule.condition) for rule in base.area_rules[area].rules)
    steps = tuple(rule.conditions.get(text.candidates) for rule in base.steps)
    return rules, steps, tuple(text.routes), text.candidates, text.residual


def changed_areas(old: RuleBase, new: RuleBase) -> Iterator[Claim]:
    """Of every candidate, whether it supports its area, its steps, and whether anything specific is known stay."""
    for area in _areas(old, new):
        broken = f"a candidate for {area} can support it otherwise, or be compared otherwise"
        if area not in old.areas or area not in new.areas:
            yield Claim(area, "none", _always, f"{area} is an area in one of the two only")
        elif old.areas[area].candidates != new.areas[area].candidates:
            yield Claim(area, "none", _always, f"the candidates of {area} are others")
        elif _is_as_was(old, new, area):
            yield Claim(area, "none", lambda: iter(()), broken)
        else:
            yield Claim(area, "none", partial(_area_differs, old, new, area, {}), broken)


def _always() -> Iterator[Question]:
    yield Question(lambda: (World(), TRUE), lambda case: True)


def _area_differs(old: RuleBase, new: RuleBase, area: ProblemArea, without: dict[str, int]) -> Iterator[Question]:
    def formula() -> tuple[World, Bool]:
        scope = new.areas[area].candidates
        trees = [*conditions_of(old, [area]), *conditions_of(new, [area])]
        world = World({**lengths_for(trees, {} if scope == CASE else {scope: 1}), **without})
        if not world.items(scope):
            return world, FALSE
        item, present = world.items(scope)[0]
        return world, conj([present, _stands_apart(Following(old, world), Following(new, world), area, item)])

    def shows(case: Case) -> bool:
        none = all(not case.lowered.lists[name].items for name in without)
        return none and _standings(old, area, case) != _standings(new, area, case)

    yield Question(formula, shows)


def _stands_apart(before: Following, after: Following, area: ProblemArea, item: Item) -> Bool:
    """The two rule bases take a candidate otherwise: its support, or what compares it where it may have support."""
    one, other = before.support(area, item), after.support(area, item)
    steps = zip(
        before.steps(area, item), after.steps(area, item), strict=len(before.base.steps) == len(after.base.steps)
    )
    apart = [differ(*pair) for pair in steps]
    apart.append(before.specific(area, item) != after.specific(area, item))
    return disj([differ(one, other), conj([other.may, disj(apart)])])


def _standings(base: RuleBase, area: ProblemArea, case: Case) -> list[tuple[object, ...]]:
    specific = running.specific(base, area, case)
    return [
        (each.support, each.steps if each.support else (), bool(each.support) and index in specific)
        for index, each in enumerate(running.found(base, area, case))
    ]


def changed_focus(old: RuleBase, new: RuleBase) -> Iterator[Claim]:
    """The focus stays: chosen, a tie, provisional or abstained, with the same areas, chosen, second or tied."""
    areas = _areas(old, new)
    questions: Callable[[], Iterator[Question]] = lambda: iter(())  # noqa: E731 (a name for mypy)
    if not all(_is_as_was(old, new, area) for area in areas) or list(old.areas) != list(new.areas):
        questions = partial(_focus_differs, old, new)
    yield Claim("the focus", "none", questions, "the focus can be another")


def _focus_differs(old: RuleBase, new: RuleBase, without: dict[str, int] | None = None) -> Iterator[Question]:
    for count in _MOST_CANDIDATES:
        yield Question(partial(_foci, old, new, count, without or {}), partial(_other_focus, old, new, without or {}))


def _foci(old: RuleBase, new: RuleBase, count: int, without: dict[str, int]) -> tuple[World, Bool]:
    trees = [*conditions_of(old, old.areas), *conditions_of(new, new.areas)]
    lists = {text.candidates for base in (old, new) for text in base.areas.values() if text.candidates != CASE}
    world = World({**lengths_for(trees, dict.fromkeys(sorted(lists), count)), **without})
    both = [Following(base, world) for base in (old, new)]
    was, now = (Choosing(contenders(each), each.asked_enough) for each in both)
    apart = [one != other for one, other in zip(was.answers, now.answers, strict=True)]
    for area in _areas(old, new):
        told = [_named(each, area) for each in (was, now)]
        apart += [one != other for one, other in zip(*told, strict=True)]
    return world, disj(apart)


def _named(choosing: Choosing, area: ProblemArea) -> list[Bool]:
    """Whether an area is chosen, tied or second; none of them where it is no area."""
    if area not in choosing.areas:
        return [FALSE] * 3
    return [choosing.primary(area), choosing.tied(area), choosing.secondary(area)]


def _other_focus(old: RuleBase, new: RuleBase, without: dict[str, int], case: Case) -> bool:
    if any(case.lowered.lists[name].items for name in without):
        return False
    return focus(old, case) != focus(new, case)


def focus(base: RuleBase, case: Case) -> tuple[object, ...]:
    """What counts as the focus here: how it came out, and the areas that are chosen, second or tied."""
    found = running.selection(base, case)
    first, second = ({each.area for each in part} for part in (found.primary, found.secondary))
    return found.status, first, second, {each.area for group in found.tied for each in group}


def changed_safety(old: RuleBase, new: RuleBase) -> Iterator[Claim]:
    """No red flag and no gate comes out otherwise, or asks for something else."""
    changed = {name: (was, now) for name, was, now in pairs_of(old, new)}
    for name in dict.fromkeys((*old.rules, *new.rules)):
        rule = new.rules.get(name) or old.rules[name]
        if isinstance(rule.then, (SafetyConclusion, GateConclusion)):
            broken = f"{name} can come out otherwise, or asks for something else"
            questions = partial(_rule_differs, *changed[name]) if name in changed else lambda: iter(())
            yield Claim(name, "none", questions, broken)


def lost_safety(old: RuleBase, new: RuleBase) -> Iterator[Claim]:
    """Nothing that was flagged or held back is so no longer, or more mildly."""
    changed = {name: (was, now) for name, was, now in pairs_of(old, new)}
    for name, rule in old.rules.items():
        if isinstance(rule.then, (SafetyConclusion, GateConclusion)):
            now = new.rules.get(name)
            broken = f"{name} can be lost, or asks for less"
            questions = partial(_is_lost, rule, now) if name in changed else lambda: iter(())
            yield Claim(name, "none", questions, broken)


def _is_lost(was: Rule, now: Rule | None) -> Iterator[Question]:
    def formula() -> tuple[World, Bool]:
        world, present, before, after = rails_of(was, now)
        drops = [conj([one, z3.Not(other)]) for one, other in zip(before, after, strict=True)]
        return world, conj([present, disj(drops)])

    def shows(case: Case) -> bool:
        before = running.verdicts(was, case)
        after = (0,) * len(before) if now is None else running.verdicts(now, case)
        return any(one > other for one, other in zip(before, after, strict=True))

    if now is None or was.scope == now.scope:
        yield Question(formula, shows)
    if now is not None and not as_strict(was.then, now.then):
        yield Question(partial(_told, was), lambda case: 2 in running.verdicts(was, case))


def unchanged_without(old: RuleBase, new: RuleBase) -> Iterator[Claim]:
    """A case in which no death, no conflict or no change is recorded gets the same areas and the same focus."""
    for name in dict.fromkeys(text.candidates for text in new.areas.values() if text.candidates != CASE):
        yield Claim(
            f"without a {ITEM_OF[name]}",
            "none",
            partial(_differs_without, old, new, name),
            f"an area or the focus can be another in a case in which no {ITEM_OF[name]} is recorded",
        )


def _differs_without(old: RuleBase, new: RuleBase, name: str) -> Iterator[Question]:
    others = [area for area in _areas(old, new) if not _is_as_was(old, new, area)]
    if any(area not in old.areas or area not in new.areas for area in others):
        yield from _always()
        return
    apart = [area for area in others if new.areas[area].candidates != name]
    for area in apart:
        yield from _area_differs(old, new, area, {name: 0})
    if apart:
        yield from _focus_differs(old, new, {name: 0})
