"""A cohort under rule bases that differ: what changes for whom, and through which edit or rule.

Compared are the columns of the focus, the areas and safety. A study shows what hangs on a rule: no variant of it is
for use with anyone, and no formulation is made with one. Safety rules hold in every variant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ipt_formulate.api import rulebase_for
from ipt_formulate.case.terms import CASE
from ipt_formulate.cohort.columns import ID
from ipt_formulate.cohort.evaluate import evaluate_with
from ipt_formulate.cohort.results import words_of
from ipt_formulate.errors import RuleBaseError
from ipt_formulate.formulation.evidence import rests_on_assumption
from ipt_formulate.formulation.settings import Settings
from ipt_formulate.reasoning.outcomes import usable
from ipt_formulate.reasoning.versions import Change, changes_between, with_changes
from ipt_formulate.rulebase.parameters import Value
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase
from ipt_formulate.rulebase.texts import AreaConclusion, SafetyConclusion, StepConclusion
from ipt_formulate.rulebase.variation import ends, same_value, swaps, with_parameters
from ipt_formulate.study.data import batches
from ipt_formulate.vocabulary import Evidence

Told = Callable[[int], None]
ABSENT: Final = "(not given)"
_LARGEST: Final = 12


@dataclass(frozen=True, slots=True)
class Shift:
    """One conclusion of one case that changes.

    Attributes:
        case: its id.
        about: the column.
        before: how it came out.
        now: how it comes out.
        edits: the edits that did it.
        how: ``alone`` for one edit, ``each`` where each of several does it by itself, ``together`` where two do only
            both, ``more`` where no edit and no pair of edits does.
    """

    case: str
    about: str
    before: str
    now: str
    edits: tuple[str, ...]
    how: str


@dataclass(frozen=True, slots=True)
class Ablation:
    """A rule switched off, or an assumed number at an end of its range.

    Attributes:
        rule: its id; for a number, its name and the value.
        title: what it says.
        kind: what it concludes.
        assumption: whether it rests, at least in part, on an assumption.
        changed: by column, how many cases change; None where it was not switched off.
        any: how many cases change in any column.
        note: why it was not switched off, or why nothing had to be worked out anew.
    """

    rule: str
    title: str
    kind: str
    assumption: bool
    changed: dict[str, int] | None
    any: int
    note: str = ""


@dataclass
class Diff:
    """Two rule bases on a cohort.

    Attributes:
        edits: what differs between them.
        rows: how many rows, valid or not.
        cases: how many valid cases.
        changed: how many of them change.
        shifts: every conclusion that changes.
        masked: by edit, how many cases it alone would change that all edits together leave as they were.
    """

    edits: tuple[Change, ...]
    rows: int = 0
    cases: int = 0
    changed: int = 0
    shifts: list[Shift] = field(default_factory=list)
    masked: dict[str, int] = field(default_factory=dict)


def diff(
    old: RuleBase, new: RuleBase, path: Path, *, tradition: str = "weissman", done: Told = lambda rows: None
) -> Diff:
    """Who changes between two rule bases, which conclusion, and which edit did it.

    The edits are made to the old rule base one at a time, and where none alone brings the new conclusion, in pairs.

    Args:
        old: the rule base before, whole.
        new: the rule base now, whole.
        path: the cohort.
        tradition: the school whose areas and rules apply.
        done: told how many more cases are done.

    Raises:
        InputError: the cohort cannot be read.
        UnknownName: one of the two has no such tradition.
    """
    edits = changes_between(old, new)
    found = Diff(edits)
    before, now = (rulebase_for(tradition, Settings(), each) for each in (old, new))
    variants: dict[tuple[Change, ...], RuleBase | None] = {
        (each,): _variant(with_changes(old, new, (each,)), tradition) for each in edits
    }
    for batch in batches(path):
        _diff_batch(batch, before, now, variants, lambda pair: _variant(with_changes(old, new, pair), tradition), found)
        done(batch.num_rows)
    return found


def ablate(
    base: RuleBase, path: Path, *, tradition: str = "weissman", told: Callable[[str], None] = lambda rule: None
) -> tuple[int, tuple[Ablation, ...]]:
    """Switch each rule off in turn, put each assumed number to each end of its range, and count the cases that change.
    A study, and never for use.

    Safety rules are not switched off. Rules that conclude nothing on focus, areas or safety change none of these and
    are not worked out; of evidence and of criteria on the case, only the rows are worked out that the rule can touch.

    Args:
        base: the rule base, whole.
        path: the cohort; it is held in memory.
        tradition: the school whose areas and rules apply.
        told: told the id of each rule, and the name of each number, that is done.

    Returns:
        How many valid cases there are, and what each rule and each assumed number does; the last entry is all rules that rest on an
        assumption, switched off together.

    Raises:
        InputError: the cohort cannot be read.
    """
    used = rulebase_for(tradition, Settings(), base)
    pairs = [(batch, evaluate_with(used, batch)) for batch in batches(path)]
    pairs = [
        (batch.filter(valid), result.filter(valid))
        for batch, result in pairs
        for valid in [pc.is_null(result.column("problem"))]
    ]
    found = []
    for rule in used.rules.values():
        found.append(_ablated(base, used, (rule,), pairs, tradition))
        told(rule.id)
    for name, value in _assumed_values(base, used):
        found.append(_varied(base, used, name, value, pairs, tradition))
        told(name)
    assumed = tuple(rule for rule in used.rules.values() if rests_on_assumption(rule) and not _kept(rule) and found)
    if assumed:
        found.append(
            replace(
                _ablated(base, used, assumed, pairs, tradition),
                rule="(all that rest on an assumption)",
                title=f"{len(assumed)} rules together",
            )
        )
    return sum(batch.num_rows for batch, _ in pairs), tuple(found)


def ablations_of(base: RuleBase, tradition: str) -> int:
    """How many rules and values `ablate` goes through."""
    used = rulebase_for(tradition, Settings(), base)
    return len(used.rules) + len(list(_assumed_values(base, used)))


def _variant(base: RuleBase, tradition: str) -> RuleBase | None:
    """A variant as the tradition uses it, with the safety rules that always hold; None where it cannot be used."""
    if usable(base, tradition) is None:
        return None
    return rulebase_for(tradition, Settings(), base)


def _columns(base: RuleBase) -> list[str]:
    return [name for name in words_of(base) if name != "open_inquiries"]


def _told(result: pa.RecordBatch, columns: Sequence[str]) -> dict[str, Any]:
    absent = np.full(result.num_rows, ABSENT, object)
    return {
        name: np.asarray(pc.fill_null(result.column(name).cast(pa.string()), ABSENT).to_pylist(), object)
        if name in result.schema.names
        else absent
        for name in columns
    }


def _diff_batch(
    batch: pa.RecordBatch,
    before: RuleBase,
    now: RuleBase,
    variants: dict[tuple[Change, ...], RuleBase | None],
    pair_variant: Callable[[tuple[Change, ...]], RuleBase | None],
    found: Diff,
) -> None:
    columns = list(dict.fromkeys([*_columns(before), *_columns(now)]))
    first = evaluate_with(before, batch)
    valid = np.asarray(pc.is_null(first.column("problem")))
    old, new = _told(first, columns), _told(evaluate_with(now, batch), columns)
    differs = {name: (old[name] != new[name]) & valid for name in columns}
    touched = np.flatnonzero(np.logical_or.reduce(list(differs.values())))
    found.cases += int(valid.sum())
    found.changed += len(touched)
    alone = {
        picked: _told(evaluate_with(base, batch), columns) for picked, base in variants.items() if base is not None
    }
    for picked, told in alone.items():
        moved = np.logical_or.reduce([(told[name] != old[name]) & ~differs[name] & valid for name in columns])
        found.masked[_name(picked[0])] = found.masked.get(_name(picked[0]), 0) + int(moved.sum())
    told_ids = batch.column(ID).to_pylist() if ID in batch.schema.names else [None] * batch.num_rows
    names = [name or f"row-{place}" for place, name in enumerate(told_ids, start=found.rows + 1)]
    found.rows += batch.num_rows
    open_rows: list[tuple[int, str]] = []
    for row in touched:
        for name in columns:
            if differs[name][row]:
                causes = [picked[0] for picked, told in alone.items() if told[name][row] == new[name][row]]
                if causes:
                    how = "alone" if len(causes) == 1 else "each"
                    found.shifts.append(
                        Shift(names[row], name, old[name][row], new[name][row], tuple(map(_name, causes)), how)
                    )
                else:
                    open_rows.append((int(row), name))
    _together(batch, columns, old, new, open_rows, pair_variant, found, names)


def _together(
    batch: pa.RecordBatch,
    columns: Sequence[str],
    old: dict[str, Any],
    new: dict[str, Any],
    open_rows: list[tuple[int, str]],
    pair_variant: Callable[[tuple[Change, ...]], RuleBase | None],
    found: Diff,
    names: Sequence[str],
) -> None:
    """What no edit does alone: the first pair that does it, or else all of them."""
    if not open_rows:
        return
    rows = sorted({row for row, _ in open_rows})
    place = {row: number for number, row in enumerate(rows)}
    some = batch.take(pa.array(rows))
    solved: dict[tuple[int, str], tuple[Change, ...]] = {}
    pairs = combinations(found.edits, 2) if len(found.edits) <= _LARGEST else iter(())
    for pair in pairs:
        variant = pair_variant(pair)
        if variant is None:
            continue
        told = _told(evaluate_with(variant, some), columns)
        for row, name in open_rows:
            if (row, name) not in solved and told[name][place[row]] == new[name][row]:
                solved[row, name] = pair
        if len(solved) == len(open_rows):
            break
    for row, name in open_rows:
        by = solved.get((row, name))
        how = "together" if by else "more"
        found.shifts.append(
            Shift(names[row], name, old[name][row], new[name][row], tuple(map(_name, by or found.edits)), how)
        )


def _name(change: Change) -> str:
    return f"{change.kind} {change.id}"


def _kept(rule: CompiledRule[Any]) -> str:
    """Why a rule is not switched off, or need not be; empty where it is."""
    if isinstance(rule.text.then, SafetyConclusion):
        return "a safety rule, which cannot be switched off"
    if not isinstance(rule.text.then, (AreaConclusion, StepConclusion)):
        return "concludes nothing on focus, areas or safety: none of these can change"
    return ""


def _ablated(
    whole: RuleBase,
    used: RuleBase,
    rules: tuple[CompiledRule[Any], ...],
    pairs: list[tuple[pa.RecordBatch, pa.RecordBatch]],
    tradition: str,
) -> Ablation:
    rule = rules[0]
    kind = str(getattr(rule.text.then, "kind", "")) or type(rule.text.then).__name__.removesuffix("Conclusion").lower()
    entry = Ablation(
        rule.id, rule.text.title, kind if len(rules) == 1 else "", all(map(rests_on_assumption, rules)), None, 0
    )
    if len(rules) == 1 and (why := _kept(rule)):
        none: dict[str, int] | None = {} if "can change" in why else None
        return replace(entry, changed=none, note=why)
    off = {each.id for each in rules}
    left = MappingProxyType({name: each for name, each in whole.rules.items() if name not in off})
    variant = _variant(replace(whole, rules=left, _variants={}), tradition)
    if variant is None:
        return replace(entry, note="cannot be switched off: an area would be left without a criterion")
    changed, any_ = _counted(used, variant, pairs, lambda result: _touchable(rules, result))
    return replace(entry, changed=changed, any=any_)


def _counted(
    used: RuleBase,
    variant: RuleBase,
    pairs: list[tuple[pa.RecordBatch, pa.RecordBatch]],
    touchable: Callable[[pa.RecordBatch], pa.Array],
) -> tuple[dict[str, int], int]:
    """By column, how many cases come out otherwise; and how many in any column."""
    changed, in_any = dict.fromkeys(_columns(used), 0), 0
    for batch, result in pairs:
        rows = touchable(result)
        if len(rows):
            before, after = result.take(rows), evaluate_with(variant, batch.take(rows))
            moved = {name: np.asarray(pc.not_equal(_text(before, name), _text(after, name))) for name in changed}
            changed = {name: count + int(moved[name].sum()) for name, count in changed.items()}
            in_any += int(np.logical_or.reduce(list(moved.values())).sum())
    return {name: count for name, count in changed.items() if count}, in_any


def _assumed_values(base: RuleBase, used: RuleBase) -> Iterator[tuple[str, Value]]:
    """The ends of the range of each assumed number that evidence or selection reads; those of safety rules are left."""
    kept = {each for rule in used.rules.values() if isinstance(rule.text.then, SafetyConclusion) for each in rule.uses}
    read = {each for rule in used.rules.values() if not _kept(rule) for each in rule.uses}
    for name, parameter in base.parameters.items():
        if parameter.assumption and f"${name}" in read - kept:
            yield from ((name, value) for value in ends(parameter) if not same_value(parameter, parameter.at(value)))


def _varied(
    whole: RuleBase,
    used: RuleBase,
    name: str,
    value: Value,
    pairs: list[tuple[pa.RecordBatch, pa.RecordBatch]],
    tradition: str,
) -> Ablation:
    """An assumed number at an end of its range."""
    parameter = whole.parameters[name]
    swap = next((each for each in swaps(parameter) if each.value == value), None)
    shown = f" = {value}{'d' if parameter.unit == 'days' else ''}" if swap is None else f", {swap.word} {swap.done}"
    entry = Ablation(f"parameter {name}{shown}", parameter.title, "number", True, None, 0)
    try:
        variant = _variant(with_parameters(whole, {name: value}), tradition)
    except RuleBaseError:
        variant = None
    if variant is None:
        return replace(entry, note="cannot have the value at the end of its range: a condition would not be one")
    changed, any_ = _counted(used, variant, pairs, lambda result: pa.array(np.arange(result.num_rows)))
    return replace(entry, changed=changed, any=any_)


def _text(result: pa.RecordBatch, name: str) -> pa.Array:
    return pc.fill_null(result.column(name).cast(pa.string()), ABSENT)


def _touchable(rules: tuple[CompiledRule[Any], ...], result: pa.RecordBatch) -> pa.Array:
    """The rows that come out otherwise, if any do: not those where every rule says what its absence would say."""
    every = np.zeros(result.num_rows, bool)
    for rule in rules:
        then = rule.text.then
        if not isinstance(then, AreaConclusion):
            every[:] = True
        elif then.kind is not Evidence.CRITERION:
            every |= np.asarray(pc.not_equal(result.column(rule.id).cast(pa.string()), "not_met"))
        elif rule.scope == CASE:
            every |= np.asarray(pc.not_equal(result.column(rule.id).cast(pa.string()), "met"))
        else:
            every[:] = True
    return pa.array(np.flatnonzero(every))


def summary(found: Diff) -> Iterator[tuple[str, str, int]]:
    """By conclusion and edits, how many cases change."""
    counts: dict[tuple[str, str], int] = {}
    for each in found.shifts:
        joined = {
            "alone": "{}",
            "each": "each of {}",
            "together": "only together: {}",
            "more": "only more than two together of {}",
        }
        key = each.about, joined[each.how].format(", ".join(each.edits))
        counts[key] = counts.get(key, 0) + 1
    yield from (
        (about, edits, count) for (about, edits), count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )
