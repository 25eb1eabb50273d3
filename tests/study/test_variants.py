"""What a cohort shows of the rules: edits are blamed rightly, and pruning an ablation changes no count."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from ipt_formulate.cli import app
from ipt_formulate.cohort import evaluate_batch, to_cases
from ipt_formulate.cohort.synthetic import synthesize, write_synthetic
from ipt_formulate.reasoning.versions import changed_answers, changes_between
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.rulebase.variation import with_parameters
from ipt_formulate.study import variants
from ipt_formulate.study.describe import SMALL, describe, plain

SIZE = 400


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cohort") / "cohort.parquet"
    write_synthetic(SIZE, path, seed=11)
    return path


def _without(base: RuleBase, *rules: str) -> RuleBase:
    left = {name: rule for name, rule in base.rules.items() if name not in rules}
    return replace(base, rules=MappingProxyType(left), _variants={})


def test_a_diff_finds_the_changes_of_the_two_runs_and_the_edit_of_each(cohort: Path) -> None:
    old = shipped_rulebase()
    new = with_parameters(_without(old, "grief.mourning_held_back"), {"near_before": "1mo"})
    found = variants.diff(old, new, cohort)
    batch = next(synthesize(SIZE, seed=11))
    before, now = evaluate_batch(batch, rulebase=old), evaluate_batch(batch, rulebase=new)
    for about in ("focus_status", "focus_leading", "area_grief", "area_role_transition"):
        pairs = zip(before.column(about).to_pylist(), now.column(about).to_pylist(), strict=True)
        assert sum(one != other for one, other in pairs) == sum(each.about == about for each in found.shifts)
    assert found.changed == len({each.case for each in found.shifts})
    assert {each.how for each in found.shifts} <= {"alone", "each", "together", "more"}
    assert {edit for each in found.shifts for edit in each.edits} == {
        "parameter near_before",
        "rule grief.mourning_held_back",
    }


def test_the_edits_of_a_diff_are_those_found_case_by_case(cohort: Path) -> None:
    old = shipped_rulebase()
    new = with_parameters(
        _without(old, "grief.mourning_held_back", "role_dispute.no_longer_contested"), {"near_before": "1mo"}
    )
    found = variants.diff(old, new, cohort)
    edits = changes_between(old, new)
    batch = next(synthesize(SIZE, seed=11))
    cases = dict(zip(batch.column("id").to_pylist(), to_cases(batch), strict=True))
    status = {
        (each.case, each.about): (set(each.edits), each.how) for each in found.shifts if each.about.startswith("area_")
    }
    names = sorted({name for name, _ in status})[:15]
    assert names
    for name in names:
        for each in changed_answers(old, new, cases[name], edits):
            key = name, each.about.replace("area ", "area_").replace(" ", "_")
            if each.about.startswith("area "):
                told = {cause.id for cause in each.causes}
                assert status[key][0] == told
                assert (status[key][1] in ("together", "more")) is each.together


def test_an_ablation_counts_what_a_whole_run_without_the_rule_counts(cohort: Path) -> None:
    base = shipped_rulebase()
    cases, found = variants.ablate(base, cohort)
    assert cases == SIZE
    batch = next(synthesize(SIZE, seed=11))
    whole = evaluate_batch(batch)
    worked_out = [each for each in found if each.changed is not None and not each.note and each.rule in base.rules]
    assert len(worked_out) > 20
    for each in worked_out:
        without = evaluate_batch(batch, rulebase=_without(base, each.rule))
        names = [
            name
            for name in whole.schema.names
            if name.startswith(("focus_", "area_", "safety_"))
            and not name.endswith(("_item", "_settled", "_asked"))
            and "." not in name
        ]
        counts = {
            name: sum(
                one != other
                for one, other in zip(whole.column(name).to_pylist(), without.column(name).to_pylist(), strict=True)
            )
            for name in names
        }
        assert {name: count for name, count in counts.items() if count} == each.changed, each.rule


def test_an_assumed_number_at_the_end_of_its_range_counts_what_a_whole_run_counts(cohort: Path) -> None:
    base = shipped_rulebase()
    _, found = variants.ablate(base, cohort)
    entry = next(each for each in found if each.rule == "parameter near_before = 90d")
    batch = next(synthesize(SIZE, seed=11))
    whole, varied = evaluate_batch(batch), evaluate_batch(batch, rulebase=with_parameters(base, {"near_before": "3mo"}))
    for name in ("focus_leading", "area_grief", "area_role_dispute", "area_role_transition"):
        pairs = zip(whole.column(name).to_pylist(), varied.column(name).to_pylist(), strict=True)
        assert sum(one != other for one, other in pairs) == (entry.changed or {}).get(name, 0)
    assert entry.any > 0
    safety = {each for rule in base.safety for each in rule.uses}
    assert not any(
        f"${each.rule.split()[1].rstrip(',')}" in safety for each in found if each.rule.startswith("parameter")
    )


def test_no_safety_rule_is_ever_switched_off_and_it_is_said_that_this_is_a_study(cohort: Path) -> None:
    base = shipped_rulebase()
    _, found = variants.ablate(base, cohort)
    safety = [each for each in found if each.rule in {rule.id for rule in base.safety}]
    assert len(safety) == len(base.safety)
    assert all(each.changed is None for each in safety)
    assert not any(name.startswith("safety_") for each in found for name in each.changed or {})
    done = CliRunner().invoke(app, ["cohort", "ablate", str(cohort), "--json"])
    told = json.loads(done.stdout)
    assert told["for_use"] is False
    assert "NEVER FOR USE" in done.stderr


def test_what_is_described_adds_up_and_small_counts_can_be_left_out(cohort: Path, tmp_path: Path) -> None:
    base = shipped_rulebase().for_tradition("weissman")
    found = describe(base, cohort)
    assert found.cases == found.synthetic == SIZE
    assert all(counts.total() == SIZE for counts in [*found.outcomes.values(), *found.rules.values()])
    shown = json.dumps(plain(found, suppress=True))
    assert not any(f": {small}," in shown or f": {small}}}" in shown for small in range(1, SMALL))
    assert any(f": {small}," in json.dumps(plain(found, suppress=False)) for small in range(1, SMALL))
    done = CliRunner().invoke(app, ["cohort", "describe", str(cohort), str(tmp_path / "out"), "--suppress"])
    assert done.exit_code == 0, done.output
    assert sorted(each.name for each in (tmp_path / "out").iterdir()) == [
        "areas.svg",
        "focus.svg",
        "report.json",
        "report.md",
        "together.svg",
        "unknown.svg",
    ]
    text = (tmp_path / "out" / "areas.svg").read_text(encoding="utf-8")
    assert "role dispute" in text
    assert "@import" not in text


def test_a_row_that_is_no_case_is_counted_as_refused_and_changes_nothing(tmp_path: Path) -> None:
    batch = next(synthesize(20, seed=1))
    assessment = batch.column("assessment").to_pylist()
    assessment[3]["age_band"] = "ancient"
    broken = batch.set_column(
        2, batch.schema.field("assessment"), pa.array(assessment, batch.schema.field("assessment").type)
    )
    pq.write_table(pa.Table.from_batches([broken]), tmp_path / "broken.parquet")
    found = describe(shipped_rulebase().for_tradition("weissman"), tmp_path / "broken.parquet")
    assert (found.cases, found.refused) == (19, 1)
    old = shipped_rulebase()
    assert variants.diff(old, _without(old, "grief.mourning_held_back"), tmp_path / "broken.parquet").cases == 19


def test_a_cohort_of_several_row_groups_is_read_whole(tmp_path: Path) -> None:
    write_synthetic(70_000, tmp_path / "large.parquet", seed=3)
    assert pq.ParquetFile(tmp_path / "large.parquet").num_row_groups > 1
    found = describe(shipped_rulebase().for_tradition("weissman"), tmp_path / "large.parquet")
    assert (found.cases, found.refused) == (70_000, 0)
