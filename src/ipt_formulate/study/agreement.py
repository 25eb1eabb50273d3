"""Raters side by side: the coefficients of every item, the published studies, and each disagreement with its rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from ipt_formulate.documents import read_document
from ipt_formulate.errors import InputError, Problem
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.study.coefficients import LEVEL, RESAMPLES, SEED, Coefficient, coefficients
from ipt_formulate.study.ratings import FOCUS, NO_AREA, Rater
from ipt_formulate.vocabulary import ProblemArea

UNKNOWN: Final = "unknown"
ITEMS: Final = (*map(str, ProblemArea), FOCUS)
_FOCUS_READ: Final = {
    True: "A focus of the library counts where it is chosen.",
    False: "A focus of the library counts where it is chosen, or where one area leads alone and is not settled.",
}
_HERE: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Item:
    """Agreement on one area, or on the focus.

    Attributes:
        item: the area, or ``focus``.
        rated: how many cases each rater gave an answer for.
        unanswered: of the cases common to all, how many each rater left unknown.
        coefficients: the coefficients.
        band: the word of the cited scale for Cohen's or Fleiss' kappa; empty where kappa is not defined.
    """

    item: str
    rated: tuple[int, ...]
    unanswered: tuple[int, ...]
    coefficients: tuple[Coefficient, ...]
    band: str


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One case on which two answers differ.

    Attributes:
        case: its id.
        item: the area, or ``focus``.
        answers: what each rater said, in their order.
        rules: the rules that decided for the library, where a rater is the library; otherwise empty.
        why: in the library's words.
    """

    case: str
    item: str
    answers: tuple[str, ...]
    rules: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """Raters compared.

    Attributes:
        raters: their names.
        cases: the ids that all of them rated.
        left_out: by rater, how many ids some other rater does not have.
        unknown: how unknown answers were treated, in words.
        items: the items that at least two raters answered.
        disagreements: every case on which answers differ; an unknown answer differs from none.
        settings: the number of resamples, the seed and the level of the intervals.
    """

    raters: tuple[str, ...]
    cases: tuple[str, ...]
    left_out: tuple[int, ...]
    unknown: str
    items: tuple[Item, ...]
    disagreements: tuple[Disagreement, ...]
    settings: Mapping[str, float]


def compare(
    raters: Sequence[Rater],
    *,
    unknown_as_category: bool = False,
    settled: bool = False,
    resamples: int = RESAMPLES,
    seed: int = SEED,
    done: Callable[[str], None] = lambda item: None,
) -> Agreement:
    """Compare raters on the cases that all of them rated.

    Args:
        raters: two or more.
        unknown_as_category: whether an unknown answer counts as an answer of its own; else it is left out.
        settled: how the raters were read: whether only a chosen focus of the library counts. It is printed.
        resamples: for the intervals.
        seed: of the draws.
        done: told the name of each item that is worked out.

    Raises:
        InputError: the raters have no case in common.
    """
    cases = tuple(name for name in raters[0].answers if all(name in each.answers for each in raters))
    if not cases:
        what = "have no case in common"
        raise InputError([Problem(", ".join(each.name for each in raters), what, "use the same case ids in each")])
    items = []
    for item in ITEMS:
        rows = [tuple(each.answers[name].get(item) for each in raters) for name in cases]
        if sum(any(row[place] is not None for row in rows) for place in range(len(raters))) >= 2:
            items.append(_item(item, rows, raters, unknown_as_category, resamples, seed))
        done(item)
    return Agreement(
        raters=tuple(each.name for each in raters),
        cases=cases,
        left_out=tuple(len(each.answers) - len(cases) for each in raters),
        unknown=f"{_treatment(unknown_as_category)} {_FOCUS_READ[settled]}",
        items=tuple(items),
        disagreements=tuple(_disagreements(raters, cases)),
        settings={"resamples": resamples, "seed": seed, "level": LEVEL},
    )


@cache
def published() -> Mapping[str, Any]:
    """The two published studies, and the scale of words for kappa, each with its source."""
    content: Mapping[str, Any] = read_document(_HERE / "published.yaml").content
    return content


def grras(found: Agreement) -> tuple[tuple[int, str, str], ...]:
    """What to report of a study of agreement: number, what is asked, and what is filled in (empty: for the researcher)."""
    content = read_document(_HERE / "grras.yaml").content
    given = _filled(found)
    return tuple((each["number"], each["asks"], given.get(each.get("tool"), "")) for each in content["items"])


