"""Keeps what was proved on disk, by all that it hangs on, so that the same is not proved twice.

An entry is named by the SHA-256 of the rule base, of the library's own (whose safety rules are part of every rule
base), the tradition, the prover and its version, and the source of this library, whatever part of it: a changed
encoding finds nothing. Only what was proved or refuted is kept; what was not decided in time is tried again. An entry
that cannot be read counts as none. A certificate is never made of it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Final

import platformdirs

from ipt_formulate.case.files import parse_case
from ipt_formulate.proof.asking import prover_name
from ipt_formulate.proof.certificate import result_to_plain
from ipt_formulate.proof.theorem import Exempt, Failure, Result, Theorem, Verdict
from ipt_formulate.proof.theorems import THEOREMS
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.rulebase.rulebase import RuleBase

FORM: Final = 2


def usual_directory() -> Path:
    """The user's cache directory for proofs."""
    return platformdirs.user_cache_path("ipt_formulate") / "proofs"


@cache
def encoding_sha256() -> str:
    """The SHA-256 of the source of the library: what rules mean, and how that is told to the solver."""
    found = hashlib.sha256()
    root = Path(__file__).parents[1]
    for path in sorted(root.rglob("*.py")):
        found.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


class Kept:
    """What was proved before.

    Args:
        directory: where it is kept; made when something is first kept.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def results(self, base: RuleBase) -> list[Result] | None:
        """The results for a rule base as a tradition uses it; None where they are not there, or cannot be read."""
        try:
            plain = json.loads(self._path(base).read_text(encoding="utf-8"))
            theorems = {theorem.id: theorem for theorem in THEOREMS}
            return [_result(theorems[each["theorem"]], each) for each in plain["results"]] or None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, base: RuleBase, results: Sequence[Result]) -> None:
        """Keep results, if all were decided; where nothing can be written, nothing is kept."""
        verdicts = [each.verdict for each in results] + [part.verdict for each in results for part in each.failures]
        if Verdict.UNDECIDED in verdicts:
            return
        path = self._path(base)
        text = json.dumps({"results": [result_to_plain(each) for each in results]}, ensure_ascii=False)
        written = path.with_suffix(f".{os.getpid()}")
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            written.write_text(text, encoding="utf-8")
            written.replace(path)

    def _path(self, base: RuleBase) -> Path:
        on = [
            FORM,
            encoding_sha256(),
            prover_name(),
            shipped_rulebase().sha256,
            base.sha256,
            base.tradition,
            base.floor,
        ]
        return self.directory / f"{hashlib.sha256(json.dumps(on).encode()).hexdigest()}.json"


def _result(theorem: Theorem, plain: dict[str, Any]) -> Result:
    failures = tuple(
        Failure(
            each["about"],
            Verdict(each["verdict"]),
            each["why"],
            each["case"] and parse_case(each["case"]),
            each["fewest"],
        )
        for each in plain["failures"]
    )
    exceptions = tuple(Exempt(**each) for each in plain["exceptions"])
    return Result(theorem, Verdict(plain["verdict"]), plain["parts"], plain["seconds"], failures, exceptions)
