"""Learning and forgetting: what may become known of a recorded case, one answer at a time.

`refine` narrows an answer, fills one in, or carries an inquiry further; it never adds, removes or overwrites an
item. By the promise of the rule language, no verdict that was settled changes by it.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from random import Random
from typing import Any, Final

from pydantic import ValidationError

from ipt_formulate.case.assessment import MAX_WORSENINGS, Worsening
from ipt_formulate.case.case import LIST_OF_AREA, Case
from ipt_formulate.case.choices import Inquiry
from ipt_formulate.case.fields import Kind, MomentKind, WholeKind
from ipt_formulate.case.happenings import ILLNESS, NO_CAUSE
from ipt_formulate.case.measures import ITEMS, TOTAL_RANGE
from ipt_formulate.case.moments import EARLIEST, Moment, Span
from ipt_formulate.case.places import INQUIRY, Path, Place, at, places, put
from ipt_formulate.case.record import Record
from ipt_formulate.case.terms import LIST_MODELS
from ipt_formulate.case.values import ASKED_UNKNOWN, Between, OneOf
from ipt_formulate.testing.draws import Draw, members_of, span_text
from ipt_formulate.testing.refinement import is_refinement
from ipt_formulate.vocabulary import ProblemArea

_LAST: Final = Inquiry.THOROUGH


def refine(case: Case, random: Random, *, constants: Sequence[int] = ()) -> Case | None:
    """The case with one thing more known of what is recorded in it.

    Args:
        case: any case.
        random: the source of random numbers.
        constants: days beside which new times lie, as for `random_case`.

    Returns:
        A consistent refinement of the case, or None where nothing is left to learn: each open place was tried once.

    >>> from ipt_formulate.testing import random_case
    >>> case = random_case(1)
    >>> is_refinement(case.lowered, refine(case, Random(1)).lowered)
    True
    """
    still_open = [place for place in places(case) if _is_open(case, place)]
    draw = Draw(random, 0.8, constants)
    draw.date = case.assessment.date
    draw.anchors += _anchors(case)
    while still_open:
        place = still_open.pop(random.randrange(len(still_open)))
        learnt = _with(case, place.path, _learn(case, place, draw))
        if learnt is not None and is_refinement(case.lowered, learnt.lowered):
            return learnt
    return None


def forget(case: Case, random: Random) -> Case | None:
    """The case without one of its recorded answers, which the case then refines; None where nothing can go.

    >>> from ipt_formulate.testing import random_case
    >>> case = random_case(1)
    >>> is_refinement(forget(case, Random(1)).lowered, case.lowered)
    True
    """
    recorded = [place for place in places(case) if place.value is not None]
    while recorded:
        less = _with(case, recorded.pop(random.randrange(len(recorded))).path, None)
        if less is not None and (not case.lowered.contradictions or is_refinement(less.lowered, case.lowered)):
            return less
    return None


def _with(case: Case, path: Path, value: Any) -> Case | None:
    """The case with another value in one place, unless that contradicts something recorded."""
    try:
        changed: Case = put(case, path, value, _made)
    except ValidationError:
        return None
    return changed if set(changed.lowered.contradictions) <= set(case.lowered.contradictions) else None


def _made(record: Any, name: str, value: Any) -> Any:
    """A record, checked anew, with another value in one field; None takes the answer out."""
    content = {each: getattr(record, each) for each in record.model_fields_set if each != name}
    return type(record)(**content if value is None else content | {name: value})


def _is_open(case: Case, place: Place) -> bool:
    """Whether something is left to learn in a place."""
    value = place.value
    if place.path[:2] == INQUIRY:
        return value is not _LAST
    if place.kind is None:
        return value is None and bool(_options(case, place) or place.path[-1] in ("date", "worsenings", "items"))
    if isinstance(value, Moment):
        low, high = value.before(case.assessment.date)
        return low < high
    return value is None or value == ASKED_UNKNOWN or isinstance(value, (OneOf, Between))


def _learn(case: Case, place: Place, draw: Draw) -> Any:
    """What is now recorded in an open place."""
    if place.path[:2] == INQUIRY:
        return _carried_further(place.value, draw)
    if place.kind is not None:
        return _narrowed(case, place, place.kind, draw)
    match place.path[-1]:
        case "date":
            return datetime.date(2024, 2, 29)
        case "worsenings":
            return tuple(
                Worsening.model_validate({"when": draw.answer(MomentKind())})
                for _ in range(draw.below(MAX_WORSENINGS + 1))
            )
        case "items":
            count, top = ITEMS[at(case, place.path[:-1]).instrument]
            return tuple(draw.answer(WholeKind(0, top)) for _ in range(count))
    options = _options(case, place)
    return options[draw.below(len(options))]


def _carried_further(value: Any, draw: Draw) -> Any:
    steps = list(Inquiry)
    if value is None or value == ASKED_UNKNOWN:
        return steps[draw.below(len(steps))]
    if isinstance(value, OneOf):
        return [*members_in_order(value, steps), _LAST][draw.below(len(value) + 1)]
    later = steps[steps.index(value) + 1 :]
    return later[draw.below(len(later))]


def _narrowed(case: Case, place: Place, kind: Kind, draw: Draw) -> Any:
    value = place.value
    if isinstance(value, OneOf):
        members = members_in_order(value, members_of(kind))
        left = [each for each in members if draw.below(2)]
        return OneOf(left) if 0 < len(left) < len(members) else members[draw.below(len(members))]
    if isinstance(value, Between):
        return Between(*_part((value.at_least, value.at_most), draw))
    if isinstance(value, Moment):
        low, high = _part(value.before(case.assessment.date), draw)
        return span_text((low, high if low >= 0 else low))
    if place.path[-1] == "total":
        return draw.known(WholeKind(*TOTAL_RANGE[at(case, place.path[:-1]).instrument]))
    return draw.known(kind)


def _part(span: Span, draw: Draw) -> Span:
    """A smaller range within a range."""
    low = span[0] + draw.below(span[1] - span[0] + 1)
    high = low + draw.below(span[1] - low + 1)
    return (low, high) if (low, high) != span else (low, low)


def members_in_order(narrowed: OneOf[Any], members: Sequence[Any]) -> list[Any]:
    """The members of a narrowed choice in the order of their enumeration, so that a seed decides."""
    return [each for each in members if each in narrowed]


def _options(case: Case, place: Place) -> list[str]:
    """What a reference may point to."""
    happenings = [item.id for name in tuple(LIST_MODELS)[1:] for item in getattr(case.inventory, name)]
    match place.path[-1]:
        case "person":
            died = {death.person for death in case.inventory.deaths} if place.path[1] == "deaths" else set()
            return [person.id for person in case.inventory.people if person.id not in died]
        case "arose_from":
            return [NO_CAUSE, ILLNESS, *(each for each in happenings if each != at(case, place.path[:-1]).id)]
        case "about":
            chosen = case.assessment.response.chosen
            name = LIST_OF_AREA.get(chosen) if isinstance(chosen, ProblemArea) else None
            return [item.id for item in getattr(case.inventory, name)] if name else []
    return []


def _anchors(case: Case) -> list[int]:
    times: list[Record | Any] = [
        case.assessment.episode.onset,
        *(each.when for each in case.assessment.episode.worsenings or ()),
    ]
    spans = [each.before(case.assessment.date) for each in times if isinstance(each, Moment)]
    return [edge for span in spans for edge in span if edge < EARLIEST]
