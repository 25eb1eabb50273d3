"""How the library's focus compares with the published authors' choices. Run it with `make agreement`.

Nothing here feeds back: a rule changes because a source says so, never because of a case.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console
from rich.table import Table

import ipt_formulate as ipt
from ipt_formulate.cli.agreeing import show_agreement
from ipt_formulate.formulation.model import Formulation
from ipt_formulate.study.agreement import compare as agreement_of
from ipt_formulate.study.coefficients import coefficients
from ipt_formulate.study.ratings import read_cases, read_rater
from ipt_formulate.vocabulary import FocusStatus

CASES = Path(__file__).parent / "cases"
ABSTAINED = "no area"


@dataclass(frozen=True)
class Compared:
    """One case: the author's choice beside the library's."""

    name: str
    strict: bool
    author: str
    formulation: Formulation

    @property
    def settled(self) -> str | None:
        """The area the library chose, if it chose one."""
        return str(self.formulation.focus.primary.area) if self.formulation.focus.primary else None

    @property
    def first(self) -> str:
        """The area chosen, or else the one that leads alone."""
        leading = [str(choice.area) for choice in self.formulation.focus.leading]
        return self.settled or (leading[0] if len(leading) == 1 else ABSTAINED)

    @property
    def possible(self) -> set[str]:
        """The areas that the recorded facts leave possible."""
        return {str(choice.area) for choice in self.formulation.focus.possible}


def compare() -> list[Compared]:
    """All published cases with what their authors chose."""
    found = []
    for path in sorted(CASES.glob("*/author.yaml")):
        author: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        formulation = ipt.formulate(ipt.load_case(path.parent / "case.yaml"))
        found.append(Compared(path.parent.name, author["use"] == "strict", author["primary"], formulation))
    return found


def kappa(compared: list[Compared]) -> str:
    """Cohen's kappa of the author's area and the library's first area, with a bootstrap interval."""
    found = coefficients([(each.author, each.first) for each in compared])
    each = next(each for each in found if each.name == "Cohen's kappa")
    return f"{each.value:.2f} (95% bootstrap interval {each.low:.2f} to {each.high:.2f}, n={each.cases}; {each.defined:.0%} of resamples defined)"


def block(title: str, compared: list[Compared], console: Console) -> None:
    """The figures of one set of cases."""
    chosen = [each for each in compared if each.formulation.focus.status is FocusStatus.CHOSEN]
    leading = [each for each in compared if each.first != ABSTAINED]
    wrong = [f"{each.name} ({each.settled}, author {each.author})" for each in chosen if each.settled != each.author]
    console.print(f"[bold]{title}[/bold] ({len(compared)} cases)")
    console.print(
        f"  coverage: {len(chosen)} of {len(compared)} got a settled focus; {len(leading)} of {len(compared)} a settled or a single leading area"
    )
    console.print(
        f"  agreement of primary: {sum(each.settled == each.author for each in chosen)} of {len(chosen)} settled"
    )
    console.print(f"  agreement of leading: {sum(each.first == each.author for each in leading)} of {len(leading)}")
    console.print(
        f"  author's area among focus.possible: {sum(each.author in each.possible for each in compared)} of {len(compared)}"
    )
    console.print(f"  confident and wrong: {'; '.join(wrong) or 'none'}")
    console.print(f"  kappa, author against settled or leading area: {kappa(compared)}")
    if not any(each.author == "interpersonal_deficits" for each in compared):
        console.print("  no deficits case: untested")
    console.print()


def main() -> int:
    compared = compare()
    console = Console(width=120, highlight=False)
    table = Table("case", "use", "author", "library", "status", "reason", title="Published cases", title_justify="left")
    for each in compared:
        focus = each.formulation.focus
        table.add_row(
            each.name,
            "strict" if each.strict else "weak",
            each.author,
            each.first,
            str(focus.status),
            str(focus.reason),
        )
    console.print(table)
    console.print()
    block("Strict cases", [each for each in compared if each.strict], console)
    block("Weak cases", [each for each in compared if not each.strict], console)
    cases = read_cases(CASES)
    show_agreement(agreement_of([read_rater(str(CASES), None), read_rater("weissman", cases)]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
