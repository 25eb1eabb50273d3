"""How a fact can be answered: one field of a case, of whatever kind, with all its answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, Final

from ipt_formulate.case.assessment import Worsening
from ipt_formulate.case.case import Case
from ipt_formulate.case.choices import Basis, DeathKind, Expectations, Inquiry, Instrument
from ipt_formulate.case.fields import ChoiceKind, Kind, MomentKind, WholeKind, YesNoKind, kind_of
from ipt_formulate.case.happenings import Happening, Judgement
from ipt_formulate.case.measures import TOTAL_RANGE, Measure
from ipt_formulate.case.moments import Moment, Span, parse_moment
from ipt_formulate.case.people import Person
from ipt_formulate.case.places import Path, at, field_at
from ipt_formulate.case.values import ASKED_UNKNOWN, Between, OneOf
from ipt_formulate.reasoning.facts import NOT_KNOWN, Answer, Edit, Fact, Parts, put
from ipt_formulate.reasoning.pieces import days_in_words, nearest, pieces, span_in_words
from ipt_formulate.vocabulary import Nature

_YES_NO: Final = {True: "yes", False: "no"}
_MEASURES: Final[Path] = ("assessment", "measures")
_LABELS: Final = {"onset": "the onset", "when": "when it happened or began", "worse_when": "when it grew worse"}


def field_fact(
    case: Case, path: Path, about: str, starts: Iterable[int] = (), moves: frozenset[str] = frozenset()
) -> Fact:
    """The fact of one field.

    Args:
        case: the case.
        path: the path of the field.
        about: the item it is a field of, in words.
        starts: for numbers and times, the values at which something begins to come out otherwise.
        moves: the names of the terms that it can move together with other facts.
    """
    field = field_at(type(at(case, path[:1])), path[1:])
    kind = kind_of(field)
    assert kind is not None
    value = at(case, path)
    recorded = value is not None and value != ASKED_UNKNOWN
    now = kind.lower(value, case.assessment.date) if recorded else kind.unknown
    known = recorded and _single(now)
    first = 0 if "episode" in path else None
    if recorded and not isinstance(now, int):
        starts = (*starts, now[0], now[1] + 1)
    answers = tuple(
        Answer(plain, words, within, put(path, typed), _example(kind, plain, typed))
        for plain, words, typed, within in _members(kind, now, starts, first)
        if not (known and within) and not _half_named(case, path, plain) and not (known and plain == DeathKind.PET)
    )
    words = value_in_words(case, kind, value) if recorded else NOT_KNOWN
    meaning, nature = field.description or "", nature_of(field)
    return Fact(
        named(case, path), about, label(path), meaning, nature, words, recorded, known, answers, moves,
        put(path, None), value == ASKED_UNKNOWN,
    )  # fmt: skip


def inquiry_fact(case: Case, name: str) -> Fact:
    """How a list was asked about; an inquiry only goes further than it did."""
    path: Path = ("inventory", "inquiry", name)
    value, steps = at(case, path), list(Inquiry)
    done = steps.index(value) if isinstance(value, Inquiry) else 0
    answers = tuple(Answer(str(step), f"{step}ly", True, put(path, step)) for step in steps[done + 1 :])
    now = f"{value}ly".replace("notly", "not") if isinstance(value, Inquiry) else NOT_KNOWN
    known, meaning = value is Inquiry.THOROUGH, f"How {name} were asked about."
    words = f"how {name} were asked about"
    recorded = value is not None and value != ASKED_UNKNOWN
    return Fact(
        named(case, path), "", words, meaning, Nature.DISCOVERABLE, now, recorded, known, answers, frozenset(),
        put(path, None),
    )  # fmt: skip


def judgement_fact(case: Case, path: Path, about: str) -> Fact:
    """A judgement; what is found out is what the client says, since an inference is nothing that was found."""
    present: Judgement = at(case, path)
    answered = isinstance(present.answer, bool)
    bases = present.basis if isinstance(present.basis, OneOf) else {present.basis}
    told = answered and not bases & {None, ASKED_UNKNOWN, Basis.INFERENCE}
    answers = tuple(
        Answer(
            {"answer": each, "basis": "client"},
            f"{_YES_NO[each]}, as the client says",
            not told and present.answer in (each, None, ASKED_UNKNOWN),
            put(path, Judgement(answer=each, basis=Basis.CLIENT)),
        )
        for each in (True, False)
        if not (told and present.answer is each)
    )
    now = f"{_plain(present.answer)}{'' if told else ', not told but inferred'}" if answered else NOT_KNOWN
    field = field_at(type(at(case, path[:1])), path[1:])
    return Fact(
        named(case, path), about, label(path), field.description or "", Nature.DISCOVERABLE, now,
        present != Judgement(), told, answers, frozenset(), put(path, Judgement()), present.answer == ASKED_UNKNOWN,
    )  # fmt: skip


def measure_fact(case: Case, instrument: Instrument, starts: Iterable[int]) -> Fact:
    """The latest total of a measure; another answer stands for one that is taken today."""
    now: Span = case.lowered.case.values[f"latest.{instrument}.total"]
    measures = case.assessment.measures
    recorded = any(each.instrument is instrument for each in measures)
    answers = []
    for piece in pieces(WholeKind(*TOTAL_RANGE[instrument]), starts):
        if not (recorded and piece[0] <= now[0] and now[1] <= piece[1]):
            total = nearest(piece, now)
            taken = Measure(instrument=instrument, taken=parse_moment("today"), total=total)
            plain = {"instrument": str(instrument), "taken": "today", "total": total}
            within = piece[0] <= now[1] and now[0] <= piece[1]
            answers.append(Answer(plain, span_in_words(piece), within, partial(_measured, taken)))
    name = str(instrument).upper()
    return Fact(
        f"assessment.measures[{instrument}].total", "", f"the total of {name}", f"The total of {name}.",
        Nature.CHANGEABLE, span_in_words(now) if recorded else NOT_KNOWN, recorded, recorded and now[0] == now[1],
        tuple(answers), frozenset(), partial(_unmeasured, instrument),
    )  # fmt: skip


def _measured(taken: Measure, parts: Parts) -> Parts:
    """One measure more; edits can follow each other, so none may rest on the measures as they were."""
    return put(_MEASURES, (*parts[0].measures, taken))(parts)


def _unmeasured(instrument: Instrument, parts: Parts) -> Parts:
    return put(_MEASURES, tuple(each for each in parts[0].measures if each.instrument is not instrument))(parts)


def worsenings_fact(case: Case, starts: Iterable[int], moves: frozenset[str]) -> Fact:
    """Whether, and when, the symptoms grew worse; where worsenings are recorded, each time is a fact of its own."""
    told, path = case.assessment.episode.worsenings, ("assessment", "episode", "worsenings")
    answers = []
    if told is None:
        answers.append(Answer([], "no", True, put(path, ())))
        for piece in pieces(MomentKind(), starts, first=0):
            day = nearest(piece, (0, 0))
            edit = put(path, (Worsening(when=parse_moment(_day(day))),))
            words, once = f"once, {days_in_words(piece)}", f"once, {days_in_words((day, day))}"
            answers.append(Answer([{"when": _day(day)}], words, True, edit, once))
    field = field_at(type(case.assessment), path[1:])
    now = NOT_KNOWN if told is None else f"{len(told)} times" if told else "no"
    known = told is not None
    return Fact(
        named(case, path), "", "whether the symptoms grew worse", field.description or "", Nature.FIXED, now, known,
        known, tuple(answers), moves, put(path, None),
    )  # fmt: skip


def link_fact(case: Case, path: Path, about: str, links: dict[str, str], moves: frozenset[str]) -> Fact:
    """What something arose from: another item, the illness, or none of these."""
    now = at(case, path)
    answers = tuple(Answer(link, words, now is None, put(path, link)) for link, words in links.items() if link != now)
    words = NOT_KNOWN if now is None else links[now]
    recorded, meaning = now is not None, "The item it arose from, or illness, or none."
    return Fact(
        named(case, path), about, label(path), meaning, Nature.FIXED, words, recorded, recorded, answers, moves,
        put(path, None),
    )  # fmt: skip


def person_fact(
    case: Case, name: str, index: int, who: str, about: str, attributes: tuple[str, ...], moves: frozenset[str]
) -> Fact:
    """A fact of someone who is not yet among the people, as it would be recorded there."""
    item: Happening = getattr(case.inventory, name)[index]

    def edit(value: Any) -> Edit:
        def record(parts: Parts) -> Parts:
            people = parts[1].people
            if all(each.id != who for each in people):
                parts = put(("inventory", "people"), (*people, Person(id=who, role=item.role)))(parts)
                parts = put(("inventory", name, index, "person"), who)(parts)
            place = next(place for place, each in enumerate(parts[1].people) if each.id == who)
            return put(("inventory", "people", place, *attributes), value)(parts)

        return record

    field = field_at(Person, attributes)
    kind = kind_of(field)
    assert kind is not None
    members = _members(kind, kind.unknown, (), None)
    answers = tuple(Answer(plain, words, True, edit(typed)) for plain, words, typed, _ in members)
    path = f"inventory.people[{who}].{'.'.join(attributes)}"
    return Fact(
        path, about, label(attributes), field.description or "", nature_of(field), NOT_KNOWN, False, False, answers,
        moves, lambda parts: parts,
    )  # fmt: skip


def named(case: Case, path: Path) -> str:
    """A path as it is written, with ids for items."""
    words, record = "", case
    for part in path:
        if isinstance(part, int):
            record = record[part]  # type: ignore[index]
            words += f"[{record.id if isinstance(record, (Happening, Person)) else part}]"
        else:
            words += f".{part}" if words else part
            record = getattr(record, part)
    return words


def label(path: Path) -> str:
    """A field in words: what stands in its path below the item or the part of the case."""
    start = max([place for place, part in enumerate(path) if isinstance(part, int)], default=0) + 1
    below = [str(part) for part in (path[start:] if len(path) > start else path) if isinstance(part, str)]
    if below[-1] in _LABELS:
        return _LABELS[below[-1]]
    return " ".join(part.replace("_", " ") for part in below[-2:])


def nature_of(field: Any) -> Nature:
    """Whether what a field records can change, be found out, or only have been recorded wrongly."""
    extra = field.json_schema_extra
    return Nature(extra["nature"]) if isinstance(extra, dict) and "nature" in extra else Nature.DISCOVERABLE


def _members(kind: Kind, now: Any, starts: Iterable[int], first: int | None) -> Iterator[tuple[Any, str, Any, bool]]:
    """The answers of a kind: as a case file holds them, in words, as the model holds them, and whether now possible."""
    if isinstance(kind, YesNoKind):
        for truth in (True, False):
            yield truth, _YES_NO[truth], truth, bool(now & kind.lower(truth, None))
    elif isinstance(kind, ChoiceKind):
        for member in kind.members:
            yield str(member), _plain(member), member, bool(now & kind.mask([member]))
    else:
        assert isinstance(kind, (WholeKind, MomentKind))
        for piece in pieces(kind, starts, first):
            value = nearest(piece, now)
            within = piece[0] <= now[1] and now[0] <= piece[1]
            if isinstance(kind, WholeKind):
                yield value, span_in_words(piece), value, within
            else:
                yield _day(value), days_in_words(piece), parse_moment(_day(value)), within


def _example(kind: Kind, plain: Any, typed: Any) -> str:
    if isinstance(kind, MomentKind):
        return days_in_words(typed.before(None))
    return str(plain) if isinstance(kind, WholeKind) else ""


def _half_named(case: Case, path: Path, plain: Any) -> bool:
    """A silent mismatch needs one expectation named on each side."""
    if plain != Expectations.MISMATCHED_SILENTLY:
        return False
    conflict = at(case, path[:-1])
    return conflict.client_expects is None or conflict.other_expects is None


def value_in_words(case: Case, kind: Kind, value: Any) -> str:
    """A recorded value in words; a time as days before the assessment of its case."""
    if isinstance(value, Moment):
        return days_in_words(value.before(case.assessment.date))
    if isinstance(value, OneOf) and isinstance(kind, ChoiceKind):
        return " or ".join(_plain(each) for each in kind.members if each in value)
    if isinstance(value, Between):
        return span_in_words((value.at_least, value.at_most))
    return _plain(value)


def _single(now: Any) -> bool:
    return bool(now & (now - 1) == 0 if isinstance(now, int) else now[0] == now[1])


def _day(days: int) -> str:
    return f"{days}d" if days >= 0 else f"in {-days}d"


def _plain(value: Any) -> str:
    return _YES_NO[value] if isinstance(value, bool) else str(value).replace("_", " ")
