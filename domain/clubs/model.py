"""Clubs: members who train together."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Struct

from domain.members.model import MemberCard
from domain.text import written
from domain.workouts.model import Slug


class ClubRole(StrEnum):
    ORGANISER = "organiser"
    MEMBER = "member"


class ClubDraft(Struct, frozen=True, forbid_unknown_fields=True):
    id: UUID
    slug: Slug
    name: Annotated[str, written(at_least=1, at_most=60)]
    description: Annotated[str, written(at_most=1_000)] = ""


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
