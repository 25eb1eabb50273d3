"""Synthetic cohorts: drawn by column from `synthetic.yaml`, labelled as synthetic, the same for the same seed.

Nothing in one describes real clients. It is there to test software and to rehearse a study.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ipt_formulate.case.case import SCHEMA_VERSION, Case
from ipt_formulate.case.choices import Instrument
from ipt_formulate.case.fields import ChoiceKind, Kind, MomentKind, WholeKind, YesNoKind, kind_of
from ipt_formulate.case.record import Record
from ipt_formulate.case.terms import entries_of, record_type
from ipt_formulate.cohort.columns import ID, LABEL, WORD, arrow_type, schema, struct_of
from ipt_formulate.cohort.files import new_file
from ipt_formulate.cohort.names import STEMS
from ipt_formulate.documents import read_document
from ipt_formulate.release import VERSION

PREFIX: Final = "synthetic-"
"""How the id of every synthetic case begins."""
ROWS: Final = 65_536
"""Cases drawn at once; the draws of a block depend on the seed and its place only."""
MARK: Final = "ipt_formulate.synthetic"
_NOT_KNOWN: Final = "asked_unknown"
Numbers = np.ndarray[Any, Any]


@cache
def distributions() -> Mapping[str, Any]:
    """What synthetic cohorts are drawn from, each block with its source or the word assumption."""
    content: Mapping[str, Any] = read_document(Path(__file__).parent / "synthetic.yaml").content
    return content


def synthesize(count: int, *, seed: int = 1) -> Iterator[pa.RecordBatch]:
    """Synthetic cases, in batches of the cohort schema.

    Args:
        count: how many cases.
        seed: the same seed gives the same cases; a longer cohort begins with the shorter one.

    Examples:
        >>> batch = next(synthesize(3, seed=7))
        >>> batch.num_rows, batch.column("id")[0].as_py()
        (3, 'synthetic-7-1')
    """
    for block, start in enumerate(range(0, count, ROWS)):
        drawn = _Drawing(np.random.default_rng([seed, block]), ROWS).batch(seed, start)
        yield drawn.slice(0, min(ROWS, count - start))


def write_synthetic(count: int, path: Path, *, seed: int = 1, done: Callable[[int], None] = lambda rows: None) -> None:
    """Write a synthetic cohort as Parquet; the file's metadata say that it is synthetic.

    Args:
        count: how many cases.
        path: a file ending with ``.parquet``; it appears under its name only when it is whole.
        seed: of the draws.
        done: told how many more cases are written.

    Raises:
        InputError: it cannot be written there.
    """
    with new_file(path, synthetic_schema(seed), "a synthetic cohort") as writer:
        for batch in synthesize(count, seed=seed):
            writer.write_batch(batch)
            done(batch.num_rows)


def synthetic_schema(seed: int) -> pa.Schema:
    """The cohort schema, with the label of a synthetic cohort."""
    label = {
        MARK: "synthetic: drawn at random, describes nobody",
        f"{MARK}.seed": str(seed),
        f"{MARK}.library": VERSION,
    }
    return schema().with_metadata({**(schema().metadata or {}), **label})


@dataclass(frozen=True)
class _Rows:
    """The rows of one table: the case that each belongs to, and whether it is the first item of its case's theme."""

    case: Numbers
    themed: Numbers


