"""Work sheets: what is refused and in which words, what is cautioned, the gates of a case, the texts, the command."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ipt_formulate as ipt
from ipt_formulate.case.files import parse_case
from ipt_formulate.course.files import parse_course
from ipt_formulate.course.sheets.files import load_sheet, parse_sheet, to_yaml
from ipt_formulate.course.sheets.gates import against
from ipt_formulate.course.sheets.kinds import MODELS
from ipt_formulate.course.sheets.texts import card_of, load_sheets, sheet_text, shipped_sheets
from ipt_formulate.documents import parse_yaml, read_document
from ipt_formulate.errors import InputError, RuleBaseError, UnknownName
from ipt_formulate.resources import rules_directory
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.testing import constants_of, random_case
from ipt_formulate.vocabulary import Gate

Cli = Callable[..., tuple[int, str, str]]
VIOLENCE = Path(__file__).parents[1] / "decisions" / "violence_in_dispute.yaml"

TALK = "{sheet: communication_analysis, incident: {when: 2026-02-03, with: sister, what: visits}, turns: [{speaker: client, said: fine}]%s}"
CHOICE = "{sheet: decision_analysis, question: what, options: [{id: go, option: go}, {id: stay, option: stay}]%s}"
PLAY = "{sheet: role_playing, purpose: rehearse, conversation: {with: sister, about: visits, state: planned}%s}"
ROLES = "{sheet: transition_balance, old: {role: nurse, gains: [pride]}, new: {role: retired}%s}"
FAULTS = {
    "{sheet: communication_analysis, turns: [{speaker: client, said: fine}]}": "incident: is not filled in",
    "{sheet: communication_analysis, incident: {with: sister, what: visits}, turns: [{speaker: client, said: fine}]}": "incident.when: is not filled in",
    "{sheet: communication_analysis, incident: {when: often, with: sister, what: visits}, turns: [{speaker: client, said: fine}]}": "incident.when: must be a date, YYYY-MM-DD",
    "{sheet: communication_analysis, incident: {when: 2026-02-30, with: sister, what: visits}, turns: [{speaker: client, said: fine}]}": "incident.when: must be a date, YYYY-MM-DD",
    "{sheet: communication_analysis, incident: {when: 2026-02-03, with: Anna B., what: visits}, turns: [{speaker: client, said: fine}]}": "incident.with: must be a plain word that stands for somebody",
    "{sheet: communication_analysis, incident: {when: 2026-02-03, with: sister, what: visits}, turns: [{speaker: client, felt: sad}]}": "turns[0]: has no words; write what was said",
    "{sheet: communication_analysis, incident: {when: 2026-02-03, with: sister, what: visits}, turns: [{speaker: other, said: never, new_wording: yes please}]}": "turns[0].new_wording: is on a turn of the other person",
    "{sheet: communication_analysis, incident: {when: 2026-02-03, with: sister, what: visits}, turns: [{speaker: mother, said: never}]}": "turns[0].speaker: must be client or other",
    TALK % ", date: 2026-02-01": "incident.when: lies after the day of the session",
    TALK % ", went_wrong_at: 2": "went_wrong_at: names no turn",
    TALK % ", session: 0": "session: must be 1 or more",
    TALK % f", assumed: {'x' * 2001}": "assumed: has more than 2000 characters; write it in fewer words",
    f"{{sheet: attempts, attempts: [{', '.join(['{what: rang}'] * 41)}]}}": "attempts: has more than 40 entries",
    TALK % ", assumd: x": "assumd: is no field of this sheet; did you mean assumed?",
    "{sheet: decision_analysis, question: what, options: [{id: go, option: go}]}": "options: are fewer than two; add another: to leave things as they are",
    "{sheet: decision_analysis, question: what, options: [{id: go, option: go}, {id: go, option: stay}]}": "options[1].id: is the id of an earlier entry",
    "{sheet: decision_analysis, question: what, options: [{id: go, option: go, weighed: [{party: son}, {party: son}]}, {id: stay, option: stay}]}": "options[0].weighed[1].party: is weighed already",
    CHOICE % ", chosen: run": "chosen: names no option of the list",
    CHOICE % ", outcome: good": "outcome: stands without a choice",
    CHOICE % ", chosen: go, chosen_by: therapist": "chosen_by: must be client or together",
    CHOICE
    % ", support_goal: {who: son, what_for: help, result: came}": "support_goal.result: stands, and it is not recorded that anybody was asked",
    CHOICE % ", support_goal: {who: son, what_for: help, asked: maybe}": "support_goal.asked: must be yes or no",
    "{sheet: role_playing, purpose: rehearse, conversation: {with: sister, about: visits, state: past}}": "conversation.state: a conversation that is over cannot be rehearsed",
    "{sheet: role_playing, purpose: other_perspective, conversation: {with: sister, about: visits, state: past}, rounds: [{client_plays: self}]}": "rounds: have none in which the client plays the other",
    "{sheet: role_playing, purpose: other_perspective, conversation: {with: sister, about: visits, state: past}, decision: hold}": "decision: is about a talk that is over",
    PLAY % ", rounds: [{client_plays: other}]": "rounds: have none in which the client speaks as themselves",
    PLAY % ", review: {felt: better}": "review: stands without a round",
    "{sheet: grief_work, who: mother}": "relationship: is not filled in, and neither is any other part",
    "{sheet: grief_work, who: mother, new_ties: [{what: visits, with: mother}]}": "new_ties[0].with: is the person who died",
    "{sheet: transition_balance, old: {role: nurse}, new: {role: retired}}": "old.gains: gains and losses are empty on both sides",
    ROLES % ", supports: [{who: son, what_for: help, result: came}]": "supports[0].result: stands",
    ROLES % ", mastery: [{skill: mornings, now: badly}]": "mastery[0].now: must be not_yet, partly or can",
    "{sheet: attempts, attempts: [{what: rang, result: good}]}": "attempts[0].result: stands, and it is not recorded that it was tried",
    "{sheet: attempts, date: 2026-02-01, attempts: [{what: rang, tried: true, when: 2026-02-02}]}": "attempts[0].when: lies after the day of the session",
    '{sheet: attempts, attempts: [{what: "be\\Nll"}]}': "attempts[0].what: must be text without control characters",
    "{sheet: attempts, attempts: [5]}": "attempts[0]: must be a mapping of fields",
    "{sheet: attempts, attempts: {what: rang}}": "attempts: must be a list",
    "{sheet: attempts, attempts: [{what: 5}]}": "attempts[0].what: must be text; put quotes around it",
    "{sheet: diary}": "a work sheet must begin with the kind of sheet it is; write sheet: and one of communication_analysis",
    "[1, 2]": "a work sheet must begin with the kind of sheet it is",
}
CAUTIONS = {
    TALK % "": "turns: have no turn of the other",
    CHOICE % "": "options[0].weighed: does not weigh this option for everyone",
    PLAY % ", rounds: [{client_plays: other}, {client_plays: self}]": "rounds[0].client_plays: is the other",
    PLAY % ", rounds: [{client_plays: self}]": "review: is not filled in",
    "{sheet: grief_work, who: mother, relationship: {good: singing}}": "relationship.hard: is not filled in, and its opposite is",
    "{sheet: transition_balance, old: {role: nurse, losses: [nights]}, new: {role: retired, gains: [time]}}": "old.gains: is empty, and the gains of the new role are not; do not rush to the positive",
    ROLES % "": "new.gains: is empty",
    "{sheet: attempts, attempts: [{what: rang, tried: true}]}": "attempts[0].result: is not filled in",
}


def read(text: str) -> Any:
    return parse_sheet(parse_yaml(text).content)


@pytest.mark.parametrize(("text", "message"), FAULTS.items(), ids=FAULTS.values())
def test_what_a_sheet_cannot_be_is_said_in_one_clear_message(text: str, message: str) -> None:
    with pytest.raises(InputError) as refused:
        read(text)
    assert len(refused.value.problems) == 1
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize(("text", "message"), CAUTIONS.items(), ids=CAUTIONS.values())
def test_what_a_sheet_would_be_better_without_is_a_caution(text: str, message: str) -> None:
    assert any(str(caution).startswith(message) for caution in read(text).cautions())


def test_an_example_gives_no_caution() -> None:
    for kind, text in shipped_sheets().items():
        assert not list(parse_sheet(text.example.sheet, kind).cautions()), kind


def test_every_fault_of_a_file_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "filled.yaml"
    path.write_text("sheet: decision_analysis\noptions:\n  - id: go\n    option: go\n    weighd: []\nchosen: Run\n")
    with pytest.raises(InputError) as refused:
        load_sheet(path)
    assert [each.where.removeprefix(f"{path}:") for each in refused.value.problems] == [
        "1: question",
        "5: options[0].weighd",
        "6: chosen",
    ]


def test_a_sheet_of_another_kind_than_was_asked_for_is_refused() -> None:
    with pytest.raises(InputError, match="another kind of sheet"):
        parse_sheet(sheet_text("attempts").example.sheet, "grief_work")
    with pytest.raises(UnknownName, match="there are: communication_analysis"):
        parse_sheet({}, "diary")
    with pytest.raises(UnknownName, match="there are: communication_analysis"):
        sheet_text("diary")


def held(text: str, case: Any) -> tuple[list[str], list[str]]:
    sheet = read(text)
    found = against(sheet, sheet_text(sheet.sheet).technique, case, ipt.formulate(case, engine="reference"))
    return [str(each) for each in found.problems], [str(each) for each in found.cautions]


@pytest.fixture(scope="module")
def violence() -> Any:
    return parse_case(read_document(VIOLENCE).content["case"])


@pytest.mark.parametrize("text", [TALK % "", PLAY % ""], ids=["analysis", "role play"])
def test_a_sheet_about_a_violent_person_is_refused_and_one_about_another_is_not(text: str, violence: Any) -> None:
    refused, _ = held(text.replace("sister", "husband"), violence)
    assert [each.partition(" ")[0] for each in refused] == [
        f"{'incident' if 'incident' in text else 'conversation'}.with:"
    ]
    assert "blocked with this person. Violence, coercion or fear now: safety first" in refused[0]
    assert "[gates.unsafe_person, in part an assumption]" in refused[0]
    assert not held(text, violence)[0]


def test_a_person_who_is_not_recorded_is_refused_until_recorded_and_asked_about(violence: Any) -> None:
    (refused,), _ = held(TALK.replace("sister", "aunt") % "", violence)
    assert refused.startswith("incident.with: is nobody who is recorded as living in this case; add them")


def test_past_violence_asks_for_caution_and_what_was_not_asked_holds_back(violence: Any) -> None:
    past = violence.with_("inventory.people[1].coercion.period", "past")
    refused, cautions = held(TALK % "", past)
    assert not refused
    assert any(each.startswith("incident.with: with caution.") for each in cautions)
    refused, _ = held(
        TALK % "",
        violence.without("inventory.people[1].coercion.period").without("inventory.people[1].coercion.feared_now"),
    )
    assert refused
    assert all(each.startswith("incident.with: not yet with this person. Ask first: ") for each in refused)


def test_without_agreement_the_sheet_waits_and_attempts_do_not(violence: Any) -> None:
    case = violence.without("assessment.response")
    refused, _ = held(PLAY % "", case)
    assert "sheet: not now. Waits for the client's recorded agreement to a focus." in refused
    refused, cautions = held("{sheet: attempts, attempts: [{what: rang, with: husband}]}", case)
    assert not refused
    assert any("attempts[0].with: blocked with this person. Violence" in each for each in cautions)


MENTIONS = {
    CHOICE.replace("option: go}", "option: go, weighed: [{party: client}, {party: husband}]}")
    % "": "options[0].weighed[1].party",
    CHOICE % ", support_goal: {who: husband, what_for: help}": "support_goal.who",
    ROLES % ", supports: [{who: husband, what_for: help}]": "supports[0].who",
    "{sheet: grief_work, who: mother, new_ties: [{what: talk}, {what: talk, with: husband}]}": "new_ties[1].with",
    "{sheet: grief_work, who: mother, anniversaries: [{day: June, with: husband}]}": "anniversaries[0].with",
    "{sheet: attempts, attempts: [{what: rang}, {what: rang, with: husband}]}": "attempts[1].with",
}


@pytest.mark.parametrize(("text", "where"), MENTIONS.items(), ids=MENTIONS.values())
def test_an_unsafe_or_unknown_person_who_comes_into_a_step_gives_a_caution(
    text: str, where: str, violence: Any
) -> None:
    def at(person: str) -> list[str]:
        return [each for each in held(text.replace("husband", person), violence)[1] if each.startswith(f"{where}: ")]

    assert any("blocked with this person. Violence" in each for each in at("husband"))
    assert [each.partition(";")[0] for each in at("aunt")] == [
        f"{where}: is nobody who is recorded as living in this case"
    ]
    assert not at("sister")


def test_before_there_is_an_area_in_view_it_is_said_that_nobody_was_looked_at() -> None:
    case = parse_case({"inventory": {"people": [{"id": "sister", "role": "sibling", "alive": True}]}})
    assert [each.partition(";")[0] for each in held(PLAY % "", case)[0]] == [
        "sheet: role_playing is not among the techniques for the areas in view of this case"
    ]
    (caution,) = held("{sheet: attempts, attempts: [{what: rang, with: sister}]}", case)[1]
    assert caution.startswith("attempts[0].with: is somebody with whom safety was not looked at")


def test_grief_work_needs_a_recorded_death_and_an_area_it_fits(violence: Any) -> None:
    refused, _ = held("{sheet: grief_work, who: mother, relationship: {good: singing, hard: silence}}", violence)
    assert any("sheet: grief_work is not among the techniques for the areas in view" in each for each in refused)
    assert any(each.startswith("who: names nothing in inventory.deaths") for each in refused)
    refused, _ = held(ROLES % ", about: quarrel", violence)
    assert any(each.startswith("about: names nothing in inventory.changes") for each in refused)


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False))
def test_no_sheet_passes_with_a_person_with_whom_its_technique_cannot_be_used(random: Any) -> None:
    base = shipped_rulebase().for_tradition("weissman")
    case = random_case(random, known=random.choice([0.5, 0.95]), constants=constants_of(base), max_items=2)
    formulation = ipt.formulate(case, engine="reference")
    advice = next((each for each in formulation.techniques if each.technique == "role_playing"), None)
    status = {each.person: each.status for each in advice.people} if advice else {}
    for person in (*(each.id for each in case.inventory.people), "nobody"):
        found = against(read(PLAY.replace("sister", person) % ""), "role_playing", case, formulation)
        assert bool(found.problems) == (not status.get(person, Gate.BLOCKED).usable_now)


def test_what_is_wrong_with_a_sheet_is_said_alike_in_a_course_file() -> None:
    sheets = [parse_yaml(text).content for text in FAULTS if text.startswith("{sheet: ")]
    plan = {"contacts": [], "levels": []}
    with pytest.raises(InputError) as refused:
        parse_course({"course": 1, "log": [{"session": 0}], "sheets": sheets, "relapse_plan": plan})
    told = [str(each) for each in refused.value.problems]
    messages = [message for text, message in FAULTS.items() if text.startswith("{sheet: ")]
    assert len(told) == 1 + len(messages) + 2
    for index, message in enumerate(messages):
        assert any(each.startswith((f"sheets[{index}].{message}", f"sheets[{index}]: {message}")) for each in told), (
            message
        )
    assert any(each.startswith("relapse_plan.contacts: is not filled in") for each in told)


def test_the_stance_comes_from_the_card_of_the_technique() -> None:
    for text in shipped_sheets().values():
        assert card_of(text).stance
    assert card_of(sheet_text("transition_balance")).id == "mourning_the_old_role"


BROKEN = {
    ("technique: grief_work", "technique: grief_wrk"): [
        "technique",
        "names no technique that has a card; did you mean grief_work",
    ],
    ("  who: {clinician", "  whom: {clinician"): [
        "whom is no field of this sheet; did you mean who",
        "who has no prompt",
    ],
    ("key: guide-2018-ch5", "key: guide-2018-ch55"): [
        "cites guide-2018-ch55, which is in no bibliography; did you mean"
    ],
    ("locator: abstract, supports: technique", "locator: abstract, supports: assumption"): [
        "shows an assumption as a source"
    ],
    ("    who: husband", "    when: husband"): [
        "the example does not fit: who: is not filled in",
        "the example does not fit: when: is no field",
    ],
    ("    sheet: grief_work", "    sheet: attempts"): ["is of another kind; begin it with sheet: grief_work"],
    ("id: grief_work", "id: grief_wok"): ["names no sheet, or another than its file"],
    ("title: Grief work\n", ""): ["title: is missing"],
    ("basis: source}", "basis: book}"): ["basis: should be 'source' or 'assumption'"],
}


@pytest.mark.parametrize(("change", "complaints"), BROKEN.items(), ids=[each[0] for each in BROKEN.values()])
def test_every_fault_of_the_texts_is_told_with_file_and_line(
    tmp_path: Path, change: tuple[str, str], complaints: list[str]
) -> None:
    rules = Path(shutil.copytree(rules_directory(), tmp_path / "rules"))
    path = rules / "course" / "sheets" / "grief_work.yaml"
    was = path.read_text(encoding="utf-8")
    assert change[0] in was
    path.write_text(was.replace(*change), encoding="utf-8")
    with pytest.raises(RuleBaseError) as refused:
        load_sheets(rules)
    assert all(each.where.startswith("course/sheets/grief_work.yaml:") for each in refused.value.problems)
    for complaint in complaints:
        assert complaint in str(refused.value)


def test_choices_without_the_clients_words_a_missing_file_and_a_link_are_told(tmp_path: Path) -> None:
    rules = Path(shutil.copytree(rules_directory(), tmp_path / "rules"))
    folder = rules / "course" / "sheets"
    path = folder / "attempts.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("client: mine, ", ""), encoding="utf-8")
    with pytest.raises(RuleBaseError, match=r"attempts\.idea_of has not the client's words"):
        load_sheets(rules)
    path.unlink()
    with pytest.raises(RuleBaseError, match=r"course/sheets/attempts\.yaml: is missing"):
        load_sheets(rules)
    path.symlink_to(folder / "grief_work.yaml")
    with pytest.raises(RuleBaseError, match=r"course/sheets/attempts\.yaml: is a link"):
        load_sheets(rules)
    with pytest.raises(RuleBaseError, match="holds no YAML file"):
        load_sheets(tmp_path)


def test_the_command_lists_prints_fills_and_checks(cli: Cli, tmp_path: Path) -> None:
    code, out, _ = cli("sheet")
    assert (code, [line.split()[0] for line in out.splitlines()]) == (0, list(MODELS))
    filled = tmp_path / "filled.yaml"
    for kind in MODELS:
        code, out, _ = cli("sheet", kind, "--example", "--yaml")
        assert (code, out.splitlines()[0]) == (0, "# Composed for this library; it tells of nobody.")
        filled.write_text(out, encoding="utf-8")
        code, out, _ = cli("sheet", kind, "--check", str(filled))
        assert (code, "Safety was not looked at" in out) == (0, True)
        code, out, _ = cli("sheet", kind, "--for", "client")
        assert code == 0
        assert "assumption)" not in out
        code, out, _ = cli("sheet", kind, "--example")
        assert (code, "Composed for this library" in out) == (0, True)


def test_a_page_of_a_filled_sheet_begins_with_the_safety_of_the_case(cli: Cli, tmp_path: Path, violence: Any) -> None:
    case, filled, page = tmp_path / "case.yaml", tmp_path / "filled.yaml", tmp_path / "page.html"
    case.write_text(ipt.to_yaml(violence), encoding="utf-8")
    filled.write_text(to_yaml(read(TALK % "")), encoding="utf-8")
    code, out, err = cli(
        "sheet", "communication_analysis", "--check", str(filled), "--case", str(case), "--html", str(page)
    )
    assert (code, err) == (0, "")
    assert out.startswith("SAFETY\n")
    words = page.read_text(encoding="utf-8")
    assert 0 < words.index("<strong>Safety</strong>") < words.index("Stance.") < words.index("visits")
    filled.write_text(to_yaml(read(TALK.replace("sister", "husband") % "")), encoding="utf-8")
    code, out, err = cli("sheet", "communication_analysis", "--check", str(filled), "--case", str(case))
    assert (code, out.startswith("SAFETY\n")) == (2, True)
    assert f"{filled}: incident.with: blocked with this person." in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["diary"], "there is no sheet of that name; there are: communication_analysis"),
        (["--example"], "--example: is about one kind of sheet; name it: "),
        (["attempts", "--case", "mrs-e-late-life-widow"], "--case: goes with --check only"),
        (["attempts", "--check", "x.yaml", "--yaml"], "--yaml: does not go with --check"),
        (["attempts", "--html", "x.html", "--yaml"], "--yaml: does not go with --html"),
        (["attempts", "--check", "none.yaml"], "none.yaml: is not a file that can be read"),
        (
            ["attempts", "--html", "/nowhere/at/all.html"],
            "/nowhere/at/all.html: lies in no directory that there is; make",
        ),
    ],
)
def test_what_the_command_cannot_do_is_one_clear_message(cli: Cli, arguments: list[str], message: str) -> None:
    code, _, err = cli("sheet", *arguments)
    assert code == 2
    assert err.startswith(message)
    assert len(err.splitlines()) == 1
