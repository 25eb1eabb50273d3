"""Row by row, every column is what the one-case path gives."""

import os
from random import Random
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_formulate import Case, example, example_names
from ipt_formulate.api import formulation_from
from ipt_formulate.cohort import evaluate_batch, from_cases, row_of
from ipt_formulate.cohort.evaluate import evaluate_with
from ipt_formulate.evaluation import reference
from ipt_formulate.formulation.settings import Settings
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.testing import constants_of, random_case, random_rulebase
from ipt_formulate.vocabulary import EngineName

SHIPPED = {name: shipped_rulebase().for_tradition(name) for name in shipped_rulebase().traditions}
CONSTANTS = constants_of(shipped_rulebase())


def expected(base: RuleBase, case: Case) -> dict[str, Any]:
    findings = reference.derive(base, case.lowered)
    formulation = formulation_from(base, case, findings, EngineName.REFERENCE, Settings())
    return row_of(base, case, formulation, findings)


def differences(base: RuleBase, cases: list[Case], found: pa.RecordBatch) -> list[str]:
    rows = found.drop_columns(["id"]).to_pylist()
    return [
        f"case {number}, {name}: {row[name]}, not {wanted[name]}"
        for number, (case, row) in enumerate(zip(cases, rows, strict=True))
        for wanted in [{**expected(base, case), "problem": None}]
        for name in row
        if row[name] != wanted[name]
    ]


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from(sorted(SHIPPED)), st.sampled_from((0.3, 0.6, 0.9)))
def test_generated_cases_by_the_shipped_rules(random: Random, tradition: str, known: float) -> None:
    generated = [random_case(random, known=known, constants=CONSTANTS) for _ in range(6)]
    batch = from_cases(generated)
    assert not differences(SHIPPED[tradition], generated, evaluate_batch(batch, tradition=tradition))


@settings(max_examples=100, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from((0.3, 0.6, 0.9)))
def test_generated_cases_by_generated_rules(random: Random, known: float) -> None:
    base = random_rulebase(random)
    generated = [random_case(random, known=known, constants=constants_of(base)) for _ in range(4)]
    assert not differences(base, generated, evaluate_with(base, from_cases(generated)))


def test_the_shipped_cases_by_every_tradition() -> None:
    shipped = [example(name) for name in example_names()]
    for tradition, base in SHIPPED.items():
        assert not differences(base, shipped, evaluate_batch(from_cases(shipped), tradition=tradition))


def test_every_column_of_twenty_thousand_cases() -> None:
    """Of as many as are asked for, where a share of the examples is."""
    for start in range(0, round(20_000 * float(os.environ.get("IPT_EXAMPLES", "1"))), 4_000):
        generated = [
            random_case(seed, known=0.2 + 0.7 * (seed % 100) / 100, constants=CONSTANTS)
            for seed in range(start, start + 4_000)
        ]
        assert not differences(SHIPPED["weissman"], generated, evaluate_batch(from_cases(generated)))
