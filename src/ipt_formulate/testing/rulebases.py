"""Random rule bases: every kind of rule, every kind of evidence, several routes, all built in memory."""

from __future__ import annotations

import hashlib
from functools import cache
from random import Random
from types import MappingProxyType
from typing import Any, Final, Literal

from ipt_formulate.case.terms import CASE
from ipt_formulate.rulebase.conditions import All, Condition, Named, Some, in_words, walk
from ipt_formulate.rulebase.parsing import CANDIDATE_LISTS
from ipt_formulate.rulebase.references import ALL_FOCUS_WORK, FOLDER_OF
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase
from ipt_formulate.rulebase.texts import (
    Area,
    AreaConclusion,
    Citation,
    Example,
    GateConclusion,
    Manifest,
    NamedCondition,
    Rule,
    SafetyConclusion,
    Source,
    StageConclusion,
    Step,
    StepConclusion,
    Technique,
    Tradition,
)
from ipt_formulate.testing.conditions import COMMON_DAYS, ConditionWriter
from ipt_formulate.vocabulary import Evidence, Fit, Gate, Phase, ProblemArea, ReadExtent, RuleStatus, Support, Urgency

CANDIDATES: Final = {
    ProblemArea.GRIEF: "deaths",
    ProblemArea.ROLE_DISPUTE: "conflicts",
    ProblemArea.ROLE_TRANSITION: "changes",
    ProblemArea.INTERPERSONAL_DEFICITS: CASE,
}
TECHNIQUES: Final = (
    "assessment",
    "interpersonal_inventory",
    "communication_analysis",
    "role_playing",
    "grief_work",
    "problem_solving",
    "relapse_prevention",
)
STEPS: Final = 4
_CITED: Final = (Citation(key="study-2000", locator="p. 1", supports=Support.CONTEXT),)
_NOT_CRITERIA: Final = (Evidence.STRONG, Evidence.AGAINST, Evidence.SUPPORTING, Evidence.EXCLUDES)


def random_rulebase(random: Random, *, rules: int = 30, days: tuple[int, ...] = COMMON_DAYS) -> RuleBase:
    """A random rule base with the four areas, safety rules, steps of selection, gates and stages.

    Args:
        random: the source of random numbers.
        rules: how many rules it has; fewer than a rule base needs at the least are filled up.
        days: numbers of days its conditions compare with.

    Returns:
        A rule base in which every reference holds. Its texts are stand-ins, and the examples in its rules are
        not examples of them.

    >>> base = random_rulebase(Random(1), rules=40)
    >>> len(base.rules), len(base.steps), sorted(base.traditions)
    (40, 4, ['narrow', 'weissman'])
    """
    return _Author(random, ConditionWriter(random, days)).base(rules)


