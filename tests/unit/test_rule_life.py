"""A rule from its template to its lock, and what a changed rule base changes for cases."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from ipt_formulate.case.files import parse_case
from ipt_formulate.reasoning.versions import changed_answers, changes_between
from ipt_formulate.resources import rules_directory
from ipt_formulate.rulebase.loader import load_rulebase

Cli = Callable[..., tuple[int, str, str]]
LITTLE_SUPPORT = "problem_areas/grief/little_support.yaml"
NEAR = "problem_areas/grief/near_onset_or_worsening.yaml"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    shutil.copytree(rules_directory(), tmp_path / "rules", ignore=shutil.ignore_patterns("rules.lock"))
    return tmp_path / "rules"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_released_rule_does_not_change_without_a_new_version(cli: Cli, rules: Path) -> None:
    assert cli("lock", rules)[0] == 0
    before = load_rulebase(rules).sha256
    edit(rules / LITTLE_SUPPORT, "title: There was little", "# a comment changes nothing\ntitle: There was little")
    assert cli("lint", rules)[0] == 0
    edit(rules / LITTLE_SUPPORT, "There was little support", "There was hardly any support")
    for command in (["lint", rules], ["lock", rules], ["lock", "--check", rules]):
        code, _, err = cli(*command)
        assert code == 2, command
        assert f"{LITTLE_SUPPORT}:2: grief.little_support was changed and is still version" in err.replace(":1:", ":2:")
        assert "give it a version above" in err
    (rules / LITTLE_SUPPORT).write_text(
        re.sub(r"(?m)^version: .*$", "version: 9.0.0", (rules / LITTLE_SUPPORT).read_text(encoding="utf-8")), "utf-8"
    )
    assert cli("lint", rules)[0] == 0
    code, out, err = cli("lock", "--check", rules)
    assert (code, out) == (2, "")
    assert re.fullmatch(rf"{LITTLE_SUPPORT}:\d+: grief.little_support 9.0.0 is not yet in the lock, .*\n", err)
    assert "1 new or with a new version" in cli("lock", rules)[1]
    assert cli("lock", "--check", rules)[0] == 0
    assert load_rulebase(rules).sha256 != before


def test_a_lock_that_lacks_something_fails_its_check_with_one_line_each(cli: Cli, rules: Path) -> None:
    everything = len(cli("lock", "--check", rules)[2].splitlines())
    cli("lock", rules)
    lines = (rules / "rules.lock").read_text(encoding="utf-8").splitlines(keepends=True)
    assert everything == len(lines) - 1
    kept = [line for line in lines if not line.startswith(("grief.little_support ", "cards.timeline "))]
    (rules / "rules.lock").write_text("".join(kept), encoding="utf-8")
    code, _, err = cli("lock", "--check", rules)
    assert code == 2
    assert [line.split()[1] for line in err.splitlines()] == ["cards.timeline", "grief.little_support"]
    assert all("is new, and not yet in the lock; run: ipt-formulate lock" in line for line in err.splitlines())
    assert cli("lint", rules)[0] == 0


@pytest.mark.parametrize(
    ("place", "old", "new", "entry"),
    [
        ("parameters.yaml", "value: 6mo", "value: 7mo", "parameters.near_before"),
        ("conditions.yaml", "in: [moderate, high]", "in: [high]", "conditions.person_is_significant"),
        ("traditions/ptsd.yaml", "title: ", "title: Another ", "traditions.ptsd"),
        ("problem_areas/grief/area.yaml", "title: ", "title: Another ", "areas.grief"),
        ("techniques/cards/timeline.yaml", "rank: ", "rank: 1", "cards.timeline"),
    ],
)
def test_what_released_rules_share_does_not_change_under_one_version_of_the_rule_base(
    cli: Cli, rules: Path, place: str, old: str, new: str, entry: str
) -> None:
    cli("lock", rules)
    edit(rules / place, old, new)
    code, _, err = cli("lint", rules)
    assert code == 2
    assert f"{place}: {entry} was changed and is still version 0.2.0; give rulebase.yaml a version above" in err
    edit(rules / "rulebase.yaml", "version: 0.2.0", "version: 0.3.0")
    assert cli("lint", rules)[0] == 0


def test_lint_says_which_safety_rules_the_library_puts_in(cli: Cli, rules: Path) -> None:
    (rules / "safety/mania_now.yaml").unlink()
    assert (
        "The library puts in, as no rule base can do without or narrow them: safety.mania_now." in cli("lint", rules)[1]
    )


def test_a_released_rule_does_not_vanish_unless_that_is_accepted(cli: Cli, rules: Path) -> None:
    cli("lock", rules)
    (rules / LITTLE_SUPPORT).unlink()
    code, _, err = cli("lock", rules)
    assert code == 2
    assert "grief.little_support" in err
    assert "is gone" in err
    assert cli("lock", rules, "--anew")[0] == 0
    assert cli("lock", rules, "--check")[0] == 0


def test_the_lock_is_no_part_of_the_hash_and_a_broken_lock_is_refused(cli: Cli, rules: Path) -> None:
    before = load_rulebase(rules).sha256
    cli("lock", rules)
    assert load_rulebase(rules).sha256 == before
    with (rules / "rules.lock").open("a", encoding="utf-8") as lock:
        lock.write("grief.little_support 1.0.0\n")
    code, _, err = cli("lint", rules)
    assert code == 2
    assert re.search(r"rules\.lock:\d+: is not an id", err)


def test_the_shipped_lock_holds() -> None:
    from ipt_formulate.rulebase.lock import broken_locks, read_lock

    base = load_rulebase(rules_directory())
    assert [str(problem) for problem in broken_locks(base, read_lock(rules_directory()))] == []


@pytest.mark.parametrize(
    ("rule_id", "place"),
    [
        ("grief.sudden_death", "problem_areas/grief/sudden_death.yaml"),
        ("loss_of_healthy_self.novel", "problem_areas/loss_of_healthy_self/novel.yaml"),
        ("safety.novel", "safety/novel.yaml"),
        ("selection.novel", "selection/novel.yaml"),
        ("gates.novel", "techniques/gates/novel.yaml"),
        ("stages.novel", "techniques/stages/novel.yaml"),
        ("modifiers.novel", "modifiers/novel.yaml"),
        ("advice.novel", "advice/novel.yaml"),
    ],
)
def test_a_template_stands_where_its_id_calls_for_it_and_every_gap_is_named(
    cli: Cli, rules: Path, rule_id: str, place: str
) -> None:
    assert cli("new-rule", rule_id, "--rules-dir", rules)[0] == 0
    gaps = (rules / place).read_text(encoding="utf-8").count("FILL IN")
    code, _, err = cli("lint", rules)
    assert code == 2
    assert len(err.splitlines()) == gaps > 10
    assert all(line.startswith(f"{place}:") and "is not filled in yet" in line for line in err.splitlines())


def test_a_template_that_is_filled_in_is_a_rule(cli: Cli, rules: Path) -> None:
    cli("new-rule", "grief.novel", "--rules-dir", rules)
    path = rules / "problem_areas" / "grief" / "novel.yaml"
    written = yaml.safe_load(path.read_text(encoding="utf-8"))
    model = yaml.safe_load((rules / LITTLE_SUPPORT).read_text(encoding="utf-8"))
    assert set(written) == set(model) - {"default"}
    written |= {name: model[name] for name in model if name not in ("id", "when", "examples")}
    written["when"] = {"mourning.guilt": True}
    deaths = [{"mourning": {"guilt": True}}, {"mourning": {"guilt": False}}, {"mourning": {}}]
    for each, death in zip(written["examples"], deaths, strict=True):
        each |= {"title": "blames himself", "case": {"inventory": {"deaths": [death]}}}
    path.write_text(yaml.safe_dump(written), encoding="utf-8")
    assert cli("lint", rules)[0] == 0


@pytest.mark.parametrize(
    ("rule_id", "complaint"),
    [
        ("grief.little_support", "is there already"),
        ("grief.area", "is there already"),
        ("nowhere.novel", "names no folder of rules"),
        ("grief/../../novel", "is not the id of a rule"),
        ("novel", "is not the id of a rule"),
    ],
)
def test_no_template_is_written_for_an_id_that_will_not_do(cli: Cli, rules: Path, rule_id: str, complaint: str) -> None:
    before = sorted(rules.rglob("*"))
    code, _, err = cli("new-rule", rule_id, "--rules-dir", rules)
    assert code == 2
    assert complaint in err
    assert sorted(rules.rglob("*")) == before


def test_a_changed_rule_is_named_with_the_cases_it_changes(cli: Cli, rules: Path, tmp_path: Path) -> None:
    cases = tmp_path / "cases"
    cases.mkdir()
    death = "{id: death, kind: person, role: parent, when: 14w, mourning: {avoided: true}}"
    inquiry = "{people: thorough, deaths: thorough, conflicts: thorough, changes: thorough}"
    head = "assessment: {episode: {onset: 3mo, worsenings: []}}\n"
    (cases / "a-death.yaml").write_text(f"{head}inventory: {{inquiry: {inquiry}, deaths: [{death}]}}\n", "utf-8")
    (cases / "nothing.yaml").write_text(f"{head}inventory: {{inquiry: {inquiry}}}\n", "utf-8")
    new = tmp_path / "new"
    shutil.copytree(rules, new)
    edit(new / "parameters.yaml", "value: 6mo", "value: 7mo")
    edit(new / "problem_areas/grief/death_of_significant_person.yaml", "- kind: person", "- kind: pet")
    code, out, err = cli("diff", rules, new, cases, "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert {(each["kind"], each["id"]) for each in found["changes"]} == {
        ("parameter", "near_before"),
        ("rule", "grief.death_of_significant_person"),
    }
    assert (found["cases"], list(found["changed"])) == (2, ["a-death"])
    focus = next(each for each in found["changed"]["a-death"] if each["about"] == "focus")
    assert focus["before"] == "chosen: grief (the death of the parent)"
    assert [cause["id"] for cause in focus["causes"]] == ["rule grief.death_of_significant_person"]
    code, out, _ = cli("diff", rules, new, cases)
    assert code == 0
    assert "1 of 2 cases change their answer." in out
    assert "0 of 2 cases change their answer." in cli("diff", rules, rules, cases)[1]


def test_a_parameter_is_named_where_it_makes_the_difference(rules: Path, tmp_path: Path) -> None:
    old = load_rulebase(rules)
    edit(rules / "parameters.yaml", "value: 6mo", "value: 3mo")
    new = load_rulebase(rules)
    changes = changes_between(old, new)
    assert [each.id for each in changes] == ["near_before"]
    assert "grief.near_onset_or_worsening" in changes[0].rules
    inquiry = dict.fromkeys(("people", "deaths", "conflicts", "changes"), "thorough")
    of = parse_case(
        {
            "assessment": {"episode": {"onset": "3mo", "worsenings": []}},
            "inventory": {"inquiry": inquiry, "deaths": [{"kind": "person", "role": "parent", "when": "8mo"}]},
        }
    )
    found = {each.about: each for each in changed_answers(old, new, of, changes)}
    assert found["area grief"].before == "supported"
    assert {cause.id for each in found.values() for cause in each.causes} == {"parameter near_before"}
    assert changed_answers(old, old, of, ()) == ()


def test_added_and_removed_rules_and_profiles_are_changes(rules: Path) -> None:
    old = load_rulebase(rules)
    (rules / LITTLE_SUPPORT).unlink()
    edit(rules / "traditions" / "late_life.yaml", "title: IPT in later life", "title: IPT in old age")
    new = load_rulebase(rules)
    there = {(each.kind, each.id, each.how) for each in changes_between(old, new)}
    assert there == {("rule", "grief.little_support", "removed"), ("tradition", "late_life", "changed")}
    back = {(each.kind, each.id, each.how) for each in changes_between(new, old)}
    assert ("rule", "grief.little_support", "added") in back


@pytest.mark.parametrize(
    ("place", "complaint"),
    [(0, "is not a directory"), (1, "is not a directory"), (2, "holds no case"), (3, "is no case")],
)
def test_bad_input_to_diff_is_named(cli: Cli, rules: Path, tmp_path: Path, place: int, complaint: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "case.yaml").write_text("assessment: {epsiode: {}}\n", encoding="utf-8")
    arguments: list[Path] = [rules, rules, tmp_path / "empty"]
    if place < 2:
        arguments[place] = tmp_path / "nowhere"
    if place == 3:
        arguments[2] = tmp_path / "bad"
    code, out, err = cli("diff", *arguments)
    assert (code, out) == (2, "")
    assert complaint in err
    assert "Traceback" not in err


def test_a_faulty_rule_base_is_named_with_its_directory(cli: Cli, rules: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    shutil.copytree(rules, new)
    edit(new / NEAR, "when: near_onset_or_worsening", "when: near_onset")
    code, _, err = cli("diff", rules, new, tmp_path)
    assert code == 2
    assert err.startswith(f"{new / NEAR}:")
