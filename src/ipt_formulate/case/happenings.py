"""Deaths, conflicts and changes: the items that can become the focus."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from ipt_formulate.case import choices as c
from ipt_formulate.case.fields import Choice, ChoiceKind, When, YesNo, coded
from ipt_formulate.case.people import Closeness, ImportanceField, RoleField
from ipt_formulate.case.record import Id, Item, Label, Record, display
from ipt_formulate.case.values import fault
from ipt_formulate.vocabulary import Nature

TopicField = Annotated[Choice[c.Topic], ChoiceKind(c.Topic)]
OrderField = Annotated[Choice[c.Order], ChoiceKind(c.Order)]
ILLNESS, NO_CAUSE = "illness", "none"


class Judgement(Record):
    """A judgement and what it rests on. Resting on inference alone, it is supporting evidence at most."""

    answer: YesNo = coded("The judgement.", example="true", near_miss="what the clinician expects")
    basis: Annotated[Choice[c.Basis], ChoiceKind(c.Basis)] = coded(
        "Timing, client, observed or inference.",
        example="'she says it herself' is client",
        near_miss="inference written as client",
    )


def _judgement(meaning: str, *, example: str, near_miss: str) -> Judgement:
    return Field(
        default=Judgement(), description=meaning, json_schema_extra={"example": example, "near_miss": near_miss}
    )


class Happening(Item):
    """What deaths, conflicts and changes share: with whom, and where it lies in time."""

    label: Label | None = display(
        "How to name it in outputs.", example="the move to the coast", near_miss="a sentence of the client's"
    )
    person: Id | None = Field(
        default=None,
        description="The id of the person concerned, from inventory.people.",
        json_schema_extra={"example": "mother", "near_miss": "a name"},
    )
    role: RoleField = coded(
        "Who that person is to the client, where there is no entry under people.",
        example="partner",
        near_miss="the role the person used to have",
        nature=Nature.FIXED,
    )
    when: When = coded(
        "When it happened or, for a conflict, began.",
        example="'last spring' with the assessment in autumn is 4-8mo",
        near_miss="when it was first talked about",
        nature=Nature.FIXED,
    )
    relative_to_onset: OrderField = coded(
        "Before, around or after the onset, where no date is known; around (within about a month: an assumption) is near.",
        example="'it started when he left' is around",
        near_miss="a guess from the order of the notes",
        nature=Nature.FIXED,
    )
    relative_to_worsening: OrderField = coded(
        "Before, around or after a worsening of the symptoms.",
        example="'worse again after the quarrel' is around",
        near_miss="worse mood on one day",
        nature=Nature.FIXED,
    )


class Mourning(Record):
    """How the mourning went."""

    avoided: YesNo = coded(
        "Mourning was avoided or postponed.",
        example="'threw himself into work, never cried'",
        near_miss="private by temperament, and mourned",
    )
    absent: YesNo = coded(
        "There was no mourning to speak of.",
        example="'I felt nothing and carried on'",
        near_miss="mourned early, before an expected death",
    )
    numbed: YesNo = coded("Numb since the death.", example="'like behind glass'", near_miss="numb on the first day")
    unending: YesNo = coded(
        "Life is given over to the mourning, without let-up.",
        example="the room kept as it was for years",
        near_miss="sad on some days",
    )
    anniversary_reactions: YesNo = coded(
        "Symptoms return on anniversaries.", example="worse every May", near_miss="lighting a candle on the day"
    )
    guilt: YesNo = coded(
        "Guilt about the death or the relationship.",
        example="'I should have been there'",
        near_miss="regret without self-blame",
    )
    supported: YesNo = coded(
        "There was support while mourning.",
        example="the family mourned together",
        near_miss="many people at the funeral",
    )
    blocked: YesNo = coded(
        "Mourning was blocked by custom or circumstance.",
        example="nobody was allowed to speak of the stillbirth",
        near_miss="did not wish to speak",
    )
    talked_about: YesNo = coded(
        "The death has been talked about.", example="'we speak of her often'", near_miss="others talk about it"
    )


class Death(Happening):
    """A death, whether or not anyone mourned it."""

    kind: Annotated[Choice[c.DeathKind], ChoiceKind(c.DeathKind)] = coded(
        "A person, a perinatal death, or a pet.",
        example="a stillbirth is perinatal",
        near_miss="a divorce, which is a change",
        nature=Nature.FIXED,
    )
    closeness: Closeness = coded(
        "Ring of the closeness circle, 1 to 4; 1 is closest.",
        example="'he was everything to me' is 1",
        near_miss="closeness in childhood only",
    )
    importance: ImportanceField = coded(
        "How much the dead person mattered.", example="high", near_miss="how much others mourned"
    )
    ambivalence: YesNo = coded(
        "Mixed feelings about the dead person.",
        example="'I loved him and I was afraid of him'",
        near_miss="anger at the doctors",
        nature=Nature.FIXED,
    )
    circumstances: Annotated[Choice[c.Circumstances], ChoiceKind(c.Circumstances)] = coded(
        "How the death came.",
        example="a fall from a ladder is sudden",
        near_miss="how the news was told",
        nature=Nature.FIXED,
    )
    mourning: Mourning = Field(default=Mourning(), description="How the mourning went.")
    mourning_brings_symptoms_back: Judgement = _judgement(
        "Mourning brings the symptoms back.",
        example="{answer: true, basis: client}",
        near_miss="cries when speaking of the dead",
    )
    impact_on_ties: YesNo = coded(
        "Other ties suffered with the death.", example="sees nobody since", near_miss="few ties before"
    )
    impact_on_daily_life: YesNo = coded(
        "Daily life suffered with the death.", example="has not left the room", near_miss="off work for the funeral"
    )


class Conflict(Happening):
    """A conflict or mismatch that someone raised, open or hidden."""

    kind: Annotated[Choice[c.ConflictKind], ChoiceKind(c.ConflictKind)] = coded(
        "Overt, covert, or asked and none.",
        example="'we do not quarrel, I just go quiet' is covert",
        near_miss="someone with whom no conflict was raised: no item",
        nature=Nature.CHANGEABLE,
    )
    expectations: Annotated[Choice[c.Expectations], ChoiceKind(c.Expectations)] = coded(
        "Whether what each expects matches; a silent mismatch needs one expectation named on each side.",
        example="'he wants a home-maker, I want my work back' is mismatched_openly",
        near_miss="different tastes",
        nature=Nature.CHANGEABLE,
    )
    client_expects: TopicField = coded(
        "What the client expects of the other.",
        example="help",
        near_miss="what the clinician thinks is fair",
        nature=Nature.CHANGEABLE,
    )
    other_expects: TopicField = coded(
        "What the other expects of the client.",
        example="obedience is respect",
        near_miss="what the client fears",
        nature=Nature.CHANGEABLE,
    )
    worse_when: When = coded(
        "When the conflict grew worse.",
        example="'since the baby' is 4mo",
        near_miss="when the mood grew worse",
        nature=Nature.FIXED,
    )
    symptoms_worse_after: Judgement = _judgement(
        "The symptoms are worse after it.",
        example="'low for days after each row' is {answer: true, basis: client}",
        near_miss="upset for an hour",
    )
    stage: Annotated[Choice[c.DisputeStage], ChoiceKind(c.DisputeStage)] = coded(
        "Renegotiation, impasse or dissolution.",
        example="'we gave up talking about it' is impasse",
        near_miss="how loud it is",
        nature=Nature.CHANGEABLE,
    )
    type: Annotated[Choice[c.DisputeType], ChoiceKind(c.DisputeType)] = coded(
        "The type of dispute.", example="an affair is betrayal", near_miss="the topic of the quarrel"
    )
    still_contested: YesNo = coded(
        "It is still contested, aloud or in silence; while it is renegotiated or at an impasse it is taken to be.",
        example="'we go on fighting about the house'",
        near_miss="sad about how it ended",
        nature=Nature.CHANGEABLE,
    )
    arose_from: Id | None = Field(
        default=None,
        description="The id of the recorded item it arose from, or illness, or none.",
        json_schema_extra={"example": "move-1", "near_miss": "what it was about"},
    )

    @model_validator(mode="after")
    def _named(self) -> Conflict:
        if self.expectations is c.Expectations.MISMATCHED_SILENTLY and (
            self.client_expects is None or self.other_expects is None
        ):
            raise fault("a silent mismatch needs client_expects and other_expects; name one expectation on each side")
        return self


class Change(Happening):
    """A change in life. One story is one change; its later parts are fields of it."""

    kind: Annotated[Choice[c.ChangeKind], ChoiceKind(c.ChangeKind)] = coded(
        "What kind of change; recovery is getting well from a long-standing illness, as a change of role.",
        example="the youngest moved out is child_leaving_home",
        near_miss="a death, which is a death; a new illness, which is illness",
        nature=Nature.FIXED,
    )
    tempo: Annotated[Choice[c.Tempo], ChoiceKind(c.Tempo)] = coded(
        "Sudden or gradual.",
        example="dismissed on the spot is sudden",
        near_miss="how fast the mood fell",
        nature=Nature.FIXED,
    )
    wanted: YesNo = coded(
        "The client wanted it.", example="a planned move is true", near_miss="came to accept it", nature=Nature.FIXED
    )
    expected: YesNo = coded(
        "The client saw it coming.", example="retirement at the usual age", near_miss="wanted it", nature=Nature.FIXED
    )
    something_lost: YesNo = coded(
        "The client feels that something was lost.",
        example="'I miss who I was at work'",
        near_miss="the clinician sees a loss",
    )
    overwhelmed: YesNo = coded(
        "New demands feel too much.",
        example="'I cannot keep up with it all'",
        near_miss="busy and glad of it",
        nature=Nature.CHANGEABLE,
    )
    mastery: Annotated[Choice[c.Mastery], ChoiceKind(c.Mastery)] = coded(
        "How well the new role is managed.",
        example="'still feels new after a year' is lacking",
        near_miss="how well the old role was",
        nature=Nature.CHANGEABLE,
    )
    supports_lost: YesNo = coded(
        "Supports were lost with it.", example="all friends stayed in the old town", near_miss="few supports before"
    )
    completed: YesNo = coded(
        "It has happened, and is not only planned or feared.",
        example="moved out in May",
        near_miss="talks of moving",
        nature=Nature.FIXED,
    )
    ongoing: YesNo = coded(
        "It is still going on.",
        example="still looking for work",
        near_miss="still sad about it",
        nature=Nature.CHANGEABLE,
    )
    symptoms_worse_after: Judgement = _judgement(
        "The symptoms are worse after it, or after its reminders.",
        example="{answer: true, basis: timing}",
        near_miss="upset on the day",
    )
    arose_from: Id | None = Field(
        default=None,
        description="The id of the recorded item it arose from, or illness, or none.",
        json_schema_extra={"example": "husband-death", "near_miss": "what the client blames"},
    )
