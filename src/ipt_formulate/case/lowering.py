"""From a recorded case to sets of possible values, which is all that rules ever read.

What several lists share is copied onto the item here: the person of a death, conflict or change appears as
``person.*``, times appear relative to the onset and to each worsening, links name the kind of their cause. An
order that was told without a date becomes a range around the onset or worsening. Two answers follow from others:
whoever is violent or feared now is alive, and a dispute that is renegotiated or at an impasse is still contested.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ipt_formulate.case.assessment import MAX_WORSENINGS, Assessment
from ipt_formulate.case.choices import Cause, DeathKind, DisputeStage, OnsetKind, Order, Period
from ipt_formulate.case.field_values import FieldValues, Values
from ipt_formulate.case.fields import EITHER, NO, YES, ChoiceKind
from ipt_formulate.case.happenings import ILLNESS, NO_CAUSE, Change, Conflict, Death, Happening
from ipt_formulate.case.inventory import Inventory
from ipt_formulate.case.latest import latest_scores
from ipt_formulate.case.memo import Memo
from ipt_formulate.case.moments import AROUND_DAYS, EARLIEST, LIFELONG_AT_LEAST_DAYS, Span, hull
from ipt_formulate.case.people import Person
from ipt_formulate.case.terms import (
    CASE,
    CHANGED_SINCE_ASKED,
    GAP,
    LIST_MODELS,
    SHARED_WITH_PERSON,
    recorded,
)
from ipt_formulate.case.values import ASKED_UNKNOWN, OneOf, fault

AROUND: Span = (-AROUND_DAYS, AROUND_DAYS)
ORDER_SPAN: Mapping[Order, Span] = MappingProxyType(
    {Order.BEFORE: (0, GAP.high), Order.AROUND: AROUND, Order.AFTER: (GAP.low, 0)}
)
_PAST_IF_ONSET: Mapping[Order, int | None] = MappingProxyType(
    {Order.BEFORE: 0, Order.AROUND: AROUND_DAYS, Order.AFTER: None}
)
"""How many days ago the onset must be for a death in this order to be past."""
_CURRENT = ChoiceKind(Period).mask([Period.CURRENT])
_CURRENT_STAGES = ChoiceKind(DisputeStage).mask([DisputeStage.RENEGOTIATION, DisputeStage.IMPASSE])
FAR: Span = (GAP.high + 1, GAP.high + 1)
"""A worsening that does not exist lies outside every window."""


@dataclass(frozen=True, slots=True, repr=False)
class LoweredItem:
    """One item of a list: its id, its values by term, and the terms that were asked and not known."""

    id: str
    values: Values
    asked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, repr=False)
class LoweredList:
    """A list, and whether a thorough inquiry made it complete."""

    items: tuple[LoweredItem, ...]
    complete: bool


@dataclass(frozen=True, slots=True, repr=False)
class LoweredCase:
    """A case as sets of possible values.

    Attributes:
        case: the case's own terms, as one item.
        lists: people, deaths, conflicts and changes.
        contradictions: places where what was recorded disagrees with itself, in words.
    """

    case: LoweredItem
    lists: Mapping[str, LoweredList]
    contradictions: tuple[str, ...] = ()


def lower_case(assessment: Assessment, inventory: Inventory) -> LoweredCase:
    """Lower a whole case; raises a `case` error where lists contradict each other."""
    lowered, faults = lower_with_faults(assessment, inventory)
    if faults:
        raise fault("\n".join(faults))
    return lowered


def lower_with_faults(
    assessment: Assessment, inventory: Inventory, memo: Memo | None = None
) -> tuple[LoweredCase, tuple[str, ...]]:
    """Lower a whole case, and say where lists contradict each other; where they do, one of the two is taken.

    Args:
        assessment: the assessment.
        inventory: the inventory.
        memo: what was lowered before; for many cases that share most of their records.
    """
    lowering = _Lowering(assessment, inventory, memo)
    return lowering.run(), tuple(lowering.faults)


class _Lowering:
    def __init__(self, assessment: Assessment, inventory: Inventory, memo: Memo | None = None) -> None:
        self.assessment, self.inventory = assessment, inventory
        self.fields = FieldValues(assessment.date, memo)
        self.contradictions, self.faults = self.fields.contradictions, self.fields.faults
        self.people: dict[str, Values] = {}
        self.dead: dict[str, int] = {}
        self.causes = {ILLNESS: {Cause.ILLNESS}, NO_CAUSE: {Cause.NONE}}
        for name, cause in (("deaths", Cause.DEATH), ("conflicts", Cause.CONFLICT), ("changes", Cause.CHANGE)):
            self.causes |= {item.id: {cause} for item in getattr(inventory, name)}
        self.causes |= {death.id: _causes_of(death) for death in inventory.deaths}

    def run(self) -> LoweredCase:
        values: Values = {}
        asked: set[str] = set()
        self.fields.record(self.assessment, "assessment", values, asked)
        self.fields.record(self.inventory, "inventory", values, asked)
        measures = self.assessment.measures
        values |= self.fields.once(("measures", id(measures)), measures, lambda: latest_scores(measures, self.fields))
        values[CHANGED_SINCE_ASKED] = NO if values["assessment.safety.asked"] == (0, 0) else EITHER
        self.onset = self._onset(values)
        self.worsenings = self._worsenings()
        self.dead = {
            death.person: self._alive_after(death) for death in self.inventory.deaths if death.person is not None
        }
        people = [self._person_once(index, person) for index, person in enumerate(self.inventory.people)]
        self.people = {item.id: item.values for item in people}
        lists = {"people": self._list("people", people)}
        for name in list(LIST_MODELS)[1:]:
            happenings = enumerate(getattr(self.inventory, name))
            lists[name] = self._list(name, [self._happening_once(name, index, item) for index, item in happenings])
        return LoweredCase(LoweredItem(CASE, values, frozenset(asked)), lists, tuple(self.contradictions))

    def _person_once(self, index: int, person: Person) -> LoweredItem:
        key = "person", index, id(person), self.dead.get(person.id)
        return self.fields.once(key, person, lambda: self._person(index, person))

    def _happening_once(self, name: str, index: int, item: Happening) -> LoweredItem:
        """An item, which rests on the times of the episode, on its person, and on what the deaths were of."""
        person = self.people[item.person] if item.person is not None else None
        kinds = tuple(death.kind for death in self.inventory.deaths)
        key = name, index, id(item), self.onset, self.worsenings, id(person), kinds
        return self.fields.once(key, (item, person), lambda: self._happening(name, index, item))

    def _list(self, name: str, items: list[LoweredItem]) -> LoweredList:
        return LoweredList(tuple(items), getattr(self.inventory.inquiry, name) == "thorough")

    def _onset(self, values: Values) -> Span:
        onset: Span = values["assessment.episode.onset"]
        if self.assessment.episode.onset_kind is OnsetKind.LIFELONG:
            onset = self._meet(
                onset, (LIFELONG_AT_LEAST_DAYS, EARLIEST), "assessment.episode", "the onset and its kind disagree"
            )
        return onset

    def _worsenings(self) -> tuple[Span, ...] | None:
        told = self.assessment.episode.worsenings
        return None if told is None else tuple(self.fields.time(each.when, "a worsening") for each in told)

    def _person(self, index: int, person: Person) -> LoweredItem:
        values: Values = {}
        asked: set[str] = set()
        self.fields.record(person, "", values, asked)
        if person.coercion.asked_in_private is not True:
            if values["coercion.period"] & 1 << list(Period).index(Period.NONE):
                values["coercion.period"] = ChoiceKind(Period).unknown
            if values["coercion.feared_now"] == NO:
                values["coercion.feared_now"] = EITHER
        values["alive"] = values["alive"] & self.dead.get(person.id, EITHER) or values["alive"]
        if values["coercion.period"] == _CURRENT or values["coercion.feared_now"] == YES:
            what = "is recorded as current, or as fear now, of someone who has died"
            self._follows("alive", values, f"inventory.people[{index}].coercion: {what}")
        return LoweredItem(person.id, values, frozenset(asked))

    def _follows(self, term: str, values: Values, contradiction: str) -> None:
        """A yes that follows from another answer; where a no is recorded, the two contradict each other."""
        if values[term] & YES:
            values[term] = YES
        else:
            values[term] = EITHER
            self.contradictions.append(f"{contradiction}; both are kept as possible")

    def _happening(self, name: str, index: int, item: Happening) -> LoweredItem:
        where = f"inventory.{name}[{index}]"
        values: Values = {}
        asked: set[str] = set()
        self.fields.record(item, "", values, asked)
        self._share_person(where, item, values)
        for time in ("when", "worse_when"):
            if time in values:
                self._relate(where, item, time, values)
        if isinstance(item, Conflict) and not values["stage"] & ~_CURRENT_STAGES:
            self._follows("still_contested", values, f"{where}.stage: is one of a dispute that is recorded as over")
        if isinstance(item, (Conflict, Change)):
            told = (
                [item.arose_from] if item.arose_from is not None else [each for each in self.causes if each != item.id]
            )
            values["arose_from"] = ChoiceKind(Cause).mask({cause for each in told for cause in self.causes[each]})
        return LoweredItem(
            item.id, values, frozenset(f"person.{each}" if each in SHARED_WITH_PERSON else each for each in asked)
        )

    def _share_person(self, where: str, item: Happening, values: Values) -> None:
        if item.person is not None:
            person = self.people[item.person]
            values |= self.fields.once(
                ("person.", id(person)), person, lambda: {f"person.{name}": value for name, value in person.items()}
            )
        else:
            values |= {term.name: term.kind.unknown for term in recorded(Person, "person")}
        for name in SHARED_WITH_PERSON:
            if name in values:
                both = _intersect(values.pop(name), values[f"person.{name}"])
                if both is None:
                    self.faults.append(
                        f"@{where}.{name}: disagrees with the entry under inventory.people; correct one of the two"
                    )
                else:
                    values[f"person.{name}"] = both
        if isinstance(item, Death):
            after = self._alive_after(item)
            if values["person.alive"] & after:
                values["person.alive"] &= after
            elif after == NO:
                self.faults.append(
                    f"@{where}.person: is recorded as alive in inventory.people; set alive to false there, or correct the death"
                )
            else:
                self.contradictions.append(f"{where}.when: lies ahead, and the person is recorded as dead")

    def _alive_after(self, death: Death) -> int:
        """Whether someone can be alive whose death is recorded: no after it, yes while it is only expected."""
        first, last = self.fields.time(death.when, "a death")
        order = death.relative_to_onset
        after_onset = _PAST_IF_ONSET[order] if isinstance(order, Order) else None
        if first >= 0 or (after_onset is not None and self.onset[0] >= after_onset):
            return NO
        return YES if last < 0 else EITHER

    def _relate(self, where: str, item: Happening, time: str, values: Values) -> None:
        when: Span = values[time]
        order = item.relative_to_onset if time == "when" else None
        gap = _gap(when, self.onset)
        if (told := _order_span(order)) is not None:
            gap = self._meet(gap, told, f"{where}.relative_to_onset", "the dates and the order that was told disagree")
        values[f"{time}.before_onset"] = gap
        order = item.relative_to_worsening if time == "when" else None
        if self.worsenings is None:
            gaps = (GAP.unknown,) * MAX_WORSENINGS
        else:
            gaps = tuple(_gap(when, worse) for worse in self.worsenings) + (FAR,) * (
                MAX_WORSENINGS - len(self.worsenings)
            )
        pinned = FAR
        if order is Order.AROUND:
            pinned = AROUND
            if not any(_intersect(gap, AROUND) for gap in gaps):
                self.contradictions.append(
                    f"{where}.relative_to_worsening: the dates and the order that was told disagree"
                )
        values[f"{time}.before_worsening"] = (*gaps, pinned)

    def _meet(self, dated: Span, told: Span, where: str, what: str) -> Span:
        both: Span | None = _intersect(dated, told)
        if both is None:
            self.contradictions.append(f"{where}: {what}; both are kept as possible")
            return hull([dated, told])
        return both


def _causes_of(death: Death) -> set[Cause]:
    """What a death counts as where something arose from it: that of a pet is a cause of its own kind."""
    kinds = death.kind if isinstance(death.kind, OneOf) else {death.kind}
    if not kinds <= set(DeathKind):
        return {Cause.DEATH, Cause.PET_DEATH}
    return {Cause.PET_DEATH if kind is DeathKind.PET else Cause.DEATH for kind in kinds}


def _order_span(order: Any) -> Span | None:
    if order is None or order == ASKED_UNKNOWN:
        return None
    return hull([ORDER_SPAN[each] for each in (order if isinstance(order, OneOf) else [order])])


def _gap(when: Span, anchor: Span) -> Span:
    return when[0] - anchor[1], when[1] - anchor[0]


def _intersect(one: Any, other: Any) -> Any:
    """The values both leave possible, or None where there are none."""
    if isinstance(one, int):
        return one & other or None
    low, high = max(one[0], other[0]), min(one[1], other[1])
    return (low, high) if low <= high else None
