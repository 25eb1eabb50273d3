"""The choice of a focus for a block of rows: `formulation.selection`, by columns.

The steps of a candidate that must hold, read as binary digits, are a number, and so are those that may; tuples
compare as these numbers do. A candidate without steps, as of a residual area, has 0, below all others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ipt_formulate.case.choices import Inquiry
from ipt_formulate.case.fields import ChoiceKind
from ipt_formulate.case.terms import CASE, LIST_MODELS
from ipt_formulate.cohort.layout import Layout
from ipt_formulate.cohort.leaves import Numbers
from ipt_formulate.cohort.lowered import Block
from ipt_formulate.cohort.program import AreaNodes, Node, Program
from ipt_formulate.vocabulary import FocusReason, FocusStatus, ProblemArea

STATUSES: Final = tuple(FocusStatus)
REASONS: Final = tuple(FocusReason)
NOBODY: Final = np.int32(-1)
_PLACE_BITS: Final = 8
_LAST_PLACE: Final = (1 << _PLACE_BITS) - 1
_INQUIRY: Final = ChoiceKind(Inquiry)
_NOT_ASKED: Final = _INQUIRY.unknown & ~_INQUIRY.mask([Inquiry.BRIEF, Inquiry.THOROUGH])
_CODE: Final = {each: np.int8(place) for place, each in enumerate(STATUSES)} | {
    each: np.int8(place) for place, each in enumerate(REASONS)
}


@dataclass(frozen=True, slots=True)
class Choice:
    """The focus of each row. Areas are places in the order of the rule base, sets of them bits; -1 is none.

    Attributes:
        status: place in ``STATUSES``.
        reason: place in ``REASONS``.
        primary: the area, where one is chosen, and the place of its best candidate in its list.
        secondary: likewise.
        settled: whether it is settled that there is this second area, or none.
        leading: the areas in front, of a provisional focus.
        also_possible: the other possible areas, of a provisional focus.
        tied: the areas that are equal.
        possible: every possible area.
        residual: the residual area that would be considered only if nothing else is found.
        open_inquiries: the lists that were not thoroughly asked about.
    """

    status: Numbers
    reason: Numbers
    primary: tuple[Numbers, Numbers]
    secondary: tuple[Numbers, Numbers]
    settled: Numbers
    leading: Numbers
    also_possible: Numbers
    tied: Numbers
    possible: Numbers
    residual: Numbers
    open_inquiries: Numbers


@dataclass(frozen=True, slots=True)
class _Contending:
    """The candidates of one area that contend.

    Attributes:
        layout: whose items they are.
        may, surely: whether a candidate may support the area, and whether it surely does.
        least, most: its steps as numbers.
        specific: whether something specific is recorded of it.
        width: the bits that such a number takes.
    """

    layout: Layout
    may: Numbers
    surely: Numbers
    least: Numbers
    most: Numbers
    specific: Numbers
    width: int

    def highest(self, values: Numbers, among: Numbers) -> Numbers:
        """The highest value among some candidates of each row; -1 where there is none."""
        return self.layout.highest(np.where(among, values, NOBODY), -1)

    def unbeaten(self, bar: Numbers) -> Numbers:
        """Those that nobody surely beats."""
        return self.may & (self.most >= self.layout.spread(bar))

    def heads(self, among: Numbers) -> _Heads:
        """The best of some candidates of each row: surely supporting first, then by least, most and place."""
        wide = np.int32 if _PLACE_BITS + 2 * self.width + 1 < np.iinfo(np.int32).bits else np.int64
        rank = ((self.surely.astype(wide) << self.width) | self.least) << self.width | self.most
        return _Heads(self.highest(rank << _PLACE_BITS | (_LAST_PLACE - self.layout.places), among), self.width)


@dataclass(frozen=True, slots=True)
class _Heads:
    """The best candidate of each row in one number; -1 where there is none."""

    rank: Numbers
    width: int

    @property
    def there(self) -> Numbers:
        return self.rank >= 0

    @property
    def surely(self) -> Numbers:
        return self.rank >= 1 << (_PLACE_BITS + 2 * self.width)

    @property
    def least(self) -> Numbers:
        return self.rank >> (_PLACE_BITS + self.width) & ((1 << self.width) - 1)

    @property
    def most(self) -> Numbers:
        return self.rank >> _PLACE_BITS & ((1 << self.width) - 1)

    @property
    def place(self) -> Numbers:
        return _LAST_PLACE - (self.rank & _LAST_PLACE)


def wanted_nodes(program: Program) -> Iterator[Node]:
    """The nodes that the choice reads."""
    for each in program.areas.values():
        yield from (each.support, each.specific, each.status, *each.steps)
        if each.routes is not None:
            yield each.routes


def choose(program: Program, verdicts: Mapping[Node, Numbers], block: Block) -> Choice:
    """The focus of each row, given the verdicts of the nodes that `wanted_nodes` names."""
    areas = [(area, program.areas[area]) for area in program.base.areas]
    fields = [_contending(program, area, nodes, verdicts, block) for area, nodes in areas]
    inquiries = [block.masks(CASE, f"inventory.inquiry.{name}", _INQUIRY) for name in LIST_MODELS]
    asked_enough = ~np.any([(mask & _NOT_ASKED) > 0 for mask in inquiries], axis=0)
    open_inquiries = _bits([block.unrecorded(name) > 0 for name in LIST_MODELS])
    nothing_supported = ~np.any([verdicts[nodes.status] > 0 for _, nodes in areas], axis=0) & (open_inquiries == 0)

    best = [each.highest(each.least, each.surely) for each in fields]
    bar = np.maximum(np.maximum.reduce(best), 0)
    possible = [each.unbeaten(bar) for each in fields]
    heads = [each.heads(among) for each, among in zip(fields, possible, strict=True)]
    there = [each.there for each in heads]
    sure = [each.surely for each in heads]
    any_sure = np.any(sure, axis=0)
    several = np.sum(there, axis=0, dtype=np.int8) > 1
    specific = np.any(
        [each.highest(each.specific, among) > 0 for each, among in zip(fields, possible, strict=True)], axis=0
    )
    tied = any_sure & several & _tied(fields, possible, heads)

    chosen = any_sure & (~several | tied) & asked_enough
    is_tie = chosen & tied
    is_chosen = chosen & ~tied
    provisional = (any_sure & ~chosen) | (~any_sure & specific)
    status = np.full(block.size, _CODE[FocusStatus.ABSTAINED], np.int8)
    status[provisional] = _CODE[FocusStatus.PROVISIONAL]
    status[is_tie] = _CODE[FocusStatus.TIE]
    status[is_chosen] = _CODE[FocusStatus.CHOSEN]
    reason = np.where(nothing_supported, _CODE[FocusReason.NOTHING_FOUND], _CODE[FocusReason.NOT_ENOUGH_KNOWN])
    reason[~any_sure & specific] = _CODE[FocusReason.NOT_YET_SUPPORTED]
    reason[any_sure & several & ~tied] = _CODE[FocusReason.SEVERAL_AREAS_POSSIBLE]
    reason[any_sure & (~several | tied) & ~asked_enough] = _CODE[FocusReason.INQUIRY_NOT_MADE]
    reason[is_tie] = _CODE[FocusReason.EQUAL_ON_EVERY_STEP]
    reason[is_chosen] = _CODE[FocusReason.ONE_AREA_POSSIBLE]

    ahead = _ahead(fields, possible, any_sure)
    primary = np.where(is_chosen, np.argmax(there, axis=0), -1).astype(np.int8)
    secondary, settled = _secondary(fields, best, primary)
    nothing = np.uint8(0)
    return Choice(
        status=status,
        reason=reason,
        primary=(primary, _place_of(heads, primary, areas)),
        secondary=(secondary[0], np.where(secondary[0] < 0, -1, _at(secondary[1], secondary[0], areas))),
        settled=settled,
        leading=np.where(provisional, _bits([one & two for one, two in zip(there, ahead, strict=True)]), nothing),
        also_possible=np.where(
            provisional, _bits([one & ~two for one, two in zip(there, ahead, strict=True)]), nothing
        ),
        tied=np.where(is_tie, _bits(there), nothing),
        possible=_bits(there),
        residual=_residual(program, areas, verdicts, block),
        open_inquiries=open_inquiries,
    )


def _contending(
    program: Program, area: ProblemArea, nodes: AreaNodes, verdicts: Mapping[Node, Numbers], block: Block
) -> _Contending:
    layout, support = block.layouts[nodes.scope], verdicts[nodes.support]
    count, residual = len(program.base.steps), program.base.areas[area].residual
    width = count + 1
    may = support > 0
    if nodes.scope == CASE:
        # an area of the whole case has no date: every step is open
        least, most = (np.full(block.size, 0 if residual else each, np.int32) for each in (1, 1 << count))
        if residual:
            may = may & (verdicts[nodes.status] == 2)
    else:
        steps = [verdicts[step] for step in nodes.steps]
        least, most = (_number(steps, layout.size, above) for above in (1, 0))
    return _Contending(layout, may, may & (support == 2), least, most, verdicts[nodes.specific] == 2, width)


def _number(steps: Sequence[Numbers], size: int, above: int) -> Numbers:
    found = np.ones(size, np.int32)
    for place, step in enumerate(reversed(steps)):
        found += (step > above).astype(np.int32) << place
    return found


def _tied(fields: Sequence[_Contending], possible: Sequence[Numbers], heads: Sequence[_Heads]) -> Numbers:
    """Whether the best of every possible area is equal on every step, surely, and none may still come above."""
    there = [each.there for each in heads]
    steps = np.maximum.reduce([np.where(each.there, each.least, 0) for each in heads])
    settled = [~each.there | (each.surely & (each.least == steps) & (each.most == steps)) for each in heads]
    highest = [each.highest(each.most, among) for each, among in zip(fields, possible, strict=True)]
    return np.all(settled, axis=0) & (np.maximum.reduce(highest) <= steps) & np.any(there, axis=0)


def _ahead(fields: Sequence[_Contending], possible: Sequence[Numbers], any_sure: Numbers) -> list[Numbers]:
    """The areas with the candidate that has most steps for sure, among the sure ones where there are any."""
    least = []
    for each, among in zip(fields, possible, strict=True):
        least.append(each.highest(each.least, among & (each.surely | ~each.layout.spread(any_sure))))
    best = np.maximum.reduce(least)
    return [(each == best) & (each >= 0) for each in least]


def _secondary(
    fields: Sequence[_Contending], best: Sequence[Numbers], primary: Numbers
) -> tuple[tuple[Numbers, list[_Heads]], Numbers]:
    """The one area that remains without the primary's, if there is one and it is sure; and whether that is settled."""
    rest = [(primary >= 0) & (primary != place) for place in range(len(fields))]
    bar = np.maximum(np.maximum.reduce([np.where(here, each, -1) for here, each in zip(rest, best, strict=True)]), 0)
    heads = [each.heads(each.unbeaten(bar) & each.layout.spread(here)) for each, here in zip(fields, rest, strict=True)]
    there = [each.there for each in heads]
    count = np.sum(there, axis=0, dtype=np.int8)
    sure = (count == 1) & np.any([each.surely for each in heads], axis=0)
    second = np.where(sure, np.argmax(there, axis=0), -1).astype(np.int8)
    return (second, heads), (primary >= 0) & ((count == 0) | sure)


def _place_of(heads: Sequence[_Heads], chosen: Numbers, areas: Sequence[tuple[ProblemArea, AreaNodes]]) -> Numbers:
    return np.where(chosen < 0, -1, _at(heads, chosen, areas))


def _at(heads: Sequence[_Heads], chosen: Numbers, areas: Sequence[tuple[ProblemArea, AreaNodes]]) -> Numbers:
    """The place of the best candidate of the chosen area in its list; -1 where the candidate is the case."""
    found = np.full(len(chosen), -1, np.int16)
    for place, (each, (_, nodes)) in enumerate(zip(heads, areas, strict=True)):
        if nodes.scope != CASE:
            here = chosen == place
            found[here] = each.place[here]
    return found


def _residual(
    program: Program,
    areas: Sequence[tuple[ProblemArea, AreaNodes]],
    verdicts: Mapping[Node, Numbers],
    block: Block,
) -> Numbers:
    """The first residual area whose own criteria hold while it is open whether another comes first."""
    found = np.full(block.size, -1, np.int8)
    for place, (area, nodes) in reversed(list(enumerate(areas))):
        if program.base.areas[area].residual and nodes.routes is not None:
            found[(verdicts[nodes.status] == 1) & (verdicts[nodes.routes] == 2)] = place
    return found


def _bits(masks: Sequence[Numbers]) -> Numbers:
    found = np.zeros(len(masks[0]), np.uint8)
    for place, mask in enumerate(masks):
        found |= mask.view(np.uint8) << np.uint8(place)
    return found
