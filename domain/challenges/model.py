"""Challenges: who did the most, the fastest, the longest, on a board that moves as logs arrive."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct, field

from domain.members.model import MemberCard, TimeZone
from domain.text import written
from domain.workouts.model import Slug, Sport

Amount = Annotated[float, Meta(gt=0, le=1e12)]
Alias = Annotated[str, written(at_least=1, at_most=40)]
SettleAfter = Annotated[int, Meta(ge=0, le=336, description="hours")]


class Kind(StrEnum):
    """What a score is made of.

    `most` adds up · `fastest` is the shortest time over `over_m` · `longest` is the best single workout ·
    `best_lift` is the best estimated one-repetition maximum · `streak` and `active_days` count days ·
    `group_goal` adds up to one goal for all · `last_standing` counts the rounds survived.
    """

    MOST = "most"
    FASTEST = "fastest"
    LONGEST = "longest"
    BEST_LIFT = "best_lift"
    STREAK = "streak"
    ACTIVE_DAYS = "active_days"
    GROUP_GOAL = "group_goal"
    LAST_STANDING = "last_standing"


class Metric(StrEnum):
    """What is measured: metres, seconds, metres climbed, kilograms lifted, kilocalories, workouts, or effort
    (minutes times how hard they felt, 1 to 10)."""

    DISTANCE = "distance"
    DURATION = "duration"
    ELEVATION = "elevation"
    VOLUME = "volume"
    ENERGY = "energy"
    COUNT = "count"
    EFFORT = "effort"


class ChallengeState(StrEnum):
    """`provisional`: the window is over, and late logs count until `settle_at`. `ended`: settled for good."""

    UPCOMING = "upcoming"
    ACTIVE = "active"
    PROVISIONAL = "provisional"
    ENDED = "ended"


class Sides(StrEnum):
    """Who competes."""

    INDIVIDUALS = "individuals"
    TEAMS = "teams"
    CLUBS = "clubs"


class Openness(StrEnum):
    """Who sees it and may join: everybody, a club's members, or who has an invitation."""

    PUBLIC = "public"
    CLUB = "club"
    INVITE = "invite"


class Tier(StrEnum):
    """How far a workout's numbers can be trusted, the best first: recorded by this hub, from a file or a
    program, typed in."""

    DEVICE = "device"
    FILE = "file"
    MANUAL = "manual"


class Zone(StrEnum):
    """Whose days they are: those of the challenge's time zone, or those where each workout was done."""

    FIXED = "fixed"
    OWN = "own"


class Handicap(StrEnum):
    """`own_average`: a score is a percentage of what the member usually does in as many days."""

    NONE = "none"
    OWN_AVERAGE = "own_average"


class TeamScoring(StrEnum):
    """A team's score: its members' added up, or their mean."""

    SUM = "sum"
    MEAN = "mean"


class Repeats(StrEnum):
    NEVER = "never"
    WEEKLY = "weekly"


class Terms(Struct, frozen=True, forbid_unknown_fields=True):
    """The finer rules. Those that a kind does not use stay at their defaults.

    `sources`: none means all. `daily_cap` is the most that counts of one day. `over_m` is the distance of
    `fastest`, `exercise` the lift of `best_lift`, `relative` divides it by body weight. `threshold` is what a
    day of `streak` and `active_days` needs (None: any workout) and what each round of `last_standing` needs.
    `round_days` is the length of its rounds. Amounts are in the unit of the metric.
    """

    sources: Annotated[list[Tier], Meta(max_length=3)] = []
    daily_cap: Amount | None = None
    over_m: Annotated[float, Meta(ge=50, le=1_000_000)] | None = None
    exercise: Slug | None = None
    relative: bool = False
    threshold: Amount | None = None
    round_days: Annotated[int, Meta(ge=1, le=31)] = 7
    handicap: Handicap = Handicap.NONE
    zone: Zone = Zone.FIXED
    team_scoring: TeamScoring = TeamScoring.SUM
    team_size: Annotated[int, Meta(ge=2, le=1_000)] | None = None


