"""How candidates stand in selection, as far as the status and the areas of a focus hang on it."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

from ipt_formulate.evaluation import reference
from ipt_formulate.formulation.selection import Steps, least_and_most
from ipt_formulate.reasoning.signatures import Signature

Standing: TypeAlias = tuple[bool, Steps, Steps, bool]
"""Of a candidate: whether it surely supports its area, the steps that must and may hold, whether it is specific."""


def standings_of(signature: Signature) -> tuple[tuple[int, Standing], ...]:
    """Of the candidates of which a signature may support the area, by the place of the area: how each stands."""
    return tuple(
        (place, (found.support == reference.MET, *least_and_most(found.steps), specific))
        for place, (found, specific) in enumerate(signature[0])
        if found.support
    )


@lru_cache(maxsize=4096)
def unequalled(standings: frozenset[Standing]) -> frozenset[Standing]:
    """Those to which no other is at least equal in everything."""
    return frozenset(one for one in standings if not any(_equals(other, one) for other in standings - {one}))


def _equals(one: Standing, other: Standing) -> bool:
    """Whether one is at least equal to the other in everything, steps being compared as selection does."""
    return one[0] >= other[0] and one[1] >= other[1] and one[2] >= other[2] and one[3] >= other[3]
