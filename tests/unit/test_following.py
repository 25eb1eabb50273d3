"""Following courses: notices, safety, caseload, calendar and the commands."""

from __future__ import annotations

import builtins
import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from icalendar import Calendar

from ipt_formulate.case.choices import Instrument
from ipt_formulate.cli import main
from ipt_formulate.course import calendar
from ipt_formulate.course.caseload import caseload
from ipt_formulate.course.circles import Move
from ipt_formulate.course.definitions import DefinitionKind, load_definitions, shipped_definitions
from ipt_formulate.course.files import parse_course
from ipt_formulate.course.knowledge import shipped_course
from ipt_formulate.course.notices import NoticeKind
from ipt_formulate.course.progress import progress
from ipt_formulate.course.results import Progress
from ipt_formulate.errors import CourseError, EngineUnavailable, InputError, RuleBaseError
from ipt_formulate.report.progress import progress_sections
from ipt_formulate.resources import rules_directory

AGREED = [{"session": 3, "answer": "agreed", "area": "grief"}]


def phq9(session: int, total: object, **more: object) -> dict[str, Any]:
    return {"session": session, "measures": [{"instrument": "phq9", "total": total}], **more}


def stand(log: list[dict[str, Any]], **more: object) -> Progress:
    return progress(parse_course({"course": 1, "sessions": 16, "log": log, **more}))


def verdicts(found: Progress) -> dict[NoticeKind, str]:
    return {each.kind: each.verdict for each in found.notices}


def sentence(found: Progress, kind: NoticeKind) -> str:
    return next(each.sentence for each in found.notices if each.kind is kind)


def test_no_gain_is_told_from_the_review_on_and_not_before() -> None:
    assert NoticeKind.NO_GAIN not in verdicts(stand([phq9(1, 19), phq9(7, 19)]))
    assert verdicts(stand([phq9(1, 19), phq9(8, 15)]))[NoticeKind.NO_GAIN] == "met"
    assert NoticeKind.NO_GAIN not in verdicts(stand([phq9(1, 19), phq9(8, 13)]))


def test_a_measure_that_was_missed_near_mid_course_leaves_the_gain_open() -> None:
    found = stand([phq9(1, 19), phq9(3, 8), {"session": 9}])
    assert verdicts(found)[NoticeKind.NO_GAIN] == "unknown"
    assert "is not known" in sentence(found, NoticeKind.NO_GAIN)


def test_a_measure_without_a_definition_of_reliable_change_has_no_gain_where_it_is_not_lower_at_all() -> None:
    def hamd(session: int, total: int) -> dict[str, Any]:
        return {"session": session, "measures": [{"instrument": "hamd17", "total": total}]}

    assert verdicts(stand([hamd(1, 20), hamd(8, 20)]))[NoticeKind.NO_GAIN] == "met"
    assert NoticeKind.NO_GAIN not in verdicts(stand([hamd(1, 20), hamd(8, 19)]))


def test_the_early_warning_says_that_it_was_found_in_another_treatment() -> None:
    found = stand([phq9(1, 22), phq9(4, 17)])
    notice = next(each for each in found.notices if each.kind is NoticeKind.EARLY_WARNING)
    assert any("CBT" in each and "not in IPT" in each for each in notice.limits)
    assert NoticeKind.EARLY_WARNING not in verdicts(stand([phq9(1, 22), phq9(3, 17)]))


def test_the_week_of_a_session_is_counted_from_its_date() -> None:
    early = stand([phq9(1, 22, date="2026-01-05"), phq9(2, 17, date="2026-01-19")])
    late = stand([phq9(1, 22, date="2026-01-05"), phq9(2, 17, date="2026-01-26")])
    assert NoticeKind.EARLY_WARNING not in verdicts(early)
    assert verdicts(late)[NoticeKind.EARLY_WARNING] == "met"


