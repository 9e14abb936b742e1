"""Fair play and the reasons behind a score, as they are shown."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from domain.challenges.model import Tier
from domain.members.model import MemberCard
from domain.text import written
from domain.workouts.model import Sport


class FindingCode(StrEnum):
    """What makes a workout hard to believe; `moderator`: a moderator said so."""

    TOO_FAST = "too_fast"
    TOO_LONG = "too_long"
    TOO_STEEP = "too_steep"
    TOO_MUCH_POWER = "too_much_power"
    TOO_HEAVY = "too_heavy"
    TOO_DENSE = "too_dense"
    HEART_RATE_TOO_HIGH = "heart_rate_too_high"
    HEART_RATE_TOO_LOW = "heart_rate_too_low"
    OVERLAP = "overlap"
    MODERATOR = "moderator"


class Finding(Struct, frozen=True):
    """`value` is what was found, `limit` what is believed, both in the unit of the rule; `workout_id` is the
    other one, of two at the same time."""

    code: FindingCode
    value: float | None = None
    limit: float | None = None
    workout_id: UUID | None = None


class SpeedBound(Struct, frozen=True):
    """The highest mean speed that is believed from a distance on."""

    from_m: float
    at_most_mps: float


class SportBounds(Struct, frozen=True):
    """What is believed of a workout of one sport. None: there is no such bound."""

    sport: Sport
    speed: list[SpeedBound]
    duration_s: int
    climb_m_per_h: float | None
    power_w: float
    weight_kg: float
    volume_kg_per_min: float


class FairPlayRules(Struct, frozen=True):
    """All there is to the plausibility rules. `version` grows with each change of them.

    `power_w` is metabolic: what the energy of a workout means for each of its seconds. A heart rate beyond
    `heart_rate_bpm` is an error of the strap; below `resting_bpm` it is, at more than half the highest speed.
    Two workouts overlap when more than `overlap_share` of the shorter is in both. Copies of one workout are
    of the same sport, start within `copy_start_s`, and agree within `copy_duration_share` in duration or
    within `copy_distance_share` in distance: the best tier counts.
    """

    version: int
    tiers: list[Tier]
    sports: list[SportBounds]
    heart_rate_bpm: int
    resting_bpm: int
    overlap_share: float
    copy_start_s: int
    copy_duration_share: float
    copy_distance_share: float


class CaseState(StrEnum):
    """`moot`: the workout has been changed or deleted, or its quarantine has gone another way."""

    OPEN = "open"
    APPEALED = "appealed"
    REINSTATED = "reinstated"
    UPHELD = "upheld"
    MOOT = "moot"


class FairCase(Struct, frozen=True):
    """Why a workout does not count for now. `note` is what the moderator said about the decision."""

    workout_id: UUID
    member: MemberCard
    state: CaseState
    findings: list[Finding]
    rules: int
    sport: Sport
    tier: Tier
    title: str
    started_at: datetime
    duration_s: int
    distance_m: float | None
    elevation_gain_m: float | None
    energy_kcal: float | None
    heart_rate_avg_bpm: int | None
    volume_kg: float
    opened_at: datetime
    appeal: str
    appealed_at: datetime | None
    note: str
    decided_at: datetime | None


class Appeal(Struct, frozen=True, forbid_unknown_fields=True):
    text: Annotated[str, written(at_least=1, at_most=1_000)]


class Decision(StrEnum):
    REINSTATE = "reinstate"
    UPHOLD = "uphold"


class Ruling(Struct, frozen=True, forbid_unknown_fields=True):
    """A moderator's decision, and what they say about it to the member."""

    decision: Decision
    note: Annotated[str, written(at_least=1, at_most=1_000)]


class LineCode(StrEnum):
    """Why a workout counts as it does.

    `baseline`: it says what is usual, for a handicap. `capped`: what is left under the day's cap. `not_best`:
    another one is better. `short_day`: its day or round stayed below the threshold. `out`: after the round in
    which somebody went out.
    """

    COUNTED = "counted"
    BASELINE = "baseline"
    CAPPED = "capped"
    NOT_BEST = "not_best"
    SHORT_DAY = "short_day"
    OUT = "out"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"
    PRIVATE = "private"
    OUTSIDE_WINDOW = "outside_window"
    OTHER_SPORT = "other_sport"
    OTHER_SOURCE = "other_source"
    NOT_MEASURED = "not_measured"


class ScoreLine(Struct, frozen=True):
    """One workout and what became of it. `value` is what it measures in the challenge's unit, `counted` how
    much of that is in the score. `copy_of` is the workout that counts instead."""

    workout_id: UUID
    sport: Sport
    tier: Tier
    title: str
    started_at: datetime
    day: date
    code: LineCode
    value: float | None
    counted: float
    findings: list[Finding] = []
    copy_of: UUID | None = None
    case: CaseState | None = None


class ScoreCard(Struct, frozen=True):
    """My score and every workout around the window, the latest first. `baseline` is what is usual, where
    there is a handicap."""

    score: float
    workouts: int
    reached_at: datetime | None
    is_settled: bool
    baseline: float | None
    lines: list[ScoreLine]
    next_cursor: str | None = None


class AuditCode(StrEnum):
    CREATED = "created"
    EDITED = "edited"
    CLOSED = "closed"
    SCORE_CHANGED = "score_changed"
    LEFT = "left"
    REINSTATED = "reinstated"
    UPHELD = "upheld"
    SETTLED = "settled"


class AuditLine(Struct, frozen=True):
    """`before` and `after` are scores, in the challenge's unit. Hidden members have no card here either."""

    id: int
    at: datetime
    what: AuditCode
    member: MemberCard | None
    by: MemberCard | None
    before: float | None
    after: float | None
    note: str


class AuditPage(Struct, frozen=True):
    """The latest first. Ask for what is before `next_before`."""

    items: list[AuditLine]
    next_before: int | None = None


BodyWeight = Annotated[float, Meta(ge=20, le=400)]
