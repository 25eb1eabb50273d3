"""One question to the solver: is there a case like this?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import z3

from ipt_formulate.proof.rails import Bool

SECONDS: Final = 60.0
"""How long one question may take before it counts as not decided: far more than any takes on a machine that is free."""


def prover_name() -> str:
    """The solver and its version."""
    return f"z3 {z3.get_version_string()}"


def ask(formulas: Iterable[Bool], seconds: float = SECONDS) -> tuple[bool | None, Any]:
    """Whether some assignment fulfils all formulas, and a model of one that does.

    Returns:
        True and a model; False and None; or None and None where the time was not enough.
    """
    apart = z3.Context()  # with one of its own, the answer does not hang on what was asked before
    solver = z3.Solver(ctx=apart)
    solver.set("timeout", max(1, int(seconds * 1000)))
    solver.add(*(formula.translate(apart) for formula in formulas))
    answer = solver.check()
    if answer == z3.sat:
        return True, solver.model().translate(z3.main_ctx())
    return (False if answer == z3.unsat else None), None
