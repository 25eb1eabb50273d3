"""What the course asks to be looked at: no gain at mid-course, deterioration, early warnings, drift, what is due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pydantic import Field

from ipt_formulate.case.choices import Instrument
from ipt_formulate.course.definitions import Definition, DefinitionKind, Definitions
from ipt_formulate.course.entries import SessionEntry
from ipt_formulate.course.record import CourseRecord
from ipt_formulate.course.scores import ChangeClass, Point, Series
from ipt_formulate.formulation.part import Part
from ipt_formulate.formulation.wording import listed
from ipt_formulate.rulebase.parameters import Parameter
from ipt_formulate.vocabulary import Phase, Truth


class NoticeKind(StrEnum):
    """What a notice is about."""

    DETERIORATION = "deterioration"
    EARLY_WARNING = "early_warning"
    NO_GAIN = "no_gain"
    DRIFT = "drift"
    AGREEMENT_DUE = "agreement_due"
    MEASURE_DUE = "measure_due"
    SAFETY_DUE = "safety_due"
    ENDING_NEAR = "ending_near"


class Notice(Part):
    """Something to look at. It asks for a look and decides nothing."""

    kind: NoticeKind
    verdict: str = Field(description="met, or unknown where the record does not settle it.")
    sentence: str
    basis: str = Field(description="source or assumption.")
    limits: tuple[str, ...] = ()


class PhaseSpan(Part):
    """A phase of the course, from its first to its last session."""

    phase: Phase
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a course stands, for the notices.

    Attributes:
        course: the record.
        definitions: the definitions and the numbers of the course.
        measures: each measure over the sessions.
        main: the measure that leads; None where none was given.
        agreed_in: the session of the offer that counts, where the client agreed.
        review: the session of the review at mid-course; None where the number of sessions is not known.
        phases: the phases of the plan.
        safety_asked: the session in which safety was last asked about.
    """

    course: CourseRecord
    definitions: Definitions
    measures: Sequence[Series]
    main: Series | None
    agreed_in: int | None
    review: int | None
    phases: Sequence[PhaseSpan]
    safety_asked: int | None
    due: Mapping[Instrument, Iterable[int]]

    @property
    def now(self) -> int:
        """The last session that was held."""
        return self.course.last_session


def notices(standing: Standing) -> tuple[Notice, ...]:
    """Every notice that is met or not settled; what asks for safety first."""
    found = [
        *_safety_due(standing),
        *_deterioration(standing),
        *_early_warnings(standing),
        *_no_gain(standing),
        *_drift(standing),
        *_agreement(standing),
        *_measures_due(standing),
        *_ending(standing),
    ]
    return tuple(found)


def _basis(*parameters: Parameter) -> str:
    return "assumption" if any(each.assumption for each in parameters) else "source"


def _safety_due(standing: Standing) -> Iterator[Notice]:
    after = standing.definitions.parameters["safety_again_after"]
    asked = standing.safety_asked
    if standing.now and (asked is None or standing.now - asked >= after.number()):
        last = "There is no record that they were asked" if asked is None else f"They were last asked {_in(asked)}"
        yield Notice(
            kind=NoticeKind.SAFETY_DUE,
            verdict=Truth.MET.word,
            sentence=f"The safety questions are due: {last[:1].lower()}{last[1:]}.",
            basis=_basis(after),
        )


def _deterioration(standing: Standing) -> Iterator[Notice]:
    for series in standing.measures:
        latest = series.latest
        definition = _definition(standing, series, DefinitionKind.DETERIORATION)
        verdict = latest.verdict(definition.id) if latest and definition else None
        if latest and definition and verdict in (Truth.MET.word, Truth.UNKNOWN.word):
            settled = (
                "deterioration," if verdict == Truth.MET.word else "whether there is deterioration is not settled:"
            )
            yield Notice(
                kind=NoticeKind.DETERIORATION,
                verdict=verdict,
                sentence=f"{series.title} {_in(latest.session)}: {settled} {definition.says}.",
                basis="assumption" if definition.assumption else "source",
                limits=definition.limits,
            )


def _definition(standing: Standing, series: Series, kind: DefinitionKind) -> Definition | None:
    return next((each for each in standing.definitions.of(series.instrument) if each.kind is kind), None)


def _early_warnings(standing: Standing) -> Iterator[Notice]:
    """The flag of the latest week that has come, at the latest session."""
    for series in standing.measures:
        flags = [each for each in standing.definitions.of(series.instrument) if each.from_week is not None]
        latest = series.latest
        reached = [each for each in flags if latest and latest.verdict(each.id) is not None]
        if latest is None or not reached:
            continue
        flag = max(reached, key=lambda each: each.from_week or 0)
        verdict = latest.verdict(flag.id)
        if verdict != Truth.NOT_MET.word:
            doubt = "" if verdict == Truth.MET.word else " is not settled, as items are missing"
            yield Notice(
                kind=NoticeKind.EARLY_WARNING,
                verdict=verdict or "",
                sentence=f"{series.title} {_in(latest.session)}: {flag.title}{doubt}: {flag.says}.",
                basis="assumption" if flag.assumption else "source",
                limits=(*flag.limits, standing.definitions.week_of_a_session),
            )


