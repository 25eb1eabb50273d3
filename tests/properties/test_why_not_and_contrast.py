"""Why not, and why rather: what is named as deciding is what the evaluator found and what selection went by."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from random import Random

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import ipt_formulate as ipt
from ipt_formulate.errors import UnknownName
from ipt_formulate.evaluation import reference
from ipt_formulate.formulation.build import choose
from ipt_formulate.formulation.selection import Contender, contenders
from ipt_formulate.reasoning.phrases import groups_of
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.testing import constants_of, random_case
from ipt_formulate.vocabulary import Evidence, FocusStatus, ProblemArea, Truth

SHIPPED = shipped_rulebase()
TRADITIONS = sorted(SHIPPED.traditions)
DECISIONS = sorted((Path(__file__).parents[1] / "decisions").glob("*.yaml"))
WORD = {(True, True): "met", (False, True): "unknown", (False, False): "not_met"}


def told() -> Iterator[tuple[str, ipt.Case]]:
    for name in ipt.example_names():
        yield "weissman", ipt.example(name)
    for path in DECISIONS:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        yield content.get("tradition", "weissman"), ipt.parse_case(content["case"])


def check(tradition: str, case: ipt.Case) -> None:
    base = SHIPPED.for_tradition(tradition)
    formulation = ipt.formulate(case, tradition=tradition, engine="reference")
    findings = reference.derive(base, case.lowered)
    selection, contending = choose(base, findings, case), contenders(base, findings)
    ahead = {group[0].area for group in groups_of(selection)}
    in_focus = {group[0].area for group in (selection.primary, selection.secondary) if group}
    for area, finding in formulation.areas.items():
        found = formulation.why_not(area)
        assert str(found).startswith(finding.title)
        assert (found.sentence == "It is in focus.") == (area in in_focus)
        if found.deciding is not None:
            assert finding.status != "supported"
            assert found.deciding.rule in base.place
            rule = next(rule for rule in base.area_rules[area].rules if rule.id == found.deciding.rule)
            assert (found.deciding.verdict > Truth.NOT_MET) if rule.then.kind is Evidence.EXCLUDES else (found.deciding.verdict < Truth.MET)  # fmt: skip
        elif finding.status == "supported":
            named_first = found.sentence.startswith(("It is in focus", "It is tied", "It is named first"))
            assert named_first == (area in ahead | in_focus)
    for one, other in permutations(formulation.areas, 2):
        found = formulation.contrast(one, other)
        mirrored = formulation.contrast(other, one)
        assert found.decided_by == mirrored.decided_by
        assert [(each.first, each.second) for each in found.steps] == [(e.second, e.first) for e in mirrored.steps]
        assert str(found).startswith(found.sentence)
        best, rival = _best(contending, one), _best(contending, other)
        assert bool(found.steps) == (best is not None and rival is not None)
        if best is None or rival is None:
            continue
        words = [(_word(best, place), _word(rival, place)) for place in range(len(base.steps))]
        assert [(each.first, each.second) for each in found.steps] == words
        deciding = next((step.id for step, pair in zip(base.steps, words, strict=True) if pair[0] != pair[1] or "unknown" in pair), "")  # fmt: skip
        assert found.decided_by == deciding
        if selection.status is FocusStatus.CHOSEN and best.surely and rival.surely and "unknown" not in str(words):
            if in_focus & {one} and selection.primary[0].area == one and deciding:
                assert dict(zip([step.id for step in base.steps], words, strict=True))[deciding] == ("met", "not_met")


def _best(contending: tuple[Contender, ...], area: ProblemArea) -> Contender | None:
    """The surest, then the one with the most that must and may hold, of an area."""
    of_area = [each for each in contending if each.area == area]
    return max(of_area, key=lambda each: (each.surely, each.least, each.most), default=None)


def _word(contender: Contender, place: int) -> str:
    return WORD[contender.least[place], contender.most[place]]


def test_of_the_published_cases_and_the_decisions() -> None:
    for tradition, case in told():
        check(tradition, case)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 1 << 30), st.sampled_from(TRADITIONS), st.sampled_from([0.3, 0.6, 0.9]))
def test_of_any_case(seed: int, tradition: str, known: float) -> None:
    random = Random(seed)
    case = random_case(random, known=known, constants=constants_of(SHIPPED), max_items=3)
    if random.random() < 0.5:
        for name in ("people", "deaths", "conflicts", "changes"):
            case = case.with_(f"inventory.inquiry.{name}", "brief")
    check(tradition, case)


def test_of_a_tie_the_client_is_asked() -> None:
    worse = {"answer": True, "basis": "client"}
    case = ipt.parse_case(
        {
            "assessment": {"episode": {"onset": "3mo", "worsenings": []}},
            "inventory": {
                "inquiry": dict.fromkeys(("people", "deaths", "conflicts", "changes"), "thorough"),
                "people": [{"id": "he", "role": "partner", "alive": True, "closeness": 1}],
                "conflicts": [
                    {
                        "person": "he",
                        "role": "partner",
                        "when": "4mo",
                        "kind": "overt",
                        "expectations": "mismatched_openly",
                        "client_expects": "intimacy",
                        "other_expects": "independence",
                        "still_contested": True,
                        "stage": "impasse",
                        "symptoms_worse_after": worse,
                    }
                ],
                "changes": [
                    {
                        "kind": "move",
                        "when": "4mo",
                        "something_lost": True,
                        "overwhelmed": True,
                        "supports_lost": True,
                        "mastery": "lacking",
                        "symptoms_worse_after": worse,
                        "wanted": False,
                        "expected": False,
                    }
                ],
                "pattern": {"close_ties_before": "several", "lifelong_difficulty": False},
            },
        }
    )
    check("weissman", case)
    formulation = ipt.formulate(case)
    assert formulation.focus.status is FocusStatus.TIE
    found = formulation.contrast("role_dispute", "role_transition")
    assert "equal on every step. Ask the client" in found.sentence
    assert found.decided_by == ""
    assert formulation.why_not("role_dispute").sentence == "It is tied for the focus."


def test_asking_it_of_what_is_no_pair() -> None:
    formulation = ipt.formulate(ipt.example("mrs-e-late-life-widow"))
    with pytest.raises(UnknownName, match="same area twice"):
        formulation.contrast("grief", "grief")
    for ask in (lambda: formulation.why_not("boredom"), lambda: formulation.what_would_change("boredom")):
        with pytest.raises(UnknownName, match="there are: grief"):
            ask()
    with pytest.raises(ValueError, match="1 or more"):
        formulation.what_would_change(size=0)
