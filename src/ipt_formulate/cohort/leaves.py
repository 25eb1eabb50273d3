"""A batch taken apart: one flat column of dictionary codes for every field, and offsets for every list.

Words are read once for each entry of a dictionary, never once for each row.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic_core import PydanticCustomError

from ipt_formulate.case.assessment import MAX_WORSENINGS
from ipt_formulate.case.case import Case
from ipt_formulate.case.choices import Instrument
from ipt_formulate.case.fields import Kind, MomentKind, kind_of
from ipt_formulate.case.inventory import MAX_ITEMS
from ipt_formulate.case.record import Record
from ipt_formulate.case.terms import CASE, entries_of, record_type
from ipt_formulate.case.values import ASKED_UNKNOWN
from ipt_formulate.case.words import from_word
from ipt_formulate.cohort.columns import ID, LABEL
from ipt_formulate.errors import InputError, Problem

Numbers: TypeAlias = Any
"""A numpy array. What its stubs say of operations differs between releases, so it is not checked."""
MEASURES, SCORES, WORSENINGS = "measures", "items", "worsenings"
LONGEST: Final = {WORSENINGS: MAX_WORSENINGS, SCORES: MAX_ITEMS}
_BYTE: Final = 256
LONGEST_LABEL: Final = 200
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_VERSION = re.compile(r"1\.\d+")
_CONTROL: Final = "[\\x00-\\x1f\\x7f-\\x{9f}\\x{2028}\\x{2029}\\x{202a}-\\x{202e}\\x{2066}-\\x{2069}]"


def _id_fits(word: str) -> bool:
    return _ID.fullmatch(word) is not None or not word  # an empty id is one that was left out


_INSTRUMENTS: Final = frozenset(map(str, Instrument))
_TEXT: Final[Mapping[str, Callable[[str], object]]] = {
    "schema_version": _VERSION.fullmatch,
    "instrument": _INSTRUMENTS.__contains__,
    "id": _id_fits,
}


@dataclass
class Leaf:
    """One field of one scope.

    Attributes:
        codes: places in ``words``, null where nothing is recorded.
        words: the words of the dictionary.
        meanings: the parts of what null and then each word means; none for ids and other text.
    """

    codes: pa.Array
    words: list[str]
    meanings: Mapping[str, Numbers] = field(default_factory=dict)
    _tables: dict[str, Numbers] = field(default_factory=dict)

    def table(self, part: str) -> Numbers:
        """What to look a code up in for a part of its meaning. The last entry is that of null."""
        if part not in self._tables:
            known = self.meanings[part]
            self._tables[part] = np.append(known[1:], np.full(self._spare(), known[0]))
        return self._tables[part]

    def numbered(self, number: Mapping[str, int]) -> Numbers:
        """What to look up a number for each word in; -1 for null, and for a word that has none."""
        if "number" not in self._tables:
            found = [number.get(word, -1) for word in self.words] + [-1] * self._spare()
            self._tables["number"] = np.array(found, np.int32)
        return self._tables["number"]

    def _spare(self) -> int:
        return max(1, _BYTE - len(self.words))

    def read(self, start: int, stop: int, order: Numbers | None = None) -> Numbers:
        """The codes of some items as places in a table: bytes where they fit."""
        column = self.codes.slice(start, stop - start)
        validity, values = column.buffers()
        codes = np.frombuffer(values, np.int32)[column.offset : column.offset + len(column)]
        small = len(self.words) < _BYTE
        found: Numbers = codes.astype(np.uint8 if small else np.intp)
        if validity is not None and column.null_count:
            valid = _bits(validity, column.offset, len(column))
            if small:
                found |= valid - np.uint8(1)
            else:
                found[valid == 0] = len(self.words)
        return found if order is None else found.take(order)


def look_up(table: Numbers, codes: Numbers) -> Numbers:
    """The entries of a table for codes."""
    if codes.dtype == np.uint8 and table.itemsize == 1:
        return np.frombuffer(codes.tobytes().translate(table.tobytes()), table.dtype)  # faster than to index
    return table.take(codes)


def _bits(buffer: pa.Buffer, offset: int, count: int) -> Numbers:
    """The bits of a bitmap, one a byte."""
    first, skip = divmod(offset, 8)
    packed = np.frombuffer(buffer, np.uint8)[first : first + (skip + count + 7) // 8]
    return np.unpackbits(packed, bitorder="little")[skip : skip + count]


@dataclass
class Leaves:
    """A batch taken apart.

    Attributes:
        rows: how many cases.
        leaves: the columns of words, by scope and dotted path.
        offsets: by list, where the items of each row begin, one more than there are rows.
        inside: by list, the scope whose items hold it.
        dates: the day of the assessment, as days since 1970, and whether it is known; None where no row has one.
        told_worsenings: whether each row says anything about worsenings; None where none does.
        told_scores: whether each measure has its items; None where none has.
        names: a number for every id, and for every reference to one.
        doubtful: rows that the case model may refuse.
    """

    rows: int
    leaves: dict[tuple[str, str], Leaf] = field(default_factory=dict)
    offsets: dict[str, Numbers] = field(default_factory=dict)
    inside: dict[str, str] = field(default_factory=dict)
    dates: pa.Array | None = None
    told_worsenings: Numbers | None = None
    told_scores: Numbers | None = None
    names: dict[str, int] = field(default_factory=dict)
    doubtful: Numbers = field(default_factory=lambda: np.zeros(0, bool))

    def row_of(self, scope: str, item: Numbers) -> Numbers:
        """The rows in which some items of a scope lie."""
        while scope != CASE:
            item, scope = np.searchsorted(self.offsets[scope], item, side="right") - 1, self.inside[scope]
        return item

    def doubt(self, scope: str, found: Numbers) -> None:
        """Mark the rows of the items for which a mask is true."""
        self.doubtful[self.row_of(scope, np.flatnonzero(found))] = True


def take_apart(batch: pa.RecordBatch) -> Leaves:
    """Take a batch of the cohort schema apart.

    Raises:
        InputError: it has a column that the schema does not have, or one of another type; all are named.
    """
    found = Leaves(batch.num_rows, doubtful=np.zeros(batch.num_rows, bool))
    problems: list[Problem] = []
    columns = {name: batch.column(place) for place, name in enumerate(batch.schema.names)}
    taking = _Taking(found, problems)
    if (names := columns.pop(ID, None)) is not None:
        taking.is_text(CASE, ID, names)
    taking.record(Case, columns, CASE, "")
    if problems:
        raise InputError(problems)
    return found


class _Taking:
    def __init__(self, found: Leaves, problems: list[Problem]) -> None:
        self.found, self.problems = found, problems

    def record(self, model: type[Record], columns: dict[str, pa.Array], scope: str, prefix: str) -> None:
        for name, column in columns.items():
            path = f"{prefix}.{name}" if prefix else name
            known = model.model_fields.get(name)
            if known is None:
                near = get_close_matches(name, model.model_fields, n=1)
                remedy = f"did you mean {near[0]}?" if near else "leave it out; see `ipt-formulate cohort schema`"
                self._problem(scope, path, "is not a column of a cohort", remedy)
            elif pa.types.is_null(column.type):
                continue
            elif kind := kind_of(known):
                self._words(scope, path, column, kind)
            elif (entries := entries_of(known)) is not None:
                self._list(name, entries, column, scope, path)
            elif (inner := record_type(known.annotation)) is not None:
                if children := self._children(scope, path, column):
                    self.record(inner, children, scope, path)
            elif name == "date":
                self._date(scope, path, column)
            elif name == LABEL:
                self._label(scope, path, column)
            else:
                self._words(scope, path, column, _TEXT.get(name, _ID.fullmatch))

    def is_text(self, scope: str, path: str, column: pa.Array) -> bool:
        """Whether every text of a column is UTF-8, which a file may promise and not keep."""
        try:
            column.validate(full=True)
        except pa.ArrowInvalid:
            self._problem(scope, path, "holds text that is not UTF-8", "write the column anew as UTF-8")
            return False
        return True

    def _problem(self, scope: str, path: str, what: str, remedy: str) -> None:
        self.problems.append(Problem(path if scope == CASE else f"{scope}[].{path}", what, remedy))

    def _children(self, scope: str, path: str, column: pa.Array) -> dict[str, pa.Array]:
        if not pa.types.is_struct(column.type):
            self._problem(scope, path, "must be a struct column", "see `ipt-formulate cohort schema`")
            return {}
        return {column.type.field(place).name: each for place, each in enumerate(column.flatten())}

    def _words(self, scope: str, path: str, column: pa.Array, of: Kind | Callable[[str], object]) -> None:
        if pa.types.is_string_view(column.type):
            column = column.cast(pa.string())
        if not pa.types.is_dictionary(column.type):
            if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
                what = "must be a column of words (strings, best dictionary-encoded)"
                return self._problem(scope, path, what, "write true as yes, 3 to 5 as 3-5; see the coding of a cohort")
            column = column.dictionary_encode()
        if column.dictionary.null_count:
            column = column.cast(pa.string()).dictionary_encode()
        if not self.is_text(scope, path, column.dictionary):
            return None
        words = column.dictionary.to_pylist()
        leaf = self.found.leaves[scope, path] = Leaf(column.indices.cast(pa.int32()), words)
        if isinstance(of, Kind):
            leaf.meanings = vocabulary(of).meanings(words)
            unfit = np.flatnonzero(leaf.meanings["bad"][1:])
        else:
            unfit = np.flatnonzero([not of(word) for word in words])
        if len(unfit):
            self.found.doubt(scope, _numpy(pc.is_in(column.indices, pa.array(unfit).cast(column.indices.type))))
        return None

    def _list(self, name: str, entries: type[Record] | Kind, column: pa.Array, scope: str, path: str) -> None:
        kind = column.type
        if not (pa.types.is_list(kind) or pa.types.is_large_list(kind)):
            return self._problem(scope, path, "must be a list column", "see `ipt-formulate cohort schema`")
        told = _numpy(column.is_valid())
        if column.null_count:
            lengths = _numpy(column.value_lengths().fill_null(0))
            offsets, items = np.concatenate([[0], np.cumsum(lengths)]), column.flatten()
        else:
            offsets = column.offsets.to_numpy().astype(np.int64)
            items = column.values.slice(offsets[0], offsets[-1] - offsets[0])
            offsets = offsets - offsets[0]
        self.found.offsets[name], self.found.inside[name] = offsets, scope
        if name == WORSENINGS:
            self.found.told_worsenings = told
        if name == SCORES:
            self.found.told_scores = told
        too_long = np.diff(offsets) > LONGEST.get(name, MAX_ITEMS)
        if too_long.any():
            self.found.doubt(scope, too_long)
        if isinstance(entries, Kind):
            return self._words(name, "", items, entries)
        children = self._children(name, "", items)
        return self.record(entries, children, name, "")

    def _date(self, scope: str, path: str, column: pa.Array) -> None:
        if pa.types.is_date(column.type):
            self.found.dates = column.cast(pa.date32())
        else:
            self._problem(scope, path, "must be a column of dates", "cast it to date32")

    def _label(self, scope: str, path: str, column: pa.Array) -> None:
        if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
            return self._problem(scope, path, "must be a column of text", "cast it to string")
        if self.is_text(scope, path, column) and column.null_count < len(column) and not _plainly_fits(column):
            wrong = pc.or_(
                pc.greater(pc.utf8_length(column), LONGEST_LABEL), pc.match_substring_regex(column, _CONTROL)
            )
            if (found := _numpy(wrong.fill_null(False))).any():
                self.found.doubt(scope, found)
        return None


def _plainly_fits(labels: pa.Array) -> bool:
    """Whether no text can be too long or hold a control character, seen from the bytes without looking at each.

    Beyond ASCII, every control character that a label may not hold begins with the byte C2 or E2 in UTF-8.
    """
    wide = np.int64 if pa.types.is_large_string(labels.type) else np.int32
    _, offsets, text = labels.buffers()
    ends = np.frombuffer(offsets, wide)[labels.offset : labels.offset + len(labels) + 1]
    if text is None:
        return True
    letters = np.frombuffer(text, np.uint8)[ends[0] : ends[-1]]
    wrong = (letters < ord(" ")) | (letters == 0x7F) | (letters == 0xC2) | (letters == 0xE2)
    return not wrong.any() and bool(np.diff(ends).max() <= LONGEST_LABEL)


def _numpy(column: pa.Array) -> Numbers:
    return column.to_numpy(zero_copy_only=False)


_EPOCH: Final = datetime.date(1970, 1, 1)
_MOST_WORDS: Final = 1 << 18


class Vocabulary:
    """What the words of a field mean, each read once in the life of the process.

    The parts of a meaning are ``mask``, or ``low`` and ``high``: what the word leaves possible; ``dated``: a calendar
    date, whose bounds are minus its last and first day since 1970, to which the day of the assessment is yet to be
    added; ``told``: an answer, and not that the client does not know; ``unasked``: null; ``bad``: no word of the field.
    """

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self._forget()

    def _forget(self) -> None:
        self._places: dict[str | None, int] = {}
        self._rows: list[tuple[int, ...]] = []
        self._add([None])

    def _add(self, words: Iterable[str | None]) -> None:
        for word in words:
            if word not in self._places:
                self._places[word] = len(self._rows)
                self._rows.append(self._read(word))
        ranged = isinstance(self.kind.unknown, tuple)
        names = ("low", "high") if ranged else ("mask",)
        kinds = (np.int32,) * 2 if ranged else (np.min_scalar_type(self.kind.unknown),)
        columns = zip(*self._rows, strict=True)
        self._parts = {
            name: np.array(column, kind)
            for name, kind, column in zip(
                (*names, "dated", "told", "unasked", "bad"), (*kinds, *(np.bool_,) * 4), columns, strict=True
            )
        }

    def _read(self, word: str | None) -> tuple[int, ...]:
        lowered: Any = self.kind.unknown
        dated = bad = False
        told = word is not None and word != ASKED_UNKNOWN
        if told:
            try:
                value = self.kind.read(from_word(self.kind, word))
                dated = isinstance(self.kind, MomentKind) and value.dates is not None
                lowered = value.before(_EPOCH) if dated else self.kind.lower(value, None)
            except PydanticCustomError:
                bad = True
        return (*(lowered if isinstance(lowered, tuple) else (lowered,)), dated, told, word is None, bad)

    def meanings(self, words: Sequence[str]) -> dict[str, Numbers]:
        """The parts of what null and then each of some words means."""
        if not self._places.keys() >= set(words):
            if len(self._places) > _MOST_WORDS:
                self._forget()
            self._add(words)
        places = np.fromiter(map(self._places.__getitem__, (None, *words)), np.intp, len(words) + 1)
        return {name: part[places] for name, part in self._parts.items()}


@lru_cache(maxsize=256)
def vocabulary(kind: Kind) -> Vocabulary:
    """The vocabulary of a kind of field."""
    return Vocabulary(kind)
