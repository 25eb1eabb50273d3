"""The formulation as text that could be read aloud: safety, focus, why, why not, not known, ask next, techniques."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ipt_formulate.formulation.contents import (
    AreaFinding,
    CandidateFinding,
    Certification,
    EvidenceItem,
    Provenance,
    Safety,
    Score,
)
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.report.section import BASIS, WIDTH, Line, Section
from ipt_formulate.report.techniques import technique_lines
from ipt_formulate.vocabulary import FocusStatus, ProblemArea


def to_text(formulation: Formulation, *, width: int = WIDTH) -> str:
    """The whole report as plain text.

    Args:
        formulation: what `formulate` returned.
        width: characters in a line.
    """
    return "\n\n".join(section.plain(width) for section in sections(formulation)) + "\n"


def sections(formulation: Formulation) -> tuple[Section, ...]:
    """The report section by section, safety always first."""
    in_view = areas_in_view(formulation)
    return (
        safety_section(formulation.safety),
        focus_section(formulation),
        *_near(formulation),
        Section("Why", tuple(_why(formulation, in_view)) or ((0, "", _nothing_in_view(formulation)),)),
        Section(
            "Why not the others", tuple(_why_not(formulation, in_view)) or ((0, "", "Every area is in view above."),)
        ),
        Section("Not known", tuple(_not_known(formulation, in_view))),
        *beside_sections(formulation),
        Section(
            "Ask next",
            tuple(
                (0, f"{number}.", f"{question.ask} (About {question.about}.)")
                for number, question in enumerate(formulation.questions, start=1)
            )
            or ((0, "", "Nothing that is open can change the focus."),),
        ),
        Section("Techniques", tuple(technique_lines(formulation.techniques))),
        provenance_section(formulation),
    )


def areas_in_view(formulation: Formulation) -> tuple[ProblemArea, ...]:
    """The areas that the focus names, first named first."""
    focus = formulation.focus
    chosen = [choice for choice in (focus.primary, focus.secondary) if choice] or [*focus.tied, *focus.leading]
    return tuple(choice.area for choice in chosen)


def safety_section(safety: Safety) -> Section:
    """The red flags, and what was not asked: the first section of every report about a person."""
    lines: list[Line] = []
    for flag in safety.flags:
        lines.append((0, "!", f"{flag.flag} ({flag.urgency.replace('_', ' ')}) [{flag.rule}]"))
        lines += [(1, "-", action) for action in flag.actions]
    if safety.not_yet_asked:
        lines.append((0, "", f"Not known, ask: {'; '.join(safety.not_yet_asked)}."))
    if not safety.flags:
        lines.append((0, "", "No red flag is met by what is recorded. That never means that there is no risk."))
    return Section("Safety", tuple(lines), urgent=bool(safety.flags))


def focus_section(formulation: Formulation) -> Section:
    """The focus in a sentence, and what is to be said with it."""
    focus = formulation.focus
    lines = [(0, "", focus.sentence)]
    if focus.holds:
        lines.append((0, "!", "Work on any focus waits for what is flagged above."))
    if focus.also_possible:
        lines.append(
            (
                0,
                "",
                f"Also possible, not settled: {'; '.join(f'{_title(choice.area)} ({choice.candidates[0].name})' for choice in focus.also_possible)}.",
            )
        )
    if focus.status is FocusStatus.CHOSEN and not focus.secondary:
        lines.append(
            (
                0,
                "",
                "No second area among what is recorded."
                if focus.secondary_settled
                else "A second area is not settled.",
            )
        )
    lines += [(0, "", link) for link in focus.links]
    if focus.residual_candidate:
        lines.append(
            (
                0,
                "",
                f"{_title(focus.residual_candidate.area).capitalize()} would be considered only if thorough inquiry finds no death, conflict or change.",
            )
        )
    if focus.open_inquiries:
        lines.append(
            (
                0,
                "",
                f"More may exist than is recorded: {'; '.join(f'{each.list} ({each.asked})' for each in focus.open_inquiries)}.",
            )
        )
    if focus.client:
        lines.append((0, "", focus.client.sentence))
    lines += [(0, "!", f"The record disagrees with itself at {each}.") for each in formulation.contradictions]
    return Section("Focus", tuple(lines))


def _near(formulation: Formulation) -> Iterator[Section]:
    """How near the focus is to changing; a formulation that has lost its case cannot tell."""
    if formulation.has_case:
        first, *others = formulation.robustness().lines()
        several = first.endswith(":")
        lines = [
            (0, "", first),
            *(
                (
                    0,
                    "-" if several and each.endswith(".") and not each.startswith(("So would", "No number")) else "",
                    each,
                )
                for each in others
            ),
        ]
        yield Section("How near it is to changing", tuple(lines))


def beside_sections(formulation: Formulation) -> Iterator[Section]:
    """Advice and modifiers, where there are any."""
    lines = [
        (0, "-", f"{each.about} {each.advice} [{each.kind}, {each.rule}{BASIS[each.assumption]}]")
        for each in formulation.advice
    ]
    lines += [
        (0, "", f"{each.sentence} [modifier, {each.rule}{BASIS[each.assumption]}]") for each in formulation.modifiers
    ]
    if lines:
        yield Section("Beside the focus", tuple(lines))
    if formulation.scores:
        yield Section(
            "Scores, which inform and never decide", tuple((0, "", _score(each)) for each in formulation.scores)
        )


def _score(score: Score) -> str:
    low, high = score.total
    total = str(low) if low == high else f"{low} to {high} ({score.items_missing} items missing or narrowed down)"
    band = f", {score.band}{BASIS[score.band_is_assumption]}" if score.band else ""
    prorated = f"; prorated {score.prorated}, for display only" if score.prorated is not None else ""
    return f"{score.title}: {total}{band}{prorated}. {score.informs}"


def _title(area: ProblemArea) -> str:
    return area.replace("_", " ")


def _why(formulation: Formulation, in_view: Iterable[ProblemArea]) -> Iterator[Line]:
    for area in in_view:
        for candidate in formulation.areas[area].candidates:
            yield (
                0,
                "",
                f"{_title(area).capitalize()}, {candidate.candidate.name}: {candidate.status.replace('_', ' ')}.",
            )
            yield from (
                (1, "", f"{each.sentence} [{each.rule}{BASIS[each.assumption]}]") for each in candidate.subtypes
            )
            yield from _evidence("+", candidate.evidence_for)
            yield from _evidence("-", candidate.evidence_against)


def _nothing_in_view(formulation: Formulation) -> str:
    return "No area is in view: see what to ask next." if formulation.questions else "No area is in view."


def _evidence(bullet: str, items: Iterable[EvidenceItem]) -> Iterator[Line]:
    for item in items:
        words = (
            item.sentence
            if item.verdict == "met"
            else f"Does not hold: {item.sentence[:1].lower()}{item.sentence[1:]}."
        )
        yield (1, bullet, f"{words} [{item.kind}, {item.rule}{BASIS[item.assumption]}]")


def _why_not(formulation: Formulation, in_view: tuple[ProblemArea, ...]) -> Iterator[Line]:
    for area, finding in formulation.areas.items():
        if area not in in_view:
            yield (0, "", f"{_title(area).capitalize()}: {finding.status.replace('_', ' ')}. {finding.reason}")
            yield from _candidates_not_in_view(finding)


def _candidates_not_in_view(finding: AreaFinding) -> Iterator[Line]:
    for candidate in finding.candidates:
        against = list(_evidence("-", candidate.evidence_against))
        if against or candidate.evidence_for:
            yield (1, "", f"{candidate.candidate.name}: {candidate.status.replace('_', ' ')}.")
            yield from ((2, bullet, text) for _, bullet, text in [*_evidence("+", candidate.evidence_for), *against])


def _not_known(formulation: Formulation, in_view: tuple[ProblemArea, ...]) -> Iterator[Line]:
    named = [candidate for area in in_view for candidate in formulation.areas[area].candidates]
    for candidate in named:
        if candidate.unknown:
            yield (0, "", f"{candidate.candidate.name}: {_unknown(candidate)}.")
    others = [
        _title(area)
        for area, finding in formulation.areas.items()
        if area not in in_view and finding.status == "undetermined"
    ]
    if others:
        yield (0, "", f"Not ruled out, for want of facts: {', '.join(others)}.")
    if not others and not any(candidate.unknown for candidate in named):
        about = "these candidates" if named else "what is recorded"
        yield (0, "", f"Everything the rules ask about {about} is known.")


def _unknown(candidate: CandidateFinding) -> str:
    return "; ".join(f"whether {item.sentence[:1].lower()}{item.sentence[1:]}" for item in candidate.unknown)


def provenance_section(formulation: Formulation) -> Section:
    """Intended use, what it is not for, and what it rests on."""
    made = formulation.provenance
    lines = [
        (0, "", formulation.intended_use),
        (0, "", f"Not for: {' '.join(formulation.not_for)}"),
        (
            0,
            "",
            f"Rule base {made.rulebase} {made.rulebase_version} ({made.rulebase_sha256[:12]}), tradition {made.tradition}, engine {made.engine}, library {made.library}. What is marked as an assumption rests, at least in part, on no source that was read.",
        ),
    ]
    if made.layers:
        parts = " and ".join(f"{each.name} {each.version} ({each.sha256[:12]})" for each in made.layers)
        lines.append((0, "", f"This rule base is made of {parts}."))
    if made.safety_floor:
        lines.append((0, "", f"Put in by the library, as no rule base can do without: {', '.join(made.safety_floor)}."))
    if made.site_parameters:
        told = "; ".join(_site_parameter(made, name) for name in made.site_parameters)
        lines.append((0, "", f"Left to the site, and in force here: {told}."))
    lines += _certification(made.certification)
    return Section("What this is", tuple(lines))


def _certification(found: Certification) -> Iterator[Line]:
    if not found.certified:
        yield (0, "", f"These rules are not certified: {found.why_not}.")
        return
    count = len(found.proved) + len(found.refuted) + len(found.not_decided)
    lists = ", ".join(f"{name} {length}" for name, length in found.longest_lists.items())
    yield (
        0,
        "",
        f"These rules are certified: {len(found.proved)} of {count} statements about every case are proved ({found.prover}; lists of any length, as those looked at are long enough: {lists}). It says what the rules do, not that they are right.",
    )
    yield from ((1, "-", f"Refuted: {each}") for each in found.refuted)
    yield from ((1, "-", f"Not decided: {each}") for each in found.not_decided)
    yield from ((1, "-", f"No promise, and not so of every rule: {each}") for each in found.noted)


def _site_parameter(made: Provenance, name: str) -> str:
    value = made.site_parameters[name]
    told = ", ".join(value) if isinstance(value, tuple) else value
    return f"{name} = {told} ({'set by the site' if name in made.settings.parameters else 'as the rule base has it'})"
