"""A planted fault of each kind is refuted, with the smallest case that shows it where there is one."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import yaml

z3 = pytest.importorskip("z3")

from ipt_formulate import formulate  # noqa: E402
from ipt_formulate.case.case import Case  # noqa: E402
from ipt_formulate.case.fields import NO, YES  # noqa: E402
from ipt_formulate.case.files import load_case, parse_case, to_plain  # noqa: E402
from ipt_formulate.case.places import Place, places  # noqa: E402
from ipt_formulate.errors import CaseError  # noqa: E402
from ipt_formulate.evaluation import reference  # noqa: E402
from ipt_formulate.formulation.build import build  # noqa: E402
from ipt_formulate.formulation.selection import Contender, Selection, select  # noqa: E402
from ipt_formulate.formulation.settings import Settings  # noqa: E402
from ipt_formulate.proof import of_evidence, of_rules, of_selection, of_settling, realising, running  # noqa: E402
from ipt_formulate.proof.asking import SECONDS  # noqa: E402
from ipt_formulate.proof.choosing import Answers, Choosing, Standing, answers, beats  # noqa: E402
from ipt_formulate.proof.counting import facts  # noqa: E402
from ipt_formulate.proof.fewest import fewest  # noqa: E402
from ipt_formulate.proof.meaning import lengths_for, meaning  # noqa: E402
from ipt_formulate.proof.prover import Prover, planned  # noqa: E402
from ipt_formulate.proof.rails import Rails, conj, disj  # noqa: E402
from ipt_formulate.proof.theorem import Claim, Question, Result, Theorem, Verdict  # noqa: E402
from ipt_formulate.proof.theorems import THEOREMS  # noqa: E402
from ipt_formulate.proof.values import Item, World  # noqa: E402
from ipt_formulate.resources import rules_directory  # noqa: E402
from ipt_formulate.rulebase.conditions import All, Among, AtLeast, Condition, Not, Some, Within, walk  # noqa: E402
from ipt_formulate.rulebase.loader import load_rulebase, shipped_rulebase  # noqa: E402
from ipt_formulate.rulebase.rulebase import AreaRules, RuleBase  # noqa: E402
from ipt_formulate.rulebase.texts import Expected  # noqa: E402
from ipt_formulate.rulebase.variation import with_parameters  # noqa: E402
from ipt_formulate.vocabulary import AreaStatus, EngineName, Evidence, FocusStatus, Gate, ProblemArea  # noqa: E402

Cli = Callable[..., tuple[int, str, str]]
BASE = shipped_rulebase().for_tradition("weissman")
BY_ID = {theorem.id: theorem for theorem in THEOREMS}
STRONG = Among("evidence.strong", YES, "there is strong evidence")


def _with(base: RuleBase, *rules: Any) -> RuleBase:
    return replace(base, rules=MappingProxyType({**base.rules, **{rule.id: rule for rule in rules}}), _variants={})


def _changed(rule_id: str, condition: Condition | None = None, *, new_id: str = "", **then: Any) -> Any:
    """A shipped rule with another condition in each scope, another id, or another conclusion."""
    rule = shipped_rulebase().rules[rule_id]
    conditions = rule.conditions if condition is None else dict.fromkeys(rule.conditions, condition)
    conclusion = rule.then.model_copy(update=then)
    text = rule.text.model_copy(update={"id": new_id or rule_id, "then": conclusion})
    return replace(rule, text=text, conditions=MappingProxyType(dict(conditions)))


def _prove(base: RuleBase, theorem: str) -> Result:
    (result,) = Prover().prove(planned(base, [BY_ID[theorem]]))
    return result


def _never() -> RuleBase:
    supported = [Among("mourning.supported", mask, "supported") for mask in (NO, YES)]
    return _with(BASE, _changed("grief.little_support", All(tuple(supported))))


def _idle_step() -> RuleBase:
    return _with(BASE, _changed("selection.strong_evidence", Some((STRONG, Not(STRONG)))))


def _over() -> RuleBase:
    """Strong evidence that only a dispute can have that is over, and so supports nothing."""
    return _with(BASE, _changed("role_dispute.stalled", Among("still_contested", NO, "it is over")))


def _implied() -> RuleBase:
    impasse = BASE.rules["role_dispute.stalled"].condition
    narrower = All((impasse, Among("kind", 1, "kind is overt")))
    return _with(BASE, _changed("role_dispute.stalled", narrower, new_id="role_dispute.stalled_aloud"))


def _idle_parameter() -> RuleBase:
    """Three weeks or two months ago: the three weeks decide nothing."""
    rule = BASE.rules["grief.very_recent_death"]
    when = {"any": [{"when": {"at_most": "$very_recent_death"}}, {"when": {"at_most": "$normal_grief_until"}}]}
    rule = replace(
        rule,
        unfilled=rule.written.model_copy(update={"when": when}),
        uses=frozenset({"$very_recent_death", "$normal_grief_until"}),
    )
    base = replace(BASE, rules=MappingProxyType({rule.id: rule}), _variants={})
    return with_parameters(base, {"very_recent_death": "3w"})


def _self_defeating() -> RuleBase:
    near = BASE.rules["grief.near_onset_or_worsening"].condition
    return _with(BASE, _changed("grief.very_recent_death", near, new_id="grief.near_is_out"))


def _nothing_specific() -> RuleBase:
    criteria = BASE.area_rules[ProblemArea.GRIEF].of(Evidence.CRITERION)
    return _with(BASE, *(_changed(rule.id, frame=True) for rule in criteria))


def _deficits_first() -> RuleBase:
    area = BASE.areas[ProblemArea.INTERPERSONAL_DEFICITS].model_copy(update={"residual": False})
    return replace(BASE, areas=MappingProxyType({**BASE.areas, area.id: area}), _variants={})


def _pets() -> RuleBase:
    wider = shipped_rulebase().rules["grief.death_of_person_or_pet"].condition
    return _with(BASE, _changed("grief.death_of_significant_person", wider))


def _deaths_ahead() -> RuleBase:
    rules = {name: rule for name, rule in BASE.rules.items() if name not in ("grief.very_recent_death",)}
    some = Within("when", 0, 60, "when between 0 and 60")
    rules["grief.normal_so_far"] = _changed("grief.normal_so_far", some)
    return replace(BASE, rules=MappingProxyType(rules), _variants={})


def _strong_is_bad() -> RuleBase:
    return _with(BASE, _changed("selection.strong_evidence", Not(STRONG)))


def _free_to_use() -> RuleBase:
    card = BASE.techniques["grief_work"].model_copy(update={"needs_agreement": False})
    return replace(BASE, techniques=MappingProxyType({**BASE.techniques, card.id: card}), _variants={})


def _milder() -> RuleBase:
    return _with(BASE, _changed("safety.mania_now", holds_focus=False))


def _narrower() -> RuleBase:
    current = next(node for node in walk(BASE.rules["safety.mania_now"].condition) if isinstance(node, Among))
    return _with(BASE, _changed("safety.mania_now", current))


def _missing() -> RuleBase:
    rules = {name: rule for name, rule in BASE.rules.items() if name != "gates.unsafe_person"}
    return replace(BASE, rules=MappingProxyType(rules), _variants={})


def _inventory(**lists: Any) -> dict[str, Any]:
    return {"inventory": lists}


def _weaker_than_exact() -> RuleBase:
    """Supported or not supported: every answer fulfils it, and without one it is unknown."""
    told = tuple(Among("mourning.supported", mask, "supported") for mask in (NO, YES))
    return _with(BASE, _changed("grief.little_support", Some(told)))


WITHOUT_A_CASE = {
    "live": (_never, "grief.little_support, met"),
    "steps": (_idle_step, "selection.strong_evidence for grief, not met"),
    "counts": (_over, "role_dispute.stalled"),
    "distinct": (_implied, "role_dispute.stalled_aloud beside role_dispute.stalled"),
    "parameters": (_idle_parameter, "$very_recent_death"),
    "consistent": (_self_defeating, "grief, route tied_to_onset"),
}
NOT_ALWAYS_SHOWN_TO_BE_FEWEST = {
    "deficits first": "that someone violent now is alive is no fact of its own, so that the solver may find fewer",
    "free to use": "what the client answered is no part of what the solver is told",
}
WITH_A_CASE: dict[str, tuple[str, Callable[[], RuleBase], str, dict[str, Any] | None]] = {
    "nothing specific": ("no_silence", _nothing_specific, "grief, route tied_to_onset", None),
    "deficits first": ("deficits_last", _deficits_first, "deficits beside role_dispute", None),
    "pets are mourned": ("grief_needs_a_death", _pets, "whose death", _inventory(deaths=[{"kind": "pet"}])),
    "deaths ahead": ("grief_needs_a_death", _deaths_ahead, "whether it has happened", None),
    "strong is bad": ("favourable", _strong_is_bad, "role_dispute.stalled", None),
    "free to use": ("red_flags", _free_to_use, "safety.mania_now and grief_work", None),
    "milder": (
        "safety_stays",
        _milder,
        "what safety.mania_now asks for",
        {"assessment": {"safety": {"mania": "current"}}},
    ),
    "narrower": ("safety_stays", _narrower, "safety.mania_now", None),
    "weaker than exact": ("exact", _weaker_than_exact, "grief.little_support", _inventory(deaths=[{}])),
    "missing": ("safety_stays", _missing, "gates.unsafe_person", _inventory(people=[{}])),
}


@pytest.mark.parametrize(("theorem", "planted"), WITHOUT_A_CASE.items(), ids=WITHOUT_A_CASE)
def test_a_fault_that_no_case_can_show_is_refuted(theorem: str, planted: tuple[Callable[[], RuleBase], str]) -> None:
    make, about = planted
    result = _prove(make(), theorem)
    assert result.verdict is Verdict.REFUTED
    assert about in [failure.about for failure in result.failures if failure.case is None]


@pytest.mark.parametrize("name", WITH_A_CASE)
def test_a_fault_is_refuted_by_the_smallest_case_that_shows_it(name: str) -> None:
    theorem, make, about, expected = WITH_A_CASE[name]
    base = make()
    result = _prove(base, theorem)
    verdict = Verdict.REFUTED if BY_ID[theorem].promise else Verdict.NOTED
    assert result.verdict is verdict
    assert result.broken == BY_ID[theorem].promise
    failure = next(each for each in result.failures if each.about == about)
    assert failure.verdict is verdict
    case = failure.case
    assert case is not None
    if expected is not None:
        assert case == parse_case(expected)
    assert parse_case(to_plain(case)) == case
    assert failure.fewest or name in NOT_ALWAYS_SHOWN_TO_BE_FEWEST
    if (shows := SHOWS.get(name)) is not None:
        assert shows(base, case)
        assert not [place.path for place in _answers(case) if shows(base, _left_out(case, place.path))]


def test_what_a_rule_declares_and_explains_is_listed_and_not_refuted() -> None:
    steps, counts = _prove(BASE, "steps"), _prove(BASE, "counts")
    assert (steps.verdict, counts.verdict) == (Verdict.PROVED, Verdict.PROVED)
    told = [(each.about, each.because) for each in (*steps.exceptions, *counts.exceptions)]
    assert [about for about, _ in told] == [
        "selection.nothing_against for role_dispute, not met",
        "selection.nothing_against for role_transition, not met",
        "role_dispute.no_longer_contested",
    ]
    assert all("No source" in because or "current conflict" in because for _, because in told)


def test_a_rule_that_decides_nothing_among_the_supported_still_decides_what_leads() -> None:
    """Why it is declared and not taken out: an open dispute stands behind an equal of which nothing may speak against."""
    rules = {name: rule for name, rule in BASE.rules.items() if name != "role_dispute.no_longer_contested"}
    inventory = {"conflicts": [{"kind": "overt", "when": "3mo"}], "changes": [{"kind": "move", "when": "3mo"}]}
    case = parse_case({"assessment": {"episode": {"onset": "3mo"}}, "inventory": inventory})
    without = replace(BASE, rules=MappingProxyType(rules), _variants={})
    leading = [[each[0].area for each in running.selection(base, case).leading] for base in (BASE, without)]
    assert leading == [[ProblemArea.ROLE_TRANSITION], [ProblemArea.ROLE_DISPUTE, ProblemArea.ROLE_TRANSITION]]


def test_what_is_declared_and_is_not_so_is_refuted() -> None:
    meant = Expected(found="always_met", of="grief", because="It is thought that nothing decides here.")
    rule = BASE.rules["selection.strong_evidence"]
    result = _prove(_with(BASE, replace(rule, text=rule.text.model_copy(update={"expected": (meant,)}))), "steps")
    assert result.verdict is Verdict.REFUTED
    (failure,) = result.failures
    assert failure.about == "selection.strong_evidence for grief, not met"
    assert "declared and not so" in failure.why


def test_a_rule_that_is_meant_to_be_implied_says_by_which() -> None:
    base = _implied()
    rule = base.rules["role_dispute.stalled_aloud"]
    meant = Expected(
        found="implied", of="role_dispute.stalled", because="The narrower one is written for its sentence."
    )
    result = _prove(_with(base, replace(rule, text=rule.text.model_copy(update={"expected": (meant,)}))), "distinct")
    assert result.verdict is Verdict.PROVED
    assert [each.about for each in result.exceptions] == ["role_dispute.stalled_aloud beside role_dispute.stalled"]


def test_a_case_of_which_nothing_can_be_left_out_gives_way_to_one_with_fewer_facts() -> None:
    """Guilt and avoidance together, or anniversary reactions alone: the first is no fewest."""
    two = All(tuple(Among(f"mourning.{each}", YES, each) for each in ("guilt", "avoided")))
    either = Some((two, Among("mourning.anniversary_reactions", YES, "anniversary reactions")))
    rule = _changed("grief.little_support", either)

    def formula() -> tuple[World, Any]:
        world, item, present = of_rules.about_one("deaths", either)
        return world, conj([present, meaning(either, item).must])

    def shows(case: Case) -> bool:
        return 2 in running.verdicts(rule, case)

    case = parse_case(_inventory(deaths=[{"mourning": {"guilt": True, "avoided": True}}]))
    assert facts(case) == 3
    assert realising.shrink(case, shows) == case
    found, shown = fewest(Question(formula, shows), case, SECONDS)
    assert shown
    assert found == parse_case(_inventory(deaths=[{"mourning": {"anniversary_reactions": True}}]))


def _silent(base: RuleBase, case: Case) -> bool:
    made = formulate(case, rulebase=base, engine="reference")
    criteria = {rule.id for rule in base.area_rules[ProblemArea.GRIEF].routes["tied_to_onset"]}
    met = [{each.rule for each in one.evidence_for} for one in made.areas[ProblemArea.GRIEF].candidates]
    return made.focus.status is FocusStatus.ABSTAINED and any(criteria <= each for each in met)


def _deficits_contend(base: RuleBase, case: Case) -> bool:
    made = formulate(case, rulebase=base, engine="reference")
    areas = [choice.area for choice in made.focus.possible]
    supported = made.areas[ProblemArea.ROLE_DISPUTE].status is AreaStatus.SUPPORTED
    return supported and ProblemArea.INTERPERSONAL_DEFICITS in areas


def _ahead(base: RuleBase, case: Case) -> bool:
    made = formulate(case, rulebase=base, engine="reference")
    ahead = [item.values["when"][1] < 0 for item in case.lowered.lists["deaths"].items]
    statuses = [each.status for each in made.areas[ProblemArea.GRIEF].candidates]
    return any(late and status is not AreaStatus.NOT_SUPPORTED for late, status in zip(ahead, statuses, strict=True))


def _unheld(base: RuleBase, case: Case) -> bool:
    """Mania is recorded now, or nothing settles it, and yet grief work can be done."""
    made = formulate(case, rulebase=base, engine="reference")
    told = "mania" in made.safety.not_yet_asked or "safety.mania_now" in [flag.rule for flag in made.safety.flags]
    flagged = "safety.mania_now" in [flag.rule for flag in made.safety.flags]
    held = (Gate.OFFERED, Gate.CAUTION, *((Gate.HELD_UNTIL_ASKED,) if flagged else ()))
    return told and _grief_work(base, case) in held


def _grief_work(base: RuleBase, case: Case) -> Gate:
    """As the planted rule base has it; `formulate` would put the library's own card in its place."""
    made = build(base, reference.derive(base, case.lowered), case, EngineName.REFERENCE, Settings())
    return next((each.status for each in made.techniques if each.technique == "grief_work"), Gate.BLOCKED)


