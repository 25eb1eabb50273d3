"""A plan of treatment as text: safety, focus, the statement in both wordings, goals, sessions, what to do without gain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal

from ipt_formulate.course.contents import Goal, Plan, PlannedSession, PlannedTechnique, Task, Wait
from ipt_formulate.formulation.wording import capital, listed
from ipt_formulate.report.section import Line, Section
from ipt_formulate.report.text import safety_section
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.vocabulary import AreaStatus, Gate, Phase

_STATUS: Final = {
    Gate.OFFERED: "now",
    Gate.CAUTION: "with caution",
    Gate.HELD_UNTIL_AGREED: "once the client agrees",
    Gate.HELD_UNTIL_ASKED: "ask first",
    Gate.BLOCKED: "blocked",
}
_FACTS: Final = {
    None: "it is no area of this tradition",
    AreaStatus.SUPPORTED: "the recorded facts support it",
    AreaStatus.UNDETERMINED: "the recorded facts do not settle it",
    AreaStatus.NOT_SUPPORTED: "the recorded facts do not support it",
}
_ASSUMPTION: Final = " [in part an assumption]"


def plan_sections(plan: Plan, *, reader: Literal["clinician", "client"] = "clinician") -> tuple[Section, ...]:
    """A plan section by section, safety first; for the client, in words for the client and without what is the
    therapist's to weigh.

    Args:
        plan: what `plan` returned.
        reader: for whom it is.
    """
    if reader == "client":
        return tuple(_for_client(plan))
    return (
        safety_section(plan.safety),
        *course_sections(plan),
        Section("Techniques, in order of fit", tuple(_techniques(plan.techniques, plan.blocked))),
        _rests_on(plan),
    )


def course_sections(plan: Plan) -> tuple[Section, ...]:
    """What is of the course alone: what to offer, goals, the sessions phase by phase, what to consider without gain."""
    return (
        _course(plan),
        Section("What to offer", tuple((0, "", part.clinician) for part in plan.statement.parts)),
        Section("In words for the client", ((0, "", plan.statement.words_for("client")),)),
        Section("Goals to choose from", tuple(_goals(plan.goals)) or ((0, "", "None before there is a focus."),)),
        *_sessions(plan),
        Section(
            f"If there is no gain by session {plan.review_at}",
            tuple((0, "-", f"{each.do}{_ASSUMPTION * each.assumption}") for each in plan.if_no_gain),
        ),
    )


def _course(plan: Plan) -> Section:
    every = "every week" if plan.every_days == 7 else f"every {plan.every_days} days"
    lines: list[Line] = [(0, "", f"{plan.title}: {len(plan.sessions)} sessions, {every}.")]
    lines += [(0, "", each) for each in plan.says]
    for each in plan.focus:
        about = f" ({each.about})" if each.about else ""
        how = "chosen with the client" if each.chosen_by_client else "settled" if each.settled else "provisional"
        lines.append(
            (0, "", f"Focus: {each.title.split(' (')[0]}{about}. {capital(how)}; {_FACTS[each.recorded_facts]}.")
        )
    if plan.client:
        lines.append((0, "", plan.client.sentence))
    lines += _waits(plan.waits)
    lines.append((0, "", f"Agree on the focus by session {plan.agreed_by}."))
    return Section("Course", tuple(lines))


def _waits(waits: Sequence[Wait]) -> Iterator[Line]:
    for each in waits:
        rule = f" [{each.rule}]" if each.rule else ""
        yield (0, "!", f"The middle phase waits. {each.reason}{rule}")
        yield from ((1, "-", first) for first in each.first)


def _goals(goals: Sequence[Goal]) -> Iterator[Line]:
    for each in goals:
        status = "" if each.technique_status is None else f", {_STATUS[each.technique_status]}"
        yield (0, "-", f"{each.problem} {each.goal} [{each.technique}{status}]")
        yield (1, "", f"Seen by: {each.seen_by}{_ASSUMPTION * each.assumption}")


def _sessions(plan: Plan) -> Iterator[Section]:
    if plan.before:
        yield Section("Before the first session", tuple(_tasks(plan.before)))
    for phase, sessions in plan.phases():
        lines: list[Line] = []
        if sessions[0].waits:
            waits = "; ".join(each.reason.rstrip(".") for each in sessions[0].waits)
            lines.append((0, "!", f"Not begun: {waits}."))
        common = _common(sessions)
        if common:
            lines.append((0, "", "At every session:"))
            lines += [(1, bullet, text) for _, bullet, text in _tasks(common)]
        for session in sessions:
            lines += _session(session, common)
        yield Section(f"{_PHASES[phase]}, {_numbers(sessions)}", tuple(lines))


def _common(sessions: Sequence[PlannedSession]) -> tuple[Task, ...]:
    """What is done in each of several sessions, told once."""
    if len(sessions) == 1:
        return ()
    return tuple(task for task in sessions[0].tasks if all(task in session.tasks for session in sessions))


_PHASES: Final = {
    Phase.INITIAL: "Initial phase",
    Phase.MIDDLE: "Middle phase",
    Phase.TERMINATION: "Termination",
    Phase.MAINTENANCE: "Maintenance",
}


def _session(session: PlannedSession, common: Sequence[Task]) -> Iterator[Line]:
    """What belongs to one session alone; nothing where that is nothing."""
    own = tuple(task for task in session.tasks if task not in common)
    titles = [shipped_rulebase().instruments[each].title for each in session.measures_due]
    due = f" Measures due: {listed(titles)}." if titles else ""
    if own or due:
        yield (0, "", f"Session {session.number}{', with a review' if session.review else ''}.{due}")
        yield from ((1, bullet, text) for _, bullet, text in _tasks(own))


def _tasks(tasks: Sequence[Task]) -> Iterator[Line]:
    for each in tasks:
        rule = f" [{each.rule}]" if each.rule else ""
        yield (0, "!" if each.rule else "-", f"{each.do}{rule}{_ASSUMPTION * each.assumption}")


def _numbers(sessions: Sequence[PlannedSession]) -> str:
    first, last = sessions[0].number, sessions[-1].number
    return f"session {first}" if first == last else f"sessions {first} to {last}"


def _techniques(techniques: Sequence[PlannedTechnique], blocked: Sequence[PlannedTechnique]) -> Iterator[Line]:
    for each in techniques:
        yield (0, "-", f"{each.title}: {_STATUS[each.status]}. {each.card.aim} [{each.technique}]")
    for each in blocked:
        yield (0, "!", f"Not: {each.title}. {' '.join(each.first)} [{each.technique}]")
    reasons = dict.fromkeys(reason for each in techniques if not each.status.usable_now for reason in each.first)
    if reasons:
        yield (0, "", "What comes before those that wait:")
        yield from ((1, "-", each) for each in reasons)


def _rests_on(plan: Plan) -> Section:
    lines: list[Line] = [(0, "", plan.intended_use)]
    lines += [(0, "", each) for each in plan.limits]
    lines.append((0, "", f"Statement after: {'; '.join(plan.statement.sources)}."))
    hashes = f"rule base {plan.rulebase_sha256[:12]}, course {plan.course_sha256[:12]}"
    lines.append(
        (0, "", f"{capital(hashes)}, tradition {plan.tradition}. Every source: ipt-formulate plan CASE --json.")
    )
    return Section("What this rests on", tuple(lines))


def _for_client(plan: Plan) -> Iterator[Section]:
    """What client and therapist look at together: no safety, no rule, no status; the therapist looks at those first."""
    yield Section("What we have talked about", ((0, "", plan.statement.words_for("client")),))
    if plan.goals:
        yield Section("What we could aim for", tuple((0, "-", each.client) for each in plan.goals))
    for phase, sessions in plan.phases():
        told = dict.fromkeys(task.client for each in sessions for task in each.tasks if task.client)
        yield Section(f"{_FOR_CLIENT[phase]}, {_numbers(sessions)}", tuple((0, "-", each) for each in told))


_FOR_CLIENT: Final = {
    Phase.INITIAL: "At the beginning",
    Phase.MIDDLE: "In the middle",
    Phase.TERMINATION: "At the end",
    Phase.MAINTENANCE: "In between",
}
