"""The columns that come out, and the same columns from the formulation of one case.

| column | what it holds |
| --- | --- |
| ``id`` | the name of the row, as it came in |
| ``problem`` | why the row is no valid case, with its path; null for a case. All other columns are then null |
| ``focus_status``, ``focus_reason`` | ``chosen``, ``tie``, ``provisional`` or ``abstained``, and why |
| ``focus_primary``, ``focus_primary_item`` | the chosen area, and the place of its best candidate in its list, from 0 |
| ``focus_secondary``, ``focus_secondary_item`` | the second area, likewise |
| ``focus_secondary_settled`` | whether it is settled that there is this second area, or none |
| ``focus_leading``, ``focus_also_possible``, ``focus_tied``, ``focus_possible`` | areas, joined by ``|``; null for none |
| ``focus_residual`` | the area that would be considered only if a thorough inquiry finds nothing else |
| ``open_inquiries`` | the lists that were not thoroughly asked about, joined by ``|``; null for none |
| ``area_…`` | the status of each area: ``supported``, ``undetermined`` or ``not_supported`` |
| ``safety_holds_focus`` | whether a safety rule for which work on a focus waits is met: ``met``, ``unknown``, ``not_met`` |
| ``safety_most_urgent`` | the urgency of the most urgent safety rule that is met. Null never means that all is well |
| ``safety_not_yet_asked`` | how many safety topics were not yet asked about |
| a rule's id | ``met``, ``unknown`` or ``not_met``; of a rule about the items of a list, whether some item meets it |

A rule about items is ``not_met`` only where the list is complete, since an item that nobody recorded might meet it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pyarrow as pa

from ipt_formulate.case.case import Case
from ipt_formulate.case.terms import CASE, LIST_MODELS
from ipt_formulate.evaluation import reference
from ipt_formulate.evaluation.findings import Findings
from ipt_formulate.formulation.contents import AreaChoice
from ipt_formulate.formulation.evidence import STATUS, WORD
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.release import VERSION
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.vocabulary import FocusReason, FocusStatus, Urgency

RESULT_OF: Final = b"ipt_formulate.rulebase_sha256"
"""What the schema of results says of itself, and that of cases does not: the rule base they came from."""
OUTCOME: Final = pa.dictionary(pa.int8(), pa.string())
VERDICTS: Final = WORD
AREA_STATUSES: Final = tuple(map(str, STATUS))
URGENCIES: Final = tuple(map(str, Urgency))
LISTS: Final = tuple(LIST_MODELS)


def words_of(base: RuleBase) -> dict[str, tuple[str, ...]]:
    """For each dictionary-encoded column but those of the rules, its words in the order of their codes."""
    areas = tuple(map(str, base.areas))
    sets = several(areas)
    return {
        "focus_status": tuple(map(str, FocusStatus)),
        "focus_reason": tuple(map(str, FocusReason)),
        "focus_primary": areas,
        "focus_secondary": areas,
        "focus_leading": sets,
        "focus_also_possible": sets,
        "focus_tied": sets,
        "focus_possible": sets,
        "focus_residual": areas,
        "open_inquiries": several(LISTS),
        **{f"area_{area}": AREA_STATUSES for area in areas},
        "safety_holds_focus": VERDICTS,
        "safety_most_urgent": URGENCIES,
    }


def several(names: tuple[str, ...]) -> tuple[str, ...]:
    """Every set of some names, joined; the place of a set is the number whose bits are its members."""
    return tuple(
        "|".join(name for place, name in enumerate(names) if number >> place & 1) for number in range(1 << len(names))
    )


def result_schema(base: RuleBase) -> pa.Schema:
    """The schema of what `evaluate_batch` gives for a rule base as a tradition uses it."""
    plain = {
        "id": pa.string(),
        "problem": pa.string(),
        "focus_primary_item": pa.int16(),
        "focus_secondary_item": pa.int16(),
        "focus_secondary_settled": pa.bool_(),
        "safety_not_yet_asked": pa.int16(),
    }
    # fmt: off
    names = [
        "id", "problem", "focus_status", "focus_reason", "focus_primary", "focus_primary_item", "focus_secondary",
        "focus_secondary_item", "focus_secondary_settled", "focus_leading", "focus_also_possible", "focus_tied",
        "focus_possible", "focus_residual", "open_inquiries", *(f"area_{area}" for area in base.areas),
        "safety_holds_focus", "safety_most_urgent", "safety_not_yet_asked",
    ]
    # fmt: on
    names += rule_ids(base)
    metadata = {
        "ipt_formulate.version": VERSION,
        "ipt_formulate.rulebase": base.name,
        RESULT_OF.decode(): base.sha256,
        "ipt_formulate.tradition": base.tradition,
    }
    return pa.schema([pa.field(name, plain.get(name, OUTCOME)) for name in names], metadata=metadata)


def rule_ids(base: RuleBase) -> tuple[str, ...]:
    """The rules that have a column: all but those of selection, which compare candidates and have no verdict on a case."""
    placed = {rule.id for rules in base.by_scope.values() for rule in rules}
    return tuple(rule for rule in base.rules if rule in placed)


def row_of(base: RuleBase, case: Case, formulation: Formulation, findings: Findings | None = None) -> dict[str, Any]:
    """The columns of one case, but ``id`` and ``problem``, taken from its formulation.

    Args:
        base: the rule base as its tradition uses it.
        case: the case.
        formulation: what `formulate` gives for it.
        findings: what an engine found of it; those of the reference if left out.
    """
    findings = findings or reference.derive(base, case.lowered)
    focus, safety = formulation.focus, formulation.safety
    holding = [findings.rules[CASE][0][base.place[rule.id]] for rule in base.safety if rule.then.holds_focus]
    return {
        "focus_status": str(focus.status),
        "focus_reason": str(focus.reason),
        "focus_primary": _area(focus.primary),
        "focus_primary_item": _place(case, focus.primary),
        "focus_secondary": _area(focus.secondary),
        "focus_secondary_item": _place(case, focus.secondary),
        "focus_secondary_settled": focus.secondary_settled,
        "focus_leading": _areas(focus.leading),
        "focus_also_possible": _areas(focus.also_possible),
        "focus_tied": _areas(focus.tied),
        "focus_possible": _areas(focus.possible),
        "focus_residual": _area(focus.residual_candidate),
        "open_inquiries": "|".join(each.list for each in focus.open_inquiries) or None,
        **{f"area_{area}": str(found.status) for area, found in formulation.areas.items()},
        "safety_holds_focus": "met" if focus.holds else WORD[max(holding, default=0)],
        "safety_most_urgent": str(safety.flags[0].urgency) if safety.flags else None,
        "safety_not_yet_asked": len(safety.not_yet_asked),
        **_verdicts(base, case, findings),
    }


def _verdicts(base: RuleBase, case: Case, findings: Findings) -> Mapping[str, str]:
    found = {}
    for rule in rule_ids(base):
        scope, place = base.rules[rule].scope, base.place[rule]
        verdict = max((row[place] for row in findings.rules[scope]), default=0)
        unrecorded = scope != CASE and not case.lowered.lists[scope].complete
        found[rule] = WORD[max(verdict, 1) if unrecorded else verdict]
    return found


def _area(choice: AreaChoice | None) -> str | None:
    return None if choice is None else str(choice.area)


def _areas(choices: tuple[AreaChoice, ...]) -> str | None:
    return "|".join(str(choice.area) for choice in choices) or None


def _place(case: Case, choice: AreaChoice | None) -> int | None:
    name, _, item = choice.candidates[0].id.partition("/") if choice is not None else ("", "", "")
    return [each.id for each in case.lowered.lists[name].items].index(item) if item else None