def test_drift_needs_two_sessions_in_a_row_without_work_on_what_was_agreed() -> None:
    off = [{"session": each, "on_focus": False} for each in (4, 5)]
    assert verdicts(stand(off, offers=AGREED))[NoticeKind.DRIFT] == "met"
    assert NoticeKind.DRIFT not in verdicts(stand(off[:1], offers=AGREED))
    assert NoticeKind.DRIFT not in verdicts(stand([*off, {"session": 6, "on_focus": True}], offers=AGREED))
    assert NoticeKind.DRIFT not in verdicts(stand(off))
    assert verdicts(stand([off[0], {"session": 5}], offers=AGREED))[NoticeKind.DRIFT] == "unknown"


def test_a_missed_session_and_those_of_the_ending_are_no_drift() -> None:
    missed = [{"session": 4, "on_focus": False}, {"session": 5, "attended": False}]
    assert NoticeKind.DRIFT not in verdicts(stand(missed, offers=AGREED))
    ending = [{"session": each, "on_focus": False} for each in (14, 15, 16)]
    assert NoticeKind.DRIFT not in verdicts(stand(ending, offers=AGREED))


def test_a_later_refusal_takes_back_the_agreement() -> None:
    found = stand([{"session": 5}], offers=[*AGREED, {"session": 5, "answer": "refused"}])
    assert found.agreed_in is None
    assert verdicts(found)[NoticeKind.AGREEMENT_DUE] == "met"


def test_a_measure_that_was_due_and_is_not_given_is_shown_and_told() -> None:
    found = stand([phq9(1, 19), {"session": 5}])
    point = next(each for each in found.measures[0].points if each.session == 5)
    assert (point.given, point.change.value) == (False, "unknown")
    assert "PHQ-9 (due at session 5)" in sentence(found, NoticeKind.MEASURE_DUE)
    assert "PHQ-9" not in sentence(stand([phq9(1, 19), phq9(5, 18), {"session": 6}]), NoticeKind.MEASURE_DUE)


def test_the_ending_is_told_within_three_sessions_and_not_once_it_has_come() -> None:
    assert sentence(stand([{"session": 13}]), NoticeKind.ENDING_NEAR).startswith("Three sessions are left")
    assert NoticeKind.ENDING_NEAR not in verdicts(stand([{"session": 12}]))
    assert NoticeKind.ENDING_NEAR not in verdicts(stand([{"session": 16}]))


def test_safety_is_due_again_after_four_sessions() -> None:
    assert NoticeKind.SAFETY_DUE not in verdicts(stand([{"session": 1, "safety_asked": True}, {"session": 4}]))
    assert verdicts(stand([{"session": 1, "safety_asked": True}, {"session": 5}]))[NoticeKind.SAFETY_DUE] == "met"
    assert verdicts(stand([{"session": 1, "safety_asked": False}]))[NoticeKind.SAFETY_DUE] == "met"


def test_a_flag_that_a_score_of_an_earlier_session_raised_stays() -> None:
    items = {"instrument": "phq9", "items": [2, 2, 2, 2, 2, 2, 2, 2, 1]}
    found = stand([{"session": 1, "measures": [items]}, phq9(5, 12)])
    assert [each.sessions for each in found.safety.flags if "suicidal_thoughts" in each.flag.rule] == [(1,)]
    twice = stand([{"session": each, "measures": [items]} for each in (1, 5)])
    assert [each.sessions for each in twice.safety.flags if "suicidal_thoughts" in each.flag.rule] == [(1, 5)]
    first = progress_sections(found)[0]
    assert first.title == "Safety"
    assert first.urgent


def test_the_case_and_its_scores_are_the_start_where_the_initial_phase_has_none() -> None:
    case = {"assessment": {"measures": [{"instrument": "phq9", "total": 20, "taken": "today"}]}}
    found = stand([phq9(8, 9)], case=case)
    assert found.measures[0].start == 0
    assert found.change.value == "reliable_improvement"
    assert stand([phq9(8, 9)]).change.value == "unknown"


def test_client_and_therapist_rate_the_outcome_apart() -> None:
    told = [{"session": 8, "area": "grief", "by": by, "rating": rate} for by, rate in (("client", 4), ("therapist", 2))]
    found = stand([], outcomes=told)
    assert [(each.client, each.therapist) for each in found.outcomes] == [(4, 2)]


