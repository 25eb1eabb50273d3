"""The assessment: the episode, conditions, measures, functioning, safety, the client's view and the setting."""

from __future__ import annotations

import datetime
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from ipt_formulate.case import choices as c
from ipt_formulate.case.fields import Choice, ChoiceKind, When, Whole, WholeKind, YesNo, coded
from ipt_formulate.case.measures import Measure
from ipt_formulate.case.record import Id, Record
from ipt_formulate.case.safety import Safety
from ipt_formulate.case.values import fault
from ipt_formulate.vocabulary import Nature, ProblemArea

MAX_WORSENINGS = 4
MOST_MEASURES = 200
PresenceField = Annotated[Choice[c.Presence], ChoiceKind(c.Presence)]
LevelField = Annotated[Choice[c.Level], ChoiceKind(c.Level)]
AreaField = Annotated[Choice[ProblemArea], ChoiceKind(ProblemArea)]


class Worsening(Record):
    """A time within the episode when the symptoms grew clearly worse."""

    when: When = coded(
        "When the symptoms grew worse.",
        example="'worse since Easter' is a date range",
        near_miss="a bad day",
        nature=Nature.FIXED,
    )


class Episode(Record):
    """The present episode of illness."""

    onset: When = coded(
        "When this episode began.",
        example="'low for about three months' is about 3mo",
        near_miss="the first episode ever, if this is a later one",
        nature=Nature.FIXED,
    )
    onset_kind: Annotated[Choice[c.OnsetKind], ChoiceKind(c.OnsetKind)] = coded(
        "How it began: dated, gradual, or lifelong (at least ten years: an assumption).",
        example="'as long as she can remember' is lifelong",
        near_miss="a recurrence with a clear start, which is dated",
        nature=Nature.FIXED,
    )
    course: Annotated[Choice[c.EpisodeCourse], ChoiceKind(c.EpisodeCourse)] = coded(
        "First, recurrent or chronic.",
        example="'third depression' is recurrent",
        near_miss="a long first episode, which is first until it is called chronic",
        nature=Nature.FIXED,
    )
    worsenings: tuple[Worsening, ...] | None = Field(
        default=None,
        max_length=MAX_WORSENINGS,
        description=f"Every clear worsening within the episode, at most {MAX_WORSENINGS}; an empty list says there was none.",
        json_schema_extra={"example": "[{when: about 6w}]", "near_miss": "ordinary ups and downs"},
    )


class Conditions(Record):
    """Diagnoses and conditions, each absent, mild, moderate or severe (narrow down with one_of)."""

    depression: PresenceField = coded(
        "A depressive episode.",
        example="'moderate depressive episode' is moderate",
        near_miss="low mood for a few days",
        nature=Nature.CHANGEABLE,
    )
    dysthymia: PresenceField = coded(
        "Persistent, low-grade depression.",
        example="'lifelong low-grade depression, mild to moderate' is one_of mild, moderate",
        near_miss="a single long episode",
        nature=Nature.CHANGEABLE,
    )
    bipolar: PresenceField = coded(
        "Bipolar disorder.",
        example="'bipolar I' with no severity is one_of mild, moderate, severe",
        near_miss="mood swings",
        nature=Nature.CHANGEABLE,
    )
    psychotic_disorder: PresenceField = coded(
        "Schizophrenia or another psychotic disorder.",
        example="known schizophrenia",
        near_miss="sensing a dead person in bereavement",
        nature=Nature.CHANGEABLE,
    )
    ptsd: PresenceField = coded(
        "Post-traumatic stress disorder.",
        example="PTSD after an attack",
        near_miss="distress after bad news",
        nature=Nature.CHANGEABLE,
    )
    anxiety_disorder: PresenceField = coded(
        "An anxiety disorder.",
        example="generalised anxiety disorder",
        near_miss="worry as part of depression",
        nature=Nature.CHANGEABLE,
    )
    social_anxiety: PresenceField = coded(
        "Social anxiety disorder.",
        example="social phobia",
        near_miss="withdrawal with low mood",
        nature=Nature.CHANGEABLE,
    )
    ocd: PresenceField = coded(
        "Obsessive-compulsive disorder.",
        example="washing rituals",
        near_miss="obsessive traits",
        nature=Nature.CHANGEABLE,
    )
    eating_disorder: PresenceField = coded(
        "An eating disorder.", example="bulimia nervosa", near_miss="loss of appetite", nature=Nature.CHANGEABLE
    )
    personality_disorder: PresenceField = coded(
        "A personality disorder.",
        example="borderline personality disorder",
        near_miss="traits while depressed",
        nature=Nature.CHANGEABLE,
    )
    substance_use: PresenceField = coded(
        "A substance use disorder; dependence is a safety field.",
        example="harmful drinking",
        near_miss="social drinking",
        nature=Nature.CHANGEABLE,
    )
    cognitive_impairment: PresenceField = coded(
        "Cognitive impairment: mild is adapted to, severe is referred.",
        example="mild cognitive impairment is mild",
        near_miss="poor concentration while depressed",
        nature=Nature.CHANGEABLE,
    )
    chronic_illness: PresenceField = coded(
        "A chronic physical illness or disability.",
        example="multiple sclerosis",
        near_miss="a cold",
        nature=Nature.CHANGEABLE,
    )


