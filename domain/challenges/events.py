"""What happens to challenges."""

from uuid import UUID

from msgspec import Struct


class StandingsMoved(Struct, frozen=True, tag=True):
    """Somebody joined, left, or has another score: the board has a new version."""

    challenge_id: UUID
