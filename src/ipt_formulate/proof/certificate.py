"""What was proved of which rule base, as plain content that anyone can check against the base's hash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from ipt_formulate.case.files import to_plain
from ipt_formulate.case.terms import CASE
from ipt_formulate.proof.asking import prover_name
from ipt_formulate.proof.meaning import lengths_for
from ipt_formulate.proof.theorem import Failure, Result
from ipt_formulate.release import VERSION
from ipt_formulate.rulebase.rulebase import RuleBase

FORM: Final = 2


def certificate(base: RuleBase, results: Mapping[str, Sequence[Result]]) -> dict[str, Any]:
    """The certificate of a rule base.

    Args:
        base: the rule base, as it was loaded.
        results: by tradition, how the theorems came out.

    Returns:
        Plain content. It holds no times, so that the same rules, library and solver give the same certificate.
    """
    return {
        "certificate": FORM,
        "rulebase": base.name,
        "rulebase_version": base.manifest.version,
        "rulebase_sha256": base.sha256,
        "library": VERSION,
        "prover": prover_name(),
        "longest_lists": longest_lists(base),
        "traditions": {name: [_told(each) for each in told] for name, told in results.items()},
    }


def longest_lists(base: RuleBase) -> dict[str, int]:
    """How long each list has to be, at most, for every condition at once and one candidate of each area."""
    trees = [tree for rule in base.rules.values() for tree in rule.conditions.values()]
    spoken_of: dict[str, int] = {area.candidates: 1 for area in base.areas.values() if area.candidates != CASE}
    return dict(sorted(lengths_for(trees, spoken_of).items()))


def result_to_plain(result: Result) -> dict[str, Any]:
    """A result with its time."""
    return _told(result) | {"seconds": round(result.seconds, 2)}


def _told(result: Result) -> dict[str, Any]:
    theorem = result.theorem
    return {
        "theorem": theorem.id,
        "statement": theorem.statement,
        "promise": theorem.promise,
        **({} if theorem.promise else {"noted": theorem.noted}),
        "verdict": str(result.verdict),
        "parts": result.parts,
        "failures": [_failure(each) for each in result.failures],
        "exceptions": [asdict(each) for each in result.exceptions],
    }


def _failure(failure: Failure) -> dict[str, Any]:
    case = None if failure.case is None else to_plain(failure.case)
    return {
        "about": failure.about,
        "verdict": str(failure.verdict),
        "why": failure.why,
        "case": case,
        "fewest": failure.fewest,
    }
