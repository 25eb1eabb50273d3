"""What somebody who practises is shown of a case before they commit: blind, and nothing of what was not asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ipt_formulate.api import rulebase_for
from ipt_formulate.case.case import LISTS, Case
from ipt_formulate.case.record import Record
from ipt_formulate.errors import InputError
from ipt_formulate.formulation.settings import Settings
from ipt_formulate.formulation.wording import capital
from ipt_formulate.practice.asking import asked_of, left, open_asks
from ipt_formulate.practice.attempt import Attempt, problems_of_attempt
from ipt_formulate.practice.teaching import NO_FOCUS, Grade, Origin, TeachingCase
from ipt_formulate.reasoning.schools import DEFAULT
from ipt_formulate.report.events import Sort, events_of
from ipt_formulate.report.ties import ties_of
from ipt_formulate.rulebase.loader import shipped_rulebase


class CaseListed(Record):
    """A case in the list: never what it is meant to show.

    Attributes:
        name: what it is called in addresses and files.
        title: what it is called.
        origin: published, or composed.
        grade: how hard it is meant to be.
        staged: whether more comes out only by asking.
        school: the title of its school; None for the one that is meant where none is named.
    """

    name: str
    title: str
    origin: Origin
    grade: Grade
    staged: bool
    school: str | None


class Named(Record):
    """Somebody, or something that happened."""

    id: str
    words: str
    kind: Sort | None = None


class AreaShown(Record):
    """A problem area of the school, and what it means."""

    id: str
    title: str
    meaning: str


class Exchange(Record):
    """A question, with the answer once it was put."""

    id: str
    ask: str
    answer: str | None = None


class SessionTold(Record):
    """What the client told in a session without being asked."""

    session: int
    told: str


class CaseShown(CaseListed):
    """A case as far as it is known.

    Attributes:
        story: what is read first.
        people: everyone who is told of.
        events: deaths, conflicts and changes.
        areas: the areas of the school in which the case is formulated.
        sessions: how many sessions there were.
        most_sessions: how many there can be; 0 where the case is not staged.
        asks_a_session: how many questions can be put in a session; None where the case is not staged.
        told: what was told in the sessions.
        asked: the questions that were put, with their answers.
        asks: the questions that can be put now.
        left: how many of them there is still time for.
    """

    story: str
    people: tuple[Named, ...]
    events: tuple[Named, ...]
    areas: tuple[AreaShown, ...]
    sessions: int
    most_sessions: int
    asks_a_session: int | None
    told: tuple[SessionTold, ...]
    asked: tuple[Exchange, ...]
    asks: tuple[Exchange, ...]
    left: int


def listed(cases: Mapping[str, TeachingCase]) -> tuple[CaseListed, ...]:
    """The list of the cases, the easy ones first.

    Examples:
        >>> from ipt_formulate.practice.files import shipped_teaching_cases
        >>> "shows" in listed(shipped_teaching_cases())[0].model_dump()
        False
    """
    grades = list(Grade)
    ordered = sorted(cases.items(), key=lambda each: (grades.index(each[1].grade), each[1].title.casefold(), each[0]))
    return tuple(_head(name, teaching) for name, teaching in ordered)


def shown(name: str, teaching: TeachingCase, sessions: int = 0, asked: Sequence[str] = ()) -> CaseShown:
    """A case after some sessions in which some questions were put.

    Args:
        name: what the case is called in the list.
        teaching: the case.
        sessions: how many sessions there were; 0 where the case is not staged.
        asked: the ids of the questions, in the order in which they were put.

    Raises:
        InputError: there were not so many sessions, or a question could not be put so; ``problems`` lists every fault.
    """
    check_asking(teaching, sessions, asked)
    case = teaching.known(sessions, asked)
    areas = rulebase_for(teaching.tradition, Settings(), None).areas.values()
    return CaseShown(
        **dict(_head(name, teaching)),
        story=teaching.story.strip(),
        people=tuple(Named(id=tie.id, words=capital(tie.name)) for tie in ties_of(case)),
        events=tuple(_events(case)),
        areas=tuple(AreaShown(id=area.id, title=area.title, meaning=area.definition) for area in areas),
        sessions=sessions,
        most_sessions=len(teaching.stages),
        asks_a_session=teaching.asks_a_session,
        told=tuple(SessionTold(session=each.session, told=each.told.strip()) for each in teaching.stages[:sessions]),
        asked=tuple(Exchange(id=each.id, ask=each.ask, answer=each.answer) for each in asked_of(teaching, asked)),
        asks=tuple(Exchange(id=each.id, ask=each.ask) for each in open_asks(teaching, sessions, asked)),
        left=left(teaching, sessions, asked),
    )


def _head(name: str, teaching: TeachingCase) -> CaseListed:
    return CaseListed(
        name=name,
        title=teaching.title,
        origin=teaching.origin,
        grade=teaching.grade,
        staged=teaching.staged,
        school=None if teaching.tradition == DEFAULT else shipped_rulebase().traditions[teaching.tradition].title,
    )


def _events(case: Case) -> Iterator[Named]:
    """What happened, in the order of the file: when each was is what is to be thought about.

    What stands between two people is not called a dispute: whether it is one is to be thought about, too.
    """
    found = {each.id: each for each in events_of(case)}
    for name in LISTS[1:]:
        for item in getattr(case.inventory, name):
            event = found[item.id]
            words = event.name
            if event.sort == "conflict" and item.label is None:
                words = f"what is between the client and {words.removeprefix('dispute with ')}"
            yield Named(id=event.id, words=capital(words), kind=event.sort)


def check_asking(teaching: TeachingCase, sessions: int, asked: Sequence[str]) -> None:
    """See that there can have been so many sessions, and that the questions could be put in them.

    Raises:
        InputError: not so; ``problems`` lists every fault.
    """
    trial = Attempt(case="any", areas={}, focus=NO_FOCUS, sessions=sessions, asked=tuple(asked))
    if problems := list(problems_of_attempt(teaching, trial, ())):
        raise InputError(problems)