def band(kappa: float | None) -> str:
    """The word of the cited scale for a kappa; empty where it is not defined.

    >>> band(0.64), band(-0.1), band(None)
    ('substantial', 'poor', '')
    """
    if kappa is None:
        return ""
    return next(
        str(word) for top, word in published()["scale"]["bands"] if round(kappa, 2) <= top and (kappa < 0) == (top == 0)
    )


def _item(
    item: str, rows: list[tuple[str | None, ...]], raters: Sequence[Rater], as_category: bool, resamples: int, seed: int
) -> Item:
    places = range(len(raters))
    told = [tuple(UNKNOWN if each is None else each for each in row) for row in rows] if as_category else rows
    found = coefficients(told, resamples=resamples, seed=seed, names=[each.name for each in raters])
    wanted = "Fleiss' kappa" if len(raters) > 2 else "Cohen's kappa"
    kappa = next(each.value for each in found if each.name == wanted)
    return Item(
        item=item,
        rated=tuple(sum(row[place] is not None for row in rows) for place in places),
        unanswered=tuple(sum(row[place] is None for row in rows) for place in places),
        coefficients=found,
        band=band(kappa),
    )


def _treatment(as_category: bool) -> str:
    if as_category:
        return "An unknown or missing mark counts as an answer of its own, unknown. It is never absent."
    return (
        "An unknown or missing mark is no answer, never absent. Kappa, AC1 and percent agreement take the cases that "
        "every rater concerned answered; alpha takes those that at least two answered."
    )


def _disagreements(raters: Sequence[Rater], cases: Sequence[str]) -> list[Disagreement]:
    found = []
    for name in cases:
        for item in ITEMS:
            answers = [each.answers[name].get(item) for each in raters]
            said = list(dict.fromkeys(each for each in answers if each is not None))
            if len(said) > 1:
                told = [
                    _why(each.formulations[name], item, each.answers[name].get(item), said)
                    for each in raters
                    if name in each.formulations
                ]
                rules = tuple(dict.fromkeys(rule for some, _ in told for rule in some))
                why = " ".join(dict.fromkeys(words for _, words in told))
                found.append(Disagreement(name, item, tuple(each or UNKNOWN for each in answers), rules, why))
    return found


def _why(formulation: Formulation, item: str, own: str | None, said: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """The rules that decided for the library, and in its words why."""
    if item != FOCUS:
        if own == "present":
            candidates = [
                each for each in formulation.areas[ProblemArea(item)].candidates if each.status == "supported"
            ]
            evidence = [each for each in candidates[0].evidence_for if each.kind == "criterion"]
            return tuple(each.rule for each in evidence), " ".join(each.sentence for each in evidence)
        answer = formulation.why_not(item)
        return ((answer.deciding.rule,) if answer.deciding else ()), answer.sentence
    others = [each for each in said if each not in (own, NO_AREA) and each in formulation.areas]
    if own in (None, NO_AREA) or not others:
        return (), formulation.focus.sentence
    contrast = formulation.contrast(own, others[0])
    return ((contrast.decided_by,) if contrast.decided_by else ()), contrast.sentence


def _filled(found: Agreement) -> dict[str | None, str]:
    studies = "; ".join(
        f"{each['source']}: kappa for the focus {each['kappa'][FOCUS]:.2f}" for each in published()["studies"]
    )
    return {
        "instrument": f"Problem areas of IPT marked present, absent or unknown, and one focus. Raters: {', '.join(found.raters)}.",
        "known": f"{studies}.",
        "analysis": (
            "Percent agreement, Cohen's and Fleiss' kappa, Gwet's AC1 (PyCM), Krippendorff's alpha (krippendorff); "
            f"{found.settings['level']:.0%} percentile bootstrap intervals over cases (SciPy, {found.settings['resamples']:.0f} resamples, "
            f"seed {found.settings['seed']:.0f}). {found.unknown}"
        ),
        "numbers": f"{len(found.raters)} raters, {len(found.cases)} cases rated by all; one rating a rater and case.",
        "estimates": "In the table of coefficients.",
        "detail": f"{len(found.disagreements)} disagreements, each listed with its case.",
    }
