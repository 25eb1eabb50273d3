"""The table from the clinical reference to the rules: each row is covered, or says why not; each rule has a row."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ipt_formulate.case.terms import LIST_MODELS, catalogue
from ipt_formulate.rulebase.loader import shipped_rulebase

ROOT = Path(__file__).parents[2]
TABLE = yaml.safe_load((ROOT / "docs/explanation/coverage.yaml").read_text(encoding="utf-8"))
NOT_MODELLED = (ROOT / "docs/explanation/not-modelled.md").read_text(encoding="utf-8")
DECISIONS = {path.stem for path in (ROOT / "tests/decisions").glob("*.yaml")}
BASE = shipped_rulebase()
ROWS = [pytest.param(row, id=row["row"]) for row in TABLE["rows"]]


def _field_exists(path: str) -> bool:
    for name in LIST_MODELS:
        start = f"inventory.{name}[]."
        if path.startswith(start):
            own = path.removeprefix(start)
            return own in catalogue(name) or f"person.{own}" in catalogue(name)
    return path in catalogue("case")


def _exists(name: str) -> bool:
    if name.startswith("$"):
        return name[1:] in BASE.parameters
    kind, _, rest = name.partition(":")
    if rest:
        known = {"area": {area.value for area in BASE.areas}, "tradition": set(BASE.traditions)}
        return _field_exists(rest) if kind == "field" else rest in known[kind]
    return name in BASE.rules or name in BASE.techniques or name in DECISIONS


@pytest.mark.parametrize("row", ROWS)
def test_row(row: dict[str, object]) -> None:
    assert len(set(row) & {"covered_by", "not_modelled"}) == 1
    assert set(row) <= {"row", "covered_by", "not_modelled"}
    covered = row.get("covered_by", [])
    assert isinstance(covered, list)
    assert [name for name in covered if not _exists(name)] == []
    if "not_modelled" in row:
        assert f"| {row['row']} | {row['not_modelled']} |" in NOT_MODELLED


def test_no_row_twice() -> None:
    names = [row["row"] for row in TABLE["rows"]]
    assert len(names) == len(set(names))


def test_every_rule_has_a_row_or_stands_beyond() -> None:
    named = {name for row in TABLE["rows"] for name in row.get("covered_by", [])}
    beyond = TABLE["beyond"]
    assert sorted(set(BASE.rules) - named - set(beyond)) == []
    assert [rule for rule in beyond if rule not in BASE.rules or rule in named] == []


def test_every_decision_has_a_row() -> None:
    named = {name for row in TABLE["rows"] for name in row.get("covered_by", [])}
    assert sorted(DECISIONS - named) == []


def test_the_page_names_nothing_that_is_modelled() -> None:
    rows = sum("not_modelled" in row for row in TABLE["rows"])
    assert NOT_MODELLED.count("\n| ") == rows + 2
