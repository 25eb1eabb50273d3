"""A formulation is derived a second time by code of its own: what was derived holds, and what was altered does not."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import ipt_formulate as ipt
from ipt_formulate.case.case import Case
from ipt_formulate.checking.check import check
from ipt_formulate.cli import app
from ipt_formulate.errors import InputError
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.testing import constants_of, random_case
from ipt_formulate.testing.strategies import rulebases

BASE = shipped_rulebase()


@settings(max_examples=120, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from(sorted(BASE.traditions)))
def test_what_the_library_derives_holds(random: Random, tradition: str) -> None:
    constants = constants_of(BASE.for_tradition(tradition))
    case = random_case(random, known=random.choice([0.2, 0.6, 0.95]), constants=constants, max_items=3)
    found = check(ipt.formulate(case, tradition=tradition), case)
    assert found.holds, str(found)
    assert found.conclusions > 10


@settings(max_examples=40, deadline=None)
@given(rulebases(rules=14), st.randoms(use_true_random=False))
def test_it_holds_for_generated_rule_bases(base: ipt.RuleBase, random: Random) -> None:
    tradition = random.choice(sorted(base.traditions))
    case = random_case(random, known=0.7, constants=constants_of(base), max_items=2)
    found = check(ipt.formulate(case, tradition=tradition, rulebase=base, engine="reference"), case, rulebase=base)
    assert found.holds, str(found)


def altered(formulation: Formulation) -> list[tuple[str, dict[str, Any]]]:
    """A formulation with one of its conclusions altered, for each kind of conclusion that it has."""
    told = json.loads(formulation.model_dump_json())
    found = []

    def alter(name: str, *path: Any, to: Any) -> None:
        other = copy.deepcopy(told)
        place = other
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = to
        found.append((name, other))

    alter("a flag taken out", "safety", "flags", to=[])
    alter("nothing left to ask", "safety", "not_yet_asked", to=[])
    alter("a focus settled", "focus", "status", to="chosen")
    alter("another area first", "focus", "leading", 0, "area", to="interpersonal_deficits")
    alter("nothing else possible", "focus", "possible", to=[])
    alter("an area unsupported", "areas", "grief", "status", to="not_supported")
    candidate = ("areas", "grief", "candidates", 0)
    alter("a candidate unsupported", *candidate, "status", to="not_supported")
    alter("evidence left out", *candidate, "evidence_for", to=[])
    alter("evidence said to be unknown", *candidate, "evidence_for", 0, "verdict", to="unknown")
    alter("unknown evidence left out", *candidate, "unknown", to=[])
    alter("a step turned", *candidate, "steps", "selection.near_in_time", to="not_met")
    alter("candidates left out", "areas", "grief", "candidates", to=[])
    alter("no modifier", "modifiers", to=[{"modifier": "x", "rule": "x.y", "sentence": "s", "assumption": False}])
    alter("no advice", "advice", to=[])
    return found


def test_whatever_is_altered_is_found() -> None:
    case = ipt.example("leonard-ptsd-grief-911")
    formulation = ipt.formulate(case)
    assert formulation.safety.flags
    for name, other in altered(formulation):
        if other != json.loads(formulation.model_dump_json()):
            found = check(Formulation.model_validate(other), case)
            assert not found.holds, name
            assert "does not hold" in str(found)


def test_while_a_flag_holds_the_focus_nothing_that_needs_agreement_is_free() -> None:
    case = ipt.example("leonard-ptsd-grief-911").with_("assessment.safety.psychosis", "current")
    told = json.loads(ipt.formulate(case).model_dump_json())
    assert told["focus"]["holds"]
    for each in told["techniques"]:
        each["status"] = "offered"
    found = check(Formulation.model_validate(told), case)
    assert [each.where for each in found.differences] == ["techniques: free while a flag holds the focus"]


def test_other_rules_are_refused() -> None:
    case = ipt.example("leonard-ptsd-grief-911")
    told = json.loads(ipt.formulate(case).model_dump_json())
    told["provenance"]["rulebase_sha256"] = "0" * 64
    with pytest.raises(InputError, match="check it with the rule base it was made with"):
        check(Formulation.model_validate(told), case)


def test_the_command(tmp_path: Path) -> None:
    name = "mrs-e-late-life-widow"
    case: Case = ipt.example(name)
    result = tmp_path / "result.json"
    told = json.loads(ipt.formulate(case).model_dump_json())
    result.write_text(json.dumps(told), encoding="utf-8")
    run = CliRunner().invoke(app, ["check", str(result), name])
    assert (run.exit_code, run.output.splitlines()[0][:9]) == (0, "It holds:")
    told["areas"]["grief"]["status"] = "not_supported"
    result.write_text(json.dumps(told), encoding="utf-8")
    run = CliRunner().invoke(app, ["check", str(result), name, "--json"])
    assert run.exit_code == 1
    assert json.loads(run.output)["differences"][0]["where"] == "areas.grief.status"
    result.write_text('{"focus": {}}', encoding="utf-8")
    run = CliRunner().invoke(app, ["check", str(result), name])
    assert isinstance(run.exception, InputError)
    assert "is no formulation" in str(run.exception)
