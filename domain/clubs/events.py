"""What happens in clubs."""

from uuid import UUID

from msgspec import Struct

from domain.members.model import MemberCard


class ClubJoined(Struct, frozen=True, tag=True):
    club_id: UUID
    member: MemberCard


class ClubLeft(Struct, frozen=True, tag=True):
    club_id: UUID
    member_id: UUID