class Domain(Record):
    """Functioning in one domain, as it usually is and now."""

    usual: LevelField = coded(
        "How it usually is.",
        example="'always managed the job well' is good",
        near_miss="how it was in the week before the interview",
        nature=Nature.FIXED,
    )
    now: LevelField = coded(
        "How it is now.",
        example="'off sick' is poor",
        near_miss="how the client would like it to be",
        nature=Nature.CHANGEABLE,
    )


class Functioning(Record):
    """Social functioning by domain."""

    work_or_study: Domain = Field(default=Domain(), description="Work, school or study.")
    home: Domain = Field(default=Domain(), description="Running the home.")
    social: Domain = Field(default=Domain(), description="Friends and leisure.")
    parenting: Domain = Field(default=Domain(), description="Looking after children.")


class History(Record):
    """What lies further back."""

    childhood_trauma: YesNo = coded(
        "Abuse, neglect or other trauma in childhood.",
        example="'my father beat us'",
        near_miss="parents who were strict",
        nature=Nature.FIXED,
    )
    family_history_of_depression: YesNo = coded(
        "Depression in the family.",
        example="the mother was treated for it",
        near_miss="a sad grandmother",
        nature=Nature.FIXED,
    )


class ClientView(Record):
    """The client's own view. It never ranks evidence; it answers a tie."""

    most_pressing: AreaField = coded(
        "The area the client finds most pressing.",
        example="'the rows with my son' is role_dispute",
        near_miss="what the clinician finds most pressing",
        nature=Nature.CHANGEABLE,
    )
    feels_workable: AreaField = coded(
        "The area the client feels can be worked on now.",
        example="'the marriage can wait, the birth cannot' is role_transition",
        near_miss="what would be easiest for the therapist",
        nature=Nature.CHANGEABLE,
    )


class Setting(Record):
    """Where and how the course would run."""

    sessions: Annotated[Whole, WholeKind(1, 60)] = coded(
        "Sessions available.", example="16", near_miss="sessions already held elsewhere", nature=Nature.CHANGEABLE
    )
    format: Annotated[Choice[c.Format], ChoiceKind(c.Format)] = coded(
        "Individual or group.",
        example="individual",
        near_miss="a joint session with the partner",
        nature=Nature.CHANGEABLE,
    )


class ClientResponse(Record):
    """What the client said to the formulation, and what was chosen with them."""

    answer: Annotated[Choice[c.Response], ChoiceKind(c.Response)] = coded(
        "Agreed, edited or refused.",
        example="'yes, that is it' is agreed",
        near_miss="silence",
        nature=Nature.CHANGEABLE,
    )
    chosen: AreaField = coded(
        "The area chosen together.",
        example="grief",
        near_miss="the area the clinician would have chosen",
        nature=Nature.CHANGEABLE,
    )
    about: Id | None = Field(
        default=None,
        description="The id of the death, conflict or change that was chosen.",
        json_schema_extra={"example": "husband-death", "near_miss": "the id of a person"},
    )


class Assessment(Record):
    """What was found out about the client and the illness."""

    date: datetime.date | None = Field(
        default=None,
        description="The day of the assessment; needed only where calendar dates are given.",
        json_schema_extra={"example": "2024-03-05", "near_miss": "the day the file was written"},
    )
    age_band: Annotated[Choice[c.AgeBand], ChoiceKind(c.AgeBand)] = coded(
        "Child, adolescent, adult or older adult.",
        example="74 years is older_adult",
        near_miss="age at first episode",
        nature=Nature.FIXED,
    )
    episode: Episode = Field(default=Episode(), description="The present episode.")
    conditions: Conditions = Field(default=Conditions(), description="Diagnoses and conditions.")
    measures: tuple[Measure, ...] = Field(
        default=(), max_length=MOST_MEASURES, description="Scores, each with when it was taken."
    )
    functioning: Functioning = Field(default=Functioning(), description="Social functioning by domain.")
    history: History = Field(default=History(), description="What lies further back.")
    safety: Safety = Field(default=Safety(), description="Safety questions.")
    client_view: ClientView = Field(default=ClientView(), description="The client's own view.")
    setting: Setting = Field(default=Setting(), description="The setting.")
    response: ClientResponse = Field(default=ClientResponse(), description="After the offer: the client's response.")

    @field_validator("date", mode="before")
    @classmethod
    def _calendar_day(cls, value: object) -> object:
        if value is None or isinstance(value, (str, datetime.date)):
            return value
        raise fault("must be a date, YYYY-MM-DD")

    @model_validator(mode="after")
    def _order(self) -> Assessment:
        if self.response.about is not None and self.response.chosen in (None, "asked_unknown"):
            raise fault("response.about needs response.chosen; say which area was chosen")
        return self
