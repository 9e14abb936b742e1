"""Feeds and posts, as one reader sees them.

Nothing is written a follower: a home feed is read from its authors. From each of them come at most as many
posts as the page holds, off the end of an index, and the newest of these are the page. So it costs a short
look a followee, whatever they have posted and however many others follow them.
"""

from uuid import UUID

from domain import database
from domain.feed.errors import NoSuchPost
from domain.feed.model import Comment, Post
from domain.feed.posts import IS_SHOWN, SELECT_POSTS, decode
from domain.follows.access import Sight
from domain.members.cards import COLUMNS, card
from domain.pages import NEWEST, OLDEST, After, Page, page, position

# Whoever the reader follows lets them see all but what is private: a block ends the following.
_HOME = f"""
WITH author AS (
    SELECT followee_id AS id FROM follow WHERE follower_id = $1 AND state = 'accepted'
    UNION ALL
    SELECT $1
), newest AS MATERIALIZED (
    SELECT recent.id
    FROM author CROSS JOIN LATERAL (
        SELECT post.id, post.created_at
        FROM post
        WHERE post.author_id = author.id
          AND {IS_SHOWN}
          AND (post.visibility <> 'private' OR author.id = $1)
          AND (post.created_at, post.id) < ($2, $3)
        ORDER BY post.created_at DESC, post.id DESC
        LIMIT $4
    ) AS recent
    ORDER BY recent.created_at DESC, recent.id DESC
    LIMIT $4
)
{SELECT_POSTS}
WHERE post.id IN (SELECT id FROM newest)
ORDER BY post.created_at DESC, post.id DESC
"""
_BY_AUTHOR = f"""
{SELECT_POSTS}
WHERE post.author_id = $2 AND {IS_SHOWN} AND post.visibility = ANY($3)
  AND (post.created_at, post.id) < ($4, $5)
ORDER BY post.created_at DESC, post.id DESC
LIMIT $6
"""
_GET = f"""
{SELECT_POSTS}
WHERE post.id = $2 AND {IS_SHOWN} AND may_see($1, post.author_id, post.visibility)
"""
_COMMENTS = f"""
SELECT comment.*, {COLUMNS}
FROM comment JOIN member ON member.id = comment.author_id
WHERE comment.post_id = $2
  AND (comment.created_at, comment.id) > ($3, $4)
  AND NOT are_apart($1, comment.author_id)
ORDER BY comment.created_at, comment.id
LIMIT $5
"""


async def read_home(*, reader: UUID, cursor: str | None = None, limit: int = 20) -> Page[Post]:
    """A page of the reader's posts and of those they follow, newest first."""
    start = position(cursor, start=NEWEST)
    rows = await database.fetch(_HOME, reader, start.at, start.id, limit + 1)
    return _page([decode(row) for row in rows], limit)


async def list_posts(
    sight: Sight, *, reader: UUID | None, cursor: str | None = None, limit: int = 20
) -> Page[Post]:
    """A page of what is in sight of one member's posts, newest first."""
    start = position(cursor, start=NEWEST)
    rows = await database.fetch(
        _BY_AUTHOR, reader, sight.owner.id, sight.levels, start.at, start.id, limit + 1
    )
    return _page([decode(row) for row in rows], limit)


async def get_post(post_id: UUID, *, reader: UUID | None) -> Post:
    """Raises NoSuchPost, also for one that the reader may not see."""
    row = await database.fetchrow(_GET, reader, post_id)
    if row is None:
        raise NoSuchPost
    return decode(row)


async def list_comments(
    post_id: UUID, *, reader: UUID | None, cursor: str | None = None, limit: int = 20
) -> Page[Comment]:
    """A page of a post's comments, oldest first, without those of members apart from the reader.

    Raises NoSuchPost, also for one that the reader may not see.
    """
    start = position(cursor, start=OLDEST)
    await get_post(post_id, reader=reader)
    rows = await database.fetch(_COMMENTS, reader, post_id, start.at, start.id, limit + 1)
    found = [Comment(row["id"], row["post_id"], card(row), row["text"], row["created_at"]) for row in rows]
    return page(found, limit=limit, place=_place)


def _page(posts: list[Post], limit: int) -> Page[Post]:
    return page(posts, limit=limit, place=_place)


def _place(one: Post | Comment) -> After:
    return After(one.created_at, one.id)
