"""The whole rule base over a batch of cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

import numpy as np
import pyarrow as pa

from ipt_formulate.api import rulebase_for
from ipt_formulate.case.case import Case
from ipt_formulate.case.files import parse_case
from ipt_formulate.case.terms import SHARED_WITH_PERSON
from ipt_formulate.cohort.cases import contents, from_cases
from ipt_formulate.cohort.choosing import choose, wanted_nodes
from ipt_formulate.cohort.columns import ID
from ipt_formulate.cohort.leaves import Leaves, Numbers, take_apart
from ipt_formulate.cohort.lowered import HAPPENINGS, Block
from ipt_formulate.cohort.names import number_names
from ipt_formulate.cohort.program import Program, compiled
from ipt_formulate.cohort.results import OUTCOME, URGENCIES, VERDICTS, result_schema, words_of
from ipt_formulate.errors import CaseError
from ipt_formulate.formulation.settings import Settings
from ipt_formulate.rulebase.rulebase import RuleBase

BLOCK: Final = 65_536
"""Rows worked on at once: enough to make each operation worth its call, few enough for the cache."""
_PLAIN: Final = {
    "focus_primary_item": np.int16,
    "focus_secondary_item": np.int16,
    "focus_secondary_settled": np.bool_,
    "safety_not_yet_asked": np.int16,
}


def evaluate_batch(
    batch: pa.RecordBatch,
    *,
    tradition: str = "weissman",
    settings: Settings | None = None,
    rulebase: RuleBase | None = None,
) -> pa.RecordBatch:
    """What the recorded facts of many cases support, as columns.

    Args:
        batch: of the cohort `schema`; columns may be left out, and strings need not be dictionary-encoded.
        tradition: the school whose areas and rules apply.
        settings: what the site sets.
        rulebase: another rule base than the shipped one, whose safety rules hold in it all the same.

    Returns:
        A row for each row, in the same order; `cohort.results` says what the columns hold. A row that is no valid
        case has its fault in ``problem``, and nothing in the other columns. Each row is what `formulate` gives.

    Raises:
        InputError: the batch has a column that the schema does not have, or one of another type.
        UnknownName: there is no such tradition.
        RuleBaseError: the settings set a parameter that is not the site's to set.

    Examples:
        >>> from ipt_formulate import example
        >>> from ipt_formulate.cohort import from_cases
        >>> evaluate_batch(from_cases([example("mrs-e-late-life-widow")])).column("focus_leading").to_pylist()
        ['grief']
    """
    return evaluate_with(rulebase_for(tradition, settings or Settings(), rulebase), batch)


def evaluate_with(base: RuleBase, batch: pa.RecordBatch) -> pa.RecordBatch:
    """As `evaluate_batch`, with a rule base as a tradition uses it."""
    program = compiled(base)
    leaves, columns = _worked_out(program, batch)
    problems = _one_by_one(program, batch, np.flatnonzero(leaves.doubtful), columns)
    return _assembled(base, batch, columns, problems)


def _worked_out(program: Program, batch: pa.RecordBatch) -> tuple[Leaves, dict[str, Numbers]]:
    leaves = take_apart(batch)
    number_names(leaves)
    columns = {
        field.name: np.empty(batch.num_rows, _PLAIN.get(field.name, np.int8))
        for field in result_schema(program.base)
        if field.type != pa.string()
    }
    wanted = dict.fromkeys([*program.rules.values(), *wanted_nodes(program)], 0)

    for start in range(0, batch.num_rows, BLOCK):
        stop = min(start + BLOCK, batch.num_rows)
        block = Block(leaves, start, stop)
        _check(block)
        for name, values in _columns(program, block, program.run(block, wanted)):
            columns[name][start:stop] = values
        leaves.doubtful[start:stop] |= block.doubtful
    return leaves, columns


def _check(block: Block) -> None:
    """Doubt every row that the case model may refuse."""
    block.names.check()
    block.measures.check()
    block.check_times()
    for scope in HAPPENINGS:
        for name in SHARED_WITH_PERSON:
            if (scope, name) in block.leaves.leaves:
                block.value(scope, f"person.{name}")
    block.value("deaths", "person.alive")
    block.check_expectations()


def _columns(program: Program, block: Block, verdicts: Mapping[int, Numbers]) -> Iterator[tuple[str, Numbers]]:
    base, choice = program.base, choose(program, verdicts, block)
    yield "focus_status", choice.status
    yield "focus_reason", choice.reason
    yield "focus_primary", choice.primary[0]
    yield "focus_primary_item", choice.primary[1]
    yield "focus_secondary", choice.secondary[0]
    yield "focus_secondary_item", choice.secondary[1]
    yield "focus_secondary_settled", choice.settled
    yield "focus_leading", choice.leading
    yield "focus_also_possible", choice.also_possible
    yield "focus_tied", choice.tied
    yield "focus_possible", choice.possible
    yield "focus_residual", choice.residual
    yield "open_inquiries", choice.open_inquiries
    for area in base.areas:
        yield f"area_{area}", verdicts[program.areas[area].status]
    holding, urgent = np.zeros(block.size, np.uint8), np.full(block.size, -1, np.int8)
    topics: dict[str, Numbers] = {}
    for rule in reversed(base.safety):
        verdict = verdicts[program.rules[rule.id]]
        urgent[verdict == 2] = URGENCIES.index(str(rule.then.urgency))
        if rule.then.holds_focus:
            holding = np.maximum(holding, verdict)
        topics[rule.then.topic] = topics.get(rule.then.topic, False) | (verdict == 1)
    yield "safety_holds_focus", holding
    yield "safety_most_urgent", urgent
    yield "safety_not_yet_asked", np.sum(list(topics.values()), axis=0, dtype=np.int16) if topics else np.int16(0)
    for rule_id, node in program.rules.items():
        yield rule_id, verdicts[node]


def _one_by_one(program: Program, batch: pa.RecordBatch, rows: Numbers, columns: dict[str, Numbers]) -> dict[int, str]:
    """Look at doubtful rows as cases: the valid are worked out anew, of the others the fault is kept."""
    problems: dict[int, str] = {}
    valid: list[tuple[int, Case]] = []
    for row, content in zip(rows.tolist(), contents(batch.take(pa.array(rows))) if len(rows) else (), strict=True):
        try:
            valid.append((row, parse_case(content)))
        except CaseError as error:
            problems[row] = str(error)
    if valid:
        again = [row for row, _ in valid]
        _, anew = _worked_out(program, from_cases([case for _, case in valid]))
        for name, values in anew.items():
            columns[name][again] = values
    return problems


def _assembled(
    base: RuleBase, batch: pa.RecordBatch, columns: Mapping[str, Numbers], problems: Mapping[int, str]
) -> pa.RecordBatch:
    count = batch.num_rows
    refused = np.zeros(count, bool)
    refused[list(problems)] = True
    schema, words = result_schema(base), _dictionaries(base)
    arrays: list[Any] = []
    for field in schema:
        if field.name == ID:
            arrays.append(
                batch.column(ID).cast(pa.string()) if ID in batch.schema.names else pa.nulls(count, pa.string())
            )
        elif field.name == "problem":
            told = pa.array(problems.values(), pa.string()) if problems else None
            arrays.append(_placed(told, refused) if told is not None else pa.nulls(count, pa.string()))
        else:
            values = columns[field.name]
            nobody = values < 0 if values.dtype != np.bool_ and field.name not in base.rules else None
            if field.name in _EMPTY_IS_NONE:
                nobody = values == 0
            missing = refused if nobody is None else refused | nobody
            codes = pa.array(values, mask=missing if problems or nobody is not None else None)
            if field.type == OUTCOME:
                arrays.append(pa.DictionaryArray.from_arrays(codes, words.get(field.name, _VERDICTS), safe=False))
            else:
                arrays.append(codes)
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


_VERDICTS: Final = pa.array(VERDICTS)


@lru_cache(maxsize=64)
def _dictionaries(base: RuleBase) -> Mapping[str, pa.Array]:
    """The words of each dictionary-encoded column but those of the rules, in the order of their codes."""
    return {name: pa.array(words) for name, words in words_of(base).items()}


_EMPTY_IS_NONE: Final = {
    "focus_leading",
    "focus_also_possible",
    "focus_tied",
    "focus_possible",
    "open_inquiries",
}


def _placed(told: pa.Array, where: Numbers) -> pa.Array:
    places = np.cumsum(where) - 1
    return told.take(pa.array(places, mask=~where))


def refuse(result: pa.RecordBatch, problems: Mapping[int, str]) -> pa.RecordBatch:
    """A result in which some more rows are refused."""
    refused = pa.array([row in problems for row in range(result.num_rows)])
    columns = {}
    for name, column in zip(result.schema.names, result.columns, strict=True):
        if name == "problem":
            column = pa.array([problems.get(row, told) for row, told in enumerate(column.to_pylist())], pa.string())
        elif name != ID:
            column = column.take(pa.array(np.arange(result.num_rows), mask=refused.to_numpy(zero_copy_only=False)))
        columns[name] = column
    return pa.RecordBatch.from_arrays(list(columns.values()), schema=result.schema)
