"""The solver-made cases: the rules say of each what they said when it was made. No solver is needed to see that."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from ipt_formulate.errors import InputError
from ipt_formulate.mutation.suites import solver_cases
from ipt_formulate.resources import solver_cases_directory
from ipt_formulate.rulebase.loader import shipped_rulebase

HERE = Path(__file__).parent.parent / "solver_cases"
BASE = shipped_rulebase()
CASES = list(solver_cases(HERE))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_the_rules_say_of_a_case_what_they_said(case) -> None:  # type: ignore[no-untyped-def]
    assert list(case.faults(BASE)) == [], "if the rules were changed for a reason: ipt-formulate mutate --write"


def test_each_asserts_something() -> None:
    assert all(case.rules or case.shows for case in CASES)
    assert CASES
    assert solver_cases_directory() == HERE


def test_a_case_notices_that_a_rule_is_gone_or_says_otherwise() -> None:
    case = next(each for each in CASES if "met" in each.rules.get("grief.little_support", {}).values())
    without = {name: rule for name, rule in BASE.rules.items() if name != "grief.little_support"}
    other = replace(BASE.rules["grief.little_support"], conditions=BASE.rules["grief.mourned_with_support"].conditions)
    for rules in (without, {**without, other.id: other}):
        base = replace(BASE, rules=MappingProxyType(rules), _variants={})
        assert "grief.little_support" in list(case.faults(base))


def test_a_file_of_another_form_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text("- title: no case in it\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"other\.yaml: is not a file of solver-made cases"):
        list(solver_cases(tmp_path))
