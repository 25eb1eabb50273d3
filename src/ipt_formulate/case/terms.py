"""The catalogue of terms: everything a rule may read, derived from the case model.

A *scope* is the case itself or one of its lists. A term has a `Kind` that gives its domain. Two sorts of term
exist beside the recorded fields: `<time>.before_onset`, days from an item's time to the onset (positive: before
it), and `<time>.before_worsening`, the same for each worsening, of which *one* must fit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Final, get_args, get_origin

from pydantic.fields import FieldInfo

from ipt_formulate.case.assessment import Assessment
from ipt_formulate.case.choices import Cause, Instrument
from ipt_formulate.case.fields import ChoiceKind, Kind, MomentKind, WholeKind, YesNoKind, kind_of
from ipt_formulate.case.happenings import Change, Conflict, Death, Judgement
from ipt_formulate.case.inventory import Inventory
from ipt_formulate.case.measures import ITEMS, TOTAL_RANGE
from ipt_formulate.case.moments import EARLIEST, LATEST
from ipt_formulate.case.people import Person
from ipt_formulate.case.record import Record

CASE: Final = "case"
LIST_MODELS: Final[Mapping[str, type[Record]]] = MappingProxyType(
    {"people": Person, "deaths": Death, "conflicts": Conflict, "changes": Change}
)
SHARED_WITH_PERSON: Final = ("role", "closeness", "importance")
NOT_FOR_RULES: Final = ("assessment.response", "assessment.client_view", "assessment.measures", "inventory.inquiry")
"""The response and the client's view never rank evidence; an inquiry rises as it is made, so a test of it could flip."""
KEY_ITEMS: Final[Mapping[Instrument, int]] = MappingProxyType({Instrument.PHQ9: 9, Instrument.EPDS: 10})
CHANGED_SINCE_ASKED: Final = "assessment.safety.changed_since_asked"
"""Whether a safety answer has changed since it was asked: no on the same day, and after that nobody can know."""
GAP: Final = WholeKind(LATEST - EARLIEST, EARLIEST - LATEST)
"""The kind of a derived duration between two times, in days."""


@dataclass(frozen=True, slots=True)
class Term:
    """Something a rule may read.

    Attributes:
        name: the dotted path, from the item under a quantifier, or from the case.
        kind: gives the domain and reads constants.
        attributes: the attribute path in the model, empty for derived terms.
        one_of_several: True where the value is several ranges of which one must fit.
        judgement: True where the recorded value is a `Judgement`.
    """

    name: str
    kind: Kind
    attributes: tuple[str, ...] = ()
    one_of_several: bool = False
    judgement: bool = False

    @property
    def is_range(self) -> bool:
        """True for whole numbers, times and durations; False for choices and yes/no."""
        return isinstance(self.kind, (WholeKind, MomentKind))


@cache
def catalogue(scope: str) -> Mapping[str, Term]:
    """The terms of ``case``, ``people``, ``deaths``, ``conflicts`` or ``changes``, by name."""
    terms: list[Term]
    if scope == CASE:
        changed = Term(CHANGED_SINCE_ASKED, YesNoKind())
        terms = [changed, *recorded(Assessment, "assessment"), *recorded(Inventory, "inventory"), *_latest()]
    else:
        own = recorded(LIST_MODELS[scope], "")
        terms = list(own) if scope == "people" else [*_happening(own), *_cause(scope), *recorded(Person, "person")]
    return MappingProxyType({term.name: term for term in terms if not term.name.startswith(NOT_FOR_RULES)})


@cache
def recorded(model: type[Record], prefix: str) -> tuple[Term, ...]:
    """The terms that are recorded fields of a model and of the records inside it."""
    terms: list[Term] = []
    for name, field in model.model_fields.items():
        path = f"{prefix}.{name}" if prefix else name
        kind = kind_of(field)
        nested = record_type(field.annotation)
        if kind is not None:
            terms.append(Term(path, kind, (name,)))
        elif nested is Judgement:
            terms += [
                Term(path, YesNoKind(), (name,), judgement=True),
                Term(f"{path}.inferred", YesNoKind(), (name,), judgement=True),
            ]
        elif nested is not None:
            terms += [
                Term(each.name, each.kind, (name, *each.attributes), judgement=each.judgement)
                for each in recorded(nested, path)
            ]
    return tuple(terms)


def record_type(annotation: object) -> type[Record] | None:
    """The record that a field holds; None for any other field, and for a list of records."""
    if get_origin(annotation) is tuple:
        return None
    for each in (annotation, *get_args(annotation)):
        if isinstance(each, type) and issubclass(each, Record):
            return each
    return None


def entries_of(field: FieldInfo) -> type[Record] | Kind | None:
    """What a list holds, records or answers; None where a field is no list."""
    found = _tuple_in(field.annotation)
    if found is None:
        return None
    entry = get_args(found)[0]
    record = record_type(entry)
    return record if record is not None else next(each for each in entry.__metadata__ if isinstance(each, Kind))


def _tuple_in(annotation: Any) -> Any:
    for each in (annotation, *get_args(annotation)):
        if get_origin(each) is tuple:
            return each
    return None


def _happening(own: tuple[Term, ...]) -> list[Term]:
    terms = [term for term in own if term.name not in SHARED_WITH_PERSON]
    for term in own:
        if isinstance(term.kind, MomentKind):
            terms += [
                Term(f"{term.name}.before_onset", GAP),
                Term(f"{term.name}.before_worsening", GAP, one_of_several=True),
            ]
    return terms


def _cause(scope: str) -> list[Term]:
    return [Term("arose_from", ChoiceKind(Cause))] if "arose_from" in LIST_MODELS[scope].model_fields else []


def _latest() -> list[Term]:
    terms = []
    for instrument in Instrument:
        stem = f"latest.{instrument}"
        terms += [Term(f"{stem}.total", WholeKind(*TOTAL_RANGE[instrument])), Term(f"{stem}.taken", MomentKind())]
        terms.append(Term(f"{stem}.recorded", YesNoKind()))
        if instrument in KEY_ITEMS:
            number = KEY_ITEMS[instrument]
            terms.append(Term(f"{stem}.item{number}", WholeKind(0, ITEMS[instrument][1])))
    return terms
