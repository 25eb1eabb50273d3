"""From what a rule file writes under ``when`` to the condition tree, checked against the case model.

Nothing is ever silently "no match": an unknown field, a word outside a choice, a number, an impossible range or
a dangling parameter is a problem with its file and line.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

from ipt_formulate.case.fields import NO, YES, ChoiceKind, MomentKind, YesNoKind, bounds_of
from ipt_formulate.case.moments import AROUND_DAYS
from ipt_formulate.case.terms import CASE, GAP, LIST_MODELS, Term, catalogue
from ipt_formulate.documents import Document, Keys
from ipt_formulate.errors import Problem
from ipt_formulate.rulebase.conditions import All, Among, AtLeast, Condition, Named, Not, Some, Within
from ipt_formulate.rulebase.parameters import Parameter
from ipt_formulate.rulebase.texts import NamedCondition

SELECTION: Final = "candidates"
"""The scope of a step of selection."""
CANDIDATE_LISTS: Final = ("deaths", "conflicts", "changes")
EVIDENCE_TERMS: Final = {name: Term(name, YesNoKind()) for name in ("evidence.strong", "evidence.against")}
"""What a selection step may read of its candidate's evidence: whether some strong, some opposing rule is met."""

_QUANTIFIERS: Final = ("some", "none", "every", "at_most")


