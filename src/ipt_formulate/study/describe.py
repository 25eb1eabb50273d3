"""What a cohort holds: counts by area, status and rule, what comes together, and what was not recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations_with_replacement
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ipt_formulate.case.values import ASKED_UNKNOWN
from ipt_formulate.cohort.columns import ID, LABEL
from ipt_formulate.cohort.evaluate import evaluate_with
from ipt_formulate.cohort.results import rule_ids, words_of
from ipt_formulate.cohort.synthetic import PREFIX
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.study.data import batches

SMALL: Final = 5
"""Counts from 1 to 4 may identify people."""
NOTHING: Final = "(none)"
_SHOWN: Final = ("focus_status", "focus_reason", "focus_primary", "focus_secondary", "focus_leading", "focus_residual")


@dataclass
class Description:
    """What a cohort holds.

    Attributes:
        cases: how many valid cases.
        refused: how many rows are no valid case.
        synthetic: how many have the id of a synthetic case.
        outcomes: for each column of the focus, safety and areas, how many cases have each word.
        rules: for each rule, how many cases meet it, do not meet it, or leave it unknown.
        together: for each two areas, how many cases support both; an area with itself is how many support it.
        fields: for each field, how many times it could have been recorded, was not asked, and was not known.
    """

    cases: int = 0
    refused: int = 0
    synthetic: int = 0
    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    rules: dict[str, Counter[str]] = field(default_factory=dict)
    together: dict[tuple[str, str], int] = field(default_factory=dict)
    fields: dict[str, Counter[str]] = field(default_factory=dict)


def describe(base: RuleBase, path: Path, *, done: Callable[[int], None] = lambda rows: None) -> Description:
    """Describe a cohort.

    Args:
        base: the rule base as a tradition uses it.
        path: a Parquet or JSON Lines file of cases, or a folder of cases.
        done: told how many more cases are counted.

    Raises:
        InputError: the cohort cannot be read.
    """
    found = Description()
    for batch in batches(path):
        result = evaluate_with(base, batch)
        valid = result.filter(pc.is_null(result.column("problem")))
        found.cases += valid.num_rows
        found.refused += result.num_rows - valid.num_rows
        if ID in result.schema.names:
            found.synthetic += pc.sum(pc.starts_with(result.column(ID), PREFIX)).as_py() or 0
        _count(base, valid, found)
        for where, values in _leaves(pa.StructArray.from_arrays(batch.columns, names=batch.schema.names), ""):
            counter = found.fields.setdefault(where, Counter())
            counter["recordable"] += len(values)
            counter["not_asked"] += values.null_count
            if pa.types.is_dictionary(values.type) or pa.types.is_string(values.type):
                counter["not_known"] += pc.sum(pc.equal(values.cast(pa.string()), ASKED_UNKNOWN)).as_py() or 0
        done(batch.num_rows)
    return found


def plain(found: Description, *, suppress: bool) -> dict[str, Any]:
    """As JSON; with ``suppress`` a count from 1 to 4 is null."""

    def shown(count: int) -> int | None:
        return None if suppress and 0 < count < SMALL else count

    return {
        "cases": shown(found.cases),
        "refused": shown(found.refused),
        "synthetic": shown(found.synthetic),
        "suppressed_below": SMALL if suppress else None,
        "outcomes": {
            name: {word: shown(count) for word, count in counts.most_common()}
            for name, counts in found.outcomes.items()
        },
        "rules": {
            name: {word: shown(counts[word]) for word in ("met", "unknown", "not_met")}
            for name, counts in found.rules.items()
        },
        "together": [{"areas": list(pair), "cases": shown(count)} for pair, count in found.together.items()],
        "fields": {
            name: {word: shown(counts[word]) for word in ("recordable", "not_asked", "not_known")}
            for name, counts in found.fields.items()
        },
    }


def markdown(found: Mapping[str, Any], pictures: Mapping[str, str]) -> str:
    """A report of what `plain` gives.

    Args:
        found: the counts.
        pictures: title by file name.
    """
    return "\n".join(_report(found, pictures)) + "\n"


def _count(base: RuleBase, valid: pa.RecordBatch, found: Description) -> None:
    rules = rule_ids(base)
    for name in (*_SHOWN, *(each for each in words_of(base) if each.startswith(("area_", "safety_")))):
        found.outcomes.setdefault(name, Counter()).update(_values(valid.column(name)))
    for name in rules:
        found.rules.setdefault(name, Counter()).update(_values(valid.column(name)))
    supported = {
        str(area): np.asarray(pc.equal(valid.column(f"area_{area}").cast(pa.string()), "supported"))
        for area in base.areas
    }
    for one, other in combinations_with_replacement(supported, 2):
        both = int((supported[one] & supported[other]).sum())
        found.together[one, other] = found.together.get((one, other), 0) + both


def _values(column: pa.Array) -> Counter[str]:
    return Counter(
        {
            NOTHING if each["values"] is None else str(each["values"]): each["counts"]
            for each in pc.value_counts(column.cast(pa.string())).to_pylist()
        }
    )


def _leaves(column: pa.Array, where: str) -> Iterator[tuple[str, pa.Array]]:
    if pa.types.is_struct(column.type):
        for place, each in enumerate(column.type):
            if each.name not in (ID, LABEL, "schema_version"):
                yield from _leaves(pc.struct_field(column, [place]), f"{where}.{each.name}".lstrip("."))
    elif pa.types.is_list(column.type):
        if pa.types.is_struct(column.type.value_type):
            yield from _leaves(column.flatten(), where)
    else:
        yield where, column


def _report(found: Mapping[str, Any], pictures: Mapping[str, str]) -> Iterator[str]:
    yield "# A cohort\n"
    yield f"{_shown(found['cases'])} cases, {_shown(found['refused'])} rows refused as no valid case."
    if found["synthetic"] != 0:
        yield f"**{_shown(found['synthetic'])} of them are synthetic: they describe nobody.**"
    yield "\nCounts are of what was recorded. They say nothing of how common anything is, and no red flag never means that there is no risk."
    if found["suppressed_below"]:
        yield f"Counts from 1 to {SMALL - 1} are left out, shown as <{SMALL}. Totals can still give them away: look before you publish."
    else:
        yield f"Counts under {SMALL} may identify people; `--suppress` leaves them out."
    for name, title in pictures.items():
        yield f"\n![{title}]({name})"
    yield "\n## Focus, areas and safety\n\n| what | outcome | cases |\n| --- | --- | ---: |"
    for name, counts in found["outcomes"].items():
        yield from (
            f"| {name.replace('_', ' ')} | {word.replace('_', ' ').replace('|', ' and ')} | {_shown(count)} |"
            for word, count in counts.items()
        )
    yield "\n## Areas supported together\n\n| area | and | cases |\n| --- | --- | ---: |"
    yield from (
        f"| {one.replace('_', ' ')} | {other.replace('_', ' ') if other != one else 'in all'} | {_shown(each['cases'])} |"
        for each in found["together"]
        for one, other in [each["areas"]]
    )
    yield "\n## Rules\n\n| rule | met | unknown | not met |\n| --- | ---: | ---: | ---: |"
    yield from (
        f"| `{name}` | {' | '.join(_shown(counts[word]) for word in ('met', 'unknown', 'not_met'))} |"
        for name, counts in found["rules"].items()
    )
    yield "\n## What was not recorded\n\n| field | could be recorded | not asked | not known to the client |\n| --- | ---: | ---: | ---: |"
    yield from (
        f"| `{name}` | {' | '.join(_shown(counts[word]) for word in ('recordable', 'not_asked', 'not_known'))} |"
        for name, counts in found["fields"].items()
    )


def _shown(count: int | None) -> str:
    return f"<{SMALL}" if count is None else f"{count:,}"
