"""What stands in the files of a rule base, as frozen models; nothing here is computed."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag, model_validator

from ipt_formulate.case.choices import Instrument
from ipt_formulate.vocabulary import Evidence, Fit, Gate, Phase, ProblemArea, ReadExtent, RuleStatus, Support, Urgency

Sentence = Annotated[str, StringConstraints(min_length=12, strip_whitespace=True)]
RuleId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Version = Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
ScopeName = Literal["case", "people", "deaths", "conflicts", "changes", "candidates"]


class RuleText(BaseModel):
    """The base of all texts: frozen, nothing unknown in them."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


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


class SubtypeConclusion(RuleText):
    """A subtype of a candidate, such as a delayed grief. It names and steers; it never ranks."""

    subtype: Word
    of: ProblemArea


class ModifierConclusion(RuleText):
    """Something that colours the whole formulation and is no area of its own, such as isolation."""

    modifier: Word


class AdviceConclusion(RuleText):
    """Something to do beside the focus: refer, review again, ask, or consider."""

    advice: Sentence
    kind: Literal["refer", "review", "ask", "consider"]


_KEY_OF: dict[str, str] = {
    "as": "evidence",
    "area": "evidence",
    "flag": "safety",
    "step": "step",
    "gate": "gate",
    "indicates": "indication",
    "subtype": "subtype",
    "modifier": "modifier",
    "advice": "advice",
}


def _conclusion_kind(value: Any) -> str | None:
    """Which conclusion is meant, so that a fault in it is reported once and not for every kind."""
    if isinstance(value, dict):
        return next((kind for key, kind in _KEY_OF.items() if key in value), None)
    names = {"AreaConclusion": "evidence", "StageConclusion": "indication"}
    name = type(value).__name__
    return names.get(name, name.removesuffix("Conclusion").lower())


Conclusion = Annotated[
    Annotated[AreaConclusion, Tag("evidence")]
    | Annotated[SafetyConclusion, Tag("safety")]
    | Annotated[StepConclusion, Tag("step")]
    | Annotated[GateConclusion, Tag("gate")]
    | Annotated[StageConclusion, Tag("indication")]
    | Annotated[SubtypeConclusion, Tag("subtype")]
    | Annotated[ModifierConclusion, Tag("modifier")]
    | Annotated[AdviceConclusion, Tag("advice")],
    Discriminator(
        _conclusion_kind,
        custom_error_type="conclusion",
        custom_error_message="concludes nothing known; give area, flag, step, gate, indicates, subtype, modifier or advice",
    ),
]


class Expected(RuleText):
    """What may be found of a rule and is meant, with the reason; what is declared and is not so is a fault.

    Attributes:
        found: ``always_met`` or ``never_met``: of a step of selection, among the candidates that support an area.
            ``never_counts``: evidence that is never met of a candidate that supports its area. ``implied``: the rule
            is met only where another is. All these are for a proof to find. ``single_fact``: one fact alone decides
            it, which is for `lint` to find.
        of: the area; for ``implied`` the id of the other rule, for ``single_fact`` the fact, as the note names it.
        because: why it is meant.
    """

    found: Literal["always_met", "never_met", "never_counts", "implied", "single_fact"]
    of: str = Field(min_length=3)
    because: Sentence


class Rule(RuleText):
    """One rule, as it is written in its file."""

    id: RuleId
    title: Sentence
    status: RuleStatus
    default: Literal["on", "off"] = Field(default="on", description="Off: only in traditions that switch it on.")
    version: Version
    rationale: Sentence
    citations: tuple[Citation, ...] = Field(min_length=1)
    for_each: ScopeName
    when: Any
    then: Conclusion
    explain: Sentence
    ask: Sentence
    limits: tuple[Annotated[str, StringConstraints(min_length=4)], ...] = Field(min_length=1)
    examples: tuple[Example, ...] = Field(min_length=3)
    expected: tuple[Expected, ...] = Field(default=(), description="What may be found of it, and why it is meant.")

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


class Step(RuleText):
    """One step of a technique, as a therapist would do it, and what it rests on."""

    do: Sentence
    basis: Literal["source", "assumption"]


class Technique(RuleText):
    """A technique: what for, when, which areas it fits, and how it is done. Ranked, never exclusive."""

    id: Word
    title: str
    purpose: Sentence
    indication: Sentence
    hold_back: tuple[Sentence, ...] = Field(min_length=1, description="When to hold back, or that nothing is known.")
    aim: Sentence
    stance: Sentence
    steps: tuple[Step, ...] = Field(min_length=3)
    phases: tuple[Phase, ...] = Field(min_length=1)
    fit: dict[ProblemArea, Fit] = Field(min_length=1)
    fit_basis: Literal["source", "assumption"]
    rank: Annotated[int, Field(ge=1, description="Order among techniques of the same phase and fit.")]
    needs_agreement: bool
    concerns_person: bool
    indicated_only: bool = Field(default=False, description="Listed only where a rule indicates it.")
    citations: tuple[Citation, ...] = Field(min_length=1)
    limits: tuple[str, ...] = Field(min_length=1)


class Band(RuleText):
    """A band of totals: from a parameter on, up to the next band."""

    from_parameter: str = Field(alias="from", pattern=r"^\$[a-z][a-z0-9_]*$")
    label: str = Field(min_length=3)


class InstrumentText(RuleText):
    """A measure: how its total is read, what is done about missing items, and on what terms it may be used."""

    id: Instrument
    title: str
    measures: Sentence
    higher_is: Literal["worse", "better"]
    bands: tuple[Band, ...] = Field(default=(), description="Lowest first; below the first there is no band.")
    bands_basis: Literal["source", "assumption"]
    prorate_missing_at_most: str | None = Field(default=None, pattern=r"^\$[a-z][a-z0-9_]*$")
    completeness: Sentence
    licence: Sentence
    informs: Sentence
    citations: tuple[Citation, ...] = Field(min_length=1)
    limits: tuple[str, ...] = Field(min_length=1)


class Tradition(RuleText):
    """A school: its areas and modifiers, and the named rules that are off or on in it; nothing else.

    Safety rules, steps and gates hold in every school and cannot be named here.
    """

    id: Word
    title: str
    note: Sentence
    areas: tuple[ProblemArea, ...] = Field(min_length=1)
    modifiers: tuple[Word, ...] = ()
    off: tuple[RuleId, ...] = ()
    on: tuple[RuleId, ...] = ()
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