SHOWS = {
    "nothing specific": _silent,
    "deficits first": _deficits_contend,
    "deaths ahead": _ahead,
    "free to use": _unheld,
}


def _answers(case: Case) -> Iterator[Place]:
    return (place for place in places(case) if place.kind is not None and place.value is not None)


def _left_out(case: Case, path: tuple[str | int, ...]) -> Case:
    """The case without an answer; where it cannot do without, an empty one, which shows nothing."""
    words = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    try:
        return case.without(words.removeprefix("."))
    except CaseError:
        return Case()


def _proved(claims: Iterator[Claim]) -> list[Verdict]:
    (result,) = Prover().prove([(Theorem("planted", "A planted fault.", lambda base: iter(())), list(claims))])
    return [failure.verdict for failure in result.failures]


def test_comparing_by_what_may_hold_is_no_order() -> None:
    def naive(one: Standing, other: Standing) -> Any:
        return conj([one.contends, other.contends, z3.UGT(one.most, other.least)])

    assert len(_proved(of_selection.order_claims(4, naive))) == 3


class _First(Choosing):
    """Of candidates that are alike, the one that was recorded first comes first."""

    def _unbeaten(self, standing: Any) -> Any:
        return tuple(
            conj(
                [
                    each.contends,
                    *(
                        z3.Not(conj([other.contends, other.surely, z3.UGE(other.least, each.most)]))
                        for other in standing[:place]
                    ),
                    *(z3.Not(beats(other, each)) for other in standing[place + 1 :]),
                ]
            )
            for place, each in enumerate(standing)
        )


