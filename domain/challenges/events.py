"""What happens to challenges."""

from enum import StrEnum
from uuid import UUID

from msgspec import Struct


class StandingsMoved(Struct, frozen=True, tag=True):
    """Somebody joined, left, or has another score: the board has a new version."""

    challenge_id: UUID


class News(StrEnum):
    """What a member hears about their challenges and workouts."""

    EDITED = "edited"
    CLOSED = "closed"
    SETTLED = "settled"
    CANCELLED = "cancelled"
    REPEATED = "repeated"
    QUARANTINED = "quarantined"
    REINSTATED = "reinstated"
    UPHELD = "upheld"


class ChallengeNews(Struct, frozen=True, tag=True):
    """News for one member: of a challenge they are in, or of a workout of theirs and fair play.

    `closed`: the window is over, and late logs count until it is settled. `settled`: with the rank and
    badges. `repeated`: `challenge_id` is the next one of a series, and the member is in it.
    """

    member_id: UUID
    what: News
    challenge_id: UUID | None = None
    title: str = ""
    workout_id: UUID | None = None
    rank: int | None = None
    badges: list[str] = []
