"""Puts the library's reasoning beside what people said, point by point, once each has committed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from ipt_formulate.api import formulate, rulebase_for
from ipt_formulate.case.choices import Order
from ipt_formulate.errors import InputError, Problem
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.formulation.settings import Settings
from ipt_formulate.formulation.wording import capital
from ipt_formulate.practice.asking import asked_of, not_asked_of
from ipt_formulate.practice.attempt import Attempt, By, Mark, problems_of_attempt
from ipt_formulate.practice.contents import Comparison, Counts, PointCompared, focus_told, told
from ipt_formulate.practice.judging import focus_agrees, mark_agrees, order_agrees, orders_of, ring_agrees
from ipt_formulate.practice.teaching import NO_FOCUS, TeachingCase
from ipt_formulate.reasoning.pieces import span_in_words
from ipt_formulate.report.events import events_of
from ipt_formulate.report.rules import citation_in_words
from ipt_formulate.report.text import safety_section
from ipt_formulate.report.ties import ties_of
from ipt_formulate.vocabulary import AreaStatus, Evidence, FocusStatus, ProblemArea

Said = Mapping[By, Attempt]
NOT_PLACED: Final = "not placed"
_MARK_WORDS: Final = {Mark.PRESENT: "present", Mark.ABSENT: "absent", Mark.UNSURE: "not sure"}


def compare(teaching: TeachingCase, attempts: Sequence[Attempt]) -> Comparison:
    """The library's reasoning on what was known, beside each attempt.

    Args:
        teaching: the case.
        attempts: one from each person. In a staged case all must rest on the same questions.

    Returns:
        The comparison; where the recorded facts leave a point open, it is not counted for or against anybody.

    Raises:
        InputError: an attempt is not complete, or does not fit the case; ``problems`` lists every fault.

    Examples:
        >>> from ipt_formulate.practice.attempt import parse_attempt
        >>> from ipt_formulate.practice.files import shipped_teaching_cases
        >>> teaching = shipped_teaching_cases()["leonard-ptsd-grief-911"]
        >>> marks = {"grief": "present", "role_dispute": "unsure", "role_transition": "absent"}
        >>> attempt = {"case": teaching.name, "areas": {**marks, "interpersonal_deficits": "absent"}, "focus": "none"}
        >>> compared = compare(teaching, [parse_attempt(attempt)])
        >>> compared.counts["trainee"].agreed, compared.counts["trainee"].counted, compared.counts["trainee"].left_open
        (4, 4, 1)
    """
    said = _checked(teaching, attempts)
    first = attempts[0]
    formulation = formulate(teaching.known(first.sessions, first.asked), tradition=teaching.tradition)
    points = (*_areas(formulation, said), _focus(formulation, said), *_people(formulation, said), *_events(formulation, said))  # fmt: skip
    return Comparison(
        case=teaching.name,
        title=teaching.title,
        safety=told(safety_section(formulation.safety)),
        focus=focus_told(formulation),
        points=points,
        counts={by: _counted(points, by) for by in said},
        abstaining={by: _abstaining(formulation, each) for by, each in said.items()},
        asked=asked_of(teaching, first.asked),
        not_asked=not_asked_of(teaching, first, formulation),
        whole=focus_told(formulate(teaching.whole, tradition=teaching.tradition)) if teaching.staged else None,
        shows=teaching.shows,
        composer=_composer(teaching, formulation),
        teaching_points=_points(teaching, formulation),
    )


def _checked(teaching: TeachingCase, attempts: Sequence[Attempt]) -> Said:
    areas = tuple(rulebase_for(teaching.tradition, Settings(), None).areas)
    problems = [
        Problem(f"{each.by}: {found.where}" if len(attempts) > 1 else found.where, found.what, found.remedy)
        for each in attempts
        for found in problems_of_attempt(teaching, each, areas)
    ]
    if len({each.by for each in attempts}) < len(attempts) or not attempts:
        problems.append(Problem("attempts", "must be one from each person", "give each attempt once"))
    if len({(each.sessions, each.asked) for each in attempts}) > 1:
        what = "do not rest on the same questions"
        problems.append(Problem("attempts", what, "let all judge what was known after the same questions"))
    if problems:
        raise InputError(problems)
    return {each.by: each for each in attempts}


def _areas(formulation: Formulation, said: Said) -> Iterator[PointCompared]:
    for area, finding in formulation.areas.items():
        why, rules = _why(formulation, area)
        yield PointCompared(
            kind="area",
            id=area,
            topic=finding.title,
            said={by: _MARK_WORDS[each.areas[area]] for by, each in said.items()},
            library=finding.status.replace("_", " "),
            agree={by: mark_agrees(each.areas[area], finding.status) for by, each in said.items()},
            why=why,
            rules=rules,
        )


def _why(formulation: Formulation, area: ProblemArea) -> tuple[str, tuple[str, ...]]:
    """Why an area has its status, and the rules that decide."""
    finding = formulation.areas[area]
    if finding.status is not AreaStatus.SUPPORTED:
        found = formulation.why_not(area)
        return found.sentence, (found.deciding.rule,) if found.deciding else ()
    candidate = next(each for each in finding.candidates if each.status is AreaStatus.SUPPORTED)
    met = [each for each in candidate.evidence_for if each.kind is Evidence.CRITERION]
    sentence = f"{capital(candidate.candidate.name)}: {' '.join(each.sentence for each in met)}"
    return sentence, tuple(each.rule for each in met)


def _focus(formulation: Formulation, said: Said) -> PointCompared:
    focus = formulation.focus
    primary = focus.primary.area if focus.primary else None
    rivals = {each.focus for each in said.values()} - {NO_FOCUS, primary}
    why = [focus.sentence] + [formulation.contrast(primary, area).sentence for area in sorted(rivals) if primary]
    return PointCompared(
        kind="focus",
        id="focus",
        topic="Focus",
        said={by: _area_words(formulation, each.focus) for by, each in said.items()},
        library=_area_words(formulation, primary or NO_FOCUS),
        agree={by: focus_agrees(each.focus, formulation) for by, each in said.items()},
        why=" ".join(why),
    )


def _area_words(formulation: Formulation, area: str) -> str:
    return "none settled yet" if area == NO_FOCUS else formulation.areas[ProblemArea(area)].title.split(" (")[0]


def _people(formulation: Formulation, said: Said) -> Iterator[PointCompared]:
    assert formulation.case is not None, "it was formulated just now"
    for tie in ties_of(formulation.case):
        rings = {by: each.closeness.get(tie.id) for by, each in said.items()}
        if any(rings.values()):
            yield PointCompared(
                kind="person",
                id=tie.id,
                topic=capital(tie.name),
                said={by: NOT_PLACED if ring is None else f"ring {ring}" for by, ring in rings.items()},
                library=f"ring {span_in_words(tie.ring)}" if tie.ring_known else "not recorded",
                agree={by: ring_agrees(ring, tie.ring) for by, ring in rings.items()},
                why="; ".join(tie.words),
            )


def _events(formulation: Formulation, said: Said) -> Iterator[PointCompared]:
    case = formulation.case
    assert case is not None, "it was formulated just now"
    spans = {
        item.id: item.values["when.before_onset"]
        for name in ("deaths", "conflicts", "changes")
        for item in case.lowered.lists[name].items
    }
    for event in events_of(case):
        placed = {by: each.order.get(event.id) for by, each in said.items()}
        if any(placed.values()):
            orders = orders_of(spans[event.id])
            yield PointCompared(
                kind="event",
                id=event.id,
                topic=capital(event.name),
                said={by: f"{each} the onset" if each else NOT_PLACED for by, each in placed.items()},
                library=f"{' or '.join(orders)} the onset" if len(orders) < len(Order) else "not settled",
                agree={by: order_agrees(each, spans[event.id]) for by, each in placed.items()},
                why="; ".join(event.words),
            )


def _counted(points: Sequence[PointCompared], by: By) -> Counts:
    agree = [each.agree[by] for each in points if each.said[by] != NOT_PLACED]
    counted = [each for each in agree if each is not None]
    return Counts(agreed=sum(counted), counted=len(counted), left_open=len(agree) - len(counted))


def _abstaining(formulation: Formulation, attempt: Attempt) -> str:
    """Whether naming a focus, or none, kept to what was known."""
    settled = formulation.focus.status is FocusStatus.CHOSEN
    if attempt.focus == NO_FOCUS:
        if not settled:
            return "Naming no focus kept to what was known: the recorded facts settle none."
        return "No focus was named, and what was known settles one."
    if settled:
        return "A focus was named, and what was known settles one."
    if focus_agrees(attempt.focus, formulation) is False:
        return "A focus was named that what was known does not support, and what was known settles none."
    return "A focus was named before what was known settles one. It may turn out so; ask first what is still open."


def _composer(teaching: TeachingCase, formulation: Formulation) -> str:
    meant = "to leave the focus open" if teaching.shows == NO_FOCUS else f"to show {teaching.shows.replace('_', ' ')}"
    told = f"This case was composed {meant}." if teaching.origin == "composed" else _author(teaching)
    return f"{told} {teaching.note.strip()}" if teaching.note else told


def _author(teaching: TeachingCase) -> str:
    return f"The published author chose {teaching.shows.replace('_', ' ')}."


def _points(teaching: TeachingCase, formulation: Formulation) -> tuple[tuple[str, tuple[str, ...]], ...]:
    base = formulation.rulebase
    assert base is not None, "it was formulated just now"
    return tuple((each.text, tuple(citation_in_words(base, cited) for cited in each.citations)) for each in teaching.points)  # fmt: skip
