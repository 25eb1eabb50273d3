"""Remembers work by the identity of what it was done from, for many cases that share most of their records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

T = TypeVar("T")


class Memo:
    """Results by key. What a result was worked out from is kept with it, so that its identity stays its own."""

    def __init__(self) -> None:
        self._known: dict[tuple[Any, ...], tuple[Any, Any, tuple[list[str], ...]]] = {}

    def once(self, key: tuple[Any, ...], source: Any, work: Callable[[], T], complaints: tuple[list[str], ...]) -> T:
        """What some work gives, done once; what it complains of meanwhile is complained of each time.

        Args:
            key: what the result depends on; records by their ``id``.
            source: the records whose ids stand in the key.
            work: the work.
            complaints: the lists to which it adds complaints.
        """
        if key not in self._known:
            counts = [len(each) for each in complaints]
            result = work()
            fresh = tuple(each[count:] for each, count in zip(complaints, counts, strict=True))
            self._known[key] = source, result, fresh
            return result
        _, known, again = self._known[key]
        for each, more in zip(complaints, again, strict=True):
            each += more
        return cast(T, known)
