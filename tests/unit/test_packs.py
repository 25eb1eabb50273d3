"""Packs: rules of one's own on top of the shipped ones, with nothing of the shipped ones lost unsaid."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import ipt_formulate as ipt
from ipt_formulate.errors import RuleBaseError
from ipt_formulate.report.text import sections
from ipt_formulate.rulebase.loader import load_rulebase, shipped_rulebase
from ipt_formulate.rulebase.texts import GateConclusion, SafetyConclusion
from ipt_formulate.rulebase.variation import ends
from ipt_formulate.testing import constants_of, random_case
from ipt_formulate.vocabulary import Urgency

Cli = Callable[..., tuple[int, str, str]]
SHIPPED = shipped_rulebase()
ABOUT: dict[str, Any] = {
    "name": "clinic",
    "version": "1.2.0",
    "extends": {"name": "ipt", "from": "0.2.0", "below": "0.3.0"},
    "maintainers": ["the clinic"],
}
ASSUMED = [{"key": "assumption", "locator": "our own experience", "supports": "assumption"}]


def rule(rule_id: str, **changed: Any) -> dict[str, Any]:
    """A rule about deaths that is met of mixed feelings."""
    cases = {"met": {"ambivalence": True}, "not_met": {"ambivalence": False}, "unknown": {}}
    return {
        "id": rule_id,
        "title": "Feelings about the dead person are mixed",
        "status": "experimental",
        "version": "1.0.0",
        "rationale": "Grief work goes over the relationship, good and bad.",
        "citations": ASSUMED,
        "for_each": "deaths",
        "when": {"ambivalence": True},
        "then": {"area": "grief", "as": "supporting"},
        "explain": "The client has mixed feelings about {person}.",
        "ask": "What was {person} like, on good days and on bad?",
        "limits": ["Mixed feelings are common after any death."],
        "examples": [
            {
                "title": f"an example that is {expect}",
                "expect": expect,
                "case": {"inventory": {"deaths": [{"id": "loss", "role": "parent", **told}]}},
            }
            for expect, told in cases.items()
        ],
        **changed,
    }


def pack(directory: Path, about: dict[str, Any] | None = None, **files: Any) -> Path:
    """A pack with these files: `__` in a name stands for a slash."""
    for name, content in {"rulebase": {**ABOUT, **(about or {})}, **files}.items():
        path = directory / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return directory


def faults(directory: Path, **options: Any) -> str:
    with pytest.raises(RuleBaseError) as caught:
        load_rulebase(directory, **options)
    return "\n".join(map(str, caught.value.problems))


MIXED = {"problem_areas__grief__clinic_mixed": rule("grief.clinic_mixed")}


def test_a_pack_adds_to_the_shipped_rules_and_takes_nothing(tmp_path: Path) -> None:
    base = load_rulebase(pack(tmp_path, **MIXED), extends="ipt")
    assert list(base.own("rules")) == ["grief.clinic_mixed"]
    assert {name: each.text for name, each in base.rules.items() if name in SHIPPED.rules} == {
        name: each.text for name, each in SHIPPED.rules.items()
    }
    assert base.manifest.not_for == SHIPPED.manifest.not_for
    assert base.manifest.intended_use == SHIPPED.manifest.intended_use
    assert base.floor == ()


def test_the_formulation_says_which_rules_it_was_made_by(tmp_path: Path) -> None:
    base = load_rulebase(pack(tmp_path, **MIXED))
    case = ipt.parse_case({"inventory": {"deaths": [{"id": "loss", "role": "parent", "ambivalence": True}]}})
    found = ipt.formulate(case, rulebase=base)
    made = found.provenance
    assert [(each.name, each.version) for each in made.layers] == [("ipt", "0.2.0"), ("clinic", "1.2.0")]
    assert made.layers[0].sha256 == SHIPPED.sha256
    assert len({made.rulebase_sha256, *(each.sha256 for each in made.layers)}) == 3
    assert "grief.clinic_mixed" in [each.id for each in made.rules]
    assert "mixed feelings" in found.model_dump_json()
    assert "ipt 0.2.0" in found.to_html()
    assert "This rule base is made of ipt 0.2.0" in sections(found)[-1].plain()
    assert made.certification != ipt.formulate(case).provenance.certification
    assert ipt.formulate(case).provenance.layers == ()


def test_the_hash_is_of_both_and_of_nothing_else(tmp_path: Path) -> None:
    first = load_rulebase(pack(tmp_path / "one", **MIXED))
    path = pack(tmp_path / "two", **MIXED) / "rulebase.yaml"
    path.write_text(f"# a remark\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    (tmp_path / "two" / "README.md").write_text("About us.", encoding="utf-8")
    second = load_rulebase(tmp_path / "two")
    assert (first.sha256, first.extends and first.extends.sha256) == (
        second.sha256,
        second.extends and second.extends.sha256,
    )
    assert load_rulebase(pack(tmp_path / "three", {"version": "1.3.0"}, **MIXED)).sha256 != first.sha256


def test_everything_that_can_be_added_can_be_used(tmp_path: Path) -> None:
    card = SHIPPED.techniques["timeline"].model_dump(mode="json", by_alias=True, exclude_unset=True)
    school = SHIPPED.traditions["weissman"].model_dump(mode="json", by_alias=True, exclude_unset=True)
    cited = [{"key": "clinic-notes", "locator": "page 1", "supports": "definition"}]
    gate = {"gate": "caution", "techniques": ["clinic_letter"], "reason": "It was not tried with anyone yet."}
    about_case = {
        expect: {"assessment": {"episode": told}}
        for expect, told in (("met", {"course": "first"}), ("not_met", {"course": "chronic"}), ("unknown", {}))
    }
    examples = [{"title": f"it is {expect}", "expect": expect, "case": case} for expect, case in about_case.items()]
    of_case = {"for_each": "case", "when": "clinic_first", "examples": examples}
    source = {"authors": "The clinic", "year": 2026, "title": "Notes on our practice", "read": "full"}
    directory = pack(
        tmp_path,
        bibliography={"clinic-notes": source},
        parameters={
            "clinic_long": {"title": "How long is long", "value": "2mo", "unit": "days", "citations": cited}
            | {"decided_by": "the clinic"}
        },
        conditions={
            "clinic_first": {"title": "It is the first episode", "when": {"assessment.episode.course": "first"}}
        },
        techniques__cards__clinic_letter=card | {"id": "clinic_letter", "title": "A letter", "concerns_person": True},
        techniques__gates__clinic_untried=rule("gates.clinic_untried", then=gate, **of_case),
        advice__clinic_call=rule(
            "advice.clinic_call", then={"advice": "Ring the client after a week.", "kind": "consider"}, **of_case
        ),
        traditions__clinic_school=school | {"id": "clinic_school", "title": "As we do it"},
        problem_areas__grief__clinic_long_ago=rule(
            "grief.clinic_long_ago",
            when={"all": [{"ambivalence": True}, {"when": {"at_least": "$clinic_long"}}]},
            examples=[
                {"title": f"it is {expect}", "expect": expect, "case": {"inventory": {"deaths": [{"id": "a", **told}]}}}
                for expect, told in (
                    ("met", {"ambivalence": True, "when": "1y"}),
                    ("not_met", {"ambivalence": False}),
                    ("unknown", {"ambivalence": True}),
                )
            ],
        ),
    )
    base = load_rulebase(directory)
    found = ipt.formulate(
        ipt.parse_case({"assessment": {"episode": {"course": "first"}}}), tradition="clinic_school", rulebase=base
    )
    assert "advice.clinic_call" in found.model_dump_json()
    gates = [each for each in found.rulebase.gates if each.scope == "people"]
    assert gates
    assert all("clinic_letter" in each.then.techniques for each in gates)
    ipt.plan(found)


def test_lint_lock_and_the_rest_of_the_commands_take_a_pack(cli: Cli, tmp_path: Path) -> None:
    directory = pack(tmp_path / "clinic", **MIXED)
    code, out, err = cli("lint", directory)
    assert (code, err) == (0, "")
    assert out.startswith("1 rules, 3 examples, 0 parameters, 0 sources")
    assert "It extends ipt 0.2.0, SHA-256" in out
    assert cli("lock", directory)[0] == 0
    lock = (directory / "rules.lock").read_text(encoding="utf-8")
    assert [line.split()[0] for line in lock.splitlines()[1:]] == ["grief.clinic_mixed"]
    changed = rule("grief.clinic_mixed", title="Feelings about the one who died are mixed")
    pack(directory, problem_areas__grief__clinic_mixed=changed)
    code, _, err = cli("lint", directory)
    assert code == 2
    assert "was changed and is still version 1.0.0" in err
    (directory / "rules.lock").unlink()
    assert cli("rule", "grief.clinic_mixed")[0] == 2
    assert cli("rule", "grief.clinic_mixed", "--rules", directory)[0] == 0
    listed = json.loads(cli("rules", "--json", "--rules", directory)[1])
    assert (listed["name"], len(listed["rules"])) == ("clinic", len(SHIPPED.rules) + 1)
    result = tmp_path / "result.json"
    result.write_text(cli("formulate", "mrs-e-late-life-widow", "--json", "--rules", directory)[1], encoding="utf-8")
    assert cli("check", result, "mrs-e-late-life-widow", "--rules", directory)[0] == 0
    assert cli("check", result, "mrs-e-late-life-widow")[0] == 2
    for command in (["why"], ["why-not", "grief"], ["reasons"], ["compare"], ["sensitivity"]):
        name, *rest = command
        assert cli(name, "mrs-e-late-life-widow", *rest, "--rules", directory)[0] == 0, command
    assert "grief.clinic_mixed" in cli("why", "mrs-e-late-life-widow", "grief", "--rules", directory)[1]


def test_a_site_sets_its_parameters_in_a_pack_too(cli: Cli, tmp_path: Path) -> None:
    directory = pack(tmp_path / "clinic", **MIXED)
    result = tmp_path / "result.json"
    options = ["--rules", directory, "--set", "cssrs_high=3"]
    result.write_text(cli("formulate", "mrs-e-late-life-widow", "--json", *options)[1], encoding="utf-8")
    assert json.loads(result.read_text(encoding="utf-8"))["provenance"]["site_parameters"]["cssrs_high"] == 3
    assert cli("check", result, "mrs-e-late-life-widow", "--rules", directory)[0] == 0
    code, _, err = cli("formulate", "mrs-e-late-life-widow", "--rules", directory, "--set", "near_before=1")
    assert code == 2
    assert "a site cannot set near_before" in err


def test_a_rule_is_replaced_or_taken_away_only_with_a_reason(cli: Cli, tmp_path: Path) -> None:
    told = {"rule": "grief.little_support", "by": "grief.clinic_mixed", "because": "We read another source than you."}
    off = {"rule": "grief.hidden", "because": "We do not use it, as we said."}
    known = [name for name in SHIPPED.rules if name.startswith("grief.") and name != "grief.little_support"]
    switched = {name for each in SHIPPED.traditions.values() for name in (*each.on, *each.off)}
    off["rule"] = next(name for name in known if name in switched)
    directory = pack(tmp_path, {"replaces": [told, off]}, **MIXED)
    base = load_rulebase(directory)
    assert not {"grief.little_support", off["rule"]} & set(base.rules)
    for name in base.traditions:
        assert base.for_tradition(name)
    out = cli("lint", directory)[1]
    assert "grief.clinic_mixed holds in place of grief.little_support." in out
    assert f"{off['rule']} does not hold." in out
    cli("lock", directory)
    assert "replaces.grief.little_support 1.2.0" in (directory / "rules.lock").read_text(encoding="utf-8")
    assert "because" in faults(pack(tmp_path / "no", {"replaces": [{"rule": "grief.little_support"}]}, **MIXED))


def test_what_replaces_a_rule_is_off_and_on_where_that_was(tmp_path: Path) -> None:
    school = next(each for each in SHIPPED.traditions.values() if any(x.startswith("grief.") for x in each.off))
    gone = next(name for name in school.off if name.startswith("grief."))
    told = {"rule": gone, "by": "grief.clinic_mixed", "because": "We read another source than you."}
    base = load_rulebase(pack(tmp_path, {"replaces": [told]}, **MIXED))
    assert "grief.clinic_mixed" in base.traditions[school.id].off
    assert "grief.clinic_mixed" not in base.for_tradition(school.id).rules
    assert "grief.clinic_mixed" in base.for_tradition("weissman").rules


SAFETY = [name for name, each in SHIPPED.rules.items() if isinstance(each.then, (SafetyConclusion, GateConclusion))]


def test_no_safety_rule_and_no_gate_can_be_taken_away(tmp_path: Path) -> None:
    told = [{"rule": name, "because": "We would rather not have it."} for name in SAFETY]
    text = faults(pack(tmp_path, {"replaces": told}))
    for name in SAFETY:
        assert f"{name} is a safety rule or a gate, which no pack can take away" in text
    own = rule("safety.mania_now")
    assert "its name does not say so" in faults(pack(tmp_path / "own", safety__mania_now=own))
    school = SHIPPED.traditions["weissman"].model_dump(mode="json", by_alias=True, exclude_unset=True)
    school |= {"id": "clinic_school", "off": SAFETY}
    text = faults(pack(tmp_path / "school", traditions__clinic_school=school))
    assert all(f"switches {name}, which holds in every tradition" in text for name in SAFETY)


RANGED = {name: ends(each) for name, each in SHIPPED.parameters.items() if ends(each)}


@settings(max_examples=25)
@given(st.randoms(use_true_random=False))
def test_no_change_of_parameters_hides_a_flag_or_frees_a_technique(
    tmp_path_factory: pytest.TempPathFactory, usable: Callable[[Any], set[Any]], random: Random
) -> None:
    names = random.sample(sorted(RANGED), 4)
    told = {name: {"value": random.choice(RANGED[name]), "because": "We find that this suits us."} for name in names}
    base = load_rulebase(pack(tmp_path_factory.mktemp("pack"), {"parameters": told}))
    assert all(base.parameters[name].assumption == "We find that this suits us." for name in names)
    urgency = list(Urgency)
    for _ in range(3):
        case = random_case(random, known=0.9, constants=constants_of(SHIPPED), max_items=3)
        plain, own = (ipt.formulate(case, engine="reference", rulebase=each) for each in (None, base))
        theirs = {flag.rule: flag for flag in own.safety.flags}
        for flag in plain.safety.flags:
            assert urgency.index(theirs[flag.rule].urgency) <= urgency.index(flag.urgency)
        assert set(plain.focus.holds) <= set(own.focus.holds)


def test_a_parameter_moves_within_its_range_only_and_rules_move_with_it(tmp_path: Path) -> None:
    wide = {"near_before": {"value": "9mo", "because": "Our clients come late."}}
    base = load_rulebase(pack(tmp_path / "wide", {"parameters": wide}))
    case = ipt.parse_case(
        {"assessment": {"episode": {"onset": "1mo"}}, "inventory": {"deaths": [{"id": "a", "when": "9mo"}]}}
    )
    verdicts = [str(ipt.formulate(case, rulebase=each).why("grief")) for each in (None, base)]
    assert verdicts[0] != verdicts[1]
    assert base.parameters["near_before"].decided_by == "the pack clinic"
    beyond = {"near_before": {"value": "5y", "because": "Our clients come late."}}
    assert re.match(
        r"rulebase\.yaml:\d+: the value lies outside the range of near_before; it is 3mo to 12mo",
        faults(pack(tmp_path / "beyond", {"parameters": beyond})),
    )
    rigid = next(name for name, each in SHIPPED.parameters.items() if each.range is None)
    words = next(name for name, each in SHIPPED.parameters.items() if isinstance(each.value, list))
    odd = {
        rigid: {"value": 1, "because": "We would like it so."},
        "near_befor": {"value": 1, "because": "We would like it so."},
        words: {"value": ["astronaut"], "because": "We would like it so."},
        "cssrs_high": {"value": "often", "because": "We would like it so."},
    }
    text = faults(pack(tmp_path / "odd", {"parameters": odd}))
    assert f"the parameter {rigid} states no range" in text
    assert re.search("no parameter near_befor; did you mean near_before", text)
    assert f"the value lies outside the range of {words}" in text
    assert "the parameter cssrs_high cannot have that value" in text


BAD: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"name": "ipt"}, {}, "has the name of the rule base it extends"),
    ({"name": "little"}, {}, r"rulebase.yaml:1: ipt has names that begin with little_, such as little_support"),
    ({"extends": {"name": "cbt", "from": "0.1.0", "below": "0.3.0"}}, {}, "which does not come with the library"),
    ({"extends": {"name": "ipt", "from": "9.0.0", "below": "9.1.0"}}, {}, "from 9.0.0 to below 9.1.0, and this is 0.2.0"),
    ({"extends": {"name": "ipt", "from": "0.3.0", "below": "0.2.0"}}, {}, "below must be a later version than from"),
    ({"extends": {**ABOUT["extends"], "sha256": "0" * 64}}, {}, "another content of ipt 0.2.0"),
    ({"extends": {"name": "ipt"}}, {}, "extends.from: is missing"),
    ({"extends": None}, {}, "rulebase.yaml:3: extends"),
    ({"colour": "red"}, {}, "colour: Extra inputs are not permitted"),
    ({"replaces": [{"rule": "grief.no_such", "because": "We would like it so."}]}, {}, "ipt has no rule grief.no_such"),
    ({"replaces": [{"rule": "grief.little_support", "by": "grief.other", "because": "We would like it so."}]}, {}, "the pack has no rule grief.other"),
    ({"replaces": [{"rule": "advice.ptsd", "by": "grief.clinic_mixed", "because": "We would like it so."}]}, MIXED, "concludes another sort of thing"),
    ({"replaces": [{"rule": "advice.ptsd", "because": each} for each in ("We would like it so.", "Nobody uses it.")]}, {}, "names a rule twice"),
    ({}, {"problem_areas__grief__mixed": rule("grief.mixed")}, "call it grief.clinic_mixed"),
    ({}, {"problem_areas__grief__clinic_x": rule("grief.clinic_y")}, "its place calls for grief.clinic_x"),
    ({}, {"conditions": {"first": {"title": "It is the first episode", "when": {"assessment.episode.course": "first"}}}}, "conditions.yaml:1: first is added by the pack clinic"),
    ({}, {"bibliography": {"va-ipt": {"authors": "We", "year": 2000, "title": "Another", "read": "full"}}}, "va-ipt is another source in ipt"),
    ({}, {"problem_areas__grief__clinic_x": rule("grief.clinic_x", when={"ambivalent": True})}, r"clinic_x.yaml:\d+: ambivalent is not a field"),
    ({}, {"problem_areas__grief__clinic_x": rule("grief.clinic_x", when={"closeness": {"at_most": "$none_such"}})}, "clinic_x.yaml"),
    ({}, {"course__goals": {}}, "is a folder that packs do not have"),
    ({}, {"problem_areas__grief__area": {"id": "grief"}}, "area.yaml"),
]  # fmt: skip


@pytest.mark.parametrize(("about", "files", "complaint"), BAD, ids=[each[2][:40] for each in BAD])
def test_each_fault_of_a_pack_is_told_with_its_place(
    tmp_path: Path, about: dict[str, Any], files: dict[str, Any], complaint: str
) -> None:
    assert re.search(complaint, faults(pack(tmp_path, about, **files)))


def test_a_route_that_loses_its_last_criterion_is_told_where_it_was_taken(tmp_path: Path) -> None:
    rules = SHIPPED.area_rules["grief"].routes  # type: ignore[index]
    name, criteria = next(iter(rules.items()))
    told = [{"rule": each.id, "because": "We would rather not have it."} for each in criteria]
    assert re.search(
        rf"rulebase\.yaml:\d+: what is changed here has an effect: the route {name} has no criterion",
        faults(pack(tmp_path, {"replaces": told})),
    )


def test_whoever_asks_for_an_extension_gets_no_other_rule_base(tmp_path: Path) -> None:
    from ipt_formulate.resources import rules_directory

    assert "does not say that it extends ipt" in faults(rules_directory(), extends="ipt")
    assert "does not say that it extends cbt" in faults(pack(tmp_path, **MIXED), extends="cbt")


def test_a_pack_is_begun_by_a_command(cli: Cli, tmp_path: Path) -> None:
    directory = tmp_path / "here" / "clinic"
    assert cli("new-pack", "clinic", "--in", directory)[0] == 0
    code, _, err = cli("lint", directory)
    assert (code, err) == (2, "rulebase.yaml:5: maintainers.0 is not filled in yet; who answers for these rules\n")
    assert cli("new-pack", "clinic", "--in", directory)[0] == 2
    for name in ("ipt", "Clinic", "a/b", "../a"):
        assert cli("new-pack", name, "--in", tmp_path / "other")[0] == 2
    assert cli("new-rule", "grief.sudden", "--rules-dir", directory)[2].endswith("call it grief.clinic_sudden\n")
    assert cli("new-rule", "grief.clinic_sudden", "--rules-dir", directory)[0] == 0


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Installs a package that offers a pack: on the path, as an installer would leave it."""
    site = tmp_path / "site"
    site.mkdir()

    def install(package: str, offer: str, **files: Any) -> None:
        (site / package).mkdir()
        (site / package / "__init__.py").write_text("raise SystemExit('code of a pack was run')\n", encoding="utf-8")
        if files:
            pack(site / package, **files)
        about = site / f"{package}-1.0.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n", encoding="utf-8")
        (about / "entry_points.txt").write_text(f"[ipt_formulate.packs]\n{offer}\n", encoding="utf-8")

    monkeypatch.syspath_prepend(str(site))
    return install


