"""The report as it is read: nothing assumed passes for a fact, and no section contradicts another."""

from __future__ import annotations

import ipt_formulate as ipt
from ipt_formulate.report.text import sections, to_text

THOROUGH = dict.fromkeys(("people", "deaths", "conflicts", "changes"), "thorough")


def test_a_subtype_is_told_with_its_rule_and_marked_where_it_is_an_assumption() -> None:
    formulation = ipt.formulate(ipt.example("barbara-ravitz-casebook"))
    found = [
        each for area in formulation.areas.values() for candidate in area.candidates for each in candidate.subtypes
    ]
    assert ("role_transition.situational", "situational", True) in {
        (each.rule, each.subtype, each.assumption) for each in found
    }
    text = " ".join(to_text(formulation).split())
    assert (
        "Kind of transition: situational (stopped work). [role_transition.situational, in part an assumption]" in text
    )
    assert ipt.Formulation.model_validate_json(formulation.model_dump_json()) == formulation


def test_why_sends_to_the_questions_only_where_there_are_some() -> None:
    nothing_known = ipt.formulate(ipt.Case())
    ten_days_ago = {"kind": "person", "role": "parent", "when": "10d"}
    nothing_open = ipt.formulate(
        ipt.parse_case(
            {
                "assessment": {"episode": {"onset": "4mo", "worsenings": []}},
                "inventory": {
                    "inquiry": THOROUGH,
                    "deaths": [ten_days_ago],
                    "pattern": {
                        "lifelong_difficulty": False,
                        "close_ties_before": "several",
                        "isolation_began": "not_isolated",
                    },
                },
            }
        )
    )
    for formulation, why in (
        (nothing_known, "No area is in view: see what to ask next."),
        (nothing_open, "No area is in view."),
    ):
        (told,) = [section.lines for section in sections(formulation) if section.title == "Why"]
        assert told == ((0, "", why),)
        assert bool(formulation.questions) == ("ask" in why)
