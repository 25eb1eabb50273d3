"""The page of what was proved, from the certificate that ``make prove`` writes; no solver is needed for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pages import MADE_BY, table

from ipt_formulate.case.files import load_case, parse_case
from ipt_formulate.reasoning.cliffs import cliffs
from ipt_formulate.reasoning.schools import DEFAULT
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.rulebase.parameters import in_unit

TESTS = Path(__file__).parents[1] / "tests"

CERTIFICATE = Path(__file__).parent / "reference" / "certificate.json"
HEAD = f"""# What is proved

{MADE_BY}

Tests look at some cases; these statements are about every case that can be recorded, complete or not. A solver (Z3) looks for a case that breaks them. *Proved*: there is none. *Refuted*: there is one, and it is given here; or, where the statement asks for a case, there is none. *Not decided*: the solver did not finish, or what it found is no case that can be recorded.

Most statements are promises: the library is not released while one of them is refuted or not decided. The others are only *noted*: where one does not hold, the rules are safe and could say more.

`make prove` proves them again, and fails if a promise is not proved or this page would come out otherwise. `ipt-formulate prove` does it for any rule base.

"""
WHY = """
## Why these proofs hold of every case

- The condition language can be decided: no arithmetic but durations, no strings, no code. Every term is a set of possible values, and a condition is two formulas, one for *must hold* and one for *may hold*.
- Lists can have any length, and yet a bounded one is enough: as long as the sum, over the distinct conditions by which items of the list are counted, of the most that is asked for, and the items that the statement itself speaks of. From a longer list that breaks a statement, keep that many witnesses of each condition; counts of the others only fall, and no item reads another.
- The solver's cases obey a few facts of how a case is read (a *no* about violence counts only if it was asked in private, and such). Where fewer facts are assumed than hold, what is proved holds all the same.
- That the solver means what the library means is tested: generated conditions, rule bases and cases give the same three-valued answers, the same support and the same selection in both.
- A statement is called refuted only if a case from a file shows it with the rules as they are run; one about selection, if selection takes made-up candidates so. No fact of it can be left out; where it is said that no case with fewer facts shows it, the solver has shown that too.
- What is proved is what the rules *do*, not that they are right. That is a question for clinicians and sources.
"""


def proofs_page() -> str:
    """The page, as Markdown."""
    told = json.loads(CERTIFICATE.read_text(encoding="utf-8"))
    parts = (_about(told), [""], _table(told), _failures(told), _exceptions(told), _noted(told), _on_a_cliff())
    return HEAD + "\n".join(line for part in parts for line in part) + "\n" + WHY


def _about(told: dict[str, Any]) -> Iterator[str]:
    lists = ", ".join(f"{name} {length}" for name, length in told["longest_lists"].items())
    yield f"Rule base `{told['rulebase']}` {told['rulebase_version']}, SHA-256 `{told['rulebase_sha256']}`."
    yield f"Prover: {told['prover']}. Lists that are long enough for every rule at once: {lists}."
    results = [each for found in told["traditions"].values() for each in found if each["promise"]]
    broken = [each for each in results if each["verdict"] != "proved"]
    count = len({each["theorem"] for each in results})
    schools = ", ".join(f"`{name}`" for name in told["traditions"])
    said = f"{len(broken)} are not" if broken else f"**All {count} promises are proved** in every one of them"
    yield f"\nEach is proved of every school by itself, that is of {schools}. {said}.\n\n## The promises\n"


def _table(told: dict[str, Any]) -> Iterator[str]:
    """One row a promise: how it came out, and in which schools otherwise or not at all."""
    traditions = told["traditions"]
    statements = {
        each["theorem"]: each["statement"] for found in traditions.values() for each in found if each["promise"]
    }
    rows = []
    for theorem, statement in statements.items():
        schools: dict[str, list[str]] = {}
        for name, results in traditions.items():
            schools.setdefault(_verdict(results, theorem), []).append(name)
        most = max(schools, key=lambda verdict: len(schools[verdict]))
        others = [f"{verdict} of {_named(names)}" for verdict, names in schools.items() if verdict != most]
        rows.append((f"`{theorem}`", statement, "; ".join([most, *others])))
    yield table(("", "statement", "in each school"), *rows)


def _named(schools: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in schools)


def _verdict(results: list[dict[str, Any]], theorem: str) -> str:
    found = next((each for each in results if each["theorem"] == theorem), None)
    if found is None:
        return "says nothing"
    if found["verdict"] != "proved":
        return f"**{found['verdict']}**"
    return f"proved, but for {len(found['exceptions'])} declared" if found["exceptions"] else "proved"


def _failures(told: dict[str, Any]) -> Iterator[str]:
    where: dict[tuple[str, str, str, str], list[str]] = {}
    for name, results in told["traditions"].items():
        for each in results:
            for failure in each["failures"] if each["promise"] else ():
                case = json.dumps(failure["case"]) if failure["case"] else ""
                where.setdefault((each["statement"], failure["verdict"], failure["why"], case), []).append(name)
    if where:
        yield "\n## What is refuted or not decided\n"
    for (statement, verdict, why, case), names in where.items():
        shown = f" The case: `{case}`." if case else ""
        yield f"- {statement} {verdict.capitalize()} in {_named(names)}: {why}.{shown}"


def _noted(told: dict[str, Any]) -> Iterator[str]:
    """What is no promise: per statement the schools of which it holds, and where it does not, by a case each."""
    traditions = told["traditions"]
    noted = {each["theorem"]: each for found in traditions.values() for each in found if not each["promise"]}
    if noted:
        yield "\n## What is only noted"
    for theorem, text in noted.items():
        where: dict[tuple[str, str, str], list[str]] = {}
        for name, results in traditions.items():
            for each in results:
                for failure in each["failures"] if each["theorem"] == theorem else ():
                    case = json.dumps(failure["case"]) if failure["case"] else ""
                    where.setdefault((failure["verdict"], failure["about"], case), []).append(name)
        yield f"\n{text['statement']}\n"
        if not where:
            yield "It holds everywhere."
        for (verdict, about, case), names in where.items():
            lead = text["noted"].capitalize() if verdict == "noted" else verdict.capitalize() + " at"
            schools = "every school" if len(names) == len(traditions) else _named(names)
            yield f"- {lead} `{about}`, in {schools}."
            if case:
                written = yaml.safe_dump(json.loads(case), sort_keys=False).rstrip()
                yield "\n" + "\n".join(f"    {line}" for line in ("```yaml", *written.splitlines(), "```")) + "\n"


def _exceptions(told: dict[str, Any]) -> Iterator[str]:
    where: dict[tuple[str, str], list[str]] = {}
    for name, results in told["traditions"].items():
        for each in results:
            for exempt in each["exceptions"]:
                where.setdefault((exempt["why"], exempt["because"]), []).append(name)
    if where:
        yield "\n## What is declared as meant\n"
        yield "Each is declared in the rule with its reason. It is proved that it is so; where it stops being so, the statement is refuted.\n"
    for (why, because), names in where.items():
        schools = "every school" if len(names) == len(told["traditions"]) else _named(names)
        yield f"- In {schools}: {why}. {because}"


def _on_a_cliff() -> Iterator[str]:
    """The shipped cases and those of the decisions that lie one unit from a cut-off, by the rules of the default."""
    base = shipped_rulebase().for_tradition(DEFAULT)
    cases = {path.parent.name: load_case(path) for path in sorted((TESTS / "cases").glob("*/case.yaml"))}
    decisions = sorted((TESTS / "decisions").glob("*.yaml"))
    cases |= {each.stem: parse_case(yaml.safe_load(each.read_text(encoding="utf-8"))["case"]) for each in decisions}
    found = cliffs(base, cases)
    yield "\n## Cases on a cliff\n"
    yield f"Of the {len(cases)} shipped cases and cases of difficult decisions, {len(found)} lie one unit (a day, a point) from a cut-off beyond which something comes out otherwise. What hangs on a day should not be leaned on. `ipt-formulate prove --cliffs CASES_DIR` tells it of other cases.\n"
    rows = [
        (
            f"`{name}`",
            f"`{each.parameter}`, {in_unit(each.value, each.unit)}",
            in_unit(each.beyond, each.unit),
            ", ".join(f"`{rule}`" for rule in each.rules),
            "; ".join(f"{fall.about}: {fall.now}, beyond: {fall.beyond}" for fall in each.falls) or "nothing",
        )
        for name, at in found.items()
        for each in at
    ]
    yield table(("case", "cut-off", "beyond it", "rules that come out otherwise", "what follows"), *rows)
