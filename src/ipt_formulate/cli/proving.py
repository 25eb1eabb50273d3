"""The command that proves what holds of every case, or shows the case that breaks it."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
import yaml
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from ipt_formulate.api import rulebase_for
from ipt_formulate.case.files import to_plain
from ipt_formulate.cli.shared import JsonOption, app
from ipt_formulate.errors import EngineUnavailable
from ipt_formulate.formulation.settings import Settings
from ipt_formulate.reasoning.schools import DEFAULT
from ipt_formulate.resources import rules_directory
from ipt_formulate.rulebase.loader import load_rulebase
from ipt_formulate.rulebase.rulebase import RuleBase

if TYPE_CHECKING:
    from ipt_formulate.proof.theorem import Result

ALL: Final = "all"
_STYLE: Final = {"proved": "green", "refuted": "bold red", "not decided": "yellow"}
RulesArgument = Annotated[
    Path | None, typer.Argument(metavar="[RULES_DIR]", help="A rule base; the shipped one if left out.")
]


@app.command()
def prove(
    rules: RulesArgument = None,
    tradition: Annotated[str, typer.Option(help="The school whose rules are proved, or all.")] = DEFAULT,
    as_json: JsonOption = False,
    seconds: Annotated[float, typer.Option(min=0.01, help="The time for one question to the solver.")] = 20.0,
    certificate: Annotated[Path | None, typer.Option(help="A file to write what was proved to, as JSON.")] = None,
    cases: Annotated[Path | None, typer.Option(help="A directory to write counterexamples to, as case files.")] = None,
) -> None:
    """Prove what must hold of every possible case; exit code 1 if something is refuted."""
    try:
        from ipt_formulate.proof.certificate import certificate as certificate_of
        from ipt_formulate.proof.certificate import result_to_plain
    except ImportError as error:
        raise EngineUnavailable("proofs need z3; install it with: pip install 'ipt_formulate[proof]'") from error
    base = load_rulebase(rules or rules_directory())
    names = list(base.traditions) if tradition == ALL else [tradition]
    results = _proved({name: as_used(base, name, own=rules is not None) for name in names}, seconds)
    if certificate is not None:
        certificate.write_text(json.dumps(certificate_of(base, results), indent=2) + "\n", encoding="utf-8")
    for name, told in results.items():
        if cases is not None:
            _write(cases, name, told)
        if not as_json:
            _show(name, told)
    if as_json:
        traditions = {name: [result_to_plain(each) for each in told] for name, told in results.items()}
        plain = {"rulebase_sha256": base.sha256, "traditions": traditions}
        sys.stdout.write(json.dumps(plain, indent=2, ensure_ascii=False) + "\n")
    if any(str(each.verdict) == "refuted" for told in results.values() for each in told):
        raise typer.Exit(1)


def as_used(base: RuleBase, tradition: str, *, own: bool) -> RuleBase:
    """As `formulate` uses it: in a rule base of one's own, with the safety rules that always hold."""
    return rulebase_for(tradition, Settings(), base) if own else base.for_tradition(tradition)


def _proved(bases: dict[str, RuleBase], seconds: float) -> dict[str, list[Result]]:
    from ipt_formulate.proof.prover import Prover, planned
    from ipt_formulate.proof.theorems import THEOREMS

    prover, console = Prover(seconds), Console(stderr=True)
    plans = {name: planned(base, THEOREMS) for name, base in bases.items()}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        total = sum(len(claims) for plan in plans.values() for _, claims in plan)
        task = progress.add_task("proving", total=total)
        done: Callable[[], None] = lambda: progress.advance(task)  # noqa: E731 (a name for mypy)
        return {name: prover.prove(plan, done) for name, plan in plans.items()}


def _show(tradition: str, results: Sequence[Result]) -> None:
    console = Console(highlight=False)
    table = Table(title=f"What holds of every case, by the rules of {tradition}", title_justify="left")
    table.add_column("statement", overflow="fold")
    table.add_column("verdict", no_wrap=True)
    table.add_column("parts", justify="right")
    table.add_column("time", justify="right", no_wrap=True)
    for each in results:
        verdict = f"[{_STYLE[each.verdict]}]{each.verdict}[/]"
        table.add_row(escape(each.theorem.statement), verdict, str(each.parts), f"{each.seconds:.1f} s")
    console.print(table)
    for each in results:
        for failure in each.failures:
            console.print(f"{each.theorem.id}, {failure.verdict}: {failure.why}.", markup=False, soft_wrap=True)
            if failure.case is not None:
                console.print(yaml.safe_dump(to_plain(failure.case), sort_keys=False), markup=False, soft_wrap=True)


def _write(directory: Path, tradition: str, results: Sequence[Result]) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    for each in results:
        for failure in each.failures:
            if failure.case is not None:
                name = re.sub(r"\W+", "-", f"{tradition} {each.theorem.id} {failure.about}")
                text = yaml.safe_dump(to_plain(failure.case), sort_keys=False)
                (directory / f"{name}.yaml").write_text(f"# {failure.why}\n{text}", encoding="utf-8")
