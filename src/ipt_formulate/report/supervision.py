"""The supervision sheet: one A4 page from two dates of a case, and one question for the supervisor.

Everything on it is bounded, so that it stays one page for every case; what is left out is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from ipt_formulate.case.case import Case
from ipt_formulate.errors import CaseNeeded
from ipt_formulate.formulation.contents import EvidenceItem
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.formulation.wording import capital, listed
from ipt_formulate.reasoning.since import Since, changes_since
from ipt_formulate.report.measuring import wrap
from ipt_formulate.report.section import Line, Section
from ipt_formulate.report.text import areas_in_view
from ipt_formulate.rulebase.rulebase import RuleBase

WIDTH: Final = 56.0
"""How much of the page a line fills, in em of its letters."""
MOST: Final = {"flags": 4, "recorded": 4, "changed": 4, "withdrawn": 2, "evidence": 3, "questions": 3}
"""How many of each the page has room for."""


def supervision_sections(earlier: Formulation, later: Formulation) -> tuple[Section, ...]:
    """The sheet section by section: safety, what changed, whether the focus still holds, what remains, one question.

    The question for the supervisor is chosen by the first of these that is so: a red flag is met; the areas named are
    others than before; the client has not agreed to a focus that is named; a question is open that can change the
    focus; else it asks what would show that the focus does not hold. The sheet says which it was.

    Args:
        earlier: what `formulate` returned for the case as it was recorded first.
        later: the same for the case as it is recorded now, by the same rules.

    Raises:
        CaseNeeded: one of them was read back from JSON.

    Examples:
        >>> from ipt_formulate import example, formulate
        >>> case = example("mrs-e-late-life-widow")
        >>> later = case.with_("inventory.inquiry.conflicts", "thorough")
        >>> for section in supervision_sections(formulate(case), formulate(later))[1:2]:
        ...     print(section.plain())
        WHAT CHANGED
          Newly recorded:
            - inquiry conflicts: thorough
    """
    if earlier.case is None or later.case is None or later.rulebase is None:
        raise CaseNeeded("a supervision sheet needs both cases: formulate them again with this library")
    return (
        Section("Safety", tuple(_safety(earlier, later)), urgent=bool(later.safety.flags)),
        Section("What changed", tuple(_changed(later.rulebase, earlier.case, later.case))),
        Section("Does the focus still hold?", tuple(_focus(earlier, later))),
        Section("What remains unasked", tuple(_unasked(later))),
        Section("One question for the supervisor", tuple(_question(earlier, later))),
        Section("What this is", ((0, "", _clipped(f"{_dates(earlier.case, later.case)} {later.intended_use}", 3)),)),
    )


def supervision_to_html(earlier: Formulation, later: Formulation) -> str:
    """The sheet as a page that prints on one side of A4; arguments and errors as for `supervision_sections`."""
    from ipt_formulate.report.pages import template  # only a page needs the template engine

    sections = supervision_sections(earlier, later)
    return template("supervision.html").render(title="Supervision sheet", sections=sections)


def _clipped(words: str, lines: int = 2) -> str:
    """Words that take no more lines of the page; what is cut ends in an ellipsis."""
    return " ".join(wrap(words, WIDTH, lines).lines)


def _bounded(name: str, words: Sequence[str], depth: int = 0, lines: int = 1) -> Iterator[Line]:
    """As many as there is room for, and how many more there are."""
    most = MOST[name]
    yield from ((depth, "-", _clipped(each, lines)) for each in words[:most])
    if len(words) > most:
        yield (depth, "", f"and {len(words) - most} more")


def _safety(earlier: Formulation, later: Formulation) -> Iterator[Line]:
    before, now = ({flag.rule for flag in each.safety.flags} for each in (earlier, later))
    flags = [f"{flag.flag}{'' if flag.rule in before else ' (new)'}" for flag in later.safety.flags]
    yield from ((depth, bullet and "!", words) for depth, bullet, words in _bounded("flags", flags))
    gone = [flag.flag.rstrip(".") for flag in earlier.safety.flags if flag.rule not in now]
    if gone:
        yield (
            0,
            "!",
            _clipped(f"No longer met by what is recorded, which may mean not asked again: {'; '.join(gone)}."),
        )
    if not flags:
        yield (0, "", "No red flag is met by what is recorded. That never means that there is no risk.")
    if later.safety.not_yet_asked:
        yield (0, "", _clipped(f"Not known, ask: {'; '.join(later.safety.not_yet_asked)}.", 6))


def _changed(base: RuleBase, earlier: Case, later: Case) -> Iterator[Line]:
    found = changes_since(base, earlier, later)
    kinds: dict[str, tuple[str, list[Since]]] = {
        "recorded": ("Newly recorded", [each for each in found if each.before is None]),
        "changed": ("Recorded otherwise", [each for each in found if None not in (each.before, each.after)]),
        "withdrawn": ("No longer recorded", [each for each in found if each.after is None]),
    }
    for name, (words, differences) in kinds.items():
        if differences:
            yield (0, "", f"{words}:")
            yield from _bounded(name, [_difference(each) for each in differences], 1)
    if not found:
        yield (0, "", "Nothing: both dates record the same.")


def _difference(difference: Since) -> str:
    """A difference in which no name takes the room of what is told of it."""
    return str(replace(difference, about=" ".join(wrap(difference.about, WIDTH / 2, 1).lines)))


def _focus(earlier: Formulation, later: Formulation) -> Iterator[Line]:
    yield (0, "", _clipped(f"Then: {earlier.focus.sentence}", 2))
    yield (0, "", _clipped(f"Now: {later.focus.sentence}", 3))
    then, now = areas_in_view(earlier), areas_in_view(later)
    same, settled = then == now, earlier.focus.status == later.focus.status
    if same and settled:
        yield (0, "", "It holds: the same areas, as far settled as then." if now else "No area was named, and none is.")
    elif same:
        yield (0, "", f"The same areas, otherwise settled: {earlier.focus.status} then, {later.focus.status} now.")
    else:
        yield (0, "", "It does not hold as it was: other areas are named, or in another order.")
    if not same and now and then and then[0] != now[0]:
        yield (0, "", _clipped(f"What decides now: {later.contrast(now[0], then[0]).sentence}", 2))
    weighs = [*_weighs(earlier, later, "now"), *_weighs(later, earlier, "no longer")]
    yield from _bounded("evidence", weighs)
    if later.focus.client:
        yield (0, "", _clipped(later.focus.client.sentence))


def _weighs(one: Formulation, other: Formulation, when: str) -> Iterator[str]:
    """What the rules find in one of two and not in the other, of the areas that either names."""
    areas = dict.fromkeys([*areas_in_view(one), *areas_in_view(other)])
    before = {(area, *each[:2]) for area in areas for each in _evidence(one, area)}
    for area in areas:
        for candidate, rule, item in _evidence(other, area):
            if (area, candidate, rule) not in before:
                speaks = "against" if item.kind in ("against", "excludes") else "for"
                yield f"{capital(when)} {speaks} {area.replace('_', ' ')}: {item.sentence}"


def _evidence(formulation: Formulation, area: object) -> Iterator[tuple[str, str, EvidenceItem]]:
    finding = {str(name): each for name, each in formulation.areas.items()}.get(str(area))
    for candidate in finding.candidates if finding else ():
        for item in (*candidate.evidence_for, *candidate.evidence_against):
            if item.verdict == "met":
                yield candidate.candidate.id, item.rule, item


def _unasked(later: Formulation) -> Iterator[Line]:
    asks = [f"{each.ask} (About {each.about}.)" for each in later.questions]
    yield from _bounded("questions", asks, lines=2)
    lists = [f"{each.list} ({each.asked})" for each in later.focus.open_inquiries]
    if lists:
        yield (0, "", _clipped(f"More may exist than is recorded: {'; '.join(lists)}."))
    if not asks:
        yield (0, "", "Nothing that is open can change the focus.")


def _question(earlier: Formulation, later: Formulation) -> Iterator[Line]:
    ask, because = _asked(earlier, later)
    yield (0, "", _clipped(ask, 3))
    yield (0, "", _clipped(f"Chosen since {because}."))


def _asked(earlier: Formulation, later: Formulation) -> tuple[str, str]:
    """The question for the supervisor, and which of the rules chose it."""
    then, now, client = areas_in_view(earlier), areas_in_view(later), later.focus.client
    if later.safety.flags:
        flag = later.safety.flags[0]
        return f"Is enough done for safety? {flag.flag} {_first(flag.actions)}", "a red flag is met"
    names = [listed([area.replace("_", " ") for area in each]) if each else "no area" for each in (now, then)]
    if then != now:
        return f"Do I follow the record from {names[1]} to {names[0]}, and how do I tell the client?", (
            "the areas named are others than before, or in another order"
        )
    if now and (client is None or client.answer not in ("agreed", "edited")):
        return f"How do I offer {names[0]} so that the client can say no?", (
            "an area is named, and no agreement of the client is recorded"
        )
    if later.questions:
        return f"How do I ask this? {later.questions[0].ask}", "it is the open question that settles most"
    return f"What would show us that {names[0]} is not the focus?", "nothing that is open can change the focus"


def _first(actions: Iterable[str]) -> str:
    return next((f"First: {each}" for each in actions), "")


def _dates(earlier: Case, later: Case) -> str:
    told = [case.assessment.date.isoformat() if case.assessment.date else "not dated" for case in (earlier, later)]
    return f"Then: {told[0]}; now: {told[1]}. Times are compared as they were recorded, each from its own date."