class _Beside(Choosing):
    """Whatever is sure stands beside the focus, however many there are."""

    def secondary(self, area: ProblemArea) -> Any:
        sure = disj(conj([each.contends, each.surely]) for each in self.standing if each.area == area)
        return conj([self.answers.chosen, z3.Not(self.area_possible(area)), sure])


class _Silent(Choosing):
    """What is sure and was not asked about enough is abstained from."""

    @property
    def answers(self) -> Any:  # type: ignore[override]
        found = super().answers
        left = conj([found.provisional, z3.Not(self.asked_enough)])
        return found._replace(
            provisional=conj([found.provisional, self.asked_enough]), abstained=disj([found.abstained, left])
        )


def _without_a_provisional(sure: Any, specific: Any, one: Any, settled: Any, asked: Any) -> Answers:
    """Nothing is said where several areas are possible and none is settled."""
    found = answers(sure, specific, one, settled, asked)
    return found._replace(provisional=conj([found.provisional, disj([one, settled, z3.Not(sure)])]))


IN_THE_CODE: dict[str, Callable[..., Iterator[Claim]]] = {
    "answered": lambda base, fault=_without_a_provisional: of_selection.one_answer(base, fault),
    "floor": lambda base, fault=_Silent: of_selection.floor_and_abstaining_meet(base, fault),
    "two_foci": lambda base, fault=_Beside: of_selection.two_foci_at_most(base, fault),
    "order_told": lambda base, fault=_First: of_selection.order_told(base, fault),
}


