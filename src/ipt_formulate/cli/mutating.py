"""The command that changes the rules by small steps, to see whether an example, a decision or a golden case tells."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
import yaml
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from ipt_formulate import resources
from ipt_formulate.case.files import to_plain
from ipt_formulate.cli.proving import RulesArgument
from ipt_formulate.cli.shared import JsonOption, SecondsOption, app, look_for_room
from ipt_formulate.errors import EngineUnavailable, InputError, Problem
from ipt_formulate.evaluation.examples import failing_examples
from ipt_formulate.rulebase.loader import load_rulebase
from ipt_formulate.rulebase.rulebase import RuleBase

if TYPE_CHECKING:
    from ipt_formulate.mutation.campaign import Ended, Suites
    from ipt_formulate.mutation.mutants import Mutant

ALL: Final = "all"


@app.command()
def mutate(
    rules: RulesArgument = None,
    tradition: Annotated[str, typer.Option(help="The school whose rules are changed, or all rules.")] = ALL,
    rule: Annotated[
        list[str] | None, typer.Option("--rule", metavar="ID", help="Only what touches this rule; may be repeated.")
    ] = None,
    as_json: JsonOption = False,
    seconds: SecondsOption = 60.0,
    cases: Annotated[
        Path | None, typer.Option(help="A directory of solver-made cases; that of the shipped rules if left out.")
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Make the solver-made cases anew, in that directory.")] = False,
    report: Annotated[Path | None, typer.Option(help="A file to write how it came out to, as JSON.")] = None,
) -> None:
    """Change the rules by one small step at a time and show what would tell; exit code 1 if one survives or is undecided.

    Of a pack, what touches its own rules is changed.
    """
    try:
        from ipt_formulate.mutation.campaign import mutants_of, run
    except ImportError as error:
        raise EngineUnavailable("this needs z3; install it with: pip install 'ipt_formulate[proof]'") from error
    base = _read(rules, tradition, rule or ())
    look_for_room(report, cases if write else None)
    if cases is not None and not write and not cases.is_dir():
        raise InputError([Problem(str(cases), "is not a directory", "give one that holds solver-made cases")])
    suites, directory = _suites(cases, own=rules is not None)
    mutants = mutants_of(base, rule or (() if base.extends is None else list(base.own("rules"))))
    if write:
        if rule or tradition != ALL:
            what = "makes the cases of all rules at once"
            raise InputError([Problem("--write", what, "leave out --rule and --tradition")])
        _write(mutants, suites, directory, seconds)
        suites, _ = _suites(directory, own=rules is not None)
    with _progress("changing the rules", len(mutants)) as done:
        ended = run(mutants, suites, seconds, done)
    _tell(base, ended, report, as_json=as_json)
    if any(str(each.fate) in ("survived", "not decided") for each in ended):
        raise typer.Exit(1)


def _read(rules: Path | None, tradition: str, wanted: list[str] | tuple[str, ...]) -> RuleBase:
    """The rule base, with every rule asked for; the examples have to hold before changes of it can be told by them."""
    base = load_rulebase(rules or resources.rules_directory())
    if problems := list(failing_examples(base)):
        raise InputError(problems)
    base = base if tradition == ALL else base.for_tradition(tradition)
    for each in wanted:
        base.rule(each)
    return base


def _suites(cases: Path | None, *, own: bool) -> tuple[Suites, Path | None]:
    """What kills; of the shipped rules also the decisions and golden cases, where the source tree is there."""
    from ipt_formulate.mutation.campaign import Suites
    from ipt_formulate.mutation.suites import decisions, golden_cases, solver_cases

    if own:
        made = solver_cases(cases) if cases is not None else ()
        return Suites(solver_cases=list(made)), cases
    directory = cases or resources.solver_cases_directory()
    decided = resources.decisions_directory()
    return (
        Suites(
            list(decisions(decided)) if decided.is_dir() else (),
            list(golden_cases(resources.cases_directory())),
            list(solver_cases(directory)),
        ),
        directory,
    )


def _write(mutants: list[Mutant], suites: Suites, directory: Path | None, seconds: float) -> None:
    from ipt_formulate.mutation.making import make_suite, write_suite

    if directory is None:
        problem = Problem("--write", "has no directory to write to", "name one with --cases")
        raise InputError([problem])
    whole = [each.case for _, suite in suites.by_name() for each in suite if suite is not suites.solver_cases]
    with _progress("looking for cases", len(mutants)) as done:
        write_suite(directory, make_suite(mutants, whole, seconds, done))


@contextmanager
def _progress(what: str, total: int) -> Iterator[Callable[[], None]]:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(what, total=total)
        yield lambda: progress.advance(task)


def _tell(base: RuleBase, ended: list[Ended], report: Path | None, *, as_json: bool) -> None:
    from ipt_formulate.mutation.record import record

    told = record(base, ended)
    if report is not None:
        report.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if as_json:
        sys.stdout.write(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
        return
    console = Console(highlight=False)
    table = Table(title="What tells a small change of the rules", title_justify="left")
    table.add_column("changed", overflow="fold")
    table.add_column("changes", justify="right")
    table.add_column("killed by")
    table.add_column("not killed")
    for name, counts in (*told["sites"].items(), ("in all", told["total"])):
        killed, rest = counts["killed_by"], {_WORDS[each]: counts[each] for each in _WORDS}
        table.add_row(escape(name), str(counts["mutants"]), _counted(killed), _counted(rest))
    console.print(table)
    for each in ended:
        if str(each.fate) != "killed":
            mutant = each.mutant
            console.print(f"{mutant.site}, {each.fate}: {mutant.step}.", markup=False, soft_wrap=True)
        if each.case is not None:
            from ipt_formulate.mutation.record import telling

            told_by = "; ".join(f"{name}: {words}" for name, words in telling(each).items())
            console.print(f"This case would tell ({told_by}):", markup=False, soft_wrap=True)
            console.print(yaml.safe_dump(to_plain(each.case), sort_keys=False), markup=False, soft_wrap=True)


_WORDS: Final = {"equivalent": "equivalent", "survived": "survived", "undecided": "not decided"}


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {what}" for what, count in counts.items() if count)
