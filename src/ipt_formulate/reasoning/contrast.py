"""Why not this area, and why this one rather than that: the first thing that decides, in the words of the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ipt_formulate.case.case import Case
from ipt_formulate.case.terms import CASE
from ipt_formulate.errors import UnknownName
from ipt_formulate.evaluation.findings import Findings, Verdict
from ipt_formulate.formulation.build import choose
from ipt_formulate.formulation.contents import AreaFinding
from ipt_formulate.formulation.evidence import WORD, items_of
from ipt_formulate.formulation.selection import Contender, Selection, contenders
from ipt_formulate.formulation.wording import Names, fill
from ipt_formulate.reasoning.phrases import groups_of
from ipt_formulate.reasoning.trees import AreaReasons, Reason, explain_area, rule_reason, sources_of
from ipt_formulate.rulebase.rulebase import AreaRules, CompiledRule, RuleBase
from ipt_formulate.vocabulary import Evidence, ProblemArea

_SAYS: Final = {0: "does not hold", 1: "is not known", 2: "holds"}


@dataclass(frozen=True, slots=True, repr=False)
class WhyNot:
    """Why an area is not in focus; prints as text.

    Attributes:
        area: the area.
        title: its name.
        status: its status.
        sentence: the first thing that stands in the way, in words.
        deciding: the rule that decides, with its tests and fields; None where no rule does.
        reasons: the whole reasoning behind the area.
    """

    area: ProblemArea
    title: str
    status: str
    sentence: str
    deciding: Reason | None
    reasons: AreaReasons

    def __str__(self) -> str:
        lines = [f"{self.title}: {self.status.replace('_', ' ')}. {self.sentence}"]
        return "\n".join([*lines, *(self.deciding.lines(1) if self.deciding else ())])


@dataclass(frozen=True, slots=True)
class StepCompared:
    """One step of selection for two candidates: ``met``, ``not_met`` or ``unknown`` for each."""

    rule: str
    title: str
    first: str
    second: str


@dataclass(frozen=True, slots=True, repr=False)
class Contrast:
    """What decides between two areas; prints as text.

    Attributes:
        first: the one area.
        second: the other.
        sentence: what decides between them, in words.
        decided_by: the rule that decides; empty where none does.
        sources: the citations of that rule, assumptions shown as such.
        steps: the steps of selection side by side, for the best candidate of each; none where one has no candidate.
    """

    first: ProblemArea
    second: ProblemArea
    sentence: str
    decided_by: str
    sources: tuple[str, ...]
    steps: tuple[StepCompared, ...]

    def __str__(self) -> str:
        names = [area.replace("_", " ") for area in (self.first, self.second)]
        lines = [self.sentence]
        lines += [f"  source: {each}" for each in self.sources]
        for number, step in enumerate(self.steps, start=1):
            said = f"{names[0]}: {step.first.replace('_', ' ')}; {names[1]}: {step.second.replace('_', ' ')}"
            lines.append(f"  step {number}, {step.title[:1].lower()}{step.title[1:]}: {said}  [{step.rule}]")
        return "\n".join(lines)


class Contrasting:
    """Answers *why not* and *why rather* for one case.

    Args:
        base: the rule base of the tradition.
        case: the case.
        findings: what an engine found of it.
        areas: the areas of its formulation.
    """

    def __init__(
        self, base: RuleBase, case: Case, findings: Findings, areas: Mapping[ProblemArea, AreaFinding]
    ) -> None:
        self.base, self.case, self.findings, self.areas = base, case, findings, areas
        self.names, self.selection = Names(case), choose(base, findings, case)
        self.contending = contenders(base, findings)

    def why_not(self, area: ProblemArea | str) -> WhyNot:
        """Why an area is not in focus: the first unmet criterion, what excludes it, or what comes before it."""
        found = self._area(area)
        finding = self.areas[found]
        reasons = explain_area(self.base, self.case, self.findings, found, finding)
        sentence, deciding = self._in_the_way(found, self.selection)
        return WhyNot(found, finding.title, finding.status, sentence, deciding, reasons)

    def contrast(self, first: ProblemArea | str, second: ProblemArea | str) -> Contrast:
        """What decides between two areas: whether they are supported, or the first step on which they differ."""
        one, other = self._area(first), self._area(second)
        if one == other:
            raise UnknownName("that is the same area twice; name two")
        best, rival = self._best(one), self._best(other)
        if best is None or rival is None:
            return self._of_support(one, other, best, rival)
        steps = tuple(
            StepCompared(step.id, step.text.title, _word(best, place), _word(rival, place))
            for place, step in enumerate(self.base.steps)
        )
        for step, compared in zip(self.base.steps, steps, strict=True):
            if compared.first == compared.second != "unknown":
                continue
            return self._of_step(one, other, step, compared, steps, sure=best.surely and rival.surely)
        sentence = f"{self._title(one)} and {self._title(other).lower()} are equal on every step. Ask the client which is more pressing, and which feels workable."
        return Contrast(one, other, sentence, "", (), steps)

    def _of_step(
        self,
        one: ProblemArea,
        other: ProblemArea,
        step: CompiledRule[Any],
        compared: StepCompared,
        steps: tuple[StepCompared, ...],
        *,
        sure: bool,
    ) -> Contrast:
        names = {compared.first: self._title(one), compared.second: self._title(other)}
        title = f"{step.text.title[:1].lower()}{step.text.title[1:]}"
        if "unknown" in (compared.first, compared.second):
            unknown = " and ".join(
                self._title(area).lower()
                for area, word in ((one, compared.first), (other, compared.second))
                if word == "unknown"
            )
            sentence = f"Not settled: step {step.then.step}, {title}, is not known for {unknown}, and no step before it decides."
            return Contrast(one, other, sentence, step.id, sources_of(step), steps)
        ahead, behind = names["met"], names["not_met"]
        both = "" if sure else " Neither is settled before it is known whether both are supported."
        sentence = f"{ahead} comes before {behind.lower()} by step {step.then.step}, {title}, which holds for {ahead.lower()} only.{both}"
        return Contrast(one, other, sentence, step.id, sources_of(step), steps)

    def _of_support(
        self, one: ProblemArea, other: ProblemArea, best: Contender | None, rival: Contender | None
    ) -> Contrast:
        """One of the two has no candidate that could support it."""
        if best is None and rival is None:
            sentence = f"Neither {self._title(one).lower()} nor {self._title(other).lower()} has a candidate that could support it."
            return Contrast(one, other, sentence, "", (), ())
        without = one if best is None else other
        reason, deciding = self._in_the_way(without, self.selection)
        ahead = self._title(other if best is None else one)
        sentence = f"{ahead} can be in focus; {self._title(without).lower()} cannot as things are recorded. {reason}"
        return Contrast(
            one, other, sentence, deciding.rule if deciding else "", deciding.sources if deciding else (), ()
        )

    def _area(self, area: ProblemArea | str) -> ProblemArea:
        if area not in tuple(self.base.areas):
            raise UnknownName(f"there is no area of that name here; there are: {', '.join(self.base.areas)}")
        return ProblemArea(area)

    def _title(self, area: ProblemArea) -> str:
        return self.base.areas[area].title.split(" (")[0]

    def _best(self, area: ProblemArea) -> Contender | None:
        """The candidate of an area that goes furthest, if any could support it."""
        return min((each for each in self.contending if each.area == area), key=_rank, default=None)

    def _in_the_way(self, area: ProblemArea, selection: Selection) -> tuple[str, Reason | None]:
        """The first thing that keeps an area from the focus."""
        if any(group[0].area == area for group in (selection.primary, selection.secondary) if group):
            return "It is in focus.", None
        of_area = self.base.area_rules[area]
        items = items_of(self.case.lowered, of_area.area.candidates)
        finding = self.areas[area]
        if not items:
            return finding.reason, None
        if of_area.area.residual and any(self.findings.areas[each] for each in self.base.areas if each != area):
            return finding.reason, None
        best = self._best(area)
        index = (
            best.index
            if best
            else max(range(len(items)), key=lambda place: self.findings.candidates[area][place].support)
        )
        unmet = self._unmet(of_area, index)
        if unmet is not None:
            rule, verdict = unmet
            return self._of_rule(of_area, index, rule, verdict)
        return self._behind(area, selection), None

    def _unmet(self, of_area: AreaRules, index: int) -> tuple[CompiledRule[Any], Verdict] | None:
        """Of the route that goes furthest: what excludes the candidate, or its first criterion that is not met."""
        verdicts = self.findings.rules[of_area.area.candidates][index]
        met = {rule.id: verdicts[self.base.place[rule.id]] for rule in of_area.rules}
        excluding = [rule for rule in of_area.of(Evidence.EXCLUDES) if met[rule.id]]
        excluding.sort(key=lambda rule: -met[rule.id])
        if excluding and met[excluding[0].id] == 2:
            return excluding[0], 2
        route = max(of_area.routes.values(), key=lambda rules: [min(met[rule.id] for rule in rules), sum(met[rule.id] == 2 for rule in rules)])  # fmt: skip
        open_criteria = sorted((rule for rule in route if met[rule.id] < 2), key=lambda rule: met[rule.id])
        if open_criteria:
            return open_criteria[0], met[open_criteria[0].id]
        return (excluding[0], met[excluding[0].id]) if excluding else None

    def _of_rule(self, of_area: AreaRules, index: int, rule: CompiledRule[Any], verdict: Verdict) -> tuple[str, Reason]:
        scope = of_area.area.candidates
        item = items_of(self.case.lowered, scope)[index]
        person, kind = self.names.person(item), self.names.kind(item)
        words = fill(rule.text.title, person, kind)
        name = self.names.candidate(of_area.area, item)
        if rule.then.kind is Evidence.EXCLUDES:
            state = "is excluded" if verdict == 2 else "may be excluded"
            explained = fill(rule.text.explain, person, kind)
            sentence = f"{name[:1].upper()}{name[1:]} {state}: {explained[:1].lower()}{explained[1:]}"
        else:
            sentence = f"{name[:1].upper()}{name[1:]}: a criterion {_SAYS[verdict]}: {words[:1].lower()}{words[1:]}."
        where = "" if scope == CASE else f"inventory.{scope}[{item.id}]."
        return sentence, rule_reason(rule, item, self.case.lowered, self.names, where)

    def _behind(self, area: ProblemArea, selection: Selection) -> str:
        """It is supported, and still it is not in focus: not settled, or something else comes first."""
        ahead = [group[0].area for group in groups_of(selection)]
        if area in ahead:
            return "It is tied for the focus." if selection.tied else "It is named first, and nothing is settled yet."
        others = " and ".join(self._title(each).lower() for each in ahead)
        is_named = "is" if len(ahead) == 1 else "are"
        return f"It is supported, and {others} {is_named} named before it. {self.contrast(ahead[0], area).sentence}"


def _rank(each: Contender) -> tuple[Any, ...]:
    return not each.surely, tuple(not step for step in each.least), tuple(not step for step in each.most)


def _word(each: Contender, place: int) -> str:
    return WORD[2 if each.least[place] else 1 if each.most[place] else 0]