def _no_gain(standing: Standing) -> Iterator[Notice]:
    if standing.review is None or standing.now < standing.review:
        return
    near = standing.review - standing.definitions.number("measure_every")
    basis = _basis(standing.definitions.parameters["mid_course_percent"])
    series = standing.main
    points = (
        []
        if series is None
        else [
            each
            for each in series.points
            if each.given and near < each.session <= standing.review and each.session != series.start
        ]
    )
    if series is None or not points:
        what = f"Whether there was a gain by mid-course (session {standing.review}) is not known: no measure was given near it."
        yield Notice(kind=NoticeKind.NO_GAIN, verdict=Truth.UNKNOWN.word, sentence=what, basis=basis)
        return
    gain, measure = (
        gain_of(series, points[-1]),
        "a reliable improvement" if series.change_is_defined else "any lower total than at the start",
    )
    if gain is not Truth.MET:
        told = (
            f"no gain by mid-course on the {series.title}"
            if gain is Truth.NOT_MET
            else f"whether there was a gain by mid-course on the {series.title} is not settled"
        )
        what = f"{told[:1].upper()}{told[1:]} ({_in(points[-1].session)}); a gain is {measure}."
        verdict = Truth.MET if gain is Truth.NOT_MET else Truth.UNKNOWN
        yield Notice(kind=NoticeKind.NO_GAIN, verdict=verdict.word, sentence=what, basis=basis)


def gain_of(series: Series, point: Point) -> Truth:
    """Whether a point is a gain: a reliable improvement; without a definition of that, any better total than at the start."""
    if series.change_is_defined:
        if point.change is ChangeClass.UNKNOWN:
            return Truth.UNKNOWN
        return Truth.MET if point.change is ChangeClass.RELIABLE_IMPROVEMENT else Truth.NOT_MET
    start = series.start_point
    if start is None:
        return Truth.UNKNOWN
    before, after = (start.low, start.high), (point.low, point.high)
    if series.higher_is == "better":
        before, after = (-start.high, -start.low), (-point.high, -point.low)
    if after[1] < before[0]:
        return Truth.MET
    return Truth.NOT_MET if after[0] >= before[1] else Truth.UNKNOWN


def _drift(standing: Standing) -> Iterator[Notice]:
    """The last sessions of work on the focus: after it was agreed, and before the ending where the plan tells."""
    if standing.agreed_in is None:
        return
    number = standing.definitions.parameters["drift_sessions"]
    last = [each for each in sorted(standing.course.log, key=lambda each: each.session) if _of_work(standing, each)]
    last = last[-number.number() :]
    if len(last) < number.number() or any(each.on_focus for each in last):
        return
    told = all(each.on_focus is False for each in last)
    sessions = f"sessions {listed([str(each.session) for each in last])}"
    if len(last) == 1:
        sessions = f"session {last[0].session}"
    sentence = (
        f"There was no work on the agreed focus in {sessions}."
        if told
        else f"Whether there was work on the agreed focus in {sessions} is not recorded."
    )
    verdict = Truth.MET if told else Truth.UNKNOWN
    yield Notice(kind=NoticeKind.DRIFT, verdict=verdict.word, sentence=sentence, basis=_basis(number))


def _of_work(standing: Standing, entry: SessionEntry) -> bool:
    if entry.attended is False or entry.session <= (standing.agreed_in or 0):
        return False
    middle = [each for each in standing.phases if each.phase is Phase.MIDDLE]
    return not middle or any(each.first <= entry.session <= each.last for each in middle)


def _agreement(standing: Standing) -> Iterator[Notice]:
    by = standing.definitions.parameters["agreed_by"]
    early = (by.bounds() or (by.number(), by.number()))[0]
    if standing.agreed_in is None and standing.now >= early:
        usual = f"session {early}" if early == by.number() else f"session {early} or {by.number()}"
        sentence = f"No agreement to a focus is recorded; it is usual by {usual}."
        yield Notice(kind=NoticeKind.AGREEMENT_DUE, verdict=Truth.MET.word, sentence=sentence, basis=_basis(by))


def _measures_due(standing: Standing) -> Iterator[Notice]:
    every = standing.definitions.parameters["measure_every"]
    due = measures_due(standing)
    if due:
        told = listed([f"{title} (due at session {session})" for title, session in due])
        verb = "is" if len(due) == 1 else "are"
        yield Notice(
            kind=NoticeKind.MEASURE_DUE,
            verdict=Truth.MET.word,
            sentence=f"{told} {verb} not given.",
            basis=_basis(every),
        )


def measures_due(standing: Standing) -> list[tuple[str, int]]:
    """The measures that were last due and were given neither then nor later, each with the session."""
    found = []
    for series in standing.measures:
        due = [each for each in standing.due.get(series.instrument, ()) if each <= standing.now]
        given = [each.session for each in series.points if each.given]
        if due and max(given, default=-1) < max(due):
            found.append((series.title, max(due)))
    return found


def _ending(standing: Standing) -> Iterator[Notice]:
    within = standing.definitions.parameters["ending_within"]
    sessions = standing.course.sessions
    if sessions is not None and 0 < sessions - standing.now <= within.number():
        left = sessions - standing.now
        sentence = f"{_MANY[left] if left < len(_MANY) else left} session{'' if left == 1 else 's'} {'is' if left == 1 else 'are'} left: the ending is near."
        yield Notice(kind=NoticeKind.ENDING_NEAR, verdict=Truth.MET.word, sentence=sentence, basis=_basis(within))


_MANY: Final = ("No", "One", "Two", "Three", "Four")


def _in(session: int) -> str:
    return f"in session {session}" if session else "at the assessment"
