"""The commands export and import: there and back, with what was not used, and with nothing replaced."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import ipt_formulate as ipt
from ipt_formulate.cohort.redcap import write_cases
from ipt_formulate.interchange.cds_hooks import to_cards

Cli = Callable[..., tuple[int, str, str]]
NAME = "mrs-e-late-life-widow"
SUBJECT = ("--subject", "Patient/1")


@pytest.mark.parametrize("form", ["fhir-r5", "fhir-r4", "answers-r5", "answers-r4"])
def test_a_case_goes_to_fhir_and_comes_back(cli: Cli, tmp_path: Path, form: str) -> None:
    told, case = tmp_path / "told.json", tmp_path / "case.yaml"
    code, out, _ = cli("export", NAME, "--to", form, *SUBJECT, "--at", "2024-03-05T10:00:00Z", "--out", str(told))
    assert (code, out) == (0, f"Written: {told}\n")
    code, out, _ = cli("import", str(told), "--from", "fhir", "--out", str(case))
    assert code == 0
    assert out.startswith(f"Written: {case}\nUsed: ")
    assert ("Not used" in out) is form.startswith("fhir")
    assert ipt.load_case(case) == ipt.example(NAME)


def test_cards_are_printed(cli: Cli) -> None:
    code, out, _ = cli("export", NAME, "--to", "cds-hooks")
    assert (code, json.loads(out)) == (0, to_cards(ipt.formulate(ipt.example(NAME))))


def test_a_folder_of_cases_goes_to_csv_and_comes_back(cli: Cli, tmp_path: Path) -> None:
    before, after, told = tmp_path / "before", tmp_path / "after", tmp_path / "cases.csv"
    before.mkdir()
    for name in ipt.example_names():
        (before / f"{name}.yaml").write_text(ipt.to_yaml(ipt.example(name)), encoding="utf-8")
    assert cli("export", str(before), "--to", "csv", "--out", str(told))[0] == 0
    code, out, _ = cli("import", str(told), "--from", "csv", "--out", str(after))
    assert (code, out) == (0, f"Written: {len(ipt.example_names())} cases in {after}\n")
    assert {path.stem: ipt.load_case(path) for path in after.iterdir()} == {
        name: ipt.example(name) for name in ipt.example_names()
    }


def test_redcap_is_read(cli: Cli, tmp_path: Path) -> None:
    told, case = tmp_path / "redcap.csv", tmp_path / "case.yaml"
    write_cases(told, {"1": ipt.example(NAME)})
    assert cli("import", str(told), "--from", "redcap", "--out", str(case))[0] == 0
    assert ipt.load_case(case) == ipt.example(NAME)


def test_other_questionnaires_are_read_with_a_map(cli: Cli, tmp_path: Path) -> None:
    told, links, case = tmp_path / "told.json", tmp_path / "map.yaml", tmp_path / "case.yaml"
    items = [{"linkId": "q1", "answer": [{"valueBoolean": False}]}, {"linkId": "q2", "answer": [{"valueString": "x"}]}]
    response = {"resourceType": "QuestionnaireResponse", "status": "completed", "item": items}
    told.write_text(json.dumps(response), encoding="utf-8")
    links.write_text("links:\n  q1: assessment.safety.suicide_plan\n", encoding="utf-8")
    command = ("import", str(told), "--from", "fhir", "--links", str(links), "--out", str(case), "--on", "2024-03-05")
    code, out, _ = cli(*command)
    assert code == 0
    assert "Used: 1 answers.\nNot used: 1." in out
    assert "QuestionnaireResponse.item[1]: has no code that is known here, and is not in the map of links" in out
    assert ipt.load_case(case).assessment.safety.suicide_plan is False


@pytest.mark.parametrize(
    ("rows", "where", "message"),
    [
        ("a,assessment.age_band,grown\n", "out.yaml", "line 2 assessment.age_band: must be child"),
        ("a,assessment.age_band,adult\nb,assessment.age_band,adult\n", "out.yaml", "is one file for 2 cases"),
        ("../a,assessment.age_band,adult\n", "out", "cannot be names of files"),
        ("a,assessment.age_band,adult\n", "there.yaml", "is there already"),
        ("", "out", "holds no case"),
    ],
)
def test_nothing_is_written_where_anything_is_wrong(
    cli: Cli, tmp_path: Path, rows: str, where: str, message: str
) -> None:
    told, there = tmp_path / "cases.csv", tmp_path / "there.yaml"
    told.write_text(f"id,path,value\n{rows}", encoding="utf-8")
    there.write_text("{}\n", encoding="utf-8")
    code, _, error = cli("import", str(told), "--from", "csv", "--out", str(tmp_path / where))
    assert code == 2
    assert message in error
    assert {path.name for path in tmp_path.iterdir()} == {"cases.csv", "there.yaml"}
    assert there.read_text(encoding="utf-8") == "{}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--to", "fhir-r5"), "--subject: is needed"),
        (("--to", "fhir-r5", "--subject", "Mrs E"), "subject: is not a reference"),
        (("--to", "fhir-r5", *SUBJECT, "--at", "noon"), "--at: is no time"),
        (("--to", "fhir-r5", *SUBJECT, "--at", "2024-03-05"), "at: is not a time with its zone"),
        (("--to", "csv", "--out", "/nowhere/x.csv"), "lies in no directory"),
    ],
)
def test_what_cannot_be_exported_is_told(cli: Cli, arguments: tuple[str, ...], message: str) -> None:
    code, _, error = cli("export", NAME, *arguments)
    assert (code, message in error) == (2, True)
