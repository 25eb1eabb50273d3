"""Every small step by which a condition can be changed, such as a mistake of the pen would."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from ipt_formulate.case.fields import NO, YES, ChoiceKind, YesNoKind
from ipt_formulate.case.moments import AROUND_DAYS
from ipt_formulate.case.terms import CASE, Term, catalogue
from ipt_formulate.rulebase.conditions import (
    All,
    Among,
    AtLeast,
    Condition,
    Named,
    Not,
    Some,
    Within,
    in_words,
    parts_of,
    with_parts,
)
from ipt_formulate.rulebase.parsing import EVIDENCE_TERMS

Place: TypeAlias = tuple[int, ...]
"""Where in a tree: the number of the part to go into, from the root on."""
NEVER = Some(())
"""What stands for a test of a field that the items of a scope do not have."""


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a tree.

    Attributes:
        place: where.
        how: what is done there, in words.
    """

    place: Place
    how: str


def steps(tree: Condition, scope: str) -> Iterator[tuple[Step, Condition]]:
    """Every step from a tree, with the tree that it leads to.

    What no rule file could say is left out: a test that always or never holds, a count of none. A named condition is
    negated or left out whole; what it says is changed where it is defined.

    Args:
        tree: the condition.
        scope: what it is about, ``case`` or a list.
    """
    for place, node, of, negated in _places(tree, scope, ()):
        for how, other in _changes(node, of, negated=negated):
            yield Step(place, how), _put(tree, place, other)


def _places(
    node: Condition, scope: str, place: Place, *, negated: bool = False
) -> Iterator[tuple[Place, Condition, str, bool]]:
    if node == NEVER:
        return
    yield place, node, scope, negated
    if isinstance(node, Named):
        return
    inside = node.list if isinstance(node, AtLeast) else scope
    for number, part in enumerate(parts_of(node)):
        yield from _places(part, inside, (*place, number), negated=isinstance(node, Not))


def _put(node: Condition, place: Place, other: Condition) -> Condition:
    if not place:
        return other
    number, *rest = place
    parts = list(parts_of(node))
    parts[number] = _put(parts[number], tuple(rest), other)
    return with_parts(node, parts)


def _changes(node: Condition, scope: str, *, negated: bool) -> Iterator[tuple[str, Condition]]:
    words, yes_no = in_words(node), False
    match node:
        case Within():
            yield from _of_range(node, _term(node, scope))
        case Among():
            term = _term(node, scope)
            yes_no = isinstance(term.kind, YesNoKind)
            yield from _of_choice(node, term)
        case All(parts) | Some(parts) if sum(part != NEVER for part in parts) > 1:
            swapped = Some(parts) if isinstance(node, All) else All(parts)
            yield f"{'any' if isinstance(node, All) else 'all'} instead of {words}", swapped
            for number, part in enumerate(parts):
                if part != NEVER:
                    left = (*parts[:number], *parts[number + 1 :])
                    yield f"without the part {in_words(part)}", left[0] if len(left) == 1 else replace(node, parts=left)
        case Not(part):
            yield f"{words}, without the not", part
        case AtLeast(count=count):
            yield f"{words}, one more", replace(node, count=count + 1)
            if count > 1:
                yield f"{words}, one less", replace(node, count=count - 1)
        case All() | Some() | Named():
            pass
    if not negated and not yes_no and not isinstance(node, Not):
        yield f"not {words}", Not(node)


def _of_range(node: Within, term: Term) -> Iterator[tuple[str, Condition]]:
    least, most = term.kind.unknown  # type: ignore[misc]  # of a span: its ends
    bounded_below, bounded_above = node.low != least, node.high != most
    found = []
    if bounded_below:
        found += [
            ("the lower bound one up", node.low + 1, node.high),
            ("the lower bound one down", node.low - 1, node.high),
        ]
    if bounded_above:
        found += [
            ("the upper bound one down", node.low, node.high - 1),
            ("the upper bound one up", node.low, node.high + 1),
        ]
    if bounded_below and bounded_above:
        found += [("without the lower bound", least, node.high), ("without the upper bound", node.low, most)]
    elif bounded_below:
        found.append(("at most instead of at least", least, node.low))
    elif bounded_above:
        found.append(("at least instead of at most", node.high, most))
    for how, low, high in found:
        around = not term.one_of_several or (low <= -AROUND_DAYS and high >= AROUND_DAYS)
        if least <= low <= high <= most and (low, high) != (least, most) and around:
            yield f"{node.wording}, {how}", replace(node, low=low, high=high)


def _of_choice(node: Among, term: Term) -> Iterator[tuple[str, Condition]]:
    if isinstance(term.kind, YesNoKind):
        yield f"{node.wording}, yes and no exchanged", replace(node, mask=NO if node.mask == YES else YES)
        return
    assert isinstance(term.kind, ChoiceKind)
    members = [str(each) for each in term.kind.members]
    inside = [place for place in range(len(members)) if node.mask >> place & 1]
    if len(inside) > 1:
        for place in inside:
            yield f"{node.wording}, without {members[place]}", replace(node, mask=node.mask & ~(1 << place))
    else:
        for beside in dict.fromkeys(((inside[0] + 1) % len(members), (inside[0] - 1) % len(members))):
            yield f"{node.wording}, {members[beside]} instead", replace(node, mask=1 << beside)
    for place, member in enumerate(members):
        if place not in inside and len(inside) + 1 < len(members):
            yield f"{node.wording}, or {member}", replace(node, mask=node.mask | 1 << place)


def _term(node: Within | Among, scope: str) -> Term:
    known = catalogue(CASE if node.of_case else scope)
    return known[node.term] if node.term in known else EVIDENCE_TERMS[node.term]
