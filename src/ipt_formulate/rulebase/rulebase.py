"""A loaded rule base: every rule with its condition as a tree, and everything the rules refer to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from ipt_formulate.case.choices import Instrument
from ipt_formulate.case.terms import CASE, LIST_MODELS
from ipt_formulate.errors import UnknownName
from ipt_formulate.rulebase.conditions import Condition
from ipt_formulate.rulebase.pack_texts import ParameterChange, Replacement
from ipt_formulate.rulebase.parameters import Parameter, Value
from ipt_formulate.rulebase.reads import Reads, reads_of
from ipt_formulate.rulebase.texts import (
    AdviceConclusion,
    Area,
    AreaConclusion,
    Conclusion,
    GateConclusion,
    InstrumentText,
    Manifest,
    ModifierConclusion,
    NamedCondition,
    Rule,
    SafetyConclusion,
    Source,
    StageConclusion,
    StepConclusion,
    SubtypeConclusion,
    Technique,
    Tradition,
)
from ipt_formulate.vocabulary import Evidence, ProblemArea

Then = TypeVar("Then", bound=Conclusion)
"""What a rule concludes."""


@dataclass(frozen=True, eq=False)
class CompiledRule(Generic[Then]):
    """A rule with its condition as a tree for each scope it is about.

    Attributes:
        text: the rule, with the parameters in its sentences filled in.
        conditions: the tree by scope; selection rules have one for each list of candidates.
        source: ``file:line`` of the rule.
        uses: names of the parameters (with ``$``) and named conditions it reads or prints.
        unfilled: the rule as its file has it, where a parameter was filled in.
    """

    text: Rule
    conditions: Mapping[str, Condition]
    source: str
    uses: frozenset[str] = frozenset()
    unfilled: Rule | None = None

    def __repr__(self) -> str:
        return f"CompiledRule({self.text.id})"

    @property
    def id(self) -> str:
        """The rule's id."""
        return self.text.id

    @property
    def written(self) -> Rule:
        """The rule as its file has it."""
        return self.unfilled or self.text

    @property
    def then(self) -> Then:
        """What the rule concludes."""
        return self.text.then  # type: ignore[return-value]

    @property
    def scope(self) -> str:
        """The scope, for every rule but those of selection."""
        return self.text.for_each

    @property
    def condition(self) -> Condition:
        """The tree, for every rule but those of selection."""
        return self.conditions[self.text.for_each]


@dataclass(frozen=True, eq=False)
class AreaRules:
    """The rules of one area, by kind of evidence, and its routes as sets of criteria."""

    area: Area
    rules: tuple[CompiledRule[AreaConclusion], ...]

    @cached_property
    def routes(self) -> Mapping[str, tuple[CompiledRule[AreaConclusion], ...]]:
        """The criteria of each route. A criterion that names no route belongs to all."""
        criteria = self.of(Evidence.CRITERION)
        return MappingProxyType(
            {
                name: tuple(rule for rule in criteria if not rule.then.routes or name in rule.then.routes)
                for name in self.area.routes
            }
        )

    def of(self, kind: Evidence) -> tuple[CompiledRule[AreaConclusion], ...]:
        """The rules of one kind of evidence."""
        return self._by_kind[kind]

    @cached_property
    def _by_kind(self) -> Mapping[Evidence, tuple[CompiledRule[AreaConclusion], ...]]:
        return {kind: tuple(rule for rule in self.rules if rule.then.kind is kind) for kind in Evidence}


@dataclass(frozen=True, slots=True)
class Variation:
    """How a rule base departs from its files; `rulebase.variation` makes one.

    Attributes:
        sha256: the SHA-256 of the files.
        written: the parameters that have another value, each with the value that the files give it.
    """

    sha256: str
    written: Mapping[str, Value]


