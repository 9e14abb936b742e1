"""Moved scores on their way to the boards: an append-only queue whose writers do not wait for each other.

Triggers on `challenge_member` write a move for each row that is inserted, updated or deleted, in the same
transaction, so an action only has to say `moved`, which wakes the readers after the commit.

A reader keeps a transaction number, not an id: ids are given before the commit, and a slower transaction
commits a smaller one later. Below the oldest running transaction (`pg_snapshot_xmin`) nothing can appear any
more, so that is how far a reader may advance; what is visible beyond it is read as well, and read again next
time.
A move says whose score is to be looked at, not what it is: reading one twice does no harm.
"""

from collections.abc import Collection
from uuid import UUID

from msgspec import Struct

from domain import database
from domain.challenges.events import StandingsMoved
from domain.database import Transaction

SHARDS = 16
"""Boards are shared out among the nodes by shard, as `board_shard()` in the database says."""

# Without moves there is one row all the same: it tells the oldest running transaction.
_READ = """
SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS upto,
    move.xid::text::bigint AS xid, move.id, move.challenge_id, move.member_id
FROM (SELECT) AS one
LEFT JOIN (
    SELECT xid, id, challenge_id, member_id
    FROM score_move
    WHERE (xid, id) > ($1::text::xid8, $2::bigint) AND board_shard(challenge_id) = ANY($3::int[])
    ORDER BY xid, id
    LIMIT $4
) AS move ON true
"""


class Move(Struct, frozen=True):
    """Somebody's score on a board is another one. Without a member: the challenge is gone."""

    xid: int
    id: int
    challenge_id: UUID
    member_id: UUID | None


def moved(tx: Transaction, challenge_id: UUID) -> None:
    """Scores of this challenge move in this transaction: wake its board after the commit. Say it as often as
    you like. The moves themselves are written by triggers."""
    event = StandingsMoved(challenge_id)
    if event not in tx.events:
        tx.record(event)


def shard_of(challenge_id: UUID) -> int:
    return challenge_id.int % SHARDS


async def read(shards: Collection[int], *, after: tuple[int, int], limit: int) -> tuple[int, list[Move]]:
    """The moves after `(xid, id)`, and the transaction from which on more may appear: the next reading begins
    there, at `(xid, 0)`, and what is told twice does no harm. Fewer than `limit` moves are all there are.
    """
    rows = await database.fetch(_READ, str(after[0]), after[1], list(shards), limit)
    moves = [
        Move(row["xid"], row["id"], row["challenge_id"], row["member_id"])
        for row in rows
        if row["id"] is not None
    ]
    return rows[0]["upto"], moves