def test_who_is_not_placed_again_is_not_said_to_be_gone() -> None:
    case = {"inventory": {"people": [{"id": each, "role": "friend"} for each in ("a", "b")]}}
    circles = [
        {"at": "start", "places": [{"person": "a", "ring": 2}]},
        {"at": "end", "places": [{"person": "b", "ring": 2}]},
    ]
    found = stand([], case=case, circles=circles).circles
    assert {each.person: each.move for each in found.differences[0].moves} == {
        "a": Move.NOT_PLACED_AGAIN,
        "b": Move.NEWLY_PLACED,
    }
    assert found.names["a"] != found.names["b"]


def text_of(found: Progress) -> str:
    return " ".join("\n".join(section.plain() for section in progress_sections(found)).split())


def test_the_report_tells_the_outcome_the_mood_and_the_circles() -> None:
    case = {"inventory": {"people": [{"id": "son", "role": "child"}, {"id": "sister", "role": "sibling"}]}}
    circles = [
        {"at": "start", "session": 2, "places": [{"person": "son", "ring": 3}]},
        {"at": "end", "places": [{"person": "son", "ring": 2}, {"person": "sister", "ring": 2}]},
    ]
    log = [
        phq9(1, {"at_least": 18, "at_most": 20}, mood=3),
        phq9(8, 19, mood=5, event="a talk", event_with="son", planned=["role_playing"], used=[]),
        {"session": 9, "attended": False},
    ]
    outcomes = [{"session": 8, "area": "grief", "by": "client", "rating": 4}]
    goals = [
        {"id": "g1", "goal": "tell the son", "technique": "communication_analysis", "ratings": ratings}
        for ratings in [[{"session": 8, "reached": "partly"}, {"session": 4, "reached": "not_yet"}]]
    ]
    follow_up = [{"months": 3, "status": "some_symptoms"}, {"months": 1}]
    more = {"goals": goals, "follow_up": follow_up}
    text = text_of(stand(log, case=case, circles=circles, outcomes=outcomes, **more))
    for expected in (
        "Grief, session 8: client 4, better; therapist not rated.",
        "Session 8: mood 5 of 10 (+2); a talk, with: child; used: no technique; planned and not used: role playing.",
        "tell the son, by communication analysis: partly, rated in session 8",
        "1 month after the end: not recorded. 3 months after the end: some symptoms, as it was told.",
        "Session 9: mood not asked; not attended.",
        "start to end: child, closer, ring 3 to 2",
        "start to end: sibling, newly placed, ring not known to 2",
        "In session 1: 18 to 20, as items are missing, the start.",
        "No gain by mid-course on the PHQ-9",
        "Consider medication",
    ):
        assert expected in text


def test_an_empty_course_tells_what_is_not_known() -> None:
    text = text_of(progress(parse_course({"course": 1})))
    for expected in (
        "The case was not read, so its red flags are not seen here.",
        "Safety questions last asked: not recorded.",
        "No session is logged. How many sessions were agreed is not recorded.",
        "Change: not known, as no leading measure was given.",
        "Not rated yet.",
        "Not drawn yet.",
    ):
        assert expected in text


def test_more_sessions_than_the_form_has_stand_without_a_plan() -> None:
    found = progress(
        parse_course({"course": 1, "variant": "standard", "sessions": 20, "log": [phq9(1, 19), phq9(10, 19)]})
    )
    assert (found.sessions, found.phases, found.review) == (20, (), 10)
    assert verdicts(found)[NoticeKind.NO_GAIN] == "met"


def test_a_case_with_as_many_scores_as_it_may_hold_takes_those_of_the_course() -> None:
    full = [{"instrument": "gad7", "total": 3, "taken": f"{each + 1}d"} for each in range(200)]
    found = stand([phq9(1, 19)], case={"assessment": {"measures": full}})
    assert found.safety.case_is_read


