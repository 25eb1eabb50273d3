"""The interpersonal inventory: people, deaths, conflicts, changes, the pattern of ties, and how each was asked."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ipt_formulate.case import choices as c
from ipt_formulate.case.fields import Choice, ChoiceKind, Whole, WholeKind, YesNo, coded
from ipt_formulate.case.happenings import Change, Conflict, Death
from ipt_formulate.case.people import Person
from ipt_formulate.case.record import Record
from ipt_formulate.vocabulary import Nature

MAX_ITEMS = 200
InquiryField = Annotated[Choice[c.Inquiry], ChoiceKind(c.Inquiry)]
TiesField = Annotated[Choice[c.Ties], ChoiceKind(c.Ties)]
ScoreField = Annotated[Whole, WholeKind(1, 7, "the mean score, rounded")]


class Inquiries(Record):
    """How each list was asked about: not, brief or thorough. Only thorough makes a list complete."""

    people: InquiryField = coded(
        "The people in the client's life.",
        example="closeness circle drawn is thorough",
        near_miss="people who came up by the way",
    )
    deaths: InquiryField = coded(
        "Deaths, recent and past, of anyone who mattered.",
        example="each death in the family gone through is thorough",
        near_miss="one death was mentioned: brief at most",
    )
    conflicts: InquiryField = coded(
        "Conflicts, open and hidden, with each person.",
        example="each relationship gone through for disagreement is thorough",
        near_miss="'no rows at home'",
    )
    changes: InquiryField = coded(
        "Changes in life around the onset.", example="timeline drawn is thorough", near_miss="asked about work only"
    )


class Pattern(Record):
    """The pattern of close ties over the client's life."""

    close_ties_before: TiesField = coded(
        "Close ties before the episode.",
        example="'always had two or three good friends' is several",
        near_miss="many acquaintances",
        nature=Nature.FIXED,
    )
    close_ties_now: TiesField = coded(
        "Close ties now.", example="'nobody really' is none", near_miss="no contact this week", nature=Nature.CHANGEABLE
    )
    lifelong_difficulty: YesNo = coded(
        "Lifelong difficulty in starting or keeping relationships.",
        example="'never knew how to make friends'",
        near_miss="difficulty since the depression",
        nature=Nature.FIXED,
    )
    unfulfilling: YesNo = coded(
        "Has relationships and finds them chronically unfulfilling.",
        example="'they are there, but it means little'",
        near_miss="one disappointing friend",
        nature=Nature.CHANGEABLE,
    )
    loneliness: Annotated[Choice[c.Amount], ChoiceKind(c.Amount)] = coded(
        "Loneliness now.",
        example="'cut off from the world' is much",
        near_miss="living alone",
        nature=Nature.CHANGEABLE,
    )
    isolation_began: Annotated[Choice[c.IsolationBegan], ChoiceKind(c.IsolationBegan)] = coded(
        "When the isolation began, as seen from the episode.",
        example="'since I fell ill' is with_the_episode",
        near_miss="when it was first noticed",
        nature=Nature.FIXED,
    )
    healthy_self_lost: YesNo = coded(
        "Mourns the person they were before the illness.",
        example="'I used to be someone, before the mania'",
        near_miss="misses a job, which is a change",
        nature=Nature.CHANGEABLE,
    )
    attachment_anxiety: ScoreField = coded(
        "Attachment anxiety, 1 to 7.", example="5", near_miss="anxiety in general", nature=Nature.CHANGEABLE
    )
    attachment_avoidance: ScoreField = coded(
        "Attachment avoidance, 1 to 7.", example="6", near_miss="shyness", nature=Nature.CHANGEABLE
    )


class Inventory(Record):
    """The interpersonal inventory."""

    inquiry: Inquiries = Field(default=Inquiries(), description="How each list was asked about.")
    people: tuple[Person, ...] = Field(default=(), max_length=MAX_ITEMS, description="People, living and dead.")
    deaths: tuple[Death, ...] = Field(default=(), max_length=MAX_ITEMS, description="Deaths.")
    conflicts: tuple[Conflict, ...] = Field(
        default=(), max_length=MAX_ITEMS, description="Conflicts and mismatches that someone raised."
    )
    changes: tuple[Change, ...] = Field(default=(), max_length=MAX_ITEMS, description="Changes in life.")
    pattern: Pattern = Field(default=Pattern(), description="The pattern of close ties.")
