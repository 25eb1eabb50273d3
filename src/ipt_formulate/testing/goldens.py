"""What is stored of the formulation of a published case, and compared when rules change."""

from __future__ import annotations

import json

from ipt_formulate.formulation.model import Formulation
from ipt_formulate.report.text import sections


def summary(formulation: Formulation) -> str:
    """What a reviewer reads first: statuses, not words. Provenance is left out, since every rule edit changes it."""
    full = formulation.model_dump(mode="json", include={"focus", "areas", "safety", "techniques", "contradictions"})
    kept = {
        "focus": full["focus"],
        "areas": {
            area: {
                "status": found["status"],
                "candidates": {
                    each["candidate"]["id"]: {
                        "status": each["status"],
                        "for": [item["rule"] for item in each["evidence_for"]],
                        "against": [f"{item['rule']} ({item['verdict']})" for item in each["evidence_against"]],
                        "unknown": [item["rule"] for item in each["unknown"]],
                        "steps": each["steps"],
                    }
                    for each in found["candidates"]
                },
            }
            for area, found in full["areas"].items()
        },
        "safety": {
            "flags": [each["rule"] for each in full["safety"]["flags"]],
            "not_yet_asked": full["safety"]["not_yet_asked"],
        },
        "techniques": {each["technique"]: each["status"] for each in full["techniques"]},
        "contradictions": full["contradictions"],
    }
    return json.dumps(kept, indent=1, ensure_ascii=False) + "\n"


def report(formulation: Formulation) -> str:
    """The printed report, without what says where it comes from."""
    return "\n\n".join(section.plain() for section in sections(formulation)[:-1]) + "\n"
