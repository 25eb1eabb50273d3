"""The command that proves what holds of every case, or shows the case that breaks it."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
import yaml
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from ipt_formulate.api import rulebase_for
from ipt_formulate.case.case import Case
from ipt_formulate.case.files import to_plain
from ipt_formulate.cli.shared import JsonOption, SecondsOption, app, look_for_room, read_cases
from ipt_formulate.errors import EngineUnavailable, InputError, Problem
from ipt_formulate.formulation.settings import Settings
from ipt_formulate.reasoning.cliffs import Cliff
from ipt_formulate.reasoning.cliffs import cliffs as cliffs_of
from ipt_formulate.reasoning.schools import DEFAULT
from ipt_formulate.resources import rules_directory
from ipt_formulate.rulebase.loader import load_rulebase
from ipt_formulate.rulebase.parameters import in_unit
from ipt_formulate.rulebase.rulebase import RuleBase

if TYPE_CHECKING:
    from ipt_formulate.proof.keeping import Kept
    from ipt_formulate.proof.theorem import Result

ALL: Final = "all"
_STYLE: Final = {"proved": "green", "refuted": "bold red", "not decided": "yellow", "noted": "cyan"}
RulesArgument = Annotated[
    Path | None, typer.Argument(metavar="[RULES_DIR]", help="A rule base; the shipped one if left out.")
]


@app.command()
def prove(
    rules: RulesArgument = None,
    tradition: Annotated[str, typer.Option(help="The school whose rules are proved, or all.")] = DEFAULT,
    as_json: JsonOption = False,
    seconds: SecondsOption = 60.0,
    certificate: Annotated[Path | None, typer.Option(help="A file to write what was proved to, as JSON.")] = None,
    cases: Annotated[Path | None, typer.Option(help="A directory to write counterexamples to, as case files.")] = None,
    cache: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where results are kept; the user's cache directory if left out.")
    ] = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Prove everything anew, and keep nothing.")] = False,
    cliffs: Annotated[
        Path | None,
        typer.Option(metavar="CASES_DIR", help="Cases of which those are told that lie one unit from a cut-off."),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(metavar="OLD", help="A rule base as it was: prove which cases get another answer than from it."),
    ] = None,
) -> None:
    """Prove what must hold of every possible case; exit code 1 if a promise is refuted or not decided."""
    base = load_rulebase(rules or rules_directory())
    bases = bases_of(base, tradition, own=rules is not None)
    look_for_room(certificate, cases)
    on_cliffs = None if cliffs is None else read_cases(cliffs)
    try:
        from ipt_formulate.proof.certificate import certificate as certificate_of
        from ipt_formulate.proof.certificate import result_to_plain
        from ipt_formulate.proof.keeping import Kept, usual_directory
    except ImportError as error:
        raise EngineUnavailable("proofs need z3; install it with: pip install 'ipt_formulate[proof]'") from error
    if against is not None:
        if certificate is not None:
            raise InputError([Problem("--certificate", "does not go with --against", "leave one of them out")])
        old = load_rulebase(against)
        compared = [name for name in bases if name in old.traditions or tradition != ALL]
        results = _compared({name: (old.for_tradition(name), base.for_tradition(name)) for name in compared}, seconds)
    else:
        kept = None if no_cache or certificate is not None else Kept(cache or usual_directory())
        results = _proved(bases, seconds, kept)
    if certificate is not None:
        certificate.write_text(json.dumps(certificate_of(base, results), indent=2) + "\n", encoding="utf-8")
    for name, told in results.items():
        if cases is not None:
            _write(cases, name, told)
        if not as_json:
            _show(
                f"What holds of every case{(against and ', compared with the old rules') or ''}, by the rules of {name}",
                told,
            )
    near = {} if on_cliffs is None else {name: _on_a_cliff(base.for_tradition(name), on_cliffs) for name in results}
    if not as_json:
        for name, found in near.items():
            _show_cliffs(name, found)
    if as_json:
        shas = {"rulebase_sha256": base.sha256} | ({} if against is None else {"old_sha256": old.sha256})
        traditions = {name: [result_to_plain(each) for each in told] for name, told in results.items()}
        plain: dict[str, Any] = {**shas, "traditions": traditions}
        if cliffs is not None:
            plain["cliffs"] = {
                name: {case: [asdict(each) for each in at] for case, at in found.items()}
                for name, found in near.items()
            }
        sys.stdout.write(json.dumps(plain, indent=2, ensure_ascii=False) + "\n")
    if any(each.broken for told in results.values() for each in told):
        raise typer.Exit(1)


def bases_of(base: RuleBase, tradition: str, *, own: bool) -> dict[str, RuleBase]:
    """A rule base by school, as `formulate` uses it: in one of one's own, with the safety rules that always hold."""
    names = list(base.traditions) if tradition == ALL else [tradition]
    return {name: rulebase_for(name, Settings(), base) if own else base.for_tradition(name) for name in names}


