"""Cases as CSV in long form: any case comes back, no cell is a formula, and every fault has its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ipt_formulate as ipt
from ipt_formulate.case.case import Case
from ipt_formulate.errors import InputError
from ipt_formulate.interchange.csv_long import ReadCase, read_cases, read_file, rows_of, write_cases, write_file
from ipt_formulate.testing.strategies import cases

HEAD = "id,path,value\n"
LABELS = st.text(st.sampled_from("=+-@'\"＝;,| aä|1"), max_size=8)


def written(*given: tuple[str, Case]) -> str:
    file = io.StringIO(newline="")
    write_cases(file, given)
    return file.getvalue()


def read(text: str) -> list[ReadCase]:
    return list(read_cases(io.StringIO(text, newline="")))


@given(st.lists(cases(), max_size=3))
@settings(max_examples=60, deadline=None)
def test_any_cases_come_back_as_they_were(given: list[Case]) -> None:
    named = [(f"case {place}", case) for place, case in enumerate(given)]
    assert [(each.id, each.case) for each in read(written(*named))] == named


def test_the_shipped_cases_come_back_from_a_file(tmp_path: Path) -> None:
    named = {name: ipt.example(name) for name in ipt.example_names()}
    path = tmp_path / "cases.csv"
    write_file(path, named.items())
    assert {each.id: each.case for each in read_file(path)} == named


@given(LABELS.filter(lambda text: text.strip() == text and text), LABELS)
@settings(max_examples=300, deadline=None)
def test_no_cell_is_a_formula_and_every_text_comes_back(name: str, label: str) -> None:
    case = ipt.parse_case({"inventory": {"people": [{"id": "p", "label": label or "x"}]}})
    text = written((name, case))
    for row in csv.reader(io.StringIO(text, newline="")):
        assert not any(cell.startswith(("=", "+", "-", "@", "＝", "\t", "\r")) for cell in row)
    assert [(each.id, each.case) for each in read(text)] == [(name, case)]


@given(cases(max_items=2), st.data())
@settings(max_examples=40, deadline=None)
def test_a_row_that_is_left_out_is_not_known_and_never_no(case: Case, data: st.DataObject) -> None:
    rows = [(path, word) for path, word in rows_of(case) if path != "schema_version"]
    if len(rows) > 1:
        gone = data.draw(st.sampled_from(rows))
        kept = [row for row in rows if row != gone]
        file = io.StringIO(HEAD, newline="")
        file.seek(0, io.SEEK_END)
        csv.writer(file).writerows(("a", path, word) for path, word in kept)
        (found,) = read(file.getvalue())
        if found.case is not None:  # others can depend on it, which is told
            told = {(path, word) for path, word in rows_of(found.case) if word and path != "schema_version"}
            assert told == {(path, word) for path, word in kept if word}


def test_cases_are_read_one_by_one_as_the_file_is() -> None:
    lines = iter([HEAD.rstrip() + "\r\n", "a,assessment.age_band,adult\r\n", "b,assessment.age_band,child\r\n"])
    taken: list[str] = []

    def source() -> Iterator[str]:
        for line in lines:
            taken.append(line)
            yield line

    class Stream(io.TextIOBase):
        def __iter__(self) -> Iterator[str]:  # type: ignore[override]
            return source()

    first = next(read_cases(Stream()))  # type: ignore[arg-type]
    assert (first.id, len(taken)) == ("a", 3)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["a,assessment.age_band"], "file: line 2: must have three cells"),
        ([",assessment.age_band,adult"], "file: line 2: must have three cells"),
        (["a,assessment.age_band,grown"], "file: line 2 assessment.age_band: must be child"),
        (["a,assessment.age_band,"], "file: line 2: has no value"),
        (["a,assessment.age_band,adult", "a,assessment.age_band,adult"], "file: line 3: has a path that stood above"),
        (["a,assessment.age_band,adult", "a,assessment.age_band.x,adult"], "file: line 3: has a path that does not fit"),
        (["a,inventory.people[x].closeness,9"], "file: line 2 inventory.people[0].closeness: must be 1 to 4"),
        (["a,inventory.people[X!].alive,yes"], "file: line 2 inventory.people[0].id: must be a plain word"),
        (["a,inventory.people[x],3"], "must be a mapping of fields"),
        (["a,inventory.people[x].alive[0],3"], "file: line 2 inventory.people[0].alive: must be true"),
        (["a,assessment.measures[1].instrument,phq9"], "is not numbered 0, 1, 2"),
        (["a,assessment.measures[0].instrument,phq9", "a,assessment.measures[0].total,28"], "must be 0 to 27"),
        (["a,assessment.measures[x].total,28"], "file: line 2: has a path that does not fit"),
        (["a,assessment.episode.worsenings[0].when,3w", "a,assessment.episode.worsenings[],"], "file: line 3: has a path"),
        (["a,a b,c"], "file: line 2: has a path that does not fit"),
        (["a,nothing,c"], "file: line 2 nothing: is not a field here"),
        (["a,assessment.age_band,adult", "b,assessment.age_band,adult", "a,assessment.date,2024-01-01"], "file: line 4: is a case that stood above"),
    ],
)  # fmt: skip
def test_every_fault_is_told_with_its_line(rows: list[str], message: str) -> None:
    problems = [str(problem) for each in read(HEAD + "\n".join(rows) + "\n") for problem in each.problems]
    assert any(message in each for each in problems), problems


def test_all_faults_of_a_case_are_told_and_the_other_cases_are_kept() -> None:
    text = HEAD + "a,assessment.age_band,x\na,inventory.people[p].closeness,9\n\nb,assessment.age_band,adult\n"
    bad, good = read(text)
    assert (len(bad.problems), bad.case) == (2, None)
    assert (good.problems, good.case) == ((), Case(assessment={"age_band": "adult"}))
    assert "x" not in {str(each).rpartition(": ")[2] for each in bad.problems}


@pytest.mark.parametrize("text", ["", "id,value\n", 'id,path,value\n"a'])
def test_what_is_no_such_csv_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        read(text)


def test_files_that_cannot_be_read_or_written_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        list(read_file(tmp_path / "none.csv"))
    (tmp_path / "latin.csv").write_bytes(b"id,path,value\na,inventory.people[p].label,\xe4\n")
    with pytest.raises(InputError, match="in UTF-8"):
        list(read_file(tmp_path / "latin.csv"))
    with pytest.raises(InputError, match="cannot be written"):
        write_file(tmp_path / "none" / "cases.csv", [])


@pytest.mark.parametrize("names", [[""], [" a"], ["a", "a"], ["a" * 2001]])
def test_names_that_cannot_tell_cases_apart_are_refused(names: Iterable[str]) -> None:
    with pytest.raises(InputError, match="give each case a name of its own"):
        written(*((name, Case()) for name in names))
