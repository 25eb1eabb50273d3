"""A pack put on the rule base that it extends: what it may add and change there, and what it may not.

Whatever a pack adds has a name that begins with the pack's own, so that nothing of it can take the place of
something of the extended rule base, in this version or a later one. What it changes there it says, with the reason:
rules that do not hold, and parameters within their stated ranges. Safety rules and gates it can only add to.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from pydantic import ValidationError

from ipt_formulate.documents import Document, Keys
from ipt_formulate.errors import Problem
from ipt_formulate.rulebase.pack_texts import PackManifest, ParameterChange
from ipt_formulate.rulebase.parameters import Parameter, WordRange
from ipt_formulate.rulebase.parsing import did_you_mean
from ipt_formulate.rulebase.rulebase import CompiledRule, Extension, RuleBase
from ipt_formulate.rulebase.texts import GateConclusion, Manifest, SafetyConclusion, Tradition
from ipt_formulate.rulebase.variation import with_parameters

Parts: TypeAlias = Mapping[str, Mapping[Any, Any]]
"""What a directory holds, by the names of the parts of a rule base and then by name."""
PREFIXED: Final = ("parameters", "named", "techniques", "traditions")
"""The parts of a rule base whose names begin with that of the pack, besides those of rules."""


def manifest_faults(manifest: PackManifest, base: RuleBase, document: Document) -> Iterator[Problem]:
    """What is wrong with what a pack says of itself and of the rule base that it extends."""

    def fault(keys: Keys, what: str, remedy: str) -> Problem:
        return Problem(document.at(keys), what, remedy)

    there, extends = base.manifest, manifest.extends
    if extends.name != there.name:
        yield fault(
            ("extends", "name"),
            f"extends {extends.name}, which does not come with the library",
            f"there is: {there.name}",
        )
    elif not extends.fits(there.version):
        what = f"was made for {there.name} from {extends.from_version} to below {extends.below}, and this is {there.version}"
        yield fault(
            ("extends",), what, "see in CHANGELOG.md what changed, run the pack's examples, then widen the range"
        )
    elif extends.sha256 not in (None, base.sha256):
        what = f"was made for another content of {there.name} {there.version} than this"
        yield fault(
            ("extends", "sha256"),
            what,
            "run the pack's examples, then write the SHA-256 that `ipt-formulate lint` prints",
        )
    if taken := sorted(name for name in _names(base) if name.startswith(f"{manifest.name}_")):
        what = f"{there.name} has names that begin with {manifest.name}_, such as {taken[0]}"
        yield fault(("name",), what, "take another name for the pack")
    if manifest.name == there.name:
        yield fault(("name",), "has the name of the rule base it extends", "take another name for the pack")
    for index, each in enumerate(manifest.replaces):
        at: Keys = ("replaces", index, "rule")
        rule = base.rules.get(each.rule)
        if rule is None:
            yield fault(at, f"{there.name} has no rule {each.rule}", did_you_mean(each.rule, base.rules))
        elif isinstance(rule.then, (SafetyConclusion, GateConclusion)):
            what = f"{each.rule} is a safety rule or a gate, which no pack can take away"
            yield fault(at, what, "add a rule of your own beside it")
    for name, change in manifest.parameters.items():
        yield from _change_faults(name, change, base, document)


def _change_faults(name: str, change: ParameterChange, base: RuleBase, document: Document) -> Iterator[Problem]:
    where = document.at(("parameters", name))
    parameter = base.parameters.get(name)
    if parameter is None:
        yield Problem(where, f"{base.manifest.name} has no parameter {name}", did_you_mean(name, base.parameters))
        return
    if parameter.range is None:
        yield Problem(where, f"the parameter {name} states no range, so a pack cannot change it", "leave it out")
        return
    try:
        told = parameter.at(change.value)
    except ValidationError:
        yield Problem(where, f"the parameter {name} cannot have that value", f"its unit is {parameter.unit}")
        return
    if not in_range(parameter, told):
        yield Problem(where, f"the value lies outside the range of {name}", f"it is {shown_range(parameter)}")


def in_range(parameter: Parameter, told: Parameter) -> bool:
    """Whether another state of a parameter lies within the range that is stated."""
    if isinstance(parameter.range, WordRange):
        was, now = set(_words(parameter)), set(_words(told))
        return was - now <= set(parameter.range.may_leave_out) and now - was <= set(parameter.range.may_add)
    bounds = parameter.bounds()
    return bounds is None or bounds[0] <= told.number() <= bounds[1]


def shown_range(parameter: Parameter) -> str:
    """The range of a parameter, in words."""
    if isinstance(parameter.range, WordRange):
        out, more = (", ".join(words) or "none" for words in (parameter.range.may_leave_out, parameter.range.may_add))
        return f"may leave out: {out}; may add: {more}"
    return " to ".join(map(str, parameter.range or ()))


def _words(parameter: Parameter) -> list[str]:
    return parameter.value if isinstance(parameter.value, list) else []


def changed(base: RuleBase, manifest: PackManifest, site: Mapping[str, Parameter]) -> RuleBase:
    """The extended rule base with the parameters that a pack and a site change in it.

    Raises:
        RuleBaseError: a parameter cannot have its value.
    """
    told = {name: _as_told(base.parameters[name], change, manifest) for name, change in manifest.parameters.items()}
    told |= {name: parameter for name, parameter in site.items() if name in base.parameters}
    varied = with_parameters(base, {name: parameter.value for name, parameter in told.items()})
    return replace(varied, parameters=MappingProxyType({**varied.parameters, **told}), variation=None, _variants={})


def _as_told(parameter: Parameter, change: ParameterChange, manifest: PackManifest) -> Parameter:
    return parameter.at(change.value).model_copy(
        update={
            "citations": change.citations,
            "assumption": None if change.citations else change.because,
            "decided_by": f"the pack {manifest.name}",
        }
    )


def name_faults(name: str, parts: Parts, base: RuleBase, at: Mapping[tuple[str, Any], str]) -> Iterator[Problem]:
    """Each name of a pack that does not begin with the pack's own, and each thing that the base has already.

    Args:
        name: the pack's.
        parts: what the pack holds, by the names of the parts of a rule base.
        base: the rule base that it extends.
        at: where each thing stands, by its part and name.
    """
    for part, held in parts.items():
        for each in held:
            where = at[part, each]
            stem = str(each).rpartition(".")[2]
            if part in (*PREFIXED, "rules") and not stem.startswith(f"{name}_"):
                what = f"{each} is added by the pack {name}, and its name does not say so"
                remedy = f"call it {str(each).removesuffix(stem)}{name}_{stem}, so that it can collide with nothing"
                yield Problem(where, what, remedy)
            elif part == "bibliography" and each in base.bibliography and base.bibliography[each] != held[each]:
                what = f"{each} is another source in {base.manifest.name}"
                yield Problem(where, what, "cite that one, or take another key")
            elif part in ("areas", "instruments") and each in getattr(base, part):
                what = f"{each} is there in {base.manifest.name} already, and a pack cannot define it anew"
                yield Problem(where, what, "take the file out, and add rules of your own")


def extended(base: RuleBase, manifest: PackManifest, parts: Parts, files_sha256: str, under: RuleBase) -> RuleBase:
    """A pack and what it extends, as one rule base.

    Args:
        base: the rule base that it extends, as it comes.
        manifest: what the pack says of itself.
        parts: what the pack holds, by the names of the parts of a rule base.
        files_sha256: the SHA-256 of the pack's own files.
        under: the extended rule base with the parameters that are changed in it.
    """
    by = {each.rule: each.by for each in manifest.replaces}
    rules = {name: _without(rule, by) for name, rule in under.rules.items() if name not in by}
    traditions = {name: _switched(text, by) for name, text in under.traditions.items()}
    merged = {part: {**getattr(under, part), **held} for part, held in parts.items()}
    merged["rules"] = {**rules, **parts["rules"]}
    merged["traditions"] = {**traditions, **parts["traditions"]}
    there = base.manifest
    text = json.dumps([base.sha256, files_sha256], separators=(",", ":"))
    told = Manifest(
        name=manifest.name,
        version=manifest.version,
        maintainers=manifest.maintainers,
        intended_use=manifest.intended_use or there.intended_use,
        not_for=tuple(dict.fromkeys((*there.not_for, *manifest.not_for))),
        assumption_keys=tuple(dict.fromkeys((*there.assumption_keys, *manifest.assumption_keys))),
    )
    adds = Extension(base, files_sha256, manifest.replaces, MappingProxyType(dict(manifest.parameters)))
    return replace(made_of(merged, told, hashlib.sha256(text.encode()).hexdigest()), extends=adds)


def made_of(parts: Parts, manifest: Manifest, sha256: str) -> RuleBase:
    """A rule base of its parts, by their names."""
    return RuleBase(
        manifest=manifest,
        sha256=sha256,
        parameters=MappingProxyType(dict(parts["parameters"])),
        bibliography=MappingProxyType(dict(parts["bibliography"])),
        named=MappingProxyType(dict(parts["named"])),
        areas=MappingProxyType(dict(parts["areas"])),
        techniques=MappingProxyType(dict(parts["techniques"])),
        traditions=MappingProxyType(dict(parts["traditions"])),
        rules=MappingProxyType(dict(parts["rules"])),
        instruments=MappingProxyType(dict(parts["instruments"])),
    )


def replacement_faults(base: RuleBase, manifest: PackManifest, document: Document) -> Iterator[Problem]:
    """Each rule that is to stand in the place of another and is not the pack's own, or says something of other things."""
    assert base.extends is not None
    own = base.own("rules")
    for index, each in enumerate(manifest.replaces):
        where = document.at(("replaces", index, "by"))
        if each.by is None:
            continue
        if each.by not in own:
            yield Problem(where, f"the pack has no rule {each.by}", did_you_mean(each.by, own))
        elif (old := base.extends.base.rules.get(each.rule)) and type(old.then) is not type(own[each.by].then):
            what = f"{each.by} concludes another sort of thing than {each.rule}, in whose place it is to stand"
            yield Problem(where, what, "leave by: out, and say why under because:")


