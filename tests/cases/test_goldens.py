"""Every published case gives the formulation that was reviewed and stored beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import ipt_formulate as ipt
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.report.text import sections

CASES = sorted(path.parent for path in Path(__file__).parent.glob("*/case.yaml"))


def summary(formulation: Formulation) -> str:
    """What a reviewer reads first: statuses, not words. Provenance is left out, since every rule edit changes it."""
    full = json.loads(formulation.model_dump_json())
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
    return "\n\n".join(section.plain() for section in sections(formulation)[:-1]) + "\n"


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_published_case_gives_its_reviewed_formulation(folder: Path, pytestconfig: pytest.Config) -> None:
    formulation = ipt.formulate(ipt.load_case(folder / "case.yaml"))
    for name, text in (("formulation.json", summary(formulation)), ("report.txt", report(formulation))):
        if pytestconfig.getoption("write_goldens"):
            (folder / name).write_text(text, encoding="utf-8")
        assert (folder / name).read_text(encoding="utf-8") == text, f"{name} changed: review it, then `make goldens`"


def test_all_published_cases_are_here() -> None:
    assert len(CASES) == 15
    assert all((folder / "author.yaml").is_file() for folder in CASES)
