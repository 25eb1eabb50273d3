"""The words of the field, as enumerations. Nothing but enumerations lives here."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Truth(IntEnum):
    """Whether a condition holds for what is known of a case.

    ``MET`` holds in every completion of the case, ``NOT_MET`` in none, ``UNKNOWN`` in some. The order is the
    one in which *and* is the minimum and *or* the maximum.
    """

    NOT_MET = 0
    UNKNOWN = 1
    MET = 2

    @property
    def word(self) -> str:
        """The name as rules and outputs spell it: ``met``, ``not_met`` or ``unknown``."""
        return self.name.lower()


class ProblemArea(StrEnum):
    """The four problem areas of IPT, and those that some traditions add."""

    GRIEF = "grief"
    ROLE_DISPUTE = "role_dispute"
    ROLE_TRANSITION = "role_transition"
    INTERPERSONAL_DEFICITS = "interpersonal_deficits"
    LOSS_OF_HEALTHY_SELF = "loss_of_healthy_self"
    INTERPERSONAL_PATTERNS = "interpersonal_patterns"


class Nature(StrEnum):
    """What it would mean for a recorded fact to be otherwise.

    ``FIXED`` lies in the past or is given: it can only have been recorded wrongly. ``CHANGEABLE`` is as things
    stand now, and can come to be otherwise. ``DISCOVERABLE`` is there to be found out, and further talk may correct it.
    """

    FIXED = "fixed"
    CHANGEABLE = "changeable"
    DISCOVERABLE = "discoverable"


class AreaStatus(StrEnum):
    """What the recorded facts say of one problem area."""

    SUPPORTED = "supported"
    NOT_SUPPORTED = "not_supported"
    UNDETERMINED = "undetermined"


class FocusStatus(StrEnum):
    """How far the recorded facts settle the focus."""

    CHOSEN = "chosen"
    TIE = "tie"
    PROVISIONAL = "provisional"
    ABSTAINED = "abstained"


class FocusReason(StrEnum):
    """Why the focus has the status it has."""

    ONE_AREA_POSSIBLE = "one_area_possible"
    EQUAL_ON_EVERY_STEP = "equal_on_every_step"
    SEVERAL_AREAS_POSSIBLE = "several_areas_possible"
    NOT_YET_SUPPORTED = "not_yet_supported"
    INQUIRY_NOT_MADE = "inquiry_not_made"
    NOT_ENOUGH_KNOWN = "not_enough_known"
    NOTHING_FOUND = "nothing_found"


class Evidence(StrEnum):
    """The kind of evidence a rule gives for its area: an ordinal, never a weight."""

    CRITERION = "criterion"
    STRONG = "strong"
    SUPPORTING = "supporting"
    AGAINST = "against"
    EXCLUDES = "excludes"


class Phase(StrEnum):
    """The three phases of the course, and maintenance after it."""

    INITIAL = "initial"
    MIDDLE = "middle"
    TERMINATION = "termination"
    MAINTENANCE = "maintenance"


class Fit(StrEnum):
    """How well a technique fits a problem area (ranked, never exclusive)."""

    PRIMARY = "primary"
    USEFUL = "useful"


class Gate(StrEnum):
    """Whether a technique can be used now, from free to barred."""

    OFFERED = "offered"
    CAUTION = "caution"
    HELD_UNTIL_AGREED = "held_until_agreed"
    HELD_UNTIL_ASKED = "held_until_asked"
    BLOCKED = "blocked"

    @property
    def usable_now(self) -> bool:
        """True for ``offered`` and ``caution``; the other three say *not now*."""
        return self in (Gate.OFFERED, Gate.CAUTION)


class Urgency(StrEnum):
    """How soon a red flag asks for action. There is no level that means all is well."""

    SAME_DAY = "same_day"
    BEFORE_FOCUS_WORK = "before_focus_work"
    THIS_PHASE = "this_phase"


class RuleStatus(StrEnum):
    """The ladder of a rule's life: raised by review, never by age."""

    EXPERIMENTAL = "experimental"
    REVIEWED = "reviewed"
    STABLE = "stable"
    DEPRECATED = "deprecated"


class ReadExtent(StrEnum):
    """How much of a source was read by whoever wrote the rule."""

    FULL = "full"
    ABSTRACT = "abstract"
    OPENING = "opening"
    EXCERPT = "excerpt"
    NOT_READ = "not_read"


class Support(StrEnum):
    """What a citation supports in a rule."""

    DEFINITION = "definition"
    CRITERION = "criterion"
    SELECTION = "selection"
    TECHNIQUE = "technique"
    COURSE = "course"
    SAFETY = "safety"
    CUTOFF = "cutoff"
    CONTEXT = "context"
    ASSUMPTION = "assumption"


class EngineName(StrEnum):
    """The engines that can derive a formulation; ``auto`` takes durable where it can be imported."""

    AUTO = "auto"
    DURABLE = "durable"
    REFERENCE = "reference"
