"""From recorded columns to sets of possible values: what `case.lowering` does for one case, for a block of rows.

A term is a column of bit masks, two columns of bounds, or several pairs of which one must fit. Each is worked out
when it is first read. Rows that the case model may refuse are marked as doubtful, and are looked at one by one.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final, TypeAlias

import numpy as np

from ipt_formulate.case.choices import (
    Basis,
    Cause,
    DeathKind,
    DisputeStage,
    Expectations,
    Inquiry,
    OnsetKind,
    Order,
    Period,
    Topic,
)
from ipt_formulate.case.fields import EITHER, NO, YES, ChoiceKind, Kind, MomentKind, YesNoKind, bounds_of
from ipt_formulate.case.happenings import ILLNESS, NO_CAUSE
from ipt_formulate.case.lowering import AROUND, FAR, ORDER_SPAN
from ipt_formulate.case.moments import AROUND_DAYS, EARLIEST, LATEST, LIFELONG_AT_LEAST_DAYS
from ipt_formulate.case.terms import CASE, CHANGED_SINCE_ASKED, GAP, LIST_MODELS, SHARED_WITH_PERSON, Term, catalogue
from ipt_formulate.cohort.layout import Layout, Single
from ipt_formulate.cohort.leaves import MEASURES, WORSENINGS, Leaves, Numbers, look_up, vocabulary
from ipt_formulate.cohort.measures import Measures
from ipt_formulate.cohort.names import Names

Spans: TypeAlias = tuple[Numbers, Numbers]
HAPPENINGS: Final = tuple(LIST_MODELS)[1:]
ORDERS: Final = ChoiceKind(Order)
STAGES: Final = ChoiceKind(DisputeStage)
INFERRED: Final = ChoiceKind(Basis).mask([Basis.INFERENCE])
_CAUSES: Final = ChoiceKind(Cause)
_THOROUGH: Final = ChoiceKind(Inquiry).mask([Inquiry.THOROUGH])
_CURRENT: Final = ChoiceKind(Period).mask([Period.CURRENT])
_NEVER_COERCED: Final = ChoiceKind(Period).mask([Period.NONE])
_CURRENT_STAGES: Final = STAGES.mask([DisputeStage.RENEGOTIATION, DisputeStage.IMPASSE])
_CAUSE_OF: Final = {
    name: _CAUSES.mask([cause])
    for name, cause in (("deaths", Cause.DEATH), ("conflicts", Cause.CONFLICT), ("changes", Cause.CHANGE))
}


def _told_order(mask: int) -> tuple[int, int]:
    """The span of an order that was told, by its mask."""
    spans = [ORDER_SPAN[each] for each in Order if mask & ORDERS.mask([each])] or [GAP.unknown]
    return min(low for low, _ in spans), max(high for _, high in spans)


def _causes_of_death(mask: int) -> int:
    kinds = [kind for kind in DeathKind if mask & ChoiceKind(DeathKind).mask([kind])]
    return _CAUSES.mask({Cause.PET_DEATH if kind is DeathKind.PET else Cause.DEATH for kind in kinds})


_ORDER_LOW, _ORDER_HIGH = np.array([_told_order(mask) for mask in range(8)], np.int32).T
_DEATH_CAUSES: Final = np.array([_causes_of_death(mask) for mask in range(8)], np.uint8)


class Block:
    """Some rows of a batch, as sets of possible values.

    Attributes:
        size: how many rows.
        layouts: how the items of each scope are laid out.
        doubtful: rows that the case model may refuse.
    """

    def __init__(self, leaves: Leaves, start: int, stop: int) -> None:
        self.leaves, self.size = leaves, stop - start
        self.doubtful = np.zeros(self.size, bool)
        self.bounds = {CASE: (start, stop)}
        self.offsets: dict[str, Numbers] = {}
        for name, above in leaves.inside.items():  # an outer list comes before the lists inside it
            low, high = self.bounds[above]
            offsets = leaves.offsets[name][low : high + 1]
            self.bounds[name], self.offsets[name] = (int(offsets[0]), int(offsets[-1])), offsets - offsets[0]
        self.layouts: dict[str, Layout] = {CASE: Single(self.size)}
        nothing = np.zeros(self.size + 1, np.int64)
        for name in LIST_MODELS:
            self.layouts[name] = Layout(self.offsets.get(name, nothing))
        self.names = Names(self)
        self._values: dict[tuple[str, str], Any] = {}
        self._unrecorded: dict[str, Numbers] = {}

    def value(self, scope: str, name: str) -> Any:
        """A term of a scope: masks, bounds, or several pairs of bounds."""
        key = scope, name
        if key not in self._values:
            self._values[key] = self._worked_out(scope, name)
        return self._values[key]

    def complete(self, name: str) -> Numbers:
        """Whether a list is complete, which a thorough inquiry makes it."""
        return self.masks(CASE, f"inventory.inquiry.{name}", ChoiceKind(Inquiry)) == _THOROUGH

    def unrecorded(self, name: str) -> Numbers:
        """Whether a list may hold items that were not recorded: unknown (1), or 0 where it is complete."""
        if name not in self._unrecorded:
            self._unrecorded[name] = (~self.complete(name)).view(np.uint8)
        return self._unrecorded[name]

    # What is recorded

    def codes(self, scope: str, path: str) -> tuple[Any, Numbers] | None:
        """The leaf of a field and the codes of its items, as they are laid out; None where there is no column."""
        leaf = self.leaves.leaves.get((scope, path))
        layout = self.layouts.get(scope)
        return None if leaf is None else (leaf, leaf.read(*self.bounds[scope], layout.order if layout else None))

    def looked_up(self, scope: str, path: str, kind: Kind, part: str) -> Numbers:
        """A part of what the words of a field mean, item by item."""
        if (found := self.codes(scope, path)) is None:
            missing = vocabulary(kind).meanings([])[part]
            return np.full(self._items(scope), missing[0], missing.dtype)
        leaf, codes = found
        return look_up(leaf.table(part), codes)

    def masks(self, scope: str, path: str, kind: Kind) -> Numbers:
        """The masks of a field with choices, or yes and no."""
        return self.looked_up(scope, path, kind, "mask")

    def told(self, scope: str, path: str, kind: Kind) -> Numbers:
        """Whether there is an answer."""
        return self.looked_up(scope, path, kind, "told")

    def spans(self, scope: str, path: str, kind: Kind) -> Spans:
        """The bounds of a field with numbers or times, times counted back from the assessment."""
        found = self.codes(scope, path)
        if found is None:
            return self.looked_up(scope, path, kind, "low"), self.looked_up(scope, path, kind, "high")
        leaf, codes = found
        codes = codes.astype(np.intp)
        spans = leaf.table("low").take(codes), leaf.table("high").take(codes)
        if isinstance(kind, MomentKind) and leaf.table("dated").any():
            return self._from_dates(scope, kind, spans, leaf.table("dated").take(codes))
        return spans

    def _from_dates(self, scope: str, kind: Kind, spans: Spans, dated: Numbers) -> Spans:
        rows = self.rows_of(scope)
        days, known = self._assessed
        low, high = (np.where(dated, each + days[rows], each) for each in spans)
        wrong = dated & (~known[rows] | (low < LATEST) | (high > EARLIEST))
        self.doubt(rows[wrong])
        least, most = bounds_of(kind)
        return np.where(wrong, least, low), np.where(wrong, most, high)

    @cached_property
    def _assessed(self) -> Spans:
        start, stop = self.bounds[CASE]
        if self.leaves.dates is None:
            return np.zeros(self.size, np.int32), np.zeros(self.size, bool)
        dates = self.leaves.dates.slice(start, stop - start)
        days = dates.cast("int32").fill_null(0).to_numpy(zero_copy_only=False)
        return days, dates.is_valid().to_numpy(zero_copy_only=False)

    def _items(self, scope: str) -> int:
        low, high = self.bounds.get(scope, (0, 0))
        return high - low

    def rows_of(self, scope: str) -> Numbers:
        """The row of each item."""
        if scope in self.layouts:
            return self.layouts[scope].rows
        if scope not in self.offsets:
            return np.zeros(0, np.int64)
        return np.repeat(np.arange(len(self.offsets[scope]) - 1), np.diff(self.offsets[scope]))

    def doubt(self, rows: Numbers) -> None:
        """Mark rows that the case model may refuse."""
        self.doubtful[rows] = True

    def check_times(self) -> None:
        """Doubt the rows with a date that cannot be placed, or that lies too far away."""
        for scope, path in self.leaves.leaves:
            kind = _MOMENTS.get((scope, path))
            if kind is not None and scope in self.layouts:
                self.value(scope, path)
            elif kind is not None:
                self.spans(scope, path, kind)

    def check_expectations(self) -> None:
        """Doubt the rows in which a mismatch is said to be silent, and an expectation is not named."""
        kind, topic = ChoiceKind(Expectations), ChoiceKind(Topic)
        silent = self.masks("conflicts", "expectations", kind) == kind.mask([Expectations.MISMATCHED_SILENTLY])
        for side in ("client_expects", "other_expects"):
            unasked = self.looked_up("conflicts", side, topic, "unasked")
            self.doubt(self.layouts["conflicts"].rows[silent & unasked])

    # What follows from it

    def _worked_out(self, scope: str, name: str) -> Any:
        if scope == CASE:
            if name == CHANGED_SINCE_ASKED:
                first, last = self.value(CASE, "assessment.safety.asked")
                return np.where((first == 0) & (last == 0), np.uint8(NO), np.uint8(EITHER))
            if name.startswith("latest."):
                return self.measures.term(name)
        elif scope == "people":
            if name in ("alive", "coercion.period", "coercion.feared_now"):
                return self._person(name)
        elif name.startswith("person."):
            return self._of_person(scope, name.removeprefix("person."))
        elif name.endswith((".before_onset", ".before_worsening")):
            return self._gaps(scope, *name.split("."))
        elif name == "arose_from":
            return self._arose_from(scope)
        elif (scope, name) == ("conflicts", "still_contested"):
            return self._still_contested()
        return self._recorded(scope, catalogue(scope)[name])

    def _recorded(self, scope: str, term: Term) -> Any:
        path = ".".join(term.attributes)
        path = f"{term.name.split('.')[0]}.{path}" if scope == CASE else path
        if term.judgement:
            answer = self.masks(scope, f"{path}.answer", YesNoKind())
            if term.name.endswith(".inferred"):
                return answer
            basis = self.masks(scope, f"{path}.basis", ChoiceKind(Basis))
            return np.where(basis & INFERRED, np.uint8(EITHER), answer)
        return self.spans(scope, path, term.kind) if term.is_range else self.masks(scope, path, term.kind)

    @cached_property
    def measures(self) -> Measures:
        """The latest of each measure."""
        return Measures(self)

    @cached_property
    def _onset(self) -> Spans:
        low, high = self.value(CASE, "assessment.episode.onset")
        lifelong = self.value(CASE, "assessment.episode.onset_kind") == ChoiceKind(OnsetKind).mask([OnsetKind.LIFELONG])
        least = np.where(lifelong, LIFELONG_AT_LEAST_DAYS, LATEST).astype(np.int32)
        return np.where(high < least, np.minimum(low, least), np.maximum(low, least)), np.where(
            lifelong & (high < least), np.int32(EARLIEST), high
        )

    @cached_property
    def _dead(self) -> Numbers:
        """For each person, what their recorded death leaves of being alive."""
        people = np.full(self.layouts["people"].size, EITHER, np.uint8)
        person = self.names.person_of("deaths")
        people[person[person >= 0]] = self._alive_after[person >= 0]
        return people

    @cached_property
    def _alive_after(self) -> Numbers:
        """Whether someone can be alive whose death is recorded."""
        first, last = self.value("deaths", "when")
        order = self.value("deaths", "relative_to_onset")
        onset = self._onset[0][self.layouts["deaths"].rows]
        past = (first >= 0) | ((order == ORDERS.mask([Order.BEFORE])) & (onset >= 0))
        past |= (order == ORDERS.mask([Order.AROUND])) & (onset >= AROUND_DAYS)
        return np.where(past, NO, np.where(last < 0, YES, EITHER)).astype(np.uint8)

    def _person(self, name: str) -> Numbers:
        kind = catalogue("people")[name].kind
        told = self.masks("people", name, kind)
        if name != "alive":
            in_private = self.masks("people", "coercion.asked_in_private", YesNoKind()) == YES
            denied = (told == NO) if name.endswith("feared_now") else (told & _NEVER_COERCED) > 0
            return np.where(denied & ~in_private, told.dtype.type(kind.unknown), told)
        alive = told & self._dead
        alive = np.where(alive == 0, told, alive)
        present = self.value("people", "coercion.period") == _CURRENT
        present |= self.value("people", "coercion.feared_now") == YES
        return np.where(present, np.where(alive & YES, np.uint8(YES), np.uint8(EITHER)), alive)

    def _of_person(self, scope: str, name: str) -> Any:
        person = self.names.person_of(scope)
        nobody = person < 0
        kind = catalogue("people")[name].kind
        shared: Any
        if self.layouts["people"].size == 0:
            shared = self._unknown(kind, self.layouts[scope].size)
        elif isinstance(theirs := self.value("people", name), tuple):
            shared = tuple(
                np.where(nobody, np.int32(unknown), each[person])
                for each, unknown in zip(theirs, bounds_of(kind), strict=True)
            )
        else:
            shared = np.where(nobody, theirs.dtype.type(kind.unknown), theirs[person])
        own = {term.name for term in catalogue("people").values()} & set(SHARED_WITH_PERSON)
        if name in own and (scope, name) in self.leaves.leaves:
            return self._both(scope, name, kind, shared)
        if scope == "deaths" and name == "alive":
            after = self._alive_after
            self.doubt(self.layouts[scope].rows[((shared & after) == 0) & (after == NO)])
            return np.where(shared & after, shared & after, shared)
        return shared

    def _unknown(self, kind: Kind, size: int) -> Any:
        if isinstance(kind.unknown, tuple):
            return tuple(np.full(size, each, np.int32) for each in kind.unknown)
        return np.full(size, kind.unknown, mask_type(kind))

    def _both(self, scope: str, name: str, kind: Kind, shared: Any) -> Any:
        """What the item says and what its person's entry says; where nothing satisfies both, the row is doubtful."""
        rows = self.layouts[scope].rows
        if isinstance(shared, tuple):
            own = self.spans(scope, name, kind)
            low, high = np.maximum(own[0], shared[0]), np.minimum(own[1], shared[1])
            self.doubt(rows[low > high])
            return low, high
        both = self.masks(scope, name, kind) & shared
        self.doubt(rows[both == 0])
        return both

    def _gaps(self, scope: str, time: str, anchor: str) -> Any:
        when = self.value(scope, time)
        rows = self.layouts[scope].rows
        order = self.value(scope, f"relative_to_{anchor.removeprefix('before_')}") if time == "when" else None
        if anchor == "before_onset":
            low, high = _gap(when, tuple(each[rows] for each in self._onset))
            if order is None:
                return low, high
            told_low, told_high = _ORDER_LOW[order], _ORDER_HIGH[order]
            apart = (low > told_high) | (told_low > high)
            return np.where(apart, np.minimum(low, told_low), np.maximum(low, told_low)), np.where(
                apart, np.maximum(high, told_high), np.minimum(high, told_high)
            )
        pairs = []
        for told, missing, span in self._worsenings:
            low, high = _gap(when, tuple(each[rows] for each in span))
            told, missing = told[rows], missing[rows]
            low = np.where(told, low, np.where(missing, np.int32(FAR[0]), np.int32(GAP.low)))
            high = np.where(told, high, np.where(missing, np.int32(FAR[1]), np.int32(GAP.high)))
            pairs.append((low, high))
        if order is not None:
            around = order == ORDERS.mask([Order.AROUND])
            pairs.append(
                (
                    np.where(around, *map(np.int32, (AROUND[0], FAR[0]))),
                    np.where(around, *map(np.int32, (AROUND[1], FAR[1]))),
                )
            )
        return pairs

    @cached_property
    def _worsenings(self) -> list[tuple[Numbers, Numbers, Spans]]:
        """For each place in the list of worsenings: where one is told, where there is none, and its time."""
        told = self.leaves.told_worsenings
        if told is None:
            nowhere = np.zeros(self.size, bool)
            return [(nowhere, nowhere, (np.zeros(self.size, np.int32),) * 2)]
        start, stop = self.bounds[CASE]
        said = told[start:stop]
        low, high = self.spans(WORSENINGS, "when", MomentKind())
        offsets = self.offsets[WORSENINGS]
        counts = np.diff(offsets)
        found = []
        for place in range(max(1, int(counts.max(initial=0)))):
            told = counts > place
            at = np.where(told, offsets[:-1] + place, 0)
            span = (low[at], high[at]) if len(low) else (np.zeros(self.size, np.int32),) * 2
            found.append((told, said & ~told, span))
        return found

    def _still_contested(self) -> Numbers:
        told = self.masks("conflicts", "still_contested", YesNoKind())
        going_on = (self.masks("conflicts", "stage", STAGES) & (STAGES.unknown & ~_CURRENT_STAGES)) == 0
        return np.where(going_on, np.where(told & YES, np.uint8(YES), np.uint8(EITHER)), told)

    def _arose_from(self, scope: str) -> Numbers:
        layout = self.layouts[scope]
        told = self.names.references(scope, "arose_from")
        every = np.full(self.size, _CAUSES.mask([Cause.ILLNESS, Cause.NONE]), np.uint8)
        causes = np.zeros(layout.size, np.uint8)
        for word, cause in ((ILLNESS, Cause.ILLNESS), (NO_CAUSE, Cause.NONE)):
            causes[told == self.leaves.names.get(word, -2)] = _CAUSES.mask([cause])
        for name in HAPPENINGS:
            other = self.layouts[name]
            theirs = (
                _DEATH_CAUSES[self.value("deaths", "kind")]
                if name == "deaths"
                else np.full(other.size, _CAUSE_OF[name], np.uint8)
            )
            item = self.names.causes(scope)[name]
            causes[item >= 0] = theirs[item[item >= 0]]
            if name != scope:
                every |= other.union(theirs)
        others = layout.number(np.ones(layout.size, np.int16))[layout.rows] > 1
        unasked = every[layout.rows] | np.where(others, np.uint8(_CAUSE_OF[scope]), np.uint8(0))
        return np.where(told < 0, unasked, np.where(causes == 0, np.uint8(_CAUSES.unknown), causes))


def _moments() -> dict[tuple[str, str], MomentKind]:
    """The fields in which a calendar date can stand."""
    found = {(MEASURES, "taken"): MomentKind(), (WORSENINGS, "when"): MomentKind()}
    for scope in (CASE, *LIST_MODELS):
        for term in catalogue(scope).values():
            if term.attributes and isinstance(term.kind, MomentKind) and not term.name.startswith("person."):
                found[scope, term.name] = term.kind
    return found


_MOMENTS: Final = _moments()


def mask_type(kind: Kind) -> Any:
    """The narrowest type that holds the masks of a kind."""
    return np.min_scalar_type(kind.unknown)


def _gap(when: Spans, anchor: Any) -> Spans:
    return when[0] - anchor[1], when[1] - anchor[0]
