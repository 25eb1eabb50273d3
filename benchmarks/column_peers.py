"""The same conditions in numpy as one would write them by hand, in Polars and in DuckDB's SQL.

They are given what this library has to work out first: every term as columns of masks and bounds, the items of each
list beside the row they belong to. Each gives must + may of every rule for every row, as this library does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa

from ipt_formulate.case.terms import CASE, LIST_MODELS, catalogue
from ipt_formulate.cohort.lowered import Block
from ipt_formulate.cohort.program import Program
from ipt_formulate.rulebase.conditions import All, Among, AtLeast, Condition, Named, Not, Some, Within, walk
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase

SCOPES = (CASE, *LIST_MODELS)
Rules = dict[str, list[CompiledRule[Any]]]
PYTHON = {"and": " & ", "or": " | ", "not": "~", "differs": "!=", "equals": "=="}
SQL = {"and": " AND ", "or": " OR ", "not": "NOT ", "differs": "<>", "equals": "="}


def countless(base: RuleBase) -> Rules:
    """The rules that count no items of a list."""
    return {
        scope: [rule for rule in base.by_scope[scope] if not any(isinstance(n, AtLeast) for n in walk(rule.condition))]
        for scope in SCOPES
    }


def ours(base: RuleBase, rules: Rules) -> tuple[Program, dict[int, int]]:
    program = Program(base)
    for scope, some in rules.items():
        for rule in some:
            node = program.at(scope, program.condition(rule.condition, scope))
            program.rules[rule.id] = node if scope == CASE else program.some(scope, node)
    return program, dict.fromkeys(program.rules.values(), 0)


def tables(block: Block, rules: Rules) -> dict[str, dict[str, Any]]:
    """Each scope's terms as plain columns, with those of the case beside every item."""
    found: dict[str, dict[str, Any]] = {}
    for scope in SCOPES:
        layout = block.layouts[scope]
        file_order = np.argsort(layout.rows, kind="stable")
        columns: dict[str, Any] = {"row": layout.rows[file_order].astype(np.int32)}
        for rule in rules[scope]:
            for leaf in (node for node in walk(rule.condition) if isinstance(node, (Within, Among))):
                own = CASE if leaf.of_case else scope
                value = block.value(own, leaf.term)
                parts = value if isinstance(value, list) else [value]
                for place, part in enumerate(parts):
                    for end, each in zip(("lo", "hi"), part, strict=True) if isinstance(part, tuple) else [("m", part)]:
                        spread = each[layout.rows] if own != scope else each
                        columns[_name(leaf, place, end)] = spread[file_order]
        found[scope] = columns
    return found


def _name(leaf: Within | Among, place: int, end: str) -> str:
    return f"{'case_' if leaf.of_case else ''}{leaf.term.replace('.', '_')}_{place}_{end}"


def texts(condition: Condition, scope: str, columns: dict[str, Any], words: dict[str, str]) -> tuple[str, str]:
    """Must and may, as text."""
    match condition:
        case Among():
            name = _name(condition, 0, "m")
            domain = catalogue(CASE if condition.of_case else scope)[condition.term].kind.unknown
            outside, inside = domain & ~condition.mask, domain & condition.mask
            return f"(({name} & {outside}) {words['equals']} 0)", f"(({name} & {inside}) {words['differs']} 0)"
        case Within(low=low, high=high, several=several):
            ends = [
                (_name(condition, place, "lo"), _name(condition, place, "hi")) for place in range(5 if several else 1)
            ]
            pairs = [each for each in ends if each[0] in columns]
            must = [f"(({lo} >= {low}){words['and']}({hi} <= {high}))" for lo, hi in pairs]
            may = [f"(({hi} >= {low}){words['and']}({lo} <= {high}))" for lo, hi in pairs]
            return f"({words['or'].join(must)})", f"({words['or'].join(may)})"
        case All(parts) | Some(parts):
            word = words["and" if isinstance(condition, All) else "or"]
            both = [texts(part, scope, columns, words) for part in parts]
            return tuple(f"({word.join(each)})" for each in zip(*both, strict=True))  # type: ignore[return-value]
        case Not(part):
            must, may = texts(part, scope, columns, words)
            return f"({words['not']}{may})", f"({words['not']}{must})"
        case Named(part=part):
            return texts(part, scope, columns, words)
    raise ValueError("counts items")


def by_hand(rules: Rules, found: dict[str, dict[str, Any]], rows: int) -> Callable[[], dict[str, Any]]:
    code = {
        scope: [
            (rule.id, *(compile(t, rule.id, "eval") for t in texts(rule.condition, scope, found[scope], PYTHON)))
            for rule in some
        ]
        for scope, some in rules.items()
    }
    starts = {}
    for scope in LIST_MODELS:
        counts = np.bincount(found[scope]["row"], minlength=rows)
        starts[scope] = (np.flatnonzero(counts), (np.cumsum(counts) - counts)[counts > 0])

    def run() -> dict[str, Any]:
        out = {}
        for scope, some in code.items():
            for name, must, may in some:
                verdict = eval(must, {}, found[scope]).astype(np.int8) + eval(may, {}, found[scope]).astype(np.int8)
                if scope != CASE:
                    with_items, first = starts[scope]
                    whole = np.zeros(rows, np.int8)
                    if len(first):
                        whole[with_items] = np.maximum.reduceat(verdict, first)
                    verdict = whole
                out[name] = verdict
        return out

    return run


def polars(rules: Rules, found: dict[str, dict[str, Any]], rows: int) -> Callable[[], dict[str, Any]]:
    import polars as pl

    frames = {scope: pl.DataFrame(columns) for scope, columns in found.items()}
    expressions = {}
    for scope, some in rules.items():
        if not some:
            continue
        names = {name: pl.col(name) for name in found[scope]}
        both = [
            (rule.id, *(eval(t, names) for t in texts(rule.condition, scope, found[scope], PYTHON))) for rule in some
        ]
        expressions[scope] = [(must.cast(pl.Int8) + may.cast(pl.Int8)).alias(name) for name, must, may in both]

    def run() -> dict[str, Any]:
        out = {}
        for scope, some in expressions.items():
            frame = frames[scope].lazy()
            if scope == CASE:
                done = frame.select(some).collect()
            else:
                done = frame.group_by("row").agg([each.max() for each in some]).collect()
            out |= {name: done[name] for name in done.columns}
        return out

    return run


def duckdb(rules: Rules, found: dict[str, dict[str, Any]], rows: int) -> Callable[[], dict[str, Any]]:
    import duckdb as engine

    connection = engine.connect()
    queries = []
    for scope, some in rules.items():
        if not some:
            continue
        connection.register("arrow", pa.table(found[scope]))
        connection.execute(f'CREATE TABLE "{scope}" AS SELECT * FROM arrow')
        columns = []
        for rule in some:
            must, may = texts(rule.condition, scope, found[scope], SQL)
            verdict = f"(({must})::TINYINT + ({may})::TINYINT)"
            columns.append(f'{verdict if scope == CASE else f"max({verdict})"} AS "{rule.id}"')
        grouped = "" if scope == CASE else " GROUP BY row"
        queries.append(f'SELECT {"" if scope == CASE else "row, "}{", ".join(columns)} FROM "{scope}"{grouped}')

    def run() -> dict[str, Any]:
        out = {}
        for query in queries:
            done = connection.sql(query).to_arrow_table()
            out |= {name: done.column(name) for name in done.column_names}
        return out

    return run
