"""What was proved of the rules behind a formulation, never more than the certificate says."""

from __future__ import annotations

from functools import lru_cache

from ipt_formulate.formulation.contents import Certification
from ipt_formulate.rulebase.certified import shipped_certificate, why_not_certified
from ipt_formulate.rulebase.rulebase import RuleBase


@lru_cache(maxsize=64)
def certification(base: RuleBase) -> Certification:
    """What was proved of a rule base as a tradition uses it; looked up once a rule base."""
    told = shipped_certificate()
    reason = why_not_certified(base, told)
    if told is None or reason is not None:
        return Certification(certified=False, why_not=reason)
    by_verdict: dict[str, list[str]] = {}
    for each in told["traditions"][base.tradition]:
        by_verdict.setdefault(each["verdict"], []).append(each["statement"])
    return Certification(
        certified=True,
        proved=tuple(by_verdict.pop("proved", ())),
        refuted=tuple(by_verdict.pop("refuted", ())),
        noted=tuple(by_verdict.pop("noted", ())),
        not_decided=tuple(statement for others in by_verdict.values() for statement in others),
        prover=told["prover"],
        longest_lists=told["longest_lists"],
    )
