"""The one call most users need: a case goes in, a formulation comes out."""

from __future__ import annotations

from ipt_formulate.case.case import Case
from ipt_formulate.case.lowering import LoweredCase
from ipt_formulate.errors import InputError, Problem, RuleBaseError
from ipt_formulate.evaluation import durable, reference
from ipt_formulate.evaluation.findings import Findings
from ipt_formulate.evaluation.memory import engine_named
from ipt_formulate.formulation.build import build
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.formulation.settings import Settings
from ipt_formulate.reasoning.on_demand import OnDemand
from ipt_formulate.rulebase.floor import with_safety_floor
from ipt_formulate.rulebase.loader import shipped_rulebase, shipped_rulebase_with
from ipt_formulate.rulebase.releases import released
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.vocabulary import EngineName

_NO_SETTINGS = Settings()


def formulate(
    case: Case,
    *,
    tradition: str = "weissman",
    engine: EngineName | str = "auto",
    settings: Settings | None = None,
    rulebase: RuleBase | None = None,
    as_of: str | None = None,
) -> Formulation:
    """Work out what the recorded facts of a case support.

    Args:
        case: the case, as far as it is known; what is not recorded is unknown, never *no*.
        tradition: the school whose areas and rules apply.
        engine: ``durable``, ``reference``, or ``auto`` for durable where it can be imported.
        settings: what the site sets; printed in the output.
        rulebase: another rule base than the shipped one, whose safety rules and gates hold in it all the same.
        as_of: the version of an earlier released rule base, to replay what follows from it. The safety rules and
            gates of today hold in it too; ``provenance.safety_floor`` names those that it lacks.

    Returns:
        The formulation. Its status says how far the facts settle the focus; it suggests and never decides.

    Raises:
        UnknownName: there is no such tradition, engine or release.
        RuleBaseError: the settings set a parameter that is not the site's to set.
        InputError: both a rule base and a release are given, or the release can no longer be run.
        EngineUnavailable: ``durable`` was asked for and cannot be imported.

    Examples:
        >>> from ipt_formulate import example, formulate
        >>> formulation = formulate(example("leonard-ptsd-grief-911"), engine="reference")
        >>> formulation.focus.leading[0].area.value
        'grief'
    """
    settings = settings or _NO_SETTINGS
    base = rulebase_for(tradition, settings, rulebase, as_of)
    name, findings = _derive(base, case.lowered, engine)
    return formulation_from(base, case, findings, name, settings)


def formulation_from(
    base: RuleBase, case: Case, findings: Findings, engine: EngineName, settings: Settings
) -> Formulation:
    """The formulation of a case from what an engine found of it."""
    formulation = build(base, findings, case, engine, settings)
    formulation._answers = OnDemand(base, case, findings, formulation.areas, settings)
    return formulation


def rulebase_for(tradition: str, settings: Settings, rulebase: RuleBase | None, as_of: str | None = None) -> RuleBase:
    """The rule base as a tradition uses it, with what the site sets and the safety rules that always hold.

    Raises:
        UnknownName: there is no such tradition or release.
        RuleBaseError: the settings set a parameter that is not the site's to set.
        InputError: both a rule base and a release are given, or the release can no longer be run.
    """
    if as_of is not None:
        if rulebase is not None:
            raise InputError([Problem("as_of", "stands beside a rule base of your own", "give one of the two")])
        return with_safety_floor(
            released(as_of, parameters=settings.parameters).for_tradition(tradition), shipped_rulebase()
        )
    if rulebase is None:
        return _shipped(settings).for_tradition(tradition)
    if settings.parameters:
        what = "a rule base of your own takes its parameters when it is loaded"
        raise RuleBaseError([Problem("settings", what, "write load_rulebase(directory, parameters=...)")])
    return with_safety_floor(rulebase.for_tradition(tradition), shipped_rulebase())


def _shipped(settings: Settings) -> RuleBase:
    told = tuple(sorted(settings.parameters.items()))
    return shipped_rulebase_with(told) if told else shipped_rulebase()


def _derive(base: RuleBase, case: LoweredCase, engine: EngineName | str) -> tuple[EngineName, Findings]:
    """What the engine finds, and which it was: ``auto`` turns to the reference where durable_rules cannot serve."""
    engine = engine_named(engine)
    if engine == EngineName.DURABLE or (engine == EngineName.AUTO and durable.available()):
        try:
            return EngineName.DURABLE, durable.derive(base, case)
        except RuleBaseError:
            if engine == EngineName.DURABLE:
                raise
    return EngineName.REFERENCE, reference.derive(base, case)
