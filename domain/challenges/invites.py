"""Invitation links. Only the hash of a link's token is stored; the link itself is shown once."""

import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain import database
from domain.challenges import actions, queries, teams
from domain.challenges.errors import (
    InviteIdTaken,
    NoSuchChallenge,
    NoSuchInvite,
    NotTakingPart,
    NotYourChallenge,
    NotYourTeam,
)
from domain.challenges.teams_model import Invitation, Invite, InviteDraft, NewInvite
from domain.identity.secrets import digest
from domain.members import cards

# Who takes part may bring others along; only a captain brings them into the team.
_RIGHTS = """
SELECT creator_id, openness, team.id AS team_id, team.captain_id,
    EXISTS (SELECT FROM challenge_member WHERE challenge_id = challenge.id AND member_id = $2) AS is_in
FROM challenge LEFT JOIN challenge_team AS team ON team.challenge_id = challenge.id AND team.id = $3
WHERE challenge.id = $1 AND may_see_challenge($2, challenge)
"""
_CREATE = """
INSERT INTO challenge_invite (id, challenge_id, team_id, token_hash, created_by, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (id) DO NOTHING
RETURNING id
"""
_LIST = f"""
SELECT invite.id, invite.team_id, invite.created_at, invite.expires_at, {cards.COLUMNS}
FROM challenge_invite AS invite JOIN member ON member.id = invite.created_by
WHERE invite.challenge_id = $1 AND invite.expires_at > $3
  AND (invite.created_by = $2 OR EXISTS (SELECT FROM challenge WHERE id = $1 AND creator_id = $2))
ORDER BY invite.created_at DESC, invite.id
LIMIT 100
"""
_REVOKE = """
DELETE FROM challenge_invite
WHERE challenge_id = $1 AND id = $2
  AND (created_by = $3 OR EXISTS (SELECT FROM challenge WHERE id = $1 AND creator_id = $3))
RETURNING id
"""
# An invitation by somebody who has blocked the reader, or is blocked, is none.
_FIND = f"""
SELECT invite.challenge_id, invite.team_id, {cards.COLUMNS}
FROM challenge_invite AS invite JOIN member ON member.id = invite.created_by
WHERE token_hash = $1 AND expires_at > $2 AND NOT are_apart($3, created_by)
"""
_PREFIX = "invite_"


async def create(challenge_id: UUID, draft: InviteDraft, *, by: UUID, now: datetime) -> NewInvite:
    """A new link. For a challenge by invitation its creator makes them, else whoever takes part.

    Raises NoSuchChallenge, NotYourChallenge, NotTakingPart, NotYourTeam, InviteIdTaken.
    """
    token = _PREFIX + secrets.token_urlsafe(24)
    expires_at = now + timedelta(days=draft.expires_in_days)
    async with database.transaction() as tx:
        row = await tx.connection.fetchrow(_RIGHTS, challenge_id, by, draft.team_id)
        if row is None:
            raise NoSuchChallenge
        _require_right(row, draft, by)
        values = (draft.id, challenge_id, draft.team_id, digest(token), by, now, expires_at)
        if await tx.connection.fetchval(_CREATE, *values) is None:
            raise InviteIdTaken
        creator = (await cards.of([by]))[by]
    return NewInvite(Invite(draft.id, draft.team_id, creator, now, expires_at), token)


def _require_right(row: Any, draft: InviteDraft, by: UUID) -> None:
    if draft.team_id is not None and row["captain_id"] != by:
        raise NotYourTeam
    if not row["is_in"] and row["creator_id"] != by:
        raise NotTakingPart
    is_captain = draft.team_id is not None and row["captain_id"] == by
    if row["openness"] == "invite" and row["creator_id"] != by and not is_captain:
        raise NotYourChallenge


async def list_invites(challenge_id: UUID, *, reader: UUID, now: datetime) -> list[Invite]:
    """My links that still work; for the creator, everybody's. Raises NoSuchChallenge."""
    await queries.kind_of(challenge_id, reader=reader)
    rows = await database.fetch(_LIST, challenge_id, reader, now)
    return [
        Invite(row["id"], row["team_id"], cards.card(row), row["created_at"], row["expires_at"])
        for row in rows
    ]


async def revoke(challenge_id: UUID, invite_id: UUID, *, by: UUID) -> None:
    """The link works no more. Raises NoSuchInvite, also for another's."""
    if await database.fetchval(_REVOKE, challenge_id, invite_id, by) is None:
        raise NoSuchInvite


async def look(token: str, *, reader: UUID, now: datetime) -> Invitation:
    """What a link leads to. Raises NoSuchInvite."""
    row = await database.fetchrow(_FIND, digest(token), now, reader)
    if row is None:
        raise NoSuchInvite
    challenge_id = row["challenge_id"]
    challenge = await queries.get_challenge(challenge_id, reader=reader, now=now, is_invited=True)
    team = None
    if row["team_id"] is not None:
        team = await teams.get_team(challenge_id, row["team_id"], reader=reader, is_invited=True)
    return Invitation(challenge, team, cards.card(row))


async def accept(token: str, *, member_id: UUID, now: datetime) -> UUID:
    """Take part, in the team if the link leads into one; the challenge's id. Again changes nothing.

    Raises NoSuchInvite, ChallengeOver, TeamFull, AlreadyBegun.
    """
    async with database.transaction() as tx:
        row = await tx.connection.fetchrow(_FIND, digest(token), now, member_id)
        if row is None:
            raise NoSuchInvite
        challenge_id: UUID = row["challenge_id"]
        await actions.join_in(tx, challenge_id, member_id=member_id, now=now, is_invited=True)
        if row["team_id"] is not None:
            await teams.enter_in(
                tx, challenge_id, row["team_id"], member_id=member_id, now=now, is_invited=True
            )
    return challenge_id
