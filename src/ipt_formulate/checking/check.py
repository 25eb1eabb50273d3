"""Compares a formulation with what follows from its case by `checking.meaning`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ipt_formulate.case.case import Case
from ipt_formulate.case.terms import CASE
from ipt_formulate.checking.meaning import WORDS, Meaning, focus_of
from ipt_formulate.errors import InputError, Problem
from ipt_formulate.formulation.contents import CandidateFinding, Provenance
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.rulebase.floor import with_safety_floor
from ipt_formulate.rulebase.releases import released, version_of
from ipt_formulate.rulebase.rulebase import AreaRules, RuleBase
from ipt_formulate.vocabulary import Evidence, Gate, ProblemArea

NOT_CHECKED: Final = (
    "the order of candidates within an area, and the second area of a focus",
    "the questions and their order",
    "which techniques are listed, and why each waits, beyond that none which needs agreement is free while a flag holds the focus",
)


@dataclass(frozen=True, slots=True)
class Difference:
    """Something in a formulation that does not follow from the case.

    Attributes:
        where: the place in the formulation.
        claimed: what it says there.
        follows: what follows from the case.
    """

    where: str
    claimed: str
    follows: str

    def __str__(self) -> str:
        return f"{self.where}: says {self.claimed}; what follows is {self.follows}"


@dataclass(frozen=True, slots=True)
class Check:
    """What came of checking a formulation.

    Attributes:
        conclusions: how many conclusions were derived again and compared.
        differences: those that do not follow.
        not_checked: what is not looked at.
    """

    conclusions: int
    differences: tuple[Difference, ...]
    not_checked: tuple[str, ...] = NOT_CHECKED

    @property
    def holds(self) -> bool:
        """Whether everything that was checked follows from the case."""
        return not self.differences

    def __str__(self) -> str:
        if self.holds:
            told = [f"It holds: {self.conclusions} conclusions follow from the case by the rules."]
        else:
            told = [f"It does not hold: {len(self.differences)} of {self.conclusions} conclusions do not follow."]
            told += [f"  - {each}" for each in self.differences]
        return "\n".join([*told, *(f"Not checked: {each}." for each in self.not_checked)])


def check(formulation: Formulation, case: Case, *, rulebase: RuleBase | None = None) -> Check:
    """Derive the conclusions of a formulation again from its case, by code that shares none with the evaluators.

    Args:
        formulation: one that was just made, or was read back from JSON.
        case: the case it is said to be of.
        rulebase: the rule base it was made with, if that is none of the library's. One that was released with the
            library, now or earlier, is found by its SHA-256, and so are the safety rules that held in it then.

    Returns:
        How many conclusions were compared, and every one that does not follow.

    Raises:
        InputError: the formulation was made with other rules than these.

    Examples:
        >>> from ipt_formulate import example, formulate
        >>> case = example("mrs-e-late-life-widow")
        >>> check(formulate(case), case).holds
        True
    """
    made = formulation.provenance
    base = _rules(made, rulebase)
    checking = _Checking(formulation, base, Meaning(base, case.lowered))
    differences = tuple(checking.run())
    return Check(checking.conclusions, differences)


def _rules(made: Provenance, rulebase: RuleBase | None) -> RuleBase:
    """The rules that a formulation was made with, with the safety rules that held in them then."""
    if rulebase is None:
        rulebase = _of_the_library("rulebase_sha256", made.rulebase_sha256, made)
    elif rulebase.sha256 != made.rulebase_sha256:
        what = f"was made with the rules {made.rulebase_sha256[:12]}, and these are {rulebase.sha256[:12]}"
        raise InputError([Problem("provenance.rulebase_sha256", what, "check it with the rule base it was made with")])
    base = rulebase.for_tradition(made.tradition)
    if made.safety_floor_sha256 == made.rulebase_sha256:
        return base
    floor = _of_the_library("safety_floor_sha256", made.safety_floor_sha256, None)
    return with_safety_floor(base, floor)


def _of_the_library(where: str, sha256: str, made: Provenance | None) -> RuleBase:
    version = version_of(sha256)
    if version is None:
        what = f"no rule base of this library is {sha256[:12]}"
        remedy = "check it with the rule base it was made with, or with the library that had it"
        raise InputError([Problem(f"provenance.{where}", what, remedy)])
    return released(version, parameters=made.settings.parameters if made else None)


class _Checking:
    def __init__(self, formulation: Formulation, base: RuleBase, meaning: Meaning) -> None:
        self.formulation, self.base, self.meaning = formulation, base, meaning
        self.conclusions = 0

    def run(self) -> Iterator[Difference]:
        """Every conclusion that does not follow."""
        yield from self._safety()
        for area, of_area in self.base.area_rules.items():
            yield from self._area(area, of_area)
        yield from self._focus()
        yield from self._beside()
        yield from self._techniques()

    def _same(self, where: str, claimed: object, follows: object) -> Iterator[Difference]:
        self.conclusions += 1
        if claimed != follows:
            yield Difference(where, _told(claimed), _told(follows))

    def _safety(self) -> Iterator[Difference]:
        truths = {rule.id: self.meaning.verdict(rule) for rule in self.base.safety}
        met = [rule.id for rule in self.base.safety if truths[rule.id][0]]
        yield from self._same("safety.flags", [flag.rule for flag in self.formulation.safety.flags], met)
        open_ = dict.fromkeys(rule.then.topic for rule in self.base.safety if truths[rule.id] == (False, True))
        yield from self._same("safety.not_yet_asked", list(self.formulation.safety.not_yet_asked), list(open_))
        holds = [rule.id for rule in self.base.safety if truths[rule.id][0] and rule.then.holds_focus]
        yield from self._same("focus.holds", list(self.formulation.focus.holds), holds)

    def _area(self, area: ProblemArea, of_area: AreaRules) -> Iterator[Difference]:
        finding = self.formulation.areas.get(area)
        if finding is None:
            yield Difference(f"areas.{area}", "nothing", "a finding")
            return
        yield from self._same(f"areas.{area}.status", str(finding.status), self.meaning.status(area))
        claimants = self.meaning.claimants[area]
        yield from self._same(f"areas.{area}.candidates", len(finding.candidates), len(claimants))
        for told, claimant in zip(finding.candidates, claimants, strict=False):
            where = f"areas.{area}.{told.candidate.id}"
            must, may = claimant.supports
            status = "supported" if must else "undetermined" if may else "not_supported"
            yield from self._same(f"{where}.status", str(told.status), status)
            steps = {} if of_area.area.candidates == CASE else self._steps(claimant.least, claimant.most)
            yield from self._same(f"{where}.steps", dict(told.steps), steps)
            yield from self._evidence(where, told, of_area, claimant.index)
            subtypes = [
                rule.id
                for rule in self.base.subtypes
                if rule.then.of == area and self.meaning.verdict(rule, claimant.index)[0]
            ]
            yield from self._same(f"{where}.subtypes", [each.rule for each in told.subtypes], subtypes)

    def _steps(self, least: tuple[bool, ...], most: tuple[bool, ...]) -> dict[str, str]:
        return {step.id: WORDS[pair] for step, pair in zip(self.base.steps, zip(least, most, strict=True), strict=True)}

    def _evidence(self, where: str, told: CandidateFinding, of_area: AreaRules, index: int) -> Iterator[Difference]:
        """Every rule that is met or unknown stands in its place, and whatever stands there is as it is said to be."""
        items = (*told.evidence_for, *told.evidence_against, *told.unknown)
        claimed = {item.rule: str(item.verdict) for item in items}
        for rule in of_area.rules:
            verdict = WORDS[self.meaning.verdict(rule, index)]
            if verdict != "not_met" or rule.id in claimed:
                yield from self._same(f"{where}.{rule.id}", claimed.get(rule.id, "nothing"), verdict)
        favourable = (Evidence.CRITERION, Evidence.STRONG, Evidence.SUPPORTING)
        yield from self._same(
            f"{where}.evidence_for",
            all(item.kind in favourable and item.verdict == "met" for item in told.evidence_for),
            True,
        )

    def _focus(self) -> Iterator[Difference]:
        focus = self.formulation.focus
        follows = focus_of(self.meaning)
        yield from self._same("focus.status", str(focus.status), follows.status)
        named = [focus.primary] if focus.primary else [*focus.tied, *focus.leading]
        yield from self._same(
            "focus: the areas it names", {str(each.area) for each in named}, set(map(str, follows.areas))
        )
        claimed = {candidate.id for choice in focus.possible for candidate in choice.candidates}
        place = {
            (area, index): each.candidate.id
            for area, finding in self.formulation.areas.items()
            for index, each in enumerate(finding.candidates)
        }
        yield from self._same(
            "focus.possible", claimed, {place.get(each, "one that is not told") for each in follows.possible}
        )

    def _beside(self) -> Iterator[Difference]:
        modifiers = [rule.id for rule in self.base.modifiers if self.meaning.verdict(rule)[0]]
        yield from self._same("modifiers", [each.rule for each in self.formulation.modifiers], modifiers)
        advice = Counter(
            rule.id
            for rule in self.base.advice
            for index in range(len(self.meaning.items(rule.scope)))
            if self.meaning.verdict(rule, index)[0]
        )
        yield from self._same("advice", dict(Counter(each.rule for each in self.formulation.advice)), dict(advice))

    def _techniques(self) -> Iterator[Difference]:
        """While a flag holds the focus, nothing that needs agreement is free."""
        if self.formulation.focus.holds:
            free = [
                each.technique
                for each in self.formulation.techniques
                if each.status in (Gate.OFFERED, Gate.CAUTION) and self.base.techniques[each.technique].needs_agreement
            ]
            yield from self._same("techniques: free while a flag holds the focus", free, [])


def _told(value: object) -> str:
    if isinstance(value, (set, frozenset, list, tuple)):
        return ", ".join(sorted(map(str, value))) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{key} {each}" for key, each in sorted(value.items())) or "none"
    return str(value)