@dataclass(frozen=True, eq=False)
class Extension:
    """What a pack adds to, and what it changes there.

    Attributes:
        base: the rule base that it adds to, as that comes.
        sha256: the SHA-256 of the pack's own files.
        replaced: the rules of the other that do not hold in it, each with the reason.
        parameters: the parameters of the other that have another value in it, each with the reason.
    """

    base: RuleBase
    sha256: str
    replaced: tuple[Replacement, ...] = ()
    parameters: Mapping[str, ParameterChange] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class RuleBase:
    """A rule base, as loaded. Build one with `load_rulebase`.

    Attributes:
        floor: ids of the library's safety rules and gates that were put in or widened, as no rule base can do
            without them; empty where it has them all.
        variation: what was varied, in a rule base with parameters at other values than in its files.
        extends: what it adds to, if it is a pack.
    """

    manifest: Manifest
    sha256: str
    parameters: Mapping[str, Parameter]
    bibliography: Mapping[str, Source]
    named: Mapping[str, NamedCondition]
    areas: Mapping[ProblemArea, Area]
    techniques: Mapping[str, Technique]
    traditions: Mapping[str, Tradition]
    rules: Mapping[str, CompiledRule[Any]]
    instruments: Mapping[Instrument, InstrumentText] = field(default_factory=dict)
    tradition: str = ""
    floor: tuple[str, ...] = ()
    variation: Variation | None = None
    extends: Extension | None = None
    _variants: dict[str, RuleBase] = field(default_factory=dict, repr=False)

    def __repr__(self) -> str:
        return f"RuleBase({self.manifest.name} {self.manifest.version}, {len(self.rules)} rules)"

    @property
    def name(self) -> str:
        """Its name, and what was varied in it: ``ipt, with near_before = 3mo``."""
        if self.variation is None:
            return self.manifest.name
        return f"{self.manifest.name}, with {'; '.join(f'{each} = {self._shown(each)}' for each in self.variation.written)}"

    def _shown(self, parameter: str) -> str:
        value = self.parameters[parameter].value
        return " ".join(value) if isinstance(value, list) else str(value)

    def own(self, part: str) -> Mapping[Any, Any]:
        """What its own files hold of a part such as ``rules``: of a pack what it adds, else everything."""
        held: Mapping[Any, Any] = getattr(self, part)
        if self.extends is None:
            return held
        there = getattr(self.extends.base, part)
        return MappingProxyType({name: each for name, each in held.items() if name not in there})

    def for_tradition(self, name: str) -> RuleBase:
        """The rule base as one tradition uses it: its areas, without the rules it switches off.

        Raises:
            UnknownName: there is no such tradition.
        """
        if name not in self.traditions:
            raise UnknownName(f"there is no tradition of that name; there are: {', '.join(self.traditions)}")
        if name not in self._variants:
            tradition = self.traditions[name]
            rules = {rule.id: rule for rule in self.rules.values() if _holds_in(tradition, rule)}
            areas = {area: self.areas[area] for area in tradition.areas}
            self._variants[name] = replace(
                self, rules=MappingProxyType(rules), areas=MappingProxyType(areas), tradition=name, _variants={}
            )
        return self._variants[name]

    def using(self, tradition: Tradition) -> RuleBase:
        """The rule base with one tradition put in, or put in place of the one of its id; not yet as it uses it."""
        traditions = MappingProxyType({**self.traditions, tradition.id: tradition})
        return replace(self, traditions=traditions, _variants={})

    def rule(self, rule_id: str) -> CompiledRule[Any]:
        """A rule by its id; raises UnknownName with the nearest ids where there is none."""
        if rule_id not in self.rules:
            folder = rule_id.split(".")[0]
            near = [each for each in self.rules if each.startswith(f"{folder}.")] or sorted(
                {each.split(".")[0] + ".*" for each in self.rules}
            )
            raise UnknownName(f"there is no rule of that id; there are: {', '.join(near)}")
        return self.rules[rule_id]

    def _of(self, conclusion: type) -> tuple[CompiledRule[Any], ...]:
        return tuple(rule for rule in self.rules.values() if isinstance(rule.then, conclusion))

    @cached_property
    def area_rules(self) -> Mapping[ProblemArea, AreaRules]:
        """The rules of each area."""
        found = self._of(AreaConclusion)
        order = {kind: index for index, kind in enumerate(Evidence)}
        return MappingProxyType(
            {
                area: AreaRules(
                    text,
                    tuple(
                        sorted(
                            (rule for rule in found if rule.then.area is area),
                            key=lambda rule: (order[rule.then.kind], rule.id),
                        )
                    ),
                )
                for area, text in self.areas.items()
            }
        )

    @cached_property
    def safety(self) -> tuple[CompiledRule[SafetyConclusion], ...]:
        """The safety rules, the most urgent first."""
        order = {"same_day": 0, "before_focus_work": 1, "this_phase": 2}
        return tuple(sorted(self._of(SafetyConclusion), key=lambda rule: (order[rule.then.urgency], rule.id)))

    @cached_property
    def steps(self) -> tuple[CompiledRule[StepConclusion], ...]:
        """The steps of selection, in their order."""
        return tuple(sorted(self._of(StepConclusion), key=lambda rule: rule.then.step))

    @cached_property
    def gates(self) -> tuple[CompiledRule[GateConclusion], ...]:
        """The rules that hold techniques back."""
        return self._of(GateConclusion)

    @cached_property
    def stages(self) -> tuple[CompiledRule[StageConclusion], ...]:
        """The rules that indicate a technique by a recorded stage or kind."""
        return self._of(StageConclusion)

    @cached_property
    def subtypes(self) -> tuple[CompiledRule[SubtypeConclusion], ...]:
        """The rules that name a subtype of a candidate."""
        return self._of(SubtypeConclusion)

    @cached_property
    def modifiers(self) -> tuple[CompiledRule[ModifierConclusion], ...]:
        """The rules that name what colours the whole formulation."""
        return self._of(ModifierConclusion)

    @cached_property
    def advice(self) -> tuple[CompiledRule[AdviceConclusion], ...]:
        """The rules that say what to do beside the focus."""
        return self._of(AdviceConclusion)

    @cached_property
    def by_scope(self) -> Mapping[str, tuple[CompiledRule[Any], ...]]:
        """All rules but those of selection, by the scope they are about."""
        scopes = (CASE, *LIST_MODELS)
        return MappingProxyType(
            {scope: tuple(rule for rule in self.rules.values() if rule.scope == scope) for scope in scopes}
        )

    @cached_property
    def place(self) -> Mapping[str, int]:
        """The place of each rule among those of its scope, by id."""
        return MappingProxyType(
            {rule.id: index for rules in self.by_scope.values() for index, rule in enumerate(rules)}
        )

    @cached_property
    def reads(self) -> Mapping[str, Reads]:
        """By scope, what its rules and, where its items are candidates, the steps of selection read."""
        return MappingProxyType(
            {
                scope: reads_of([tree for rule in (*rules, *self.steps) for tree in _about(rule, scope)], scope)
                for scope, rules in self.by_scope.items()
            }
        )


def _about(rule: CompiledRule[Any], scope: str) -> tuple[Condition, ...]:
    return (rule.conditions[scope],) if scope in rule.conditions else ()


def _holds_in(tradition: Tradition, rule: CompiledRule[Any]) -> bool:
    then = rule.text.then
    if isinstance(then, (AreaConclusion, SubtypeConclusion)):
        if (then.area if isinstance(then, AreaConclusion) else then.of) not in tradition.areas:
            return False
    if isinstance(then, ModifierConclusion) and then.modifier not in tradition.modifiers:
        return False
    return rule.id not in tradition.off and (rule.text.default == "on" or rule.id in tradition.on)
