"""The progress of a course as text: safety first, then what to look at, the measures by definition, and the rest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ipt_formulate.course.caseload import Caseload, Row
from ipt_formulate.course.circles import Move
from ipt_formulate.course.definitions import DefinitionKind
from ipt_formulate.course.notices import NoticeKind
from ipt_formulate.course.results import FocusOutcome, Progress, Week
from ipt_formulate.course.safety import CourseSafety
from ipt_formulate.course.scores import ASSESSMENT, ChangeClass, Point, Series
from ipt_formulate.formulation.wording import capital, listed
from ipt_formulate.report.section import BASIS, Line, Section

_CHANGE: Final = {
    ChangeClass.DETERIORATION: "deterioration",
    ChangeClass.NO_RELIABLE_CHANGE: "no reliable change",
    ChangeClass.RELIABLE_IMPROVEMENT: "reliable improvement",
    ChangeClass.UNKNOWN: "not known",
}
_ASSUMED: Final = " [in part an assumption]"
_VERDICT: Final = {"met": "met", "not_met": "not met", "unknown": "not known"}


def progress_sections(progress: Progress) -> tuple[Section, ...]:
    """The report section by section, safety always first.

    Examples:
        >>> from ipt_formulate.course.files import parse_course
        >>> from ipt_formulate.course.progress import progress
        >>> [each.title for each in progress_sections(progress(parse_course({"course": 1})))][:2]
        ['Safety', 'The course']
    """
    return (
        _safety(progress.safety),
        Section("The course", tuple(_course(progress))),
        Section("To look at", tuple(_notices(progress)) or ((0, "", "Nothing by the numbers that are used below."),)),
        *_measures(progress),
        Section("Interpersonal outcome of each focus", tuple(_outcomes(progress))),
        Section("Mood beside the week's events", tuple(_weeks(progress.weeks)) or ((0, "", "No session is logged."),)),
        Section("Closeness circle", tuple(_circles(progress))),
        Section("Definitions used", tuple(_definitions(progress))),
    )


def _safety(safety: CourseSafety) -> Section:
    lines: list[Line] = []
    for each in safety.flags:
        flag = each.flag
        when = listed([_session(session) for session in each.sessions])
        lines.append((0, "!", f"{flag.flag} ({flag.urgency.replace('_', ' ')}; raised {when}) [{flag.rule}]"))
        lines += [(1, "-", action) for action in flag.actions]
    if not safety.case_is_read:
        lines.append((0, "!", "The case was not read, so its red flags are not seen here."))
    if safety.not_yet_asked:
        lines.append((0, "", f"Not known, ask: {'; '.join(safety.not_yet_asked)}."))
    last = "not recorded" if safety.last_asked is None else _session(safety.last_asked)
    lines.append((0, "", f"Safety questions last asked: {last}."))
    if not safety.flags:
        lines.append((0, "", "No red flag is met by what is recorded. That never means that there is no risk."))
    return Section("Safety", tuple(lines), urgent=bool(safety.flags))


def _session(session: int) -> str:
    return f"in session {session}" if session != ASSESSMENT else "at the assessment"


def _course(progress: Progress) -> Iterator[Line]:
    of = f" of {progress.sessions}" if progress.sessions else ""
    yield (0, "", f"Session {progress.last_session}{of}." if progress.last_session else f"No session{of} is logged.")
    if not progress.sessions:
        yield (0, "", "How many sessions were agreed is not recorded.")
    agreed = f"agreed {_session(progress.agreed_in)}" if progress.agreed_in else "no agreement is recorded"
    yield (0, "", f"Focus: {agreed}.")
    for series in progress.measures:
        if series.instrument == progress.main:
            when = f" {_session(progress.change_at)}" if progress.change_at is not None else ""
            yield (0, "", f"Change on the {series.title}, the leading measure{when}: {_CHANGE[progress.change]}.")
            kinds = (DefinitionKind.RELIABLE_IMPROVEMENT, DefinitionKind.DETERIORATION)
            used = [each for each in progress.definitions if each.instrument == progress.main and each.kind in kinds]
            yield from ((1, "-", f"{_said(progress, each.id)}") for each in used)
            if not used:
                yield (1, "-", "No source that was read defines a reliable change on this measure.")
    if progress.main is None:
        yield (0, "", "Change: not known, as no leading measure was given.")


def _notices(progress: Progress) -> Iterator[Line]:
    urgent = (NoticeKind.SAFETY_DUE, NoticeKind.DETERIORATION)
    for each in progress.notices:
        basis = "" if each.basis == "source" else ", in part an assumption"
        yield (
            0,
            "!" if each.kind in urgent and each.verdict == "met" else "-",
            f"{each.sentence} [{each.kind.replace('_', ' ')}{basis}]",
        )
        yield from ((1, "", limit) for limit in each.limits)
        if each.kind is NoticeKind.NO_GAIN and each.verdict == "met":
            yield from ((1, "-", f"{option.do}{_ASSUMED * option.assumption}") for option in progress.if_no_gain)


def _measures(progress: Progress) -> Iterator[Section]:
    for series in progress.measures:
        lines: list[Line] = []
        latest = series.latest or series.start_point
        for point in series.points:
            lines.append((0, "", f"{capital(_session(point.session))}: {_total(point)}{_changed(series, point)}."))
            told = [each for each in point.verdicts if point is latest or (point.given and each.verdict != "not_met")]
            lines += [(1, "-", f"{_said(progress, each.definition)}: {_VERDICT[each.verdict]}") for each in told]
        if not any(each.instrument == series.instrument for each in progress.definitions):
            lines.append((0, "", "No source that was read defines response, remission or change on this measure."))
        scale = (
            f"{series.lowest} to {series.highest}, {'higher' if series.higher_is == 'better' else 'lower'} is better"
        )
        yield Section(f"{series.title} ({scale})", tuple(lines))


def _said(progress: Progress, definition: str) -> str:
    """A definition by its name and its test."""
    found = next(each for each in progress.definitions if each.id == definition)
    return f"{found.title} ({found.says}{BASIS[found.basis == 'assumption']})"


def _total(point: Point) -> str:
    if not point.given:
        return "not given"
    return str(point.low) if point.low == point.high else f"{point.low} to {point.high}, as items are missing"


def _changed(series: Series, point: Point) -> str:
    if point.session == series.start:
        return ", the start"
    return f"; against the start: {_CHANGE[point.change]}" if point.given and series.change_is_defined else ""


def _outcomes(progress: Progress) -> Iterator[Line]:
    for each in progress.outcomes:
        yield (0, "", f"{capital(each.area.replace('_', ' '))}, session {each.session}: {_rated(each, progress)}.")
    if not progress.outcomes:
        yield (0, "", "Not rated yet.")
    yield (0, "", f"{progress.outcome_basis} [in part an assumption]")


def _rated(outcome: FocusOutcome, progress: Progress) -> str:
    def words(rating: int | None) -> str:
        return "not rated" if rating is None else f"{rating}, {progress.outcome_points[rating]}"

    return f"client {words(outcome.client)}; therapist {words(outcome.therapist)}"


def _weeks(weeks: tuple[Week, ...]) -> Iterator[Line]:
    for week in weeks:
        mood = "mood not asked" if week.mood is None else f"mood {week.mood} of 10"
        if week.mood_change:
            mood += f" ({week.mood_change:+d})"
        event = f"; {week.event}" if week.event else ""
        with_whom = f", with: {week.event_with}" if week.event_with else ""
        missed = "; not attended" if week.attended is False else ""
        yield (0, "", f"Session {week.session}: {mood}{missed}{event}{with_whom}.")


def _circles(progress: Progress) -> Iterator[Line]:
    circles = progress.circles
    if not circles.drawn:
        yield (0, "", "Not drawn yet.")
    for circle in circles.drawn:
        session = f", session {circle.session}" if circle.session else ""
        told = ", ".join(f"{circles.names[person]} {ring}" for person, ring in circle.rings.items()) or "nobody placed"
        yield (0, "", f"{capital(circle.at)}{session}, by ring (1 is closest): {told}.")
    for each in circles.differences:
        for move in each.moves:
            if move.move is not Move.SAME:
                rings = f"ring {move.before or 'not known'} to {move.after or 'not known'}"
                yield (1, "-", f"{each.earlier} to {each.later}: {move.name}, {move.move.replace('_', ' ')}, {rings}")


def _definitions(progress: Progress) -> Iterator[Line]:
    for each in progress.definitions:
        yield (0, "-", f"{each.title}: {each.says}{BASIS[each.basis == 'assumption']}.")
        yield from ((1, "", words) for words in (*each.sources, *each.limits))
    for number in progress.numbers:
        basis = f" [assumption: {number.assumption}]" if number.assumption else ""
        yield (0, "-", f"{number.title}: {number.value}{basis}")
    yield (0, "", progress.intended_use)


def caseload_sections(caseload: Caseload) -> tuple[Section, ...]:
    """The caseload as text, those who ask for a look first.

    Examples:
        >>> caseload_sections(Caseload(rows=(), problems=()))[0].title
        'Caseload'
    """
    lines: list[Line] = [
        (0, "", "Where no red flag is met by what is recorded, that never means that there is no risk.")
    ]
    lines += [line for row in caseload.rows for line in _row(row)]
    return (Section("Caseload", tuple(lines)),)


def _row(row: Row) -> Iterator[Line]:
    asked = f"safety last asked {row.safety_last_asked}" if row.safety_last_asked else "no record that safety was asked"
    open_ = f"; not yet asked: {len(row.not_yet_asked)} topics" if row.not_yet_asked else ""
    yield (0, "!" if row.red_flags else "", f"{row.client}: {_flags(row)}; {asked}{open_}.")
    of = f"session {row.session} of {row.sessions or 'a number that is not recorded'}"
    agreed = f"agreed in session {row.agreed_in}" if row.agreed_in else "no agreement recorded"
    yield (1, "-", f"{capital(of)}; {agreed}; change: {_CHANGE[row.change]}.")
    yield from ((1, "-", each.sentence) for each in row.notices)


def _flags(row: Row) -> str:
    return f"red flags: {', '.join(row.red_flags)}" if row.red_flags else "no red flag met"
