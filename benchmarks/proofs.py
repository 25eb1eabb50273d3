"""How the time of proofs grows with the number of rules: random rule bases, proved as the shipped one is.

python benchmarks/proofs.py [NUMBER ...]
"""

from __future__ import annotations

import sys
import time
from random import Random

from ipt_formulate.proof.certificate import longest_lists
from ipt_formulate.proof.prover import Prover, planned
from ipt_formulate.proof.theorem import Verdict
from ipt_formulate.proof.theorems import THEOREMS
from ipt_formulate.testing import random_rulebase

NUMBERS = (50, 100, 200, 400)
SECONDS = 20.0


def main(numbers: tuple[int, ...]) -> None:
    """Print, for each number of rules, the lists they need, the parts, what was not decided, and the time."""
    for number in numbers:
        base = random_rulebase(Random(number), rules=number).for_tradition("weissman")
        began = time.perf_counter()
        results = Prover(SECONDS).prove(planned(base, THEOREMS))
        seconds = time.perf_counter() - began
        lists = ", ".join(f"{name} {length}" for name, length in longest_lists(base).items())
        parts = sum(each.parts for each in results)
        open_parts = [each for result in results for each in result.failures if each.verdict is Verdict.UNDECIDED]
        slowest = max(results, key=lambda each: each.seconds)
        print(
            f"{len(base.rules):4} rules: {parts:6} parts in {seconds:6.1f} s, {len(open_parts)} not decided; "
            f"slowest: {slowest.theorem.id}, {slowest.seconds:.1f} s; lists up to: {lists}",
            flush=True,
        )


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or NUMBERS)
