"""The formulation: what a caller gets, frozen, and the same bytes for the same case, rules and settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, Self

from pydantic import PrivateAttr, computed_field, model_validator
from pydantic_core import PydanticCustomError

from ipt_formulate.case.case import Case
from ipt_formulate.errors import CaseNeeded
from ipt_formulate.formulation.advised import TechniqueAdvice
from ipt_formulate.formulation.contents import Advice, AreaFinding, Focus, Modifier, Provenance, Question, Safety, Score
from ipt_formulate.formulation.part import Part
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.vocabulary import ProblemArea

if TYPE_CHECKING:  # names for a reader's editor; what they name lies above and is loaded when it is asked for
    from ipt_formulate.reasoning.changes import WhatWouldChange
    from ipt_formulate.reasoning.contrast import Contrast, WhyNot
    from ipt_formulate.reasoning.robustness import Robustness
    from ipt_formulate.reasoning.sufficient import SufficientReasons
    from ipt_formulate.reasoning.trees import Reasoning


def _public(name: str) -> Callable[..., Any]:
    """A part of the public surface that lies above this one, by its name: it is loaded when it is first used."""
    part: Callable[..., Any] = getattr(import_module("ipt_formulate"), name)
    return part


class _Answers(Protocol):
    """What a formulation can still work out while it has its case; `Formulation` says what each is."""

    case: Case
    base: RuleBase

    def questions(self, limit: int | None = None) -> tuple[Question, ...]: ...

    def why(self, area: ProblemArea | str | None) -> Reasoning: ...

    def why_not(self, area: ProblemArea | str) -> WhyNot: ...

    def contrast(self, first: ProblemArea | str, second: ProblemArea | str) -> Contrast: ...

    def what_would_change(self, target: ProblemArea | str | None, size: int) -> WhatWouldChange: ...

    def sufficient_reasons(self) -> SufficientReasons: ...

    def robustness(self) -> Robustness: ...


class Formulation(Part):
    """What the recorded facts of a case support, why, why not, what is unknown, and what to do next.

    It suggests; clinician and client decide.
    """

    intended_use: str
    not_for: tuple[str, ...]
    safety: Safety
    focus: Focus
    areas: Mapping[ProblemArea, AreaFinding]
    scores: tuple[Score, ...]
    modifiers: tuple[Modifier, ...]
    advice: tuple[Advice, ...]
    techniques: tuple[TechniqueAdvice, ...]
    contradictions: tuple[str, ...]
    provenance: Provenance
    _answers: _Answers | None = PrivateAttr(default=None)
    _questions: tuple[Question, ...] | None = PrivateAttr(default=None)

    @classmethod
    def trusted(cls, **values: Any) -> Self:
        """As for every part; with room for what is worked out on demand."""
        formulation = super().trusted(**values)
        object.__setattr__(formulation, "__pydantic_private__", {"_answers": None, "_questions": None})
        return formulation

    @computed_field  # type: ignore[prop-decorator] # mypy knows no decorator on a property
    @property
    def questions(self) -> tuple[Question, ...]:
        """What to ask next, the question that settles most first. Worked out when first asked for."""
        if self._questions is None:
            self._questions = self._with_case("questions").questions()
        return self._questions

    def why(self, area: ProblemArea | str | None = None) -> Reasoning:
        """The reasoning behind an area, or behind each area if none is named; each prints as text.

        Raises:
            CaseNeeded: the formulation was read back from JSON.
        """
        return self._with_case("why").why(area)

    def why_not(self, area: ProblemArea | str) -> WhyNot:
        """Why an area is not in focus: the first unmet criterion, in words, with its fields; prints as text.

        Raises:
            UnknownName: the tradition has no such area.
            CaseNeeded: the formulation was read back from JSON.

        Examples:
            >>> from ipt_formulate import example, formulate
            >>> print(formulate(example("mrs-e-late-life-widow")).why_not("role_dispute"))
            Role dispute: undetermined. No conflict is recorded, and conflicts were not thoroughly asked about.
        """
        return self._with_case("why_not").why_not(area)

    def contrast(self, first: ProblemArea | str, second: ProblemArea | str) -> Contrast:
        """What decides between two areas: whether they are supported, or the first step of selection on which the
        best candidate of each differs; prints as text.

        Raises:
            UnknownName: the tradition has no such area.
            CaseNeeded: the formulation was read back from JSON.
        """
        return self._with_case("contrast").contrast(first, second)

    def what_would_change(self, target: ProblemArea | str | None = None, *, size: int = 3) -> WhatWouldChange:
        """Every smallest set of facts that, answered otherwise, would change the focus; prints as text.

        Exact over all answers that each fact can have, among what is recorded; see `reasoning.changes`.

        Args:
            target: an area to bring into focus; any other focus if left out.
            size: the most facts in a set.

        Raises:
            UnknownName: the tradition has no such area.
            CaseNeeded: the formulation was read back from JSON.
        """
        return self._with_case("what_would_change").what_would_change(target, size)

    def sufficient_reasons(self) -> SufficientReasons:
        """The smallest sets of recorded facts on which, with all else unknown, it already comes out so; prints as
        text. Why an area is supported is kept apart from why it comes first.

        Raises:
            CaseNeeded: the formulation was read back from JSON.
        """
        return self._with_case("sufficient_reasons").sufficient_reasons()

    def robustness(self) -> Robustness:
        """How near the focus is to changing: the fewest answers, and the nearest numbers of the rules within their
        ranges, that would change it; prints as text.

        Raises:
            CaseNeeded: the formulation was read back from JSON.
        """
        return self._with_case("robustness").robustness()

    @property
    def has_case(self) -> bool:
        """Whether it still has its case, and so can answer; one that was read back from JSON has not."""
        return self._answers is not None

    @property
    def case(self) -> Case | None:
        """The case it was made of; None for one that was read back from JSON."""
        return None if self._answers is None else self._answers.case

    @property
    def rulebase(self) -> RuleBase | None:
        """The rule base it was made with, as its tradition uses it; None for one that was read back from JSON."""
        return None if self._answers is None else self._answers.base

    def to_html(self) -> str:
        """One page with all of it, complete in itself: pictures, reasoning, what would change it, techniques.

        Raises:
            CaseNeeded: the formulation was read back from JSON.

        Examples:
            >>> from ipt_formulate import example, formulate
            >>> formulate(example("mrs-e-late-life-widow")).to_html().startswith("<!doctype html>")
            True
        """
        return str(_public("to_html")(self))

    def to_markdown(self, *, pictures: str = "none") -> str:
        """The whole report as Markdown for documents, every label of the case escaped.

        Args:
            pictures: ``none``, or ``mermaid`` for the reasoning tree as a Mermaid diagram.

        Raises:
            ValueError: ``pictures`` is neither.
            CaseNeeded: a picture was asked for, and the formulation was read back from JSON.

        Examples:
            >>> from ipt_formulate import example, formulate
            >>> formulate(example("mrs-e-late-life-widow")).to_markdown().splitlines()[2]
            '## Safety'
        """
        return str(_public("to_markdown")(self, pictures=pictures))

    def to_svg(self, picture: str) -> str:
        """One picture by itself: ``circle``, ``timeline`` or ``reasoning``.

        Raises:
            UnknownName: there is no such picture.
            CaseNeeded: the formulation was read back from JSON.
        """
        return str(_public("to_svg")(self, picture))

    def _repr_html_(self) -> str | None:
        """What a notebook shows: the page in a frame of its own; nothing where the case is gone."""
        return str(_public("to_html")(self, framed=True)) if self.has_case else None

    def next_questions(self, limit: int | None = None) -> tuple[Question, ...]:
        """What to ask next, the most useful first: as many as the settings say, or ``limit``.

        Raises:
            CaseNeeded: the formulation was read back from JSON.
        """
        return self._with_case("next_questions").questions(limit)

    def _with_case(self, what: str) -> _Answers:
        if self._answers is None:
            raise CaseNeeded(f"{what} needs the case: formulate it again with this library")
        return self._answers

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Self:
        return self

    def __getstate__(self) -> dict[Any, Any]:
        """Without its case: a formulation that travels answers `why` no more."""
        state = super().__getstate__()
        private = {"_answers": None, "_questions": self.questions if self._answers else self._questions}
        return {**state, "__pydantic_private__": private}

    @model_validator(mode="wrap")
    @classmethod
    def _restore(cls, given: Any, build: Any) -> Self:
        if not isinstance(given, dict) or "questions" not in given:
            formulation: Self = build(given)
            return formulation
        if not isinstance(given["questions"], (list, tuple)):
            raise PydanticCustomError("tuple_type", "questions must be a list")
        formulation = build({name: value for name, value in given.items() if name != "questions"})
        formulation._questions = tuple(Question.model_validate(each) for each in given["questions"])
        return formulation

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Formulation) and self.model_dump_json() == other.model_dump_json()

    __hash__ = None  # type: ignore[assignment] # Python's own way to say: not hashable