@pytest.mark.parametrize("theorem", IN_THE_CODE)
def test_a_fault_that_no_rule_can_plant_is_found_where_selection_itself_has_it(theorem: str) -> None:
    """These hold whatever the rules are, so the fault is planted in what the solver is told of selection.

    What the solver finds are ranks of made-up candidates; selection as it is run does not take them so, and so it is
    not called refuted.
    """
    make = IN_THE_CODE[theorem]
    (claim,) = make(BASE)
    assert _proved(iter([claim])) == [Verdict.UNDECIDED]
    assert _proved(BY_ID[theorem].claims(BASE)) == []


def _all_beside(contending: Sequence[Contender], **told: Any) -> Selection:
    found = select(contending, **told)
    first = {each.area for each in found.primary}
    beside = tuple(each for each in contending if each.surely and each.area not in first)
    return replace(found, secondary=beside) if found.status is FocusStatus.CHOSEN else found


def _says_nothing(contending: Sequence[Contender], *, asked_enough: bool, **told: Any) -> Selection:
    found = select(contending, asked_enough=asked_enough, **told)
    silent = found.status is FocusStatus.PROVISIONAL and not asked_enough
    return replace(found, status=FocusStatus.ABSTAINED) if silent else found


def _first_one(contending: Sequence[Contender], **told: Any) -> Selection:
    left = [
        each
        for place, each in enumerate(contending)
        if not any(other.surely and other.least >= each.most for other in contending[:place])
    ]
    return select(left, **told)


