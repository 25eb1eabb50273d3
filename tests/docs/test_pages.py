"""Everything a page shows is run: Python with its output, commands with theirs, cases and rules as files.

How a page is written:

- a ``python`` block is run, with the blocks above it on the page already run;
- ``text title="Output"`` is what the Python block above it prints;
- in a ``console`` block each line after ``$ ipt-formulate`` is run; the lines below it are what it prints
  (``...`` stands for what is left out). Other commands are not run, nor are those that need the solver where it is
  not installed (`make prove` has it);
- ``yaml title="name"`` is a file beside which the rest of the page runs; there is a copy of ``rules/`` there;
- a ``yaml`` block that is a case is read as one, one that is a rule as a rule (a shipped one must be what is shipped),
  and one that is only ``for_each`` and ``when`` as a condition.
"""

from __future__ import annotations

import doctest
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import redirect_stdout
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from sybil import Document, Example, Region
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.markdown.lexers import RawFencedCodeBlockLexer

import ipt_formulate
from ipt_formulate.case.files import parse_case
from ipt_formulate.documents import parse_yaml
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.rulebase.parsing import CANDIDATE_LISTS, Parser
from ipt_formulate.rulebase.texts import Rule

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "rules" / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
COMMAND = Path(sys.executable).parent / "ipt-formulate"
NEEDING_THE_SOLVER = {"prove", "mutate", "overlaps"}
CASE_PARTS = {"schema_version", "assessment", "inventory"}
same = doctest.OutputChecker().check_output


def run_python(example: Example) -> None:
    printed = StringIO()
    with redirect_stdout(printed):
        PythonEvaluator()(example)
    example.namespace["printed"] = printed.getvalue()


def compare_output(example: Example) -> str | None:
    printed = example.namespace.pop("printed")
    return (
        None
        if same(str(example.parsed), printed, doctest.ELLIPSIS)
        else f"the page shows:\n{example.parsed}\nbut it prints:\n{printed}"
    )


def run_commands(example: Example) -> str | None:
    for command, shown in commands(str(example.parsed)):
        words = shlex.split(command)
        if words[0] != "ipt-formulate" or (words[1] in NEEDING_THE_SOLVER and find_spec("z3") is None):
            continue
        done = subprocess.run(
            [COMMAND, *words[1:]],
            capture_output=True,
            text=True,
            env={**os.environ, "COLUMNS": "100", "NO_COLOR": "1"},
            check=False,
        )
        printed = (done.stdout + done.stderr).strip("\n") + "\n"
        if shown and not same(shown, printed, doctest.ELLIPSIS):
            return f"the page shows for `{command}`:\n{shown}\nbut it prints:\n{printed}"
        if not shown and done.returncode:
            return f"`{command}` fails:\n{printed}"
    return None


def commands(text: str) -> Iterator[tuple[str, str]]:
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        yield command, shown.strip("\n") + "\n" if shown.strip() else ""


def write_file(example: Example) -> None:
    path = Path(example.region.lexemes["arguments"])
    assert not path.is_absolute()
    assert ".." not in path.parts
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(str(example.parsed), encoding="utf-8")
    read_yaml(example)


def read_yaml(example: Example) -> str | None:
    document = parse_yaml(str(example.parsed), "the page")
    content = document.content
    if not isinstance(content, dict):
        return None
    if set(content) <= CASE_PARTS:
        parse_case(content)
    if {"id", "for_each"} <= set(content):
        rule, base = Rule.model_validate(content), shipped_rulebase()
        assert rule.id not in base.rules or base.rules[rule.id].text == rule, "the shipped rule is another"
    if set(content) == {"for_each", "when"}:
        base, selection = shipped_rulebase(), content["for_each"] == "candidates"
        for scope in CANDIDATE_LISTS if selection else (content["for_each"],):
            parser = Parser(document, scope, base.parameters, base.named, selection=selection)
            parser.parse(content["when"], ("when",))
            if parser.problems:
                return "\n".join(map(str, parser.problems))
    return None


def block(info: str) -> RawFencedCodeBlockLexer:
    """Fenced blocks with this line after the backticks; an ``arguments`` group in it is kept."""
    return RawFencedCodeBlockLexer(re.compile(info + r"$\n", re.MULTILINE))


class Blocks:
    """A parser for one sort of block and what is done with it."""

    def __init__(self, info: str, evaluate: Any) -> None:
        self.lexer, self.evaluate = block(info), evaluate

    def __call__(self, document: Document) -> Iterable[Region]:
        for region in self.lexer(document):
            yield Region(region.start, region.end, region.lexemes["source"], self.evaluate, region.lexemes)


PARSERS = (
    Blocks("python", run_python),
    Blocks('text title="Output"', compare_output),
    Blocks("console", run_commands),
    Blocks('yaml title="(?P<arguments>[^"]+)"', write_file),
    Blocks("yaml", read_yaml),
)


def run(page: Path) -> None:
    for example in Document.parse(str(page), *PARSERS).examples():
        example.evaluate()


@pytest.fixture
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("beside")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_the_page_shows_is_what_happens(page: Path) -> None:
    run(page)


@pytest.mark.usefixtures("beside")
@pytest.mark.parametrize(
    "wrong",
    [
        '```python\nprint(1)\n```\n\n```text title="Output"\n2\n```\n',
        "```python\nraise ValueError('no')\n```\n",
        "```console\n$ ipt-formulate cases\nnone\n```\n",
        "```console\n$ ipt-formulate rule no.such\n```\n",
        "```yaml\ninventory: {deaths: [{kind: divorce}]}\n```\n",
        "```yaml\nfor_each: deaths\nwhen: {mastery: lacking}\n```\n",
    ],
    ids=["output", "error", "command output", "failing command", "case", "condition"],
)
def test_a_page_that_shows_something_else_is_caught(wrong: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(wrong, encoding="utf-8")
    with pytest.raises(Exception, match=r"\S"):
        run(page)


def test_every_block_of_a_page_is_of_a_sort_that_is_run_or_needs_none() -> None:
    known = re.compile(r'python|console|yaml( title="[^"]+")?|text( title="[^"]+")?')
    for page in PAGES:
        fences = re.findall(r"^ *```(.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert all(known.fullmatch(opening) for opening in fences[::2]), page


def test_the_pages_of_the_interface_name_everything_that_is_public() -> None:
    text = (ROOT / "docs" / "reference" / "api.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^::: ipt_formulate\.(\w+)$", text, re.MULTILINE)) >= set(ipt_formulate.__all__)


def test_the_readme_names_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make demo" in text
    assert "make test" in text
