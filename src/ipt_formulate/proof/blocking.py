"""What stands before a technique in a symbolic case: `formulation.gates` in Z3, for whoever is concerned."""

from __future__ import annotations

from dataclasses import dataclass

from ipt_formulate.case.terms import CASE
from ipt_formulate.proof.areas import Following
from ipt_formulate.proof.rails import Bool, disj
from ipt_formulate.rulebase.references import ALL_FOCUS_WORK
from ipt_formulate.rulebase.texts import Technique
from ipt_formulate.vocabulary import Gate


@dataclass(frozen=True, slots=True)
class Held:
    """How far a technique is held back, whoever it concerns: blocked, or at least held until something is asked."""

    blocked: Bool
    held: Bool


def held(following: Following, technique: Technique) -> Held:
    """How far the rules about the case hold a technique back.

    Args:
        following: what follows in the case.
        technique: the technique. Gates of single people come on top and can only hold it back more.
    """
    base, case = following.base, following.world.case
    names = {technique.id, ALL_FOCUS_WORK} if technique.needs_agreement else {technique.id}
    gates = [rule for rule in base.gates if rule.scope == CASE and names & set(rule.then.techniques)]
    blocking = [following.rule(rule, case) for rule in gates if rule.then.gate is Gate.BLOCKED]
    if technique.needs_agreement:
        blocking += [following.rule(rule, case) for rule in base.safety if rule.then.holds_focus]
    return Held(disj(each.must for each in blocking), disj(each.may for each in blocking))
