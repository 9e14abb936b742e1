"""Follow, approve, end, block. Both sides of a tie hear of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from domain import database
from domain.database import Transaction
from domain.follows.errors import FollowsEnough, NoSuchRequest, NotYourself
from domain.follows.events import Blocked, FollowAccepted, FollowEnded, FollowRequested
from domain.follows.model import Follow, FollowState
from domain.members import cards
from domain.members.errors import NoSuchMember
from domain.members.model import MemberCard
from domain.visibility import Visibility

MOST_FOLLOWED = 5_000
"""A home feed costs a look at each followee, so their number has an end."""

# Following and blocking look at one table and write another: between two members one after the other.
_LOCK_PAIR = """
SELECT pg_advisory_xact_lock(
    hashtextextended(least($1::uuid, $2::uuid)::text || greatest($1::uuid, $2::uuid)::text, 0)
)
"""
_OTHER = f"""
SELECT {cards.COLUMNS}, profile_visibility, are_apart($2, id) AS apart,
    EXISTS (SELECT FROM block WHERE blocker_id = id AND blocked_id = $2) AS blocks_me
FROM member WHERE handle = $1
"""
_CARD = f"SELECT {cards.COLUMNS} FROM member WHERE id = $1"
_FOLLOW_COUNT = "SELECT count(*) FROM follow WHERE follower_id = $1"
_FOLLOW = """
INSERT INTO follow (follower_id, followee_id, state, created_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (follower_id, followee_id) DO UPDATE SET state = excluded.state, created_at = excluded.created_at
"""
_STATE = "SELECT state FROM follow WHERE follower_id = $1 AND followee_id = $2"
_ACCEPT = """
UPDATE follow SET state = 'accepted', created_at = $3
WHERE follower_id = $1 AND followee_id = $2 AND state = 'requested'
RETURNING follower_id
"""
_REFUSE = """
DELETE FROM follow WHERE follower_id = $1 AND followee_id = $2 AND state = 'requested'
RETURNING follower_id
"""
_END = "DELETE FROM follow WHERE follower_id = $1 AND followee_id = $2 RETURNING follower_id"
_END_BOTH = """
DELETE FROM follow
WHERE (follower_id = $1 AND followee_id = $2) OR (follower_id = $2 AND followee_id = $1)
RETURNING follower_id, followee_id
"""
_BLOCK = """
INSERT INTO block (blocker_id, blocked_id, created_at) VALUES ($1, $2, $3)
ON CONFLICT DO NOTHING RETURNING true
"""
_UNBLOCK = """
DELETE FROM block USING member
WHERE member.handle = $2 AND block.blocked_id = member.id AND block.blocker_id = $1
"""


class _Other(Struct, frozen=True):
    card: MemberCard
    profile: Visibility


async def follow(handle: str, *, follower_id: UUID, now: datetime) -> Follow:
    """Follow a public profile at once, ask the others; again changes nothing.

    Raises NoSuchMember, also where one has blocked the other, NotYourself, FollowsEnough.
    """
    async with database.transaction() as tx:
        other = await _other(tx, handle, me=follower_id)
        followee_id = other.card.id
        wanted = FollowState.ACCEPTED if other.profile is Visibility.PUBLIC else FollowState.REQUESTED
        stored = await tx.connection.fetchval(_STATE, follower_id, followee_id)
        if stored in (FollowState.ACCEPTED, wanted):
            return Follow(follower_id, followee_id, FollowState(stored))
        if await tx.connection.fetchval(_FOLLOW_COUNT, follower_id) >= MOST_FOLLOWED:
            raise FollowsEnough
        await tx.connection.execute(_FOLLOW, follower_id, followee_id, wanted, now)
        follower = await _card(tx, follower_id)
        if wanted is FollowState.ACCEPTED:
            tx.record(FollowAccepted(follower, other.card))
        else:
            tx.record(FollowRequested(follower, followee_id))
    return Follow(follower_id, followee_id, wanted)


async def unfollow(handle: str, *, follower_id: UUID) -> None:
    """Stop following, or asking to; fine if there was neither. Raises NoSuchMember, NotYourself."""
    async with database.transaction() as tx:
        other = await _other(tx, handle, me=follower_id)
        await _end(tx, _END, follower_id=follower_id, followee_id=other.card.id)


async def approve(follower_id: UUID, *, followee_id: UUID, now: datetime) -> None:
    """Let somebody who asked follow me. Raises NoSuchRequest."""
    async with database.transaction() as tx:
        await _lock_pair(tx, follower_id, followee_id)
        if await tx.connection.fetchval(_ACCEPT, follower_id, followee_id, now) is None:
            raise NoSuchRequest
        tx.record(FollowAccepted(await _card(tx, follower_id), await _card(tx, followee_id)))


async def refuse(follower_id: UUID, *, followee_id: UUID) -> None:
    """Do not let somebody follow me; fine if they do not ask (any more)."""
    async with database.transaction() as tx:
        await _end(tx, _REFUSE, follower_id=follower_id, followee_id=followee_id)


async def remove_follower(handle: str, *, followee_id: UUID) -> None:
    """Somebody follows me no longer, or asks to. Raises NoSuchMember, NotYourself."""
    async with database.transaction() as tx:
        other = await _other(tx, handle, me=followee_id)
        await _end(tx, _END, follower_id=other.card.id, followee_id=followee_id)


async def block(handle: str, *, blocker_id: UUID, now: datetime) -> None:
    """Neither follows nor sees the other any more; again changes nothing.

    Raises NoSuchMember, also where they have blocked me: that is not to be found out; NotYourself.
    """
    async with database.transaction() as tx:
        other = await _other(tx, handle, me=blocker_id, to_block=True)
        if await tx.connection.fetchval(_BLOCK, blocker_id, other.card.id, now):
            tx.record(Blocked(blocker_id, other.card.id))
        for row in await tx.connection.fetch(_END_BOTH, blocker_id, other.card.id):
            tx.record(FollowEnded(row["follower_id"], row["followee_id"]))


async def unblock(handle: str, *, blocker_id: UUID) -> None:
    """Fine if they were not blocked. Follows do not come back by themselves."""
    async with database.transaction() as tx:
        await tx.connection.execute(_UNBLOCK, blocker_id, handle)


async def _other(tx: Transaction, handle: str, *, me: UUID, to_block: bool = False) -> _Other:
    """The member of this handle, the pair locked before the answer counts.

    Whom I have blocked is not there for me, except to be blocked again.
    """
    row = await tx.connection.fetchrow(_OTHER, handle, me)
    if row is None:
        raise NoSuchMember
    if row["member_id"] == me:
        raise NotYourself
    await _lock_pair(tx, me, row["member_id"])
    row = await tx.connection.fetchrow(_OTHER, handle, me)
    if row is None or row["blocks_me" if to_block else "apart"]:
        raise NoSuchMember
    return _Other(cards.card(row), Visibility(row["profile_visibility"]))


async def _end(tx: Transaction, statement: str, *, follower_id: UUID, followee_id: UUID) -> None:
    if await tx.connection.fetchval(statement, follower_id, followee_id) is not None:
        tx.record(FollowEnded(follower_id, followee_id))


async def _lock_pair(tx: Transaction, one: UUID, other: UUID) -> None:
    await tx.connection.execute(_LOCK_PAIR, one, other)


async def _card(tx: Transaction, member_id: UUID) -> MemberCard:
    row: Any = await tx.connection.fetchrow(_CARD, member_id)
    return cards.card(row)
