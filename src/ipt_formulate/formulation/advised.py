"""The parts of a formulation that are about techniques: whether each can be used now, and how it is done."""

from __future__ import annotations

from pydantic import Field

from ipt_formulate.formulation.part import Part
from ipt_formulate.vocabulary import Fit, Gate, Phase


class CardStep(Part):
    """One step of a technique, as a therapist would do it."""

    do: str
    assumption: bool = Field(description="Stands in no source that was read.")


class Card(Part):
    """How a technique is done. A reminder for trained therapists, which replaces no training and no manual."""

    indication: str
    hold_back: tuple[str, ...]
    aim: str
    stance: str
    steps: tuple[CardStep, ...]
    limits: tuple[str, ...]


class GateReason(Part):
    """Why a technique cannot be used yet, or only with caution."""

    sentence: str
    people: tuple[str, ...] = Field(description="Names of those it lies in; nobody where it holds for everyone.")
    rule: str | None = Field(description="The rule that says it; none where it holds whatever the rules are.")
    assumption: bool = Field(description="Rests at least in part on an assumption, not on a source.")


class PersonGate(Part):
    """Whether a technique that concerns a person can be used with this one.

    ``status`` counts everything; ``reasons`` are those that lie in this person.
    """

    person: str
    name: str
    status: Gate
    reasons: tuple[GateReason, ...]


class TechniqueAdvice(Part):
    """A technique that fits, whether it can be used now, and how it is done.

    One that concerns a person is never freer than it is with the person with whom it can best be used; in a dispute,
    never freer than it is with those the dispute is with.
    """

    technique: str
    title: str
    status: Gate
    phases: tuple[Phase, ...]
    fit: Fit
    fit_is_assumption: bool
    purpose: str
    reasons: tuple[GateReason, ...]
    people: tuple[PersonGate, ...]
    card: Card
    sources: tuple[str, ...]
