"""The evidence for and against each candidate, in the words of the rules."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final, Literal

from ipt_formulate.case.lowering import LoweredCase, LoweredItem
from ipt_formulate.case.terms import CASE
from ipt_formulate.evaluation.findings import CandidateFindings, Findings, Verdict
from ipt_formulate.formulation.contents import AreaFinding, Candidate, CandidateFinding, EvidenceItem, Subtype
from ipt_formulate.formulation.wording import Names, fill
from ipt_formulate.rulebase.rulebase import AreaRules, CompiledRule, RuleBase
from ipt_formulate.rulebase.texts import AreaConclusion, SubtypeConclusion
from ipt_formulate.vocabulary import AreaStatus, Evidence, ProblemArea, Support

STATUS: Final = (AreaStatus.NOT_SUPPORTED, AreaStatus.UNDETERMINED, AreaStatus.SUPPORTED)
WORD: Final[tuple[Literal["not_met"], Literal["unknown"], Literal["met"]]] = ("not_met", "unknown", "met")
FAVOURABLE: Final = (Evidence.CRITERION, Evidence.STRONG, Evidence.SUPPORTING)


def items_of(case: LoweredCase, scope: str) -> tuple[LoweredItem, ...]:
    """The candidates of a scope; the case is its own only candidate."""
    return (case.case,) if scope == CASE else case.lists[scope].items


def candidate_id(scope: str, item: LoweredItem) -> str:
    """The candidate's id in outputs, such as ``deaths/husband-death``."""
    return CASE if scope == CASE else f"{scope}/{item.id}"


def area_finding(
    base: RuleBase, of_area: AreaRules, findings: Findings, case: LoweredCase, names: Names
) -> AreaFinding:
    """One area with its candidates and their evidence."""
    area = of_area.area
    scope = area.candidates
    rows = zip(items_of(case, scope), findings.rules[scope], findings.candidates[area.id], strict=True)
    candidates = tuple([_candidate(base, of_area, item, verdicts, found, names) for item, verdicts, found in rows])
    status = STATUS[findings.areas[area.id]]
    reason = _reason(
        base, area.id, status, candidates, complete=scope != CASE and case.lists[scope].complete, findings=findings
    )
    return AreaFinding.trusted(title=area.title, status=status, reason=reason, candidates=candidates)


def specific_candidates(base: RuleBase, of_area: AreaRules, findings: Findings) -> frozenset[int]:
    """The candidates of which something specific is recorded: a met rule in favour that is no frame."""
    rows = findings.rules[of_area.area.candidates]
    places = _specific_places(base, of_area.area.id)
    return frozenset([index for index, row in enumerate(rows) if any(row[place] == 2 for place in places)])


@lru_cache(maxsize=512)
def _specific_places(base: RuleBase, area: ProblemArea) -> tuple[int, ...]:
    return tuple(place for rule, place in _places(base, area) if rule.then.kind in FAVOURABLE and not rule.then.frame)


@lru_cache(maxsize=512)
def _places(base: RuleBase, area: ProblemArea) -> tuple[tuple[CompiledRule[AreaConclusion], int], ...]:
    """The rules of an area, each with its place among the verdicts."""
    return tuple((rule, base.place[rule.id]) for rule in base.area_rules[area].rules)


@lru_cache(maxsize=512)
def _subtypes(base: RuleBase, area: ProblemArea) -> tuple[tuple[CompiledRule[SubtypeConclusion], int], ...]:
    return tuple((rule, base.place[rule.id]) for rule in base.subtypes if rule.then.of == area)


