"""Which techniques fit, and whether each can be used now: offered, caution, held or blocked.

Removing an answer never makes a technique usable that was not. Techniques of the middle phase wait for the client's
agreement. One that concerns a person is as usable as it is with the people it is about.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from ipt_formulate.case.case import Case
from ipt_formulate.case.choices import Response
from ipt_formulate.case.fields import YES
from ipt_formulate.case.lowering import LoweredItem
from ipt_formulate.case.terms import CASE
from ipt_formulate.evaluation.findings import Findings
from ipt_formulate.formulation.advised import PersonGate, TechniqueAdvice
from ipt_formulate.formulation.cards import card_of
from ipt_formulate.formulation.evidence import rests_on_assumption
from ipt_formulate.formulation.gates import (
    NOBODY_NAMED,
    NOT_AGREED,
    PERHAPS_DEAD,
    SEVERITY,
    Obstacle,
    Obstacles,
    Standing,
    by_rules,
    by_safety,
    pick_gates,
    pick_safety,
    stricter,
    worst,
    worst_by_rules,
)
from ipt_formulate.formulation.selection import Selection
from ipt_formulate.formulation.wording import Names, fill
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.rulebase.texts import Technique
from ipt_formulate.vocabulary import Fit, Gate, Phase, ProblemArea

_PHASES: Final = {phase: index for index, phase in enumerate(Phase)}


def agreed_area(case: Case) -> ProblemArea | None:
    """The area chosen with the client, if agreement to it is recorded."""
    response = case.assessment.response
    agreed = response.answer in (Response.AGREED, Response.EDITED)
    return response.chosen if agreed and isinstance(response.chosen, ProblemArea) else None


def areas_in_view(case: Case, selection: Selection) -> tuple[ProblemArea, ...]:
    """The areas techniques are matched to: the agreed one, else those in focus, else those leading."""
    if agreed := agreed_area(case):
        return (agreed,)
    if selection.primary:
        return tuple([group[0].area for group in (selection.primary, selection.secondary) if group])
    return tuple([group[0].area for group in selection.tied or selection.leading])


def advise(
    base: RuleBase, findings: Findings, case: Case, selection: Selection, names: Names
) -> tuple[TechniqueAdvice, ...]:
    """The techniques for the areas in view, by phase, fit and rank."""
    return _Matching(base, findings, case, areas_in_view(case, selection), names).run()


class _Living(NamedTuple):
    """Someone who is or may be alive, with the verdicts of the gate rules about people."""

    item: LoweredItem
    name: str
    verdicts: tuple[int, ...]
    surely: bool


class _Matching:
    def __init__(
        self, base: RuleBase, findings: Findings, case: Case, areas: tuple[ProblemArea, ...], names: Names
    ) -> None:
        self.base, self.findings, self.case, self.areas, self.names = base, findings, case, areas, names
        self.agreed = agreed_area(case) is not None

    def run(self) -> tuple[TechniqueAdvice, ...]:
        (verdicts,) = self.findings.rules[CASE]
        picked = pick_gates(self.base, CASE, verdicts), pick_safety(self.base, verdicts)
        found = _general(self.base, self.areas, self.agreed, *picked, self._stages())
        living = self._living()
        wanted = self._wanted()
        return tuple(
            [
                self._with_people(general, obstacles, living, wanted) if card.concerns_person else general
                for card, obstacles, general in found
            ]
        )

    def _living(self) -> list[_Living]:
        rows = zip(self.case.lowered.lists["people"].items, self.findings.rules["people"], strict=True)
        return [
            _Living(item, self.names.person(item), pick_gates(self.base, "people", row), item.values["alive"] == YES)
            for item, row in rows
            if item.values["alive"] & YES
        ]

    def _wanted(self) -> set[str | None] | None:
        """In a dispute, the ids of those it is with (None for someone who is not recorded)."""
        if ProblemArea.ROLE_DISPUTE not in self.areas:
            return None
        return {self.case.inventory.conflicts[index].person for index in self._in_view("conflicts")}

    def _with_people(
        self, general: TechniqueAdvice, obstacles: Obstacles, living: list[_Living], wanted: set[str | None] | None
    ) -> TechniqueAdvice:
        """A technique that concerns a person: one gate each, and what lies in those it is about."""
        own = [_own(self.base, general.technique, each.verdicts, each.surely) for each in living]
        people = tuple(
            [
                PersonGate.trusted(
                    person=each.item.id, name=each.name, status=stricter(general.status, status), reasons=reasons
                )
                for each, (_, (status, reasons)) in zip(living, own, strict=True)
            ]
        )
        named = _of_those_concerned(living, own, wanted)
        status, reasons = worst(obstacles + named) if named else (general.status, general.reasons)
        return TechniqueAdvice.trusted(**{**vars(general), "status": status, "reasons": reasons, "people": people})

    def _stages(self) -> tuple[int, ...]:
        """For each technique that a rule indicates, the best verdict over the candidates in view."""
        scopes = {area.candidates for area in map(self.base.areas.get, self.areas) if area} | {CASE}
        in_view = {scope: self._in_view(scope) for scope in scopes}
        found = []
        for _, places in _staged(self.base):
            best = 0
            for scope, place in places:
                if scope in in_view:
                    rows, concerned = self.findings.rules[scope], in_view[scope]
                    verdict = max([rows[index][place] for index in concerned], default=0)
                    best = max(best, verdict if len(concerned) < 2 else min(verdict, 1))
            found.append(best)
        return tuple(found)

    def _in_view(self, scope: str) -> list[int]:
        """The candidates in view: the one that was chosen with the client, or all of them."""
        if scope == CASE:
            return [0]
        about = self.case.assessment.response.about if self.agreed else None
        items = getattr(self.case.inventory, scope)
        return [index for index, item in enumerate(items) if item.id == about] or list(range(len(items)))


def _of_those_concerned(
    living: list[_Living], own: list[tuple[Obstacles, Standing]], wanted: set[str | None] | None
) -> Obstacles:
    """What lies in the people a technique is about, with their names.

    In a dispute those are the ones it is with, and the worst of them decides. Elsewhere the technique can be used
    with anyone, and those with whom it can best be used decide.
    """
    if wanted is None:
        best = min([SEVERITY[status] for _, (status, _) in own], default=0)
        concerned = [SEVERITY[status] == best for _, (status, _) in own]
    else:
        concerned = [each.item.id in wanted for each in living]
    in_whom: dict[Obstacle, tuple[str, ...]] = {}
    for person, (obstacles, _), is_concerned in zip(living, own, concerned, strict=True):
        for each in obstacles if is_concerned else ():
            in_whom[each] = (*in_whom.get(each, ()), person.name)
    named = [each._replace(people=names) for each, names in in_whom.items()]
    if wanted is not None and (None in wanted or not any(concerned)):
        named.append(NOBODY_NAMED)
    return tuple(named)


@lru_cache(maxsize=4096)
def _own(base: RuleBase, technique: str, verdicts: tuple[int, ...], surely: bool) -> tuple[Obstacles, Standing]:
    """What lies in one person, whatever else holds. Cached: only verdicts go in."""
    obstacles = by_rules(base, "people", verdicts, technique, False)
    obstacles = obstacles if surely else (*obstacles, PERHAPS_DEAD)
    return obstacles, worst(obstacles)


@lru_cache(maxsize=4096)
def _general(
    base: RuleBase,
    areas: tuple[ProblemArea, ...],
    agreed: bool,
    gates: tuple[int, ...],
    safety: tuple[int, ...],
    stages: tuple[int, ...],
) -> tuple[tuple[Technique, Obstacles, TechniqueAdvice], ...]:
    """What holds whoever is concerned. Cached: only verdicts go in."""
    stage_of = {technique: stage for (technique, _), stage in zip(_staged(base), stages, strict=True)}
    held = by_safety(base, safety)
    found = []
    for technique, fit in fitting(base, areas):
        obstacles = by_rules(base, CASE, gates, technique.id, technique.needs_agreement)
        if technique.needs_agreement:
            obstacles = (*held, *obstacles) if agreed else (*held, *obstacles, NOT_AGREED)
        if technique.indicated_only and stage_of.get(technique.id, 0) < 2:
            if stage_of.get(technique.id, 0) == 0:
                continue
            obstacles = (*obstacles, _ask_for(base, technique.id))
        found.append((technique, obstacles, _advice(base, technique, fit, obstacles)))
    return tuple(found)


def _advice(base: RuleBase, technique: Technique, fit: Fit, obstacles: Obstacles) -> TechniqueAdvice:
    status, reasons = worst_by_rules(obstacles)
    return TechniqueAdvice.trusted(
        technique=technique.id,
        title=technique.title,
        status=status,
        phases=technique.phases,
        fit=fit,
        fit_is_assumption=technique.fit_basis == "assumption",
        purpose=technique.purpose,
        reasons=reasons,
        people=(),
        card=card_of(base, technique.id),
        sources=tuple([citation.key for citation in technique.citations]),
    )


def _ask_for(base: RuleBase, technique: str) -> Obstacle:
    """What to ask where it is not known whether a technique is indicated, or for which candidate."""
    rule = next(rule for rule in base.stages if rule.then.indicates == technique)
    ask = fill(rule.text.ask, "the other person", "the change")
    return Obstacle(Gate.HELD_UNTIL_ASKED, f"Ask first: {ask}", rule.id, rests_on_assumption(rule))


@lru_cache(maxsize=64)
def _staged(base: RuleBase) -> tuple[tuple[str, tuple[tuple[str, int], ...]], ...]:
    """Each technique that rules indicate, with the scope and place of these rules."""
    found: dict[str, list[tuple[str, int]]] = {}
    for rule in base.stages:
        found.setdefault(rule.then.indicates, []).append((rule.scope, base.place[rule.id]))
    return tuple((technique, tuple(places)) for technique, places in found.items())


@lru_cache(maxsize=256)
def fitting(base: RuleBase, areas: tuple[ProblemArea, ...]) -> tuple[tuple[Technique, Fit], ...]:
    """The techniques that fit some of the areas, ordered by phase, fit and rank."""
    found = []
    for technique in base.techniques.values():
        fits = [technique.fit[area] for area in areas if area in technique.fit]
        if not areas and not technique.needs_agreement and set(base.areas) <= set(technique.fit):
            fits = [Fit.PRIMARY]
        if fits:
            found.append((technique, Fit.PRIMARY if Fit.PRIMARY in fits else Fit.USEFUL))
    return tuple(
        sorted(found, key=lambda each: (_PHASES[each[0].phases[0]], each[1] is Fit.USEFUL, each[0].rank, each[0].id))
    )
