"""The interview at the terminal: what it asks, what it writes, and that nothing is lost however it is left."""

from __future__ import annotations

import os
import pty
import signal
import sys
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

import ipt_formulate as ipt
from ipt_formulate.case import files
from ipt_formulate.case.case import Case
from ipt_formulate.case.places import places
from ipt_formulate.cli import conversation, main
from ipt_formulate.cli.prompting import Command, Prompt, chosen, prompt_for

Run = Callable[..., tuple[int, str, str]]
FOUR = ["", "n", "", "n", "", "n", "", "n"]
"""Nobody and nothing comes up in any of the four lists, each asked about briefly."""


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.chdir(tmp_path)

    def interview(*arguments: str, typed: list[str], end: str = "q") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["ipt-formulate", "interview", *arguments])
        monkeypatch.setattr(sys, "stdin", StringIO("\n".join([*typed, end, ""])))
        with pytest.raises(SystemExit) as stop:
            main()
        captured = capsys.readouterr()
        return int(stop.value.code or 0), captured.out, captured.err

    return interview


def test_a_case_is_asked_for_from_nothing_to_a_settled_focus(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {
        "Before, around or after the onset": "around",
        "Who that person is": "parent",
        "A person, a per": "person",
    }
    really_ask = conversation.ask

    def ask(console: Any, prompt: Prompt, commands: Any) -> Any:
        told = next((answer for start, answer in answers.items() if prompt.meaning.startswith(start)), None)
        if told is not None:
            return prompt.read(told)
        return Command("s") if "s" in commands else really_ask(console, prompt, commands)

    monkeypatch.setattr(conversation, "ask", ask)
    code, out, err = run(typed=["n", "partner", "", "n", "parent", "", "n", "", "n", "", "n"])
    assert (code, err) == (0, "")
    case = ipt.load_case("interview.yaml")
    assert case.inventory.deaths[0].id == "parent-death"
    assert case.inventory.inquiry.conflicts == "brief"
    assert case.inventory.deaths[0].relative_to_onset == "around"
    assert "Grief: not supported" not in out
    assert "Go on with: ipt-formulate interview interview.yaml" in " ".join(out.split())


def test_it_is_left_at_any_time_and_gone_on_with(run: Run) -> None:
    assert run(typed=["n", "friend", "", "n"])[0] == 0
    before = ipt.load_case("interview.yaml")
    assert [person.role for person in before.inventory.people] == ["friend"]
    assert run("interview.yaml", typed=["n", "parent", "", "y"])[0] == 0
    after = ipt.load_case("interview.yaml")
    assert after.inventory.people == before.inventory.people
    assert after.inventory.inquiry.deaths == "thorough"


def test_nothing_is_written_over_a_file_that_no_interview_wrote(run: Run) -> None:
    Path("mine.yaml").write_text("# my own notes\nassessment: {age_band: adult}\n", "utf-8")
    assert run("mine.yaml", typed=["n", "", "n"])[0] == 0
    assert Path("mine.yaml").read_text("utf-8").startswith("# my own notes")
    assert ipt.load_case("mine-interview.yaml").assessment.age_band == "adult"
    code, _, err = run("mine.yaml", typed=[])
    assert code == 2
    assert "mine-interview.yaml: is there already; go on with it as CASE" in err
    assert run("mine.yaml", "--out", "mine.yaml", typed=["n", "", "n"])[0] == 0
    assert run("--out", "no-such-folder/x.yaml", typed=[])[0] == 2
    assert run("no-such-case", typed=[])[0] == 2


def test_an_answer_is_taken_back_skipped_or_not_known(run: Run) -> None:
    code, out, _ = run(typed=["n", *FOUR[:2], "b", "s", "p", "x", "", "n", "u", "q"])
    assert code == 0
    assert "The last answer is taken back." in out
    assert "WHAT THIS IS" in out
    assert "choose one of" in out or "must be" in out or "answer y or n" in out


def test_what_cannot_be_read_is_asked_for_again_with_the_remedy(run: Run) -> None:
    code, out, _ = run(
        "sheryl-divorced-single-mother", typed=["n", *FOUR[:2], *FOUR[:2], "sometime", "9", "around"], end="q"
    )
    assert code == 0
    assert "choose one of: before, around, after" in out.replace("\n    ", " ")
    assert (
        ipt.load_case("sheryl-divorced-single-mother-interview.yaml").inventory.changes[0].relative_to_onset == "around"
    )


def test_safety_comes_first_and_a_flag_is_shown_at_once(run: Run) -> None:
    code, out, _ = run(typed=["y", "3", "y", "s", "s"])
    assert code == 0
    assert out.index("Safety first.") < out.index("! ")
    assert "safety plan" in out
    case = ipt.load_case("interview.yaml")
    assert case.assessment.safety.suicidal_thoughts == "active"
    assert case.assessment.safety.asked is not None
    assert run("interview.yaml", typed=[], end="")[0] == 0


def test_together_with_the_client_no_category_no_label_and_no_safety_question_is_on_the_screen(run: Run) -> None:
    case = ipt.example("mrs-e-late-life-widow").with_("inventory.people[0].label", "the violent drinker")
    Path("case.yaml").write_text(ipt.to_yaml(case), "utf-8")
    code, out, _ = run("case.yaml", "--together", typed=["", "n", "", "n"])
    assert code == 0
    screen = " ".join(out.split()).split("All answers are in")[0]
    assert "So far, what you told points to: the death of the partner. We decide together" in screen
    for word in ("grief", "suicid", "drinker", "[", "assessment.", "criterion", "focus", "undetermined", "supported"):
        assert word not in screen.lower(), word
    deficits = {"lifelong_difficulty": True, "isolation_began": "long_before", "close_ties_before": "few"}
    thorough = dict.fromkeys(("people", "deaths", "conflicts", "changes"), "thorough")
    Path("alone.yaml").write_text(
        ipt.to_yaml(ipt.parse_case({"inventory": {"inquiry": thorough, "pattern": deficits}}))
    )
    assert "how things are between you and other people" in " ".join(
        run("alone.yaml", "--together", typed=[])[1].split()
    )


def test_together_with_the_client_a_red_flag_ends_it_without_a_word_of_what_it_is(run: Run) -> None:
    case = ipt.example("leonard-ptsd-grief-911").with_("assessment.safety.suicide_intent", True)
    Path("case.yaml").write_text(ipt.to_yaml(case), "utf-8")
    code, out, _ = run("case.yaml", "--together", typed=["", "n"])
    assert code == 0
    assert "Let us pause here." in out
    assert "With whom" not in out
    assert "suicid" not in out
    assert "Nothing was recorded" in out


def test_an_old_no_is_never_dated_anew_by_another_answer(run: Run) -> None:
    Path("old.yaml").write_text(
        "assessment: {safety: {asked: 90d, suicidal_thoughts: none, suicide_plan: false}}\n", "utf-8"
    )
    assert run("old.yaml", typed=["y", "s", "s", "n"])[0] == 0
    case = ipt.load_case("old-interview.yaml")
    assert case.assessment.safety.asked.text == "90d"
    assert "suicidal thoughts" in ipt.formulate(case).safety.not_yet_asked
    code, out, _ = run(
        "old.yaml",
        "--out",
        "new.yaml",
        typed=["y", "1", "n", "n", "never", "1", *["n"] * 3, "1", "n", "1", "1", *["n"] * 3],
    )
    assert code == 0
    case = ipt.load_case("new.yaml")
    assert case.assessment.safety.asked.text == "today"
    assert "suicidal thoughts" not in ipt.formulate(case).safety.not_yet_asked
    assert "Not part of these questions, and still to be asked: violence, coercion or fear (in private)" in " ".join(
        out.split()
    )


def test_taken_back_the_safety_question_is_put_again_and_the_answer_is_gone(run: Run) -> None:
    code, out, _ = run(typed=["y", "3", "b", "1"])
    assert code == 0
    assert "The last answer is taken back." in out
    assert ipt.load_case("interview.yaml").assessment.safety.suicidal_thoughts == "none"


def test_two_of_one_role_and_an_answer_the_client_does_not_know_are_recorded(run: Run) -> None:
    assert run(typed=["n", "", "n", "parent", "parent"], end="")[0] == 0
    case = ipt.load_case("interview.yaml")
    assert [death.id for death in case.inventory.deaths] == ["parent-death", "parent-death-2"], (
        "each was written at once"
    )
    assert run("interview.yaml", typed=["n", "", "n", "", "n", "", "n", "u"])[0] == 0
    assert "asked_unknown" in ipt.to_yaml(ipt.load_case("interview.yaml"))


def test_what_was_skipped_or_only_briefly_asked_is_never_called_settled(run: Run) -> None:
    everything = {"inquiry": dict.fromkeys(("people", "deaths", "conflicts", "changes"), "brief")}
    pattern = {"lifelong_difficulty": False, "isolation_began": "not_isolated", "close_ties_before": "several"}
    Path("c.yaml").write_text(ipt.to_yaml(ipt.parse_case({"inventory": {**everything, "pattern": pattern}})), "utf-8")
    out = " ".join(run("c.yaml", typed=["n", *["s"] * 6])[1].split())
    assert "Nothing is left to ask but what was skipped." in out


def test_ctrl_c_at_the_terminal_loses_nothing(tmp_path: Path) -> None:
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(tmp_path)
        os.execv(sys.executable, [sys.executable, "-m", "ipt_formulate.cli", "interview"])
    seen = b""

    def until(words: bytes) -> None:
        nonlocal seen
        deadline = time.monotonic() + 60
        while words not in seen:
            assert time.monotonic() < deadline, seen
            seen += os.read(terminal, 4096)
        seen = seen.split(words, 1)[1]

    until(b"ask about these now?")
    os.write(terminal, b"n\n")
    until(b"Who are the people")
    os.write(terminal, b"friend\n\n")
    until(b"gone through thoroughly?")
    os.write(terminal, b"n\n")
    until(b"Who died?")
    os.kill(pid, signal.SIGINT)
    until(b"All answers are in interview.yaml")
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    os.close(terminal)
    assert ipt.load_case(tmp_path / "interview.yaml").inventory.people[0].role == "friend"
    assert [path.name for path in tmp_path.iterdir()] == ["interview.yaml"]


def test_a_file_that_cannot_be_written_is_said_so_and_nothing_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "case.yaml"
    target.write_text("before", "utf-8")

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "_written", refuse)
    with pytest.raises(ipt.IptFormulateError, match="cannot be written; give another file"):
        files.write_case(target, Case())
    assert target.read_text("utf-8") == "before"
    assert list(tmp_path.iterdir()) == [target]


def test_every_field_of_a_case_can_be_asked_for() -> None:
    """So that no question can come up that the terminal does not know how to put."""
    case = ipt.parse_case({"inventory": {name: [{}] for name in ("people", "deaths", "conflicts", "changes")}})
    for place in places(case):
        path = str(place.path[0])
        for part in place.path[1:]:
            path += f"[{part}]" if isinstance(part, int) else f".{part}"
        if place.kind is not None:
            assert prompt_for(path, {}).meaning
    assert prompt_for("assessment.episode.worsenings", {}).read("no") == []
    assert prompt_for("assessment.episode.worsenings", {}).read("about 6w") == [{"when": "about 6w"}]
    assert prompt_for("assessment.measures[icg].total", {}).read("20-30") == {"at_least": 20, "at_most": 30}
    assert prompt_for("inventory.changes[x].arose_from", {"none": "none", "d": "a death"}).read("2") == "d"
    assert prompt_for("inventory.changes[x].symptoms_worse_after", {}).read("y") == {"answer": True, "basis": "client"}
    assert chosen(("parent", "partner"), "parent") == "parent"
    with pytest.raises(ValueError, match="choose one of: parent, partner"):
        chosen(("parent", "partner"), "par")
