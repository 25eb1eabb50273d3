"""What was committed over a sitting: rounds of attempts, and what a trainer collects of them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import Field, ValidationError

from ipt_formulate.case.faults import problems_of
from ipt_formulate.case.record import Record
from ipt_formulate.errors import InputError, Problem, silent
from ipt_formulate.practice.attempt import Attempt, By, Mark
from ipt_formulate.practice.comparing import compare
from ipt_formulate.practice.contents import Comparison, Counts
from ipt_formulate.practice.teaching import NO_FOCUS, TeachingCase
from ipt_formulate.vocabulary import ProblemArea

MOST_ROUNDS: Final = 200
_COLUMNS: Final = ("id", *map(str, ProblemArea), "focus")
_MARKS: Final = {Mark.PRESENT: "present", Mark.ABSENT: "absent", Mark.UNSURE: "unknown", None: ""}


class Session(Record):
    """The rounds of a sitting, in their order: of each, the attempts that were compared together."""

    rounds: tuple[tuple[Attempt, ...], ...] = Field(max_length=MOST_ROUNDS)


@silent
def parse_session(content: Any) -> Session:
    """A session from plain dictionaries and lists.

    Raises:
        InputError: the content is no session; ``problems`` lists every fault.
    """
    if not isinstance(content, Mapping):
        raise InputError([Problem("", "a session must be a mapping", "give rounds")])
    try:
        return Session.model_validate(dict(content))
    except ValidationError as error:
        raise InputError(problems_of(error, Session)) from None


def compared(session: Session, cases: Mapping[str, TeachingCase]) -> tuple[Comparison, ...]:
    """The comparison of each round.

    Raises:
        InputError: a round names no case, is of several, or does not fit its case; ``problems`` lists every fault.
    """
    found, problems = [], []
    for place, attempts in enumerate(session.rounds):
        try:
            found.append(compare(case_of(attempts, cases), attempts))
        except InputError as error:
            problems += [Problem(f"rounds[{place}] {each.where}", each.what, each.remedy) for each in error.problems]
    if problems:
        raise InputError(problems)
    return tuple(found)


def case_of(attempts: Sequence[Attempt], cases: Mapping[str, TeachingCase]) -> TeachingCase:
    """The one case of some attempts.

    Raises:
        InputError: there is none of that name, or they are of several.
    """
    names = {each.case for each in attempts}
    if len(names) != 1:
        raise InputError([Problem("case", "must be the same in all attempts of a round", "compare one case at a time")])
    (name,) = names
    if name not in cases:
        raise InputError([Problem("case", "is none of the cases here", "choose one of the list")])
    return cases[name]


def counted(comparisons: Sequence[Comparison]) -> Mapping[By, Counts]:
    """How often each person and the library agreed, over all rounds."""
    totals: dict[By, Counts] = {}
    for each in comparisons:
        for by, counts in each.counts.items():
            before = totals.get(by, Counts(agreed=0, counted=0, left_open=0))
            totals[by] = Counts(
                agreed=before.agreed + counts.agreed,
                counted=before.counted + counts.counted,
                left_open=before.left_open + counts.left_open,
            )
    return totals


def ratings_csv(session: Session, by: By, cases: Mapping[str, TeachingCase]) -> str:
    """One person's marks as a file of ratings, one row a case, as `ipt-formulate agreement` reads it.

    Of a case that was practised again, the first attempt counts: it alone was blind. *Not sure*, and *no focus settled
    yet*, are no answer there: they do not say that there is no area.

    Args:
        session: what was committed.
        by: whose marks.
        cases: the cases by the names under which they were practised; a row has the name of its file.

    Raises:
        InputError: a round is on a case that is not among them.
    """
    rows: dict[str, dict[str, str]] = {}
    for attempts in session.rounds:
        id_ = case_of(attempts, cases).name
        for each in attempts:
            if each.by is by and id_ not in rows:
                marks = {str(area): _MARKS[each.areas.get(area)] for area in ProblemArea}
                focus = "unknown" if each.focus == NO_FOCUS else each.focus
                rows[id_] = {"id": id_, **marks, "focus": focus}
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows.values())
    return text.getvalue()


def session_json(session: Session, cases: Mapping[str, TeachingCase]) -> str:
    """The session with the comparison of each round, as JSON.

    Raises:
        InputError: a round does not fit its case.
    """
    comparisons = compared(session, cases)
    content = {
        "session": 1,
        "rounds": [
            {
                "attempts": [each.model_dump(mode="json") for each in attempts],
                "comparison": comparison.model_dump(mode="json"),
            }
            for attempts, comparison in zip(session.rounds, comparisons, strict=True)
        ],
        "agreement": {by: counts.model_dump() for by, counts in counted(comparisons).items()},
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
