"""What happens to members."""

from uuid import UUID

from msgspec import Struct

from domain.members.model import MemberCard, Preferences


class MemberJoined(Struct, frozen=True, tag=True):
    """A new account."""

    member: MemberCard


class ProfileChanged(Struct, frozen=True, tag=True):
    """A member changed how they appear."""

    member: MemberCard


class PreferencesChanged(Struct, frozen=True, tag=True):
    """A member changed how they like things. Only they hear it."""

    member_id: UUID
    preferences: Preferences
