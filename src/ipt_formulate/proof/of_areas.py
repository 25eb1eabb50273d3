"""Theorems about problem areas: each can be supported, none is silent, and grief and deficits keep their bounds."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import z3

from ipt_formulate.case.case import Case
from ipt_formulate.case.choices import DeathKind
from ipt_formulate.case.fields import ChoiceKind
from ipt_formulate.case.terms import CASE
from ipt_formulate.formulation.evidence import items_of
from ipt_formulate.proof import running
from ipt_formulate.proof.areas import Following, conditions_of, world_for
from ipt_formulate.proof.choosing import Choosing, contenders
from ipt_formulate.proof.of_rules import about_one, expected_of
from ipt_formulate.proof.rails import Bool, conj, disj
from ipt_formulate.proof.theorem import Claim, Question
from ipt_formulate.proof.values import Item, World, exactly
from ipt_formulate.rulebase.rulebase import AreaRules, CompiledRule, RuleBase
from ipt_formulate.rulebase.texts import AreaConclusion
from ipt_formulate.vocabulary import Evidence, FocusStatus, ProblemArea

ASKS_FOR_A_PERSON = "grief.death_of_significant_person"
"""A tradition that mourns more than people switches this rule off, and grief is then not bound to a person."""
_PET = list(DeathKind).index(DeathKind.PET)
_PET_MASK = ChoiceKind(DeathKind).mask([DeathKind.PET])


def can_be_supported(base: RuleBase) -> Iterator[Claim]:
    """Every route can support its area, and every exclusion alone can keep a candidate from it."""
    for area, of_area in base.area_rules.items():
        for route in of_area.routes:
            about = f"{area}, route {route}"
            broken = f"the route {route} of {area} contradicts itself, or what excludes {area} always holds with it"
            yield Claim(about, "some", partial(_supports, base, area, route, None), broken, _key(base, of_area))
        for rule in of_area.of(Evidence.EXCLUDES):
            questions = partial(_excludes, base, area, rule.id)
            broken = f"{rule.id} never excludes what nothing else does"
            yield Claim(rule.id, "some", questions, broken, _key(base, of_area))


def _key(base: RuleBase, of_area: AreaRules) -> tuple[object, ...]:
    rules = tuple((rule.id, rule.then, rule.condition) for rule in of_area.rules)
    return rules, tuple(of_area.routes), of_area.area.residual, tuple(base.areas)


def _excludes(base: RuleBase, area: ProblemArea, rule_id: str) -> Iterator[Question]:
    for route in base.area_rules[area].routes:
        yield from _supports(base, area, route, rule_id)


def _supports(base: RuleBase, area: ProblemArea, route: str, excluding: str | None) -> Iterator[Question]:
    """A candidate meets every criterion of a route, and what excludes it is exactly one rule, or nothing."""
    of_area = base.area_rules[area]
    criteria, excludes = of_area.routes[route], of_area.of(Evidence.EXCLUDES)
    conditions = [rule.condition for rule in (*criteria, *excludes)]

    def formula() -> tuple[World, Bool]:
        world, item, present = about_one(of_area.area.candidates, *conditions)
        following = Following(base, world)
        met = [following.rule(rule, item).must for rule in criteria]
        out = [(rule.id, following.rule(rule, item)) for rule in excludes]
        return world, conj([present, *met, *(r.must if name == excluding else z3.Not(r.may) for name, r in out)])

    def shows(case: Case) -> bool:
        met = zip(*(running.verdicts(rule, case) for rule in criteria), strict=True)
        out = zip(*(running.verdicts(rule, case) for rule in excludes), strict=True) if excludes else iter(())
        wanted = tuple(2 if rule.id == excluding else 0 for rule in excludes)
        return any(set(each) == {2} and next(out, ()) == wanted for each in met)

    yield Question(formula, shows)


def evidence_counts(base: RuleBase) -> Iterator[Claim]:
    """Every rule of strong or opposing evidence can be met of a candidate that supports its area.

    These are what the steps of selection read; where there are no steps, as in an area of the whole case, they only
    explain.
    """
    for area, of_area in base.area_rules.items():
        rules = (*of_area.of(Evidence.STRONG), *of_area.of(Evidence.AGAINST))
        for rule in rules if of_area.area.candidates != CASE else ():
            broken = f"{rule.id} is never met of a candidate that supports {area}, so that it never decides"
            expected = expected_of(rule, "never_counts", area)
            yield Claim(rule.id, "some", partial(_counts, base, area, rule), broken, _key(base, of_area), expected)


def _counts(base: RuleBase, area: ProblemArea, rule: CompiledRule[AreaConclusion]) -> Iterator[Question]:
    def formula() -> tuple[World, Bool]:
        world, item, present = about_one(base.areas[area].candidates, *conditions_of(base, [area]))
        following = Following(base, world)
        return world, conj([present, following.support(area, item).must, following.rule(rule, item).must])

    def shows(case: Case) -> bool:
        pairs = zip(running.found(base, area, case), running.verdicts(rule, case), strict=True)
        return any(each.support == verdict == 2 for each, verdict in pairs)

    yield Question(formula, shows)


def is_never_silent(base: RuleBase) -> Iterator[Claim]:
    """A candidate that meets every criterion of a route and is not surely excluded is always answered."""
    for area, of_area in base.area_rules.items():
        if of_area.area.residual:
            continue
        for route in of_area.routes:
            yield Claim(
                f"{area}, route {route}",
                "none",
                partial(_silent, base, area, route),
                f"nothing is said of a candidate that meets every criterion of the route {route} of {area}",
                (_key(base, of_area), _frames(of_area)),
            )


def _frames(of_area: AreaRules) -> tuple[bool, ...]:
    return tuple(rule.then.frame for rule in of_area.rules)


def _silent(base: RuleBase, area: ProblemArea, route: str) -> Iterator[Question]:
    """Other candidates are left out: one that is sure ends the silence, and any other changes nothing."""
    of_area = base.area_rules[area]

    def formula() -> tuple[World, Bool]:
        world, item, present = about_one(of_area.area.candidates, *conditions_of(base, [area]))
        following = Following(base, world)
        met = [following.rule(rule, item).must for rule in of_area.routes[route]]
        alone = [each for each in contenders(following) if each.area == area]
        silent = Choosing(alone, following.asked_enough).answers.abstained
        return world, conj([present, *met, following.support(area, item).may, silent])

    def shows(case: Case) -> bool:
        if running.selection(base, case).status is not FocusStatus.ABSTAINED:
            return False
        met = zip(*(running.verdicts(rule, case) for rule in of_area.routes[route]), strict=True)
        candidates = running.found(base, area, case)
        return any(set(each) == {2} and one.support for each, one in zip(met, candidates, strict=True))

    yield Question(formula, shows)


def deficits_come_last(base: RuleBase) -> Iterator[Claim]:
    """Interpersonal deficits are no possible focus while another area is supported."""
    if ProblemArea.INTERPERSONAL_DEFICITS not in base.areas:
        return
    for other in base.areas:
        if other is not ProblemArea.INTERPERSONAL_DEFICITS:
            broken = f"deficits can be the focus while {other} is supported"
            yield Claim(f"deficits beside {other}", "none", partial(_beside, base, other), broken)


def _beside(base: RuleBase, other: ProblemArea) -> Iterator[Question]:
    last = ProblemArea.INTERPERSONAL_DEFICITS

    def formula() -> tuple[World, Bool]:
        scope = base.areas[other].candidates
        world = world_for(conditions_of(base, [last, other]), {} if scope == CASE else {scope: 1})
        following = Following(base, world)
        standing = [each for each in contenders(following) if each.area in (last, other)]
        possible = Choosing(standing, following.asked_enough).area_possible(last)
        return world, conj([following.statuses[other].must, possible])

    def shows(case: Case) -> bool:
        supported = running.findings(base, case).areas[other] == 2
        return supported and any(each.area is last for each in running.selection(base, case).possible)

    yield Question(formula, shows)


def grief_is_for_a_person(base: RuleBase) -> Iterator[Claim]:
    """Grief is supported only by the death of a person, or of a pregnancy or newborn, and one that has happened."""
    tradition = base.traditions.get(base.tradition)
    area = base.areas.get(ProblemArea.GRIEF)
    if area is None or (tradition is not None and ASKS_FOR_A_PERSON in tradition.off):
        return
    key = _key(base, base.area_rules[area.id])
    if area.candidates != "deaths":
        yield Claim(
            "the candidates", "none", _always, f"the candidates of grief are {area.candidates}, not deaths", key
        )
        return
    broken = "grief can be supported by a death that may be that of a pet"
    yield Claim("whose death", "none", partial(_grief, base, "pet"), broken, key)
    broken = "grief can be supported by a death that lies ahead"
    yield Claim("whether it has happened", "none", partial(_grief, base, "ahead"), broken, key)


def _always() -> Iterator[Question]:
    yield Question(lambda: (None, z3.BoolVal(True)))


def _grief(base: RuleBase, fault: str) -> Iterator[Question]:
    area = ProblemArea.GRIEF

    def formula() -> tuple[World, Bool]:
        world, item, present = about_one("deaths", *conditions_of(base, [area]))
        return world, conj([present, _at_fault(Following(base, world), item, fault)])

    def shows(case: Case) -> bool:
        for item, each in zip(items_of(case.lowered, "deaths"), running.found(base, area, case), strict=True):
            pet = item.values["kind"] & _PET_MASK and (each.support == 2 or item.values["kind"] == _PET_MASK)
            ahead = item.values["when"][1] < 0 if each.support < 2 else item.values["when"][0] < 0
            if each.support and (pet if fault == "pet" else ahead):
                return True
        return False

    yield Question(formula, shows)


def _at_fault(following: Following, item: Item, fault: str) -> Bool:
    support, kind, when = following.support(ProblemArea.GRIEF, item), item.choice("kind"), item.span("when")
    perhaps, surely = (kind[_PET], exactly(kind, [_PET])) if fault == "pet" else (when[0] < 0, when[1] < 0)
    return disj([conj([support.must, perhaps]), conj([support.may, surely])])
