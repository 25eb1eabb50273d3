"""YAML and JSON documents with the line of every value, within stated limits.

YAML is read with duplicate keys, aliases, tags and several documents refused; JSON with duplicate keys refused.
Size, depth and the number of values are limited while reading, so hostile input ends in a clear message. So are
numbers; and no text holds characters that cannot be seen, or that turn what stands around them.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

import yaml

from ipt_formulate.errors import DocumentError, Problem, silent

MAX_BYTES = 2_000_000
MAX_DEPTH = 30
MAX_VALUES = 100_000
MAX_DIGITS = 18
UNSEEN = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200b\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\U000e0000-\U000e007f"
"""Characters that no text needs, as they stand in a regular expression: controls, marks that turn the direction of
writing, and those without width. Joiners stay, which Persian and emoji need, and so do the plain marks of direction."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_resolver: Any = yaml.resolver.Resolver()
_constructor = yaml.constructor.SafeConstructor()
_TEXT = "tag:yaml.org,2002:str"
_WHOLE = "tag:yaml.org,2002:int"
_PLAIN_WHOLE = re.compile(r"-?(0|[1-9][0-9]*)")
_UNSEEN = re.compile(f"[{UNSEEN}\ud800-\udfff]")
_READ_AS_TEXT = {"tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:value", "tag:yaml.org,2002:merge"}

Keys: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """The parsed content of a file, and where each value stands in it.

    Attributes:
        content: dictionaries, lists, strings, integers, floats, booleans and None.
        source: the file's name, for messages.
        lines: the line (from 1) of each value, by its path of keys; empty for JSON.
    """

    content: Any
    source: str
    lines: Mapping[Keys, int]

    def line(self, keys: Keys) -> int:
        """The line of a value, or of the nearest container above it that has one (1 where none has)."""
        while keys and keys not in self.lines:
            keys = keys[:-1]
        return self.lines.get(keys, 1)

    def at(self, keys: Keys) -> str:
        """``file:line`` of a value, for a message."""
        return f"{self.source}:{self.line(keys)}"


@silent
def read_document(path: Path | str, *, source: str | None = None) -> Document:
    """Read a ``.yaml``, ``.yml`` or ``.json`` file.

    Args:
        path: the file.
        source: what to call it in messages; its path if not given.

    Returns:
        The document with its lines.

    Raises:
        DocumentError: the file cannot be read, is too large or too deep, or is not valid.
    """
    path = Path(path)
    name = source or str(path)
    try:
        if not path.is_file():
            raise _error(name, "is not a file that can be read", "check the path")
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise _too_large(name)
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _error(name, "is not UTF-8 text", "save it as UTF-8") from None
    except OSError as problem:
        raise _error(name, f"cannot be read ({problem.strerror})", "check the path and its permissions") from None
    return parse_json(text, name) if path.suffix == ".json" else parse_yaml(text, name)


@silent
def parse_yaml(text: str, source: str = "text") -> Document:
    """Parse one YAML document. Raises DocumentError as `read_document` does."""
    _check_size(text, source)
    _check_characters(text, source, is_text=True)
    try:
        return _YamlReader(source).read(text)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        where = f"{source}:{mark.line + 1}" if mark else source
        raise _error(where, "is not valid YAML", "check the indentation, quotes and colons around this line") from None
    except yaml.YAMLError:
        raise _error(source, "is not valid YAML", "remove control characters and save it as UTF-8") from None


@silent
def parse_json(text: str, source: str = "text") -> Document:
    """Parse one JSON document. Raises DocumentError as `read_document` does."""
    _check_size(text, source)
    _check_characters(text, source, is_text=True)
    _check_json_depth(text, source)

    text = text.removeprefix("\ufeff")

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise _error(source, "has the same key twice in one object", "keep one of them")
        for key, value in pairs:
            _check_characters(key, source)
            check(value)
        return found

    def check(value: Any) -> None:
        if isinstance(value, str):
            _check_characters(value, source)
        elif isinstance(value, list):  # an object in it was checked when it was made
            for each in value:
                check(each)

    def refuse(_: str) -> None:
        raise _error(source, "holds NaN or Infinity, which are not JSON", "leave the value out if it is not known")

    def whole(digits: str) -> int:
        return _whole(digits, source)

    def real(digits: str) -> float:
        return _finite(float(digits), source)

    try:
        content = json.loads(text, object_pairs_hook=unique, parse_constant=refuse, parse_int=whole, parse_float=real)
        check(content)
    except json.JSONDecodeError as problem:
        raise _error(
            f"{source}:{problem.lineno}", "is not valid JSON", "check commas, quotes and brackets here"
        ) from None
    except ValueError as problem:
        if isinstance(problem, DocumentError):
            raise
        raise _error(source, "is not valid JSON", "check commas, quotes and brackets") from None
    return Document(content, source, MappingProxyType({}))


