"""What a formulation consists of: areas with their candidates and evidence, the focus, safety, questions, provenance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from pydantic import Field

from ipt_formulate.formulation.part import Part
from ipt_formulate.formulation.settings import Settings
from ipt_formulate.vocabulary import (
    AreaStatus,
    EngineName,
    Evidence,
    FocusReason,
    FocusStatus,
    ProblemArea,
    Urgency,
)


class Candidate(Part):
    """A death, conflict or change that can become the focus, or the case itself for deficits."""

    id: str
    name: str


class AreaChoice(Part):
    """A problem area with its candidates, best first."""

    area: ProblemArea
    candidates: tuple[Candidate, ...]


class EvidenceItem(Part):
    """What one rule says of a candidate, in the rule's own words."""

    rule: str
    kind: Evidence
    verdict: Literal["met", "not_met", "unknown"]
    sentence: str
    ask: str
    assumption: bool = Field(description="Rests at least in part on an assumption, not on a source.")


class Subtype(Part):
    """A subtype of a candidate that holds. It names and steers, and never ranks."""

    subtype: str
    rule: str
    sentence: str
    assumption: bool = Field(description="Rests at least in part on an assumption, not on a source.")


class CandidateFinding(Part):
    """One candidate: its status for the area, and the evidence."""

    candidate: Candidate
    status: AreaStatus
    evidence_for: tuple[EvidenceItem, ...]
    evidence_against: tuple[EvidenceItem, ...]
    unknown: tuple[EvidenceItem, ...]
    subtypes: tuple[Subtype, ...]
    steps: Mapping[str, Literal["met", "not_met", "unknown"]] = Field(description="The steps of selection, by rule id.")


class AreaFinding(Part):
    """One problem area."""

    title: str
    status: AreaStatus
    reason: str
    candidates: tuple[CandidateFinding, ...]


class OpenInquiry(Part):
    """A list that was not thoroughly asked about, so that more may exist than is recorded."""

    list: Literal["people", "deaths", "conflicts", "changes"]
    asked: str


class ClientChoice(Part):
    """What the client answered to the offer: a record that never changes the evidence."""

    answer: str
    chosen: ProblemArea | None
    recorded_facts: AreaStatus | None = Field(description="The status of the chosen area.")
    sentence: str


class Focus(Part):
    """The focus, as far as the recorded facts settle it."""

    status: FocusStatus
    reason: FocusReason
    sentence: str
    primary: AreaChoice | None
    secondary: AreaChoice | None
    secondary_settled: bool
    leading: tuple[AreaChoice, ...]
    also_possible: tuple[AreaChoice, ...]
    tied: tuple[AreaChoice, ...]
    possible: tuple[AreaChoice, ...]
    residual_candidate: AreaChoice | None
    links: tuple[str, ...] = Field(description="What arose from what, among what is possible. It never ranks.")
    open_inquiries: tuple[OpenInquiry, ...]
    holds: tuple[str, ...] = Field(description="Ids of the safety rules for which work on a focus waits.")
    client: ClientChoice | None


class Score(Part):
    """A measure as it was recorded, and how its total is usually read. It informs and never decides."""

    instrument: str
    title: str
    total: tuple[int, int] = Field(description="Lowest and highest total that the recorded answers leave possible.")
    band: str | None = Field(description="The band, where every possible total lies in the same one.")
    band_is_assumption: bool
    prorated: int | None = Field(description="For display only: no rule reads it.")
    items_missing: int
    informs: str


class Modifier(Part):
    """Something that colours the whole formulation and is no area of its own."""

    modifier: str
    rule: str
    sentence: str
    assumption: bool


class Advice(Part):
    """Something to do beside the focus: refer, review again, ask, or consider."""

    kind: Literal["refer", "review", "ask", "consider"]
    advice: str
    about: str
    rule: str
    assumption: bool


class SafetyFlag(Part):
    """A red flag. There is no level that means all is well."""

    rule: str
    flag: str
    urgency: Urgency
    actions: tuple[str, ...]
    holds_focus: bool


class Safety(Part):
    """Red flags, and what was not yet asked."""

    flags: tuple[SafetyFlag, ...]
    not_yet_asked: tuple[str, ...]


class Question(Part):
    """Something to ask next, and what the answer can change."""

    ask: str
    about: str = Field(description="Which candidate it is about, in words.")
    rule: str
    field: str = Field(description="The place of the case that records the answer, items named by their ids.")
    possible_areas_after: int = Field(description="Most areas that can still be possible after the answer, worst case.")
    can_change: tuple[str, ...] = Field(description="What the answer can change: focus, or the status of an area.")


class RuleRef(Part):
    """A rule that took part, with its version."""

    id: str
    version: str


class SourceRef(Part):
    """A source that the rules cite, and how much of it was read."""

    key: str
    reference: str
    read: str


class Certification(Part):
    """What was proved of the rules in force, of every case that can be recorded. It says nothing of their being right."""

    certified: bool = Field(description="Whether a certificate speaks of these rules, as this tradition uses them.")
    why_not: str | None = Field(default=None, description="Why no certificate does.")
    proved: tuple[str, ...] = Field(default=(), description="The statements that were proved.")
    refuted: tuple[str, ...] = Field(default=(), description="The statements that do not hold.")
    not_decided: tuple[str, ...] = Field(default=(), description="The statements that the prover did not decide.")
    noted: tuple[str, ...] = Field(default=(), description="What does not always hold and is no promise.")
    prover: str | None = Field(default=None, description="The prover and its version.")
    longest_lists: Mapping[str, int] = Field(
        default_factory=dict,
        description="How many items of each list the prover had to look at, so that what is proved holds of any number.",
    )


RESULT_SCHEMA: Final = "1.0"
"""The version of the form of a formulation as JSON."""


class Layer(Part):
    """One of the rule bases that another is made of."""

    name: str
    version: str
    sha256: str


class Provenance(Part):
    """Where this came from: all that, with the case, gives the same formulation again. Two runs may differ in
    ``engine`` only. It says nothing of the case itself, and has no hash of it: one could be guessed back.
    """

    library: str
    result_schema: str = Field(description="The version of the form of this formulation as JSON.")
    case_schema: str
    rulebase: str
    rulebase_version: str
    rulebase_sha256: str
    layers: tuple[Layer, ...] = Field(
        default=(), description="Of a pack: the rule base that it extends, then the pack alone; empty for any other."
    )
    safety_floor: tuple[str, ...] = Field(
        description="Safety rules and gates of the library that this rule base lacks or narrows, and that hold in it."
    )
    safety_floor_sha256: str = Field(
        description="The SHA-256 of the rule base that those safety rules and gates are of."
    )
    tradition: str
    certification: Certification
    settings: Settings
    site_parameters: Mapping[str, int | str | tuple[str, ...]] = Field(
        description="The value in force of every parameter that the rule base leaves to the site."
    )
    engine: EngineName
    rules: tuple[RuleRef, ...]
    sources: tuple[SourceRef, ...]