@dataclass
class Parser:
    """Parses the conditions of one document, for one scope, and gathers every problem found."""

    document: Document
    scope: str
    parameters: Mapping[str, Parameter]
    named: Mapping[str, NamedCondition]
    named_documents: Mapping[str, Document] = field(default_factory=dict)
    selection: bool = False
    faulty: frozenset[str] = frozenset()
    blind: bool = False
    problems: list[Problem] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    open_names: tuple[str, ...] = ()

    def trees(self, when: Any) -> Mapping[str, Condition]:
        """What a rule says under ``when``, by scope: a step of selection has one tree for each list of candidates."""
        if self.scope != SELECTION:
            return MappingProxyType({self.scope: self.parse(when, ("when",))})
        return MappingProxyType(
            {each: replace(self, scope=each, selection=True).parse(when, ("when",)) for each in CANDIDATE_LISTS}
        )

    def parse(self, content: Any, keys: Keys) -> Condition:
        """The condition; where it is faulty, problems are added and a stand-in is returned."""
        if isinstance(content, str):
            return self._named(content, keys)
        if not isinstance(content, dict) or not content:
            return self._problem(
                keys, "a condition must be a mapping or the name of a condition", "see rules/README.md"
            )
        if any(each in content for each in _QUANTIFIERS):
            return self._quantifier(content, keys)
        if len(content) > 1:
            return self._problem(keys, "a condition has several keys", "put them in a list under all: or any:")
        ((word, body),) = content.items()
        if word in ("all", "any"):
            parts = self._parts(body, (*keys, word))
            return All(parts) if word == "all" else Some(parts)
        if word == "not":
            return Not(self.parse(body, (*keys, "not")))
        return self._leaf(word, body, (*keys, word))

    def _parts(self, body: Any, keys: Keys) -> tuple[Condition, ...]:
        if not isinstance(body, list) or not body:
            self._problem(
                keys, "all and any take a list of at least one condition", "add the conditions, each with a dash"
            )
            return ()
        return tuple(self.parse(each, (*keys, index)) for index, each in enumerate(body))

    def _named(self, name: str, keys: Keys) -> Condition:
        if name in self.faulty or (self.blind and name not in self.named):
            return Some(())
        if name not in self.named:
            return self._problem(keys, f"there is no condition named {name}", did_you_mean(name, self.named))
        if name in self.open_names:
            return self._problem(
                keys, f"the condition {name} is defined by itself", "take the circle out of conditions.yaml"
            )
        self.used.add(name)
        document = self.named_documents.get(name, self.document)
        inner = replace(self, document=document, open_names=(*self.open_names, name))
        return Named(name, self.named[name].title, inner.parse(self.named[name].when, (name, "when")))

    def _quantifier(self, content: dict[str, Any], keys: Keys) -> Condition:
        word = next(each for each in _QUANTIFIERS if each in content)
        name = content[word]
        wanted = {word, "where"} | ({"count"} if word == "at_most" else set())
        if not wanted <= set(content) <= wanted | ({"count"} if word == "some" else set()):
            takes = "a list, where and count" if word == "at_most" else "a list and where"
            return self._problem(keys, f"{word} takes {takes}", "count: $parameter goes with some and at_most only")
        if self.scope != CASE:
            what = f"{word} cannot stand in a rule about one item"
            return self._problem(keys, what, "a rule speaks of one item; put this in a rule with for_each: case")
        if name not in LIST_MODELS:
            return self._problem(keys, f"{word} names no list of the inventory", f"there are: {', '.join(LIST_MODELS)}")
        count = self._number(content["count"], (*keys, "count"), "count") if "count" in content else 1
        where = replace(self, scope=name, selection=False).parse(content["where"], (*keys, "where"))
        if count is None:
            return Some(())
        if count < 1:
            return self._problem(keys, "count must be 1 or more", "correct the parameter")
        if word == "every":
            return Not(AtLeast(name, 1, Not(where)))
        at_least = AtLeast(name, count + 1 if word == "at_most" else count, where)
        return at_least if word == "some" else Not(at_least)

    def _leaf(self, name: str, body: Any, keys: Keys) -> Condition:
        found = self._term(name, keys)
        if found is None:
            return Some(())
        term, of_case = found
        if not isinstance(body, dict):
            body = {"is": body}
        if len(body) != 1:
            return self._problem(keys, f"{name} takes one test", "write one of is, in, between, at_least, at_most")
        ((test, value),) = body.items()
        if test in ("is", "in") and not term.is_range:
            return self._among(term, test, value, keys, of_case)
        if test in ("between", "at_least", "at_most", "is") and term.is_range:
            return self._within(term, test, value, keys, of_case)
        fitting = "between, at_least or at_most" if term.is_range else "is or in"
        return self._problem(keys, f"{name} cannot be tested with that word", f"use {fitting}")

    def _term(self, name: str, keys: Keys) -> tuple[Term, bool] | None:
        if self.selection and name in EVIDENCE_TERMS:
            return EVIDENCE_TERMS[name], False
        of_case = name.split(".")[0] in ("assessment", "inventory", "latest")
        terms = catalogue(CASE if of_case else self.scope)
        if name in terms:
            return terms[name], of_case and self.scope != CASE
        if self.selection and any(name in catalogue(each) for each in CANDIDATE_LISTS):
            return None
        where = "the case" if of_case else self.scope
        self._problem(keys, f"{name} is not a field of {where} that rules may read", did_you_mean(name, terms))
        return None

    def _among(self, term: Term, test: str, value: Any, keys: Keys, of_case: bool) -> Condition:
        if isinstance(value, str) and value.startswith("$"):
            parameter = self._parameter(value, keys)
            if parameter is None:
                return Some(())
            words: Any = parameter.value if isinstance(parameter.value, list) else [parameter.value]
            shown = f"{term.name} is one of {value}"
        else:
            words = value if test == "in" and isinstance(value, list) else [value]
            shown = f"{term.name} is {' or '.join(_word(each) for each in words)}"
        if isinstance(term.kind, YesNoKind):
            if len(words) != 1 or not isinstance(words[0], bool):
                return self._problem(keys, f"{term.name} is a yes/no field", "test it with true or false")
            return Among(term.name, YES if words[0] else NO, shown, of_case)
        assert isinstance(term.kind, ChoiceKind)
        known = {str(each) for each in term.kind.members}
        if not words or any(not isinstance(each, str) or each not in known for each in words):
            return self._problem(
                keys, f"{term.name} is tested for a word it cannot be", f"there are: {', '.join(term.kind.members)}"
            )
        mask = term.kind.mask(words)
        if mask == term.kind.unknown:
            return self._problem(
                keys,
                f"{term.name} is tested for every word it can be, so the test always holds",
                "leave the test out or name fewer words",
            )
        return Among(term.name, mask, shown, of_case)

    def _within(self, term: Term, test: str, value: Any, keys: Keys, of_case: bool) -> Condition:
        lowest, highest = bounds_of(term.kind)
        pair = value if test == "between" and isinstance(value, list) and len(value) == 2 else [value, value]
        if test == "between" and pair is not value:
            return self._problem(keys, "between takes two parameters", "write between: [$low, $high]")
        unit = "days" if isinstance(term.kind, MomentKind) or term.kind == GAP else ""
        low = lowest if test == "at_most" else self._number(pair[0], keys, unit)
        high = highest if test == "at_least" else self._number(pair[1], keys, unit)
        if low is None or high is None:
            return Some(())
        if low > high or high < lowest or low > highest:
            return self._problem(
                keys,
                f"{term.name} can never lie in this range",
                f"it lies from {lowest} to {highest}, the lower bound first",
            )
        low, high = max(low, lowest), min(high, highest)
        if (low, high) == (lowest, highest):
            return self._problem(
                keys, f"{term.name} always lies in this range", f"it lies from {lowest} to {highest}; narrow the range"
            )
        if term.one_of_several and not (low <= -AROUND_DAYS and high >= AROUND_DAYS):
            return self._problem(
                keys,
                f"a window on {term.name} must contain the {AROUND_DAYS} days on both sides that 'around' stands for",
                "widen the parameters",
            )
        shown = {"between": f"{term.name} between {pair[0]} and {pair[1]}", "is": f"{term.name} is {pair[0]}"}.get(
            test, f"{term.name} {test.replace('_', ' ')} {pair[0]}"
        )
        return Within(term.name, low, high, shown, of_case, term.one_of_several)

    def _number(self, value: Any, keys: Keys, unit: str) -> int | None:
        if not isinstance(value, str) or not value.startswith("$"):
            self._problem(
                keys,
                "a number stands in a condition",
                "give it a name, a source and a unit in parameters.yaml and write $name here",
            )
            return None
        parameter = self._parameter(value, keys)
        if parameter is None:
            return None
        if parameter.unit == "roles" or (parameter.unit == "days") != (unit == "days"):
            self._problem(
                keys,
                f"{value} has the unit {parameter.unit}, which does not go with this field",
                "use a parameter of the field's own unit",
            )
            return None
        return parameter.number()

    def _parameter(self, value: str, keys: Keys) -> Parameter | None:
        name = value.removeprefix("$")
        if name in self.faulty or self.blind:
            return self.parameters.get(name)
        if name not in self.parameters:
            self._problem(keys, f"there is no parameter {name}", did_you_mean(name, self.parameters))
            return None
        self.used.add(value)
        return self.parameters[name]

    def _problem(self, keys: Keys, what: str, remedy: str) -> Condition:
        problem = Problem(self.document.at(keys), what, remedy)
        if problem not in self.problems:
            self.problems.append(problem)
        return Some(())


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else "(not a word)"


def did_you_mean(name: str, known: Mapping[str, Any]) -> str:
    """A remedy for a name that nothing has: the names that are like it, or all there are."""
    close = difflib.get_close_matches(name, list(known), n=3, cutoff=0.5)
    return f"did you mean {' or '.join(close)}?" if close else f"there are: {', '.join(sorted(known)) or 'none'}"
