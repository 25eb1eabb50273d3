"""Editing a case by path: a new case comes back, checked as a whole."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from ipt_formulate.errors import CaseError, Problem, silent

if TYPE_CHECKING:
    from ipt_formulate.case.case import Case

_PART = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)((?:\[[^\[\]]+\])*)")


@silent
def with_value(case: Case, path: str, value: Any) -> Case:
    """A case with the value at a path set (or, with None, removed).

    Args:
        case: the case to start from; it stays as it is.
        path: such as ``assessment.episode.onset`` or ``inventory.deaths[husband-death].mourning.avoided``; an
            item is named by its place from 0 or by its id, and the place after the last adds one.
        value: what a case file would hold there.

    Raises:
        CaseError: the path does not exist, or the case would not be valid.
    """
    from ipt_formulate.case.files import parse_case, to_plain

    content = copy.deepcopy(to_plain(case))
    steps = _steps(path)
    place: Any = content
    for count, (step, following) in enumerate(zip(steps, [*steps[1:], None], strict=True), start=1):
        key = _key(place, step, count)
        if following is None:
            _set(place, key, value)
        elif isinstance(place, list) and key == len(place):
            place.append({})
            place = place[-1]
        else:
            if isinstance(place, dict) and place.get(key) is None:
                place[key] = [] if following.startswith("[") else {}
            place = place[key]
    return parse_case(content)


def _steps(path: str) -> list[str]:
    steps: list[str] = []
    for part in path.split("."):
        found = _PART.fullmatch(part)
        if found is None:
            raise CaseError([Problem("", "that is not a path", "write it like inventory.deaths[0].when")])
        steps.append(found[1])
        steps += re.findall(r"\[[^\[\]]+\]", found[2])
    return steps


def _key(place: Any, step: str, count: int) -> Any:
    if step.startswith("[") != isinstance(place, list) or not isinstance(place, (dict, list)):
        raise CaseError(
            [
                Problem(
                    "",
                    f"the path does not fit at its part {count}",
                    "name items in brackets after a list, fields after a dot",
                )
            ]
        )
    if isinstance(place, dict):
        return step
    name = step[1:-1]
    if name.isascii() and name.isdecimal() and int(name) <= len(place):
        return int(name)
    for index, item in enumerate(place):
        if isinstance(item, dict) and item.get("id") == name:
            return index
    raise CaseError([Problem("", f"the path names no item at its part {count}", "use its place from 0, or its id")])


def _set(place: Any, key: Any, value: Any) -> None:
    if isinstance(place, list) and key == len(place):
        place.append(value)
    elif value is None and isinstance(place, dict):
        place.pop(key, None)
    elif value is None:
        del place[key]
    else:
        place[key] = value