class _Author:
    def __init__(self, random: Random, writer: ConditionWriter) -> None:
        self.random, self.writer = random, writer
        self.writer.inferences = False
        self.rules: dict[str, CompiledRule[Any]] = {}
        self.areas = {area: _area(area, 1 + random.randrange(3)) for area in CANDIDATES}

    def base(self, count: int) -> RuleBase:
        for area in self.areas.values():
            self._area_rules(area)
        for number in range(1, STEPS + 1):
            self._step(number)
        for add in (self._safety, self._safety, self._gate, self._gate, self._gate, self._stage):
            add(len(self.rules))
        while len(self.rules) < count:
            add = self.random.choice(
                (self._evidence, self._evidence, self._evidence, self._safety, self._gate, self._stage)
            )
            add(len(self.rules))
        bibliography = {
            "study-2000": Source(
                authors="Nobody", year=2000, title="A study that was never made", read=ReadExtent.NOT_READ
            )
        }
        techniques = {name: _technique(name, self.random.randrange(1, 10)) for name in TECHNIQUES}
        traditions = self._traditions()
        return RuleBase(
            manifest=_manifest(),
            sha256=self._digest(),
            parameters=MappingProxyType({}),
            bibliography=MappingProxyType(bibliography),
            named=MappingProxyType(self._named()),
            areas=MappingProxyType(self.areas),
            techniques=MappingProxyType(techniques),
            traditions=MappingProxyType(traditions),
            rules=MappingProxyType(self.rules),
        )

    def _named(self) -> dict[str, NamedCondition]:
        trees = [tree for rule in self.rules.values() for tree in rule.conditions.values()]
        nodes = [node for tree in trees for node in walk(tree) if isinstance(node, Named)]
        return {node.name: NamedCondition(title=node.title, when=in_words(node.part)) for node in nodes}

    def _digest(self) -> str:
        content = [(rule.text.model_dump(mode="json"), sorted(rule.conditions.items())) for rule in self.rules.values()]
        return hashlib.sha256(repr(content).encode()).hexdigest()

    def _area_rules(self, area: Area) -> None:
        self._criterion(area, (), frame=True)
        for route in area.routes:
            self._criterion(area, (route,))
        self._evidence_of(area, self.random.choice(_NOT_CRITERIA))

    def _criterion(self, area: Area, routes: tuple[str, ...], *, frame: bool = False) -> None:
        self._add(
            area.id,
            area.candidates,
            AreaConclusion.model_validate(
                {"area": area.id, "as": Evidence.CRITERION, "routes": routes, "frame": frame}
            ),
            self._likely(area.candidates),
        )

    def _evidence(self, _: int) -> None:
        self._evidence_of(
            self.areas[self.random.choice(list(CANDIDATES))], self.random.choice((*_NOT_CRITERIA, Evidence.CRITERION))
        )

    def _evidence_of(self, area: Area, kind: Evidence) -> None:
        if kind is Evidence.CRITERION:
            return self._criterion(area, (self.random.choice(list(area.routes)),))
        self.writer.inferences = kind is Evidence.SUPPORTING
        condition = self.writer.condition(area.candidates, 2)
        if kind is Evidence.EXCLUDES:
            condition = All((condition, self.writer.leaf(area.candidates)))
        self.writer.inferences = False
        self._add(area.id, area.candidates, AreaConclusion.model_validate({"area": area.id, "as": kind}), condition)
        return None

    def _likely(self, scope: str) -> Condition:
        """A condition with several ways to hold, so that candidates are supported now and then."""
        return Some(tuple(self.writer.condition(scope, 1) for _ in range(3)))

    def _step(self, number: int) -> None:
        conditions = {scope: self.writer.condition(scope, 2, selection=True) for scope in CANDIDATE_LISTS}
        self._add("selection", "candidates", StepConclusion(step=number), conditions)

    def _safety(self, number: int) -> None:
        flag = SafetyConclusion(
            topic=f"the topic {number}",
            flag=f"the red flag number {number}",
            urgency=self.random.choice(list(Urgency)),
            actions=("look at it at once",),
            holds_focus=bool(self.random.randrange(2)),
        )
        self._add("safety", CASE, flag, self.writer.condition(CASE, 2))

    def _gate(self, number: int) -> None:
        scope = (CASE, "people")[number % 2]
        first = (*TECHNIQUES, ALL_FOCUS_WORK) if scope == CASE else TECHNIQUES
        gated = tuple(dict.fromkeys((self.random.choice(first), self.random.choice(TECHNIQUES))))
        gate: Literal[Gate.CAUTION, Gate.BLOCKED] = Gate.CAUTION if self.random.randrange(2) else Gate.BLOCKED
        self._add(
            "gates",
            scope,
            GateConclusion(gate=gate, techniques=gated, reason="the reason is in the rule"),
            self.writer.condition(scope, 2),
        )

    def _stage(self, _: int) -> None:
        technique = self.random.choice(TECHNIQUES)
        self._add("stages", "conflicts", StageConclusion(indicates=technique), self.writer.condition("conflicts", 1))

    def _add(self, folder: str, scope: str, then: Any, when: Condition | dict[str, Condition]) -> None:
        conditions = when if isinstance(when, dict) else {scope: when}
        rule = _text(
            f"{folder}.rule_{len(self.rules) + 1}", scope, then, " / ".join(map(in_words, conditions.values()))
        )
        place = f"problem_areas/{folder}" if isinstance(then, AreaConclusion) else FOLDER_OF[type(then)]
        uses = frozenset(node.name for tree in conditions.values() for node in walk(tree) if isinstance(node, Named))
        self.rules[rule.id] = CompiledRule(
            rule, MappingProxyType(conditions), f"{place}/rule_{len(self.rules) + 1}.yaml:1", uses
        )

    def _traditions(self) -> dict[str, Tradition]:
        optional = [
            rule.id
            for rule in self.rules.values()
            if isinstance(rule.then, AreaConclusion) and rule.then.kind is not Evidence.CRITERION
        ]
        off = tuple(self.random.sample(optional, len(optional) // 3))
        note = "a tradition of this random rule base"
        return {
            "weissman": Tradition(
                id="weissman", title="All areas", note=note, areas=tuple(CANDIDATES), citations=_CITED
            ),
            "narrow": Tradition(
                id="narrow", title="Three areas", note=note, areas=tuple(CANDIDATES)[:3], off=off, citations=_CITED
            ),
        }


def _text(rule_id: str, scope: str, then: Any, when: str) -> Rule:
    return Rule(
        id=rule_id,
        title=f"the rule {rule_id}",
        status=RuleStatus.EXPERIMENTAL,
        version="1.0.0",
        rationale="made up by a generator, for tests",
        citations=_CITED,
        for_each=scope,
        when=when,
        then=then,
        explain=f"The rule {rule_id} holds.",
        ask=f"Does the rule {rule_id} hold?",
        limits=("none known",),
        examples=_examples(),
    )


@cache
def _examples() -> tuple[Example, ...]:
    words: tuple[Any, ...] = ("met", "not_met", "unknown")
    return tuple(Example(title=f"a stand-in for {word}", expect=word, case={}) for word in words)


@cache
def _manifest() -> Manifest:
    return Manifest(
        name="random",
        version="1.0.0",
        maintainers=("nobody",),
        intended_use="tests of this library",
        not_for=("the care of anyone",),
        assumption_keys=(),
    )


def _area(area: ProblemArea, routes: int) -> Area:
    return Area(
        id=area,
        title=area.replace("_", " "),
        definition=f"what is called {area} here",
        candidates=CANDIDATES[area],
        subject="the pattern of ties" if CANDIDATES[area] == CASE else "what concerns {person}",
        residual=area is ProblemArea.INTERPERSONAL_DEFICITS,
        routes={f"route_{number + 1}": f"the way number {number + 1}" for number in range(routes)},
        citations=_CITED,
    )


def _technique(name: str, rank: int) -> Technique:
    place = TECHNIQUES.index(name)
    return Technique(
        id=name,
        title=name.replace("_", " "),
        purpose=f"the purpose of {name}",
        indication=f"when {name} is called for",
        hold_back=(f"when {name} has to wait",),
        aim=f"the aim of {name}",
        stance=f"the stance in {name}",
        steps=tuple(Step(do=f"step {number} of {name}", basis="assumption") for number in range(1, 4)),
        phases=(list(Phase)[place % 4],),
        fit={area: list(Fit)[(place + number) % 2] for number, area in enumerate(CANDIDATES) if (place + number) % 3},
        fit_basis="assumption",
        rank=rank,
        needs_agreement=place > 1,
        concerns_person=bool(place % 2),
        indicated_only=place == len(TECHNIQUES) - 2,
        citations=_CITED,
        limits=("none known",),
    )
