"""What a site may set, and how scores are read: printed, and never deciding."""

from __future__ import annotations

import pytest

import ipt_formulate as ipt
from ipt_formulate.errors import RuleBaseError
from ipt_formulate.report.text import to_text
from ipt_formulate.resources import rules_directory
from ipt_formulate.rulebase.loader import shipped_rulebase


def test_a_site_sets_what_is_its_to_set_and_it_is_printed() -> None:
    case = ipt.parse_case({"assessment": {"measures": [{"instrument": "cssrs", "total": 3, "taken": "today"}]}})
    stricter = ipt.Settings(parameters={"cssrs_high": 3})
    usual, strict = ipt.formulate(case), ipt.formulate(case, settings=stricter)
    assert "safety.cssrs_high" not in [flag.rule for flag in usual.safety.flags]
    assert "safety.cssrs_high" in [flag.rule for flag in strict.safety.flags]
    assert strict.provenance.settings == stricter
    assert "cssrs_high = 3 (set by the site)" in to_text(strict).replace("\n  ", " ")
    assert ipt.Formulation.model_validate_json(strict.model_dump_json()) == strict


def test_what_is_left_to_the_site_is_always_told_with_the_value_in_force() -> None:
    usual = ipt.formulate(ipt.Case())
    base = ipt.load_rulebase(rules_directory(), parameters={"recent_behaviour": "6mo"})
    left = {name: each.value for name, each in shipped_rulebase().parameters.items() if each.site}
    assert {"cssrs_high": 4, "recent_behaviour": "3mo"}.items() <= left.items()
    assert usual.provenance.site_parameters == left
    told = to_text(usual).replace("\n  ", " ")
    assert all(f"{name} = {value} (as the rule base has it)" in told for name, value in left.items())
    assert ipt.formulate(ipt.Case(), rulebase=base).provenance.site_parameters == {**left, "recent_behaviour": "6mo"}


@pytest.mark.parametrize(
    "parameters", [{"near_before": "2y"}, {"no_such": 1}, {"cssrs_high": "often"}, {"cssrs_high": 6}, {"recent_behaviour": "1d"}]
)
def test_what_is_not_the_sites_to_set_is_refused(parameters: dict[str, int | str]) -> None:
    with pytest.raises(RuleBaseError):
        ipt.formulate(ipt.Case(), settings=ipt.Settings(parameters=parameters))


def test_a_rule_base_of_ones_own_takes_its_parameters_when_loaded() -> None:
    settings = ipt.Settings(parameters={"cssrs_high": 3})
    with pytest.raises(RuleBaseError, match="when it is loaded"):
        ipt.formulate(ipt.Case(), settings=settings, rulebase=ipt.load_rulebase(rules_directory()))
    base = ipt.load_rulebase(rules_directory(), parameters={"cssrs_high": 3})
    assert base.parameters["cssrs_high"].number() == 3


@pytest.mark.parametrize(
    ("measure", "total", "band", "prorated"),
    [
        (
            {"instrument": "phq9", "items": [2, 2, 2, 2, 2, 2, 2, 2, 0]},
            (16, 16),
            "in the range called moderately severe",
            None,
        ),
        (
            {"instrument": "phq9", "items": [2, 2, 2, 2, 2, 2, 2, 2, None]},
            (16, 19),
            "in the range called moderately severe",
            18,
        ),
        ({"instrument": "phq9", "items": [2, 2, 2, 2, 2, 2, None, None, 0]}, (12, 18), None, 15),
        ({"instrument": "phq9", "items": [2, 2, 2, 2, 2, 2, None, None, None]}, (12, 21), None, None),
        ({"instrument": "phq9", "total": 3}, (3, 3), None, None),
        ({"instrument": "gad7", "total": {"at_least": 15}}, (15, 21), "in the range called severe", None),
        ({"instrument": "lsns6", "total": 4}, (4, 4), None, None),
    ],
)
def test_a_total_is_a_range_and_has_a_band_only_where_all_of_it_lies_in_one(
    measure: dict[str, object], total: tuple[int, int], band: str | None, prorated: int | None
) -> None:
    (score,) = ipt.formulate(ipt.parse_case({"assessment": {"measures": [measure]}})).scores
    assert (score.total, score.band, score.prorated) == (total, band, prorated)


def test_scores_never_decide_an_area() -> None:
    case = ipt.example("mrs-e-late-life-widow")
    scored = case.with_(
        "assessment.measures", [{"instrument": name, "total": 30} for name in ("icg", "pg13r", "rdas", "lsns6")]
    )
    before, after = ipt.formulate(case), ipt.formulate(scored)
    assert {area: found.status for area, found in before.areas.items()} == {
        area: found.status for area, found in after.areas.items()
    }
    assert before.focus.status == after.focus.status
