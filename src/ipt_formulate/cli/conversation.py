"""An interview at the terminal: the best next question, again and again, and how the picture changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.text import Text

from ipt_formulate.case.case import LISTS
from ipt_formulate.case.files import write_case
from ipt_formulate.cli.listing import NAMES, added, known
from ipt_formulate.cli.prompting import Command, Prompt, ask, chosen, prompt_for
from ipt_formulate.cli.shared import show
from ipt_formulate.errors import CaseError
from ipt_formulate.formulation.contents import Question
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.interviews import Interview
from ipt_formulate.report.text import sections
from ipt_formulate.rulebase.conditions import Among, Within, walk
from ipt_formulate.rulebase.loader import shipped_rulebase

HEAD: Final = "# Written by: ipt-formulate interview. Resume with: ipt-formulate interview THIS_FILE\n"
_COMMANDS: Final = {
    "u": "the client does not know", "s": "skip", "p": "the whole picture", "b": "take the last answer back", "q": "leave",
}  # fmt: skip
_TOGETHER: Final = {"u": "I do not know", "s": "not now", "b": "take the last answer back", "q": "stop here"}


class Conversation:
    """One interview: what is asked, what is written, and what is shown after each answer."""

    def __init__(self, session: Interview, console: Console, target: Path, *, together: bool) -> None:
        self.session, self.console, self.target, self.together = session, console, target, together
        self.skipped: set[str] = set()
        self.answers: list[list[str]] = []
        self.commands = _TOGETHER if together else _COMMANDS

    def run(self) -> None:
        """Ask until nothing is left to ask, or the conversation is left."""
        self._say(f"Every answer is written to {self.target}. Stop whenever you like, with q or Ctrl-C.")
        self._say(
            f"At any question: {'; '.join(f'{key} {words}' for key, words in self.commands.items())}.", style="dim"
        )
        if not self._safety():
            return
        self._picture(None)
        while (question := self._next()) is not None:
            if not self._put(question):
                return
        self._say("Nothing that is open can change the focus now.", style="bold")

    def close(self) -> None:
        """Say where the answers are, and how to go on."""
        if self.answers:
            self._say(f"All answers are in {self.target}. Go on with: ipt-formulate interview {self.target}")
            self._say(f"The whole picture, with what to do about safety: ipt-formulate formulate {self.target}")
        else:
            self._say("Nothing was recorded, and nothing was written.")

    def _next(self) -> Question | None:
        questions = self.session.questions(50)
        return next((each for each in questions if (each.field or each.ask) not in self.skipped), None)

    def _put(self, question: Question) -> bool:
        """Ask one question; False where the conversation is left."""
        self.console.print()
        self._say(question.ask, style="bold")
        if question.field.startswith("inventory.inquiry."):
            return self._inquire(question.field.removeprefix("inventory.inquiry."))
        prompt = prompt_for(question.field, self._links(question.field))
        if not self.together:
            self._say(
                f"{question.about}. Recorded as {question.field}: {prompt.meaning} [{question.rule}]", style="dim"
            )
        return self._answer(question.field, prompt)

    def _answer(self, path: str, prompt: Prompt) -> bool:
        while True:
            answer = ask(self.console, prompt, self.commands)
            if not isinstance(answer, Command):
                if self._tell({path: answer}):
                    return True
                continue
            if answer == "q":
                return False
            if answer == "p":
                show(sections(self.session.formulation))
                continue
            if answer == "b":
                self._take_back()
            else:
                self.skipped.add(path)
            return True

    def _inquire(self, name: str) -> bool:
        """Go through a list: add what comes up, then record how it was asked about."""
        words, names = NAMES[name]
        self._say(f"{words}. Known: {known(self.session.case, name)}.")
        told: dict[str, Any] = {}
        place, taken = len(getattr(self.session.case.inventory, name)), set[str]()
        while typed := self.console.input("  > ").strip():
            if typed in self.commands and typed != "u":
                if typed == "p":
                    show(sections(self.session.formulation))
                    continue
                if typed == "s":
                    self.skipped.add(f"inventory.inquiry.{name}")
                if typed == "b":
                    self._take_back()
                return typed != "q"
            try:
                word = chosen(names, typed)
            except ValueError as error:
                self._say(f"  {error}", style="yellow")
                continue
            told[f"inventory.{name}[{place}]"] = added(self.session.case, name, word, taken)
            place += 1
        thorough = ask(self.console, Prompt("", (), "was all of this gone through thoroughly? y or n", _yes), {})
        told[f"inventory.inquiry.{name}"] = "thorough" if thorough is True else "brief"
        self._tell(told)
        return True

    def _links(self, path: str) -> dict[str, str]:
        inventory = self.session.case.inventory
        own = path.partition("[")[2].partition("]")[0]
        items = [(name, item) for name in LISTS[1:] for item in getattr(inventory, name) if item.id != own]
        named = {item.id: f"{name.removesuffix('s')}: {item.label or item.id}" for name, item in items}
        return {"none": "none of these", "illness": "the illness", **named}

    def _tell(self, told: dict[str, Any]) -> bool:
        """Record answers, write the case, and show what has changed."""
        before, done = self.session.formulation, []
        try:
            for path, value in told.items():
                self.session.tell(path, value)
                done.append(path)
        except CaseError as error:
            for path in reversed(done):
                self.session.retract(path)
            self._say(f"  {error}", style="yellow")
            return False
        self.answers.append(done)
        write_case(self.target, self.session.case, head=HEAD)
        self._picture(before)
        return True

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

    def _picture(self, before: Formulation | None) -> None:
        """What is new: red flags first, then areas whose status has changed, then the focus."""
        now = self.session.formulation
        known = {flag.rule for flag in before.safety.flags} if before else set()
        for flag in now.safety.flags:
            if flag.rule not in known:
                self._flag(flag.flag, flag.actions)
        if self.together:
            if before is None or now.focus.sentence != before.focus.sentence:
                self._say(_in_plain_words(now))
            return
        for area, finding in now.areas.items():
            if before is not None and finding.status != before.areas[area].status:
                words = area.replace("_", " ").capitalize()
                self._say(
                    f"  {words}: {before.areas[area].status.replace('_', ' ')} -> {finding.status.replace('_', ' ')}",
                    style="cyan",
                )
        if before is None or now.focus.sentence != before.focus.sentence:
            self._say(f"  {now.focus.sentence}", style="cyan")

    def _flag(self, words: str, actions: tuple[str, ...]) -> None:
        if self.together:
            self._say(
                "Let us pause here for a moment. (For the clinician: look at the safety part of the report.)",
                style="bold",
            )
            return
        self._say(f"  ! {words}", style="bold red")
        for action in actions:
            self._say(f"    - {action}", style="red")

    def _safety(self) -> bool:
        """Safety first: offer the questions that were not asked; False where the conversation is left."""
        topics = self.session.formulation.safety.not_yet_asked
        if not topics:
            return True
        if self.together:
            self._say(
                "(For the clinician: the safety questions are not part of this screen; ask them yourself, those about violence and control in private.)",
                style="dim",
            )
            return True
        self._say(f"Safety first. Not known: {'; '.join(topics)}.")
        wanted = ask(self.console, Prompt("", (), "ask about these now? y or n", _yes), {"q": "leave"})
        if wanted == "q":
            return False
        for path, words in self._open_safety_fields() if wanted is True else ():
            self.console.print()
            self._say(words, style="bold")
            self._say(f"Recorded as {path}.", style="dim")
            if not self._answer(path, prompt_for(path, {})):
                return False
            if path in self.session.told and "assessment.safety.asked" not in self.session.told:
                self._tell({"assessment.safety.asked": "today"})
        return True

    def _open_safety_fields(self) -> list[tuple[str, str]]:
        """The safety fields that are not recorded, each with the words of a rule that reads it."""
        found: dict[str, str] = {}
        safety = self.session.case.assessment.safety
        for rule in shipped_rulebase().safety:
            for node in walk(rule.condition):
                if isinstance(node, (Within, Among)) and node.term.startswith("assessment.safety."):
                    name = node.term.removeprefix("assessment.safety.")
                    if name in type(safety).model_fields and name != "asked" and getattr(safety, name) is None:
                        found.setdefault(node.term, rule.text.ask)
        order = list(type(safety).model_fields)
        return sorted(found.items(), key=lambda each: order.index(each[0].removeprefix("assessment.safety.")))

    def _say(self, words: str, style: str = "") -> None:
        self.console.print(Text(words, style=style), soft_wrap=False)


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
    words = " and ".join(each.candidates[0].name for each in named)
    return f"So far, what you told points to: {words}. We decide together what to work on."
