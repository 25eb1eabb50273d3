"""From a model of the solver to a case that a file could hold, and to the fewest facts that still show the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import z3

from ipt_formulate.case.case import Case
from ipt_formulate.case.choices import Cause, Expectations, Inquiry, Topic
from ipt_formulate.case.fields import ChoiceKind, Kind, MomentKind, bounds_of
from ipt_formulate.case.files import parse_case, to_plain
from ipt_formulate.case.happenings import ILLNESS, NO_CAUSE
from ipt_formulate.case.measures import ITEMS
from ipt_formulate.case.moments import EARLIEST, NEVER_DAYS, Span
from ipt_formulate.case.terms import CASE, KEY_ITEMS, Term
from ipt_formulate.errors import CaseError
from ipt_formulate.proof.rails import Bool, conj, disj
from ipt_formulate.proof.values import Item, World, exactly

Content = dict[str, Any]
_TEN_YEARS: Final = 3650
_LIST_OF: Final = {
    Cause.DEATH: "deaths",
    Cause.PET_DEATH: "deaths",
    Cause.CONFLICT: "conflicts",
    Cause.CHANGE: "changes",
}


def plainly(world: World) -> Iterator[Bool]:
    """What a case file can say in plain words: exact times, ranges in the past, and causes that are recorded."""
    items = [world.case, *(item for found in world.lists.values() for item in found.items)]
    for item in items:
        for name, (low, high) in item.spans.items():
            if isinstance(kind := item.term(name).kind, MomentKind):
                least, most = kind.unknown
                yield disj([low == high, low >= 0, conj([low == least, high == most])])
        if "arose_from" in item.choices:
            flags = item.choices["arose_from"]
            yield disj([*(exactly(flags, [place]) for place in range(len(flags))), conj(flags)])
    if world.has_worsenings:
        for low, high in world.worsenings[1]:
            yield disj([low == high, low >= 0])
    for found in world.lists.values():
        yield disj([*(exactly(found.inquiry, [place]) for place in range(len(Inquiry))), conj(found.inquiry)])


def barely(world: World) -> Iterator[Bool]:
    """What most case files say: every answer is exact or not known, and nobody whose death is recorded is alive;
    an episode has begun."""
    items = [world.case, *(item for found in world.lists.values() for item in found.items)]
    for item in items:
        for name, flags in item.choices.items():
            if not name.startswith("latest."):
                yield disj([*(exactly(flags, [place]) for place in range(len(flags))), conj(flags)])
        for name, (low, high) in item.spans.items():
            least, most = bounds_of(item.term(name).kind)
            yield disj([low == high, conj([low == least, high == most])])
            if name == "assessment.episode.onset":
                yield disj([low >= 0, conj([low == least, high == most])])
        if item.scope == "deaths" and "person.alive" in item.choices:
            yield item.choices["person.alive"][0]


def recently(world: World) -> Iterator[Bool]:
    """What reads most easily: times within ten years, and nothing that arose from something else on record."""
    items = [world.case, *(item for found in world.lists.values() for item in found.items)]
    times = [
        span for item in items for name, span in item.spans.items() if isinstance(item.term(name).kind, MomentKind)
    ]
    for low, high in (*times, *(world.worsenings[1] if world.has_worsenings else ())):
        least, most = MomentKind().unknown
        yield disj([conj([low >= 0, high <= _TEN_YEARS]), conj([low == least, high >= most])])
    for item in items:
        if "arose_from" in item.choices:
            flags = dict(zip(Cause, item.choices["arose_from"], strict=True))
            yield disj([conj(flags.values()), *(flag for cause, flag in flags.items() if cause not in _LIST_OF)])


def realise(world: World, model: Any, extra: Mapping[str, Any] | None = None) -> Case | None:
    """The case of a model; None where a case cannot be recorded so.

    Args:
        world: the symbolic case.
        model: values for its variables.
        extra: what the case file holds besides.
    """
    try:
        return parse_case(_merged(_Writer(world, model).content(), extra or {}))
    except CaseError:
        return None


def shrink(case: Case, shows: Callable[[Case], bool]) -> Case:
    """The case without every fact that can be left out, one by one, while it still shows the same."""
    content, again = to_plain(case), True
    while again:
        again = False
        for path in sorted(_paths(content), key=len):
            smaller = _without(content, path)
            if smaller is None:
                continue
            try:
                holds = shows(parse_case(smaller))
            except CaseError:
                continue
            if holds:
                content, again = smaller, True
    return parse_case(content)


def size(case: Case) -> int:
    """How many facts a case holds, its items among them."""
    return len(_paths(to_plain(case)))


class _Writer:
    def __init__(self, world: World, model: Any) -> None:
        self.world, self.model = world, model
        self.written: Content = {"assessment": {}, "inventory": {}}

    def content(self) -> Content:
        self._item(self.world.case, self.written)
        self._worsenings()
        for name, found in self.world.lists.items():
            there = [item for item, present in self.world.items(name) if self._true(present)]
            if there:
                self.written["inventory"].setdefault(name, []).extend(self._listed(item) for item in there)
            flags = [self._true(flag) for flag in found.inquiry]
            if sum(flags) == 1:
                inquiry = self.written["inventory"].setdefault("inquiry", {})
                inquiry[name] = str(list(Inquiry)[flags.index(True)])
        return self.written

    def _listed(self, item: Item) -> Content:
        content: Content = {"id": item.name}
        person: Content = {}
        self._item(item, content, person)
        if content.get("expectations") == Expectations.MISMATCHED_SILENTLY:
            topic = str(next(iter(Topic)))  # a silent mismatch is recorded only with what each side expects
            content = {"client_expects": topic, "other_expects": topic, **content}
        if person:
            content["person"] = f"{item.name}-person"
            self.written["inventory"].setdefault("people", []).append({"id": content["person"], **person})
        return content

    def _item(self, item: Item, content: Content, person: Content | None = None) -> None:
        for name in (*item.choices, *item.spans):
            term = item.term(name)
            if name == "arose_from":
                self._cause(item, content)
            elif name.startswith("latest."):
                self._measure(item, name)
            elif term.judgement:
                self._judgement(item, name, content)
            elif term.attributes:
                value = self._value(item, name, term.kind)
                if value is not None:
                    whole = person if person is not None and name.startswith("person.") else content
                    _put(whole, _path(item, term), value)

    def _value(self, item: Item, name: str, kind: Kind) -> Any:
        if name in item.choices:
            found = [place for place, flag in enumerate(item.choices[name]) if self._true(flag)]
            if isinstance(kind, ChoiceKind):
                members = [str(each) for each in kind.members]
                told = [members[place] for place in found]
                return None if len(told) == len(members) else told[0] if len(told) == 1 else {"one_of": told}
            return bool(found[0]) if len(found) == 1 else None
        span = self._span(item.spans[name])
        if span == kind.unknown:
            return None
        if isinstance(kind, MomentKind):
            return _time(span)
        return span[0] if span[0] == span[1] else {"at_least": span[0], "at_most": span[1]}

    def _judgement(self, item: Item, name: str, content: Content) -> None:
        stem = name.removesuffix(".inferred")
        flags = item.choices[name]
        answers = [place for place, flag in enumerate(flags) if self._true(flag)]
        if len(answers) == 1 and not (name != stem and stem in content):
            content[stem] = {"answer": bool(answers[0]), "basis": "client" if name == stem else "inference"}

    def _cause(self, item: Item, content: Content) -> None:
        found = [each for each, flag in zip(Cause, item.choices["arose_from"], strict=True) if self._true(flag)]
        if len(found) != 1:
            return
        words = {Cause.ILLNESS: ILLNESS, Cause.NONE: NO_CAUSE}
        content["arose_from"] = words.get(found[0], f"{item.name}-cause")
        if found[0] in _LIST_OF:
            cause: Content = {"id": f"{item.name}-cause"}
            if _LIST_OF[found[0]] == "deaths":
                cause["kind"] = "pet" if found[0] is Cause.PET_DEATH else "person"
            self.written["inventory"].setdefault(_LIST_OF[found[0]], []).append(cause)

    def _measure(self, item: Item, name: str) -> None:
        _, instrument, what = name.split(".")
        if not self._true(item.choice(f"latest.{instrument}.recorded")[1]):
            return
        measures = self.written["assessment"].setdefault("measures", [])
        measure = next((each for each in measures if each["instrument"] == instrument), None)
        if measure is None:
            measure = {"instrument": instrument}
            measures.append(measure)
        if what in ("taken", "total"):
            value = self._value(item, name, item.term(name).kind)
            measure |= {} if value is None else {what: value}
        elif what.startswith("item"):
            key = next(each for each in KEY_ITEMS if str(each) == instrument)
            items: list[Any] = [None] * ITEMS[key][0]
            items[KEY_ITEMS[key] - 1] = self._value(item, name, item.term(name).kind)
            measure["items"] = items

    def _worsenings(self) -> None:
        if not self.world.has_worsenings:
            return
        count, times = self.world.worsenings
        told = self._number(count)
        if told >= 0:
            spans = [_time(self._span(span)) for span in times[:told]]
            _put(self.written, ("assessment", "episode", "worsenings"), [{"when": each} for each in spans])

    def _span(self, span: tuple[Any, Any]) -> Span:
        return self._number(span[0]), self._number(span[1])

    def _number(self, value: Any) -> int:
        return int(self.model.eval(value, model_completion=True).as_long())

    def _true(self, flag: Any) -> bool:
        return bool(z3.is_true(self.model.eval(flag, model_completion=True)))


def _path(item: Item, term: Term) -> tuple[str, ...]:
    return (term.name.split(".")[0], *term.attributes) if item.scope == CASE else term.attributes


def _time(span: Span) -> str | None:
    """A time in words; None for a range that has none."""
    low, high = span
    if low == high:
        words = "never" if low == NEVER_DAYS else "today" if low == 0 else f"{low}d"
        return words if low >= 0 else f"in {-low}d"
    return None if low < 0 or high > EARLIEST else f"{low}-{high}d"


def _put(content: Content, path: tuple[str, ...], value: Any) -> None:
    for part in path[:-1]:
        content = content.setdefault(part, {})
    content[path[-1]] = value


def _merged(one: Any, other: Any) -> Any:
    if isinstance(one, dict) and isinstance(other, Mapping):
        return {**one, **{key: _merged(one.get(key), value) for key, value in other.items()}}
    return other


def _paths(content: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    entries = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    return [path for key, value in entries for path in ((*above, key), *_paths(value, (*above, key)))]


def _without(content: Any, path: tuple[Any, ...]) -> Any:
    """The content without what stands at a path; None where nothing stands there any more."""
    key, *rest = path
    if isinstance(content, list):
        if key >= len(content):
            return None
        inner = _without(content[key], tuple(rest)) if rest else None
        if rest and inner is None:
            return None
        return [*content[:key], *([inner] if rest else []), *content[key + 1 :]]
    if not isinstance(content, dict) or key not in content:
        return None
    inner = _without(content[key], tuple(rest)) if rest else None
    if rest and inner is None:
        return None
    return {name: inner if name == key else value for name, value in content.items() if rest or name != key}
