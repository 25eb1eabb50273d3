"""How many facts a case holds: of a case file exactly, of a symbolic case at the least.

With both, a counterexample can be shown to have the fewest facts: if no symbolic case with fewer breaks the
statement, no file with fewer does. So a fact is counted in a symbolic case only where nothing but an answer of its
own can have recorded it. What follows from other answers (that someone violent is alive, or that a dispute at an
impasse goes on) counts nothing where those answers are there, and what a person shared by several items is told once
counts once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import z3

from ipt_formulate.case.case import Case
from ipt_formulate.case.fields import MomentKind
from ipt_formulate.case.files import to_plain
from ipt_formulate.case.terms import CASE, CHANGED_SINCE_ASKED
from ipt_formulate.proof.lowered import OPEN_CAUSES
from ipt_formulate.proof.rails import FALSE, Bool, conj, disj
from ipt_formulate.proof.values import Choice, Item, World, exactly

_NO_FACTS: Final = ("schema_version", "id", "person", "about", "label")
_HAPPENINGS: Final = ("deaths", "conflicts", "changes")
_NO: Final = 0
_ONSET: Final = ("assessment.episode.onset", "assessment.episode.onset_kind")


def facts(case: Case) -> int:
    """How many facts a case file holds: its answers, and each death, conflict and change; ids and links are none."""
    return sum(_facts(to_plain(case)))


def _facts(content: Any, name: str = "") -> Iterator[int]:
    if name in _NO_FACTS:
        return
    if isinstance(content, dict) and not _is_answer(content):
        for key, value in content.items():
            yield from _facts(value, key)
    elif isinstance(content, list) and all(isinstance(each, dict) for each in content):
        yield len(content) if name in _HAPPENINGS else int(name == "worsenings")
        for each in content:
            yield from _facts(each)
    else:
        yield 1


def _is_answer(content: dict[str, Any]) -> bool:
    """Whether a mapping is one answer: several words, a range, or a judgement with its basis."""
    return bool({"one_of", "at_least", "at_most", "answer"} & content.keys())


def least_facts(world: World) -> dict[str, Bool]:
    """Formulas, by what they are about, of which a case that can be recorded fulfils no more than it has facts."""
    groups: dict[str, list[Bool]] = {}
    for item, present in (pair for scope in (CASE, *world.lists) for pair in world.items(scope)):
        for name, recorded in _recorded(item):
            groups.setdefault(_fact(item, name), []).append(conj([present, recorded]))
    for name, found in world.lists.items():
        groups[f"inquiry {name}"] = [disj(exactly(found.inquiry, [place]) for place in range(len(found.inquiry)))]
        if name in _HAPPENINGS:
            groups |= {f"{name} {place}": [present] for place, present in enumerate(found.present)}
    if world.has_worsenings:
        count, times = world.worsenings
        groups["worsenings"] = [count >= 0]
        for place, (low, high) in enumerate(times):
            least, most = MomentKind().unknown
            groups[f"worsening {place}"] = [conj([count > place, disj([low != least, high != most])])]
    return {name: disj(each) for name, each in groups.items()}


def _recorded(item: Item) -> Iterator[tuple[str, Bool]]:
    for name, flags in item.choices.items():
        if name.startswith("latest."):
            yield name, z3.Not(flags[0])  # that a measure is not recorded is known of every case
        elif name == "arose_from":
            yield name, z3.Not(conj(flags[:OPEN_CAUSES]))  # left out, these stay possible whatever else is recorded
        elif name != CHANGED_SINCE_ASKED:
            yield name, conj([_known(flags), z3.Not(_may_follow(item, name))])
    for name, (low, high) in item.spans.items():
        least, most = item.term(name).kind.unknown  # type: ignore[misc]  # of a span: its ends
        yield name, disj([low != least, high != most])


def _known(flags: Choice) -> Bool:
    return disj(z3.Not(flag) for flag in flags)


def _may_follow(item: Item, name: str) -> Bool:
    """Whether other answers are there from which a choice may follow."""
    prefix, _, last = name.rpartition(".")
    if last == "still_contested":
        return _known(item.choice("stage"))
    if last != "alive":
        return FALSE
    stem = f"{prefix}." if prefix else ""
    violence = [_known(item.choice(f"{stem}coercion.{each}")) for each in ("period", "feared_now")]
    deaths = [
        conj([present, disj([item.choice(name)[_NO], z3.Not(_past(death))])])
        for death, present in item.world.items("deaths")
    ]
    return disj([*violence, *deaths])


def _past(death: Item) -> Bool:
    """Surely not ahead, as far as a symbolic case speaks of that."""
    return death.spans["when"][1] >= 0 if "when" in death.spans else FALSE


def _fact(item: Item, name: str) -> str:
    """What records a term: terms with one name here may come from one answer."""
    if item.scope == "people" or name.startswith("person."):
        return f"a person's {name.removeprefix('person.')}"
    if name.startswith("latest."):
        return ".".join(name.split(".")[:2])
    if name in _ONSET:
        return "the onset"
    return f"{item.name} {name.removesuffix('.inferred')}"
