"""Who follows whom, as far as the reader may know."""

from uuid import UUID

from domain import database
from domain.follows.access import Sight
from domain.follows.model import FollowRequest
from domain.members.cards import COLUMNS, card
from domain.members.errors import NoSuchMember
from domain.members.model import MemberCard
from domain.pages import NEWEST, After, Page, page, position

_MAY_READ = "SELECT may_see($1, $2, 'followers')"
_FOLLOWERS = f"""
SELECT {COLUMNS}, follow.created_at
FROM follow JOIN member ON member.id = follow.follower_id
WHERE follow.followee_id = $1 AND follow.state = 'accepted'
  AND (follow.created_at, follow.follower_id) < ($3, $4)
  AND NOT are_apart($2, follow.follower_id)
ORDER BY follow.created_at DESC, follow.follower_id DESC
LIMIT $5
"""
_FOLLOWING = f"""
SELECT {COLUMNS}, follow.created_at
FROM follow JOIN member ON member.id = follow.followee_id
WHERE follow.follower_id = $1 AND follow.state = 'accepted'
  AND (follow.created_at, follow.followee_id) < ($3, $4)
  AND NOT are_apart($2, follow.followee_id)
ORDER BY follow.created_at DESC, follow.followee_id DESC
LIMIT $5
"""
_REQUESTS = f"""
SELECT {COLUMNS}, follow.created_at
FROM follow JOIN member ON member.id = follow.follower_id
WHERE follow.followee_id = $1 AND follow.state = 'requested'
ORDER BY follow.created_at DESC, follow.follower_id DESC
LIMIT $2
"""
_BLOCKED = f"""
SELECT {COLUMNS}
FROM block JOIN member ON member.id = block.blocked_id
WHERE block.blocker_id = $1
ORDER BY block.created_at DESC, block.blocked_id DESC
LIMIT $2
"""


async def may_read(reader: UUID, *, author_id: UUID) -> bool:
    """Whether a reader may hear all that an author shares with followers."""
    return await database.fetchval(_MAY_READ, reader, author_id) is True


async def list_followers(
    sight: Sight, *, reader: UUID | None, cursor: str | None = None, limit: int = 20
) -> Page[MemberCard]:
    """Who follows a member, the latest first. Raises NoSuchMember where the profile is not for the reader."""
    return await _list(_FOLLOWERS, sight, reader=reader, cursor=cursor, limit=limit)


async def list_following(
    sight: Sight, *, reader: UUID | None, cursor: str | None = None, limit: int = 20
) -> Page[MemberCard]:
    """Whom a member follows, the latest first. Raises NoSuchMember like list_followers."""
    return await _list(_FOLLOWING, sight, reader=reader, cursor=cursor, limit=limit)


async def list_requests(*, followee_id: UUID, limit: int = 100) -> list[FollowRequest]:
    """Who asks to follow me, the latest first."""
    rows = await database.fetch(_REQUESTS, followee_id, limit)
    return [FollowRequest(member=card(row), requested_at=row["created_at"]) for row in rows]


async def list_blocked(*, blocker_id: UUID, limit: int = 100) -> list[MemberCard]:
    """Whom I have blocked, the latest first."""
    return [card(row) for row in await database.fetch(_BLOCKED, blocker_id, limit)]


async def _list(
    statement: str, sight: Sight, *, reader: UUID | None, cursor: str | None, limit: int
) -> Page[MemberCard]:
    if not sight.profile:
        raise NoSuchMember
    start = position(cursor, start=NEWEST)
    rows = await database.fetch(statement, sight.owner.id, reader, start.at, start.id, limit + 1)
    found = page(rows, limit=limit, place=lambda row: After(row["created_at"], row["member_id"]))
    return Page([card(row) for row in found.items], found.next_cursor)