class ChallengeDraft(Struct, frozen=True, forbid_unknown_fields=True):
    """`starts_on` and `ends_on` are days in `tz`, both counted. No sports means all of them.

    `goal` is in the unit of the metric. `club_id` is whose challenge it is, where it is for a club; `clubs`
    are those that compete, where clubs do. Late logs count for `settle_after_h` hours after the end.
    """

    id: UUID
    title: Annotated[str, written(at_least=1, at_most=80)]
    metric: Metric
    starts_on: date
    ends_on: date
    tz: TimeZone
    description: Annotated[str, written(at_most=1_000)] = ""
    sports: Annotated[list[Sport], Meta(max_length=12)] = []
    goal: Amount | None = None
    kind: Kind = Kind.MOST
    terms: Terms = field(default_factory=Terms)
    sides: Sides = Sides.INDIVIDUALS
    clubs: Annotated[list[UUID], Meta(max_length=16)] = []
    openness: Openness = Openness.PUBLIC
    club_id: UUID | None = None
    settle_after_h: SettleAfter = 48
    repeats: Repeats = Repeats.NEVER


class ChallengeEdit(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is absent stays as it is.

    Title, description, a later end, a wider openness and more time for late logs can be given until the
    window is over; `starts_on`, an earlier end and `goal` until it begins. What counts, and how, never
    changes.
    """

    title: Annotated[str, written(at_least=1, at_most=80)] | None = None
    description: Annotated[str, written(at_most=1_000)] | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    goal: Amount | None = None
    openness: Openness | None = None
    settle_after_h: SettleAfter | None = None
    repeats: Repeats | None = None


class Standing(Struct, frozen=True):
    """A member's place. Equal scores share a rank; within one, who got there first stands first.

    `score` is in the challenge's unit: seconds of `fastest`, kilograms of `best_lift` (or multiples of body
    weight), days, rounds, per cent of the usual; zero, with no workouts, where nothing counts yet. Who takes
    part under an alias has a card without a handle.
    """

    rank: int
    member: MemberCard
    score: float
    workouts: int
    reached_at: datetime | None


class RuleLine(Struct, frozen=True):
    """One rule in plain words: a stable `code`, and the values to say it with."""

    code: str
    params: dict[str, str | float | list[str]] = {}


class ClubName(Struct, frozen=True):
    id: UUID
    slug: str
    name: str


class Participation(Struct, frozen=True):
    """How I take part: for nobody else's eyes."""

    joined_at: datetime
    hidden: bool
    alias: str | None
    team_id: UUID | None
    body_weight_kg: float | None


class Challenge(Struct, frozen=True):
    """A challenge as one reader sees it: `mine` and `me` are None for who has not joined.

    It counts workouts that started at or after `starts_at` and before `ends_at`; where the days are
    everybody's own, these are the first and the last instant anywhere. `total` is everybody's score added up,
    where that says something. `creator` is None once their account is gone. `may_edit`: I may change it.
    """

    id: UUID
    title: str
    description: str
    kind: Kind
    metric: Metric
    sports: list[Sport]
    terms: Terms
    sides: Sides
    openness: Openness
    club: ClubName | None
    starts_on: date
    ends_on: date
    tz: str
    starts_at: datetime
    ends_at: datetime
    settle_at: datetime
    settled_at: datetime | None
    goal: float | None
    total: float | None
    state: ChallengeState
    repeats: Repeats
    series_id: UUID | None
    creator: MemberCard | None
    participants: int
    created_at: datetime
    rules: list[RuleLine]
    may_edit: bool
    leader: Standing | None = None
    mine: Standing | None = None
    me: Participation | None = None


class Standings(Struct, frozen=True):
    """The top of a board, and the reader's neighbourhood."""

    participants: int
    top: list[Standing]
    around_me: list[Standing]
