"""The coefficients against published worked examples, and what must hold of every table of ratings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_formulate.study.coefficients import coefficients


def _values(ratings: list[tuple[object, ...]]) -> dict[str, float | None]:
    return {each.name: each.value for each in coefficients(ratings, resamples=0)}


def _from_table(table: list[list[int]]) -> list[tuple[object, ...]]:
    return [(row, column) for row, counts in enumerate(table) for column, n in enumerate(counts) for _ in range(n)]


def test_cohens_kappa_is_that_of_cohen_1960() -> None:
    # Cohen J (1960) Educ Psychol Meas 20:37-46, the example of 200 cases and three categories: kappa .492.
    found = _values(_from_table([[88, 14, 18], [10, 40, 10], [2, 6, 12]]))
    assert found["Cohen's kappa"] == pytest.approx(0.492, abs=0.0005)
    assert found["percent agreement"] == pytest.approx(0.70)


def test_ac1_is_that_of_gwet_where_kappa_is_a_paradox() -> None:
    # Gwet KL (2008) Br J Math Stat Psychol 61:29-48, 125 subjects of which 118 and 5, 2 and 0.
    found = _values(_from_table([[118, 5], [2, 0]]))
    assert found["percent agreement"] == pytest.approx(0.944)
    assert found["Cohen's kappa"] == pytest.approx(-0.0234, abs=0.0001)
    assert found["Gwet's AC1"] == pytest.approx(0.9408, abs=0.0001)


# fmt: off
FLEISS = ["00060", "03003", "01401", "00006", "03030", "20400", "00402", "20310", "20040", "00006",
          "10050", "11040", "03300", "10050", "02031", "00501", "30012", "51000", "02040", "10203",
          "00006", "01050", "02013", "20040", "10041", "05010", "40002", "02040", "10500", "00006"]
# fmt: on


def test_fleiss_kappa_is_that_of_fleiss_1971() -> None:
    # Fleiss JL (1971) Psychol Bull 76:378-382, 30 patients, 6 raters, 5 diagnoses: kappa .430.
    ratings = [tuple(place for place, n in enumerate(row) for _ in range(int(n))) for row in FLEISS]
    assert _values(list(ratings))["Fleiss' kappa"] == pytest.approx(0.430, abs=0.0005)


def test_krippendorffs_alpha_is_that_of_krippendorff_with_gaps() -> None:
    # Krippendorff K (2011) Computing Krippendorff's alpha-reliability: 4 observers, 12 units, nominal: .743.
    units = ["11.1", "2232", "3333", "3333", "2222", "1234", "4444", "1121", "2222", ".555", "..11", "..3."]
    ratings = [tuple(None if each == "." else each for each in unit) for unit in units]
    assert _values(list(ratings))["Krippendorff's alpha"] == pytest.approx(0.743, abs=0.0005)


answers = st.sampled_from(["present", "absent", None])


@given(st.integers(2, 4).flatmap(lambda width: st.lists(st.tuples(*[answers] * width), max_size=8)))
def test_a_coefficient_never_exceeds_one_and_the_order_of_raters_does_not_matter(
    rows: list[tuple[object, ...]],
) -> None:
    found, turned = _values(rows), _values([row[::-1] for row in rows])
    for name in ("percent agreement", "Gwet's AC1", "Krippendorff's alpha", "Fleiss' kappa"):
        assert found.get(name) == (None if turned.get(name) is None else pytest.approx(turned[name]))
    assert all(value is None or value <= 1 + 1e-9 for value in found.values())


def test_intervals_are_the_same_for_the_same_seed_and_say_how_many_resamples_were_defined() -> None:
    rows = [("a", "a"), ("b", "b"), ("a", "b"), ("a", "a")]
    found = coefficients(rows, resamples=200, seed=3)
    assert found == coefficients(rows, resamples=200, seed=3)
    kappa = next(each for each in found if each.name == "Cohen's kappa")
    assert kappa.low is not None
    assert kappa.high is not None
    assert kappa.low <= kappa.value <= kappa.high  # type: ignore[operator]
    assert 0 < kappa.defined < 1
