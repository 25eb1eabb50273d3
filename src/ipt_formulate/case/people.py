"""People of the interpersonal inventory: who they are to the client and how things stand between them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ipt_formulate.case import choices as c
from ipt_formulate.case.fields import Choice, ChoiceKind, Whole, WholeKind, YesNo, coded
from ipt_formulate.case.record import Item, Label, Record, display
from ipt_formulate.vocabulary import Nature

RoleField = Annotated[Choice[c.Role], ChoiceKind(c.Role)]
Closeness = Annotated[Whole, WholeKind(1, 4, "1 is closest")]
ImportanceField = Annotated[Choice[c.Importance], ChoiceKind(c.Importance)]
SupportField = Annotated[Choice[c.Amount], ChoiceKind(c.Amount)]


class Communication(Record):
    """How the client communicates with this person."""

    holds_back: YesNo = coded(
        "Does not say what they feel, want or need.",
        example="'never tells him what she needs'",
        near_miss="keeps a secret for someone else",
        nature=Nature.CHANGEABLE,
    )
    indirect: YesNo = coded(
        "Hints, or says it through others.",
        example="tells the daughter so that the husband hears",
        near_miss="politeness",
        nature=Nature.CHANGEABLE,
    )
    outbursts: YesNo = coded(
        "Holds in, then explodes.", example="'sees red and shouts'", near_miss="one quarrel", nature=Nature.CHANGEABLE
    )
    walks_away: YesNo = coded(
        "Breaks contact instead of answering.",
        example="silent for days",
        near_miss="a pause that was agreed",
        nature=Nature.CHANGEABLE,
    )
    assumes_understood: YesNo = coded(
        "Takes it for granted that the other knows.",
        example="'he should see it himself'",
        near_miss="an old couple's shorthand that works",
        nature=Nature.CHANGEABLE,
    )


class Coercion(Record):
    """Violence or coercion. A *no* counts only when it was asked in private."""

    period: Annotated[Choice[c.Period], ChoiceKind(c.Period)] = coded(
        "None, past or current.",
        example="'he used to hit me' is past",
        near_miss="loud quarrels without threat",
        nature=Nature.CHANGEABLE,
    )
    feared_now: YesNo = coded(
        "The client is afraid of this person now.",
        example="'I dare not go home'",
        near_miss="afraid of losing the person",
        nature=Nature.CHANGEABLE,
    )
    asked_in_private: YesNo = coded(
        "Asked with nobody else present.",
        example="seen alone",
        near_miss="asked by telephone with the partner in the room",
        nature=Nature.CHANGEABLE,
    )
    direction: Annotated[Choice[c.Direction], ChoiceKind(c.Direction)] = coded(
        "From whom.", example="towards_client", near_miss="who was blamed", nature=Nature.FIXED
    )
    kind: Annotated[Choice[c.CoercionKind], ChoiceKind(c.CoercionKind)] = coded(
        "What kind.", example="controls all money is controlling", near_miss="stinginess", nature=Nature.FIXED
    )


class Person(Item):
    """Someone in the client's life, living or dead."""

    label: Label | None = display(
        "How to name the person in outputs, by role.", example="older sister", near_miss="a real name"
    )
    role: RoleField = coded(
        "Who the person is to the client.", example="mother", near_miss="the person's profession", nature=Nature.FIXED
    )
    alive: YesNo = coded(
        "Whether the person is alive; someone violent or feared now is taken to be.",
        example="'phoned her yesterday' is true",
        near_miss="no longer in contact",
        nature=Nature.FIXED,
    )
    closeness: Closeness = coded(
        "Ring of the closeness circle, 1 to 4; 1 is closest.",
        example="'my best friend' is 1",
        near_miss="how close the client wishes to be",
        nature=Nature.CHANGEABLE,
    )
    importance: ImportanceField = coded(
        "How much the person matters to the client.",
        example="'I could not do without her' is high",
        near_miss="how often they meet",
        nature=Nature.CHANGEABLE,
    )
    contact: Annotated[Choice[c.Contact], ChoiceKind(c.Contact)] = coded(
        "How often there is contact.",
        example="'a few times a year' is rare",
        near_miss="contact before the episode",
        nature=Nature.CHANGEABLE,
    )
    confides: YesNo = coded(
        "The client can confide in this person.",
        example="'I can tell him everything'",
        near_miss="talks a lot about everyday things",
        nature=Nature.CHANGEABLE,
    )
    emotional_support: SupportField = coded(
        "Emotional support given.",
        example="'listens' is some or much",
        near_miss="support the client hopes for",
        nature=Nature.CHANGEABLE,
    )
    practical_support: SupportField = coded(
        "Practical support given.",
        example="takes the children on Fridays",
        near_miss="paid help",
        nature=Nature.CHANGEABLE,
    )
    communication: Communication = Field(default=Communication(), description="Patterns of communication.")
    coercion: Coercion = Field(default=Coercion(), description="Violence or coercion.")
    change_since_onset: Annotated[Choice[c.ChangeSince], ChoiceKind(c.ChangeSince)] = coded(
        "Change in the relationship since the onset.",
        example="'we hardly speak since' is more_distant",
        near_miss="a change years before",
        nature=Nature.CHANGEABLE,
    )
