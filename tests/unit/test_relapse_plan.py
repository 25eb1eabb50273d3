"""The plan against a relapse: what it is drawn from, what it never lacks, and who changed what."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import ipt_formulate as ipt
from ipt_formulate.course.relapse import edited, relapse_plan
from ipt_formulate.course.relapse_record import ContactKind, PlanEdit, PlanLine, RelapsePlan
from ipt_formulate.course.relapse_texts import load_relapse_texts, shipped_relapse_texts
from ipt_formulate.course.sheets.files import problems_of, to_plain, to_yaml
from ipt_formulate.course.sheets.prompts import Reader
from ipt_formulate.documents import parse_yaml, read_document
from ipt_formulate.errors import InputError, RuleBaseError, UnknownName
from ipt_formulate.report.relapse import relapse_to_html, relapse_to_text
from ipt_formulate.resources import rules_directory
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.testing import constants_of, random_case

Cli = Callable[..., tuple[int, str, str]]
BASE = shipped_rulebase()
SKILLS = sorted(shipped_relapse_texts().skills)


def plan_of(name: str, **more: Any) -> RelapsePlan:
    return relapse_plan(ipt.formulate(ipt.example(name), engine="reference"), **more)


@pytest.fixture(scope="module")
def plan() -> RelapsePlan:
    return plan_of("helen-perinatal-lowincome-casebook", used=["communication_analysis"])


@st.composite
def formulations(draw: st.DrawFn) -> Any:
    random = draw(st.randoms(use_true_random=False))
    tradition = draw(st.sampled_from(sorted(BASE.traditions)))
    base = BASE.for_tradition(tradition)
    case = random_case(random, known=random.choice([0.2, 0.9]), constants=constants_of(base), max_items=3)
    return ipt.formulate(case, tradition=tradition, engine="reference")


@settings(max_examples=120, deadline=None)
@given(formulations(), st.lists(st.sampled_from(sorted(BASE.techniques)), max_size=4))
def test_every_draft_says_whom_to_call_and_each_situation_which_rule_found_it(
    formulation: Any, used: list[str]
) -> None:
    plan = relapse_plan(formulation, used=used)
    found = {
        each.rule
        for area in formulation.areas.values()
        for one in area.candidates
        for each in (*one.evidence_for, *one.subtypes)
    }
    found |= {each.rule for each in formulation.modifiers}
    assert all(line.rules and set(line.rules) <= found for line in plan.situations)
    assert all("{" not in line.words for line in plan.situations)
    assert {each.rule for each in formulation.modifiers} <= {rule for line in plan.situations for rule in line.rules}
    assert [each.technique for each in plan.skills] == [each for each in dict.fromkeys(used) if each in SKILLS]
    assert all(each.number is None for each in plan.to_call(ContactKind.CRISIS))
    assert "contacts[0].number" in [each.where for each in plan.cautions()]
    assert list(problems_of(parse_yaml(to_yaml(plan)).content, RelapsePlan)) == []
    assert RelapsePlan.model_validate(parse_yaml(to_yaml(plan)).content) == plan
    for reader in Reader:
        words = relapse_to_text(plan, reader, formulation.safety)
        assert words.startswith("SAFETY" if reader is Reader.CLINICIAN else "IN DANGER, AT ANY HOUR")
        assert "crisis contact" in words


def test_follow_up_is_at_the_months_of_the_parameters_and_nothing_has_taken_place(plan: RelapsePlan) -> None:
    assert [(each.months, each.status) for each in plan.follow_up] == [(1, None), (3, None), (6, None), (12, None)]
    assert plan.maintenance is not None
    assert plan.maintenance.agreed is None
    assert relapse_plan(ipt.formulate(ipt.parse_case({}), engine="reference")).maintenance is None


def test_skills_come_from_what_was_used_and_from_nothing_else(plan: RelapsePlan) -> None:
    assert [each.technique for each in plan.skills] == ["communication_analysis"]
    assert any(each.where == "skills" for each in plan_of("mrs-e-late-life-widow").cautions())
    with pytest.raises(UnknownName, match="a technique that there is not"):
        plan_of("mrs-e-late-life-widow", used=["hypnosis"])


EDITS = st.builds(
    PlanEdit,
    part=st.sampled_from(["warning_signs", "situations", "skills", "contacts", "actions"]),
    entry=st.sampled_from(
        ["sleep", "situation-1", "communication_analysis", "crisis", "doctor", "tell", "call_crisis", "mine"]
    ),
    does=st.sampled_from(["add", "change", "remove"]),
    by=st.sampled_from(["client", "therapist"]),
    words=st.sampled_from([None, "I skip the choir."]),
    level=st.sampled_from([None, "early", "nowhere"]),
    number=st.sampled_from([None, "0800 000"]),
    agreed=st.sampled_from([None, True, False]),
)


def tried(plan: RelapsePlan, edit: PlanEdit) -> tuple[RelapsePlan | None, str]:
    try:
        return edited(plan, edit), ""
    except InputError as refused:
        return None, str(refused)


@given(st.lists(EDITS, max_size=12))
def test_every_edit_is_recorded_and_none_takes_out_whom_to_call_in_danger(
    plan: RelapsePlan, edits: list[PlanEdit]
) -> None:
    now = plan
    for edit in edits:
        before = to_plain(now)
        after, problems = tried(now, edit)
        assert "choir" not in problems
        assert (after is None) == bool(problems)
        assert to_plain(now) == before, "the plan that was given stays as it is"
        if after is None:
            continue
        assert after.edits == (*now.edits, edit)
        lines = (
            {line.id: line for level in after.levels for line in level.actions}
            if edit.part == "actions"
            else {line.id: line for line in getattr(after, edit.part)}
        )
        assert (edit.entry in lines) == (edit.does != "remove")
        if edit.does != "remove":
            assert lines[edit.entry].proposed_by == edit.by
            assert edit.words is None or lines[edit.entry].words == edit.words
        now = after
    assert now.to_call(ContactKind.CRISIS)
    assert any(level.id == "danger" and level.actions for level in now.levels)


REFUSED = {
    "contacts: have no crisis contact": {"part": "contacts", "entry": "crisis", "does": "remove"},
    "edit.entry: names no line of this part": {"part": "skills", "entry": "none", "does": "remove"},
    "edit.entry: is there already": {"part": "warning_signs", "entry": "sleep", "does": "add", "words": "x"},
    "edit.words: are not given; write what": {"part": "warning_signs", "entry": "mine", "does": "add"},
    "edit.words: are not given, so that nothing": {"part": "warning_signs", "entry": "sleep", "does": "change"},
    "actions: has no entry": {"part": "actions", "entry": "only", "does": "remove"},
    "edit.number: is given, and this part has nobody to call": {
        "part": "skills",
        "entry": "communication_analysis",
        "does": "change",
        "number": "0800 000",
    },
    "edit.level: names no level of the plan": {"part": "actions", "entry": "mine", "does": "add", "words": "x"},
}


@pytest.mark.parametrize(("message", "told"), REFUSED.items(), ids=REFUSED)
def test_an_edit_that_cannot_be_is_one_clear_message(plan: RelapsePlan, message: str, told: dict[str, Any]) -> None:
    small = plan.levels[0].model_copy(update={"actions": (PlanLine(id="only", words="One thing."),)})
    plan = plan.model_copy(update={"levels": (small, *plan.levels[1:])})
    with pytest.raises(InputError) as refused:
        edited(plan, PlanEdit(by="client", **told))
    assert str(refused.value).startswith(message)
    assert len(refused.value.problems) == 1


def test_a_plan_without_whom_to_call_or_without_danger_cannot_be() -> None:
    with pytest.raises(ValidationError, match=r"(?s)contacts: have no crisis contact.*levels: have none for danger"):
        RelapsePlan(contacts=(), levels=())


def test_the_clinician_reads_rules_and_edits_and_the_client_words_alone(plan: RelapsePlan) -> None:
    told = edited(
        plan, PlanEdit(part="warning_signs", entry="choir", does="add", by="client", words="I skip it.", session=14)
    )
    told = edited(
        told, PlanEdit(part="contacts", entry="crisis", does="change", by="therapist", number="0800 000", agreed=True)
    )
    clinician, client = (" ".join(relapse_to_text(told, reader).split()) for reader in Reader)
    assert "role_dispute.impasse" in clinician
    assert (
        "session 14, choir in warning signs added, proposed by the client; not asked whether the other agrees"
        in clinician
    )
    assert "The crisis contact of this site, at any hour: 0800 000" in client
    assert "I skip it." in client
    assert "role_dispute" not in client
    assert "Thoughts of ending my life" in client


CHANGES = {
    ("  impasse: {words", "  standstill: {words"): ["impasse has no words", "standstill is not in the rule base"],
    ("  grief: {words", "  mourning: {words"): ["areas.mourning"],
    ("kind: crisis", "kind: professional"): ["contacts: have no crisis contact"],
    ("  danger:\n", "  worst:\n"): ["levels: have none for danger"],
    ("key: div12-bed", "key: div13-bed"): ["cites div13-bed, which is in no bibliography"],
    ("no_skill: [between_session_tasks, ", "no_skill: ["): ["between_session_tasks has no words"],
}


@pytest.mark.parametrize(("change", "complaints"), CHANGES.items(), ids=[each[0] for each in CHANGES.values()])
def test_texts_that_do_not_go_with_the_rule_base_are_told_by_line(
    tmp_path: Path, change: tuple[str, str], complaints: list[str]
) -> None:
    rules = Path(shutil.copytree(rules_directory(), tmp_path / "rules"))
    path = rules / "course" / "relapse.yaml"
    was = path.read_text(encoding="utf-8")
    assert change[0] in was
    path.write_text(was.replace(*change), encoding="utf-8")
    with pytest.raises(RuleBaseError) as refused:
        load_relapse_texts(rules, BASE)
    assert all(each.where.startswith("course/relapse.yaml:") for each in refused.value.problems)
    for complaint in complaints:
        assert complaint.removeprefix("contacts: ").removeprefix("levels: ") in str(refused.value)


def test_the_command_prints_a_draft_for_both_and_as_a_part_of_a_course_file(cli: Cli) -> None:
    code, out, _ = cli("relapse-plan", "helen-perinatal-lowincome-casebook", "--used", "role_playing")
    assert (code, out.startswith("SAFETY\n"), "[role_playing, draft]" in out) == (0, True, True)
    code, out, _ = cli("relapse-plan", "helen-perinatal-lowincome-casebook", "--yaml")
    assert code == 0
    assert RelapsePlan.model_validate(parse_yaml(out).content) == plan_of("helen-perinatal-lowincome-casebook")
    code, _, err = cli("relapse-plan", "helen-perinatal-lowincome-casebook", "--used", "hypnosis")
    assert (code, len(err.splitlines())) == (2, 1)


def test_whatever_stands_in_a_plan_is_text_on_its_page(plan: RelapsePlan) -> None:
    words = "<script>alert('1')</script> & {{ 7 * 7 }}"
    told = edited(plan, PlanEdit(part="warning_signs", entry="mine", does="add", by="client", words=words))
    for reader in Reader:
        page = relapse_to_html(told, reader)
        assert "<script" not in page
        assert "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; {{ 7 * 7 }}" in page


def test_a_plan_that_was_edited_is_checked_by_line_and_against_the_case(cli: Cli, tmp_path: Path) -> None:
    case, path, page = tmp_path / "case.yaml", tmp_path / "plan.yaml", tmp_path / "plan.html"
    told = read_document(Path(__file__).parents[1] / "decisions" / "violence_in_dispute.yaml").content["case"]
    case.write_text(ipt.to_yaml(ipt.parse_case(told)), encoding="utf-8")
    _, draft, _ = cli("relapse-plan", str(case), "--yaml")
    path.write_text(draft.replace("kind: close_person", "kind: close_person\n  with: sister"), encoding="utf-8")
    code, out, err = cli("relapse-plan", str(case), "--check", str(path), "--html", str(page))
    assert (code, out, err) == (0, f"Written: {page}\n", "")
    assert page.read_text(encoding="utf-8").index("violence or coercion now") < page.read_text(encoding="utf-8").index(
        "crisis contact"
    )
    path.write_text(path.read_text(encoding="utf-8").replace("with: sister", "with: husband"), encoding="utf-8")
    code, _, err = cli("relapse-plan", str(case), "--check", str(path))
    assert (code, len(err.splitlines())) == (2, 1)
    assert err.startswith(f"{path}: contacts[4].with: blocked with this person. Violence, coercion or fear now")
    assert err.strip().endswith("name somebody else, or ask in private first")
    path.write_text(
        draft.replace("kind: crisis", "kind: professional").replace("months: 3", "months: 0"), encoding="utf-8"
    )
    code, _, err = cli("relapse-plan", str(case), "--check", str(path))
    line = draft.splitlines().index("- months: 3") + 1
    assert (code, err) == (2, f"{path}:{line}: follow_up[1].months: must be 1 or more\n")
    path.write_text(draft.replace("kind: crisis", "kind: professional"), encoding="utf-8")
    code, _, err = cli("relapse-plan", str(case), "--check", str(path))
    assert code == 2
    assert "contacts: have no crisis contact; add one of kind crisis, with the number of your site" in err
    path.write_text("[]", encoding="utf-8")
    code, _, err = cli("relapse-plan", str(case), "--check", str(path))
    assert (code, err.split(": ")[1]) == (
        2,
        "a plan must be a mapping with contacts and levels; begin with ipt-formulate relapse-plan CASE --yaml\n",
    )
    code, _, err = cli("relapse-plan", str(case), "--check", str(path), "--used", "role_playing")
    assert (code, err) == (2, "--used: does not go with --check; change the skills in the file\n")
