"""The answers to safety questions."""

from __future__ import annotations

from typing import Annotated

from ipt_formulate.case import choices as c
from ipt_formulate.case.fields import Choice, ChoiceKind, When, WhenIfEver, YesNo, coded
from ipt_formulate.case.record import Record
from ipt_formulate.vocabulary import Nature

PeriodField = Annotated[Choice[c.Period], ChoiceKind(c.Period)]


class Safety(Record):
    """Answers to safety questions, each unknown until it was asked."""

    asked: When = coded(
        "When these questions were last asked.",
        example="today",
        near_miss="when the client was last seen",
        nature=Nature.FIXED,
    )
    suicidal_thoughts: Annotated[Choice[c.SuicidalThoughts], ChoiceKind(c.SuicidalThoughts)] = coded(
        "The strongest suicidal thought now.",
        example="'wishes he had died too' is wish_to_be_dead",
        near_miss="hopelessness with no thought of death",
        nature=Nature.CHANGEABLE,
    )
    suicide_plan: YesNo = coded(
        "A plan or method in mind.", example="has saved tablets", near_miss="a passing image", nature=Nature.CHANGEABLE
    )
    suicide_intent: YesNo = coded(
        "Some intent to act.",
        example="'I think I will do it'",
        near_miss="a wish to be dead without intent",
        nature=Nature.CHANGEABLE,
    )
    last_suicidal_behaviour: WhenIfEver = coded(
        "The last suicidal act or preparation, or never.",
        example="an overdose two years ago is 2y",
        near_miss="self-harm without wish to die",
        nature=Nature.FIXED,
    )
    self_harm: PeriodField = coded(
        "Self-harm without intent to die.",
        example="cuts at present is current",
        near_miss="a suicide attempt",
        nature=Nature.CHANGEABLE,
    )
    harm_to_others: YesNo = coded(
        "Thoughts or plans to harm someone.",
        example="wants to hit the neighbour with a bat",
        near_miss="anger",
        nature=Nature.CHANGEABLE,
    )
    dependant_at_risk: YesNo = coded(
        "A minor or dependant at risk of harm or neglect.",
        example="a toddler left alone",
        near_miss="guilt about being a poor mother",
        nature=Nature.CHANGEABLE,
    )
    thoughts_of_harming_infant: YesNo = coded(
        "Thoughts of harming the infant.",
        example="images of dropping the baby",
        near_miss="worry that the baby may be ill",
        nature=Nature.CHANGEABLE,
    )
    psychosis: PeriodField = coded(
        "Psychotic symptoms.",
        example="hears voices commenting is current",
        near_miss="sensing or hearing the dead person in bereavement",
        nature=Nature.CHANGEABLE,
    )
    senses_the_dead: YesNo = coded(
        "Senses, sees or hears a dead person, in bereavement.",
        example="feels the husband sit on the bed",
        near_miss="voices that comment or command",
        nature=Nature.CHANGEABLE,
    )
    mania: PeriodField = coded(
        "Mania or hypomania.",
        example="a manic episode last year is past",
        near_miss="good days",
        nature=Nature.CHANGEABLE,
    )
    substance_dependence: PeriodField = coded(
        "Dependence on a substance.",
        example="withdrawal in the morning is current",
        near_miss="drinks more at weekends",
        nature=Nature.CHANGEABLE,
    )
    overwhelmed_or_dissociating: YesNo = coded(
        "Overwhelmed by feelings, or dissociates, at present.",
        example="loses time when speaking of it",
        near_miss="a PTSD diagnosis by itself",
        nature=Nature.CHANGEABLE,
    )
    eating_disorder_medical_risk: YesNo = coded(
        "Medical risk from an eating disorder.",
        example="low potassium from vomiting",
        near_miss="dieting",
        nature=Nature.CHANGEABLE,
    )
    medical_causes_checked: YesNo = coded(
        "Medical and drug causes of the mood were looked at.",
        example="thyroid and blood count done is true",
        near_miss="a general check-up years ago",
        nature=Nature.CHANGEABLE,
    )
