"""What the totals of one measure say over the sessions, by each definition, as far as the totals are known.

A total can be a range, and a measure that was not given can have any total. A definition is *met* where it
holds for every total that is possible, *not met* where it holds for none, and *unknown* otherwise. So to learn
a total more closely settles what was unknown, and never turns met into not met; and what is unknown never
counts as improvement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from pydantic import Field

from ipt_formulate.case.choices import Instrument
from ipt_formulate.case.measures import TOTAL_RANGE
from ipt_formulate.course.definitions import Definition, DefinitionKind, Definitions
from ipt_formulate.formulation.part import Part
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.vocabulary import Truth

Span: TypeAlias = tuple[int, int]
"""Lowest and highest total that is possible."""
ASSESSMENT: Final = 0
"""The number that stands for the assessment, before the first session."""


class ChangeClass(StrEnum):
    """How a total stands to the start. Exactly one holds."""

    DETERIORATION = "deterioration"
    NO_RELIABLE_CHANGE = "no_reliable_change"
    RELIABLE_IMPROVEMENT = "reliable_improvement"
    UNKNOWN = "unknown"


class Verdict(Part):
    """What one definition says of one session."""

    definition: str = Field(description="The id of the definition.")
    verdict: str = Field(description="met, not_met or unknown.")


class Point(Part):
    """One measure at one session. Where it was not given, every total is possible."""

    session: int = Field(description="The session; 0 is the assessment before it.")
    given: bool
    low: int
    high: int
    verdicts: tuple[Verdict, ...] = Field(description="One for each definition that is looked at here.")
    change: ChangeClass = Field(description="Against the start, by the definitions of reliable change.")

    @property
    def known(self) -> bool:
        """Whether the total is one number."""
        return self.given and self.low == self.high

    def verdict(self, definition: str) -> str | None:
        """The verdict by a definition; None where it is not looked at here."""
        return next((each.verdict for each in self.verdicts if each.definition == definition), None)


class Level(Part):
    """The highest total by which a definition can be met, for the chart."""

    definition: str
    title: str
    total: float


class Series(Part):
    """One measure over the sessions."""

    instrument: Instrument
    title: str
    higher_is: str
    lowest: int
    highest: int
    start: int | None = Field(description="The session that stands for the start; None where none was given early.")
    points: tuple[Point, ...]
    levels: tuple[Level, ...] = Field(description="The totals of response and remission, where they are known.")
    change_is_defined: bool = Field(description="Whether a definition of reliable change is known for this measure.")

    @property
    def latest(self) -> Point | None:
        """The last point that was given after the start; None where there is none."""
        return max(
            (each for each in self.points if each.given and each.session != self.start),
            key=lambda each: each.session,
            default=None,
        )

    @property
    def start_point(self) -> Point | None:
        """The point of the start; None where none stands for it."""
        return next((each for each in self.points if each.session == self.start), None)


@dataclass(frozen=True, slots=True)
class Compared:
    """A total of a session beside that of the start.

    Attributes:
        start: the totals possible at the start.
        now: those possible at the session.
        same: whether the session is the start itself.
        higher_is_better: whether a higher total is better.
        week: the week of the session.
    """

    start: Span
    now: Span
    same: bool = False
    higher_is_better: bool = False
    week: int = 1


def truth_of(definition: Definition, compared: Compared) -> Truth:
    """Whether a definition holds for all, none or some of the totals that are possible.

    Examples:
        >>> from ipt_formulate.course.definitions import shipped_definitions
        >>> response = shipped_definitions().of(Instrument.PHQ9)[0]
        >>> truth_of(response, Compared(start=(20, 20), now=(9, 12))).word
        'unknown'
    """
    start, now = compared.start, compared.now
    if compared.higher_is_better:
        start, now = (-start[1], -start[0]), (-now[1], -now[0])
    # Each part holds the more, the worse the start and the better the session (for what is worse, the other way
    # round), so the two corners of what is possible decide.
    least, most = (start[0], now[1]), (start[1], now[0])
    if not definition.kind.of_improvement:
        least, most = (start[1], now[0]), (start[0], now[1])
    if not _holds(definition, *most, compared):
        return Truth.NOT_MET
    return Truth.MET if _holds(definition, *least, compared) else Truth.UNKNOWN


def _holds(definition: Definition, start: int, now: int, compared: Compared) -> bool:
    """Whether it holds for one total at the start and one now, lower being better."""
    if compared.same and definition.compares_with_start:
        return False
    percent = definition.better_by_percent
    return (
        (definition.at_most is None or now <= definition.at_most)
        and (definition.at_least is None or now >= definition.at_least)
        and (definition.better_by is None or start - now >= definition.better_by)
        and (definition.worse_by is None or now - start >= definition.worse_by)
        and (percent is None or (start > 0 and 100 * (start - now) >= percent * start))
        and (definition.from_week is None or compared.week >= definition.from_week)
    )


def change_class(improvement: Truth | None, deterioration: Truth | None) -> ChangeClass:
    """The one class of change, from the verdicts of the two definitions; None where a definition is missing.

    Examples:
        >>> change_class(Truth.NOT_MET, Truth.UNKNOWN).value
        'unknown'
    """
    if improvement is Truth.MET:
        return ChangeClass.RELIABLE_IMPROVEMENT
    if deterioration is Truth.MET:
        return ChangeClass.DETERIORATION
    if improvement is Truth.NOT_MET and deterioration is Truth.NOT_MET:
        return ChangeClass.NO_RELIABLE_CHANGE
    return ChangeClass.UNKNOWN


def series(
    instrument: Instrument,
    given: Mapping[int, Span],
    definitions: Definitions,
    *,
    due: Iterable[int] = (),
    weeks: Mapping[int, int] | None = None,
) -> Series:
    """One measure over the sessions.

    Args:
        instrument: the measure.
        given: by session the lowest and highest total that the record leaves possible; 0 is the assessment.
        definitions: the definitions to use.
        due: sessions at which it was due; where it was not given then, the point says so.
        weeks: the week of each session; the number of the session where it is not told.

    Returns:
        A point for every session at which it was given or due. The start is the first measure of the initial phase,
        or that of the assessment where the initial phase has none (else the assessment is left out); without either,
        any total may have been the start.

    Examples:
        >>> from ipt_formulate.course.definitions import shipped_definitions
        >>> found = series(Instrument.PHQ9, {1: (20, 20), 8: (9, 9)}, shipped_definitions(), due=[1, 4, 8])
        >>> [(each.session, each.given, each.change.value) for each in found.points]
        [(1, True, 'no_reliable_change'), (4, False, 'unknown'), (8, True, 'reliable_improvement')]
    """
    whole = TOTAL_RANGE[instrument]
    start = _start(given, definitions.number("start_by_session"))
    if start != ASSESSMENT:
        given = {session: span for session, span in given.items() if session != ASSESSMENT}
    text = shipped_rulebase().instruments[instrument]
    kinds = {each.kind for each in definitions.of(instrument)}
    points = []
    for session in sorted({*given, *due}):
        compared = Compared(
            start=given[start] if start is not None else whole,
            now=given.get(session, whole),
            same=session == start,
            higher_is_better=text.higher_is == "better",
            week=(weeks or {}).get(session, session),
        )
        points.append(_point(session, session in given, compared, definitions.of(instrument)))
    return Series(
        instrument=instrument,
        title=text.title,
        higher_is=text.higher_is,
        lowest=whole[0],
        highest=whole[1],
        start=start,
        points=tuple(points),
        levels=tuple(_levels(definitions.of(instrument), given.get(start) if start is not None else None)),
        change_is_defined={DefinitionKind.RELIABLE_IMPROVEMENT, DefinitionKind.DETERIORATION} <= kinds,
    )


def _levels(definitions: Iterable[Definition], start: Span | None) -> Iterator[Level]:
    """The level of the first definition of response and of remission that has a single one."""
    done: set[DefinitionKind] = set()
    for each in definitions:
        if each.kind not in (DefinitionKind.RESPONSE, DefinitionKind.REMISSION) or each.kind in done:
            continue
        if each.at_most is not None and each.better_by_percent is None:
            done.add(each.kind)
            yield Level(definition=each.id, title=each.kind.value, total=each.at_most)
        elif each.better_by_percent is not None and each.at_most is None and start and start[0] == start[1] > 0:
            done.add(each.kind)
            total = start[0] * (100 - each.better_by_percent) / 100
            yield Level(definition=each.id, title=each.kind.value, total=total)


def _start(given: Mapping[int, Span], latest: int) -> int | None:
    early = [each for each in given if ASSESSMENT < each <= latest]
    return min(early) if early else (ASSESSMENT if ASSESSMENT in given else None)


def _point(session: int, given: bool, compared: Compared, definitions: Iterable[Definition]) -> Point:
    verdicts = {each: truth_of(each, compared) for each in definitions}
    by_kind = {each.kind: verdict for each, verdict in verdicts.items()}
    looked_at = (each for each in verdicts if each.from_week is None or compared.week >= each.from_week)
    return Point(
        session=session,
        given=given,
        low=compared.now[0],
        high=compared.now[1],
        verdicts=tuple(Verdict(definition=each.id, verdict=verdicts[each].word) for each in looked_at),
        change=change_class(
            by_kind.get(DefinitionKind.RELIABLE_IMPROVEMENT), by_kind.get(DefinitionKind.DETERIORATION)
        ),
    )
