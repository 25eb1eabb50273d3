"""The closed answers of the case model. Each member is a word a clinician would use in a note."""

from __future__ import annotations

from enum import StrEnum


class Inquiry(StrEnum):
    """How a list was asked about. Only a thorough inquiry makes a list complete."""

    NOT = "not"
    BRIEF = "brief"
    THOROUGH = "thorough"


class AgeBand(StrEnum):
    """Age at the assessment."""

    CHILD = "child"
    ADOLESCENT = "adolescent"
    ADULT = "adult"
    OLDER_ADULT = "older_adult"


class Presence(StrEnum):
    """Whether a condition is present, and how severe."""

    ABSENT = "absent"
    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"


class Period(StrEnum):
    """Whether something is there now, was there before, or was asked about and never was."""

    NONE = "none"
    PAST = "past"
    CURRENT = "current"


class OnsetKind(StrEnum):
    """How the episode began."""

    DATED = "dated"
    GRADUAL = "gradual"
    LIFELONG = "lifelong"


class EpisodeCourse(StrEnum):
    """The course of the illness."""

    FIRST = "first"
    RECURRENT = "recurrent"
    CHRONIC = "chronic"


class Level(StrEnum):
    """How someone functions in a domain."""

    GOOD = "good"
    REDUCED = "reduced"
    POOR = "poor"


class SuicidalThoughts(StrEnum):
    """The strongest suicidal thought that was told."""

    NONE = "none"
    WISH_TO_BE_DEAD = "wish_to_be_dead"
    ACTIVE = "active"


class Role(StrEnum):
    """Who a person is to the client."""

    PARTNER = "partner"
    FORMER_PARTNER = "former_partner"
    PARENT = "parent"
    CHILD = "child"
    SIBLING = "sibling"
    GRANDPARENT = "grandparent"
    OTHER_RELATIVE = "other_relative"
    IN_LAW = "in_law"
    FRIEND = "friend"
    COLLEAGUE = "colleague"
    BOSS = "boss"
    NEIGHBOUR = "neighbour"
    PROFESSIONAL = "professional"
    ACQUAINTANCE = "acquaintance"
    PET = "pet"


class Amount(StrEnum):
    """None, some or much of something."""

    NONE = "none"
    SOME = "some"
    MUCH = "much"


