"""Telling everybody in a challenge, in portions: however many they are, nothing waits for it."""

from uuid import UUID

from domain import database
from domain.challenges.events import ChallengeNews, News
from domain.database import Transaction

PORTION = 500
AT_ONCE = 200
"""Where it must be told in the transaction itself, because nothing of the challenge stays, so many are."""

_ANNOUNCE = "INSERT INTO challenge_broadcast (challenge_id, what) VALUES ($1, $2)"
_NEXT = """
SELECT broadcast.id, broadcast.challenge_id, what, upto, title
FROM challenge_broadcast AS broadcast JOIN challenge ON challenge.id = challenge_id
WHERE NOT EXISTS (
    SELECT FROM challenge_broadcast AS earlier
    WHERE earlier.challenge_id = broadcast.challenge_id AND earlier.id < broadcast.id
)
ORDER BY broadcast.id
LIMIT 1
FOR UPDATE OF broadcast SKIP LOCKED
"""
_LISTENERS = """
SELECT membership.member_id, result.rank, result.badges
FROM challenge_member AS membership
LEFT JOIN challenge_result AS result USING (challenge_id, member_id)
WHERE challenge_id = $1 AND member_id > $2
ORDER BY member_id
LIMIT $3
"""
_GO_ON = "UPDATE challenge_broadcast SET upto = $2 WHERE id = $1"
_DONE = "DELETE FROM challenge_broadcast WHERE id = $1"
_SOME = """
SELECT member_id FROM challenge_member
WHERE challenge_id = $1 AND member_id <> $2
ORDER BY member_id LIMIT $3
"""
_NOBODY = UUID(int=0)


async def announce(tx: Transaction, challenge_id: UUID, what: News) -> None:
    """Everybody in the challenge hears of it, soon after the commit."""
    await tx.connection.execute(_ANNOUNCE, challenge_id, what)


async def last_words(tx: Transaction, challenge_id: UUID, what: News, *, title: str, but: UUID) -> None:
    """Tell now, because the challenge itself goes."""
    for row in await tx.connection.fetch(_SOME, challenge_id, but, AT_ONCE):
        tx.record(ChallengeNews(row["member_id"], what, challenge_id, title))


async def spread(*, portions: int = 20) -> int:
    """Tell the next portions of members; how many were told.

    Each is told exactly once, and of one challenge in the order of what happened.
    """
    told = 0
    for _ in range(portions):
        async with database.transaction() as tx:
            row = await tx.connection.fetchrow(_NEXT)
            if row is None:
                break
            listeners = await tx.connection.fetch(
                _LISTENERS, row["challenge_id"], row["upto"] or _NOBODY, PORTION
            )
            for one in listeners:
                tx.record(
                    ChallengeNews(
                        one["member_id"],
                        News(row["what"]),
                        row["challenge_id"],
                        row["title"],
                        rank=one["rank"],
                        badges=list(one["badges"] or []),
                    )
                )
            if len(listeners) < PORTION:
                await tx.connection.execute(_DONE, row["id"])
            else:
                await tx.connection.execute(_GO_ON, row["id"], listeners[-1]["member_id"])
            told += len(listeners)
    return told
