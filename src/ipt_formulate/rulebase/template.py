"""A new rule from a template. Until its last placeholder is filled in the rule base does not load."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from ipt_formulate.case.files import write_text
from ipt_formulate.documents import Document, Keys, read_document
from ipt_formulate.errors import InputError, Problem
from ipt_formulate.resources import rules_directory
from ipt_formulate.rulebase.texts import Manifest

FILL_IN: Final = "FILL IN"
_PACK: Final = """\
name: {name}
version: 0.1.0
extends: {{name: {base}, from: {version}, below: {below}}}
maintainers:
  - 'FILL IN: who answers for these rules'
"""
_FOLDERS: Final = {
    "safety": "safety",
    "selection": "selection",
    "modifiers": "modifiers",
    "advice": "advice",
    "gates": "techniques/gates",
    "stages": "techniques/stages",
}
_SCOPES: Final = {
    "grief": "deaths",
    "role_dispute": "conflicts",
    "role_transition": "changes",
    "selection": "candidates",
    "stages": "conflicts",
}
_CONCLUSIONS: Final = {
    "safety": "  topic: 'FILL IN: how it is named while it was not asked'\n  flag: 'FILL IN: the red flag, as a sentence'\n"
    "  urgency: 'FILL IN: same_day, before_focus_work or this_phase'\n  actions: ['FILL IN: what to do, as a sentence']\n"
    "  holds_focus: 'FILL IN: true or false'\n",
    "selection": "  step: 'FILL IN: the place of the step, 1 first'\n",
    "modifiers": "  modifier: {stem}\n",
    "advice": "  advice: 'FILL IN: what to do, as a sentence'\n  kind: 'FILL IN: refer, review, ask or consider'\n",
    "gates": "  gate: 'FILL IN: caution or blocked'\n  techniques: ['FILL IN: the id of a card']\n  reason: 'FILL IN: as a sentence'\n",
    "stages": "  indicates: 'FILL IN: the id of a card'\n",
}
_AREA: Final = "  area: {folder}\n  as: 'FILL IN: criterion, strong, supporting, against or excludes'\n"
_TEMPLATE: Final = """\
id: {id}
title: 'FILL IN: the claim, as a sentence without a full stop'
status: experimental
version: 1.0.0
rationale: 'FILL IN: why the claim leads to the conclusion'
citations:
  - key: 'FILL IN: a key of bibliography.yaml, or assumption'
    locator: 'FILL IN: the place in the source'
    supports: 'FILL IN: definition, criterion, selection, technique, safety, cutoff, context or assumption'
for_each: {scope}
when: 'FILL IN: the condition; rules/README.md shows the language'
then:
{conclusion}explain: 'FILL IN: the sentence that is printed when the rule is met'
ask: 'FILL IN: the question to put when it is not known'
limits:
  - 'FILL IN: what the rule does not see'
examples:
  - title: 'FILL IN: a case that the rule is met for'
    expect: met
    case: 'FILL IN: the case'
  - title: 'FILL IN: a near miss, for which it is not met'
    expect: not_met
    case: 'FILL IN: the case'
  - title: 'FILL IN: a case that leaves it open'
    expect: unknown
    case: 'FILL IN: the case'
"""


def new_rule(directory: Path, rule_id: str) -> Path:
    """Write the template of a rule where its id calls for it.

    Args:
        directory: the rule base.
        rule_id: such as ``grief.sudden_death``; the part before the dot names the folder.

    Returns:
        The file.

    Raises:
        InputError: the id names no folder of the rule base, or the rule is there already.
    """
    if not (directory / "rulebase.yaml").is_file():
        raise InputError([Problem(str(directory), "is not a rule base", "give the directory that holds rulebase.yaml")])
    content = read_document(directory / "rulebase.yaml").content
    pack = content.get("name") if isinstance(content, dict) and "extends" in content else None
    there = rules_directory() if pack else directory
    areas = sorted(path.parent.name for path in (there / "problem_areas").glob("*/area.yaml"))
    if not re.fullmatch(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*", rule_id):
        raise InputError([Problem(rule_id, "is not the id of a rule", "write folder.name in lower case")])
    folder, _, stem = rule_id.partition(".")
    if folder not in _FOLDERS and folder not in areas:
        raise InputError([Problem(rule_id, "names no folder of rules", f"there are: {', '.join((*areas, *_FOLDERS))}")])
    if pack and not stem.startswith(f"{pack}_"):
        what = f"does not say that it is a rule of the pack {pack}"
        raise InputError([Problem(rule_id, what, f"call it {folder}.{pack}_{stem}")])
    path = directory / (_FOLDERS.get(folder) or f"problem_areas/{folder}") / f"{stem}.yaml"
    if path.exists() or (stem == "area" and folder in areas):
        raise InputError([Problem(str(path), "is there already", "take another name, or edit that file")])
    conclusion = _CONCLUSIONS.get(folder, _AREA).format(folder=folder, stem=stem)
    text = _TEMPLATE.format(id=rule_id, scope=_SCOPES.get(folder, "case"), conclusion=conclusion)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def new_pack(directory: Path, name: str, base: Manifest) -> Path:
    """Write the ``rulebase.yaml`` of a new pack, for this version of the rule base and what is compatible with it.

    Args:
        directory: where; made if it is not there.
        name: the pack's, with which every name in it will begin.
        base: what the rule base that it extends says of itself.

    Returns:
        The file.

    Raises:
        InputError: the name is none, or there is a rule base there already.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or name == base.name:
        raise InputError([Problem(name[:80], "is no name for a pack", "write a word in lower case, such as clinic")])
    path = directory / "rulebase.yaml"
    if path.exists():
        raise InputError([Problem(str(path), "is there already", "take another name or directory")])
    major, minor, _ = base.version.split(".")
    below = f"{major}.{int(minor) + 1}.0"
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise InputError([Problem(str(directory), "cannot be made", "give another directory")]) from None
    write_text(path, _PACK.format(name=name, base=base.name, version=base.version, below=below))
    return path


def placeholders(document: Document) -> Iterator[Problem]:
    """Each placeholder of the template that is still there, with its file and line."""
    for keys, text in _strings(document.content, ()):
        if text.startswith(FILL_IN):
            place = ".".join(str(key) for key in keys)
            hint = text.removeprefix(FILL_IN).removeprefix(": ").strip()
            yield Problem(document.at(keys), f"{place} is not filled in yet", hint or "write it")


def _strings(content: Any, keys: Keys) -> Iterator[tuple[Keys, str]]:
    if isinstance(content, str):
        yield keys, content
    elif isinstance(content, dict):
        for key, value in content.items():
            yield from _strings(value, (*keys, key))
    elif isinstance(content, list):
        for index, value in enumerate(content):
            yield from _strings(value, (*keys, index))
