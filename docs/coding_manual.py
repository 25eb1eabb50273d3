"""The coding manual: every field of a case, with allowed answers, meaning, example and near miss."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args, get_origin

from pages import MADE_BY, NoWords, table
from pydantic.fields import FieldInfo

from ipt_formulate.case import moments
from ipt_formulate.case.assessment import MAX_WORSENINGS
from ipt_formulate.case.case import Case
from ipt_formulate.case.fields import ChoiceKind, Kind, MomentKind, WholeKind, YesNoKind, kind_of
from ipt_formulate.case.happenings import Judgement
from ipt_formulate.case.inventory import MAX_ITEMS
from ipt_formulate.case.measures import ITEMS, TOTAL_RANGE
from ipt_formulate.case.record import Record
from ipt_formulate.case.terms import CASE, LIST_MODELS, NOT_FOR_RULES, Term, catalogue, record_type
from ipt_formulate.case.values import words

TIMES = (
    *("today", "3mo", "about 3mo", "3mo ago", "2-4w", "more than 2y", "less than 2w", "in 1w", "in about 2mo"),
    *("2024-03-05", "2024-03", "2024", "never"),
)


@dataclass(frozen=True)
class Entry:
    """A field of the manual."""

    path: str
    meaning: str
    answers: str
    example: str
    near_miss: str
    nature: str = ""


def coding_manual() -> str:
    """Every field of a case, with allowed answers, meaning, example and near miss."""
    lines = ["# Coding manual", MADE_BY, *_how_answers_are_written(), *_times(), *_judgements()]
    for path, model, about in records(Case, ""):
        own = list(entries(model, path))
        if own or path in ("assessment", "inventory"):
            lines += [f"{'##' if path.count('.') == 0 else '###'} {f'`{path}`' if path else 'The case'}", about]
        if path.startswith(NOT_FOR_RULES):
            lines.append("No rule reads these fields as they stand." + _INSTEAD.get(path, ""))
        lines += [_definition(entry) for entry in own]
    return "\n\n".join([*lines, *_derived_terms()]) + "\n"


_INSTEAD = {
    "assessment.measures[]": " Rules read the latest score of each measure: see [what rules read](#what-rules-read-besides).",
    "inventory.inquiry": " They decide whether a list is complete, and whether a focus can be settled.",
}


def records(
    model: type[Record], path: str, about: str = "One case, as far as it is known."
) -> Iterator[tuple[str, type[Record], str]]:
    """A record and the records inside it, each with its path and what it is; judgements are fields, not records."""
    yield path, model, about
    for name, field in model.model_fields.items():
        inner, many = _inner(field)
        if inner is not None and inner is not Judgement and not _flat(model):
            limit = f" At most {field.metadata[0].max_length}." if many else ""
            yield from records(
                inner, f"{path}.{name}".lstrip(".") + ("[]" if many else ""), f"{field.description}{limit}"
            )


def entries(model: type[Record], path: str) -> Iterator[Entry]:
    """The fields of a record that hold an answer."""
    for name, field in model.model_fields.items():
        inner, _ = _inner(field)
        where = f"{path}.{name}".lstrip(".")
        if inner is None or inner is Judgement:
            yield entry(where, field)
        elif _flat(model):
            for each in entries(inner, where):
                yield Entry(
                    each.path,
                    f"{field.description} {each.meaning}",
                    each.answers,
                    each.example,
                    each.near_miss,
                    each.nature,
                )


def entry(path: str, field: FieldInfo) -> Entry:
    """The line of one field; raises NoWords where it lacks one."""
    extra = field.json_schema_extra
    if not field.description or not isinstance(extra, dict) or not {"example", "near_miss"} <= set(extra):
        raise NoWords(f"{path}: give the field a meaning, an example and a near miss in the case model")
    nature = str(extra.get("nature", ""))
    return Entry(path, field.description, answers(path, field), str(extra["example"]), str(extra["near_miss"]), nature)


def answers(path: str, field: FieldInfo) -> str:
    """What may be recorded in a field, in words; raises NoWords for a kind of field that is new."""
    if (kind := kind_of(field)) is not None:
        return _kind_in_words(kind)
    if _inner(field)[0] is Judgement:
        return "a [judgement](#judgements): an answer, and what it rests on"
    special = {
        "schema_version": "`1.0`; filled in if left out",
        "assessment.date": "a date, `YYYY-MM-DD`",
        "assessment.measures[].instrument": words(f"`{each}`" for each in TOTAL_RANGE),
        "assessment.measures[].items": f"a list of scores, each 0 to 3 or `null`: {words(f'{count} for `{each}`' for each, (count, _) in ITEMS.items())}",
    }
    if path in special:
        return special[path]
    if path.endswith(".id"):
        return "a plain word: lower case letters, digits, `-` and `_`, up to 64 characters"
    if path.endswith(".label"):
        return "up to 200 characters"
    if path.endswith((".person", ".about", ".arose_from")):
        return "an `id` of this case" + (", or `illness` or `none`" if path.endswith(".arose_from") else "")
    raise NoWords(f"{path}: docs/coding_manual.py does not know what may be recorded here")


def _kind_in_words(kind: Kind) -> str:
    match kind:
        case YesNoKind():
            return "`true` or `false`"
        case ChoiceKind(members=members):
            return words(f"`{each}`" for each in members)
        case WholeKind(low=low, high=high, hint=hint):
            return f"a whole number, {low} to {high}{f' ({hint})' if hint else ''}"
        case MomentKind(allows_never=never):
            return "a [time](#times)" + (", or `never`" if never else "")
    raise NoWords(f"{type(kind).__name__}: docs/coding_manual.py does not know this kind of field")


def _inner(field: FieldInfo) -> tuple[type[Record] | None, bool]:
    """The record inside a field, and whether there can be many."""
    for annotation in (field.annotation, *get_args(field.annotation)):
        if get_origin(annotation) is tuple:
            inner = get_args(annotation)[0]
            return (inner, True) if isinstance(inner, type) and issubclass(inner, Record) else (None, False)
    return record_type(field.annotation), False


def _flat(model: type[Record]) -> bool:
    """True for a record made of several records of one type, which are shown in one place."""
    inner = [_inner(field)[0] for field in model.model_fields.values()]
    return len(inner) > 1 and len(set(inner)) == 1 and inner[0] is not None


_NATURES = {
    "fixed": "it was recorded wrongly (fixed)",
    "changeable": "it came to be otherwise (changeable)",
    "discoverable": "further talk shows it (discoverable)",
}


def _definition(entry: Entry) -> str:
    detail = [f"Answers: {entry.answers}", f"Example: {entry.example}", f"Near miss: {entry.near_miss}"]
    if entry.nature:
        detail.append(f"If it were otherwise: {_NATURES[entry.nature]}")
    return f"`{entry.path}`\n:   {entry.meaning}\n\n" + "\n".join(f"    - {each}" for each in detail)


def _how_answers_are_written() -> Iterator[str]:
    yield (
        "Every field of a case: what it means, which answers it takes, an example, and a near miss, which is what looks "
        "like it and is not. In a path, `[]` stands for an item of a list; when a path is used to change a case it is "
        "the item's place from 0, or its `id`: `inventory.deaths[husband-death].mourning.avoided`."
    )
    yield "## How answers are written"
    yield "Unknown is never *no*. Everything can be left out."
    yield table(
        ("what is known", "what is written"),
        ("the answer", "`alive: true`, `role: parent`, `closeness: 2`, `onset: about 3mo`"),
        ("one of several, with certainty", "`role: {one_of: [parent, sibling]}`"),
        ("a whole number within bounds", "`closeness: {at_least: 1, at_most: 2}`; one bound is enough"),
        ("it was asked, and the client does not know", "`asked_unknown`"),
        ("nobody asked", "nothing: the field is left out"),
    )
    yield (
        "`asked_unknown` and a field left out mean the same to every rule: all answers are possible. They differ in what "
        "is asked next. `none` and `never` are answers: it was asked, and there was none."
    )


def _times() -> Iterator[str]:
    unit = ", ".join(f"`{name}` {days} day{'s' if days > 1 else ''}" for name, days in moments.UNIT_DAYS.items())
    yield "## Times"
    yield (
        "A time is a range of whole days before the assessment; the future is negative. A calendar date becomes a range "
        "too, and needs `assessment.date`."
    )
    rows = [(f"`{text}`", _span_in_words(text)) for text in TIMES]
    yield table(("written", "stands for"), *rows)
    yield "No source gives numbers for these. They are assumptions of this library, made once:"
    yield "\n".join(
        (
            f"- Units: {unit}.",
            "- A plain `3mo` means give or take half a unit; `about 3mo` means give or take one unit. Half of an odd unit is rounded down.",
            f"- *Around* the onset or a worsening means within {moments.AROUND_DAYS} days of it, before or after.",
            f"- A *lifelong* episode began at least {moments.LIFELONG_AT_LEAST_DAYS // 365} years ago.",
            f"- Times lie within {moments.EARLIEST // 365} years before and {-moments.LATEST // 365} years after the assessment.",
            f"- At most {MAX_WORSENINGS} worsenings of an episode are recorded, and at most {MAX_ITEMS} items in a list of the inventory.",
        )
    )


def _span_in_words(text: str) -> str:
    moment = moments.parse_moment(text)
    if moment.dates is not None:
        first, last = moment.dates
        return f"{first}" if first == last else f"{first} to {last}"
    assert moment.days is not None
    low, high = moment.days
    if low == moments.NEVER_DAYS:
        return "asked, and it never happened (only where *never* is an answer)"
    if low == high:
        return "the day of the assessment"
    if high == moments.EARLIEST:
        return f"{low:,} days ago or longer"
    return f"{low} to {high} days ago" if low >= 0 else f"{-high} to {-low} days ahead"


def _judgements() -> Iterator[str]:
    yield "## Judgements"
    yield (
        "That the symptoms are worse after something is a judgement. It is written with what it rests on: "
        "`symptoms_worse_after: {answer: true, basis: client}`. Without a basis, or with `inference`, the judgement "
        "stays unknown to every rule but those that read `.inferred`, and the shipped rules that do give supporting "
        "evidence at most."
    )
    yield from (_definition(each) for each in entries(Judgement, ""))


def _derived_terms() -> Iterator[str]:
    yield "## What rules read besides"
    yield (
        "A rule about a death, conflict or change reads the fields of that item, without the path of the list "
        "(`mourning.avoided`), and the fields of the case by their full path. Besides, it reads:"
    )
    for scope in (CASE, *LIST_MODELS):
        derived = [term for term in catalogue(scope).values() if not term.attributes or term.name.endswith(".inferred")]
        lines = [f"- `{term.name}`: {_derived_in_words(term)}" for term in derived if scope != CASE]
        if scope == CASE:
            measured = [term for term in derived if term.name.startswith("latest.")]
            lines = [f"- `{term.name}`: {_derived_in_words(term)}" for term in derived if term not in measured]
            lines += [
                _latest(stem, measured) for stem in dict.fromkeys(term.name.rpartition(".")[0] for term in measured)
            ]
        if lines:
            yield f"### {'The case' if scope == CASE else f'Each of the {scope}'}"
            yield "\n".join(lines)
    yield (
        "Each death, conflict and change also has every field of its person as `person.…` (`person.role`, "
        "`person.coercion.period`). A `role`, `closeness` or `importance` written on the item itself is read as "
        "`person.role`, `person.closeness` and `person.importance`."
    )


def _latest(stem: str, terms: list[Term]) -> str:
    """The latest score of a measure, with its fields."""
    own = [
        f"`.{term.name.rpartition('.')[2]}` ({_kind_in_words(term.kind)})"
        for term in terms
        if term.name.startswith(f"{stem}.")
    ]
    return f"- `{stem}`, the latest of this measure: {', '.join(own)}"


def _derived_in_words(term: Term) -> str:
    match term.name.split("."):
        case [*_, "before_onset"]:
            return "days from it to the onset; negative where it came after the onset"
        case [*_, "before_worsening"]:
            return "days from it to a worsening, of which one must fit; negative where it came after"
        case [*_, "inferred"]:
            return "the judgement, whatever it rests on, inference included"
        case ["assessment", "safety", "changed_since_asked"]:
            return (
                "whether a safety answer has changed since it was asked: *no* if it was asked on the day of the "
                "assessment, otherwise unknown"
            )
        case ["arose_from"]:
            return f"what kind of thing it arose from: {_kind_in_words(term.kind)}"
    raise NoWords(f"{term.name}: docs/coding_manual.py does not know this derived term")
