"""Every theorem, in words."""

from __future__ import annotations

from typing import Final

from ipt_formulate.proof import of_areas, of_evidence, of_exactness, of_rules, of_safety, of_selection, of_settling
from ipt_formulate.proof.theorem import Theorem

THEOREMS: Final = (
    Theorem("live", "Every rule is met in some case and not met in some other.", of_rules.is_live),
    Theorem(
        "steps",
        "Every step of selection is met of a candidate that supports its area, and not met of another, in each area, "
        "but where a rule declares and explains that it is meant otherwise.",
        of_rules.steps_are_live,
    ),
    Theorem(
        "counts",
        "Every rule of strong or opposing evidence can be met of a candidate that supports its area, but where it "
        "declares and explains that it is meant otherwise.",
        of_areas.evidence_counts,
    ),
    Theorem(
        "distinct",
        "No rule is met only where another rule says the same already, but where it declares and explains that.",
        of_rules.is_not_implied,
    ),
    Theorem(
        "parameters",
        "Every parameter that a condition reads matters: changing it changes what a rule says of some case.",
        of_rules.parameter_is_live,
    ),
    Theorem(
        "consistent",
        "Every route can support its area, and every exclusion can be the only thing that stands in the way.",
        of_areas.can_be_supported,
    ),
    Theorem(
        "answered",
        "Every case is chosen, a tie, provisional or abstained with a reason, and only one of these.",
        of_selection.one_answer,
    ),
    Theorem(
        "no_silence",
        "A candidate that meets every criterion of a route and is not surely excluded is never passed over in silence.",
        of_areas.is_never_silent,
    ),
    Theorem(
        "floor",
        "It is abstained exactly where no candidate is sure and nothing specific is recorded of one that is possible.",
        of_selection.floor_and_abstaining_meet,
    ),
    Theorem(
        "deficits_last",
        "Interpersonal deficits are never a possible focus while another area is supported.",
        of_areas.deficits_come_last,
    ),
    Theorem(
        "grief_needs_a_death",
        "Grief is supported only by the death of a person, a pregnancy or a newborn, and one that has happened.",
        of_areas.grief_is_for_a_person,
    ),
    Theorem("two_foci", "There are never more than two foci.", of_selection.two_foci_at_most),
    Theorem(
        "favourable",
        "What speaks for a candidate never makes it fare worse, and changes no red flag and no gate.",
        of_evidence.favours,
    ),
    Theorem(
        "red_flags",
        "A red flag that holds the focus always blocks focus work; while it is unknown, focus work waits.",
        of_safety.red_flag_blocks,
    ),
    Theorem(
        "safety_stays",
        "No safety rule or gate of the library is missing, narrower or milder.",
        of_safety.safety_stays,
    ),
    Theorem("learning", "Learning more never flips met and not met.", of_evidence.learning),
    Theorem(
        "exact",
        "No rule is unknown where every way to settle the facts that it reads more than once agrees.",
        of_exactness.is_exact,
        noted="weaker than exact at",
    ),
    Theorem(
        "settled",
        "What is settled stays: a chosen focus, a tie, a second focus, and that an area is not possible.",
        of_settling.stays_settled,
    ),
    Theorem(
        "order",
        "Comparing candidates is a strict partial order, and on complete cases a strict weak order.",
        of_selection.order_of_candidates,
    ),
    Theorem("order_told", "The order in which candidates were recorded decides nothing.", of_selection.order_told),
    Theorem(
        "repeating", "Writing a rule twice changes nothing, and neither does the order of rules.", of_evidence.repeating
    ),
)
