"""How the mutants of a rule base ended, as plain content that anyone can check against the base's hash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ipt_formulate.case.files import to_plain
from ipt_formulate.mutation.campaign import Ended, Fate
from ipt_formulate.mutation.finding import differences, tradition_of
from ipt_formulate.mutation.suites import SUITES
from ipt_formulate.mutation.told import statuses
from ipt_formulate.proof.asking import prover_name
from ipt_formulate.rulebase.rulebase import RuleBase

FORM: Final = 1


def record(base: RuleBase, ended: Sequence[Ended]) -> dict[str, Any]:
    """What was changed and how it ended: by what the changes are made in, in all, and each that was not killed."""
    sites = dict.fromkeys(each.mutant.site for each in ended)
    return {
        "mutants": FORM,
        "rulebase": base.name,
        "rulebase_version": base.manifest.version,
        "rulebase_sha256": base.sha256,
        "tradition": base.tradition or "all",
        "prover": prover_name(),
        "total": _counts(ended),
        "sites": {site: _counts([each for each in ended if each.mutant.site == site]) for site in sorted(sites)},
        "equivalent": [_named(each) for each in ended if each.fate is Fate.EQUIVALENT],
        "survivors": [_named(each) | _case(each) for each in ended if each.fate is Fate.SURVIVED],
        "undecided": [_named(each) for each in ended if each.fate is Fate.UNDECIDED],
    }


def _counts(ended: Sequence[Ended]) -> dict[str, Any]:
    return {
        "mutants": len(ended),
        "killed_by": {name: sum(each.by == name for each in ended) for name in SUITES},
        "equivalent": sum(each.fate is Fate.EQUIVALENT for each in ended),
        "survived": sum(each.fate is Fate.SURVIVED for each in ended),
        "undecided": sum(each.fate is Fate.UNDECIDED for each in ended),
    }


def _named(each: Ended) -> dict[str, str]:
    return {"site": each.mutant.site, "step": each.mutant.step}


def _case(each: Ended) -> dict[str, Any]:
    assert each.case is not None
    return {"case": to_plain(each.case), "tells": dict(telling(each))}


def telling(ended: Ended) -> Mapping[str, str]:
    """What comes out otherwise of the case of a survivor: as it is, and as it would be."""
    mutant, case = ended.mutant, ended.case
    assert case is not None
    if not mutant.of_conditions and not mutant.drops:
        parts = differences(mutant, case, tradition_of(mutant))
        return {name: f"{was}, changed {now}" for name, (was, now) in parts.items()}
    found: dict[str, str] = {}
    for name, now in mutant.rules.items():
        before = statuses(mutant.original, mutant.original.rules[name], case)
        after = {} if now is None else statuses(mutant.base, now, case)
        found |= {
            f"{name} {item}": f"{verdict}, changed {after.get(item, 'absent')}"
            for item, verdict in before.items()
            if after.get(item) != verdict
        }
    return found