def test_deterioration_is_told_and_where_items_are_missing_left_open() -> None:
    worse, open_ = stand([phq9(1, 12), phq9(5, 18)]), stand([phq9(1, 12), phq9(5, {"at_least": 14, "at_most": 20})])
    assert "deterioration, at least 6 points higher" in sentence(worse, NoticeKind.DETERIORATION)
    assert "whether there is deterioration is not settled" in sentence(open_, NoticeKind.DETERIORATION)
    assert (worse.change.value, open_.change.value) == ("deterioration", "unknown")


FORBIDDEN = ("probab", "diagnos", "all clear", "all-clear", " safe.", "recovered", "cured")


def test_no_output_claims_what_it_cannot() -> None:
    found = stand([phq9(1, 19), phq9(8, 2)], offers=AGREED)
    text = "\n".join(section.plain() for section in progress_sections(found)).lower()
    assert not [each for each in FORBIDDEN if each in text]
    assert "remission on the phq-9 (a total of 4 or less): met" in " ".join(text.split())


def test_every_definition_has_a_source_or_is_shown_as_an_assumption() -> None:
    for each in shipped_definitions().all:
        assert each.sources or each.assumption
        assert each.limits
    shown = {each.id: each for each in stand([phq9(1, 19)]).definitions}
    assert shown["phq9_reliable_improvement"].basis == "assumption"
    assert shown["phq9_response"].basis == "source"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda c: c["definitions"]["phq9_response"].update(citations=[]), "needs citations"),
        (
            lambda c: c["definitions"]["phq9_response"]["test"].update(at_least="$phq9_remission"),
            "does not go with kind",
        ),
        (lambda c: c["definitions"]["phq9_response"]["test"].update(at_most="$nothing"), "names no parameter"),
        (lambda c: c["definitions"]["phq9_response"]["test"].update(at_most=4), "valid string"),
        (
            lambda c: c["definitions"]["phq9_response"].update(
                citations=[{"key": "nobody", "locator": "p. 1", "supports": "cutoff"}]
            ),
            "cites nobody, which is in no bibliography",
        ),
        (
            lambda c: c["definitions"].update(other=copy.deepcopy(c["definitions"]["phq9_deterioration"])),
            "two definitions of reliable change",
        ),
        (
            lambda c: c["definitions"]["rdas_reliable_improvement"].update(test={"at_most": "$rdas_reliable_change"}),
            "only points from the start",
        ),
    ],
)
def test_definitions_that_are_not_sound_do_not_load(tmp_path: Path, change: Any, expected: str) -> None:
    content = yaml.safe_load((rules_directory() / "course" / "measures.yaml").read_text(encoding="utf-8"))
    change(content)
    (tmp_path / "measures.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(RuleBaseError, match=expected):
        load_definitions(tmp_path, shipped_course())


def test_each_kind_of_definition_is_there_for_the_leading_measure() -> None:
    assert {each.kind for each in shipped_definitions().of(Instrument.PHQ9)} == set(DefinitionKind)


SCHEDULED = {"course": 1, "sessions": 16, "started": "2026-01-05", "every": "1w"}
CLINICAL = ("phq", "grief", "dispute", "therap", "psych", "depress", "suicid", "ipt ", "session", "wife", "leonard")


def test_the_calendar_has_every_appointment_and_nothing_of_what_it_is_about() -> None:
    case = {"inventory": {"people": [{"id": "wife", "role": "partner", "label": "wife"}]}}
    log = [phq9(2, 20, date="2026-01-14", event="a quarrel", event_with="wife")]
    course = parse_course({**SCHEDULED, "case": case, "offers": AGREED, "log": log})
    written = calendar.to_calendar(course, name="leonard")
    events = Calendar.from_ical(written).walk("VEVENT")
    assert len(events) == 16
    assert [each.decoded("dtstart").isoformat() for each in events[:3]] == ["2026-01-05", "2026-01-14", "2026-01-21"]
    assert len({str(each["uid"]) for each in events}) == 16
    assert sum("forms" in str(each["summary"]) for each in events) >= 5
    text = written.decode().lower().replace("ipt_formulate", "").replace("ipt-formulate", "")
    assert not [each for each in CLINICAL if each in text]
    assert written == calendar.to_calendar(course, name="leonard")
    assert not {str(each["uid"]) for each in events} & set(calendar.to_calendar(course, name="other").decode().split())


def test_the_calendar_says_all_that_it_lacks() -> None:
    with pytest.raises(CourseError) as found:
        calendar.to_calendar(parse_course({"course": 1}))
    assert [each.where for each in found.value.problems] == ["started", "every", "sessions"]


def test_the_calendar_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def missing(name: str, *args: Any, **more: Any) -> Any:
        if name == "icalendar":
            raise ImportError(name)
        return real(name, *args, **more)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(EngineUnavailable, match=r"ipt_formulate\[calendar\]"):
        calendar.to_calendar(parse_course(SCHEDULED))


def write(directory: Path, name: str, content: object) -> Path:
    path = directory / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


@pytest.fixture
def practice(tmp_path: Path) -> Path:
    """A folder with two sound courses, a case, and two files that are at fault."""
    log = [phq9(1, 19), phq9(8, 18, on_focus=False)]
    write(tmp_path, "a.yaml", {"course": 1, "sessions": 16, "offers": AGREED, "log": log})
    write(tmp_path, "b/course.yaml", {"course": 1, "sessions": 16, "log": [{"session": 1, "safety_asked": True}]})
    write(tmp_path, "case.yaml", {"assessment": {}})
    write(tmp_path, "broken.yaml", {"course": 1, "sessions": 4, "log": [{"session": 5}, {"session": 5}]})
    (tmp_path / "torn.yaml").write_text("course: [", encoding="utf-8")
    return tmp_path


def test_the_problems_of_one_file_never_hide_the_other_clients(practice: Path) -> None:
    found = caseload(practice)
    assert [each.client for each in found.rows] == ["a", "b"]
    assert found.rows[0].notice(NoticeKind.NO_GAIN) is not None
    assert found.rows[1].notice(NoticeKind.NO_GAIN) is None
    assert {Path(each.where.split(".yaml")[0]).name for each in found.problems} == {"broken", "torn"}


def test_a_folder_without_a_course_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "case.yaml", {"assessment": {}})
    for directory in (tmp_path, tmp_path / "gone"):
        with pytest.raises(InputError):
            caseload(directory)


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int | str | None:
    monkeypatch.setattr("sys.argv", ["ipt-formulate", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code


def test_the_command_caseload_prints_the_rows_and_then_the_problems(
    practice: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "caseload", practice) == 2
    printed = capsys.readouterr()
    assert "a: no red flag met" in printed.out
    assert "never means that there is no risk" in " ".join(printed.out.split())
    assert "broken.yaml" in printed.err
    assert "torn.yaml" in printed.err
    for name in ("broken.yaml", "torn.yaml"):
        (practice / name).unlink()
    run(monkeypatch, "caseload", practice, "--json")
    assert len(json.loads(capsys.readouterr().out)["rows"]) == 2


def test_the_command_progress_writes_its_pictures_and_its_calendar(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, "a.yaml", {**SCHEDULED, "log": [phq9(1, 19), phq9(8, 7)]})
    outputs = [tmp_path / name for name in ("chart.svg", "circles.svg", "a.ics")]
    options = zip(("--chart", "--circles", "--calendar"), outputs, strict=True)
    run(monkeypatch, "progress", path, "--json", *(part for each in options for part in each))
    assert json.loads(capsys.readouterr().out)["change"] == "reliable_improvement"
    assert all(each.stat().st_size > 300 for each in outputs)
    assert outputs[2].read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    run(monkeypatch, "progress", path)
    assert capsys.readouterr().out.startswith("SAFETY")


def test_the_command_progress_refuses_a_faulty_course_with_code_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, "a.yaml", {"course": 1, "log": [{"session": 3, "mood": 99}]})
    assert run(monkeypatch, "progress", path) == 2
    printed = capsys.readouterr()
    assert "log[0].mood" in printed.err
    assert "99" not in printed.err
