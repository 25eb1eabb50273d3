"""What was proved is kept by all that it hangs on, and found again only while all of that is the same."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

pytest.importorskip("z3")

from ipt_formulate.cli import main
from ipt_formulate.proof import keeping
from ipt_formulate.proof.keeping import Kept
from ipt_formulate.proof.prover import Prover, planned
from ipt_formulate.proof.theorem import Result, Verdict
from ipt_formulate.proof.theorems import THEOREMS
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.rulebase.rulebase import RuleBase

BASE = shipped_rulebase().for_tradition("weissman")
SOME = [each for each in THEOREMS if each.id in ("steps", "grief_needs_a_death", "two_foci")]


def _proved(base: RuleBase) -> list[Result]:
    return Prover().prove(planned(base, SOME))


def _pets_too() -> RuleBase:
    rule = BASE.rules["grief.death_of_significant_person"]
    wider = shipped_rulebase().rules["grief.death_of_person_or_pet"].conditions
    rules = MappingProxyType({**BASE.rules, rule.id: replace(rule, conditions=wider)})
    return replace(BASE, rules=rules, sha256="0" * 64, _variants={})


def _rounded(results: list[Result]) -> list[Result]:
    return [replace(each, seconds=round(each.seconds, 2)) for each in results]


def test_results_come_back_as_they_were(tmp_path: Path) -> None:
    for base in (BASE, _pets_too()):
        results = _proved(base)
        Kept(tmp_path).keep(base, results)
        assert Kept(tmp_path).results(base) == _rounded(results)
    assert [each.verdict for each in results] == [Verdict.PROVED, Verdict.REFUTED, Verdict.PROVED]


@pytest.mark.parametrize("what", ["encoding_sha256", "prover_name"])
def test_nothing_is_found_under_another_encoding_or_solver(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Kept(tmp_path).keep(BASE, _proved(BASE))
    monkeypatch.setattr(keeping, what, lambda: "another")
    assert Kept(tmp_path).results(BASE) is None


def test_nothing_is_found_for_other_rules_or_another_tradition(tmp_path: Path) -> None:
    Kept(tmp_path).keep(BASE, _proved(BASE))
    assert Kept(tmp_path).results(replace(BASE, sha256="0" * 64)) is None
    assert Kept(tmp_path).results(replace(BASE, floor=("safety.mania_now",))) is None
    assert Kept(tmp_path).results(shipped_rulebase().for_tradition("ptsd")) is None


def test_what_was_not_decided_is_not_kept(tmp_path: Path) -> None:
    first, *rest = _proved(BASE)
    Kept(tmp_path).keep(BASE, [replace(first, verdict=Verdict.UNDECIDED), *rest])
    assert not list(tmp_path.iterdir())


NO_CASE = {"about": "a", "verdict": "refuted", "why": "b", "case": {"no": "case"}, "fewest": False}
OF_NO_CASE = {
    "theorem": "live",
    "verdict": "refuted",
    "parts": 1,
    "seconds": 1,
    "failures": [NO_CASE],
    "exceptions": [],
}
UNREADABLE = ["", "{", "[]", "{}", '{"results": []}', '{"results": [{"theorem": "no such"}]}']


@pytest.mark.parametrize("text", [*UNREADABLE, json.dumps({"results": [OF_NO_CASE]})])
def test_an_entry_that_cannot_be_read_counts_as_none(text: str, tmp_path: Path) -> None:
    Kept(tmp_path).keep(BASE, _proved(BASE))
    (path,) = tmp_path.iterdir()
    path.write_text(text, encoding="utf-8")
    assert Kept(tmp_path).results(BASE) is None


def test_where_nothing_can_be_written_nothing_is_lost(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    Kept(tmp_path / "file").keep(BASE, _proved(BASE))
    assert Kept(tmp_path / "file").results(BASE) is None


def test_the_command_proves_once_and_then_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second time nothing is asked of the solver; with --no-cache everything is."""
    few = [each for each in THEOREMS if each.id == "two_foci"]
    monkeypatch.setattr("ipt_formulate.proof.theorems.THEOREMS", few)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "usual"))
    asked: list[int] = []
    proves = Prover.prove
    monkeypatch.setattr(Prover, "prove", lambda *given: asked.append(1) or proves(*given))
    told = []
    for more in (["--cache", str(tmp_path)], ["--cache", str(tmp_path)], ["--no-cache"]):
        monkeypatch.setattr(sys, "argv", ["ipt-formulate", "prove", "--json", *more])
        with pytest.raises(SystemExit) as ended:
            main()
        assert not ended.value.code
        told.append((len(asked), json.loads(capsys.readouterr().out)["traditions"]["weissman"][0]["verdict"]))
    assert told == [(1, "proved"), (1, "proved"), (2, "proved")]
    assert not (tmp_path / "usual").exists()


def test_the_usual_place_is_the_cache_directory_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_cache_path", lambda name: tmp_path / name)
    assert keeping.usual_directory() == tmp_path / "ipt_formulate" / "proofs"
