"""The command line. Exit codes: 0 done, 2 bad input with a clear message; never a traceback for bad input."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ipt_formulate.api import formulate as formulate_case
from ipt_formulate.case.case import Case
from ipt_formulate.case.files import example, example_names, load_case
from ipt_formulate.errors import InputError, IptFormulateError, UnknownName
from ipt_formulate.evaluation.examples import failing_examples
from ipt_formulate.report.rules import rule_to_plain, rule_to_text
from ipt_formulate.report.text import Section, paragraph, sections
from ipt_formulate.rulebase.lint import lint as lint_rulebase
from ipt_formulate.rulebase.loader import load_rulebase, shipped_rulebase
from ipt_formulate.vocabulary import EngineName, ProblemArea

DEMO_CASE = "leonard-ptsd-grief-911"
app = typer.Typer(
    name="ipt-formulate",
    help="Reasoned case formulation for Interpersonal Psychotherapy. It suggests; clinician and client decide.",
    epilog=f"Start with: ipt-formulate demo. CASE is a YAML or JSON file, or the name of a shipped case such as {DEMO_CASE}.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
CaseArgument = Annotated[
    str, typer.Argument(metavar="CASE", help="A case file (YAML or JSON), or the name of a shipped case.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


@app.command()
def formulate(
    case: CaseArgument,
    as_json: JsonOption = False,
    engine: Annotated[
        EngineName, typer.Option(help="Which engine derives it; auto takes durable where it can be imported.")
    ] = EngineName.AUTO,
    tradition: Annotated[str, typer.Option(help="The school whose areas and rules apply.")] = "weissman",
) -> None:
    """Formulate a case: safety, focus, why, why not, not known, ask next, techniques."""
    formulation = formulate_case(_case(case), engine=engine, tradition=tradition)
    if as_json:
        sys.stdout.write(formulation.model_dump_json(indent=2) + "\n")
    else:
        _show(sections(formulation))


@app.command()
def why(
    case: CaseArgument,
    area: Annotated[ProblemArea | None, typer.Argument(help="One area; all of them if left out.")] = None,
) -> None:
    """Show the reasoning behind the areas: every rule and test, with its verdict, field and sources."""
    sys.stdout.write(f"{formulate_case(_case(case)).why(area)}\n")


@app.command()
def rule(
    rule_id: Annotated[str, typer.Argument(metavar="RULE_ID", help="Such as grief.near_onset_or_worsening.")],
    as_json: JsonOption = False,
) -> None:
    """Show one rule: what it claims, why, when, its examples, limits and sources."""
    base = shipped_rulebase()
    found = base.rule(rule_id)
    sys.stdout.write(
        json.dumps(rule_to_plain(found), indent=2, ensure_ascii=False) + "\n" if as_json else rule_to_text(base, found)
    )


@app.command()
def rules(as_json: JsonOption = False) -> None:
    """List all rules."""
    base = shipped_rulebase()
    if as_json:
        listed = {
            "name": base.manifest.name,
            "version": base.manifest.version,
            "sha256": base.sha256,
            "rules": [rule_to_plain(each) for each in base.rules.values()],
        }
        sys.stdout.write(json.dumps(listed, indent=2, ensure_ascii=False) + "\n")
        return
    table = Table(title=f"{base.manifest.name} {base.manifest.version}: {len(base.rules)} rules", title_justify="left")
    table.add_column("rule", no_wrap=True)
    table.add_column("what it says", overflow="fold")
    for each in base.rules.values():
        table.add_row(each.id, each.text.title)
    Console().print(table)


@app.command()
def lint(
    directory: Annotated[
        Path | None, typer.Argument(metavar="RULES_DIR", help="A rule base; the shipped one if left out.")
    ] = None,
) -> None:
    """Check a rule base: it loads, its parts are used, and every example in every rule comes out as it says."""
    base = load_rulebase(directory) if directory else shipped_rulebase()
    problems = [*lint_rulebase(base), *failing_examples(base)]
    if problems:
        raise InputError(problems)
    examples = sum(len(each.text.examples) for each in base.rules.values())
    typer.echo(
        f"{len(base.rules)} rules, {examples} examples, {len(base.parameters)} parameters, {len(base.bibliography)} sources: nothing to complain about."
    )
    typer.echo(f"{base.manifest.name} {base.manifest.version}, SHA-256 {base.sha256}")


@app.command()
def schema() -> None:
    """Print the JSON Schema of a case."""
    sys.stdout.write(json.dumps(Case.model_json_schema(), indent=2) + "\n")


@app.command()
def cases() -> None:
    """List the shipped cases."""
    for name in example_names():
        typer.echo(name)


@app.command()
def demo() -> None:
    """Formulate a published case, then answer what was asked and see the focus settle."""
    case = example(DEMO_CASE)
    console = Console()
    _say(console, f"A published case, coded from its summary alone: {DEMO_CASE}\n")
    _show(sections(formulate_case(case)))
    _say(console, "Suppose both questions were now asked, briefly, and nothing came up. Then:\n")
    for name in ("conflicts", "changes"):
        case = case.with_(f"inventory.inquiry.{name}", "brief")
    _show(tuple(section for section in sections(formulate_case(case)) if section.title == "Focus"))
    _say(
        console,
        f"Next: ipt-formulate why {DEMO_CASE} grief; ipt-formulate cases; ipt-formulate rule grief.near_onset_or_worsening",
    )


def _say(console: Console, words: str) -> None:
    console.print(Text(words, style="italic"), soft_wrap=True)


def _case(name: str) -> Case:
    if Path(name).is_file() or Path(name).suffix:
        return load_case(name)
    if name not in example_names():
        raise UnknownName(f"{name}: is neither a file nor a shipped case; list those with: ipt-formulate cases")
    return example(name)


def _show(report: tuple[Section, ...]) -> None:
    console = Console(highlight=False)
    width = min(console.width, 100)
    for section in report:
        console.print(Text(section.title.upper(), style="bold red" if section.urgent else "bold"))
        for depth, bullet, text in section.lines:
            console.print(
                Text(paragraph(depth, bullet, text, width=width), style="red" if bullet == "!" else ""), soft_wrap=True
            )
        console.print()


def main() -> None:
    """Run the command line; bad input ends with a message on standard error and exit code 2."""
    try:
        app()
    except InputError as error:
        for problem in error.problems:
            sys.stderr.write(f"{problem}\n")
        sys.exit(2)
    except IptFormulateError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
