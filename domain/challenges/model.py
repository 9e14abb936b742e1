"""Challenges: who did the most in a window of time, on a board that moves as logs arrive."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from domain.members.model import MemberCard, TimeZone
from domain.text import written
from domain.workouts.model import Sport


class Metric(StrEnum):
    """What is added up: metres, seconds, kilograms lifted, or workouts."""

    DISTANCE = "distance"
    DURATION = "duration"
    VOLUME = "volume"
    COUNT = "count"


class ChallengeState(StrEnum):
    UPCOMING = "upcoming"
    ACTIVE = "active"
    ENDED = "ended"


class ChallengeDraft(Struct, frozen=True, forbid_unknown_fields=True):
    """`starts_on` and `ends_on` are days in `tz`, both counted. No sports means all of them.

    `goal` is in the unit of the metric: metres, seconds, kilograms, workouts.
    """

    id: UUID
    title: Annotated[str, written(at_least=1, at_most=80)]
    metric: Metric
    starts_on: date
    ends_on: date
    tz: TimeZone
    description: Annotated[str, written(at_most=1_000)] = ""
    sports: Annotated[list[Sport], Meta(max_length=12)] = []
    goal: Annotated[float, Meta(gt=0, le=1e12)] | None = None


class Standing(Struct, frozen=True):
    """A member's place. Equal scores share a rank; within one, who got there first stands first."""

    rank: int
    member: MemberCard
    score: float
    workouts: int
    reached_at: datetime | None


class Challenge(Struct, frozen=True):
    """A challenge as one reader sees it: `mine` is None for who has not joined.

    It counts workouts that started at or after `starts_at` and before `ends_at`.
    """

    id: UUID
    title: str
    description: str
    metric: Metric
    sports: list[Sport]
    starts_on: date
    ends_on: date
    tz: str
    starts_at: datetime
    ends_at: datetime
    goal: float | None
    state: ChallengeState
    creator: MemberCard
    participants: int
    created_at: datetime
    leader: Standing | None = None
    mine: Standing | None = None


class Standings(Struct, frozen=True):
    """The top of a board at version `seq` of its live channel, and the reader's neighbourhood."""

    epoch: int
    seq: int
    participants: int
    top: list[Standing]
    around_me: list[Standing]
