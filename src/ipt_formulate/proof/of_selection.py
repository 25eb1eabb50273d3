"""Theorems about selection, over abstract contenders: they hold whatever the rules are that rank them.

Two candidates an area are enough where a theorem speaks of what is possible: of a case that breaks it, keep the
candidate it speaks of and, of those that surely support their area, one that is best on the steps. There is one,
as the comparison is an order (`order_of_candidates`), and what it does not beat, nothing beats. Where a theorem does
not tell areas apart, three candidates in all are more than enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import combinations, product
from typing import Any, Final

import z3

from ipt_formulate.formulation.selection import Selection, select
from ipt_formulate.proof.choosing import Answers, Choosing, Standing, answers, beats, rank
from ipt_formulate.proof.contending import Contending, Select, contending
from ipt_formulate.proof.rails import TRUE, Bool, conj, disj
from ipt_formulate.proof.theorem import Claim, Question
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.vocabulary import FocusStatus, ProblemArea

Comparison = Callable[[Standing, Standing], Bool]
_EACH = 2
_ASKED: Final[Bool] = z3.Bool("asked enough")


def _lemma(formula: Callable[[], Bool]) -> Callable[[], Iterator[Question]]:
    return lambda: iter([Question(lambda: (None, formula()))])


def _contender(area: ProblemArea, name: str, steps: int, *, complete: bool = False) -> tuple[Standing, Bool]:
    """Any contender, and that what must hold of it also may."""
    least = [z3.Bool(f"{name} must {place}") for place in range(steps)]
    most = least if complete else [z3.Bool(f"{name} may {place}") for place in range(steps)]
    contends, surely, specific = (z3.Bool(f"{name} {word}") for word in ("contends", "surely", "specific"))
    found = Standing(area, contends, contends if complete else surely, specific, rank(least), rank(most))
    return found, conj([*map(z3.Implies, least, most), z3.Implies(surely, contends)])


def _any_contenders(base: RuleBase, areas: Sequence[ProblemArea]) -> tuple[list[Standing], Bool]:
    made = [_contender(area, f"{area} {place}", len(base.steps)) for area, place in product(areas, range(_EACH))]
    return [each for each, _ in made], conj(known for _, known in made)


def _about_contenders(
    standing: Sequence[Standing], formula: Callable[[], Bool], does: Callable[[Contending], bool]
) -> Iterator[Question]:
    """Asks for contenders that fulfil a formula, and sees whether selection, run on them, does what is asked for."""

    def seen(model: Any) -> str:
        found = contending(standing, _ASKED, model)
        return found.in_words() if does(found) else ""

    yield Question(lambda: (None, formula()), seen=seen)


def one_answer(base: RuleBase, answering: Callable[..., Answers] = answers) -> Iterator[Claim]:
    """Every case is chosen, a tie, provisional or abstained, and only one of these."""
    facts = [z3.Bool(word) for word in ("sure", "specific", "one area", "settled", "asked enough")]

    def formula() -> Bool:
        return z3.Not(z3.PbEq([(each, 1) for each in answering(*facts)], 1))

    yield Claim("the four answers", "none", _lemma(formula), "a case has no answer, or two", ())


def two_foci_at_most(base: RuleBase, choosing: type[Choosing] = Choosing, select: Select = select) -> Iterator[Claim]:
    """A focus is one area, with at most one other beside it, and never beside nothing."""
    key = len(base.steps), len(base.areas)

    def questions() -> Iterator[Question]:
        standing, known = _any_contenders(base, tuple(base.areas))
        formula = lambda: conj([known, _too_many(choosing(standing, _ASKED))])  # noqa: E731 (a name for mypy)
        return _about_contenders(standing, formula, lambda found: _has_too_many(found.selected(select)))

    yield Claim("the foci", "none", questions, "a case has more than two foci", key)


def _has_too_many(found: Selection) -> bool:
    first, second = ({each.area for each in part} for part in (found.primary, found.secondary))
    return len(first) > 1 or len(second) > 1 or bool(first & second) or (bool(second) and not first)


def _too_many(choosing: Choosing) -> Bool:
    first = {area: choosing.primary(area) for area in choosing.areas}
    second = {area: choosing.secondary(area) for area in choosing.areas}
    return disj(
        [
            *(conj([first[one], first[other]]) for one, other in combinations(choosing.areas, 2)),
            *(conj([second[one], second[other]]) for one, other in combinations(choosing.areas, 2)),
            *(conj([first[area], second[area]]) for area in choosing.areas),
            conj([disj(second.values()), z3.Not(disj(first.values()))]),
        ]
    )


def floor_and_abstaining_meet(
    base: RuleBase, choosing: type[Choosing] = Choosing, select: Select = select
) -> Iterator[Claim]:
    """It is abstained exactly where no candidate surely supports its area and of none that may is anything recorded."""
    broken = "the floor and the rule for abstaining do not meet"

    def apart(found: Contending) -> bool:
        above = any(each.surely or each.index in found.specific[each.area] for each in found.contenders)
        return (found.selected(select).status is FocusStatus.ABSTAINED) == above

    def questions() -> Iterator[Question]:
        made = [_contender(ProblemArea.GRIEF, name, len(base.steps)) for name in "abc"]
        standing, known = [each for each, _ in made], [known for _, known in made]
        return _about_contenders(standing, lambda: conj([*known, _apart(choosing(standing, _ASKED))]), apart)

    yield Claim("the floor", "none", questions, broken, len(base.steps))


def _apart(choosing: Choosing) -> Bool:
    floor = disj(conj([each.contends, disj([each.surely, each.specific])]) for each in choosing.standing)
    return choosing.answers.abstained == floor


def order_told(base: RuleBase, choosing: type[Choosing] = Choosing, select: Select = select) -> Iterator[Claim]:
    """The order in which candidates were recorded decides nothing."""
    areas = tuple(base.areas)[:2]

    standing, known = _any_contenders(base, areas)

    def formula() -> Bool:
        one, other = choosing(standing, _ASKED), choosing(standing[::-1], _ASKED)
        apart = [a != b for a, b in zip(one.answers, other.answers, strict=True)]
        apart += [one.area_possible(area) != other.area_possible(area) for area in areas]
        apart += [one.secondary(area) != other.secondary(area) for area in areas]
        return conj([known, disj(apart)])

    def matters(found: Contending) -> bool:
        turned = replace(found, contenders=found.contenders[::-1])
        one, other = (_told_of(each.selected(select)) for each in (found, turned))
        return one != other

    broken = "it matters in which order candidates were recorded"
    questions = partial(_about_contenders, standing, formula, matters)
    yield Claim("the order of candidates", "none", questions, broken, (len(base.steps), areas))


def _told_of(found: Selection) -> tuple[object, ...]:
    return found.status, {each.area for each in found.possible}, {each.area for each in found.secondary}


def order_of_candidates(base: RuleBase) -> Iterator[Claim]:
    """*Surely beats* is a strict partial order, and on complete cases a strict weak order."""
    yield from order_claims(len(base.steps), beats)


def order_claims(steps: int, before: Comparison) -> Iterator[Claim]:
    """The claims that a comparison of contenders is such an order."""
    laws: dict[str, Callable[[Standing, Standing, Standing], Bool]] = {
        "no candidate beats itself": lambda a, b, c: before(a, a),
        "no two beat each other": lambda a, b, c: conj([before(a, b), before(b, a)]),
        "what beats one that beats a third beats the third": lambda a, b, c: conj(
            [before(a, b), before(b, c), z3.Not(before(a, c))]
        ),
    }
    for law, breaks in laws.items():
        yield Claim(law, "none", _of_three(steps, breaks, complete=False), f"it is not so that {law}", steps)
    law = "on complete cases, being equally good carries over"
    yield Claim(law, "none", _of_three(steps, _not_weak(before), complete=True), f"it is not so that {law}", steps)


def _not_weak(before: Comparison) -> Callable[[Standing, Standing, Standing], Bool]:
    def equal(one: Standing, other: Standing) -> Bool:
        return conj([z3.Not(before(one, other)), z3.Not(before(other, one))])

    return lambda a, b, c: conj([a.contends, b.contends, c.contends, equal(a, b), equal(b, c), z3.Not(equal(a, c))])


def _of_three(
    steps: int, breaks: Callable[[Standing, Standing, Standing], Bool], *, complete: bool
) -> Callable[[], Iterator[Question]]:
    def formula() -> Bool:
        made = [_contender(ProblemArea.GRIEF, name, steps, complete=complete) for name in "abc"]
        one, other, third = (each for each, _ in made)
        return conj([*(known for _, known in made), breaks(one, other, third), TRUE])

    return _lemma(formula)
