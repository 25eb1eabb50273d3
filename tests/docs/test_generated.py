"""The generated pages are those that the model and the rules make, and the generator leaves no gap."""

from __future__ import annotations

import importlib
import shutil
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pydantic import Field
from pydantic.fields import FieldInfo

import ipt_formulate as ipt
from ipt_formulate.case.case import Case
from ipt_formulate.case.fields import Kind
from ipt_formulate.practice.files import shipped_teaching_cases
from ipt_formulate.rulebase.loader import shipped_rulebase

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def generate() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "docs")
        yield importlib.import_module("generate")


@pytest.fixture(scope="module")
def manual(generate: ModuleType) -> ModuleType:
    return sys.modules["coding_manual"]


def test_the_committed_pages_are_up_to_date(generate: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert generate.main(["--check"]) == 0, capsys.readouterr().err


def test_a_page_that_was_edited_by_hand_is_named(
    generate: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("reference", "gallery"):
        shutil.copytree(ROOT / "docs" / name, tmp_path / name)
    (tmp_path / "reference" / "rules.md").write_text("# Other rules\n", encoding="utf-8")
    picture = tmp_path / "gallery" / f"{ipt.example_names()[0]}-circle.svg"
    picture.write_text("<svg/>", encoding="utf-8")
    assert generate.main(["--check", str(tmp_path)]) == 1
    message = capsys.readouterr().err
    assert "rules.md is not up to date; run: python docs/generate.py" in message
    assert f"{picture} is not up to date" in message
    assert "coding-manual.md" not in message


def test_pages_are_written_where_they_are_missing(generate: ModuleType, tmp_path: Path) -> None:
    assert generate.main([str(tmp_path)]) == 0
    assert generate.main(["--check", str(tmp_path)]) == 0


def test_the_manual_has_every_field_of_the_json_schema(generate: ModuleType) -> None:
    manual = generate.coding_manual()
    for name, model in Case.model_json_schema()["$defs"].items():
        for field in model.get("properties", {}):
            assert f".{field}`\n:" in manual or f"`{field}`\n:" in manual or f".{field}" in manual, f"{name}.{field}"


def test_the_index_leads_to_the_page_of_every_rule(generate: ModuleType) -> None:
    index, pages = generate.rules_page(), generate.all_pages()
    for rule in shipped_rulebase().rules.values():
        name = f"rules/{rule.source.partition(':')[0].removesuffix('.yaml')}.md"
        assert f"[{rule.id}]({name})" in index
        for part in (rule.text.title, *rule.text.limits, *(example.title for example in rule.text.examples)):
            assert part in pages[f"reference/{name}"]


def test_a_page_of_a_rule_that_is_gone_is_found_and_then_removed(
    generate: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    generate.main([str(tmp_path)])
    left = tmp_path / "reference" / "rules" / "problem_areas" / "grief" / "gone.md"
    left.write_text("# grief.gone\n", encoding="utf-8")
    drawn = tmp_path / "gallery" / "gone-circle.svg"
    drawn.write_text("<svg/>\n", encoding="utf-8")
    assert generate.main(["--check", str(tmp_path)]) == 1
    message = capsys.readouterr().err
    assert "gone.md is the page of no rule" in message
    assert "gone-circle.svg is the page of no case" in message
    generate.main([str(tmp_path)])
    assert not left.exists()
    assert not drawn.exists()


def test_the_gallery_leads_to_every_shipped_case_and_each_page_has_safety_first(generate: ModuleType) -> None:
    pages = generate.gallery_pages()
    shown = [line.split("](")[1].rstrip(")*") for line in pages["gallery/index.md"].splitlines() if "**[" in line]
    assert sorted(shown) == sorted(f"{name}.md" for name in shipped_teaching_cases())
    for name in shown:
        text = pages[f"gallery/{name}"]
        parts = ("Safety", "Focus", "What to point out", "Techniques")
        assert [text.index(f"## {each}") for each in parts] == sorted(text.index(f"## {each}") for each in parts)
        pictures = [f"gallery/{part.partition(')')[0]}" for part in text.split("](")[1:] if ".svg)" in part[:99]]
        assert len(pictures) == 2
        assert set(pictures) <= set(pages)


class NewKind(Kind):
    """A kind that the generator has no words for."""

    unknown = (0, 9)

    def read(self, value: object) -> object:
        return value

    def json_schema(self) -> dict[str, Any]:
        return {"type": "integer"}

    def lower(self, value: Any, assessed_on: date | None) -> tuple[int, int]:
        return value, value


@pytest.mark.parametrize(
    "field",
    [
        Field(default=None, description="A field with no example."),
        FieldInfo(
            annotation=float, description="Of a new type.", json_schema_extra={"example": "1.5", "near_miss": "2"}
        ),
        FieldInfo(
            annotation=int,
            metadata=[NewKind()],
            description="Of a new kind.",
            json_schema_extra={"example": "1", "near_miss": "2"},
        ),
    ],
)
def test_a_field_that_the_generator_cannot_describe_stops_it(manual: ModuleType, field: FieldInfo) -> None:
    with pytest.raises(manual.NoWords):
        manual.entry("inventory.novel", field)