def test_an_installed_pack_is_loaded_by_its_name_and_runs_no_code(cli: Cli, installed: Callable[..., None]) -> None:
    assert "is not a directory; give the directory that holds rulebase.yaml\n" in cli("lint", "clinic")[2]
    installed("clinic_rules", "clinic = clinic_rules", **MIXED)
    assert "grief.clinic_mixed" in load_rulebase("clinic").rules
    assert "clinic_rules" not in sys.modules
    assert cli("lint", "clinic")[0] == 0
    assert json.loads(cli("formulate", "mrs-e-late-life-widow", "--json", "--rules", "clinic")[1])["provenance"][
        "layers"
    ]
    code, _, err = cli("lint", "clinc")
    assert (code, err) == (
        2,
        "clinc: is not a directory; give the directory that holds rulebase.yaml, or an installed pack: clinic\n",
    )


def test_an_installed_pack_that_fails_says_so_and_whose_it_is(cli: Cli, installed: Callable[..., None]) -> None:
    installed("one_rules", "one = one_rules:nothing()")
    installed("two_rules", "two = two_rules.sub")
    installed("three_rules", "three = three_rules", **MIXED)
    installed(
        "four_rules", "clinic = four_rules", problem_areas__grief__clinic_x=rule("grief.clinic_x", when="nonsense")
    )
    installed("five_rules", "five = five_rules")
    installed("six_rules", "five = six_rules")
    for name, package in (
        ("one", "one_rules 1.0"),
        ("two", "two_rules 1.0"),
        ("five", "five_rules 1.0, six_rules 1.0"),
    ):
        code, _, err = cli("formulate", "mrs-e-late-life-widow", "--rules", name)
        assert code == 2
        assert err.startswith(f"pack {name}: is offered by ")
        assert package in err
        assert err.count("\n") == 1
    assert "has another name in its rulebase.yaml" in cli("lint", "three")[2]
    assert cli("lint", "clinic")[2].startswith("pack clinic, problem_areas/grief/clinic_x.yaml:")
    assert cli("formulate", "mrs-e-late-life-widow")[0] == 0


def test_no_pack_is_looked_for_until_one_is_named() -> None:
    program = (
        "import importlib.metadata as m; real = m.entry_points; asked = []\n"
        "m.entry_points = lambda **told: (asked.append(told.get('group')), real(**told))[1]\n"
        "import ipt_formulate as ipt; ipt.formulate(ipt.example('mrs-e-late-life-widow'))\n"
        "print('ipt_formulate.packs' in asked)\n"
        "try: ipt.load_rulebase('clinic')\n"
        "except ipt.IptFormulateError: print('ipt_formulate.packs' in asked)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\nTrue\n"
