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
from ipt_formulate.formulation.advised import GateReason, PersonGate, TechniqueAdvice
from ipt_formulate.formulation.cards import card_of
from ipt_formulate.formulation.gates import (
    GATES,
    NOBODY_NAMED,
    NOT_AGREED,
    PERHAPS_DEAD,
    GatesOn,
    Obstacle,
    Standing,
    ask_first,
    by_rules,
    by_safety,
    gates_on,
    pick_gates,
    pick_safety,
    standing,
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
        self.wanted = self._wanted()
        self.living = self._living()
        self._in_people: dict[tuple[GatesOn, int], tuple[tuple[PersonGate, ...], list[Obstacle]]] = {}

    def run(self) -> tuple[TechniqueAdvice, ...]:
        (verdicts,) = self.findings.rules[CASE]
        picked = pick_gates(self.base, CASE, verdicts), pick_safety(self.base, verdicts)
        found = _general(self.base, self.areas, self.agreed, *picked, self._stages())
        return tuple(
            [self._with_people(general, stands) if card.concerns_person else general for card, stands, general in found]
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

    def _with_people(self, general: TechniqueAdvice, stands: Standing) -> TechniqueAdvice:
        """A technique that concerns a person: one gate each, and what lies in those it is about."""
        gates = gates_on(self.base, "people", general.technique, False)
        if (gates, stands.severity) not in self._in_people:
            own = [_own(self.base, each.verdicts, gates, each.surely) for each in self.living]
            people = [_gate(*each, stands.severity) for each in zip(self.living, own, strict=True)]
            concerned = _of_those_concerned(self.living, own, self.wanted)
            self._in_people[gates, stands.severity] = tuple(people), concerned
        everyone, concerned = self._in_people[gates, stands.severity]
        whole = standing((*stands.obstacles, *concerned)) if concerned else stands
        told = {"status": whole.gate, "reasons": whole.reasons, "people": everyone}
        return TechniqueAdvice.trusted(**{**vars(general), **told})

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


def _gate(person: _Living, own: Standing, least: int) -> PersonGate:
    status = GATES[max(least, own.severity)]
    return PersonGate.trusted(person=person.item.id, name=person.name, status=status, reasons=own.reasons)


def _of_those_concerned(living: list[_Living], own: list[Standing], wanted: set[str | None] | None) -> list[Obstacle]:
    """What lies in the people a technique is about, with their names.

    In a dispute those are the ones it is with, and the worst of them decides. Elsewhere the technique can be used
    with anyone, and those with whom it can best be used decide.
    """
    if wanted is None:
        best = min([each.severity for each in own], default=0)
        concerned = [each.severity == best for each in own]
    else:
        concerned = [each.item.id in wanted for each in living]
    in_whom: dict[tuple[int, str], tuple[GateReason, list[str]]] = {}
    for person, in_person, is_concerned in zip(living, own, concerned, strict=True):
        for severity, reason in in_person.obstacles if is_concerned else ():
            in_whom.setdefault((severity, reason.sentence), (reason, []))[1].append(person.name)
    named = [
        Obstacle(severity, GateReason.trusted(**{**vars(reason), "people": tuple(names)}))
        for (severity, _), (reason, names) in in_whom.items()
    ]
    if wanted is not None and (None in wanted or not any(concerned)):
        named.append(NOBODY_NAMED)
    return named


@lru_cache(maxsize=1024)
def _own(base: RuleBase, verdicts: tuple[int, ...], gates: GatesOn, surely: bool) -> Standing:
    """What lies in one person, whatever else holds. Cached: only verdicts go in."""
    obstacles = by_rules(base, "people", verdicts, gates)
    return standing(obstacles if surely else (*obstacles, PERHAPS_DEAD))


@lru_cache(maxsize=512)
def _general(
    base: RuleBase,
    areas: tuple[ProblemArea, ...],
    agreed: bool,
    gates: tuple[int, ...],
    safety: tuple[int, ...],
    stages: tuple[int, ...],
) -> tuple[tuple[Technique, Standing, TechniqueAdvice], ...]:
    """What holds whoever is concerned; what the same rules hold back stands alike. Cached: only verdicts go in."""
    stage_of = {technique: stage for (technique, _), stage in zip(_staged(base), stages, strict=True)}
    for_agreement = by_safety(base, safety) if agreed else (*by_safety(base, safety), NOT_AGREED)
    alike: dict[tuple[bool, GatesOn], Standing] = {}
    found = []
    for technique, fit in fitting(base, areas):
        waits, on = technique.needs_agreement, gates_on(base, CASE, technique.id, technique.needs_agreement)
        if (waits, on) not in alike:
            alike[waits, on] = standing((*(for_agreement if waits else ()), *by_rules(base, CASE, gates, on)))
        stands = alike[waits, on]
        if technique.indicated_only and stage_of.get(technique.id, 0) < 2:
            if stage_of.get(technique.id, 0) == 0:
                continue
            stands = standing((*stands.obstacles, _ask_for(base, technique.id)))
        told = {"status": stands.gate, "reasons": stands.reasons}
        found.append((technique, stands, TechniqueAdvice.trusted(**{**vars(_advice(base, technique.id, fit)), **told})))
    return tuple(found)


@lru_cache(maxsize=2048)
def _advice(base: RuleBase, technique: str, fit: Fit) -> TechniqueAdvice:
    """The advice where nothing stands before the technique and it concerns nobody."""
    card = base.techniques[technique]
    return TechniqueAdvice.trusted(
        technique=technique,
        title=card.title,
        status=Gate.OFFERED,
        phases=card.phases,
        fit=fit,
        fit_is_assumption=card.fit_basis == "assumption",
        purpose=card.purpose,
        reasons=(),
        people=(),
        card=card_of(base, technique),
        sources=tuple([citation.key for citation in card.citations]),
    )


@lru_cache(maxsize=256)
def _ask_for(base: RuleBase, technique: str) -> Obstacle:
    """What to ask where it is not known whether a technique is indicated, or for which candidate."""
    rule = next(rule for rule in base.stages if rule.then.indicates == technique)
    return ask_first(rule, fill(rule.text.ask, "the other person", "the change"))


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
