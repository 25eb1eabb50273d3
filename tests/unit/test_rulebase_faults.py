"""One fault at a time in a copy of the shipped rule base: each is found, named by file, and answered with a remedy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from ipt_formulate.errors import RuleBaseError
from ipt_formulate.resources import rules_directory
from ipt_formulate.rulebase.lint import lint
from ipt_formulate.rulebase.loader import load_rulebase

GRIEF, DISPUTE, TRANSITION, DEFICITS = (
    f"problem_areas/{area}" for area in ("grief", "role_dispute", "role_transition", "interpersonal_deficits")
)
PLAIN = f"{GRIEF}/little_support.yaml"
TEST = "mourning.supported: false"


def when(text: str) -> tuple[str, str]:
    return f"when:\n  {TEST}", f"when: {text}"


FAULTS = [
    (PLAIN, *when("[]"), "must be a mapping or the name of a condition"),
    (PLAIN, *when("{mourning.supported: false, mourning.guilt: true}"), "has several keys"),
    (PLAIN, *when("{all: []}"), "at least one condition"),
    (PLAIN, *when("{any: mourning.supported}"), "at least one condition"),
    (PLAIN, *when("{not: {mourning.supported: maybe}}"), "test it with true or false"),
    (PLAIN, *when("{some: people, where: {alive: true}}"), "cannot stand in a rule about one item"),
    (PLAIN, *when("{mourning.supported: {is: false, in: [true]}}"), "takes one test"),
    (PLAIN, *when("{mourning.supported: {at_least: $near_before}}"), "use is or in"),
    (PLAIN, *when("{when: {in: [a]}}"), "use between, at_least or at_most"),
    (PLAIN, *when("{when: {between: $near_before}}"), "between takes two parameters"),
    (PLAIN, *when("{when: {between: [$near_before, $near_after]}}"), "can never lie in this range"),
    (PLAIN, *when("{when: {at_least: $significant_ring}}"), "has the unit ring"),
    (PLAIN, *when("{when: {at_least: $nothing_like_it}}"), "there is no parameter nothing_like_it"),
    (PLAIN, *when("{person.closeness: {at_most: $near_before}}"), "has the unit days"),
    (PLAIN, *when("{person.role: {in: $no_such_roles}}"), "there is no parameter no_such_roles"),
    (PLAIN, *when("{circumstances: {in: [expected, sudden, violent, suicide]}}"), "the test always holds"),
    (PLAIN, *when("{circumstances: {in: []}}"), "a word it cannot be"),
    (PLAIN, *when("{evidence.strong: true}"), "is not a field of deaths"),
    (PLAIN, *when("{assessment.response.answer: agreed}"), "is not a field of the case that rules may read"),
    (PLAIN, "id: grief.little_support", "id: grief.less_support", "its place calls for grief.little_support"),
    (PLAIN, "supports: context", "supports: assumption", "shows an assumption as a source"),
    (PLAIN, "as: supporting", "as: supporting\n  frame: true", "go with as: criterion only"),
    (PLAIN, "for_each: deaths", "for_each: changes", "has deaths as candidates"),
    (PLAIN, "for_each: deaths", "for_each: candidates", "its conclusion goes with for_each"),
    (PLAIN, "expect: not_met", "expect: met", "examples must expect met, not_met and unknown"),
    (PLAIN, "area: grief", "area: boredom", "should be 'grief', 'role_dispute'"),
    (
        f"{GRIEF}/near_onset_or_worsening.yaml",
        "- tied_to_onset",
        "- tied_to_nothing",
        "names a route that grief does not have",
    ),
    (
        PLAIN,
        "examples:",
        "expected: [{found: never_counts, of: nothing, because: It is meant so}]\nexamples:",
        "is no other area",
    ),
    (f"{GRIEF}/area.yaml", "never_mourned:", "unheard_of:", "names a route that grief does not have"),
    (f"{GRIEF}/area.yaml", "id: grief", "id: role_dispute", "its place calls for grief"),
    (
        "safety/mania_now.yaml",
        "assessment.safety.mania: current",
        "{some: nobody, where: {alive: true}}",
        "names no list",
    ),
    ("safety/coercion_now.yaml", "some: people", "some: people\n      count: $near_before", "has the unit days"),
    ("safety/coercion_now.yaml", "some: people", "some: people\n      count: 2", "a number stands in a condition"),
    ("safety/coercion_now.yaml", "where:", "wher:", "takes a list and where"),
    ("safety/coercion_now.yaml", "some: people", "at_most: people", "takes a list, where and count"),
    (
        "safety/coercion_now.yaml",
        "some: people",
        "none: people\n      count: $item_nine_positive",
        "takes a list and where",
    ),
    (
        "techniques/gates/past_coercion.yaml",
        "for_each: people",
        "for_each: conflicts",
        "goes with for_each: case or people",
    ),
    (
        "techniques/gates/past_coercion.yaml",
        "- role_playing",
        "- all_focus_work",
        "all_focus_work goes with for_each: case",
    ),
    (
        f"{DISPUTE}/tied_to_episode.yaml",
        "symptoms_worse_after: true",
        "symptoms_worse_after.inferred: true",
        "rests on an inference",
    ),
    (PLAIN, "area: grief", "area: role_transition", "belongs in problem_areas/role_transition/"),
    (PLAIN, "in mourning {person}.", "for {$no_such_time}.", "names the parameter no_such_time, which there is not"),
    (PLAIN, "in mourning {person}.", "for {$significant_roles}.", "which is a list of words"),
    ("parameters.yaml", "value: 6mo", "value: 6.5", "value"),
    ("parameters.yaml", "unit: roles", "unit: days", "does not go with unit"),
    ("parameters.yaml", "decided_by: contributors", "decided_on: today", "decided_by: is missing"),
    (
        "conditions.yaml",
        "near_onset_or_worsening:\n  title",
        "near_onset_or_worsening:\n  titel",
        "titel",
    ),
    ("conditions.yaml", "- mourning.avoided: true", "- mourning_held_back", "is defined by itself"),
    ("rulebase.yaml", "version: 0.2.0", "version: one", "version"),
    ("bibliography.yaml", "read: excerpt", "read: twice", "read"),
    ("traditions/weissman.yaml", "areas:", "off: [grief.no_such_rule]\nareas:", "does not exist"),
    ("traditions/weissman.yaml", "areas:", "off: [safety.mania_now]\nareas:", "holds in every tradition"),
    (
        "traditions/weissman.yaml",
        "areas:",
        "off: [grief.mourning_unresolved, grief.death_of_significant_person]\nareas:",
        "every criterion of grief",
    ),
    ("traditions/weissman.yaml", "id: weissman", "id: markowitz", "its place calls for weissman"),
    ("techniques/stages/dissolve.yaml", "indicates: dissolution_work", "indicates: no_such_work", "which has no card"),
    ("techniques/cards/grief_work.yaml", "key: guide-2018-ch5", "key: guide-2018-ch55", "not in bibliography.yaml"),
]


@pytest.mark.parametrize(
    ("name", "right", "wrong", "complaint"), FAULTS, ids=[f"{fault[0]}: {fault[3]}" for fault in FAULTS]
)
def test_a_fault_is_found_where_it_is(tmp_path: Path, name: str, right: str, wrong: str, complaint: str) -> None:
    directory = _copy(tmp_path)
    text = (directory / name).read_text(encoding="utf-8")
    assert right in text
    (directory / name).write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(RuleBaseError) as error:
        load_rulebase(directory)
    assert any(complaint in str(problem) for problem in error.value.problems), str(error.value)
    assert any(problem.remedy for problem in error.value.problems)


def _copy(tmp_path: Path) -> Path:
    directory = tmp_path / "rules"
    shutil.copytree(rules_directory(), directory)
    return directory


def test_a_window_on_worsenings_must_hold_what_around_stands_for(tmp_path: Path) -> None:
    directory = _copy(tmp_path)
    parameters = directory / "parameters.yaml"
    parameters.write_text(parameters.read_text(encoding="utf-8").replace("-1mo", "-1w"), encoding="utf-8")
    with pytest.raises(RuleBaseError, match="must contain the 30 days on both sides"):
        load_rulebase(directory)


def test_missing_links_and_unreadable_parts_are_named(tmp_path: Path) -> None:
    directory = _copy(tmp_path)
    (directory / "safety" / "link.yaml").symlink_to(directory / "rulebase.yaml")
    (directory / "bibliography.yaml").write_text("- not\n- a mapping\n", encoding="utf-8")
    (directory / "conditions.yaml").write_text("", encoding="utf-8")
    (directory / "traditions" / "weissman.yaml").unlink()
    (directory / "rulebase.yaml").write_text("name: [", encoding="utf-8")
    with pytest.raises(RuleBaseError) as error:
        load_rulebase(directory)
    text = str(error.value)
    for complaint in (
        "safety/link.yaml: is a link",
        "bibliography.yaml:1: must be a mapping by name",
        "rulebase.yaml:",
        "is not valid YAML",
    ):
        assert complaint in text
    (tmp_path / "empty").mkdir()
    with pytest.raises(RuleBaseError, match=r"rulebase.yaml: is missing"):
        load_rulebase(tmp_path / "empty")


def test_a_rule_base_without_a_tradition_is_refused(tmp_path: Path) -> None:
    directory = _copy(tmp_path)
    shutil.rmtree(directory / "traditions")
    with pytest.raises(RuleBaseError, match="there is no tradition"):
        load_rulebase(directory)


def test_quantifiers_say_what_they_say(tmp_path: Path) -> None:
    """`none`, `every` and `at_most` reduce to *at least* and *not*, and come out as their names promise."""
    from ipt_formulate.case.files import parse_case
    from ipt_formulate.evaluation.reference import evaluate

    directory = _copy(tmp_path)
    rule = directory / "safety" / "severe_cognitive_impairment.yaml"
    content = yaml.safe_load(rule.read_text(encoding="utf-8"))

    def verdicts(condition: dict[str, object], *alive: bool) -> tuple[int, int]:
        rule.write_text(yaml.safe_dump({**content, "when": condition}, sort_keys=False), encoding="utf-8")
        tree = load_rulebase(directory).rules["safety.severe_cognitive_impairment"].condition
        people = [{"alive": each} for each in alive]
        found = [
            parse_case({"inventory": {"people": people, "inquiry": {"people": asked}}}).lowered
            for asked in ("thorough", "brief")
        ]
        return evaluate(tree, found[0].case.values, found[0]), evaluate(tree, found[1].case.values, found[1])

    none, every = ({word: "people", "where": {"alive": True}} for word in ("none", "every"))
    at_most = {"at_most": "people", "count": "$item_nine_positive", "where": {"alive": True}}
    two = {"some": "people", "count": "$significant_ring", "where": {"alive": True}}
    assert verdicts(none, False) == (2, 1)
    assert verdicts(none, True) == (0, 0)
    assert verdicts(every, True, True) == (2, 1)
    assert verdicts(every, True, False) == (0, 0)
    assert verdicts(at_most, True) == (2, 1)
    assert verdicts(at_most, True, True) == (0, 0)
    assert verdicts(two, True, True) == (2, 2)
    assert verdicts(two, True) == (0, 1)


LINTED = [
    (
        "parameters.yaml",
        "near_before:",
        "never_read: {title: Read by nobody, value: 3, unit: score, assumption: nobody needs it, decided_by: nobody}\nnear_before:",
        "read by no rule",
    ),
    (
        "conditions.yaml",
        "mourning_held_back:",
        "never_used: {title: used by nobody, when: {mourning.guilt: true}}\nmourning_held_back:",
        "used by no rule",
    ),
    (
        "bibliography.yaml",
        "va-ipt:",
        "never-cited: {authors: Nobody, year: 2000, title: Never cited, read: full}\nva-ipt:",
        "cited by nothing",
    ),
    (PLAIN, "{person}.\n", "{persn}.\n", "which nothing fills in"),
    (PLAIN, "{person}.\n", "{person} for two months.\n", "has 'two months' typed into explain"),
    (PLAIN, "{person}.\n", "{person} for 60 days.\n", "has '60' typed into explain"),
]


@pytest.mark.parametrize(("name", "right", "wrong", "complaint"), LINTED, ids=[each[3] for each in LINTED])
def test_lint_finds_what_is_of_no_use(tmp_path: Path, name: str, right: str, wrong: str, complaint: str) -> None:
    directory = _copy(tmp_path)
    text = (directory / name).read_text(encoding="utf-8")
    assert right in text
    (directory / name).write_text(text.replace(right, wrong, 1), encoding="utf-8")
    assert complaint in "\n".join(map(str, lint(load_rulebase(directory))))


def test_lint_finds_twins_and_areas_without_technique(tmp_path: Path) -> None:
    directory = _copy(tmp_path)
    twin = (directory / PLAIN).read_text(encoding="utf-8").replace("grief.little_support", "grief.hardly_any_support")
    (directory / GRIEF / "hardly_any_support.yaml").write_text(twin, encoding="utf-8")
    for path in (directory / "techniques" / "cards").glob("*.yaml"):
        card = yaml.safe_load(path.read_text(encoding="utf-8"))
        card["fit"] = {area: fit for area, fit in card["fit"].items() if area != "grief"} or {"role_dispute": "useful"}
        path.write_text(yaml.safe_dump(card), encoding="utf-8")
    text = "\n".join(map(str, lint(load_rulebase(directory))))
    assert "says the same as grief.hardly_any_support" in text
    assert "no technique fits grief" in text
