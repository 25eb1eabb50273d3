"""The same rule base with some parameters at other values; only the rules that use them are parsed again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal

from pydantic import ValidationError

from ipt_formulate.documents import Document
from ipt_formulate.errors import Problem, RuleBaseError
from ipt_formulate.rulebase.parameters import Parameter, Value, WordRange
from ipt_formulate.rulebase.parsing import Parser, did_you_mean
from ipt_formulate.rulebase.references import check_instrument, instrument_parameters
from ipt_formulate.rulebase.rulebase import CompiledRule, RuleBase, Variation
from ipt_formulate.rulebase.sentences import fill_in

_NOWHERE = Document(None, "", MappingProxyType({}))


def with_parameters(base: RuleBase, values: Mapping[str, Value]) -> RuleBase:
    """The same rule base with some parameters at other values, in the same tradition.

    Args:
        base: any rule base, whole or as one tradition uses it.
        values: new values by parameter, as they would be written in ``parameters.yaml``; days may be whole numbers.
            They may lie outside a parameter's stated range.

    Returns:
        A rule base with the conditions and sentences that its files would give with these values. Its ``sha256`` is made of that
        of the files and of the values, and its ``name`` says what was varied. With every parameter at the value
        that the files give it, the SHA-256 is that of the files.

    Raises:
        RuleBaseError: a parameter does not exist, cannot have its value, or makes a condition that cannot be; each
            problem names the parameter. Or the rule base is one in which the library has put safety rules.

    >>> from ipt_formulate.rulebase.loader import shipped_rulebase
    >>> wider = with_parameters(shipped_rulebase(), {"near_before": "9mo"})
    >>> wider.parameters["near_before"].number(), wider.name
    (270, 'ipt, with near_before = 9mo')
    """
    changed = _changed(base, values)
    if not changed:
        return base
    reading = [rule for rule in base.rules.values() if _named_in(rule, changed)]
    varied = replace(base, parameters=MappingProxyType({**base.parameters, **changed}), _variants={})
    parsed = {rule.id: _parser(rule, varied) for rule in reading}
    trees = {rule.id: parsed[rule.id].trees(rule.written.when) for rule in reading}
    problems = [*_put_in(base, reading, changed), *_of_conditions(reading, parsed, changed)]
    problems += _of_instruments(varied, changed)
    if problems:
        raise RuleBaseError(problems)
    again = {
        rule.id: replace(rule, conditions=trees[rule.id], text=fill_in(rule.written, varied.parameters))
        for rule in reading
    }
    varied = replace(varied, rules=MappingProxyType({**base.rules, **again}))
    return _signed(varied, base, changed)


def same_value(one: Parameter, other: Parameter) -> bool:
    """Whether two states of a parameter mean the same: ``6mo`` and ``180d``, or a list in another order."""
    if isinstance(one.value, list) and isinstance(other.value, list):
        return set(one.value) == set(other.value)
    return one.number() == other.number()


@dataclass(frozen=True, slots=True)
class Swap:
    """One word of a list left out or added.

    Attributes:
        word: the word.
        done: what is done with it.
        value: the list as it then is.
    """

    word: str
    done: Literal["left out", "added"]
    value: list[str]


def swaps(parameter: Parameter) -> tuple[Swap, ...]:
    """The lists that the range of a list of words allows, each one word away from the value."""
    if not isinstance(parameter.range, WordRange) or not isinstance(parameter.value, list):
        return ()
    value = parameter.value
    out = [Swap(word, "left out", [each for each in value if each != word]) for word in parameter.range.may_leave_out]
    return (*out, *(Swap(word, "added", [*value, word]) for word in parameter.range.may_add))


def ends(parameter: Parameter) -> list[int] | list[list[str]]:
    """The outermost values of a range: its ends, or every list one word away; nothing where there is no range."""
    bounds = parameter.bounds()
    return list(bounds) if bounds else [swap.value for swap in swaps(parameter)]


def _changed(base: RuleBase, values: Mapping[str, Value]) -> dict[str, Parameter]:
    changed, problems = {}, []
    for name, value in values.items():
        parameter = base.parameters.get(name)
        if parameter is None:
            problems.append(
                Problem(f"parameters.{name}", "there is no such parameter", did_you_mean(name, base.parameters))
            )
            continue
        try:
            other = parameter.at(value)
        except ValidationError:
            problems.append(Problem(f"parameters.{name}", "cannot have that value", f"its unit is {parameter.unit}"))
            continue
        if not same_value(parameter, other):
            changed[name] = other
    if problems:
        raise RuleBaseError(problems)
    return changed


def _named_in(rule: CompiledRule[Any], changed: Mapping[str, Parameter]) -> list[str]:
    return [name for name in changed if f"${name}" in rule.uses]


def _parser(rule: CompiledRule[Any], varied: RuleBase) -> Parser:
    return Parser(_NOWHERE, rule.scope, varied.parameters, varied.named)


def _place(names: Iterable[str]) -> str:
    return ", ".join(f"parameters.{name}" for name in names)


def _put_in(
    base: RuleBase, reading: Iterable[CompiledRule[Any]], changed: Mapping[str, Parameter]
) -> Iterator[Problem]:
    """A rule that the library put in or widened is not what its own text says, so it cannot be parsed again."""
    for rule in reading:
        if rule.id in base.floor:
            what = f"is used by {rule.id}, which the library has put in or widened here"
            remedy = "vary the rule base before the library's safety rules are put in"
            yield Problem(_place(_named_in(rule, changed)), what, remedy)


def _of_conditions(
    reading: Iterable[CompiledRule[Any]], parsed: Mapping[str, Parser], changed: Mapping[str, Parameter]
) -> Iterator[Problem]:
    """What is wrong with the conditions, each fault once, with the first rule that has it."""
    found: dict[Problem, list[str]] = {}
    for rule in reading:
        for each in parsed[rule.id].problems:
            fault = Problem(_place(_named_in(rule, changed)), each.what, each.remedy)
            found.setdefault(fault, []).append(rule.id)
    for fault, rules in found.items():
        others = f" and {len(rules) - 1} more" if len(rules) > 1 else ""
        yield replace(fault, what=f"cannot have that value: in {rules[0]}{others}, {fault.what}")


def _of_instruments(base: RuleBase, changed: Mapping[str, Parameter]) -> Iterator[Problem]:
    for instrument in base.instruments.values():
        if named := [name for name in instrument_parameters(instrument) if name in changed]:
            for each in check_instrument(instrument, base):
                yield Problem(_place(named), f"cannot have that value: {each.what}", each.remedy)


def _signed(varied: RuleBase, base: RuleBase, changed: Iterable[str]) -> RuleBase:
    """With a hash that is one of its files and of what departs from them, by whatever steps it came to that."""
    before = base.variation or Variation(base.sha256, {})
    written = {**{name: base.parameters[name].value for name in changed}, **before.written}
    departing = {
        name: value
        for name, value in sorted(written.items())
        if not same_value(varied.parameters[name], varied.parameters[name].at(value))
    }
    if not departing:
        return replace(varied, sha256=before.sha256, variation=None)
    now = [(name, _canonical(varied.parameters[name])) for name in departing]
    text = json.dumps([before.sha256, now], ensure_ascii=False, separators=(",", ":"))
    return replace(
        varied,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        variation=Variation(before.sha256, MappingProxyType(departing)),
    )


def _canonical(parameter: Parameter) -> int | list[str]:
    return sorted(parameter.value) if isinstance(parameter.value, list) else parameter.number()
