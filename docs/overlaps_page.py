"""The page of overlaps, ties and gaps, from what ``make overlaps`` keeps in overlaps.json; no solver is needed for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pages import MADE_BY, NoWords, table

from ipt_formulate.reasoning.schools import DEFAULT

KEPT = Path(__file__).parent / "reference" / "overlaps.json"
HEAD = f"""# Where areas overlap

{MADE_BY}

For each two areas: can the same case support both, and can selection end in a tie of them? Each *yes* has a case that shows it, and each *no* holds of every case that can be recorded. `make overlaps` looks again; `ipt-formulate overlaps` does it for any rule base, and `formulate` gives for each case here what is said of it.

The cases are small: of none can a fact be left out. Where it says *fewest facts*, the solver has also shown that no case with fewer facts does the same. How often such a case occurs, nothing here says.
"""
TIE = """
## What is true of every tie

- Each tied area has a candidate that surely supports it: every criterion of a route is met, and nothing excludes it.
- On every step of selection it is known whether it is met, and the best candidates of the tied areas are equal on all of them.
- Nothing else that is possible can rise above them, whatever more is learnt.
- Every list of the inventory was asked about, at least briefly.
- Learning more does not end a tie ([proved](proofs.md)). Another fact would: one by which a step comes out for one of the two and not for the other. The first such step decides.
"""
MEANING = {
    "one_area_possible": "An area is chosen",
    "equal_on_every_step": "A tie",
    "several_areas_possible": "Several areas are possible, and what is not known can change the order",
    "inquiry_not_made": "An area leads, but not every list was asked about",
    "not_yet_supported": "No area yet: something specific is recorded, and no candidate is sure (above the floor of evidence)",
    "nothing_found": "No area: everything was asked thoroughly, and none is supported",
    "not_enough_known": "No area: nothing specific is recorded",
}


def overlaps_page() -> str:
    """The page, as Markdown."""
    told = json.loads(KEPT.read_text(encoding="utf-8"))
    traditions = told["traditions"]
    groups: dict[str, list[str]] = {}
    for name, found in sorted(traditions.items(), key=lambda each: each[0] != DEFAULT):
        groups.setdefault(json.dumps(found, sort_keys=True), []).append(name)
    parts = [HEAD, f"Rule base SHA-256 `{told['rulebase_sha256']}`.", TIE]
    for names in groups.values():
        parts.append("\n".join(_tradition(names, traditions[names[0]])))
    return "\n".join(parts) + "\n"


def _words(area: str) -> str:
    return area.replace("_", " ")


def _tradition(names: list[str], found: dict[str, Any]) -> Iterator[str]:
    yield f"\n## {', '.join(f'`{name}`' for name in names)}\n"
    areas = found["areas"]
    pairs = {tuple(each["areas"]): each for each in found["pairs"]}
    rows = [(f"**{_words(one)}**", *(_cell(pairs.get((one, other))) for other in areas[1:])) for one in areas[:-1]]
    yield table(("", *(_words(area) for area in areas[1:])), *rows)
    for pair in found["pairs"]:
        yield from _pair(pair)
    yield "\n### Every answer, and a small case that gets it"
    for each in found["outcomes"]:
        if each["reason"] not in MEANING:
            raise NoWords(each["reason"])
        yield f"\n{MEANING[each['reason']]} (`{each['status']}`, `{each['reason']}`): {each['answer']}."
        yield from _case(each)


def _cell(pair: dict[str, Any] | None) -> str:
    if pair is None:
        return ""
    if pair["together"]["answer"] == "never":
        return "never together"
    tie = {"possible": "can tie", "never": "never tie", "not decided": "tie not decided"}[pair["tie"]["answer"]]
    together = "together" if pair["together"]["answer"] == "possible" else "not decided"
    return f"{together}; {tie}"


def _pair(pair: dict[str, Any]) -> Iterator[str]:
    if pair["together"]["case"] is None:
        return
    one, other = map(_words, pair["areas"])
    yield f"\n### {one.capitalize()} and {other}\n\nTogether:"
    yield from _case(pair["together"])
    if pair["tie"]["case"] is None:
        yield f"\nIn a tie: {pair['tie']['answer']}."
        return
    yield "\nIn a tie:"
    yield from _case(pair["tie"])
    steps = list(pair["decides"])
    rest = ", and at no other" if pair["ties_complete"] else "; others were not decided"
    yield f"\nThey can tie at these outcomes of the steps{rest}:\n"
    rows = [tuple("met of both" if at[step] else "not met of either" for step in steps) for at in pair["ties_at"]]
    yield table(tuple(f"`{step}`" for step in steps), *rows)
    yield "\nWhat can end it, where all steps before are equal:\n"
    for step, areas in pair["decides"].items():
        told = " or ".join(map(_words, areas))
        yield f"- `{step}` {f'for {told}' if areas else 'for neither'}"
    if not pair["decides_complete"]:
        yield "\nWhether another step or area can decide was not found out for all."


def _case(told: dict[str, Any]) -> Iterator[str]:
    if told["case"] is not None:
        kept = {name: value for name, value in told["case"].items() if name != "schema_version"}
        if told["fewest"]:
            yield "\n*Fewest facts:*"
        yield f"\n```yaml\n{yaml.safe_dump(kept, sort_keys=False).rstrip() if kept else '{}  # an empty case'}\n```"
