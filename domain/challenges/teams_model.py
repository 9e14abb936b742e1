"""How people take part: as whom, in which team, by which invitation."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from domain.challenges.fair_model import BodyWeight
from domain.challenges.model import Alias, Challenge, ClubName
from domain.members.model import MemberCard
from domain.text import written

Token = Annotated[str, Meta(min_length=20, max_length=200, pattern=r"^[A-Za-z0-9_.-]+$(?!\n)")]


class ParticipationChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What is absent stays as it is; null takes an alias or a weight back."""

    hidden: bool | UnsetType = UNSET
    alias: Alias | UnsetType | None = UNSET
    body_weight_kg: BodyWeight | UnsetType | None = UNSET


class TeamDraft(Struct, frozen=True, forbid_unknown_fields=True):
    """Into an open team everybody may go; into another one, who its captain invites."""

    id: UUID
    name: Annotated[str, written(at_least=1, at_most=40)]
    is_open: bool = True


class TeamEdit(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is absent stays as it is. `captain_id` hands the team over to another of its members."""

    name: Annotated[str, written(at_least=1, at_most=40)] | None = None
    is_open: bool | None = None
    captain_id: UUID | None = None


class Team(Struct, frozen=True):
    """A side and how it stands. `is_mine`: I am in it."""

    id: UUID
    name: str
    captain: MemberCard | None
    club: ClubName | None
    is_open: bool
    members: int
    score: float
    rank: int
    is_mine: bool


class TeamMember(Struct, frozen=True):
    member: MemberCard
    is_captain: bool
    score: float
    workouts: int


class InviteDraft(Struct, frozen=True, forbid_unknown_fields=True):
    """`team_id`: the link also leads into this team."""

    id: UUID
    team_id: UUID | None = None
    expires_in_days: Annotated[int, Meta(ge=1, le=90)] = 14


class Invite(Struct, frozen=True):
    id: UUID
    team_id: UUID | None
    created_by: MemberCard
    created_at: datetime
    expires_at: datetime


class NewInvite(Struct, frozen=True):
    """The one time that `token` is shown."""

    invite: Invite
    token: str


class InviteToken(Struct, frozen=True, forbid_unknown_fields=True):
    token: Token


class Invitation(Struct, frozen=True):
    """What somebody is invited to."""

    challenge: Challenge
    team: Team | None
    invited_by: MemberCard


class EmbedLink(Struct, frozen=True):
    """A board for other websites. `path` is a page on this hub; `token` opens its data."""

    token: str
    path: str
