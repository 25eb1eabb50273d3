"""The page of what tells a small change of the rules, from the record that ``make mutants`` writes; no solver is needed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pages import MADE_BY

RECORD = Path(__file__).parent / "reference" / "mutants.json"
HEAD = f"""# What tells a small change of the rules

{MADE_BY}

A rule can be wrong by one day, one word or one *not*. Would anything tell? `ipt-formulate mutate` changes the rule base by one small step at a time, and looks whether something that is asserted no longer holds. A change is *killed* by the first of these that notices it: an example in a rule, a decision file, a golden case, a solver-made case. What none of them notices is put to a solver (Z3). It either proves that the change is none, or gives the case that would tell, with the fewest facts; then the change *survives*.

`make mutants` does it again and fails if a change survives or this page would come out otherwise.

"""
STEPS = """
## What is changed

- In a condition: a bound one unit up or down, left out, or turned round; *yes* and *no* exchanged; a word left out of a list, added to it, or another word beside it instead; *all* and *any* exchanged; a part left out; *not* left out or put in; the number that is counted one more or less.
- A parameter by one unit, or a list without one of its words; a named condition where it is defined. Each is changed once, and with it every rule that uses it.
- A conclusion: another kind of evidence, route or frame; another urgency, or whether the focus waits; a caution for a block; another technique, subtype, modifier or kind of advice. A rule left out. A route left out, an area residual or not, two steps of selection exchanged.

Not changed are sentences, technique cards, the bands of measures, and what a tradition switches. Changes that no rule base could hold, because it would not load, are not counted: a test that always holds, a route without a criterion, a rule that concludes another area than that of its folder. Changes that come to the same are counted once.

## What equivalent means

- A change of conditions is equivalent if each rule that it touches has the same status, met, not met or unknown, for every case that can be recorded, complete or not. Old and new condition are compared as a pair, with lists as long as [the bound](proofs.md#why-these-proofs-hold-of-every-case) asks for.
- A change of a route, a frame or a kind of evidence is equivalent if every candidate has the same support, the same steps, and the same say in whether something specific is recorded, as far as its area can contend at all. The order in which questions are put may differ.

## The solver-made cases

`tests/solver_cases/` holds the cases that tell what no example in a rule tells, one file for each rule, named condition or parameter. They have few facts, and state what the rules say of them now. They hold no wisdom: where a rule changes for a reason, `ipt-formulate mutate --write` makes them anew. An example in the rule, with a reason in its title, is always better; a solver-made case stands in until somebody writes it.
"""


def mutants_page() -> str:
    """The page, as Markdown."""
    told = json.loads(RECORD.read_text(encoding="utf-8"))
    return HEAD + "\n".join([*_about(told), "", *_table(told), *_left(told)]) + "\n" + STEPS


def _about(told: dict[str, Any]) -> Iterator[str]:
    total = told["total"]
    killed = sum(total["killed_by"].values())
    yield f"Rule base `{told['rulebase']}` {told['rulebase_version']}, SHA-256 `{told['rulebase_sha256']}`. Prover: {told['prover']}."
    yield (
        f"Of {total['mutants']} changes, {killed} are killed, {total['equivalent']} are proved equivalent, "
        f"{total['survived']} survive, and {total['undecided']} are not decided."
    )


def _table(told: dict[str, Any]) -> Iterator[str]:
    yield "| changed | changes | killed by, or else |"
    yield "| --- | ---: | --- |"
    yield _row("**in all**", told["total"])
    for site, counts in told["sites"].items():
        yield _row(f"`{site}`", counts)


def _row(name: str, counts: dict[str, Any]) -> str:
    ends = {"equivalent": "proved equivalent", "survived": "survived", "undecided": "not decided"}
    found = {**counts["killed_by"], **{f"**{words}**": counts[each] for each, words in ends.items()}}
    return (
        f"| {name} | {counts['mutants']} | {', '.join(f'{words} {count}' for words, count in found.items() if count)} |"
    )


def _left(told: dict[str, Any]) -> Iterator[str]:
    for title, name in (("Proved equivalent", "equivalent"), ("Survived", "survivors"), ("Not decided", "undecided")):
        if told[name]:
            yield f"\n## {title}\n"
        for each in told[name]:
            shown = f" The case that would tell: `{json.dumps(each['case'])}`." if "case" in each else ""
            yield f"- `{each['site']}`: {each['step']}.{shown}"
