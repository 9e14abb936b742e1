"""Following: at once for a public profile, after approval for the others."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from domain.members.model import MemberCard


class FollowState(StrEnum):
    REQUESTED = "requested"
    ACCEPTED = "accepted"


class Follow(Struct, frozen=True):
    """That one member follows another, or asks to."""

    follower_id: UUID
    followee_id: UUID
    state: FollowState


class FollowRequest(Struct, frozen=True):
    """Somebody who asks to follow me."""

    member: MemberCard
    requested_at: datetime