class _Drawing:
    def __init__(self, random: np.random.Generator, count: int) -> None:
        self.random, self.count = random, count
        told = distributions()
        self.themes = list(told["themes"]["weights"])
        self.theme = self._pick(list(told["themes"]["weights"].values()), count)
        quality = self._pick(list(told["quality"]["weights"].values()), count)
        self.factor = np.array([told["quality"]["factor"][each] for each in told["quality"]["weights"]], np.float32)[
            quality
        ]
        self.people = np.zeros(count, int)

    def batch(self, seed: int, start: int) -> pa.RecordBatch:
        names = pa.array(np.arange(start + 1, start + self.count + 1)).cast(pa.string())
        rows = _Rows(np.arange(self.count), np.ones(self.count, bool))
        columns: dict[str, pa.Array] = {ID: pc.binary_join_element_wise(f"{PREFIX}{seed}", names, "-")}
        for name, field in Case.model_fields.items():
            record = record_type(field.annotation)
            if record is None:
                columns[name] = _constant(self.count, SCHEMA_VERSION)
            else:
                columns[name] = self._record(record, name, rows)
        return pa.RecordBatch.from_arrays([columns[each] for each in schema().names], schema=synthetic_schema(seed))

    def _record(
        self, model: type[Record], path: str, rows: _Rows, fixed: Mapping[str, pa.Array] | None = None
    ) -> pa.StructArray:
        columns = {}
        for name, field in model.model_fields.items():
            where = f"{path}.{name}"
            kind, entries, inner = kind_of(field), entries_of(field), record_type(field.annotation)
            if fixed and name in fixed:
                columns[name] = fixed[name]
            elif _is_left_out(where) or name == LABEL:
                columns[name] = pa.nulls(len(rows.case), arrow_type(name, field))
            elif kind is not None:
                columns[name] = self._words(kind, where, rows)
            elif isinstance(entries, type):
                columns[name] = self._list(name, entries, where, rows)
            elif inner is not None:
                columns[name] = self._record(inner, where, rows)
            else:
                columns[name] = (
                    self._words(ChoiceKind(Instrument), where, rows)
                    if where in distributions()["fields"]
                    else pa.nulls(len(rows.case), arrow_type(name, field))
                )
        _settle(path, columns)
        return pa.StructArray.from_arrays(list(columns.values()), fields=list(struct_of(model)))

    def _list(self, name: str, model: type[Record], path: str, rows: _Rows) -> pa.ListArray:
        told = distributions()
        lengths = self._pick(told["lengths"][name], len(rows.case))
        own = np.array([told["list_of_theme"].get(each) == name for each in self.themes])[self.theme]
        lengths = lengths + own
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
        case = np.repeat(rows.case, lengths)
        place = np.arange(len(case)) - offsets[:-1][case]
        items = _Rows(case, own[case] & (place == 0))
        fixed = {}
        if name in STEMS:
            fixed[ID] = _numbered(STEMS[name], place)
        if name == "people":
            self.people = lengths
        if name in ("deaths", "conflicts", "changes"):
            share = told["linked_to_the_first_person"]["share"] if name == "conflicts" else 0.0
            linked = (self.people[case] > 0) & (self.random.random(len(case), np.float32) < share)
            fixed["person"] = pa.DictionaryArray.from_arrays(
                pa.array(np.zeros(len(case), np.int32), mask=~linked), pa.array(["person-1"])
            )
            if name == "conflicts":
                kind = kind_of(model.model_fields["role"])
                assert kind is not None
                role = self._words(kind, f"{path}.role", items)
                fixed["role"] = pc.if_else(pa.array(linked), pa.scalar(None, WORD), role)
        unasked = None
        if name == "worsenings":  # null is not asked, an empty list is none
            unasked = pa.array(
                (self.random.random(len(rows.case), np.float32) < told["lengths"]["worsenings_not_asked"])
                & (lengths == 0)
            )
        return pa.ListArray.from_arrays(pa.array(offsets), self._record(model, path, items, fixed), mask=unasked)

    def _words(self, kind: Kind, path: str, rows: _Rows) -> pa.DictionaryArray:
        told = distributions()
        spec = told["fields"].get(path) or _by_kind(kind)
        words = dict(spec.get("words") or _all_words(kind))
        size = len(rows.case)
        drawn = self.random.random(size, np.float32)
        asked = np.full(size, spec["asked"], np.float32)
        if not spec.get("whole_record"):
            asked = np.minimum(asked * self.factor[rows.case], np.float32(1.0))
        known = drawn < asked
        scaled = np.divide(drawn, asked, out=np.zeros(size, np.float32), where=known)
        vocabulary = list(
            dict.fromkeys([*words, *(each for some in spec.get("in_theme", {}).values() for each in some), _NOT_KNOWN])
        )
        codes = _spread(scaled, vocabulary, words)
        for theme, own in spec.get("in_theme", {}).items():
            here = np.flatnonzero(rows.themed & (self.theme[rows.case] == self.themes.index(theme)))
            codes[here] = _spread(scaled[here], vocabulary, own)
        if not spec.get("whole_record"):
            share = told["not_known_to_the_client"]["share"]
            codes[self.random.random(size, np.float32) < share] = len(vocabulary) - 1
        return pa.DictionaryArray.from_arrays(pa.array(codes, mask=~known), pa.array(vocabulary))

    def _pick(self, weights: list[float], size: int) -> Numbers:
        shares = np.cumsum(np.array(weights) / np.sum(weights))
        return np.minimum(np.searchsorted(shares, self.random.random(size), side="right"), len(weights) - 1)


def _spread(drawn: Numbers, vocabulary: list[str], words: Mapping[str, float]) -> Numbers:
    """For each number from 0 to 1, the place of a word in the vocabulary."""
    shares = np.cumsum(np.array(list(words.values()), np.float64) / sum(words.values()))
    places = np.array([vocabulary.index(each) for each in words], np.int32)
    found: Numbers = places[np.minimum(np.searchsorted(shares, drawn, side="right"), len(places) - 1)]
    return found


def _by_kind(kind: Kind) -> Mapping[str, Any]:
    kinds: Mapping[str, Mapping[str, Any]] = distributions()["kinds"]
    if isinstance(kind, YesNoKind):
        found = kinds["yes_no"]
    elif isinstance(kind, MomentKind):
        found = kinds["when"]
    else:
        found = kinds["whole"] if isinstance(kind, WholeKind) else kinds["choice"]
    return found


@cache
def _all_words(kind: Kind) -> Mapping[str, float]:
    """Every word of a kind alike, and now and then a range or two of them."""
    narrowed = distributions()["kinds"]["choice_narrowed"]["share"]
    if isinstance(kind, WholeKind):
        numbers = list(range(kind.low, kind.high + 1))
        pairs = [f"{low}-{high}" for low, high in pairwise(numbers)]
        words = [str(each) for each in numbers]
    else:
        words = [str(each) for each in kind.members]  # type: ignore[attr-defined]  # a choice, if no number
        pairs = [f"{one}|{other}" for one, other in pairwise(words)]
    return {**{each: (1 - narrowed) / len(words) for each in words}, **{each: narrowed / len(pairs) for each in pairs}}


def _settle(path: str, columns: dict[str, pa.Array]) -> None:
    """What the case model asks of fields together: a silent mismatch names an expectation on each side."""
    if path == "inventory.conflicts":
        silent = pc.fill_null(pc.equal(columns["expectations"].cast(pa.string()), "mismatched_silently"), False)
        for name in ("client_expects", "other_expects"):
            missing = pc.and_(silent, columns[name].is_null())
            columns[name] = pc.if_else(missing, "help", columns[name].cast(pa.string())).dictionary_encode()


def _is_left_out(path: str) -> bool:
    return any(path == each or path.endswith(f".{each}") for each in distributions()["left_out"])


def _numbered(stem: str, place: Numbers) -> pa.DictionaryArray:
    names = [f"{stem}-{number}" for number in range(1, int(place.max(initial=0)) + 2)]
    return pa.DictionaryArray.from_arrays(pa.array(place.astype(np.int32)), pa.array(names))


def _constant(size: int, word: str) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(size, np.int32)), pa.array([word]))
