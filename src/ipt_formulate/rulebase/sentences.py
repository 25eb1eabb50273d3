"""The sentences of a rule that are printed, and the parameters that are filled in there in words.

A sentence that says *two months* while the rule compares with a parameter is wrong as soon as somebody sets the
parameter. So a sentence writes ``{$normal_grief_until}``, and `fill_in` puts the value there when the rule base is
loaded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from ipt_formulate.rulebase.parameters import NUMBER_WORDS, Parameter
from ipt_formulate.rulebase.texts import Rule

Place = tuple[str | int, ...]
_PARAMETER: Final = re.compile(r"\{\$([^{}]*)\}")
_OF_RULE: Final = ("title", "explain", "ask")
_OF_CONCLUSION: Final = ("advice", "topic", "flag", "actions", "reason")
_NAME_WITH_NUMBER: Final = re.compile(r"\b[A-Z][\w-]*\d[\w-]*")
"""A name such as PHQ-9 or DSM-5, whose number is no parameter."""
_TYPED_NUMBER: Final = re.compile(
    rf"\d+|\b(?:{'|'.join(NUMBER_WORDS)})[\s-]+(?:day|week|month|year)s?\b", re.IGNORECASE
)


def sentences(rule: Rule) -> Iterator[tuple[Place, str]]:
    """Each sentence of a rule that an output prints, with its place in the file."""
    for name in _OF_RULE:
        yield (name,), getattr(rule, name)
    for name in _OF_CONCLUSION:
        found = getattr(rule.then, name, ())
        if isinstance(found, str):
            yield ("then", name), found
        else:
            yield from ((("then", name, index), each) for index, each in enumerate(found))


def parameters_in(text: str) -> list[str]:
    """The names of the parameters that a sentence is to be filled with."""
    return _PARAMETER.findall(text)


def typed_number(text: str) -> str | None:
    """A number that was typed into a sentence, but for those in names of instruments; None where there is none."""
    found = _TYPED_NUMBER.search(_NAME_WITH_NUMBER.sub("", _PARAMETER.sub("", text)))
    return found[0] if found else None


def fill_in(rule: Rule, parameters: Mapping[str, Parameter]) -> Rule:
    """The rule with its parameters filled in, in words; itself where its sentences name none.

    >>> from ipt_formulate.rulebase.loader import shipped_rulebase
    >>> shipped_rulebase().rules["advice.medication_stable"].then.advice
    'Ask whether medication or other therapy changed within the last eight weeks, and keep them stable where you can.'
    """
    if not any(parameters_in(text) for _, text in sentences(rule)):
        return rule

    def filled(text: str) -> str:
        return _PARAMETER.sub(lambda found: _in_words(found, parameters), text)

    then = rule.then.model_copy(update=_changed(rule.then, _OF_CONCLUSION, filled))
    return rule.model_copy(update={**_changed(rule, _OF_RULE, filled), "then": then})


def _in_words(found: re.Match[str], parameters: Mapping[str, Parameter]) -> str:
    parameter = parameters.get(found[1])
    return (parameter.in_words() if parameter else None) or found[0]


def _changed(text: Any, names: tuple[str, ...], change: Callable[[str], str]) -> dict[str, Any]:
    held = {name: getattr(text, name) for name in names if hasattr(text, name)}
    return {
        name: change(value) if isinstance(value, str) else tuple(change(each) for each in value)
        for name, value in held.items()
    }
