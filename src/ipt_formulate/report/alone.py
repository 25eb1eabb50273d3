"""One picture of a formulation by itself, for slides and documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from ipt_formulate.errors import CaseNeeded, UnknownName
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.report.closeness import closeness_circle_svg
from ipt_formulate.report.reasoning import reasoning_svg
from ipt_formulate.report.timeline import timeline_svg


def to_svg(formulation: Formulation, picture: str) -> str:
    """The closeness circle, the timeline, or the reasoning tree, as an SVG document complete in itself.

    The circle and the timeline show what is recorded of the case, and claim nothing more.

    Args:
        formulation: what `formulate` returned.
        picture: ``circle``, ``timeline`` or ``reasoning``.

    Returns:
        The text of an SVG document, with light and dark colours.

    Raises:
        UnknownName: there is no such picture.
        CaseNeeded: the formulation was read back from JSON.

    Examples:
        >>> from ipt_formulate import example, formulate, to_svg
        >>> to_svg(formulate(example("mariana-ipta-casebook")), "timeline")[:4]
        '<svg'
    """
    if picture not in _PICTURES:
        raise UnknownName(f"there is no such picture; there are: {', '.join(_PICTURES)}")
    if not formulation.has_case:
        raise CaseNeeded("to_svg needs the case: formulate it again with this library")
    return _PICTURES[picture](formulation)


def _circle(formulation: Formulation) -> str:
    assert formulation.case is not None, "it has its case"
    return closeness_circle_svg(formulation.case)


def _timeline(formulation: Formulation) -> str:
    assert formulation.case is not None, "it has its case"
    return timeline_svg(formulation.case)


_PICTURES: Final[Mapping[str, Callable[[Formulation], str]]] = MappingProxyType(
    {"circle": _circle, "timeline": _timeline, "reasoning": reasoning_svg}
)
