"""The reasoning as a tree: the areas, their candidates, and what each rule says of them.

Met, not met and unknown differ in shape and are said in words; colour only repeats it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ipt_formulate.formulation.model import Formulation
from ipt_formulate.formulation.wording import capital
from ipt_formulate.reasoning.trees import AreaReasons, Reason
from ipt_formulate.report import marks
from ipt_formulate.report.drawing import LINE, Label, Picture, label, label_in_one_line
from ipt_formulate.vocabulary import AreaStatus, Truth

_WIDTH: Final = 1000.0
_MARGIN: Final = 12.0
_STEP: Final = 30.0
_WORD: Final = 130.0
_ROW_GAP: Final = 8.0
_TITLE: Final = "Reasoning tree: each area, its candidates, and what each rule says of them"
TRUTH_OF: Final = {
    AreaStatus.SUPPORTED: Truth.MET,
    AreaStatus.NOT_SUPPORTED: Truth.NOT_MET,
    AreaStatus.UNDETERMINED: Truth.UNKNOWN,
}
"""The sign of an area's or a candidate's status."""
_OF_TRUTH: Final = {truth: status for status, truth in TRUTH_OF.items()}


def reasoning_svg(formulation: Formulation) -> str:
    """Draw the reasoning tree of a formulation: areas, candidates, rules.

    A rule that is *not met* does not hold in any way the case could be; one that is *unknown* waits for an answer.

    Args:
        formulation: what `formulate` returned.

    Returns:
        An SVG document, complete in itself, with light and dark colours.

    Raises:
        CaseNeeded: the formulation was read back from JSON.

    Examples:
        >>> from ipt_formulate import example, formulate
        >>> "supported" in reasoning_svg(formulate(example("mariana-ipta-casebook")))
        True
    """
    rows = list(_rows(formulation.why()))
    height = _MARGIN + sum(row.height + _ROW_GAP for row in rows) + LINE + 2 * _MARGIN
    picture = Picture(_WIDTH, height, _TITLE)
    top, parents = _MARGIN, dict[int, float]()
    for row in rows:
        _draw(picture, row, top, parents)
        top += row.height + _ROW_GAP
    _legend(picture, top + _MARGIN)
    return picture.svg()


@dataclass(frozen=True, slots=True)
class _Row:
    depth: int
    truth: Truth
    told: Label
    word: Label

    @property
    def height(self) -> float:
        return max(self.told.height, self.word.height)


def _rows(reasoning: Sequence[AreaReasons]) -> Iterator[_Row]:
    for area in reasoning:
        status = AreaStatus(area.status)
        yield _row(0, TRUTH_OF[status], f"{area.title}. {area.reason}", status)
        for candidate in area.candidates:
            yield _row(1, candidate.verdict, capital(candidate.words), _OF_TRUTH[candidate.verdict])
            for rule in candidate.children:
                yield _row(2, rule.verdict, claim(rule), rule.verdict.word)


def claim(rule: Reason) -> str:
    """What a rule claims, and after it the kind of evidence: ``The dispute has come to an impasse (strong)``."""
    kind, _, words = rule.words.partition(" ")
    return f"{words} {kind}"


def _row(depth: int, truth: Truth, words: str, word: str) -> _Row:
    width = _WIDTH - 2 * _MARGIN - _WORD - 12 - depth * _STEP - 28
    told = label(words, width, look="soft" if depth == 2 else "ink", most_lines=3)
    return _Row(depth, truth, told, label(word.replace("_", " "), _WORD, most_lines=2))


def _draw(picture: Picture, row: _Row, top: float, parents: dict[int, float]) -> None:
    x, y = _MARGIN + row.depth * _STEP + marks.RADIUS, top + LINE / 2
    if row.depth:
        stem = x - _STEP
        start = parents.get(row.depth, parents[row.depth - 1])
        picture.draw("path", "thin", d=f"M{stem:g} {start:g}V{y:g}H{x - marks.RADIUS:g}")
        parents[row.depth] = y
    else:
        parents.clear()
    for depth in [each for each in parents if each > row.depth]:
        del parents[depth]
    parents[row.depth + 1] = y + marks.RADIUS
    parents[row.depth] = y
    marks.verdict(picture, x, y, row.truth)
    picture.write(row.told, x + 20 - marks.RADIUS + 6, top)
    picture.write(row.word, _WIDTH - _MARGIN - _WORD, top)


_SIGNS: Final = ((Truth.MET, "met, supported"), (Truth.NOT_MET, "not met, not supported"), (Truth.UNKNOWN, "unknown, undetermined"))  # fmt: skip


def _legend(picture: Picture, y: float) -> None:
    x = _MARGIN
    for truth, words in _SIGNS:
        marks.verdict(picture, x + marks.RADIUS, y + LINE / 2, truth)
        told = label_in_one_line(words, look="soft")
        picture.write(told, x + 24, y)
        x += 24 + told.width + 24