def _without(rule: CompiledRule[Any], gone: Mapping[str, Any]) -> CompiledRule[Any]:
    """A rule that declares nothing of rules that are gone."""
    kept = tuple(each for each in rule.text.expected if each.of not in gone)
    if kept == rule.text.expected:
        return rule
    written = rule.unfilled and rule.unfilled.model_copy(update={"expected": kept})
    return replace(rule, text=rule.text.model_copy(update={"expected": kept}), unfilled=written)


def _switched(text: Tradition, by: Mapping[str, str | None]) -> Tradition:
    """A tradition in which what replaces a rule is off and on where that was."""
    if not {*text.off, *text.on} & set(by):
        return text
    off, on = (tuple(new for each in names if (new := by.get(each, each))) for names in (text.off, text.on))
    return text.model_copy(update={"off": off, "on": on})


def _names(base: RuleBase) -> Iterator[str]:
    yield from (name.rpartition(".")[2] for name in base.rules)
    for part in PREFIXED:
        yield from map(str, getattr(base, part))


def in_the_pack(problem: Problem, manifest: Document, documents: Mapping[str, Document]) -> Problem:
    """A problem that shows in a file of the extended rule base, told where the pack brings it about."""
    file = PurePosixPath(problem.where.partition(":")[0]).as_posix()
    if file in documents:
        return problem
    keys: Keys = ("replaces",) if ("replaces",) in manifest.lines else ("parameters",)
    return replace(problem, where=manifest.at(keys), what=f"what is changed here has an effect: {problem.what}")
