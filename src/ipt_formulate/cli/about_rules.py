"""Commands about rules and techniques: rule, rules, technique, lint, lock, new-rule, new-pack."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from ipt_formulate.cli.shared import JsonOption, RulesOption, app, rulebase_told
from ipt_formulate.errors import InputError, Problem, UnknownName
from ipt_formulate.evaluation.emptiness import met_of_nothing
from ipt_formulate.evaluation.examples import failing_examples
from ipt_formulate.report.rules import rule_to_plain, rule_to_text
from ipt_formulate.report.techniques import card_to_plain, card_to_text
from ipt_formulate.resources import rules_directory
from ipt_formulate.rulebase.floor import with_safety_floor
from ipt_formulate.rulebase.installed import rules_at
from ipt_formulate.rulebase.lint import lint as lint_rulebase
from ipt_formulate.rulebase.loader import load_rulebase, shipped_rulebase
from ipt_formulate.rulebase.lock import LOCK, broken_locks, lock_text, not_locked, read_lock
from ipt_formulate.rulebase.notes import Note, notes
from ipt_formulate.rulebase.rulebase import Extension, RuleBase
from ipt_formulate.rulebase.template import new_pack as write_pack
from ipt_formulate.rulebase.template import new_rule as write_template

RulesArgument = Annotated[Path, typer.Argument(metavar="RULES_DIR", help="A rule base.")]


@app.command()
def rule(
    rule_id: Annotated[str, typer.Argument(metavar="RULE_ID", help="Such as grief.near_onset_or_worsening.")],
    as_json: JsonOption = False,
    rules: RulesOption = None,
) -> None:
    """Show one rule: what it claims, why, when, its examples, limits and sources."""
    base = rulebase_told(rules)
    found = base.rule(rule_id)
    if as_json:
        _print(rule_to_plain(found))
    else:
        sys.stdout.write(rule_to_text(base, found))


@app.command()
def rules(
    as_json: JsonOption = False,
    rules: RulesOption = None,
) -> None:
    """List all rules."""
    base = rulebase_told(rules)
    if as_json:
        about = {"name": base.manifest.name, "version": base.manifest.version, "sha256": base.sha256}
        _print({**about, "rules": [rule_to_plain(each) for each in base.rules.values()]})
        return
    table = Table(title=f"{base.manifest.name} {base.manifest.version}: {len(base.rules)} rules", title_justify="left")
    table.add_column("rule", no_wrap=True)
    table.add_column("what it says", overflow="fold")
    for each in base.rules.values():
        table.add_row(each.id, each.text.title)
    Console().print(table)


@app.command()
def technique(
    technique_id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Such as grief_work; a list of all of them if left out.")
    ] = None,
    as_json: JsonOption = False,
    rules: RulesOption = None,
) -> None:
    """Show how a technique is done: when, when not, aim, stance, steps and limits, with assumptions marked."""
    base = rulebase_told(rules)
    if technique_id is None:
        if as_json:
            _print([card_to_plain(each) for each in base.techniques.values()])
        else:
            width = max(map(len, base.techniques))
            for each in base.techniques.values():
                typer.echo(f"{each.id:{width}}  {each.title}")
        return
    if technique_id not in base.techniques:
        raise UnknownName(f"there is no technique of that id; there are: {', '.join(base.techniques)}")
    card = base.techniques[technique_id]
    if as_json:
        _print(card_to_plain(card))
    else:
        sys.stdout.write(card_to_text(base, card))


@app.command()
def lint(
    directory: Annotated[
        Path | None, typer.Argument(metavar="RULES_DIR", help="A rule base; the shipped one if left out.")
    ] = None,
    with_notes: Annotated[bool, typer.Option("--notes", help="List every note, not only how many there are.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Check a rule base: it loads, its parts are used, and every example in every rule comes out as it says.

    Faults end with code 2. Notes are no faults: facts that no rule reads, and rules that hang on a single fact.
    """
    base = rulebase_told(directory)
    locked = read_lock(rules_at(directory).directory if directory else rules_directory())
    problems = [*lint_rulebase(base), *broken_locks(base, locked), *failing_examples(base), *met_of_nothing(base)]
    if problems:
        raise InputError(problems)
    noted = list(notes(base))
    if as_json:
        _print({"rules": len(base.own("rules")), "sha256": base.sha256, "notes": [asdict(each) for each in noted]})
        return
    examples = sum(len(each.text.examples) for each in base.own("rules").values())
    typer.echo(
        f"{len(base.own('rules'))} rules, {examples} examples, {len(base.own('parameters'))} parameters, {len(base.own('bibliography'))} sources: nothing to complain about."
    )
    if put_in := with_safety_floor(base, shipped_rulebase()).floor:
        typer.echo(f"The library puts in, as no rule base can do without or narrow them: {', '.join(put_in)}.")
    _show_notes(noted, listed=with_notes)
    typer.echo(f"{base.manifest.name} {base.manifest.version}, SHA-256 {base.sha256}")
    if base.extends is not None:
        _show_extension(base, base.extends)