class Importance(StrEnum):
    """How much someone matters to the client."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


class Contact(StrEnum):
    """How often there is contact."""

    NONE = "none"
    RARE = "rare"
    MONTHLY = "monthly"
    WEEKLY = "weekly"
    DAILY = "daily"


class ChangeSince(StrEnum):
    """How a relationship has changed since the onset."""

    CLOSER = "closer"
    SAME = "same"
    MORE_DISTANT = "more_distant"
    LOST = "lost"


class Direction(StrEnum):
    """From whom violence or coercion comes."""

    TOWARDS_CLIENT = "towards_client"
    FROM_CLIENT = "from_client"
    BOTH = "both"


class CoercionKind(StrEnum):
    """What kind of violence or coercion."""

    PHYSICAL = "physical"
    SEXUAL = "sexual"
    CONTROLLING = "controlling"
    THREATS = "threats"
    VERBAL = "verbal"


class ConflictKind(StrEnum):
    """Whether a conflict is in the open."""

    OVERT = "overt"
    COVERT = "covert"
    NONE = "none"


class Expectations(StrEnum):
    """Whether what each side expects of the other matches."""

    MATCHED = "matched"
    MISMATCHED_OPENLY = "mismatched_openly"
    MISMATCHED_SILENTLY = "mismatched_silently"


class Topic(StrEnum):
    """What one side expects of the other, in one word."""

    AFFECTION = "affection"
    INTIMACY = "intimacy"
    HELP = "help"
    MONEY = "money"
    WORK = "work"
    PARENTING = "parenting"
    TIME_TOGETHER = "time_together"
    LOYALTY = "loyalty"
    INDEPENDENCE = "independence"
    RESPECT = "respect"
    CARE = "care"
    DECISIONS = "decisions"
    OTHER = "other"


class DisputeStage(StrEnum):
    """The stage of a role dispute."""

    RENEGOTIATION = "renegotiation"
    IMPASSE = "impasse"
    DISSOLUTION = "dissolution"


class DisputeType(StrEnum):
    """The type of a role dispute."""

    OPEN_HOSTILITY = "open_hostility"
    INHIBITED_CONFLICT = "inhibited_conflict"
    BETRAYAL = "betrayal"
    UNMET_EXPECTATIONS = "unmet_expectations"
    SEPARATION_INDIVIDUATION = "separation_individuation"
    DENIAL_OF_INTIMACY = "denial_of_intimacy"


class Order(StrEnum):
    """Order in time, where no date is known. *Around* is near."""

    BEFORE = "before"
    AROUND = "around"
    AFTER = "after"


class DeathKind(StrEnum):
    """Who died: a person, a pregnancy or newborn, or an animal."""

    PERSON = "person"
    PERINATAL = "perinatal"
    PET = "pet"


class Circumstances(StrEnum):
    """How the death came."""

    EXPECTED = "expected"
    SUDDEN = "sudden"
    VIOLENT = "violent"
    SUICIDE = "suicide"


class ChangeKind(StrEnum):
    """What kind of change in life."""

    JOB_LOSS = "job_loss"
    JOB_CHANGE = "job_change"
    STOPPED_WORK = "stopped_work"
    RETIREMENT = "retirement"
    PROMOTION = "promotion"
    SCHOOL = "school"
    MOVE = "move"
    MIGRATION = "migration"
    MARRIAGE = "marriage"
    SEPARATION = "separation"
    DIVORCE = "divorce"
    RELATIONSHIP_END = "relationship_end"
    PREGNANCY = "pregnancy"
    BIRTH = "birth"
    PARENTHOOD = "parenthood"
    INFERTILITY = "infertility"
    CHILD_LEAVING_HOME = "child_leaving_home"
    CAREGIVING = "caregiving"
    ILLNESS = "illness"
    DISABILITY = "disability"
    FINANCIAL = "financial"
    LEGAL = "legal"
    LOSS_OF_HOME = "loss_of_home"
    TRAUMATIC_EVENT = "traumatic_event"
    COMING_OUT = "coming_out"
    RECOVERY = "recovery"
    OTHER = "other"


class Tempo(StrEnum):
    """How fast a change came."""

    SUDDEN = "sudden"
    GRADUAL = "gradual"


class Mastery(StrEnum):
    """How well the client manages the new role."""

    LACKING = "lacking"
    PARTIAL = "partial"
    SUFFICIENT = "sufficient"


class Ties(StrEnum):
    """How many close relationships."""

    NONE = "none"
    FEW = "few"
    SEVERAL = "several"


class IsolationBegan(StrEnum):
    """When the isolation began, as seen from the episode."""

    NOT_ISOLATED = "not_isolated"
    LONG_BEFORE = "long_before"
    AFTER_AN_EVENT = "after_an_event"
    WITH_THE_EPISODE = "with_the_episode"


class Basis(StrEnum):
    """What a judgement rests on. An inference alone is never a criterion."""

    TIMING = "timing"
    CLIENT = "client"
    OBSERVED = "observed"
    INFERENCE = "inference"


class Instrument(StrEnum):
    """Measures that can be recorded, by their scores only."""

    PHQ9 = "phq9"
    GAD7 = "gad7"
    EPDS = "epds"
    HAMD17 = "hamd17"
    BDI2 = "bdi2"
    CSSRS = "cssrs"
    PG13R = "pg13r"
    ICG = "icg"
    BGQ = "bgq"
    LSNS6 = "lsns6"
    UCLA3 = "ucla3"
    MSPSS = "mspss"
    RDAS = "rdas"
    CSI16 = "csi16"
    WSAS = "wsas"
    WHO5 = "who5"


class Format(StrEnum):
    """Individual or group treatment."""

    INDIVIDUAL = "individual"
    GROUP = "group"


class Response(StrEnum):
    """What the client said to the formulation that was offered."""

    AGREED = "agreed"
    EDITED = "edited"
    REFUSED = "refused"


class Cause(StrEnum):
    """What kind of thing a change or conflict arose from."""

    NONE = "none"
    ILLNESS = "illness"
    DEATH = "death"
    CONFLICT = "conflict"
    CHANGE = "change"
    PET_DEATH = "pet_death"
