"""What a text of the course rests on."""

from __future__ import annotations

from collections.abc import Sequence

from ipt_formulate.rulebase.texts import Citation
from ipt_formulate.vocabulary import Support


def assumed(citations: Sequence[Citation]) -> bool:
    """Whether it rests, at least in part, on an assumption."""
    return any(each.supports is Support.ASSUMPTION for each in citations)


def sources(citations: Sequence[Citation]) -> tuple[str, ...]:
    """The sources in their order, each with its place, once."""
    return tuple(dict.fromkeys(f"{each.key}, {each.locator}" for each in citations))
