"""What the commands share: the application, the arguments that recur, and how a report is shown."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.text import Text

from ipt_formulate.api import formulate
from ipt_formulate.case.case import Case
from ipt_formulate.case.files import example, example_names, final, is_ordinary, load_case, write_text
from ipt_formulate.errors import InputError, Problem, UnknownName
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.formulation.settings import Settings
from ipt_formulate.report.section import Section, paragraph
from ipt_formulate.rulebase.loader import load_rulebase, shipped_rulebase
from ipt_formulate.rulebase.rulebase import RuleBase
from ipt_formulate.vocabulary import EngineName

DEMO_CASE: Final = "leonard-ptsd-grief-911"
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
SecondsOption = Annotated[float, typer.Option(min=0.01, max=86400, help="The time for one question to the solver.")]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="The value of a parameter left to the site; may be repeated."),
]
RulesOption = Annotated[
    Path | None,
    typer.Option("--rules", metavar="RULES", help="Rules of one's own: a directory, or the name of an installed pack."),
]
TraditionOption = Annotated[str, typer.Option(help="The school whose areas and rules apply.")]


def say(console: Console, words: str) -> None:
    """Print a remark in italics."""
    console.print(Text(words, style="italic"), soft_wrap=True)


def read_case(name: str) -> Case:
    """A case from a file, or a shipped one by its name."""
    if name in example_names() and not Path(name).exists():
        return example(name)
    if Path(name).suffix or _is_file(name):
        return load_case(name)
    raise UnknownName(f"{name[:80]}: is neither a file nor a shipped case; list those with: ipt-formulate cases")


def formulated(
    case: str,
    tradition: str,
    rules: Path | None = None,
    site: list[str] | None = None,
    engine: EngineName = EngineName.AUTO,
    as_of: str | None = None,
) -> Formulation:
    """The formulation of a case, by the shipped rules, those of an earlier release, or others."""
    settings = settings_from(site)
    if rules is None:
        return formulate(read_case(case), tradition=tradition, engine=engine, settings=settings, as_of=as_of)
    if as_of is not None:
        raise InputError([Problem("--as-of", "does not go with --rules", "give one of the two")])
    base = load_rulebase(rules, parameters=settings.parameters)
    return formulate(read_case(case), tradition=tradition, engine=engine, rulebase=base)


def rulebase_told(rules: Path | None) -> RuleBase:
    """The rule base that is told, or the shipped one."""
    return shipped_rulebase() if rules is None else load_rulebase(rules)


def read_cases(directory: Path) -> dict[str, Case]:
    """The cases of a folder: its YAML and JSON files, and ``case.yaml`` in the folders inside it.

    Raises:
        InputError: there is none, or some are no cases.
    """
    files = sorted(path for path in directory.glob("*") if path.suffix in (".yaml", ".yml", ".json"))
    files += sorted(directory.glob("*/case.yaml"))
    if not files:
        what = "holds no case" if directory.is_dir() else "is not a directory"
        raise InputError([Problem(str(directory), what, "give a folder with cases as YAML or JSON")])
    found: dict[str, Case] = {}
    problems: list[Problem] = []
    for path in files:
        try:
            found[path.parent.name if path.name == "case.yaml" and path.parent != directory else path.stem] = load_case(
                path
            )
        except InputError as error:
            more = f" and {len(error.problems) - 1} more problems" if len(error.problems) > 1 else ""
            problems.append(Problem(str(path), f"is no case: {error.problems[0]}{more}", "correct it, or take it out"))
    if problems:
        raise InputError(problems)
    return found


def look_for_room(file: Path | None = None, directory: Path | None = None) -> None:
    """See before long work whether there is a place for what it writes; a directory may still have to be made.

    Raises:
        InputError: a file cannot be written there, or a directory cannot be made or written to.
    """
    problems = []
    if file is not None and not file.absolute().parent.is_dir():
        problems.append(Problem(str(file), "lies in no directory that there is", "make the directory first"))
    elif file is not None and not os.access(file if file.exists() else file.absolute().parent, os.W_OK):
        problems.append(Problem(str(file), "cannot be written", "give another file"))
    elif file is not None and file.is_dir():
        problems.append(Problem(str(file), "is a directory", "give a file"))
    if directory is not None:
        there = next(each for each in (directory.absolute(), *directory.absolute().parents) if each.exists())
        if not there.is_dir() or not os.access(there, os.W_OK):
            problems.append(Problem(str(directory), "is no directory that can be written to", "give another"))
    if problems:
        raise InputError(problems)


def settings_from(told: list[str] | None) -> Settings:
    """What a site sets, from ``NAME=VALUE``; whether it may set that, and to that, is seen where it is used.

    Raises:
        InputError: one is not of this form, or a name is set twice.
    """
    values: dict[str, int | str] = {}
    problems = []
    for each in told or ():
        name, sign, value = (part.strip() for part in each.partition("="))
        if not (name and sign and value):
            problems.append(Problem("--set", "is not NAME=VALUE", "write for example: --set cssrs_high=3"))
        elif name in values:
            problems.append(Problem("--set", f"{name[:80]} is set twice", "give it once"))
        else:
            values[name] = int(value) if re.fullmatch(r"-?[0-9]{1,9}", value) else value
    if problems:
        raise InputError(problems)
    return Settings(parameters=values)


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except OSError:  # a name that no file system takes is not a file
        return False


def look_for_page(page: Path | None, *endings: str) -> None:
    """See before the work whether a page can be written there, and that it takes the place of nothing but a page.

    Args:
        page: the file, or the link to one; nothing is looked at where there is none.
        endings: how its name may end, ``.html`` or ``.htm`` if left out. A device or a pipe may have any name.

    Raises:
        InputError: it has another ending, so that it could be a case, or it cannot be written.
    """
    if page is None:
        return
    endings = endings or (".html", ".htm")
    if is_ordinary(page):
        if not all(each.suffix.lower() in endings for each in (page, final(page))):
            raise InputError([Problem(str(page), "is no name of a page", f"give a file that ends in {endings[0]}")])
        look_for_room(file=page)


def write_page(path: Path, page: str, *, quietly: bool = False) -> None:
    """Write a page to a file, whole or not at all, and say so where nothing else is printed.

    Raises:
        InputError: it cannot be written; what was there stays.
    """
    write_text(path, page)
    if not quietly and is_ordinary(path):
        typer.echo(f"Written: {path}")


def show(report: tuple[Section, ...]) -> None:
    """Print a report, no wider than is good to read."""
    console = Console(highlight=False)
    width = min(console.width, 100)
    for section in report:
        console.print(Text(section.title.upper(), style="bold red" if section.urgent else "bold"))
        for depth, bullet, text in section.lines:
            console.print(
                Text(paragraph(depth, bullet, text, width=width), style="red" if bullet == "!" else ""), soft_wrap=True
            )
        console.print()
