"""Which techniques fit, and whether each can be used now: offered, caution, held or blocked.

Removing an answer never makes a technique usable that was not: what blocks, holds while it is unknown, and what
asks for caution does so while it is unknown. Techniques of the middle phase wait for the client's agreement.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, TypeAlias

from ipt_formulate.case.case import Case
from ipt_formulate.case.choices import Response
from ipt_formulate.case.fields import YES
from ipt_formulate.evaluation.findings import Findings
from ipt_formulate.formulation.model import PersonGate, TechniqueAdvice
from ipt_formulate.formulation.selection import Selection
from ipt_formulate.formulation.wording import Names, fill
from ipt_formulate.rulebase.references import ALL_FOCUS_WORK
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase
from ipt_formulate.rulebase.texts import GateConclusion, SafetyConclusion, Technique
from ipt_formulate.vocabulary import Fit, Gate, Phase, ProblemArea

Gates: TypeAlias = tuple[tuple[Gate, str], ...]
_SEVERITY: Final = {gate: index for index, gate in enumerate(Gate)}
_PHASES: Final = {phase: index for index, phase in enumerate(Phase)}
_NOT_AGREED: Final = (Gate.HELD_UNTIL_AGREED, "Waits for the client's recorded agreement to a focus.")
_PERHAPS_DEAD: Final = (Gate.HELD_UNTIL_ASKED, "It is not recorded whether this person is alive.")
_NOBODY_NAMED: Final = (
    Gate.HELD_UNTIL_ASKED,
    "Concerns a person who is not recorded among the people: record who it is, and ask in private about safety.",
)


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
        return tuple(group[0].area for group in (selection.primary, selection.secondary) if group)
    return tuple(group[0].area for group in selection.tied or selection.leading)


def advise(
    base: RuleBase, findings: Findings, case: Case, selection: Selection, names: Names
) -> tuple[TechniqueAdvice, ...]:
    """The techniques for the areas in view, by phase, fit and rank."""
    matching = _Matching(base, findings, case, areas_in_view(case, selection), names)
    return tuple(matching.run())


class _Matching:
    def __init__(
        self, base: RuleBase, findings: Findings, case: Case, areas: tuple[ProblemArea, ...], names: Names
    ) -> None:
        self.base, self.findings, self.case, self.areas, self.names = base, findings, case, areas, names
        self.agreed = agreed_area(case) is not None
        self.everyone = case.lowered.lists["people"].items

    def run(self) -> Iterator[TechniqueAdvice]:
        (verdicts,) = self.findings.rules["case"]
        stages = tuple([self._stage(technique) for technique in _staged(self.base)])
        holds = tuple([verdicts[place] for _, place in _holding(self.base)])
        picked = _pick(self.base, "case", verdicts)
        for technique, fit, gates, ready in _general(self.base, self.areas, self.agreed, picked, holds, stages):
            yield ready or self._with_people(technique, fit, gates)

    def _with_people(self, technique: Technique, fit: Fit, gates: Gates) -> TechniqueAdvice:
        """A technique that concerns a person: one gate each; in a dispute the worst of those concerned decides."""
        alive = [index for index, item in enumerate(self.everyone) if item.values["alive"] & YES]
        own = {index: self._own_gates(technique, index) for index in alive}
        people = tuple([self._person(index, gates + own[index], own[index]) for index in alive])
        if ProblemArea.ROLE_DISPUTE in self.areas:
            wanted = {self.case.inventory.conflicts[index].person for index in self._in_view("conflicts")}
            concerned = [index for index in alive if self.everyone[index].id in wanted]
            for index in concerned:
                name = self.names.person(self.everyone[index])
                gates += tuple([(gate, f"{name[:1].upper()}{name[1:]}: {reason}") for gate, reason in own[index]])
            if not concerned or None in wanted:
                gates += (_NOBODY_NAMED,)
        return _advice(technique, fit, gates, people)

    def _own_gates(self, technique: Technique, index: int) -> Gates:
        verdicts = _pick(self.base, "people", self.findings.rules["people"][index])
        gates = _gates(self.base, "people", verdicts, technique.id, False)
        return gates if self.everyone[index].values["alive"] == YES else (*gates, _PERHAPS_DEAD)

    def _person(self, index: int, gates: Gates, own: Gates) -> PersonGate:
        item = self.everyone[index]
        return PersonGate.trusted(
            person=item.id, name=self.names.person(item), status=_worst(gates)[0], reasons=_worst(own)[1]
        )

    def _stage(self, technique: str) -> int:
        """The best verdict of the rules that indicate a technique, over the candidates in view."""
        scopes = {area.candidates for area in map(self.base.areas.get, self.areas) if area}
        best = 0
        for rule in self.base.stages:
            if rule.then.indicates == technique and (rule.scope in scopes or rule.scope == "case"):
                concerned = self._in_view(rule.scope)
                rows, place = self.findings.rules[rule.scope], self.base.place[rule.id]
                verdict = max((rows[index][place] for index in concerned), default=0)
                best = max(best, verdict if len(concerned) < 2 else min(verdict, 1))
        return best

    def _in_view(self, scope: str) -> list[int]:
        """The candidates in view: the one that was chosen with the client, or all of them."""
        if scope == "case":
            return [0]
        about = self.case.assessment.response.about if self.agreed else None
        items = getattr(self.case.inventory, scope)
        return [index for index, item in enumerate(items) if item.id == about] or list(range(len(items)))


@lru_cache(maxsize=4096)
def _general(
    base: RuleBase,
    areas: tuple[ProblemArea, ...],
    agreed: bool,
    verdicts: tuple[int, ...],
    holds: tuple[int, ...],
    stages: tuple[int, ...],
) -> tuple[tuple[Technique, Fit, Gates, TechniqueAdvice | None], ...]:
    """What holds whoever is concerned; where nobody is, the advice is ready. Cached: only verdicts go in."""
    stage_of = dict(zip(_staged(base), stages, strict=True))
    held = _held_by_safety(base, holds)
    found = []
    for technique, fit in fitting(base, areas):
        gates = _gates(base, "case", verdicts, technique.id, technique.needs_agreement)
        if technique.needs_agreement:
            gates = (*held, *gates) if agreed else (*held, *gates, _NOT_AGREED)
        if technique.indicated_only and stage_of.get(technique.id, 0) < 2:
            if stage_of.get(technique.id, 0) == 0:
                continue
            gates += ((Gate.HELD_UNTIL_ASKED, _ask_for(base, technique.id)),)
        found.append((technique, fit, gates, None if technique.concerns_person else _advice(technique, fit, gates, ())))
    return tuple(found)


@lru_cache(maxsize=64)
def _holding(base: RuleBase) -> tuple[tuple[CompiledRule[SafetyConclusion], int], ...]:
    return tuple((rule, base.place[rule.id]) for rule in base.safety if rule.then.holds_focus)


def _held_by_safety(base: RuleBase, holds: tuple[int, ...]) -> Gates:
    """The safety rules for which work on a focus waits: met, it is blocked; unknown, it waits until it is asked."""
    found: Gates = ()
    for (rule, _), verdict in zip(_holding(base), holds, strict=True):
        if verdict == 2:
            found += ((Gate.BLOCKED, f"{rule.then.flag} This comes before work on the focus."),)
        elif verdict == 1:
            found += ((Gate.HELD_UNTIL_ASKED, f"Ask first: {rule.text.ask}"),)
    return found


@lru_cache(maxsize=4096)
def _gates(base: RuleBase, scope: str, verdicts: tuple[int, ...], technique: str, focus_work: bool) -> Gates:
    """What the gate rules of a scope say of a technique."""
    found = []
    for (rule, _), verdict in zip(_gate_rules(base, scope), verdicts, strict=True):
        if verdict and (technique in rule.then.techniques or (focus_work and ALL_FOCUS_WORK in rule.then.techniques)):
            gate = rule.then.gate if rule.then.gate is Gate.CAUTION or verdict == 2 else Gate.HELD_UNTIL_ASKED
            found.append((gate, rule.then.reason if verdict == 2 else f"Ask first: {rule.text.ask}"))
    return tuple(found)


def _pick(base: RuleBase, scope: str, verdicts: tuple[int, ...]) -> tuple[int, ...]:
    return tuple([verdicts[place] for _, place in _gate_rules(base, scope)])


def _ask_for(base: RuleBase, technique: str) -> str:
    """What to ask where it is not known whether a technique is indicated, or for which candidate."""
    ask = next(rule.text.ask for rule in base.stages if rule.then.indicates == technique)
    return f"Ask first: {fill(ask, 'the other person', 'the change')}"


@lru_cache(maxsize=64)
def _staged(base: RuleBase) -> tuple[str, ...]:
    return tuple(dict.fromkeys(rule.then.indicates for rule in base.stages))


@lru_cache(maxsize=64)
def _gate_rules(base: RuleBase, scope: str) -> tuple[tuple[CompiledRule[GateConclusion], int], ...]:
    return tuple((rule, base.place[rule.id]) for rule in base.gates if rule.scope == scope)


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


@lru_cache(maxsize=4096)
def _worst(gates: Gates) -> tuple[Gate, tuple[str, ...]]:
    status = max((gate for gate, _ in gates), key=_SEVERITY.__getitem__, default=Gate.OFFERED)
    ordered = sorted(gates, key=lambda each: -_SEVERITY[each[0]])
    return status, tuple(dict.fromkeys(reason for _, reason in ordered))


def _advice(technique: Technique, fit: Fit, gates: Gates, people: tuple[PersonGate, ...]) -> TechniqueAdvice:
    status, reasons = _worst.__wrapped__(gates) if people else _worst(gates)
    return TechniqueAdvice.trusted(
        technique=technique.id,
        title=technique.title,
        status=status,
        phases=technique.phases,
        fit=fit,
        fit_is_assumption=technique.fit_basis == "assumption",
        purpose=technique.purpose,
        reasons=reasons,
        people=people,
        sources=tuple([citation.key for citation in technique.citations]),
    )