def _proved(bases: dict[str, RuleBase], seconds: float, kept: Kept | None) -> dict[str, list[Result]]:
    from ipt_formulate.proof.prover import Prover, planned
    from ipt_formulate.proof.theorems import THEOREMS

    prover = Prover(seconds)
    found = {name: told for name, base in bases.items() if kept and (told := kept.results(base)) is not None}
    plans = {name: planned(base, THEOREMS) for name, base in bases.items() if name not in found}
    with _progress() as progress:
        total = sum(len(claims) for plan in plans.values() for _, claims in plan)
        task = progress.add_task("proving", total=total)
        done: Callable[[], None] = lambda: progress.advance(task)  # noqa: E731 (a name for mypy)
        for name, plan in plans.items():
            found[name] = prover.prove(plan, done)
            if kept:
                kept.keep(bases[name], found[name])
    return {name: found[name] for name in bases}


def _compared(bases: dict[str, tuple[RuleBase, RuleBase]], seconds: float) -> dict[str, list[Result]]:
    from ipt_formulate.proof.differing import compare, parts
    from ipt_formulate.proof.prover import Prover

    prover = Prover(seconds)
    with _progress() as progress:
        task = progress.add_task("comparing", total=sum(parts(*pair) for pair in bases.values()))
        done: Callable[[], None] = lambda: progress.advance(task)  # noqa: E731 (a name for mypy)
        return {name: list(compare(*pair, prover, done)) for name, pair in bases.items()}


def _progress() -> Progress:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _show(title: str, results: Sequence[Result]) -> None:
    console = Console(highlight=False)
    table = Table(title=title, title_justify="left")
    table.add_column("statement", overflow="fold")
    table.add_column("verdict", no_wrap=True)
    table.add_column("parts", justify="right")
    table.add_column("time", justify="right", no_wrap=True)
    for each in results:
        verdict = f"[{_STYLE[each.verdict]}]{each.verdict}[/]" + (", but for" if each.exceptions else "")
        table.add_row(escape(each.theorem.statement), verdict, str(each.parts), f"{each.seconds:.1f} s")
    console.print(table)
    for each in results:
        for exempt in each.exceptions:
            told = f"{each.theorem.id}, but for what is declared: {exempt.why}. {exempt.because}"
            console.print(told, markup=False, soft_wrap=True)
        if not each.theorem.promise and each.failures:
            console.print(_noted(each), markup=False, soft_wrap=True)
        for failure in each.failures if each.theorem.promise else ():
            console.print(f"{each.theorem.id}, {failure.verdict}: {failure.why}.", markup=False, soft_wrap=True)
            if failure.case is not None:
                told = "No case with fewer facts shows it." if failure.fewest else "No fact of this can be left out."
                console.print(told, markup=False)
                console.print(yaml.safe_dump(to_plain(failure.case), sort_keys=False), markup=False, soft_wrap=True)


def _noted(result: Result) -> str:
    """What does not hold of something that is no promise, in one line; the cases are written by --cases and --json."""
    at = ", ".join(each.about for each in result.failures if str(each.verdict) == "noted")
    left = [each.about for each in result.failures if str(each.verdict) != "noted"]
    told = [f"{result.theorem.noted} {at}"] if at else []
    told += [f"not decided at {', '.join(left)}"] if left else []
    return f"{result.theorem.id}, no promise: {'; '.join(told)}."


def _on_a_cliff(base: RuleBase, found: Mapping[str, Case]) -> Mapping[str, tuple[Cliff, ...]]:
    with _progress() as progress:
        task = progress.add_task("cases", total=len(found))
        return cliffs_of(base, found, lambda: progress.advance(task))


def _show_cliffs(tradition: str, found: Mapping[str, tuple[Cliff, ...]]) -> None:
    console = Console(highlight=False)
    table = Table(title=f"Cases on a cliff, by the rules of {tradition}", title_justify="left")
    for heading in ("case", "cut-off", "beyond it", "what comes out otherwise"):
        table.add_column(heading, overflow="fold")
    for name, at in found.items():
        for each in at:
            falls = [f"{fall.about}: {fall.now}; beyond: {fall.beyond}" for fall in each.falls]
            told = "\n".join(falls or [f"only {', '.join(each.rules)}"])
            cut_off = f"{each.parameter}, {in_unit(each.value, each.unit)}"
            table.add_row(*(escape(cell) for cell in (name, cut_off, in_unit(each.beyond, each.unit), told)))
    console.print(table if found else f"No case lies on a cliff, by the rules of {tradition}.")


def _write(directory: Path, tradition: str, results: Sequence[Result]) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    for each in results:
        for failure in each.failures:
            if failure.case is not None:
                name = re.sub(r"\W+", "-", f"{tradition} {each.theorem.id} {failure.about}")
                text = yaml.safe_dump(to_plain(failure.case), sort_keys=False)
                (directory / f"{name}.yaml").write_text(f"# {failure.why}\n{text}", encoding="utf-8")
