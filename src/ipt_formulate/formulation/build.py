"""Puts a formulation together from what an engine found."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from ipt_formulate.case.case import SCHEMA_VERSION, Case
from ipt_formulate.case.lowering import LoweredCase
from ipt_formulate.evaluation.findings import Findings
from ipt_formulate.formulation import beside
from ipt_formulate.formulation.certified import certification
from ipt_formulate.formulation.contents import (
    RESULT_SCHEMA,
    Layer,
    Provenance,
    RuleRef,
    Safety,
    SafetyFlag,
    SourceRef,
)
from ipt_formulate.formulation.evidence import area_finding, specific_candidates
from ipt_formulate.formulation.focus import asked_enough, asked_thoroughly, describe_focus
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.formulation.scores import scores
from ipt_formulate.formulation.selection import Selection, contenders, select
from ipt_formulate.formulation.settings import Settings
from ipt_formulate.formulation.techniques import advise
from ipt_formulate.formulation.wording import Names
from ipt_formulate.release import VERSION
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.vocabulary import EngineName, ProblemArea


def build(base: RuleBase, findings: Findings, case: Case, engine: EngineName, settings: Settings) -> Formulation:
    """The formulation of a case, all but what is worked out on demand."""
    names, lowered = Names(case), case.lowered
    selection = choose(base, findings, case)
    safety = _safety(base, findings)
    holds = tuple([flag.rule for flag in safety.flags if flag.holds_focus])
    return Formulation.trusted(
        intended_use=base.manifest.intended_use,
        not_for=base.manifest.not_for,
        safety=safety,
        focus=describe_focus(base, findings, case, selection, names, holds),
        areas={area: area_finding(base, rules, findings, lowered, names) for area, rules in base.area_rules.items()},
        scores=tuple(scores(base, case)),
        modifiers=tuple(beside.modifiers(base, findings)),
        advice=tuple(beside.advice(base, findings, lowered, names)),
        techniques=advise(base, findings, case, selection, names),
        contradictions=lowered.contradictions,
        provenance=_provenance(base, engine, settings.questions, tuple(settings.parameters.items())),
    )


def choose(base: RuleBase, findings: Findings, case: Case) -> Selection:
    """The selection of the focus for what an engine found."""
    specific = {area: specific_candidates(base, rules, findings) for area, rules in base.area_rules.items()}
    return choose_among(base, findings, specific, case.lowered)


def choose_among(
    base: RuleBase, findings: Findings, specific: Mapping[ProblemArea, frozenset[int]], case: LoweredCase
) -> Selection:
    """The selection, given also the candidates of which something specific is recorded; rules are not looked at."""
    return select(
        contenders(base, findings),
        asked_enough=asked_enough(case),
        specific=specific,
        nothing_supported=not any(findings.areas.values()) and asked_thoroughly(case),
    )


def _safety(base: RuleBase, findings: Findings) -> Safety:
    (verdicts,) = findings.rules["case"]
    return _safety_of(base, tuple([verdicts[base.place[rule.id]] for rule in base.safety]))


@lru_cache(maxsize=4096)
def _safety_of(base: RuleBase, verdicts: tuple[int, ...]) -> Safety:
    """Cached: only verdicts go in."""
    rules = list(zip(base.safety, verdicts, strict=True))
    flags = [
        SafetyFlag(
            rule=rule.id,
            flag=rule.then.flag,
            urgency=rule.then.urgency,
            actions=rule.then.actions,
            holds_focus=rule.then.holds_focus,
        )
        for rule, verdict in rules
        if verdict == 2
    ]
    topics = dict.fromkeys(rule.then.topic for rule, verdict in rules if verdict == 1)
    return Safety(flags=tuple(flags), not_yet_asked=tuple(topics))


@lru_cache(maxsize=64)
def _provenance(
    base: RuleBase, engine: EngineName, questions: int, parameters: tuple[tuple[str, int | str], ...]
) -> Provenance:
    sources = []
    for key, source in base.bibliography.items():
        published = f" {source.published_in}." if source.published_in else ""
        sources.append(
            SourceRef(
                key=key,
                reference=f"{source.authors} ({source.year or 'n.d.'}). {source.title}.{published}",
                read=source.read,
            )
        )
    return Provenance(
        library=VERSION,
        result_schema=RESULT_SCHEMA,
        case_schema=SCHEMA_VERSION,
        rulebase=base.name,
        rulebase_version=base.manifest.version,
        rulebase_sha256=base.sha256,
        layers=_layers(base),
        safety_floor=base.floor,
        safety_floor_sha256=shipped_rulebase().sha256,
        tradition=base.tradition,
        certification=certification(base),
        settings=Settings(questions=questions, parameters=dict(parameters)),
        site_parameters={
            name: tuple(each.value) if isinstance(each.value, list) else each.value
            for name, each in base.parameters.items()
            if each.site
        },
        engine=engine,
        rules=tuple(RuleRef(id=rule.id, version=rule.text.version) for rule in base.rules.values()),
        sources=tuple(sources),
    )


def _layers(base: RuleBase) -> tuple[Layer, ...]:
    if base.extends is None:
        return ()
    there, own = base.extends.base, base.manifest
    return (
        Layer(name=there.manifest.name, version=there.manifest.version, sha256=there.sha256),
        Layer(name=own.name, version=own.version, sha256=base.extends.sha256),
    )
