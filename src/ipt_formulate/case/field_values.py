"""From the recorded fields of one record to sets of possible values, term by term."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import Any, TypeAlias, TypeVar

from ipt_formulate.case.choices import Basis
from ipt_formulate.case.fields import EITHER, NO, YES, Kind, MomentKind
from ipt_formulate.case.happenings import Judgement
from ipt_formulate.case.memo import Memo
from ipt_formulate.case.moments import EARLIEST, LATEST, Moment, Span
from ipt_formulate.case.record import Record
from ipt_formulate.case.terms import Term, recorded
from ipt_formulate.case.values import ASKED_UNKNOWN, AskedUnknown, OneOf

T = TypeVar("T")
Values: TypeAlias = dict[str, Any]
"""By term: a bit mask, a pair of bounds, or several pairs of which one must fit."""


class FieldValues:
    """Lowers the fields of the records of one case.

    Attributes:
        assessed_on: the day of the assessment, from which calendar dates are counted.
        memo: what was lowered before; None where nothing is kept.
        contradictions: places where what was recorded disagrees with itself, in words.
        faults: what makes the case unusable; the fields add to it where a date cannot be counted.
    """

    def __init__(self, assessed_on: datetime.date | None, memo: Memo | None = None) -> None:
        self.assessed_on: datetime.date | None = assessed_on
        self.memo: Memo | None = memo
        self.contradictions: list[str] = []
        self.faults: list[str] = []

    def record(self, record: Any, prefix: str, values: Values, asked: set[str]) -> None:
        """Add a record's values by term, and the terms that were asked and not known."""
        if self.memo is None:
            model: type[Record] = type(record)
            self._lower(record, recorded(model, prefix), values, asked)
            return
        found, unknown = self.once((prefix, id(record)), record, lambda: self._by_parts(record, prefix))
        values |= found
        asked |= unknown

    def _by_parts(self, record: Any, prefix: str) -> tuple[Values, set[str]]:
        """A record's values and what was asked and not known, put together from those of its parts."""
        values: Values = {}
        asked: set[str] = set()

        def lower(terms: Iterable[Term]) -> tuple[Values, set[str]]:
            fresh: Values = {}
            unknown: set[str] = set()
            self._lower(record, terms, fresh, unknown)
            return fresh, unknown

        model: type[Record] = type(record)
        for name, terms in _by_part(model, prefix):
            part = getattr(record, name) if name else record
            found, unknown = self.once((prefix, name, id(part)), part, partial(lower, terms))
            values |= found
            asked |= unknown
        return values, asked

    def once(self, key: tuple[Any, ...], source: Any, work: Callable[[], T]) -> T:
        """The result of some work: kept, if there is a memo, with what the work complained of."""
        return work() if self.memo is None else self.memo.once(key, source, work, (self.contradictions, self.faults))

    def _lower(self, record: Any, terms: Iterable[Term], values: Values, asked: set[str]) -> None:
        for term in terms:
            value = record
            for attribute in term.attributes:
                value = getattr(value, attribute) if value is not None else None
            if term.judgement:
                values[term.name] = _judged(value, inferred=term.name.endswith(".inferred"))
            elif value is None or value == ASKED_UNKNOWN:
                values[term.name] = term.kind.unknown
                if value == ASKED_UNKNOWN:
                    asked.add(term.name)
            else:
                values[term.name] = self._known(term.kind, value, term.name)

    def _known(self, kind: Kind, value: Any, name: str) -> Any:
        try:
            lowered = kind.lower(value, self.assessed_on)
        except ValueError:
            self.faults.append(
                f"@assessment.date: is needed, because {name} is given as a calendar date; add it, or give a duration such as 3mo"
            )
            return kind.unknown
        if isinstance(value, Moment) and value.dates is not None:
            low, high = value.before(self.assessed_on)
            if low < LATEST or high > EARLIEST:
                self.faults.append(
                    f"@assessment.date: lies too far from {name}; times lie within 120 years before and 10 years after the assessment"
                )
                return kind.unknown
        return lowered

    def time(self, told: Moment | AskedUnknown | None, name: str) -> Span:
        """When something happened; any time where it is not known."""
        kind = MomentKind()
        span: Span = self._known(kind, told, name) if isinstance(told, Moment) else kind.unknown
        return span


@cache
def _by_part(model: type[Record], prefix: str) -> tuple[tuple[str, tuple[Term, ...]], ...]:
    """The terms of a record by the part that holds them; those of its own fields come under an empty name."""
    parts: dict[str, list[Term]] = {}
    for term in recorded(model, prefix):
        parts.setdefault(term.attributes[0] if len(term.attributes) > 1 else "", []).append(term)
    return tuple((name, tuple(terms)) for name, terms in parts.items())


def _judged(judgement: Judgement, *, inferred: bool) -> int:
    if not isinstance(judgement.answer, bool):
        return EITHER
    bases = judgement.basis if isinstance(judgement.basis, OneOf) else {judgement.basis}
    told = inferred or not bases & {None, ASKED_UNKNOWN, Basis.INFERENCE}
    return (YES if judgement.answer else NO) if told else EITHER
