"""The definitions by which progress is named, from ``rules/course/measures.yaml``, with their numbers and sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from ipt_formulate import resources
from ipt_formulate.case.choices import Instrument
from ipt_formulate.course.knowledge import CourseKnowledge, shipped_course
from ipt_formulate.course.reading import Reading
from ipt_formulate.documents import Document, Keys
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.rulebase.parameters import Parameter
from ipt_formulate.rulebase.texts import Citation, RuleText, Sentence, Source, Word

Named = Annotated[str, StringConstraints(pattern=r"^\$[a-z][a-z0-9_]*$")]


class DefinitionKind(StrEnum):
    """What a definition is of."""

    RESPONSE = "response"
    REMISSION = "remission"
    RELIABLE_IMPROVEMENT = "reliable_improvement"
    DETERIORATION = "deterioration"
    EARLY_WARNING = "early_warning"

    @property
    def of_improvement(self) -> bool:
        """True where the better the session or the worse the start, the more it holds; else the other way."""
        return self not in (DefinitionKind.DETERIORATION, DefinitionKind.EARLY_WARNING)


class TestText(RuleText):
    """What must hold of the start and the session, all of it; each number is the name of a parameter."""

    better_by: Named | None = None
    better_by_percent: Named | None = None
    at_most: Named | None = None
    worse_by: Named | None = None
    at_least: Named | None = None
    from_week: Named | None = None


class DefinitionText(RuleText):
    """One definition, as it is written."""

    instrument: Instrument
    kind: DefinitionKind
    title: str = Field(min_length=5)
    test: TestText
    basis: Literal["source", "assumption"] = "source"
    citations: tuple[Citation, ...] = ()
    limits: tuple[Sentence, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.basis == "source" and not self.citations:
            raise ValueError("needs citations, or basis: assumption")
        better = {"better_by", "better_by_percent", "at_most"}
        worse = {"worse_by", "at_least", "from_week"}
        told = set(self.test.model_dump(exclude_none=True))
        if not told - {"from_week"} or told - (better if self.kind.of_improvement else worse):
            raise ValueError("test does not go with kind: an improvement takes better_by, better_by_percent, at_most")
        return self


class OutcomeText(RuleText):
    """The rating of the interpersonal outcome."""

    title: str
    points: dict[int, str]
    citations: tuple[Citation, ...] = ()
    assumption: Sentence


class MeasuresText(RuleText):
    """The whole file."""

    main: tuple[Instrument, ...] = Field(min_length=1)
    definitions: dict[Word, DefinitionText]
    outcome: OutcomeText
    week_of_a_session: Sentence


@dataclass(frozen=True, slots=True)
class Definition:
    """A definition with its numbers filled in; None where the test has no such part.

    Attributes:
        id: its name.
        instrument: the measure it reads.
        kind: what it is of.
        title: what it is called.
        says: the test in words, with the numbers used.
        assumption: True where no source that was read gives it, in whole or in part.
        sources: the references with what was read of them.
        limits: what to bear in mind.
    """

    id: str
    instrument: Instrument
    kind: DefinitionKind
    title: str
    says: str
    assumption: bool
    sources: tuple[str, ...]
    limits: tuple[str, ...]
    better_by: int | None = None
    better_by_percent: int | None = None
    at_most: int | None = None
    worse_by: int | None = None
    at_least: int | None = None
    from_week: int | None = None

    @property
    def compares_with_start(self) -> bool:
        """Whether it needs the measure of the start."""
        return any(each is not None for each in (self.better_by, self.better_by_percent, self.worse_by))


@dataclass(frozen=True, slots=True)
class Definitions:
    """All definitions, and the numbers of the course."""

    main: tuple[Instrument, ...]
    all: tuple[Definition, ...]
    outcome: OutcomeText
    outcome_sources: tuple[str, ...]
    week_of_a_session: str
    parameters: Mapping[str, Parameter]

    def of(self, instrument: Instrument) -> tuple[Definition, ...]:
        """The definitions that read a measure; none where the sources that were read give none."""
        return tuple(each for each in self.all if each.instrument is instrument)

    def number(self, name: str) -> int:
        """A parameter of the course as a whole number."""
        return self.parameters[name].number()


@cache
def shipped_definitions() -> Definitions:
    """The definitions that come with the library, loaded once.

    Examples:
        >>> from ipt_formulate.case.choices import Instrument
        >>> shipped_definitions().of(Instrument.PHQ9)[0].says
        'at least 50% lower than at the start'
    """
    return load_definitions(resources.rules_directory() / "course", shipped_course())


def load_definitions(directory: Path | str, knowledge: CourseKnowledge) -> Definitions:
    """Load the definitions.

    Args:
        directory: a directory of the form of ``rules/course/``, with ``measures.yaml`` in it.
        knowledge: what is known of the course: its numbers and sources.

    Raises:
        RuleBaseError: there are problems; ``problems`` lists all of them with file and line.
    """
    sources = {**shipped_rulebase().bibliography, **knowledge.bibliography}
    reading = Reading(Path(directory).parent, sources)
    read = reading.one(f"{Path(directory).name}/measures.yaml", MeasuresText)
    if read is not None:
        _check(reading, *read, knowledge.parameters)
    reading.end()
    assert read is not None, "otherwise there were problems"
    text = read[0]
    return Definitions(
        main=text.main,
        all=tuple(_filled(name, each, knowledge.parameters, sources) for name, each in text.definitions.items()),
        outcome=text.outcome,
        outcome_sources=tuple(_reference(sources[each.key]) for each in text.outcome.citations),
        week_of_a_session=text.week_of_a_session,
        parameters=knowledge.parameters,
    )


def _check(reading: Reading, text: MeasuresText, measures: Document, parameters: Mapping[str, Parameter]) -> None:
    """Numbers, sources and tests that do not fit."""
    for name, definition in text.definitions.items():
        keys: Keys = ("definitions", name)
        for part, told in definition.test.model_dump(exclude_none=True).items():
            parameter = parameters.get(told[1:])
            if parameter is None or parameter.number() < 1:
                what = "names no parameter of 1 or more"
                reading.refuse(measures, (*keys, "test", part), what, "add it to parameters.yaml")
        test = definition.test
        better = shipped_rulebase().instruments[definition.instrument].higher_is == "better"
        if better and (test.better_by_percent or test.at_most or test.at_least):
            what = "where higher is better only points from the start can be compared"
            reading.refuse(measures, keys, what, "use better_by or worse_by")
        reading.check_citations(measures, definition.citations, keys)
    single = [(each.instrument, each.kind) for each in text.definitions.values() if each.kind in _ONE_EACH]
    if len(single) != len(set(single)):
        what = "a measure has two definitions of reliable change"
        reading.refuse(measures, ("definitions",), what, "keep one")
    reading.check_citations(measures, text.outcome.citations, ("outcome",))


_ONE_EACH: Final = (DefinitionKind.RELIABLE_IMPROVEMENT, DefinitionKind.DETERIORATION)


def _filled(
    name: str, text: DefinitionText, parameters: Mapping[str, Parameter], sources: Mapping[str, Source]
) -> Definition:
    numbers = {part: parameters[told[1:]].number() for part, told in text.test.model_dump(exclude_none=True).items()}
    higher_is_better = shipped_rulebase().instruments[text.instrument].higher_is == "better"
    return Definition(
        id=name,
        instrument=text.instrument,
        kind=text.kind,
        title=text.title,
        says=_in_words(numbers, higher_is_better),
        assumption=text.basis == "assumption",
        sources=tuple(_reference(sources[each.key]) for each in text.citations),
        limits=text.limits,
        **numbers,
    )


def _in_words(numbers: Mapping[str, int], higher_is_better: bool) -> str:
    better, worse = ("higher", "lower") if higher_is_better else ("lower", "higher")
    phrases = {
        "better_by": f"at least {{}} points {better} than at the start",
        "better_by_percent": f"at least {{}}% {better} than at the start",
        "at_most": "a total of {} or less",
        "worse_by": f"at least {{}} points {worse} than at the start",
        "at_least": "a total of {} or more",
        "from_week": "looked at from week {}",
    }
    order = [*(each for each in phrases if each in numbers)]
    return " and ".join(phrases[each].format(numbers[each]) for each in order).replace(" and looked", ", looked")


def _reference(source: Source) -> str:
    year = f" ({source.year})" if source.year else ""
    return f"{source.authors}{year}. {source.title}. Read: {source.read.value.replace('_', ' ')}."