def _candidate(
    base: RuleBase,
    of_area: AreaRules,
    item: LoweredItem,
    verdicts: tuple[Verdict, ...],
    found: CandidateFindings,
    names: Names,
) -> CandidateFinding:
    area, person, kind = of_area.area, names.person(item), names.kind(item)
    labelled = names.has_label(item)
    word = evidence_item.__wrapped__ if labelled else evidence_item
    name_subtype = subtype_item.__wrapped__ if labelled else subtype_item
    in_favour: list[EvidenceItem] = []
    against: list[EvidenceItem] = []
    unknown: list[EvidenceItem] = []
    for rule, place in _places(base, area.id):
        verdict = verdicts[place]
        if verdict == 1:
            unknown.append(word(rule, 1, person, kind))
        elif verdict == 2:
            (in_favour if rule.then.kind in FAVOURABLE else against).append(word(rule, 2, person, kind))
        elif rule.then.kind is Evidence.CRITERION and (found.support == 0 or not rule.then.routes):
            against.append(word(rule, 0, person, kind))  # of one route: only where no other route is left
    return CandidateFinding.trusted(
        candidate=Candidate.trusted(id=candidate_id(area.candidates, item), name=names.candidate(area, item)),
        status=STATUS[found.support],
        evidence_for=tuple(in_favour),
        evidence_against=tuple(against),
        unknown=tuple(unknown),
        subtypes=tuple(
            [name_subtype(rule, person, kind) for rule, place in _subtypes(base, area.id) if verdicts[place] == 2]
        ),
        steps={step.id: WORD[verdict] for step, verdict in zip(base.steps, found.steps, strict=False)},
    )


@lru_cache(maxsize=8192)
def evidence_item(rule: CompiledRule[Any], verdict: Verdict, person: str, kind: str) -> EvidenceItem:
    """A rule's verdict in its own words. Cached: only roles and kinds go in, never a label of a case."""
    sentence = fill(rule.text.explain if verdict == 2 else rule.text.title, person, kind)
    return EvidenceItem.trusted(
        rule=rule.id,
        kind=rule.then.kind,
        verdict=WORD[verdict],
        sentence=sentence,
        ask=fill(rule.text.ask, person, kind),
        assumption=rests_on_assumption(rule),
    )


@lru_cache(maxsize=8192)
def subtype_item(rule: CompiledRule[SubtypeConclusion], person: str, kind: str) -> Subtype:
    """A subtype that holds, in its rule's own words. Cached as `evidence_item` is."""
    return Subtype.trusted(
        subtype=rule.then.subtype,
        rule=rule.id,
        sentence=fill(rule.text.explain, person, kind),
        assumption=rests_on_assumption(rule),
    )


@lru_cache(maxsize=8192)
def rests_on_assumption(rule: CompiledRule[Any]) -> bool:
    """True if the rule cites an assumption, alone or beside its sources."""
    return any(citation.supports is Support.ASSUMPTION for citation in rule.text.citations)


def _reason(
    base: RuleBase,
    area: ProblemArea,
    status: AreaStatus,
    candidates: tuple[CandidateFinding, ...],
    *,
    complete: bool,
    findings: Findings,
) -> str:
    text = base.areas[area]
    if text.residual and status is not AreaStatus.SUPPORTED:
        others = [other for other in base.areas if not base.areas[other].residual]
        if any(findings.areas[other] == 2 for other in others):
            return "Another area is supported, and this one is only for when none is."
        if status is AreaStatus.UNDETERMINED and any(findings.areas[other] == 1 for other in others):
            return "Considered only if a thorough inquiry finds no death, conflict or change."
    if status is AreaStatus.SUPPORTED:
        return "At least one candidate meets every criterion of a route, and nothing excludes it."
    if status is AreaStatus.UNDETERMINED:
        if candidates:
            return "What is recorded neither settles it nor rules it out."
        return f"No {text.candidates.removesuffix('s')} is recorded, and {text.candidates} were not thoroughly asked about."
    if not candidates:
        return f"A thorough inquiry found no {text.candidates.removesuffix('s')}."
    return "No candidate can meet every criterion" + (
        "." if text.residual or not complete else ", after a thorough inquiry."
    )
