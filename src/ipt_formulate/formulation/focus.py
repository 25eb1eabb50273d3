"""The focus in words: what was selected, with its candidates named, and what stands beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Final, Literal, TypeAlias

from ipt_formulate.case.case import Case
from ipt_formulate.case.choices import Inquiry
from ipt_formulate.case.fields import ChoiceKind
from ipt_formulate.case.lowering import LoweredCase
from ipt_formulate.case.terms import CASE
from ipt_formulate.evaluation.findings import Findings
from ipt_formulate.formulation.contents import AreaChoice, Candidate, ClientChoice, Focus, OpenInquiry
from ipt_formulate.formulation.evidence import STATUS, candidate_id, items_of
from ipt_formulate.formulation.selection import Contender, Selection
from ipt_formulate.formulation.wording import Names, capital, listed
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.vocabulary import AreaStatus, FocusReason, FocusStatus, ProblemArea

ListName: TypeAlias = Literal["people", "deaths", "conflicts", "changes"]
LISTS: Final[tuple[ListName, ...]] = ("people", "deaths", "conflicts", "changes")
_INQUIRY = ChoiceKind(Inquiry)
_AT_LEAST_BRIEF: Final = _INQUIRY.mask([Inquiry.BRIEF, Inquiry.THOROUGH])
_THOROUGH: Final = _INQUIRY.mask([Inquiry.THOROUGH])
_TERMS: Final = tuple([(name, f"inventory.inquiry.{name}") for name in LISTS])
_ASKED_WORDS: Final = {_INQUIRY.mask([Inquiry.NOT]): "not asked", _INQUIRY.mask([Inquiry.BRIEF]): "only briefly asked"}


def _inquiries(case: LoweredCase) -> list[tuple[ListName, int]]:
    values = case.case.values
    return [(name, values[term]) for name, term in _TERMS]


@cache
def _open_inquiry(name: ListName, mask: int) -> OpenInquiry:
    return OpenInquiry.trusted(list=name, asked=_ASKED_WORDS.get(mask, "not recorded how it was asked"))


def asked_enough(case: LoweredCase) -> bool:
    """Whether each inquiry was surely at least brief."""
    return all(not mask & ~_AT_LEAST_BRIEF for _, mask in _inquiries(case))


def asked_thoroughly(case: LoweredCase) -> bool:
    """Whether every inquiry was surely thorough."""
    return all(mask == _THOROUGH for _, mask in _inquiries(case))


def describe_focus(
    base: RuleBase, findings: Findings, case: Case, selection: Selection, names: Names, holds: tuple[str, ...]
) -> Focus:
    """The focus of a formulation from what was selected."""
    return _Describing(base, findings, case, names).run(selection, holds)


class _Describing:
    def __init__(self, base: RuleBase, findings: Findings, case: Case, names: Names) -> None:
        self.base, self.findings, self.case, self.names = base, findings, case, names
        self.lowered = case.lowered

    def run(self, selection: Selection, holds: tuple[str, ...]) -> Focus:
        possible: dict[ProblemArea, list[Contender]] = {}
        for each in selection.possible:
            possible.setdefault(each.area, []).append(each)
        primary = self._choice(selection.primary) if selection.primary else None
        secondary = self._choice(selection.secondary) if selection.secondary else None
        leading, tied = self._choices(selection.leading), self._choices(selection.tied)
        return Focus.trusted(
            status=selection.status,
            reason=selection.reason,
            sentence=self._sentence(selection, primary, secondary, leading or tied),
            primary=primary,
            secondary=secondary,
            secondary_settled=selection.secondary_settled,
            leading=leading,
            also_possible=self._choices(selection.also_possible),
            tied=tied,
            possible=self._choices(possible.values()),
            residual_candidate=self._residual(),
            links=tuple(self._links(selection)),
            open_inquiries=tuple(
                [_open_inquiry(name, mask) for name, mask in _inquiries(self.lowered) if mask != _THOROUGH]
            ),
            holds=holds,
            client=self._client(),
        )

    def _choices(self, groups: Iterable[Sequence[Contender]]) -> tuple[AreaChoice, ...]:
        return tuple([self._choice(group) for group in groups])

    def _choice(self, group: Sequence[Contender]) -> AreaChoice:
        area = self.base.areas[group[0].area]
        items = items_of(self.lowered, area.candidates)
        named = [
            Candidate.trusted(
                id=candidate_id(area.candidates, items[each.index]), name=self.names.candidate(area, items[each.index])
            )
            for each in group
        ]
        return AreaChoice.trusted(area=area.id, candidates=tuple(named))

    def _residual(self) -> AreaChoice | None:
        """A residual area whose own criteria hold while it is still open whether another area comes first."""
        (verdicts,) = self.findings.rules[CASE]
        for area in self.base.areas.values():
            if area.residual and self.findings.areas[area.id] == 1:
                routes = self.base.area_rules[area.id].routes.values()
                if any(all(verdicts[self.base.place[rule.id]] == 2 for rule in criteria) for criteria in routes):
                    return self._choice([Contender(area.id, 0, True, (), ())])
        return None

    def _links(self, selection: Selection) -> Iterator[str]:
        """What arose from what, among what is possible: it shapes the statement and the pairing, never the rank."""
        effects = [
            (name, item)
            for name, items in (("conflicts", self.case.inventory.conflicts), ("changes", self.case.inventory.changes))
            for item in items
            if item.arose_from
        ]
        if not effects:
            return
        subjects: dict[str, str] = {}
        for area in self.base.areas.values():
            if area.candidates != CASE:
                subjects |= {
                    item.id: self.names.candidate(area, item) for item in items_of(self.lowered, area.candidates)
                }
        possible = {
            candidate_id(
                self.base.areas[each.area].candidates,
                items_of(self.lowered, self.base.areas[each.area].candidates)[each.index],
            )
            for each in selection.possible
        }
        for name, item in effects:
            if item.arose_from in subjects and f"{name}/{item.id}" in possible and item.id in subjects:
                cause, effect = subjects[item.arose_from], subjects[item.id]
                yield f"{capital(cause)} set off {effect}: which of the two is hotter now?"

    def _named(self, choice: AreaChoice) -> str:
        title = self.base.areas[choice.area].title.split(" (")[0].lower()
        return f"{title} ({choice.candidates[0].name})"

    def _sentence(
        self,
        selection: Selection,
        primary: AreaChoice | None,
        secondary: AreaChoice | None,
        several: Sequence[AreaChoice],
    ) -> str:
        if primary:
            second = f" Second: {self._named(secondary)}." if secondary else ""
            return f"The recorded facts support {self._named(primary)} as the focus.{second}"
        if selection.status is FocusStatus.TIE:
            tied = listed([self._named(choice) for choice in several])
            return f"The recorded facts support {tied} equally. {self._view()}"
        if selection.status is FocusStatus.PROVISIONAL:
            leading = listed([self._named(choice) for choice in several])
            first = f"Nothing is settled yet. What is recorded points first to {leading}: {_WHY_OPEN[selection.reason]}"
            more = len({each.area for each in selection.possible}) > 1
            return f"{first} {self._view()}" if more else first
        if selection.reason is FocusReason.NOTHING_FOUND:
            return "Everything was asked thoroughly, and none of the problem areas is supported by what was found."
        return "Not enough is known to propose a focus. See what to ask first."

    def _client(self) -> ClientChoice | None:
        """What the client answered to the offer, beside what the recorded facts say of it."""
        response = self.case.assessment.response
        if response.answer is None or response.answer == "asked_unknown":
            return None
        answer = str(response.answer) if isinstance(response.answer, str) else "not clear"
        chosen = response.chosen if isinstance(response.chosen, ProblemArea) else None
        told = f"The client's answer to the offer: {answer}."
        if chosen is None:
            sentence = f"{told} No area is recorded as chosen together."
            return ClientChoice.trusted(answer=answer, chosen=None, recorded_facts=None, sentence=sentence)
        status = STATUS[self.findings.areas[chosen]] if chosen in self.findings.areas else AreaStatus.NOT_SUPPORTED
        title, refused = chosen.replace("_", " "), response.answer == "refused"
        wish = f"The client would rather work on {title}" if refused else f"Chosen with the client: {title}"
        sentence = f"{told} {wish}; {_FACTS[status]}."
        return ClientChoice.trusted(answer=answer, chosen=chosen, recorded_facts=status, sentence=sentence)

    def _view(self) -> str:
        """What the client finds pressing and workable: asked at a tie or while nothing is settled."""
        view = self.case.assessment.client_view
        told = [
            f"{words} {area.replace('_', ' ')}"
            for words, area in (("most pressing is", view.most_pressing), ("workable now is", view.feels_workable))
            if isinstance(area, ProblemArea)
        ]
        if told:
            return f"As the client sees it, {' and '.join(told)}."
        return "Ask the client which is more pressing, and which feels workable in the time there is."


_FACTS: Final = {
    AreaStatus.SUPPORTED: "the recorded facts support it",
    AreaStatus.UNDETERMINED: "the recorded facts do not settle it",
    AreaStatus.NOT_SUPPORTED: "the recorded facts do not support it",
}
_WHY_OPEN: Final = {
    FocusReason.SEVERAL_AREAS_POSSIBLE: "what is not yet known can still change the order.",
    FocusReason.NOT_YET_SUPPORTED: "its criteria are not yet all known to hold.",
    FocusReason.INQUIRY_NOT_MADE: "not every list of the inventory has been asked about.",
}
