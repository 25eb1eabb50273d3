"""What the page asks of the server: each request with its fields, and nothing besides."""

from __future__ import annotations

from typing import Any, Literal, TypeVar

from pydantic import Field, ValidationError

from ipt_formulate.case.faults import problems_of
from ipt_formulate.case.record import Id, Record
from ipt_formulate.documents import parse_json
from ipt_formulate.errors import InputError, Problem
from ipt_formulate.practice.attempt import Attempt, By
from ipt_formulate.practice.changing import MOST_CHANGES, Change
from ipt_formulate.practice.session import Session
from ipt_formulate.practice.teaching import MOST_SESSIONS

MOST_ASKED = 200
Asked = TypeVar("Asked", bound=Record)


class Asking(Record):
    """What is known of a staged case after some sessions and questions."""

    sessions: int = Field(default=0, ge=0, le=MOST_SESSIONS)
    asked: tuple[Id, ...] = Field(default=(), max_length=MOST_ASKED)


class Comparing(Record):
    """The attempts that are to be compared: a trainee's, or those of a therapist and a supervisor."""

    attempts: tuple[Attempt, ...] = Field(max_length=2)


class Changing(Record):
    """A case with facts answered otherwise; all that can be known of it where no sessions are named."""

    case: Id
    changes: tuple[Change, ...] = Field(default=(), max_length=MOST_CHANGES)
    sessions: int | None = Field(default=None, ge=0, le=MOST_SESSIONS)
    asked: tuple[Id, ...] = Field(default=(), max_length=MOST_ASKED)


class Exporting(Record):
    """What is to be kept: of a session one person's ratings or all of it, or a view held against the library's."""

    kind: Literal["ratings", "session", "teaching_case", "rule_proposal"]
    session: Session | None = None
    by: By = By.TRAINEE
    attempt: Attempt | None = None


def read(body: bytes, form: type[Asked]) -> Asked:
    """A request from the body that was sent.

    Raises:
        InputError: it is no JSON in UTF-8, or not of the form; ``problems`` lists every fault.

    Examples:
        >>> read(b'{"sessions": 1, "asked": ["deaths"]}', Asking).sessions
        1
        >>> read(b'{"sessions": 1', Asking)
        Traceback (most recent call last):
        ...
        ipt_formulate.errors.DocumentError: request:1: is not valid JSON; check commas, quotes and brackets here
    """
    try:
        content: Any = parse_json(body.decode("utf-8"), "request").content
    except UnicodeDecodeError:
        raise InputError([Problem("request", "is not UTF-8 text", "send it as UTF-8")]) from None
    if not isinstance(content, dict):
        raise InputError([Problem("request", "must be a mapping of fields", "send an object of JSON")])
    try:
        return form.model_validate(content)
    except ValidationError as error:
        raise InputError(problems_of(error, form)) from None


def who_are_all_there(attempts: tuple[Attempt, ...]) -> None:
    """See that nobody is shown anything before everyone has committed.

    Raises:
        InputError: a therapist's attempt is there without the supervisor's, or the reverse, or a trainee's beside one.
    """
    there = {each.by for each in attempts}
    if there not in ({By.TRAINEE}, {By.THERAPIST, By.SUPERVISOR}):
        what = "must be a trainee's alone, or a therapist's and a supervisor's"
        raise InputError([Problem("attempts", what, "let both commit, then compare")])
