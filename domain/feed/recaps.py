"""The post that tells how a challenge ended: by its creator, for those who follow them.

It shows what the results say when it is read, so that who hides or leaves is in it no more.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from domain.challenges.totals import shown
from domain.database import Transaction
from domain.feed.events import PostPublished
from domain.feed.model import Post, PostKind, Recap
from domain.members import cards
from domain.visibility import Visibility

COLUMN = """
CASE WHEN post.kind = 'recap' THEN (
    SELECT json_build_object(
        'challenge_id', challenge.id, 'title', challenge.title, 'kind', challenge.kind,
        'metric', challenge.metric,
        'participants', (SELECT count(*) FROM challenge_member WHERE challenge_id = challenge.id),
        'podium', (
            SELECT coalesce(json_agg(json_build_object('rank', rank, 'name', name, 'score', score)), '[]')
            FROM (
                SELECT result.rank, coalesce(alias, member.name) AS name, result.score
                FROM challenge_result AS result
                JOIN challenge_member AS membership USING (challenge_id, member_id)
                JOIN member ON member.id = result.member_id
                WHERE result.challenge_id = challenge.id AND result.rank <= 3 AND NOT hidden
                ORDER BY result.rank, result.reached_at, result.member_id
                LIMIT 6
            ) AS placed
        )
    )
    FROM challenge WHERE challenge.id = post.challenge_id
) END
"""
"""For the SELECT list of a query on `post`: what it recaps, as the results are now."""

_PUBLISH = """
INSERT INTO post (author_id, challenge_id, kind, text, visibility, created_at)
VALUES ($1, $2, 'recap', '', 'followers', $3)
ON CONFLICT (challenge_id) DO NOTHING
RETURNING id
"""
_RECAP = f"SELECT {COLUMN} AS recap FROM post WHERE post.id = $1"


async def publish(tx: Transaction, challenge_id: UUID, *, author_id: UUID, now: datetime) -> None:
    """Tell an author's followers how a challenge ended, once there are results; again changes nothing."""
    post_id = await tx.connection.fetchval(_PUBLISH, author_id, challenge_id, now)
    if post_id is None:
        return
    recap = decode(await tx.connection.fetchval(_RECAP, post_id))
    author = (await cards.of([author_id]))[author_id]
    post = Post(post_id, author, PostKind.RECAP, "", Visibility.FOLLOWERS, now, 0, 0, recap=recap)
    tx.record(PostPublished(post))


def decode(written: Any) -> Recap:
    """The recap in COLUMN."""
    recap = msgspec.json.decode(written, type=Recap)
    podium = [msgspec.structs.replace(one, score=shown(recap.kind, one.score)) for one in recap.podium]
    return msgspec.structs.replace(recap, podium=podium)
