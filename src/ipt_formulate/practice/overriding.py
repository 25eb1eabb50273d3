"""A view that is held against the library's: exported as a teaching case, and as a proposal to change a rule.

The library's answer stays as it is. A rule changes because a source says so, so a proposal asks for one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import yaml

from ipt_formulate.api import formulate
from ipt_formulate.case.files import to_plain
from ipt_formulate.errors import InputError, Problem
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.practice.attempt import Attempt, Mark, Override
from ipt_formulate.practice.comparing import compare
from ipt_formulate.practice.contents import PointCompared
from ipt_formulate.practice.teaching import NO_FOCUS, Origin, TeachingCase
from ipt_formulate.report.rules import citation_in_words

MOST_OF_WHY: Final = 2500


def teaching_case_yaml(teaching: TeachingCase, attempt: Attempt) -> str:
    """The case as it was known, as a teaching case that shows what is held against the library.

    Args:
        teaching: the case that was practised on.
        attempt: an attempt with an override.

    Returns:
        The text of a file that `load_teaching_case` reads.

    Raises:
        InputError: the attempt has no override, or does not fit the case.
    """
    override, point, _ = _held(teaching, attempt)
    other = NO_FOCUS if attempt.focus == override.area else attempt.focus
    shows = override.area if override.says is Mark.PRESENT else other
    of = "" if teaching.origin is Origin.COMPOSED else f"Made of a published case whose author chose {_area(teaching.shows)}.\n"  # fmt: skip
    content: dict[str, Any] = {
        "teaching": 1,
        "title": f"{teaching.title[:100]} (seen otherwise)",
        "origin": str(Origin.COMPOSED),
        "grade": str(teaching.grade),
        "shows": str(shows),
        "tradition": teaching.tradition,
        "story": "\n\n".join([teaching.story.strip(), *_told(teaching, attempt)]) + "\n",
        "note": f"{of}The {attempt.by} holds that {_words(override)}: {override.reason.strip()}\n"
        f"The library says {point.library}: {_shortened(point.why)}",
        "case": to_plain(teaching.known(attempt.sessions, attempt.asked)),
    }
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110)


def rule_proposal_md(teaching: TeachingCase, attempt: Attempt) -> str:
    """A proposal to change a rule: what is held, what the library says, on which rules that rests, and what is missing.

    Args:
        teaching: the case that was practised on.
        attempt: an attempt with an override.

    Returns:
        Markdown. What a person or a case wrote stands in it as code, so that it is shown as it was written.

    Raises:
        InputError: the attempt has no override, or does not fit the case.
    """
    override, point, formulation = _held(teaching, attempt)
    provenance = formulation.provenance
    lines = [
        "# Proposal to change a rule",
        "",
        f"- Case: `{teaching.name}` ({teaching.origin}), school `{teaching.tradition}`",
        f"- Rule base: SHA-256 `{provenance.rulebase_sha256}`",
        f"- The library says of {point.topic.lower()}: **{point.library}**",
        f"- The {attempt.by} holds: **{override.says}**",
        "",
        "## Why, as it was written",
        "",
        *_code(override.reason),
        "",
        "## Why the library says so",
        "",
        *_code(point.why),
        "",
        "## The rules that decide",
        "",
        *(_rules(formulation, point) or ["No single rule decides; see the reasoning below."]),
        "",
        "## The reasoning, with the facts",
        "",
        *_code(str(formulation.why(override.area))),
        "",
        "## What is still to be filled in",
        "",
        "A rule changes because a source says so, never because one case would come out otherwise.",
        "",
        "1. Source, with the place in it:",
        "2. What it says there, in your own words:",
        "3. Which rule is to change, and how:",
        "4. A near miss: a case for which the changed rule must not hold:",
        "",
        "## The case, for the examples of the rule",
        "",
        *_code(yaml.safe_dump(to_plain(teaching.known(attempt.sessions, attempt.asked)), sort_keys=False, allow_unicode=True)),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _held(teaching: TeachingCase, attempt: Attempt) -> tuple[Override, PointCompared, Formulation]:
    if attempt.override is None:
        raise InputError([Problem("override", "is missing", "say which area is seen otherwise, and why")])
    override = attempt.override
    comparison = compare(teaching, [attempt])
    point = next(each for each in comparison.points if each.kind == "area" and each.id == override.area)
    case = teaching.known(attempt.sessions, attempt.asked)
    return override, point, formulate(case, tradition=teaching.tradition)


def _words(override: Override) -> str:
    return f"{_area(override.area)} is {override.says}"


def _area(name: str) -> str:
    return name.replace("_", " ")


def _shortened(text: str) -> str:
    """As much as a note has room for beside the reason; the case gives the whole again."""
    return text if len(text) <= MOST_OF_WHY else f"{text[: MOST_OF_WHY - 1]}…"


def _told(teaching: TeachingCase, attempt: Attempt) -> Iterator[str]:
    """What came out in the sessions of a staged case, so that the exported story tells all that its case records."""
    asks = {ask.id: ask for _, ask in teaching.asks()}
    yield from (stage.told.strip() for stage in teaching.stages[: attempt.sessions])
    yield from (f"{asks[each].ask} {asks[each].answer.strip()}" for each in attempt.asked)


def _rules(formulation: Formulation, point: PointCompared) -> list[str]:
    base = formulation.rulebase
    assert base is not None, "it was formulated just now"
    lines = []
    for each in point.rules:
        rule = base.rule(each)
        lines.append(f"- `{rule.id}` {rule.text.version} ({rule.text.status}): {rule.text.title}")
        lines += [f"    - {citation_in_words(base, cited)}" for cited in rule.text.citations]
    return lines


def _code(text: str) -> list[str]:
    """Text as a block of code, which no renderer reads as anything else."""
    return [f"    {line}".rstrip() for line in text.strip().splitlines()]
