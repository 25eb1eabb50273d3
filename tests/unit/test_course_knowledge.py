"""What is wrong with the files of a course is told all at once, by file and line, with what to do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ipt_formulate import resources
from ipt_formulate.course.knowledge import load_course_knowledge, shipped_course
from ipt_formulate.errors import RuleBaseError
from ipt_formulate.rulebase.loader import shipped_rulebase


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A copy of what is shipped."""
    copy = tmp_path / "course"
    shutil.copytree(resources.rules_directory() / "course", copy)
    return copy


def problems(directory: Path) -> list[str]:
    with pytest.raises(RuleBaseError) as found:
        load_course_knowledge(directory, shipped_rulebase())
    return [str(each) for each in found.value.problems]


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_copy_of_what_is_shipped_is_the_same(course: Path) -> None:
    assert load_course_knowledge(course, shipped_rulebase()).sha256 == shipped_course().sha256


def test_every_number_is_used() -> None:
    """By a file as ``$name``, or by the library by its name."""
    directory = resources.rules_directory() / "course"
    files = [path.read_text(encoding="utf-8") for path in directory.rglob("*.yaml") if path.name != "parameters.yaml"]
    source = Path(shipped_course.__wrapped__.__code__.co_filename).parent
    modules = [path.read_text(encoding="utf-8") for path in source.rglob("*.py")]
    for name in shipped_course().parameters:
        assert any(f"${name}" in text for text in files) or any(f'"{name}"' in text for text in modules), name


def test_all_faults_are_told_at_once(course: Path) -> None:
    changed(course / "variants" / "brief.yaml", "$brief_termination", "$brief_end")
    changed(course / "tasks" / "middle.yaml", "phase: middle", "phase: centre")
    changed(course / "no_gain.yaml", "  do: Consider medication", "  make: Consider medication")
    (course / "goals" / "grief.yaml").unlink()
    (course / "goals" / "sorrow.yaml").write_text("{}", encoding="utf-8")
    (course / "statement.yaml").write_text("- a list", encoding="utf-8")
    (course / "bibliography.yaml").write_text("- a list", encoding="utf-8")
    (course / "tasks" / "again.yaml").write_text((course / "tasks" / "initial.yaml").read_text(encoding="utf-8"))
    (course / "broken.yaml").write_text("a: [", encoding="utf-8")
    (course / "link.yaml").symlink_to(course / "statement.yaml")
    told = "\n".join(problems(course))
    for expected in (
        "course/variants/brief.yaml:6: there is no parameter brief_end",
        "course/tasks/middle.yaml:5: phase: ",
        "do: is missing",
        "course/goals/grief.yaml: is missing",
        "course/goals/sorrow.yaml: is of no area",
        "course/statement.yaml",
        "course/bibliography.yaml:1: must be a mapping by name",
        "check_illness_and_risk stands in another file too",
        "course/broken.yaml",
        "link.yaml: is a link",
    ):
        assert expected in told, expected


def test_dangling_names_are_told(course: Path) -> None:
    changed(course / "tasks" / "initial.yaml", "technique: assessment", "technique: guesswork")
    changed(course / "goals" / "grief.yaml", "key: guide-2018-ch5", "key: nobody-1999")
    changed(
        course / "wording" / "grief.yaml",
        "locator: the wording, supports: assumption",
        "locator: the wording, supports: course",
    )
    told = problems(course)
    assert len(told) == 3
    assert "names the technique guesswork, which there is not" in "\n".join(told)
    assert "cites nobody-1999, which is in no bibliography" in "\n".join(told)
    assert "shows an assumption as a source, or a source as an assumption" in "\n".join(told)


def test_no_directory(tmp_path: Path) -> None:
    assert "is not a directory" in problems(tmp_path / "nothing")[0]
