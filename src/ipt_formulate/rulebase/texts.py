"""What stands in the files of a rule base, as frozen models; nothing here is computed."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from ipt_formulate.vocabulary import Evidence, Fit, Gate, Phase, ProblemArea, ReadExtent, RuleStatus, Support, Urgency

Sentence = Annotated[str, StringConstraints(min_length=12, strip_whitespace=True)]
RuleId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Version = Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
ScopeName = Literal["case", "people", "deaths", "conflicts", "changes", "candidates"]


class RuleText(BaseModel):
    """The base of all texts: frozen, nothing unknown in them."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Citation(RuleText):
    """A source, the place in it, and what it supports here."""

    key: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    locator: str = Field(min_length=2)
    supports: Support


class Source(RuleText):
    """An entry of the bibliography."""

    authors: str = Field(min_length=2)
    year: int | None
    title: str = Field(min_length=5)
    published_in: str | None = None
    url: str | None = None
    read: ReadExtent
    note: str | None = None


class Example(RuleText):
    """A case in the rule, and what the rule must say of it."""

    title: Annotated[str, StringConstraints(min_length=5, strip_whitespace=True)]
    expect: Literal["met", "not_met", "unknown"]
    case: dict[str, Any]
    item: str | None = Field(default=None, description="The id of the item, where the case has several.")


class AreaConclusion(RuleText):
    """Evidence for or against a problem area."""

    area: ProblemArea
    kind: Evidence = Field(alias="as")
    routes: tuple[Word, ...] = Field(
        default=(), description="The routes this criterion belongs to; all of them if left out."
    )
    frame: bool = Field(default=False, description="A criterion that only says a candidate exists.")

    @model_validator(mode="after")
    def _criteria_only(self) -> Self:
        if (self.routes or self.frame) and self.kind is not Evidence.CRITERION:
            raise ValueError("routes and frame go with as: criterion only")
        return self


class SafetyConclusion(RuleText):
    """A red flag: what it says, how soon, and what to do."""

    topic: str = Field(min_length=4, description="What it is about, for the line that says what was not yet asked.")
    flag: Sentence
    urgency: Urgency
    actions: tuple[Sentence, ...] = Field(min_length=1)
    holds_focus: bool = Field(description="Whether work on a focus waits for it.")


class StepConclusion(RuleText):
    """One of the yes/no steps by which supported candidates are compared, first step first."""

    step: Annotated[int, Field(ge=1, le=9)]


class GateConclusion(RuleText):
    """What holds techniques back. Where the condition is unknown, the technique waits until it is asked."""

    gate: Literal[Gate.CAUTION, Gate.BLOCKED]
    techniques: tuple[Word, ...] = Field(min_length=1)
    reason: Sentence


class StageConclusion(RuleText):
    """Which technique a recorded stage or kind of the focus candidate asks for."""

    indicates: Word


class Rule(RuleText):
    """One rule, as it is written in its file."""

    id: RuleId
    title: Sentence
    status: RuleStatus
    version: Version
    rationale: Sentence
    citations: tuple[Citation, ...] = Field(min_length=1)
    for_each: ScopeName
    when: Any
    then: AreaConclusion | SafetyConclusion | StepConclusion | GateConclusion | StageConclusion
    explain: Sentence
    ask: Sentence
    limits: tuple[Annotated[str, StringConstraints(min_length=4)], ...] = Field(min_length=1)
    examples: tuple[Example, ...] = Field(min_length=3)

    @model_validator(mode="after")
    def _three_ways(self) -> Self:
        missing = {"met", "not_met", "unknown"} - {example.expect for example in self.examples}
        if missing:
            raise ValueError(
                f"examples must expect met, not_met and unknown at least once each; missing: {', '.join(sorted(missing))}"
            )
        return self


class Area(RuleText):
    """A problem area: its definition, what its candidates are, and its routes."""

    id: ProblemArea
    title: str
    definition: Sentence
    candidates: Literal["case", "deaths", "conflicts", "changes"]
    subject: str = Field(description="How a candidate is named; {person} and {kind} are filled in.")
    residual: bool = False
    routes: dict[Word, Sentence] = Field(min_length=1)
    citations: tuple[Citation, ...] = Field(min_length=1)


class Technique(RuleText):
    """A technique: what for, when, and which areas it fits. Ranked, never exclusive."""

    id: Word
    title: str
    purpose: Sentence
    phases: tuple[Phase, ...] = Field(min_length=1)
    fit: dict[ProblemArea, Fit] = Field(min_length=1)
    fit_basis: Literal["source", "assumption"]
    rank: Annotated[int, Field(ge=1, description="Order among techniques of the same phase and fit.")]
    needs_agreement: bool
    concerns_person: bool
    indicated_only: bool = Field(default=False, description="Listed only where a rule indicates it.")
    citations: tuple[Citation, ...] = Field(min_length=1)
    limits: tuple[str, ...] = Field(min_length=1)


class Tradition(RuleText):
    """A school: its areas, and the named rules that are off in it. Safety rules cannot be named here."""

    id: Word
    title: str
    note: Sentence
    areas: tuple[ProblemArea, ...] = Field(min_length=1)
    off: tuple[RuleId, ...] = ()
    citations: tuple[Citation, ...] = Field(min_length=1)


class NamedCondition(RuleText):
    """A condition defined once."""

    title: Sentence
    when: Any


class Manifest(RuleText):
    """``rulebase.yaml``: what this rule base is, and what it is for."""

    name: Word
    version: Version
    maintainers: tuple[str, ...] = Field(min_length=1)
    intended_use: Sentence
    not_for: tuple[Sentence, ...] = Field(min_length=1)
    assumption_keys: tuple[str, ...] = Field(
        description="Bibliography keys that stand for assumptions, not for sources."
    )
