"""No form of a file changes without a new version, and every past form can be read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import ipt_formulate as ipt
from ipt_formulate.case import forms
from ipt_formulate.case.files import parse_case
from ipt_formulate.case.forms import CASE_FORM, Form, Step
from ipt_formulate.course.files import COURSE_FORM, load_course
from ipt_formulate.course.record import CourseRecord
from ipt_formulate.errors import CaseError, CourseError, InputError
from ipt_formulate.formulation.contents import RESULT_SCHEMA
from ipt_formulate.formulation.model import Formulation

Cli = Callable[..., tuple[int, str, str]]
HERE = Path(__file__).parent
PAST = HERE / "past"
FINGERPRINTS = HERE / "fingerprints.json"
MODELS = {
    "case": (CASE_FORM.present, ipt.Case),
    "course": (COURSE_FORM.present, CourseRecord),
    "result": (RESULT_SCHEMA, Formulation),
}
WORDS = {"description", "title", "examples", "example", "near_miss"}


def shape(value: Any) -> Any:
    """A JSON Schema without what only explains it."""
    if isinstance(value, dict):
        named = {"properties", "$defs"}
        return {
            key: {name: shape(each) for name, each in part.items()} if key in named else shape(part)
            for key, part in value.items()
            if key in named or key not in WORDS
        }
    return [shape(each) for each in value] if isinstance(value, list) else value


def fingerprint(model: Any) -> str:
    schema = shape(model.model_json_schema(mode="serialization"))
    return hashlib.sha256(json.dumps(schema, sort_keys=True).encode()).hexdigest()


@pytest.mark.parametrize("name", MODELS)
def test_no_form_changes_without_a_new_version(name: str) -> None:
    version, model = MODELS[name]
    kept = json.loads(FINGERPRINTS.read_text(encoding="utf-8"))[name]
    assert kept.get(str(version)) == fingerprint(model), (
        f"the form of a {name} has changed and is still version {version}. Give it the next version: the second number "
        "where every file of before can be read, the first where not; then it needs a step and a file in "
        f"tests/schemas/past. In {FINGERPRINTS.name} its line is then the one shown here. A version that was never in "
        "a release may be changed itself."
    )


def test_a_word_that_explains_is_no_change_and_a_field_is() -> None:
    schema = ipt.Case.model_json_schema()
    before = shape(schema)
    schema["$defs"]["Death"]["description"] = "Something else."
    assert shape(schema) == before
    del schema["$defs"]["Death"]["properties"]["when"]
    assert shape(schema) != before


@pytest.mark.parametrize("path", sorted(PAST.glob("case-*.yaml")), ids=lambda path: path.stem)
def test_every_past_form_of_a_case_can_be_read(path: Path) -> None:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    found = CASE_FORM.migrated(content)
    assert found.content["schema_version"] == CASE_FORM.present
    assert parse_case(found.content) == ipt.load_case(path)
    assert ipt.formulate(parse_case(found.content)).provenance.case_schema == CASE_FORM.present


def test_every_past_form_of_a_course_file_can_be_read() -> None:
    assert load_course(PAST / "course-1.yaml").last_session == 2


@pytest.mark.parametrize("form", [CASE_FORM, COURSE_FORM], ids=lambda form: form.key)
def test_there_is_a_file_for_every_past_form_and_the_steps_lead_to_the_present(form: Form) -> None:
    name = form.name.split()[1]
    versions = [*(step.old for step in form.steps), form.present]
    assert [step.new for step in form.steps] == versions[1:]
    assert all((PAST / f"{name}-{version}.yaml").is_file() for version in versions)


def _rename(content: dict[str, Any]) -> tuple[str, ...]:
    content["assessment"] = content.pop("intake", {})
    return ("intake is called assessment",)


def _nest(content: dict[str, Any]) -> tuple[str, ...]:
    content["inventory"] = {"people": content.pop("people", [])}
    return ("people is a list of the inventory",)


MADE_UP = Form("a case", "schema_version", "1.0", "0.1", (Step("0.1", "0.2", _rename), Step("0.2", "1.0", _nest)))
PLAIN = st.recursive(
    st.integers() | st.text(max_size=5) | st.booleans(),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=4), each, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(PLAIN, PLAIN, st.sampled_from(["0.1", "0.2", "1.0", None]))
def test_steps_are_taken_from_where_a_file_stands_and_lose_nothing(
    intake: Any, people: Any, version: str | None
) -> None:
    content: dict[str, Any] = {"assessment": intake, "inventory": {"people": people}}
    if version != "1.0":
        content = {"assessment": intake, "people": people} if version == "0.2" else {"intake": intake, "people": people}
    if version:
        content["schema_version"] = version
    before = json.dumps(content)
    found = MADE_UP.migrated(content)
    assert json.dumps(content) == before
    assert found.content == {"assessment": intake, "inventory": {"people": people}, "schema_version": "1.0"}
    assert (found.was, len(found.changes)) == (version or "0.1", {"0.2": 1, "1.0": 0}.get(version or "", 2))


@pytest.mark.parametrize("version", ["1.1", "2.0", "10.0"])
def test_a_case_of_a_newer_library_is_refused_in_one_message(version: str) -> None:
    with pytest.raises(CaseError) as refused:
        parse_case({"schema_version": version, "a_field_of_then": 1, "another": 2})
    assert str(refused.value) == (
        "schema_version: is of a newer form than 1.0, which this library reads; install a newer ipt_formulate"
    )


def test_a_course_of_a_newer_library_is_refused_in_one_message(tmp_path: Path) -> None:
    (tmp_path / "course.yaml").write_text("course: 2\nnew: 1\n", encoding="utf-8")
    with pytest.raises(
        CourseError, match=r"^course: is of a newer form than 1, which this library reads; install a newer"
    ):
        load_course(tmp_path / "course.yaml")


@pytest.mark.parametrize("version", ["0.9", "one", 1.0, True, "", [], "1.0.0"])
def test_a_version_that_never_was_is_refused_without_being_said_again(version: Any) -> None:
    with pytest.raises(InputError) as refused:
        CASE_FORM.migrated({"schema_version": version})
    assert str(refused.value).startswith("schema_version: is no version of this form")
    with pytest.raises(CaseError, match=r"^schema_version: must be "):
        parse_case({"schema_version": version})


CASE = "# a comment\nschema_version: '1.0'\nassessment: {episode: {onset: 3mo}} # another\n"


@pytest.fixture
def past(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A case of a made-up past form, and the step that leads from it."""
    from ipt_formulate.cli import migrating

    monkeypatch.setattr(migrating, "CASE_FORM", MADE_UP)
    path = tmp_path / "case.yaml"
    path.write_text(
        "# of then\nschema_version: '0.1'\nintake: {episode: {onset: 3mo}} # dated\npeople: [{role: partner}]\n",
        "utf-8",
    )
    return path


