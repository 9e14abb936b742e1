"""What members do with challenges."""

from datetime import datetime
from typing import Any
from uuid import UUID

from domain import database
from domain.challenges import ledger, rules, standings
from domain.challenges.errors import ChallengeIdTaken, ChallengeOver, NoSuchChallenge, NotYourChallenge
from domain.challenges.model import ChallengeDraft
from domain.database import Transaction
from domain.members.model import Role

_CREATE = """
INSERT INTO challenge
    (id, creator_id, title, description, metric, sports, starts_on, ends_on, tz, starts_at, ends_at, goal,
     created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (id) DO NOTHING
RETURNING id, metric, sports, starts_at, ends_at
"""
_CREATOR = "SELECT creator_id FROM challenge WHERE id = $1"

# The lock keeps the challenge from being deleted meanwhile, and lets others join.
_FOR_JOINING = "SELECT id, metric, sports, starts_at, ends_at FROM challenge WHERE id = $1 FOR KEY SHARE"
_JOIN = """
INSERT INTO challenge_member (challenge_id, member_id, joined_at, reached_at)
VALUES ($1, $2, $3, $3)
ON CONFLICT (challenge_id, member_id) DO NOTHING
RETURNING true
"""
_LEAVE = "DELETE FROM challenge_member WHERE challenge_id = $1 AND member_id = $2 RETURNING true"
_FOR_DELETION = "SELECT creator_id FROM challenge WHERE id = $1 FOR UPDATE"
_DELETE = "DELETE FROM challenge WHERE id = $1"


async def create(draft: ChallengeDraft, *, creator_id: UUID, now: datetime) -> bool:
    """Make a challenge, with its creator in it; False if this is a repetition of having done so.

    Raises PointlessChallenge, UnknownTimeZone, ChallengeIdTaken.
    """
    async with database.transaction() as tx:
        return await create_in(tx, draft, creator_id=creator_id, now=now)


async def create_in(tx: Transaction, draft: ChallengeDraft, *, creator_id: UUID, now: datetime) -> bool:
    """Make a challenge within a larger transaction."""
    starts_at, ends_at = rules.accept(draft, now=now)
    row = await tx.connection.fetchrow(
        _CREATE,
        *(draft.id, creator_id, draft.title.strip(), draft.description.strip(), draft.metric),
        *(sorted(set(draft.sports)), draft.starts_on, draft.ends_on, draft.tz, starts_at, ends_at),
        *(draft.goal, now),
    )
    if row is None:
        if await tx.connection.fetchval(_CREATOR, draft.id) != creator_id:
            raise ChallengeIdTaken
        return False
    await _take_part(tx, row, creator_id, now)
    return True


async def join(challenge_id: UUID, *, member_id: UUID, now: datetime) -> None:
    """Take part; what the member has logged in the window counts. Joining again changes nothing.

    Raises NoSuchChallenge, ChallengeOver.
    """
    async with database.transaction() as tx:
        await join_in(tx, challenge_id, member_id=member_id, now=now)


async def join_in(tx: Transaction, challenge_id: UUID, *, member_id: UUID, now: datetime) -> None:
    """Take part, within a larger transaction."""
    row = await tx.connection.fetchrow(_FOR_JOINING, challenge_id)
    if row is None:
        raise NoSuchChallenge
    if now >= row["ends_at"]:
        raise ChallengeOver
    await _take_part(tx, row, member_id, now)


async def leave(challenge_id: UUID, *, member_id: UUID) -> None:
    """Take part no more: the score goes. Leaving again changes nothing. Raises NoSuchChallenge."""
    async with database.transaction() as tx:
        if await tx.connection.fetchrow(_FOR_JOINING, challenge_id) is None:
            raise NoSuchChallenge
        await standings.lock_scores(tx, member_id)
        if await tx.connection.fetchval(_LEAVE, challenge_id, member_id):
            ledger.moved(tx, challenge_id)


async def delete(challenge_id: UUID, *, by: UUID, role: Role) -> None:
    """Delete one's own challenge, or any as a moderator. Raises NoSuchChallenge, NotYourChallenge."""
    async with database.transaction() as tx:
        row = await tx.connection.fetchrow(_FOR_DELETION, challenge_id)
        if row is None:
            raise NoSuchChallenge
        if row["creator_id"] != by and role not in rules.MODERATORS:
            raise NotYourChallenge
        await tx.connection.execute(_DELETE, challenge_id)
        ledger.moved(tx, challenge_id)


async def _take_part(tx: Transaction, challenge: Any, member_id: UUID, now: datetime) -> None:
    await standings.lock_scores(tx, member_id)
    if await tx.connection.fetchval(_JOIN, challenge["id"], member_id, now):
        await standings.count_past(tx, challenge, member_id)
        ledger.moved(tx, challenge["id"])