@pytest.mark.parametrize(
    ("make", "choosing", "selecting"),
    [
        (of_selection.two_foci_at_most, _Beside, _all_beside),
        (of_selection.floor_and_abstaining_meet, _Silent, _says_nothing),
        (of_selection.order_told, _First, _first_one),
    ],
)
def test_where_selection_as_it_is_run_has_the_fault_it_is_refuted_with_the_contenders_that_show_it(
    make: Callable[..., Iterator[Claim]], choosing: type[Choosing], selecting: Any
) -> None:
    (result,) = Prover().prove(
        [(Theorem("planted", "A fault.", lambda base: iter(())), list(make(BASE, choosing, selecting)))]
    )
    (failure,) = result.failures
    assert failure.verdict is Verdict.REFUTED
    assert re.search(r"[a-z_]+ \d: (surely|perhaps) supported, steps [01?]{4}, ", failure.why)


def test_every_theorem_has_a_planted_fault() -> None:
    elsewhere = {"order", "settled", "learning", "repeating", "exact"}  # exact: tests/unit/test_exactness.py
    planted = {*WITHOUT_A_CASE, *(each[0] for each in WITH_A_CASE.values()), *IN_THE_CODE, *elsewhere}
    assert planted == set(BY_ID)


def test_a_tie_that_something_may_still_rise_above_does_not_stay() -> None:
    """Without that condition on ties, learning can undo one."""

    class Hasty(Choosing):
        @property
        def settled(self) -> Any:  # type: ignore[override]
            sure = [conj([flag, each.surely]) for each, flag in zip(self.standing, self.possible, strict=True)]
            pairs = list(zip(sure, self.standing, strict=True))
            alike = [
                z3.Implies(conj([one, other]), conj([a.least == b.least, a.least == a.most]))
                for one, a in pairs
                for other, b in pairs
            ]
            areas = [disj(flag for flag, each in pairs if each.area == area) for area in self.areas]
            possible = [self.area_possible(area) for area in self.areas]
            return conj([*alike, *map(z3.Implies, possible, areas)])

    assert _proved(of_settling.stays_settled(BASE)) == []
    assert Verdict.UNDECIDED in _proved(of_settling.stays_settled(BASE, Hasty))