def test_a_present_case_is_left_as_it_is_comments_and_all(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(CASE, encoding="utf-8")
    before = path.stat().st_ino
    code, out, _ = cli("migrate", path, "--in-place")
    assert (code, out) == (0, f"{path}: is a case of the present form, 1.0; nothing that is recorded changes.\n")
    assert (path.read_text(encoding="utf-8"), path.stat().st_ino) == (CASE, before)
    code, out, err = cli("migrate", path)
    assert (code, out) == (0, CASE)
    assert "nothing that is recorded changes" in err
    assert cli("migrate", path, "--out", tmp_path / "other.yaml")[0] == 0
    assert (tmp_path / "other.yaml").read_text(encoding="utf-8") == CASE


def test_a_past_case_is_brought_into_the_present_form_and_told_of(cli: Cli, past: Path) -> None:
    code, out, _ = cli("migrate", past, "--in-place")
    assert code == 0
    assert out.splitlines() == [
        f"{past}: a case, from 0.1 to 1.0:",
        "  - intake is called assessment",
        "  - people is a list of the inventory",
        "  - comments are not kept; lines with one: 1, 3",
        f"Written: {past}",
    ]
    case = ipt.load_case(past)
    assert case.assessment.episode.onset is not None
    assert case.inventory.people[0].role is not None
    assert [path.name for path in past.parent.iterdir()] == ["case.yaml"]


def test_a_case_can_be_written_as_json(cli: Cli, past: Path) -> None:
    target = past.with_suffix(".json")
    code, out, _ = cli("migrate", past, "--out", target)
    assert code == 0
    assert "comments are not kept" in out
    assert ipt.load_case(target).inventory.people[0].role is not None


def test_nothing_is_written_where_the_result_would_be_no_case(cli: Cli, past: Path) -> None:
    broken = past.read_text(encoding="utf-8").replace("partner", "nobody-of-this-name")
    past.write_text(broken, encoding="utf-8")
    code, out, err = cli("migrate", past, "--in-place")
    assert (code, out) == (2, "")
    assert err.startswith("inventory.people[0].role: ")
    assert "nobody-of-this-name" not in err
    assert past.read_text(encoding="utf-8") == broken


@pytest.mark.parametrize(
    ("content", "options", "told"),
    [
        ("[1]", [], "is neither a case nor a course file"),
        ("provenance: {}", [], "is a formulation; formulate its case again"),
        ("schema_version: '3.0'", [], "is of a newer form than 1.0"),
        ("schema_version: '1.0'", ["--in-place", "--out", "x.yaml"], "give one of the two"),
        ("course: 7", [], "course: is of a newer form than 1"),
    ],
)
def test_what_cannot_be_migrated_is_refused(
    cli: Cli, tmp_path: Path, content: str, options: list[str], told: str
) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(content, encoding="utf-8")
    code, out, err = cli("migrate", path, *options)
    assert (code, out, told in err) == (2, "", True)


def test_a_course_file_is_known_by_its_own_form(cli: Cli) -> None:
    code, out, err = cli("migrate", PAST / "course-1.yaml")
    assert (code, out) == (0, (PAST / "course-1.yaml").read_text(encoding="utf-8"))
    assert "a course file of the present form, 1" in err


def test_the_number_of_a_version_orders_as_numbers() -> None:
    assert forms._number("1.10") > forms._number("1.9")  # type: ignore[operator] # both are versions
