"""The kinds of work sheets, and the one type that is any of them, told apart by its field ``sheet``."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Final, TypeAlias

from pydantic import Field

from ipt_formulate.course.sheets.attempts import Attempts
from ipt_formulate.course.sheets.communication import CommunicationAnalysis
from ipt_formulate.course.sheets.decision import DecisionAnalysis
from ipt_formulate.course.sheets.grief import GriefWork
from ipt_formulate.course.sheets.role_play import RolePlay
from ipt_formulate.course.sheets.sheet import WorkSheet
from ipt_formulate.course.sheets.transition import TransitionBalance
from ipt_formulate.errors import UnknownName

Sheet: TypeAlias = Annotated[
    CommunicationAnalysis | DecisionAnalysis | RolePlay | GriefWork | TransitionBalance | Attempts,
    Field(discriminator="sheet"),
]
"""Any work sheet, for a field of another model."""

MODELS: Final[Mapping[str, type[WorkSheet]]] = MappingProxyType(
    {
        str(model.model_fields["sheet"].default): model
        for model in (CommunicationAnalysis, DecisionAnalysis, RolePlay, GriefWork, TransitionBalance, Attempts)
    }
)
"""The model of each kind of sheet, by its name."""


def model_of(kind: str) -> type[WorkSheet]:
    """The model of a kind of sheet.

    Raises:
        UnknownName: there is no such sheet; the message lists those there are.
    """
    if kind not in MODELS:
        raise UnknownName(f"there is no sheet of that name; there are: {', '.join(MODELS)}")
    return MODELS[kind]
