"""What holds of every course: progress is exact over what is possible, learning only settles, unknown never improves."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_formulate.case.choices import Instrument
from ipt_formulate.case.measures import TOTAL_RANGE
from ipt_formulate.course.definitions import Definition, DefinitionKind, shipped_definitions
from ipt_formulate.course.files import parse_course
from ipt_formulate.course.notices import NoticeKind, gain_of
from ipt_formulate.course.progress import progress
from ipt_formulate.course.results import Progress
from ipt_formulate.course.scores import ChangeClass, Compared, Point, Span, series, truth_of
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.vocabulary import Truth

DEFINITIONS = shipped_definitions()
DEFINED = sorted({each.instrument for each in DEFINITIONS.all})
CHANGE_DEFINED = [Instrument.PHQ9, Instrument.RDAS]


def spans(instrument: Instrument) -> st.SearchStrategy[Span]:
    low, high = TOTAL_RANGE[instrument]
    pair = st.tuples(st.integers(low, high), st.integers(low, high))
    return st.one_of(
        st.integers(low, high).map(lambda each: (each, each)), pair.map(lambda each: (min(each), max(each)))
    )


def within(span: Span) -> st.SearchStrategy[Span]:
    pair = st.tuples(st.integers(*span), st.integers(*span))
    return pair.map(lambda each: (min(each), max(each)))


def is_better_high(instrument: Instrument) -> bool:
    return shipped_rulebase().instruments[instrument].higher_is == "better"


def holds(each: Definition, start: int, now: int, week: int, *, same: bool) -> bool:
    """The definition as a clinician would work it out for two totals, told apart from the code under test."""
    gained = (now - start) if is_better_high(each.instrument) else (start - now)
    tests = [
        each.at_most is None or now <= each.at_most,
        each.at_least is None or now >= each.at_least,
        each.better_by is None or (gained >= each.better_by and not same),
        each.worse_by is None or (-gained >= each.worse_by and not same),
        each.better_by_percent is None or (start > 0 and gained / start >= each.better_by_percent / 100 and not same),
        each.from_week is None or week >= each.from_week,
    ]
    return all(tests)


@given(st.data())
@settings(max_examples=150)
def test_a_verdict_is_what_every_possible_pair_of_totals_says(data: st.DataObject) -> None:
    definition = data.draw(st.sampled_from(DEFINITIONS.all))
    start, now = data.draw(spans(definition.instrument)), data.draw(spans(definition.instrument))
    week, same = data.draw(st.integers(1, 20)), data.draw(st.booleans())
    if same:
        now = start
    pairs = (
        [(each, each) for each in range(start[0], start[1] + 1)]
        if same
        else product(range(start[0], start[1] + 1), range(now[0], now[1] + 1))
    )
    said = {holds(definition, one, other, week, same=same) for one, other in pairs}
    expected = Truth.UNKNOWN if len(said) == 2 else (Truth.MET if said == {True} else Truth.NOT_MET)
    compared = Compared(start, now, same, is_better_high(definition.instrument), week)
    assert truth_of(definition, compared) is expected


@given(st.data())
def test_the_classes_of_change_are_exhaustive_and_exclusive(data: st.DataObject) -> None:
    instrument = data.draw(st.sampled_from(CHANGE_DEFINED))
    low, high = TOTAL_RANGE[instrument]
    start, now = data.draw(st.integers(low, high)), data.draw(st.integers(low, high))
    found = series(instrument, {1: (start, start), 8: (now, now)}, DEFINITIONS).points[-1]
    gained = (now - start) if is_better_high(instrument) else (start - now)
    points = {each.kind: each.better_by or each.worse_by for each in DEFINITIONS.of(instrument)}
    improved = gained >= (points[DefinitionKind.RELIABLE_IMPROVEMENT] or 0)
    worse = -gained >= (points[DefinitionKind.DETERIORATION] or 0)
    classes = {
        ChangeClass.RELIABLE_IMPROVEMENT: improved,
        ChangeClass.DETERIORATION: worse,
        ChangeClass.NO_RELIABLE_CHANGE: not improved and not worse,
    }
    assert [each for each, holds in classes.items() if holds] == [found.change]


def one_class_each(point: Point) -> None:
    assert isinstance(point.change, ChangeClass)
    assert {each.verdict for each in point.verdicts} <= {"met", "not_met", "unknown"}
    assert len({each.definition for each in point.verdicts}) == len(point.verdicts)


@given(st.data())
@settings(max_examples=150)
def test_a_range_that_is_refined_settles_and_never_contradicts(data: st.DataObject) -> None:
    instrument = data.draw(st.sampled_from(DEFINED))
    sessions = data.draw(st.sets(st.integers(0, 16), min_size=1, max_size=6))
    before = {each: data.draw(spans(instrument)) for each in sorted(sessions)}
    after = {each: data.draw(within(span)) for each, span in before.items()}
    due = data.draw(st.sets(st.integers(1, 16), max_size=4))
    earlier = series(instrument, before, DEFINITIONS, due=due)
    later = series(instrument, after, DEFINITIONS, due=due)
    assert earlier.start == later.start
    for one, other in zip(earlier.points, later.points, strict=True):
        one_class_each(one)
        assert one.session == other.session
        assert [each.definition for each in one.verdicts] == [each.definition for each in other.verdicts]
        for said, settled in zip(one.verdicts, other.verdicts, strict=True):
            assert said.verdict in ("unknown", settled.verdict)
        assert one.change in (ChangeClass.UNKNOWN, other.change)
        assert gain_of(earlier, one) in (Truth.UNKNOWN, gain_of(later, other)) or not one.given


@given(st.data())
def test_a_measure_that_is_given_after_the_initial_phase_contradicts_nothing_that_was_said(data: st.DataObject) -> None:
    instrument = data.draw(st.sampled_from(DEFINED))
    given_early = {each: data.draw(spans(instrument)) for each in data.draw(st.sets(st.integers(0, 3), max_size=3))}
    late = data.draw(st.integers(DEFINITIONS.number("start_by_session") + 1, 16))
    before = series(instrument, given_early, DEFINITIONS, due=[1, late])
    after = series(instrument, {**given_early, late: data.draw(spans(instrument))}, DEFINITIONS, due=[1, late])
    for one, other in zip(before.points, after.points, strict=True):
        for said, settled in zip(one.verdicts, other.verdicts, strict=True):
            assert said.verdict in ("unknown", settled.verdict)


@given(st.data())
def test_what_is_not_given_never_counts_as_improvement(data: st.DataObject) -> None:
    instrument = data.draw(st.sampled_from(sorted(Instrument)))
    known = {each: data.draw(spans(instrument)) for each in data.draw(st.sets(st.integers(0, 12), max_size=4))}
    missed = data.draw(st.sets(st.integers(1, 16), min_size=1, max_size=6)) - set(known)
    found = series(instrument, known, DEFINITIONS, due=missed)
    improvements = {each.id for each in DEFINITIONS.all if each.kind.of_improvement}
    for point in found.points:
        if not point.given:
            assert point.session in missed
            assert point.change in (ChangeClass.UNKNOWN, ChangeClass.NO_RELIABLE_CHANGE)
            assert not any(each.verdict == "met" for each in point.verdicts if each.definition in improvements)
    widest = dict.fromkeys(known, TOTAL_RANGE[instrument])
    for point in series(instrument, widest, DEFINITIONS, due=missed).points:
        assert point.change is not ChangeClass.RELIABLE_IMPROVEMENT
        assert not any(each.verdict == "met" for each in point.verdicts if each.definition in improvements)


TOTALS = st.one_of(
    st.none(),
    st.integers(0, 27),
    st.tuples(st.integers(0, 27), st.integers(0, 27)).map(lambda each: (min(each), max(each))),
)


@st.composite
def logs(draw: st.DrawFn) -> list[dict[str, object]]:
    entries: list[dict[str, object]] = []
    for session in sorted(draw(st.sets(st.integers(1, 16), max_size=8))):
        entry: dict[str, object] = {"session": session, "attended": draw(st.sampled_from([None, True]))}
        total = draw(TOTALS)
        if draw(st.booleans()):
            written = {"at_least": total[0], "at_most": total[1]} if isinstance(total, tuple) else total
            entry["measures"] = [{"instrument": "phq9", "total": written}]
        entry["on_focus"] = draw(st.sampled_from([None, True, False]))
        entries.append(entry)
    return entries


def course_of(log: list[dict[str, object]]) -> Progress:
    offers = [{"session": 3, "answer": "agreed"}]
    return progress(parse_course({"course": 1, "sessions": 16, "offers": offers, "log": log}))


@given(logs(), st.data())
@settings(max_examples=25)
def test_answers_that_are_filled_in_never_take_back_a_notice_that_was_met(
    log: list[dict[str, object]], data: st.DataObject
) -> None:
    filled = []
    for entry in log:
        measures = entry.get("measures")
        if isinstance(measures, list):
            told = measures[0]["total"]
            span = (told["at_least"], told["at_most"]) if isinstance(told, dict) else (told, told)
            total = data.draw(st.integers(*span)) if told is not None else data.draw(st.integers(0, 27))
            entry = {**entry, "measures": [{"instrument": "phq9", "total": total}]}
        if entry["on_focus"] is None:
            entry = {**entry, "on_focus": data.draw(st.booleans())}
        filled.append(entry)
    before = {each.kind: each.verdict for each in course_of(log).notices}
    after = {each.kind: each.verdict for each in course_of(filled).notices}
    for kind in NoticeKind:
        if before.get(kind) == "met":
            assert after.get(kind) == "met"
        if kind not in before:
            assert kind not in after
