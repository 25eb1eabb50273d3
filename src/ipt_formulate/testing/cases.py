"""Random valid cases: every field of the case model, in every form an answer can take."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from functools import cache
from random import Random
from typing import Any, Final

from ipt_formulate.case.assessment import MAX_WORSENINGS, Assessment, Worsening
from ipt_formulate.case.case import LIST_OF_AREA, Case
from ipt_formulate.case.choices import Expectations, Inquiry, Instrument, OnsetKind, Order
from ipt_formulate.case.fields import Kind, MomentKind, WholeKind, kind_of
from ipt_formulate.case.happenings import ILLNESS, NO_CAUSE, Conflict
from ipt_formulate.case.inventory import Inventory
from ipt_formulate.case.lowering import AROUND, ORDER_SPAN
from ipt_formulate.case.measures import ITEMS, TOTAL_RANGE
from ipt_formulate.case.moments import EARLIEST, LIFELONG_AT_LEAST_DAYS, Span
from ipt_formulate.case.record import Record
from ipt_formulate.case.terms import LIST_MODELS, SHARED_WITH_PERSON, record_type
from ipt_formulate.case.values import ASKED_UNKNOWN, Between, OneOf
from ipt_formulate.testing.draws import Draw, days_of

STEMS: Final = {"people": "person", "deaths": "death", "conflicts": "conflict", "changes": "change"}
LABELS: Final = ("older sister", "Großmutter väterlicherseits", "the move: 'to the coast' #2", "妹", '- no: ["list"]')
DRAWN_APART: Final = frozenset(
    {"id", "label", "person", "arose_from", "about", "date", "measures", "worsenings", *LIST_MODELS}
)
"""Fields that depend on others, which `random_case` draws one by one."""

_RARELY: Final = 16


def random_case(
    seed: int | Random = 0, *, known: float = 0.5, constants: Sequence[int] = (), max_items: int = 4
) -> Case:
    """A random case that is valid by construction.

    Args:
        seed: a seed, or a source of random numbers to go on with.
        known: the share of fields in which something is recorded.
        constants: days that rules compare with; many times lie just beside them, as counted from the assessment,
            the onset or a worsening. `constants_of` gives those of a rule base.
        max_items: the most items of one list, from 0 to 4.

    Returns:
        The case. Now and then its dates and the orders told disagree, which is allowed and reported.

    >>> random_case(1) == random_case(1), random_case(1) == random_case(2)
    (True, False)
    >>> random_case(1, known=0.0, max_items=0) == Case()
    True
    """
    random = seed if isinstance(seed, Random) else Random(seed)  # noqa: S311 (repeatable on purpose)
    return _Author(Draw(random, known, constants), max_items).case()


class _Author:
    """Writes one case, as plain content in the order in which its parts depend on each other."""

    def __init__(self, draw: Draw, max_items: int) -> None:
        self.draw, self.max_items = draw, max_items
        self.onset: Span = (0, 0)
        self.worsenings: list[Span] | None = None
        self.died: set[str] = set()
        self.people: list[dict[str, Any]] = []

    def case(self) -> Case:
        assessment = self._assessment()
        self.people = [self._item("people", place) for place in self._places()]
        nothing_happened = self._rarely()
        happenings = {
            name: [] if nothing_happened else [self._happening(name, place) for place in self._places()]
            for name in tuple(LIST_MODELS)[1:]
        }
        ids = [item["id"] for items in happenings.values() for item in items]
        for item in (*happenings["conflicts"], *happenings["changes"]):
            if self.draw.recorded():
                causes = [NO_CAUSE, ILLNESS, *(each for each in ids if each != item["id"])]
                item["arose_from"] = causes[self.draw.below(len(causes))]
        response = assessment.get("response", {})
        chosen = response.get("chosen")
        about = (
            [item["id"] for item in happenings.get(LIST_OF_AREA.get(chosen, ""), ())] if chosen in LIST_OF_AREA else []
        )
        if about and self.draw.recorded():
            response["about"] = about[self.draw.below(len(about))]
        inventory = self.record(Inventory) | {"people": self.people, **happenings}
        if self.draw.below(8) > 4:
            inventory["inquiry"] = dict.fromkeys(LIST_MODELS, Inquiry.THOROUGH)
        return Case.model_validate({"assessment": assessment, "inventory": inventory})

    def record(self, model: type[Record]) -> dict[str, Any]:
        """The coded fields of a record and of the records in it."""
        content = {}
        for name, part in parts_of(model):
            value = self.draw.answer(part) if isinstance(part, Kind) else self.record(part) or None
            if value is not None:
                content[name] = value
        return content

    def _places(self) -> Iterator[int]:
        """The places of a list, asking before each whether there is one more, so that any item can shrink away."""
        place = 0
        self.draw.start()
        while place < self.max_items and self.draw.below(8) > 2:
            yield place
            place += 1
            self.draw.start()

    def _rarely(self) -> bool:
        return self.draw.below(_RARELY) == _RARELY - 1

    def _assessment(self) -> dict[str, Any]:
        draw = self.draw
        if draw.recorded():
            draw.date = datetime.date(1999, 12, 31) + datetime.timedelta(days=draw.below(10_000))
        content = self.record(Assessment)
        if draw.date:
            content["date"] = draw.date
        self._episode(content.setdefault("episode", {}))
        measures: list[dict[str, Any]] = []
        for _ in self._places():
            measures.append(self._measure(measures[-1]["instrument"] if measures and draw.below(2) else None))
        return content | {"measures": measures}

    def _episode(self, episode: dict[str, Any]) -> None:
        self.onset = days_of(episode.get("onset"), self.draw.date)
        if episode.get("onset_kind") is OnsetKind.LIFELONG:
            if self.onset[1] >= LIFELONG_AT_LEAST_DAYS:
                self.onset = max(self.onset[0], LIFELONG_AT_LEAST_DAYS), self.onset[1]
            elif not self._rarely():
                episode["onset_kind"] = OnsetKind.DATED
        if "onset" in episode:
            self.draw.anchors += self.onset
        if self.draw.recorded():
            told = [self.record(Worsening) for _ in range(self.draw.below(MAX_WORSENINGS + 1))]
            episode["worsenings"] = told
            self.worsenings = [days_of(each.get("when"), self.draw.date) for each in told]
            self.draw.anchors += [edge for span in self.worsenings if span[1] < EARLIEST for edge in span]

    def _measure(self, again: Instrument | None) -> dict[str, Any]:
        instrument = again or list(Instrument)[self.draw.below(len(Instrument))]
        content: dict[str, Any] = {"instrument": instrument, "taken": self.draw.answer(MomentKind())}
        low, high = TOTAL_RANGE[instrument]
        if instrument in ITEMS and self.draw.recorded():
            count, top = ITEMS[instrument]
            items = [self.draw.answer(WholeKind(0, top)) for _ in range(count)]
            bounds = [_bounds(item, top) for item in items]
            low, high = max(low, sum(each for each, _ in bounds)), min(high, sum(each for _, each in bounds))
            content["items"] = items
        return content | {"total": self.draw.answer(WholeKind(low, high))}

    def _item(self, name: str, place: int) -> dict[str, Any]:
        item = self.record(LIST_MODELS[name]) | {"id": f"{STEMS[name]}-{place + 1}"}
        if self.draw.below(4) == 3:
            item["label"] = LABELS[self.draw.below(len(LABELS))]
        return item

    def _happening(self, name: str, place: int) -> dict[str, Any]:
        item = self._item(name, place)
        if name == "conflicts" and item.get("expectations") is Expectations.MISMATCHED_SILENTLY:
            for side in ("client_expects", "other_expects"):
                item.setdefault(side, self.draw.known(_kind(Conflict, side)))
        if self.people and self.draw.below(3):
            person = self.people[self.draw.below(len(self.people))]
            if name != "deaths" or person["id"] not in self.died:
                self._link(name, item, person)
        self._order(item)
        return item

    def _link(self, name: str, item: dict[str, Any], person: dict[str, Any]) -> None:
        item["person"] = person["id"]
        if name == "deaths":
            self.died.add(person["id"])
            if person.get("alive") is True:
                person["alive"] = False
        for shared in SHARED_WITH_PERSON:
            kind = _kind(LIST_MODELS["people"], shared)
            one, other = (
                kind.unknown if each.get(shared) in (None, ASKED_UNKNOWN) else kind.lower(each[shared], None)
                for each in (item, person)
            )
            if not overlap(one, other):
                del item[shared]

    def _order(self, item: dict[str, Any]) -> None:
        """Take out an order that contradicts the dates, but for a few."""
        if self._rarely():
            return
        low, high = days_of(item.get("when"), self.draw.date)
        told = item.get("relative_to_onset", ASKED_UNKNOWN)
        if told != ASKED_UNKNOWN:
            spans = [ORDER_SPAN[each] for each in (told if isinstance(told, OneOf) else [told])]
            gap = low - self.onset[1], high - self.onset[0]
            if not overlap(gap, (min(each for each, _ in spans), max(each for _, each in spans))):
                del item["relative_to_onset"]
        if item.get("relative_to_worsening") is Order.AROUND and self.worsenings is not None:
            gaps = [(low - worse[1], high - worse[0]) for worse in self.worsenings]
            if not any(overlap(gap, AROUND) for gap in gaps):
                del item["relative_to_worsening"]


def overlap(one: Any, other: Any) -> bool:
    """Whether two lowered values have a possible value in common."""
    if isinstance(one, int):
        return bool(one & other)
    return bool(max(one[0], other[0]) <= min(one[1], other[1]))


def _bounds(score: Any, top: int) -> Span:
    if isinstance(score, Between):
        return score.at_least, score.at_most
    return (score, score) if isinstance(score, int) else (0, top)


@cache
def _kind(model: type[Record], name: str) -> Kind:
    kind = kind_of(model.model_fields[name])
    assert kind is not None
    return kind


@cache
def parts_of(model: type[Record]) -> tuple[tuple[str, Kind | type[Record]], ...]:
    """The fields of a record that are drawn by their kind, and the records inside it.

    Raises:
        TypeError: the model has a field that `random_case` has no way to draw.
    """
    parts: list[tuple[str, Kind | type[Record]]] = []
    for name, field in model.model_fields.items():
        part = kind_of(field) or record_type(field.annotation)
        if part is not None:
            parts.append((name, part))
        elif name not in DRAWN_APART:
            raise TypeError(f"no way is known to draw {model.__name__}.{name}; add it to random_case")
    return tuple(parts)
