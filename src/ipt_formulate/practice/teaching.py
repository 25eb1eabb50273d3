"""A teaching case: a story, the case it is coded as, and, where it is staged, what comes out only by asking.

A staged case tells little at first. Each session brings what the client tells unasked, and a few questions can be put
in it; what is not asked stays unknown, which is never *no*.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, Literal, TypeAlias

from pydantic import Field

from ipt_formulate.case.case import Case
from ipt_formulate.case.files import parse_case
from ipt_formulate.case.record import Id, Record
from ipt_formulate.errors import UnknownName
from ipt_formulate.rulebase.texts import Citation

FocusWord: TypeAlias = Literal[
    "grief",
    "role_dispute",
    "role_transition",
    "interpersonal_deficits",
    "loss_of_healthy_self",
    "interpersonal_patterns",
    "none",
]
"""A problem area or, where no focus is settled, ``none``."""
NO_FOCUS: Final = "none"
MOST_SESSIONS: Final = 6
MOST_ASKS: Final = 60
MOST_OF_STORY: Final = 200_000
"""A story that was exported tells what was asked, too: all sessions and answers of a staged case fit in."""


class Origin(StrEnum):
    """Whether a teaching case was published, and is told in our words, or was composed for teaching."""

    COMPOSED = "composed"
    PUBLISHED = "published"


class Grade(StrEnum):
    """How hard a case is meant to be, in its composer's view."""

    EASY = "easy"
    MIDDLING = "middling"
    HARD = "hard"


class Point(Record):
    """Something that a trainer points out afterwards, with its sources."""

    text: str = Field(min_length=10, max_length=1000)
    citations: tuple[Citation, ...] = Field(min_length=1)


class Ask(Record):
    """A question that can be put, what the client answers, and what is known by it.

    Attributes:
        id: its name in this case.
        ask: the question.
        answer: the client's answer.
        adds: the part of a case that becomes known; see `merged`.
        after: the questions that must have been put before.
    """

    id: Id
    ask: str = Field(min_length=3, max_length=300)
    answer: str = Field(min_length=1, max_length=1000)
    adds: dict[str, Any] = {}
    after: tuple[Id, ...] = ()


class Stage(Record):
    """One session: what the client tells in it unasked, and the questions that can be put from then on."""

    session: int = Field(ge=1, le=MOST_SESSIONS)
    told: str = Field(min_length=1, max_length=2000)
    adds: dict[str, Any] = {}
    asks: tuple[Ask, ...] = Field(default=(), max_length=MOST_ASKS)


class TeachingCase(Record):
    """A case to practise on.

    Attributes:
        name: the name of its file.
        title: what it is called.
        origin: published, or composed.
        grade: how hard it is meant to be.
        shows: the area that its composer means it to show, or ``none`` where no focus is meant to be settled.
        tradition: the school in which it is formulated.
        story: what the trainee reads.
        points: what a trainer points out afterwards.
        note: where the library says otherwise than the composer, why.
        case: the content of a case file: all that the story tells or, in a staged case, what is known at first.
        asks_a_session: how many questions can be put in one session; for a staged case only.
        stages: the sessions, in their order; for a staged case only.

    Examples:
        >>> from ipt_formulate.practice.files import shipped_teaching_cases
        >>> shipped_teaching_cases()["leonard-ptsd-grief-911"].shows
        'grief'
    """

    name: str = ""
    teaching: Literal[1]
    title: str = Field(min_length=3, max_length=120)
    origin: Origin
    grade: Grade
    shows: FocusWord
    tradition: str = "weissman"
    story: str = Field(min_length=20, max_length=MOST_OF_STORY)
    points: tuple[Point, ...] = Field(default=(), max_length=20)
    note: str | None = Field(default=None, min_length=10, max_length=5000)
    case: dict[str, Any]
    asks_a_session: int | None = Field(default=None, ge=1, le=20)
    stages: tuple[Stage, ...] = Field(default=(), max_length=MOST_SESSIONS)

    @property
    def staged(self) -> bool:
        """Whether facts come out only session by session, and only when asked for."""
        return bool(self.stages)

    @property
    def whole(self) -> Case:
        """The case with all that can be known of it."""
        return self.known(len(self.stages), [ask.id for _, ask in self.asks()])

    def asks(self) -> Iterator[tuple[Stage, Ask]]:
        """Every question of the case, each with its session, in the order of the file."""
        for stage in self.stages:
            for ask in stage.asks:
                yield stage, ask

    def known(self, sessions: int = 0, asked: Sequence[str] = ()) -> Case:
        """What is known of the case after some sessions in which some questions were put.

        Args:
            sessions: how many sessions there were; of no weight where the case is not staged.
            asked: the ids of the questions, in the order in which they were put.

        Raises:
            UnknownName: there is no such question.
            CaseError: what was told and answered cannot be one case.
        """
        asks = {ask.id: ask for _, ask in self.asks()}
        if unknown := [each for each in asked if each not in asks]:
            raise UnknownName(f"{len(unknown)} of the questions are none of this case; see the list of its questions")
        content = self.case
        for stage in self.stages[:sessions]:
            content = merged(content, stage.adds)
        for each in asked:
            content = merged(content, asks[each].adds)
        return parse_case(content)


def merged(content: Any, added: Any) -> Any:
    """Content of a case with more that became known: mappings are merged, lists of items by ``id``, all else replaced.

    >>> merged({"deaths": [{"id": "a", "when": "3mo"}]}, {"deaths": [{"id": "a", "kind": "person"}, {"id": "b"}]})
    {'deaths': [{'id': 'a', 'when': '3mo', 'kind': 'person'}, {'id': 'b'}]}
    """
    if isinstance(content, Mapping) and isinstance(added, Mapping):
        return {**content, **{key: merged(content.get(key), value) for key, value in added.items()}}
    if isinstance(content, list) and isinstance(added, list) and all(isinstance(each, Mapping) for each in added):
        fresh = {each["id"]: each for each in added if "id" in each}
        kept = [merged(each, fresh.pop(each.get("id"), {})) if isinstance(each, Mapping) else each for each in content]
        return [*kept, *(each for each in added if "id" not in each or each["id"] in fresh)]
    return added