def _show_extension(base: RuleBase, adds: Extension) -> None:
    there = adds.base
    typer.echo(
        f"It extends {there.manifest.name} {there.manifest.version}, SHA-256 {there.sha256}; its own files, SHA-256 {adds.sha256}"
    )
    for each in adds.replaced:
        typer.echo(f"{each.by} holds in place of {each.rule}." if each.by else f"{each.rule} does not hold.")
    for name, change in adds.parameters.items():
        value = change.value if isinstance(change.value, list) else [change.value]
        typer.echo(f"The parameter {name} is {' '.join(map(str, value))}.")


def _show_notes(noted: list[Note], *, listed: bool) -> None:
    if listed:
        typer.echo("".join(f"note: {each.what}\n" for each in noted), nl=False)
        return
    kinds = {"unread": "facts that no rule reads", "single_fact": "rules that hang on a single fact"}
    counts = {words: sum(each.kind == kind for each in noted) for kind, words in kinds.items()}
    if told := [f"{count} {words}" for words, count in counts.items() if count]:
        typer.echo(f"Notes, which are no faults: {', '.join(told)}; see them with --notes.")


@app.command()
def lock(
    directory: RulesArgument = Path("rules"),
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail while something is not in the lock.")
    ] = False,
    anew: Annotated[
        bool, typer.Option("--anew", help="Accept rules that were changed under their version, or removed.")
    ] = False,
) -> None:
    """Record the version and content of every rule, and of what rules share, so that none changes unnoticed."""
    directory = rules_at(directory).directory
    base, locked = load_rulebase(directory), read_lock(directory)
    broken, fresh = list(broken_locks(base, locked)), list(not_locked(base, locked))
    if check and (broken or fresh):
        raise InputError([*broken, *fresh])
    if check:
        typer.echo(f"{len(locked)} entries are in the lock, and none was changed since.")
        return
    if broken and not anew:
        raise InputError(broken)
    path = directory / LOCK
    try:
        path.write_text(lock_text(base), encoding="utf-8")
    except OSError as error:
        raise InputError([Problem(str(path), "cannot be written", "give a directory that can")]) from error
    typer.echo(f"{path}: {len(lock_text(base).splitlines()) - 1} entries, {len(fresh)} new or with a new version.")


@app.command(name="new-rule")
def new_rule(
    rule_id: Annotated[str, typer.Argument(metavar="RULE_ID", help="Such as grief.sudden_death.")],
    rules_dir: Annotated[Path, typer.Option(help="The rule base to write into.")] = Path("rules"),
) -> None:
    """Write the template of a rule where its id calls for it; lint names every place to fill in."""
    path = write_template(rules_dir, rule_id)
    typer.echo(f"{path}: fill in every place that says FILL IN, then run: ipt-formulate lint {rules_dir}")


@app.command(name="new-pack")
def new_pack(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Such as clinic; its rules will be called clinic_...")],
    directory: Annotated[
        Path | None,
        typer.Option("--in", metavar="DIR", help="Where it is written; a directory of its name if left out."),
    ] = None,
) -> None:
    """Begin a pack: rules of one's own that are added to the shipped ones."""
    path = write_pack(directory or Path(name), name, shipped_rulebase().manifest)
    typer.echo(f"{path}: fill in every place that says FILL IN. Add a rule with:")
    typer.echo(f"ipt-formulate new-rule grief.{name}_... --rules-dir {path.parent}")


def _print(plain: Any) -> None:
    sys.stdout.write(json.dumps(plain, indent=2, ensure_ascii=False) + "\n")
