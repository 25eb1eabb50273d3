"""The one call most users need: a case goes in, a formulation comes out."""

from __future__ import annotations

from collections.abc import Mapping

from ipt_formulate.case.case import Case
from ipt_formulate.case.lowering import LoweredCase
from ipt_formulate.errors import Problem, RuleBaseError, UnknownName
from ipt_formulate.evaluation import durable, reference
from ipt_formulate.evaluation.findings import Findings
from ipt_formulate.formulation.build import build
from ipt_formulate.formulation.model import AreaFinding, Formulation, Question
from ipt_formulate.formulation.settings import Settings
from ipt_formulate.reasoning.questions import next_questions
from ipt_formulate.reasoning.trees import Reasoning, explain_area
from ipt_formulate.rulebase.floor import with_safety_floor
from ipt_formulate.rulebase.loader import shipped_rulebase, shipped_rulebase_with
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.vocabulary import EngineName, ProblemArea

_NO_SETTINGS = Settings()


def formulate(
    case: Case,
    *,
    tradition: str = "weissman",
    engine: EngineName | str = "auto",
    settings: Settings | None = None,
    rulebase: RuleBase | None = None,
) -> Formulation:
    """Work out what the recorded facts of a case support.

    Args:
        case: the case, as far as it is known; what is not recorded is unknown, never *no*.
        tradition: the school whose areas and rules apply.
        engine: ``durable``, ``reference``, or ``auto`` for durable where it can be imported.
        settings: what the site sets; printed in the output.
        rulebase: another rule base than the shipped one, whose safety rules and gates hold in it all the same.

    Returns:
        The formulation. Its status says how far the facts settle the focus; it suggests and never decides.

    Raises:
        UnknownName: there is no such tradition or engine.
        RuleBaseError: the settings set a parameter that is not the site's to set.
        EngineUnavailable: ``durable`` was asked for and cannot be imported.

    Examples:
        >>> from ipt_formulate import example, formulate
        >>> formulation = formulate(example("leonard-ptsd-grief-911"), engine="reference")
        >>> formulation.focus.leading[0].area.value
        'grief'
    """
    settings = settings or _NO_SETTINGS
    if rulebase is None:
        base = _shipped(settings).for_tradition(tradition)
    elif settings.parameters:
        what = "a rule base of your own takes its parameters when it is loaded"
        raise RuleBaseError([Problem("settings", what, "write load_rulebase(directory, parameters=...)")])
    else:
        base = with_safety_floor(rulebase.for_tradition(tradition), shipped_rulebase())
    name, findings = _derive(base, case.lowered, engine)
    formulation = build(base, findings, case, name, settings)
    formulation._answers = _Answers(base, case, findings, formulation.areas, settings)
    return formulation


def _shipped(settings: Settings) -> RuleBase:
    told = tuple(sorted(settings.parameters.items()))
    return shipped_rulebase_with(told) if told else shipped_rulebase()


def _derive(base: RuleBase, case: LoweredCase, engine: EngineName | str) -> tuple[EngineName, Findings]:
    """What the engine finds, and which it was: ``auto`` turns to the reference where durable_rules cannot serve."""
    if engine not in tuple(EngineName):
        raise UnknownName(f"there is no engine of that name; there are: {', '.join(EngineName)}")
    if engine == EngineName.DURABLE or (engine == EngineName.AUTO and durable.available()):
        try:
            return EngineName.DURABLE, durable.derive(base, case)
        except RuleBaseError:
            if engine == EngineName.DURABLE:
                raise
    return EngineName.REFERENCE, reference.derive(base, case)


class _Answers:
    """What a formulation works out on demand, while it has its case."""

    def __init__(
        self,
        base: RuleBase,
        case: Case,
        findings: Findings,
        areas: Mapping[ProblemArea, AreaFinding],
        settings: Settings,
    ) -> None:
        """With the areas of the formulation and not the formulation, which holds this: no cycle to collect."""
        self.base, self.case, self.findings, self.areas, self.settings = base, case, findings, areas, settings

    def questions(self) -> tuple[Question, ...]:
        return next_questions(self.base, self.case, self.settings.questions)

    def why(self, area: ProblemArea | str | None) -> Reasoning:
        if area is not None and area not in tuple(self.base.areas):
            raise UnknownName(f"there is no area of that name here; there are: {', '.join(self.base.areas)}")
        areas = list(self.base.areas) if area is None else [ProblemArea(area)]
        return Reasoning(explain_area(self.base, self.case, self.findings, each, self.areas[each]) for each in areas)
