"""What becomes of a challenge, and how others are found, as they are shown."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct, field

from domain.challenges.model import (
    Challenge,
    Kind,
    Metric,
    Openness,
    Repeats,
    RuleLine,
    Sides,
    Standing,
    Terms,
)
from domain.challenges.teams_model import Team
from domain.workouts.model import Sport


class BadgeCode(StrEnum):
    """`finisher`: something counted. `goal`: the goal was reached, alone or together. `team`: with the team
    or club that won."""

    GOLD = "gold"
    SILVER = "silver"
    BRONZE = "bronze"
    FINISHER = "finisher"
    GOAL = "goal"
    TEAM = "team"


class Results(Struct, frozen=True):
    """How a settled challenge ended. The podium has everybody on the first three ranks, up to twelve."""

    challenge_id: UUID
    settled_at: datetime
    participants: int
    podium: list[Standing]
    teams: list[Team]
    mine: Standing | None
    badges: list[BadgeCode]


class Badge(Struct, frozen=True):
    """What somebody took home from a settled challenge."""

    code: BadgeCode
    challenge_id: UUID
    title: str
    kind: Kind
    metric: Metric
    rank: int
    score: float
    settled_at: datetime


class Reason(StrEnum):
    """Why a challenge is recommended."""

    FRIENDS = "friends"
    YOUR_SPORTS = "your_sports"
    YOUR_CLUB = "your_club"
    POPULAR = "popular"


class Recommendation(Struct, frozen=True):
    """`friends` says how many of those I follow take part, `sports` which of mine count."""

    challenge: Challenge
    reasons: list[Reason]
    friends: int
    sports: list[Sport]


class Template(Struct, frozen=True):
    """A good beginning for a challenge: what differs from a plain draft. `days` is how long it lasts."""

    code: str
    kind: Kind
    metric: Metric
    days: int
    sports: list[Sport] = []
    terms: Terms = field(default_factory=Terms)
    goal: float | None = None
    sides: Sides = Sides.INDIVIDUALS
    openness: Openness = Openness.PUBLIC
    repeats: Repeats = Repeats.NEVER


class Summary(Struct, frozen=True):
    """The rules of a draft in plain words, before it is made."""

    rules: list[RuleLine]
