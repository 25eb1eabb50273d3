"""What the shipped certificate says of a rule base: what was proved of it, and by which prover. No solver is needed.

A certificate speaks of the very rules that were proved, as one tradition uses them, and of one version of the
library. Of a rule base that has the same files but other rules in force, it says nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from ipt_formulate import resources
from ipt_formulate.release import VERSION
from ipt_formulate.rulebase.loader import shipped_rulebase
from ipt_formulate.rulebase.rulebase import RuleBase


@cache
def shipped_certificate() -> Mapping[str, Any] | None:
    """The certificate that comes with the library, read once; None where it does not come with one."""
    path = resources.certificate_file()
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def why_not_certified(base: RuleBase, told: Mapping[str, Any] | None) -> str | None:
    """Why a certificate says nothing of a rule base, in words; None where it does.

    Args:
        base: a rule base as one tradition uses it.
        told: a certificate, or None where there is none.
    """
    if told is None:
        return "the library came without a certificate"
    if told["rulebase_sha256"] != base.sha256:
        return "the certificate is of another rule base"
    if told["library"] != VERSION:
        return f"the certificate is of version {told['library']} of the library"
    if base.tradition not in told["traditions"]:
        return "nothing was proved of this tradition"
    if not _as_shipped(base):
        return "these rules, or their numbers, are not as the files have them"
    return None


def _as_shipped(base: RuleBase) -> bool:
    """Whether what is in force is what the shipped files say, and so what was proved."""
    shipped = shipped_rulebase()
    if base.tradition not in shipped.traditions:
        return False
    other = shipped.for_tradition(base.tradition)
    return base is other or (
        {name: (rule.text, dict(rule.conditions)) for name, rule in base.rules.items()}
        == {name: (rule.text, dict(rule.conditions)) for name, rule in other.rules.items()}
        and dict(base.areas) == dict(other.areas)
        and dict(base.techniques) == dict(other.techniques)
        and dict(base.parameters) == dict(other.parameters)
    )
