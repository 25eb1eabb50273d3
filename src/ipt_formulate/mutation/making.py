"""Makes the suite of solver-made cases: a small set that tells every mutant that the examples in the rules do not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

import yaml

from ipt_formulate.case.case import Case
from ipt_formulate.case.files import to_plain, to_yaml
from ipt_formulate.mutation.finding import Finder, differences, showing, tradition_of
from ipt_formulate.mutation.mutants import Mutant
from ipt_formulate.mutation.suites import ABSENT, Examples, SolverCase
from ipt_formulate.mutation.told import statuses, tells
from ipt_formulate.proof.realising import size
from ipt_formulate.rulebase.rulebase import RuleBase

_HEAD: Final = """\
# Made by `ipt-formulate mutate --write`: cases of few facts of which a small change of the rules would say otherwise.
# Each states what the rules say of it now. It holds no wisdom: change a rule for a reason, then make these anew.
"""

_Key: TypeAlias = tuple[str, str]
"""A case as it is written, and the tradition in which it is formulated."""
_Pool: TypeAlias = dict[_Key, Case]


def make_suite(
    mutants: Sequence[Mutant], whole_cases: Sequence[Case], seconds: float, done: Callable[[], None] = lambda: None
) -> dict[str, list[SolverCase]]:
    """A small set of cases that tells every mutant that no example in a rule tells, as far as one can be told.

    Args:
        mutants: mutants of one rule base.
        whole_cases: cases in which a conclusion can show that shows in no example.
        seconds: how long one question to the solver may take.
        done: told after each mutant.

    Returns:
        The cases by what the changes are made in. Each case tells the most of those that are left, so that few are
        needed; that there is no smaller set is not claimed.
    """
    base = mutants[0].original
    examples, finder = Examples(base), Finder(base, whole_cases, seconds)
    pool: _Pool = {}
    kills: dict[_Key, set[Mutant]] = {}
    left: list[Mutant] = []
    for mutant in mutants:
        if not examples.notices(mutant):
            left.append(mutant)
            _look(mutant, finder, pool, kills)
        done()
    for mutant in left:
        for key, case in pool.items():
            if mutant.of_conditions and tells(mutant, case):
                kills[key].add(mutant)
    made: dict[str, list[SolverCase]] = {}
    while any(kills.values()):
        key = min(kills, key=lambda each: (-len(kills[each]), size(pool[each]), each))
        told = sorted(kills[key], key=lambda each: (each.site, each.step))
        site = max(dict.fromkeys(each.site for each in told), key=[each.site for each in told].count)
        made.setdefault(site, []).append(_asserting(base, pool[key], told, site, key[1]))
        kills = {each: found - set(told) for each, found in kills.items()}
    return dict(sorted(made.items()))


def _look(mutant: Mutant, finder: Finder, pool: _Pool, kills: dict[_Key, set[Mutant]]) -> None:
    """Keep a case for the mutant, unless one that is there tells it already."""
    if mutant.of_conditions and any(tells(mutant, case) for case in pool.values()):
        return
    case = finder.find(mutant).case
    if case is not None:
        key = to_yaml(case), tradition_of(mutant)
        pool[key] = case
        kills.setdefault(key, set()).add(mutant)


def _asserting(base: RuleBase, case: Case, told: Sequence[Mutant], site: str, tradition: str) -> SolverCase:
    """The case with what the touched rules say of it, and for a conclusion one part of the formulation that shows it."""
    rules: dict[str, Mapping[str, str]] = {}
    shows: dict[str, str] = {}
    for mutant in told:
        if mutant.of_conditions or mutant.drops:
            name = _telling_rule(mutant, case)
            rules[name] = statuses(base, base.rules[name], case)
        elif not differences(mutant, case, tradition).keys() & shows.keys():
            found = differences(mutant, case, tradition)
            part = min(found, key=lambda each: (not any(each.endswith(name) for name in mutant.rules), len(each), each))
            shows[part] = showing(base, case, tradition).get(part, ABSENT)
    title = f"Tells {len(told)} {'change' if len(told) == 1 else 'changes'} of {site}, such as: {told[0].step}."
    return SolverCase(title, case, rules, shows, tradition)


def _telling_rule(mutant: Mutant, case: Case) -> str:
    if mutant.drops:
        return next(iter(mutant.rules))
    return next(
        name
        for name, now in mutant.rules.items()
        if now is not None
        and statuses(mutant.base, now, case) != statuses(mutant.original, mutant.original.rules[name], case)
    )


def write_suite(directory: Path, suite: Mapping[str, Sequence[SolverCase]]) -> None:
    """Write a suite, one file for what the changes are made in; files of an earlier one go last, so that none is lost."""
    directory.mkdir(parents=True, exist_ok=True)
    for site, cases in suite.items():
        content = [_plain(each) for each in cases]
        text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120, default_flow_style=None)
        (directory / f"{site}.yaml").write_text(_HEAD + text, encoding="utf-8")
    for path in directory.glob("*.yaml"):
        if path.stem not in suite and path.read_text(encoding="utf-8").startswith(_HEAD):
            path.unlink()


def _plain(case: SolverCase) -> dict[str, Any]:
    content = to_plain(case.case)
    content.pop("schema_version", None)
    made: dict[str, Any] = {"title": case.title, "case": content, "rules": {k: dict(v) for k, v in case.rules.items()}}
    if case.shows:
        made |= {"tradition": case.tradition, "shows": dict(case.shows)}
    return made