def test_a_condition_that_asks_whether_something_is_known_can_flip() -> None:
    """The language has no such node; if it had, learning could take back what was met."""

    def is_unknown(condition: Condition, item: Item) -> Rails:
        found = meaning(condition, item)
        unknown = conj([found.may, z3.Not(found.must)])
        return Rails(unknown, unknown)

    leaf = Among("mourning.supported", YES, "supported")
    sound = of_evidence.learning_claim("one leaf", "deaths", leaf)
    flips = of_evidence.learning_claim("is it unknown", "deaths", leaf, is_unknown)
    assert _proved(iter([sound])) == []
    assert _proved(iter([flips])) == [Verdict.UNDECIDED]


def test_leaving_out_a_rule_is_not_the_same_as_writing_it_twice() -> None:
    of_area = BASE.area_rules[ProblemArea.GRIEF]
    fewer = AreaRules(of_area.area, of_area.rules[1:])
    (question,) = of_evidence.same_evidence(of_area, fewer)
    assert _proved(iter([Claim("one less", "none", lambda: iter([question]), "they differ")])) == [Verdict.UNDECIDED]


def test_the_bound_on_lists_is_complete_and_no_larger_than_needed() -> None:
    pets, people = (Among("kind", 1 << place, f"kind {place}") for place in (2, 0))
    condition = All((AtLeast("deaths", 2, pets), AtLeast("deaths", 1, people), Not(AtLeast("deaths", 3, pets))))
    assert lengths_for([condition]) == {"deaths": 4}
    holds = []
    for length in range(7):
        world = World({"deaths": length})
        solver = z3.Solver()
        solver.add(meaning(condition, world.case).must, *world.facts)
        holds.append(solver.check() == z3.sat)
    assert holds == [False, False, False, True, True, True, True]


