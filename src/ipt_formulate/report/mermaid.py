"""The reasoning tree as the text of a Mermaid diagram, which many documents and wikis draw.

There is no timeline in Mermaid here: its ``timeline`` has no ranges, and its ``gantt`` draws a range of days that are
possible as something that lasted, and cannot draw what has no date. `timeline_svg` draws both as what they are.
"""

from __future__ import annotations

from typing import Final

from ipt_formulate.formulation.model import Formulation
from ipt_formulate.formulation.wording import capital
from ipt_formulate.reasoning.trees import Reason
from ipt_formulate.report.reasoning import TRUTH_OF, claim
from ipt_formulate.vocabulary import AreaStatus, Truth

MOST_ARROWS: Final = 400
"""Mermaid draws no more than 500 arrows (its ``maxEdges``), and these leave room for those to the candidates."""
MOST_CHARACTERS: Final = 40_000
"""Mermaid reads no more than 50 000 characters (its ``maxTextSize``)."""
_PLAIN: Final = frozenset(" .,-()")
_SHAPES: Final = {Truth.MET: ("([", "])"), Truth.NOT_MET: ("{{", "}}"), Truth.UNKNOWN: ("[", "]")}
_LOOKS: Final = (
    "classDef met stroke-width:3px",
    "classDef not_met stroke-width:1px",
    "classDef unknown stroke-dasharray:6 4",
)
_STATUS: Final = {truth: status.replace("_", " ") for status, truth in TRUTH_OF.items()}


def reasoning_mermaid(formulation: Formulation) -> str:
    """The reasoning tree of a formulation as Mermaid: areas, candidates, and what each rule says of them.

    A node begins with its verdict in words, and the verdicts differ in shape: rounded and heavy is *met* or
    *supported*, six-cornered *not met*, a rectangle with a broken line *unknown*. Whatever is not a letter, a digit, a
    space or one of ``.,-()`` is written as a code, so that no label can be read as part of the diagram.

    Args:
        formulation: what `formulate` returned.

    Returns:
        The text of a flowchart. Where it would be more than Mermaid draws, the candidates and rules that are left
        out are counted in a node of their own.

    Raises:
        CaseNeeded: the formulation was read back from JSON.

    Examples:
        >>> from ipt_formulate import example, formulate
        >>> print(reasoning_mermaid(formulate(example("mrs-e-late-life-widow"))).splitlines()[4])
        n1[/"What is recorded"/]
    """
    drawing = _Drawing()
    for area in formulation.why():
        status = TRUTH_OF[AreaStatus(area.status)]
        top = drawing.node(status, f"{_STATUS[status]}. {area.title}. {area.reason}", drawing.root)
        for place, candidate in enumerate(area.candidates):
            if not drawing.has_room:
                drawing.more(len(area.candidates) - place, "candidates", top)
                break
            drawing.candidate(candidate, top)
    return "\n".join(drawing.lines) + "\n"


def in_quotes(words: str) -> str:
    """Words as they stand between the quotes of a Mermaid label, with codes for all that could mean anything.

    >>> in_quotes('"]; click A')
    '#34;#93;#59; click A'
    """
    return "".join(each if _is_plain(each) else f"#{ord(each)};" for each in words)


def _is_plain(sign: str) -> bool:
    return sign.isalnum() or sign in _PLAIN


class _Drawing:
    """The lines of a diagram as they grow."""

    def __init__(self) -> None:
        self.lines = ["flowchart LR", *_LOOKS]
        self.count, self.characters, self.root = 0, 0, ""
        self.root = self._written("[/", "What is recorded", "/]")

    @property
    def has_room(self) -> bool:
        return self.count < MOST_ARROWS and self.characters < MOST_CHARACTERS

    def candidate(self, candidate: Reason, above: str) -> None:
        """A candidate with its rules, as far as there is room."""
        own = self.node(candidate.verdict, f"{_STATUS[candidate.verdict]}. {capital(candidate.words)}", above)
        for place, rule in enumerate(candidate.children):
            if not self.has_room:
                self.more(len(candidate.children) - place, "rules", own)
                return
            self.node(rule.verdict, f"{rule.verdict.word.replace('_', ' ')}. {claim(rule)}", own)

    def node(self, truth: Truth, words: str, above: str) -> str:
        """A node in the shape of its verdict, and the arrow to it."""
        name = self._written(_SHAPES[truth][0], words, _SHAPES[truth][1], f":::{truth.word}")
        self._add(f"{above} --> {name}")
        return name

    def more(self, count: int, what: str, above: str) -> None:
        """How many are not drawn."""
        self._add(f"{above} --> {self._written('[/', f'and {count} more {what}, not drawn', '/]')}")

    def _written(self, left: str, words: str, right: str, look: str = "") -> str:
        self.count += 1
        self._add(f'n{self.count}{left}"{in_quotes(words)}"{right}{look}')
        return f"n{self.count}"

    def _add(self, line: str) -> None:
        self.lines.append(line)
        self.characters += len(line) + 1
