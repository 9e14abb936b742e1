"""A member: who they are to others, and how they like things."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from domain.text import written
from domain.visibility import Visibility

Handle = Annotated[
    str, Meta(pattern=r"^[a-z0-9_]{3,30}$(?!\n)", description="lower-case letters, digits and _")
]
"""The last part of the pattern is for Python, whose `$` also matches before a line break at the end."""
Name = Annotated[str, Meta(min_length=1, max_length=60, pattern=r"^[^\u0000]*[^\s\u0000][^\u0000]*$")]
Bio = Annotated[str, written(at_most=500)]
Email = Annotated[str, Meta(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
Password = Annotated[str, Meta(min_length=10, max_length=200)]
TimeZone = Annotated[str, Meta(min_length=1, max_length=64, description="an IANA name, as Europe/Vienna")]
Locale = Annotated[str, Meta(pattern=r"^[a-z]{2}(-[A-Z]{2})?$(?!\n)")]


class Role(StrEnum):
    OWNER = "owner"
    ADMIN = "admin"
    MODERATOR = "moderator"
    COACH = "coach"
    MEMBER = "member"


class Units(StrEnum):
    METRIC = "metric"
    IMPERIAL = "imperial"


class Theme(StrEnum):
    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Relation(StrEnum):
    """What the reader is to the member on the page."""

    SELF = "self"
    FOLLOWING = "following"
    REQUESTED = "requested"
    BLOCKED = "blocked"
    NONE = "none"


class Preferences(Struct, frozen=True, forbid_unknown_fields=True):
    units: Units = Units.METRIC
    tz: TimeZone = "UTC"
    locale: Locale = "en"
    week_start: Annotated[int, Meta(ge=1, le=7, description="1 is Monday")] = 1
    theme: Theme = Theme.SYSTEM
    profile_visibility: Visibility = Visibility.FOLLOWERS
    workout_visibility: Visibility = Visibility.FOLLOWERS


class Registration(Struct, frozen=True, forbid_unknown_fields=True):
    """What it takes to become a member. `id` is a UUIDv7 made by the client."""

    id: UUID
    email: Email
    password: Password
    handle: Handle
    name: Name
    tz: TimeZone = "UTC"
    locale: Locale = "en"
    units: Units = Units.METRIC


class SignIn(Struct, frozen=True, forbid_unknown_fields=True):
    """`login` is an e-mail address or a handle."""

    login: Annotated[str, written(at_least=1, at_most=254)]
    password: Annotated[str, Meta(min_length=1, max_length=200)]


class PasswordChange(Struct, frozen=True, forbid_unknown_fields=True):
    current: Annotated[str, Meta(min_length=1, max_length=200)]
    new: Password


class ProfileChange(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is absent stays as it is."""

    handle: Handle | None = None
    name: Name | None = None
    bio: Bio | None = None


class MemberCard(Struct, frozen=True):
    """A member as they appear beside whatever they did. `avatar` is a path on this hub."""

    id: UUID
    handle: str
    name: str
    avatar: str | None = None


class Profile(Struct, frozen=True):
    """A member's page. Counts and bio are None where the reader may see the card only."""

    member: MemberCard
    relation: Relation
    follows_me: bool
    joined_on: date
    role: Role
    visibility: Visibility
    bio: str | None = None
    workouts: int | None = None
    followers: int | None = None
    following: int | None = None


class Me(Struct, frozen=True):
    """The member who is asking, to themself alone."""

    id: UUID
    handle: str
    name: str
    bio: str
    email: str
    role: Role
    avatar: str | None
    preferences: Preferences
    follow_requests: int = 0


class SessionInfo(Struct, frozen=True):
    """Who this browser is signed in as. Send `csrf_token` as `X-CSRF-Token` with every change."""

    me: Me | None
    csrf_token: str | None
    demo: bool
    now: datetime


class Device(Struct, frozen=True):
    """One signed-in browser."""

    id: UUID
    current: bool
    created_at: datetime
    last_seen_at: datetime
    user_agent: str


class Scope(StrEnum):
    """What a personal access token may do."""

    PROFILE_READ = "profile:read"
    LOGS_READ = "logs:read"
    LOGS_WRITE = "logs:write"
    FEED_READ = "feed:read"
    FEED_WRITE = "feed:write"
    CHALLENGES_READ = "challenges:read"
    CHALLENGES_WRITE = "challenges:write"
    LIVE_READ = "live:read"
    LIVE_WRITE = "live:write"


class TokenDraft(Struct, frozen=True, forbid_unknown_fields=True):
    id: UUID
    name: Annotated[str, written(at_least=1, at_most=60)]
    scopes: Annotated[list[Scope], Meta(min_length=1, max_length=9)]
    expires_in_days: Annotated[int, Meta(ge=1, le=730)] = 365


class Token(Struct, frozen=True):
    id: UUID
    name: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    hint: str


class NewToken(Struct, frozen=True):
    """The one time that `secret` is shown."""

    token: Token
    secret: str