@pytest.fixture
def lenient(tmp_path: Path) -> Path:
    """The shipped rules, but the death of an animal is grief."""
    rules = tmp_path / "rules"
    shutil.copytree(rules_directory(), rules)
    strict = rules / "problem_areas" / "grief" / "death_of_significant_person.yaml"
    text = strict.read_text(encoding="utf-8")
    strict.write_text(text.replace("kind: person\n", "kind: {in: [person, pet]}\n", 1), encoding="utf-8")
    return rules


def test_what_is_refuted_is_told_with_the_case_that_shows_it(
    cli: Cli, lenient: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = [BY_ID["grief_needs_a_death"], BY_ID["red_flags"]]
    monkeypatch.setattr("ipt_formulate.proof.theorems.THEOREMS", chosen)
    monkeypatch.setenv("COLUMNS", "200")
    code, out, err = cli("prove", lenient, "--no-cache")
    assert (code, err) == (1, "")
    table, told = out.split("grief_needs_a_death, refuted: ")
    lines = [line.rstrip() for line in table.splitlines()]
    assert lines[0] == "What holds of every case, by the rules of weissman"
    for theorem, verdict in zip(chosen, ("refuted", "proved"), strict=True):
        (line,) = [line for line in lines if theorem.statement in line]
        assert verdict in line
    why, smallest, written = told.split("\n", 2)
    grief = formulate(parse_case(yaml.safe_load(written)), rulebase=load_rulebase(lenient), engine="reference")
    assert why.endswith(".")
    assert smallest in ("No case with fewer facts shows it.", "No fact of this can be left out.")
    assert grief.areas[ProblemArea.GRIEF].candidates[0].status is not AreaStatus.NOT_SUPPORTED
    code, out, err = cli("prove", "--no-cache")
    assert (code, err) == (0, "")
    assert "refuted" not in out


def test_what_is_no_promise_is_noted_in_a_line_and_ends_with_code_zero(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ipt_formulate.proof.theorems.THEOREMS", [BY_ID["exact"], BY_ID["two_foci"]])
    told = tmp_path / "certificate.json"
    code, out, err = cli("prove", "--certificate", told)
    assert (code, err) == (0, "")
    (exact, foci) = json.loads(told.read_text(encoding="utf-8"))["traditions"]["weissman"]
    assert (exact["promise"], exact["verdict"], foci["promise"], foci["verdict"]) == (False, "noted", True, "proved")
    names = ", ".join(each["about"] for each in exact["failures"])
    assert f"exact, no promise: weaker than exact at {names}.\n" in out


def test_a_promise_that_is_not_decided_does_not_end_with_code_zero(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Values that no case shows; of what is no promise they are a note, and told as not decided."""
    open_claim = Claim("something", "none", lambda: iter([Question(lambda: (None, z3.Bool("free")))]), "it is open")
    ends = []
    for noted in ("", "weaker at"):
        theorem = Theorem("open", "It is open.", lambda base: iter([open_claim]), noted)
        monkeypatch.setattr("ipt_formulate.proof.theorems.THEOREMS", [theorem])
        ends.append(cli("prove", "--no-cache"))
    assert [code for code, _, _ in ends] == [1, 0]
    assert "open, not decided: it is open" in ends[0][1]
    assert "open, no promise: not decided at something." in ends[1][1]


def test_a_refuted_rule_base_ends_with_code_one_and_case_files(cli: Cli, lenient: Path, tmp_path: Path) -> None:
    rules, written, told = lenient, tmp_path / "cases", tmp_path / "certificate.json"
    code, out, _ = cli("prove", rules, "--json", "--no-cache", "--cases", written, "--certificate", told)
    assert code == 1
    output = json.loads(out)
    results = {each["theorem"]: each["verdict"] for each in output["traditions"]["weissman"]}
    assert results["grief_needs_a_death"] == "refuted"
    assert results["learning"] == results["red_flags"] == results["deficits_last"] == "proved"
    base = load_rulebase(rules)
    case = load_case(written / "weissman-grief_needs_a_death-whose-death.yaml")
    grief = formulate(case, rulebase=base, engine="reference").areas[ProblemArea.GRIEF]
    assert grief.candidates[0].status is not AreaStatus.NOT_SUPPORTED
    certified = json.loads(told.read_text(encoding="utf-8"))
    assert certified["rulebase_sha256"] == base.sha256
    assert certified["prover"].startswith("z3 ")
    assert "seconds" not in certified["traditions"]["weissman"][0]
