"""What a formulation still works out on demand, while it has its case."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from ipt_formulate.case.case import Case
from ipt_formulate.errors import UnknownName
from ipt_formulate.evaluation.findings import Findings
from ipt_formulate.formulation.contents import AreaFinding, Question
from ipt_formulate.formulation.settings import Settings
from ipt_formulate.reasoning.changes import WhatWouldChange, what_would_change
from ipt_formulate.reasoning.contrast import Contrast, Contrasting, WhyNot
from ipt_formulate.reasoning.questions import next_questions
from ipt_formulate.reasoning.robustness import Robustness, robustness
from ipt_formulate.reasoning.sufficient import SufficientReasons, sufficient_reasons
from ipt_formulate.reasoning.trees import Reasoning, explain_area
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.vocabulary import ProblemArea


class OnDemand:
    """Answers the questions that can be put to a formulation; its methods are described there."""

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

    def questions(self, limit: int | None = None) -> tuple[Question, ...]:
        """What to ask next."""
        return next_questions(self.base, self.case, self.settings.questions if limit is None else limit)

    def why(self, area: ProblemArea | str | None) -> Reasoning:
        """The reasoning behind one area, or all."""
        if area is not None and area not in tuple(self.base.areas):
            raise UnknownName(f"there is no area of that name here; there are: {', '.join(self.base.areas)}")
        areas = list(self.base.areas) if area is None else [ProblemArea(area)]
        return Reasoning(explain_area(self.base, self.case, self.findings, each, self.areas[each]) for each in areas)

    def why_not(self, area: ProblemArea | str) -> WhyNot:
        """Why an area is not in focus."""
        return self._contrasting.why_not(area)

    def contrast(self, first: ProblemArea | str, second: ProblemArea | str) -> Contrast:
        """What decides between two areas."""
        return self._contrasting.contrast(first, second)

    def what_would_change(self, target: ProblemArea | str | None, size: int) -> WhatWouldChange:
        """The smallest sets of facts that would change the focus."""
        return what_would_change(self.base, self.case, target=target, size=size)

    def sufficient_reasons(self) -> SufficientReasons:
        """The smallest sets of facts on which it already comes out so."""
        return sufficient_reasons(self.base, self.case)

    def robustness(self) -> Robustness:
        """How near the focus is to changing."""
        return robustness(self.base, self.case)

    @cached_property
    def _contrasting(self) -> Contrasting:
        return Contrasting(self.base, self.case, self.findings, self.areas)
