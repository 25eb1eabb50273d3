"""The hazard log names tests that there are, the attribute card figures that are so, and the front page leads on."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
HAZARDS = (DOCS / "explanation" / "hazards.md").read_text(encoding="utf-8")
CARD = (DOCS / "explanation" / "attributes.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(tests/[a-z_/]+\.py)::(\w+)`", HAZARDS)
WITHIN_TWO_CLICKS = {
    "install": r"how-to/install\.md",
    "a first formulation": r"tutorials/first-formulation\.md",
    "the page of a rule": r"reference/rules/[a-z_0-9/]+\.md",
    "add a rule": r"how-to/add-a-rule\.md",
    "limits": r"explanation/limits\.md",
    "what could go wrong": r"explanation/hazards\.md",
}


@cache
def names_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_control_is_a_test_that_there_is() -> None:
    assert [f"{path}::{name}" for path, name in NAMED if name not in names_in(path)] == []
    assert len(set(NAMED)) >= 20


@pytest.mark.parametrize("part", re.split(r"\n(?=## )", HAZARDS)[1:], ids=lambda part: part[3:5])
def test_every_hazard_has_cause_effect_control_and_what_is_left(part: str) -> None:
    rows = dict(re.findall(r"^\| ([a-z ]+) \| (.*) \|$", part, re.M))
    assert list(rows) == ["cause", "effect", "control", "what is left"]
    assert all(len(row) > 20 for row in rows.values())
    assert re.search(r"`tests/[^`]+::\w+`", rows["control"])


def test_what_the_hazard_log_says_is_proved_is_among_the_promises() -> None:
    proofs = (DOCS / "reference" / "proofs.md").read_text(encoding="utf-8")
    for name in ("red_flags", "safety_stays"):
        assert f"(`{name}`" in HAZARDS or f"`{name}` on" in HAZARDS
        assert re.search(rf"^\| `{name}` \|.*\| proved", proofs, re.M)


def test_the_card_says_of_the_published_cases_what_their_page_says() -> None:
    page = (DOCS / "explanation" / "published-cases.md").read_text(encoding="utf-8")
    strict = {row[0]: row[1] for row in re.findall(r"^\| ([^|]+?) \| ([^|]+?) \| [^|]+ \|$", page, re.M)}
    agreement, kappa = re.search(r"author's in (\d+ of \d+), and Cohen's kappa is ([\d.]+ \([^)]*\))", CARD).groups()  # type: ignore[union-attr]
    assert strict["leading area is the author's"] == agreement
    assert next(value for name, value in strict.items() if "kappa" in name) == kappa
    assert strict["settled focus"] == "0"


def test_the_card_says_of_age_and_the_like_what_the_model_has() -> None:
    fields = (DOCS / "reference" / "coding-manual.md").read_text(encoding="utf-8")
    places = re.findall(r"^`((?:assessment|inventory)\.[^`]+)`$", fields, re.M)
    assert "assessment.age_band" in places
    unwanted = {
        "race",
        "ethnicity",
        "language",
        "sexual_orientation",
        "gender",
        "gender_identity",
        "sex",
        "date_of_birth",
    }
    assert not {place.split(".")[-1] for place in places} & unwanted
    read = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "rules").rglob("*.yaml"))
    tested = set(re.findall(r"age_band:\s*\{(?:in|is): \[?([a-z_, ]+)\]?\}", read))
    assert {word for each in tested for word in each.split(", ")} <= {"child", "adolescent"}


def links(page: Path) -> set[Path]:
    """The pages of the documentation that a page links to."""
    text = page.read_text(encoding="utf-8")
    return {
        (page.parent / target).resolve()
        for target in re.findall(r"\]\(([^)#\s]+\.md)", text)
        if not target.startswith("http")
    }


@pytest.mark.parametrize("wanted", WITHIN_TWO_CLICKS.values(), ids=WITHIN_TWO_CLICKS.keys())
def test_a_newcomer_finds_it_within_two_clicks_of_the_front_page(wanted: str) -> None:
    """By the links in the text alone, whatever the navigation at the side has as well."""
    first = links(DOCS / "index.md")
    reached = first | {target for page in first if page.is_file() for target in links(page)}
    assert any(re.fullmatch(wanted, path.relative_to(DOCS).as_posix()) for path in reached if path.is_relative_to(DOCS))
    assert all(path.is_file() for path in first)


def test_the_log_and_the_card_are_in_the_navigation() -> None:
    config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert "explanation/hazards.md" in config
    assert "explanation/attributes.md" in config
    assert yaml.safe_load(config.split("plugins:")[0])["strict"] is True
