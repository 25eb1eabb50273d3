"""Ranges of parameters: what is refused and how it is said, and what hangs on a parameter in a case, as it is shown."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from ipt_formulate import formulate
from ipt_formulate.case.case import Case
from ipt_formulate.case.files import example, example_names, parse_case
from ipt_formulate.errors import RuleBaseError
from ipt_formulate.reasoning.distance import Flip, nearest
from ipt_formulate.reasoning.sensitivity import Piece, WordPiece, sensitivity
from ipt_formulate.resources import rules_directory
from ipt_formulate.rulebase.floor import with_safety_floor
from ipt_formulate.rulebase.lint import lint
from ipt_formulate.rulebase.loader import load_rulebase, shipped_rulebase
from ipt_formulate.rulebase.variation import with_parameters

Cli = Callable[..., tuple[int, str, str]]
SHIPPED = shipped_rulebase()
BASE = SHIPPED.for_tradition("weissman")
FORBIDDEN = r"(?i)\b(robust|safe|likely|probab\w*|chance|diagnos\w*|no risk|all clear|confiden\w*)\b"
DATED = parse_case(
    {
        "assessment": {
            "episode": {"onset": "90d", "worsenings": []},
            "measures": [{"instrument": "gad7", "total": total} for total in (16, 4)],
        },
        "inventory": {
            "inquiry": dict.fromkeys(("people", "deaths", "conflicts", "changes"), "thorough"),
            "deaths": [
                {"id": "sister", "kind": "person", "role": "sibling", "when": "200d", "mourning": {"supported": True}}
            ],
        },
    }
)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return Path(shutil.copytree(rules_directory(), tmp_path / "rules"))


def edit(rules: Path, name: str, **fields: object) -> None:
    path = rules / "parameters.yaml"
    written = yaml.safe_load(path.read_text(encoding="utf-8"))
    written[name] = {key: each for key, each in {**written[name], **fields}.items() if each is not None}
    path.write_text(yaml.safe_dump(written), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "told", "complaint"),
    [
        ("near_before", [90], "range: must be [low, high]"),
        ("near_before", 90, "range: must be [low, high]"),
        ("near_before", [90, 3.5], "range: must be [low, high]"),
        ("near_before", ["3mo", "a year"], "range must be a whole number, or with unit days a duration"),
        ("significant_ring", ["1d", "3d"], "range must be a whole number, or with unit days a duration"),
        ("near_before", ["7mo", "12mo"], "range must contain the value"),
        ("near_before", ["12mo", "3mo"], "range must contain the value, the lower end first"),
        ("near_before", {"may_add": ["boss"]}, "range does not go with unit"),
        ("significant_roles", [1, 2], "range does not go with unit"),
        ("significant_roles", {"may_loose": ["boss"]}, "may_loose"),
        ("significant_roles", {"may_leave_out": ["pet"]}, "may_leave_out takes words that the value has"),
        ("significant_roles", {"may_add": ["boss"]}, "may_add words that it lacks"),
    ],
)
def test_a_range_that_cannot_be_is_refused_where_it_stands(
    rules: Path, name: str, told: object, complaint: str
) -> None:
    edit(rules, name, range=told)
    with pytest.raises(RuleBaseError) as error:
        load_rulebase(rules)
    assert complaint in str(error.value)
    assert re.match(r"parameters\.yaml:\d+: ", str(error.value))


def test_a_note_on_a_range_needs_the_range(rules: Path) -> None:
    edit(rules, "near_before", range=None)
    with pytest.raises(RuleBaseError, match="range_note stands without a range"):
        load_rulebase(rules)


def test_lint_wants_a_range_of_each_assumption_and_one_that_loads(rules: Path) -> None:
    assert "range" not in "\n".join(each.what for each in lint(SHIPPED))
    edit(rules, "near_before", range=None, range_note=None)
    edit(rules, "near_after", range=["-3mo", "0d"])
    edit(rules, "significant_roles", range={"may_add": ["uncle"]})
    found = "\n".join(str(each) for each in lint(load_rulebase(rules)))
    assert "the parameter near_before is an assumption and states no range; write range: [low, high]" in found
    assert "the range of near_after reaches to 0d, which it cannot be" in found
    assert "must contain the 30 days on both sides that 'around' stands for" in found
    assert re.search(r"the range of significant_roles reaches to partner .* uncle, which it cannot be", found)


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"near_befor": 1}, "parameters.near_befor: there is no such parameter; did you mean near_before"),
        ({"near_before": "soon"}, "parameters.near_before: cannot have that value; its unit is days"),
        ({"significant_roles": 3}, "parameters.significant_roles: cannot have that value; its unit is roles"),
        ({"near_before": -31}, "parameters.near_before: cannot have that value: in advice.conflict_denied and 7 more"),
        ({"near_before": -31, "near_after": -20}, "parameters.near_before, parameters.near_after: cannot"),
        ({"gad7_mild": 10}, "parameters.gad7_mild: cannot have that value: the bands of gad7 do not rise"),
    ],
)
def test_a_value_that_the_rules_cannot_have_is_refused_by_name(
    values: dict[str, int | str | list[str]], complaint: str
) -> None:
    with pytest.raises(RuleBaseError, match=re.escape(complaint)):
        with_parameters(SHIPPED, values)


def test_the_hash_is_that_of_the_values_and_not_of_the_steps() -> None:
    once = with_parameters(SHIPPED, {"near_before": "9mo", "near_after": "-2mo"})
    twice = with_parameters(with_parameters(SHIPPED, {"near_after": -60, "near_before": "3mo"}), {"near_before": 270})
    assert once.sha256 == twice.sha256 != SHIPPED.sha256
    assert with_parameters(twice, {"near_before": "6mo", "near_after": "-30d"}).sha256 == SHIPPED.sha256
    assert with_parameters(SHIPPED, {"near_before": "180d"}) is SHIPPED
    listed = SHIPPED.parameters["significant_roles"].value
    assert isinstance(listed, list)
    assert with_parameters(SHIPPED, {"significant_roles": listed[::-1]}) is SHIPPED
    fewer = with_parameters(SHIPPED, {"significant_roles": ["parent", "child"]})
    assert fewer.sha256 == with_parameters(SHIPPED, {"significant_roles": ["child", "parent"]}).sha256


def test_a_formulation_says_what_was_varied() -> None:
    varied = with_parameters(SHIPPED, {"near_before": "9mo", "significant_roles": ["parent", "child"]})
    made = formulate(DATED, rulebase=varied, engine="reference").provenance
    assert made.rulebase == "ipt, with near_before = 9mo; significant_roles = parent child"
    assert made.rulebase_sha256 == varied.sha256
    assert formulate(DATED, engine="reference").provenance.rulebase == "ipt"


def test_what_the_library_put_in_is_not_parsed_from_a_text_it_does_not_have() -> None:
    some = {name: rule for name, rule in SHIPPED.rules.items() if name != "safety.cssrs_high"}
    floored = with_safety_floor(replace(SHIPPED, rules=some, _variants={}), SHIPPED)
    with pytest.raises(RuleBaseError, match=r"parameters\.cssrs_high: is used by safety\.cssrs_high, which the lib"):
        with_parameters(floored, {"cssrs_high": 3})
    assert with_parameters(floored, {"near_before": "9mo"}).floor == floored.floor


def test_what_hangs_on_a_number_is_told_piece_by_piece() -> None:
    told = {each.parameter: each for each in sensitivity(BASE, DATED).varied}
    grief = next(each for each in told["near_before"].dependent if each.about == "area grief")
    assert (grief.now, grief.pieces) == ("supported", (Piece(90, 109, "undetermined"), Piece(110, 360, "supported")))
    assert told["near_before"].range == (90, 360)
    roles = next(each for each in told["significant_roles"].dependent if each.about == "area grief")
    assert roles.pieces == (WordPiece("sibling", "left out", "undetermined"),)
    assert [each.about for each in told["gad7_severe"].dependent] == ["score GAD-7"]
    assert [each.about for each in told["gad7_mild"].dependent] == ["score GAD-7, record 2"]


def test_the_nearest_change_of_the_focus_is_told_in_each_direction() -> None:
    told = {each.parameter: each for each in nearest(BASE, DATED)}
    assert told["near_before"].below == Flip(109, "abstained", in_range=True)
    assert told["near_before"].above is None
    assert told["very_recent_death"].above == Flip(200, "abstained", in_range=False)
    assert "significant_roles" not in told


def test_a_value_outside_its_range_is_told_as_it_is(rules: Path) -> None:
    outside = with_parameters(BASE, {"near_before": "1mo"})
    told = next(each for each in sensitivity(outside, DATED).varied if each.parameter == "near_before")
    grief = next(each for each in told.dependent if each.about == "area grief")
    assert (told.value, grief.now) == ("1mo", "undetermined")
    edit(rules, "near_before", range=None, range_note=None)
    without = load_rulebase(rules).for_tradition("weissman")
    assert sensitivity(without, DATED).not_varied == ("a_lifetime", "near_before", "stable_treatment", "today")
    (near,) = [each for each in nearest(without, DATED) if each.parameter == "near_before"]
    assert near.below == Flip(109, "abstained", in_range=None)


@pytest.mark.parametrize("name", example_names())
def test_the_command_shows_each_published_case_without_a_word_too_many(cli: Cli, name: str) -> None:
    code, out, err = cli("sensitivity", name)
    assert (code, err) == (0, "")
    assert "ranges are themselves assumptions" in " ".join(out.split())
    assert "Not varied: today, stable_treatment, a_lifetime." in " ".join(out.split())
    assert not re.search(FORBIDDEN, out)


def test_the_command_shows_pieces_and_what_would_change_the_focus(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_text(DATED.model_dump_json(exclude_unset=True), encoding="utf-8")
    code, out, _ = cli("sensitivity", path)
    shown = " ".join(out.split())
    assert code == 0
    assert (
        "WHAT HANGS ON NEAR_BEFORE How long before the onset or a worsening still counts as near: 6mo; varied" in shown
    )
    assert "Area grief: supported. - 3mo to 109d: undetermined. - 110d to 12mo: supported (as now)." in shown
    assert "- sibling left out: undetermined." in shown
    assert "- near_before, now 6mo: lowered to 109d (in its range) the focus is abstained." in shown
    assert "- 17: in the range called moderate." in shown
    code, out, _ = cli("sensitivity", path, "--json", "--tradition", "ipsrt")
    told = json.loads(out)
    assert (code, told["tradition"], told["rulebase_sha256"]) == (0, "ipsrt", SHIPPED.sha256)
    assert told["nearest"] == [] or told["nearest"][0]["parameter"]


def test_with_nothing_recorded_nothing_hangs_on_a_number(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "empty.yaml"
    path.write_text("{}\n", encoding="utf-8")
    code, out, _ = cli("sensitivity", path)
    assert code == 0
    assert "No change of one number alone changes it." in out
    assert sensitivity(BASE, Case()).varied == ()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["no-such-case"], "is neither a file nor a shipped case"),
        (["mrs-e-late-life-widow", "--tradition", "freud"], "there is no tradition of that name; there are: ipsrt"),
    ],
)
def test_bad_input_ends_with_a_clear_message(cli: Cli, arguments: list[str], complaint: str) -> None:
    code, out, err = cli("sensitivity", *arguments)
    assert (code, out) == (2, "")
    assert complaint in err
    assert "Traceback" not in err


def test_a_published_case_keeps_what_it_hangs_on() -> None:
    told = sensitivity(BASE, example("apple-1999-bulimia-sister"))
    assert [each.parameter for each in told.varied] == ["significant_roles"]
