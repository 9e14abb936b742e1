"""What happens between followers. Both sides hear it, but for a block."""

from uuid import UUID

from msgspec import Struct

from domain.members.model import MemberCard


class FollowRequested(Struct, frozen=True, tag=True):
    follower: MemberCard
    followee_id: UUID


class FollowAccepted(Struct, frozen=True, tag=True):
    """`follower` follows `followee` from now on."""

    follower: MemberCard
    followee: MemberCard


class Blocked(Struct, frozen=True, tag=True):
    """Neither sees the other any more. Only who blocks is told."""

    blocker_id: UUID
    blocked_id: UUID


class FollowEnded(Struct, frozen=True, tag=True):
    """Unfollowed, refused, withdrawn, removed or blocked: there is no tie any more."""

    follower_id: UUID
    followee_id: UUID
