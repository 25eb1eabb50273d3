"""What must hold of selection, on abstract candidates: thousands of them, with no rule base in the way."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ipt_formulate.formulation.selection import Contender, Selection, select
from ipt_formulate.vocabulary import FocusReason, FocusStatus, ProblemArea

AREAS = (ProblemArea.GRIEF, ProblemArea.ROLE_DISPUTE, ProblemArea.ROLE_TRANSITION)
STEP = st.sampled_from([(False, False), (False, True), (True, True)])


@st.composite
def fields(draw: st.DrawFn) -> list[Contender]:
    found = []
    for area in AREAS:
        for index in range(draw(st.integers(0, 3))):
            steps = draw(st.lists(STEP, min_size=3, max_size=3))
            found.append(
                Contender(
                    area, index, draw(st.booleans()), tuple(low for low, _ in steps), tuple(high for _, high in steps)
                )
            )
    return found


def run(field: list[Contender], *, asked: bool = True) -> Selection:
    everything = {area: frozenset(range(9)) for area in AREAS}
    return select(field, asked_enough=asked, specific=everything, nothing_supported=not field)


def learn(draw: st.DrawFn, one: Contender) -> Contender | None:
    """The contender after something was learnt of it, or None where it turned out not to support its area."""
    steps = [
        (low, high) if low == high or draw(st.booleans()) else (told := draw(st.booleans()), told)
        for low, high in zip(one.least, one.most, strict=True)
    ]
    if not one.surely and draw(st.booleans()):
        return None
    return replace(
        one,
        surely=one.surely or draw(st.booleans()),
        least=tuple(low for low, _ in steps),
        most=tuple(high for _, high in steps),
    )


@st.composite
def steps_of_learning(draw: st.DrawFn) -> tuple[list[Contender], list[Contender]]:
    before = draw(fields())
    return before, [learnt for each in before if (learnt := learn(draw, each)) is not None]


def areas(groups: tuple[tuple[Contender, ...], ...]) -> list[ProblemArea]:
    return [group[0].area for group in groups]


def keys(selection: Selection) -> set[tuple[ProblemArea, int]]:
    return {(each.area, each.index) for each in selection.possible}


@settings(max_examples=3000)
@given(steps_of_learning())
def test_learning_only_narrows_the_selection(pair: tuple[list[Contender], list[Contender]]) -> None:
    before, after = (run(field) for field in pair)
    assert keys(after) <= keys(before)
    if before.status is FocusStatus.CHOSEN:
        assert after.status is FocusStatus.CHOSEN
        assert after.primary[0].area == before.primary[0].area
        if before.secondary:
            assert after.secondary[0].area == before.secondary[0].area
    if before.status is FocusStatus.TIE:
        assert after.status is FocusStatus.TIE
        assert areas(after.tied) == areas(before.tied)


@settings(max_examples=3000)
@given(fields(), st.data())
def test_more_evidence_for_a_candidate_never_lowers_it(field: list[Contender], data: st.DataObject) -> None:
    assume(field)
    place = data.draw(st.integers(0, len(field) - 1))
    one = field[place]
    told = [
        (True, True) if data.draw(st.booleans()) and high else (low, high)
        for low, high in zip(one.least, one.most, strict=True)
    ]
    more = replace(one, surely=True, least=tuple(low for low, _ in told), most=tuple(high for _, high in told))
    before, after = run(field), run([*field[:place], more, *field[place + 1 :]])
    key = (one.area, one.index)
    assert key not in keys(before) or key in keys(after)
    if one.surely and one.area in areas(before.leading):
        assert one.area in areas(after.leading) or after.status in (FocusStatus.CHOSEN, FocusStatus.TIE)
    if before.primary and before.primary[0].area == one.area:
        assert after.primary
        assert after.primary[0].area == one.area


@settings(max_examples=1500)
@given(fields(), st.randoms(use_true_random=False))
def test_the_order_of_candidates_is_irrelevant(field: list[Contender], random) -> None:  # type: ignore[no-untyped-def]
    mixed = list(field)
    random.shuffle(mixed)
    one, other = run(field), run(mixed)
    assert (one.status, one.reason, keys(one)) == (other.status, other.reason, keys(other))
    assert set(areas(one.leading)) == set(areas(other.leading))
    assert set(areas(one.tied)) == set(areas(other.tied))
    assert [each.area for each in one.primary] == [each.area for each in other.primary]


@settings(max_examples=1500)
@given(fields())
def test_selection_is_what_all_completions_have_in_common(field: list[Contender]) -> None:
    """Possible is never too small: whatever wins in some completion was possible; and it is acyclic: someone wins."""
    selection = run(field)
    for choose_most in (False, True):
        complete = [
            replace(
                each,
                surely=True,
                least=each.most if choose_most else each.least,
                most=each.most if choose_most else each.least,
            )
            for each in field
        ]
        for winner in run(complete).possible:
            assert (winner.area, winner.index) in keys(selection)
    assert bool(selection.possible) == bool(field)


@settings(max_examples=500)
@given(fields())
def test_nothing_is_settled_before_each_inquiry_was_made(field: list[Contender]) -> None:
    unasked = run(field, asked=False)
    assert unasked.status in (FocusStatus.PROVISIONAL, FocusStatus.ABSTAINED)
    if run(field).status in (FocusStatus.CHOSEN, FocusStatus.TIE):
        assert unasked.reason is FocusReason.INQUIRY_NOT_MADE
