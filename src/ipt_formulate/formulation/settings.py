"""What a site may set; every setting is printed in the output."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """Settings of a formulation.

    Examples:
        >>> Settings(parameters={"cssrs_high": 3}).parameters
        {'cssrs_high': 3}
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid")

    questions: int = Field(default=5, ge=1, le=50, description="How many questions to ask next are listed.")
    parameters: dict[str, int | str] = Field(
        default={}, description="Values for parameters that the rule base leaves to the site, by name."
    )