class _YamlReader:
    """Builds the content from parser events with a stack, so that nesting never becomes recursion."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.lines: dict[Keys, int] = {}
        self.stack: list[tuple[Any, Keys]] = []
        self.key: Any = None
        self.waiting_for_key = False
        self.keys_pending: list[Any] = []
        self.result: Any = None
        self.documents = 0
        self.values = 0

    def read(self, text: str) -> Document:
        for event in yaml.parse(text, Loader=_Loader):
            line = _line_of(event)
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise _error(f"{self.source}:{line}", "uses a YAML anchor or alias", "write the value out")
            if isinstance(event, yaml.DocumentStartEvent):
                self.documents += 1
                if self.documents > 1:
                    raise _error(f"{self.source}:{line}", "starts a second document", "keep one document in a file")
            elif isinstance(event, yaml.ScalarEvent):
                self._place(self._scalar(event, line), line)
            elif isinstance(event, yaml.MappingStartEvent):
                self._open({}, line)
            elif isinstance(event, yaml.SequenceStartEvent):
                self._open([], line)
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                self.stack.pop()
                self.keys_pending.pop()
        return Document(self.result, self.source, MappingProxyType(self.lines))

    def _scalar(self, event: Any, line: int) -> Any:
        if self.stack and isinstance(self.stack[-1][0], dict) and self.keys_pending[-1] is _NO_KEY:
            _check_characters(event.value, f"{self.source}:{line}")
            return event.value  # a key is a word, even where YAML would read `off` as false
        tag = event.tag or _resolver.resolve(yaml.ScalarNode, event.value, event.implicit)
        if event.tag not in (None, "!", _TEXT):
            raise _error(f"{self.source}:{line}", "uses a YAML tag", "write the plain value")
        if tag in _READ_AS_TEXT or tag in ("!", _TEXT):
            _check_characters(event.value, f"{self.source}:{line}")
            return event.value
        if tag == _WHOLE and not _PLAIN_WHOLE.fullmatch(event.value):
            what = "holds a number that YAML would read in another base"
            raise _error(f"{self.source}:{line}", what, "write it in plain digits, or quote it if it is text")
        if tag == _WHOLE:
            return _whole(event.value, f"{self.source}:{line}")
        try:
            value = _constructor.construct_object(yaml.ScalarNode(tag, event.value), deep=True)
        except ValueError:
            raise _error(f"{self.source}:{line}", "holds a number that cannot be read", "correct it") from None
        return _finite(value, f"{self.source}:{line}") if isinstance(value, float) else value

    def _open(self, container: Any, line: int) -> None:
        if self.stack and isinstance(self.stack[-1][0], dict) and self.keys_pending[-1] is _NO_KEY:
            raise _error(f"{self.source}:{line}", "uses a list or mapping as a key", "use plain words as keys")
        keys = self._place(container, line)
        self.stack.append((container, keys))
        self.keys_pending.append(_NO_KEY)
        if len(self.stack) > MAX_DEPTH:
            raise _error(
                f"{self.source}:{line}",
                f"is nested more than {MAX_DEPTH} deep",
                "a case or rule never is: check the file",
            )

    def _place(self, value: Any, line: int) -> Keys:
        self.values += 1
        if self.values > MAX_VALUES:
            raise _error(
                f"{self.source}:{line}", f"holds more than {MAX_VALUES:,} values", "split it or check what it is"
            )
        if not self.stack:
            self.result = value
            self.lines[()] = line
            return ()
        container, above = self.stack[-1]
        if isinstance(container, list):
            keys: Keys = (*above, len(container))
            container.append(value)
        elif self.keys_pending[-1] is _NO_KEY:
            key = value
            if key in container:
                raise _error(f"{self.source}:{line}", "has the same key twice", "keep one of them")
            container[key] = None
            self.keys_pending[-1] = key
            keys = (*above, key)
        else:
            keys = (*above, self.keys_pending[-1])
            container[self.keys_pending[-1]] = value
            self.keys_pending[-1] = _NO_KEY
        self.lines.setdefault(keys, line)
        return keys


_NO_KEY = object()


def _line_of(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _error(where: str, what: str, remedy: str) -> DocumentError:
    return DocumentError([Problem(where, what, remedy)])


def _check_size(text: str, source: str) -> None:
    if len(text) > MAX_BYTES:
        raise _too_large(source)


def _too_large(source: str) -> DocumentError:
    remedy = "a case or rule file is far smaller: check what it is"
    return _error(source, f"is larger than {MAX_BYTES:,} bytes", remedy)


def _check_characters(text: str, where: str, *, is_text: bool = False) -> None:
    """Refuse what cannot be seen. ``is_text`` for the text of a whole file, so that the line can be told."""
    if not text.isascii() or not text.isprintable():
        found = _UNSEEN.search(text, 1 if is_text and text.startswith("\ufeff") else 0)
        if found is not None:
            line = text.count("\n", 0, found.start()) + 1
            what = "holds a character that cannot be seen (a control, a turn of direction, or one without width)"
            raise _error(f"{where}:{line}" if is_text else where, what, "take it out; write the text anew by hand")


def _whole(digits: str, where: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise _error(where, f"holds a number of more than {MAX_DIGITS} digits", "correct or remove it")
    return int(digits)


def _finite(value: float, where: str) -> float:
    if not math.isfinite(value):
        raise _error(where, "holds a number that is not finite", "leave the value out if it is not known")
    return value


def _check_json_depth(text: str, source: str) -> None:
    depth, values, in_string, escaped = 0, 0, False, False
    for character in text:
        if in_string:
            in_string = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character == '"':
            in_string, escaped = True, False
        elif character in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise _error(source, f"is nested more than {MAX_DEPTH} deep", "a case never is: check the file")
        elif character in "]}":
            depth -= 1
        elif character == ",":
            values += 1
            if values > MAX_VALUES:
                raise _error(source, f"holds more than {MAX_VALUES:,} values", "split it or check what it is")
