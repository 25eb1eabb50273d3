"""Finds the facts of a case: what its focus can depend on, in the case itself, its items and its people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from ipt_formulate.case.case import LISTS, Case
from ipt_formulate.case.choices import Instrument
from ipt_formulate.case.fields import MomentKind
from ipt_formulate.case.happenings import ILLNESS, NO_CAUSE, Happening
from ipt_formulate.case.lowering import ORDER_SPAN, LoweredItem
from ipt_formulate.case.moments import Moment, Span
from ipt_formulate.case.people import Person
from ipt_formulate.case.places import Path, at
from ipt_formulate.case.terms import CASE, LIST_MODELS, Term, recorded
from ipt_formulate.formulation.wording import Names
from ipt_formulate.reasoning.answers import (
    field_fact,
    inquiry_fact,
    judgement_fact,
    link_fact,
    measure_fact,
    person_fact,
    worsenings_fact,
)
from ipt_formulate.reasoning.facts import Edit, Fact
from ipt_formulate.reasoning.pieces import starts_against, starts_of
from ipt_formulate.reasoning.relevance import Leaves, Scope, scopes_of
from ipt_formulate.reasoning.ties import Ties
from ipt_formulate.rulebase.conditions import Leaf, Within
from ipt_formulate.rulebase.rulebase import RuleBase

_OF_PERSON: Final = ("role", "closeness", "importance", "alive")
_SAYS_ALIVE: Final = ("coercion.period", "coercion.feared_now")
"""Whoever is violent or feared now is alive. These are recorded facts to rest on, and nothing to play with."""
_ORDERS: Final = tuple(Within("", low, high, "") for low, high in ORDER_SPAN.values())
"""An order that was told can contradict a time: there, too, it makes a difference what the time is."""
_EPISODE: Final = ("assessment.episode.onset", "assessment.episode.onset_kind")


def facts_of(base: RuleBase, case: Case) -> tuple[Fact, ...]:
    """Every fact of a case on which its focus can depend, with its possible answers.

    Args:
        base: the rule base of the tradition.
        case: the case as it is recorded.

    Examples:
        >>> from ipt_formulate import example
        >>> from ipt_formulate.rulebase.loader import shipped_rulebase
        >>> facts = facts_of(shipped_rulebase().for_tradition("weissman"), example("mrs-e-late-life-widow"))
        >>> [fact.name for fact in facts if fact.path.endswith("mourning.avoided")]
        ['the death of the partner, mourning avoided']
    """
    finding = _Finding(base, case)
    facts = [inquiry_fact(case, name) for name in LISTS]
    for name in LISTS[1:]:
        for index, item in enumerate(case.lowered.lists[name].items):
            facts += finding.of_item(name, index, item)
    return (*facts, *finding.of_people(), *finding.of_the_case())


class _Finding:
    def __init__(self, base: RuleBase, case: Case) -> None:
        self.case, self.lowered = case, case.lowered
        self.scopes, self.names = scopes_of(base), Names(case)
        self.areas = {area.area.candidates: area.area for area in base.area_rules.values()}
        self.people = {person.id: place for place, person in enumerate(case.inventory.people)}
        self.ties = Ties(case.inventory)

    # deaths, conflicts, changes

    def of_item(self, name: str, index: int, item: LoweredItem) -> Iterator[Fact]:
        """The facts of a death, conflict or change."""
        about, scope = self._about(name, item), self.scopes[name]
        where: Path = ("inventory", name, index)
        for term in recorded(LIST_MODELS[name], ""):
            path: Path = (*where, *term.attributes)
            if isinstance(term.kind, MomentKind):
                if _reads_time(scope, term.name):
                    moves = self.ties.of_time(name, index, term.name)
                    yield field_fact(self.case, path, about, self._starts(scope, term.name), moves)
            elif term.judgement:
                if not term.name.endswith(".inferred") and {term.name, f"{term.name}.inferred"} & scope.own.keys():
                    yield judgement_fact(self.case, path, about)
            elif term.name.startswith("relative_to_"):
                anchor = term.name.removeprefix("relative_to_")
                if f"when.before_{anchor}" in scope.own:
                    yield field_fact(self.case, path, about, (), self.ties.of_order(name, index, anchor))
            elif {term.name, f"person.{term.name}"} & scope.own.keys() and not self._is_of_someone(name, index, term):
                starts = starts_of(_ranges(scope.own.get(term.name, scope.own.get(f"person.{term.name}", ()))))
                yield field_fact(self.case, path, about, starts, self.ties.of_field(name, index, term.name))
        if "arose_from" in scope.own:
            moves = self.ties.of_field(name, index, "arose_from")
            yield link_fact(self.case, (*where, "arose_from"), about, self._links(item.id), moves)

    def _about(self, name: str, item: LoweredItem) -> str:
        return self.names.candidate(self.areas[name], item) if name in self.areas else self.names.person(item)

    def _is_of_someone(self, name: str, index: int, term: Term) -> bool:
        """Whether the field is one of a person who is among the people, where it is recorded then."""
        item: Happening = getattr(self.case.inventory, name)[index]
        return term.name in _OF_PERSON and item.person is not None and at(item, term.attributes) is None

    def _starts(self, scope: Scope, name: str) -> Iterator[int]:
        """Where a time makes a difference: by itself, against the onset, and against each worsening."""
        yield from starts_of(_ranges(scope.own.get(name, ())))
        orders = _ORDERS if name == "when" else ()
        onset: Span = self.lowered.case.values["assessment.episode.onset"]
        yield from starts_of([*_ranges(scope.own.get(f"{name}.before_onset", ())), *orders], onset)
        for worse in self.case.assessment.episode.worsenings or ():
            if isinstance(worse.when, Moment):
                leaves = scope.own.get(f"{name}.before_worsening", ())
                yield from starts_of([*_ranges(leaves), *orders], worse.when.before(self.case.assessment.date))

    def _links(self, item: str) -> dict[str, str]:
        links = {ILLNESS: "illness", NO_CAUSE: "none of these"}
        for name in LISTS[1:]:
            links |= {each.id: self._about(name, each) for each in self.lowered.lists[name].items if each.id != item}
        return links

    # people

    def of_people(self) -> Iterator[Fact]:
        """What rules read of the people concerned; of someone not yet among the people, as it would be there."""
        seen: set[tuple[str, str]] = set()
        for name in LISTS:
            own = self.scopes[name].own
            prefix = "" if name == "people" else "person."
            for index, item in enumerate(getattr(self.case.inventory, name)):
                who = item.id if name == "people" else self.ties.person_of(name, index)
                for term in recorded(Person, ""):
                    told = f"{prefix}alive" in own and term.name in _SAYS_ALIVE and who in self.people
                    if (told or f"{prefix}{term.name}" in own) and (who, term.name) not in seen:
                        seen.add((who, term.name))
                        for fact in self._of_person(name, index, who, term, own.get(f"{prefix}{term.name}", ())):
                            yield replace(fact, answers=()) if told else fact

    def _of_person(self, name: str, index: int, who: str, term: Term, leaves: Iterable[Leaf]) -> Iterator[Fact]:
        if who not in self.people:
            item = getattr(self.case.inventory, name)[index]
            if term.name not in type(item).model_fields and not (term.name == "alive" and name == "deaths"):
                about = self.names.person(self.lowered.lists[name].items[index])
                moves = self.ties.of_new_person(who, term.name)
                yield person_fact(self.case, name, index, who, about, term.attributes, moves)
            return
        place = self.people[who]
        about = self.names.person(self.lowered.lists["people"].items[place])
        path: Path = ("inventory", "people", place, *term.attributes)
        fact = field_fact(self.case, path, about, starts_of(_ranges(leaves)), self.ties.of_person(who, term.name))
        yield replace(fact, answers=()) if term.name == "alive" and fact.known else fact  # nobody's death is undone

    # the case

    def of_the_case(self) -> Iterator[Fact]:
        """The facts of the case itself: the episode, conditions, functioning, history, the pattern, measures."""
        own = self._read_of_the_case()
        for root, record in (("assessment", self.case.assessment), ("inventory", self.case.inventory)):
            for term in recorded(type(record), root):
                path: Path = (root, *term.attributes)
                if term.name in _EPISODE:
                    yield from self._of_onset(path, own)
                elif term.name in own:
                    yield field_fact(self.case, path, "", starts_of(_ranges(own[term.name])))
        if self._times("before_worsening"):
            yield from self._of_worsenings()
        for instrument in Instrument:
            if leaves := own.get(f"latest.{instrument}.total"):
                yield measure_fact(self.case, instrument, starts_of(_ranges(leaves)))

    def _read_of_the_case(self) -> Leaves:
        """The tests of the case's own terms: by its own rules, and by those of every list that has an item."""
        found: Leaves = {}
        for name, scope in self.scopes.items():
            read = scope.own if name == CASE else scope.of_case if self._items(name) else {}
            for term, tests in read.items():
                found.setdefault(term, []).extend(tests)
        return found

    def _items(self, scope: str) -> Sequence[LoweredItem]:
        return self.lowered.lists[scope].items

    def _times(self, gap: str) -> list[tuple[list[Leaf], list[Span]]]:
        """For each time of the items that rules compare with the episode: the tests, and the times."""
        return [
            (leaves, [item.values[term.removesuffix(f".{gap}")] for item in self._items(name)])
            for name in LISTS[1:]
            if self._items(name)
            for term, leaves in self.scopes[name].own.items()
            if term.endswith(f".{gap}")
        ]

    def _of_onset(self, path: Path, own: Leaves) -> Iterator[Fact]:
        times, read = self._times("before_onset"), own.get("assessment.episode.onset", [])
        if not (times or read or ".".join(map(str, path)) in own):
            return
        starts: list[int] = []
        if path[-1] == "onset":
            starts += starts_of(_ranges(read))
            for leaves, spans in times:
                starts += starts_against([*_ranges(leaves), *_ORDERS], spans)
        yield field_fact(self.case, path, "", starts, self.ties.of_onset)

    def _of_worsenings(self) -> Iterator[Fact]:
        told = self.case.assessment.episode.worsenings
        moves = self.ties.of_worsenings
        starts = [start for leaves, spans in self._times("before_worsening") for start in starts_against([*_ranges(leaves), *_ORDERS], spans)]  # fmt: skip
        yield worsenings_fact(self.case, starts, moves)
        for index, _ in enumerate(told or ()):
            path: Path = ("assessment", "episode", "worsenings", index, "when")
            fact = field_fact(self.case, path, "", starts, moves)
            yield replace(fact, forget=_if_told(fact.forget))


def _if_told(forget: Edit) -> Edit:
    """What takes out the time of a worsening, unless all worsenings are taken out already."""
    return lambda parts: parts if parts[0].episode.worsenings is None else forget(parts)


def _reads_time(scope: Scope, name: str) -> bool:
    return any(term in scope.own for term in (name, f"{name}.before_onset", f"{name}.before_worsening"))


def _ranges(leaves: Iterable[Any]) -> Iterator[Within]:
    return (leaf for leaf in leaves if isinstance(leaf, Within))
