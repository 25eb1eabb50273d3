"""A formulation says what was proved of its rules, never more than the certificate does."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from ipt_formulate import example, formulate
from ipt_formulate.formulation import certified
from ipt_formulate.formulation.contents import Certification
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.formulation.settings import Settings
from ipt_formulate.report.text import to_text
from ipt_formulate.resources import certificate_file, rules_directory
from ipt_formulate.rulebase.certified import shipped_certificate, why_not_certified
from ipt_formulate.rulebase.loader import load_rulebase, shipped_rulebase
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.rulebase.variation import with_parameters

CASE = example("mrs-e-late-life-widow")
WRITTEN = json.loads(certificate_file().read_text(encoding="utf-8"))


def _told(base: RuleBase | None = None, **arguments: Any) -> Certification:
    return formulate(CASE, rulebase=base, engine="reference", **arguments).provenance.certification


@pytest.mark.parametrize("tradition", shipped_rulebase().traditions)
def test_the_shipped_rules_say_what_was_proved_of_them_and_what_was_not(tradition: str) -> None:
    found = _told(tradition=tradition)
    results = WRITTEN["traditions"][tradition]
    for verdict, told in (
        ("proved", found.proved),
        ("refuted", found.refuted),
        ("not decided", found.not_decided),
        ("noted", found.noted),
    ):
        assert list(told) == [each["statement"] for each in results if each["verdict"] == verdict]
    assert (found.certified, found.why_not, found.prover) == (True, None, WRITTEN["prover"])


def test_the_report_says_what_is_proved_and_each_statement_that_is_not() -> None:
    formulation = formulate(CASE, engine="reference")
    found = formulation.provenance.certification
    text = " ".join(to_text(formulation).split())
    count = len(found.proved) + len(found.refuted) + len(found.not_decided)
    assert f"{len(found.proved)} of {count} statements about every case are proved ({found.prover};" in text
    assert all(f"Refuted: {each}" in text for each in found.refuted)
    assert all(f"No promise, and not so of every rule: {each}" in text for each in found.noted)
    assert Formulation.model_validate_json(formulation.model_dump_json()).provenance.certification == found


def test_a_copy_of_the_shipped_rules_is_certified_and_a_changed_one_is_not(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    shutil.copytree(rules_directory(), rules)
    assert _told(load_rulebase(rules)).certified
    changed = rules / "selection" / "near_in_time.yaml"
    changed.write_text(changed.read_text(encoding="utf-8").replace("step: 1", "step: 9"), encoding="utf-8")
    formulation = formulate(CASE, rulebase=load_rulebase(rules), engine="reference")
    assert formulation.provenance.certification == Certification(
        certified=False, why_not="the certificate is of another rule base"
    )
    assert "These rules are not certified: the certificate is of another rule base." in to_text(formulation)


def _fewer_rules() -> RuleBase:
    base = shipped_rulebase()
    rules = {name: rule for name, rule in base.rules.items() if name != "grief.normal_so_far"}
    return replace(base, rules=MappingProxyType(rules), _variants={})


def _other_tradition() -> RuleBase:
    base = shipped_rulebase()
    return base.using(base.traditions["weissman"].model_copy(update={"off": ("grief.normal_so_far",)}))


IN_FORCE = "these rules, or their numbers, are not as the files have them"


@pytest.mark.parametrize("make", [_fewer_rules, _other_tradition])
def test_the_same_files_with_other_rules_in_force_are_not_certified(make: Any) -> None:
    assert _told(make()) == Certification(certified=False, why_not=IN_FORCE)


def test_another_number_is_not_certified_and_the_same_number_is() -> None:
    site = next(name for name, each in shipped_rulebase().parameters.items() if each.site and each.bounds())
    parameter = shipped_rulebase().parameters[site]
    low, high = parameter.bounds() or (0, 0)
    other = low if parameter.number() != low else high
    assert not _told(settings=Settings(parameters={site: other})).certified
    assert _told(settings=Settings(parameters={site: parameter.number()})).certified
    assert not _told(with_parameters(shipped_rulebase(), {"near_before": "9mo"})).certified


def _without(**changes: Any) -> Mapping[str, Any]:
    return {**WRITTEN, **changes}


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (None, "the library came without a certificate"),
        (_without(library="0.0.1"), "the certificate is of version 0.0.1 of the library"),
        (_without(traditions={}), "nothing was proved of this tradition"),
    ],
)
def test_a_certificate_of_something_else_certifies_nothing(told: Mapping[str, Any] | None, reason: str) -> None:
    assert why_not_certified(shipped_rulebase().for_tradition("weissman"), told) == reason


def test_a_tradition_that_does_not_come_with_the_library_is_not_certified() -> None:
    base = shipped_rulebase()
    own = base.using(base.traditions["weissman"].model_copy(update={"id": "own"})).for_tradition("own")
    assert why_not_certified(own, _without(traditions={"own": []})) == IN_FORCE


@pytest.fixture
def without_a_certificate(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setattr("ipt_formulate.resources.certificate_file", lambda: tmp_path / "none.json")
    for known in (shipped_certificate, certified.certification):
        known.cache_clear()
    yield
    for known in (shipped_certificate, certified.certification):
        known.cache_clear()


@pytest.mark.usefixtures("without_a_certificate")
def test_without_a_certificate_nothing_is_certified() -> None:
    found = certified.certification(shipped_rulebase().for_tradition("weissman"))
    assert found == Certification(certified=False, why_not="the library came without a certificate")
