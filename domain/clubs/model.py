"""Clubs: members who train together."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from domain.members.model import MemberCard
from domain.workouts.model import Slug


class ClubRole(StrEnum):
    ORGANISER = "organiser"
    MEMBER = "member"


class ClubDraft(Struct, frozen=True, forbid_unknown_fields=True):
    id: UUID
    slug: Slug
    name: Annotated[str, Meta(min_length=1, max_length=60)]
    description: Annotated[str, Meta(max_length=1_000)] = ""


class Club(Struct, frozen=True):
    """A club as one reader sees it; `my_role` is None for who is not in it."""

    id: UUID
    slug: str
    name: str
    description: str
    members: int
    my_role: ClubRole | None
    created_at: datetime


class ClubMember(Struct, frozen=True):
    member: MemberCard
    role: ClubRole
    joined_at: datetime
