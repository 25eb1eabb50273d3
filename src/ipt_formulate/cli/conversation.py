"""An interview at the terminal: the best next question, again and again, and how the picture changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from rich.console import Console
from rich.text import Text

from ipt_formulate.api import formulate
from ipt_formulate.case.case import LISTS, Case
from ipt_formulate.case.files import write_case
from ipt_formulate.case.terms import CASE
from ipt_formulate.cli.listing import NAMES, added, known
from ipt_formulate.cli.prompting import Command, Prompt, ask, chosen, prompt_for
from ipt_formulate.cli.safety_first import ASKED, all_asked_anew, asked_elsewhere, safety_questions
from ipt_formulate.cli.shared import show
from ipt_formulate.errors import CaseError
from ipt_formulate.formulation.contents import Question
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.interviews import Interview
from ipt_formulate.report.text import sections
from ipt_formulate.vocabulary import Urgency

HEAD: Final = "# Written by: ipt-formulate interview. Resume with: ipt-formulate interview THIS_FILE\n"
_COMMANDS: Final = {
    "u": "the client does not know", "s": "skip", "p": "the whole picture", "b": "take the last answer back", "q": "leave",
}  # fmt: skip
_TOGETHER: Final = {"u": "I do not know", "s": "not now", "b": "take the last answer back", "q": "stop here"}
Step: TypeAlias = Literal["on", "back", "leave"]
"""How the conversation goes on after a question."""


class Conversation:
    """One interview: what is asked, what is written, and what is shown after each answer.

    Args:
        session: the interview.
        console: where it is held.
        target: the file that the case is written to after every answer.
        tradition: the school, as in the session.
        together: whether the client looks on.
    """

    def __init__(self, session: Interview, console: Console, target: Path, *, tradition: str, together: bool) -> None:
        self.session, self.console, self.target = session, console, target
        self.tradition, self.together = tradition, together
        self.skipped: set[str] = set()
        self.answers: list[list[str]] = []
        self.commands = _TOGETHER if together else _COMMANDS

    def run(self) -> None:
        """Ask until nothing is left to ask, or the conversation is left."""
        self._say(f"Every answer is written to {self.target}. Stop whenever you like, with q or Ctrl-C.")
        told = "; ".join(f"{key} {words}" for key, words in self.commands.items())
        self._say(f"At any question: {told}.", style="dim")
        if not self._safety() or not self._picture(None):
            return
        while (question := self._next()) is not None:
            if self._put(question) == "leave":
                return
        self._nothing_left()

    def close(self) -> None:
        """Say where the answers are, and how to go on."""
        if self.answers:
            self._say(f"All answers are in {self.target}. Go on with: ipt-formulate interview {self.target}")
            self._say(f"The whole picture, with what to do about safety: ipt-formulate formulate {self.target}")
        else:
            self._say("Nothing was recorded, and nothing was written.")

    # questions

    def _next(self) -> Question | None:
        """The best question that was not skipped; with the client, none about safety, and nobody is named by a label."""
        for question in self._shown().next_questions(50):
            private = self.together and (
                question.field.startswith("assessment.safety.") or ".coercion." in question.field
            )
            if question.field not in self.skipped and not private:
                return question
        return None

    def _put(self, question: Question) -> Step:
        self.console.print()
        self._say(question.ask, style="bold")
        if question.field.startswith("inventory.inquiry."):
            return self._inquire(question.field.removeprefix("inventory.inquiry."))
        if not self.together:
            self._say(f"About {question.about} [{question.rule}]. Recorded as {question.field}.", style="dim")
        return self._answer(question.field)

    def _answer(self, path: str) -> Step:
        prompt = prompt_for(path, self._links(path))
        while True:
            answer = ask(self.console, prompt, self.commands)
            if not isinstance(answer, Command):
                if told := self._tell(path, answer):
                    return told
            elif answer == "p":
                show(sections(self.session.formulation))
            elif answer == "b":
                self._take_back()
                return "back"
            elif answer == "q":
                return "leave"
            else:
                self.skipped.add(path)
                return "on"

    def _inquire(self, name: str) -> Step:
        """Go through a list: what comes up is added at once, and then how the list was asked about."""
        words, names = NAMES[name]
        self._say(f"{words}. Known: {known(self._bare(), name)}.")
        while typed := self.console.input("  > ").strip():
            if typed == "p" and not self.together:
                show(sections(self.session.formulation))
            elif typed == "b":
                self._take_back()
            elif typed == "q":
                return "leave"
            elif typed == "s":
                self.skipped.add(f"inventory.inquiry.{name}")
                return "on"
            else:
                self._add(name, names, typed)
        thorough = ask(self.console, Prompt("", (), "was all of this gone through thoroughly? y or n", _yes), {})
        return self._tell(f"inventory.inquiry.{name}", "thorough" if thorough is True else "brief") or "on"

    def _add(self, name: str, names: tuple[str, ...], typed: str) -> None:
        try:
            word = chosen(names, typed)
        except ValueError as error:
            self._say(f"  {error}", style="yellow")
            return
        place = len(getattr(self.session.case.inventory, name))
        self._tell(f"inventory.{name}[{place}]", added(self.session.case, name, word))

    def _links(self, path: str) -> dict[str, str]:
        inventory = self._bare().inventory
        own = path.partition("[")[2].partition("]")[0]
        items = [(name, item) for name in LISTS[1:] for item in getattr(inventory, name) if item.id != own]
        named = {item.id: f"{name.removesuffix('s')}: {item.label or item.id}" for name, item in items}
        return {"none": "none of these", "illness": "the illness", **named}

    def _nothing_left(self) -> None:
        """Never more than there is to say: what was skipped is open, and so is what nobody has told yet."""
        if self.skipped:
            self._say("Nothing is left to ask but what was skipped.", style="bold")
            return
        self._say("No question is left whose answer could change what is recorded so far.", style="bold")
        if lists := [f"{each.list} ({each.asked})" for each in self.session.formulation.focus.open_inquiries]:
            self._say(f"More may exist than is recorded: {'; '.join(lists)}.")

    # answers

    def _tell(self, path: str, value: Any) -> Step | None:
        """Record an answer, write the case, and show what has changed; None where it cannot be recorded."""
        before = self.session.formulation
        try:
            self.session.tell(path, value)
        except CaseError as error:
            self._say(f"  {error}", style="yellow")
            return None
        self.answers.append([self.session.told[-1] if path not in self.session.told else path])
        write_case(self.target, self.session.case, head=HEAD)
        return "on" if self._picture(before) else "leave"

    def _take_back(self) -> None:
        if not self.answers:
            self._say("There is no answer to take back.")
            return
        before = self.session.formulation
        for path in reversed(self.answers.pop()):
            self.session.retract(path)
        write_case(self.target, self.session.case, head=HEAD)
        self._say("The last answer is taken back.")
        self._picture(before)

    def _picture(self, before: Formulation | None) -> bool:
        """Show what is new: red flags first, then areas, then the focus; False where the conversation stops."""
        now = self.session.formulation
        known_flags = {flag.rule for flag in before.safety.flags} if before else set()
        fresh = [flag for flag in now.safety.flags if flag.rule not in known_flags]
        if self.together:
            if any(flag.urgency is not Urgency.THIS_PHASE or flag.holds_focus for flag in fresh):
                self._say("Let us pause here.", style="bold")
                self._say("(For the clinician: look at the safety part of the report before going on.)", style="dim")
                return False
            if before is None or now.focus.sentence != before.focus.sentence:
                self._say(_in_plain_words(self._shown()))
            return True
        for flag in fresh:
            self._say(f"  ! {flag.flag}", style="bold red")
            for action in flag.actions:
                self._say(f"    - {action}", style="red")
        for area, finding in now.areas.items():
            if before is not None and finding.status != before.areas[area].status:
                words = [each.replace("_", " ") for each in (area, before.areas[area].status, finding.status)]
                self._say(f"  {words[0].capitalize()}: {words[1]} -> {words[2]}", style="cyan")
        if before is None or now.focus.sentence != before.focus.sentence:
            self._say(f"  {now.focus.sentence}", style="cyan")
        return True

    def _shown(self) -> Formulation:
        """The formulation to take words from; with the client, people are named by their roles."""
        return formulate(self._bare(), tradition=self.tradition) if self.together else self.session.formulation

    def _bare(self) -> Case:
        return without_labels(self.session.case) if self.together else self.session.case

    # safety

    def _safety(self) -> bool:
        """Safety first: offer the questions that are open; False where the conversation is left."""
        topics = self.session.formulation.safety.not_yet_asked
        if not topics:
            return True
        if self.together:
            words = "the safety questions are not part of this screen; ask them alone with the client."
            self._say(f"(For the clinician: {words})", style="dim")
            return True
        self._say(f"Safety first. Not known: {'; '.join(topics)}.")
        wanted = ask(self.console, Prompt("", (), "ask about these now? y or n", _yes), {"q": "leave"})
        if wanted == "q":
            return False
        if wanted is not True:
            return True
        questions, place = safety_questions(self.session.case), 0
        while place < len(questions):
            path, words = questions[place]
            self.console.print()
            self._say(words, style="bold")
            self._say(f"Recorded as {path}.", style="dim")
            step = self._answer(path)
            if step == "leave":
                break
            place = max(0, place - 1) if step == "back" else place + 1
        self._date_the_safety_questions()
        return place == len(questions)

    def _date_the_safety_questions(self) -> None:
        """They are of today only if all that is recorded of them was asked today."""
        if all_asked_anew(self.session.case, self.session.told):
            self._tell(ASKED, "today")
        elif self.session.case.assessment.safety != Case().assessment.safety:
            self._say(
                "The day on which the safety questions were asked stays as it is: not all of them were asked again."
            )
        if left := [topic for topic in asked_elsewhere() if topic in self.session.formulation.safety.not_yet_asked]:
            self._say(f"Not part of these questions, and still to be asked: {'; '.join(left)}.")

    def _say(self, words: str, style: str = "") -> None:
        self.console.print(Text(words, style=style), soft_wrap=False)


def without_labels(case: Case) -> Case:
    """A case in which people and events have no labels, so that they are named by roles and kinds."""
    inventory = case.inventory
    lists = {
        name: tuple(each.model_copy(update={"label": None}) for each in getattr(inventory, name)) for name in LISTS
    }
    return case.model_copy(update={"inventory": inventory.model_copy(update=lists)})


def _yes(typed: str) -> bool:
    if typed.lower() in ("y", "yes", "n", "no"):
        return typed.lower().startswith("y")
    raise ValueError("answer y or n")


def _in_plain_words(formulation: Formulation) -> str:
    """Where things stand, for a screen that the client sees too: no category, and nothing decided."""
    focus = formulation.focus
    named = (focus.primary,) if focus.primary else focus.tied or focus.leading
    if not named:
        return "So far: we do not know enough yet to say what to work on."
    words = [_THE_CASE if each.candidates[0].id == CASE else each.candidates[0].name for each in named]
    return f"So far, what you told points to: {' and '.join(words)}. We decide together what to work on."


_THE_CASE: Final = "how things are between you and other people"
