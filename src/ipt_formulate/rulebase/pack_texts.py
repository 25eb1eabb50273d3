"""What stands in the ``rulebase.yaml`` of a pack: a rule base that adds to another, as frozen models."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints, ValidationInfo, field_validator, model_validator

from ipt_formulate.rulebase.parameters import Value
from ipt_formulate.rulebase.texts import Citation, Manifest, RuleId, RuleText, Sentence, Version, Word

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Extended(RuleText):
    """Which rule base a pack adds to, and which versions of it the pack was made for."""

    name: Word
    from_version: Version = Field(alias="from", description="The first version it was made for.")
    below: Version = Field(description="The first version it was not made for.")
    sha256: Sha256 | None = Field(default=None, description="The one rule base it was made for, to the letter.")

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if not version_number(self.from_version) < version_number(self.below):
            raise ValueError("below must be a later version than from")
        return self

    def fits(self, version: str) -> bool:
        """Whether a version lies in the range.

        >>> Extended(name="ipt", from_version="0.2.0", below="0.3.0").fits("0.2.7")
        True
        """
        return version_number(self.from_version) <= version_number(version) < version_number(self.below)


class Replacement(RuleText):
    """A rule of the extended rule base that does not hold in the pack, and why."""

    rule: RuleId
    by: RuleId | None = Field(default=None, description="The pack's own rule in its place; none if left out.")
    because: Sentence


class ParameterChange(RuleText):
    """Another value for a parameter of the extended rule base, within the range that is stated there."""

    value: Value
    because: Sentence
    citations: tuple[Citation, ...] = Field(default=(), description="What says so; left out, it is an assumption.")


class PackManifest(Manifest):
    """``rulebase.yaml`` of a pack. What it is for and not for is added to what the extended rule base says."""

    intended_use: Sentence | None = None  # type: ignore[assignment]  # what is left out is the extended rule base's
    not_for: tuple[Sentence, ...] = ()
    assumption_keys: tuple[str, ...] = ()
    extends: Extended
    replaces: tuple[Replacement, ...] = ()
    parameters: dict[Word, ParameterChange] = {}

    @field_validator("replaces")
    @classmethod
    def _once(cls, told: tuple[Replacement, ...], _: ValidationInfo) -> tuple[Replacement, ...]:
        names = [each.rule for each in told]
        if len(set(names)) < len(names):
            raise ValueError("names a rule twice")
        return told

    @field_validator("parameters", mode="before")
    @classmethod
    def _by_name(cls, told: Any) -> Any:
        return {} if told is None else told


def version_number(version: str) -> tuple[int, ...]:
    """A version as numbers that can be compared."""
    return tuple(int(part) if part.isdigit() else 0 for part in version.split("."))
